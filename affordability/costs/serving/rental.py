"""Dated prices: what an accelerator cost by the hour, or a model by the token, in a month.

No price is made up for a month that has none: the newest at or before it counts, and the month it
was seen in stays with it.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from affordability.tables import InputError

FRESH_MONTHS = 12  # offers last seen longer before the newest one are no longer compared with it
OUTLIER = 100.0  # times the median of the same accelerator: cents, thousands, or a whole cluster


class NoPrice(InputError):
    """Nothing was on offer at or before a month; the message says what was first."""


@dataclass(frozen=True)
class Price:
    """A price with the ends of what else was on offer, and the month it was last seen in."""

    usd: float
    low: float
    high: float
    month: str
    price_id: str
    source_id: str
    status: str
    formula: str = ""  # of usd, over the row of cloud_prices


def hourly(prices: pd.DataFrame, accelerator_id: str, month: str, node_size: int = 8) -> Price:
    """Return US$ per accelerator-hour, on demand, at or before `month` (YYYY-MM).

    Each provider's newest price counts once; offers of whole nodes come before those of single
    accelerators, since the latter cannot be joined into one machine. Of the providers the lower
    median is taken, so that the price is one that somebody asked; low and high span all offers.

    Args:
        prices: table cloud_prices.
        node_size: accelerators of a node.

    Raises:
        InputError: an accelerator without prices, or with none at or before the month; a price that
            is not above zero, or 100 times the median of its accelerator.
    """
    rows = prices[prices["accelerator_id"].eq(accelerator_id)]
    if rows.empty:
        known = ", ".join(sorted(set(prices["accelerator_id"]) - {""}))
        raise NoPrice(
            f"cloud_prices.csv, column accelerator_id: found no price of {accelerator_id}, "
            f"expected one of {known}"
        )
    _refuse_slips(rows)
    rows = rows[rows["price_type"].eq("on_demand")]
    fresh = _fresh(rows, month, "cloud_prices.csv", accelerator_id)
    # A node's own price is exact; the price per accelerator beside it was rounded by the source.
    exact = fresh["usd_per_hour"] / fresh["gpus"]
    row = "[price_id=" + fresh["price_id"] + "]"
    formula = "cloud_prices.usd_per_hour" + row + "/cloud_prices.gpus" + row
    formula = formula.where(exact.notna(), "cloud_prices.usd_per_gpu_hour" + row)
    fresh = fresh.assign(usd=exact.fillna(fresh["usd_per_gpu_hour"]), formula=formula)
    nodes = fresh[fresh["gpus"] % node_size == 0]
    return _choose(nodes if len(nodes) else fresh, fresh, "provider", "price_id")


def by_token(prices: pd.DataFrame, model_id: str, month: str, input_share: float) -> Price | None:
    """Return US$ per million tokens of a model's API at or before `month`; None if it has no price.

    usd = input_share · price of input + (1 − input_share) · price of output.
    """
    rows = prices[prices["model_id"].eq(model_id) & (prices["date_from"].str[:7] <= month)]
    if rows.empty:
        return None
    fresh = _fresh(rows, month, "token_prices.csv", model_id)
    usd = input_share * fresh["usd_per_mtok_in"] + (1 - input_share) * fresh["usd_per_mtok_out"]
    fresh = fresh.assign(usd=usd)
    return _choose(fresh, fresh, "provider", "price_id")


def _refuse_slips(rows: pd.DataFrame) -> None:
    """Stop at a price that cannot be one: zero, negative, or far off those of the same chip."""
    usd, middle = rows["usd_per_gpu_hour"], rows["usd_per_gpu_hour"].median()
    wrong = rows[~(usd > 0) | (usd > OUTLIER * middle)]
    if len(wrong):
        raise InputError(
            f"cloud_prices.csv, row {wrong.index[0] + 2}, column usd_per_gpu_hour: found "
            f"{wrong['usd_per_gpu_hour'].iloc[0]:g}, expected a price above zero and below "
            f"{OUTLIER:g} times the median {middle:g} of {wrong['accelerator_id'].iloc[0]}"
        )


def _fresh(rows: pd.DataFrame, month: str, file: str, name: str) -> pd.DataFrame:
    """Return rows first seen at or before `month`, the last of them within `FRESH_MONTHS`."""
    known = rows[rows["date_from"].str[:7] <= month]
    if known.empty:
        first = rows.sort_values("date_from").iloc[:1]
        found = f"{first['date_from'].iloc[0]} as the first" if len(first) else "none on demand"
        where = f", row {first.index[0] + 2}" if len(first) else ""
        raise NoPrice(
            f"{file}{where}, column date_from: found {found} price of {name}, "
            f"expected one at or before {month}"
        )
    ends = known["date_to"].where(known["date_to"].ne(""), known["date_from"]).str[:7]
    known = known.assign(seen=ends.where(ends <= month, month))
    age = known["seen"].map(_months).max() - known["seen"].map(_months)
    return known[age <= FRESH_MONTHS]


def _months(month: str) -> int:
    return int(month[:4]) * 12 + int(month[5:7])


def _choose(rows: pd.DataFrame, spread: pd.DataFrame, who: str, key: str) -> Price:
    """Take each seller's newest price, then the lower median of the sellers."""
    each, all_of_them = _newest(rows, who, key), _newest(spread, who, key)
    row = each.iloc[(len(each) - 1) // 2]
    return Price(
        float(row["usd"]),
        float(all_of_them["usd"].min()),
        float(all_of_them["usd"].max()),
        row["seen"],
        row[key],
        row["source_id"],
        row["status"],
        row.get("formula", ""),
    )


def _newest(rows: pd.DataFrame, who: str, key: str) -> pd.DataFrame:
    """Return the newest price of each seller, cheapest seller first; of a day's, the lowest."""
    ordered = rows.sort_values(
        [who, "seen", "date_from", "usd", key], ascending=[True, False, False, True, True]
    )
    return ordered.drop_duplicates(who).sort_values(["usd", key])
