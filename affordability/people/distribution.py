"""How income is spread among the people of an economy: a Lorenz curve fitted to published shares.

L(p) is the share of all income that the poorest p of the people have; L'(p) is the income of the
person at p over the mean. Three forms are fitted and the one that errs least on the published
shares is kept, if it is a Lorenz curve at all (rising and bending upwards):

    general quadratic   L(1−L) = a(p²−L) + bL(p−1) + c(p−L)       Villaseñor and Arnold (1989)
    beta                L = p − θ p^γ (1−p)^δ                     Kakwani (1980)
    lognormal           L = Φ(Φ⁻¹(p) − σ)                         always a Lorenz curve

The first two are those of the World Bank's work on poverty (Datt 1998, FCND discussion paper 50).
The error of a fit is the largest difference between a published share and the curve's, as a
fraction of all income.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from affordability.tables import InputError

EDGE = 1e-9  # nearest to the poorest and the richest person a curve is asked for
CHECKED = np.linspace(0.001, 0.999, 999)  # where a curve must rise and bend, as PovcalNet has it
HOLD = 10.0  # weight of an income below LEAST against a share that is missed
LEAST = 0.01  # of the mean: what the poorest thousandth is held to where the best fit gives less
HALVINGS = 50  # of the interval (0, 1): the place of an income to 1e-15


def _quadratic_terms(a, b, c):
    e = -(a + b + c + 1)
    return b, e, b * b - 4 * a, 2 * b * e - 4 * c


def _quadratic(parameters, p):
    b, e, m, n = _quadratic_terms(*parameters)
    root = np.sqrt(np.maximum(m * p * p + n * p + e * e, 0))
    return -(b * p + e + root) / 2


def _quadratic_slope(parameters, p):
    b, e, m, n = _quadratic_terms(*parameters)
    root = np.sqrt(np.maximum(m * p * p + n * p + e * e, 1e-300))
    return -b / 2 - (2 * m * p + n) / (4 * root)


def _quadratic_start(p, lorenz):
    columns = np.column_stack([p * p - lorenz, lorenz * (p - 1), p - lorenz])
    return np.linalg.lstsq(columns, lorenz * (1 - lorenz), rcond=None)[0]


def _beta(parameters, p):
    theta, gamma, delta = parameters
    return p - theta * p**gamma * (1 - p) ** delta


def _beta_slope(parameters, p):
    theta, gamma, delta = parameters
    return 1 - theta * p**gamma * (1 - p) ** delta * (gamma / p - delta / (1 - p))


def _beta_start(p, lorenz):
    columns = np.column_stack([np.ones_like(p), np.log(p), np.log(1 - p)])
    gap = np.log(np.maximum(p - lorenz, 1e-9))
    theta, gamma, delta = np.linalg.lstsq(columns, gap, rcond=None)[0]
    return np.array([np.exp(theta), gamma, delta])


def _lognormal(parameters, p):
    from scipy.special import ndtr, ndtri

    return ndtr(ndtri(p) - parameters[0])


def _lognormal_slope(parameters, p):
    from scipy.special import ndtri

    return np.exp(parameters[0] * ndtri(p) - parameters[0] ** 2 / 2)


def _lognormal_start(p, lorenz):
    from scipy.special import ndtri

    return np.array([np.mean(ndtri(p) - ndtri(lorenz))])


@dataclass(frozen=True)
class Form:
    """A family of curves: L, its slope, and a first guess of its parameters from points on it."""

    lorenz: Callable
    slope: Callable
    start: Callable


FORMS = {
    "general_quadratic": Form(_quadratic, _quadratic_slope, _quadratic_start),
    "beta": Form(_beta, _beta_slope, _beta_start),
    "lognormal": Form(_lognormal, _lognormal_slope, _lognormal_start),
}


@dataclass(frozen=True)
class Curve:
    """A fitted distribution of income; `error` is the largest miss of a published share."""

    form: str
    parameters: tuple[float, ...]
    error: float
    survey_year: int | None = None

    def lorenz(self, p):
        """Return the share of all income that the poorest `p` of the people have."""
        p = np.clip(np.asarray(p, float), EDGE, 1 - EDGE)
        return FORMS[self.form].lorenz(self.parameters, p)

    def slope(self, p):
        """Return the income of the person at `p` over the mean income."""
        p = np.clip(np.asarray(p, float), EDGE, 1 - EDGE)
        return FORMS[self.form].slope(self.parameters, p)

    def people_above(self, income):
        """Return the share of people who have at least `income` times the mean."""
        return 1 - _place(self.slope, income)

    def shares(self, groups: int) -> np.ndarray:
        """Return the income share of each of `groups` equal groups of people, poorest first."""
        inner = self.lorenz(np.arange(1, groups) / groups)
        return np.diff(np.concatenate([[0.0], inner, [1.0]]))


@dataclass(frozen=True)
class Bins:
    """A distribution given as slices of the people, poorest first; it is fitted to nothing.

    Between the middles of two slices income rises in a straight line; below the first and above the
    last it is that slice's mean.
    """

    middles: np.ndarray
    ratios: np.ndarray  # mean of the slice over the mean of all
    mean: float
    survey_year: int | None = None
    form: str = "bins"
    error: float = 0.0

    def slope(self, p):
        """Return the income of the person at `p` over the mean income."""
        return np.interp(p, self.middles, self.ratios)

    def people_above(self, income):
        """Return the share of people who have at least `income` times the mean."""
        return 1 - _place(self.slope, income)


def _place(slope: Callable, income) -> np.ndarray:
    """Return the share of people with less than `income` times the mean, by halving (0, 1)."""
    income = np.asarray(income, float)
    low, high = np.zeros_like(income), np.ones_like(income)
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        below = slope(middle) < income
        low, high = np.where(below, middle, low), np.where(below, high, middle)
    return np.where(high >= 1, 1.0, low)


def fit(shares: np.ndarray, survey_year: int | None = None) -> Curve:
    """Return the curve that comes nearest to the income shares of equal groups, poorest first.

    Raises:
        InputError: fewer than four shares, a share below zero, shares that fall from one group to
            the next or that do not add up to one.
    """
    from scipy.optimize import least_squares

    shares = np.asarray(shares, float)
    _check_shares(shares)
    p = np.arange(1, len(shares)) / len(shares)
    lorenz = np.cumsum(shares)[:-1]
    found = []
    for name, form in FORMS.items():

        def miss(parameters, form=form):
            inner = form.lorenz(parameters, p)
            return np.diff(np.concatenate([[0.0], inner, [1.0]])) - shares

        def held(parameters, form=form, miss=miss):  # nobody's income below zero
            poorest = np.minimum(form.slope(parameters, CHECKED[:1]) - LEAST, 0)
            return np.concatenate([miss(parameters), HOLD * poorest])

        start = form.start(p, lorenz)
        for target in (miss, held):
            best = least_squares(target, start, method="lm", max_nfev=400).x
            error = float(np.abs(miss(best)).max())
            curve = Curve(name, tuple(map(float, best)), error, survey_year)
            if is_lorenz(curve):
                found.append(curve)
                break
    return min(found, key=lambda curve: curve.error)


def is_lorenz(curve: Curve) -> bool:
    """Say whether a curve rises and bends upwards between the 0.1th and the 99.9th percentile."""
    with np.errstate(all="ignore"):
        slope = curve.slope(CHECKED)
        ends = curve.lorenz(np.array([EDGE, 1 - EDGE]))
    near = np.abs(ends - np.array([0, 1])).max() < 0.005
    return bool(
        np.isfinite(slope).all() and slope[0] >= 0 and (np.diff(slope) >= -1e-9).all() and near
    )


def _check_shares(shares: np.ndarray) -> None:
    wrong = None
    if len(shares) < 4:
        wrong = f"{len(shares)} shares, expected at least four"
    elif not np.isfinite(shares).all() or shares.min() < 0:
        wrong = f"a share of {shares.min():g}, expected none below zero and none missing"
    elif abs(shares.sum() - 1) > 1e-6:
        wrong = f"shares that add up to {100 * shares.sum():g} per cent, expected 100"
    elif (np.diff(shares) < -1e-9).any():
        wrong = "a group with less than the poorer one before it, expected shares that rise"
    if wrong:
        raise InputError(f"income shares: found {wrong}")


def fit_all(shares: pd.DataFrame) -> dict[str, Curve]:
    """Return the curve of each economy; `shares` has q1, q2, ... and survey_year, by economy."""
    names = [column for column in shares if column.startswith("q")]
    curves = {}
    for row in shares.itertuples():
        try:
            values = np.array([getattr(row, name) for name in names])
            curves[row.Index] = fit(values, int(row.survey_year))
        except InputError as error:
            raise InputError(f"{row.Index}, {error}") from None
    return curves


def from_bins(bins: pd.DataFrame) -> dict[str, Bins]:
    """Return the distribution of each economy of an `income_bins` table, as it stands.

    Raises:
        InputError: PPP years that are mixed, people's shares that do not add up to one, means that
            fall from one bin to the next.
    """
    one_ppp_year(bins, "income_bins")
    found = {}
    for economy, part in bins.sort_values("bin").groupby("iso3"):
        people, mean = part["people_share"].to_numpy(float), part["mean"].to_numpy(float)
        if abs(people.sum() - 1) > 1e-6:
            raise InputError(
                f"income_bins, {economy}, column people_share: found shares that add up to "
                f"{people.sum():g}, expected 1"
            )
        if (np.diff(mean) < 0).any():
            raise InputError(
                f"income_bins, {economy}, column mean: found a bin below the one before, expected "
                "means that rise"
            )
        average = float(people @ mean)
        middles = np.cumsum(people) - people / 2
        found[economy] = Bins(middles, mean / average, average, int(part["year"].iloc[0]))
    return found


def one_ppp_year(frame: pd.DataFrame, table: str) -> int:
    """Return the PPP year of a table; `InputError` if it has several: they are never mixed."""
    years = sorted(frame["ppp_year"].unique())
    if len(years) != 1:
        raise InputError(
            f"{table}, column ppp_year: found {', '.join(map(str, years)) or 'none'}, "
            "expected one PPP year"
        )
    return int(years[0])
