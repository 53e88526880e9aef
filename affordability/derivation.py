"""The language of column `derivation`: arithmetic over columns of frozen tables.

    derivation = [words ": "] expression [": " words] {" [" mark ": correction " id "]"}
    expression = operands and numbers joined by + - * / and parentheses, evaluated left to right
    operand    = World Bank code, or table.column; then maybe [key=value,...]

`GB.XPD.RSDV.GD.ZS/100*NY.GDP.MKTP.CD` or `subscriptions.usd/12: list price`. What an operand does
not say of its row's key is read from the row that carries the derivation.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

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
        said = ",".join(f"{column}={value}" for column, value in self.key)
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
        return dict(self.key) | ({"indicator": self.name} if self.name.isupper() else {})


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


def parse(text: str) -> Part:
    """Parse an expression; `Unparsable` if it is none."""
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
