"""What changed between two vintages, as the page shows it."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd

from affordability.diff.numbers import signed
from affordability.diff.study import first_items
from affordability.page import judged
from affordability.page.book import Book
from affordability.page.parts import label, linked_figure, read_rows, term
from affordability.study import Study
from affordability.tables import read_table
from affordability.words import percent

NAMED = 3  # largest revisions the page tells of a series


def read(results: Path, pair: str, studies: list[Study], book: Book) -> dict:
    """Return everything the page shows of one comparison, from its results."""
    folder = results / "diff" / pair
    old, _, new = folder.name.partition("__")
    values = read_rows(folder / "values.csv")
    revisions = read_rows(folder / "revisions.csv")
    crossings = read_table(folder / "crossings.csv", "diff_crossings")
    claims = read_rows(folder / "claims.csv")
    told = json.loads((folder / "judged.json").read_text(encoding="utf-8"))
    both = [row for row in values if row["state"] == "in both"]
    return {
        "old": old,
        "new": new,
        "link": f"diff/{folder.name}",
        "judged": judged.sections(told, book.names),
        "numbers": json.loads((folder / "numbers.json").read_text(encoding="utf-8")),
        "revised": [
            told_series(r, revisions) for r in both if r["old_sources"] != r["new_sources"]
        ],
        "same": [row["title"] for row in both if row["old_sources"] == row["new_sources"]],
        "gone": [row["title"] for row in values if row["state"] == "removed"],
        "come": [row["title"] for row in values if row["state"] == "added"],
        "levels": read_rows(folder / "income_levels.csv"),
        "studies": [
            {
                "name": study.name,
                "title": study.title,
                "crossings": grouped(first_items(crossings, study), book.names),
                "claims": [row for row in claims if row["study"] == study.name],
            }
            for study in studies
        ],
        "figure": linked_figure(folder, "revisions", results),
    }


def told_series(row: dict[str, str], revisions: list[dict[str, str]]) -> dict:
    """Return a series with its largest revisions and its median revision in words."""
    own = [r for r in revisions if r["series"] == row["series"]][:NAMED]
    largest = [f"{r['name']} {r['year']}: {signed(float(r['change'] or 'nan'))}" for r in own]
    median = row["median_revision"]
    return {**row, "median": percent(float(median)) if median else "", "largest": largest}


def grouped(crossings: pd.DataFrame, names: dict[str, str]) -> list[dict]:
    """Return crossings by threshold, item and direction, each economy in words."""
    keys = ["threshold", "limit", "measure", "item_kind", "item_id", "direction"]
    told = []
    for values, part in crossings.groupby(keys, sort=False):
        part = part.sort_values(["new_share", "actor_id"])
        told.append(
            {
                **dict(zip(keys, values, strict=True)),
                "limit": percent(values[1]),
                "what": label(values[2]),
                "item": names.get(values[4], values[4]),
                "kind": term("kinds", values[3]),
                "who": [told_crossing(row) for row in part.to_dict("records")],
            }
        )
    return told


def told_crossing(row: dict) -> str:
    """Return a crossing: "Ghana 10.3 % (2023) to 9.13 % (2025), newer year"."""
    sides = [
        "no value"
        if pd.isna(row[f"{side}_share"])
        else f"{percent(row[f'{side}_share'])} ({row[f'{side}_resource_year']})"
        for side in ("old", "new")
    ]
    return f"{row['name']} {sides[0]} to {sides[1]}, {row['cause']}"
