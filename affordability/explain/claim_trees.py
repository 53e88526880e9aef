"""The tree of a claim: each query with its answer, and under it every row that was asked."""

from __future__ import annotations

from dataclasses import replace

from affordability.claims.query import PEOPLE, TABLES, Answer, Evidence, ask
from affordability.claims.thresholds import question
from affordability.claims.verdict import evaluate, said
from affordability.explain import people
from affordability.explain.tree import Node, number
from affordability.explain.trees import Ledger
from affordability.study import Study
from affordability.words import percent

VERBS = {"below": "less than", "at_most": "at most"}


def tree(claim: dict, evidence: Evidence, ledger: Ledger) -> Node:
    """Return the tree of a claim as the study answers it: first its tests, then other readings."""
    answered = evaluate(claim, evidence)
    row = answered.row
    tests = [
        node
        for place, (part, answer) in enumerate(
            zip(claim["tests"], answered.answers, strict=True), 1
        )
        for node in _questions(f"test {place}", part, answer, ledger, f"test-{place}")
    ]
    readings = [
        node
        for place, (part, answer) in enumerate(
            zip(claim.get("context", []), answered.readings, strict=True), 1
        )
        for node in _questions(part["label"], part, answer, ledger, f"reading-{place}")
    ]
    return Node(
        label=f"{claim['id']}: {claim['statement']}",
        value=None,
        said=row["reproduced"],
        formula="verdict of the tests; the other readings decide nothing",
        operands=(*tests, *readings),
        facts={
            "study": row["study"],
            "published": claim["published"],
            "verdict": row["verdict"],
            "group": claim["group"],
            "source_id": claim["source_id"],
            "locator": claim["locator"],
            "explanation": row["explanation"],
        },
        key=f"claim-{claim['id']}",
    )


def within(row: dict, evidence: Evidence, ledger: Ledger) -> Node:
    """Return a row of the table of thresholds with the ratio of each of its members."""
    limit = evidence.study.threshold(row["threshold"], "thresholds.csv")
    query = question(limit, row["item_kind"], row["item_id"])
    label = f"{row['item_kind']} {row['item_id']} within {row['threshold']}"
    key = f"{row['threshold']}-{row['item_kind']}-{row['item_id']}"
    asked = _question(label, {"query": query}, ask(query, evidence), ledger, key)
    return replace(asked, operands=tuple(one for one in asked.operands if one.facts["passes"]))


def _question(label: str, part: dict, answer: Answer | None, ledger: Ledger, key: str) -> Node:
    """Return one query with its answer and the rows it asked, in the order of its members."""
    query, study = part["query"], ledger.study
    formula = sentence(query, study)
    if answer is None:
        return Node(label, None, formula=formula, said="no data", key=key).marked("no row matches")
    facts = {"aggregate": query["aggregate"], "asked": answer.asked}
    facts |= {"denominator": answer.denominator} | _limit(query, study)
    facts |= {"note": part["note"]} if "note" in part else {}
    if answer.denominator > answer.asked:
        facts["without_value"] = answer.denominator - answer.asked
    return Node(
        label=label,
        value=_value(answer, query),
        unit=answer.unit,
        sign="told",
        formula=formula,
        operands=tuple(_rows(answer, query, ledger)),
        facts=facts,
        key=key,
        said=said(answer, ledger.evidence),
    )


def _questions(
    label: str, part: dict, answer: Answer | None, ledger: Ledger, key: str
) -> list[Node]:
    """Return one query with its answer; a curve as one query a group and threshold."""
    query = part["query"]
    if answer is None or answer.kind != "curve":
        return [_question(label, part, answer, ledger, key)]
    found = []
    for group, shares in answer.value.items():
        rows = answer.rows[answer.rows[query["by"]] == group]
        for limit, share in shares.items():
            asked = {**query, "aggregate": "share", "at_most": limit}
            asked["where"] = {**query["where"], query["by"]: group}
            passing = rows.assign(passes=rows[query["column"]] <= limit)
            members = list(passing.index[passing["passes"]])
            one = Answer(share, "fraction", members, len(rows), len(rows), passing, "share")
            name = f"{label}: {group} within {percent(limit)}"
            place = f"{key}-{group}-{limit:g}".replace(" ", "-")
            found.append(_question(name, {**part, "query": asked}, one, ledger, place))
    if found:
        return found
    few = Node(label, None, formula=sentence(query, ledger.study), key=key)
    return [replace(few, said=said(answer, ledger.evidence)).marked("too few for a share")]


def _value(answer: Answer, query: dict) -> float | list[float]:
    """Return the answer as a number; for the first of some, the value that makes it first."""
    if query["aggregate"] == "first":
        return float(answer.rows[query["column"]].max())
    if isinstance(answer.value, list):
        return [float(value) for value in answer.value]
    return float(answer.value)


def _rows(answer: Answer, query: dict, ledger: Ledger) -> list[Node]:
    column, member = query["column"], TABLES[query["table"]].member
    rows = answer.rows.reset_index().sort_values([column, member])
    found = []
    for row in rows.to_dict("records"):
        node = _row(row, query, ledger)
        inside = row.get("passes", True)
        told = {"member": row[member], "name": ledger.names.get(row[member], row[member])}
        facts = {**node.facts, **told, "passes": bool(inside)}
        found.append(replace(node, facts=facts))
    return found


def _row(row: dict, query: dict, ledger: Ledger) -> Node:
    """Return the tree of one asked row: how it is made depends on its table."""
    column = query["column"]
    if query["table"] == "ratios":
        return ledger.ratio(row, column, query.get("vary"))
    if query["table"] == "costs":
        return ledger.cost(row, column)
    if query["table"] == "memory":
        return ledger.memory(row, column)
    if query["table"] == "carbon":
        return ledger.carbon(row)
    if query["table"] == "capability_prices":
        return ledger.capability_price(row, column)
    if query["table"] in PEOPLE:
        return people.trace(row, query["table"], column, ledger)
    if query["table"] == "languages":
        return ledger.cell("language_accuracy", row, column)
    if query["table"] == "purchases":
        return ledger.cell("hardware_prices", row, column)
    if query["table"] == "government_rd":
        return ledger.government_rd(row)
    return Node(f"{query['table']}.{column}", number(row[column])).marked(
        f"not traced further: a row of {query['table']}"
    )


def _limit(query: dict, study: Study) -> dict:
    """Return what a member must be below or at, and who says so."""
    limit = study.limit(query, "claims")
    if limit is None:
        return {}
    rule = {"below" if limit.strict else "at_most": limit.share}
    return rule | ({"threshold": limit.id, "threshold_source": limit.source} if limit.id else {})


def sentence(query: dict, study: Study) -> str:
    """Say a query: what is told, of which rows, under which limit and year rule."""
    where = ", ".join(
        f"{column} {' or '.join(map(str, value)) if isinstance(value, list) else value}"
        for column, value in query.get("where", {}).items()
    )
    limit = _limit(query, study)
    rule = next((rule for rule in VERBS if rule in limit), None)
    under = f" {VERBS[rule]} {limit[rule]:g}" if rule else ""
    of = {"all_economies": ", of all economies", "with_value": ", of those with a value"}
    vary = query.get("vary")
    years = f"; newest of {vary['year'] - vary['max_age_years']} to {vary['year']}" if vary else ""
    return (
        f"{query['aggregate']} of {query['table']} where {where}: {query['column']}{under}"
        f"{of.get(query.get('of'), '')}{years}"
    )
