"""Who can pay, with what probability: costs and readings of the resource drawn together.

A draw takes a cost from the interval of what was published, and a reading of the resource (a World
Bank vintage and a year, the same for every economy of the draw). An economy can pay if
    cost · times a year <= threshold · resource.

The cost is log-triangular: with a = ln(least), c = ln(central), b = ln(most published figure of the
item and basis), u uniform in [0, 1) and F = (c - a) / (b - a),
    ln cost = a + sqrt(u (b - a)(c - a))         if u < F
            = b - sqrt((1 - u)(b - a)(b - c))    otherwise.
Bounded, since nobody published a figure outside; skewed as money is; and with no parameter that is
not a published number. An item and basis with one figure is that figure in every draw. Basis "any"
spans all bases of an item, different quantities, and says how far the answer hangs on the basis.

Nothing is simulated twice: per reading the costs are sorted once, and an economy's count is where
its limit falls among them, which is exactly the count over the draws.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from affordability.audit.data import Data, year_rule
from affordability.measures import MEASURES
from affordability.ratios import TIMES

ANY = "any"


@dataclass(frozen=True)
class Draws:
    """Uniform numbers shared by all items, and the reading each draw takes."""

    uniform: np.ndarray
    reading: np.ndarray


def draw(seed: int, count: int, readings: int) -> Draws:
    """Return `count` draws; the same seed gives the same draws on any machine."""
    generator = np.random.Generator(np.random.PCG64(seed))
    return Draws(generator.random(count), generator.integers(0, readings, count))


def intervals(costs: pd.DataFrame) -> pd.DataFrame:
    """Return item_kind, item_id, basis, low, central, high, figures: what was published.

    Per basis, and over all bases ("any") where an item has several. Central is the median of the
    central figures; where an estimate has only ends, their geometric mean stands for it.
    """
    known = costs[costs[["usd", "usd_low", "usd_high"]].notna().any(axis=1)]
    ends = (known["usd_low"] * known["usd_high"]) ** 0.5
    known = known.assign(
        central=known["usd"].fillna(ends).fillna(known["usd_high"]).fillna(known["usd_low"]),
        low=known[["usd_low", "usd", "usd_high"]].min(axis=1),
        high=known[["usd_low", "usd", "usd_high"]].max(axis=1),
    )
    several = known.groupby(["item_kind", "item_id"])["basis"].transform("nunique") > 1
    rows = pd.concat([known, known[several].assign(basis=ANY)], ignore_index=True)
    groups = rows.groupby(["item_kind", "item_id", "basis"], as_index=False)
    return groups.agg(
        low=("low", "min"),
        central=("central", "median"),
        high=("high", "max"),
        figures=("central", "size"),
        per=("per", "first"),
    )


def log_triangular(low: float, central: float, high: float, uniform: np.ndarray) -> np.ndarray:
    """Return the quantiles of the log-triangular distribution at `uniform`."""
    if low == high:
        return np.full(uniform.shape, low)
    a, c, b = np.log([low, central, high])
    split = (c - a) / (b - a)
    rising = a + np.sqrt(uniform * (b - a) * (c - a))
    falling = b - np.sqrt((1 - uniform) * (b - a) * (b - c))
    return np.exp(np.where(uniform < split, rising, falling))


def readings(data: Data, declared: dict, measure: str) -> np.ndarray:
    """Return readings × economies: a measure of each vintage and year, the newest in the window."""
    rows = []
    for world_bank in declared["world_bank"]:
        grid = data.matrix(world_bank, declared["oecd"], measure, "market")
        at = [int(year) - data.first for year in declared["years"]]
        rows.append(year_rule(grid, "newest", at, [declared["window"]])[:, 0])
    return np.concatenate(rows)


def ranks(values: np.ndarray) -> np.ndarray:
    """Return each economy's rank within each reading, 1 = has most; NaN without a value."""
    order = np.argsort(np.argsort(np.where(np.isnan(values), -np.inf, values) * -1, axis=1), axis=1)
    return np.where(np.isnan(values), np.nan, order + 1.0)


def weighted_quantiles(values: np.ndarray, weights: np.ndarray, at: list[float]) -> np.ndarray:
    """Return quantiles × columns of `values` (rows with integer weights), NaN rows left out.

    The smallest value at which the weight up to it reaches the quantile: what `numpy.quantile` with
    method inverted_cdf gives for each value repeated `weights` times.
    """
    weight = np.where(np.isnan(values), 0, weights[:, None])
    order = np.argsort(values, axis=0, kind="stable")  # NaN last, with weight 0
    ordered = np.take_along_axis(values, order, axis=0)
    reached = np.cumsum(np.take_along_axis(weight, order, axis=0), axis=0)
    total = reached[-1]
    out = np.full((len(at), values.shape[1]), np.nan)
    for i, quantile in enumerate(at):
        row = np.argmax(reached >= np.maximum(quantile * total, 1), axis=0)
        out[i] = np.where(total > 0, np.take_along_axis(ordered, row[None], axis=0)[0], np.nan)
    return out


def chances(values: np.ndarray, costs: np.ndarray, draws: Draws) -> np.ndarray:
    """Return the share of draws in which each economy can pay; NaN if it has no value in any.

    Args:
        values: readings × economies, already times threshold ÷ times a year: the highest cost an
            economy can pay. costs: one a draw.
    """
    able = np.zeros(values.shape[1])
    asked = np.zeros(values.shape[1])
    for reading in range(len(values)):
        drawn = np.sort(costs[draws.reading == reading])
        known = ~np.isnan(values[reading])
        asked += known * len(drawn)
        able[known] += np.searchsorted(drawn, values[reading, known], side="right")
    return np.divide(able, asked, out=np.full(len(able), np.nan), where=asked > 0)


def counts(values: np.ndarray, costs: np.ndarray, draws: Draws) -> np.ndarray:
    """Return the number of economies that can pay, of each draw."""
    out = np.zeros(len(costs), dtype=int)
    for reading in range(len(values)):
        mine = draws.reading == reading
        limits = np.sort(values[reading][~np.isnan(values[reading])])
        out[mine] = len(limits) - np.searchsorted(limits, costs[mine], side="left")
    return out


def uncertainty(declared: dict, data: Data) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables `affordability_probability` (by economy), `affordability_counts` (by item)."""
    draws = draw(
        declared["seed"], declared["draws"], len(declared["world_bank"]) * len(declared["years"])
    )
    spans = intervals(data.costs)
    economies = data.actors("economy", declared["world_bank"][0])["actor_id"].to_numpy()
    people, items = [], []
    for limit in declared["limits"]:
        values = readings(data, declared, limit["measure"])
        weight = np.bincount(draws.reading, minlength=len(values))
        rank = weighted_quantiles(ranks(values), weight, declared["quantiles"])
        chosen = spans[spans["item_kind"] == limit["item_kind"]]
        if "items" in limit:
            chosen = chosen[chosen["item_id"].isin(limit["items"])]
        period = MEASURES[limit["measure"]].period
        for span in chosen.itertuples():
            payable = values * limit["threshold"] / TIMES[(span.per, period)]
            costs = log_triangular(span.low, span.central, span.high, draws.uniform)
            probability = chances(payable, costs, draws)
            known = ~np.isnan(probability)
            key = {
                "item_kind": span.item_kind,
                "item_id": span.item_id,
                "basis": span.basis,
                "measure": limit["measure"],
                "threshold": limit["threshold"],
            }
            people.append(
                pd.DataFrame(
                    {
                        **key,
                        "iso3": economies[known],
                        "probability": probability[known],
                        "rank_low": rank[0, known],
                        "rank": rank[1, known],
                        "rank_high": rank[2, known],
                    }
                )
            )
            number = counts(payable, costs, draws)
            low, middle, high = np.quantile(number, declared["quantiles"], method="inverted_cdf")
            items.append(
                {
                    **key,
                    "figures": span.figures,
                    "cost_low": span.low,
                    "cost_central": span.central,
                    "cost_high": span.high,
                    "economies": int(known.sum()),
                    "expected": float(number.mean()),
                    "count_low": int(low),
                    "count": int(middle),
                    "count_high": int(high),
                }
            )
    return pd.concat(people, ignore_index=True), pd.DataFrame(items)
