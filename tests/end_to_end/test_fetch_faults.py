"""A bad network and a bad service, over the wire, through the real client.

Whatever happens to an answer, it ends in the whole vintage or in one sentence with nothing written.
Anything else is a silent loss; the tests count them, print the count, and expect none.
"""

from __future__ import annotations

import random
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest

from affordability.fetch import FetchError, freeze, worldbank
from affordability.fetch.plan import Plan, chosen, read_series
from affordability.fetch.transport import Patience, PatientSession
from affordability.tables import ROOT, InputError
from affordability.vintages import Vintage
from tests.server.chance import random_fault
from tests.server.spoil import NAMED
from tests.server.wire import Server
from tests.server.world import World, frozen_world
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
    total=3,
    retries=2,
    backoff=0.001,
    backoff_max=0.005,
    jitter=0.002,
)
RANDOM_FAULTS = 500
SEED = 20261121


@cache
def world() -> World:
    """A dozen economies, a handful of aggregates, four series, five years."""
    return frozen_world("2026-07-13").part(ECONOMIES, AGGREGATES, SERIES, YEARS)


@pytest.fixture(scope="module")
def server():
    with Server(WorldBank(world(), {"202404": world()})) as running:
        yield running


def small_plan() -> Plan:
    """What to ask this world for, on five pages."""
    return Plan(
        series=chosen(read_series(ROOT / "workflow" / "series.csv"), ";".join(SERIES)),
        year_from=YEARS[0],
        year_to=YEARS[-1],
        expected_economies=frozenset(ECONOMIES),
        page_rows=70,
    )


@pytest.fixture(scope="module")
def plan() -> Plan:
    return small_plan()


def fetch_and_freeze(endpoint: str, plan: Plan, folder: Path) -> None:
    """What the fetch's script does, with little patience."""
    with PatientSession(QUICK) as session:
        answer = worldbank.fetch(plan, endpoint, session)
    sidecar = freeze.world_bank_sidecar(answer, plan, folder, DAY, {"addresses": answer.requests})
    tables = freeze.world_bank_tables(answer, plan, DAY, endpoint)
    freeze.freeze(folder, tables, sidecar)


def outcome(server: Server, plan: Plan, folder: Path) -> str:
    """Return "whole", "refused: ...", or "SILENT LOSS: ..."."""
    try:
        fetch_and_freeze(server.endpoint, plan, folder)
    except InputError as error:
        said = str(error)
        if list(folder.parent.iterdir()):
            return f"SILENT LOSS: refused ({said}), but something was written"
        return f"refused: {said}" if len(said) > 30 and "\n" not in said else f"UNCLEAR: {said!r}"
    wrong = differences(folder)
    return f"SILENT LOSS: {wrong}" if wrong else "whole"


def differences(folder: Path) -> str:
    """Say how a vintage differs from what the server's world holds; blank if in nothing."""
    vintage = Vintage(folder)
    vintage.verify()
    frame = vintage.read("observations")
    columns = (frame[name] for name in ("iso3", "indicator", "year", "value"))
    if list(zip(*columns, strict=True)) != world().published():
        return "other values"
    economies = vintage.read("economies")[["iso3", "name", "region", "income_level", "lending"]]
    known = [tuple(row[name] for name in economies.columns) for row in world().economies]
    if list(economies.itertuples(index=False, name=None)) != known:
        return "other economies"
    titles = vintage.read("series").set_index("indicator")["title"].to_dict()
    return "" if titles == world().series else "other titles"


@pytest.fixture
def folder(tmp_path) -> Path:
    (tmp_path / "world_bank").mkdir()
    return tmp_path / "world_bank" / DAY


@pytest.mark.parametrize("name", NAMED)
def test_a_fault_ends_in_the_whole_vintage_or_in_a_refusal(name, server, plan, folder):
    fault, expected = NAMED[name]
    server.start_over(fault)
    found = outcome(server, plan, folder)
    assert found.partition(":")[0] == expected, found


def test_there_are_at_least_forty_distinct_faults():
    assert len(NAMED) >= 40


def test_five_hundred_random_faults_lose_nothing_silently(server, plan, tmp_path, capsys):
    endings = {"whole": 0, "refused": 0}
    bad = []
    for number in range(RANDOM_FAULTS):
        name, fault = random_fault(random.Random(SEED + number))
        parent = tmp_path / str(number)
        parent.mkdir()
        server.start_over(fault)
        ending = outcome(server, plan, parent / DAY)
        kind = ending.partition(":")[0]
        endings[kind] = endings.get(kind, 0) + 1
        if kind not in ("whole", "refused"):
            bad.append(f"{number} {name}: {ending}")
    with capsys.disabled():
        counts = ", ".join(f"{count} {kind}" for kind, count in endings.items())
        print(f"\n{RANDOM_FAULTS} random faults (seed {SEED}): {counts}; silent losses: {len(bad)}")
    assert bad == []
    assert endings["whole"] > 20
    assert endings["refused"] > 100


def test_the_archives_must_answer_the_release_that_was_asked(server, plan, folder):
    archive = replace(plan, version="202404")
    server.start_over()
    assert outcome(server, archive, folder.with_name("archive-2024-04")) == "whole"

    def another_release(asked, reply):
        text = reply.body.replace(b'"id":"202404"', b'"id":"202403"')
        return replace(reply, body=text) if asked.kind == "data" else reply

    server.start_over(another_release)
    other = folder.with_name("archive-2024-05")
    with pytest.raises(FetchError, match="asked for release 202404"):
        fetch_and_freeze(server.endpoint, archive, other)
    with pytest.raises(FetchError, match="not in the World Bank archives, which have 202404"):
        fetch_and_freeze(server.endpoint, replace(plan, version="202401"), other)
    assert not other.exists()
