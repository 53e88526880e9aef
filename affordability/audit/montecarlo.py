"""Who can pay, with what probability: costs and readings of the resource drawn together.

A draw takes a cost of one basis and a reading of the resource (a World Bank vintage and a year, the
same for every economy of the draw). An economy can pay if
    cost · times a year <= threshold · resource.

Where a cost comes from is told on each row (`drawn_from`):

distribution   the seeded draws of table training_uncertainty, by their 5th, 50th, 95th percentile:
                   ln cost = ln p50 + z (ln p95 - ln p50) / 1.6449   if z >= 0, z ~ N(0, 1)
                           = ln p50 + z (ln p50 - ln p05) / 1.6449   otherwise.
               It says how little is known of a run, where the spread of published figures says how
               far their authors, often one, agree with each other.
published      several published figures, or one with ends, of a basis without a distribution:
               log-triangular. With a = ln(least), c = ln(central), b = ln(most), u uniform
               in [0, 1) and F = (c - a) / (b - a),
                   ln cost = a + sqrt(u (b - a)(c - a))         if u < F
                           = b - sqrt((1 - u)(b - a)(b - c))    otherwise.
one figure     no uncertainty is known: every draw is that figure, and the chance hangs on the
               resource alone.

Bases are different quantities and are never drawn together; estimates that `leave_out` names, such
as a hypothetical repeat, are not drawn from.

Nothing is simulated twice: per reading the costs are sorted once, and an economy's count is where
its limit falls among them, which is exactly the count over the draws.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from statistics import NormalDist

import numpy as np
import pandas as pd

from affordability.audit.data import Data, year_rule
from affordability.costs.training.uncertainty import Z95
from affordability.measures import MEASURES
from affordability.ratios import TIMES
from affordability.tables import InputError

KEY = ["item_kind", "item_id", "basis"]


@dataclass(frozen=True)
class Draws:
    """Uniform numbers shared by all items, and the reading each draw takes."""

    uniform: np.ndarray
    reading: np.ndarray

    @cached_property
    def normal(self) -> np.ndarray:
        """The quantiles of the standard normal distribution at `uniform`."""
        inside = np.clip(self.uniform, TINY, 1 - TINY)
        return np.array([NormalDist().inv_cdf(u) for u in inside])


TINY = 1e-12  # a uniform number may be 0, where the normal distribution has no end


def draw(seed: int, count: int, readings: int) -> Draws:
    """Return `count` draws; the same seed gives the same draws on any machine."""
    generator = np.random.Generator(np.random.PCG64(seed))
    return Draws(generator.random(count), generator.integers(0, readings, count))


def intervals(costs: pd.DataFrame) -> pd.DataFrame:
    """Return KEY, low, central, high, figures, per, drawn_from: what was published, per basis.

    Central is the median of the central figures; where an estimate has only ends, their geometric
    mean stands for it.
    """
    known = costs[costs[["usd", "usd_low", "usd_high"]].notna().any(axis=1)]
    ends = (known["usd_low"] * known["usd_high"]) ** 0.5
    known = known.assign(
        central=known["usd"].fillna(ends).fillna(known["usd_high"]).fillna(known["usd_low"]),
        low=known[["usd_low", "usd", "usd_high"]].min(axis=1),
        high=known[["usd_low", "usd", "usd_high"]].max(axis=1),
    )
    rows = known.groupby(KEY, as_index=False).agg(
        low=("low", "min"),
        central=("central", "median"),
        high=("high", "max"),
        figures=("central", "size"),
        per=("per", "first"),
    )
    wide = rows["high"] > rows["low"]
    return rows.assign(drawn_from=wide.map({True: "published", False: "one figure"}))


def distributions(uncertainty: pd.DataFrame) -> pd.DataFrame:
    """Return the columns of `intervals` of table training_uncertainty, first readings only."""
    first = uncertainty.drop_duplicates(["model_id", "basis"])
    rows = first.rename(columns={"model_id": "item_id", "p05": "low", "p50": "central"})
    rows = rows.rename(columns={"p95": "high"})
    told = {"item_kind": "train", "figures": 0, "per": "once", "drawn_from": "distribution"}
    return rows.assign(**told)[[*KEY, "low", "central", "high", "figures", "per", "drawn_from"]]


def spans(costs: pd.DataFrame, uncertainty: pd.DataFrame, left_out: list[str]) -> pd.DataFrame:
    """Return where each cost is drawn from: its distribution, else what was published.

    Only items somebody published a cost of; `figures` counts what was published of the basis.

    Raises:
        InputError: an estimate to be left out does not exist.
    """
    unknown = set(left_out) - set(costs["estimate_id"])
    if unknown:
        raise InputError(
            f"data/audit.yaml, uncertainty.leave_out: found {', '.join(sorted(unknown))}, expected "
            "an estimate_id of the costs"
        )
    published = intervals(costs[~costs["estimate_id"].isin(left_out)])
    drawn = distributions(uncertainty)
    drawn = drawn[
        drawn["item_id"].isin(published.loc[published["item_kind"] == "train", "item_id"])
    ]
    figures = published.set_index(KEY)["figures"]
    keys = pd.MultiIndex.from_frame(drawn[KEY])
    drawn = drawn.assign(figures=figures.reindex(keys).fillna(0).astype(int).to_numpy())
    both = pd.concat([drawn, published], ignore_index=True).drop_duplicates(KEY)
    return both.sort_values(KEY, ignore_index=True)


def split_lognormal(low: float, central: float, high: float, normal: np.ndarray) -> np.ndarray:
    """Return draws of the lognormal with these 5th, 50th and 95th percentiles, from normal ones.

    Its two halves have each its own spread.
    """
    below, above = np.log(central / low), np.log(high / central)
    return central * np.exp(normal / Z95 * np.where(normal < 0, below, above))


def log_triangular(low: float, central: float, high: float, uniform: np.ndarray) -> np.ndarray:
    """Return the quantiles of the log-triangular distribution at `uniform`."""
    if low == high:
        return np.full(uniform.shape, low)
    a, c, b = np.log([low, central, high])
    split = (c - a) / (b - a)
    rising = a + np.sqrt(uniform * (b - a) * (c - a))
    falling = b - np.sqrt((1 - uniform) * (b - a) * (b - c))
    return np.exp(np.where(uniform < split, rising, falling))


def readings(data: Data, declared: dict, measure: str) -> tuple[np.ndarray, np.ndarray]:
    """Return values and their years, readings × economies: the newest in the window.

    A reading is a World Bank vintage and a year.
    """
    rows, years = [], []
    for world_bank in declared["world_bank"]:
        grid = data.matrix(world_bank, declared["oecd"], measure, "market")
        at = [int(year) - data.first for year in declared["years"]]
        dated = np.where(np.isnan(grid), np.nan, data.years[:, None])
        rows.append(year_rule(grid, "newest", at, [declared["window"]])[:, 0])
        years.append(year_rule(dated, "newest", at, [declared["window"]])[:, 0])
    return np.concatenate(rows), np.concatenate(years)


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


def uncertainty(
    declared: dict, data: Data, training: pd.DataFrame
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Return tables `affordability_probability` (by economy), `affordability_counts` (by item).

    `training` is table training_uncertainty.
    """
    draws = draw(
        declared["seed"], declared["draws"], len(declared["world_bank"]) * len(declared["years"])
    )
    every = spans(data.costs, training, list(declared.get("leave_out", {})))
    economies = data.actors("economy", declared["world_bank"][0])["actor_id"].to_numpy()
    people, items = [], []
    for limit in declared["limits"]:
        values, dated = readings(data, declared, limit["measure"])
        weight = np.bincount(draws.reading, minlength=len(values))
        rank = weighted_quantiles(ranks(values), weight, declared["quantiles"])
        chosen = every[every["item_kind"] == limit["item_kind"]]
        if "items" in limit:
            chosen = chosen[chosen["item_id"].isin(limit["items"])]
        period = MEASURES[limit["measure"]].period
        for span in chosen.itertuples():
            payable = values * limit["threshold"] / TIMES[(span.per, period)]
            ends = span.low, span.central, span.high
            if span.drawn_from == "distribution":
                costs = split_lognormal(*ends, draws.normal)
            else:
                costs = log_triangular(*ends, draws.uniform)
            probability = chances(payable, costs, draws)
            known = ~np.isnan(probability)
            key = {
                "item_kind": span.item_kind,
                "item_id": span.item_id,
                "basis": span.basis,
                "measure": limit["measure"],
                "threshold": limit["threshold"],
                "drawn_from": span.drawn_from,
            }
            used = dated[:, known]
            people.append(
                pd.DataFrame(
                    {
                        **key,
                        "iso3": economies[known],
                        "resource_from": np.nanmin(used, axis=0).astype(int),
                        "resource_to": np.nanmax(used, axis=0).astype(int),
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
                    "resource_from": int(np.nanmin(used)),
                    "resource_to": int(np.nanmax(used)),
                    "economies": int(known.sum()),
                    "expected": float(number.mean()),
                    "count_low": int(low),
                    "count": int(middle),
                    "count_high": int(high),
                }
            )
    return pd.concat(people, ignore_index=True), pd.DataFrame(items)
