"""Use of AI against what a plan costs there: an association, with those furthest from it named."""

import numpy as np
import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption
from affordability.figures.dots import name_beside, plot_dots, with_names
from affordability.people.plans import plan_name
from affordability.study import Study

NAMED = 6  # economies named on each side of the line
WORDS = {
    "ai_user_share": ("Share of people who use AI", "%"),
    "anthropic_ai_usage_index": ("Use of Claude, 1 is in proportion to people", ""),
}


def draw(given, study: Study) -> style.Drawn:
    """The figure of a study: a panel a measure, newest period of each."""
    plan = study.choices["people"]["plan"]
    frame = draw_frame(given["usage_vs_burden"], given["economies"])
    lines = given["usage_lines"]
    lines = lines[lines["income_group"] == "All"]
    return style.Drawn(figure(frame, lines, plan), frame, caption_text(frame, lines, study))


def draw_frame(usage: pd.DataFrame, economies: pd.DataFrame) -> pd.DataFrame:
    """What is drawn: the newest period of each measure, with names and income groups."""
    newest = usage.groupby("measure")["period"].transform("max")
    rows = with_names(usage[usage["period"] == newest], economies)
    return rows.sort_values(["measure", "burden", "economy"], ignore_index=True)


def plot(rows: pd.DataFrame, ax) -> None:
    """Dots by income group and the line their residuals are measured from."""
    from matplotlib.ticker import LogLocator, NullLocator

    plot_dots(rows, "burden", "usage", ax)
    line = rows.assign(on=rows["usage"] / np.exp(rows["residual"]))
    ax.plot(line["burden"], line["on"], color=style.INK, lw=1.2, zorder=1)
    ax.set_xscale("log")
    ax.set_yscale("log")
    for axis in (ax.xaxis, ax.yaxis):
        axis.set_major_locator(LogLocator(base=10, subs=(1, 2, 5)))
        axis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(lambda share, _: style.percent(share, 1))


def figure(frame: pd.DataFrame, lines: pd.DataFrame, plan: str):
    """A panel a measure, side by side; their scales are not comparable."""
    from matplotlib.figure import Figure

    measures = sorted(set(frame["measure"]))
    fig = Figure(figsize=(style.WIDTH_INCHES, 5), layout="constrained")
    panels = np.atleast_1d(fig.subplots(1, len(measures)))
    for measure, ax in zip(measures, panels, strict=True):
        rows = frame[frame["measure"] == measure]
        plot(rows, ax)
        title, unit = WORDS.get(measure, (measure, ""))
        ax.yaxis.set_major_formatter(lambda value, _, unit=unit: f"{value:g} {unit}".strip())
        ax.set_xlabel(f"{plan_name(plan)} over GNI per capita (log scale)")
        found = of(lines, measure, rows["period"].iloc[0], plan)
        rank = f"{found['rank_correlation']:.2f}".replace("-", "−")  # a minus sign, no hyphen
        below = f"{rows['period'].iloc[0]}; rank correlation {rank}"
        style.titles(ax, title, below)
    panels[0].legend(loc="lower left", fontsize=7)
    style.settle(fig)
    for measure, ax in zip(measures, panels, strict=True):
        name_far(frame[frame["measure"] == measure], ax)
    return fig


def of(lines: pd.DataFrame, measure: str, period: str, plan: str) -> pd.Series:
    """The line of a measure, period and plan over all economies."""
    keys = {"measure": measure, "period": period, "plan": plan}
    for column, wanted in keys.items():
        lines = lines[lines[column] == wanted]
    return lines.iloc[0]


def name_far(rows: pd.DataFrame, ax) -> None:
    """Name who uses most above and most below what the line says."""
    order = rows.sort_values("residual")
    far = order.index[:NAMED].append(order.index[-NAMED:])
    name_beside(rows, far, "burden", "usage", ax)


def title(measure: str) -> str:
    """What a reader calls a measure of use."""
    return WORDS.get(measure, (measure,))[0]


def caption_text(frame: pd.DataFrame, lines: pd.DataFrame, study: Study) -> str:
    """The caption: an association, the slopes at the flat and at the local price."""
    choices, told = study.choices["people"], []
    for measure, rows in frame.groupby("measure"):
        for plan in (choices["plan"], choices["local_plan"]):
            line = of(lines, measure, rows["period"].iloc[0], plan)
            slope = f"{line['slope']:.2f} ± {line['se_hc3']:.2f}".replace("-", "−")
            told.append(f"{title(measure)}, {plan_name(plan)}: {slope}")
    sizes = frame.groupby("measure").size()
    return caption(
        what="Use of AI against what a plan costs the average person there; an association and "
        "no proof of a cause. Each measure has its own definition and publisher (Microsoft; "
        "Anthropic), and they are never merged. The economies furthest from the line are named: "
        f"more or less is used than means suggest. Slopes in logarithms with HC3 errors: "
        f"{'; '.join(told)}. Economies given the figures of a regional pool are left out",
        unit="the measure's own; twelve months' price over GNI per capita, log scales",
        n="; ".join(f"{n} economies for {title(measure)}" for measure, n in sizes.items()),
        years="the newest period of each measure; income by the study's rule",
        threshold="none",
        study=study,
    )
