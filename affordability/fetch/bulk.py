"""World Development Indicators of a dated release, out of the World Bank's bulk zip.

The data catalogue keeps releases as `WDI_CSV_YYYY_MM_DD.zip`: `WDICSV.csv` has a row for every
economy, aggregate and series with a column a year, `WDICountry.csv` classifies the codes (an
aggregate has no region), `WDISeries.csv` has title and licence of each series. The zip is streamed
to disk and read member by member; of the wide table only the rows of the series asked are kept, so
that memory does not grow with it. What is kept is proved as the API's answers are; of which release
it is, the name under which it was served says, and the dates inside must not contradict.

Source: https://datacatalog.worldbank.org/search/dataset/0037712, CC BY 4.0 but for some series.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date
from email.utils import parsedate_to_datetime
from pathlib import Path
from urllib.parse import unquote, urlsplit

import pandas as pd

from affordability.fetch import freeze
from affordability.fetch.answer import Answer, proved
from affordability.fetch.comparison import Findings
from affordability.fetch.completeness import prove_grid, prove_series, prove_years
from affordability.fetch.download import LARGE, Download, File, place
from affordability.fetch.licences import TERMS, licences
from affordability.fetch.listing import Listing, economies_of
from affordability.fetch.plan import Plan
from affordability.fetch.reading import LONGEST_LABEL, LONGEST_NUMBER, decimal
from affordability.fetch.refusal import FetchError
from affordability.fetch.transport import AGAIN, NotThere, Patience
from affordability.fetch.zipped import Member, Zip, opened

ENDPOINT = "https://datacatalogfiles.worldbank.org/ddh-published/0037712/DR0095335"
CATALOGUE = "https://datacatalog.worldbank.org/search/dataset/0037712"
DATA, COUNTRIES, SERIES = "WDICSV.csv", "WDICountry.csv", "WDISeries.csv"
FIXED = ["Country Name", "Country Code", "Indicator Name", "Indicator Code"]
# A zip is made some days before or after the day it is named by; two releases are weeks apart, the
# nearest known ones (2026-06-30 and 2026-07-15) a fortnight.
DAYS_APART = 10
MOST_CODES = 1000
FEW_DIGITS = 12  # releases are written with up to 17, but that of 2026-02-25 with 11
DAY_IN_NAME = re.compile(r"((?:19|20)\d\d)_(\d\d)_(\d\d)")
WHOLE = re.compile(r"-?[0-9]{1,15}")
CODE = re.compile(r"[A-Z0-9]{3}")


@dataclass(frozen=True)
class Bulk:
    """A proved release: the answer, and what is known of the zip it was read from."""

    answer: Answer
    file: File
    served_as: str
    made: str  # the newest date of its tables; blank where the zip has none
    members: list[Member]
    licences: dict[str, str]  # by series, as SPDX names them
    digits: dict[str, int]  # by series, the most significant digits that a value is written with
    unclassified: list[str]


@dataclass
class Wide:
    """What is kept of the wide table: its years, its codes, and the cells that were asked."""

    years: list[int] = field(default_factory=list)
    asked: list[int] = field(default_factory=list)  # the columns of the years asked
    names: dict[str, str] = field(default_factory=dict)
    titles: dict[str, str] = field(default_factory=dict)
    rows: dict[tuple[str, str], list[str]] = field(default_factory=dict)


def zip_name(release: str) -> str:
    """Return the name of the zip of a release.

    >>> zip_name("2024-05-30")
    'WDI_CSV_2024_05_30.zip'
    """
    return f"WDI_CSV_{release.replace('-', '_')}.zip"


def fetch(
    plan: Plan,
    endpoint: str,
    cache: Path,
    patience: Patience = LARGE,
    progress: Callable[[str, int, int], None] | None = None,
) -> Bulk:
    """Return the proved release that `plan` names; the zip lies in `cache` while it is read.

    Raises:
        FetchError: the zip did not come or cannot be proved to be whole and of that release.
    """
    name = zip_name(plan.release)
    with place(cache) as folder, Download(folder / name, patience, progress) as session:
        url = f"{endpoint.rstrip('/')}/{name}"
        try:
            file = session.to_disk(url)
        except NotThere as error:
            raise FetchError(
                f"release {plan.release}: found nothing at {url}, expected its zip; nothing was "
                f"written; which releases there are, {CATALOGUE} lists"
            ) from error
        served_as = prove_served(plan, file)
        with opened(file.path, name) as archive:
            return read(plan, file, served_as, archive)


def read(plan: Plan, file: File, served_as: str, archive: Zip) -> Bulk:
    """Read and prove a zip, every member to its end."""
    listing = Listing.of(archive.rows(COUNTRIES), COUNTRIES)
    about = Listing.of(archive.rows(SERIES), SERIES, only=set(plan.indicators))
    wide = wide_table(archive.rows(DATA), plan)
    archive.finish()
    titles = about.column("Series Code", "Indicator Name")
    prove_years(plan, map(str, wide.years))
    present = prove_series(plan, titles)
    titles = {code: " ".join(titles[code].split()) for code in present}
    known = licences(plan, {c: about.column("Series Code", "License Type")[c] for c in present})
    economies, respelt = economies_of(plan, wide.names, listing)
    codes = [economy.iso3 for economy in economies if economy.iso3 in wide.names]
    series = [s for s in plan.series if s.indicator in present]
    digits = dict.fromkeys(present, 0)
    grid = prove_grid(_cells(wide, present, codes, plan.years, digits), series, codes, plan.years)
    made = max((m.made for m in archive.members if m.name in (DATA, COUNTRIES, SERIES)), default="")
    unclassified = sorted(set(wide.names) - set(listing.column("Country Code", "Region")))
    more = prove_day(plan, made, file.last_modified, wide.years[-1])
    more += prove_same_titles(titles, wide.titles)
    more += Findings(anomalies=respelt + _left_out(unclassified))
    answer = proved(plan, grid, codes, titles, economies, day_of(served_as), [file.url], more)
    published = {code: digits[code] for code in answer.counts}
    return Bulk(answer, file, served_as, made, archive.members, known, published, unclassified)


def _left_out(codes: list[str]) -> list[str]:
    return [f"codes without a classification, left out: {', '.join(codes)}"] if codes else []


def prove_served(plan: Plan, file: File) -> str:
    """Return the name under which the zip was served; stop unless it is that of the release."""
    given = re.search(r'filename="?([^";]+)', file.disposition)
    names = [unquote(urlsplit(file.url).path.rpartition("/")[2]), given[1] if given else ""]
    if {day_of(name) for name in names if day_of(name)} != {plan.release}:
        raise FetchError(
            f"{file.url}: asked for release {plan.release}, served as "
            f"{' and '.join(name[:80] for name in names if name) or 'nothing'}; {AGAIN}"
        )
    return next(name for name in reversed(names) if day_of(name))


def day_of(name: str) -> str:
    """Return the day that a name of a zip bears; blank if none.

    >>> day_of("WDI_CSV_2024_05_30.zip")
    '2024-05-30'
    """
    found = DAY_IN_NAME.search(name)
    return "-".join(found.groups()) if found else ""


def prove_day(plan: Plan, made: str, last_modified: str, newest: int) -> Findings:
    """Return as a change of `release` whatever in the zip says that it is of another one."""
    release, said = date.fromisoformat(plan.release), []
    modified = None
    with suppress(TypeError, ValueError):
        modified = parsedate_to_datetime(last_modified).date()
    inside = date.fromisoformat(made) if made else modified
    if inside is None:
        said.append("neither the zip nor the host says of which day it is")
    elif abs((inside - release).days) > DAYS_APART:
        said.append(f"its tables are of {inside}")
    if modified and (release - modified).days > DAYS_APART:
        said.append(f"the host has had it since {modified}")
    if newest not in (release.year - 1, release.year - 2):
        said.append(f"its last year is {newest}")
    words = [f"asked for that of {plan.release}, but {', and '.join(said)}"]
    return Findings(changes={"release": words} if said else {})


def prove_same_titles(titles: dict[str, str], others: dict[str, str]) -> Findings:
    """Return as a change each series that two tables of the zip call differently."""
    return Findings(
        changes={
            code: [f"titled {title!r} in {SERIES}, {others[code]!r} in {DATA}"]
            for code, title in titles.items()
            if others.get(code, title) != title
        }
    )


def wide_table(records: Iterator[list[str]], plan: Plan) -> Wide:
    """Return what is kept of the wide table.

    Raises:
        FetchError: the years have gaps, a row is short, a code has two names, a row came twice.
    """
    wide = Wide()
    header = next(records, [])
    blank = header[-1:] == [""]  # releases until 2024 end each line with a comma
    years = header[4 : len(header) - blank]
    if header[:4] != FIXED or not all(re.fullmatch("(19|20)[0-9]{2}", year) for year in years):
        raise FetchError(
            f"{DATA}: found the columns {', '.join(header)[:120]}, expected {', '.join(FIXED)} and "
            f"years; {AGAIN}"
        )
    wide.years = [int(year) for year in years]
    if not years or wide.years != list(range(wide.years[0], wide.years[0] + len(years))):
        raise FetchError(f"{DATA}: found the years {', '.join(years)[-200:]}, with gaps; {AGAIN}")
    wide.asked = [at for at, year in enumerate(wide.years, 4) if year in plan.years]
    asked = set(plan.indicators)
    for number, record in enumerate(records, 2):
        if len(record) != len(header) or (blank and record[-1]):
            raise FetchError(
                f"{DATA}, record {number}: found {len(record)} cells, expected {len(header)}; "
                f"{AGAIN}"
            )
        _keep(wide, record, asked)
    return wide


def _keep(wide: Wide, record: list[str], asked: set[str]) -> None:
    """Keep what was asked of a row; nothing is kept that is longer than what it can be."""
    name, code, title, series = record[:4]
    if not CODE.fullmatch(code) or len(name) > LONGEST_LABEL:
        raise FetchError(
            f"{DATA}: found the code {code[:40]!r} named {name[:40]!r} of {len(name)} characters, "
            f"expected three letters and a name of at most {LONGEST_LABEL}; {AGAIN}"
        )
    if wide.names.setdefault(code, name) != name or len(wide.names) > MOST_CODES:
        raise FetchError(
            f"{DATA}: found {code} named {name[:40]!r} and {wide.names[code][:40]!r} among "
            f"{len(wide.names)} codes, expected one name each; {AGAIN}"
        )
    if series not in asked:
        return
    title, cells = " ".join(title.split()), [record[at] for at in wide.asked]
    odd = [cell for cell in cells if len(cell) > LONGEST_NUMBER]
    odd += [title] if len(title) > LONGEST_LABEL else []
    if odd:
        raise FetchError(
            f"{DATA}, {series}, {code}: found {odd[0][:40]!r} of {len(odd[0])} characters, "
            f"expected a title and numbers; {AGAIN}"
        )
    if wide.titles.setdefault(series, title) != title:
        raise FetchError(f"{DATA}, {series}, {code}: titled in two ways; {AGAIN}")
    if (series, code) in wide.rows:
        raise FetchError(f"{DATA}, {series}, {code}: answered twice; {AGAIN}")
    wide.rows[series, code] = cells


def _cells(
    wide: Wide, present: list[str], codes: list[str], years: range, digits: dict[str, int]
) -> Iterator[tuple]:
    """Give (series, code, time key, value) of what was asked; count the digits on the way.

    Rows are dropped as they are given, so that text and numbers are not held at once.
    """
    for series in present:
        for code in codes:
            for year, text in zip(years, wide.rows.pop((series, code), []), strict=False):
                digits[series] = max(digits[series], significant_digits(text))
                yield series, code, f"YR{year}", number(text)


def number(text: str) -> int | float | str | None:
    """Return the number a cell means, None for a blank; what is no number comes back as it is."""
    if not text:
        return None
    if WHOLE.fullmatch(text):
        return int(text)
    with suppress(ValueError):
        return decimal(text)
    return text


def significant_digits(text: str) -> int:
    """Return the significant digits a number is written with; zeros that end a whole one are none.

    >>> [significant_digits(text) for text in ("0.00120", "543300000000", "1.25e10", "")]
    [3, 4, 3, 0]
    """
    plain = text.lower().partition("e")[0].lstrip("-")
    plain = plain.replace(".", "") if "." in plain else plain.rstrip("0")
    return len(plain.lstrip("0"))


def tables(bulk: Bulk, plan: Plan, day: str) -> dict[str, pd.DataFrame]:
    """Return the four tables of a vintage; each licence of its series has a source of its own."""
    source_of = {code: _source_id(plan, bulk.licences[code]) for code in bulk.answer.counts}
    inside = f"its tables are of {bulk.made}" if bulk.made else "its tables bear no date"
    modified = bulk.file.last_modified
    evidence = f"served as {bulk.served_as}; {inside}; Last-Modified {modified or 'not said'}"
    note = (
        f"{bulk.file.url}, sha256 {bulk.file.sha256}, frozen on {day}; "
        f"{freeze.classified_when(plan)}"
    )
    sources = [
        (
            _source_id(plan, licence),
            f"World Development Indicators, release {plan.release}",
            CATALOGUE,
            "World Bank",
            licence,
            plan.release,
            note,
        )
        for licence in _licences(bulk)
    ]
    return freeze.tables_of(bulk.answer, plan, source_of, sources, evidence)


def _licences(bulk: Bulk) -> list[str]:
    return sorted({bulk.licences[code] for code in bulk.answer.counts}, reverse=True)


def _source_id(plan: Plan, licence: str) -> str:
    plain = f"wb-bulk-{plan.release}"
    return plain if licence == "CC-BY-4.0" else f"{plain}-{licence.lower()}"


def sidecar(bulk: Bulk, plan: Plan, folder: Path, day: str, endpoint: str) -> dict:
    """Return the sidecar of a vintage, but for its resources."""
    request = {
        "endpoint": endpoint,
        "release": plan.release,
        "indicators": plan.indicators,
        "years": [plan.year_from, plan.year_to],
        "economies": "all",
        "addresses": bulk.answer.requests,
    }
    about = freeze.world_bank_sidecar(bulk.answer, plan, folder, day, request)
    names = _licences(bulk)
    about["licenses"] = [{"name": name, "path": TERMS[name]} for name in names]
    about["x_licences"] = {code: bulk.licences[code] for code in bulk.answer.counts}
    about["x_significant_digits"] = bulk.digits
    about["x_zip"] = {
        "served_as": bulk.served_as,
        "bytes": bulk.file.size,
        "hash": f"sha256:{bulk.file.sha256}",
        "last_modified": bulk.file.last_modified,
        "etag": bulk.file.etag,
        "members": [
            {"path": m.name, "bytes": m.bytes, "crc32": m.crc, "made": m.made} for m in bulk.members
        ],
    }
    about["x_note"] += said(bulk, plan)
    return about


def said(bulk: Bulk, plan: Plan) -> str:
    """Say what a reader of this vintage must know: its digits, its spelling, who was carried."""
    most = max(bulk.digits.values())
    text = f" Values are written with at most {most} significant digits"
    text += "" if most > FEW_DIGITS else "; beside another release most differ by rounding alone"
    if plan.release < plan.newest.lastupdated:
        text += ". Names, regions and lending are spelt as in the newest vintage"
    without = [economy.iso3 for economy in bulk.answer.economies if not economy.has_data]
    carried = f". Carried over from the newest vintage, without data: {', '.join(without)}"
    return text + (carried if without else "") + "."
