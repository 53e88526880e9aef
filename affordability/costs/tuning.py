"""Fine-tuning an open model on rented machines.

Fine-tuning on D tokens a model of N parameters, A of them active for a token:

    FLOP          = 6 · A · D with all weights trained; 4 · A · D with adapters (LoRA), since the
                    gradients of the frozen weights are not computed
    memory        = N · 16 bytes (Adam in mixed precision: weights, gradients, optimiser's state),
                    or N · 2 bytes + adapters · 16 bytes; and what is kept for the way back, one
                    request a machine and layer: layers · hidden size · tokens · 2 bytes
    hours         = FLOP / (n · peak FLOP/s · MFU) / 3,600

That is the machines' time alone: no data, no people, no attempts that failed, no full hours billed.
"""

from __future__ import annotations

import pandas as pd

from affordability.costs.serving import roofline
from affordability.costs.serving.estimates import joined, models, priced
from affordability.costs.serving.rental import Price
from affordability.costs.serving.roofline import BYTES_PER_GB, Accelerator, Model
from affordability.tables import InputError, columns

FLOP_PER_TOKEN = {"full": 6, "lora": 4}


def fine_tuning(
    curated: dict[str, pd.DataFrame], month: str, tokens: float | None = None
) -> pd.DataFrame:
    """Return table `fine_tuning`: open models, all weights or adapters, on the cheapest machines.

    Args:
        curated: the tables of `serving.TABLES`.
        month: YYYY-MM; models released by then, the newest hourly price at or before it.
        tokens: seen in one fine-tuning; the constant `finetune_tokens` if not given.
    """
    known = roofline.constants(curated["serving_constants"])
    tokens = known["finetune_tokens"][1] if tokens is None else tokens
    if not tokens > 0:
        raise InputError(f"tokens: found {tokens:g}, expected a number above zero")
    offers = priced(curated, month, int(known["node_size"][1]))
    rows = [
        min((tune(m, method, chip, price, tokens, known) for chip, price in offers), key=_cheapest)
        for m in models(curated, month)
        if m.open_weights
        for method in FLOP_PER_TOKEN
    ]
    return pd.DataFrame(rows, columns=columns("fine_tuning"))


def _cheapest(row: dict) -> tuple[float, str]:
    return row["usd"], row["accelerator"]


def tuning_memory_gb(model: Model, method: str, known: dict) -> float:
    """Return GB of weights, gradients, optimiser's state and kept activations of one request."""
    state = known["full_bytes_per_parameter"][1]
    trained = model.parameters * (known["lora_share"][1] if method == "lora" else 1)
    frozen = 2 * model.parameters if method == "lora" else 0
    tokens = min(known["request_tokens"][1], model.context)
    kept = model.layers * model.hidden_size * tokens * 2
    return (frozen + state * trained + kept) / BYTES_PER_GB


def tune(
    model: Model, method: str, chip: Accelerator, price: Price, tokens: float, known: dict
) -> dict:
    """Return one row of `fine_tuning`; `InputError` if the machines that hold it are too many."""
    share, node = known["memory_share"][1], int(known["node_size"][1])
    needed = tuning_memory_gb(model, method, known)
    count = roofline.smallest_set(needed, chip, share, node)
    work = FLOP_PER_TOKEN[method] * model.active * tokens
    slow, middle, fast = (work / (count * chip.flops * mfu) / 3600 for mfu in known["finetune_mfu"])
    return {
        "model_id": model.model_id,
        "method": method,
        "tokens": tokens,
        "accelerator": chip.accelerator_id,
        "n_accelerators": count,
        "memory_gb": needed,
        "hours": middle,
        "usd": middle * count * price.usd,
        "usd_low": fast * count * price.low,
        "usd_high": slow * count * price.high,
        "price_month": price.month,
        "source_id": joined(price.source_id, model.source_id),
        "status": "unverified" if "unverified" in (price.status, model.status) else "derived",
    }
