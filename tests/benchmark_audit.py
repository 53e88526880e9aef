"""Measure the audit: `python -m tests.benchmark_audit`. Nothing is asserted.

All specifications of `make`, and 10,000 draws × all economies × all models, beside a plain pandas
loop over a sample extrapolated to the whole; then the same space refined 10 and 100 times.
"""

import resource
import time
from dataclasses import replace

import numpy as np
import pandas as pd
from tabulate import tabulate

from affordability.audit import evaluate as evaluation
from affordability.audit import montecarlo
from affordability.audit.space import Space
from affordability.audit.steps import Audit
from tests import audited
from tests.plain_audit import Plain

SAMPLE = 100  # specifications, and draws, that the plain loop answers
GROWTH = (1, 10, 100)
CHUNK = 2_000_000  # specifications held at once


def seconds(work) -> float:
    """Return wall seconds of a call."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def peak() -> float:
    """Return the peak memory of this process in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def evaluate_all(audit: Audit, spaces: list[Space]) -> int:
    """Evaluate every specification, chunk by chunk; return how many."""
    count = 0
    for space in spaces:
        if not space.of_actors:
            count += len(evaluation.evaluate(space, audit.universes, audit.data))
            continue
        chunks = min(space.blocks, -(-space.size // CHUNK))
        for number in range(1, chunks + 1):
            blocks = evaluation.chunk(space, number, chunks)
            count += len(evaluation.evaluate(space, audit.universes, audit.data, blocks))
    return count


def refined(space: Space, times: int) -> Space:
    """Return a space with `times` as many thresholds."""
    if "threshold" not in space.axes:
        return space
    grid = np.linspace(0.0005, 1, len(space.axes["threshold"]) * times)
    return replace(space, axes={**space.axes, "threshold": list(grid)}, stated={})


def plain_specifications(audit: Audit) -> float:
    """Return seconds a specification of the plain loop, spaces weighted by their size."""
    plain = Plain(audit.data, audit.universes)
    spaces = [space for space in audit.spaces if space.of_actors]
    total = sum(space.size for space in spaces)
    spent = 0.0
    for space in spaces:
        frame = evaluation.evaluate(space, audit.universes, audit.data)
        rows = np.random.default_rng(1).choice(len(frame), SAMPLE // len(spaces), replace=False)
        sample = frame.iloc[rows].to_dict("records")

        def answer(space=space, sample=sample) -> None:
            for row in sample:
                plain.answer(space, row)

        spent += seconds(answer) / len(sample) * space.size / total
    return spent


def plain_draws(audit: Audit) -> float:
    """Return seconds a draw and model of a plain loop over one measure."""
    declared = audit.declared["uncertainty"]
    values = pd.DataFrame(montecarlo.readings(audit.data, declared, "rd_expenditure"))
    draws = montecarlo.draw(1, SAMPLE, len(values))
    costs = montecarlo.log_triangular(2e7, 7e7, 8e8, draws.uniform)

    def loop() -> None:
        able = pd.Series(0, index=values.columns)
        for cost, reading in zip(costs, draws.reading, strict=True):
            able += (cost / values.loc[reading] <= 0.001).astype(int)

    return seconds(loop) / SAMPLE


def main() -> None:
    """Print the tables."""
    audit = audited.audit()
    count = sum(space.size for space in audit.spaces)
    first = seconds(lambda: evaluate_all(audit, audit.spaces))
    declared = audit.declared["uncertainty"]
    spans = montecarlo.intervals(audit.data.costs)
    pairs = sum(
        int(
            (
                spans["item_kind"].eq(limit["item_kind"])
                & spans["item_id"].isin(limit.get("items", spans["item_id"]))
            ).sum()
        )
        for limit in declared["limits"]
    )
    drawn = seconds(lambda: montecarlo.uncertainty(declared, audit.data))
    memory = peak()
    each, a_draw = plain_specifications(audit), plain_draws(audit)
    loop, loop_draws = each * count, a_draw * declared["draws"] * pairs
    rows = [
        [f"{count:,} specifications", f"{first:.2f} s", f"{loop:,.0f} s", f"{loop / first:,.0f}"],
        [
            f"{declared['draws']:,} draws × 218 economies × {pairs} costs against a measure",
            f"{drawn:.2f} s",
            f"{loop_draws:,.0f} s",
            f"{loop_draws / drawn:,.0f}",
        ],
        [
            "both",
            f"{first + drawn:.2f} s",
            f"{loop + loop_draws:,.0f} s",
            f"{(loop + loop_draws) / (first + drawn):,.0f}",
        ],
    ]
    heads = ["what", "audit", f"plain pandas loop, {SAMPLE} of them extrapolated", "times"]
    print(tabulate(rows, headers=heads))
    print(f"\npeak memory {memory:.0f} MB (limits: 20 s, 1,000 MB); reading the data included\n")
    rows = []
    for times in GROWTH:
        spaces = [refined(space, times) for space in audit.spaces]
        spent = seconds(lambda spaces=spaces: evaluate_all(audit, spaces))
        more = {**declared, "draws": declared["draws"] * times}
        spent_draws = seconds(lambda more=more: montecarlo.uncertainty(more, audit.data))
        size = sum(space.size for space in spaces)
        rows.append(
            [
                times,
                f"{size:,}",
                f"{spent:.2f} s",
                f"{more['draws']:,}",
                f"{spent_draws:.2f} s",
                f"{peak():.0f} MB",
            ]
        )
    print(tabulate(rows, headers=["times", "specifications", "", "draws", "", "peak so far"]))


if __name__ == "__main__":
    main()
