"""Measure the run against its limits and print a table: `make benchmark`. Nothing is asserted.

Everything happens in a copy of the tree, so results and frozen data stay as they are. The peer is
one plain Python process that calls the same steps in order, without a workflow around them.
"""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tabulate import tabulate

ROOT = Path(__file__).resolve().parents[1]
LEFT_OUT = shutil.ignore_patterns(".venv", ".git", "results", ".snakemake", "logs", "__pycache__")
SNAKEMAKE = [sys.executable, "-m", "snakemake", "--cores", "2", "--quiet", "all", "--"]
ROUNDS = 3


def measured(command: list[str], folder: Path) -> tuple[float, float]:
    """Run a command; return wall seconds and the peak memory of its largest process in MB."""
    program = (
        "import resource, subprocess, sys;"
        "code = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL,"
        " stderr=subprocess.PIPE, text=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss);"
        "sys.exit(code.stderr if code.returncode else 0)"
    )
    start = time.perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", program, *command],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )
    wall = time.perf_counter() - start
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed: {done.stderr[-2000:]}")
    return wall, int(done.stdout.split()[-1]) / 1024


def median_of(prepare, command: list[str], folder: Path) -> tuple[float, float]:
    """Return the median wall seconds and the largest peak of `ROUNDS` runs, each prepared anew."""
    runs = []
    for _ in range(ROUNDS):
        prepare()
        runs.append(measured(command, folder))
    return sorted(wall for wall, _ in runs)[ROUNDS // 2], max(peak for _, peak in runs)


def main() -> None:
    """Time a cold run, nothing to do, one changed cost row, and the plain peer."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name) / "tree"
        shutil.copytree(ROOT, folder, ignore=LEFT_OUT)
        (folder / "results").mkdir()
        rows = workflow_rows(folder)
    print(tabulate(rows, headers=["what", "limit", "wall s", "peak MB"], floatfmt=".1f"))
    for part in sorted(Path(__file__).parent.glob("benchmark_*.py")):
        print(f"\n{part.stem.removeprefix('benchmark_')}", flush=True)
        subprocess.run([sys.executable, str(part)], cwd=ROOT, env=with_root(), check=False)


def with_root() -> dict[str, str]:
    """The environment with the project importable."""
    return {**os.environ, "PYTHONPATH": str(ROOT)}


def workflow_rows(folder: Path) -> list[tuple]:
    """Measure the workflow in a copy of the tree."""

    def cold() -> None:
        for made in ("results", ".snakemake", "logs"):
            shutil.rmtree(folder / made, ignore_errors=True)

    costs = folder / "data/raw/curated/training_costs.csv"
    original = costs.read_text(encoding="utf-8")
    amounts = iter(("100000001", "100000002", "100000003"))

    def one_row() -> None:
        row = next(r for r in original.splitlines() if r.startswith("gpt4-statement-altman-2023,"))
        costs.write_text(original.replace(row, row.replace("100000000", next(amounts))), "utf-8")
        seal = [sys.executable, "-m", "affordability", "seal", "data/raw/curated"]
        subprocess.run(seal, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    plain = [sys.executable, str(folder / "tests/benchmark.py"), "--plain"]
    rows = [
        (
            "cold run of both studies",
            "30 s, 700 MB",
            *median_of(cold, [*SNAKEMAKE, "studies"], folder),
        ),
        ("cold run of everything", "", *median_of(cold, [*SNAKEMAKE, "all"], folder)),
    ]
    rows.append(("nothing to do", "4 s", *median_of(lambda: None, [*SNAKEMAKE, "all"], folder)))
    rows.append(
        ("one changed cost row", "half of cold", *median_of(one_row, [*SNAKEMAKE, "all"], folder))
    )
    rows.append(("the same steps in one plain process", "peer", *median_of(cold, plain, folder)))
    return rows


def plain() -> None:
    """Run every step of the workflow in this one process, in order: the peer.

    Snakemake only says which steps there are and with which files; their scripts run here.
    """
    import contextlib
    import io
    import runpy

    from snakemake.api import SnakemakeApi
    from snakemake.settings.types import OutputSettings, Quietness, ResourceSettings

    with SnakemakeApi(OutputSettings(quiet={Quietness.ALL})) as api:
        workflow = api.workflow(ResourceSettings(cores=1), snakefile=Path("Snakefile"))
        with contextlib.redirect_stdout(io.StringIO()):
            workflow.dag().printrulegraph()
        jobs = [job for level in workflow._workflow.dag.toposorted() for job in level]
    for job in jobs:
        if job.rule.script:
            for made in (*job.output, *job.log):
                Path(made).parent.mkdir(parents=True, exist_ok=True)
            script = Path("scripts") / Path(job.rule.script).name
            runpy.run_path(str(script), init_globals={"snakemake": job}, run_name="__main__")


if __name__ == "__main__":
    plain() if "--plain" in sys.argv else main()
