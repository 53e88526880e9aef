"""Trees of numbers on people: medians, shares of people, ratios of tokens, down to frozen rows.

What is a formula is computed again (a burden, its median, a share of people of working age, a ratio
of tokens). What is fitted (a line, a distribution) is not: it is marked, and the frozen figures it
was fitted to hang below it.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from affordability.claims.query import UNITS
from affordability.explain.tree import Node, number
from affordability.people.headcount import WORLD
from affordability.people.incomes import GROUPS, SERIES, SINCE
from affordability.people.prices import FLAT

FITTED = "fitted: below are the frozen figures it was fitted to, not its operands"
AS_ABOVE = "from the same frozen figures as the headcount of this study's claims"
QUINTILES = ["SI.DST.FRST.20", "SI.DST.02ND.20", "SI.DST.03RD.20", "SI.DST.04TH.20"]
QUINTILES += ["SI.DST.05TH.20"]


def trace(row: dict, table: str, column: str, ledger) -> Node:
    """Return the tree of a column of a row of a table on people."""
    what = {"burden": _median, "exposure": _exposed, "language_price": _tokens}
    what |= {"price_slopes": _line, "usage_lines": _used, "headcount": _people}
    node = Node(
        label=f"{column}: {', '.join(str(row[key]) for key in _key(row))}",
        value=number(row[column]),
        unit=UNITS.get(column, ""),
        key="-".join([table, column, *(str(row[key]) for key in _key(row))]),
    )
    if table not in what:
        return replace(node, operands=tuple(_levels(row, ledger))).marked(AS_ABOVE)
    return what[table](node, row, column, ledger)


def _key(row: dict) -> list[str]:
    names = ["plan", "language", "tokenizer", "measure", "period", "income_group", "economy"]
    names += ["threshold", "income", "imputation"]
    return [name for name in names if name in row]


def cells(ledger, table: str, column: str, **key: str) -> Iterator[Node]:
    """Return a leaf of each frozen row of a table whose cells are those of `key`."""
    file = ledger.archive.file(table, ["curated"])
    for one in file.rows.values() if file else []:
        if all(one.cells[name] == value for name, value in key.items()):
            named = [one.cells[name] for name in file.key]
            yield ledger.leaves.leaf(one, column, f"{table}.{column} of {', '.join(named)}")


def latest(ledger, series: str, iso3: str) -> Node | None:
    """Return the leaf of an economy's newest observation that the study's rule allows."""
    rule = ledger.study.rule("default")
    folder = f"world_bank/{ledger.study.vintages['world_bank']}"
    for year in range(rule["year"], rule["year"] - rule["max_age_years"] - 1, -1):
        key = {"iso3": iso3, "indicator": series, "year": str(year)}
        found = ledger.archive.find("observations", key, [folder])
        if found is not None:
            return ledger.leaves.leaf(found, "value", f"{series} of {iso3}, {year}")
    return None


def price_of(ledger, plan: str, iso3: str) -> Node | None:
    """Return the price of a plan a month: a constant of a reference plan, else the store's."""
    if plan in FLAT:
        return Node(f"{plan} a month", FLAT[plan], "US$", key=plan)
    found = ledger.archive.find("store_prices", {"iso3": iso3, "plan": plan}, [])
    if found is None or not found.cells["usd"]:
        return None
    return ledger.leaves.leaf(found, "usd", f"price of {plan} in {iso3}")


def priced(ledger, plan: str, iso3: str) -> Iterator[Node]:
    """Return the price of a plan a month, or of the tokens that questions are paid for by."""
    if plan.startswith("questions_"):
        question, month = ledger.study.choices["people"]["question"], ledger.study.price_month
        api = question["api_model"]
        rows = ledger.archive.file("token_prices", ["curated"]).rows.values()
        then = [
            r for r in rows if r.cells["api_model"] == api and r.cells["date_from"][:7] <= month
        ]
        newest = max(then, key=lambda one: one.cells["date_from"])
        for column in ("usd_per_mtok_in", "usd_per_mtok_out"):
            yield ledger.leaves.leaf(newest, column, f"{column} of {api}")
    elif (found := price_of(ledger, plan, iso3)) is not None:
        yield found


def quintiles(ledger, iso3: str) -> list[Node]:
    """Return the shares of income of the fifths of an economy's people, of its latest survey."""
    folder = f"world_bank/{ledger.study.vintages['world_bank']}"
    for year in range(ledger.study.rule("default")["year"], SINCE - 1, -1):
        keys = [{"iso3": iso3, "indicator": one, "year": str(year)} for one in QUINTILES]
        rows = [ledger.archive.find("observations", key, [folder]) for key in keys]
        if None not in rows:
            named = zip(rows, QUINTILES, strict=True)
            return [
                ledger.leaves.leaf(one, "value", f"{series} of {iso3}, {year}")
                for one, series in named
            ]
    return []


def _burdens(ledger, plan: str, economies) -> Iterator[tuple[str, Node]]:
    """Return 12 · price / GNI per capita of every economy that has both."""
    twelve = Node("12", 12.0, "months", key="12-months")
    for iso3 in economies:
        price, income = price_of(ledger, plan, iso3), latest(ledger, SERIES["gni"], iso3)
        if price is None or income is None:
            continue
        year = Node(f"a year of {plan} in {iso3}", 12 * price.value, "US$", "*", "12 * price",
                    (twelve, price), key=f"year-{plan}-{iso3}")  # fmt: skip
        share = year.value / income.value
        yield iso3, Node(f"share of income, {iso3}", share, "fraction", "/", "year / income",
                         (year, income), key=f"burden-{plan}-{iso3}")  # fmt: skip


def _told(node: Node, aggregate: str, operands) -> Node:
    operands = tuple(replace(one, facts={**one.facts, "passes": True}) for one in operands)
    facts = {"aggregate": aggregate, "denominator": len(operands)}
    return replace(node, sign="told", formula=f"{aggregate} of {len(operands)}", operands=operands,
                   facts={**node.facts, **facts})  # fmt: skip


def _median(node: Node, row: dict, column: str, ledger) -> Node:
    """The median burden of the economies of an income group."""
    if column != "median_share":
        return node.marked(f"not traced further: {column}")
    named = ledger.evidence.economies
    inside = named[named["income_level"].map(GROUPS).eq(row["income_group"])]["iso3"]
    return _told(node, "median", (one for _, one in _burdens(ledger, row["plan"], sorted(inside))))


def _exposed(node: Node, row: dict, column: str, ledger) -> Node:
    """People of working age where the plan costs more than the threshold, over all of them."""
    if column != "working_age_share_above":
        return node.marked(f"not traced further: {column}")
    every, above = [], []
    for iso3, burden in _burdens(ledger, row["plan"], sorted(ledger.evidence.economies["iso3"])):
        people = latest(ledger, SERIES["working_age"], iso3)
        if people is not None:
            every.append(people)
            above += [people] if burden.value > row["threshold"] else []
    sides = [
        _told(Node(f"people of working age, {words}", float(sum(n.value for n in part)), "people",
                   key=f"{node.key}-{words}"), "sum", part)
        for words, part in ((f"above {row['threshold']:g}", above), ("in all", every))
    ]  # fmt: skip
    return replace(node, sign="/", formula="above / in all", operands=tuple(sides))


def _tokens(node: Node, row: dict, column: str, ledger) -> Node:
    """The ratio of tokens as it is frozen; what it costs rests on it."""
    file = ledger.archive.file("token_lengths", ["curated"])
    found = next(
        one
        for one in file.rows.values()
        if (one.cells["tokenizer"], one.cells["language"]) == (row["tokenizer"], row["language"])
    )
    leaf = ledger.leaves.leaf(found, "tokens_ratio", f"tokens of {row['language']} over English")
    if column == "tokens_ratio":
        return replace(node, sign="=", formula="token_lengths.tokens_ratio", operands=(leaf,))
    why = "the ratio below times the price of the study's question, over the speakers' income"
    return replace(node, operands=(leaf,)).marked(f"not computed again: {why}")


def _line(node: Node, row: dict, column: str, ledger) -> Node:
    """The economies a line was laid through."""
    economies = sorted(ledger.evidence.economies["iso3"])
    points = tuple(one for _, one in _burdens(ledger, row["plan"], economies))
    return replace(node, operands=points).marked(FITTED)


def _used(node: Node, row: dict, column: str, ledger) -> Node:
    """The economies a line of use was laid through; those of a regional pool are among them."""
    file = ledger.archive.file("ai_usage", ["curated"])
    groups = ledger.evidence.economies.set_index("iso3")["income_level"].map(GROUPS)
    same = [
        one
        for one in file.rows.values()
        if (one.cells["measure"], one.cells["period"]) == (row["measure"], row["period"])
        and row["income_group"] in ("All", groups.get(one.cells["iso3"]))
    ]
    burdens = dict(_burdens(ledger, row["plan"], [one.cells["iso3"] for one in same]))
    points = tuple(
        Node(
            f"{row['measure']} of {one.cells['iso3']} and what {row['plan']} costs there",
            None,
            operands=(
                ledger.leaves.leaf(one, "value", row["measure"]),
                burdens[one.cells["iso3"]],
            ),
            key=f"use-{row['measure']}-{row['period']}-{row['plan']}-{one.cells['iso3']}",
        )
        for one in same
        if one.cells["iso3"] in burdens
    )
    return replace(node, operands=points).marked(FITTED)


def _people(node: Node, row: dict, column: str, ledger) -> Node:
    """The economies behind a total: income, people and the shares a curve was fitted to."""
    if row["economy"] != WORLD:
        return replace(node, operands=(_able(row, ledger),)) if len(row["economy"]) == 3 else node
    if ("headcount",) in ledger.known:
        return replace(node, operands=tuple(_store(row, ledger))).marked(AS_ABOVE)
    table = ledger.evidence.tables["headcount"]
    same = table[(table["plan"] == row["plan"]) & (table["threshold"] == row["threshold"])]
    economies = same[same["economy"].isin(ledger.evidence.economies["iso3"])]
    parts = tuple(_able(one, ledger) for one in economies.to_dict("records"))
    whole = replace(node, operands=parts).marked(FITTED)
    ledger.known["headcount",] = whole
    return whole


def _store(row: dict, ledger) -> Iterator[Node]:
    """Return the prices of a plan of app stores; a reference plan has none."""
    return cells(ledger, "store_prices", "usd", plan=row["plan"])


def _levels(row: dict, ledger) -> Iterator[Node]:
    """Return what a count by the surveys' own means rests on beside the same shares and people."""
    if row.get("income") == "survey":
        yield from cells(ledger, "consumer_prices", "index")
        yield from cells(ledger, "income_surveys", "mean")


def _able(row: dict, ledger) -> Node:
    """The share of one economy's people, over the frozen figures it rests on."""
    iso3 = row["economy"]
    leaves = [latest(ledger, SERIES[name], iso3) for name in ("gni", "population")]
    leaves += [] if row["plan"] in FLAT else priced(ledger, row["plan"], iso3)
    if row["method"] == "bins":
        leaves += cells(ledger, "income_bins", "mean", iso3=iso3)
    elif number(row["survey_year"]):
        leaves += quintiles(ledger, iso3)
    marks = [mark for mark in (row["flag"], row["method"]) if mark and mark == mark]
    return Node(
        f"share of people of {iso3} who can pay",
        number(row["share_of_people"]),
        "fraction",
        operands=tuple(leaf for leaf in leaves if leaf is not None),
        facts={"member": iso3, "name": ledger.names.get(iso3, iso3)},
        key=f"able-{row['plan']}-{row['threshold']}-{iso3}",
    ).marked(*marks)
