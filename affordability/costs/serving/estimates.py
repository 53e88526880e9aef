"""Serving: what it costs a day to run a model, and a million tokens, beside what its API asks.

The smallest set of accelerators that holds the model (`roofline`) is rented on demand at the newest
price at or before a month (`rental`):

    US$ a day                = n · US$ per accelerator-hour · 24
    US$ per million tokens   = US$ a day / (tokens a second · 86,400) · 10⁶
    US$ per 1,000 questions  = US$ per million tokens · tokens of a question / 1,000
    US$ per 1,000 people     = US$ per 1,000 questions · questions a person asks a day      (a day)

Tokens are those read and written, in one mix for the computed cost and the API's price: that of the
study's question. The machine is busy all day; one that is idle nine hours of ten costs ten times as
much a token. Low and high are of the price: the cheapest and the dearest provider; and of the
speed: what was measured over what the roofline says (`check`). US$ are those of the price's day.
"""

from __future__ import annotations

import pandas as pd

from affordability.costs import published
from affordability.costs.marks import weakest
from affordability.costs.serving import roofline
from affordability.costs.serving.rental import NoPrice, Price, by_token, hourly
from affordability.costs.serving.roofline import (
    BYTES_PER_PARAMETER,
    Accelerator,
    Model,
    positive,
)
from affordability.tables import InputError, columns

HOURS_PER_DAY, SECONDS_PER_DAY = 24, 86_400
# The largest node with a fast link between its accelerators; cards without one serve alone.
SERVED_ON = {
    **dict.fromkeys(["t4", "a10g", "l4", "l40s"], 1),
    **dict.fromkeys(["v100-32gb-sxm2", "a100-40gb-sxm4", "a100-80gb-sxm4"], 8),
    **dict.fromkeys(["h100-80gb-sxm5", "h200-sxm", "b200", "mi300x"], 8),
}
DETAIL = ["usd_per_day_low", "usd_per_day_high", "tokens_per_s_low", "tokens_per_s_high"]
DETAIL += ["requests", "price_id", "price_formula"]
QUESTION = {
    "precision": "16bit",
    "tokens_in": 750,
    "tokens_out": 250,
    "questions_per_person": 10,
}
TABLES = [
    *("model_architectures", "model_figures", "models", "accelerators", "cloud_prices"),
    *(
        "serving_constants",
        "serving_setups",
        "serving_throughput",
        "benchmark_lengths",
        "token_prices",
        "withdrawals",
    ),
]


def models(curated: dict[str, pd.DataFrame], month: str) -> list[Model]:
    """Return the models released by `month` with disclosed size and architecture, by id.

    Sizes that third parties guessed (models.csv, confidence Likely, Speculative or Unknown, of a
    model without open weights) are left out: GPT-4 is served by its named set-up only.
    """
    plans, about = curated["model_architectures"], curated["models"].set_index("model_id")
    counts = ["layers", "hidden_size", "heads", "kv_heads", "head_size", "context_tokens"]
    positive(plans, counts, "model_architectures.csv")
    figures = curated["model_figures"]
    sizes = figures[figures["field"].isin(["parameters", "active_parameters"])]
    positive(sizes.assign(value=sizes["value"].astype(float)), ["value"], "model_figures.csv")
    values = sizes.set_index(["model_id", "field"])[["value", "source_id", "status"]].to_dict(
        "index"
    )
    found = []
    for plan in plans.itertuples():
        known = about.loc[plan.model_id]
        guessed = known["confidence"] in ("Likely", "Speculative", "Unknown")
        is_open = pd.notna(known["open_weights"]) and bool(known["open_weights"])
        size = values.get((plan.model_id, "parameters"))
        late = known["release_date"][:7] > month
        if size is None or late or (guessed and not is_open):
            continue
        active = values.get((plan.model_id, "active_parameters"), size)
        kept = (
            plan.cache_values if pd.notna(plan.cache_values) else 2 * plan.kv_heads * plan.head_size
        )
        found.append(
            Model(
                plan.model_id,
                float(size["value"]),
                float(active["value"]),
                int(plan.layers),
                int(kept),
                int(plan.context_tokens),
                joined(size["source_id"], plan.source_id),
                weakest(size["status"], active["status"], plan.status),
                is_open,
                int(plan.hidden_size),
            )
        )
    return sorted(found, key=lambda model: model.model_id)


def joined(*sources: str) -> str:
    """Join source ids with semicolons, each once, in the order given."""
    return ";".join(dict.fromkeys(part for source in sources for part in source.split(";") if part))


def constants(table: pd.DataFrame, question: dict) -> dict:
    """Return the constants, with the mix of tokens that of the study's question."""
    tokens = question["tokens_in"] + question["tokens_out"]
    return {**roofline.constants(table), "input_share": (question["tokens_in"] / tokens,) * 3}


def serve(
    model: Model,
    precision: str,
    chip: Accelerator,
    price: Price,
    known: dict,
    speed: tuple[float, float] = (1, 1),
) -> dict:
    """Return one row of the detailed table: a model in a precision on an accelerator at a price.

    `speed` are the ends of what was measured over what is computed.
    """
    needed = roofline.memory_gb(model, precision, known)
    node = SERVED_ON.get(chip.accelerator_id, int(known["node_size"][1]))
    count = roofline.smallest_set(needed, chip, known["memory_share"][1], node)
    if count > node == 1:
        raise InputError(f"{chip.accelerator_id} has no fast link to others, and one is too small")
    rate, requests = roofline.tokens_per_second(model, precision, chip, count, known)
    a_day = count * HOURS_PER_DAY
    return {
        "model_id": model.model_id,
        "precision": precision,
        "accelerator": chip.accelerator_id,
        "n_accelerators": count,
        "n_nodes": -(-count // node),
        "memory_needed_gb": needed,
        "memory_gb": count * chip.memory_gb,
        "usd_per_day": price.usd * a_day,
        "tokens_per_s": rate,
        "usd_per_mtok": per_mtok(price.usd * a_day, rate),
        "providers": price.providers,
        "price_date": price.date,
        "price_month": price.month,
        "basis": "computed",
        "note": price.fallback,
        "source_id": joined(price.source_id, model.source_id),
        "usd_per_day_low": price.low * a_day,
        "usd_per_day_high": price.high * a_day,
        "tokens_per_s_low": rate * speed[0],
        "tokens_per_s_high": rate * speed[1],
        "requests": requests,
        "price_id": price.price_id,
        "price_formula": price.formula,
        "status": weakest(price.status, model.status, chip.status),
    }


def per_mtok(usd_per_day: float, tokens_per_s: float) -> float:
    """Return US$ per million tokens of a machine that is busy all day."""
    return usd_per_day / (tokens_per_s * SECONDS_PER_DAY) * 1e6


def priced(
    curated: dict[str, pd.DataFrame], month: str
) -> tuple[list[tuple[Accelerator, Price]], dict[str, str]]:
    """Return the accelerators of `SERVED_ON` with their hourly price; and why others have none."""
    released = curated["accelerators"].set_index("accelerator_id")["release_date"].str[:7]
    found, lost = [], {}
    for name in SERVED_ON:
        if name not in released or released[name] > month:
            continue
        try:
            price = hourly(curated["cloud_prices"], name, month)
        except NoPrice as reason:
            lost[name] = str(reason)
            continue
        found.append((roofline.accelerator(curated["accelerators"], name), price))
    return found, lost


def build(
    curated: dict[str, pd.DataFrame],
    month: str,
    question: dict | None = None,
    speed: dict[str, tuple[float, float]] | None = None,
) -> pd.DataFrame:
    """Return every model × precision × accelerator, computed, with the columns of `DETAIL` too.

    Args:
        curated: tables model_architectures, model_figures, models, accelerators, cloud_prices,
            serving_constants by name.
        month: YYYY-MM; the newest prices at or before it count.
        question: tokens_in and tokens_out of a question; `QUESTION` if not given.
        speed: the ends of measured over computed tokens a second, by precision.
    """
    question = question or QUESTION
    known = constants(curated["serving_constants"], question)
    offers, _ = priced(curated, month)
    rows = []
    for model in models(curated, month):
        for precision in BYTES_PER_PARAMETER:
            ends = (speed or {}).get(precision, (1, 1))
            for chip, price in offers:
                try:
                    rows.append(serve(model, precision, chip, price, known, ends))
                except InputError:
                    continue  # one card is too small, or 64 nodes are
    table = pd.DataFrame(rows, columns=columns("serving_costs") + DETAIL)
    tokens = question["tokens_in"] + question["tokens_out"]
    asked = table["usd_per_mtok"] * tokens / 1000
    people = asked * question["questions_per_person"]
    return table.assign(usd_per_1000_questions=asked, usd_per_1000_people_per_day=people)


def compared(
    detail: pd.DataFrame,
    token_prices: pd.DataFrame,
    names: dict[str, str],
    month: str,
    share: float,
) -> pd.DataFrame:
    """Return table `serving_comparison`: the cheapest million tokens beside the API's price.

    Args:
        detail: what `build` returns.
        names: name of a model by id.
        share: share of the tokens that is read, for the API's price; `build` uses the same.
    """
    key = ["model_id", "precision"]
    rows = detail.assign(
        usd_per_mtok_low=per_mtok(detail["usd_per_day_low"], detail["tokens_per_s_high"]),
        usd_per_mtok_high=per_mtok(detail["usd_per_day_high"], detail["tokens_per_s_low"]),
    )
    # Whatever prices turn out to be, the accelerator that is cheapest then is the one to rent.
    for end in ("usd_per_mtok_low", "usd_per_mtok_high"):
        rows[end] = rows.groupby(key)[end].transform("min")
    rows = rows.sort_values([*key, "usd_per_mtok", "accelerator"])
    rows = rows.drop_duplicates(key, ignore_index=True)
    asked = {i: by_token(token_prices, i, month, share) for i in rows["model_id"].unique()}
    price = rows["model_id"].map(asked)
    rows["name"] = rows["model_id"].map(names)
    rows["api_usd_per_mtok"] = [p.usd if p else float("nan") for p in price]
    rows["api_month"] = [p.month if p else "" for p in price]
    rows["api_over_computed"] = rows["api_usd_per_mtok"] / rows["usd_per_mtok"]
    sources = zip(rows["source_id"], price, strict=True)
    rows["source_id"] = [joined(own, p.source_id if p else "") for own, p in sources]
    marks = zip(rows["status"], price, strict=True)
    rows["status"] = [weakest(own, p.status if p else "") for own, p in marks]
    return rows[columns("serving_comparison")]


def named(setups: pd.DataFrame, estimates: list[str], figures: pd.DataFrame) -> pd.DataFrame:
    """Return the set-ups a study names, as rows of `serving_costs` with a basis of their own.

    How fast they answer is not computed, since the model's size may not be disclosed. The note is
    the set-up's own description, or that its memory does not hold the weights.
    """
    rows = setups[setups["setup_id"].isin(estimates) | setups["selection"].eq("named")]
    positive(rows, ["machines", "gpus", "usd_per_machine_hour"], "serving_setups.csv")
    needed = published.memory(figures, rows).set_index("setup_id")["memory_needed_gb"]
    needed = rows["setup_id"].map(needed)
    usd = rows["machines"] * rows["usd_per_machine_hour"] * HOURS_PER_DAY
    table = pd.DataFrame(
        {
            "model_id": rows["model_id"],
            "precision": rows["precision"].where(rows["precision"].ne(""), "not disclosed"),
            "accelerator": rows["accelerator_id"],
            "n_accelerators": rows["gpus"],
            "n_nodes": rows["machines"],
            "memory_needed_gb": needed,
            "memory_gb": rows["memory_gb"],
            "usd_per_day": usd,
            "tokens_per_s": float("nan"),
            "usd_per_mtok": float("nan"),
            "usd_per_1000_questions": float("nan"),
            "usd_per_1000_people_per_day": float("nan"),
            "providers": 1,
            "price_date": rows["price_month"],
            "price_month": rows["price_month"],
            "basis": "named_setup",
            "note": rows["description"].where(~(needed > rows["memory_gb"]), _short(needed)),
            "source_id": rows["source_id"],
            "status": rows["status"],
        }
    )
    return table[columns("serving_costs")]


def _short(needed_gb: pd.Series) -> pd.Series:
    """Say that a set-up cannot hold the weights, GB of which are given."""
    return "rent of machines that cannot hold the weights of " + needed_gb.round(1).astype(str)


def candidates(setups: pd.DataFrame, published: float) -> pd.DataFrame:
    """Return the set-ups that may be behind a published cost a day, nearest first.

    deviation = usd_per_day / published − 1.
    """
    rows = setups[setups["selection"].eq("candidate")]
    usd = rows["machines"] * rows["usd_per_machine_hour"] * HOURS_PER_DAY
    table = rows.assign(usd_per_day=usd, published_usd_per_day=published)
    table["deviation"] = usd / published - 1
    table["order"] = table["deviation"].abs()
    table = table.sort_values(["order", "setup_id"], ignore_index=True)
    return table[columns("serving_candidates")]


def as_costs(table: pd.DataFrame, precision: str = "16bit") -> pd.DataFrame:
    """Return rows of `costs` (without `headline`): of each model the cheapest set a day.

    Args:
        table: what `build` returns; low and high span the providers' prices for that set.
        precision: the one the study reads; `serving_costs` has the others beside it.
    """
    rows = table[table["basis"].eq("computed") & table["precision"].eq(precision)]
    rows = rows.sort_values(["model_id", "usd_per_day", "accelerator"])
    rows = rows.drop_duplicates("model_id")
    count = rows["n_accelerators"].astype(str)
    why = "the cheapest set that holds it, " + count + " " + rows["accelerator"]
    why += ", in " + precision.replace("bit", " bit") + ", busy or not"
    return pd.DataFrame(
        {
            "item_kind": "serve",
            "item_id": rows["model_id"],
            "basis": "computed",
            "origin": "computed",
            "estimate_id": rows["model_id"] + "-computed-" + precision,
            "usd": rows["usd_per_day"],
            "usd_low": rows["usd_per_day_low"],
            "usd_high": rows["usd_per_day_high"],
            "per": "day",
            "price_year": rows["price_month"].str[:4].astype("Int64"),
            "source_id": rows["source_id"],
            "derivation": rows["price_formula"] + "*(" + count + f"*{HOURS_PER_DAY}): " + why,
            "status": rows["status"],
        }
    ).reset_index(drop=True)
