"""Costs: money a thing takes, one row an estimate, with the basis on which it was established.

Bases are different quantities (a statement, a cloud bill, amortised hardware ...); they stand side
by side and are never averaged.
"""

from __future__ import annotations

import pandas as pd

from affordability.tables import InputError, columns

HOURS_PER_DAY = 24
MONTHS_PER_YEAR = 12
BYTES_PER_GB = 1e9


def training(costs: pd.DataFrame) -> pd.DataFrame:
    """Return what it takes to train a model once, as published, in US$ of `price_year`."""
    return pd.DataFrame(
        {
            "item_kind": "train",
            "item_id": costs["model_id"],
            "basis": costs["basis"],
            "estimate_id": costs["estimate_id"],
            "usd": costs["usd"],
            "usd_low": costs["usd_low"],
            "usd_high": costs["usd_high"],
            "per": "once",
            "price_year": costs["price_year"],
            "source_id": costs["source_id"],
            "derivation": "training_costs.usd: published, "
            + costs["estimator"]
            + ", "
            + costs["method"],
            "status": costs["status"],
        }
    )


def serving(setups: pd.DataFrame) -> pd.DataFrame:
    """Return what it takes to serve a model for a day: machines × US$ per machine-hour × 24."""
    return pd.DataFrame(
        {
            "item_kind": "serve",
            "item_id": setups["model_id"],
            "basis": setups["basis"],
            "estimate_id": setups["setup_id"],
            "usd": setups["machines"] * setups["usd_per_machine_hour"] * HOURS_PER_DAY,
            "usd_low": float("nan"),
            "usd_high": float("nan"),
            "per": "day",
            "price_year": setups["price_month"].str[:4].replace("", pd.NA).astype("Int64"),
            "source_id": setups["source_id"],
            "derivation": "serving_setups.machines*serving_setups.usd_per_machine_hour*24: "
            + setups["description"],
            "status": setups["status"],
        }
    )


def subscriptions(prices: pd.DataFrame, month: str) -> pd.DataFrame:
    """Return what a plan costs a month: the global list price in US$ in force in `month`.

    A price whose start is not known is in force in no month; a yearly price is divided by twelve.
    Of several prices of a plan in force, the newest counts.
    """
    prices = prices[prices["scope"].eq("global") & prices["effective_from"].ne("")]
    began = prices["effective_from"].str[:7] <= month
    goes_on = prices["effective_to"].eq("") | (prices["effective_to"].str[:7] >= month)
    rows = prices[began & goes_on & prices["usd"].notna()]
    rows = rows[rows["period"].isin(["month", "year"])]
    rows = rows.sort_values(["plan_id", "effective_from", "price_id"])
    rows = rows.drop_duplicates("plan_id", keep="last")
    months = rows["period"].map({"month": 1, "year": MONTHS_PER_YEAR}).astype(float)
    return pd.DataFrame(
        {
            "item_kind": "subscribe",
            "item_id": rows["plan_id"],
            "basis": "list_price",
            "estimate_id": rows["price_id"],
            "usd": rows["usd"] / months,
            "usd_low": float("nan"),
            "usd_high": float("nan"),
            "per": "month",
            "price_year": int(month[:4]),
            "source_id": rows["source_id"],
            "derivation": "subscriptions.usd"
            + rows["period"].map({"month": "", "year": f"/{MONTHS_PER_YEAR}"})
            + f": list price in force in {month}, before tax",
            "status": rows["status"],
        }
    )


def buying(accelerators: pd.DataFrame) -> pd.DataFrame:
    """Return what a chip or a system costs to buy, with the range of prices seen."""
    rows = accelerators[accelerators[["usd", "usd_low", "usd_high"]].notna().any(axis=1)]
    return pd.DataFrame(
        {
            "item_kind": "buy",
            "item_id": rows["accelerator_id"],
            "basis": "list_price",
            "estimate_id": rows["accelerator_id"],
            "usd": rows["usd"],
            "usd_low": rows["usd_low"],
            "usd_high": rows["usd_high"],
            "per": "once",
            "price_year": rows["release_date"].str[:4].replace("", pd.NA).astype("Int64"),
            "source_id": rows["source_id"],
            "derivation": "accelerators.usd: purchase price, " + rows["price_note"],
            "status": rows["status"],
        }
    )


def all_costs(
    curated: dict[str, pd.DataFrame],
    computed: list[pd.DataFrame],
    price_month: str,
    headline: dict,
) -> pd.DataFrame:
    """Return table `costs`: every item and estimate, one of them per item marked `headline`.

    Args:
        curated: tables training_costs, serving_setups, subscriptions, accelerators by name.
        computed: rows from first principles, as `training.as_costs` and `serving.as_costs` give.
        price_month: month whose list prices of subscriptions are read.
        headline: {estimates: ids that win, bases: order tried for the other items}.
    """
    frames = [
        *computed,
        training(curated["training_costs"]),
        serving(curated["serving_setups"]),
        subscriptions(curated["subscriptions"], price_month),
        buying(curated["accelerators"]),
    ]
    for frame in frames:
        frame["price_year"] = frame["price_year"].astype("Int64")
    costs = mark_headline(pd.concat(frames, ignore_index=True), headline)
    return costs[columns("costs")]


def mark_headline(costs: pd.DataFrame, headline: dict) -> pd.DataFrame:
    """Mark the estimate a study reads first: named by id, else first basis, newest, lowest.

    Published estimates come before computed ones, or after them if `computed_first` is true.
    An item whose estimates all lack a central value has no headline.
    """
    unknown = set(headline["estimates"]) - set(costs["estimate_id"])
    if unknown:
        raise InputError(
            f"config.yaml, headline.estimates: found {sorted(unknown)}, expected ids of "
            "training_costs, serving_setups, subscriptions or accelerators"
        )
    order = {basis: rank for rank, basis in enumerate(headline["bases"])}
    ranked = costs.assign(
        named=~costs["estimate_id"].isin(headline["estimates"]),
        late=costs["estimate_id"].str.contains("-computed-") != headline["computed_first"],
        rank=costs["basis"].map(order).fillna(len(order)),
        age=-costs["price_year"].fillna(0).astype(int),
    )
    ranked = ranked[costs["usd"].notna()].sort_values(
        ["item_kind", "item_id", "named", "late", "rank", "age", "usd", "estimate_id"]
    )
    first = ranked.drop_duplicates(["item_kind", "item_id"]).index
    return costs.assign(headline=costs.index.isin(first))


def memory(figures: pd.DataFrame, setups: pd.DataFrame) -> pd.DataFrame:
    """Return setup_id, model_id, memory_needed_gb, memory_gb, share, derivation of set-ups.

    The weights alone: parameters × bytes per parameter (2 in 16 bit) / 1e9; the cache of a
    conversation comes on top, so a share of nearly 1 fits on paper only. `derivation` is that of
    memory_needed_gb; set-ups of models of unknown size are left out.
    """
    parameters = figures[figures["field"] == "parameters"][["model_id", "value"]]
    rows = setups.merge(parameters, on="model_id", validate="many_to_one")
    size = {"16bit": 2, "8bit": 1, "4bit": 0.5}
    width = rows["precision"].map(size).fillna(2)
    rows["memory_needed_gb"] = rows["value"].astype(float) * width / BYTES_PER_GB
    rows["share"] = rows["memory_needed_gb"] / rows["memory_gb"]
    figure = "model_figures.value[model_id=" + rows["model_id"] + ",field=parameters]*"
    rows["derivation"] = figure + width.map("{:g}".format) + f"/{BYTES_PER_GB:g}"
    columns_told = ["setup_id", "model_id", "memory_needed_gb", "memory_gb", "share", "derivation"]
    return rows[columns_told]
