"""Measure the fetch against plain wbgapi: a server with 150 ms latency, 20 series, 217 economies.

    python tests/benchmark_fetch.py

Both ask the same server, one after the other, each in a process of its own, so that caches and
memory are its own. `wbgapi.data.DataFrame` as a person would call it asks page by page of 1,000
rows and fills its frame cell by cell; ours also proves the answer whole and writes a vintage.
"""

from __future__ import annotations

import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

LATENCY = 0.15
YEARS = range(1991, 2026)
SERIES = 20
LIMITS = {"waiting, in requests": 15, "times faster": 5, "peak memory, MB": 400}

OURS = """
import json, resource, sys, time
from pathlib import Path
from affordability.fetch import freeze
from affordability.fetch import worldbank
from affordability.fetch.plan import Plan, Series
endpoint, folder, indicators, first, last = sys.argv[1:]
started = time.monotonic()
series = tuple(Series(code, code, "unit", -1e300, 1e300, 0, True) for code in indicators.split(";"))
plan = Plan(series, int(first), int(last))
answer = worldbank.fetch(plan, endpoint)
tables = freeze.world_bank_tables(answer, plan, "2026-11-21", endpoint)
freeze.freeze(Path(folder), tables, freeze.world_bank_sidecar(answer, plan, Path(folder), "", {}))
seconds = time.monotonic() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "values": len(answer.values)}))
"""
PLAIN = """
import json, resource, sys, time, warnings
warnings.simplefilter("ignore")
import wbgapi
endpoint, folder, indicators, first, last = sys.argv[1:]
started = time.monotonic()
wbgapi.endpoint = endpoint
years = range(int(first), int(last) + 1)
frame = wbgapi.data.DataFrame(indicators.split(";"), "all", years, skipAggs=True)
seconds = time.monotonic() - started
peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
print(json.dumps({"seconds": seconds, "peak": peak, "values": int(frame.notna().sum().sum())}))
"""


def twenty_series():
    """The frozen vintage, its series doubled to twenty where it has fewer."""
    from dataclasses import replace

    from tests.server.world import frozen_world

    world = frozen_world("2026-07-13.1")
    codes = sorted(world.series)[:SERIES]
    doubled = {f"{code}.X2": code for code in codes[: SERIES - len(codes)]}
    values = {k: v for k, v in world.values.items() if k[2] in YEARS}
    values |= {
        (copy, c, y): v for copy, s in doubled.items() for (k, c, y), v in values.items() if k == s
    }
    titles = world.series | {copy: world.series[code] for copy, code in doubled.items()}
    return replace(world, series=titles, years=tuple(YEARS), values=values)


def measure(script: str, endpoint: str, folder: str, indicators: str) -> dict:
    """Run a script in a process of its own and return what it measured."""
    arguments = [endpoint, folder, indicators, str(YEARS[0]), str(YEARS[-1])]
    run = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return json.loads(run.stdout)


def benchmark() -> list[tuple[str, str, str, bool]]:
    """Return rows of (what, measured, limit, kept); prints nothing."""
    from tests.server.wire import Server
    from tests.server.worldbank import WorldBank

    world = twenty_series()
    indicators = ";".join(sorted(world.series))
    with tempfile.TemporaryDirectory() as folder, Server(WorldBank(world)) as server:
        server.latency = LATENCY
        ours = measure(OURS, server.endpoint, f"{folder}/2026-11-21", indicators)
        asked = server.requests
        server.start_over()
        plain = measure(PLAIN, server.endpoint, folder, indicators)
        asked_plain = server.requests
    faster = plain["seconds"] / ours["seconds"]
    same = ours["values"] == plain["values"]
    what = f"{len(world.series)} series, {len(world.economies)} economies, {len(YEARS)} years"
    return [
        ("what is asked", what, "", True),
        ("values, ours and plain", f"{ours['values']}, {plain['values']}", "equal", same),
        limited("waiting, in requests", asked, asked <= LIMITS["waiting, in requests"]),
        ("requests of plain wbgapi", str(asked_plain), "", True),
        ("wall, ours", f"{ours['seconds']:.1f} s", "", True),
        ("wall, plain wbgapi", f"{plain['seconds']:.1f} s", "", True),
        limited("times faster", round(faster, 1), faster >= LIMITS["times faster"]),
        limited("peak memory, MB", round(ours["peak"]), ours["peak"] < LIMITS["peak memory, MB"]),
        ("peak memory of plain wbgapi, MB", str(round(plain["peak"])), "", True),
    ]


def limited(what: str, measured: float, kept: bool) -> tuple[str, str, str, bool]:
    """Return a row with its limit."""
    sign = "at least" if what == "times faster" else "at most"
    return what, str(measured), f"{sign} {LIMITS[what]}", kept


def table(rows: list[tuple[str, str, str, bool]]) -> str:
    """Return the rows as text."""
    lines = [
        f"{what:34} {measured:>44}  {limit:14} {'' if kept else 'MISSED'}"
        for what, measured, limit, kept in rows
    ]
    return "\n".join(line.rstrip() for line in lines)


if __name__ == "__main__":
    measured = benchmark()
    print(table(measured))
    sys.exit(not all(kept for *_, kept in measured))
