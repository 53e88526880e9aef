"""Ask one provider of the test server as the fetch's steps do, and say how it ended.

whole      what was frozen is what the server's world holds
refused    one sentence, nothing written
reported   something else was frozen, and `x_anomalies` of its sidecar says so
SILENT     something else was frozen without a word, or something was written after a refusal
UNCLEAR    a refusal that is no one clean sentence
TRACEBACK  any other error
"""

from __future__ import annotations

import re
import traceback
from dataclasses import replace
from functools import cache
from pathlib import Path

import pandas as pd

from affordability.fetch import bulk, freeze, last, oecd, prices, worldbank
from affordability.fetch.plan import Plan, chosen, read_series
from affordability.fetch.refusal import LONGEST_MESSAGE
from affordability.fetch.transport import Patience, PatientSession
from affordability.tables import ROOT, InputError
from affordability.vintages import Vintage
from tests.server.bulk import Bulk
from tests.server.oecd import Oecd
from tests.server.prices import published, whole_list
from tests.server.wire import Server
from tests.server.world import RAW, World, frozen_world
from tests.server.worldbank import WorldBank

ECONOMIES = ["AFG", "CHN", "DEU", "ERI", "IND", "JPN", "NAM", "NOR", "USA", "VEN", "XKX", "ZWE"]
AGGREGATES = ["EMU", "HIC", "IDX", "SSF", "WLD"]
SERIES = ["GB.XPD.RSDV.GD.ZS", "NY.GDP.PCAP.CD", "NY.GNP.PCAP.CD", "PA.NUS.FCRF"]
YEARS = range(2017, 2022)
DAY = "2026-11-21"
QUICK = Patience(
    connect=1,
    read=0.3,
    attempt=0.6,
    first_answer=1.5,
    question=2.5,
    total=3,
    answer_bytes=5_000_000,
    total_bytes=20_000_000,
    retries=2,
    backoff=0.001,
    backoff_max=0.005,
    jitter=0.002,
)


@cache
def world() -> World:
    """A dozen economies, a handful of aggregates, four series, five years."""
    return frozen_world("2026-07-13.1").part(ECONOMIES, AGGREGATES, SERIES, YEARS)


def whole_server() -> Server:
    """A server of this world, of venture capital and of prices."""
    releases = Bulk(world(), replace(world(), lastupdated="2025-07-02"))
    return Server(WorldBank(world(), {"202404": world()}), Oecd(), published(), bulk=releases)


@cache
def last_vintage() -> last.Last:
    """The same world as the last vintage."""
    return last.Last(
        cells=tuple((s, c, y, v) for c, s, y, v in world().published()),
        economies=pd.DataFrame(world().economies).assign(has_data=True),
        lastupdated=world().lastupdated,
        year_to=YEARS[-1],
    )


@cache
def known_economies() -> pd.DataFrame:
    """The economies the OECD's codes refer to."""
    return last.world_bank(RAW).economies


@cache
def venture_capital() -> tuple:
    """The last vintage of venture capital."""
    return last.oecd(RAW)


def small_plan() -> Plan:
    """What to ask this world for, on five pages."""
    return Plan(
        series=chosen(read_series(ROOT / "workflow" / "series.csv"), ";".join(SERIES)),
        year_from=YEARS[0],
        year_to=YEARS[-1],
        day=DAY,
        last=last_vintage(),
        expected_economies=frozenset(ECONOMIES),
        page_rows=70,
    )


def bulk_plan() -> Plan:
    """What to ask of this world's release."""
    return replace(small_plan(), release=world().lastupdated, newest=last_vintage())


def world_bank(server_address: str, folder: Path, plan: Plan | None = None) -> None:
    """What the step for the World Bank does, with little patience."""
    plan, endpoint = plan or small_plan(), f"{server_address}/v2"
    with PatientSession(QUICK) as session:
        answer = worldbank.fetch(plan, endpoint, session)
    request = freeze.world_bank_request(answer, plan, endpoint)
    sidecar = freeze.world_bank_sidecar(answer, plan, folder, DAY, request)
    freeze.freeze(folder, freeze.world_bank_tables(answer, plan, DAY, endpoint), sidecar)


def bulk_release(server_address: str, folder: Path, plan: Plan | None = None) -> None:
    """What the step for a dated release does; nothing of the zip may be left behind."""
    plan, endpoint, cache = plan or bulk_plan(), f"{server_address}/bulk", folder.parents[1] / "zip"
    try:
        found = bulk.fetch(plan, endpoint, cache, QUICK)
    finally:
        assert list(cache.iterdir()) == []
    sidecar = bulk.sidecar(found, plan, folder, DAY, endpoint)
    freeze.freeze(folder, bulk.tables(found, plan, DAY), sidecar)


def oecd_capital(server_address: str, folder: Path) -> None:
    """What the step for the OECD does."""
    known = known_economies()
    codes = list(known.loc[known["has_data"], "iso3"])
    with PatientSession(QUICK) as session:
        endpoint = f"{server_address}/oecd"
        rows, url, found = oecd.fetch(endpoint, session, codes, 2025, venture_capital())
    sidecar = oecd.sidecar(rows, DAY, url, {}, found)
    freeze.freeze(folder, oecd.tables(rows, DAY, url), sidecar, known)


def api_prices(server_address: str, folder: Path) -> None:
    """What the step for prices does."""
    address = f"{server_address}/prices.json"
    with PatientSession(QUICK) as session:
        rows = prices.rows(prices.providers(address, session), prices.source_id(DAY))
    found = prices.refuse_changes(rows, whole_list(), (), ())
    sidecar = prices.sidecar(rows, DAY, address, {}, found)
    freeze.freeze(folder, prices.tables(rows, DAY, address), sidecar)


STEPS = {
    "world_bank": world_bank,
    "bulk": bulk_release,
    "oecd": oecd_capital,
    "prices": api_prices,
}


def outcome(server: Server, provider: str, folder: Path, **options) -> str:
    """Return how a fetch ended, and why."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    try:
        STEPS[provider](server.address, folder, **options)
    except InputError as error:
        return refusal(str(error), folder)
    except Exception:
        return f"TRACEBACK: {traceback.format_exc()}"
    wrong = differences(provider, folder)
    if wrong and Vintage(folder).sidecar["x_anomalies"]:
        return f"reported: {wrong}; {Vintage(folder).sidecar['x_anomalies'][:3]}"
    return f"SILENT: {wrong}" if wrong else "whole"


def refusal(said: str, folder: Path) -> str:
    """Judge a refusal: nothing written, one line, clean, of bounded length."""
    if list(folder.parent.iterdir()):
        return f"SILENT: refused ({said}), but something was written"
    clean = said.isprintable() and 30 < len(said) <= LONGEST_MESSAGE
    secret = re.search(r"//[^/\s]*:[^/\s]*@", said)
    return f"refused: {said}" if clean and not secret else f"UNCLEAR: {said[:500]!r}"


def differences(provider: str, folder: Path) -> str:
    """Say how a vintage differs from what the server holds; blank if in nothing."""
    vintage = Vintage(folder)
    vintage.verify()
    if provider in ("world_bank", "bulk"):
        return _world_bank_differences(vintage)
    if provider == "oecd":
        same = sorted(last.cells(vintage, *OECD_CELLS)) == sorted(venture_capital())
        return "" if same else "other figures"
    frame = vintage.read("api_prices")
    columns = (frame[name] for name in ("provider_id", "model_id", "unit", "usd"))
    found = list(zip(*columns, strict=True))
    kept = [(row[0], row[1], row[4], float(row[7])) for row in whole_list()]
    return "" if found == kept else "other prices"


OECD_CELLS = ("venture_capital", ["stage", "iso3", "year", "usd_million"])


def _world_bank_differences(vintage: Vintage) -> str:
    frame = vintage.read("observations")
    columns = (frame[name] for name in ("iso3", "indicator", "year", "value"))
    if list(zip(*columns, strict=True)) != world().published():
        return "other values"
    economies = vintage.read("economies")[["iso3", "name", "region", "income_level", "lending"]]
    known = [tuple(row[name] for name in economies.columns) for row in world().economies]
    if list(economies.itertuples(index=False, name=None)) != known:
        return "other economies"
    about = vintage.read("series")
    if set(about["release"]) != {world().lastupdated}:
        return "another release"
    return "" if about.set_index("indicator")["title"].to_dict() == world().series else "titles"
