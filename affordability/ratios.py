"""Ratios: cost ÷ resource over the same period, in one long table with both sides kept."""

from __future__ import annotations

import pandas as pd

from affordability.judgement import MARKS
from affordability.study import FRONTIER, Study
from affordability.tables import InputError, columns

# How often a cost falls due in a resource's period; what is paid once weighs on one year in full.
TIMES = {
    ("once", "year"): 1,
    ("once", "once"): 1,  # a round of funding may buy or train, once; it serves no year
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


def choose_items(costs: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the costs of a study's items; `frontier` is the costliest of its kind.

    Raises:
        InputError: an item has no cost at all, or none that the study reads first: none on the
            basis it names.
    """
    keep = []
    for kind, given in study.items.items():
        ids = [study.frontier(kind, costs) if item == FRONTIER else item for item in given]
        rows = costs[(costs["item_kind"] == kind) & costs["item_id"].isin(ids)]
        where = f"config.yaml, studies.{study.name}.items.{kind}"
        unknown = [i for i in ids if i not in set(rows["item_id"])]
        if unknown:
            known = sorted(set(costs.loc[costs["item_kind"] == kind, "item_id"]))
            raise InputError(
                f"{where}: found {', '.join(unknown)}, which has "
                f"no cost; expected ids such as {', '.join(known[:12])}"
            )
        unread = [i for i in ids if i not in set(rows.loc[rows["headline"], "item_id"])]
        if unread:
            raise InputError(
                f"{where}: found {', '.join(unread)}, which has no cost of basis "
                f"{study.basis[kind]}; expected one, or its estimate named in headline.estimates"
            )
        keep.append(rows)
    return pd.concat(keep, ignore_index=True)


def deflators(producer_prices: pd.DataFrame) -> pd.Series:
    """Return the mean of the producer price index over each year's months, by year."""
    year = producer_prices["month"].str[:4].astype("int64")
    return producer_prices.groupby(year)["index"].mean()


def build(
    costs: pd.DataFrame, resources: pd.DataFrame, study: str, index: pd.Series | None = None
) -> pd.DataFrame:
    """Return table `ratios`: every chosen cost against every resource that may pay for it.

    share = cost_usd / resource_usd, with cost_usd scaled to the resource's period (a day × 365 for
    a year). Low and high come from the cost's interval; a share is missing where the cost is.
    `price_year` is the year of the cost's dollars, `resource_year` that of the resource's.

    With an index by year (`deflators`) the cost is brought to the dollars of the resource's year:
    × index(resource_year) ÷ index(price_year); price_year is then that year too, and a cost or a
    resource of a year the index does not have has no share.
    """
    costs = costs.assign(actor_kind=costs["item_kind"].map(PAYERS)).explode("actor_kind")
    both = costs.merge(resources, on="actor_kind", suffixes=("_cost", "_resource"))
    times = pd.DataFrame(
        [(per, period, float(n)) for (per, period), n in TIMES.items()],
        columns=["per", "period", "times"],
    )
    both = both.merge(times, on=["per", "period"])
    if index is not None:
        years = both["price_year"], both["year"].astype("Int64")
        both["times"] *= years[1].map(index).astype(float) / years[0].map(index).astype(float)
        both["price_year"] = years[1]
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
