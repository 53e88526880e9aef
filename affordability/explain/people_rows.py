"""A row of any table on people: the number, and the frozen rows that it rests on.

Where `people` computes a number again, its tree is taken. Of all others the leaves are told: the
price, the income, the survey and the like of every economy that the row is about.
"""

from __future__ import annotations

from collections.abc import Iterator

import pandas as pd

from affordability.claims.query import PEOPLE
from affordability.explain import people
from affordability.explain.ids import known
from affordability.explain.tree import Node, number, walk
from affordability.people.incomes import GROUPS, SERIES
from affordability.tables import InputError, load_schema

RESTS = "not computed again: below are the frozen figures it rests on"
ASKED = {schema: name for name, schema in PEOPLE.items()}  # what a query calls a table
PAID = ["price", "gni"]
COUNTED = [*PAID, "population", "quintiles"]
# The frozen figures of an economy that a row of a table rests on.
OF_ECONOMIES = {
    "subscription_burden": PAID,
    "subscription_burden_by_income_group": PAID,
    "subscription_burden_by_region": PAID,
    "subscription_burden_by_country_group": PAID,
    "subscription_burden_by_quintile": [*PAID, "quintiles"],
    "subscription_exposure": [*PAID, "working_age"],
    "subscription_price_slope": PAID,
    "subscription_headcount": COUNTED,
    "subscription_headcount_bounds": COUNTED,
    "subscription_vs_broadband": [*PAID, "basket"],
    "income_distributions": ["quintiles"],
    "headcount_curve": COUNTED,
    "headcount_readings": [*COUNTED, "survey"],
    "cheapest_plans": PAID,
    "fair_prices": PAID,
    "people_left_out": ["store"],
    "usage_vs_burden": ["usage", "gni"],
}


def row(table: str, rows: pd.DataFrame, given: list[str], column: str, ledger) -> Node:
    """Return the tree of the one row that `given` (column=value) names.

    Args:
        column: which of its columns; the first that is no part of the key where it is blank.

    Raises:
        InputError: an unknown column, or more than one such row, or none.
    """
    schema = load_schema(table)
    types = {field["name"]: field["type"] for field in schema["fields"]}
    for one in given:
        name, _, value = one.partition("=")
        known("column", name, list(types), f" in {table}")
        rows = rows[rows[name].map(_said).eq(_said(value))]
    if len(rows) != 1:
        raise InputError(
            f"explain: found {len(rows)} rows of {table} with {' '.join(given) or 'no key'}, "
            f"expected one, by {'=, '.join(schema['primaryKey'])}="
        )
    rest = [name for name in types if name not in schema["primaryKey"]]
    column = known("column", column or rest[0], rest, f" in {table}")
    return trace(rows.iloc[0].to_dict(), table, column, ledger)


def _said(value: object) -> str:
    """Return a cell as it is compared: numbers by their value, all else by their text."""
    try:
        return f"{float(value):g}"
    except (TypeError, ValueError):
        return str(value)


def trace(found: dict, table: str, column: str, ledger) -> Node:
    """Return the tree of a column of a row: computed again, or with what it rests on."""
    if table in ASKED:
        node = people.trace(found, ASKED[table], column, ledger)
        if any("file" in step.facts for step in walk(node)):
            return node
    key = [str(found[name]) for name in load_schema(table)["primaryKey"]]
    told = found[column] if isinstance(found[column], str) else ""
    leaves = {leaf.key: leaf for leaf in _leaves(found, table, ledger) if leaf is not None}
    return Node(
        f"{table}.{column}: {', '.join(key)}",
        None if told else number(found[column]),
        operands=tuple(leaves.values()),
        key="-".join([table, column, *key]),
        said=told,
    ).marked(RESTS)


def _leaves(found: dict, table: str, ledger) -> Iterator[Node | None]:
    """Yield the frozen figures behind a row, economy by economy."""
    if table == "language_reach":
        model = ledger.study.choices["people"]["accuracy_of"]
        yield from people.cells(ledger, "language_accuracy", "accuracy_pct", model=model)
    if "survey" in (found.get("income"), ledger.study.choices["people"]["income"]):
        yield from people.cells(ledger, "consumer_prices", "index")
    wanted = OF_ECONOMIES.get(table, [])
    for iso3 in _economies(found, ledger) if wanted else []:
        for what in wanted:
            yield from _of_economy(what, found, iso3, ledger)


def _economies(found: dict, ledger) -> list[str]:
    """Return the economies a row is about: one, those of a group or a region, or all."""
    named = ledger.evidence.economies
    groups = named["income_level"].map(GROUPS)
    about = [found[name] for name in ("economy", "income_group", "region") if name in found]
    inside = named["iso3"].isin(about) | groups.isin(about) | named["region"].isin(about)
    if "country_group" in found:
        members = people.cells(ledger, "economy_groups", "iso3", group=found["country_group"])
        inside = named["iso3"].isin([leaf.said for leaf in members])
    return sorted(named.loc[inside if inside.any() else named["iso3"].notna(), "iso3"])


def _of_economy(what: str, found: dict, iso3: str, ledger) -> Iterator[Node | None]:
    """Yield the frozen figures of one kind of an economy."""
    if what == "price":
        yield from people.priced(ledger, found["plan"], iso3)
    elif what in SERIES:
        yield people.latest(ledger, SERIES[what], iso3)
    elif what == "quintiles":
        yield from people.quintiles(ledger, iso3)
    elif what == "survey":
        means = people.cells(ledger, "income_surveys", "mean", iso3=iso3)
        yield from means if found["income"] == "survey" else []
    elif what == "basket":
        key = {"basket": found["basket"], "year": str(found["year"])}
        yield from people.cells(ledger, "price_baskets", "usd", iso3=iso3, **key)
    elif what == "usage":
        key = {name: found[name] for name in ("measure", "period")}
        yield from people.cells(ledger, "ai_usage", "value", iso3=iso3, **key)
    else:
        key = {"iso3": iso3, "plan": found["plan"]}
        yield from people.cells(ledger, "store_prices", "storefront_status", **key)
