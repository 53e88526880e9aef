"""One study on the page: its figures, who is within its thresholds, models, labs, who lacks."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

from affordability.figures.registry import FIGURES, PEOPLE
from affordability.measures import MEASURES
from affordability.page import models, people, programme
from affordability.page.book import Book
from affordability.page.parts import label, linked_figure, read_rows, term
from affordability.study import Study
from affordability.words import percent

FEW = 12  # names shown before the rest is folded


def read(results: Path, study: Study, book: Book) -> dict:
    """Return everything the page shows of one study."""
    folder = results / study.name
    tables = sorted((folder / "tables").glob("*.csv"))
    return {
        "name": study.name,
        "title": study.title,
        "price_month": study.price_month,
        "vintages": sorted(study.vintages.items()),
        "thresholds": [
            {"said": percent(limit.share), "what": label(limit.measure)}
            for limit in study.thresholds.values()
        ],
        "figures": linked(FIGURES, folder, results),
        "people": people.read(folder, study),
        "people_figures": linked(PEOPLE, folder, results),
        "models": models.read(folder, study.items, book),
        "programme": programme.read(folder, book),
        "within": [named(row, book) for row in within_thresholds(folder, study.items)],
        "missing": missing_by_measure(read_rows(folder / "tables" / "missing_economies.csv")),
        "tables": [path.name for path in tables],
    }


def linked(figures: Iterable[str], folder: Path, results: Path) -> list[dict]:
    """Return the figures of a list that a study has, in its order."""
    return [drawn for stem in figures if (drawn := linked_figure(folder, stem, results))]


def within_thresholds(folder: Path, items: dict[str, list[str]]) -> list[dict]:
    """Return who is within each threshold, for the first item of each kind.

    What an economy pays for serving or buying is left to the CSV: it is within nearly every
    threshold everywhere.
    """
    first = {(kind, ids[0]) for kind, ids in items.items() if ids and kind != "buy"}
    return [
        read_threshold(row)
        for row in read_rows(folder / "tables" / "thresholds.csv")
        if (row["item_kind"], row["item_id"]) in first
        and (row["item_kind"] != "serve" or _actor(row["measure"]) == "organisation")
    ]


def _actor(measure: str) -> str:
    return MEASURES[measure].actor if measure in MEASURES else ""


def read_threshold(row: dict[str, str]) -> dict:
    """Return a row of the table of thresholds, with its members as a list."""
    return {
        **row,
        "percent": percent(float(row["share"])),
        "what": label(row["measure"]),
        "people": [name for name in row["names"].split("; ") if name],
    }


def named(row: dict, book: Book) -> dict:
    """Return a threshold's row with item and kind by name."""
    return {
        **row,
        "item": book.names.get(row["item_id"], row["item_id"]),
        "kind": term("kinds", row["item_kind"]),
    }


def missing_by_measure(rows: list[dict[str, str]]) -> list[dict]:
    """Return the economies without a value, grouped by measure and then by reason."""
    found: dict[str, dict[str, list[str]]] = {}
    for row in rows:
        reasons = found.setdefault(row["measure"], {})
        reasons.setdefault(row["reason"], []).append(row["name"])
    return [
        {
            "measure": label(measure),
            "count": sum(len(names) for names in reasons.values()),
            "reasons": sorted(reasons.items(), key=lambda pair: (-len(pair[1]), pair[0])),
        }
        for measure, reasons in found.items()
    ]
