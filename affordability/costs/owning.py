"""Owning a system instead of renting it.

An hour of a system one owns, and the share of its life in use from which on that costs less than
renting the same chips on demand:

    capital      = price / (life · 8,766 h)
    hosting      = US$ per kW and month · power / 730.5 h
    maintenance  = share of the price a year · price / 8,766 h
    energy       = power · share of the greatest draw · PUE · US$ per kWh          (when in use)
    break-even   = (capital + hosting + maintenance) / (rent − energy)  above 1 owning never pays
    payback      = price / (rent − energy − hosting − maintenance)              in hours in use
"""

from __future__ import annotations

import math

import pandas as pd

from affordability.costs.marks import doubted, weakest
from affordability.costs.serving import roofline
from affordability.costs.serving.estimates import joined
from affordability.costs.serving.rental import NoPrice, Price, hourly
from affordability.costs.serving.roofline import positive
from affordability.tables import InputError, columns

HOURS_PER_YEAR = 8766
HOURS_PER_MONTH = 730.5
TABLES = ["accelerators", "cloud_prices", "electricity_prices", "serving_constants"]
TABLES += ["training_constants"]
CARDS = ["t4", "a10", "l4", "l40s"]  # bought one by one, and put into a server
USED = ["chips", "tdp_w", "usd", "usd_low", "usd_high"]  # of a row of accelerators
# Which end of a constant favours owning, and which renting.
FAVOURS_OWNING = {
    "life_years": 2,
    "hosting_usd_per_kw_month": 0,
    "maintenance_share": 0,
    "power_share": 0,
    "pue": 0,
}


def own_or_rent(
    curated: dict[str, pd.DataFrame], month: str
) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return table `own_or_rent`: systems and cards released by `month`; why others are not in it.

    A card is counted as part of a server: its price × what a server costs beside its cards, its
    power × that of a server over its cards'.

    Args:
        curated: tables accelerators, cloud_prices, electricity_prices, serving_constants.
        month: YYYY-MM; the newest hourly price at or before it counts.
    """
    known = roofline.constants(curated["serving_constants"])
    kept_up = roofline.marks(curated["serving_constants"])["maintenance_share"]
    table = curated["accelerators"]
    systems = table[table["kind"].eq("system") & (table["release_date"].str[:7] <= month)]
    cards = table[table["accelerator_id"].isin(CARDS) & (table["release_date"].str[:7] <= month)]
    systems, lost = _complete(pd.concat([systems, in_server(cards, curated["training_constants"])]))
    positive(systems, ["chips", "tdp_w"], "accelerators.csv")
    year, usd_per_kwh, source = electricity(curated["electricity_prices"], month)
    rows = []
    for system, row in zip(systems.itertuples(), systems.to_dict("records"), strict=True):
        try:
            price = hourly(curated["cloud_prices"], system.chip_id, month)
        except NoPrice as reason:
            lost[system.accelerator_id] = str(reason)
            continue
        rows.append(
            {
                "system": system.accelerator_id,
                "accelerator": system.chip_id,
                "n_accelerators": int(system.chips),
                "price_month": price.month,
                "electricity_year": year,
                "source_id": joined(system.source_id, price.source_id, source),
                **compare(system, price, usd_per_kwh, known),
                "status": weakest(price.status, kept_up, "unverified" * doubted(row, USED)),
            }
        )
    return pd.DataFrame(rows, columns=columns("own_or_rent")), lost


def in_server(cards: pd.DataFrame, constants: pd.DataFrame) -> pd.DataFrame:
    """Return cards as systems of one: their prices and power with a server around them."""
    known = constants.set_index("constant_id")
    price, power = known.loc["server-overhead-other"], known.loc["power-multiplier-other"]
    dear = {"usd_low": price["low"], "usd": price["central"], "usd_high": price["high"]}
    prices = {name: cards[name].fillna(cards["usd"]) * factor for name, factor in dear.items()}
    watts = cards["tdp_w"] * power["central"]
    return cards.assign(**prices, tdp_w=watts, chip_id=cards["accelerator_id"])


def _complete(systems: pd.DataFrame) -> tuple[pd.DataFrame, dict[str, str]]:
    """Return the systems with chips, power and a price, and what the others lack."""
    lacks = {
        "no chip named": systems["chip_id"].eq(""),
        "no power known": systems["tdp_w"].isna(),
        "no purchase price": systems[["usd", "usd_low"]].isna().all(axis=1),
        "no day of its price": systems["price_date"].eq(""),
    }
    lost: dict[str, str] = {}
    for why, which in lacks.items():
        for name in systems.loc[which, "accelerator_id"]:
            lost.setdefault(name, why)
    return systems[~systems["accelerator_id"].isin(lost)], lost


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
