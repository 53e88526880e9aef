"""Series that must agree with each other: the one proof of a series that no vintage has yet.

The median over economies and years of a series over the product of others lies in a known range,
and the five quintile shares add up to 100. A unit that is wrong by a factor shows here.
"""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from statistics import median

from affordability.fetch.comparison import FEW, Cell, Findings

RATIOS = (
    ("NY.GDP.MKTP.CD", ("NY.GDP.PCAP.CD", "SP.POP.TOTL"), 0.95, 1.05),
    ("NY.GDP.MKTP.PP.CD", ("NY.GDP.PCAP.PP.CD", "SP.POP.TOTL"), 0.95, 1.05),
    ("NY.GNP.PCAP.CD", ("NY.GDP.PCAP.CD",), 0.8, 1.25),
    ("NY.GNP.PCAP.PP.CD", ("NY.GDP.PCAP.PP.CD",), 0.8, 1.25),
    ("NY.ADJ.NNTY.PC.CD", ("NY.GDP.PCAP.CD",), 0.6, 1.1),
    ("SP.POP.1564.TO", ("SP.POP.TOTL",), 0.4, 0.9),
    ("SI.DST.10TH.10", ("SI.DST.05TH.20",), 0.4, 1),
    ("SI.DST.FRST.10", ("SI.DST.FRST.20",), 0.2, 0.5),
)
QUINTILES = tuple(f"SI.DST.{name}.20" for name in ("FRST", "02ND", "03RD", "04TH", "05TH"))


def contradictions(cells: Iterable[Cell]) -> Findings:
    """Return the series that contradict others, as changes under their names."""
    series: dict[str, dict[tuple[str, int], float]] = {}
    for name, code, year, value in cells:
        series.setdefault(name, {})[code, year] = value
    changes = {}
    for name, others, low, high in RATIOS:
        ratios = [
            series[name][at] / other
            for at in _common(series, (name, *others))
            if (other := prod(series[each][at] for each in others))
        ]
        if len(ratios) >= FEW and not low <= median(ratios) <= high:
            changes[name] = [
                f"the median ratio to {' x '.join(others)} is {median(ratios):.4g}, expected "
                f"{low:g} to {high:g}"
            ]
    sums = [sum(series[name][at] for name in QUINTILES) for at in _common(series, QUINTILES)]
    if len(sums) >= FEW and not 99 <= median(sums) <= 101:
        changes[QUINTILES[0]] = [f"the shares of the five fifths add up to {median(sums):.4g}"]
    return Findings(changes=changes)


def _common(series: dict[str, dict], names: tuple[str, ...]) -> list[tuple[str, int]]:
    """Return where all of these series have a value."""
    return sorted(set.intersection(*(set(series.get(name, ())) for name in names)))
