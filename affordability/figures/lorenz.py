"""The figure of concentration: Lorenz curves, and Gini and top share by year."""

from __future__ import annotations

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import LICENCE
from affordability.words import listed, money, percent, three_digits

STYLES = {"economies": (style.BLUE, "by economy"), "people": (style.ORANGE, "by people")}


def draw_frame(curves: pd.DataFrame, table: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn, long: panel, year, series, x, y."""
    left = pd.DataFrame(
        {
            "panel": "lorenz",
            "year": curves["year"],
            "series": curves["by"],
            "x": curves["share"],
            "y": curves["capacity"],
        }
    )
    parts = [left]
    for panel in ("measured", "same"):
        rows = table[table["panel"] == panel]
        for column in ("gini_economies", "gini_people", "top_share"):
            parts.append(
                pd.DataFrame(
                    {
                        "panel": panel,
                        "year": rows["year"],
                        "series": column,
                        "x": rows["year"],
                        "y": rows[column],
                    }
                )
            )
    return pd.concat(parts, ignore_index=True)


def figure(drawn: pd.DataFrame, top: int):
    """Two panels: who holds how much in the first and last year; how that went, year by year."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 4.1), layout="constrained")
    left, right = fig.subplots(1, 2)
    curves = drawn[drawn["panel"] == "lorenz"]
    years = sorted(curves["year"].unique())
    for by, (colour, label) in STYLES.items():
        for year in years:
            part = curves[(curves["series"] == by) & (curves["year"] == year)]
            newest = year == years[-1]
            left.plot(
                part["x"],
                part["y"],
                color=colour,
                lw=1.8 if newest else 1.0,
                ls="-" if newest else (0, (3, 2)),
                label=f"{label}, {year}",
            )
    left.plot([0, 1], [0, 1], color=style.FAINT, lw=0.8, zorder=1)
    left.set(xlim=(0, 1), ylim=(0, 1.01), xlabel="economies or people, least capacity first")
    left.set_ylabel("share of the capacity to train")
    for axis in (left.xaxis, left.yaxis):
        axis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
    left.legend(loc="upper left")
    style.titles(left, "Lorenz curves", "the grey diagonal: everyone the same")
    lines = {
        "gini_economies": (style.BLUE, "Gini by economy", 7),
        "gini_people": (style.ORANGE, "Gini by people", 7),
        "top_share": (style.GREEN, f"share of the top {top}", -22),
    }
    for series, (colour, label, shift) in lines.items():
        for panel, dashes in (("measured", "-"), ("same", (0, (2, 1.5)))):
            part = drawn[(drawn["panel"] == panel) & (drawn["series"] == series)]
            right.plot(part["x"], part["y"], color=colour, lw=1.6, ls=dashes)
            if panel == "measured":
                right.annotate(
                    label,
                    (part["x"].iloc[-1], part["y"].iloc[-1]),
                    (0, shift),
                    ha="right",
                    textcoords="offset points",
                    color=colour,
                    fontsize=8.5,
                )
    right.set_ylim(0.5, 1)
    right.xaxis.get_major_locator().set_params(integer=True)
    style.titles(right, "Year by year", "solid: all with a value; dashed: the same economies")
    return fig


def caption_text(table: pd.DataFrame, declared: dict, cost: float, names: dict[str, str]) -> str:
    """The caption: what, unit, n, years, what is left out; `names` are those of economies."""
    newest = table[table["panel"] == "measured"].iloc[-1]
    same = table[table["panel"] == "same"].iloc[-1]
    oldest = table[table["panel"] == "measured"].iloc[0]
    grown = newest["capacity"] / oldest["capacity"]
    real = newest["capacity_deflated"] / oldest["capacity_deflated"]
    return (
        f"Capacity to train: how many models at {money(cost)} a year {percent(declared['share'])} "
        "of an economy's R&D expenditure buys, and how unevenly that is spread. Unit: share of the "
        f"total; Gini coefficient. n: {newest['economies']} economies with a value in "
        f"{newest['year']} (dashed: the {same['economies']} with one in every year). Years: the "
        f"newest value of the year or the {declared['window']} before. In {newest['year']} the top "
        f"{declared['top']} ({listed(map(names.get, newest['top_members'].split(';')))}) hold "
        f"{percent(newest['top_share'])} and have {percent(newest['top_people_share'])} of the "
        f"people. Their capacity grows {three_digits(grown)}-fold from {oldest['year']} at one "
        f"constant cost, {three_digits(real)}-fold with that cost in each year's prices by the "
        "producer price index of data processing; other prices rose more, so that part of the rest "
        "is inflation too. By people, all within an economy count alike. Vintage: world_bank "
        f"{declared['world_bank'][0]}. Licence: {LICENCE}."
    )
