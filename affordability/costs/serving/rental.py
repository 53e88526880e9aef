"""Dated prices: what an accelerator cost by the hour, or a model by the token, in a month.

No price is made up for a month that has none: the newest of a seller that was seen at or before it,
and not longer than `WINDOW_MONTHS` ago, counts, and the day it was last seen stays with it.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass, replace

import pandas as pd

from affordability.costs.training.inputs import family
from affordability.tables import InputError

WINDOW_MONTHS = 12  # an offer last seen longer before the month is none any more
OUTLIER = 100.0  # times the median of the same accelerator: cents, thousands, or a whole cluster


class NoPrice(InputError):
    """Nothing was on offer at or before a month; the message says what was first."""


@dataclass(frozen=True)
class Price:
    """A price with the ends of what sellers asked, how many they are, and the day it was seen.

    `fallback` says whose price it is where the accelerator itself had none.
    """

    usd: float
    low: float
    high: float
    date: str
    price_id: str
    source_id: str
    status: str
    formula: str = ""  # of usd, over the row of cloud_prices
    providers: int = 1
    fallback: str = ""

    @property
    def month(self) -> str:
        """The month it was last seen in."""
        return self.date[:7]


def hourly(prices: pd.DataFrame, accelerator_id: str, month: str) -> Price:
    """Return US$ per accelerator-hour, on demand, at or before `month` (YYYY-MM).

    Each provider counts once, with the cheapest of its newest offers, of whatever size; the lower
    median of the providers is taken, so that the price is one that somebody asked; low and high
    are the cheapest and the dearest provider. An accelerator without an offer has the price of its
    family, which says so. A price with a `doubt` is none.

    Args:
        prices: table cloud_prices.

    Raises:
        NoPrice: neither the accelerator nor its family has an offer in the window.
        InputError: a price that is not above zero, or 100 times the median of its accelerator.
    """
    offers = prices[prices["price_type"].eq("on_demand") & prices["doubt"].eq("")]
    own = offers[offers["accelerator_id"].eq(accelerator_id)]
    try:
        return _central(own, month, accelerator_id)
    except NoPrice:
        kin = offers["accelerator_id"].map(family).eq(family(accelerator_id))
        kin &= offers["accelerator_id"].ne("")
        rows = offers[kin]
        if rows.empty or rows["accelerator_id"].eq(accelerator_id).all():
            raise
        price = _central(rows, month, f"{family(accelerator_id)} and its family")
        whose = rows.set_index("price_id").loc[price.price_id, "accelerator_id"]
        said = f"that of {whose}, since {accelerator_id} has no offer in the window"
        return replace(price, fallback=said)


def _central(rows: pd.DataFrame, month: str, name: str) -> Price:
    """Return the lower median of the providers' cheapest offers."""
    _refuse_slips(rows)
    fresh = _fresh(rows, month, "cloud_prices.csv", name)
    # A node's own price is exact; the price per accelerator beside it was rounded by the source.
    exact = fresh["usd_per_hour"] / fresh["gpus"]
    row = "[price_id=" + fresh["price_id"] + "]"
    formula = "cloud_prices.usd_per_hour" + row + "/cloud_prices.gpus" + row
    formula = formula.where(exact.notna(), "cloud_prices.usd_per_gpu_hour" + row)
    fresh = fresh.assign(usd=exact.fillna(fresh["usd_per_gpu_hour"]), formula=formula)
    return _choose(fresh, "provider", "price_id")


def on_sale(prices: pd.DataFrame, withdrawals: pd.DataFrame, month: str) -> pd.DataFrame:
    """Return the prices of models that their provider still sold at the end of a month.

    Lists go on naming models that nobody answers for any more.

    Args:
        prices: table token_prices, or some of it.
        withdrawals: table withdrawals.
        month: YYYY-MM.
    """
    gone = withdrawals[withdrawals["withdrawn_on"].str[:7] <= month]
    keys = ["provider", "api_model"]
    sold = ~pd.MultiIndex.from_frame(prices[keys]).isin(pd.MultiIndex.from_frame(gone[keys]))
    return prices[sold]


def by_token(prices: pd.DataFrame, model_id: str, month: str, input_share: float) -> Price | None:
    """Return US$ per million tokens of a model's API at or before `month`; None if it has no price.

    usd = input_share · price of input + (1 − input_share) · price of output; lower median of the
    providers' cheapest.
    """
    rows = prices[prices["model_id"].eq(model_id) & (prices["date_from"].str[:7] <= month)]
    if rows.empty:
        return None
    try:
        fresh = _fresh(rows, month, "token_prices.csv", model_id)
    except NoPrice:
        return None
    usd = input_share * fresh["usd_per_mtok_in"] + (1 - input_share) * fresh["usd_per_mtok_out"]
    fresh = fresh.assign(usd=usd)
    return _choose(fresh, "provider", "price_id")


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
    """Return the newest rows of each seller (`newest_of`); `NoPrice` if there are none."""
    fresh = newest_of(rows, month, ["provider"])
    if fresh.empty:
        dated = rows[rows["date_from"].ne("")].sort_values("date_from")
        found = f"{dated['date_from'].iloc[0]} as the first" if len(dated) else "no"
        where = f", row {dated.index[0] + 2}" if len(dated) else ""
        raise NoPrice(
            f"{file}{where}, column date_from: found {found} price of {name}, expected one at or "
            f"before {month} that was seen in the {WINDOW_MONTHS} months before it"
        )
    return fresh


def newest_of(rows: pd.DataFrame, month: str, by: list[str]) -> pd.DataFrame:
    """Return of each seller the rows it was last seen with, at or before `month`, in the window.

    `seen` is the day: the last on which the price was observed, at most the end of the month.
    """
    known = rows[rows["date_from"].ne("") & (rows["date_from"].str[:7] <= month)]
    end = f"{month}-{calendar.monthrange(int(month[:4]), int(month[5:7]))[1]}"
    last = known["date_to"].where(known["date_to"].ne(""), known["date_from"])
    seen = last.where(last <= end, end)
    known = known.assign(seen=seen, age=_months(month) - seen.map(_months).astype(int))
    fresh = known[known["age"] <= WINDOW_MONTHS]
    return fresh[fresh["age"].eq(fresh.groupby(by)["age"].transform("min"))]


def _months(day: str) -> int:
    return int(day[:4]) * 12 + int(day[5:7])


def _choose(rows: pd.DataFrame, who: str, key: str) -> Price:
    """Take each seller's cheapest price, then the lower median of the sellers."""
    each = rows.sort_values(["usd", key]).drop_duplicates(who)
    row = each.iloc[(len(each) - 1) // 2]
    return Price(
        float(row["usd"]),
        float(each["usd"].iloc[0]),
        float(each["usd"].iloc[-1]),
        row["seen"],
        row[key],
        row["source_id"],
        row["status"],
        row.get("formula", ""),
        len(each),
    )
