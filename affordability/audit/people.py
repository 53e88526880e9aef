"""A claim on the share of the world's people who can pay, under every choice behind its count.

    result = people with 12 · price / threshold or more a year ÷ all people          (`headcount`)

Curves are fitted once, and an economy's is asked once for all years, levels of incomes, plans and
thresholds. The numbers are those of `affordability.people.headcount`; here they are laid out as
arrays, worlds × economies × levels × plans × thresholds, a world being a year and a window.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import product

import numpy as np
import pandas as pd

from affordability.audit.data import Data
from affordability.audit.space import Space
from affordability.people import distribution, headcount, prices
from affordability.people.incomes import incomes, quintile_shares


@dataclass(frozen=True)
class Counted:
    """Shares of people who can pay.

    Attributes:
        share: NaN where no price or no number of people is known. people: worlds × economies.
        imputed: worlds × economies × levels × plans, where the share rests on no survey and income
            of the economy's own.
    """

    share: np.ndarray
    people: np.ndarray
    imputed: np.ndarray


def evaluate(space: Space, data: Data) -> dict[str, np.ndarray]:
    """Return result, matched, passing and denominator of every specification, in order.

    matched counts economies; passing and denominator are millions of people.
    """
    counted = count(space, data)
    ways = [_totals(counted, way) for way in space.axes["imputation"]]
    # Imputation is chosen after the level of incomes and before the plan.
    able, people, matched = (np.stack(part, axis=2).ravel() for part in zip(*ways, strict=True))
    with np.errstate(invalid="ignore", divide="ignore"):
        result = np.where(matched > 0, able / people, np.nan)
    passing, denominator = (np.round(number / 1e6) for number in (able, people))
    return {"result": result, "matched": matched, "passing": passing, "denominator": denominator}


def count(space: Space, data: Data) -> Counted:
    """Ask every economy's curve for all worlds, levels, plans and thresholds at once."""
    axes = space.axes
    economies = data.economies[axes["world_bank"][0]]
    rules = list(product(axes["year"], axes["window"]))
    worlds = [incomes(economies, data.levels, *rule) for rule in rules]
    years = [year for year, _ in rules]
    means = [_means(one, axes["income"], *at, data) for one, *at in zip(worlds, years, strict=True)]
    means = np.stack(means)
    price, gone = _offers(axes["plan"], worlds[0].index, data)
    limits = np.asarray(axes["threshold"], float)
    needed = 12 * price[None, :, None, :, None] / limits / means[..., None, None]
    share, surveyed = _asked(needed, worlds, data)
    share = np.where(gone[None, :, None, :, None], 0.0, share)
    own = surveyed[:, None] & np.isfinite(means)
    imputed = ~own[..., None] & np.isfinite(price)[None, :, None, :]
    people = np.stack([one["population"].to_numpy(float) for one in worlds])
    groups = [one["income_group"].to_numpy(object) for one in worlds]
    for place, group in enumerate(groups):
        _impute(share[place], people[place], group, np.isfinite(price), gone)
    share[np.isnan(people)] = np.nan
    return Counted(share, np.nan_to_num(people), imputed)


def _means(there: pd.DataFrame, levels: list[str], year: int, data: Data) -> np.ndarray:
    """Return economies × levels: the mean income of a person, US$ a year; NaN where none."""
    surveys, rise = data.people["income_surveys"], data.people["consumer_prices"]
    known = {
        "gni": there["gni"],
        "survey": headcount.survey_level(surveys, there["price_level"], rise, year),
    }
    means = np.column_stack([known[level].reindex(there.index).to_numpy(float) for level in levels])
    return np.where(means > 0, means, np.nan)


def _offers(plans: list[str], economies: pd.Index, data: Data) -> tuple[np.ndarray, np.ndarray]:
    """Return economies × plans: the price a month, and where the app is not offered."""
    named = {plan: usd for plan, usd in prices.FLAT.items() if plan in plans}
    offers = pd.concat(
        [
            prices.reference_offers(list(economies), named),
            prices.store_offers(data.people["store_prices"]),
        ]
    )
    wide = offers.pivot(index="economy", columns="plan").reindex(economies)
    price = wide["usd_per_month"][plans].to_numpy(float)
    return price, wide["status"][plans].to_numpy(object) == prices.NOT_OFFERED


def _asked(
    needed: np.ndarray, worlds: list[pd.DataFrame], data: Data
) -> tuple[np.ndarray, np.ndarray]:
    """Return the share of people with `needed` times the mean, and which economies have a survey.

    Without a survey it is that of the income group's curve; NaN where there is no curve either.
    """
    shares, curves = fitted(data)
    groups = [headcount.group_curves(shares, one) for one in worlds]
    found = np.full(needed.shape, np.nan)
    for at, economy in enumerate(worlds[0].index):
        if economy in curves:
            found[:, at] = curves[economy].people_above(needed[:, at])
            continue
        for place, one in enumerate(worlds):
            curve = groups[place].get(one["income_group"].iloc[at])
            if curve is not None:
                found[place, at] = curve.people_above(needed[place, at])
    found[np.isnan(needed)] = np.nan
    return found, worlds[0].index.isin(curves)


def fitted(data: Data) -> tuple[pd.DataFrame, dict]:
    """Return the quintile shares of the vintage of price levels, and the curves fitted to them."""

    def fit():
        shares = quintile_shares(data.levels)
        return shares, distribution.fit_all(shares)

    return data.once(("curves",), fit)


def _impute(share, people, group, priced, gone) -> None:
    """Fill the share of a priced economy without an income by that of its group's people."""
    for name in sorted({one for one in group if isinstance(one, str)}):
        inside = group == name
        part, heads = share[inside], people[inside][:, None, None, None]
        known = ~np.isnan(part) & ~gone[inside][:, None, :, None] & ~np.isnan(heads)
        able = np.where(known, part * heads, 0).sum(axis=0)
        asked = np.where(known, heads, 0).sum(axis=0)
        of_group = np.divide(able, asked, out=np.full(able.shape, np.nan), where=asked > 0)
        wanted = np.isnan(part) & priced[inside][:, None, :, None]
        share[inside] = np.where(wanted, of_group, part)


def _totals(counted: Counted, way: str) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Return able people, all people and economies counted: worlds × levels × plans × thresholds.

    `group`: as imputed; `nobody`: where the count is imputed nobody can pay; `left_out`: such
    economies, and those without a price, are left out. Else no price is nobody who can pay.
    """
    known, imputed = ~np.isnan(counted.share), counted.imputed[..., None]
    heads = counted.people[:, :, None, None, None]
    able = np.nan_to_num(counted.share) * heads
    if way != "group":
        able = np.where(imputed, 0, able)
    if way == "left_out":
        known = known & ~imputed
    people = np.where(known if way == "left_out" else True, heads, 0)
    people = np.broadcast_to(people, known.shape)
    return able.sum(axis=1), people.sum(axis=1), known.sum(axis=1)
