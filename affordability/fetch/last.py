"""What the newest vintage of each source holds: what an answer is compared with."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from affordability.fetch.comparison import Cell
from affordability.vintages import Vintage, available

RELEASE = "release-"  # begins the name of a vintage made of a bulk file
LABELS = {
    "names": "name",
    "regions": "region",
    "income_levels": "income_level",
    "lending": "lending",
}


@dataclass(frozen=True)
class Last:
    """The newest dated vintage of World Bank figures; empty where there is none."""

    cells: tuple[Cell, ...] = ()
    economies: pd.DataFrame = field(default_factory=lambda: pd.DataFrame(columns=["iso3"]))
    lastupdated: str = ""
    year_to: int = 0

    @property
    def with_data(self) -> frozenset[str]:
        """The economies that have data."""
        if not len(self.economies):
            return frozenset()
        return frozenset(self.economies.loc[self.economies["has_data"], "iso3"])

    @property
    def labels(self) -> dict[str, dict[str, str]]:
        """By kind, the label of each economy."""
        frame = self.economies
        if not len(frame):
            return {}
        return {k: dict(zip(frame["iso3"], frame[c], strict=True)) for k, c in LABELS.items()}

    def lag(self, indicator: str) -> int:
        """Return how many years the newest value of a series was behind the year asked; 0 if new.

        A release that is as far behind as the last one is no thinner.
        """
        years = [year for name, _, year, _ in self.cells if name == indicator]
        return max(self.year_to - max(years), 0) if years else 0


def dated(raw: Path, source: str) -> list[str]:
    """Return the vintages of a source named by a day, oldest first; a mended one has a number."""
    return [n for n in available(raw, source) if re.fullmatch(r"\d{4}-\d{2}-\d{2}(\.\d)?", n)]


def every(raw: Path, source: str) -> list[Vintage]:
    """Return the vintages of a source that are not withdrawn, whatever their names."""
    return in_use(raw, source, available(raw, source))


def frozen_on(vintage: Vintage) -> tuple[str, str]:
    """Return the day a vintage was frozen and its name, by which the newest is found."""
    return vintage.sidecar["created"], vintage.folder.name


def in_use(raw: Path, source: str, names: list[str]) -> list[Vintage]:
    """Return those vintages of a source that are not withdrawn."""
    vintages = [Vintage(raw / source / name) for name in names]
    return [v for v in vintages if "withdrawn" not in str(v.sidecar.get("x_status", ""))]


def newest(raw: Path, source: str) -> Vintage | None:
    """Return the newest vintage of a source that is named by a day and not withdrawn, if any.

    Raises:
        InputError: it was edited since it was frozen.
    """
    vintages = in_use(raw, source, dated(raw, source))
    if not vintages:
        return None
    vintages[-1].verify()
    return vintages[-1]


def world_bank(raw: Path) -> Last:
    """Return what the newest World Bank vintage holds."""
    vintage = newest(raw, "world_bank")
    return _held(vintage) if vintage else Last()


def before(raw: Path, release: str) -> Last:
    """Return what the vintage before a World Bank release holds, in the order of releases.

    Where none is older, what the newest holds: there, what was published since is no loss.
    """
    named = [n for n in available(raw, "world_bank") if n.startswith(RELEASE)]
    vintages = in_use(raw, "world_bank", dated(raw, "world_bank") + named)
    older = [v for v in vintages if _lastupdated(v) <= release]
    if not older:
        return world_bank(raw)
    vintage = max(older, key=lambda v: (_lastupdated(v), v.folder.name))
    vintage.verify()
    return _held(vintage)


def spelling(raw: Path) -> Last:
    """Return the economies of the newest World Bank vintage and its release, without its values."""
    vintage = newest(raw, "world_bank")
    if vintage is None:
        return Last()
    return Last(economies=vintage.read("economies"), lastupdated=_lastupdated(vintage))


def _lastupdated(vintage: Vintage) -> str:
    return vintage.sidecar.get("x_lastupdated", vintage.folder.name)[:10]


def _held(vintage: Vintage) -> Last:
    asked = vintage.sidecar.get("x_request", {}).get("years", [0, 0])
    return Last(
        cells=cells(vintage, "observations", ["indicator", "iso3", "year", "value"]),
        economies=vintage.read("economies"),
        lastupdated=_lastupdated(vintage),
        year_to=int(asked[-1]),
    )


def oecd(raw: Path) -> tuple[Cell, ...]:
    """Return the observations of the newest OECD vintage: stage, economy, year, US$ million."""
    vintage = newest(raw, "oecd")
    wanted = ["stage", "iso3", "year", "usd_million"]
    return cells(vintage, "venture_capital", wanted) if vintage else ()


def prices(raw: Path) -> list[tuple] | None:
    """Return the rows of the newest vintage of prices, as `prices.rows` gives them; or None."""
    vintage = newest(raw, "prices")
    if vintage is None:
        return None
    frame = vintage.read("api_prices").astype({"number": int, "from_tokens": int, "usd": str})
    return list(frame.itertuples(index=False, name=None))


def cells(vintage: Vintage, table: str, columns: list[str]) -> tuple[Cell, ...]:
    """Return rows of a table as (name, economy, year, value)."""
    frame = vintage.read(table)[columns].astype({columns[2]: int})
    return tuple(frame.itertuples(index=False, name=None))
