"""The audit as the page shows it: read from results/audit, only put into words here."""

from __future__ import annotations

import base64
import csv
from pathlib import Path

from affordability.measures import MEASURES
from affordability.words import money, percent, three_digits

SHOWN = 10  # economies of the table of probabilities
FEW = 400  # readings up to which a curve is linked, not shown
YEARS = 5  # concentration: every so many years, the newest last


def read(folder: Path, names: dict[str, str]) -> dict | None:
    """Return what the template shows; None if the audit was not run.

    Args:
        folder: results/audit. names: names of economies by iso3.
    """
    if not (folder / "readings.csv").exists():
        return None
    counts = {row["space"]: row for row in rows(folder, "summary") if row["set"] == "readings"}
    every = [row for row in rows(folder, "summary") if row["set"] == "all"]
    spaces = [_space(folder, row, counts[row["space"]]) for row in rows(folder, "readings")]
    return {
        "spaces": sorted(spaces, key=lambda space: -space["tested"]),
        "specifications": f"{sum(int(row['specifications']) for row in every):,}",
        "nothing": f"{sum(int(row['matched_nothing']) for row in every):,}",
        "chances": _chances(folder, names),
        "counts": _counts(folder),
        "years": _years(folder),
        "concentration": picture(folder, "concentration"),
    }


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    """Return the rows of a table of the audit as text."""
    with (folder / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def picture(folder: Path, stem: str) -> dict[str, str]:
    """Return a figure, embedded, with its caption and where its files are."""
    base = folder / "figures"
    image = base64.b64encode((base / f"{stem}.svg").read_bytes()).decode("ascii")
    caption = (base / f"{stem}.caption.txt").read_text(encoding="utf-8").strip()
    return {
        "image": f"data:image/svg+xml;base64,{image}",
        "caption": caption,
        "alt": caption.split(". ")[0],
        "link": f"audit/figures/{stem}",
    }


def _space(folder: Path, row: dict, counts: dict) -> dict:
    tested = int(counts["specifications"]) - int(counts["matched_nothing"])
    return {
        **row,
        "tested": tested,
        "readings": f"{tested:,}",
        "as_published": percent(int(counts["as_published"]) / tested) if tested else "",
        "holds": percent(float(counts["share_holding"])) if tested else "",
        "figure": picture(folder, row["space"]) if tested > FEW else None,
    }


def _chances(folder: Path, names: dict[str, str]) -> list[dict]:
    """Return who is most likely to be able to train GPT-4, rented: hardware need not be owned."""
    chosen = [
        row
        for row in rows(folder, "affordability_probability")
        if (row["item_kind"], row["item_id"], row["basis"]) == ("train", "gpt4", "cloud_rental")
    ]
    found: dict[str, dict] = {}
    for row in chosen:
        entry = found.setdefault(row["iso3"], {"name": names.get(row["iso3"], row["iso3"])})
        span = f"{float(row['rank_low']):.0f} to {float(row['rank_high']):.0f}"
        chance = float(row["probability"])
        said = percent(chance) if chance >= 0.001 else ("under 0.1 %" if chance else "0 %")
        entry[row["measure"]] = {"chance": chance, "said": said, "rank": span}
    likely = [e for e in found.values() if any(_chance(e, m) for m in e)]
    likely.sort(key=lambda e: (-_chance(e, "rd_expenditure"), -_chance(e, "seed_funding")))
    return likely[:SHOWN]


def _chance(entry: dict, measure: str) -> float:
    found = entry.get(measure)
    return found["chance"] if isinstance(found, dict) else 0.0


def _counts(folder: Path) -> list[dict]:
    """Return how many economies can pay for GPT-4 and the subscription, by basis."""
    return [
        {
            "item": f"{row['item_kind']} {row['item_id']}",
            "basis": row["basis"].replace("_", " "),
            "limit": f"{percent(float(row['threshold']))} of {MEASURES[row['measure']].label}",
            "drawn_from": row["drawn_from"],
            "cost": _span(float(row["cost_low"]), float(row["cost_high"])),
            "expected": f"{three_digits(float(row['expected']))} of {row['economies']}",
            "span": f"{row['count_low']} to {row['count_high']}",
        }
        for row in rows(folder, "affordability_counts")
        if row["item_id"] in ("gpt4", "chatgpt-plus")
    ]


def _span(low: float, high: float) -> str:
    ends = dict.fromkeys([money(low), money(high)])
    return " to ".join(ends)


def _years(folder: Path) -> list[dict]:
    """Return the concentration of every fifth year, the newest last."""
    table = [row for row in rows(folder, "concentration") if row["panel"] == "measured"]
    return [
        {
            "year": row["year"],
            "economies": row["economies"],
            "capacity": three_digits(float(row["capacity"])),
            "at_least_one": row["at_least_one"],
            "gini_economies": f"{float(row['gini_economies']):.2f}",
            "gini_people": f"{float(row['gini_people']):.2f}",
            "herfindahl": f"{float(row['herfindahl']):.2f}",
            "top": f"{percent(float(row['top_share']))} ({row['top_members'].replace(';', ', ')})",
        }
        for row in table[::-1][::YEARS][::-1]
    ]
