"""What changed between two vintages: how far resources moved, by revision and by newer years.

One panel a measure, two strips of dots: the same year with the new vintage's value, and the newer
year the year rule reaches. x is new/old on a log scale, so that −50 % and +100 % are equally far.
"""

from pathlib import Path

import pandas as pd

from affordability.diff.study import MENDED, first_items
from affordability.figures import style
from affordability.figures.captions import LICENCE
from affordability.figures.captions import year_rule as rule_words
from affordability.figures.labels import place_beside
from affordability.figures.names import short
from affordability.measures import MEASURES
from affordability.study import Study
from affordability.words import listed

PANELS = ["gdp", "rd_expenditure", "gni_per_capita", "adjusted_nni_per_capita", "seed_funding"]
STEPS = {
    "revision": "same year, revised",
    "mended": "same year, derived otherwise",
    "newer_year": "newer year",
}
COLUMNS = [
    "measure",
    "step",
    "iso3",
    "name",
    "income_level",
    "change",
    "old_usd",
    "old_year",
    "revised_usd",
    "new_usd",
    "new_year",
    "crosses",
]
TICKS = [-0.75, -0.5, -0.25, -0.1, 0, 0.1, 0.25, 0.5, 1, 2, 4]
NAMED = 4  # names a strip: the largest changes
SAME = 1e-6  # a change smaller than that is none


def draw_frame(moves, crossings, economies: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What is drawn (`COLUMNS`): one row an economy, measure and step that changed its resource.

    moves and crossings are the tables diff_resources and diff_crossings; `crosses` is whether the
    ratio of the study's first model, or its first subscription by the month, came within a
    threshold or left it.
    """
    own = moves[(moves["study"] == study.name) & moves["measure"].isin(PANELS)]
    own = own.rename(columns={"actor_id": "iso3"})
    mended = own["cause"].str.startswith(MENDED)
    own = own.assign(mended=own["revision"].where(mended), revision=own["revision"].mask(mended))
    rows = pd.concat([own.assign(step=s, change=own[s]) for s in STEPS], ignore_index=True)
    rows = rows[rows["change"].abs() > SAME]
    rows = rows.merge(economies[["iso3", "name", "income_level"]], on="iso3")
    rows["income_level"] = rows["income_level"].map(style.income_group)
    crossed = first_items(crossings, study)
    yearly = crossed["measure"].map(lambda measure: MEASURES[measure].yearly or measure)
    pairs = set(zip(yearly, crossed["actor_id"], strict=True))
    both = zip(rows["measure"], rows["iso3"], strict=True)
    rows["crosses"] = [pair in pairs for pair in both]
    rows["order"] = rows["measure"].map(PANELS.index)
    rows = rows.sort_values(
        ["order", "step", "change", "iso3"], ascending=[True, False, True, True]
    )
    return rows[COLUMNS].reset_index(drop=True)


def swarm(values: list[float], width: float, step: float) -> list[float]:
    """Offsets that keep dots apart: 0 where there is room, else the next free ±step."""
    taken: dict[float, float] = {}
    offsets = []
    for value in values:
        for n in range(2 * len(values) + 1):
            offset = step * ((n + 1) // 2) * (1 if n % 2 else -1)
            if value - taken.get(offset, float("-inf")) >= width:
                break
        taken[offset] = value
        offsets.append(offset)
    return offsets


def plot(frame: pd.DataFrame, ax) -> list[tuple[float, float, str]]:
    """One panel, rows of one measure; returns every dot as x, y, name (blank if not named)."""
    import numpy as np

    dots = []
    steps = [step for step in STEPS if (frame["step"] == step).any()]
    for place, step in enumerate(reversed(steps)):
        part = frame[frame["step"] == step].sort_values(["change", "iso3"])
        x = np.log(1 + part["change"].to_numpy())
        offsets = swarm(list(x), 0.02, 0.07)
        most = max(map(abs, offsets))
        y = place + np.array(offsets) * min(1, 0.36 / most if most else 1)
        for level, (colour, marker) in style.INCOME_GROUPS.items():
            own = (part["income_level"] == level).to_numpy()
            ax.plot(x[own], y[own], marker, color=colour, ms=4, mew=0, alpha=0.85, label=level)
        ring = part["crosses"].to_numpy()
        ax.plot(x[ring], y[ring], "o", mfc="none", mec=style.INK, ms=7.5, mew=1.1, label=CROSSES)
        size = (
            part["change"].map(lambda c: abs(np.log(1 + c))).rank(ascending=False, method="first")
        )
        names = [
            f"{short(row.name)} {_signed(row.change)}" if wanted else ""
            for row, wanted in zip(part.itertuples(), (size <= NAMED), strict=True)
        ]
        dots += list(zip(x, y, names, strict=True))
    ax.axvline(0, color=style.FAINT, lw=0.9, zorder=1)
    low, high = np.log(1 + frame["change"].min()), np.log(1 + frame["change"].max())
    room = 0.08 * (high - low) + 0.08
    ax.set_xlim(min(low, -0.1) - room, max(high, 0.1) + room)
    ticks = [t for t in TICKS if ax.get_xlim()[0] <= np.log(1 + t) <= ax.get_xlim()[1]]
    span = np.subtract(*ax.get_xlim()[::-1])
    apart = spaced(sorted(ticks, key=abs), [np.log(1 + t) / span for t in sorted(ticks, key=abs)])
    ax.set_xticks([np.log(1 + t) for t in ticks], [_signed(t) if t in apart else "" for t in ticks])
    counts = frame["step"].value_counts()
    ax.set_yticks(
        range(len(steps)), [f"{STEPS[s]}\n{counts[s]} economies" for s in reversed(steps)]
    )
    ax.set_ylim(-0.55, len(steps) - 0.45)
    ax.grid(axis="y", visible=False)
    ax.set_title(MEASURES[frame["measure"].iloc[0]].short)
    return dots


CROSSES = "crosses a threshold"
ROOM = 0.055  # of the width of a panel, which a label of the axis takes


def spaced(ticks: list[float], places: list[float]) -> set[float]:
    """Return the ticks whose labels do not touch: each in turn, if the ones before leave room."""
    kept: dict[float, float] = {}
    for tick, place in zip(ticks, places, strict=True):
        if all(abs(place - other) >= ROOM for other in kept.values()):
            kept[tick] = place
    return set(kept)


def _signed(change: float) -> str:
    return ("+" if change > 0 else "−" if change < 0 else "") + style.percent(abs(change))


def figure(frame: pd.DataFrame):
    """The whole figure: one panel a measure that moved, groups in one legend on top."""
    from matplotlib.figure import Figure

    panels = [measure for measure in PANELS if (frame["measure"] == measure).any()]
    heights = [frame.loc[frame["measure"] == m, "step"].nunique() for m in panels]
    fig = Figure(figsize=(style.WIDTH_INCHES, 1.2 + 1.25 * sum(heights)), layout="constrained")
    axes = fig.subplots(len(panels), 1, squeeze=False, height_ratios=heights)[:, 0]
    dots = [plot(frame[frame["measure"] == m], ax) for m, ax in zip(panels, axes, strict=True)]
    handles = {}
    for ax in axes:
        for handle, label in zip(*ax.get_legend_handles_labels(), strict=True):
            if len(handle.get_xdata()):
                handles.setdefault(label, handle)
    order = [level for level in (*style.INCOME_GROUPS, CROSSES) if level in handles]
    fig.legend([handles[k] for k in order], order, loc="outside upper center", ncols=len(order))
    axes[-1].set_xlabel("Change of the resource (log scale)")
    style.settle(fig)
    for ax, points in zip(axes, dots, strict=True):
        named = [point for point in points if point[2]]
        place_beside(ax, named, [point[:2] for point in points], fontsize=7)
    return fig


def caption_text(frame: pd.DataFrame, study: Study, pair: tuple[str, str]) -> str:
    """The caption: what, unit, n, years, that both sides share their rules, vintages, licence."""
    panels = [measure for measure in PANELS if (frame["measure"] == measure).any()]
    rule = study.year_rules["default"]
    counts = []
    for measure in panels:
        part = frame[frame["measure"] == measure]
        size = part["step"].value_counts()
        told = [f"{size[step]} {words}" for step, words in STEPS.items() if step in size]
        counts.append(f"{MEASURES[measure].short} {' and '.join(told)}")
    crossed = sorted({short(name) for name in frame.loc[frame["crosses"], "name"]})
    return (
        f"How far the resources of economies move from vintage {pair[0]} to {pair[1]}. Both sides "
        f"follow the choices of study {study.name}, with the same year rule "
        f"({rule_words(rule)}), so that only the data differ. Each dot is an economy whose "
        "resource changed. Same year, revised: the new vintage's value for the year the old one "
        "gave; derived otherwise where another formula gives it, and nobody revised it. Newer "
        "year: the value the rule now reaches against that one. Ringed: the share of "
        "training the first model of the study once, or of subscribing to its first plan by the "
        "month, crosses a threshold "
        f"({listed(crossed, 12)}). Unit: change in per cent of the value before (current US$), "
        f"log scale. n: {'; '.join(counts) or 'nothing changed'}. Licence: {LICENCE}."
    )


def draw(found: dict, economies, study: Study, pair: tuple[str, str], stem: Path) -> list[Path]:
    """Draw the figure of one study from the diff's tables; the files written."""
    style.use()
    frame = draw_frame(found["diff_resources"], found["diff_crossings"], economies, study)
    return style.save_figure(
        _nothing() if frame.empty else figure(frame),
        stem,
        frame,
        caption_text(frame, study, pair),
        f"{study.title} · World Bank data of {pair[0]} and of {pair[1]}",
    )


def _nothing():
    """A sheet for two vintages that give every economy the same resources."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 2))
    fig.text(0.5, 0.5, "No resource of an economy changed", ha="center", va="center")
    return fig
