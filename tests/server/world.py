"""What the test server serves: the figures of a frozen vintage, plus the aggregates of the API."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path

RAW = Path(__file__).resolve().parents[2] / "data" / "raw"

REGIONS = {
    "EAS": "East Asia & Pacific",
    "ECS": "Europe & Central Asia",
    "LCN": "Latin America & Caribbean",
    "MEA": "Middle East, North Africa, Afghanistan & Pakistan",
    "NAC": "North America",
    "SAS": "South Asia",
    "SSF": "Sub-Saharan Africa",
}
INCOMES = {
    "HIC": "High income",
    "INX": "Not classified",
    "LIC": "Low income",
    "LMC": "Lower middle income",
    "UMC": "Upper middle income",
}
LENDING = {"IBD": "IBRD", "IDB": "Blend", "IDX": "IDA", "LNX": "Not classified"}
OTHER_INCOMES = {"LMY": "Low & middle income", "MIC": "Middle income"}
OTHER_REGIONS = {
    "AFE": "Africa Eastern and Southern",
    "AFW": "Africa Western and Central",
    "ARB": "Arab World",
    "CEB": "Central Europe and the Baltics",
    "CSS": "Caribbean small states",
    "EAP": "East Asia & Pacific (excluding high income)",
    "EAR": "Early-demographic dividend",
    "ECA": "Europe & Central Asia (excluding high income)",
    "EMU": "Euro area",
    "EUU": "European Union",
    "FCS": "Fragile and conflict affected situations",
    "HPC": "Heavily indebted poor countries (HIPC)",
    "IBT": "IDA & IBRD total",
    "IDA": "IDA total",
    "LAC": "Latin America & Caribbean (excluding high income)",
    "LDC": "Least developed countries: UN classification",
    "LTE": "Late-demographic dividend",
    "MNA": "Middle East, North Africa, Afghanistan & Pakistan (excluding high income)",
    "OED": "OECD members",
    "OSS": "Other small states",
    "PRE": "Pre-demographic dividend",
    "PSS": "Pacific island small states",
    "PST": "Post-demographic dividend",
    "SSA": "Sub-Saharan Africa (excluding high income)",
    "SST": "Small states",
    "TEA": "East Asia & Pacific (IDA & IBRD countries)",
    "TEC": "Europe & Central Asia (IDA & IBRD countries)",
    "TLA": "Latin America & the Caribbean (IDA & IBRD countries)",
    "TMN": "Middle East, North Africa, Afghanistan & Pakistan (IDA & IBRD)",
    "TSA": "South Asia (IDA & IBRD)",
    "TSS": "Sub-Saharan Africa (IDA & IBRD countries)",
    "WLD": "World",
}
AGGREGATES = {
    **OTHER_REGIONS,
    **{code: name for code, name in REGIONS.items() if code != "NAC"},
    "NAC": "North America",
    **{code: name for code, name in INCOMES.items() if code != "INX"},
    **OTHER_INCOMES,
    **{code: f"{name} only" for code, name in LENDING.items() if code in ("IBD", "IDX")},
    "IDB": "IDA blend",
    "INX": "Not classified",
}


@dataclass(frozen=True)
class World:
    """One release: economies, series with titles, years, and the published values."""

    economies: tuple[dict[str, str], ...]
    aggregates: dict[str, str]
    series: dict[str, str]
    years: tuple[int, ...]
    values: dict[tuple[str, str, int], int | float]
    lastupdated: str

    @property
    def names(self) -> dict[str, str]:
        """Every code the database lists, aggregates too, with its name, in order of code."""
        both = {row["iso3"]: row["name"] for row in self.economies} | self.aggregates
        return dict(sorted(both.items()))

    def published(self) -> list[tuple[str, str, int, int | float]]:
        """The values a vintage of this world must hold: of economies only, sorted."""
        members = {row["iso3"] for row in self.economies}
        return sorted((c, s, y, v) for (s, c, y), v in self.values.items() if c in members)

    def part(self, economies: Iterable[str], aggregates: Iterable[str], series, years) -> World:
        """Return a smaller world, for tests that ask it a thousand times."""
        economies, aggregates = set(economies), set(aggregates)
        kept = economies | aggregates
        return replace(
            self,
            economies=tuple(row for row in self.economies if row["iso3"] in economies),
            aggregates={c: n for c, n in self.aggregates.items() if c in aggregates},
            series={s: self.series[s] for s in series},
            years=tuple(years),
            values={
                (s, c, y): v
                for (s, c, y), v in self.values.items()
                if s in series and c in kept and y in years
            },
        )


def number(text: str) -> int | float:
    """Return the number a frozen cell means, an integer where it is written as one."""
    try:
        return int(text)
    except ValueError:
        return float(text)


def rows_of(path: Path) -> list[dict[str, str]]:
    """Return the rows of a frozen table as text."""
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def frozen_world(vintage: str, raw: Path = RAW) -> World:
    """Return the world of a frozen World Bank vintage; aggregates get the mean of the economies."""
    folder = raw / "world_bank" / vintage
    observations = rows_of(folder / "observations.csv")
    values = {
        (row["indicator"], row["iso3"], int(row["year"])): number(row["value"])
        for row in observations
    }
    years = [year for _, _, year in values]
    sidecar = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    return World(
        economies=tuple(r for r in rows_of(folder / "economies.csv") if r["has_data"] == "true"),
        aggregates=AGGREGATES,
        series={row["indicator"]: row["title"] for row in rows_of(folder / "series.csv")},
        years=tuple(range(min(*years, 1990), max(years) + 1)),
        values=values | _means(values),
        lastupdated=sidecar.get("x_lastupdated") or _day(sidecar["version"]),
    )


def _means(values: dict) -> dict:
    """Return a value of each aggregate wherever there is one of an economy: a leak would show."""
    cells: dict[tuple[str, int], list] = {}
    for (series, _, year), value in values.items():
        cells.setdefault((series, year), []).append(value)
    return {
        (series, code, year): sum(found) / len(found)
        for (series, year), found in cells.items()
        for code in AGGREGATES
    }


def _day(version: str) -> str:
    """Return the day in the name of a vintage; a month stands for its first day."""
    return (re.search(r"\d{4}-\d{2}(-\d{2})?", version)[0] + "-01")[:10]
