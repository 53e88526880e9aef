"""What can I run? The priced items of `python -m affordability budget`, for the page to weigh.

The rules are those of `affordability.budget`; its constants and tables are embedded, so that page
and command line cannot drift apart in what they know. A test compares their answers.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability import budget
from affordability.page.book import Book
from affordability.page.parts import packed, read_rows
from affordability.study import Study

COLUMNS = ["kind", "item_id", "estimate_id", "basis", "usd", "per", "status"]
WAYS = "own_rent_call"  # a table of what answering questions costs a month
TUNING = ["method", "tokens"]


def read(results: Path, studies: list[Study], book: Book) -> dict:
    """Return the priced items of each study by columns, and the rules of a budget."""
    return {
        "kinds": budget.KINDS,
        "units": budget.UNITS,
        "months": budget.MONTHS,
        "items": {study.name: items(results / study.name, book) for study in studies},
        "ways": {study.name: ways(results / study.name, book) for study in studies},
    }


def items(folder: Path, book: Book) -> dict:
    """Return what of a study has a price, with names instead of ids."""
    table = budget.priced_items(folder)
    extra = [column for column in TUNING if column in table]
    table = table[[*COLUMNS, *extra]].assign(name=called(table["item_id"], book))
    return packed(table.reset_index(drop=True))


def ways(folder: Path, book: Book) -> dict | None:
    """Return the cheapest way to answer so many questions a day with each model, if it is known."""
    rows = [row for row in read_rows(folder / "tables" / f"{WAYS}.csv") if _is_true(row)]
    if not rows:
        return None
    table = pd.DataFrame(rows)
    kept = pd.DataFrame(
        {
            "name": called(table["model_id"], book),
            "questions": pd.to_numeric(table["questions_per_day"]),
            "way": table["way"],
            "usd": pd.to_numeric(table["usd_per_month"]),
            "status": table["status"],
        }
    )
    return packed(kept.sort_values(["questions", "usd", "name"], ignore_index=True))


def _is_true(row: dict[str, str]) -> bool:
    return row["cheapest"].lower() == "true"


def called(ids: pd.Series, book: Book) -> pd.Series:
    """Return the names of items; one without a name keeps its id."""
    names = dict(zip(book.items["item_id"], book.items["name"], strict=True))
    return ids.map(lambda item: names.get(item, item))
