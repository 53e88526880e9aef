"""Distributions: a curve gives back what it was fitted to, and refuses what is no distribution."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import ndtr, ndtri

from affordability.people import distribution
from affordability.people.distribution import Curve, fit
from affordability.people.headcount import able_between
from affordability.tables import InputError


def lognormal_shares(sigma: float, groups: int = 5) -> np.ndarray:
    inner = ndtr(ndtri(np.arange(1, groups) / groups) - sigma)
    return np.diff([0.0, *inner, 1.0])


def bins(**changed) -> pd.DataFrame:
    rows = {
        "iso3": "AAA",
        "ppp_year": 2017,
        "year": 2022,
        "bin": [1, 2, 3, 4],
        "people_share": 0.25,
    }
    return pd.DataFrame({**rows, "mean": [1.0, 2.0, 3.0, 10.0], "source_id": "s", **changed})


@pytest.mark.parametrize("sigma", [0.3, 0.6, 0.9, 1.2])
@pytest.mark.parametrize("groups", [5, 10])
def test_a_fit_gives_back_the_shares_of_a_lognormal(sigma, groups):
    shares = lognormal_shares(sigma, groups)
    curve = fit(shares, 2022)
    assert curve.error < 0.01 and curve.survey_year == 2022
    np.testing.assert_allclose(curve.shares(groups), shares, atol=0.01)
    assert distribution.is_lorenz(curve)


def test_the_headcount_of_a_lognormal_is_the_textbooks():
    curve = Curve("lognormal", (0.8,), 0.0)
    income = np.array([0.1, 0.5, 1.0, 3.0])
    expected = 1 - ndtr(np.log(income) / 0.8 + 0.4)
    np.testing.assert_allclose(curve.people_above(income), expected, atol=1e-9)


def test_the_headcount_of_a_general_quadratic_is_datts_closed_form():
    start = distribution.FORMS["general_quadratic"].start
    places, lorenz = np.array([0.2, 0.4, 0.6, 0.8]), np.array([0.05, 0.15, 0.30, 0.52])
    quadratic = Curve("general_quadratic", tuple(start(places, lorenz)), 0.0)
    a, b, c = quadratic.parameters
    e, m = -(a + b + c + 1), b * b - 4 * a
    n = 2 * b * e - 4 * c
    r = (n * n - 4 * m * e * e) ** 0.5
    k = b + 2 * 0.6
    poor = -(n + r * k * (k * k - m) ** -0.5) / (2 * m)
    assert 1 - float(quadratic.people_above(0.6)) == pytest.approx(poor, abs=1e-9)


def test_slopes_are_the_derivatives_of_their_curves():
    p, step = np.linspace(0.05, 0.95, 19), 1e-6
    for form, parameters in (
        ("general_quadratic", (0.9, -1.2, 0.2)),
        ("beta", (0.6, 0.95, 0.5)),
        ("lognormal", (0.7,)),
    ):
        curve = Curve(form, parameters, 0.0)
        by_hand = (curve.lorenz(p + step) - curve.lorenz(p - step)) / (2 * step)
        np.testing.assert_allclose(curve.slope(p), by_hand, rtol=1e-4, atol=1e-6, err_msg=form)


@settings(max_examples=40, deadline=None)
@given(st.lists(st.floats(0.05, 5), min_size=5, max_size=5), st.floats(0.05, 4))
def test_a_fit_is_a_lorenz_curve_whose_count_falls_and_stays_near_the_bounds(widths, income):
    shares = np.cumsum(widths) / np.cumsum(widths).sum()
    curve = fit(shares)
    assert distribution.is_lorenz(curve)
    able = curve.people_above(np.array([0.0, income, income * 1.1, 1e9]))
    assert able[0] == pytest.approx(1, abs=0.001) and able[-1] == pytest.approx(0, abs=1e-4)
    assert able[1] >= able[2]
    low, high = able_between(curve.shares(5), np.array([income]))
    assert low[0] - 0.01 <= able[1] <= high[0] + 0.01


def test_the_bounds_are_reached_by_people_who_are_all_alike_in_their_group():
    low, high = able_between(np.array([0.1, 0.2, 0.3, 0.4]), np.array([0.4, 0.8, 1.2, 1.7]))
    assert (low[:3] <= [1.0, 0.75, 0.5]).all() and (high[:3] >= [1.0, 0.75, 0.5]).all()
    assert low[3] == 0 and 0 < high[3] < 0.25
    alike = able_between(np.full(5, 0.2), np.array([0.5, 1.5]))
    assert alike[0].tolist() == [1, 0] and alike[1].tolist() == [1, 0]


@pytest.mark.parametrize(
    ("shares", "said"),
    [
        ([0.2, 0.3, 0.5], "found 3 shares, expected at least four"),
        ([0.1, 0.2, 0.3, 0.25, 0.15], "found a group with less than the poorer one"),
        ([-0.1, 0.2, 0.3, 0.3, 0.3], "found a share of -0.1, expected none below zero"),
        ([0.1, 0.2, 0.3, 0.3, 0.5], "found shares that add up to 140 per cent, expected 100"),
        ([0.1, np.nan, 0.2, 0.3, 0.4], "found a share of nan"),
    ],
)
def test_what_is_no_distribution_is_refused_in_a_sentence(shares, said):
    with pytest.raises(InputError, match=said):
        fit(np.array(shares))


def test_the_economy_whose_shares_are_wrong_is_named():
    frame = pd.DataFrame([[0.5, 0.2, 0.1, 0.1, 0.1, 2020]], index=["KEN"])
    frame.columns = ["q1", "q2", "q3", "q4", "q5", "survey_year"]
    with pytest.raises(InputError, match="KEN, income shares: found a group with less"):
        distribution.fit_all(frame)


def test_bins_are_read_as_they_stand():
    found = distribution.from_bins(bins())["AAA"]
    assert found.mean == 4.0 and found.survey_year == 2022 and found.form == "bins"
    np.testing.assert_allclose(found.slope(np.array([0, 0.125, 0.375, 1])), [0.25, 0.25, 0.5, 2.5])
    np.testing.assert_allclose(found.people_above(np.array([0.1, 0.5, 9.0])), [1.0, 0.625, 0.0])


def test_a_thousand_bins_of_a_lognormal_give_its_headcount():
    edges = ndtr(ndtri(np.arange(1, 1000) / 1000) - 0.8)
    means = 1000 * np.diff([0.0, *edges, 1.0])
    frame = (
        bins(bin=[0] * 4)
        .iloc[:1]
        .drop(columns=["bin", "mean"])
        .merge(pd.DataFrame({"bin": range(1, 1001), "mean": 7 * means}), how="cross")
    )
    found = distribution.from_bins(frame.assign(people_share=0.001))["AAA"]
    income = np.array([0.2, 0.7, 1.0, 2.5])
    expected = 1 - ndtr(np.log(income) / 0.8 + 0.4)
    np.testing.assert_allclose(found.people_above(income), expected, atol=0.0006)


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"ppp_year": [2017, 2017, 2017, 2021]}, "column ppp_year: found 2017, 2021, expected one"),
        ({"people_share": 0.3}, "AAA, column people_share: found shares that add up to 1.2"),
        ({"mean": [1.0, 3.0, 2.0, 4.0]}, "AAA, column mean: found a bin below the one before"),
    ],
)
def test_bins_that_contradict_themselves_are_refused_in_a_sentence(changed, said):
    with pytest.raises(InputError, match=said):
        distribution.from_bins(bins(**changed))
