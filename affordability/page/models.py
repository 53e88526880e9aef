"""Table 1 in words: each model with what it took to train it and what it takes to serve it."""

from __future__ import annotations

from pathlib import Path

from affordability.page.book import Book
from affordability.page.parts import read_rows, say, term
from affordability.words import money


def read(folder: Path, items: dict[str, list[str]], book: Book) -> dict[str, list[dict]]:
    """Return the models a study sets against resources, and all others."""
    chosen = {model for kind in ("train", "serve") for model in items.get(kind, [])}
    names = dict(zip(book.items["item_id"], book.items["name"], strict=True))
    rows = [read_model(row, names) for row in read_rows(folder / "tables" / "table1_models.csv")]
    return {
        "chosen": [row for row in rows if row["model_id"] in chosen],
        "others": [row for row in rows if row["model_id"] not in chosen],
    }


def read_model(row: dict[str, str], names: dict[str, str]) -> dict:
    """Return a row of Table 1 with its cells in words; `unsure` holds the columns to be marked."""
    return {
        **row,
        "size": size(row["parameters"]),
        "hardware": hardware(row, names),
        "training": money(float(row["training_usd"])) if row["training_usd"] else "",
        "span": span(row["training_usd_low"], row["training_usd_high"]),
        "basis": term("bases", row["training_basis"]) if row["training_basis"] else "",
        "others": [text for text in row["other_training_estimates"].split("; ") if text],
        "serving": money(float(row["serving_usd_per_day"])) if row["serving_usd_per_day"] else "",
        "unsure": set(row["unverified"].split(";")) - {""},
    }


def span(low: str, high: str) -> str:
    """Return the known ends of an estimate: "$4 million to $9 million", "at least $4 million"."""
    ends = [money(float(end)) if end else "" for end in (low, high)]
    if all(ends):
        return say("models.between", low=ends[0], high=ends[1])
    if ends[0]:
        return say("models.at_least", low=ends[0])
    return say("models.up_to", high=ends[1]) if ends[1] else ""


def size(parameters: str) -> str:
    """Return a number of parameters as people say it: 175 billion."""
    return money(float(parameters)).removeprefix("$") if parameters else ""


def hardware(row: dict[str, str], names: dict[str, str]) -> str:
    """Return count and kind of the accelerators: "992 × NVIDIA A100 SXM4 80 GB"."""
    kind, count = names.get(row["accelerator"], row["accelerator"]), row["accelerator_count"]
    return f"{float(count):,.0f} × {kind or say('models.accelerators')}" if count else kind
