"""The roofline of serving: memory a model takes, accelerators that hold it, tokens a second.

    weights          W = parameters · bytes per parameter           (16 bit: 2, 8 bit: 1, 4 bit: ½)
    cache a token    k = layers · 2 · kv_heads · head_size · 2 bytes          (kept in 16 bit)
    memory           M = W + k · tokens of one request
    accelerators     n = the fewest of 1, 2, 4, 8 and whole nodes of 8 with n · memory · share ≥ M
    requests at once b = ⌊(n · memory · share − W) / (k · tokens)⌋
    decode step        = max((W' + b · k · t) / (n · B · u_B), 2 · active · b / (n · F · u_F))
    prefill            = 2 · active · prompt / (n · F · u_F)
    tokens a second    = b · (prompt + output) / (b · prefill + output · step)

B is the peak bandwidth and F the peak FLOP/s of one accelerator: in 8 bit at its 8-bit rate where
it has one, else in 16 bit, in which weights of 4 bits are computed too; u is what of a peak is
reached; W' are the weights read in a step, of a mixture of experts at most those of b · active
parameters; t is the mean length of a request while it is answered. It is a roofline (Williams,
Waterman, Patterson 2009) of a machine that is busy all day and answers as many requests at once as
its memory holds. What attention computes (some per cent at 2,048 tokens) and traffic between
accelerators beyond what u_B carries are left out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import pandas as pd

from affordability.costs.marks import doubted, weakest
from affordability.tables import InputError

BYTES_PER_PARAMETER = {"16bit": 2.0, "8bit": 1.0, "4bit": 0.5}
CACHE_BYTES = 2
BYTES_PER_GB = 1e9
MAX_NODES = 64
LARGEST_NODE = 8


@dataclass(frozen=True)
class Model:
    """What of a model its serving depends on; counts as disclosed."""

    model_id: str
    parameters: float
    active: float
    layers: int
    kept: int  # values kept a token and layer
    context: int
    source_id: str
    status: str
    open_weights: bool = True
    hidden_size: int = 0

    def weights_gb(self, precision: str) -> float:
        """Return the size of the weights in GB; `InputError` for an unknown precision."""
        if precision not in BYTES_PER_PARAMETER:
            raise InputError(
                f"precision: found {precision}, expected one of {', '.join(BYTES_PER_PARAMETER)}"
            )
        return self.parameters * BYTES_PER_PARAMETER[precision] / BYTES_PER_GB

    def cache_gb(self, tokens: float) -> float:
        """Return the keys and values of `tokens` tokens in GB."""
        return self.layers * self.kept * CACHE_BYTES * tokens / BYTES_PER_GB


@dataclass(frozen=True)
class Accelerator:
    """One chip: GB, FLOP/s in 16 bit, GB/s; FLOP/s in 8 bit, 0 where it has no such rate."""

    accelerator_id: str
    memory_gb: float
    flops: float
    bandwidth_gb_s: float
    flops_8bit: float = 0
    status: str = "derived"  # unverified if one of the figures is

    def rate(self, precision: str) -> float:
        """Return FLOP/s with weights of a precision."""
        return self.flops_8bit or self.flops if precision == "8bit" else self.flops


def positive(frame: pd.DataFrame, names: list[str], file: str) -> None:
    """Stop at the first value of `names` that is not above zero, naming row and column."""
    for name in names:
        wrong = frame[~(frame[name].astype(float) > 0)]
        if len(wrong):
            raise InputError(
                f"{file}, row {wrong.index[0] + 2}, column {name}: found "
                f"{wrong[name].iloc[0]}, expected a number above zero"
            )


def constants(table: pd.DataFrame) -> dict[str, tuple[float, float, float]]:
    """Return low, central, high by constant; central stands for an end that is not given."""
    positive(table, ["central"], "serving_constants.csv")
    ends = {end: table[end].fillna(table["central"]) for end in ("low", "high")}
    rows = zip(table["constant"], ends["low"], table["central"], ends["high"], strict=True)
    return {name: (low, central, high) for name, low, central, high in rows}


def marks(table: pd.DataFrame) -> dict[str, str]:
    """Return the status of each constant of `constants`."""
    return dict(zip(table["constant"], table["status"], strict=True))


def accelerator(table: pd.DataFrame, accelerator_id: str) -> Accelerator:
    """Return one chip; `InputError` if it is unknown, a system, or lacks a figure."""
    chips = table[table["kind"].eq("chip")]
    row = chips[chips["accelerator_id"].eq(accelerator_id)]
    if row.empty:
        raise InputError(
            f"accelerators.csv, column accelerator_id: found no chip {accelerator_id}, expected "
            f"one of {', '.join(sorted(chips['accelerator_id']))}"
        )
    needed = ["memory_gb", "peak_flops_16bit", "bandwidth_gb_s"]
    positive(row, needed, "accelerators.csv")
    fast = row["peak_flops_8bit"].fillna(0).iloc[0]
    doubt = doubted(row.iloc[0], [*needed, "peak_flops_8bit"])
    figures = (float(row[name].iloc[0]) for name in needed)
    return Accelerator(accelerator_id, *figures, float(fast), weakest("unverified" * doubt))


def memory_gb(model: Model, precision: str, known: dict) -> float:
    """Return GB of the weights and of the cache of one request."""
    return model.weights_gb(precision) + model.cache_gb(
        min(known["request_tokens"][1], model.context)
    )


def smallest_set(
    needed_gb: float, chip: Accelerator, share: float = 0.9, node_size: int = 8
) -> int:
    """Return the fewest accelerators that hold `needed_gb`: 1, 2, 4, 8, then whole nodes of 8.

    `node_size` is the largest node; a card without a fast link to others is a node of one.

    Raises:
        InputError: a need or a share that is not above zero; more than 64 nodes.
    """
    for name, value in (
        ("memory_gb", needed_gb),
        ("memory_share", share),
        ("node_size", node_size),
    ):
        if not value > 0:
            raise InputError(f"{name}: found {value}, expected a number above zero")
    within = 1
    while within < node_size and within * chip.memory_gb * share < needed_gb:
        within *= 2
    if within * chip.memory_gb * share >= needed_gb:
        return within
    nodes = math.ceil(needed_gb / (node_size * chip.memory_gb * share))
    if nodes > MAX_NODES:
        most = MAX_NODES * node_size * chip.memory_gb * share
        raise InputError(
            f"memory_gb: found {needed_gb:,.0f} GB, which no set-up of {chip.accelerator_id} "
            f"holds; expected at most {most:,.0f} GB"
        )
    return nodes * node_size


def tokens_per_second(
    model: Model, precision: str, chip: Accelerator, count: int, known: dict
) -> tuple[float, int]:
    """Return tokens read and written a second by `count` accelerators, and requests at once.

    `known` are the constants; of the utilisations the central ones count.
    """
    if not count > 0:
        raise InputError(f"n_accelerators: found {count}, expected a number above zero")
    tokens = min(known["request_tokens"][1], model.context)
    prompt = tokens * known["input_share"][1]
    output = tokens - prompt
    weights = model.weights_gb(precision)
    free = count * chip.memory_gb * known["memory_share"][1] - weights
    requests = int(free / model.cache_gb(tokens))
    if requests < 1:
        raise InputError(
            f"n_accelerators: found {count} {chip.accelerator_id}, which do not hold "
            f"{model.model_id} in {precision} with one request of {tokens:g} tokens"
        )
    seconds = time_of(model, precision, chip, count, known, requests, prompt, output)
    return requests * tokens / seconds, requests


def time_of(
    model: Model,
    precision: str,
    chip: Accelerator,
    count: int,
    known: dict,
    requests: float,
    prompt: float,
    output: float,
) -> float:
    """Return the seconds in which `requests` at once read their prompts and write their answers."""
    weights = model.weights_gb(precision)
    bandwidth = count * chip.bandwidth_gb_s * known["bandwidth_utilisation"][1]
    flops = count * chip.rate(precision) * known["compute_utilisation"][1]
    read = weights * min(1.0, requests * model.active / model.parameters)
    moved = read + requests * model.cache_gb(prompt + output / 2)
    step = max(moved / bandwidth, 2 * model.active * requests / flops)
    prefill = 2 * model.active * prompt / flops
    return requests * prefill + output * step
