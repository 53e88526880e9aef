"""What changed, judged: what matters, in which order, and how it is told."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest

from affordability.__main__ import main
from affordability.claims.query import Evidence
from affordability.diff import (
    command,
    described,
    judged,
    matters,
)
from affordability.page import judged as told
from affordability.tables import ROOT, write_json
from tests.unit.diff_world import NAMES, study

GDP = "NY.GDP.MKTP.CD"


# What is said of the data


class Frozen(SimpleNamespace):
    """A vintage in memory."""

    def read(self, name: str) -> pd.DataFrame:
        return self.tables[name].copy()


def frozen(licence: str, title: str, name: str, package: str = "CC-BY-4.0") -> Frozen:
    series = {"indicator": [GDP], "source_id": ["s"], "title": [title], "unit": ["US$"]}
    economies = {"iso3": ["NRU"], "name": [name], "region": ["R"]}
    tables = {
        "series": pd.DataFrame(series),
        "sources": pd.DataFrame({"source_id": ["s"], "licence": [licence]}),
        "economies": pd.DataFrame(economies),
    }
    flags_ = [f"{GDP}: NRU: median ratio to the last vintage 1.4, 0 of 9 values", "regions: NRU"]
    sidecar = {"licenses": [{"name": package}], "x_anomalies": flags_}
    return Frozen(tables=tables, sidecar=sidecar)


def test_licences_titles_and_names_that_changed_are_told():
    old = frozen("CC-BY-4.0", "GDP", "Nauru")
    new = frozen("not the Bank's to license", "GDP, total", "Naoero", package="mixed")
    rows = [[row[key] for key in described.COLUMNS] for row in described.changed(old, new)]
    assert rows == [
        ["licence", "", "", "CC-BY-4.0", "mixed"],
        ["licence", GDP, "GDP, total", "CC-BY-4.0", "not the Bank's to license"],
        ["title", GDP, "GDP, total", "GDP", "GDP, total"],
        ["name", "NRU", "Naoero", "Nauru", "Naoero"],
    ]
    assert described.changed(old, old) == []


def test_what_the_fetch_noted_is_shown_with_names():
    said = described.flagged(frozen("x", "GDP", "Nauru"), {GDP: "GDP"}, {"NRU": "Nauru"})
    assert said[0].startswith("GDP: Nauru: median ratio") and said[1] == "regions: Nauru"


# What matters


def ratios(shares: dict[str, float | None], year: int) -> pd.DataFrame:
    """Ratios of one model by economy; None is no value."""
    rows = [
        {
            "item_kind": "train",
            "item_id": "model",
            "basis": "statement",
            "estimate_id": "e",
            "headline": True,
            "measure": "gdp",
            "actor_kind": "economy",
            "actor_id": iso3,
            "share": share,
            "resource_usd": None if share is None else 100 / share,
            "resource_year": year,
        }
        for iso3, share in shares.items()
    ]
    types = {"share": "Float64", "resource_usd": float, "resource_year": "Int64"}
    return pd.DataFrame(rows).astype(types)


def evidence(shares: dict, year: int) -> Evidence:
    people = pd.DataFrame({"actor_id": list(NAMES), "name": list(NAMES.values())})
    people = people.assign(actor_type="", region="")
    return Evidence(study("new"), {"ratios": ratios(shares, year)}, people, people)


CLAIM = {
    "id": "c",
    "tests": [
        {
            "query": {
                "table": "ratios",
                "where": {"item_id": "model", "measure": "gdp"},
                "column": "share",
                "within": "gdp_10",
                "aggregate": "members",
            },
            "newest": 1,
            "published": {"members": ["AAA"]},
        }
    ],
}
OLD_SHARES = {"AAA": 0.09, "BBB": 0.2}
NEW_SHARES = {"AAA": 0.12, "BBB": 0.19, "CCC": 0.3}


def flipped(changed: str = "verdict;members") -> list[dict]:
    row = {
        "study": "tiny",
        "claim_id": "c",
        "statement": "Only Alpha can.",
        "old_verdict": "reproduced",
        "new_verdict": "differs",
        "old_reproduced": "1 of 2: Alpha",
        "new_reproduced": "0 of 3: none",
        "members_added": "",
        "members_removed": "AAA",
        "changed": changed,
    }
    sides = evidence(OLD_SHARES, 2020), evidence(NEW_SHARES, 2021)
    return judged.answers([CLAIM], pd.DataFrame([row]), sides, NAMES)


def test_a_verdict_that_flipped_comes_with_the_values_that_flipped_it():
    answer = flipped()[0]
    told_of = [(v["name"], v["old_share"], v["old_year"], v["new_share"]) for v in answer["values"]]
    assert told_of == [("Alpha", 0.09, 2020, 0.12)]
    assert (answer["came"], answer["went"]) == ({"gdp": ["Gamma"]}, {})
    assert answer["newest"] == [2020, 2021]


def test_a_member_without_a_value_any_more_is_among_the_values_that_flipped_a_verdict():
    sides = evidence(OLD_SHARES, 2020), evidence({"AAA": None, "BBB": 0.2}, 2021)
    found = matters.behind(CLAIM, sides, NAMES)
    assert [value["name"] for value in found["values"]] == ["Alpha"]
    assert (found["came"], found["went"]) == ({}, {"gdp": ["Alpha"]})


def test_a_test_without_a_limit_is_moved_by_every_value_that_changed():
    query = {k: v for k, v in CLAIM["tests"][0]["query"].items() if k != "within"}
    claim = {"id": "c", "tests": [{"query": {**query, "aggregate": "min"}}]}
    sides = evidence(OLD_SHARES, 2020), evidence(NEW_SHARES, 2021)
    found = matters.behind(claim, sides, NAMES)
    assert [value["name"] for value in found["values"]] == ["Alpha", "Beta"]


def resource(iso3: str, old: float, new: float, cause: str = "revised") -> dict:
    return {
        "study": "tiny",
        "actor_kind": "economy",
        "actor_id": iso3,
        "measure": "gdp",
        "old_usd": old,
        "old_year": 2020,
        "revised_usd": new if cause == "revised" else old,
        "new_usd": new,
        "new_year": 2020 if cause == "revised" else 2021,
        "change": new / old - 1,
        "cause": cause,
        "new_derivation": "NY.GDP.MKTP.CD",
    }


def crossing(iso3: str, headline: bool) -> dict:
    key = {"study": "tiny", "actor_kind": "economy", "actor_id": iso3, "measure": "gdp"}
    item = {"item_kind": "train", "item_id": "model", "headline": headline}
    limit = {"threshold": "gdp_10", "limit": 0.1, "direction": "enters", "cause": "revised"}
    return {**key, **item, **limit}


def test_consequence_comes_before_size_and_what_moves_nothing_is_left_out():
    moved = pd.DataFrame(
        [
            resource("AAA", 1111, 833),  # flips the verdict
            resource("BBB", 500, 5000),  # crosses with another estimate only
            resource("CCC", 300, 330),  # crosses with the estimate read first
            resource("DDD", 1, 1e6),  # the largest, and moves nothing
        ]
    )
    crossed = pd.DataFrame([crossing("BBB", headline=False), crossing("CCC", headline=True)])
    rows = matters.changes(moved, crossed, flipped())
    assert [(row["actor_id"], row["consequence"]) for row in rows] == [
        ("AAA", matters.FLIPS),
        ("CCC", matters.READ_FIRST),
        ("BBB", matters.OTHER),
    ]
    assert matters.changes(moved, crossed, flipped("members"))[0]["consequence"] == matters.MEMBER


def test_a_revised_resource_names_the_published_values_behind_it():
    row = resource("AAA", 1000, 1500)
    found = matters.because(row, {(GDP, "AAA", 2020): (1000, 1500)}, {GDP: "GDP (current US$)"})
    assert found == [{"title": "GDP (current US$)", "old": 1000, "new": 1500}]
    assert matters.because({**row, "new_derivation": float("nan")}, {}, {}) == []


# In words


def whole(**changed) -> dict:
    """A judged object of which nothing is to be told, but for what is given."""
    none = {"changes": [], "revised": 0, "behind": 0, "resources": 0}
    lists = ["answers", "anomalies", "flagged", "rounding", "partitions", "described"]
    return {"asked": {"tiny": 1}, "matters": none, **{k: [] for k in lists}, **changed}


def spoken(found: dict) -> dict[str, list[str]]:
    sections = told.sections(judged.plain(found), {"model": "the model"})
    return {part["key"]: [str(part["lead"]), *map(str, part["lines"])] for part in sections}


def test_the_parts_are_told_in_the_order_of_what_they_do():
    order = ["verdicts", "answers", "revisions", "years", "anomalies", "rounding", "partitions"]
    assert list(spoken(whole())) == [*order, "described"]


def test_a_flip_is_told_with_names_values_and_years():
    lines = spoken(whole(answers=flipped()))["verdicts"]
    assert lines[0] == "1 flipped (asked: 1 of tiny)."
    assert "was reproduced, now differs" in lines[1]
    assert "Alpha 9 % (2020) to 12 % (2021)" in lines[1]
    assert "now asked, by GDP: Gamma; newest year 2020, now 2021" in lines[1]


def test_a_change_that_matters_is_told_with_names_and_never_ids():
    crossed = pd.DataFrame([crossing("CCC", headline=True), crossing("CCC", headline=False)])
    rows = matters.changes(pd.DataFrame([resource("CCC", 3e9, 4.5e9)]), crossed, [])
    rows = [{**row, "name": NAMES[row["actor_id"]], "because": []} for row in rows]
    found = {"changes": rows, "revised": 900, "behind": 1, "resources": 7}
    lead, line = spoken(whole(matters=found))["revisions"]
    assert "1 of 900 revised values are behind them; the other 899 move nothing" in lead
    assert line.startswith("Gamma, GDP of 2020: $3 billion to $4.5 billion, +50 %, revised.")
    assert "now within 10 % of GDP: Train the model, 1 of other estimates" in line
    assert "CCC" not in line


def test_rounding_is_one_line():
    row = {"to": "11 digits", "n": 5490348, "titles": ["GDP", "Population, total"]}
    said = spoken(whole(rounding=[row]))["rounding"]
    assert len(said) == 1
    assert said[0].startswith("5,490,348 values are equal after rounding to 11 digits (GDP, Pop")


def absent(expected: bool) -> dict:
    row = {"what": "series", "of": GDP, "title": "GDP & more", "group": "", "expected": expected}
    return {**row, "first": 2000, "last": 2022, "old": 210, "new": 0, "state": "absent"}


def test_only_an_absent_partition_that_was_expected_fails():
    said = told.failure(whole(partitions=[absent(True)]), "old", "new")
    assert said == (
        "found less in new than the studies ask for and old has, expected GDP & more, 2000 to 2022 "
        "(210 economies, now 0)"
    )
    assert told.failure(whole(partitions=[absent(False)]), "old", "new") == ""
    lines = spoken(whole(partitions=[absent(False)]))["partitions"]
    assert lines[0] == "Nothing that was expected is absent." and "no study loses" in lines[1]


def test_an_anomaly_of_all_economies_says_so_and_those_of_one_stand_together():
    key = {"title": "GDP (current US$)", "first": 2000, "last": 2001, "n": 9, "usual": None}
    key |= {"old": 1e9, "new": 2e9, "factor": 2.0}
    rows = [
        {**key, "kind": "level", "name": ""},
        {**key, "kind": "level", "name": "Alpha"},
        {**key, "kind": "level", "name": "Alpha", "title": "GNI"},
    ]
    said = spoken(whole(anomalies=rows, flagged=["GDP: Alpha: new"]))["anomalies"]
    assert said[0].startswith("3 to be looked at")
    assert said[1].startswith("Level moved, all economies: GDP (current US$), 9 values of 2000")
    assert "GDP (current US$) 2 times (9 values of 2000 to 2001); GNI 2 times" in said[2]
    assert said[3] == "Noted when it was fetched: GDP: Alpha: new."


def test_a_changed_licence_is_told_before_a_changed_title():
    row = {"source": "world_bank", "of": GDP, "name": "GDP", "old": "a", "new": "b"}
    rows = [{**row, "what": "title"}, {**row, "what": "licence"}]
    said = spoken(whole(described=rows))["described"]
    assert said[0].startswith("1 licences and 1 titles")
    assert said[1] == "Licence of GDP: a, now b."


def test_the_object_has_nothing_that_json_lacks():
    found = judged.plain({"a": float("nan"), 1: pd.NA, "b": [pd.Series([2])[0]], "c": True})
    assert found == {"a": None, "1": None, "b": [2], "c": True}


@pytest.mark.parametrize("expected", [True, False])
def test_the_command_tells_what_was_judged_first_and_fails_if_something_is_absent(
    expected, tmp_path, monkeypatch, capsys
):
    folder = tmp_path / "2024-04__2026-07-13"
    folder.mkdir()
    write_json(judged.plain(whole(partitions=[absent(expected)])), folder / "judged.json")
    write_json({"values.added": {"text": "12"}}, folder / "numbers.json")
    (folder / "claims.csv").write_text("changed\n", encoding="utf-8")
    monkeypatch.chdir(ROOT)
    monkeypatch.setattr(command, "RESULTS", tmp_path)
    monkeypatch.setattr(command.subprocess, "run", lambda *_, **__: SimpleNamespace(returncode=0))
    assert main(["diff", "2024-04", "2026-07-13"]) == int(expected)
    out, err = capsys.readouterr()
    assert out.index("Verdicts that flipped") < out.index("Partitions") < out.index("values.added")
    assert "GDP & more, 2000 to 2022 (210 economies, now 0)" in out
    said = "stopped: diff: found less in 2026-07-13 than the studies ask for and 2024-04 has"
    assert (err.count("\n"), err.startswith(said)) == ((1, True) if expected else (0, False))
