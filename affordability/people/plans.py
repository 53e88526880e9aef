"""What plans are called: those of app stores as their sellers do (`data/plans.csv`)."""

from __future__ import annotations

import csv
from pathlib import Path

from affordability.tables import ROOT

PLANS = ROOT / "data" / "plans.csv"


def read(path: Path = PLANS) -> dict[str, str]:
    """Return the names of plans by their id."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["plan"]: row["display_name"] for row in csv.DictReader(file)}


SOLD_AS = read()


def plan_name(plan: str) -> str:
    """Return a plan in words; a reference plan by its price.

    >>> plan_name("flat_20"), plan_name("chatgpt_plus")
    ('$20 a month', 'ChatGPT Plus')
    """
    if plan.startswith("flat_"):
        return f"${plan.removeprefix('flat_')} a month"
    return SOLD_AS.get(plan, plan)
