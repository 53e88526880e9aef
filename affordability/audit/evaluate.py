"""Evaluate every specification: arrays over actors × years × windows × costs × thresholds.

A share is cost × times a year ÷ resource, in that order, as in `affordability.ratios`, so that both
agree to the last bit. There is no loop over specifications, only over combinations of tables.
"""

from __future__ import annotations

from itertools import product
from math import prod

import numpy as np
import pandas as pd

from affordability.audit import people
from affordability.audit.data import (
    Data,
    fill_median,
    fill_ratio,
    kind_of,
    year_rule,
)
from affordability.audit.space import AXES, BLOCK_AXES, Space
from affordability.audit.universe import mask
from affordability.measures import MEASURES
from affordability.ratios import TIMES
from affordability.study import within
from affordability.tables import InputError

NUMERIC = ["year", "window", "price", "threshold", "tolerance"]  # axes whose options are numbers
# Half of the last digit of a percentage that is published in whole per cent is judged by round().
SLACK = 1e-9


def evaluate(
    space: Space, universes: dict, data: Data, blocks: range | None = None
) -> pd.DataFrame:
    """Return one row a specification of `space`, or of some of its blocks.

    Columns as in table schema `specifications`. A specification that matches no row has result NaN
    and matched 0; it is kept. So does one that matches fewer actors than the space asks for.
    """
    if not space.of_actors:
        found, start = _people(space, data) if space.of_people else _values(space, data), 0
        shape = space.shape
    else:
        blocks = range(space.blocks) if blocks is None else blocks
        found = _actors(space, universes, data, blocks)
        inner = prod(len(o) for axis, o in space.axes.items() if axis not in BLOCK_AXES)
        start, shape = blocks.start * inner, space.shape
    return _frame(space, found, start, shape, data)


def chunk(space: Space, number: int, of: int) -> range:
    """Return the blocks of chunk `number` (from 1) of `of`; whole blocks, as even as they go."""
    edges = np.linspace(0, space.blocks, of + 1).astype(int)
    return range(int(edges[number - 1]), int(edges[number]))


def _actors(space: Space, universes: dict, data: Data, blocks: range) -> dict[str, np.ndarray]:
    """Return result arrays of a claim over actors, blocks in order."""
    names = [axis for axis in space.axes if axis in BLOCK_AXES]
    combinations = list(product(*(space.axes[axis] for axis in names)))
    parts = []
    for index in blocks:
        chosen = {"oecd": None, **dict(zip(names, combinations[index], strict=True))}
        parts.append(_block(space, universes, data, chosen))
    if not parts:
        return {key: np.array([]) for key in RESULTS}
    return {key: np.concatenate([part[key].ravel() for part in parts]) for key in parts[0]}


RESULTS = ["result", "matched", "passing", "denominator", "holds", "published_exactly"]


def resource(data: Data, chosen: dict, years: list[int], windows: list[int]) -> np.ndarray:
    """Return years × windows × actors of a measure under a year rule and a treatment of gaps."""
    first = [data.years.tolist().index(year) for year in years]
    source = chosen["world_bank"], chosen["oecd"]
    grid = data.matrix(*source, chosen["measure"], chosen["dollars"])
    values = year_rule(grid, chosen["year_rule"], first, windows)
    if chosen["missing"] in ("unable", "left_out"):
        return values
    actors = data.actors(kind_of(chosen["measure"]), chosen["world_bank"])
    if "income_level" not in actors:
        raise InputError(
            "data/audit.yaml: found organisations filled in by income group, "
            f"expected missing to be unable or left_out for {chosen['measure']}"
        )
    groups = actors["income_level"].to_numpy(dtype=str)
    if chosen["missing"] == "group_median":
        return fill_median(values, groups)
    reference = MEASURES[chosen["measure"]].inferred_from
    if not reference:
        raise InputError(
            f"data/audit.yaml: found group_ratio with {chosen['measure']}, expected one of "
            + ", ".join(m.id for m in MEASURES.values() if m.inferred_from)
        )
    other = year_rule(
        data.matrix(*source, reference, chosen["dollars"]), chosen["year_rule"], first, windows
    )
    return fill_ratio(values, other, groups)


def prices(space: Space, data: Data) -> list[tuple[float, str]]:
    """Return (US$, per) of every option of the cost axis, in order."""
    if "price" in space.axes:
        return [(float(price), "month") for price in space.axes["price"]]
    known = data.costs.set_index("estimate_id")
    return [(known.at[i, "usd"], known.at[i, "per"]) for i in space.axes["estimate"]]


def _block(space: Space, universes: dict, data: Data, chosen: dict) -> dict[str, np.ndarray]:
    """Evaluate years × windows × costs × thresholds of one combination of tables."""
    values = resource(data, chosen, space.axes["year"], space.axes["window"])
    universe = universes[chosen["universe"]]
    actors = data.actors(kind_of(chosen["measure"]), chosen["world_bank"])
    members = mask(universe, actors)
    values, names = values[..., members], actors["actor_id"].to_numpy()[members]
    matched = np.count_nonzero(~np.isnan(values), axis=-1)
    matched = np.where(matched < space.fewest, 0, matched)
    limits = np.asarray(space.axes["threshold"], dtype=float)
    named = np.isin(names, space.published.get("members", []))
    period = MEASURES[chosen["measure"]].period
    passing, theirs = [], []
    for usd, per in prices(space, data):
        share = (usd * TIMES[(per, period)] / values)[..., None, :]
        able = within(share, limits[:, None], space.strict)
        passing.append(np.count_nonzero(able, axis=-1))
        theirs.append(np.count_nonzero(able[..., named], axis=-1))
    passing, theirs = np.stack(passing, axis=2), np.stack(theirs, axis=2)
    matched = np.broadcast_to(matched[..., None, None], passing.shape)
    everyone = np.full(passing.shape, members.sum())
    denominator = matched if chosen["missing"] == "left_out" else everyone
    with np.errstate(invalid="ignore", divide="ignore"):
        result = passing / denominator if space.of_share else passing.astype(float)
    result = np.where(matched == 0, np.nan, result)
    holds, exactly = judge(space, result, passing, theirs)
    return dict(zip(RESULTS, [result, matched, passing, denominator, holds, exactly], strict=True))


def judge(space: Space, result, passing, theirs) -> tuple[np.ndarray, np.ndarray]:
    """Return whether the sentence holds and whether the number is exactly the published one."""
    published, rule = space.published, space.holds
    there = ~np.isnan(result)
    if "members" in published:
        number = len(published["members"])
        exactly = (passing == number) & (theirs == number)
        holds = {
            "contains": theirs == number,
            "count": passing == number,
            "published": exactly,
        }[rule]
    elif "percent" in published:
        exactly = np.round(100 * result) == published["percent"]
        near = 0 if rule == "published" else rule["percent_points"]
        holds = exactly | (np.abs(100 * result - published["percent"]) <= near + SLACK)
    elif "most_unable" in published:
        exactly = holds = result < 0.5
    else:
        exactly = holds = result <= published["at_most"]
    return holds & there, exactly & there


def _people(space: Space, data: Data) -> dict[str, np.ndarray]:
    """Return result arrays of a claim on the share of the world's people."""
    found = people.evaluate(space, data)
    holds, exactly = judge(space, found["result"], found["passing"], found["passing"])
    return {**found, "holds": holds, "published_exactly": exactly}


def _values(space: Space, data: Data) -> dict[str, np.ndarray]:
    """Return result arrays of a claim about a cost: estimates × bounds (× tolerances)."""
    column = {"low": "usd_low", "central": "usd", "high": "usd_high"}
    known = data.costs.set_index("estimate_id")
    chosen = known.loc[space.axes["estimate"], [column[b] for b in space.axes["bound"]]]
    value = chosen.to_numpy(dtype=float)[..., None]
    published = space.published
    if "between" in published:
        low, high = published["between"]
        holds = exactly = (value >= low) & (value <= high)
    else:
        target = published["value"]
        tolerance = np.asarray(space.axes.get("tolerance", [published["within"]]), dtype=float)
        holds = np.abs(value / target - 1) <= tolerance
        exactly = np.broadcast_to(rounded(value, space.digits) == target, holds.shape)
    result = np.broadcast_to(value, holds.shape)
    matched = (~np.isnan(result)).astype(int)
    found = [result, matched, matched, matched, holds, exactly]
    return {key: array.ravel() for key, array in zip(RESULTS, found, strict=True)}


def rounded(value: np.ndarray, digits: int) -> np.ndarray:
    """Round to significant digits."""
    scale = 10.0 ** (np.floor(np.log10(value)) - digits + 1)
    return np.round(np.round(value / scale) * scale, 6)


def _frame(space: Space, found: dict, start: int, shape: tuple, data: Data) -> pd.DataFrame:
    """Put the choices of every specification beside its result."""
    count = len(found["result"])
    number = np.arange(start, start + count)
    codes = dict(zip(space.axes, np.unravel_index(number, shape), strict=True))
    frame = {
        "space": _coded(np.zeros(count, dtype=np.int16), [space.id]),
        "claim_id": _coded(np.zeros(count, dtype=np.int16), [space.claim["id"]]),
        "specification": number,
    }
    for axis in AXES:
        options = space.axes.get(axis)
        if axis in NUMERIC:
            values = np.asarray(options or [np.nan], dtype=float)
            frame[axis] = values[codes[axis]] if options else np.full(count, np.nan)
        else:
            at = codes[axis].astype(np.int16) if options else np.full(count, -1, dtype=np.int16)
            frame[axis] = _coded(at, [str(o) for o in options or []])
    basis = data.costs.set_index("estimate_id")["basis"]
    named = [basis[i] for i in space.axes.get("estimate", [])]
    kinds = sorted(set(named))
    at = np.asarray([kinds.index(b) for b in named], dtype=np.int16)
    frame["basis"] = _coded(
        at[codes["estimate"]] if named else np.full(count, -1, dtype=np.int16), kinds
    )
    stated = np.ones(count, dtype=bool)
    for axis, option in space.stated.items():
        stated &= codes[axis] == space.axes[axis].index(option)
    frame["reading"] = stated
    for key in RESULTS:
        kind = {"result": float, "holds": bool, "published_exactly": bool}.get(key, np.int32)
        frame[key] = found[key].astype(kind, copy=False)
    return pd.DataFrame(frame, copy=False)


def _coded(codes: np.ndarray, options: list[str]) -> pd.Categorical:
    """A column of few texts; -1 is blank."""
    return pd.Categorical.from_codes(codes, pd.Index(options, dtype="str"))
