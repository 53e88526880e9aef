"""Prices and incomes: what a plan is to the average person, and whether prices follow incomes."""

import numpy as np
import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption, threshold_of
from affordability.figures.dots import name_beside, plot_dots, with_names
from affordability.people.plans import plan_name
from affordability.people.prices import FLAT
from affordability.study import Study

INCOMES = ["monthly_gni"]
NAMED = 8  # economies named: those furthest from the line or at the ends


def draw_burden(given, study: Study) -> style.Drawn:
    """The study's local plan as a share of income, against income."""
    plan = study.choices["people"]["local_plan"]
    frame = points(given["subscription_burden"], given["economies"], [plan])
    return style.Drawn(burden_figure(frame, study), frame, burden_caption(frame, study, plan))


def draw_prices(given, study: Study) -> style.Drawn:
    """Local prices of two plans against income, each with its line."""
    choices = study.choices["people"]
    plans = [choices["local_plan"], choices["cheap_plan"]]
    frame = points(given["subscription_burden"], given["economies"], plans)
    slopes = given["subscription_price_slope"].set_index("plan")
    figure = prices_figure(frame, slopes, plans)
    return style.Drawn(figure, frame, prices_caption(frame, slopes, plans, study))


def points(burden: pd.DataFrame, economies: pd.DataFrame, plans: list[str]) -> pd.DataFrame:
    """What is drawn: economy, name, income_group, plan, usd_per_month, share, gni, gni_year."""
    rows = burden[burden["plan"].isin(plans) & burden["share"].notna()]
    rows = with_names(rows, economies)
    columns = ["plan", "economy", "name", "income_group", "usd_per_month", "share"]
    rows = rows[[*columns, "gni", "gni_year"]]
    return rows.sort_values(["plan", "gni", "economy"], ignore_index=True)


def scatter(rows: pd.DataFrame, column: str, ax) -> None:
    """A dot an economy by income group, against income."""
    plot_dots(rows, "gni", column, ax)
    ax.set_xscale("log")
    ax.set_yscale("log")
    ax.set_xlabel("GNI per capita (Atlas), US$ a year (log scale)")
    ax.xaxis.set_major_formatter(lambda value, _: f"${value:,.0f}")


def burden_figure(frame: pd.DataFrame, study: Study):
    """Burden against income with the study's thresholds of a month's income."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 5), layout="constrained")
    ax = fig.subplots()
    scatter(frame, "share", ax)
    flat = study.choices["people"]["plan"]
    ends = np.array([frame["gni"].min(), frame["gni"].max()])
    ax.plot(ends, 12 * FLAT[flat] / ends, color=style.FAINT, lw=1, zorder=1,
            label=f"{plan_name(flat)} everywhere")  # fmt: skip
    for limit in study.limits_of(INCOMES):
        line = ":" if limit.borrowed else "-"
        ax.axhline(limit.share, color=style.INK, lw=1, ls=line, zorder=1)
        ax.annotate(
            style.percent(limit.share), (1, limit.share), (-2, 2), ha="right", fontsize=8,
            xycoords=ax.get_yaxis_transform(), textcoords="offset points",
        )  # fmt: skip
    style.percent_axis(ax.yaxis)
    ax.set_ylabel("Share of annual GNI per capita (log scale)")
    plan = frame["plan"].iloc[0]
    style.titles(
        ax,
        f"What {plan_name(plan)} is to the average person",
        f"at its price there, {study.vintages['app_store']}",
    )
    ax.legend(loc="lower left", fontsize=8)
    return fig


def burden_caption(frame: pd.DataFrame, study: Study, plan: str) -> str:
    """The caption."""
    return caption(
        what=f"{plan_name(plan)} at its price in each app store, tax included, as a share of "
        "average annual income, against that income; the line is a flat price. Prices: Oh (2026), "
        "doi 10.5281/zenodo.23006365",
        unit="twelve months' price over GNI per capita (Atlas), log scales",
        n=f"{len(frame)} economies with a price and an income",
        years=f"{frame['gni_year'].min()}–{frame['gni_year'].max()}",
        threshold=threshold_of(study, INCOMES),
        study=study,
    )


def prices_figure(frame: pd.DataFrame, slopes: pd.DataFrame, plans: list[str]):
    """A panel a plan: price against income, with the line through all economies."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 4.4), layout="constrained")
    panels = fig.subplots(1, len(plans))
    for plan, ax in zip(plans, panels, strict=True):
        rows = frame[frame["plan"] == plan]
        scatter(rows, "usd_per_month", ax)
        x, y = np.log(rows["gni"]), np.log(rows["usd_per_month"])
        slope = slopes.loc[plan, "slope"]
        ends = np.array([x.min(), x.max()])
        ax.plot(np.exp(ends), np.exp(y.mean() + slope * (ends - x.mean())), color=style.INK, lw=1.2)
        ax.yaxis.set_major_formatter(lambda value, _: f"${value:g}")
        ax.yaxis.set_minor_formatter(lambda value, _: f"${value:g}")
        error = slopes.loc[plan, "se_hc3"]
        style.titles(
            ax, plan_name(plan), f"slope {slope:.3f} ± {error:.3f} (HC3): 0 one price, 1 as income"
        )
    panels[0].set_ylabel("Price a month, tax included (log scale)")
    panels[0].legend(loc="upper left", fontsize=7)
    style.settle(fig)
    for plan, ax in zip(plans, panels, strict=True):
        name_far(frame[frame["plan"] == plan], slopes.loc[plan, "slope"], ax)
    return fig


def name_far(rows: pd.DataFrame, slope: float, ax) -> None:
    """Name the economies whose price lies furthest from the line."""
    x, y = np.log(rows["gni"]), np.log(rows["usd_per_month"])
    off = (y - y.mean() - slope * (x - x.mean())).abs().sort_values(ascending=False)
    name_beside(rows, off.index[:NAMED], "gni", "usd_per_month", ax)


def prices_caption(frame, slopes: pd.DataFrame, plans: list[str], study: Study) -> str:
    """The caption: slopes with errors, whose prices."""
    told = "; ".join(
        f"{plan_name(plan)}: {slopes.loc[plan, 'slope']:.3f} ± {slopes.loc[plan, 'se_hc3']:.3f}"
        for plan in plans
    )
    return caption(
        what="The price a month in the app store of each economy against its average income, with "
        f"the line of least squares in logarithms. Slopes with their HC3 standard errors: {told}. "
        "Prices: Oh (2026), doi 10.5281/zenodo.23006365",
        unit="nominal US$ a month, tax included; current US$ a year, log scales",
        n="; ".join(
            f"{(frame['plan'] == plan).sum()} economies for {plan_name(plan)}" for plan in plans
        ),
        years=f"prices of {study.vintages['app_store']}, income by the study's rule",
        threshold="none",
        study=study,
    )
