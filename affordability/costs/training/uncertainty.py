"""Seeded draws of uncertain inputs, their percentiles, and what share of variance each explains.

Lognormal: median = central, and ln(high/low) spans 5 % to 95 %, so that
    x = central · exp(z · ln(high/low) / (2 · 1.6449)),  z ~ N(0, 1).
Triangular: limits low and high, mode = central, drawn by the inverse of its distribution function.
Every input has its own stream of random numbers, named by the input: adding one leaves the draws of
the others as they are. All models share the streams: one draw is one state of the world, so that
ratios of two models are not blurred by what they have in common.

Share of variance: the squared rank correlation (Spearman) of an input with the result. It is close
to the first-order Sobol index where ranks add up, as they nearly do in a product of independent
factors; what the shares leave is interaction and noise of the draws.
"""

from __future__ import annotations

import math
import zlib
from dataclasses import dataclass

import numpy as np

Z95 = 1.6448536269514722  # the 95th percentile of the normal distribution
PERCENTILES = (5, 50, 95)


@dataclass(frozen=True)
class Spread:
    """How an input varies: lognormal or triangular, with low, central and high."""

    kind: str
    low: float
    central: float
    high: float

    def values(self, base: np.ndarray) -> np.ndarray:
        """Return draws from the base stream: standard normal, or uniform for a triangular one."""
        if self.kind == "lognormal":
            return self.central * np.exp(base * (math.log(self.high / self.low) / (2 * Z95)))
        width, left = self.high - self.low, self.central - self.low
        rising = self.low + np.sqrt(base * width * left)
        falling = self.high - np.sqrt((1 - base) * width * (self.high - self.central))
        return np.where(base < left / width, rising, falling)


class Draws:
    """Base streams of random numbers by name of input, with their ranks; made once, then kept."""

    def __init__(self, count: int, seed: int):
        self.count, self.seed = count, seed
        self._base: dict[tuple[str, str], np.ndarray] = {}
        self._ranks: dict[tuple[str, str], np.ndarray] = {}
        self._values: dict[tuple[str, Spread], np.ndarray] = {}

    def base(self, name: str, kind: str) -> np.ndarray:
        """Return the stream of an input, the same for every model."""
        key = (name, kind)
        if key not in self._base:
            seeds = np.random.SeedSequence([self.seed, zlib.crc32(name.encode())])
            stream = np.random.Generator(np.random.PCG64(seeds))
            normal = kind == "lognormal"
            self._base[key] = (stream.standard_normal if normal else stream.random)(self.count)
        return self._base[key]

    def values(self, inputs: dict[str, Spread]) -> dict[str, np.ndarray]:
        """Return the draws of several inputs by name; those many models share are made once."""
        for name, spread in inputs.items():
            if (name, spread) not in self._values:
                self._values[name, spread] = spread.values(self.base(name, spread.kind))
        return {name: self._values[name, spread] for name, spread in inputs.items()}

    def shares(self, inputs: dict[str, Spread], result: np.ndarray) -> dict[str, float]:
        """Return the squared rank correlation of each input with the result.

        The rank of an input is that of its stream, since either distribution rises with it.
        """
        ranks = _ranks(result)
        found = {}
        for name, spread in inputs.items():
            key = (name, spread.kind)
            if key not in self._ranks:
                self._ranks[key] = _ranks(self.base(*key))
            found[name] = float((self._ranks[key] @ ranks / self.count) ** 2)
        return found


def _ranks(values: np.ndarray) -> np.ndarray:
    """Return ranks with mean 0 and standard deviation 1; streams of random numbers have no ties."""
    count = len(values)
    ranks = np.empty(count)
    ranks[np.argsort(values)] = (np.arange(count) - (count - 1) / 2) / np.sqrt((count**2 - 1) / 12)
    return ranks


def percentiles(result: np.ndarray) -> tuple[float, float, float]:
    """Return the 5th, 50th and 95th percentile."""
    low, middle, high = np.percentile(result, PERCENTILES)
    return float(low), float(middle), float(high)


def growth(years: np.ndarray, costs: np.ndarray, resamples: int, seed: int) -> dict[str, float]:
    """Fit log10(cost) = a + b · year by least squares; return growth 10^b with its 95 % interval.

    The interval is that of the slopes over resampled models (bootstrap of pairs), which asks
    nothing of the errors; `r_squared` is that of the fit to all.
    """
    logs = np.log10(costs)
    slope, intercept = np.polyfit(years, logs, 1)
    left = logs - (intercept + slope * years)
    rng = np.random.default_rng(np.random.SeedSequence([seed, zlib.crc32(b"growth")]))
    picks = rng.integers(0, len(years), (resamples, len(years)))
    x, y = years[picks], logs[picks]
    x = x - x.mean(axis=1, keepdims=True)
    spread = (x**2).sum(axis=1)
    slopes = (x * y).sum(axis=1)[spread > 0] / spread[spread > 0]
    low, high = np.percentile(slopes, [2.5, 97.5])
    return {
        "growth_per_year": float(10**slope),
        "growth_low": float(10**low),
        "growth_high": float(10**high),
        "intercept_log10": float(intercept),
        "r_squared": float(1 - left.var() / logs.var()),
    }
