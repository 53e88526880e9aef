"""What can I run? The priced items of `python -m affordability budget`, for the page to weigh.

The rules are those of `affordability.budget`; its constants and tables are embedded, so that page
and command line cannot drift apart in what they know. A test compares their answers.
"""

from __future__ import annotations

from pathlib import Path

from affordability import budget
from affordability.page.book import Book
from affordability.page.parts import packed
from affordability.study import Study

COLUMNS = ["kind", "item_id", "estimate_id", "basis", "usd", "per", "status"]
TUNING = ["method", "tokens"]


def read(results: Path, studies: list[Study], book: Book) -> dict:
    """Return the priced items of each study by columns, and the rules of a budget."""
    return {
        "kinds": budget.KINDS,
        "units": budget.UNITS,
        "months": budget.MONTHS,
        "items": {study.name: items(results / study.name, book) for study in studies},
    }


def items(folder: Path, book: Book) -> dict:
    """Return what of a study has a price, with names instead of ids."""
    table = budget.priced_items(folder)
    extra = [column for column in TUNING if column in table]
    names = dict(zip(book.items["item_id"], book.items["name"], strict=True))
    table = table[[*COLUMNS, *extra]].assign(name=table["item_id"].map(names).fillna(""))
    table["name"] = table["name"].where(table["name"] != "", table["item_id"])
    return packed(table.reset_index(drop=True))
