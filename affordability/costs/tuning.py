"""Fine-tuning an open model on rented machines.

Fine-tuning on D tokens a model of N parameters, A of them active for a token:

    FLOP          = 6 · A · D with all weights trained; 4 · A · D with adapters (LoRA), since the
                    gradients of the frozen weights are not computed
    memory        = N · 16 bytes (Adam in mixed precision: weights, gradients, optimiser's state),
                    or N · 2 bytes, in 4 bit N · ½ byte, + adapters · 16 bytes; and what is kept for
                    the way back, one request a machine and layer: layers · hidden size · tokens · 2
    hours         = FLOP / (n · peak FLOP/s · MFU) / 3,600
    US$           = n · US$ per accelerator-hour · ⌈hours⌉

Machines are rented whole and billed by the started hour. That is the machines' bill alone: no data,
no people, no attempts that failed. Weights of 4 bits are computed in 16; what turning them costs is
left out.
"""

from __future__ import annotations

import math

import pandas as pd

from affordability.costs.marks import weakest
from affordability.costs.serving import roofline
from affordability.costs.serving.estimates import SERVED_ON, joined, models, priced
from affordability.costs.serving.rental import Price
from affordability.costs.serving.roofline import BYTES_PER_GB, Accelerator, Model
from affordability.tables import InputError, columns

FLOP_PER_TOKEN = {"full": 6, "lora": 4, "lora_4bit": 4}
FROZEN_BYTES = {"full": 0, "lora": 2, "lora_4bit": 0.5}
TOKENS = (1e6, 1e7, 1e8, 1e9)


def fine_tuning(
    curated: dict[str, pd.DataFrame], month: str, tokens: tuple[float, ...] = TOKENS
) -> pd.DataFrame:
    """Return table `fine_tuning`: open models by method and tokens, on the cheapest machines.

    Args:
        curated: the tables of `serving.TABLES`.
        month: YYYY-MM; models released by then, the newest hourly prices at or before it.
        tokens: seen in one fine-tuning, repetitions included.
    """
    for asked in tokens:
        if not 0 < asked < math.inf:
            raise InputError(f"tokens: found {asked:g}, expected a number above zero")
    known = roofline.constants(curated["serving_constants"])
    adapters = roofline.marks(curated["serving_constants"])["lora_share"]
    offers, _ = priced(curated, month)
    rows = []
    for model in models(curated, month):
        if not model.open_weights:
            continue
        for method in FLOP_PER_TOKEN:
            sets = list(_sets(model, method, offers, known))
            for asked in tokens:
                ways = [tune(model, method, *each, asked, known) for each in sets]
                row = min(ways, key=_cheapest)
                mark = "" if method == "full" else adapters
                rows.append({**row, "status": weakest(row["status"], mark)})
    return pd.DataFrame(rows, columns=columns("fine_tuning"))


def _cheapest(row: dict) -> tuple[float, str]:
    return row["usd"], row["accelerator"]


def _sets(model: Model, method: str, offers: list, known: dict):
    """Yield accelerator, price and the fewest of it that hold a tuning."""
    needed, share = tuning_memory_gb(model, method, known), known["memory_share"][1]
    for chip, price in offers:
        node = SERVED_ON.get(chip.accelerator_id, roofline.LARGEST_NODE)
        try:
            count = roofline.smallest_set(needed, chip, share, node)
        except InputError:
            continue  # more than 64 nodes
        if count <= node or node > 1:
            yield chip, price, count


def tuning_memory_gb(model: Model, method: str, known: dict) -> float:
    """Return GB of weights, gradients, optimiser's state and kept activations of one request."""
    state = known["full_bytes_per_parameter"][1]
    trained = model.parameters * (1 if method == "full" else known["lora_share"][1])
    frozen = FROZEN_BYTES[method] * model.parameters
    tokens = min(known["request_tokens"][1], model.context)
    kept = model.layers * model.hidden_size * tokens * 2
    return (frozen + state * trained + kept) / BYTES_PER_GB


def tune(
    model: Model,
    method: str,
    chip: Accelerator,
    price: Price,
    count: int,
    tokens: float,
    known: dict,
) -> dict:
    """Return one row of `fine_tuning`."""
    work = FLOP_PER_TOKEN[method] * model.active * tokens
    slow, middle, fast = (work / (count * chip.flops * mfu) / 3600 for mfu in known["finetune_mfu"])
    node = SERVED_ON.get(chip.accelerator_id, roofline.LARGEST_NODE)
    return {
        "model_id": model.model_id,
        "method": method,
        "tokens": tokens,
        "machines": -(-count // node),
        "accelerator": chip.accelerator_id,
        "n_accelerators": count,
        "memory_needed_gb": tuning_memory_gb(model, method, known),
        "memory_gb": count * chip.memory_gb,
        "hours": middle,
        "hours_billed": math.ceil(middle),
        "usd": math.ceil(middle) * count * price.usd,
        "usd_low": math.ceil(fast) * count * price.low,
        "usd_high": math.ceil(slow) * count * price.high,
        "price_month": price.month,
        "source_id": joined(price.source_id, model.source_id),
        "status": weakest(price.status, model.status, chip.status),
    }
