"""Names for labels: short ones of economies (`data/names.csv`), and of plans (`data/plans.csv`).

All other economies keep the World Bank's name.
"""

import csv
from pathlib import Path

from affordability.tables import ROOT

NAMES, PLANS = ROOT / "data" / "names.csv", ROOT / "data" / "plans.csv"


def read(path: Path, key: str) -> dict[str, str]:
    """Return the names for labels by the column `key`."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row[key]: row["display_name"] for row in csv.DictReader(file)}


SHORT, SOLD_AS = read(NAMES, "name"), read(PLANS, "plan")


def short(name: str) -> str:
    """The name for a label."""
    return SHORT.get(name, name)


def plan_name(plan: str) -> str:
    """A plan in words; a reference plan by its price.

    >>> plan_name("flat_20"), plan_name("chatgpt_plus")
    ('$20 a month', 'ChatGPT Plus')
    """
    if plan.startswith("flat_"):
        return f"${plan.removeprefix('flat_')} a month"
    return SOLD_AS.get(plan, plan)
