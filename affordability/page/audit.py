"""The audit as the page shows it: read from results/audit, only put into words here."""

from __future__ import annotations

import re
from pathlib import Path

import pandas as pd

from affordability.page.book import Book
from affordability.page.parts import label, linked_figure, packed, read_rows, say, term
from affordability.study import Study
from affordability.words import listed, money, percent, three_digits

SHOWN = 10  # economies of the table of probabilities
RENTED = "cloud_rental"  # the basis chances are told for: hardware need not be owned
YEARS = 5  # concentration: every so many years, the newest last
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+(?:\.[a-z0-9]+)*)+")  # a full stop may follow one
DECIDING = 4  # choices told of a claim


def read(results: Path, studies: list[Study], book: Book) -> dict | None:
    """Return what the templates show; None if the audit was not run."""
    folder = results / "audit"
    if not (folder / "readings.csv").exists():
        return None
    counts = {row["space"]: row for row in rows(folder, "summary") if row["set"] == "readings"}
    every = [row for row in rows(folder, "summary") if row["set"] == "all"]
    effects = rows(folder, "effects")
    known = estimates(results, studies, book)
    spaces = [
        _space(results, named(row, known), counts[row["space"]], effects)
        for row in rows(folder, "readings")
    ]
    first = tuple((kind, ids[0]) for kind, ids in studies[0].items.items() if ids)
    return {
        "spaces": sorted(spaces, key=lambda space: -space["tested"]),
        "by_claim": by_claim(spaces),
        "specifications": f"{sum(int(row['specifications']) for row in every):,}",
        "nothing": f"{sum(int(row['matched_nothing']) for row in every):,}",
        "chances": _chances(folder, book.names, first[0]),
        "counts": _counts(folder, book.names, first),
        "years": _years(folder, book.names),
        "concentration": linked_figure(folder, "concentration", results),
    }


def by_claim(spaces: list[dict]) -> dict[str, list[dict]]:
    """Return the spaces of each claim; a claim on two kinds of organisations has two."""
    found: dict[str, list[dict]] = {}
    for space in spaces:
        found.setdefault(space["claim_id"], []).append(space)
    return found


def estimates(results: Path, studies: list[Study], book: Book) -> dict[str, str]:
    """Return what to call an estimate: its basis and who gives it."""
    found = {}
    for study in studies:
        for row in read_rows(results / study.name / "costs.csv"):
            source = book.sources.get(row["source_id"].split(";")[0], row["source_id"])
            found[row["estimate_id"]] = say(
                "audit.estimate", basis=term("bases", row["basis"]), source=source
            )
    return found


def named(row: dict[str, str], known: dict[str, str]) -> dict[str, str]:
    """Return a row of texts with names instead of ids of estimates."""
    return {
        **row,
        **{
            column: ID.sub(lambda hit: str(known.get(hit[0], hit[0])), row[column])
            for column in ("lead", "text")
        },
    }


def rows(folder: Path, table: str) -> list[dict[str, str]]:
    """Return the rows of a table of the audit as text."""
    return read_rows(folder / f"{table}.csv")


def curves(results: Path) -> dict[str, dict]:
    """Return the specification curve of each space: its readings, and which chart draws it."""
    found = {}
    for row in rows(results / "audit", "readings"):
        path = results / "audit" / "figures" / f"{row['space']}.csv"
        if not path.exists():
            continue
        table = pd.read_csv(path)[["readings", "low", "median", "high", "holds"]]
        table = table.sort_values("median", ignore_index=True)
        money_like = bool(table["median"].max() > 1000)
        kind = "curve_usd" if money_like else "curve"
        found[f"curve-{row['space']}"] = {"curve": kind, "rows": packed(table)}
    return found


def _space(results: Path, row: dict, counts: dict, effects: list[dict]) -> dict:
    tested = int(counts["specifications"]) - int(counts["matched_nothing"])
    own = [e for e in effects if e["space"] == row["space"] and e["set"] == "readings"]
    own.sort(key=lambda effect: -float(effect["first_order"] or 0))
    return {
        **row,
        "tested": tested,
        "readings": f"{tested:,}",
        "as_published": percent(int(counts["as_published"]) / tested) if tested else "",
        "holds": percent(float(counts["share_holding"])) if tested else "",
        "figure": linked_figure(results / "audit", row["space"], results),
        "deciding": [
            (term("choices", effect["choice"]), percent(float(effect["first_order"])))
            for effect in own[:DECIDING]
            if float(effect["first_order"] or 0) > 0
        ],
    }


def _chances(folder: Path, names: dict[str, str], item: tuple[str, str]) -> dict:
    """Return who is most likely able to pay for the first item where hardware is rented."""
    chosen = [
        row
        for row in rows(folder, "affordability_probability")
        if (row["item_kind"], row["item_id"], row["basis"]) == (*item, RENTED)
    ]
    limits = {row["measure"]: float(row["threshold"]) for row in chosen}
    found: dict[str, dict] = {}
    for row in chosen:
        entry = found.setdefault(row["iso3"], {"name": names.get(row["iso3"], row["iso3"])})
        low, high = (f"{float(row[end]):.0f}" for end in ("rank_low", "rank_high"))
        chance = float(row["probability"])
        said = percent(chance) if chance >= 0.001 or not chance else say("audit.hardly")
        entry[row["measure"]] = {
            "chance": chance,
            "said": said,
            "rank": say("audit.span", low=low, high=high),
        }
    likely = [entry for entry in found.values() if any(_chance(entry, m) for m in limits)]
    likely.sort(key=lambda entry: [-_chance(entry, measure) for measure in limits])
    return {
        "item": names.get(item[1], item[1]),
        "kind": term("kinds", item[0]),
        "measures": [(m, label(m), percent(limit)) for m, limit in limits.items()],
        "rows": likely[:SHOWN],
    }


def _chance(entry: dict, measure: str) -> float:
    return entry.get(measure, {}).get("chance", 0.0)


def _counts(folder: Path, names: dict[str, str], items: tuple) -> list[dict]:
    """Return how many economies can pay for the first item of each kind, by basis."""
    told = []
    for row in rows(folder, "affordability_counts"):
        if (row["item_kind"], row["item_id"]) not in items:
            continue
        share, expected = percent(float(row["threshold"])), three_digits(float(row["expected"]))
        told.append(
            {
                "kind": term("kinds", row["item_kind"]),
                "item": names.get(row["item_id"], row["item_id"]),
                "basis": term("bases", row["basis"]),
                "limit": say("audit.limit", share=share, measure=label(row["measure"])),
                "drawn_from": row.get("drawn_from", ""),
                "cost": _span(float(row["cost_low"]), float(row["cost_high"])),
                "expected": say("audit.of", n=expected, all=row["economies"]),
                "span": say("audit.span", low=row["count_low"], high=row["count_high"]),
            }
        )
    return told


def _span(low: float, high: float) -> str:
    ends = list(dict.fromkeys([money(low), money(high)]))
    return ends[0] if len(ends) == 1 else say("audit.span", low=ends[0], high=ends[1])


def _years(folder: Path, names: dict[str, str]) -> list[dict]:
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
            "top": f"{percent(float(row['top_share']))} ({_named(row['top_members'], names)})",
        }
        for row in table[::-1][::YEARS][::-1]
    ]


def _named(members: str, names: dict[str, str]) -> str:
    return listed(names.get(iso3, iso3) for iso3 in members.split(";"))
