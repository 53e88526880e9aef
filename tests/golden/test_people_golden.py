"""People by hand: five economies reckoned from the figures as published, and fits against surveys.

The arithmetic here uses nothing of `affordability.people` but the answers it checks.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from affordability.people import distribution, headcount, prices, slopes, summaries
from affordability.people.incomes import incomes, quintile_shares
from affordability.vintages import Vintage

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"
# Typed from the frozen files: GNI per capita (Atlas), the same in PPP, GDP per capita in US$ and in
# PPP, people, people aged 15 to 64, all of 2025; quintile shares of the latest survey.
GNI = {"USA": 88810, "DEU": 60200, "IND": 2760, "NGA": 1360, "ETH": 1110}
GNI_PPP = {"USA": 89490, "DEU": 78140, "IND": 11600, "NGA": 9230, "ETH": 3620}
GDP_IND, GDP_PPP_IND = 2702.47987141553, 11747.9160436011
WORKING_AGE = {
    "USA": 220498172,
    "DEU": 52107640,
    "IND": 1001696269,
    "NGA": 133991180,
    "ETH": 78471564,
}
INDIA_FIFTHS = [10.4, 14.2, 17.5, 21.9, 36.1]
PLUS = {
    "USA": 19.99,
    "DEU": 26.199251059252013,
    "IND": 20.849213823498104,
    "NGA": 23.705992233646025,
}
FIVE = list(GNI)


@pytest.fixture(scope="module")
def observations():
    return Vintage(RAW / "world_bank" / "2026-07-13").read("observations")


@pytest.fixture(scope="module")
def everybody(observations):
    economies = Vintage(RAW / "world_bank" / "2026-07-13").read("economies")
    return incomes(economies, observations, 2025, 5)


@pytest.fixture(scope="module")
def shares(observations):
    return quintile_shares(observations)


@pytest.fixture(scope="module")
def five(everybody):
    return everybody.loc[FIVE]


@pytest.fixture(scope="module")
def burden(five):
    store = Vintage(RAW / "app_store" / "2026-09-27").read("store_prices")
    offers = prices.store_offers(store[store["iso3"].isin(FIVE)])
    both = pd.concat([prices.reference_offers(FIVE), offers], ignore_index=True)
    return prices.burden(both, five)


def of(burden, plan: str) -> pd.DataFrame:
    return burden[burden["plan"] == plan].set_index("economy")


@pytest.mark.parametrize("economy", FIVE)
def test_a_plan_of_20_dollars_costs_240_dollars_of_a_years_gni(burden, economy):
    row = of(burden, "flat_20").loc[economy]
    assert row["share"] == pytest.approx(240 / GNI[economy], rel=1e-12)
    assert row["share_ppp"] == pytest.approx(240 / GNI_PPP[economy], rel=1e-12)


@pytest.mark.parametrize("economy", PLUS)
def test_the_price_there_is_the_one_of_the_storefront_tax_included(burden, economy):
    row = of(burden, "chatgpt_plus").loc[economy]
    assert row["share"] == pytest.approx(12 * PLUS[economy] / GNI[economy], rel=1e-12)


def test_ethiopia_has_no_storefront_and_so_no_price(burden):
    row = of(burden, "chatgpt_plus").loc["ETH"]
    assert row["status"] == "no_local_storefront" and np.isnan(row["share"])


def test_the_indian_price_in_ppp_is_four_times_that_in_us_dollars(burden):
    row = of(burden, "chatgpt_plus").loc["IND"]
    assert row["ppp_per_month"] == pytest.approx(PLUS["IND"] * GDP_PPP_IND / GDP_IND, rel=1e-12)
    assert row["ppp_per_month"] == pytest.approx(90.63, abs=0.01)


def test_by_group_the_middle_of_two_is_their_mean(burden, five):
    table = summaries.by_group(burden, five.reset_index(), "income_group")
    rows = table[table["plan"] == "flat_20"].set_index("income_group")
    assert rows["n"].to_dict() == {
        "High income": 2,
        "Lower-middle income": 2,
        "Low income": 1,
    }
    low, high = sorted((240 / GNI["USA"], 240 / GNI["DEU"]))
    assert rows.loc["High income", "median_share"] == pytest.approx((low + high) / 2)
    assert rows.loc["High income", "p25_share"] == pytest.approx(low + (high - low) / 4)
    assert rows.loc["Low income", "median_share_ppp"] == pytest.approx(240 / GNI_PPP["ETH"])


def test_the_poorest_fifth_of_india_pays_the_plan_from_its_own_share(burden, five, shares):
    table = summaries.by_quintile(burden[burden["economy"] == "IND"], shares, five["income_group"])
    rows = table[table["plan"] == "flat_20"].set_index("quintile")["median_share"]
    for fifth, published in enumerate(INDIA_FIFTHS, 1):
        income = GNI["IND"] * 5 * published / sum(INDIA_FIFTHS)
        assert rows[fifth] == pytest.approx(240 / income, rel=1e-12)


def test_two_of_the_five_pay_over_a_tenth_and_are_a_seventh_of_the_people(burden, five):
    table = summaries.exposure(burden, [0.10], five["working_age"])
    row = table[table["plan"] == "flat_20"].iloc[0]
    assert (row["n"], row["n_above"]) == (5, 2)
    above = WORKING_AGE["NGA"] + WORKING_AGE["ETH"]
    share = above / sum(WORKING_AGE.values())
    assert row["working_age_share_above"] == pytest.approx(share, rel=1e-12)


def test_fair_prices_of_india(burden, five):
    rows = prices.fair_prices(burden, five)
    plus = rows[(rows["plan"] == "chatgpt_plus") & (rows["economy"] == "IND")].iloc[0]
    high = (12 * PLUS["USA"] / GNI["USA"] + 12 * PLUS["DEU"] / GNI["DEU"]) / 2
    assert plus["equal_burden_usd"] == pytest.approx(high * GNI["IND"] / 12, rel=1e-12)
    assert plus["ppp_indexed_usd"] == pytest.approx(19.99 * GDP_IND / GDP_PPP_IND, rel=1e-12)


def test_half_of_india_can_pay_20_dollars_with_a_tenth_of_its_income(five, shares):
    """Of the mean, 2400 / 2760 is needed; the middle fifth has 0.874 of it on average."""
    needed = 2400 / GNI["IND"]
    means = [5 * share / sum(INDIA_FIFTHS) for share in INDIA_FIFTHS]
    assert means[1] < needed < means[2]
    least = 0.4 + (means[2] - needed) / (means[3] - needed) / 5
    most = 0.6 + (means[1] - means[0]) / (needed - means[0]) / 5
    curves = distribution.fit_all(shares.loc[["IND"]])
    offers = prices.reference_offers(["IND"])
    table = headcount.headcount(offers, five, curves, [0.10])
    row = table[table["plan"] == "flat_20"].iloc[0]
    assert least < row["share_of_people"] < most
    assert row["share_of_people"] == pytest.approx(0.504, abs=0.005)
    assert row["people"] == pytest.approx(row["share_of_people"] * 1463865525)
    assert (row["survey_year"], row["flag"]) == (2022, "")
    low, high = headcount.able_between(np.array(INDIA_FIFTHS) / 100.1, np.array([needed]))
    assert (low[0], high[0]) == (pytest.approx(least), pytest.approx(most))


def test_fits_give_back_the_published_quintile_shares(shares):
    curves = distribution.fit_all(shares)
    published = shares[summaries.QUINTILES].to_numpy(float)
    given_back = np.array([curves[economy].shares(5) for economy in shares.index])
    miss = np.abs(given_back - published).max(axis=1)
    assert len(miss) >= 160
    assert (miss <= 0.01).mean() >= 0.95
    assert list(shares.index[miss > 0.01]) == []  # the rest, by name: none since 2026-07-13
    errors = [curves[economy].error for economy in shares.index]
    np.testing.assert_allclose(miss, errors, atol=1e-9)


def test_fits_to_quintiles_give_back_deciles_and_medians_they_never_saw():
    pip = Vintage(RAW / "pip" / "2017ppp")
    deciles = pip.read("income_deciles").pivot(index="iso3", columns="decile", values="share")
    surveys = pip.read("income_surveys").set_index("iso3")
    top, half = {}, {}
    for economy, row in deciles.iterrows():
        tenths = row.to_numpy(float) / row.sum()
        curve = distribution.fit(tenths.reshape(5, 2).sum(axis=1))
        top[economy] = abs(curve.shares(10)[-1] - tenths[-1])
        place = surveys.loc[economy, "median"] / surveys.loc[economy, "mean"]
        half[economy] = abs(curve.people_above(place) - 0.5)
    assert len(top) == 166
    assert (pd.Series(top) <= 0.02).mean() >= 0.95
    assert (pd.Series(half).dropna() <= 0.02).mean() >= 0.90


def test_the_price_of_plus_hardly_follows_income(everybody):
    store = Vintage(RAW / "app_store" / "2026-09-27").read("store_prices")
    burden = prices.burden(prices.store_offers(store), everybody)
    table = slopes.price_slopes(burden, everybody).set_index("plan")
    rows = burden[(burden["plan"] == "chatgpt_plus") & burden["share"].notna()]
    x, y = np.log(rows["economy"].map(everybody["gni"])), np.log(rows["usd_per_month"])
    slope = ((x - x.mean()) * (y - y.mean())).sum() / ((x - x.mean()) ** 2).sum()
    assert table.loc["chatgpt_plus", "n"] == len(rows) == 164
    assert table.loc["chatgpt_plus", "slope"] == pytest.approx(slope, rel=1e-9)
    assert 0 < slope < 0.1
    assert table.loc["chatgpt_go", "slope"] > table.loc["chatgpt_plus", "slope"]
