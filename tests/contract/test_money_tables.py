"""Organisations, universities, labs, venture totals, R&D by funder: what their figures stand for.

Reads with pandas only, so that a fault in the project's own readers cannot hide here.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

CURATED = Path(__file__).resolve().parents[2] / "data" / "raw" / "curated"
FIRMS = ["apple", "microsoft", "meta", "amazon", "alphabet", "nvidia"]
FIRMS += ["huawei", "tencent", "alibaba", "baidu", "samsung-electronics"]


def read(table: str) -> pd.DataFrame:
    """Every cell as text; a blank stays a blank and "NA" stays "NA"."""
    return pd.read_csv(CURATED / f"{table}.csv", dtype=str, keep_default_na=False)


def test_an_aggregate_says_which_statistic_it_is_and_one_organisation_has_none():
    rows = read("organisations")
    assert rows["aggregate"].eq("true").eq(rows["statistic"].ne("")).all()
    assert {"total", "mean", "median", "band"} == set(rows["statistic"]) - {""}


@pytest.mark.parametrize("year", ["2022", "2023"])
@pytest.mark.parametrize("firm", FIRMS)
def test_a_firm_has_revenue_and_research_of_the_same_year(firm, year):
    rows = read("organisations").query("org_id == @firm and year == @year")
    counted = rows[rows["excluded"].eq("")]
    no_line = {"amazon"}  # Amazon states no R&D; see `excluded`
    wanted = {"revenue"} if firm in no_line else {"revenue", "rd_expenditure"}
    assert set(counted["metric"]) == wanted


def test_a_partial_allocation_does_not_stand_for_a_hospitals_budget():
    rows = read("organisations").query("name.str.startswith('Obafemi Awolowo')", engine="python")
    assert rows.set_index("year")["local_value"].to_dict() == {
        "2018": "8530000000",
        "2020": "96000000",
        "2024": "19900000000",
    }
    assert rows.loc[rows["excluded"].ne(""), "year"].to_list() == ["2020"]
    assert "partial allocation" in rows.set_index("year").at["2020", "excluded"]


def test_a_figure_that_another_supersedes_names_one_that_is_there():
    rows = read("organisations")
    superseded = rows.loc[rows["excluded"].str.startswith("superseded"), "excluded"]
    named = set(superseded.str.split(", ").str[-1])
    assert named and named <= set(rows["budget_id"])


@pytest.mark.parametrize(
    ("year", "institutions", "total", "median"),
    [("2022", 900, 97_842_057_000, 4_295_500), ("2023", 914, 108_841_148_000, 4_779_000)],
)
def test_the_us_universities_add_up_to_the_total_of_their_source(year, institutions, total, median):
    usd = read("us_university_rd").query("year == @year")["usd"].astype("int64")
    assert (len(usd), usd.sum(), usd.median()) == (institutions, total, median)
    assert usd.min() > 0


def test_a_university_has_one_id_in_both_tables_and_one_figure():
    named = read("organisations").query("source_id == 'ncses-herd-2022' and statistic == ''")
    survey = read("us_university_rd").query("year == '2022'").set_index("institution_id")["usd"]
    assert len(named) > 25
    assert survey[named["org_id"]].to_list() == named["usd"].to_list()


def test_a_labs_run_rate_is_told_from_its_yearly_revenue():
    rows = read("lab_finances")
    paced = rows["metric"].isin(["revenue_run_rate", "product_revenue"])
    assert set(rows.loc[paced, "period"]) == {"annualised"}
    assert rows["as_of"].str[:4].eq(rows["year"]).all()
    assert read("organisations").query("org_id == 'openai' and metric == 'revenue'")[
        "year"
    ].to_list() == ["2022", "2024"]


def test_the_regions_of_one_estimator_add_up_to_its_world():
    rows = read("venture_totals").query("estimator == 'PitchBook'").astype({"usd_million": float})
    wide = rows.pivot(index="year", columns="area", values="usd_million")
    assert len(wide) == 20
    assert (wide.drop(columns="World").sum(axis=1) - wide["World"]).abs().max() <= 3
    assert wide.loc["2022", ["China", "India"]].to_list() == [88303, 23957]


def test_a_part_of_a_year_is_told_from_a_year():
    rows = read("venture_totals")
    whole = rows["period"].eq(rows["year"])
    assert rows.loc[whole, "months"].eq("12").all()
    assert len(rows[~whole]) == 5 and rows.loc[~whole, "months"].ne("12").all()


def test_what_is_paid_for_adds_up_but_where_the_source_leaves_a_part_out():
    rows = read("rd_by_funder").set_index("area")
    paid = rows.filter(like="financed_by").apply(pd.to_numeric)
    full = paid.dropna()
    assert len(full) >= 40
    assert full.sum(axis=1).sub(100).abs().max() <= 0.5
    assert rows.loc["China", ["rd_ppp_billion", "financed_by_government_pct"]].ne("").all()


def test_the_least_developed_of_april_2024_are_the_45_of_the_list_then():
    rows = read("economy_groups")
    counts = rows.groupby(["group", "as_of"])["iso3"].nunique().to_dict()
    assert counts == {
        ("FCS", "2024-07"): 39,
        ("LDC", "2024-04"): 45,
        ("LDC", "2025-12"): 44,
        ("LLDC", "2025-12"): 32,
        ("SIDS", "2025-12"): 51,
    }
