"""The little language of formulas: arithmetic over columns of frozen tables.

    derivation = [words ": "] expression [": " words] {" [" mark ": correction " id "]"}
    expression = operands and numbers joined by + - * / and parentheses, evaluated left to right
    operand    = World Bank code, or table.column; then maybe [key=value,...]

`GB.XPD.RSDV.GD.ZS/100*NY.GDP.MKTP.CD` or `subscriptions.usd/12: list price`. What an operand does
not say of its row's key is read from the row that carries the derivation; a key without a value,
`organisations.usd[budget_id]`, is written with the value of that row.

A formula stands once: `evaluate` makes the numbers of it, and column `derivation` is its text.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from dataclasses import dataclass, field

import pandas as pd

SIGNS = {"+": operator.add, "-": operator.sub, "*": operator.mul, "/": operator.truediv}

TOKEN = re.compile(
    r"\s*(?:"
    r"(?P<number>\d+(?:\.\d+)?(?:e[+-]?\d+)?)(?![\w.])"
    r"|(?P<name>[A-Za-z_]\w*(?:\.\w+)+)(?:\[(?P<key>[^\]]*)\])?"
    r"|(?P<sign>[-+*/()])"
    r")"
)
MARK = re.compile(r" \[(?P<mark>\w+): correction (?P<id>[\w-]+)\]$")


@dataclass(frozen=True)
class Number:
    """A constant as it is written."""

    text: str

    def __str__(self) -> str:
        return self.text


@dataclass(frozen=True)
class Operand:
    """A cell of a frozen table: `name` is a World Bank code or table.column."""

    name: str
    key: tuple[tuple[str, str], ...] = ()

    def __str__(self) -> str:
        said = ",".join(f"{column}={value}" if value else column for column, value in self.key)
        return f"{self.name}[{said}]" if said else self.name

    @property
    def table(self) -> str:
        """The table: World Bank codes are rows of `observations`."""
        return "observations" if self.name.isupper() else self.name.split(".")[0]

    @property
    def column(self) -> str:
        """The column of the table."""
        return "value" if self.name.isupper() else self.name.split(".", 1)[1]

    @property
    def given(self) -> dict[str, str]:
        """What the operand itself says of its row's key."""
        said = {column: value for column, value in self.key if value}
        return said | ({"indicator": self.name} if self.name.isupper() else {})


@dataclass(frozen=True)
class Binary:
    """Two parts and the sign between them."""

    sign: str
    left: Part
    right: Part

    def __str__(self) -> str:
        right = f"({self.right})" if isinstance(self.right, Binary) else str(self.right)
        bare = isinstance(self.left, Binary) and self.left.sign in "+-" and self.sign in "*/"
        left = f"({self.left})" if bare else str(self.left)
        return f"{left}{self.sign}{right}"


Part = Number | Operand | Binary


@dataclass(frozen=True)
class Derivation:
    """A parsed derivation; `expression` is None where there are only words."""

    expression: Part | None
    words: str
    marks: tuple[tuple[str, str], ...] = field(default=())


class Unparsable(ValueError):
    """The text is no expression."""


def read(derivation: str) -> Derivation:
    """Parse a derivation; words without an expression are kept as words."""
    marks = []
    while found := MARK.search(derivation):
        marks.insert(0, (found["mark"], found["id"]))
        derivation = derivation[: found.start()]
    before, colon, after = derivation.partition(": ")
    for text, words in ((before, after), (after, before)) if colon else ((before, ""),):
        try:
            return Derivation(parse(text), words, tuple(marks))
        except Unparsable:
            continue
    return Derivation(None, derivation, tuple(marks))


def formula(derivation: str) -> str:
    """Return the expression of a derivation alone, without words and marks; "" if it has none.

    >>> formula("NY.GDP.PCAP.CD*SP.POP.TOTL: a product [flagged: correction abc]")
    'NY.GDP.PCAP.CD*SP.POP.TOTL'
    """
    found = read(derivation).expression
    return "" if found is None else str(found)


def parse(text: str) -> Part:
    """Parse an expression; `Unparsable` if it is none.

    >>> part = parse("GB.XPD.RSDV.GD.ZS/100*NY.GDP.MKTP.CD")
    >>> [operand.name for operand in operands(part)]
    ['GB.XPD.RSDV.GD.ZS', 'NY.GDP.MKTP.CD']
    >>> known = {"GB.XPD.RSDV.GD.ZS": 3.5, "NY.GDP.MKTP.CD": 2e12}
    >>> evaluate(part, lambda operand: known[operand.name])
    70000000000.0
    """
    tokens, place = [], 0
    while place < len(text.rstrip()):
        found = TOKEN.match(text, place)
        if not found:
            raise Unparsable(text)
        tokens.append(found)
        place = found.end()
    part = _sum(tokens)
    if tokens:
        raise Unparsable(text)
    return part


def _sum(tokens: list[re.Match]) -> Part:
    part = _product(tokens)
    while tokens and tokens[0]["sign"] in ("+", "-"):
        part = Binary(tokens.pop(0)["sign"], part, _product(tokens))
    return part


def _product(tokens: list[re.Match]) -> Part:
    part = _atom(tokens)
    while tokens and tokens[0]["sign"] in ("*", "/"):
        part = Binary(tokens.pop(0)["sign"], part, _atom(tokens))
    return part


def _atom(tokens: list[re.Match]) -> Part:
    if not tokens:
        raise Unparsable("an operand is missing")
    token = tokens.pop(0)
    if token["number"]:
        return Number(token["number"])
    if token["name"]:
        pairs = [pair.partition("=") for pair in (token["key"] or "").split(",") if pair]
        return Operand(token["name"], tuple((column, value) for column, _, value in pairs))
    if token["sign"] != "(":
        raise Unparsable(token["sign"])
    part = _sum(tokens)
    if not tokens or tokens.pop(0)["sign"] != ")":
        raise Unparsable("a parenthesis is open")
    return part


def operands(part: Part) -> list[Operand]:
    """Return the cells an expression is over, from left to right."""
    if isinstance(part, Binary):
        return operands(part.left) + operands(part.right)
    return [part] if isinstance(part, Operand) else []


def evaluate(part: Part, cells: Callable[[Operand], pd.Series | float]) -> pd.Series | float:
    """Compute an expression from left to right, as it is written.

    Args:
        cells: gives the values of an operand, a number or a Series; Series are aligned by index,
            and what one of them lacks is missing in the result.
    """
    if isinstance(part, Number):
        return float(part.text)
    if isinstance(part, Operand):
        return cells(part)
    return SIGNS[part.sign](evaluate(part.left, cells), evaluate(part.right, cells))


def written(formula: str, rows: pd.DataFrame) -> pd.Series:
    """Return a formula as text for each row, a key without a value filled in from the row.

    >>> rows = pd.DataFrame({"budget_id": ["a-2022", "b-2023"]})
    >>> written("organisations.usd[budget_id]", rows).tolist()
    ['organisations.usd[budget_id=a-2022]', 'organisations.usd[budget_id=b-2023]']
    """
    text = pd.Series("", rows.index, dtype="str")
    for piece in re.split(r"((?<=[\[,])\w+(?=[\],]))", formula):
        text += f"{piece}=" + rows[piece] if piece in rows else piece
    return text


def at_end(part: Part, end: str) -> Part:
    """Put the low or high column of a table (`_low`, `_high`) in the place of its central one."""
    if isinstance(part, Operand) and part.name.endswith(".usd"):
        return Operand(part.name + end, part.key)
    if isinstance(part, Binary):
        return Binary(part.sign, at_end(part.left, end), at_end(part.right, end))
    return part
