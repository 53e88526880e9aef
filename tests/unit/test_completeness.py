"""The proof of completeness, on answers written down here."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability.fetch.completeness import (
    Page,
    newest_year_is_thin,
    one_release,
    prove_economies,
    prove_grid,
    prove_pages,
    prove_series,
    prove_years,
    refuse_thin,
    thin_series,
)
from affordability.fetch.plan import Plan, Series, check_release, check_vintage_name, chosen
from affordability.fetch.refusal import FetchError

GDP = Series("GDP", "GDP", "US$", 0, 100, 0.85, True)
RND = Series("RND", "R&D", "%", 0, 15, 0, True)
OLD = Series("OLD", "retired", "ratio", 0, 1, 0.85, False)
PLAN = Plan(series=(GDP, RND, OLD), year_from=2020, year_to=2022)
CODES = ["NAM", "NOR", "WLD"]
PAGE = Page("sources/2/x", 1, 1, 2, 3, 5, 3, "2026-07-13")
LAST = replace(PAGE, asked=2, page=2, rows=2)


def answered(series=(GDP, RND), codes=CODES, years=PLAN.years):
    return [
        (s.indicator, code, f"YR{year}", 1.5) for s in series for code in codes for year in years
    ]


def group(code: str, name: str) -> dict:
    return {"id": code, "value": name}


def classified(code: str, region: str = "ECS", income: str = "High income") -> dict:
    return {
        "id": code,
        "value": code.title(),
        "name": code.title(),
        "aggregate": region == "NA",
        "region": group(region, "Aggregates" if region == "NA" else "Europe & Central Asia "),
        "incomeLevel": group("HIC", income),
        "lendingType": group("LNX", "Not classified"),
    }


LISTED = [classified("NAM"), classified("NOR"), classified("WLD", "NA")]


def test_pages_that_agree_with_their_headers_are_a_proof():
    prove_pages([PAGE, LAST])


@pytest.mark.parametrize(
    "pages",
    [
        [PAGE],
        [PAGE, LAST, LAST],
        [LAST, PAGE],
        [PAGE, replace(LAST, rows=1)],
        [PAGE, replace(LAST, total=6)],
        [replace(PAGE, page=2), LAST],
        [replace(PAGE, total=0, pages=0, rows=0)],
        [replace(PAGE, per_page=0)],
        [replace(PAGE, per_page=-3)],
        [replace(PAGE, pages=1)],
    ],
)
def test_pages_missing_short_repeated_or_contradicting_are_refused(pages):
    with pytest.raises(FetchError, match="asked for page"):
        prove_pages(pages)


def test_one_release_is_one_date_on_every_page():
    assert one_release([PAGE, LAST]) == "2026-07-13"
    for other in ("2026-07-14", "", "July"):
        with pytest.raises(FetchError, match="lastupdated"):
            one_release([PAGE, replace(LAST, lastupdated=other)])
    with pytest.raises(FetchError, match="found none"):
        one_release([])


def test_a_grid_answered_once_a_cell_gives_its_values_in_order():
    grid = prove_grid(answered(), [GDP, RND], CODES, PLAN.years)
    assert grid == [1.5] * 18
    rows = [(s, c, y, None if c == "NOR" else v) for s, c, y, v in answered()]
    assert prove_grid(rows, [GDP, RND], CODES, PLAN.years).count(None) == 6


@given(st.data())
def test_any_row_left_out_doubled_or_foreign_is_refused(data):
    rows = answered()
    at = data.draw(st.integers(0, len(rows) - 1))
    wrong = data.draw(
        st.sampled_from(
            [
                rows[:at] + rows[at + 1 :],
                [*rows, rows[at]],
                [*rows[:at], rows[at - 1], *rows[at + 1 :]],
                [*rows[:at], ("GDP", "TWN", "YR2020", 1), *rows[at + 1 :]],
                [*rows[:at], ("GDP", "NOR", "2020", 1), *rows[at + 1 :]],
                [*rows[:at], ("QQQ", "NOR", "YR2020", 1), *rows[at + 1 :]],
            ]
        )
    )
    with pytest.raises(FetchError, match="answered"):
        prove_grid(wrong, [GDP, RND], CODES, PLAN.years)


@pytest.mark.parametrize(
    "value", ["1", "", True, False, float("nan"), float("inf"), [], {}, -1, 100.5, 10**400]
)
def test_a_value_that_is_no_plausible_number_is_refused(value):
    rows = answered()
    rows[4] = (*rows[4][:3], value)
    with pytest.raises(FetchError, match=r"GDP, NOR, YR2021: found .*expected"):
        prove_grid(rows, [GDP, RND], CODES, PLAN.years)


def test_an_economy_is_what_all_three_lists_say_it_is():
    found = prove_economies(PLAN, LISTED, LISTED, {"WLD", "HIC"})
    assert [(e.iso3, e.region, e.income_level, e.lending) for e in found] == [
        ("NAM", "Europe & Central Asia", "High income", ""),
        ("NOR", "Europe & Central Asia", "High income", ""),
    ]


def test_an_economy_not_classified_by_income_is_blank():
    listed = [classified("VEN", income="Not classified"), classified("WLD", "NA")]
    assert prove_economies(PLAN, listed, listed, set())[0].income_level == ""


def test_taiwan_is_kept_without_data_where_the_classification_has_it():
    found = prove_economies(PLAN, LISTED, [*LISTED, classified("TWN")], set())
    assert [(e.iso3, e.has_data) for e in found][-1] == ("TWN", False)


@pytest.mark.parametrize(
    ("listed", "known", "said"),
    [
        ([*LISTED, LISTED[0]], LISTED, "listed twice: NAM"),
        (LISTED, [*LISTED, LISTED[1]], "classified twice: NOR"),
        (LISTED, LISTED[:2], "without a classification: WLD"),
        (LISTED[1:], LISTED, "not answered by the database: NAM"),
        (LISTED[:2], LISTED, "aggregates missing"),
        (
            [*LISTED, classified("SSF")],
            [*LISTED, classified("SSF")],
            "groups that pass for economies: SSF",
        ),
        ([*LISTED[:2], classified("WLD")], LISTED, "read differently by the client: WLD"),
        (
            [*LISTED, classified("ERI", income=" ")],
            [*LISTED, classified("ERI")],
            "incomeLevel of ERI: found",
        ),
        ([*LISTED, classified("E1")], [*LISTED, classified("E1")], "the code 'E1'"),
    ],
)
def test_no_aggregate_passes_for_an_economy_and_none_is_lost(listed, known, said):
    with pytest.raises(FetchError, match=said):
        prove_economies(PLAN, listed, known, {"SSF", "WLD"})


def test_economies_that_came_or_went_since_the_last_vintage_are_named_and_can_be_allowed():
    plan = replace(PLAN, expected_economies=frozenset({"NOR", "XKX"}))
    with pytest.raises(FetchError, match=r"gone: XKX; new: NAM.*allow_economy_changes=true"):
        prove_economies(plan, LISTED, LISTED, set())
    allowed = replace(plan, allow_economy_changes=True)
    assert len(prove_economies(allowed, LISTED, LISTED, set())) == 2


def test_a_required_series_must_be_offered_but_in_the_archives_it_is_only_stated():
    assert prove_series(PLAN, {"GDP": "GDP", "RND": "R&D"}) == ["GDP", "RND"]
    with pytest.raises(FetchError, match=r"series RND.*without=RND"):
        prove_series(PLAN, {"GDP": "GDP"})
    assert prove_series(replace(PLAN, version="202404"), {"GDP": "GDP"}) == ["GDP"]
    with pytest.raises(FetchError, match="none of the 3 series"):
        prove_series(replace(PLAN, version="202404"), {})
    with pytest.raises(FetchError, match=r"title of series GDP: found .None."):
        prove_series(PLAN, {"GDP": None, "RND": "R&D"})


def test_every_year_asked_must_be_offered():
    prove_years(PLAN, ["2019", "2020", "2021", "2022", "2022 Q1"])
    with pytest.raises(FetchError, match=r"does not offer 2022 \(its newest is 2021\)"):
        prove_years(PLAN, ["2020", "2021"])


def test_a_newest_year_below_85_percent_of_the_year_before_is_thin():
    assert newest_year_is_thin({2023: 200, 2024: 169})
    assert not newest_year_is_thin({2023: 200, 2024: 170})
    assert newest_year_is_thin({2023: 200, 2024: 169, 2025: 0})
    assert not newest_year_is_thin({2023: 200, 2024: 30}, floor=0)
    assert not newest_year_is_thin({2025: 217})
    assert not newest_year_is_thin({})


def test_a_thin_series_is_refused_by_its_own_floor_and_the_override_is_named():
    counts = {"GDP": {2021: 200, 2022: 100}, "RND": {2021: 84, 2022: 30}}
    with pytest.raises(FetchError, match=r"GDP has 100 economies in 2022.*allow_thin=true") as said:
        refuse_thin(counts, PLAN)
    assert "RND" not in str(said.value)
    assert len(refuse_thin(counts, replace(PLAN, allow_thin=True))) == 2
    late = {"RND": counts["RND"]}
    assert refuse_thin(late, PLAN) == thin_series(late, {"RND": 0.85})


def test_series_are_chosen_by_name_and_an_unknown_one_is_refused():
    known = {s.indicator: s for s in PLAN.series}
    assert [s.indicator for s in chosen(known)] == ["GDP", "OLD", "RND"]
    assert chosen(known, "RND;GDP", "RND") == (GDP,)
    with pytest.raises(FetchError, match=r"series QQQ: not in workflow/series\.csv"):
        chosen(known, "QQQ")


def test_vintages_are_named_by_a_day_and_releases_as_their_source_knows_them():
    assert check_vintage_name("2026-11-21") == "2026-11-21"
    assert check_release("202404", "archive") == "202404"
    assert check_release("2024-05-30", "bulk") == "2024-05-30"
    assert check_release("") == ""
    for name in ("2026-13-01", "latest", "../x", "2026-11-21/x"):
        with pytest.raises(FetchError, match="YYYY-MM-DD"):
            check_vintage_name(name)
    for release in ("2024-04", "", "202413", "2024-05-30"):
        with pytest.raises(FetchError, match="YYYYMM"):
            check_release(release, "archive")
    for release in ("2024-04", "", "202404", "2024-02-30", "1999-01-01"):
        with pytest.raises(FetchError, match="YYYY-MM-DD"):
            check_release(release, "bulk")
