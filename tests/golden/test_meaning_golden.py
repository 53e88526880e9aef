"""What resources and statistics mean: findings of the audit of 2026, each with its figure."""

from functools import cache

import pandas as pd
import pytest

from affordability import judgement, pipeline, resources
from affordability.audit import concentration
from affordability.costs.training import estimates, trends
from affordability.derivation import operands, read
from affordability.diff import values
from affordability.measures import MEASURES
from affordability.vintages import CURATED, RAW, Vintage, open_vintage
from tests.audited import audit

RULES = {"default": {"year": 2024, "max_age_years": 10}}


@cache
def frozen(vintage: str) -> dict[str, pd.DataFrame]:
    """What the panel of a vintage is made of."""
    world_bank = open_vintage(RAW, "world_bank", vintage)
    return {
        "observations": world_bank.read("observations"),
        "series": world_bank.read("series"),
        "venture_capital": open_vintage(RAW, "oecd", "2026-03-03").read("venture_capital"),
        "organisations": Vintage(CURATED).read("organisations"),
    }


@cache
def panel(vintage: str) -> pd.DataFrame:
    """Resources of all years of a vintage."""
    pair = {"world_bank": vintage, "oecd": "2026-03-03"}
    return pipeline.panel(frozen(vintage), pair, judgement.given())


def usd(vintage: str, measure: str, actor: str, year: int) -> float:
    rows = panel(vintage).set_index(["measure", "actor_id", "year"])["usd"]
    return float(rows.loc[measure, actor, year])


def test_gdp_of_cyprus_is_the_published_total_and_not_half_as_much_again():
    rows = frozen("2026-07-13.1")["observations"]
    told = rows[(rows["iso3"] == "CYP") & (rows["year"] == 2023)].set_index("indicator")["value"]
    product = told["NY.GDP.PCAP.CD"] * told["SP.POP.TOTL"]
    found = usd("2026-07-13.1", "gdp", "CYP", 2023)
    assert found == told["NY.GDP.MKTP.CD"]
    assert 1.35 < product / found < 1.55


def test_a_vintage_of_two_releases_of_population_has_gdp_of_the_year_they_share_only():
    rows = panel("2026-07-13")
    gdp = rows[rows["measure"] == "gdp"]
    assert set(gdp["year"]) == {2025} and len(gdp) == 186
    assert set(gdp["status"]) == {"derived"}
    assert gdp["derivation"].str.contains("another population in Cyprus").all()
    assert "rd_expenditure" not in set(rows["measure"])


@pytest.mark.parametrize("vintage", ["2024-04", "near-2024-04", "2026-07-13", "2026-07-13.1"])
def test_nothing_is_verified_that_is_derived(vintage):
    rows = panel(vintage)
    sure = rows[rows["status"] == "verified"]
    several = [len(operands(read(text).expression)) > 1 for text in sure["derivation"]]
    assert len(several) > 10_000 and not any(several)


def test_only_four_economies_have_more_than_100_billion_of_research_in_the_nearer_vintage():
    rows = panel("2024-04").query("measure == 'rd_expenditure' and year == 2022")
    top = (rows.set_index("actor_id")["usd"] / 1e9).sort_values(ascending=False)
    assert top.index[:4].tolist() == ["USA", "CHN", "JPN", "DEU"]
    assert top.iloc[:5].round().tolist() == [912, 459, 144, 128, 87]


def test_large_companies_are_ranked_by_one_quantity():
    chosen = resources.select(panel("2024-04"), RULES).set_index(["actor_id", "measure"])
    for company in ("samsung-electronics", "microsoft", "alphabet", "meta", "apple", "tencent"):
        both = [chosen.loc[(company, measure), "usd"] for measure in ("revenue", "rd_spending")]
        assert both[0] > 3 * both[1]
    assert ("amazon", "rd_spending") not in chosen.index
    assert chosen.loc[("inflection-ai", "funding_round"), "period"] == "once"


def test_a_partial_allocation_is_no_budget_of_obafemi_awolowo():
    named = "obafemi-awolowo-university-teaching-hospital-complex-ile-ife"
    rows = panel("2024-04").query(f"actor_id == '{named}'")
    assert rows[["measure", "year"]].values.tolist() == [["expenditure", 2018]]
    told = resources.left_out(frozen("2024-04")).set_index("budget_id")["reason"]
    assert told[f"{named}-2020-expenditure"].startswith("a partial allocation")
    assert told[f"{named}-2024-expenditure"].startswith("no official exchange rate of 2024")


def test_every_figure_of_an_organisation_stands_in_the_panel_or_has_its_reason():
    figures = frozen("2024-04")["organisations"]
    told = resources.left_out(frozen("2024-04"))
    measures = [m.id for m in MEASURES.values() if m.actor == "organisation"]
    stand = panel("2024-04")["measure"].isin(measures).sum()
    assert len(told) > 20 and told["reason"].ne("").all()
    assert len(told) + stand == len(figures)


def test_mending_a_vintage_is_no_revision_of_gdp_or_research():
    pairs = [values.derived(panel(name)) for name in ("2026-07-13", "2026-07-13.1")]
    found = values.matched(*pairs)["what"].value_counts()
    assert found.get("revised", 0) == 0
    assert found["mended"] == 5 and found["added"] > 7000


def test_from_the_nearer_vintage_on_research_is_revised_by_the_bank_and_nothing_is_mended():
    pairs = [values.derived(panel(name)) for name in ("2024-04", "2026-07-13.1")]
    found = values.matched(*pairs)
    ireland = found.query("series == 'rd_expenditure' and iso3 == 'IRL' and year == 2022").iloc[0]
    # The price level is a published series in one vintage and a ratio of two in the other.
    mended = set(found.loc[found["what"] == "mended", "series"])
    assert mended <= {"rd_expenditure_ppp"}
    assert ireland["what"] == "revised" and ireland["change"] == pytest.approx(0.637, abs=1e-3)


def test_years_that_29_small_economies_have_reported_count_nobody():
    curated = {name: Vintage(CURATED).read(name) for name in estimates.CURATED}
    computed = estimates.compute(curated, estimates.SETTINGS | {"draws": 10})[0]
    bar = trends.bar_table(computed, panel("2026-07-13.1"), 5).set_index(["rule", "year"])
    late = bar.loc[("same_year", 2024)]
    assert late["economies"] == 29 and late["reported"] == pytest.approx(0.036, abs=1e-3)
    assert pd.isna(late["under_01"]) and late["members_01"] == ""
    assert late["reason"].startswith("29 economies with 3.56 % of the R&D known have reported 2024")
    full = bar.loc[("same_year", 2023)]
    assert full["reason"] == "" and full["under_01"] == 7


def test_a_part_of_the_growth_of_capacity_is_inflation():
    prices = Vintage(CURATED).read("producer_prices")
    table = concentration.concentration(audit().declared["concentration"], audit().data, prices)
    rows = table[table["panel"] == "measured"].set_index("year")
    nominal, real = (
        rows.loc[2024, column] / rows.loc[2005, column]
        for column in ("capacity", "capacity_deflated")
    )
    assert (nominal, real) == pytest.approx((2.81, 2.40), abs=0.01)


def test_the_frontier_counts_other_runs_and_its_growth_meets_what_was_published():
    curated = {name: Vintage(CURATED).read(name) for name in estimates.CURATED}
    settings = estimates.SETTINGS | {"draws": 2000}
    computed = estimates.compute(curated, settings)[0]
    chosen = trends.frontier(computed, curated["models"], curated["other_runs"])
    assert not chosen & {"bert-large", "gpt-j-6b", "gpt-neox-20b"} and "gpt3-175b" in chosen
    table = trends.growth_table(computed, curated, settings).set_index(["basis", "selection"])
    row = table.loc[("amortised", "frontier")]
    assert (row["models"], row["first_release"], row["last_release"]) == (
        43,
        "2019-02-14",
        "2025-08-07",
    )
    assert row["growth_per_year"] == pytest.approx(3.69, abs=0.01)
    assert row[["published", "published_low", "published_high"]].tolist() == [2.4, 2.0, 2.9]
    assert row["growth_low"] < row["published_high"]
