"""Partitions of the data, of which one that was expected may be absent though the rows add up.

A partition is a table of a source, a series or measure in a year, or a series in a group of
economies (region or income level) in a year. It is

    there       a vintage has at least `FEWEST` economies in it;
    absent      the old vintage has it, and the new one less than `LEAST` of its economies (of a
                group, none; of a table, no row);
    expected    the old vintage has it and the study asks for it: it is of a measure, or of a series
                that the fetch requires (`required` in workflow/series.csv) and whose measures, if
                it has any, are not had by another formula;
    unexpected  the new vintage has it and the old one less than `LEAST` of it, and it is no year
                after the newest that the old one has: those are what an update is for.

An absent partition that was expected fails a comparison; every other one is named.
"""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from affordability.derivation import operands
from affordability.measures import MEASURES
from affordability.people import incomes

FEWEST = 10
LEAST = 0.5
FEWEST_OF_GROUP = 5
COLUMNS = ["what", "of", "group", "first", "last", "old", "new", "state", "expected"]
GROUPS = ["region", "income_level"]
# Series that are read as they are, whatever a measure can be made of.
DIRECT = {*incomes.SERIES.values(), incomes.GDP, incomes.GDP_PPP}
YEARLY = [m.id for m in MEASURES.values() if m.actor != "organisation" and not m.yearly]


def found(
    longs: list[pd.DataFrame],
    panels: list[pd.DataFrame],
    economies: pd.DataFrame,
    required: Iterable[str],
) -> pd.DataFrame:
    """Return the partitions that are absent or unexpected (`COLUMNS`), years in a row as one.

    Args:
        longs: published values of both sides, as `values.long` gives them.
        panels: resources of all years of both sides.
        economies: those of the old vintage, which say the group of each.
        required: the series that must be there.

    `old` and `new` are how many economies the largest year had on either side.
    """
    measured = [
        side[side["measure"].isin(YEARLY)].rename(columns={"measure": "series", "actor_id": "iso3"})
        for side in panels
    ]
    longs = _newest_alone(longs)
    lost = _years([_counted(side) for side in measured], "measure").assign(expected=True)
    lost = lost[lost["state"].eq("absent")]
    gone = {m: set(rows["year"]) for m, rows in lost.groupby("of")}
    published = _years([_counted(side) for side in longs], "series")
    wanted = set(required)
    groups = _groups(longs, economies, published)
    for found in (published, groups):
        found["expected"] = [
            row.of in wanted and not _had_otherwise(row.of, row.year, gone)
            for row in found.itertuples()
        ]
    every = pd.concat([lost, published, groups], ignore_index=True)
    every["expected"] &= every["state"].eq("absent")
    return _in_a_row(every)


def tables(old: dict[str, int], new: dict[str, int]) -> pd.DataFrame:
    """Return the tables only one of two vintages has; old and new are rows by source/table."""
    rows = []
    for name in sorted(set(old) | set(new)):
        before, after = old.get(name, 0), new.get(name, 0)
        if bool(before) != bool(after):
            state = "absent" if before else "unexpected"
            row = {"what": "table", "of": name, "group": "", "old": before, "new": after}
            rows.append({**row, "state": state, "expected": state == "absent"})
    return pd.DataFrame(rows, columns=COLUMNS).astype({"first": "Int64", "last": "Int64"})


def _newest_alone(longs: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Return both sides with year 0 for series of which the old one has one value an economy.

    Such a series is the newest value of each, and a year of it is no partition.
    """
    values = longs[0].groupby(["series", "iso3"]).size().groupby("series").max()
    alone = list(values[values == 1].index)
    told = []
    for side in longs:
        single = side["series"].isin(alone)
        newest = side[single].drop_duplicates(["series", "iso3"]).assign(year=0)
        told.append(pd.concat([side[~single], newest.astype({"year": "Int64"})]))
    return told


def _counted(side: pd.DataFrame) -> pd.Series:
    """How many values a series and year has; one an economy."""
    return side.groupby(["series", "year"]).size()


def _years(counts: list[pd.Series], what: str) -> pd.DataFrame:
    """Return the absent and unexpected years of what is counted."""
    old, new = counts[0].align(counts[1], fill_value=0)
    absent = (old >= FEWEST) & (new < LEAST * old)
    newest = old[old > 0].reset_index().groupby("series")["year"].max()
    series, year = (old.index.get_level_values(name) for name in ("series", "year"))
    older = ~(year.to_numpy() > series.map(newest).fillna(9999).to_numpy(float))
    unexpected = (new >= FEWEST) & (old < LEAST * new) & older
    state = pd.Series("", old.index).mask(absent, "absent").mask(unexpected, "unexpected")
    rows = pd.DataFrame({"old": old, "new": new, "state": state})[absent | unexpected]
    rows = rows.rename_axis(["of", "year"]).reset_index()
    return rows.assign(what=what, group="")


def _had_otherwise(series: str, year: int, gone: dict[str, set]) -> bool:
    """Return whether every measure made of a series has the year all the same."""
    measures = [m for m in YEARLY if series in _behind(MEASURES[m]) and series not in DIRECT]
    return bool(measures) and not any(year in gone.get(m, ()) for m in measures)


def _behind(measure) -> set[str]:
    return {operand.name for part in measure.parts for operand in operands(part)}


def _groups(longs: list, economies: pd.DataFrame, years: pd.DataFrame) -> pd.DataFrame:
    """Return the groups of economies without a single value left, of years that are not absent."""
    told = {(row.of, row.year) for row in years.itertuples() if row.state == "absent"}
    rows = []
    for column in GROUPS:
        group = economies.set_index("iso3")[column]
        sides = [side.groupby(["series", "year", side["iso3"].map(group)]).size() for side in longs]
        old, new = sides[0].align(sides[1], fill_value=0)
        for (series, year, name), size in old[(old >= FEWEST_OF_GROUP) & (new == 0)].items():
            if name and (series, year) not in told:
                rows.append([series, year, name, size, 0])
    frame = pd.DataFrame(rows, columns=["of", "year", "group", "old", "new"])
    return frame.assign(what="group", state="absent")


def _in_a_row(rows: pd.DataFrame) -> pd.DataFrame:
    """Return years that follow each other as one row, expected ones first."""
    key = ["what", "of", "group", "state", "expected"]
    rows = rows.sort_values([*key, "year"]).reset_index(drop=True)
    apart = rows[key].ne(rows[key].shift()).any(axis=1) | rows["year"].diff().ne(1)
    told = rows.groupby([*key, apart.cumsum().rename("run")], sort=False).agg(
        first=("year", "min"), last=("year", "max"), old=("old", "max"), new=("new", "max")
    )
    told = told.reset_index().astype({"first": "Int64", "last": "Int64"})
    told = told.assign(**{end: told[end].where(told[end] > 0) for end in ("first", "last")})
    told = told.sort_values(
        ["expected", "state", "what", "of", "group", "first"],
        ascending=[False, True, True, True, True, True],
    )
    return told[COLUMNS].reset_index(drop=True)
