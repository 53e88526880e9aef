"""Resources as arrays: years × actors, NaN where there is no value.

The numbers are those of `affordability.resources`; here they are only laid out so that every year
rule is an operation on whole arrays. Values that are not positive are no resource, as there.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from affordability import judgement as corrections
from affordability import resources
from affordability.costs import published as cost_module
from affordability.study import CURATED, RAW
from affordability.vintages import Vintage, open_vintage

# What a missing value is inferred from: its median ratio to this measure in the income group.
REFERENCE = {"rd_expenditure": "gdp", "monthly_adjusted_nni": "monthly_gni"}
# Purchasing power: current international $ per current US$, by economy and year.
PPP, MARKET = "NY.GDP.PCAP.PP.CD", "NY.GDP.PCAP.CD"
POPULATION = "SP.POP.TOTL"


@dataclass
class Data:
    """Everything the audit reads, each frozen table once.

    `first` and `last` bound the years of the arrays: they hold whatever a year rule may reach.
    """

    first: int
    last: int
    levels: str  # World Bank vintage of the price levels
    raw: Path = RAW
    curated: Path = CURATED
    _kept: dict = field(default_factory=dict)

    def _once(self, key: tuple, make):
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
        return published_costs(Vintage(self.curated))

    @cached_property
    def organisations(self) -> pd.DataFrame:
        """The curated table of budgets."""
        return Vintage(self.curated).read("organisations")

    def observations(self, world_bank: str) -> pd.DataFrame:
        """Return the observations of a vintage."""
        return self._read("world_bank", world_bank, "observations")

    def _read(self, source: str, version: str, table: str) -> pd.DataFrame:
        """Read a table as the studies do: corrected, and without the economies left out."""

        def make() -> pd.DataFrame:
            rows = open_vintage(self.raw, source, version).read(table)
            judged = self.judgement
            if table in corrections.VALUE:
                rows = corrections.apply(rows, judged.corrections, table, version)
            return corrections.without(rows, judged.exclusions)

        return self._once((source, version, table), make)

    @cached_property
    def judgement(self) -> corrections.Judgement:
        """The corrections and exclusions."""
        return corrections.read()

    def actors(self, kind: str, world_bank: str) -> pd.DataFrame:
        """Return the actors in the order of the arrays: economies of a vintage, or organisations.

        Population is that of one vintage for all, since the size of an economy is no choice here.
        """
        return self._once(("actors", kind, world_bank), lambda: self._actors(kind, world_bank))

    def _actors(self, kind: str, world_bank: str) -> pd.DataFrame:
        if kind == "organisation":
            rows = self.organisations
            rows = rows[~rows["aggregate"].astype(bool)].drop_duplicates("org_id")
            return rows.rename(columns={"org_id": "actor_id"}).sort_values(
                "actor_id", ignore_index=True
            )
        rows = self._read("world_bank", world_bank, "economies").rename(
            columns={"iso3": "actor_id"}
        )
        rows = rows.sort_values("actor_id", ignore_index=True)
        return rows.assign(population=rows["actor_id"].map(self.population()))

    def population(self) -> pd.Series:
        """Return people by economy: the newest value of the vintage of the price levels."""
        rows = resources.series(self.observations(self.levels), POPULATION)
        return rows.sort_values("year").groupby("iso3")["value"].last()

    def panel(self, world_bank: str, oecd: str | None, kind: str) -> pd.DataFrame:
        """Return all resources of all years, long, as the studies derive them."""

        def make() -> pd.DataFrame:
            observations = self.observations(world_bank)
            if kind == "organisation":
                return resources.organisation_panel(self.organisations, observations, world_bank)
            if oecd is None:
                venture = pd.DataFrame(
                    columns=["iso3", "stage", "year", "usd_million", "source_id"]
                )
            else:
                venture = self._read("oecd", oecd, "venture_capital")
            return resources.economy_panel(observations, venture, world_bank, oecd or "")

        return self._once(("panel", world_bank, oecd, kind), make)

    def matrix(self, world_bank: str, oecd: str | None, measure: str, dollars: str) -> np.ndarray:
        """Return a measure as years × actors; `dollars` ppp divides by the price level.

        The price level of an economy and year is its GDP per capita at market rates over that at
        purchasing power parity, of one vintage for all, since not every vintage has both.
        """
        key = ("matrix", world_bank, oecd, measure, dollars)
        return self._once(key, lambda: self._matrix(world_bank, oecd, measure, dollars))

    def _matrix(self, world_bank, oecd, measure, dollars) -> np.ndarray:
        kind = kind_of(measure)
        panel = self.panel(world_bank, oecd, kind)
        rows = panel[(panel["measure"] == measure) & (panel["usd"] > 0)]
        market = self._lay_out(kind, world_bank, rows["actor_id"], rows["year"], rows["usd"])
        return market if dollars == "market" else market / self.price_level()

    def price_level(self) -> np.ndarray:
        """Return US$ at market rates per international $, years × economies."""
        parts = [self.series(self.levels, code) for code in (MARKET, PPP)]
        return parts[0] / parts[1]

    def series(self, world_bank: str, code: str) -> np.ndarray:
        """Return one World Bank series as years × economies."""
        rows = resources.series(self.observations(world_bank), code)
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
    return "organisation" if measure == "annual_budget" else "economy"


def published_costs(curated: Vintage) -> pd.DataFrame:
    """Return every cost of the curated tables, without a headline; list prices of all months."""
    prices = curated.read("subscriptions")
    prices = prices[
        prices["scope"].eq("global") & prices["usd"].notna() & prices["period"].eq("month")
    ]
    listed = pd.DataFrame(
        {
            "item_kind": "subscribe",
            "item_id": prices["plan_id"],
            "basis": "list_price",
            "estimate_id": prices["price_id"],
            "usd": prices["usd"],
            "usd_low": float("nan"),
            "usd_high": float("nan"),
            "per": "month",
            "price_year": prices["effective_from"].str[:4].replace("", pd.NA).astype("Int64"),
        }
    )
    frames = [
        cost_module.training(curated.read("training_costs")),
        cost_module.serving(curated.read("serving_setups")),
        cost_module.buying(curated.read("accelerators")),
        listed,
    ]
    for frame in frames:
        frame["price_year"] = frame["price_year"].astype("Int64")
    rows = pd.concat([frame[list(listed.columns)] for frame in frames], ignore_index=True)
    for column in ("usd", "usd_low", "usd_high"):
        rows[column] = rows[column].astype(float)
    return rows


def year_rule(grid: np.ndarray, rule: str, positions: list[int], windows: list[int]) -> np.ndarray:
    """Return years × windows × actors: the value a year rule gives at each position of `grid`.

    newest: the newest value of the year or of the `window` years before it. mean: the mean of all
    values there. `positions` are rows of `grid`, each at least max(windows).
    """
    at = np.asarray(positions)
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
