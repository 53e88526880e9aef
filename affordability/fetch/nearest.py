"""Whose values are these? Series, years and economies that answer with the values of another.

The distance of two sets of values is the median of |log(new / last)| over the cells both have. A
revision leaves each series, year and economy nearest to itself; where another is four times as
near, the answer was mixed up.
"""

from __future__ import annotations

import warnings

import numpy as np

FEW = 5
FEW_OF_ONE = 3  # cells of one economy
NEARER = 4
OWN = 0.005  # a distance from oneself below which nothing was mixed up
OWN_ECONOMY = 0.02
LAGS = (1, 2, -1, -2)


def foreign_values(names: list, codes: list, now: np.ndarray, before: np.ndarray) -> dict:
    """Return, by name, in words, what answers with the values of something else.

    `now` and `before` are arrays of names x economies x years, NaN where there is no value.
    """
    new, last = _logs(now), _logs(before)
    said: dict[str, list[str]] = {}
    for i, name in enumerate(names):
        own = _distance(new[i], last[i])
        others = {
            f"the values of {other}": _distance(new[i], last[j])
            for j, other in enumerate(names)
            if j != i
        }
        others |= {
            f"the values of {lag:+d} years ago": _lagged(new[i], last[i], lag) for lag in LAGS
        }
        words = [w for w, d in others.items() if own > OWN and d < own / NEARER]
        words += _economies(codes, new[i], last[i])
        if words:
            said[name] = [f"answered with {each}" for each in words]
    return said


def _logs(values: np.ndarray) -> np.ndarray:
    with np.errstate(invalid="ignore"):
        return np.log(np.where(values > 0, values, np.nan))


def _distance(new: np.ndarray, last: np.ndarray, few: int = FEW) -> float:
    apart = np.abs(new - last)
    apart = apart[np.isfinite(apart)]
    return float(np.median(apart)) if len(apart) >= few else np.nan


def _lagged(new: np.ndarray, last: np.ndarray, lag: int) -> float:
    if abs(lag) >= new.shape[1]:
        return np.nan
    if lag > 0:
        return _distance(new[:, lag:], last[:, :-lag])
    return _distance(new[:, :lag], last[:, -lag:])


def _economies(codes: list, new: np.ndarray, last: np.ndarray) -> list[str]:
    """Return pairs of economies that changed places, and economies that copy another."""
    own = np.array([_distance(new[e], last[e], FEW_OF_ONE) for e in range(len(codes))])
    near = {int(e): _near(e, new, last, own[e]) for e in np.flatnonzero(own > OWN_ECONOMY)}
    said = []
    for e, others in near.items():
        swapped = [other for other in others if e in near.get(other, ())]
        said += [f"{codes[e]} and {codes[f]} in each other's place" for f in swapped if e < f]
        copied = [f for f in others[:1] if not swapped and _copies(new[e], last[f])]
        said += [f"the values of {codes[f]} for {codes[e]}" for f in copied]
    return said


def _near(e: int, new: np.ndarray, last: np.ndarray, own: float) -> list[int]:
    """Return the economies much nearer to `e` than its own values, nearest first."""
    apart = np.abs(new[e][None, :] - last)
    enough = np.isfinite(apart).sum(axis=1) >= FEW_OF_ONE
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # rows without a common cell
        middle = np.nanmedian(apart, axis=1)
    middle[~enough | (np.arange(len(middle)) == e)] = np.inf
    return [int(f) for f in np.argsort(middle, kind="stable") if middle[f] < own / NEARER]


def _copies(new: np.ndarray, last: np.ndarray) -> bool:
    both = np.isfinite(new) & np.isfinite(last)
    equal = both & (new == last)
    return equal.sum() >= max(FEW, 0.8 * both.sum()) and len(set(new[equal])) >= FEW_OF_ONE
