"""How long microdata take to count, and how much memory, as rows grow: `make benchmark`.

Weighted rows are made on the fly as Parquet; target: 100 million rows in 10 s and 600 MB on two
cores. Each run is a process of its own; the last column is the digest of the whole count, which
must not depend on the pieces: a million rows are counted again in 3 and in 16 files.
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ROOT = Path(__file__).resolve().parents[1]
ROWS = (1_000_000, 10_000_000, 100_000_000)
GROUP = 1_000_000
THRESHOLDS = [0.01, 0.02, 0.03, 0.05, 0.06, 0.08, 0.10]


def make(folder: Path, rows: int, pieces: int = 1) -> None:
    """Write rows of made microdata into so many files; which row is in which does not matter."""
    sys.path.insert(0, str(ROOT))
    from affordability.people.command import economies
    from affordability.vintages import RAW

    names = pa.array(economies(ROOT / RAW))
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


def benchmark_microdata(folder: Path) -> tuple[float, float, str]:
    """Return seconds, peak memory of the process in MB, and the digest of the count."""
    import resource

    from affordability.people import command, microdata
    from affordability.people.prices import FLAT
    from affordability.vintages import RAW

    known, edges = command.economies(ROOT / RAW), microdata.cuts(FLAT, THRESHOLDS)
    start = time.perf_counter()
    counts = microdata.count(folder, known, edges, workers=2)
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds, peak, hashlib.sha256(counts.people.tobytes()).hexdigest()[:12]


def measured(rows: int, pieces: int = 1) -> list[str]:
    """Make rows, and count them in a process of its own, since peak memory never falls."""
    with tempfile.TemporaryDirectory() as name:
        subprocess.run([sys.executable, __file__, "make", name, str(rows), str(pieces)], check=True)
        reply = subprocess.run(
            [sys.executable, __file__, "count", name],
            cwd=ROOT, capture_output=True, text=True, check=True,
        )  # fmt: skip
        return reply.stdout.split()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if sys.argv[1:2] == ["make"]:
        make(Path(sys.argv[2]), int(sys.argv[3]), int(sys.argv[4]))
    elif sys.argv[1:2] == ["count"]:
        print("{:.2f} {:.0f} {}".format(*benchmark_microdata(Path(sys.argv[2]))))
    else:
        print(f"{'rows':>11} {'files':>6} {'seconds':>8} {'peak MB':>8}  count")
        for rows, pieces in [*((n, 1) for n in ROWS), (ROWS[0], 3), (ROWS[0], 16)]:
            seconds, peak, digest = measured(rows, pieces)
            print(f"{rows:>11,} {pieces:>6} {seconds:>8} {peak:>8}  {digest}")
