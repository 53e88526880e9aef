"""Short names of economies for labels (`data/names.csv`); all others keep the World Bank's name."""

import csv
from pathlib import Path

from affordability.tables import ROOT

NAMES = ROOT / "data" / "names.csv"


def read(path: Path = NAMES) -> dict[str, str]:
    """Return the names for labels by the World Bank's name."""
    with path.open(encoding="utf-8", newline="") as file:
        return {row["name"]: row["display_name"] for row in csv.DictReader(file)}


SHORT = read()


def short(name: str) -> str:
    """The name for a label."""
    return SHORT.get(name, name)
