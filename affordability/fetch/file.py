"""A file a person hands in: received whole, told apart from what is no table, read by its schema.

What is wrong is said with the person's own file name, row and column. Nothing is written here but
below a temporary folder.
"""

from __future__ import annotations

import csv
import hashlib
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd

from affordability.cells import rows
from affordability.fetch.given import Given
from affordability.fetch.reading import excerpt
from affordability.fetch.refusal import FetchError, waive
from affordability.fetch.transport import PatientSession
from affordability.tables import InputError, check_table, columns, load_schema, read_table, shown

MOST_BYTES = 100_000_000  # percentiles of all surveys: 25 MB; 1,000 bins of one year: 8 MB
# What is no CSV, by how it begins.
OTHERS = {
    b"<": "HTML or XML",
    b"{": "JSON",
    b"PK\x03\x04": "a zip or a workbook",
    b"\x1f\x8b": "gzip",
    b"PAR1": "Parquet",
    b"%PDF": "PDF",
}
SEPARATORS = {";": "semicolons", "\t": "tabs", "|": "bars"}
# Formats by source, and what their columns are called in other releases.
FORMATS = {"pip": ("pip_percentiles", "pip_thousandths"), "app_store": ("store_price_list",)}
ALIASES = {
    "country_code": "code",
    "obs": "bin",
    "quantile": "bin",
    "welfare": "welf",
}
MAY_LACK = {"quantile"}
PPP_COLUMNS = ("ppp_year", "ppp_version", "ppp")


@dataclass(frozen=True)
class Received:
    """A file as it came: its name, its bytes, their digest."""

    name: str
    content: bytes

    @property
    def sha256(self) -> str:
        """The digest of the bytes as they came."""
        return hashlib.sha256(self.content).hexdigest()


@dataclass(frozen=True)
class Table:
    """The rows of a file by the schema of its format, and the columns that were left out."""

    format: str
    rows: pd.DataFrame
    name: str
    left_out: tuple[str, ...]

    def refuse(self, row: int, column: str, found: str, expected: str) -> None:
        """Stop at a row (counted from 0, as in `rows`), in the person's own words."""
        where = f"{self.name}, row {row + 2}" + (f", column {column}" if column else "")
        raise FetchError(f"{where}: found {found}, expected {expected}; nothing was written")


def receive(given: Given, session: Callable[[], PatientSession] = PatientSession) -> Received:
    """Return the file, read from disk or asked at its address; stop if it is not the one meant."""
    if given.address:
        with session() as asking:
            content = asking.get(given.address).content
        name = Path(unquote(urlsplit(given.address).path)).name or "file.csv"
    else:
        path = Path(given["file"]).expanduser()
        name, content = path.name, _read(path)
    got = Received(name, content)
    if given["sha256"] and given["sha256"] != got.sha256:
        raise FetchError(
            f"{name}: found sha256 {got.sha256}, expected {given['sha256']}: it is cut, or another "
            f"file; nothing was written"
        )
    return got


def _read(path: Path) -> bytes:
    if not path.is_file():
        raise FetchError(f"FILE: found no file {path.name}, expected a path that is there")
    if path.stat().st_size > MOST_BYTES:
        raise FetchError(
            f"{path.name}: found {path.stat().st_size:,} bytes, expected at most {MOST_BYTES:,}: "
            "hand in the rows of one year (1,000 bins of all years have 949 MB)"
        )
    try:
        return path.read_bytes()
    except OSError as error:
        raise FetchError(f"{path.name}: could not be read ({error.strerror})") from error


def table(got: Received, given: Given) -> Table:
    """Return the rows of a file by the schema of the format that its columns tell.

    Raises:
        FetchError: it is no CSV in UTF-8 with commas, has the columns of no format, ends in the
            middle, or a row breaks the schema; a PPP year in it that is not the one that was said.
    """
    refuse_what_is_no_csv(got, bool(given["sha256"]))
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{Path(got.name).stem}.csv"  # whatever an address calls it
        path.write_bytes(got.content.removeprefix(b"\xef\xbb\xbf"))
        try:
            return _by_schema(path, given)
        except FetchError:
            raise
        except InputError as error:
            raise FetchError(f"{error}; nothing was written") from error


def refuse_what_is_no_csv(got: Received, proven: bool) -> None:
    """Stop at what a web page or an archive would be, and at a file that may have been cut."""
    for start, what in OTHERS.items():
        if got.content.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(start):
            raise FetchError(
                f"{got.name}: found {what} ({excerpt(got.content)}), expected a CSV; "
                "nothing was written"
            )
    if b"\0" in got.content:
        raise FetchError(f"{got.name}: found bytes that are no text, expected a CSV in UTF-8")
    if got.content and not got.content.endswith(b"\n") and not proven:
        raise FetchError(
            f"{got.name}: found no line break at its end, expected one: it may have been cut; "
            f"nothing was written; if it is whole, say so by its digest: "
            f"{waive(f'sha256={got.sha256}')}"
        )


def _by_schema(path: Path, given: Given) -> Table:
    lines = rows(path, FORMATS[given["source"]][0])
    header = next(lines)[1]
    for sign, what in SEPARATORS.items():
        if len(header) == 1 and sign in header[0]:
            raise FetchError(f"{path.name}, row 1: found columns parted by {what}, expected commas")
    twice = sorted({name for name in header if header.count(name) > 1})
    if twice:
        raise FetchError(f"{path.name}, row 1: found the column {twice[0]} twice, expected it once")
    form, places = recognised(header, given["source"], path.name)
    told = next((header.index(name) for name in PPP_COLUMNS if name in header), None)
    kept = path.with_name("kept") / path.name
    kept.parent.mkdir()
    with kept.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(columns(form))
        for line, row in lines:
            if len(row) != len(header):
                raise FetchError(
                    f"{path.name}, row {line}: found {len(row)} cells, expected {len(header)}; "
                    "nothing was written"
                )
            if told is not None and row[told][:4] != given["ppp"]:
                raise FetchError(
                    f"{path.name}, row {line}, column {header[told]}: found {row[told][:20]!r}, "
                    f"expected the PPP year that was said, {given['ppp']}; nothing was written"
                )
            writer.writerow(["" if at is None else row[at] for at in places])
    left = {at for at in places if at is not None}
    left_out = tuple(name for at, name in enumerate(header) if at not in left)
    return Table(form, _checked(kept, form, header, places), path.name, left_out)


def _checked(path: Path, form: str, header: list[str], places: list) -> pd.DataFrame:
    """Return the rows, if they keep to the schema; a column is named as the file names it."""
    try:
        if not check_table(path, form):
            raise InputError(f"{shown(path)}: found no rows, expected some")
    except InputError as error:
        said = str(error)
        for name, at in zip(columns(form), places, strict=True):
            if at is not None:
                said = said.replace(f", column {name}:", f", column {header[at]}:")
        raise InputError(said) from None
    return read_table(path, form)


def recognised(header: list[str], source: str, name: str) -> tuple[str, list[int | None]]:
    """Return the format whose columns a header has, and the place of each (None: it has none)."""
    for form in FORMATS[source]:
        fields = columns(form)
        also = {alias: column for alias, column in ALIASES.items() if alias not in fields}
        at = {also.get(title, title): place for place, title in reversed([*enumerate(header)])}
        if all(column in at or column in MAY_LACK for column in fields):
            return form, [at.get(column) for column in fields]
    forms = " or ".join(
        f"{', '.join(columns(form))} ({load_schema(form)['title'].lower()})"
        for form in FORMATS[source]
    )
    raise FetchError(
        f"{name}, row 1: found the columns {', '.join(header)[:200]}, expected {forms}; "
        "nothing was written"
    )
