"""Figure 3, individuals: a month's subscription as a share of the average person's monthly income.

(a) The share of economies within a threshold, as a function of the threshold: for each measure of
income, once of the economies that have a value and once of all economies, where no value counts as
not affordable. (b) The economies themselves by income group. Share = monthly price / monthly
income.
"""

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption, cost_of, dollars, threshold_of, years_of
from affordability.figures.economies import headline_shares
from affordability.figures.labels import place_beside
from affordability.figures.names import short
from affordability.measures import MEASURES
from affordability.study import Study

INCOMES = ["monthly_adjusted_nni", "monthly_gni"]
LOOK = {"monthly_adjusted_nni": style.PURPLE_DARK, "monthly_gni": style.BLUE}
BRIEF = {"monthly_adjusted_nni": "adjusted NNI", "monthly_gni": "GNI (Atlas)"}
NAMED = 2  # economies named at each end of an income group


def draw(given, study: Study) -> style.Drawn:
    """The figure of the first plan a study subscribes to."""
    frame = draw_frame(given["ratios"], given["economies"], study)
    if frame.empty:
        return style.nothing("individuals", frame, study)
    return style.Drawn(figure(frame, study), frame, caption_text(frame, study))


def draw_frame(ratios, economies, study: Study) -> pd.DataFrame:
    """What is drawn, both panels: one row per economy and measure of income, cheapest first.

    Columns: measure, iso3, name, income_level, share, of_valued and of_all (the share of economies,
    of those with a value and of all, at or below this economy's share), n_valued, n_all,
    in_panel_b.
    """
    rows = headline_shares(ratios, economies, study, "subscribe", "person", INCOMES)
    rows = rows.sort_values(["measure", "share", "iso3"], ignore_index=True)
    rows["n_valued"] = rows.groupby("measure")["iso3"].transform("size")
    rows["n_all"] = int(economies["has_data"].sum())
    within = rows.groupby("measure")["share"].rank(method="max")
    rows["of_valued"] = within / rows["n_valued"]
    rows["of_all"] = within / rows["n_all"]
    rows["in_panel_b"] = rows["measure"] == first_measure(rows)
    return rows[COLUMNS]


COLUMNS = [
    "measure",
    "iso3",
    "name",
    "income_level",
    "share",
    "of_valued",
    "of_all",
    "n_valued",
    "n_all",
    "in_panel_b",
    "cost_usd",
    "resource_usd",
    "resource_year",
    "estimate_id",
    "basis",
    "price_year",
    "status",
]


def first_measure(frame: pd.DataFrame) -> str:
    """The measure of income drawn in panel (b): the first of `INCOMES` with data."""
    return next((m for m in INCOMES if (frame["measure"] == m).any()), INCOMES[0])


def share_within(frame: pd.DataFrame, measure: str, limit: float, column: str) -> float:
    """The share of economies whose subscription costs at most `limit` of a month's income."""
    within = frame[(frame["measure"] == measure) & (frame["share"] <= limit)]
    return 0.0 if within.empty else float(within[column].max())


def plot_curve(frame: pd.DataFrame, ax, limit: float):
    """Panel (a): two step curves a measure, their value at `limit` in the legend."""
    for measure in INCOMES:
        part = frame[frame["measure"] == measure]
        if part.empty:
            continue
        for column, line, count in (
            ("of_valued", "-", "n_valued"),
            ("of_all", (0, (3, 1.4)), "n_all"),
        ):
            told = style.percent(share_within(frame, measure, limit, column), 3)
            who = "with a value" if column == "of_valued" else "in all"
            label = f"{BRIEF[measure]}: {told} of the {part[count].iloc[0]} {who}"
            heights = [0.0, *part[column], part[column].iloc[-1]]
            spots = [part["share"].iloc[0], *part["share"], 10.0]
            ax.step(spots, heights, where="post", color=LOOK[measure], ls=line, label=label)
    ax.set_ylim(0, 1.02)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_ylabel("Share of economies")
    return ax


def plot_groups(frame: pd.DataFrame, ax):
    """Panel (b): a swarm of economies for each income group; returns `ax`."""
    import seaborn  # late: only this figure needs it

    part = frame[frame["in_panel_b"]]
    levels = [level for level in style.INCOME_GROUPS if (part["income_level"] == level).any()]
    for row, level in enumerate(levels):
        colour, marker = style.INCOME_GROUPS[level]
        group = part[part["income_level"] == level].assign(row=row)
        seaborn.swarmplot(
            group, x="share", y="row", orient="h", native_scale=True, ax=ax, color=colour,
            marker=marker, size=5, linewidth=0, warn_thresh=1,
        )  # fmt: skip
    sizes = part["income_level"].value_counts()
    ax.set_yticks(range(len(levels)), [f"{level}\n({sizes[level]})" for level in levels])
    ax.set_ylim(len(levels) - 0.45, -0.55)
    ax.set_ylabel("")
    ax.grid(axis="y", visible=False)
    return ax


def lines(ax, limits: dict[float, tuple]) -> None:
    """Vertical lines at the thresholds."""
    for limit, look in limits.items():
        ax.axvline(limit, color=style.INK, lw=1, ls=look, zorder=1)


def figure(frame: pd.DataFrame, study: Study):
    """The whole figure: the two panels over one another on the same axis of shares."""
    from matplotlib.figure import Figure

    limits = line_styles(study)
    main = next(iter(limits), 0.1)
    fig = Figure(figsize=(style.WIDTH_INCHES, 7.6), layout="constrained")
    top, bottom = fig.subplots(2, 1, sharex=True, height_ratios=[1, 1.25])
    top.set_xscale("log")
    plot_curve(frame, top, main)
    measure = MEASURES[first_measure(frame)].short
    plot_groups(frame, bottom)
    for ax in (top, bottom):
        lines(ax, limits)
    top.set_xlim(frame["share"].min() / 1.5, max(1.1, frame["share"].max() * 1.5))
    style.percent_axis(bottom.xaxis)
    bottom.set_xlabel("Subscription as a share of monthly income (log scale)")
    style.titles(
        top, "Economies within a threshold", f"legend: share of economies at {style.percent(main)}"
    )
    top.legend(loc="lower right", fontsize=8, handlelength=1.8)
    style.titles(
        bottom, "The economies by income group", f"{measure}; the extremes of each group named"
    )
    for limit in limits:
        top.annotate(
            style.percent(limit), (limit, 1), (3, -1), xycoords=top.get_xaxis_transform(),
            textcoords="offset points", va="top", fontsize=8,
        )  # fmt: skip
    style.settle(fig)
    name_extremes(frame, bottom)
    return fig


def line_styles(study: Study) -> dict[float, str]:
    """Each threshold of a month's income once: solid for that of the claim, dotted if borrowed."""
    found = {}
    for limit in study.limits_of(INCOMES):
        found.setdefault(limit.share, ":" if limit.borrowed else "-")
    return dict(sorted(found.items(), key=lambda pair: pair[1] == ":"))


def name_extremes(frame: pd.DataFrame, ax) -> None:
    """Name the economies at both ends of each income group.

    Needs the settled layout, as the swarms find
    their places only when they are drawn."""
    part = frame[frame["in_panel_b"]]
    levels = [level for level in style.INCOME_GROUPS if (part["income_level"] == level).any()]
    swarms = [c for c in ax.collections if len(c.get_offsets())]
    points, avoid = [], []
    for level, swarm in zip(levels, swarms, strict=True):
        group = part[part["income_level"] == level].reset_index(drop=True)
        places = {i: tuple(map(float, spot)) for i, spot in enumerate(swarm.get_offsets())}
        ends = [*range(min(NAMED, len(group))), *range(max(NAMED, len(group) - NAMED), len(group))]
        points += [(*places[i], short(group["name"][i])) for i in ends]
        avoid += [places[i] for i in places if i not in ends]
    place_beside(ax, points, avoid, fontsize=7)


def caption_text(frame: pd.DataFrame, study: Study) -> str:
    """The caption: price, denominators, years, thresholds, vintages, licence."""
    measures = [m for m in INCOMES if (frame["measure"] == m).any()]
    counts = [
        f"{(frame['measure'] == m).sum()} economies with {MEASURES[m].short}" for m in measures
    ]
    return caption(
        what=f"A subscription a month ({cost_of(frame)}; the list price in force in "
        f"{study.price_month}) as a share of the average person's monthly "
        "income. (a) Share of economies within a threshold, as a function of it: solid curves of "
        "the economies with a value, dashed curves of all, where no value counts as not "
        "affordable. "
        f"(b) The economies by income group, {MEASURES[first_measure(frame)].short}",
        unit=f"share of a month's income in per cent, log scale, {dollars(study)}",
        n="; ".join(counts) + f"; {frame['n_all'].iloc[0]} economies in all",
        years=years_of(frame, measures, study),
        threshold=threshold_of(study, measures),
        study=study,
    )
