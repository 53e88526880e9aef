"""How long the uncertainty of all training costs takes, and how much memory, as draws grow.

Run `python tests/benchmark_training.py`; target: 10,000 draws × all models in under 3 s and 500 MB.
"""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COUNTS = (1_000, 10_000, 100_000)


def benchmark_uncertainty(draws: int) -> tuple[float, float, int]:
    """Return seconds, peak memory of the process in MB, and models, for a number of draws."""
    import resource

    from affordability.costs.training import estimates as training
    from affordability.vintages import CURATED, Vintage

    curated = Vintage(CURATED)
    tables = {name: curated.read(name) for name in training.CURATED}
    start = time.perf_counter()
    computed, _, _ = training.compute(tables, training.SETTINGS | {"draws": draws})
    seconds = time.perf_counter() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    return seconds, peak, computed["model_id"].nunique()


if __name__ == "__main__":
    sys.path.insert(0, str(ROOT))
    if len(sys.argv) > 1:
        print("{:.2f} {:.0f} {}".format(*benchmark_uncertainty(int(sys.argv[1]))))
    else:
        print(f"{'draws':>8} {'seconds':>8} {'peak MB':>8} {'models':>7}")
        for count in COUNTS:  # a process each, since peak memory never falls
            reply = subprocess.run(
                [sys.executable, __file__, str(count)],
                cwd=ROOT, capture_output=True, text=True, check=True,
            )  # fmt: skip
            seconds, peak, models = reply.stdout.split()
            print(f"{count:>8} {seconds:>8} {peak:>8} {models:>7}")
