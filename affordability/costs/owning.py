"""Buying instead of renting, and fine-tuning on rented machines.

An hour of a system one owns, and the share of its life in use from which on that costs less than
renting the same chips on demand:

    capital      = price / (life · 8,766 h)
    hosting      = US$ per kW and month · power / 730.5 h
    maintenance  = share of the price a year · price / 8,766 h
    energy       = power · share of the greatest draw · PUE · US$ per kWh          (when in use)
    break-even   = (capital + hosting + maintenance) / (rent − energy)  above 1 owning never pays
    payback      = price / (rent − energy − hosting − maintenance)              in hours in use

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

import math

import pandas as pd

from affordability.costs.serving import roofline
from affordability.costs.serving.estimates import joined, models, priced
from affordability.costs.serving.rental import Price, hourly
from affordability.costs.serving.roofline import BYTES_PER_GB, Accelerator, Model, positive
from affordability.tables import InputError, columns

HOURS_PER_YEAR = 8766
HOURS_PER_MONTH = 730.5
FLOP_PER_TOKEN = {"full": 6, "lora": 4}
TABLES = ["accelerators", "cloud_prices", "electricity_prices", "serving_constants"]
# Which end of a constant favours owning, and which renting.
FAVOURS_OWNING = {
    "life_years": 2,
    "hosting_usd_per_kw_month": 0,
    "maintenance_share": 0,
    "power_share": 0,
    "pue": 0,
}


def own_or_rent(curated: dict[str, pd.DataFrame], month: str) -> pd.DataFrame:
    """Return table `own_or_rent`: systems released by `month` whose chips can be rented then.

    Args:
        curated: tables accelerators, cloud_prices, electricity_prices, serving_constants.
        month: YYYY-MM; the newest hourly price at or before it counts.
    """
    known = roofline.constants(curated["serving_constants"])
    table = curated["accelerators"]
    systems = table[table["kind"].eq("system") & (table["release_date"].str[:7] <= month)]
    systems = systems[systems["chip_id"].ne("") & systems[["usd", "usd_low"]].notna().any(axis=1)]
    rented = set(curated["cloud_prices"]["accelerator_id"])
    systems = systems[systems["chip_id"].isin(rented)]
    positive(systems, ["chips", "tdp_w"], "accelerators.csv")
    year, usd_per_kwh, source = electricity(curated["electricity_prices"], month)
    rows = []
    for system in systems.itertuples():
        price = hourly(curated["cloud_prices"], system.chip_id, month, int(known["node_size"][1]))
        rows.append(
            {
                "system": system.accelerator_id,
                "accelerator": system.chip_id,
                "n_accelerators": int(system.chips),
                "price_month": price.month,
                "electricity_year": year,
                "source_id": joined(system.source_id, price.source_id, source),
                **compare(system, price, usd_per_kwh, known),
            }
        )
    return pd.DataFrame(rows, columns=columns("own_or_rent"))


def electricity(prices: pd.DataFrame, month: str) -> tuple[int, float, str]:
    """Return year, US$ per kWh and source of the newest price at or before the month's year."""
    known = prices[prices["year"] <= int(month[:4])]
    if known.empty:
        raise InputError(
            f"electricity_prices.csv, row 2, column year: found {prices['year'].min()} as the "
            f"first year, expected one at or before {month[:4]}"
        )
    row = known.sort_values("year").iloc[-1]
    return int(row["year"]), float(row["usd_per_kwh"]), row["source_id"]


def purchase(system) -> tuple[float, float, float]:
    """Return low, central, high price; of a range alone the centre is its geometric mean."""
    low = system.usd_low if pd.notna(system.usd_low) else system.usd
    high = system.usd_high if pd.notna(system.usd_high) else system.usd
    central = system.usd if pd.notna(system.usd) else math.sqrt(low * high)
    return float(low), float(central), float(high)


def hour_of_owning(price: float, power_kw: float, usd_per_kwh: float, known: dict) -> dict:
    """Return the parts of an hour of a system in use; `known` has one value a constant."""
    return {
        "capital_usd_per_hour": price / (known["life_years"] * HOURS_PER_YEAR),
        "hosting_usd_per_hour": known["hosting_usd_per_kw_month"] * power_kw / HOURS_PER_MONTH,
        "maintenance_usd_per_hour": known["maintenance_share"] * price / HOURS_PER_YEAR,
        "energy_usd_per_hour": power_kw * known["power_share"] * known["pue"] * usd_per_kwh,
    }


def break_even(parts: dict, rent: float) -> float:
    """Return the share of its life in use from which on owning is cheaper; NaN if never."""
    saved = rent - parts["energy_usd_per_hour"]
    fixed = sum(parts.values()) - parts["energy_usd_per_hour"]
    return fixed / saved if saved > 0 else float("nan")


def compare(system, price: Price, usd_per_kwh: float, known: dict) -> dict:
    """Return the columns of a system that depend on prices, and both ends of break-even."""
    low, central, high = purchase(system)
    chips, power = int(system.chips), system.tdp_w / 1000
    middle = {name: ends[1] for name, ends in known.items()}
    owning = {name: known[name][end] for name, end in FAVOURS_OWNING.items()}
    renting = {name: known[name][2 - end] for name, end in FAVOURS_OWNING.items()}
    parts = hour_of_owning(central, power, usd_per_kwh, middle)
    cheap = hour_of_owning(low, power, usd_per_kwh, owning)
    dear = hour_of_owning(high, power, usd_per_kwh, renting)
    rent = price.usd * chips
    running = sum(parts.values()) - parts["capital_usd_per_hour"]
    return {
        "price_usd": central,
        "price_usd_low": low,
        "price_usd_high": high,
        "power_kw": power,
        **parts,
        "own_usd_per_hour": sum(parts.values()),
        "rent_usd_per_hour": rent,
        "break_even_use": break_even(parts, rent),
        "break_even_use_low": break_even(cheap, price.high * chips),
        "break_even_use_high": break_even(dear, price.low * chips),
        "payback_days": central / (rent - running) / 24 if rent > running else float("nan"),
    }


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
