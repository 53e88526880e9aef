"""How long microdata take to count, and how much memory, as rows grow.

`make benchmark` counts 1, 10 and 100 million rows; target: 100 million in 10 s and 600 MB on two
cores. Each run is a process of its own; the last column is the digest of the whole count, which
must not depend on the pieces: a million rows are counted again in 3 and in 16 files.

`make benchmark-large` counts 10 million, 100 million and a billion rows; limit: a billion in 60 s
and 600 MB. The disk is bounded: ten files of 10 million rows are written (0.9 GB), a billion rows
are ten names (hard links) of each, so that every row is read and counted, from the memory of the
system after the first time. Then what a cluster does: a thousandth of a billion rows by itself,
and a thousand chunks' counts added. It fails where a limit is passed, or a billion rows are not
counted as exactly ten times a hundred million.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from affordability.people import chunks, command, microdata  # noqa: E402
from affordability.vintages import RAW  # noqa: E402

ROWS = (1_000_000, 10_000_000, 100_000_000)
GROUP = 1_000_000
THRESHOLDS = [0.01, 0.02, 0.03, 0.05, 0.06, 0.08, 0.10]
PLANS = list(command.FLAT)
LARGE = {"10 M": (1, 1), "100 M": (10, 1), "1 bn": (10, 10)}  # files of 10 million, names of each
SECONDS, MEGABYTES, FLAT = 60, 600, 1.5  # limits; FLAT: memory of the largest over the smallest
NODES = 1000


def make(folder: Path, rows: int, pieces: int = 1) -> None:
    """Write rows of made microdata into so many files; which row is in which does not matter."""
    names = pa.array(command.economies(ROOT / RAW))
    months = pa.array(["month"])
    drawn = np.random.default_rng(1)
    writers: list = [None] * pieces
    step = min(GROUP, rows // 16)  # the same rows are drawn for any number of pieces
    for number, first in enumerate(range(0, rows, step)):
        n = min(step, rows - first)
        where = pa.array(drawn.integers(0, len(names), n, dtype=np.int32))
        table = pa.table(
            {
                "economy": pa.DictionaryArray.from_arrays(where, names),
                "income": drawn.lognormal(6, 1.2, n).round(2),
                "weight": drawn.uniform(1, 200, n).round(3),
                "period": pa.DictionaryArray.from_arrays(pa.array(np.zeros(n, "int32")), months),
            }
        )
        place = number % pieces
        if writers[place] is None:
            path = folder / f"{place:02d}.parquet"
            writers[place] = pq.ParquetWriter(path, table.schema, compression="zstd")
        writers[place].write_table(table)
    for writer in filter(None, writers):
        writer.close()


def count(folder: Path) -> dict:
    """Count a folder in one pass."""
    known, edges = command.economies(ROOT / RAW), command.cuts(PLANS, THRESHOLDS)
    counts = microdata.count(folder, known, edges, workers=2)
    return {
        "digest": hashlib.sha256(counts.people.tobytes()).hexdigest()[:12],
        "people": int(counts.people.sum()),
    }


def one_chunk(folder: Path, plan: Path) -> dict:
    """Count one chunk of a thousand, as a node does, and write its state."""
    planned = chunks.read_plan(plan)
    counts = chunks.count_chunk(planned, folder, 1, NODES, workers=1)
    chunks.write_state(counts, planned, 1, NODES, plan.with_name("state.parquet"))
    return {"bytes": plan.with_name("state.parquet").stat().st_size, "plan": plan.stat().st_size}


def gathered(plan: Path) -> dict:
    """Add a thousand chunks' counts, each in a file of its own."""
    planned = chunks.read_plan(plan)
    counts = chunks.gather(planned, sorted(plan.parent.glob("*-of-*.parquet")))
    return {"people": int(counts.people.sum())}


def alone(what: str, *given: object) -> dict:
    """Do something in a process of its own, since peak memory never falls: seconds, MB, answer."""
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, __file__, what, *map(str, given)],
        cwd=ROOT, capture_output=True, text=True, check=True,
    )  # fmt: skip
    return {"process": time.perf_counter() - start, **json.loads(done.stdout)}


def measured(function, *given) -> dict:
    """Return what a function answers, with its seconds and the peak memory of this process."""
    start = time.perf_counter()
    answer = function(*given)
    seconds, cpu = time.perf_counter() - start, time.process_time()
    return {"seconds": seconds, "cpu": cpu, "peak": peak(), **answer}


def peak() -> float:
    """Return the peak memory of this process in MB; Linux counts its parent's in `ru_maxrss`."""
    status = Path("/proc/self/status")
    if status.exists():
        return int(re.search(r"VmHWM:\s+(\d+) kB", status.read_text())[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def small() -> None:
    """Print what `make benchmark` asks."""
    print(f"{'rows':>11} {'files':>6} {'seconds':>8} {'peak MB':>8}  count")
    for rows, pieces in [*((n, 1) for n in ROWS), (ROWS[0], 3), (ROWS[0], 16)]:
        with tempfile.TemporaryDirectory() as name:
            make(Path(name), rows, pieces)
            found = alone("count", name)
        said = f"{found['seconds']:>8.2f} {found['peak']:>8.0f}  {found['digest']}"
        print(f"{rows:>11,} {pieces:>6} {said}", flush=True)


def large(place: Path) -> list[str]:
    """Print what `make benchmark-large` asks; return which limits were passed."""
    files = place / "files"
    files.mkdir()
    make(files, 100 * GROUP, 10)
    size = sum(path.stat().st_size for path in files.iterdir())
    print(
        f"ten files of 10 million rows, {size / 1e9:.2f} GB on disk; load {os.getloadavg()[0]:.1f}"
    )
    print(f"{'rows':>6} {'seconds':>8} {'CPU s':>8} {'peak MB':>8}  count")
    wrong, found = [], []
    for rows, (wanted, names) in LARGE.items():
        folder = place / rows.replace(" ", "-")
        folder.mkdir()
        for file in sorted(files.iterdir())[:wanted]:
            for number in range(names):
                os.link(file, folder / f"{file.stem}-{number}.parquet")
        found.append(alone("count", folder))
        said = "{seconds:>8.1f} {cpu:>8.1f} {peak:>8.0f}  {digest}".format(**found[-1])
        print(f"{rows:>6} {said}", flush=True)
    first, middle, last = found
    if last["people"] != 10 * middle["people"]:
        wrong.append("a billion rows are not counted as ten times a hundred million")
    if last["seconds"] > SECONDS:
        wrong.append(f"a billion rows took {last['seconds']:.0f} s, limit {SECONDS} s")
    if last["peak"] > MEGABYTES:
        wrong.append(f"a billion rows took {last['peak']:.0f} MB, limit {MEGABYTES} MB")
    if last["peak"] > FLAT * first["peak"]:
        wrong.append(f"memory is not flat: {first['peak']:.0f} to {last['peak']:.0f} MB")
    return wrong + nodes(place, middle["people"])


def nodes(place: Path, people: int) -> list[str]:
    """Print what a thousand nodes would do: a chunk of a billion rows, and the sum of all chunks.

    The chunks that are added are of 100 million rows, to spare time: a sum does not grow with rows.
    """
    told = "{process:.1f} s ({seconds:.2f} s of it work), {cpu:.1f} s CPU, {peak:.0f} MB"
    known, edges = command.economies(ROOT / RAW), command.cuts(PLANS, THRESHOLDS)
    plans = {}
    for name in ("1-bn", "100-M"):
        planned, _ = chunks.plan(place / name, known, edges)
        plans[name] = place / f"plan-{name}" / "plan.json"
        plans[name].parent.mkdir()
        plans[name].write_text(json.dumps(planned), encoding="utf-8")
    done = alone("chunk", place / "1-bn", plans["1-bn"])
    sizes = f"state {done['bytes'] / 1e3:.0f} kB, plan {done['plan'] / 1e3:.0f} kB"
    print(f"chunk 1 of {NODES}: {told.format(**done)}; {sizes}")
    for number in range(1, NODES + 1):
        counts = chunks.count_chunk(planned, place / "100-M", number, NODES)
        path = plans["100-M"].with_name(f"{number}-of-{NODES}.parquet")
        chunks.write_state(counts, planned, number, NODES, path)
    done = alone("gather", plans["100-M"])
    print(f"sum of {NODES} chunks: {told.format(**done)}; load {os.getloadavg()[0]:.1f}")
    return [] if done["people"] == people else ["a thousand chunks do not add up to one pass"]


WHAT = {"count": count, "chunk": one_chunk, "gather": gathered}

if __name__ == "__main__":
    if sys.argv[1:2] == ["large"]:
        with tempfile.TemporaryDirectory() as name:
            wrong = large(Path(name))
        sys.exit("\n".join(f"stopped: {said}" for said in wrong) or 0)
    elif sys.argv[1:]:
        print(json.dumps(measured(WHAT[sys.argv[1]], *map(Path, sys.argv[2:]))))
    else:
        small()
