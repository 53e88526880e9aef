"""Concentration: how unevenly the capacity to train is spread, by economy and by people, per year.

Capacity of an economy = share · R&D expenditure / cost of one model: how many models a year a share
of its research money buys. Inequality of capacities does not depend on that cost; whole models do.
The cost is one constant number, so that a part of the growth of `capacity` is inflation. Beside it
    capacity_deflated = capacity / (index of the year / index of the cost's price year)
with the producer price index by which training costs are brought to one month. Prices at large rose
more than it did, so that of the growth left a part is inflation still.

    Gini        by economy: 1 - 2 · area under the Lorenz curve of capacities, each economy one;
                by people: the same with economies ordered by capacity per person, each person one
    Herfindahl  sum of squared shares; 1 / it is the number of equal economies with the same value
    top share   share of the n largest
(Gini 1912; Hirschman 1964, American Economic Review 54.) People within an economy count alike, so
that inequality by people is a lower bound.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.audit.data import POPULATION, Data, year_rule
from affordability.audit.space import grid
from affordability.tables import InputError

PANELS = {
    "measured": "economies with a value of the year or the years before",
    "same": "economies with such a value in every year",
    "everyone": "all economies with people; those without a value count as nothing",
}


def lorenz(values: np.ndarray, people: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return cumulative shares of people and of values, poorest per person first, from (0, 0)."""
    order = np.argsort(values / people, kind="stable")
    held = np.concatenate([[0.0], np.cumsum(values[order])])
    heads = np.concatenate([[0.0], np.cumsum(people[order])])
    return heads / heads[-1], held / held[-1]


def gini(values: np.ndarray, people: np.ndarray | None = None) -> float:
    """Return the Gini coefficient; `people` weighs the values, none counts each once."""
    people = np.ones(len(values)) if people is None else people
    across, up = lorenz(values, people)
    return float(1 - np.sum(np.diff(across) * (up[1:] + up[:-1])))


def herfindahl(values: np.ndarray) -> float:
    """Return the sum of squared shares."""
    return float(np.sum((values / values.sum()) ** 2))


def capacities(declared: dict, data: Data) -> tuple[list[int], np.ndarray, np.ndarray]:
    """Return years, capacity (years × economies, models a year) and people (the same shape)."""
    name, window = declared["world_bank"][0], declared["window"]
    years = grid(declared["years"])
    at = [year - data.first for year in years]
    money = year_rule(data.matrix(name, None, "rd_expenditure", "market"), "newest", at, [window])
    known = data.costs.set_index("estimate_id")["usd"]
    cost = known[declared["item"]]
    if not cost > 0:
        raise InputError(
            f"data/audit.yaml, concentration.item: found {declared['item']} without a cost in US$, "
            "expected an estimate that has one"
        )
    people = data.series(name, POPULATION)[at]
    return years, declared["share"] * money[:, 0] / cost, people


def price_index(declared: dict, data: Data, prices: pd.DataFrame) -> pd.Series:
    """Return the producer price index by year, 1 in the year of the item's price.

    Raises:
        InputError: the index does not reach the year of the item's price.
    """
    index = prices.groupby(prices["month"].str[:4].astype(int))["index"].mean()
    year = data.costs.set_index("estimate_id").at[declared["item"], "price_year"]
    if year not in index.index:
        raise InputError(
            f"producer_prices, column month: found none of {year}, the price year of "
            f"{declared['item']}, expected one"
        )
    return index / index[year]


def concentration(declared: dict, data: Data, prices: pd.DataFrame) -> pd.DataFrame:
    """Return table `concentration`: one row a year and panel.

    `prices` is table producer_prices; a year it does not reach has no deflated capacity.
    """
    years, capacity, people = capacities(declared, data)
    index = price_index(declared, data, prices).reindex(years)
    always = ~np.isnan(capacity).any(axis=0)
    names = data.actors("economy", declared["world_bank"][0])["actor_id"].to_numpy()
    rows = []
    for year, models, heads in zip(years, capacity, people, strict=True):
        inhabited = heads > 0
        known = inhabited & ~np.isnan(models)
        for panel, chosen in (
            ("measured", known),
            ("same", known & always),
            ("everyone", inhabited),
        ):
            held = np.nan_to_num(models[chosen])
            found = measures(held, heads[chosen], names[chosen], declared)
            real = {"price_index": index[year], "capacity_deflated": held.sum() / index[year]}
            rows.append({"year": year, "panel": panel, **found, **real})
    return pd.DataFrame(rows)


def measures(models: np.ndarray, heads: np.ndarray, names: np.ndarray, declared: dict) -> dict:
    """Return the measures of one year and panel."""
    top = np.argsort(-models, kind="stable")[: declared["top"]]
    return {
        "economies": len(models),
        "people": int(heads.sum()),
        "capacity": float(models.sum()),
        "at_least_one": int((models > 1).sum()),
        "whole_models": int(np.floor(models).sum()),
        "gini_economies": gini(models),
        "gini_people": gini(models, heads),
        "herfindahl": herfindahl(models),
        "top_share": float(models[top].sum() / models.sum()),
        "top_people_share": float(heads[top].sum() / heads.sum()),
        "top_members": ";".join(names[top]),
    }


def lorenz_frame(declared: dict, data: Data, years: list[int]) -> pd.DataFrame:
    """Return the Lorenz curves of some years, by economy and by people, economies with a value."""
    every, capacity, people = capacities(declared, data)
    parts = []
    for year in years:
        models, heads = capacity[every.index(year)], people[every.index(year)]
        known = ~np.isnan(models) & (heads > 0)
        for by, weights in (("economies", np.ones(known.sum())), ("people", heads[known])):
            across, up = lorenz(models[known], weights)
            parts.append(pd.DataFrame({"year": year, "by": by, "share": across, "capacity": up}))
    return pd.concat(parts, ignore_index=True)
