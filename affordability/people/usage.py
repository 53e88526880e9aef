"""Who uses it: use of AI against what a plan costs there. An association, not a cause.

Each measure of use stands alone: their definitions differ, and they are never merged. Within a
measure and period, over the economies with both figures:

    rank correlation   Spearman's, of use with burden
    slope              of log use on log burden, with HC3 errors (`slopes`), by income group too
    residual           log use less the line's: above zero, more is used than means suggest

Economies that share their figures in every period of a measure were given those of a regional pool
by its publisher; they say nothing on their own and are left out, by name.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.people.slopes import line
from affordability.tables import InputError

KEY = ["measure", "period"]
ALL = "All"
TABLE = ["economy", *KEY, "usage", "burden", "residual"]


def pooled(usage: pd.DataFrame) -> dict[str, list[str]]:
    """Return by measure the economies whose figures equal another's in two periods or more."""
    found = {}
    for measure, part in usage.groupby("measure"):
        wide = part.pivot(index="iso3", columns="period", values="value").dropna()
        same = wide.duplicated(keep=False)
        found[measure] = list(wide.index[same]) if wide.shape[1] > 1 else []
    return found


def against_burden(
    usage: pd.DataFrame, burden: pd.Series, groups: pd.Series
) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Set use against burden.

    Args:
        usage: iso3, measure, period, value: shares of people or an index, no counts.
        burden: share of income that a plan costs, by economy.
        groups: income group by economy.

    Returns:
        economy, measure, period, usage, burden, residual: of the line over all economies;
        measure, period, income_group (All for all), n, rank_correlation, slope, se_hc3.

    Raises:
        InputError: an economy twice in a measure and period.
    """
    twice = usage[usage.duplicated(["iso3", *KEY])]
    if len(twice):
        row = twice.iloc[0]
        raise InputError(
            f"ai_usage, {row['iso3']}, {row['measure']}, {row['period']}: found two rows, expected "
            "one; measures and periods are never merged"
        )
    alike = pooled(usage)
    own = [row.iso3 not in alike[row.measure] for row in usage.itertuples()]
    rows = usage[np.array(own, bool) & usage["value"].gt(0)]
    rows = rows.assign(burden=rows["iso3"].map(burden), group=rows["iso3"].map(groups))
    rows = rows[rows["burden"].gt(0)].rename(columns={"iso3": "economy", "value": "usage"})
    tables, lines = [], []
    for key, part in rows.groupby(KEY, sort=True):
        fit = line(np.log(part["burden"]), np.log(part["usage"]))
        tables.append(part.assign(residual=fit.residuals)[TABLE])
        lines.append(_line(key, ALL, part))
        lines += [_line(key, group, some) for group, some in part.groupby("group", sort=True)]
    names = [*KEY, "income_group", "n", "rank_correlation", "slope", "se_hc3"]
    table = pd.concat(tables).sort_values(["economy", *KEY], ignore_index=True)
    return table, pd.DataFrame(lines, columns=names)


def _line(key: tuple, group: str, part: pd.DataFrame) -> tuple:
    fit = line(np.log(part["burden"]), np.log(part["usage"]))
    return (
        *key,
        group,
        len(part),
        rank_correlation(part["burden"], part["usage"]),
        fit.slope,
        fit.se_hc3,
    )


def rank_correlation(x: pd.Series, y: pd.Series) -> float:
    """Return Spearman's rank correlation: Pearson's of the ranks, equal values sharing theirs."""
    if len(x) < 3 or x.nunique() == 1 or y.nunique() == 1:
        return float("nan")
    return float(np.corrcoef(x.rank(), y.rank())[0, 1])
