"""Derivations: the operands of an expression, found as frozen rows and hung under its number."""

from __future__ import annotations

import re
from dataclasses import replace

from affordability.derivation import Number, Operand, Part, at_end, read
from affordability.documents import load_yaml
from affordability.explain.frozen import Row
from affordability.explain.leaves import Leaves
from affordability.explain.tree import Node, agrees, recompute
from affordability.judgement import CORRECTIONS, KEYS


class Derivations:
    """Turns column `derivation` of a row of the results into the tree below its number."""

    def __init__(self, leaves: Leaves) -> None:
        self.leaves = leaves
        self.corrections = {entry["id"]: entry for entry in load_yaml(CORRECTIONS) or []}

    def hang(self, node: Node, row: dict, key: dict, folders: list[str], end: str) -> Node:
        """Hang the operands of a row's derivation under its number; a leaf says if there are none.

        `end` is "_low" or "_high" for an end of an interval: the same expression, with that column
        of the frozen row where the central one is named.
        """
        derivation = read(row["derivation"])
        marks = [self._corrected(mark, name) for mark, name in derivation.marks]
        if derivation.words:
            node = replace(node, facts={**node.facts, "in_words": derivation.words})
        if derivation.expression is None:
            known = self.named(row.get("item_id", ""), derivation.words)
            why = "computed elsewhere: below are the frozen rows it names, not its operands"
            assumed = derivation.words.partition("; assumed ")[2]
            marks += [f"imputed: {assumed}"] if assumed else []
            return replace(node, formula=derivation.words, operands=known).marked(
                *marks, why if known else "not traced further: the derivation is in words"
            )
        expression = at_end(derivation.expression, end)
        overrides = [
            self.corrections[name] for mark, name in derivation.marks if mark == "overridden"
        ]
        top = self._part(expression, key, folders, overrides)
        again = recompute(top)
        if again is None or (end and again != node.value):
            return replace(node, formula=derivation.words or str(expression)).marked(
                *marks, "not traced further: no frozen row gives this number"
            )
        node = replace(node, formula=str(expression), sign=top.sign or "=")
        node = replace(node, operands=top.operands if top.sign else (top,))
        node = node.marked(*marks, *(mark for leaf in _cells(top) for mark in leaf.marks))
        return node if agrees(node) else node.marked("the frozen rows give another number")

    def named(self, item: str, words: str) -> tuple[Node, ...]:
        """Return the frozen rows that are only named: a model's figures, ids in words."""
        found = []
        for (folder, table), file in self.leaves.archive.files.items():
            if folder != "curated" or table == "sources":
                continue
            if table == "model_figures":
                own = [r for key, r in file.rows.items() if key[0] == item]
                found += [
                    self.leaves.leaf(r, "value", f"model_figures {r.cells['field']}") for r in own
                ]
            elif len(file.key) == 1:
                ids = dict.fromkeys(re.findall(r"[a-z0-9]+(?:-[a-z0-9]+)+", words))
                rows = [file.rows[i,] for i in ids if (i,) in file.rows]
                found += [self.leaves.leaf(r, _told_column(r), table) for r in rows]
        return tuple(found)

    def _corrected(self, mark: str, name: str) -> str:
        reason = self.corrections.get(name, {}).get("reason", "no such entry")
        return f"{mark} by correction {name} ({CORRECTIONS.as_posix()}): {' '.join(reason.split())}"

    def _part(self, part: Part, key: dict, folders: list[str], overrides: list[dict]) -> Node:
        if isinstance(part, Number):
            return Node(part.text, float(part.text), key=f"number-{part.text}")
        if isinstance(part, Operand):
            return self._operand(part, {**key, **part.given}, folders, overrides)
        left = self._part(part.left, key, folders, overrides)
        right = self._part(part.right, key, folders, overrides)
        node = Node(str(part), None, sign=part.sign, formula=str(part), operands=(left, right))
        value = recompute(node)
        return replace(node, value=value if isinstance(value, float) else None)

    def _operand(
        self, operand: Operand, key: dict, folders: list[str], overrides: list[dict]
    ) -> Node:
        row = self.leaves.archive.find(operand.table, key, folders)
        if row is None:
            asked = " ".join(key.values())
            return Node(str(operand), None).marked(f"no frozen row of {operand.table} for {asked}")
        leaf = self.leaves.leaf(row, operand.column, operand.name)
        for entry in overrides:
            if _is_about(entry, operand.table, row.cells):
                was = f"frozen value {row.cells[operand.column]}"
                leaf = replace(leaf, value=float(entry["value"])).marked(f"{was} not believed")
        return leaf


def _cells(node: Node) -> list[Node]:
    if not node.operands:
        return [node]
    return [leaf for operand in node.operands for leaf in _cells(operand)]


def _told_column(row: Row) -> str:
    """Return the column that tells most of a row that is only named: its price, else its name."""
    wanted = ["usd_per_gpu_hour", "usd_per_chip", "usd", "value", "name"]
    return next((column for column in wanted if row.cells.get(column)), row.file.key[0])


def _is_about(entry: dict, table: str, cells: dict[str, str]) -> bool:
    """Whether a correction is about this row."""
    if entry.get("table", "observations") != table:
        return False
    where = entry["where"]
    for column in KEYS[table]:
        wanted = where.get(column)
        values = wanted if isinstance(wanted, list) else [wanted]
        if wanted is not None and cells[column] not in map(str, values):
            return False
    return True
