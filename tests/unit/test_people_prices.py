"""Prices there, and what they are to people there: by hand, and bad input in a sentence."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from affordability.people import incomes as reader
from affordability.people import prices, slopes, summaries
from affordability.tables import InputError


def world() -> pd.DataFrame:
    """Three economies: rich, poor and one without an income."""
    return pd.DataFrame(
        {
            "name": ["Rich", "Poor", "Silent"],
            "region": ["R", "S", "S"],
            "income_group": ["High income", "Low income", "Low income"],
            "gni": [60_000.0, 600.0, np.nan],
            "gni_ppp": [60_000.0, 2_400.0, np.nan],
            "nni": [48_000.0, np.nan, np.nan],
            "population": [100.0, 300.0, 50.0],
            "working_age": [60.0, 180.0, 30.0],
            "price_level": [1.0, 0.25, np.nan],
        },
        index=pd.Index(["USA", "POO", "SIL"], name="economy"),
    )


def store(**changed) -> pd.DataFrame:
    rows = {
        "iso3": ["USA", "POO", "SIL", "USA", "POO"],
        "plan": ["a_plus", "a_plus", "a_plus", "b_mini", "b_mini"],
        "usd": [20.0, 24.0, np.nan, 5.0, np.nan],
        "storefront_status": [
            *["local_storefront"] * 2,
            "no_local_storefront",
            "local_storefront",
            "app_not_offered",
        ],
    }
    return pd.DataFrame({**rows, **changed})


@pytest.fixture
def burden():
    offers = [prices.reference_offers(list(world().index)), prices.store_offers(store())]
    return prices.burden(pd.concat(offers, ignore_index=True), world())


def at(burden, economy: str, plan: str) -> pd.Series:
    return burden.set_index(["economy", "plan"]).loc[(economy, plan)]


def test_a_price_is_a_share_of_a_years_income_in_each_unit(burden):
    row = at(burden, "POO", "a_plus")
    assert (row["usd_per_month"], row["ppp_per_month"]) == (24.0, 96.0)
    assert (row["share"], row["share_ppp"]) == (0.48, 0.12)
    assert np.isnan(row["share_nni"])
    assert at(burden, "USA", "flat_200")["share_nni"] == 0.05


def test_no_storefront_no_app_and_a_price_stay_three_findings(burden):
    assert at(burden, "SIL", "a_plus")["status"] == prices.NO_STOREFRONT
    assert at(burden, "POO", "b_mini")["status"] == prices.NOT_OFFERED
    assert at(burden, "POO", "flat_8")["status"] == prices.REFERENCE


def test_the_cheapest_plan_is_one_that_is_on_offer(burden):
    found = prices.cheapest(burden).set_index("economy")
    assert found["plan"].to_dict()["USA"] == "b_mini" and found.loc["USA", "share"] == 0.001
    assert found["plan"].to_dict()["POO"] == "a_plus"
    assert found["status"].to_dict()["SIL"] == prices.NO_STOREFRONT
    assert found["plan"].isna().to_dict()["SIL"]


def test_a_free_tier_is_named_where_its_app_is_offered_and_nowhere_else(burden):
    apps = store(app=["a", "a", "a", "b", "b"])
    tiers = pd.DataFrame({"app": ["a", ""], "name": ["A Free", "Other Free"]})
    named = burden.assign(free_tier=prices.free_tiers(burden, apps, tiers))
    assert at(named, "POO", "a_plus")["free_tier"] == "A Free"
    for economy, plan in (("SIL", "a_plus"), ("USA", "b_mini"), ("USA", "flat_20")):
        assert at(named, economy, plan)["free_tier"] == ""
    assert prices.cheapest(named).set_index("economy").loc["POO", "free_tier"] == "A Free"


def test_prices_that_would_be_fair(burden):
    rows = prices.fair_prices(burden, world()).set_index(["economy", "plan"])
    assert rows.loc[("POO", "flat_20"), "equal_burden_usd"] == pytest.approx(0.2)
    assert rows.loc[("POO", "flat_20"), "ppp_indexed_usd"] == 5.0
    assert rows.loc[("USA", "flat_20"), "equal_burden_usd"] == pytest.approx(20)


def test_a_question_is_paid_by_the_token():
    assert prices.pay_per_question(500, 250, 2.5, 10) == pytest.approx(0.00375)
    with pytest.raises(InputError, match="question: found"):
        prices.pay_per_question(0, 0, 1, 1)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"usd": [20.0, 24.0, 9.0, 5.0, np.nan]}, "SIL, a_plus: found a price of 9 .no_local"),
        ({"usd": [20.0, 0.0, np.nan, 5.0, np.nan]}, "POO, a_plus: found a price of 0"),
    ],
)
def test_a_price_where_there_can_be_none_is_refused(changed, said):
    with pytest.raises(InputError, match=said):
        prices.store_offers(store(**changed))


def test_an_economy_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="offers: found the economy ZZZ, expected one of the 3"):
        prices.burden(prices.reference_offers(["ZZZ"]), world())


def test_an_economy_without_an_income_is_left_out_by_name(burden):
    gone = summaries.left_out(burden, world())
    assert set(gone["economy"]) == {"SIL", "POO"}
    reasons = gone.set_index(["economy", "plan"])["reason"]
    assert reasons[("SIL", "flat_20")] == "no GNI per capita"
    assert reasons[("SIL", "a_plus")] == "no_local_storefront, no GNI per capita"
    assert reasons[("POO", "b_mini")] == "app_not_offered"


def test_groups_count_only_economies_with_price_and_income(burden):
    table = summaries.by_group(burden, world().reset_index(), "region")
    rows = table.set_index(["plan", "region"])
    assert list(table)[:3] == ["plan", "region", "n"]
    assert rows.loc[("flat_20", "S"), "n"] == 1
    assert rows.loc[("flat_20", "S"), "median_share"] == 0.4
    assert ("b_mini", "S") not in rows.index


def test_an_economy_counts_in_each_of_its_groups(burden):
    members = pd.DataFrame({"economy": ["USA", "POO", "POO"], "group": ["A", "A", "B"]})
    rows = summaries.by_group(burden, members, "group").set_index(["plan", "group"])
    assert rows.loc[("flat_20", "A"), "n"] == 2 and rows.loc[("flat_20", "B"), "n"] == 1
    assert rows.loc[("flat_20", "A"), "median_share"] == pytest.approx((0.004 + 0.4) / 2)


def test_each_fifth_pays_from_its_own_income(burden):
    shares = pd.DataFrame([[0.05, 0.1, 0.15, 0.2, 0.5]], index=["POO"], columns=summaries.QUINTILES)
    table = summaries.by_quintile(burden, shares, world()["income_group"])
    rows = table[table["plan"] == "flat_20"].set_index("quintile")
    assert rows["median_share"].tolist() == pytest.approx([1.6, 0.8, 1.6 / 3, 0.4, 0.16])
    assert set(rows["n"]) == {1} and set(rows["income_group"]) == {"Low income"}


def test_exposure_counts_economies_and_people_of_working_age(burden):
    table = summaries.exposure(burden, [0.01, 0.4], world()["working_age"])
    rows = table.set_index(["plan", "threshold"])
    assert rows.loc[("flat_20", 0.01)].tolist() == [2, 1, 0.5, 0.75]
    assert rows.loc[("flat_20", 0.4), "n_above"] == 0  # 0.4 itself is not above


@pytest.mark.parametrize("threshold", [0, -0.1, 1.5, float("nan")])
def test_a_threshold_that_is_no_share_is_refused(burden, threshold):
    with pytest.raises(
        InputError, match=r"threshold: found .*, expected a share of income above 0"
    ):
        summaries.exposure(burden, [threshold], world()["working_age"])


def test_a_plan_stands_beside_the_newest_basket_with_a_price(burden):
    baskets = pd.DataFrame(
        {
            "iso3": "POO",
            "basket": "mobile_5gb",
            "year": [2024, 2025, 2026],
            "usd": [4.0, 6.0, np.nan],
            "pct_gni": [8.0, 12.0, 1.0],
        }
    )
    table = summaries.against_broadband(burden, baskets).set_index("plan")
    assert table.loc["a_plus", ["year", "price_ratio", "basket_share"]].tolist() == [2025, 4, 0.12]
    assert set(table["economy"]) == {"POO"}


def observations(rows) -> pd.DataFrame:
    return pd.DataFrame(rows, columns=["iso3", "indicator", "year", "value"])


def test_incomes_take_the_latest_value_within_the_rule_and_keep_its_year():
    economies = pd.DataFrame(
        {"iso3": ["AAA"], "name": ["A"], "region": ["R"], "income_level": ["Lower middle income"]}
    )
    rows = [
        *[("AAA", "NY.GNP.PCAP.CD", year, value) for year, value in ((2019, 1.0), (2024, 2.0))],
        ("AAA", "NY.GNP.PCAP.CD", 2026, 3.0),
        ("AAA", "NY.ADJ.NNTY.PC.CD", 2016, 5.0),
        ("AAA", "NY.GDP.PCAP.CD", 2024, 10.0),
        ("AAA", "NY.GDP.PCAP.CD", 2025, 12.0),
        ("AAA", "NY.GDP.PCAP.PP.CD", 2024, 40.0),
    ]
    row = reader.incomes(economies, observations(rows), 2025, 5).loc["AAA"]
    assert (row["gni"], row["gni_year"], row["income_group"]) == (2.0, 2024, "Lower-middle income")
    assert (row["nni"], row["price_level"]) == (5.0, 0.25)
    assert np.isnan(row["population"])


def quintiles(shares) -> pd.DataFrame:
    names = ["FRST", "02ND", "03RD", "04TH", "05TH"]
    rows = [("AAA", f"SI.DST.{n}.20", 2020, s) for n, s in zip(names, shares, strict=True)]
    return observations(rows)


def test_quintile_shares_are_fractions_that_add_up_to_one():
    row = reader.quintile_shares(quintiles([5.1, 10, 15, 20, 50])).loc["AAA"]
    assert row["survey_year"] == 2020
    assert row[summaries.QUINTILES].sum() == pytest.approx(1)
    assert row["q1"] == pytest.approx(5.1 / 100.1)


def test_quintile_shares_that_do_not_add_up_are_refused():
    with pytest.raises(InputError, match=r"AAA, SI.DST.\*: found shares that add up to 90"):
        reader.quintile_shares(quintiles([5, 10, 15, 20, 40]))


def test_a_line_has_the_slope_and_the_hc3_error_of_the_textbook():
    x, y = np.array([0.0, 1, 2, 3, 4, 7]), np.array([1.0, 3, 4, 8, 9, 11])
    fit = slopes.line(x, y)
    slope, intercept = np.polyfit(x, y, 1)
    centred = x - x.mean()
    leverage = 1 / len(x) + centred**2 / (centred**2).sum()
    errors = (y - intercept - slope * x) / (1 - leverage)
    expected = ((centred * errors) ** 2).sum() ** 0.5 / (centred**2).sum()
    assert (fit.slope, fit.intercept) == (pytest.approx(slope), pytest.approx(intercept))
    assert fit.se_hc3 == pytest.approx(expected)
    assert np.isnan(slopes.line(np.ones(5), y[:5]).slope)


def test_one_price_for_all_has_slope_zero_and_one_that_follows_income_has_one():
    there = pd.DataFrame({"gni": [1e3, 1e4, 1e5]}, index=["A", "B", "C"])
    rows = pd.DataFrame(
        {
            "economy": ["A", "B", "C"] * 2,
            "plan": ["flat"] * 3 + ["follows"] * 3,
            "usd_per_month": [20.0, 20.0, 20.0, 1.0, 10.0, 100.0],
        }
    )
    table = slopes.price_slopes(rows, there).set_index("plan")
    assert table.loc["flat", ["n", "slope", "se_hc3", "median_usd"]].tolist() == [3, 0, 0, 20]
    assert table.loc["follows", "slope"] == pytest.approx(1)


def test_of_two_surveys_the_later_is_read_if_it_is_whole():
    early = quintiles([5, 10, 15, 20, 50])
    late = quintiles([6, 11, 16, 21, 46]).assign(year=2022)
    row = reader.quintile_shares(pd.concat([early, late])).loc["AAA"]
    assert (row["survey_year"], row["q1"]) == (2022, 0.06)
    row = reader.quintile_shares(pd.concat([early, late[:4]])).loc["AAA"]
    assert (row["survey_year"], row["q1"]) == (2020, 0.05)


def test_the_price_of_equal_burden_is_by_the_middle_rich_economy_and_not_by_their_mean():
    there = pd.DataFrame(
        {"gni": [12e3, 24e3, 240e3, 1200.0], "price_level": 1.0, "income_group": "High income"},
        index=["AAA", "USA", "CCC", "POO"],
    )
    there.loc["POO", "income_group"] = "Low income"
    names = there.reindex(columns=[*there, "gni_ppp", "nni"])
    burden = prices.burden(prices.reference_offers(list(there.index), {"p": 20.0}), names)
    rows = prices.fair_prices(burden, there).set_index("economy")  # 2, 1 and 0.1 % of income
    assert rows.loc["POO", "equal_burden_usd"] == pytest.approx(0.01 * 1200 / 12)
