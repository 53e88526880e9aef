"""What can I run? The priced items of `python -m affordability budget`, for the page to weigh.

The rules are those of `affordability.budget`; its constants and tables are embedded, so that page
and command line cannot drift apart in what they know. A test compares their answers.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability import budget, choose
from affordability.costs.ways import call
from affordability.page.book import Book
from affordability.page.find import AVERAGE
from affordability.page.parts import packed
from affordability.study import Study
from affordability.tables import read_table

COLUMNS = ["kind", "item_id", "estimate_id", "basis", "usd", "per", "status"]
TUNING = ["method", "tokens"]


def read(results: Path, studies: list[Study], book: Book) -> dict:
    """Return the priced items of each study by columns, and the rules of a budget."""
    return {
        "kinds": budget.KINDS,
        "units": budget.UNITS,
        "months": budget.MONTHS,
        "items": {study.name: items(results / study.name, book) for study in studies},
        "ways": {study.name: ways(results / study.name, book) for study in studies},
        "languages": scores(book),
    }


def scores(book: Book) -> dict[str, dict[str, float]]:
    """Return, by the name of a language, the score of each model in it, as `choose` reads them."""
    rows = book.languages[book.languages["language"] != AVERAGE]
    named = dict(zip(rows["language"], rows["name"], strict=True))
    models = set(rows["model_id"]) - {""}
    found = {name: choose.accuracy(rows, code, models) for code, name in named.items()}
    return {name: found[name] for name in sorted(found) if found[name]}


def items(folder: Path, book: Book) -> dict:
    """Return what of a study has a price, with names instead of ids."""
    table = budget.priced_items(folder)
    extra = [column for column in TUNING if column in table]
    table = table[[*COLUMNS, *extra]].assign(name=called(table["item_id"], book))
    return packed(table.reset_index(drop=True))


def ways(folder: Path, book: Book) -> dict | None:
    """Return the cheapest way to answer so many questions a day with each model, if it is known.

    A model without open weights, which only its vendor serves, can be called.
    """
    path = folder / "tables" / "own_rent_call.csv"
    if not path.exists():
        return None
    table = read_table(path, "own_rent_call")
    calling = read_table(folder / "tables" / "calling.csv", "calling")
    closed = calling[~calling["model_id"].isin(table["model_id"])]
    volumes = sorted(table["questions_per_day"].unique())
    calls = [call(closed, n).assign(questions_per_day=n) for n in volumes]
    table = pd.concat([table[table["cheapest"].astype(bool)], *calls], ignore_index=True)
    kept = pd.DataFrame(
        {
            "id": table["model_id"],
            "name": called(table["model_id"], book),
            "questions": table["questions_per_day"],
            "way": table["way"],
            "usd": table["usd_per_month"].round(4),
            "status": table["status"],
        }
    )
    return packed(kept.sort_values(["questions", "usd", "name"], ignore_index=True))


def called(ids: pd.Series, book: Book) -> pd.Series:
    """Return the names of items; one without a name keeps its id."""
    names = dict(zip(book.items["item_id"], book.items["name"], strict=True))
    return ids.map(lambda item: names.get(item, item))
