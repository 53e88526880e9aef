"""A number as a tree: its value, how it follows from its operands, where the leaves were read."""

from __future__ import annotations

import math
import operator
import statistics
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}
# What a query tells of its rows; `kept` are the values that pass its limit.
TOLD = {
    "members": lambda kept, total: float(len(kept)),
    "share": lambda kept, total: len(kept) / total,
    "value": lambda kept, total: kept[0],
    "min": lambda kept, total: min(kept),
    "max": lambda kept, total: max(kept),
    "range": lambda kept, total: [min(kept), max(kept)],
    "first": lambda kept, total: max(kept),
    "median": lambda kept, total: statistics.median(kept),
    "sum": lambda kept, total: float(sum(kept)),
}


@dataclass(frozen=True)
class Node:
    """One step of a derivation.

    Attributes:
        label: what the number is of.
        value: the number as the results have it; None where it is blank.
        unit: its unit.
        sign: how it follows from `operands`: + - * / of two, "=" for the same number, "told" for
            the answer of a query, "" for a leaf.
        formula: the same in words or as an expression.
        operands: what it follows from.
        facts: year, vintage, file, line, source_id and the like, in the order they are told.
        marks: what a sceptical reader must know: unverified, carried forward, corrected, imputed.
        key: the same for the same step of another tree, so that it is told once.
        said: the value in words, where it is no plain number.
    """

    label: str
    value: float | None
    unit: str = ""
    sign: str = ""
    formula: str = ""
    operands: tuple[Node, ...] = ()
    facts: dict[str, object] = field(default_factory=dict)
    marks: tuple[str, ...] = ()
    key: str = ""
    said: str = ""

    def marked(self, *marks: str) -> Node:
        """Return the node with further marks, each once."""
        return replace(self, marks=tuple(dict.fromkeys([*self.marks, *filter(None, marks)])))


def recompute(node: Node) -> float | list[float] | None:
    """Compute the number from the leaves alone, in the order of the formula."""
    if node.sign == "":
        return node.value
    if node.sign == "told":
        return _told(node)
    parts = [recompute(operand) for operand in node.operands]
    if node.sign == "=":
        return parts[0]
    left, right = parts
    if left is None or right is None or (node.sign == "/" and right == 0):
        return None
    return SIGNS[node.sign](left, right)


def _told(node: Node) -> float | list[float] | None:
    """Answer a query again: keep what passes the limit, then tell what the query asks."""
    values = [value for operand in node.operands if (value := recompute(operand)) is not None]
    rule = node.facts
    if "below" in rule:
        values = [value for value in values if value < rule["below"]]
    if "at_most" in rule:
        values = [value for value in values if value <= rule["at_most"]]
    if not values and rule["aggregate"] not in ("members", "share"):
        return None
    return TOLD[rule["aggregate"]](values, rule["denominator"])


def agrees(node: Node) -> bool:
    """Whether the number printed is the one its tree gives, to the last bit."""
    again = recompute(node)
    if again is None or node.value is None:
        return again is None and node.value is None
    return again == node.value


def walk(node: Node) -> Iterator[Node]:
    """Every step, from the printed number down."""
    yield node
    for operand in node.operands:
        yield from walk(operand)


def disagreements(node: Node) -> list[Node]:
    """The steps whose number is not the one their own operands give."""
    return [step for step in walk(node) if step.sign and not agrees(step)]


def number(value: object) -> float | None:
    """Return a cell as a number; None for a blank or for text that is none."""
    try:
        result = float(value)
    except (TypeError, ValueError):
        return None
    return None if math.isnan(result) else result
