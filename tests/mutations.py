"""Faults of inputs: what a person, an editor or a spreadsheet may do to a table or a document."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterator
from pathlib import Path

from affordability.tables import load_schema

ROWS = 12  # rows of a table that are kept: a fault in a short table is found no later

# What no cell of a kind may hold, whatever the column.
CELLS = {
    "number": [
        "INF",
        "-inf",
        "nan",
        "1e400",
        "\uff11\uff12",
        " 5",
        "5 ",
        "1,000",
        "0x10",
        "1e30.",
        "--1",
        "1e29",
    ],
    "integer": ["1.5", "INF", "\uff12\uff10\uff12\uff12", " 2022", "2022.0", "9" * 30, "1e3"],
    "boolean": ["1", "0", "yes", "wahr", "T"],
    "dated": ["2024-02-31", "2024-13", "2023-02-29", "9999-12-31", "0001-01-01", "2024-00-10"],
    "text": ["a\x00b", "a\x1b[31mb", "x" * 6000, "a\x7fb"],
}


def short(path: Path) -> list[list[str]]:
    """Header and first rows of a table."""
    with path.open(encoding="utf-8", newline="") as file:
        return [row for row, _ in zip(csv.reader(file), range(ROWS + 1), strict=False)]


def written(rows: list[list[str]]) -> bytes:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows(rows)
    return out.getvalue().encode("utf-8")


def of_a_cell(rows: list[list[str]], schema: str, dated) -> Iterator[tuple[str, bytes]]:
    """Every fault of a cell in every column of a table, each in the second row."""
    for place, field in enumerate(load_schema(schema)["fields"]):
        kind = "dated" if dated(field["name"]) else field["type"]
        faults = CELLS["text"] if kind == "string" else CELLS.get(kind, [])
        for fault in faults:
            changed = [list(row) for row in rows]
            changed[1][place] = fault
            yield f"{field['name']}={fault[:12]!r}", written(changed)


def of_a_file(rows: list[list[str]]) -> Iterator[tuple[str, bytes]]:
    """Faults of a whole table."""
    plain = written(rows)
    header, first, *rest = rows
    yield "empty", b""
    yield "blank lines", b"\n\n"
    yield "another encoding", plain + "ZÜRICH,é\n".encode("latin-1")
    yield "utf-16", plain.decode("utf-8").encode("utf-16")
    yield "a NUL", plain.replace(b"\n", b"\x00\n", 2)
    yield "an open quote", plain + b'"open\n'
    yield "a column lost", written([row[:-1] for row in rows])
    yield "a column more", written([[*header, "more"], *([*row, ""] for row in rows[1:])])
    yield "columns swapped", written([[*header[1:], header[0]], *rows[1:]])
    yield "a column twice", written([[header[0], *header[:-1]], *rows[1:]])
    yield "a row twice", written([*rows, first])
    yield "a cell more", written([header, [*first, "x"], *rest])
    yield "a cell lost", written([header, first[:-1], *rest])
    yield "no header", written(rows[1:])
    yield "semicolons", plain.replace(b",", b";")


def bomb() -> str:
    """Ten lists of ten references each to the one before: a billion values on ten lines."""
    lines = ["a: &a [1,1,1,1,1,1,1,1,1,1]"]
    for name, last in zip("bcdefghij", "abcdefghi", strict=True):
        lines.append(f"{name}: &{name} [{','.join([f'*{last}'] * 10)}]")
    return "\n".join(lines) + "\n"


DOCUMENTS: dict[str, Callable[[str], str | bytes]] = {
    "empty": lambda text: "",
    "a list": lambda text: "- 1\n- 2\n",
    "a text": lambda text: "just words\n",
    "a number": lambda text: "42\n",
    "a tab": lambda text: "\tx: 1\n" + text,
    "broken": lambda text: text + "\n  : :\n - ]\n",
    "another encoding": lambda text: text.encode() + "Zürich".encode("latin-1"),
    "a control character": lambda text: text + "\nx: a\x07b\n",
    "a tag": lambda text: "x: !!python/object/apply:os.system ['true']\n" + text,
    "a bomb": lambda text: bomb(),
    "deep": lambda text: "x: " + "[" * 3000 + "]" * 3000 + "\n",
    "a loop": lambda text: "x: &x [*x]\n",
    "cut": lambda text: text[: len(text) // 2] + '"',
}
