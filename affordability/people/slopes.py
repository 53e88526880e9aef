"""A straight line through economies, with standard errors that hold when the scatter is uneven.

    y = a + b·x + e,   b by ordinary least squares
    cov(a, b) = (X'X)⁻¹ X' diag(e² / (1 − h)²) X (X'X)⁻¹          (HC3)

h is the leverage, the diagonal of X (X'X)⁻¹ X'. Source: MacKinnon and White (1985), Journal of
Econometrics 29, 305-325.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd


@dataclass(frozen=True)
class Line:
    """A fitted line: how many points, slope, its HC3 standard error, intercept, residuals."""

    n: int
    slope: float
    se_hc3: float
    intercept: float
    residuals: np.ndarray


def line(x: np.ndarray, y: np.ndarray) -> Line:
    """Fit a line; slope and error are NaN where there are fewer than three different x.

    A point whose leverage is one lies on the line by construction and says nothing on its scatter:
    it adds nothing to the error.
    """
    x, y = np.asarray(x, float), np.asarray(y, float)
    if len(np.unique(x)) < 3:
        return Line(len(x), np.nan, np.nan, np.nan, np.full(len(x), np.nan))
    design = np.column_stack([np.ones_like(x), x])
    inverse = np.linalg.inv(design.T @ design)
    intercept, slope = inverse @ design.T @ y
    residuals = y - intercept - slope * x
    room = 1 - np.einsum("ij,jk,ik->i", design, inverse, design)
    scatter = np.divide(residuals, room, out=np.zeros_like(y), where=room > 1e-9) ** 2
    covariance = inverse @ (design.T * scatter @ design) @ inverse
    return Line(len(x), float(slope), float(covariance[1, 1] ** 0.5), float(intercept), residuals)


def price_slopes(burden: pd.DataFrame, incomes: pd.DataFrame) -> pd.DataFrame:
    """Return how the price of each plan goes with income: log price on log GNI per capita.

    0 is one price for all; 1 is a price that follows income.

    Returns:
        plan, n, slope, se_hc3, median_usd (of the economies in the line), a row a plan; a plan
        that costs the same everywhere has slope and error 0.
    """
    rows = burden.assign(gni=burden["economy"].map(incomes["gni"]))
    rows = rows[rows["usd_per_month"].gt(0) & rows["gni"].gt(0)]
    found = []
    for plan, part in rows.groupby("plan", sort=True):
        fit = line(np.log(part["gni"]), np.log(part["usd_per_month"]))
        slope, error = fit.slope, fit.se_hc3
        if part["usd_per_month"].nunique() == 1:
            slope, error = 0.0, 0.0  # exactly: the line's rounding errors are not a finding
        found.append((plan, fit.n, slope, error, part["usd_per_month"].median()))
    return pd.DataFrame(found, columns=["plan", "n", "slope", "se_hc3", "median_usd"])
