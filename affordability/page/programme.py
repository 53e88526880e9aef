"""What a lab spent in a year beside its dearest run of it, in words; the two are never added."""

from __future__ import annotations

from pathlib import Path

from affordability.page.book import Book
from affordability.page.models import span
from affordability.page.parts import read_rows, say, term
from affordability.words import money, percent

BASIS = "cloud_rental"  # renting is nearest to what labs pay


def read(folder: Path, book: Book) -> dict[str, object]:
    """Return the lab-years with a report on compute, rented runs; and of how many there are."""
    names = dict(zip(book.items["item_id"], book.items["name"], strict=True))
    rows = read_rows(folder / "tables" / "programme_cost.csv")
    rented = [row for row in rows if row["basis"] == BASIS]
    told = [read_year(row, names, book.sources) for row in rented if row["compute_usd"]]
    return {"years": told, "all": len(rented)}


def read_year(row: dict[str, str], names: dict[str, str], sources: dict[str, str]) -> dict:
    """Return a lab's year with its cells in words; a blank stays blank."""
    people = say("programme.people", n=f"{float(row['staff']):,.0f}") if row["staff"] else ""
    return {
        **row,
        "compute": money(float(row["compute_usd"])),
        "counts": term("programme_counts", row["counts"]),
        "people": people,
        "staff_pay": money(float(row["staff_usd"])) if row["staff_usd"] else "",
        "model": names.get(row["run_model_id"], row["run_model_id"]),
        "run": money(float(row["run_usd"])) if row["run_usd"] else "",
        "span": span(row["run_low"], row["run_high"]) if row["run_usd"] else "",
        "share": percent(float(row["share"])) if row["share"] else "",
        "read_in": sources.get(row["source_id"].split(";")[0], ""),
        "unsure": row["status"] == "unverified",
    }
