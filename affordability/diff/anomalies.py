"""What no ordinary revision does: a shifted unit, a moved level, a jump, a population break.

Each is found from the values of two vintages alone, a series and an economy at a time, and is
flagged to be looked at: an anomaly is no error. With x as published, in this order, so that one
cause is told once:

    unit         new/old is within 10^±`POWER` of a power of ten other than 1, for most values of a
                 year (the series), or for single values of an economy;
    level        most values of a series changed by one factor, the same to `ALIKE`: a new base
                 year, another currency. Or half of those of one economy by more than `LEVEL`;
    population   people of an economy and year were revised by more than `PEOPLE`;
    jump         ln(x_t/x_(t-1)) in the new vintage is further from the economy's own median change
                 than any in the old vintage and than `BEYOND` spreads (1.4826 × median absolute
                 deviation of its changes, at least `STEADY`), the old vintage was not so far in
                 that year, and one of the two values is new or revised.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

POWER = 0.01  # decades: 2.3 %
FEW = 5  # values below which most of them says nothing
ALIKE = 1e-4
NEAR_ONE = 1e-3  # a factor nearer to one is no level
LEVEL = 1.25
PEOPLE = 0.10
BEYOND = 10
STEADY = 0.03  # the least spread: a series that hardly moves may move by some per cent
HISTORY = 8  # changes from year to year below which an economy has no history
COLUMNS = ["kind", "series", "iso3", "first", "last", "n", "old", "new", "factor", "usual"]


def found(pairs: pd.DataFrame, people: set[str]) -> pd.DataFrame:
    """Return the anomalies (`COLUMNS`) of published series.

    Args:
        pairs: what `values.matched` gives.
        people: the series that count people.

    `first` and `last` are years, `n` how many values; `old` and `new` are of the largest; `factor`
    is new/old, or x_t/x_(t-1) for a jump, whose `usual` factor is that of its median year.
    """
    both = pairs[(pairs["value_old"] > 0) & (pairs["value_new"] > 0)]
    both = both.assign(factor=both["value_new"] / both["value_old"])
    both = both[both["what"].isin(["revised", "mended"])]
    units = _units(both, pairs)
    both = both.drop(units.index)
    levels = _levels(both, pairs)
    both = both.drop(levels.index)
    counted = both[both["series"].isin(people)]
    breaks = counted[(counted["factor"] - 1).abs() > PEOPLE]
    told = [
        _of_all(units, "unit"),
        _of_one(units, "unit"),
        _of_all(levels, "level"),
        _of_one(levels, "level"),
        _of_one(breaks.assign(all=False), "population"),
        _jumps(pairs.drop(units.index).drop(levels.index).drop(breaks.index)),
    ]
    return pd.concat([part for part in told if len(part)] or [pd.DataFrame(columns=COLUMNS)])[
        COLUMNS
    ].reset_index(drop=True)


def _units(both: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the values that changed by a power of ten; `all` where most of their year did."""
    power = np.log10(both["factor"])
    rows = both[(power.round() != 0) & ((power - power.round()).abs() <= POWER)]
    key = ["series", "year"]
    compared = pairs[pairs["value_old"].notna() & pairs["value_new"].notna()]
    size = compared.groupby(key).size().rename("size")
    share = rows.groupby(key).size().rename("moved")
    known = rows.join(share, on=key).join(size, on=key)
    most = (known["size"] >= FEW) & (known["moved"] > known["size"] / 2)
    return rows.assign(all=most.astype(bool))


def _levels(both: pd.DataFrame, pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the values that moved by one factor with most of their series, or their economy.

    A factor near one is no level: small revisions of many values lie beside it by themselves.
    """
    compared = pairs[pairs["value_old"].notna() & pairs["value_new"].notna()]
    middle = both.groupby("series")["factor"].transform("median")
    alike = both[((both["factor"] / middle - 1).abs() < ALIKE) & ((middle - 1).abs() > NEAR_ONE)]
    size = alike.join(compared.groupby("series").size().rename("size"), on="series")["size"]
    moved = alike.groupby("series")["year"].transform("size")
    of_all = alike[(moved >= FEW) & (moved > size / 2)].assign(all=True)
    rest = both.drop(of_all.index)
    far = rest[np.log(rest["factor"]).abs() > np.log(LEVEL)]
    key = ["series", "iso3"]
    size = far.join(compared.groupby(key).size().rename("size"), on=key)["size"]
    moved = far.groupby(key)["year"].transform("size")
    one = far[(moved >= FEW) & (moved >= size / 2)].assign(all=False)
    return pd.concat([of_all, one]) if len(of_all) else one


def _of_all(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    rows = rows[rows["all"].astype(bool)].assign(iso3="")
    return _grouped(rows, kind)


def _of_one(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    return _grouped(rows[~rows["all"].astype(bool)], kind)


def _grouped(rows: pd.DataFrame, kind: str) -> pd.DataFrame:
    """Return a row a series and economy (or all), with the values that moved most."""
    rows = rows.assign(size=np.log(rows["factor"]).abs()).sort_values(
        ["series", "iso3", "size", "year"], ascending=[True, True, False, True]
    )
    key = ["series", "iso3"]
    most = rows.drop_duplicates(key).set_index(key)
    told = rows.groupby(key).agg(first=("year", "min"), last=("year", "max"), n=("year", "size"))
    told["factor"] = rows.groupby(key)["factor"].median()
    told["old"], told["new"] = most["value_old"], most["value_new"]
    return (
        told.reset_index()
        .assign(kind=kind, usual=np.nan)
        .sort_values(["n", "series", "iso3"], ascending=[False, True, True])
    )


def _jumps(pairs: pd.DataFrame) -> pd.DataFrame:
    """Return the changes from one year to the next that are beyond an economy's own history."""
    rows = pairs.sort_values(["series", "iso3", "year"])
    key = [rows["series"], rows["iso3"]]
    next_year = rows["year"].diff().eq(1) & rows["iso3"].eq(rows["iso3"].shift())
    next_year &= rows["series"].eq(rows["series"].shift())
    steps = {}
    for side in ("old", "new"):
        log = np.log(rows[f"value_{side}"].where(rows[f"value_{side}"] > 0).astype(float))
        steps[side] = log.diff().where(next_year)
    usual = steps["old"].groupby(key).transform("median")
    spread = 1.4826 * (steps["old"] - usual).abs().groupby(key).transform("median")
    reach = BEYOND * spread.clip(lower=STEADY)
    off = {side: (step - usual).abs() for side, step in steps.items()}
    most = off["old"].groupby(key).transform("max")
    known = steps["old"].groupby(key).transform("count") >= HISTORY
    far = (off["new"] > reach) & (off["new"] > most * (1 + ALIKE)) & ~(off["old"] > reach)
    moved = rows["what"].isin(["added", "revised"])
    moved |= moved.shift(fill_value=False) & next_year
    wanted = known & moved & far
    told = rows.assign(
        kind="jump",
        first=rows["year"] - 1,
        last=rows["year"],
        n=1,
        old=rows["value_new"].shift(),
        new=rows["value_new"],
        factor=np.exp(steps["new"]),
        usual=np.exp(usual),
        size=off["new"] / reach,
    )[wanted.to_numpy(bool)]
    return told.sort_values(["size", "series", "iso3"], ascending=[False, True, True])
