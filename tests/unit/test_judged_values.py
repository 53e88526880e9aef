"""What changed in the values: rounding, anomalies and partitions, on a handful made for each."""

from __future__ import annotations

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability.diff import (
    anomalies,
    partitions,
    rounding,
    values,
)

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
