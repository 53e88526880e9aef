"""Resources: derived with their year and sources, chosen by the year rule, the absent explained."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affordability import resources
from affordability.measures import of_actors, require
from affordability.tables import InputError
from tests.unit.diff_world import nobody

RULE = {"default": {"year": 2022, "max_age_years": 5}}


def observed(*rows: tuple) -> pd.DataFrame:
    """World Bank rows; the source is the indicator's first letters."""
    frame = pd.DataFrame(rows, columns=["iso3", "indicator", "year", "value"])
    return frame.assign(source_id="wb-" + frame["indicator"].str[:2].str.lower())


def funded(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["iso3", "stage", "year", "usd_million"])
    return frame.assign(source_id="oecd")


NOTHING = funded()


# Every source is of one release, but that of the population.
SERIES = pd.DataFrame({"source_id": ["wb-ny", "wb-gb", "wb-pa", "wb-sp"], "release": "2026-07"})


def panel_of(
    observations: pd.DataFrame,
    venture: pd.DataFrame = NOTHING,
    bodies: pd.DataFrame | None = None,
    series: pd.DataFrame = SERIES,
) -> pd.DataFrame:
    tables = {"observations": observations, "venture_capital": venture, "series": series}
    tables["organisations"] = nobody() if bodies is None else bodies
    return resources.panel(tables, {"world_bank": "2024-04", "oecd": "2026-03"})


def value(panel: pd.DataFrame, measure: str, iso3: str = "AAA") -> pd.Series:
    rows = panel[(panel["measure"] == measure) & (panel["actor_id"] == iso3)]
    assert len(rows) == 1
    return rows.iloc[0]


def test_gdp_is_the_published_total_where_there_is_one():
    row = value(
        panel_of(
            observed(
                ("AAA", "NY.GDP.MKTP.CD", 2022, 5e9),
                ("AAA", "NY.GDP.PCAP.CD", 2022, 1e3),
                ("AAA", "SP.POP.TOTL", 2022, 4e6),
            )
        ),
        "gdp",
    )
    assert (row["usd"], row["derivation"]) == (5e9, "NY.GDP.MKTP.CD")


PER_HEAD = [
    ("AAA", "NY.GDP.PCAP.CD", 2022, 1e3),
    ("AAA", "SP.POP.TOTL", 2021, 3e6),
    ("AAA", "SP.POP.TOTL", 2022, 4e6),
    ("AAA", "GB.XPD.RSDV.GD.ZS", 2022, 2.0),
    ("BBB", "NY.GDP.PCAP.CD", 2022, 1e3),
]


def test_gdp_is_else_a_derived_product_of_one_year_that_says_the_break_it_carries():
    rows = panel_of(observed(*PER_HEAD)).set_index("measure")
    assert rows.loc["gdp", ["actor_id", "year", "usd"]].tolist() == ["AAA", 2022, 4e9]
    assert rows.loc["rd_expenditure", "usd"] == 8e7
    for measure in ("gdp", "rd_expenditure"):
        assert rows.loc[measure, "status"] == "derived"
        assert "another population in Cyprus" in rows.loc[measure, "derivation"]
    assert rows.loc["gdp", "derivation"].startswith("NY.GDP.PCAP.CD*SP.POP.TOTL: ")


def test_a_product_of_two_releases_is_never_formed():
    series = SERIES.assign(release=["2026-07", "2026-07", "2026-07", "2026-02"])
    rows = panel_of(observed(*PER_HEAD), series=series)
    assert not set(rows["measure"]) & {"gdp", "rd_expenditure"}


def test_a_total_that_lacks_an_economy_is_not_completed_by_a_product():
    rows = panel_of(observed(("BBB", "NY.GDP.MKTP.CD", 2022, 5e9), *PER_HEAD))
    gdp = rows[rows["measure"] == "gdp"]
    assert gdp[["actor_id", "status"]].values.tolist() == [["BBB", "verified"]]


def test_research_spending_takes_share_and_gdp_of_one_year_and_keeps_both_sources():
    panel = panel_of(
        observed(
            ("AAA", "NY.GDP.MKTP.CD", 2020, 2e9),
            ("AAA", "NY.GDP.MKTP.CD", 2022, 4e9),
            ("AAA", "GB.XPD.RSDV.GD.ZS", 2020, 2.5),
        )
    )
    row = value(panel, "rd_expenditure")
    assert row["usd"] == pytest.approx(5e7)
    assert row["year"] == 2020
    assert row["source_id"] == "wb-gb;wb-ny"
    assert row["vintage"] == "world_bank/2024-04"


def test_a_month_of_income_is_a_twelfth_of_a_year():
    panel = panel_of(
        observed(("AAA", "NY.GNP.PCAP.CD", 2022, 2400), ("AAA", "NY.ADJ.NNTY.PC.CD", 2021, 1200))
    )
    assert (value(panel, "monthly_gni")["usd"], value(panel, "gni_per_capita")["usd"]) == (
        200,
        2400,
    )
    assert value(panel, "monthly_adjusted_nni")["usd"] == 100
    assert value(panel, "monthly_gni")["period"] == "month"
    assert value(panel, "gni_per_capita")["period"] == "year"
    assert set(panel["actor_kind"]) == {"person"}


def test_seed_funding_is_one_stage_and_venture_capital_all_of_them():
    panel = panel_of(
        observed(),
        funded(
            ("AAA", "SEED", 2022, 3.5),
            ("AAA", "START", 2022, 9),
            ("AAA", "_T", 2022, 20),
            ("BBB", "SEED", 2022, float("nan")),
        ),
    )
    assert value(panel, "seed_funding")["usd"] == 3.5e6
    assert value(panel, "venture_capital")["usd"] == 20e6
    assert set(panel["actor_id"]) == {"AAA"}
    assert set(panel["vintage"]) == {"oecd/2026-03"}


def panel(*rows: tuple, measure: str = "gdp") -> pd.DataFrame:
    """A panel of one measure from actor, year, usd."""
    frame = pd.DataFrame(rows, columns=["actor_id", "year", "usd"])
    frame = frame.astype({"year": "int64", "usd": "float64"})
    return frame.assign(
        actor_kind="economy",
        measure=measure,
        period="year",
        price_basis="nominal",
        vintage="v",
        source_id="s",
        derivation="d",
        status="verified",
    )


@pytest.mark.parametrize(
    ("years", "rule", "chosen"),
    [
        ([2020, 2022, 2023], {"year": 2022, "max_age_years": 5}, 2022),
        ([2016, 2017, 2023], {"year": 2022, "max_age_years": 5}, 2017),
        ([2016, 2023], {"year": 2022, "max_age_years": 5}, None),
        ([2021, 2023], {"year": 2022, "max_age_years": 0}, None),
        ([2021, 2022], {"year": 2022, "max_age_years": 0}, 2022),
    ],
)
def test_the_newest_year_that_the_rule_allows_is_used_and_kept(years, rule, chosen):
    rows = resources.select(panel(*(("AAA", y, 1.0) for y in years)), {"default": rule})
    assert rows["year"].tolist() == ([chosen] if chosen else [])
    assert rows["age_years"].tolist() == ([rule["year"] - chosen] if chosen else [])


@settings(max_examples=40, deadline=None)
@given(
    years=st.dictionaries(st.integers(1990, 2030), st.floats(-5, 5), max_size=12),
    year=st.integers(1995, 2028),
    age=st.integers(0, 12),
)
def test_the_year_rule_holds_whatever_is_published(years, year, age):
    rows = resources.select(
        panel(*(("AAA", y, usd) for y, usd in years.items())),
        {"default": {"year": year, "max_age_years": age}},
    )
    allowed = [y for y, usd in years.items() if year - age <= y <= year and usd > 0]
    assert rows["year"].tolist() == ([max(allowed)] if allowed else [])
    assert rows["usd"].tolist() == ([years[max(allowed)]] if allowed else [])


def test_a_measure_may_have_its_own_rule():
    rows = pd.concat([panel(("AAA", 2015, 1.0)), panel(("AAA", 2015, 2.0), measure="revenue")])
    own = {**RULE, "revenue": {"year": 2024, "max_age_years": 10}}
    chosen = resources.select(rows.reset_index(drop=True), own)
    assert chosen[["measure", "age_years"]].values.tolist() == [["revenue", 9]]


def test_a_negative_income_is_no_resource_but_an_older_positive_one_is():
    chosen = resources.select(panel(("GNQ", 2021, 50.0), ("GNQ", 2022, -3.0)), RULE)
    assert chosen[["year", "usd"]].values.tolist() == [[2021, 50.0]]


ECONOMIES = pd.DataFrame(
    [("AAA", "A", True), ("BBB", "B", True), ("XKX", "Kosovo", True), ("TWN", "Taiwan", False)],
    columns=["iso3", "name", "has_data"],
)


def reasons(known: pd.DataFrame, measure: str) -> dict[str, str]:
    chosen = resources.select(known, RULE)
    missing = resources.missing(known, chosen, ECONOMIES, RULE)
    rows = missing[missing["measure"] == measure]
    return dict(zip(rows["iso3"], rows["reason"], strict=True))


def test_every_economy_without_a_value_is_listed_with_the_reason():
    known = panel(("AAA", 2022, 1.0), ("BBB", 2010, 1.0))
    assert reasons(known, "gdp") == {
        "BBB": "newest value is of 2010, the year rule starts in 2017",
        "XKX": "the World Bank publishes no value",
        "TWN": "the World Bank classifies it and publishes no data for it",
    }
    only_later = reasons(panel(("AAA", 2024, 1.0)), "gdp")
    assert only_later["AAA"] == "values only after 2022"


@pytest.mark.parametrize(
    ("measure", "reason"),
    [
        ("seed_funding", "OECD publishes no seed stage for it"),
        ("venture_capital", "OECD publishes no venture capital for it"),
        ("rd_expenditure", "no R&D share together with GDP of the same year"),
        ("monthly_gni", "the World Bank publishes no value"),
    ],
)
def test_the_reason_names_who_does_not_publish_what(measure, reason):
    assert reasons(panel(("AAA", 2022, 1.0)), measure)["XKX"] == reason


def test_an_economy_has_a_value_or_a_reason_for_each_measure_and_never_both():
    known = panel(("AAA", 2022, 1.0), ("BBB", 2010, 1.0))
    chosen = resources.select(known, RULE)
    missing = resources.missing(known, chosen, ECONOMIES, RULE)
    measures = of_actors("economy", "person")
    pairs = [*zip(missing["measure"], missing["iso3"], strict=True)]
    pairs += zip(chosen["measure"], chosen["actor_id"], strict=True)
    assert sorted(pairs) == sorted((m, i) for m in measures for i in ECONOMIES["iso3"])


def organisations(*rows: dict) -> pd.DataFrame:
    blank = {
        "iso3": "AAA",
        "year": 2022,
        "metric": "revenue",
        "name": "O",
        "aggregate": False,
        "statistic": "",
        "excluded": "",
        "usd": math.nan,
        "usd_low": math.nan,
        "usd_high": math.nan,
        "currency": "",
        "local_value": math.nan,
        "source_id": "s",
        "status": "verified",
    }
    return pd.DataFrame(
        [{**blank, "org_id": "o", "budget_id": f"b{i}", **row} for i, row in enumerate(rows)]
    ).astype({"year": "Int64"})


RATE = observed(("AAA", "PA.NUS.FCRF", 2022, 8.0))


def budgets(*rows: dict) -> pd.DataFrame:
    panel = panel_of(RATE, bodies=organisations(*rows))
    return panel[panel["measure"].isin(of_actors("organisation"))]


@pytest.mark.parametrize(
    ("row", "derivation", "sources"),
    [
        ({"usd": 10.0}, "organisations.usd[metric=revenue,budget_id=b0]", "s"),
        (
            {"local_value": 800.0},
            "organisations.local_value[metric=revenue,budget_id=b0]/PA.NUS.FCRF[iso3=AAA]",
            "s;wb-pa",
        ),
    ],
)
def test_a_budget_says_its_kind_and_formula_and_a_converted_one_both_sources(
    row, derivation, sources
):
    rows = budgets(row)
    assert rows["derivation"].tolist() == [derivation]
    assert rows["source_id"].tolist() == [sources]
    assert rows["vintage"].tolist() == ["curated;world_bank/2024-04"]


@pytest.mark.parametrize(
    ("row", "usd"),
    [
        ({"usd": 10.0, "local_value": 800.0, "usd_high": 20.0}, 10.0),
        ({"local_value": 800.0}, 100.0),
        ({"usd_low": 5.0, "usd_high": 20.0}, 20.0),
        ({"usd_low": 5.0}, 5.0),
        ({"local_value": 800.0, "year": 2021}, None),
        ({"usd": 10.0, "aggregate": True, "statistic": "total"}, None),
        ({"usd": 10.0, "excluded": "a part of it"}, None),
    ],
)
def test_a_budget_is_stated_or_converted_or_the_end_of_a_band(row, usd):
    rows = budgets(row)
    assert rows["usd"].tolist() == ([usd] if usd else [])


def test_each_quantity_is_a_measure_of_its_own():
    rows = budgets(
        {"metric": "rd_expenditure", "usd": 1.0},
        {"metric": "revenue", "usd": 2.0},
        {"metric": "expenditure", "usd": 3.0, "status": "unverified"},
        {"metric": "funding_round", "usd": 4.0},
        {"metric": "capital", "usd": 5.0},
    )
    assert rows.set_index("measure")[["usd", "period"]].T.to_dict("list") == {
        "expenditure": [3.0, "year"],
        "revenue": [2.0, "year"],
        "rd_spending": [1.0, "year"],
        "funding_round": [4.0, "once"],
    }


def test_what_was_converted_is_derived_and_an_average_is_a_group_that_pays_for_nothing():
    rows = budgets(
        {"local_value": 800.0},
        {"usd": 7.0, "org_id": "mean", "aggregate": True, "statistic": "mean"},
    )
    assert rows[["actor_kind", "status"]].values.tolist() == [
        ["group", "verified"],
        ["organisation", "derived"],
    ]


def test_every_figure_that_stands_for_nobody_is_named_with_its_reason():
    bodies = organisations(
        {"usd": 1.0},
        {"usd": 3.0, "status": "unverified"},
        {"usd": 2.0, "excluded": "a part of it"},
        {"usd": 9.0, "aggregate": True, "statistic": "total"},
        {"local_value": 5.0, "year": 2021},
        {"usd": 5.0, "metric": "capital"},
    )
    told = resources.left_out({"observations": RATE, "organisations": bodies})
    assert told.set_index("budget_id")["reason"].to_dict() == {
        "b1": "a second figure of the year; b0 counts",
        "b2": "a part of it",
        "b3": "a total over several organisations",
        "b4": "no official exchange rate of 2021 in the vintage",
        "b5": "no measure: capital",
    }


def test_of_two_figures_of_one_kind_the_one_that_was_read_counts():
    rows = budgets({"usd": 1.0, "status": "unverified"}, {"usd": 2.0})
    assert rows["usd"].tolist() == [2.0]


def test_a_measure_that_does_not_exist_is_refused_with_those_that_do():
    require(["gdp", "revenue"], "here")
    with pytest.raises(InputError, match="here: found measure gdq, expected one of gdp, rd_expend"):
        require(["gdp", "gdq"], "here")
