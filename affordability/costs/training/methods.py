"""What a training run costs by three methods after Cottier et al. (2024), arXiv 2405.21015.

    cloud rental  C = H · p                              H chip-hours, p US$ per chip-hour
    amortised     C = V · r · ln 10 / 8766 · H / (1 − i) + E
                  V = P · 10^(−r · t)                    t years from availability to training
    acquisition   C = N · P / (1 − i)                    N accelerators
    energy        W = TDP · m · u · PUE · H  or, where measured, W = mean draw · m · PUE · H;
                  E = W · price of electricity of the release year

P server price per chip (US$), r depreciation (orders of magnitude a year), i share of the network
in the hardware, m server power over chip power, u mean draw over peak. Constants with their ranges
and sources are rows of `training_constants`. Every equation takes a number or an array of draws for
each input, so that the central estimate and its uncertainty come from the same line of code.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from affordability.costs.marks import doubted, weakest
from affordability.costs.training.inputs import HOURS_PER_DAY, Constants, NotComputed, Run
from affordability.costs.training.prices import Market, Price
from affordability.costs.training.uncertainty import Spread

HOURS_PER_YEAR = 8766
DAYS_PER_YEAR = 365.25
KWH_PER_MWH = 1000
W_PER_KW = 1000
HYPERSCALERS = ("google", "deepmind", "microsoft", "amazon", "meta")
GUESS = {"Likely": "likely", "Speculative": "speculative", "Unknown": "speculative"}


@dataclass(frozen=True)
class Estimate:
    """A cost as an equation: `parts(x)` takes a value or an array of draws for each input."""

    run: Run
    basis: str
    inputs: dict[str, Spread]
    parts: Callable[[dict], dict]
    derivation: str
    imputed: tuple[str, ...]
    sources: tuple[str, ...]
    status: str

    @property
    def central(self) -> dict[str, float]:
        """The parts with every input at its central value."""
        return self.parts({name: spread.central for name, spread in self.inputs.items()})


def total(parts: dict):
    """Return the sum of the parts that are money, in US$."""
    return sum(value for name, value in parts.items() if name.endswith("usd"))


def spread(constants: Constants, *ids: str) -> Spread:
    """Return how a constant varies: that of the first id there is."""
    row = constants.row(*ids)
    return Spread(row["distribution"], row["low"], row["central"], row["high"])


def cloud_rental(run: Run, market: Market) -> Estimate:
    """Return chip-hours × the three-year price per chip-hour."""
    price, constants = market.rental_price(run), market.constants
    inputs = {
        **hours_inputs(run, constants),
        "rental_price": spread(constants, "rental-price-factor"),
    }

    def parts(x: dict) -> dict:
        return {"rent_usd": hours(run, x) * price.usd * x["rental_price"]}

    text = f"{run.chip_hours:.6g} chip-hours * {price.usd:.4g} US$ ({price.price_id})"
    return _estimate(run, "cloud_rental", inputs, parts, price, text, ("epoch-hardware-prices",))


def amortised(run: Run, market: Market) -> Estimate:
    """Return hardware written off over the run, its network, and energy."""
    price, constants = market.server_price(run), market.constants
    kw, tariff = server_kw(run, market), usd_per_kwh(run, market)
    age, dated = _age(run, price, market)
    inputs = {
        **hours_inputs(run, constants),
        **_hardware_inputs(run, price, constants),
        **dated,
        "depreciation": spread(constants, "depreciation-oom-per-year"),
        **energy_inputs(run, market),
        "electricity_price": spread(constants, "electricity-price-factor"),
    }

    def parts(x: dict) -> dict:
        worth = _server_usd(price, x) * 10 ** (-x["depreciation"] * age(x))
        hardware = worth * x["depreciation"] * math.log(10) / HOURS_PER_YEAR * hours(run, x)
        energy = energy_mwh(run, kw, x)
        return {
            "hardware_usd": hardware,
            "interconnect_usd": hardware * x["interconnect"] / (1 - x["interconnect"]),
            "energy_usd": energy * KWH_PER_MWH * tariff * x["electricity_price"],
            "energy_mwh": energy,
        }

    text = (
        f"{run.chip_hours:.6g} chip-hours of servers at {price.usd:.0f} US$ a chip on {price.day}, "
        f"written off; {kw:.3f} kW a chip; {tariff:g} US$ per kWh"
    )
    power = "unverified" * power_doubted(run, market)
    return _estimate(run, "amortised", inputs, parts, price, text, ("cottier-2024-code",), power)


def acquisition(run: Run, market: Market) -> Estimate:
    """Return the accelerators bought as servers, with their network."""
    if not run.count > 0:
        raise NotComputed("number of accelerators not disclosed")
    price, constants = market.server_price(run), market.constants
    inputs = {
        "count": spread(constants, "accelerator-count-factor"),
        **_hardware_inputs(run, price, constants),
    }

    def parts(x: dict) -> dict:
        servers = run.count * x["count"] * _server_usd(price, x)
        return {
            "hardware_usd": servers,
            "interconnect_usd": servers * x["interconnect"] / (1 - x["interconnect"]),
        }

    text = f"{run.count:.0f} chips * {price.usd:.0f} US$ on {price.day}, and their network"
    return _estimate(run, "acquisition", inputs, parts, price, text, ("cottier-2024-code",))


METHODS = {"cloud_rental": cloud_rental, "amortised": amortised, "acquisition": acquisition}


def _estimate(run, basis, inputs, parts, price: Price, text: str, sources, *marks) -> Estimate:
    """Put an estimate together; what is bought by count does not depend on how hours were read.

    `marks` are of what it rests on beside the run's figures and the price.
    """
    marks = (price.status, "unverified" * run.doubted, *marks)
    named = [*run.imputed, *price.imputed]
    if basis == "acquisition":
        named = [word for word in named if word.startswith(("accelerator:", "server:"))]
    used = tuple(sorted({*run.sources, *price.sources, *sources}))
    return Estimate(run, basis, inputs, parts, text, tuple(named), used, weakest(*marks))


def hours_inputs(run: Run, constants: Constants) -> dict[str, Spread]:
    """Return what makes chip-hours uncertain: factors on them, or FLOP, speed and utilisation.

    A third party's figures vary with its guess of the operations: by its own range where it gives
    one, else by the rule of thumb for its confidence.
    """
    guess = spread(constants, f"compute-factor-{GUESS.get(run.confidence, 'confident')}")
    if run.flop_range:
        low, high = run.flop_range
        guess = Spread("lognormal", low / run.flop, 1.0, high / run.flop)
    if run.reading != "flop":
        if run.third_party:
            return {"compute": guess}
        kind = run.reading.replace("_", "-")
        return {"chip_hours": spread(constants, f"chip-hours-factor-{kind}")}
    inputs = {"compute": guess, "peak_flops": spread(constants, "peak-flops-factor")}
    return inputs if run.own_mfu else {**inputs, "mfu": spread(constants, "mfu")}


def hours(run: Run, x: dict):
    """Return chip-hours × factors; a faster peak or a higher utilisation means fewer."""
    faster = x.get("peak_flops", 1) * (x["mfu"] / run.mfu if "mfu" in x else 1)
    return run.chip_hours * x.get("chip_hours", 1) * x.get("compute", 1) / faster


def energy_inputs(run: Run, market: Market) -> dict[str, Spread]:
    """Return what makes energy uncertain beside chip-hours: mean draw and cooling.

    A chip whose mean draw was measured (`accelerators.mean_power_w`) is not multiplied by one.
    """
    constants = market.constants
    site = "hyperscaler" if any(w in run.developer.lower() for w in HYPERSCALERS) else "other"
    cooling = {"pue": spread(constants, f"pue-{site}")}
    if pd.notna(market.chips[run.accelerator_id]["mean_power_w"]):
        return cooling
    return {"power_use": spread(constants, f"power-use-{'tpu' if run.tpu else 'gpu'}"), **cooling}


def energy_mwh(run: Run, kw: float, x: dict):
    """Return electricity in MWh: kW a chip × mean draw × PUE × chip-hours."""
    return kw * x.get("power_use", 1) * x["pue"] * hours(run, x) / KWH_PER_MWH


def server_kw(run: Run, market: Market) -> float:
    """Return the power of a server per chip in kW: that of the chip × multiplier of the family."""
    kind = "tpu" if run.tpu else "other"
    more = market.constants(f"power-multiplier-{run.family}", f"power-multiplier-{kind}")
    return float(chip_kw(run, market) * more)


def chip_kw(run: Run, market: Market) -> float:
    """Return the power of a chip in kW: its measured mean, else its thermal design power."""
    constants, chip = market.constants, market.chips[run.accelerator_id]
    watts = chip["tdp_w"] if pd.isna(chip["mean_power_w"]) else chip["mean_power_w"]
    stated = f"chip-kw-{run.family}"
    if pd.isna(watts) and stated not in constants.rows:
        raise NotComputed(f"accelerators, column tdp_w: found no power of {run.accelerator_id}")
    return float(constants(stated) if pd.isna(watts) else watts / W_PER_KW)


def power_doubted(run: Run, market: Market) -> bool:
    """Return whether the power that `chip_kw` reads of a chip was not re-read."""
    chip = market.chips[run.accelerator_id]
    return doubted(chip, ["tdp_w" if pd.isna(chip["mean_power_w"]) else "mean_power_w"])


def usd_per_kwh(run: Run, market: Market) -> float:
    """Return the US industrial price of electricity of the release year, US$ per kWh."""
    if run.release.year not in market.tariffs:
        raise NotComputed(f"electricity_prices, column year: found no {run.release.year}")
    return float(market.tariffs[run.release.year])


def _hardware_inputs(run: Run, price: Price, constants: Constants) -> dict[str, Spread]:
    """Return what makes hardware uncertain: price, server overhead if one was assumed, network."""
    inputs = {
        "hardware_price": spread(constants, f"hardware-price-factor-{'tpu' if run.tpu else 'gpu'}"),
        "interconnect": spread(constants, "interconnect-share"),
    }
    if price.overhead:
        given = spread(constants, price.overhead)
        around = (given.low / given.central, 1.0, given.high / given.central)
        inputs["server_overhead"] = Spread(given.kind, *around)
    return inputs


def _server_usd(price: Price, x: dict):
    """Return the price of a server per chip × its factors."""
    return price.usd * x["hardware_price"] * x.get("server_overhead", 1)


def _age(run: Run, price: Price, market: Market):
    """Return a function of the draws that gives years from availability to start, and its inputs.

    A GPU is available with its price, but not before release + 90 days, and nobody trains on it
    earlier; a TPU is available to its maker on release.
    """
    inputs, constants = {}, market.constants
    if not (run.start or run.end):
        inputs["publication_gap"] = spread(constants, "publication-gap-days")
    if not run.tpu:
        inputs["availability"] = spread(constants, "availability-days")
    if run.start:
        start = float(run.start.toordinal())
    else:
        start = (run.end or run.release).toordinal() - run.wall_hours / HOURS_PER_DAY
    priced = price.day.toordinal()
    shipped = priced if run.tpu else market.released(run).toordinal()

    def years(x: dict):
        begun = start - x.get("publication_gap", 0)
        if run.tpu:
            return (begun - shipped) / DAYS_PER_YEAR
        available = np.maximum(priced, shipped + x["availability"])
        return np.maximum(0, begun - available) / DAYS_PER_YEAR

    return years, inputs
