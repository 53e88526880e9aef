"""Ordinary revisions pass; what no revision does is refused by name, or waived by name."""

from __future__ import annotations

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affordability.fetch.comparison import Findings, compare, compare_labels, refuse
from affordability.fetch.refusal import FetchError

CODES = ["AAA", "BBB", "CCC", "DDD", "EEE", "FFF", "GGG", "HHH"]
YEARS = range(2015, 2025)
LAST = [
    (series, code, year, round(scale * 3 ** CODES.index(code) * 1.05 ** (year - 2015), 4))
    for series, scale in (("GDP", 137.0), ("RND", 0.011))
    for code in CODES
    for year in YEARS
]
REVISION = st.floats(0.98, 1.02)  # less than a year of growth


def told(change) -> Findings:
    """Compare the last vintage with a changed one; `change` gives a value, or None."""
    new = [(*cell[:3], change(*cell)) for cell in LAST]
    return compare([cell for cell in new if cell[3] is not None], LAST)


def test_the_same_figures_differ_in_nothing():
    assert compare(LAST, LAST) == Findings()
    assert compare(LAST, []) == Findings()


@given(st.lists(REVISION, min_size=len(LAST), max_size=len(LAST)))
@settings(max_examples=30)
def test_an_ordinary_revision_of_every_value_passes(factors):
    new = [(*cell[:3], cell[3] * f) for cell, f in zip(LAST, factors, strict=True)]
    found = compare(new, LAST)
    assert (found.losses, found.anomalies) == ({}, [])
    uniform = max(factors) - min(factors) < 1e-3
    assert uniform or not [w for said in found.changes.values() for w in said if "times" not in w]


@given(st.floats(1e-3, 1e3).filter(lambda factor: not 0.998 < factor < 1.002))
@settings(max_examples=40)
def test_one_factor_on_a_series_is_refused_under_its_name(factor):
    found = told(lambda series, code, year, v: v * factor if series == "GDP" else v)
    assert list(found.changes) == ["GDP"]


@given(st.sets(st.integers(0, len(LAST) - 1), min_size=1))
@settings(max_examples=40)
def test_any_value_that_is_lost_is_counted_under_its_name(gone):
    found = compare([cell for i, cell in enumerate(LAST) if i not in gone], LAST)
    assert set(found.losses) == {LAST[i][0] for i in gone}
    counted = sum(int(words[0].split()[0]) for words in found.losses.values())
    assert counted == len(gone)


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda s, c, y, v: dict(key(LAST))[s, c, max(y - 1, 2015)], r"2016 repeats"),
        (lambda s, c, y, v: v if y != 2024 else dict(key(LAST))[s, c, 2023], "2024 repeats"),
        (lambda s, c, y, v: v * 4 if y == 2019 else v, "in 2019 the median ratio"),
        (lambda s, c, y, v: v * 9 if c in "AAABBB" else v, "more than a factor of 2"),
        (lambda s, c, y, v: 5.0 if y == 2020 else v, "in 2020 all 8 economies have 5"),
        (lambda s, c, y, v: 1 / v if y == 2020 else v, "in 2020 the order"),
        (lambda s, c, y, v: dict(key(LAST))[s, swapped(c), y], "AAA and BBB in each other's place"),
        (lambda s, c, y, v: dict(key(LAST))[s, "BBB" if c == "AAA" else c, y], "of BBB for AAA"),
        (lambda s, c, y, v: dict(key(LAST))["RND" if s == "GDP" else "GDP", c, y], "values of"),
    ],
)
def test_what_no_revision_does_is_a_change(change, said):
    words = [each for every in told(change).changes.values() for each in every]
    assert any(re.search(said, each) for each in words), words


def key(cells) -> list:
    return [((series, code, year), value) for series, code, year, value in cells]


def swapped(code: str) -> str:
    return {"AAA": "BBB", "BBB": "AAA"}.get(code, code)


def test_economies_that_change_places_are_told_apart_from_those_that_share_a_currency():
    """Three use the dollar at a rate of 1; one of them changes places with another economy."""
    rates = {"ECU": 1.0, "PRI": 1.0, "USA": 1.0, "SMR": 0.9, "NOR": 8.0}
    last = [
        ("RATE", c, y, r * (1 + (r != 1) * y % 7 / 99)) for c, r in rates.items() for y in YEARS
    ]
    other = {"USA": "SMR", "SMR": "USA"}
    found = compare([(s, other.get(c, c), y, v) for s, c, y, v in last], last)
    assert any("SMR and USA in each other's place" in each for each in found.changes["RATE"])
    same = {"USA": "ECU", "ECU": "USA"}
    assert compare([(s, same.get(c, c), y, v) for s, c, y, v in last], last) == Findings()


def test_the_level_of_one_economy_and_rounding_are_reported_not_refused():
    level = told(lambda s, c, y, v: v * 1.4 if c == "CCC" else v)
    assert level.changes == {}
    assert [a.partition(": median")[0] for a in level.anomalies] == ["GDP: CCC", "RND: CCC"]
    rounding = told(lambda s, c, y, v: float(f"{v:.3g}"))
    assert any("GDP: rounded to 3 digits" in each for each in rounding.anomalies)


def test_a_new_year_out_of_line_is_a_change_and_of_one_economy_a_report():
    year = [(s, c, 2025, v * 1.04) for s, c, y, v in LAST if y == 2024]
    assert compare([*LAST, *year], LAST) == Findings()
    thousand = [(s, c, y, v * 1000) for s, c, y, v in year]
    assert set(compare([*LAST, *thousand], LAST).changes) == {"GDP", "RND"}
    one = [(s, c, y, v * 10 if c == "DDD" else v) for s, c, y, v in year]
    report = compare([*LAST, *one], LAST).anomalies
    assert [each.partition(" is new")[0].split()[:2] for each in report] == [
        ["GDP:", "DDD:"],
        ["RND:", "DDD:"],
    ]


def test_labels_that_move_for_most_are_a_change_and_for_a_few_a_report():
    last = {"income_levels": dict.fromkeys(CODES, "High income")}
    few = {"income_levels": last["income_levels"] | {"AAA": "Low income"}}
    assert compare_labels(few, last).changes == {}
    assert len(compare_labels(few, last).anomalies) == 1
    most = {"income_levels": dict.fromkeys(CODES, "Low income")}
    assert list(compare_labels(most, last).changes) == ["income_levels"]


def test_only_what_is_named_is_waived_and_the_waived_is_reported():
    found = Findings({"GDP": ["3 values"]}, {"RND": ["x 1000"]}, ["small"])
    with pytest.raises(FetchError, match=r"ARGS='allow_losses=GDP allow_changes=RND'"):
        refuse(found)
    with pytest.raises(FetchError, match=r"ARGS='allow_changes=RND'"):
        refuse(found, allow_losses=["GDP"], allow_changes=["GDP"])
    assert refuse(found, ["GDP"], ["RND"]) == ["GDP: 3 values", "RND: x 1000", "small"]
    with pytest.raises(FetchError, match=r"allow_losses=oecd allow_changes=oecd"):
        refuse(found, ["GDP"], ["RND"], name="oecd")
    assert len(refuse(found, ["oecd"], ["oecd"], name="oecd")) == 3
