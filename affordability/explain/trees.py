"""Trees of ratios, costs and resources, from the rows of the results and their derivations."""

from __future__ import annotations

from dataclasses import replace
from functools import cached_property

import pandas as pd

from affordability.claims.query import UNITS, Evidence
from affordability.explain.derivations import Derivations
from affordability.explain.frozen import Archive
from affordability.explain.leaves import Leaves, marks_of
from affordability.explain.tree import Node, number
from affordability.ratios import TIMES, deflators
from affordability.tables import load_schema

# Which cost a share is of, and which column of the cost that is.
COST_OF = {"share": "cost_usd", "share_low": "cost_low", "share_high": "cost_high"}
USD_OF = {"cost_usd": "usd", "cost_low": "usd_low", "cost_high": "usd_high"}
FOLDS = {"fold": "price of the first month / price, each in the mix of a question"}
FOLDS["fold_per_year"] = f"({FOLDS['fold']})^(12 / months between)"


class Ledger:
    """The results of one study beside the frozen folders they were derived from."""

    def __init__(self, evidence: Evidence, archive: Archive) -> None:
        self.evidence, self.study, self.archive = evidence, evidence.study, archive
        self.leaves = Leaves(archive)
        self.derivations = Derivations(self.leaves)
        named = evidence.actors
        self.names = dict(zip(named["actor_id"], named["name"], strict=True))
        costs = _rows(evidence.tables["costs"])
        self.costs = {(row["item_kind"], row["estimate_id"]): row for row in costs}
        panel = evidence.panel
        self.panel = dict(zip(_resource_keys(panel), panel.index, strict=True))
        self.panel_rows = panel
        self.known: dict[tuple, Node] = {}

    def ratio(self, row: dict, column: str = "share", rule: dict | None = None) -> Node:
        """Return the tree of a column of a ratio: a share, its cost, or its resource."""
        if column == "resource_usd":
            return self.resource(row, rule)
        if column in USD_OF:
            return self.cost_in_period(row, column)
        cost = self.cost_in_period(row, COST_OF[column])
        resource = self.resource(row, rule)
        name = self.names.get(row["actor_id"], row["actor_id"])
        return Node(
            label=f"{column}: {row['item_kind']} {row['item_id']}, of {row['measure']} of {name}",
            value=number(row[column]),
            unit="fraction",
            sign="/",
            formula=f"{COST_OF[column]} / resource_usd",
            operands=(cost, resource),
            facts={"actor": row["actor_id"]} | _interval(row, column, "share"),
            marks=cost.marks + tuple(mark for mark in resource.marks if mark not in cost.marks),
            key="-".join(["ratio", column, row["estimate_id"], resource.key]),
        )

    def cost_in_period(self, row: dict, column: str) -> Node:
        """Return the cost over the resource's period: what falls due a day counts 365 times."""
        cost = self.cost(self.costs[row["item_kind"], row["estimate_id"]], USD_OF[column])
        times = TIMES[cost.facts["per"], row["period"]]
        factor = Node(str(times), float(times), f"{cost.facts['per']}s a {row['period']}")
        if self.study.real:
            factor = self.deflator(float(times), cost.facts["price_year"], row["resource_year"])
        elif times == 1:
            return cost
        return Node(
            label=f"{column}: {row['item_kind']} {row['item_id']} for a {row['period']}",
            value=number(row[column]),
            unit=f"US$ a {row['period']}",
            sign="*",
            formula=f"{USD_OF[column]} * {factor.label}",
            operands=(cost, factor),
            marks=cost.marks,
            key=f"{cost.key}-{row['period']}" + (f"-{row['resource_year']}" * self.study.real),
        )

    def deflator(self, times: float, given: int | None, wanted: int) -> Node:
        """Return what brings a cost to the dollars of a year: times × index ÷ index."""
        index = self.index
        value = number(times * (index.get(wanted, float("nan")) / index.get(given, float("nan"))))
        label = f"{times:g} * producer prices {wanted} / {given}"
        node = Node(label, value, "mean of the months of producer_prices.index, by year")
        return node if value is not None else node.marked("the index has no such year")

    @cached_property
    def index(self) -> pd.Series:
        """The producer price index by year."""
        return deflators(self.study.vintage("curated").read("producer_prices"))

    def cost(self, row: dict, column: str = "usd") -> Node:
        """Return the tree of a cost, or of the low or high end of its interval."""
        known = (row["item_kind"], row["estimate_id"], column)
        if known not in self.known:
            self.known[known] = self._cost(row, column)
        return self.known[known]

    def _cost(self, row: dict, column: str) -> Node:
        node = Node(
            label=f"{column} of {row['item_kind']} {row['item_id']}",
            value=number(row[column]),
            unit="US$" if row["per"] == "once" else f"US$ a {row['per']}",
            facts={
                "estimate": row["estimate_id"],
                "basis": row["basis"],
                "per": row["per"],
                "price_year": _year(row["price_year"]),
                "headline": bool(row["headline"]),
                "source_id": row["source_id"],
                "derivation": row["derivation"],
            }
            | _interval(row, column, "usd"),
            marks=marks_of(row["status"]),
            key=f"cost-{row['item_kind']}-{row['estimate_id']}-{column}",
        )
        if node.value is None:
            return node.marked("not stated")
        end = column.removeprefix("usd")
        return self.derivations.hang(node, row, {"id": row["estimate_id"]}, ["curated"], end)

    def resource(self, row: dict, rule: dict | None = None) -> Node:
        """Return the tree of a resource; `row` is a ratio or a resource, `rule` its year rule."""
        rule = rule or self.study.rule(row["measure"])
        known = (*_resource_key(row), rule["year"], rule["max_age_years"])
        if known not in self.known:
            self.known[known] = self._resource(row, rule)
        return self.known[known]

    def _resource(self, row: dict, rule: dict) -> Node:
        wanted = _resource_key(row)
        place = self.panel.get(wanted)
        found = None if place is None else self.panel_rows.loc[place].to_dict()
        name = self.names.get(row["actor_id"], row["actor_id"])
        year = wanted[3]
        node = Node(
            label=f"{row['measure']} of {name}, {year}",
            value=number(row.get("resource_usd", row.get("usd"))),
            unit=f"US$ a {row['period']}",
            key="-".join(["resource", *map(str, wanted), "by", str(rule["year"])]),
        )
        if found is None:
            return node.marked("no row of the resources of all years carries this number")
        age = rule["year"] - year
        facts = {
            "year": year,
            "age_years": age,
            "year_rule": f"newest of {rule['year'] - rule['max_age_years']} to {rule['year']}",
            "vintage": found["vintage"],
            "price_basis": found["price_basis"],
            "source_id": found["source_id"],
            "derivation": found["derivation"],
        }
        carried = f"carried forward {age} year{'s' if age > 1 else ''}" if age else ""
        node = replace(node, facts=facts, marks=marks_of(found["status"])).marked(carried)
        key = {"iso3": found["actor_id"], "year": str(year)}
        return self.derivations.hang(node, found, key, found["vintage"].split(";"), "")

    def memory(self, row: dict, column: str = "share") -> Node:
        """Return the tree of the memory a model's weights need, have, or the share of it."""
        if column == "share":
            return Node(
                label=f"share of the memory of {row['setup_id']}",
                value=number(row["share"]),
                unit="fraction",
                sign="/",
                formula="memory_needed_gb / memory_gb",
                operands=(self.memory(row, "memory_needed_gb"), self.memory(row, "memory_gb")),
                key=f"memory-{row['setup_id']}",
            )
        node = Node(
            label=f"{column} of {row['setup_id']}",
            value=number(row[column]),
            unit="GB",
            key=f"memory-{row['setup_id']}-{column}",
        )
        said = {"memory_needed_gb": row["derivation"], "memory_gb": "serving_setups.memory_gb"}
        derived = {**row, "derivation": said[column]}
        return self.derivations.hang(node, derived, {"id": row["setup_id"]}, ["curated"], "")

    def carbon(self, row: dict) -> Node:
        """Return the tree of a model's emissions as a share of another's."""
        pairs = [(row["model_id"], row["estimate"]), (row["other_id"], row["other_estimate"])]
        rows = [self.archive.find("training_energy", {"id": i}, ["curated"]) for _, i in pairs]
        node = Node(
            label=f"emissions of {pairs[0][0]} as a share of those of {pairs[1][0]}",
            value=number(row["share"]),
            unit="fraction",
            key="-".join(["carbon", *pairs[0], *pairs[1]]),
        )
        if None in rows:
            known = [self.derivations.named(model, "") for model, _ in pairs]
            why = "computed elsewhere: below are the figures of both models, not its operands"
            return replace(node, operands=known[0] + known[1]).marked(why)
        leaves = [self.leaves.leaf(found, "co2_t", "training_energy.co2_t") for found in rows]
        node = replace(node, sign="/", formula="co2_t / co2_t", operands=tuple(leaves))
        return node.marked(*(mark for leaf in leaves for mark in leaf.marks))

    def capability_price(self, row: dict, column: str) -> Node:
        """Return what a capability cost in a month, with its price and that of the first month."""
        rows = self.evidence.tables["capability_prices"]
        own = rows[rows["benchmark_id"].eq(row["benchmark_id"]) & rows["bar"].eq(row["bar"])]
        ids = dict.fromkeys([own.sort_values("month")["price_id"].iloc[0], row["price_id"]])
        node = Node(
            label=f"{column}: {row['bar']} on {row['benchmark_id']}, {row['month']}",
            value=number(row[column]),
            unit=UNITS.get(column, "US$"),
            formula=FOLDS.get(column, "price in the mix of a question"),
            key="-".join(["capability", column, row["benchmark_id"], row["bar"], row["month"]]),
        )
        found = [self.archive.find("token_prices", {"id": i}, ["curated"]) for i in ids]
        ends = ("usd_per_mtok_in", "usd_per_mtok_out")
        leaves = [
            self.leaves.leaf(one, end, f"token_prices.{end}") for one in found for end in ends
        ]
        node = replace(node, operands=tuple(leaves))
        why = "computed elsewhere: below are the prices it is of, not its operands"
        return node.marked(why, *(mark for leaf in leaves for mark in leaf.marks))

    def government_rd(self, row: dict) -> Node:
        """Return a cost as a share of what of an economy's R&D its government pays."""
        found = self.archive.find("rd_by_funder", {"id": row["area_id"]}, ["curated"])
        name = self.names.get(row["actor_id"], row["actor_id"])
        node = Node(
            label=f"share of government-financed R&D of {name}, {row['year']}",
            value=number(row["share"]),
            unit="fraction",
            formula="cost_usd / (rd_ppp_billion * 1e9 * financed_by_government_pct / 100)",
            key=f"government-rd-{row['area_id']}",
        )
        if found is None:
            return node.marked("no frozen row has it")
        columns = ("rd_ppp_billion", "financed_by_government_pct")
        leaves = [self.leaves.leaf(found, column, f"rd_by_funder.{column}") for column in columns]
        node = replace(node, operands=tuple(leaves))
        return node.marked(*(mark for leaf in leaves for mark in leaf.marks))

    def cell(self, table: str, row: dict, column: str) -> Node:
        """Return the cell of a curated table that a row of the results is a copy of."""
        keys = load_schema(table)["primaryKey"]
        found = self.archive.find(table, {key: str(row[key]) for key in keys}, ["curated"])
        if found is None:
            return Node(f"{table}.{column}", number(row[column])).marked("no frozen row has it")
        return self.leaves.leaf(found, column, f"{table}.{column}")


def _rows(frame: pd.DataFrame) -> list[dict]:
    return frame.to_dict("records")


def _resource_key(row: dict) -> tuple[str, str, str, int, str]:
    year = row["resource_year"] if "resource_year" in row else row["year"]
    return row["actor_kind"], row["actor_id"], row["measure"], int(year), row["price_basis"]


def _resource_keys(panel: pd.DataFrame) -> list[tuple[str, str, str, int, str]]:
    columns = ["actor_kind", "actor_id", "measure", "year", "price_basis"]
    return list(zip(*(panel[column].tolist() for column in columns), strict=True))


def _interval(row: dict, column: str, name: str) -> dict[str, str]:
    """Say the ends of the interval around a central value, where it has any."""
    ends = [number(row[f"{name}_low"]), number(row[f"{name}_high"])]
    if column != name or ends == [None, None]:
        return {}
    low, high = ("not stated" if end is None else f"{end:.6g}" for end in ends)
    return {"interval": f"low {low}, high {high}"}


def _year(value: object) -> int | None:
    found = number(value) if not pd.isna(value) else None
    return None if found is None else int(found)
