"""Cells as they are written: what a parser would read as something, and a person did not mean.

A schema says what a column holds; libraries are generous about how it is written (INF, 1e400, full-
width digits, blanks around a number, 1 for true, the 31st of February). Here only the plain form is
taken, so that what is read is what stands there.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

from affordability.tables import InputError, columns, load_schema, read_text, shown

NUMBER = re.compile(r"-?(\d+(\.\d+)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
INTEGER = re.compile(r"-?\d{1,18}", re.ASCII)
DAY = re.compile(r"(\d{4})(?:-(\d{2})(?:-(\d{2}))?)?", re.ASCII)
# Columns of text that hold a day, a month or a year.
DATED = re.compile(r"(^|_)(date|month|from|to|until|observed|accessed|created|released)($|_)")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\x85\u2028\u2029]")
LONGEST = 5_000  # characters of a cell; our longest note has a few hundred
YEARS = range(1900, 2101)
# The largest amount that can be meant, by what a unit begins with; anything else is a slip.
PLAUSIBLE = {"US$": 1e15, "current US$": 1e15, "calendar year": 2100, "": 1e28}


def rows(path: Path, name: str) -> Iterator[tuple[int, list[str]]]:
    """Yield the rows of a CSV with the line each ends on, the header first.

    Raises:
        InputError: no such file, no UTF-8, nothing in it, a quote that is not closed.
    """
    text = read_text(path)
    if not text.strip():
        wanted = ", ".join(columns(name))
        raise InputError(f"{shown(path)}: found an empty file, expected the columns {wanted}")
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    try:
        for row in reader:
            yield reader.line_num, row
    except csv.Error as error:
        where = f"{shown(path)}, row {reader.line_num}"
        raise InputError(f"{where}: found broken CSV ({error}), expected one row a line") from None


def check_cells(path: Path, name: str) -> None:
    """Stop at the first cell that is not written plainly; a blank is always plain."""
    fields = load_schema(name)["fields"]
    plain = [(field["name"], _plain(field)) for field in fields]
    table = rows(path, name)
    next(table)
    for line, row in table:
        for (column, expected), cell in zip(plain, row, strict=False):
            if not cell:
                continue
            if len(cell) > LONGEST or CONTROL.search(cell):
                found, wanted = _shortened(cell), f"text of at most {LONGEST:,} characters"
            elif wanted := expected(cell):
                found = _shortened(cell)
            else:
                continue
            raise InputError(
                f"{shown(path)}, row {line}, column {column}: found {found}, expected {wanted}"
            )


def check_rows(path: Path, name: str) -> None:
    """Stop at the first row that contradicts another, or in which a cell lacks what it needs.

    `x_once` of a schema are the columns in which no two rows may agree beside the key: an offer is
    one row, whatever it is called. `x_with` names for a column those of which one must be filled
    where it is: a price its day, an amount its currency.
    """
    schema = load_schema(name)
    once, needs = schema.get("x_once", []), schema.get("x_with", {})
    if not once and not needs:
        return
    seen: dict[tuple[str, ...], int] = {}
    table = rows(path, name)
    next(table)
    for line, row in table:
        cells = dict(zip(columns(name), row, strict=True))
        for column, others in needs.items():
            if cells[column] and not any(cells[other] for other in others):
                raise InputError(
                    f"{shown(path)}, row {line}, column {others[0]}: found nothing beside "
                    f"{column} {cells[column]}, expected {' or '.join(others)}"
                )
        same = tuple(cells[column] for column in once)
        if once and same in seen:
            raise InputError(
                f"{shown(path)}, row {line}: found what row {seen[same]} has "
                f"({', '.join(filter(None, same))}), expected one row per {', '.join(once)}"
            )
        seen[same] = line


def _plain(field: dict) -> Callable[[str], str]:
    """Return what says of a cell of this field what was expected instead; "" if it is plain."""
    kind, unit = field["type"], field.get("unit", "")
    if kind in ("number", "integer"):
        limit = next(most for start, most in PLAUSIBLE.items() if unit.startswith(start))
        form = NUMBER if kind == "number" else INTEGER
        return lambda cell: _number(cell, form, kind, limit)
    if kind == "boolean":
        return lambda cell: "" if cell.lower() in ("true", "false") else "true or false"
    if DATED.search(field["name"]):
        return lambda cell: "" if not DAY.fullmatch(cell) or _possible(cell) else POSSIBLE
    return lambda cell: ""


POSSIBLE = f"a day, month or year that there is, {YEARS.start} to {YEARS.stop - 1}"


def _number(cell: str, form: re.Pattern, kind: str, limit: float) -> str:
    if not form.fullmatch(cell) or not math.isfinite(float(cell)):
        return f"{'a number' if kind == 'number' else 'a whole number'} in plain digits"
    return "" if abs(float(cell)) <= limit else f"at most {limit:g}"


def _possible(cell: str) -> bool:
    """Whether a year, month or day can be."""
    year, month, day = (int(part) if part else 1 for part in DAY.fullmatch(cell).groups())
    try:
        date(year, month, day)
    except ValueError:
        return False
    return year in YEARS


def _shortened(cell: str) -> str:
    return repr(cell if len(cell) <= 60 else f"{cell[:40]}...")
