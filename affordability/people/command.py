"""How many people of a survey can pay: `python -m affordability headcount --microdata FILE`.

FILE is a Parquet file, or a folder of them, of any size: economy (ISO3), income (US$), weight
(people) and period of the income (day, week, month, year). For each reference plan and threshold it
is counted how many people have 12 · price / threshold a year or more; the counting is exact (see
`microdata`).
"""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import pandas as pd

from affordability.people import microdata
from affordability.people.prices import FLAT
from affordability.people.summaries import check_threshold
from affordability.tables import shown
from affordability.vintages import RAW, available, open_vintage
from affordability.words import percent

THRESHOLDS = [0.01, 0.02, 0.05, 0.10]
COLUMNS = ["plan", "threshold", "economy", "share_of_people", "people"]


def add_arguments(parser) -> None:
    """Add the options of `headcount` to a command's parser."""
    parser.add_argument(
        "--microdata",
        type=Path,
        required=True,
        metavar="FILE_OR_FOLDER",
        help="Parquet with the columns economy, income, weight, period",
    )
    parser.add_argument(
        "--thresholds",
        type=float,
        nargs="+",
        default=THRESHOLDS,
        help="shares of income, 0.1 is 10 per cent (default: 0.01 0.02 0.05 0.1)",
    )
    parser.add_argument(
        "--plans", nargs="+", choices=list(FLAT), default=list(FLAT), help="default: all of them"
    )
    parser.add_argument("--format", choices=["text", "csv", "json"], default="text")
    parser.add_argument(
        "--workers", type=int, default=os.cpu_count() or 1, help="threads (default: one a core)"
    )


def run(given) -> int:
    """Print the answer in the form that was asked for; nothing is printed if anything is wrong."""
    edges = cuts(given.plans, given.thresholds)
    counts = microdata.count(given.microdata, economies(RAW), edges, workers=max(1, given.workers))
    for note in counts.notes:
        print(f"note: {note}", file=sys.stderr)
    answer = table(counts, given.thresholds, given.plans)
    if given.format == "csv":
        print(answer.to_csv(index=False, lineterminator="\n"), end="")
    elif given.format == "json":
        print(as_json(answer, counts, given.microdata))
    else:
        print(as_text(answer, counts, given.microdata))
    return 0


def cuts(plans: list[str], thresholds: list[float]) -> np.ndarray:
    """Return the annual incomes that it takes to pay for reference plans within thresholds."""
    for threshold in thresholds:
        check_threshold(threshold)
    return microdata.cuts({plan: FLAT[plan] for plan in plans}, thresholds)


def economies(raw: Path) -> list[str]:
    """Return the economies that any frozen World Bank vintage knows."""
    names = available(raw, "world_bank")
    return codes(open_vintage(raw, "world_bank", name).read("economies") for name in names)


def codes(tables: Iterable[pd.DataFrame]) -> list[str]:
    """Return the codes in some tables of economies, each once, by the alphabet."""
    return sorted(set(pd.concat(tables)["iso3"]))


def table(
    counts: microdata.Counts, thresholds: list[float], plans: Iterable[str] = tuple(FLAT)
) -> pd.DataFrame:
    """Return plan, threshold, economy, share_of_people, people: the economies that have people."""
    total = counts.total()
    parts = []
    for plan in plans:
        for threshold in thresholds:
            income = 12 * FLAT[plan] / threshold
            parts.append(
                pd.DataFrame(
                    {
                        "plan": plan,
                        "threshold": threshold,
                        "economy": counts.economies,
                        "share_of_people": counts.share_above(income),
                        "people": counts.people_above(income),
                    }
                )[total > 0]
            )
    rows = pd.concat(parts, ignore_index=True)[COLUMNS]
    return rows.sort_values(COLUMNS[:3], ignore_index=True)


def together(answer: pd.DataFrame, people: float) -> pd.DataFrame:
    """Return the share of all people in the microdata, plans down and thresholds across."""
    sums = answer.groupby(["plan", "threshold"])["people"].sum() / people
    return sums.unstack().reindex([plan for plan in FLAT if plan in set(answer["plan"])])


def as_json(answer: pd.DataFrame, counts: microdata.Counts, path: Path) -> str:
    """Return the answer as JSON, with how weights were rounded."""
    parts = {
        "microdata": shown(path),
        "people": float(counts.total().sum()),
        "rule": microdata.RULE,
        "rows": json.loads(answer.to_json(orient="records", double_precision=15)),
    }
    return json.dumps(parts, indent=1, ensure_ascii=False)


def as_text(answer: pd.DataFrame, counts: microdata.Counts, path: Path) -> str:
    """Return the answer for a reader: all people together, then each economy."""
    from tabulate import tabulate

    people = float(counts.total().sum())
    found = answer["economy"].nunique()
    lines = [f"{shown(path)}: {people:,.0f} people in {found} economies"]
    if not found:
        return lines[0]
    widest = answer["threshold"].max()
    by_economy = answer[answer["threshold"] == widest]
    by_economy = by_economy.pivot(index="economy", columns="plan", values="share_of_people")
    by_economy = by_economy[[plan for plan in FLAT if plan in by_economy]]
    parts = [
        ("share of all people who can pay, by share of income spent", together(answer, people)),
        (f"the same by economy, at {percent(widest)} of income", by_economy),
    ]
    for title, frame in parts:
        names = [percent(name) if isinstance(name, float) else name for name in frame]
        said = frame.map(percent).set_axis(names, axis="columns")
        grid = tabulate(said, headers="keys", stralign="right", disable_numparse=True)
        lines += ["", title, grid]
    return "\n".join(lines)
