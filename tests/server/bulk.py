"""The World Bank's bulk zip of a release, made from a world: `WDI_CSV_YYYY_MM_DD.zip`.

As the provider writes it: a wide table with a row for every code and series, aggregates too, a list
of codes and one of series with many columns nobody here asks for, and notes. Releases until 2024
quote every cell and end each line with a comma; later ones quote text only and leave blanks bare.
"""

from __future__ import annotations

import csv
import io
import zipfile
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from affordability.fetch.freeze import shortest
from tests.server.wire import Reply
from tests.server.world import World

DATA, COUNTRIES, SERIES = "WDICSV.csv", "WDICountry.csv", "WDISeries.csv"
FOREIGN = {"MS.MIL.XPND.CD": "Military expenditure (current USD)"}  # in the zip, never asked
SIPRI = "SIPRI data may not be used for commercial purposes (as assessed by SIPRI)"
Table = list[list[str]]


@dataclass
class Contents:
    """What a zip holds: tables by member, notes, and the day it was made."""

    tables: dict[str, Table]
    made: date
    notes: dict[str, bytes] = field(
        default_factory=lambda: {"WDIfootnote.csv": b"CountryCode,SeriesCode,Year\n" * 50}
    )
    quoted: bool = True
    method: int = zipfile.ZIP_DEFLATED

    def table(self, name: str) -> Table:
        """Rows of a table, header first."""
        return self.tables[name]

    def packed(self) -> bytes:
        """Return the zip."""
        members = {name: self.text(table).encode() for name, table in self.tables.items()}
        return zip_of([*members.items(), *self.notes.items()], self.made, self.method)

    def text(self, table: Table) -> str:
        """Return a table as the provider writes it."""
        out = io.StringIO()
        if self.quoted:
            lines = csv.writer(out, quoting=csv.QUOTE_ALL, lineterminator=",\n")
        else:
            lines = csv.writer(out, lineterminator="\n")
        lines.writerows(table)
        return ("\ufeff" if self.quoted else "") + out.getvalue()


def zip_of(members: list[tuple[str, bytes]], made: date, method=zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip of members, some perhaps of one name."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", method) as archive:
        for name, data in members:
            info = zipfile.ZipInfo(name, (made.year, made.month, made.day, 12, 0, 0))
            info.compress_type = method
            archive.writestr(info, data)
    return out.getvalue()


def contents(world: World) -> Contents:
    """Return what the zip of a world's release holds."""
    tables = {DATA: _wide(world), COUNTRIES: _countries(world), SERIES: _series(world)}
    made = date.fromisoformat(world.lastupdated)
    return Contents(tables, made, quoted=made.year < 2025)


def _wide(world: World) -> Table:
    header = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]
    titles = world.series | FOREIGN
    years = range(min(world.years) - 2, int(world.lastupdated[:4]))  # more than anyone asks
    rows = [
        [name, code, title, series, *(_cell(world, series, code, year) for year in years)]
        for code, name in world.names.items()
        for series, title in sorted(titles.items())
    ]
    return [[*header, *map(str, years)], *rows]


def _cell(world: World, series: str, code: str, year: int) -> str:
    value = world.values.get((series, code, year))
    return "" if value is None else shortest(value)


def _countries(world: World) -> Table:
    header = ["Country Code", "Short Name", "Table Name", "Currency Unit", "Special Notes"]
    header += ["Region", "Income Group", "Lending category", "Latest trade data"]
    rows = [
        [r["iso3"], r["name"], r["name"], "Franc", 'a "note"\n\nof two lines']
        + [r[name] for name in ("region", "income_level", "lending")]
        + ["2018"]
        for r in world.economies
    ]
    rows += [[code, name, name, "", "", "", "", "", ""] for code, name in world.aggregates.items()]
    return [header, *sorted(rows)]


def _series(world: World) -> Table:
    header = ["Series Code", "Topic", "Indicator Name", "Long definition", "Source", "License Type"]
    rows = [
        [code, "Economy", title, "Said, at length;\nin lines.", "World Bank", "CC BY-4.0"]
        for code, title in world.series.items()
    ]
    rows += [[code, "Public", title, "", "SIPRI", SIPRI] for code, title in FOREIGN.items()]
    return [header, *sorted(rows)]


class Bulk:
    """The data catalogue: the zips of some releases under their names."""

    def __init__(self, *worlds: World):
        self.contents = {zip_name(world): contents(world) for world in worlds}
        self.zips = {name: held.packed() for name, held in self.contents.items()}

    def answer(self, name: str) -> Reply | None:
        """Return a zip with the headers the provider gives, if there is one of that name."""
        if name not in self.zips:
            return None
        held = self.contents[name]
        headers = {
            "Content-Type": "application/x-zip-compressed",
            "Last-Modified": held.made.strftime("%a, %d %b %Y 12:30:00 GMT"),
            "ETag": f'"{name}"',
            "Accept-Ranges": "bytes",
        }
        return Reply(self.zips[name], headers=headers)

    def changed(self, name: str, change: Callable[[Contents], object]) -> bytes:
        """Return the zip of other contents; `change` edits a copy in place."""
        held = self.contents[name]
        tables = {member: [list(row) for row in table] for member, table in held.tables.items()}
        other = Contents(tables, held.made, dict(held.notes), held.quoted, held.method)
        change(other)
        return other.packed()


def zip_name(world: World) -> str:
    """Return the name of the zip of a world's release."""
    return f"WDI_CSV_{world.lastupdated.replace('-', '_')}.zip"
