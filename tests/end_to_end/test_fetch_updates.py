"""An honest update passes without a waiver: a new year, ordinary revisions, new models."""

from __future__ import annotations

import math
import random
from dataclasses import replace

from affordability.fetch import last, oecd, prices, worldbank
from affordability.fetch.plan import Plan, chosen, read_series
from affordability.fetch.transport import PatientSession
from affordability.tables import ROOT
from tests.server.oecd import Oecd
from tests.server.prices import published, whole_list
from tests.server.wire import Server
from tests.server.world import RAW, World, frozen_world
from tests.server.worldbank import WorldBank

NEXT, DAY = 2026, "2027-11-20"
COUNTS = ("SP.POP.TOTL", "SP.POP.1564.TO")
SHARES = ("IT.NET.USER.ZS", "SI.")
TOTAL, PARTS = "NY.GDP.MKTP.CD", ("NY.GDP.PCAP.CD", "SP.POP.TOTL")


def next_release(seed: int) -> World:
    """The world a year later: one more year, a third of the last five years' figures revised."""
    world, dice = frozen_world("2026-07-13.1"), random.Random(seed)
    newest: dict[str, int] = {}
    for series, _, year in world.values:
        newest[series] = max(year, newest.get(series, 0))
    values = dict(world.values)
    for (series, code, year), value in world.values.items():
        drift = dice.gauss(1.0, 0.01) if series in COUNTS else dice.gauss(1.04, 0.07)
        if year > newest[series] - 5 and not series.startswith(SHARES) and dice.random() < 0.33:
            values[series, code, year] = _plausible(series, value, dice.gauss(1, 0.03))
        if year == newest[series] and newest[series] > 2021 and dice.random() < 0.97:
            values[series, code, year + 1] = _plausible(series, value, drift)
    for series, code, year in [key for key in values if key[0] == TOTAL]:
        values[series, code, year] = _total(world.values, values, code, year)
    years = (*world.years, NEXT)
    return replace(world, values=values, years=years, lastupdated="2027-07-12")


def _total(before: dict, now: dict, code: str, year: int) -> float:
    """GDP as its parts have it now, off their product by as much as it was."""
    last = year if (TOTAL, code, year) in before else year - 1
    was = [before.get((series, code, last)) for series in (TOTAL, *PARTS)]
    parts = [now.get((series, code, year)) for series in PARTS]
    if None in (*was, *parts):
        return now[TOTAL, code, year]
    return math.prod(parts) * was[0] / math.prod(was[1:])


def _plausible(series: str, value: float, factor: float) -> float:
    most = 100 if series.startswith(SHARES) else 1e300
    return min(value * factor, most)


def test_a_new_year_with_ordinary_revisions_passes_without_a_waiver():
    world, before = next_release(seed=1), last.world_bank(RAW)
    plan = Plan(
        series=chosen(read_series(ROOT / "workflow" / "series.csv"), ";".join(world.series)),
        year_from=1990,
        year_to=NEXT,
        day=DAY,
        last=before,
        expected_economies=before.with_data,
    )
    with Server(WorldBank(world)) as server:
        answer = worldbank.fetch(plan, server.endpoint)
    assert answer.values == world.published()
    assert len(answer.values) > len(before.cells)
    assert answer.lacking == []
    assert answer.anomalies == []


def test_a_new_year_of_venture_capital_passes_without_a_waiver():
    """It doubled in 2021; the three stages are revised, and so is their sum."""
    service, dice = Oecd(), random.Random(1)
    stages: dict[tuple, dict] = {}
    for row in service.rows:
        stages.setdefault((row["iso3"], int(row["year"])), {})[row["stage"]] = row
    rows = []
    for (_, year), found in stages.items():
        for shown in [year, 2025] if year == 2024 else [year]:
            factor = 2.3 if shown == 2025 else dice.choice([1, 1, dice.gauss(1, 0.02)])
            for stage, row in found.items():
                usd = repr(float(row["usd_million"]) * factor)
                rows.append(row | {"stage": stage, "year": str(shown), "usd_million": usd})
    service.rows = rows
    known = last.world_bank(RAW).with_data
    with Server(oecd=service) as server, PatientSession() as session:
        found, _, report = oecd.fetch(
            f"{server.address}/oecd", session, known, 2025, last.oecd(RAW)
        )
    assert len(found) == len(rows) > len(last.oecd(RAW))
    assert all("factor of 2" in each or "is new, after" in each for each in report)


def test_a_new_price_list_passes_without_a_waiver():
    """Three in a hundred models retired, as many came, and some prices were halved."""
    dice = random.Random(1)
    keys = sorted({row[:2] for row in whole_list()})
    retired = set(dice.sample(keys, len(keys) * 3 // 100))
    halved = set(dice.sample(keys, len(keys) * 3 // 100))
    rows = []
    for row in whole_list():
        usd = float(row[7]) * (0.45 if row[:2] in halved else 1)
        rows.append((*row[:7], usd, *row[8:]))
        if row[:2] in retired:
            rows[-1] = (row[0], f"{row[1]}-next", *rows[-1][2:])
    with Server(prices=published(rows)) as server, PatientSession() as session:
        found = prices.rows(prices.providers(f"{server.address}/prices.json", session), "next")
    report = prices.refuse_changes(found, whole_list(), (), ())
    assert sum(each.startswith("models gone: ") for each in report) == len(retired)
    assert sum(each.startswith("changed: ") for each in report) > len(halved)
