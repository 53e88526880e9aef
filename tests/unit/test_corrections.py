"""Corrections and exclusions: what they change, what a reader sees, and what stops the run."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from affordability import judgement as corrections
from affordability import pipeline, resources
from affordability.documents import load_yaml
from affordability.judgement import Judgement
from affordability.tables import InputError, columns, read_table
from affordability.vintages import Vintage, available, open_vintage
from tests.unit.diff_world import OBSERVATIONS, frozen_tables, nobody, observations, study

ENTRY = {
    "id": "xyz-rd-2019",
    "where": {"indicator": "GB.XPD.RSDV.GD.ZS", "iso3": "AAA", "year": 2020},
    "expect": {"gt": 20},
    "action": "drop",
    "reason": "A misplaced decimal, the office says 0.41 %.",
    "source": "https://example.org/yearbook",
    "date": "2026-11-21",
}
NO_VENTURE = pd.DataFrame(columns=columns("venture_capital")).astype({"usd_million": float})
NONE_LEFT_OUT = pd.DataFrame(columns=["iso3", "name", "reason"], dtype=str)


def rows() -> pd.DataFrame:
    """R&D shares of two economies; AAA's of 2020 is the misplaced one."""
    return observations(
        [
            ("AAA", "GB.XPD.RSDV.GD.ZS", 2019, 0.4),
            ("AAA", "GB.XPD.RSDV.GD.ZS", 2020, 41.0),
            ("BBB", "GB.XPD.RSDV.GD.ZS", 2020, 2.0),
        ]
    )


def entry(**changes) -> dict:
    return {**ENTRY, **changes}


def write(tmp_path, *entries) -> str:
    path = tmp_path / "corrections.yaml"
    path.write_text(yaml.safe_dump(list(entries)), encoding="utf-8")
    return path


def test_a_dropped_value_is_gone_and_the_others_stay():
    kept = corrections.apply(rows(), [entry()])
    assert list(zip(kept["iso3"], kept["year"], kept["value"], strict=True)) == [
        ("AAA", 2019, 0.4),
        ("BBB", 2020, 2.0),
    ]


def test_an_overridden_value_is_replaced_and_a_flagged_one_is_kept():
    given = [
        entry(action="override", value=0.41),
        entry(
            id="b",
            action="flag",
            where={"indicator": "GB.XPD.RSDV.GD.ZS", "iso3": "BBB", "year": 2020},
            expect={"eq": 2},
        ),
    ]
    found = corrections.apply(rows(), given)
    assert found["value"].to_list() == [0.4, 0.41, 2.0]
    assert found["source_id"].to_list() == ["s", "s;correction:xyz-rd-2019", "s;correction:b"]


def test_correcting_does_not_change_the_table_it_was_given():
    before = rows()
    corrections.apply(before, [entry(action="override", value=0.41)])
    pd.testing.assert_frame_equal(before, rows())


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"where": {**ENTRY["where"], "iso3": "CCC"}}, "found no value for indicator"),
        ({"where": {**ENTRY["where"], "year": [2020, 2021]}}, "found no value for year 2021"),
        ({"where": {**ENTRY["where"], "stage": "SEED"}}, "found column stage"),
        ({"expect": {"gt": 50}}, "found 41 for GB.XPD.RSDV.GD.ZS AAA 2020, expected gt 50"),
        ({"expect": {"gt": 20, "lt": 30}}, "expected lt 30"),
    ],
    ids=["no such economy", "one listed year is not there", "wrong column", "gt", "second of two"],
)
def test_a_correction_that_no_longer_fits_stops_the_run_in_one_sentence(changes, told):
    with pytest.raises(InputError) as stopped:
        corrections.apply(rows(), [entry(**changes)], vintage="2026-07-13")
    assert str(stopped.value).startswith("data/corrections.yaml, xyz-rd-2019 (vintage 2026-07-13)")
    assert told in str(stopped.value)
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize(
    ("expect", "holds"),
    [
        ({"gt": 41}, False),
        ({"ge": 41}, True),
        ({"lt": 41}, False),
        ({"le": 41}, True),
        ({"eq": 41}, True),
        ({"gt": 40, "lt": 42}, True),
    ],
)
def test_each_predicate_of_expect_compares_the_published_value(expect, holds):
    if holds:
        assert len(corrections.apply(rows(), [entry(expect=expect)])) == 2
    else:
        with pytest.raises(InputError):
            corrections.apply(rows(), [entry(expect=expect)])


def test_two_corrections_of_one_value_are_refused():
    with pytest.raises(InputError, match="another correction"):
        corrections.apply(rows(), [entry(), entry(id="again", action="flag")])


def test_a_correction_for_another_vintage_or_table_is_passed_over():
    given = [entry(vintages=["old"]), entry(id="b", table="venture_capital")]
    pd.testing.assert_frame_equal(corrections.apply(rows(), given, vintage="new"), rows())


def test_a_correction_of_venture_capital_names_its_stage():
    venture = pd.DataFrame(
        {
            "iso3": ["AAA", "AAA"],
            "stage": ["SEED", "_T"],
            "year": pd.array([2020, 2020], dtype="Int64"),
            "usd_million": [0.0, 5.0],
            "source_id": "oecd",
        }
    )
    where = {"stage": "SEED", "iso3": "AAA", "year": 2020}
    given = [entry(table="venture_capital", where=where, expect={"eq": 0})]
    kept = corrections.apply(venture, given, "venture_capital")
    assert kept["stage"].to_list() == ["_T"]


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"action": "delete"}, "action"),
        ({"action": "override"}, "value"),
        ({"value": 1.0}, "value"),
        ({"expect": {}}, "expect"),
        ({"expect": {"about": 3}}, "about"),
        ({"reason": "wrong"}, "reason"),
        ({"where": {"iso3": "AAA", "year": 2020}}, "where"),
        ({"id": "With Spaces"}, "id"),
        ({"note": "x"}, "note"),
    ],
)
def test_a_file_that_is_not_understood_is_refused(tmp_path, changes, told):
    with pytest.raises(InputError, match=told):
        corrections.load(write(tmp_path, entry(**changes)))


def test_an_id_used_twice_is_refused(tmp_path):
    with pytest.raises(InputError, match="twice"):
        corrections.load(write(tmp_path, ENTRY, ENTRY))


def test_a_file_of_comments_has_no_corrections(tmp_path):
    path = tmp_path / "corrections.yaml"
    path.write_text("# nothing yet\n", encoding="utf-8")
    assert corrections.load(path) == []


def test_a_reader_sees_a_correction_in_every_number_made_from_it():
    given = entry(action="override", value=1.0, expect={"lt": 20}) | {"id": "low"}
    table = corrections.apply(OBSERVATIONS, [given])
    panel = corrections.told(derived(table), [given])
    panel = panel.set_index(["measure", "actor_id", "year"])
    corrected = panel.loc[("rd_expenditure", "AAA", 2020)]
    assert corrected["derivation"].endswith(" [overridden: correction low]")
    assert corrected["source_id"] == "s"
    assert corrected["status"] == "derived"
    assert corrected["usd"] == pytest.approx(0.01 * 1000)
    others = panel.drop(index=[("rd_expenditure", "AAA", 2020)])
    assert not others["derivation"].str.contains("correction").any()
    composed = others.index.get_level_values("measure") == "rd_expenditure"
    assert set(others["status"][composed]) == {"derived"}
    assert set(others["status"][~composed]) == {"verified"}


def test_a_flagged_number_is_marked_unverified_and_not_changed():
    given = entry(action="flag", expect={"lt": 20})
    plain = derived(OBSERVATIONS)
    table = corrections.apply(OBSERVATIONS, [given])
    panel = corrections.told(derived(table), [given])
    assert panel["usd"].to_list() == plain["usd"].to_list()
    assert (panel["status"] == "unverified").sum() == 1


def test_an_exclusion_that_names_an_unknown_economy_stops_the_run():
    economies = pd.DataFrame({"iso3": ["AAA", "BBB"]})
    left_out = pd.DataFrame({"iso3": ["AAA", "ZZZ"], "name": "x", "reason": "y"})
    with pytest.raises(InputError, match=r"exclusions.csv, row 3, column iso3: found ZZZ"):
        corrections.check_exclusions(left_out, economies)


def test_an_excluded_economy_is_gone_from_a_study_and_told_as_missing(frozen):
    left_out = pd.DataFrame({"iso3": ["BBB"], "name": ["Beta"], "reason": ["an example"]})
    judgement = Judgement([], left_out)
    vintage = study("old").vintage("world_bank")
    economies = corrections.judged(vintage.read("economies"), "economies", "old", judgement)
    panel = pipeline.panel(frozen_tables("old"), study("old").vintages, judgement)
    assert set(economies["iso3"]) == {"AAA", "CCC"}
    assert "AAA" in set(panel["actor_id"])
    assert "BBB" not in set(panel["actor_id"])
    told = corrections.excluded_rows(left_out)
    assert set(told["reason"]) == {"left out: an example"}
    assert set(told["measure"]) >= {"gdp", "monthly_gni"}


def test_a_correction_reaches_the_resources_of_a_study(frozen):
    judgement = Judgement([entry(expect={"lt": 20})], NONE_LEFT_OUT)
    panel = pipeline.panel(frozen_tables("new"), study("new").vintages, judgement)
    rd = panel[panel["measure"] == "rd_expenditure"]
    assert "AAA" not in set(rd["actor_id"])


def derived(table: pd.DataFrame) -> pd.DataFrame:
    """Every resource of economies that a table of observations gives, alone."""
    tables = {"observations": table, "venture_capital": NO_VENTURE, "organisations": nobody()}
    return resources.panel(tables, {"world_bank": "new", "oecd": "o"})


def test_the_corrections_that_are_shipped_fit_every_vintage_they_are_for():
    given = corrections.read().corrections
    for version in available(corrections.tables.ROOT / "data" / "raw", "world_bank"):
        vintage = open_vintage(corrections.tables.ROOT / "data" / "raw", "world_bank", version)
        corrections.apply(vintage.read("observations"), given, vintage=version)


def test_the_correction_shown_in_the_comments_of_the_file_is_valid(tmp_path):
    text = corrections.CORRECTIONS.read_text(encoding="utf-8")
    lines = [line.removeprefix("# ") for line in text.splitlines() if line.startswith("# ")]
    start = next(i for i, line in enumerate(lines) if line.startswith("- id:"))
    stop = next(i for i, line in enumerate(lines) if line.startswith("An entry that matches"))
    path = tmp_path / "example.yaml"
    path.write_text("\n".join(lines[start:stop]), encoding="utf-8")
    assert corrections.load(path)[0]["id"] == load_yaml(path)[0]["id"]


def test_short_names_are_of_economies_the_world_bank_knows_by_that_name():
    names = read_table(corrections.tables.ROOT / "data" / "names.csv", "names")
    folder = corrections.tables.ROOT / "data" / "raw" / "world_bank" / "2026-07-13"
    known = Vintage(folder).read("economies").set_index("iso3")["name"]
    assert names["name"].to_list() == known[names["iso3"]].to_list()
