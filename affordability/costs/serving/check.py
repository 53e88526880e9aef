"""The roofline held against measured throughput, and what its spread means for costs.

    ratio = measured tokens written a second / predicted ones

Nothing is fitted: constants come from their own sources, and a median off 1 stays off 1. The 5th
and 95th percentile of the ratio become the interval of a computed cost a token.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache, partial

import pandas as pd

from affordability.costs.serving import roofline
from affordability.costs.serving.roofline import Accelerator, Model
from affordability.tables import InputError, columns

ENDS = (0.05, 0.95)
# A node that answers within seconds by contract is not one that is busy all day.
BUSY = ["offline", "fixed_lengths"]
PRECISIONS = {4: "4bit", 8: "8bit", 16: "16bit"}


def serving_check(
    curated: dict[str, pd.DataFrame], known_models: list[Model], known: dict
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return table `serving_check`, one row a measured run; and why others are not in it.

    Args:
        curated: tables serving_throughput, benchmark_lengths and accelerators.
        known_models: models of which size and architecture are disclosed.
        known: the constants.

    Raises:
        InputError: a run in a precision that its chip cannot do.
    """
    check_precisions(curated["serving_throughput"], curated["accelerators"])
    models = {model.model_id: model for model in known_models}
    rows, lost = [], {}
    usual = curated["benchmark_lengths"].set_index("model_id").to_dict("index")
    chip_of = cache(partial(roofline.accelerator, curated["accelerators"]))
    for run in curated["serving_throughput"].itertuples():
        try:
            if run.model_id not in models:
                raise InputError(f"no architecture of {run.model_id}")
            chip, model = chip_of(run.accelerator_id), models[run.model_id]
            *asked, mark = lengths(run, usual)
            marks = (mark, model.status, chip.status)
            rows.append(_row(run, model, chip, asked, known, marks))
        except InputError as reason:
            lost[run.run_id] = str(reason)
    return pd.DataFrame(rows, columns=columns("serving_check")), lost


def check_precisions(runs: pd.DataFrame, accelerators: pd.DataFrame) -> None:
    """Stop at a run in 8 bit on a chip of which rates are known, but none in 8 bit."""
    rates = accelerators.set_index("accelerator_id")[["peak_flops_16bit", "peak_flops_8bit"]]
    slow = rates.index[rates["peak_flops_16bit"].notna() & rates["peak_flops_8bit"].isna()]
    wrong = runs[runs["precision"].eq("fp8") & runs["accelerator_id"].isin(slow)]
    for run in wrong.itertuples():
        raise InputError(
            f"serving_throughput.csv, row {run.Index + 2}, column precision: found fp8 on "
            f"{run.accelerator_id}, expected a precision it computes in (16 bit; accelerators has "
            "no 8-bit rate of it)"
        )


def lengths(run, usual: dict[str, dict]) -> tuple[float, float, str]:
    """Return tokens read and written by a request, and their mark: as stated, else the mean."""
    if pd.notna(run.input_tokens):
        return float(run.input_tokens), float(run.output_tokens), run.status
    if run.model_id not in usual:
        raise InputError(f"benchmark_lengths.csv: found no {run.model_id}, expected its lengths")
    mean = usual[run.model_id]
    return float(mean["input_tokens"]), float(mean["output_tokens"]), mean["status"]


def _row(run, model: Model, chip: Accelerator, asked, known: dict, marks: tuple[str, ...]) -> dict:
    """Return a run with what the roofline says of it; `marks` are those of what that rests on."""
    precision = PRECISIONS[int(run.weight_bits)]
    prompt, output = asked
    count = int(run.accelerators)
    # A run of many nodes is many copies of the fewest accelerators that hold it.
    size = min(count, roofline.LARGEST_NODE)
    longest = replace(model, context=max(model.context, int(prompt + output)))
    free = size * chip.memory_gb * known["memory_share"][1] - longest.weights_gb(precision)
    most = free / longest.cache_gb(prompt + output)
    if most < 1:
        raise InputError(f"{size} {chip.accelerator_id} do not hold {model.model_id} ({precision})")
    requests = min(int(most), int(run.batch)) if pd.notna(run.batch) else int(most)
    seconds = roofline.time_of(longest, precision, chip, size, known, requests, prompt, output)
    predicted = count / size * requests * output / seconds
    return {
        "run_id": run.run_id,
        "model_id": run.model_id,
        "accelerator": run.accelerator_id,
        "n_accelerators": count,
        "precision": precision,
        "scenario": run.scenario,
        "round": run.round,
        "input_tokens": prompt,
        "output_tokens": output,
        "requests": requests,
        "predicted_tokens_per_s": predicted,
        "measured_tokens_per_s": run.tokens_per_s,
        "ratio": run.tokens_per_s / predicted,
        "source_id": run.source_id,
        "status": "unverified" if "unverified" in (run.status, *marks) else run.status,
    }


def intervals(check: pd.DataFrame) -> dict[str, tuple[float, float]]:
    """Return by precision the 5th and 95th percentile of measured over predicted, busy machines."""
    busy = check[check["scenario"].isin(BUSY)]
    ends = busy.groupby("precision")["ratio"].quantile(list(ENDS)).unstack()
    missing = sorted(set(PRECISIONS.values()) - set(ends.index))
    if missing:
        raise InputError(
            f"serving_throughput.csv, column weight_bits: found no busy run in {missing[0]}, "
            "expected one to compare with"
        )
    return {precision: (low, high) for precision, low, high in ends.itertuples()}
