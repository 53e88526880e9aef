"""Ratios: cost ÷ resource over the same period, in one long table with both sides kept."""

from __future__ import annotations

import pandas as pd

from affordability.judgement import MARKS
from affordability.tables import InputError, columns

# How often a cost falls due in a resource's period; what is paid once weighs on one year in full.
TIMES = {
    ("once", "year"): 1,
    ("day", "year"): 365,
    ("month", "month"): 1,
    ("month", "year"): 12,
}
# Who pays for what: economies and organisations train, serve and buy; a person subscribes.
PAYERS = {
    "train": ["economy", "organisation"],
    "serve": ["economy", "organisation"],
    "buy": ["economy", "organisation"],
    "subscribe": ["person"],
}


def choose_items(costs: pd.DataFrame, items: dict[str, list[str]], study: str) -> pd.DataFrame:
    """Return the costs of a study's items; stop if an item has no cost at all."""
    keep = []
    for kind, ids in items.items():
        rows = costs[(costs["item_kind"] == kind) & costs["item_id"].isin(ids)]
        unknown = [i for i in ids if i not in set(rows["item_id"])]
        if unknown:
            known = sorted(set(costs.loc[costs["item_kind"] == kind, "item_id"]))
            raise InputError(
                f"config.yaml, studies.{study}.items.{kind}: found {', '.join(unknown)}, which has "
                f"no cost; expected ids such as {', '.join(known[:12])}"
            )
        keep.append(rows)
    return pd.concat(keep, ignore_index=True)


def build(costs: pd.DataFrame, resources: pd.DataFrame, study: str) -> pd.DataFrame:
    """Return table `ratios`: every chosen cost against every resource that may pay for it.

    share = cost_usd / resource_usd, with cost_usd scaled to the resource's period (a day × 365 for
    a year). Low and high come from the cost's interval; a share is missing where the cost is.
    """
    costs = costs.assign(actor_kind=costs["item_kind"].map(PAYERS)).explode("actor_kind")
    both = costs.merge(resources, on="actor_kind", suffixes=("_cost", "_resource"))
    times = pd.DataFrame(
        [(per, period, float(n)) for (per, period), n in TIMES.items()],
        columns=["per", "period", "times"],
    )
    both = both.merge(times, on=["per", "period"])
    for column, source in (
        ("cost_usd", "usd_cost"),
        ("cost_low", "usd_low"),
        ("cost_high", "usd_high"),
    ):
        both[column] = both[source] * both["times"]
    both["resource_usd"] = both["usd_resource"]
    for column, cost in (
        ("share", "cost_usd"),
        ("share_low", "cost_low"),
        ("share_high", "cost_high"),
    ):
        both[column] = both[cost] / both["resource_usd"]
    both["resource_year"], both["study"] = both["year"], study
    rank = {mark: place for place, mark in enumerate(MARKS)}
    sides = [both[side].map(rank) for side in ("status_cost", "status_resource")]
    both["status"] = sides[0].where(sides[0] < sides[1], sides[1]).map(dict(enumerate(MARKS)))
    return both[columns("ratios")].reset_index(drop=True)
