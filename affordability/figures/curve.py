"""Specification curves: the results of all readings sorted, and below them what was chosen.

With thousands of readings a mark each would be a smear; so they are gathered in up to 240 columns
of equally many, and the shade of a cell is how often its option was chosen there.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.audit.readings import CHOICES, option_text
from affordability.audit.space import Space
from affordability.figures import style
from affordability.figures.captions import LICENCE
from affordability.words import listed

COLUMNS = 240
ROW_INCHES = 0.145
CURVE_INCHES = 2.1
GAP = 1.6  # rows above a block, for its title
CHANGES = 1e-6  # share of variance below which a choice is left out of the figure


def draw_frame(space: Space, frame: pd.DataFrame, effects: pd.DataFrame) -> pd.DataFrame:
    """Return what is drawn: one row a column of the figure.

    low, median, high: results in it. as_published, holds: share of its readings. Then one column an
    option, `choice=option`, the share that took it. Readings of equal result share their choices
    evenly, so that no order among them shows.
    """
    rows = frame[frame["reading"] & (frame["matched"] > 0)]
    rows = rows.sort_values(["result", "specification"], ignore_index=True)
    at = np.arange(len(rows)) * min(COLUMNS, len(rows)) // max(len(rows), 1)
    tied = np.unique(rows["result"], return_inverse=True)[1]
    drawn = {
        "readings": np.bincount(at),
        "low": rows.groupby(at)["result"].min(),
        "median": rows.groupby(at)["result"].median(),
        "high": rows.groupby(at)["result"].max(),
        "as_published": _shared(rows["published_exactly"], tied, at),
        "holds": _shared(rows["holds"], tied, at),
    }
    for axis in order(space, effects):
        for option in space.axes[axis]:
            drawn[f"{axis}={option}"] = _shared(rows[axis] == option, tied, at)
    return pd.DataFrame(drawn).round(6)


def _shared(chosen, tied: np.ndarray, at: np.ndarray) -> np.ndarray:
    """Return the mean of `chosen` by column, each row standing for those tied with it."""
    chosen = np.asarray(chosen, dtype=float)
    means = np.bincount(tied, chosen) / np.bincount(tied)
    return np.bincount(at, means[tied]) / np.bincount(at)


def order(space: Space, effects: pd.DataFrame) -> list[str]:
    """Return the choices that change a result among readings, the most explaining first."""
    rows = effects[(effects["set"] == "readings") & (effects["total"] > CHANGES)]
    rows = rows.sort_values(["total", "choice"], ascending=[False, True])
    return list(rows["choice"])


def figure(space: Space, drawn: pd.DataFrame, effects: pd.DataFrame):
    """The curve on top, below it a strip of what is as published and a block of rows a choice."""
    from matplotlib.figure import Figure

    explained = effects[effects["set"] == "readings"].set_index("choice")["total"]
    blocks = [("", ["exactly as published"], drawn[["as_published"]], style.VERMILION, 1.0)]
    for axis in order(space, effects):
        options = space.axes[axis]
        title = f"{CHOICES[axis]}: {style.percent(explained[axis])} of the variance"
        labels = [option_text(axis, option) for option in options]
        shares = drawn[[f"{axis}={option}" for option in options]]
        blocks.append((title, labels, shares, style.BLUE, min(1.0, 2 / len(options))))
    rows = sum(len(block[1]) + GAP for block in blocks)
    height = 0.45 + CURVE_INCHES + ROW_INCHES * rows + 0.3
    longest = max(len(label) for block in blocks for label in block[1])
    left = max(0.9, 0.12 + 0.0615 * longest) / style.WIDTH_INCHES
    fig = Figure(figsize=(style.WIDTH_INCHES, height))
    wide, top = 0.985 - left, 1 - 0.38 / height
    curve = fig.add_axes([left, top - CURVE_INCHES / height, wide, CURVE_INCHES / height])
    plot_curve(space, drawn, curve)
    fig.text(0.012, 1 - 0.2 / height, space.title, fontsize=10, fontweight="bold", va="center")
    below = ROW_INCHES * rows / height
    matrix = fig.add_axes([left, top - CURVE_INCHES / height - below, wide, below])
    plot_choices(matrix, blocks, len(drawn), rows)
    return fig


def plot_curve(space: Space, drawn: pd.DataFrame, ax) -> None:
    """The sorted results, and the published number as a line."""
    across = np.arange(len(drawn)) + 0.5
    ax.plot(across, drawn["median"], color=style.INK, lw=1.8, drawstyle="steps-mid")
    ax.set_xlim(0, len(drawn))
    ax.set_xticks([])
    published, label = published_at(space)
    if published is not None:
        ax.axhline(published, color=style.VERMILION, lw=1, zorder=1)
        ax.annotate(
            label,
            (0.995, published),
            xycoords=ax.get_yaxis_transform(),
            ha="right",
            va="bottom",
            xytext=(0, 1.5),
            textcoords="offset points",
            color=style.VERMILION,
            fontsize=8,
        )
    if space.query["table"] == "costs":
        ax.set_yscale("log")
        ax.set_ylabel("US$")
        ax.yaxis.set_major_formatter(_dollars())
        ax.yaxis.set_minor_formatter(_dollars(few=drawn["high"].max() / drawn["low"].min() < 50))
    elif space.of_share:
        ax.yaxis.set_major_formatter(lambda value, _: f"{value * 100:.0f} %")
        ax.set_ylabel("of those counted")
    else:
        ax.set_ylim(bottom=-0.5)
        ax.yaxis.get_major_locator().set_params(integer=True)
        ax.set_ylabel("within the threshold")


def _dollars(few: bool = True):
    from matplotlib.ticker import FuncFormatter

    from affordability.words import money

    def said(value, _):
        first = value / 10 ** np.floor(np.log10(value))
        return money(value) if few and round(first, 6) in (1, 2, 5) else ""

    return FuncFormatter(said)


def published_at(space: Space) -> tuple[float | None, str]:
    """Where the published number lies on the axis of results, and how it is called."""
    published = space.published
    if "members" in published:
        return float(len(published["members"])), f"published: {len(published['members'])}"
    if "percent" in published:
        return published["percent"] / 100, f"published: {published['percent']:g} %"
    if "value" in published:
        return published["value"], "published"
    if "at_most" in published:
        return published["at_most"], f"published: at most {style.percent(published['at_most'])}"
    return None, ""


def plot_choices(ax, blocks: list[tuple], count: int, rows: float) -> None:
    """One row an option; pale: never chosen, full: at least twice as often as by chance."""
    from matplotlib.colors import LinearSegmentedColormap

    at, ticks, names = 0.0, [], []
    for title, labels, shares, colour, full in blocks:
        at += GAP
        ax.text(0, at - 0.2, title, fontsize=7.5, fontweight="bold", va="bottom")
        shade = LinearSegmentedColormap.from_list("shade", ["#f1f2f4", colour])
        ax.imshow(
            shares.to_numpy().T,
            aspect="auto",
            cmap=shade,
            vmin=0,
            vmax=full,
            interpolation="nearest",
            extent=(0, count, at + len(labels), at),
        )
        ticks += [at + i + 0.5 for i in range(len(labels))]
        names += labels
        ax.hlines([at + i for i in range(1, len(labels))], 0, count, color="white", lw=0.8)
        at += len(labels)
    ax.patch.set_visible(False)
    ax.set_ylim(rows, 0)
    ax.set_xlim(0, count)
    ax.set_yticks(ticks, names, fontsize=7.5)
    ax.set_xticks([])
    ax.tick_params(length=0)
    ax.grid(visible=False)
    ax.spines[:].set_visible(False)
    ax.set_xlabel(
        "readings, sorted by result; the darker, the more readings there chose it", size=8
    )


FROZEN = {
    "world_bank": "World Bank data of",
    "oecd": "OECD data of",
    "pip": "income surveys",
    "app_store": "app-store prices of",
}


def rests_on(space: Space, summary: pd.DataFrame, people: dict[str, str]) -> str:
    """The line below the figure: how many readings, over which vintages.

    Args:
        people: the vintages that claims on people rest on, by source.
    """
    n = int(summary.set_index("set").at["readings", "specifications"])
    frozen = {source: space.axes[source] for source in FROZEN if source in space.axes}
    if space.of_people:
        frozen |= {source: [name] for source, name in people.items()}
    told = [f"{FROZEN[source]} {listed(names)}" for source, names in frozen.items()]
    return " · ".join([f"{n:,} readings", *(told or ["costs as curated"])])


def caption_text(space: Space, summary: pd.DataFrame) -> str:
    """The caption: what is drawn, how many readings, and what the shades mean."""
    counts = summary.set_index("set").loc["readings"]
    tested = int(counts["specifications"] - counts["matched_nothing"])
    return (
        f"{space.title}: the results of {tested:,} readings, sorted, and the choices behind them. "
        f"Unit: {_unit(space)}. n: {tested:,} readings that match data; "
        f"{int(counts['matched_nothing']):,} more match none. "
        f"{int(counts['as_published']):,} give exactly what was published (red strip). "
        "A cell is full where its option is taken twice as often as by chance, pale where never. "
        "Choices are ordered by the share of variance that goes with them, with interactions; "
        f"those that change no result are left out. Licence: {LICENCE}."
    )


def _unit(space: Space) -> str:
    if space.query["table"] == "costs":
        return "current US$ of the price year of the estimate, log scale"
    if space.of_share:
        return "share of those counted, per cent"
    return "number of actors within the threshold"
