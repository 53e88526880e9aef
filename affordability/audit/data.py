"""Resources as arrays: years × actors, NaN where there is no value.

The numbers are those of `affordability.resources`; here they are only laid out so that every year
rule is an operation on whole arrays. Values that are not positive are no resource, as there.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from affordability import judgement, resources
from affordability.costs.published import every_price
from affordability.measures import MEASURES
from affordability.tables import read_table

# Purchasing power: current international $ per current US$, by economy and year.
PPP, MARKET = "NY.GDP.PCAP.PP.CD", "NY.GDP.PCAP.CD"
POPULATION = "SP.POP.TOTL"
PRICES = ("training_costs", "serving_setups", "subscriptions", "accelerators")
# What is asked about people: tables by source, of the vintages that data/audit.yaml names.
PEOPLE = {"pip": "income_surveys", "app_store": "store_prices", "curated": "consumer_prices"}


@dataclass
class Data:
    """Everything the audit reads, each table once.

    Attributes:
        first, last: bounds of the years of the arrays: they hold whatever a year rule may reach.
        panels: resources of all years by pair of vintages, "world_bank+oecd".
        economies: those of each World Bank vintage, as judged.
        levels: World Bank observations that price levels and people are read from, as judged.
        curated: tables `PRICES` and `organisations`.
        people: tables `PEOPLE`, for claims on people.
    """

    first: int
    last: int
    panels: Mapping[str, pd.DataFrame]
    economies: Mapping[str, pd.DataFrame]
    levels: pd.DataFrame
    curated: Mapping[str, pd.DataFrame]
    people: Mapping[str, pd.DataFrame] = field(default_factory=dict)
    _kept: dict = field(default_factory=dict)

    def once(self, key: tuple, make):
        """Return what `make` makes, made once."""
        if key not in self._kept:
            self._kept[key] = make()
        return self._kept[key]

    @cached_property
    def years(self) -> np.ndarray:
        """The years of the arrays."""
        return np.arange(self.first, self.last + 1)

    @cached_property
    def costs(self) -> pd.DataFrame:
        """Published costs: training, serving, buying, all global list prices; without headlines."""
        return every_price(self.curated)

    def actors(self, kind: str, world_bank: str) -> pd.DataFrame:
        """Return the actors in the order of the arrays: economies of a vintage, or organisations.

        Population is that of one vintage for all, since the size of an economy is no choice here.
        """
        return self.once(("actors", kind, world_bank), lambda: self._actors(kind, world_bank))

    def _actors(self, kind: str, world_bank: str) -> pd.DataFrame:
        if kind == "organisation":
            rows = self.curated["organisations"]
            rows = rows[~rows["aggregate"].astype(bool)].drop_duplicates("org_id")
            return rows.rename(columns={"org_id": "actor_id"}).sort_values(
                "actor_id", ignore_index=True
            )
        rows = self.economies[world_bank].rename(columns={"iso3": "actor_id"})
        rows = rows.sort_values("actor_id", ignore_index=True)
        return rows.assign(population=rows["actor_id"].map(self.population()))

    def population(self) -> pd.Series:
        """Return people by economy: the newest value of the vintage of the price levels."""
        rows = resources.series(self.levels, POPULATION)
        return rows.sort_values("year").groupby("iso3")["value"].last()

    def panel(self, world_bank: str, oecd: str | None) -> pd.DataFrame:
        """Return all resources of all years, long, as the studies derive them.

        Where a claim asks nothing of the OECD, any panel of the World Bank vintage will do.
        """
        pair = f"{world_bank}+{oecd}"
        if oecd is None:
            pair = next(pair for pair in self.panels if pair.startswith(f"{world_bank}+"))
        return self.panels[pair]

    def matrix(self, world_bank: str, oecd: str | None, measure: str, dollars: str) -> np.ndarray:
        """Return a measure as years × actors; `dollars` ppp divides by the price level.

        The price level of an economy and year is its GDP per capita at market rates over that at
        purchasing power parity, of one vintage for all, since not every vintage has both.
        """
        key = ("matrix", world_bank, oecd, measure, dollars)
        return self.once(key, lambda: self._matrix(world_bank, oecd, measure, dollars))

    def _matrix(self, world_bank, oecd, measure, dollars) -> np.ndarray:
        kind = kind_of(measure)
        panel = self.panel(world_bank, oecd)
        rows = panel[(panel["measure"] == measure) & (panel["usd"] > 0)]
        market = self._lay_out(kind, world_bank, rows["actor_id"], rows["year"], rows["usd"])
        return market if dollars == "market" else market / self.price_level(world_bank)

    def price_level(self, world_bank: str) -> np.ndarray:
        """Return US$ at market rates per international $, years × economies."""
        market, ppp = (self.series(world_bank, code) for code in (MARKET, PPP))
        return market / ppp

    def series(self, world_bank: str, code: str) -> np.ndarray:
        """Return a series of the vintage of the price levels, years × economies of a vintage."""
        rows = resources.series(self.levels, code)
        return self._lay_out("economy", world_bank, rows["iso3"], rows["year"], rows["value"])

    def _lay_out(self, kind: str, world_bank: str, actor, year, value) -> np.ndarray:
        order = {a: i for i, a in enumerate(self.actors(kind, world_bank)["actor_id"])}
        grid = np.full((len(self.years), len(order)), np.nan)
        where = actor.map(order)
        keep = where.notna() & year.between(self.first, self.last)
        at = (year[keep].astype(int) - self.first, where[keep].astype(int))
        grid[at] = value[keep].astype(float)
        return grid


def kind_of(measure: str) -> str:
    """Return whose money a measure is: that of organisations, or of economies and their people."""
    return "organisation" if MEASURES[measure].actor == "organisation" else "economy"


def read(
    years: Iterable[int],
    panels: Iterable[str],
    economies: Iterable[str],
    levels: str,
    curated: Mapping[str, pd.DataFrame],
    people: Mapping[str, pd.DataFrame],
) -> Data:
    """Read what the audit needs from the files a step was handed.

    Args:
        years: all that a choice may reach.
        panels: paths results/panels/<pair>.parquet. economies: paths of that table, one a vintage.
        levels: path of the observations of the price levels.
        people: tables `PEOPLE`.
    """
    years = list(years)

    def judged(path: str, table: str) -> pd.DataFrame:
        return judgement.judged(read_table(path, table), table, Path(path).parent.name)

    return Data(
        min(years),
        max(years),
        {Path(path).stem: pd.read_parquet(path) for path in panels},
        {Path(path).parent.name: judged(path, "economies") for path in economies},
        judged(levels, "observations"),
        curated,
        people,
    )


def year_rule(grid: np.ndarray, rule: str, positions: list[int], windows: list[int]) -> np.ndarray:
    """Return years × windows × actors: the value a year rule gives at each position of `grid`.

    newest: the newest value of the year or of the `window` years before it. mean: the mean of all
    values there. `positions` are rows of `grid`, each at least max(windows): an earlier one would
    take values of the future, and raises ValueError.
    """
    at = np.asarray(positions)
    if at.min() < max(windows):
        raise ValueError(f"found position {at.min()}, expected at least {max(windows)}")
    found = np.full((len(at), grid.shape[1]), np.nan)
    total = np.zeros_like(found)
    count = np.zeros_like(found)
    out = np.full((len(at), len(windows), grid.shape[1]), np.nan)
    for age in range(max(windows) + 1):
        older = grid[at - age]
        found = np.where(np.isnan(found), older, found)
        total += np.nan_to_num(older)
        count += ~np.isnan(older)
        for i, window in enumerate(windows):
            if window == age and rule == "newest":
                out[:, i] = found
            elif window == age:
                out[:, i] = np.divide(
                    total, count, out=np.full_like(total, np.nan), where=count > 0
                )
    return out


def fill_median(values: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Fill NaN with the median of the actor's group (last axis); a blank group stays as it is."""
    filled = values.copy()
    for group in sorted(set(groups) - {""}):
        members = groups == group
        part = filled[..., members]
        middle = median(part)[..., None]
        filled[..., members] = np.where(np.isnan(part), middle, part)
    return filled


def fill_ratio(values: np.ndarray, reference: np.ndarray, groups: np.ndarray) -> np.ndarray:
    """Fill NaN with the group's median of value ÷ reference, times the actor's own reference."""
    estimated = fill_median(values / reference, groups) * reference
    return np.where(np.isnan(values), estimated, values)


def median(values: np.ndarray) -> np.ndarray:
    """Return the median along the last axis, NaN left out; NaN where there is nothing."""
    ordered = np.sort(values, axis=-1)  # NaN last
    count = np.count_nonzero(~np.isnan(values), axis=-1)
    low, high = np.maximum((count - 1) // 2, 0), np.minimum(count // 2, values.shape[-1] - 1)
    pick = [np.take_along_axis(ordered, at[..., None], -1)[..., 0] for at in (low, high)]
    return (pick[0] + pick[1]) / 2
