"""People: who can pay, by the share of income they spend; and what the fifths of the people pay."""

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption
from affordability.figures.dots import group_look
from affordability.figures.local_prices import INCOMES
from affordability.people.incomes import SINCE
from affordability.people.plans import plan_name
from affordability.study import Study, Threshold
from affordability.words import percent

BESIDE = [0.9, 0.955, 1.05, 1.11]  # where a plan's bars stand beside their threshold
LOOK = {
    "flat_8": (style.SKY, "-"),
    "flat_20": (style.BLUE, "-"),
    "flat_100": (style.ORANGE, "--"),
    "flat_200": (style.VERMILION, ":"),
}


def studys_limit(study: Study) -> Threshold:
    """Return the share of a month's income that the study itself asks of, the first it names."""
    return study.limits_of(INCOMES)[0]


def said_of(limit: Threshold) -> str:
    """Return what stands beside the line of the study's threshold."""
    return f"the study's {percent(limit.share)}"


def said_in_full(study: Study) -> str:
    """Return the study's threshold with who set it, for a caption."""
    limit = studys_limit(study)
    return f"{percent(limit.share)} of income ({limit.source})"


def draw_headcount(given, study: Study) -> style.Drawn:
    """The share of the world's people who can pay, as a function of the share they spend."""
    tables = ("headcount_curve", "subscription_headcount_bounds", "headcount_readings")
    frame = headcount_frame(*(given[name] for name in tables))
    economies = given["subscription_headcount"]
    counted = economies.loc[economies["people"].notna(), "economy"]
    counted = counted[counted.isin(given["economies"]["iso3"])].nunique()
    return style.Drawn(headcount_figure(frame, study), frame, headcount_caption(counted, study))


def headcount_frame(curve, bounds, readings: pd.DataFrame) -> pd.DataFrame:
    """What is drawn: plan, threshold, share_of_people, share_low, share_high, share_survey.

    The last three are there at the study's thresholds only; the last is the share where incomes are
    at the level of the surveys.
    """
    key = ["plan", "threshold"]
    survey = readings[readings["income"].eq("survey") & readings["imputation"].eq("group")]
    survey = survey.rename(columns={"share_of_people": "share_survey"})[[*key, "share_survey"]]
    flat = bounds[bounds["plan"].isin(curve["plan"])]
    frame = curve.merge(flat.merge(survey, on=key), on=key, how="outer")
    order = {plan: place for place, plan in enumerate(LOOK)}
    frame = frame.assign(order=frame["plan"].map(order))
    return frame.sort_values(["order", "threshold"], ignore_index=True).drop(columns="order")


def headcount_figure(frame: pd.DataFrame, study: Study):
    """A line a plan, the bounds as bars at the thresholds, the study's share marked."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 4.8), layout="constrained")
    ax = fig.subplots()
    for beside, (plan, (colour, line)) in zip(BESIDE, LOOK.items(), strict=True):
        part = frame[(frame["plan"] == plan) & frame["share_of_people"].notna()]
        ax.plot(part["threshold"], part["share_of_people"], color=colour, ls=line,
                label=plan_name(plan))  # fmt: skip
        bar = frame[(frame["plan"] == plan) & frame["share_low"].notna()]
        ax.plot(bar["threshold"], bar["share_survey"], "o", ms=4, mec=colour, mfc="white", ls="")
        ax.vlines(
            bar["threshold"] * beside,
            bar["share_low"],
            bar["share_high"],
            color=colour,
            lw=2.5,
            alpha=0.45,
        )
    limit = studys_limit(study)
    ax.axvline(limit.share, color=style.INK, lw=1, zorder=1)
    ax.annotate(said_of(limit), (limit.share, 0.02), (4, 0), textcoords="offset points", fontsize=8)
    ax.set_xscale("log")
    style.percent_axis(ax.xaxis)
    ax.set_ylim(0, 1.02)
    ax.set_yticks([0, 0.25, 0.5, 0.75, 1], ["0 %", "25 %", "50 %", "75 %", "100 %"])
    ax.set_xlabel("Share of their income they spend on it (log scale)")
    ax.set_ylabel("Share of the world's people")
    ax.plot([], [], "o", ms=4, mec=style.INK, mfc="white", label="incomes as surveys have them")
    style.titles(ax, "Who can pay", "bars: how far the count could be wrong, incomes given")
    ax.legend(loc="upper left")
    return fig


def headcount_caption(counted: int, study: Study) -> str:
    """The caption: how people of `counted` economies are counted, and what the bars say."""
    return caption(
        what="The share of the world's people, children among them, whose own income is high "
        "enough that a plan takes at most the share of it on the axis. Incomes are spread as the "
        "latest survey of each economy spreads them, around its GNI per capita; economies "
        "without a survey take the curve of their income group. Bars: any distribution with the "
        "published shares, and nobody or everybody where the count is imputed. Circles: the same "
        "count with incomes at the mean of the surveys, which lies below GNI per capita",
        unit="share of people in per cent; share of income in per cent, log scale",
        n=f"the people of {counted} economies",
        years=f"surveys since {SINCE}; income and people by the study's rule",
        threshold=said_in_full(study),
        study=study,
    )


def draw_quintiles(given, study: Study) -> style.Drawn:
    """What the study's plan costs each fifth of the people, by income group."""
    plan = study.choices["people"]["plan"]
    table = given["subscription_burden_by_quintile"]
    frame = table[table["plan"] == plan].reset_index(drop=True)
    return style.Drawn(
        quintile_figure(frame, plan, study), frame, quintile_caption(frame, study, plan)
    )


def quintile_figure(frame: pd.DataFrame, plan: str, study: Study):
    """A line an income group over the five fifths."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 4.6), layout="constrained")
    ax = fig.subplots()
    for level, (colour, marker) in style.INCOME_GROUPS.items():
        part = frame[frame["income_group"].map(group_look) == level].sort_values("quintile")
        if part.empty:
            continue
        label = f"{level} ({part['n'].iloc[0]} economies)"
        ax.plot(part["quintile"], part["median_share"], color=colour, marker=marker, label=label)
    limit = studys_limit(study)
    ax.axhline(limit.share, color=style.INK, lw=1, zorder=1)
    ax.annotate(
        said_of(limit), (3.5, limit.share), (0, -10), textcoords="offset points", fontsize=8,
        ha="center",
    )  # fmt: skip
    ax.set_yscale("log")
    style.percent_axis(ax.yaxis)
    fifths = ["poorest fifth", "second", "third", "fourth", "richest fifth"]
    ax.set_xticks(range(1, 6), fifths)
    ax.set_ylabel("Share of their income (log scale)")
    style.titles(
        ax,
        f"What {plan_name(plan)} is to each fifth of the people",
        "of their income, in the median economy",
    )
    ax.legend(loc="lower left", fontsize=8)
    return fig


def quintile_caption(frame: pd.DataFrame, study: Study, plan: str) -> str:
    """The caption: whose income, which surveys."""
    return caption(
        what=f"{plan_name(plan)} as a share of the mean income of each fifth of the people, the "
        "median over economies of an income group. Income is GNI per capita spread as the latest "
        "survey spreads income or consumption",
        unit="twelve months' price over annual income, in per cent, log scale",
        n=f"{frame.groupby('income_group')['n'].max().sum()} economies with a survey",
        years=f"surveys since {SINCE}; income by the study's rule",
        threshold=said_in_full(study),
        study=study,
    )
