"""Measure the fetch of a dated release: time and peak memory on a zip as large as the real ones.

    python tests/benchmark_bulk.py

The zip is made: 265 codes x 1,450 series x 66 years and 77 MB of notes, stored (as most releases
are) and deflated (as that of February 2026). A server on loopback serves it from disk; the fetch
runs in a process of its own, from the request to the frozen vintage.
"""

from __future__ import annotations

import csv
import io
import json
import os
import subprocess
import sys
import tempfile
import threading
import zipfile
from functools import partial
from http.server import SimpleHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

RELEASE, YEARS, ALL_SERIES = "2026-07-13", range(1960, 2026), 1450
NOTES = 77_000_000
MOST_MEMORY = 300  # MB
LIMIT = f"at most {MOST_MEMORY}"

OURS = """
import json, sys, time
from pathlib import Path
from affordability.fetch.request import understood
from scripts import fetch_release
raw, endpoint, indicators, catalogue = sys.argv[1:]
asked = {"vintage": "2026-11-21", "release": "2026-07-13", "bulk_endpoint": endpoint}
asked |= {"allow_changes": indicators, "allow_thin": "true"}
started = time.monotonic()
folder = Path(raw) / "world_bank" / "release-2026-07-13"
fetch_release.main(folder, understood(asked), Path(catalogue))
seconds = time.monotonic() - started
status = Path("/proc/self/status").read_text()  # ru_maxrss would count the parent before exec
peak = int(status.partition("VmHWM:")[2].split()[0]) / 1024
kept = sum(1 for _ in (folder / "observations.csv").open()) - 1
print(json.dumps({"seconds": seconds, "peak": peak, "values": kept}))
"""


class Quiet(SimpleHTTPRequestHandler):
    """Serves files from disk and says nothing."""

    def log_message(self, *_args) -> None:
        """Keep quiet."""


def full_world():
    """The frozen vintage and what it lacks: the years since 1990, the other series asked."""
    from dataclasses import replace

    from affordability.fetch.plan import read_series
    from tests.server.world import frozen_world

    world = frozen_world(RELEASE)
    asked = read_series(ROOT / "workflow" / "series.csv")
    codes = [row["iso3"] for row in world.economies]
    filled = {
        (series.indicator, code, year): series.minimum + 0.123456789012345 * (year - 1980)
        for series in asked.values()
        for code in codes
        for year in range(1990, 2026)
        if year < 2000 or series.indicator not in world.series
    }
    titles = {code: series.title for code, series in asked.items()}
    return replace(world, values=filled | world.values, series=titles)


def make_zip(path: Path, world, method: int) -> int:
    """Write the zip of a world, filled up to its real size; return the bytes unpacked."""
    from tests.server.bulk import COUNTRIES, DATA, SERIES, contents

    held = contents(world)
    others = [f"ZZ.FILL.{number:04d}" for number in range(ALL_SERIES - len(world.series))]
    with zipfile.ZipFile(path, "w", method, compresslevel=1) as archive:
        with archive.open(zipfile.ZipInfo(DATA, (2026, 7, 13, 0, 0, 0)), "w") as member:
            member._compress_type = method
            for text in wide(held.tables[DATA], world, others):
                member.write(text.encode())
        for name in (COUNTRIES, SERIES):
            info = zipfile.ZipInfo(name, (2026, 7, 13, 0, 0, 0))
            archive.writestr(info, held.text(held.tables[name]), method)
        note = b"NOR,NY.GDP.PCAP.CD,YR2019,A note of the length that notes have\n"
        archive.writestr("WDIfootnote.csv", note * (NOTES // len(note)), method)
        return sum(info.file_size for info in archive.infolist())


def wide(table: list[list[str]], world, others: list[str]):
    """Give the wide table piece by piece: the rows of the world, and a third of all other cells."""
    missing = [str(year) for year in YEARS if str(year) not in table[0]]
    yield line([*table[0][:4], *missing, *table[0][4:]])
    numbers = ",".join(f"{12345.678901234567 * year:.10f}" for year in range(len(YEARS) // 3))
    filler = "," * (len(YEARS) - len(YEARS) // 3) + numbers + "\n"
    by_code: dict[str, list[str]] = {}
    for row in table[1:]:
        text = line([*row[:4], *[""] * len(missing), *row[4:]])
        by_code.setdefault(row[1], []).append(text)
    for code, rows in by_code.items():
        yield "".join(rows)
        start = f'"{world.names[code]}","{code}","A series of some length"'
        yield "".join(f"{start},{other},{filler}" for other in others)


def line(row: list[str]) -> str:
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerow(row)
    return out.getvalue()


def measure(raw: Path, endpoint: str, indicators: str) -> dict:
    """Run the fetch in a process of its own and return what it measured."""
    catalogue = ROOT / "workflow" / "series.csv"
    run = subprocess.run(
        [sys.executable, "-c", OURS, str(raw), endpoint, indicators, str(catalogue)],
        cwd=raw.parent,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    if run.returncode:
        sys.exit(run.stderr[-2000:])
    return json.loads(run.stdout)


def benchmark(folder: Path, method: int) -> list[tuple[str, str, str, bool]]:
    """Return rows of (what, measured, limit, kept)."""
    world = full_world()
    path = folder / "served" / f"WDI_CSV_{RELEASE.replace('-', '_')}.zip"
    path.parent.mkdir(parents=True)
    unpacked = make_zip(path, world, method)
    raw = folder / "raw"
    (raw / "world_bank").mkdir(parents=True)
    (raw / "world_bank" / RELEASE).symlink_to(ROOT / "data/raw/world_bank" / RELEASE)
    served = partial(Quiet, directory=str(path.parent))
    with ThreadingHTTPServer(("127.0.0.1", 0), served) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        endpoint = f"http://127.0.0.1:{server.server_address[1]}"
        ours = measure(raw, endpoint, ";".join(sorted(world.series)))
        server.shutdown()
    size = f"{path.stat().st_size / 1e6:.0f} MB, {unpacked / 1e6:.0f} MB unpacked"
    right = ours["values"] == len(world.published())
    return [
        ("zip", size, "", True),
        ("values kept", str(ours["values"]), str(len(world.published())), right),
        ("wall", f"{ours['seconds']:.1f} s", "", True),
        ("peak memory, MB", str(round(ours["peak"])), LIMIT, ours["peak"] <= MOST_MEMORY),
    ]


if __name__ == "__main__":
    from tests.benchmark_fetch import table

    kept = True
    for called, method in (("stored", zipfile.ZIP_STORED), ("deflated", zipfile.ZIP_DEFLATED)):
        with tempfile.TemporaryDirectory() as name:
            measured = benchmark(Path(name), method)
        print(f"{called}\n{table(measured)}")
        kept &= all(row[-1] for row in measured)
    sys.exit(not kept)
