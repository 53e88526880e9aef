"""The plans of app stores: where they are offered, at what price, and what is free beside them."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability.people.plans import plan_name
from affordability.people.prices import OFFERED
from affordability.tables import read_table
from affordability.words import money


def read(folder: Path) -> list[dict]:
    """Return a row a plan, the cheapest first; none where the study does not ask about people."""
    path = folder / "tables" / "subscription_burden.csv"
    if not path.exists():
        return []
    table = read_table(path, "subscription_burden")
    offered = table[table["status"].eq(OFFERED) & table["usd_per_month"].notna()]
    rows = [_plan(name, part) for name, part in offered.groupby("plan")]
    return sorted(rows, key=lambda row: row["usd"])


def _plan(name: str, rows: pd.DataFrame) -> dict:
    usd = rows["usd_per_month"]
    return {
        "name": plan_name(name),
        "economies": len(rows),
        "usd": usd.median(),
        "median": money(usd.median()),
        "low": money(usd.min()),
        "high": money(usd.max()),
        "free": rows["free_tier"].iloc[0],
    }
