"""Headcounts: who can pay, what is imputed, and how far that could be wrong."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from scipy.special import ndtr

from affordability.people import headcount, prices
from affordability.people.distribution import Curve
from affordability.tables import InputError
from tests.unit.test_people_prices import store, world

SIGMA = 0.8
CURVE = Curve("lognormal", (SIGMA,), 0.0, 2019)


def able(x: float) -> float:
    return 1 - float(ndtr(np.log(x) / SIGMA + SIGMA / 2))


@pytest.fixture
def offers():
    both = [prices.reference_offers(list(world().index)), prices.store_offers(store())]
    return pd.concat(both, ignore_index=True)


@pytest.fixture
def table(offers):
    return headcount.headcount(offers, world(), {"POO": CURVE, "High income": CURVE}, [0.05, 0.1])


def at(table, economy: str, plan: str, threshold: float = 0.1) -> pd.Series:
    return table.set_index(["economy", "plan", "threshold"]).loc[(economy, plan, threshold)]


def test_the_share_is_that_of_people_with_enough_times_the_mean(table):
    row = at(table, "POO", "flat_20")
    assert row["share_of_people"] == pytest.approx(able(2400 / 600), abs=1e-9)
    assert row["people"] == pytest.approx(300 * able(4))
    assert (row["survey_year"], row["method"], row["flag"]) == (2019, "lognormal", "")
    assert at(table, "POO", "flat_20", 0.05)["share_of_people"] == pytest.approx(able(8))


def test_an_economy_without_a_survey_takes_the_curve_of_its_group(table):
    row = at(table, "USA", "flat_20")
    assert row["share_of_people"] == pytest.approx(able(2400 / 60_000))
    assert (row["method"], row["flag"]) == ("group_curve", "imputed")
    assert pd.isna(row["survey_year"])


def test_an_economy_without_an_income_takes_the_share_of_its_groups_people(table):
    row = at(table, "SIL", "flat_20")
    assert row["share_of_people"] == pytest.approx(able(4))
    assert (row["method"], row["flag"]) == ("group_share", "imputed")


def test_nobody_can_pay_for_an_app_that_is_not_offered_and_none_is_counted_without_a_storefront(
    table,
):
    gone = at(table, "POO", "b_mini")
    assert (gone["share_of_people"], gone["people"], gone["flag"]) == (0, 0, "app_not_offered")
    absent = at(table, "SIL", "a_plus")
    assert np.isnan(absent["share_of_people"]) and absent["flag"] == "no_local_storefront"


def test_totals_add_up_and_say_what_is_imputed(table):
    sums = headcount.totals(table, world())
    row = at(sums, "World", "flat_20")
    people = 100 * able(0.04) + 350 * able(4)
    assert row["people"] == pytest.approx(people)
    assert row["share_of_people"] == pytest.approx(people / 450)
    assert row["flag"] == "33.3 % of people imputed"
    assert at(sums, "World", "a_plus")["flag"].endswith("11.1 % of people without a price")
    assert {"World", "R", "S", "High income", "Low income"} == set(sums["economy"])


def test_bounds_hold_for_what_is_surveyed_and_are_all_or_nothing_for_the_rest(table, offers):
    shares = pd.DataFrame([CURVE.shares(5)], index=["POO"], columns=["q1", "q2", "q3", "q4", "q5"])
    rows = headcount.bounds(table, offers, world(), shares).set_index(["plan", "threshold"])
    low, high = headcount.able_between(CURVE.shares(5), np.array([4.0]))
    row = rows.loc[("flat_20", 0.1)]
    assert row["share_low"] == pytest.approx(300 * low[0] / 450)
    assert row["share_high"] == pytest.approx((300 * high[0] + 150) / 450)
    total = at(headcount.totals(table, world()), "World", "flat_20")["share_of_people"]
    assert row["share_low"] <= total <= row["share_high"]


def test_the_surveys_own_mean_is_a_year_at_the_price_level_there():
    surveys = pd.DataFrame({"iso3": ["POO"], "ppp_year": [2017], "mean": [4.0]})
    level, prices_there = (
        world()["price_level"],
        pd.DataFrame({"year": [2017, 2025], "index": [200.0, 300.0]}),
    )
    means = headcount.survey_level(surveys, level, prices_there, 2025)
    assert means["POO"] == 4.0 * 365 * 0.25 * 1.5
    assert headcount.inflation(prices_there, 2017, 2025) == 1.5
    with pytest.raises(InputError, match="column year: found no 2021, expected one from 2017 to 2"):
        headcount.inflation(prices_there, 2021, 2025)
    twice = pd.concat([surveys, surveys.assign(ppp_year=2021)])
    with pytest.raises(InputError, match="column ppp_year: found 2017, 2021, expected one PPP"):
        headcount.survey_level(twice, level, prices_there, 2025)


def test_another_mean_gives_another_count(offers):
    curves = {"POO": CURVE}
    means = pd.Series({"POO": 300.0})
    rows = headcount.headcount(offers, world(), curves, [0.1], means)
    assert at(rows, "POO", "flat_20")["share_of_people"] == pytest.approx(able(8))


def test_the_curve_of_a_group_is_that_of_its_peoples_surveys():
    shares = pd.DataFrame(
        [[0.05, 0.1, 0.15, 0.2, 0.5, 2020], [0.1, 0.15, 0.2, 0.25, 0.3, 2020]],
        index=["POO", "SIL"],
        columns=["q1", "q2", "q3", "q4", "q5", "survey_year"],
    )
    curve = headcount.group_curves(shares, world())["Low income"]
    expected = (300 * 0.05 + 50 * 0.1) / 350
    assert curve.shares(5)[0] == pytest.approx(expected, abs=0.005)


def test_a_threshold_of_zero_is_refused(offers):
    with pytest.raises(InputError, match="threshold: found 0, expected a share of income above 0"):
        headcount.headcount(offers, world(), {"POO": CURVE}, [0.0])


def test_readings_differ_in_who_is_counted_where_nothing_is_known(table):
    """$20 at a tenth: USA 100 and SIL 50 people are imputed, POO 300 are counted.

    Nobody imputed can pay: 300 · able(4) of 450; left out: of 300; as imputed: all of 450.
    Of a_plus SIL has no storefront, so it is in no reading.
    """
    read = headcount.readings({"gni": table}, world())
    at_tenth = read[read["threshold"] == 0.1].set_index(["plan", "imputation"])["share_of_people"]
    ours, rich = 300 * able(4), 100 * able(0.04)
    assert at_tenth[("flat_20", "nobody")] == pytest.approx(ours / 450)
    assert at_tenth[("flat_20", "left_out")] == pytest.approx(ours / 300)
    assert at_tenth[("flat_20", "group")] == pytest.approx((ours + rich + 50 * able(4)) / 450)
    there = 300 * able(12 * 24 / 0.1 / 600)
    assert at_tenth[("a_plus", "nobody")] == pytest.approx(there / 400)


def test_a_share_is_imputed_from_people_and_not_from_economies(offers):
    """Two poor economies with 300 and 100 people: at one price the mean weighs them 3 to 1."""
    more = pd.concat([world(), world().loc[["POO"]].rename({"POO": "MID"})])
    more.loc["MID", ["gni", "population"]] = 1_200.0, 100.0
    offered = prices.reference_offers(list(more.index))
    rows = headcount.headcount(offered, more, {"Low income": CURVE}, [0.1])
    expected = (300 * able(4) + 100 * able(2)) / 400
    assert at(rows, "SIL", "flat_20")["share_of_people"] == pytest.approx(expected)
