"""A document as text, JSON or HTML; all three tell the same steps in the same order."""

from __future__ import annotations

import json
import math
from dataclasses import dataclass, field

from affordability.explain.answers import Document
from affordability.explain.tree import Node, number, walk
from affordability.page.parts import TEMPLATES, templates
from affordability.words import money, percent

# Facts that are told in a sentence of their own, or by the formula, the answer or the source.
APART = {
    "file", "line", "sha256", "row", "source_id", "derivation", "year", "age_years", "year_rule",
    "vintage", "member", "name", "passes", "aggregate", "below", "at_most", "per", "price_basis",
    "actor", "headline", "study", "denominator", "release", "release_evidence", "title",
}  # fmt: skip
FEW = 20  # rows of another reading that are shown as trees; of more, a line each


def value(node: Node) -> str:
    """Say a node's number: exactly, and in words where it is money or a share."""
    if node.said:
        return node.said
    if node.value is None:
        return "not stated"
    if isinstance(node.value, list):
        return " to ".join(exact(one) for one in node.value) + f" {node.unit}"
    if node.unit == "fraction":
        return f"{percent(node.value)} ({exact(node.value)})"
    if "US$" in node.unit and abs(node.value) >= 1e6:
        return f"{exact(node.value)} {node.unit} ({money(node.value)})"
    return f"{exact(node.value)} {node.unit}".strip()


def exact(amount: float) -> str:
    """Say a number so that reading it gives the same bits; whole ones without a point."""
    whole = math.isfinite(amount) and amount == int(amount) and abs(amount) < 1e15
    return str(int(amount)) if whole else repr(float(amount))


def equation(node: Node) -> str:
    """Say a step with its number; a constant is its own number."""
    if not node.operands and not node.facts and number(node.label) == node.value:
        return f"{node.label} {node.unit}".strip()
    return f"{node.label} = {value(node)}"


def row_of(node: Node) -> str:
    """The frozen row a leaf is a cell of; nothing for other steps."""
    facts = node.facts
    return f"{facts['file']}, line {facts['line']}" if "file" in facts else ""


def leaves(node: Node) -> list[Node]:
    """The cells of frozen files a step was computed from."""
    return [step for step in walk(node) if "file" in step.facts]


def marks(node: Node) -> list[str]:
    """What a sceptical reader must know and the sentence on the year does not say."""
    carried = "carried forward" if "year_rule" in node.facts else None
    return [mark for mark in node.marks if not (carried and mark.startswith(carried))]


def shortened(node: Node) -> str:
    """The number of a row in a list."""
    return (
        percent(node.value) if node.unit == "fraction" and node.value is not None else value(node)
    )


def told(node: Node) -> list[str]:
    """Say the facts of a step, apart from the file and the source, a sentence each."""
    facts, said = node.facts, []
    if "year_rule" in facts:
        age = facts["age_years"]
        years = f", carried forward {age} year{'s' if age > 1 else ''}" if age else ""
        said.append(
            f"year {facts['year']}{years}; the rule takes the {facts['year_rule']}; "
            f"vintage {facts['vintage']}"
        )
    said += [facts["title"]] if facts.get("title") else []
    said += ["the estimate the study reads first"] if facts.get("headline") else []
    for name, fact in facts.items():
        if name not in APART and fact not in (None, ""):
            said.append(f"{name.replace('_', ' ')}: {fact}")
    return said


def text(document: Document, most: int = 6) -> str:
    """The document as text; of a long list of rows `most` are shown, all if it is 0."""
    writer = _Text(most)
    lines = [f"{document.title} (study {document.study})", ""]
    for tree in document.trees:
        writer.write(tree, "", "", document)
        writer.lines.append("")
    lines += writer.lines
    if document.files:
        lines.append("Frozen files")
        lines += [f"  {facts['sha256']}  {name}" for name, facts in document.files.items()]
    return "\n".join(lines) + "\n"


@dataclass
class _Text:
    most: int
    lines: list[str] = field(default_factory=list)
    seen: set[str] = field(default_factory=set)

    def write(self, node: Node, first: str, rest: str, document: Document) -> None:
        """Write a step and what it follows from; a step that was told is named only."""
        again = bool(node.key and (node.operands or node.facts)) and node.key in self.seen
        self.lines.append(first + equation(node) + (", as above" if again else ""))
        if again:
            return
        lines = [*told(node), *origin(node, document)]
        if row_of(node) in self.seen:
            lines = [f"of the same row, {row_of(node)}"]
        self.seen |= {node.key, row_of(node)} - {""}
        shown, left = chosen(node, self.most)
        inner = rest + ("│  " if shown else "   ")
        if node.formula and node.formula != node.label:
            self.lines.append(f"{inner}= {node.formula}")
        self.lines += [f"{inner}! {mark}" for mark in marks(node)]
        self.lines += [inner + line for line in lines]
        for place, operand in enumerate(shown):
            last = place == len(shown) - 1 and not left
            self.write(
                operand,
                rest + ("└─ " if last else "├─ "),
                rest + ("   " if last else "│  "),
                document,
            )
        if left:
            self.lines.append(f"{rest}└─ and {left} more rows (--most 0 shows all)")


def chosen(node: Node, most: int) -> tuple[list[Node], int]:
    """The rows of a query that are shown, and how many are left out; other steps have few."""
    rows = list(node.operands)
    if node.sign != "told" or not most or len(rows) <= most:
        return rows, 0
    passing = [row for row in rows if row.facts["passes"]]
    limited = "below" in node.facts or "at_most" in node.facts
    kept = passing[:most] if limited and passing else [*rows[: most - 1], rows[-1]]
    return kept, len(rows) - len(kept)


def origin(node: Node, document: Document) -> list[str]:
    """Say where a leaf was read: file, line and digest, then the source."""
    if "file" not in node.facts:
        return []
    facts = node.facts
    source = document.sources.get(facts["source_id"], {})
    known = ", ".join(
        source[cell] for cell in ("title", "publisher", "licence", "url") if source.get(cell)
    )
    return [
        f"{row_of(node)} ({facts['row']})",
        f"sha256 {facts['sha256']}",
        f"source {facts['source_id']}: {known}",
    ]


def as_dict(node: Node) -> dict:
    """A step as JSON has it; empty parts are left out."""
    parts = {
        "label": node.label,
        "value": node.value,
        "said": node.said,
        "unit": node.unit,
        "sign": node.sign,
        "formula": node.formula,
        "marks": list(node.marks),
        "facts": node.facts,
        "operands": [as_dict(operand) for operand in node.operands],
    }
    return {
        name: part for name, part in parts.items() if name == "value" or part not in ("", [], {})
    }


def as_json(document: Document) -> str:
    """The document as JSON: the trees, and the files and sources their leaves name."""
    whole = {
        "title": document.title,
        "study": document.study,
        "trees": [as_dict(tree) for tree in document.trees],
        "files": document.files,
        "sources": document.sources,
    }
    return json.dumps(whole, indent=1, ensure_ascii=False) + "\n"


def html(document: Document, back: str = "") -> str:
    """The document as one self-contained page; `back` is the address of the page of claims."""
    environment = templates()
    tools = [value, told, equation, row_of, leaves, marks, shortened]
    environment.globals |= {tool.__name__: tool for tool in tools}
    return environment.get_template("explain.html.j2").render(
        document=document,
        files=list(document.files),
        few=FEW,
        seen={},
        back=back,
        css=(TEMPLATES / "page.css").read_text(encoding="utf-8"),
    )
