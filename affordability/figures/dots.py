"""Economies as dots by income group, and the names of those that stand out."""

from __future__ import annotations

import pandas as pd

from affordability.figures import style
from affordability.figures.labels import place_beside
from affordability.figures.names import short


def group_look(group: object) -> str:
    """The income group as the style knows it: our tables write a hyphen, the files do not."""
    return style.income_group(str(group).replace("-middle", " middle"))


def with_names(rows: pd.DataFrame, economies: pd.DataFrame, how: str = "inner") -> pd.DataFrame:
    """Return rows by `economy` with its name and income_group; `economies` are of the vintage."""
    named = economies.rename(columns={"iso3": "economy", "income_level": "income_group"})
    return named[["economy", "name", "income_group"]].merge(rows, on="economy", how=how)


def plot_dots(rows: pd.DataFrame, x: str, y: str, ax, size: float = 4, counted: bool = True):
    """A dot an economy, colour and marker by income group; `counted` says how many of each."""
    for level, (colour, marker) in style.INCOME_GROUPS.items():
        part = rows[rows["income_group"].map(group_look) == level]
        if len(part):
            label = f"{level} ({len(part)})" if counted else level
            ax.plot(part[x], part[y], marker, ms=size, color=colour, ls="", label=label)
    return ax


def name_beside(rows: pd.DataFrame, far, x: str, y: str, ax) -> None:
    """Name the rows whose index is in `far`, clear of all others; needs the settled layout."""
    chosen, rest = rows.loc[far], rows.drop(far)
    spots = zip(chosen[x], chosen[y], chosen["name"].map(short), strict=True)
    avoid = zip(rest[x], rest[y], strict=True)
    place_beside(ax, list(spots), list(avoid), fontsize=7)
