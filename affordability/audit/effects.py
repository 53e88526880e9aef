"""Which choices decide: shares of variance over a full factorial, and how often a claim holds.

For a choice X and the result Y over all specifications that match data, each equally likely:
    first order  Var(E[Y | X]) / Var(Y)             what X explains alone
    total        1 - Var(E[Y | all but X]) / Var(Y)  what goes with X, interactions included
(Sobol's indices; Saltelli et al. 2008, Global Sensitivity Analysis, ch. 1 and 4). On a full
factorial the first is the sum of squares of a main effect in an analysis of variance. Where
specifications match nothing it has holes; then first orders may add up to more than 1.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.audit.space import Space

SETS = ("readings", "all")


def cube(
    space: Space, frame: pd.DataFrame, column: str, which: str
) -> tuple[np.ndarray, list[str]]:
    """Return a column as an array with one axis a choice, and the choices; NaN where none matched.

    `which` "readings" keeps what the sentence states, and so drops those axes. `frame` has every
    specification of the space in order.
    """
    values = frame[column].to_numpy(dtype=float).copy()
    values[frame["matched"].to_numpy() == 0] = np.nan
    grid = values.reshape(space.shape)
    names = list(space.axes)
    if which == "readings":
        for axis, option in space.stated.items():
            at = names.index(axis)
            grid = np.take(grid, space.axes[axis].index(option), axis=at)
            names.remove(axis)
    return grid, names


def explained(grid: np.ndarray, axis: int) -> tuple[float, float]:
    """Return first-order and total share of variance of one axis; 0 if nothing varies."""
    there = ~np.isnan(grid)
    filled = np.where(there, grid, 0.0)
    count = there.sum()
    if count == 0:
        return 0.0, 0.0
    mean = filled.sum() / count
    variance = (np.where(there, grid - mean, 0.0) ** 2).sum() / count
    if variance <= 1e-24:
        return 0.0, 0.0
    others = tuple(i for i in range(grid.ndim) if i != axis)
    first = _between(filled.sum(axis=others), there.sum(axis=others), mean, count)
    rest = _between(filled.sum(axis=axis), there.sum(axis=axis), mean, count)
    return float(first / variance), float(1 - rest / variance)


def _between(sums: np.ndarray, counts: np.ndarray, mean: float, total: int) -> float:
    """Variance of group means about the mean, groups weighted by their size."""
    means = np.divide(sums, counts, out=np.full(sums.shape, mean), where=counts > 0)
    return float((counts * (means - mean) ** 2).sum() / total)


def effects(space: Space, frame: pd.DataFrame) -> pd.DataFrame:
    """Return what each choice explains, of the result and of whether the claim holds."""
    rows = []
    for which in SETS:
        result, names = cube(space, frame, "result", which)
        holds, _ = cube(space, frame, "holds", which)
        for i, name in enumerate(names):
            first, total = explained(result, i)
            holds_first, holds_total = explained(holds, i)
            rows.append(
                {
                    "space": space.id,
                    "claim_id": space.claim["id"],
                    "set": which,
                    "choice": name,
                    "options": result.shape[i],
                    "first_order": first,
                    "total": total,
                    "holds_first_order": holds_first,
                    "holds_total": holds_total,
                }
            )
    table = pd.DataFrame(rows)
    numbers = table.columns[-4:]
    table[numbers] = table[numbers].round(9) + 0.0  # the order of a sum shows below that
    return table


def summary(space: Space, frame: pd.DataFrame) -> pd.DataFrame:
    """Return how many specifications there are, match nothing, hold, are exactly as published."""
    rows = []
    for which in SETS:
        part = frame if which == "all" else frame[frame["reading"]]
        found = part[part["matched"] > 0]
        result = found["result"]
        rows.append(
            {
                "space": space.id,
                "claim_id": space.claim["id"],
                "set": which,
                "specifications": len(part),
                "matched_nothing": len(part) - len(found),
                "hold": int(found["holds"].sum()),
                "share_holding": float(found["holds"].mean()) if len(found) else float("nan"),
                "as_published": int(found["published_exactly"].sum()),
                "lowest": result.min(),
                "median": result.median(),
                "highest": result.max(),
            }
        )
    return pd.DataFrame(rows)
