"""Prices of hardware, bought or rented, for a training run: which one counts, and from when on.

Bought: the earliest price per chip of an eight-GPU server of the family, else the earliest card ×
what a server costs beside its cards; TPUs at an equivalent price. Rented: the three-year price per
chip-hour at the vendor of the developer, nearest at or before the day the hardware was taken.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

import pandas as pd

from affordability.costs.training.inputs import OURS, Constants, NotComputed, Run, family
from affordability.tables import InputError

SLIP = 100  # a price this many times its family's median is a slip of the unit
SERVER = 4  # from this many chips on a price is that of a server with all its parts
USUAL_SERVER = 8
VENDORS = {
    "google": "Google Cloud",
    "deepmind": "Google Cloud",
    "microsoft": "Microsoft Azure",
    "openai": "Microsoft Azure",
}
SHOPS = ["AWS", "Microsoft Azure", "Google Cloud"]
TERMS = ["commit_3y", "commit_1y", "on_demand"]


@dataclass(frozen=True)
class Price:
    """A price in US$ (a chip, or a chip-hour), its day, and what was assumed to get it."""

    usd: float
    day: date
    overhead: str = ""  # the constant a card was multiplied with, if it was
    imputed: tuple[str, ...] = ()
    sources: tuple[str, ...] = ()
    price_id: str = ""
    status: str = "verified"


def check_prices(prices: pd.DataFrame, column: str, name: str) -> None:
    """Stop at a price of zero or less, and at one a hundred times off its family's median.

    A family with one or two prices has no median that could tell; those pass.
    """
    given = prices[prices[column].notna()]
    for row in given[~(given[column] > 0)].index:
        raise InputError(
            f"{name}, row {row + 2}, column {column}: found {given[column][row]:g}, "
            "expected a price above 0"
        )
    known = given[given["accelerator_id"].ne("")]
    groups = known.groupby(known["accelerator_id"].map(family))[column]
    ratio = (known[column] / groups.transform("median"))[groups.transform("size") > 2]
    for row in ratio[(ratio > SLIP) | (ratio < 1 / SLIP)].index:
        raise InputError(
            f"{name}, row {row + 2}, column {column}: found {known[column][row]:g}, "
            f"{ratio[row]:.3g} times the median of {family(known['accelerator_id'][row])}, "
            f"expected less than {SLIP} times (a slip of the unit?)"
        )


class Market:
    """What a run's hardware, its rent and its power cost, looked up by chip family."""

    def __init__(self, tables: dict[str, pd.DataFrame], chosen: str = OURS):
        self.constants = Constants(tables["training_constants"], chosen)
        self.chips = tables["accelerators"].set_index("accelerator_id").to_dict("index")
        self.tariffs = tables["electricity_prices"].set_index("year")["usd_per_kwh"].to_dict()
        self.bought = tables["hardware_prices"].sort_values(["price_date", "usd_per_chip"])
        rent = tables["cloud_prices"]
        rent = rent[rent["usd_per_gpu_hour"].notna() & rent["date_from"].ne("")]
        rent = rent[rent["doubt"].eq("")]
        self.rented = dict(iter(rent.groupby(rent["accelerator_id"].map(family))))
        self._servers: dict[str, tuple[Price, str]] = {}
        self._ranked: dict[tuple[str, str], pd.DataFrame] = {}

    def released(self, run: Run) -> date:
        """Return the release of the run's accelerator."""
        told = self.chips[run.accelerator_id]["release_date"]
        if not told:
            raise NotComputed(
                f"accelerators, column release_date: found none of {run.accelerator_id}"
            )
        return date.fromisoformat(told)

    def server_price(self, run: Run) -> Price:
        """Return the price of a server per chip, and the day from which it was to be had.

        Raises:
            NotComputed: no price of the family at all, or none before the model was published.
        """
        stated = self.constants.rows.get(f"chip-price-{run.family}")
        if stated:
            mark = (stated["source_id"], "", stated["status"])
            return self._card(stated["central"], self.released(run), run, *mark)
        if run.family not in self._servers:
            self._servers[run.family] = self._first_server(run)
        price, where = self._servers[run.family]
        if price.day > run.release:
            raise NotComputed(
                f"{where}: found {price.day} as the first price of {run.family}, expected one "
                f"before the release on {run.release}"
            )
        return price

    def _first_server(self, run: Run) -> tuple[Price, str]:
        """Return the first price of a family, of a whole server if there is one, and its place."""
        rows = self.bought[_same_family(self.bought, run)]
        if rows.empty:
            raise NotComputed(f"no purchase price of {run.accelerator_id}")
        servers = rows[rows["chips"] >= SERVER]
        servers = servers[servers["price_date"] == servers["price_date"].min()]
        usual = servers[servers["chips"] == USUAL_SERVER]
        row = (usual if len(usual) else servers if len(servers) else rows).iloc[0]
        where = f"hardware_prices, row {row.name + 2}, column price_date"
        day = date.fromisoformat(row["price_date"])
        told = row["source_id"], row["price_id"], row["status"]
        if len(servers):
            return Price(float(row["usd_per_chip"]), day, "", (), told[:1], *told[1:]), where
        return self._card(row["usd_per_chip"], day, run, *told), where

    def _card(
        self, usd: float, day: date, run: Run, source: str, price_id: str, status: str
    ) -> Price:
        """Return the price of a card × what a server costs beside its cards."""
        more = self.constants.row(f"server-overhead-{run.family}", "server-overhead-other")
        words = (f"server: card × {more['central']:g}",)
        usd = float(usd) * more["central"]
        return Price(usd, day, more["constant_id"], words, (source,), price_id, status)

    def rental_price(self, run: Run) -> Price:
        """Return the three-year price per chip-hour at or before the day hardware was taken.

        Tried in turn: three-year, one-year, on-demand prices; of each the developer's vendor, then
        the others; of each the chip itself, its family's common name, any of its family; of these
        the newest, then the cheapest. What is not the first choice is named; shorter terms are
        brought to three years by the vendor's usual discounts.

        Raises:
            NotComputed: no price at all, or only of later days; the message names the first.
        """
        known = (run.accelerator_id, vendor(run))
        if known not in self._ranked:
            self._ranked[known] = self._offers(run)
        return self._rent(price_on(self._ranked[known], taken(run, self.constants)), run)

    def _offers(self, run: Run) -> pd.DataFrame:
        """Return the offers of a run's family at its vendor and the others, ranked."""
        own = vendor(run)
        shops = [own] if run.tpu else [own, *(shop for shop in SHOPS if shop != own)]
        rows = self.rented.get(run.family)
        if rows is not None:
            rows = rows[rows["provider"].isin(shops) & rows["price_type"].isin(TERMS)]
        if rows is None or rows.empty:
            raise NotComputed(f"no rental price of {run.accelerator_id}")
        return ranked(rows, shops, [run.accelerator_id, run.family])

    def _rent(self, row: pd.Series, run: Run) -> Price:
        """Return a row as a three-year price, with what is not the first choice named."""
        words, usd = [], float(row["usd_per_gpu_hour"])
        if row["provider"] != vendor(run):
            words.append(f"vendor: {row['provider']}")
        if row["accelerator_id"] != run.accelerator_id:
            words.append(f"rent: that of {row['accelerator_id']}")
        if row["price_type"] != "commit_3y":
            usd *= self._discount("3y", row) / (
                self._discount("1y", row) if row["price_type"] == "commit_1y" else 1
            )
            words.append(f"three-year price: from {row['price_type']}")
        day = date.fromisoformat(row["date_from"])
        told = (row["source_id"],), row["price_id"], row["status"]
        return Price(usd, day, "", tuple(words), *told)

    def _discount(self, term: str, row: pd.Series) -> float:
        """Return what is left of the on-demand price when committed for a term."""
        shop = row["provider"].lower().replace(" ", "-")
        return 1 - self.constants(f"discount-{term}-{shop}", f"discount-{term}-other")


def _same_family(prices: pd.DataFrame, run: Run) -> pd.Series:
    """Whether a price is of the run's family: by id, or by the name of the hardware."""
    named = prices["accelerator_id"].map(family).eq(run.family)
    if run.tpu:
        return named
    return named | prices["hardware_name"].str.contains(rf"\b{run.family.upper()}\b", regex=True)


def vendor(run: Run) -> str:
    """Return where a developer rents: Google at Google, OpenAI, Microsoft at Azure, else AWS."""
    if run.tpu:
        return "Google Cloud"
    names = run.developer.lower()
    return next((shop for word, shop in VENDORS.items() if word in names), "AWS")


def ranked(rows: pd.DataFrame, shops: list[str], chips: list[str]) -> pd.DataFrame:
    """Return offers by term, shop, chip, then the newest, then the cheapest."""
    rows = rows.assign(
        term=rows["price_type"].map(TERMS.index),
        shop=rows["provider"].map(shops.index),
        chip=rows["accelerator_id"].map({name: rank for rank, name in enumerate(chips[::-1])}),
    )
    return rows.sort_values(
        ["term", "shop", "chip", "date_from", "usd_per_gpu_hour", "price_id"],
        ascending=[True, True, False, False, True, True],
    )


def price_on(rows: pd.DataFrame, day: date) -> pd.Series:
    """Return the first of ranked offers that was made at or before a day.

    Raises:
        NotComputed: all prices are of later days.
    """
    before = rows[rows["date_from"] <= day.isoformat()]
    if before.empty:
        first = rows.sort_values(["date_from", "price_id"]).iloc[0]
        raise NotComputed(
            f"cloud_prices, row {first.name + 2}, column date_from: found {first['date_from']} as "
            f"the first price of {first['accelerator_id']} at {first['provider']}, expected one at "
            f"or before {day}"
        )
    return before.iloc[0]


def taken(run: Run, constants: Constants) -> date:
    """Return the day rented hardware was taken: 60 days before training started."""
    return started(run, constants) - timedelta(days=constants("acquisition-days"))


def started(run: Run, constants: Constants) -> date:
    """Return the start of training: known, or end − duration, or release − duration − 60 days."""
    if run.start:
        return run.start
    last = run.end or run.release - timedelta(days=constants("publication-gap-days"))
    return last - timedelta(hours=run.wall_hours)
