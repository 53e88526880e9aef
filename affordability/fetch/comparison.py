"""What came, held against the last vintage: pure functions, no network, no file.

A service that lies consistently passes every proof of completeness. Against that stands what was
frozen before. Refused unless waived by name are

    losses   a published value that the last vintage has and the answer has not;
    changes  no revision does: a median ratio of new to last outside 0.5 to 2 (over a series, over
             one of its years, or from one year to a new one), one factor on most values, more than
             5 % of the values outside 0.5 to 2, a series, year or economy that answers with the
             values of another, a year that repeats the one before, one value or a reversed order
             for all economies.

Reported, since honest revisions do them too, are anomalies: the level of one economy, a new value
far from its neighbour, rounding.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from itertools import pairwise

import numpy as np

from affordability.fetch.nearest import foreign_values
from affordability.fetch.refusal import FetchError, waive

LOW, HIGH = 0.5, 2
LEVEL_LOW, LEVEL_HIGH = 0.8, 1.25
FEW = 5  # cells below which a share or a median says nothing
MOST_OUTSIDE = 0.05
MOST_REPEATED = 0.6
MOST_RELABELLED = 0.2

Cell = tuple[str, str, int, float]  # series, economy, year, value


@dataclass(frozen=True)
class Findings:
    """What differs: by name what is refused unless that name is waived; in words what is kept."""

    losses: dict[str, list[str]] = field(default_factory=dict)
    changes: dict[str, list[str]] = field(default_factory=dict)
    anomalies: list[str] = field(default_factory=list)

    def __add__(self, other: Findings) -> Findings:
        return Findings(
            {**self.losses, **other.losses},
            {
                k: self.changes.get(k, []) + other.changes.get(k, [])
                for k in {**self.changes, **other.changes}
            },
            self.anomalies + other.anomalies,
        )


def compare(new: Iterable[Cell], last: Iterable[Cell], growth: float = HIGH) -> Findings:
    """Return what differs between `new` and `last`, both restricted to what was asked.

    `growth` is the factor by which the median economy can honestly grow or shrink in a year.
    """
    names, codes, years, now, before = aligned(list(new), list(last))
    losses, changes, anomalies = {}, {}, []
    foreign = foreign_values(names, codes, now, before)
    for i, name in enumerate(names):
        if lost := _lost(codes, years, now[i], before[i]):
            losses[name] = [lost]
        said = [
            *_scale(years, now[i], before[i]),
            *_growth(years, now[i], before[i], growth),
            *foreign.get(name, []),
            *_repeated(years, now[i], before[i]),
            *_order(years, now[i], before[i]),
        ]
        if said:
            changes[name] = said
        anomalies += [f"{name}: {each}" for each in _levels(codes, now[i], before[i])]
        anomalies += [f"{name}: {each}" for each in _added(codes, years, now[i], before[i])]
        anomalies += [f"{name}: {each}" for each in _rounded(now[i], before[i])]
    return Findings(losses, changes, anomalies)


def aligned(new: list[Cell], last: list[Cell]) -> tuple:
    """Return names, economies, years, and both as arrays over them; NaN where there is no value."""
    axes = [sorted({cell[axis] for cell in (*new, *last)}) for axis in range(3)]
    at = [{key: i for i, key in enumerate(axis)} for axis in axes]
    arrays = []
    for cells in (new, last):
        array = np.full([len(axis) for axis in axes], np.nan)
        for name, code, year, value in cells:
            array[at[0][name], at[1][code], at[2][year]] = value
        arrays.append(array)
    return *axes, *arrays


def _lost(codes: list, years: list, now: np.ndarray, before: np.ndarray) -> str:
    gone = np.argwhere(np.isfinite(before) & ~np.isfinite(now))
    if not len(gone):
        return ""
    named = ", ".join(f"{codes[e]} {years[y]}" for e, y in gone[:6])
    return f"{len(gone)} of {np.isfinite(before).sum()} values did not come, among them {named}"


def _ratios(now: np.ndarray, before: np.ndarray) -> np.ndarray:
    both = np.isfinite(now) & np.isfinite(before) & (before != 0)
    return now[both] / before[both]


def _outside(ratio: float) -> bool:
    return not LOW <= ratio <= HIGH


def _scale(years: list, now: np.ndarray, before: np.ndarray) -> list[str]:
    ratios = _ratios(now, before)
    if len(ratios) < FEW:
        return []
    middle = np.median(ratios)
    if _outside(middle):
        return [f"the median ratio to the last vintage is {middle:.4g}"]
    if abs(middle - 1) > 1e-3 and np.mean(abs(ratios / middle - 1) < 1e-4) > 0.5:
        return [f"most values are {middle:.6g} times those of the last vintage"]
    said = []
    for y, year in enumerate(years):
        of_year = _ratios(now[:, y], before[:, y])
        if len(of_year) >= FEW and _outside(np.median(of_year)):
            said.append(
                f"in {year} the median ratio to the last vintage is {np.median(of_year):.4g}"
            )
    outside = np.sum((ratios < LOW) | (ratios > HIGH))
    if not said and outside >= 2 * FEW and outside > MOST_OUTSIDE * len(ratios):
        said.append(f"{outside} of {len(ratios)} values changed by more than a factor of 2")
    return said


def _growth(years: list, now: np.ndarray, before: np.ndarray, most: float) -> list[str]:
    """Compare a year that the last vintage does not have with the year before it."""
    said = []
    for (y, first), (z, second) in pairwise(enumerate(years)):
        if second - first != 1 or np.isfinite(before[:, z]).sum() >= FEW:
            continue
        ratios = _ratios(now[:, z], now[:, y])
        if len(ratios) >= FEW and not 1 / most <= np.median(ratios) <= most:
            said.append(f"the median ratio of {second} to {first} is {np.median(ratios):.4g}")
    return said


def _repeated(years: list, now: np.ndarray, before: np.ndarray) -> list[str]:
    said = []
    for (y, first), (z, second) in pairwise(enumerate(years)):
        if second - first == 1 and _same(now, y, z) > max(MOST_REPEATED, _same(before, y, z)):
            said.append(f"{second} repeats the values of {first}")
    return said


def _same(values: np.ndarray, y: int, z: int) -> float:
    both = np.isfinite(values[:, y]) & np.isfinite(values[:, z])
    return float(np.mean(values[both, y] == values[both, z])) if both.sum() >= FEW else 0.0


def _order(years: list, now: np.ndarray, before: np.ndarray) -> list[str]:
    """Look for one value for all economies, and for an order of economies turned round."""
    said = []
    for y, year in enumerate(years):
        found = now[np.isfinite(now[:, y]), y]
        both = np.isfinite(now[:, y]) & np.isfinite(before[:, y])
        always = both.any() and np.ptp(before[both, y]) == 0
        if len(found) >= FEW and np.ptp(found) == 0 and not always:
            said.append(f"in {year} all {len(found)} economies have {found[0]:g}")
        elif both.sum() > FEW and _correlation(now[both, y], before[both, y]) < 0:
            said.append(f"in {year} the order of the economies is reversed")
    return said


def _correlation(one: np.ndarray, two: np.ndarray) -> float:
    ranks = [np.argsort(np.argsort(values)) for values in (one, two)]
    return float(np.corrcoef(*ranks)[0, 1])


def _levels(codes: list, now: np.ndarray, before: np.ndarray) -> list[str]:
    said = []
    for e, code in enumerate(codes):
        ratios = _ratios(now[e], before[e])
        if not len(ratios):
            continue
        outside = int(np.sum((ratios < LOW) | (ratios > HIGH)))
        middle = np.median(ratios)
        if outside or not LEVEL_LOW <= middle <= LEVEL_HIGH:
            said.append(
                f"{code}: median ratio to the last vintage {middle:.4g}, {outside} of "
                f"{len(ratios)} values changed by more than a factor of 2"
            )
    return said


def _added(codes: list, years: list, now: np.ndarray, before: np.ndarray) -> list[str]:
    """Compare a value that the last vintage does not have with the nearest year of its economy.

    Where the last vintage has nothing of an economy, its values are new, and nothing is jumped.
    """
    said = []
    for e, y in np.argwhere(np.isfinite(now) & ~np.isfinite(before)):
        others = [z for z in np.flatnonzero(np.isfinite(before[e])) if np.isfinite(now[e, z])]
        if not others:
            continue
        z = min(others, key=lambda z: abs(years[z] - years[y]))
        if now[e, z] and _outside(now[e, y] / now[e, z]) and abs(years[y] - years[z]) <= 2:
            said.append(
                f"{codes[e]}: {now[e, y]:.4g} in {years[y]} is new, after {now[e, z]:.4g} in "
                f"{years[z]}"
            )
    return said


def _rounded(now: np.ndarray, before: np.ndarray) -> list[str]:
    both = np.isfinite(now) & np.isfinite(before)
    if both.sum() < FEW:
        return []
    new, old = (max(_digits(v) for v in values[both]) for values in (now, before))
    return [f"rounded to {new} digits, {old} in the last vintage"] if new <= old - 3 else []


def _digits(value: float) -> int:
    """Return the number of significant digits a value is written with."""
    return len(repr(float(value)).partition("e")[0].replace(".", "").strip("-0"))


def compare_labels(new: dict[str, dict[str, str]], last: dict[str, dict[str, str]]) -> Findings:
    """Compare the labels of economies: `new` and `last` give, by kind, the label of each code.

    A kind that moved for more than a fifth of the economies at once is a change, under its name.
    """
    changes, anomalies = {}, []
    for kind, labels in new.items():
        before = last.get(kind, {})
        common = sorted(set(labels) & set(before))
        moved = [code for code in common if labels[code] != before[code]]
        if len(moved) > MOST_RELABELLED * len(common):
            changes[kind] = [
                f"{len(moved)} of {len(common)} economies have another than in the "
                f"last vintage, among them {', '.join(moved[:6])}"
            ]
        anomalies += [f"{kind}: {code}: {before[code]!r} became {labels[code]!r}" for code in moved]
    return Findings(changes=changes, anomalies=anomalies)


def refuse(
    found: Findings,
    allow_losses: Collection[str] = (),
    allow_changes: Collection[str] = (),
    name: str = "",
) -> list[str]:
    """Return what is to be reported; stop at a loss or change whose name is not waived.

    `name` stands for all names of one provider where its table is waived as a whole.
    """
    options, said = [], []
    for option, findings, allowed in (
        ("allow_losses", found.losses, allow_losses),
        ("allow_changes", found.changes, allow_changes),
    ):
        open_ = {key: words for key, words in findings.items() if (name or key) not in allowed}
        said += [f"{key}: {'; '.join(words[:3])}" for key, words in open_.items()]
        if open_:
            options.append(f"{option}={','.join([name] if name else sorted(open_))}")
    if said:
        more = f" and {len(said) - 6} more" if len(said) > 6 else ""
        raise FetchError(
            f"compared with the last vintage: {'; '.join(said[:6])}{more}; nothing was written; if "
            f"the provider's own page shows the same, allow it: {waive(' '.join(options))}"
        )
    waived = {**found.losses, **found.changes}
    return [f"{key}: {each}" for key in waived for each in waived[key]] + found.anomalies
