"""What changed, judged: each rule on a handful of values made for it."""

from __future__ import annotations

from types import SimpleNamespace

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability.__main__ import main
from affordability.claims.query import Evidence
from affordability.diff import (
    anomalies,
    command,
    described,
    judged,
    matters,
    partitions,
    rounding,
    values,
)
from affordability.page import judged as told
from affordability.tables import ROOT, write_json
from tests.unit.diff_world import NAMES, study

GDP, PEOPLE = "NY.GDP.MKTP.CD", "SP.POP.TOTL"
YEARS = range(2000, 2020)


def side(cells: dict[tuple, float], series: str = GDP) -> pd.DataFrame:
    """Published values of one side, by economy and year."""
    frame = pd.DataFrame(
        [(series, iso3, year, value) for (iso3, year), value in cells.items()],
        columns=["series", "iso3", "year", "value"],
    )
    return frame.astype({"year": "Int64"}).assign(source_id="s", formula="")


def grown(economies: int = 12, rate: float = 1.05) -> dict[tuple, float]:
    """Values that grow alike every year, each economy from another level."""
    return {
        (f"E{i:02}", year): (1000.123456 + 77 * i) * rate ** (year - 2000)
        for i in range(economies)
        for year in YEARS
    }


def flags(old: dict, new: dict, series: str = GDP) -> pd.DataFrame:
    """The anomalies between two sides."""
    pairs = values.matched(side(old, series), side(new, series))
    return anomalies.found(pairs, {PEOPLE})


# Rounding


@pytest.mark.parametrize("digits", [4, 8, 11])
def test_a_release_with_fewer_digits_is_rounded_and_nothing_of_it_revised(digits):
    old = {key: value * 1.000003 / 7 for key, value in grown().items()}
    new = {key: float(f"{value:.{digits - 1}e}") for key, value in old.items()}
    pairs = values.matched(side(old), side(new))
    differ = pairs["value_old"].ne(pairs["value_new"])
    assert pairs.loc[differ, "what"].eq("rounded").all() and differ.sum() > 200
    assert set(pairs["rounded_to"]) == {f"{digits} digits"}


def test_what_remains_after_rounding_is_revised():
    old = {key: value / 7 for key, value in grown().items()}
    new = {key: float(f"{value:.10e}") for key, value in old.items()}
    new["E03", 2007] *= 1.02
    what = values.matched(side(old), side(new)).set_index(["iso3", "year"])["what"]
    assert what["E03", 2007] == "revised"
    assert what.drop(("E03", 2007)).isin(["rounded", "same"]).all()


def test_the_side_with_fewer_digits_may_be_the_old_one_and_digits_may_be_decimals():
    new = {key: value / 7e4 * 10 ** (key[1] % 4) for key, value in grown().items()}
    old = {key: round(value, 5) for key, value in new.items()}
    fewer, to = rounding.found(side(old)["value"], side(new)["value"])
    assert fewer.all() and to == "5 decimals"


def test_both_sides_with_as_many_digits_have_no_rounding():
    old = {key: round(value) for key, value in grown().items()}
    new = {key: value + 10 for key, value in old.items()}
    assert set(values.matched(side(old), side(new))["what"]) == {"revised"}


@given(st.lists(st.floats(1e-8, 1e15), min_size=6, max_size=9), st.integers(3, 12))
def test_a_value_and_itself_rounded_are_never_a_revision(found, digits):
    old = {(f"E{i:02}", 2000): value for i, value in enumerate(found)}
    new = {key: float(f"{value:.{digits - 1}e}") for key, value in old.items()}
    rows = values.matched(side(old), side(new))
    differ = rows["value_old"].ne(rows["value_new"]).sum()
    if differ >= rounding.FEW:
        assert "revised" not in set(rows["what"])


def test_a_measure_moved_by_rounding_alone_was_not_revised():
    formula = "GB.XPD.RSDV.GD.ZS/100*NY.GDP.MKTP.CD"
    pair = [side({("AAA", 2000): 1.0, ("BBB", 2000): 1.0}, "rd_expenditure") for _ in range(2)]
    pair[1]["value"] = [1.001, 1.001]
    measures = values.matched(*(each.assign(formula=formula) for each in pair))
    published = measures.assign(series=GDP, what=["rounded", "revised"])
    assert list(values.rounded_alike(measures, published)["what"]) == ["rounded", "revised"]


# Anomalies


def test_an_ordinary_revision_is_no_anomaly():
    new = {key: value * 1.02 for key, value in grown().items()}
    new |= {("E01", 2010): grown()["E01", 2010] * 1.08}
    assert flags(grown(), {k: v for k, v in new.items() if k[0] < "E05"} | grown(3)).empty


def test_another_unit_is_told_of_the_series_or_of_one_economy():
    whole = {key: value / 1000.5 for key, value in grown().items()}
    row = flags(grown(), whole).iloc[0]
    assert (row["kind"], row["iso3"], row["n"]) == ("unit", "", 240)
    assert row["factor"] == pytest.approx(1e-3, rel=1e-3)
    one = grown() | {("E02", 2004): grown()["E02", 2004] * 1000}
    found = flags(grown(), one)
    assert found[["kind", "iso3", "first"]].to_numpy().tolist() == [["unit", "E02", 2004]]


def test_a_level_that_moved_for_all_by_one_factor_is_told_once():
    found = flags(grown(), {key: value * 1.37 for key, value in grown().items()})
    assert found[["kind", "iso3", "n"]].to_numpy().tolist() == [["level", "", 240]]
    assert found["factor"].iloc[0] == pytest.approx(1.37)


def test_the_rebasing_of_one_economy_is_told_with_its_name():
    new = {k: v * (1.4 + k[1] / 1e5) if k[0] == "E04" else v for k, v in grown().items()}
    found = flags(grown(), new)
    assert found[["kind", "iso3", "n"]].to_numpy().tolist() == [["level", "E04", 20]]


@pytest.mark.parametrize(("factor", "flagged"), [(1.2, False), (2.0, True), (0.5, True)])
def test_a_new_value_beyond_the_economys_own_history_is_a_jump(factor, flagged):
    old = grown()
    new = old | {("E05", 2020): old["E05", 2019] * factor}
    found = flags(old, new)
    assert found[["kind", "iso3", "last"]].to_numpy().tolist() == (
        [["jump", "E05", 2020]] if flagged else []
    )


def test_an_economy_that_always_jumped_may_jump_again():
    old = {("EEE", year): 1000.0 + 700 * (year % 5) ** 2 for year in YEARS}
    assert flags(old, old | {("EEE", 2020): 1000.0}).empty


def test_a_jump_the_old_vintage_has_too_is_not_told_again():
    old = grown() | {("E01", year): grown()["E01", year] * 3 for year in range(2010, 2020)}
    new = old | {("E01", 2010): old["E01", 2010] * 1.01}
    assert flags(old, new).empty


def test_people_counted_anew_are_a_population_break():
    new = grown(rate=1.01) | {("E06", y): grown(rate=1.01)["E06", y] * 0.85 for y in (2018, 2019)}
    found = flags(grown(rate=1.01), new, PEOPLE)
    told_of = found[found["kind"] == "population"]
    assert told_of[["iso3", "n"]].to_numpy().tolist() == [["E06", 2]]


# Partitions


def panel_of(cells: dict, measure: str) -> pd.DataFrame:
    rows = [(measure, "economy", iso3, year) for iso3, year in cells]
    frame = pd.DataFrame(rows, columns=["measure", "actor_kind", "actor_id", "year"])
    return frame.astype({"year": "Int64"})


def parts(old: dict, new: dict, series: str, panels=(), required=(PEOPLE, GDP)) -> list[list]:
    """What, of, first, last, state, expected of the partitions found."""
    economies = pd.DataFrame({"iso3": [f"E{i:02}" for i in range(12)]})
    economies["region"] = ["South"] * 5 + ["North"] * 7
    economies["income_level"] = ""
    nothing = panel_of({}, "gdp")
    sides = [side(cells, series) for cells in (old, new)]
    found = partitions.found(sides, list(panels) or [nothing, nothing], economies, required)
    fields = ["what", "of", "group", "first", "last", "state", "expected"]
    return found[fields].astype(object).to_numpy().tolist()


def without(cells: dict, drop) -> dict:
    return {key: value for key, value in cells.items() if not drop(*key)}


def test_a_year_that_is_gone_is_absent_though_there_are_more_values_than_before():
    new = without(grown(12), lambda _, year: year in (2004, 2005))
    new |= {(f"F{i:02}", year): 1.0 for i in range(12) for year in (2020, 2021)}
    absent = [row for row in parts(grown(), new, PEOPLE) if row[5] == "absent"]
    assert absent == [["series", PEOPLE, "", 2004, 2005, "absent", True]]


def test_a_series_no_study_asks_for_is_named_and_does_not_fail():
    assert parts(grown(), {}, "X.Y.Z") == [["series", "X.Y.Z", "", 2000, 2019, "absent", False]]


def test_a_series_whose_measure_is_had_by_another_formula_does_not_fail():
    panels = [panel_of(grown(), "gdp")] * 2
    assert parts(grown(), {}, GDP, panels) == [["series", GDP, "", 2000, 2019, "absent", False]]
    panels[1] = panel_of(without(grown(), lambda _, year: year == 2010), "gdp")
    expected = [row[:5] for row in parts(grown(), {}, GDP, panels) if row[6]]
    assert ["measure", "gdp", "", 2010, 2010] in expected
    assert ["series", GDP, "", 2010, 2010] in expected


def test_half_of_the_economies_are_enough_and_less_are_not():
    def kept(most):
        return without(grown(), lambda iso3, year: year == 2012 and int(iso3[1:]) in most)

    assert parts(grown(), kept({0, 2, 5, 6, 8, 10}), PEOPLE) == []
    assert len(parts(grown(), kept({0, 2, 5, 6, 8, 10, 11}), PEOPLE)) == 1


def test_a_group_of_economies_that_is_gone_is_named():
    new = without(grown(), lambda iso3, year: year == 2012 and int(iso3[1:]) < 5)
    assert parts(grown(), new, PEOPLE) == [["group", PEOPLE, "South", 2012, 2012, "absent", True]]


def test_older_years_that_come_are_unexpected_and_newer_ones_are_not():
    old = without(grown(), lambda _, year: year in (2000, 2019))
    assert parts(old, grown(), PEOPLE) == [
        ["series", PEOPLE, "", 2000, 2000, "unexpected", False],
    ]


def test_the_newest_value_of_each_economy_has_no_years_to_lose():
    old = {(f"E{i:02}", 2015 + i % 2): 1.0 for i in range(12)}
    new = {(f"E{i:02}", 2017): 1.0 for i in range(12)}
    assert parts(old, new, PEOPLE) == []
    assert [row[3:5] for row in parts(old, {}, PEOPLE)] == [[pd.NA, pd.NA]]


def test_a_table_without_a_row_is_absent():
    found = partitions.tables({"a/x": 3, "a/y": 2}, {"a/x": 3, "a/y": 0, "a/z": 1})
    told_of = found[["of", "state", "expected"]].to_numpy().tolist()
    assert told_of == [["a/y", "absent", True], ["a/z", "unexpected", False]]


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
