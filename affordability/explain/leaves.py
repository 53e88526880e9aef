"""Leaves: cells of frozen rows, with file, line, digest, source and what is noted of them."""

from __future__ import annotations

from affordability.explain.frozen import Archive, Row
from affordability.explain.tree import Node, number
from affordability.tables import load_schema

# Cells of a frozen row that tell where a figure was read and how far it goes.
TOLD_CELLS = ["estimator", "method", "scope", "price_note", "locator", "date", "note"]
SOURCE_CELLS = ["title", "publisher", "licence", "url", "note"]


class Leaves:
    """Makes leaves of frozen rows, and keeps the files and sources they name, each once."""

    def __init__(self, archive: Archive) -> None:
        self.archive = archive
        self.sources: dict[str, dict[str, str]] = {}
        self.files: dict[str, dict[str, object]] = {}

    def leaf(self, row: Row, column: str, label: str) -> Node:
        """Return a cell of a frozen row with file, line, digest, source and what is noted of it."""
        cells = row.cells
        facts = {
            "file": row.file.name,
            "line": row.line,
            "sha256": row.file.promised.removeprefix("sha256:"),
            "row": ", ".join(cells[column] for column in row.file.key),
        }
        series = None
        if row.file.table == "observations":
            series = self.archive.find("series", cells, [_folder(row)])
            facts |= {"year": int(cells["year"])}
        if series is not None:
            facts |= {name: series.cells[name] for name in ("title", "release", "release_evidence")}
        facts |= {name: cells[name] for name in TOLD_CELLS if cells.get(name)}
        facts |= self._referred(row, cells)
        facts["source_id"] = cells["source_id"]
        self._note(row, cells["source_id"])
        return Node(
            label=label,
            value=number(cells[column]),
            unit=series.cells["unit"] if series is not None else _unit(row.file.table, column),
            facts=facts,
            said="" if number(cells[column]) is not None else cells[column],
            marks=marks_of(cells.get("status", "verified"), column, cells),
            key=f"{row.file.name}-{row.line}-{column}",
        )

    def _referred(self, row: Row, cells: dict[str, str]) -> dict[str, str]:
        """Say which other rows of its folder a row was made from, such as the price it uses."""
        found = {}
        for reference in load_schema(row.file.table).get("foreignKeys", []):
            column, table = reference["fields"][0], reference["reference"]["resource"]
            if column in row.file.key or table in ("sources", "economies", "models"):
                continue
            other = self.archive.beside(row, table, cells[column])
            if other is not None:
                found[column] = f"{cells[column]} ({other.file.name}, line {other.line})"
        return found

    def _note(self, row: Row, source_id: str) -> None:
        """Keep the file and the source of a leaf, each once for all leaves."""
        name = row.file.name
        if name not in self.files:
            digest = row.file.promised.removeprefix("sha256:")
            self.files[name] = {"sha256": digest, "bytes": len(row.file.data)}
        source = self.archive.beside(row, "sources", source_id)
        if source is not None and source_id not in self.sources:
            told = {cell: source.cells[cell] for cell in SOURCE_CELLS}
            self.sources[source_id] = told | {"row": f"{source.file.name}, line {source.line}"}


def _folder(row: Row) -> str:
    parts = row.file.path.parent.parts
    return "/".join(parts[-2:]) if parts[-1] != "curated" else "curated"


def marks_of(status: str, column: str = "", cells: dict[str, str] | None = None) -> tuple[str, ...]:
    """Say how far a figure is to be trusted, and what of it was imputed."""
    cells = cells or {}
    marks = [] if status == "verified" else [status]
    if column and column in cells.get("unverified_fields", "").split(";"):
        marks.append("unverified")
    if cells.get("imputed"):
        marks.append(f"imputed: {cells['imputed']}")
    return tuple(dict.fromkeys(marks))


def _unit(table: str, column: str) -> str:
    fields = {field["name"]: field for field in load_schema(table)["fields"]}
    return fields.get(column, {}).get("unit", "")
