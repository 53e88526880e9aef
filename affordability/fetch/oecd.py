"""OECD venture capital by stage, through the SDMX 2.1 web service, as SDMX-CSV.

Asked with `requests` and read with `csv`, not with sdmx1: one dataflow and one flat answer need no
structure messages, and sdmx1 costs the lock more than it gives (its newest release wants
`packaging>=26`, which silently takes Snakemake back to 9.15). Should a second dataflow be needed,
or the key's order change, sdmx1 is the client to take.

SDMX answers what exists and no nulls, so no grid can be counted. What can be proved: the table is
rectangular and ends with a line end, keys are unique, unit and multiplier are the ones asked, all
four stages came, the three stages add up to the published total wherever one of them is published,
every economy is known, no year lies outside the range of the series, and nothing is gone or
changed as no revision does since the last vintage.

Source: dataflow OECD.SDD.TPS:DSD_VC@DF_VC_INV(1.0), CC BY 4.0.
"""

from __future__ import annotations

import csv
import io
import math
import re
from collections import defaultdict
from collections.abc import Collection

import pandas as pd
import requests

from affordability.fetch.comparison import Cell, compare, refuse
from affordability.fetch.freeze import shortest
from affordability.fetch.reading import decimal, excerpt
from affordability.fetch.refusal import FetchError
from affordability.fetch.transport import PatientSession
from affordability.tables import columns

ENDPOINT = "https://sdmx.oecd.org/public/rest"
TITLE = "Venture capital investments (market statistics)"
TERMS = "https://www.oecd.org/en/about/terms-conditions.html"
FLOW = "OECD.SDD.TPS,DSD_VC@DF_VC_INV,1.0"
KEY = "...USD_EXC.A"  # REF_AREA.MEASURE.BUSINESS_DEVELOPMENT_STAGE.UNIT_MEASURE.FREQ
PARAMETERS = {"dimensionAtObservation": "AllDimensions", "format": "csvfile"}
STAGES = ("SEED", "START", "LATER")
TOTAL = "_T"
FIXED = {"MEASURE": "VC_INV_MKT", "UNIT_MEASURE": "USD_EXC", "FREQ": "A", "UNIT_MULT": "6"}
READ = ("REF_AREA", "BUSINESS_DEVELOPMENT_STAGE", "TIME_PERIOD", "OBS_VALUE", "OBS_STATUS")
AGGREGATE = re.compile(r"OECD\w*|EU\d*\w*|EA\d*|G7|G20|W|WXD|_\w+")
NOT_PUBLISHED = ("M", "O", "L")  # missing, cannot exist, not collected: SDMX code list OBS_STATUS
FIRST_YEAR = 1990  # no statistics of venture capital by stage go further back
GROWTH = 5  # venture capital doubled in 2021 and halved in 2009
MOST_ZEROS = 0.5
NAME = "oecd"  # by which losses and changes are waived
_AGAIN = "nothing was written; fetch again later"

Row = tuple[str, str, int, float, str]  # iso3, stage, year, US$ million, obs_status


def fetch(
    endpoint: str,
    session: PatientSession,
    economies: Collection[str],
    newest_year: int,
    last: Collection[Cell] = (),
    allow_losses: Collection[str] = (),
    allow_changes: Collection[str] = (),
) -> tuple[list[Row], str, list[str]]:
    """Return the proved rows, sorted by key, the address asked, and what is to be reported.

    Args:
        economies: codes that may occur besides aggregates.
        newest_year: the last year that can have figures.
        last: the observations of the last vintage.
        allow_losses, allow_changes: hold "oecd" where these are waived.

    Raises:
        FetchError: the answer did not come or cannot be proved.
    """
    url = f"{endpoint.rstrip('/')}/data/{FLOW}/{KEY}"
    reply = session.get(url, params=PARAMETERS)
    rows = read_sdmx_csv(text_of(reply))
    prove(rows, economies)
    prove_range(rows, newest_year, last)
    found = compare(
        [(stage, iso3, year, value) for iso3, stage, year, value, _ in rows], last, GROWTH
    )
    return rows, reply.url, refuse(found, allow_losses, allow_changes, NAME)


def text_of(reply: requests.Response) -> str:
    """Return the text of an answer that can be a whole CSV; else a `FetchError`."""
    try:
        text = reply.content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise FetchError(f"OECD: {reply.url} answered no UTF-8 text ({error}); {_AGAIN}") from error
    if not text.endswith("\n") or not text.split("\n", 1)[0].startswith(("DATAFLOW", "STRUCTURE")):
        raise FetchError(
            f"OECD: asked {reply.url} for SDMX-CSV, got {excerpt(reply.content)}, ending "
            f"{text[-20:]!r}; {_AGAIN}"
        )
    return text


def read_sdmx_csv(text: str) -> list[Row]:
    """Return the published observations of an SDMX-CSV, economies only, sorted by key."""
    lines = csv.reader(io.StringIO(text, newline=""), strict=True)
    rows: dict[tuple[str, str, int], Row] = {}
    try:
        header = next(lines)
        wrong = [name for name in (*READ, *FIXED) if header.count(name) != 1]
        if wrong:
            raise FetchError(f"OECD: no one column {', '.join(wrong)} in {header}; {_AGAIN}")
        for line in lines:
            row = _row(dict(zip(header, line, strict=True)), lines.line_num)
            if row and rows.setdefault(row[:3], row) is not row:
                raise FetchError(f"OECD, line {lines.line_num}: {row[:3]} came twice; {_AGAIN}")
    except (csv.Error, ValueError) as error:
        if isinstance(error, FetchError):
            raise
        raise FetchError(f"OECD, line {lines.line_num}: {error}; {_AGAIN}") from error
    return [rows[key] for key in sorted(rows)]


def _row(cells: dict[str, str], line: int) -> Row | None:
    for name, expected in FIXED.items():
        if cells[name] != expected:
            raise FetchError(
                f"OECD, line {line}, {name}: found {cells[name][:40]!r}, expected {expected!r}; "
                f"{_AGAIN}"
            )
    area, stage = cells["REF_AREA"], cells["BUSINESS_DEVELOPMENT_STAGE"]
    if AGGREGATE.fullmatch(area):
        return None
    if stage not in (*STAGES, TOTAL):
        raise FetchError(f"OECD, line {line}: unknown stage {stage[:40]!r}; {_AGAIN}")
    if not re.fullmatch("[0-9]{4}", cells["TIME_PERIOD"]):
        raise FetchError(f"OECD, line {line}: found year {cells['TIME_PERIOD'][:40]!r}; {_AGAIN}")
    if cells["OBS_VALUE"] == "" and cells["OBS_STATUS"] in NOT_PUBLISHED:
        return None
    value = decimal(cells["OBS_VALUE"])
    if not 0 <= value < 10_000_000 or not re.fullmatch("[A-Z]", cells["OBS_STATUS"]):
        raise FetchError(
            f"OECD, line {line}: found {cells['OBS_VALUE'][:40]!r} of status "
            f"{cells['OBS_STATUS'][:40]!r}, expected US$ million of a status A to Z; {_AGAIN}"
        )
    return area, stage, int(cells["TIME_PERIOD"]), value, cells["OBS_STATUS"]


def prove(rows: list[Row], economies: Collection[str]) -> None:
    """Stop unless economies are known, all stages came, and the stages add up to the totals."""
    unknown = sorted({row[0] for row in rows} - set(economies))
    if unknown or {row[1] for row in rows} != {*STAGES, TOTAL}:
        raise FetchError(
            f"OECD: expected the stages SEED, START, LATER, _T of known economies, found "
            f"{', '.join(sorted({row[1] for row in rows})) or 'none'} and the unknown codes "
            f"{', '.join(unknown) or 'none'}; {_AGAIN}"
        )
    stages: dict[tuple[str, int], dict[str, float]] = defaultdict(dict)
    for iso3, stage, year, value, _ in rows:
        stages[iso3, year][stage] = value
    for (iso3, year), found in stages.items():
        parts = [found[stage] for stage in STAGES if stage in found]
        total = found.get(TOTAL)
        if total is None or (parts and not _adds_up(parts, total)):
            raise FetchError(
                f"OECD, {iso3}, {year}: the stages {found} do not add up to a total; {_AGAIN}"
            )


def _adds_up(parts: list[float], total: float) -> bool:
    return len(parts) == len(STAGES) and math.isclose(sum(parts), total, rel_tol=1e-6, abs_tol=1e-3)


def prove_range(rows: list[Row], newest_year: int, last: Collection[Cell]) -> None:
    """Stop at a year that the series cannot have, and at figures most of which are zero."""
    first = min((cell[2] for cell in last), default=FIRST_YEAR)
    odd = [row for row in rows if not first <= row[2] <= newest_year]
    if odd:
        raise FetchError(
            f"OECD, {odd[0][0]}: found year {odd[0][2]}, expected {first} to {newest_year}; "
            f"{_AGAIN}"
        )
    zeros = sum(row[3] == 0 for row in rows)
    if zeros > MOST_ZEROS * len(rows):
        raise FetchError(f"OECD: {zeros} of {len(rows)} values are 0; {_AGAIN}")


def tables(rows: list[Row], day: str, url: str) -> dict[str, pd.DataFrame]:
    """Return the two tables of a vintage."""
    source = f"oecd-vc-{day}"
    values = [(*row[:3], shortest(row[3]), row[4], source) for row in rows]
    title = f"{TITLE}, dataflow {FLOW}"
    note = f"SDMX-CSV, US$ million converted at exchange rates (USD_EXC), annual; asked on {day}"
    about = [(source, title, url, "OECD", "CC-BY-4.0", day, note)]
    return {
        "venture_capital": pd.DataFrame(values, columns=columns("venture_capital")),
        "sources": pd.DataFrame(about, columns=columns("sources")),
    }


def sidecar(
    rows: list[Row], day: str, url: str, versions: dict[str, str], anomalies: list[str]
) -> dict:
    """Return the sidecar of a vintage, but for its resources."""
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for _, stage, year, _, _ in sorted(rows, key=lambda row: row[1:3]):
        counts[stage][str(year)] += 1
    return {
        "name": "oecd-venture-capital",
        "version": day,
        "title": "OECD venture capital investments by stage, US$ million",
        "created": day,
        "sources": [{"title": TITLE, "path": url}],
        "licenses": [{"name": "CC-BY-4.0", "path": TERMS}],
        "x_request": {"addresses": [url], "dataflow": FLOW, "key": KEY},
        "x_client_versions": versions,
        "x_anomalies": anomalies,
        "x_economies_by_year": counts,
        "x_note": "Where the three stages are published they add up to the total; aggregates of "
        "economies are left out.",
    }
