"""Figure 1, nations: training a model once as a share of what an economy has in a year.

Three ranked dot plots: seed funding, R&D expenditure, GDP. Share = cost of training / resource of
the year; 1 = all of it. The economies within a threshold are named on the panel as far as there is
room, and all of them in `tables/thresholds.csv`.
"""

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption, cost_of, dollars, threshold_of, years_of
from affordability.figures.economies import headline_shares
from affordability.figures.labels import spread
from affordability.figures.names import short
from affordability.measures import MEASURES
from affordability.study import Study
from affordability.words import money

PANELS = ["seed_funding", "rd_expenditure", "gdp"]
NAME_ALL = 45  # rows up to which every economy is named on the axis
NAME_FIRST, NAME_MOST, NAME_LAST = 10, 25, 3  # otherwise: best placed (at least, at most), worst


def draw(given, study: Study) -> style.Drawn:
    """The figure of the first model a study trains, under the name the table of models has."""
    frame = draw_frame(given["ratios"], given["economies"], study)
    if frame.empty:
        return style.nothing("nations", frame, study)
    names = given["models"].set_index("model_id")["name"]
    name = names[study.first("train")]
    return style.Drawn(figure(frame, name), frame, caption_text(frame, name, study))


def draw_frame(ratios, economies, study: Study) -> pd.DataFrame:
    """What is drawn (`COLUMNS`), sorted by measure and share.

    One row per economy with a ratio of the headline cost of the first model the study trains; rank
    1 is the smallest share. `threshold` and `within` are blank for a measure that has no threshold.
    """
    rows = headline_shares(ratios, economies, study, "train", "economy", PANELS)
    limits = {limit.measure: limit for limit in study.limits_of(PANELS)}
    rows["threshold"] = rows["measure"].map({m: t.share for m, t in limits.items()}).astype(float)
    rows["within"] = pd.Series(None, rows.index, dtype=object)
    for measure, limit in limits.items():
        own = rows["measure"] == measure
        rows.loc[own, "within"] = limit.admits(rows.loc[own, "share"]).astype(object)
    rows["order"] = rows["measure"].map(PANELS.index)
    rows = rows.sort_values(["order", "share", "iso3"], ignore_index=True)
    rows["rank"] = rows.groupby("measure").cumcount() + 1
    return rows[COLUMNS]


COLUMNS = [
    "measure",
    "rank",
    "iso3",
    "name",
    "income_level",
    "share",
    "threshold",
    "within",
    "cost_usd",
    "resource_usd",
    "resource_year",
    "estimate_id",
    "basis",
    "price_year",
    "status",
]


def plot(frame: pd.DataFrame, ax):
    """One panel, rows of one measure: a dot an economy, the smallest share on top; returns `ax`."""
    for level, (colour, marker) in style.INCOME_GROUPS.items():
        part = frame[frame["income_level"] == level]
        ax.plot(part["share"], part["rank"], marker, color=colour, ms=4.2, mew=0, label=level)
    ax.set_xscale("log")
    low, high = frame["share"].min(), frame["share"].max()
    ax.set_xlim(low / 10**0.25, high * 10**0.25)
    ax.set_ylim(len(frame) * 1.01 + 0.5, 0.5 - len(frame) * 0.02)
    style.percent_axis(ax.xaxis, ticks=4)
    ax.axvline(1, color=style.FAINT, lw=0.9, ls=(0, (4, 2)), zorder=1)
    limit = frame["threshold"].iloc[0]
    if pd.notna(limit):
        ax.axvline(limit, color=style.INK, lw=1.1, zorder=1)
    ax.set_yticks([])
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
    measure = MEASURES[frame["measure"].iloc[0]].short
    style.titles(ax, f"of {measure}", _count(frame))
    return ax


def _count(frame: pd.DataFrame) -> str:
    """n of a panel, and how many are within the threshold."""
    count, limit = f"{len(frame)} economies", frame["threshold"].iloc[0]
    if pd.isna(limit):
        return count
    return f"{count}, {int(frame['within'].sum())} within {style.percent(limit)}"


def named(frame: pd.DataFrame) -> pd.DataFrame:
    """The economies that get a name: all of a short panel; else those within the threshold (or the
    best placed) and the worst placed."""
    if len(frame) <= NAME_ALL:
        return frame
    within = int(frame["within"].eq(True).sum())
    first = within if NAME_FIRST < within <= NAME_MOST else NAME_FIRST
    return pd.concat([frame.head(first), frame.tail(NAME_LAST)])


def name_points(frame: pd.DataFrame, ax) -> None:
    """Write the names of `named`, those within the threshold in bold. Needs the settled layout."""
    chosen, everyone = named(frame), len(frame) <= NAME_ALL
    many = not everyone and len(chosen) > NAME_FIRST + NAME_LAST
    step = abs(ax.transData.transform((1, 1))[1] - ax.transData.transform((1, 2))[1])
    line = 9.0 * ax.figure.dpi / 72 / step  # a line of 7-point names, in ranks
    low, high = ax.get_ylim()[::-1]
    places = spread(list(chosen["rank"].astype(float)), line, low + line / 2, high - line / 2)
    middle = ax.transAxes.inverted()
    for row, place in zip(chosen.itertuples(), places, strict=True):
        across = middle.transform(ax.transData.transform((row.share, row.rank)))[0]
        right = across > 0.5
        column = across + (-0.03 if right else 0.03)
        if not everyone:
            column = LAST_COLUMN if right else max(column, COLUMNS_AT[many])
        note = ax.annotate(
            short(row.name) + ("" if many else f"  {style.percent(row.share)}"),
            (row.share, row.rank),
            xytext=(column, place),
            textcoords=ax.get_yaxis_transform(),
            ha="right" if right else "left",
            va="center",
            fontsize=7,
            fontweight="bold" if pd.notna(row.within) and row.within else "normal",
            arrowprops=None if everyone else {**LEADER, "relpos": (1 if right else 0, 0.5)},
            bbox={"facecolor": "white", "edgecolor": "none", "pad": 0.6},
        )
        note.set_in_layout(False)


# Where the names of a long panel stand, as a share of its width: few with values, many without.
COLUMNS_AT = {False: 0.44, True: 0.58}
LAST_COLUMN = 0.68
LEADER = {"arrowstyle": "-", "color": "#a8a8a8", "lw": 0.5, "shrinkA": 1, "shrinkB": 2.5}


def figure(frame: pd.DataFrame, name: str):
    """The whole figure: one panel a measure that has data, groups in one legend on top."""
    from matplotlib.figure import Figure

    panels = [measure for measure in PANELS if (frame["measure"] == measure).any()]
    fig = Figure(figsize=(style.WIDTH_INCHES, 7.6), layout="constrained")
    axes = fig.subplots(1, len(panels), squeeze=False)[0]
    for measure, ax in zip(panels, axes, strict=True):
        plot(frame[frame["measure"] == measure], ax)
    handles = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            if len(handle.get_xdata()):
                handles.setdefault(label, handle)
    order = [level for level in style.INCOME_GROUPS if level in handles]
    fig.legend([handles[k] for k in order], order, loc="outside upper center", ncols=len(order))
    cost = money(frame["cost_usd"].iloc[0])
    fig.supxlabel(
        f"Training {name} once ({cost}), as a share of the year's total (log scale)", fontsize=9
    )
    style.settle(fig)
    for measure, ax in zip(panels, axes, strict=True):
        name_points(frame[frame["measure"] == measure], ax)
    return fig


def caption_text(frame: pd.DataFrame, name: str, study: Study) -> str:
    """The caption: cost, n and members of each panel, years, thresholds, vintages, licence."""
    measures = [m for m in PANELS if (frame["measure"] == m).any()]
    counts = []
    for measure in measures:
        part = frame[frame["measure"] == measure]
        text = f"{len(part)} economies with {MEASURES[measure].short}"
        if part["threshold"].notna().any():
            within = part[part["within"] == True]  # noqa: E712 (an object column with blanks)
            names = ", ".join(short(n) for n in within["name"]) if len(within) <= NAME_MOST else ""
            text += f", {len(within)} within the threshold" + (f" ({names})" if names else "")
        counts.append(text)
    return caption(
        what=f"Cost of training {name} once ({cost_of(frame)}) as a share of "
        "each economy's "
        + ", ".join(MEASURES[m].short for m in measures)
        + "; each dot is an economy; "
        "solid line: threshold; dashed line: 100 %",
        unit=f"share of a year's total in per cent, log scale, {dollars(study)}",
        n="; ".join(counts),
        years=years_of(frame, measures, study),
        threshold=threshold_of(study, measures),
        study=study,
    )
