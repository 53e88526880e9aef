"""What to ask the World Bank for: the series with their plausible ranges, the years, the database.

`workflow/series.csv` is the list: one row a series that any study uses, with the range a value can
plausibly have, and `newest_year_floor`, the share of the previous year's economies below which the
newest year is refused as thin. The floor is 0 for series that trickle in for years after the fact
(surveys, R&D): their newest year is always thin, so a refusal would say nothing.
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path

from affordability.fetch.last import Last
from affordability.fetch.refusal import FetchError

WDI = 2
ARCHIVES = 57  # "WDI Database Archives": the same series with a `version` dimension, YYYYMM
WITHOUT_DATA = frozenset({"TWN"})  # the Bank classifies Taiwan by income but publishes no data


@dataclass(frozen=True)
class Series:
    """A series to ask for, its unit, and the range its values can plausibly have."""

    indicator: str
    title: str
    unit: str
    minimum: float
    maximum: float
    newest_year_floor: float
    required: bool


@dataclass(frozen=True)
class Plan:
    """One fetch: which database and release, which series, which years, and what is waived."""

    series: tuple[Series, ...]
    year_from: int
    year_to: int
    version: str = ""  # YYYYMM of the archives; blank asks for today's release
    release: str = ""  # YYYY-MM-DD of a bulk file; blank asks the API
    day: str = "9999-12-31"  # of the fetch: no release is of a later one
    last: Last = field(default_factory=Last)  # what the answer is compared with
    newest: Last = field(default_factory=Last)  # how economies of a past release are spelt
    expected_economies: frozenset[str] = frozenset()
    allow_economy_changes: bool = False
    allow_thin: bool = False
    allow_losses: frozenset[str] = frozenset()
    allow_changes: frozenset[str] = frozenset()
    page_rows: int = 32500  # the most the API gives on a page
    without_data: frozenset[str] = field(default=WITHOUT_DATA)

    @property
    def database(self) -> int:
        """The number of the World Bank database that is asked."""
        return ARCHIVES if self.version else WDI

    @property
    def where(self) -> str:
        """What is asked, in words."""
        return f"bulk file of {self.release}" if self.release else f"database {self.database}"

    @property
    def past(self) -> bool:
        """Whether what was published since the release asked for is in the last vintage."""
        older = bool(self.release) and self.release < self.last.lastupdated
        return bool(self.version) or older

    @property
    def years(self) -> range:
        """All years asked, without a gap."""
        return range(self.year_from, self.year_to + 1)

    @property
    def indicators(self) -> list[str]:
        """The codes of the series asked, in order."""
        return [series.indicator for series in self.series]


def read_series(path: Path) -> dict[str, Series]:
    """Return the series of `workflow/series.csv` by code."""
    with path.open(encoding="utf-8", newline="") as lines:
        return {row["indicator"]: _series(row) for row in csv.DictReader(lines)}


def _series(row: dict[str, str]) -> Series:
    return Series(
        indicator=row["indicator"],
        title=row["title"],
        unit=row["unit"],
        minimum=float(row["minimum"]),
        maximum=float(row["maximum"]),
        newest_year_floor=float(row["newest_year_floor"]),
        required=row["required"] == "true",
    )


def chosen(known: dict[str, Series], only: str = "", without: str = "") -> tuple[Series, ...]:
    """Return the series to ask for: `only` these, or all but `without` (codes joined by ";").

    Raises:
        FetchError: a code that `workflow/series.csv` does not have.
    """
    wanted = [code for code in re.split(r"[;,\s]+", only) if code] or sorted(known)
    left_out = {code for code in re.split(r"[;,\s]+", without) if code}
    unknown = sorted((set(wanted) | left_out) - set(known))
    if unknown:
        raise FetchError(
            f"series {', '.join(unknown)}: not in workflow/series.csv, which gives each series "
            f"its plausible range; expected one of {', '.join(sorted(known))}"
        )
    return tuple(known[code] for code in sorted(set(wanted) - left_out))


def check_vintage_name(vintage: str) -> str:
    """Return `vintage` if it is a day, YYYY-MM-DD; else say so in a `FetchError`."""
    if not is_day(vintage) or not "2000" <= vintage < "2100":
        raise FetchError(f"vintage: found {vintage!r}, expected the day of the fetch as YYYY-MM-DD")
    return vintage


def is_day(text: str) -> bool:
    """Whether a text is a day of the calendar, written YYYY-MM-DD."""
    try:
        return date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False


def check_release(release: str, source: str = "") -> str:
    """Return `release` if it is what the source knows releases by, or blank and none needs it.

    The archives know a month, YYYYMM, the bulk files a day, YYYY-MM-DD.
    """
    month = re.fullmatch(r"(19|20)[0-9]{2}(0[1-9]|1[0-2])", release)
    day = is_day(release) and "2000" <= release < "2100"
    right = {"archive": bool(month), "bulk": day, "": day or bool(month) or not release}
    if not right[source]:
        raise FetchError(
            f"release: found {release!r}, expected a month of the archives as YYYYMM or the day of "
            f"a bulk file as YYYY-MM-DD, and either alone"
        )
    return release
