"""Training: all estimates of a model by basis; cost against release; how the bar moves.

Three figures that need no ratios.
"""

from textwrap import fill

import pandas as pd

from affordability.costs.training.trends import ORIGIN, frontier, years_since_origin
from affordability.figures import style
from affordability.figures.captions import caption
from affordability.figures.labels import place_beside
from affordability.study import Study
from affordability.words import percent

# Basis: name, colour, and where in a model's row it is drawn, so that intervals do not overlap.
BASES = {
    "statement": ("statement", style.INK, 0.0),
    "cloud_rental": ("cloud rental", style.BLUE, 0.12),
    "amortised": ("amortised hardware and energy", style.GREEN, -0.12),
    "acquisition": ("buying the hardware", style.VERMILION, 0.28),
    "programme": ("whole programme", style.PURPLE_DARK, -0.28),
    "list_price": ("list price", style.ORANGE, 0.0),
    "grant": ("grant", style.SKY, 0.0),
}
BARS = {
    "under_10": ("under 10 %", style.SKY, "s"),
    "under_1": ("under 1 %", style.BLUE, "o"),
    "under_01": ("under 0.1 %", style.VERMILION, "D"),
}


def costs_frame(costs: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """What is drawn in the first figure: every estimate of the models with a published one."""
    published = costs["origin"].eq("published")
    told = set(costs.loc[published, "model_id"])
    rows = costs[costs["model_id"].isin(told)].assign(computed=~published)
    rows = rows.merge(models[["model_id", "name", "release_date"]], on="model_id")
    order = ["release_date", "name", "basis", "computed", "source_id", "usd"]
    chosen = ["model_id", "name", "release_date", "basis", "computed", "usd", "usd_low", "usd_high"]
    rows = rows.sort_values(order)
    return rows[[*chosen, "price_month", "chip_hours", "imputed", "source_id"]]


def costs_figure(frame: pd.DataFrame):
    """One row a model, newest at the top; filled: computed, hollow: published; lines: ranges."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    names = frame[["name", "release_date"]].drop_duplicates()
    fig = Figure(figsize=(style.WIDTH_INCHES, 1.6 + 0.245 * len(names)), layout="constrained")
    ax = fig.subplots()
    ax.set_xscale("log")
    place = {name: row for row, name in enumerate(names["name"])}
    for point in frame.itertuples():
        _, colour, shift = BASES[point.basis]
        y = place[point.name] + shift
        if pd.notna(point.usd_low) and pd.notna(point.usd_high):
            style_of = {"lw": 1.1, "alpha": 0.55} if point.computed else {"lw": 1.1, "ls": ":"}
            ax.plot([point.usd_low, point.usd_high], [y, y], color=colour, zorder=2, **style_of)
        look = {"ms": 4, "mfc": colour} if point.computed else {"ms": 6.4, "mfc": "none"}
        ax.plot(point.usd, y, "o", mec=colour, mew=1, zorder=3, **look)
    for row in range(0, len(names), 2):
        ax.axhspan(row - 0.5, row + 0.5, color="#f5f5f5", zorder=0)
    labels = [f"{row.name}  {row.release_date[:4]}" for row in names.itertuples(index=False)]
    ax.set_yticks(range(len(names)), labels)
    ax.set_ylim(-0.6, len(names) - 0.4)
    ax.grid(axis="y", visible=False)
    usd_axis(ax.xaxis)
    ax.set_xlabel("Cost of training, US$ (log scale)")
    style.titles(
        ax,
        "What training a model takes, by basis",
        "dots: computed, with the 5th to 95th percentile; rings: published, dotted: their range",
    )
    used = [basis for basis in BASES if frame["basis"].eq(basis).any()]
    handles = [
        Line2D([], [], ls="", marker="o", ms=5, color=BASES[basis][1], label=BASES[basis][0])
        for basis in used
    ]
    fig.legend(handles=handles, loc="outside upper center", ncols=4)
    return fig


def usd_axis(axis) -> None:
    """Ticks at powers of ten written as $10k, $1M, $1bn."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    axis.set_major_locator(LogLocator(base=10, numticks=12))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(FuncFormatter(lambda usd, _: short_usd(usd)))


def short_usd(usd: float) -> str:
    """A sum as a short label: $10k, $1M, $1bn."""
    for size, unit in ((1e9, "bn"), (1e6, "M"), (1e3, "k")):
        if usd >= size:
            return f"${style.number(usd / size, 3)}{unit}"
    return f"${style.number(usd, 3)}"


def growth_frame(
    computed: pd.DataFrame, models: pd.DataFrame, others: pd.DataFrame
) -> pd.DataFrame:
    """What is drawn in the second figure: amortised costs, with who was at the frontier."""
    rows = computed[computed["first"] & computed["basis"].eq("amortised")]
    rows = rows.merge(models[["model_id", "name"]], on="model_id")
    rows = rows.assign(frontier=rows["model_id"].isin(frontier(computed, models, others)))
    rows = rows.sort_values(["release_date", "model_id"], ignore_index=True)
    kept = ["model_id", "name", "release_date", "frontier", "usd", "usd_low", "usd_high"]
    return rows[[*kept, "price_month", "third_party", "imputed", "source_id"]]


def growth_figure(frame: pd.DataFrame, fit: pd.Series):
    """Cost against release with the fitted line of the frontier and its interval."""
    import numpy as np
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 5.6), layout="constrained")
    ax = fig.subplots()
    ax.set_yscale("log")
    days = pd.to_datetime(frame["release_date"])
    for chosen, colour, label in (
        (False, style.FAINT, "other models"),
        (True, style.BLUE, "among the ten with most operations at release"),
    ):
        part = frame[frame["frontier"] == chosen]
        at = days[part.index]
        ax.vlines(at, part["usd_low"], part["usd_high"], color=colour, lw=0.8, alpha=0.35)
        ax.plot(at, part["usd"], "o", ms=4.5, color=colour, ls="", label=label)
    part = frame[frame["frontier"]]
    span = np.linspace(*years_since_origin(part["release_date"]).agg(["min", "max"]), 50)
    middle = years_since_origin(part["release_date"]).mean()
    level = fit["intercept_log10"] + middle * np.log10(fit["growth_per_year"])
    dates = ORIGIN + pd.to_timedelta(span * 365.25, unit="D")
    ends = [
        10 ** (level + (span - middle) * np.log10(fit[name]))
        for name in ("growth_low", "growth_per_year", "growth_high")
    ]
    ax.plot(dates, ends[1], color=style.VERMILION, label="fit to those")
    low, high = np.minimum(ends[0], ends[2]), np.maximum(ends[0], ends[2])
    ax.fill_between(dates, low, high, color=style.VERMILION, alpha=0.12, lw=0)
    usd_axis(ax.yaxis)
    ax.set_ylim(frame["usd"].min() / 6, frame["usd"].max() * 30)
    ax.set_ylabel("Amortised cost of training, US$ (log scale)")
    ax.set_xlabel("Release")
    grown = [style.number(fit[k], 2) for k in ("growth_per_year", "growth_low", "growth_high")]
    told = [style.number(fit[k], 2) for k in ("published", "published_low", "published_high")]
    style.titles(
        ax,
        f"Training cost of {int(fit['models'])} language models grows {grown[0]}-fold a year",
        f"{fit['first_release'][:4]}–{fit['last_release'][:4]}, 95 % interval {grown[1]} to "
        f"{grown[2]}; published for all machine learning since 2016: {told[0]} ({told[1]} to "
        f"{told[2]})",
    )
    ax.legend(loc="upper left")
    import matplotlib.dates as dating

    at = days.map(dating.date2num)
    record = frame["usd"].eq(frame["usd"].cummax())
    points = [(at[i], frame["usd"][i], frame["name"][i]) for i in frame.index[record]]
    place_beside(ax, points, [(at[i], frame["usd"][i]) for i in frame.index[~record]], fontsize=8)
    return fig


def bar_frame(bar: pd.DataFrame, models: pd.DataFrame) -> pd.DataFrame:
    """What is drawn in the third figure: R&D of the year or carried, one row a year."""
    rows = bar[bar["rule"].eq("carried")].merge(models[["model_id", "name"]], on="model_id")
    return rows.sort_values("year", ignore_index=True)


def bar_figure(frame: pd.DataFrame):
    """Numbers of economies for which the year's costliest run is under a share of their R&D."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 4.6), layout="constrained")
    ax = fig.subplots()
    ax.plot(frame["year"], frame["economies"], color=style.FAINT, ls="--", lw=1, label="with R&D")
    for name, (label, colour, marker) in BARS.items():
        ax.plot(frame["year"], frame[name], color=colour, marker=marker, ms=5, label=label)
        up = name == "under_10"
        for row in frame[up | frame[name].lt(frame["under_10"])].itertuples():
            ax.annotate(
                str(getattr(row, name)), (row.year, getattr(row, name)), (0, 5 if up else -5),
                textcoords="offset points", ha="center", va="bottom" if up else "top",
                fontsize=7.5, color=colour,
            )  # fmt: skip
    names = [
        f"{row.year}\n{fill(row.name, 15)}\n{short_usd(float(f'{row.usd_nominal:.2g}'))}"
        for row in frame[["year", "name", "usd_nominal"]].itertuples(index=False)
    ]
    ax.set_xticks(frame["year"], names, fontsize=7.5)
    ax.set_ylim(-6, frame["economies"].max() * 1.12)
    ax.set_ylabel("Number of economies")
    ax.grid(axis="x", visible=False)
    style.titles(
        ax,
        "How the bar moves",
        "economies for which the costliest disclosed run of a year is under a share of their R&D",
    )
    ax.legend(loc="lower left", title="share of R&D", bbox_to_anchor=(0, 0.06))
    return fig


def draw_costs(given, study: Study) -> style.Drawn:
    """All estimates of a model by basis."""
    frame = costs_frame(given["training_costs_table"], given["models"])
    return style.Drawn(costs_figure(frame), frame, _costs_caption(frame, study))


def draw_growth(given, study: Study) -> style.Drawn:
    """Cost against release."""
    frame = growth_frame(given["training_estimates"], given["models"], given["other_runs"])
    fits = given["training_growth"]
    fit = fits[fits["basis"].eq("amortised") & fits["selection"].eq("frontier")].iloc[0]
    return style.Drawn(growth_figure(frame, fit), frame, _growth_caption(frame, fit, study))


def draw_bar(given, study: Study) -> style.Drawn:
    """How the bar moves."""
    frame = bar_frame(given["training_bar"], given["models"])
    return style.Drawn(bar_figure(frame), frame, _bar_caption(frame, study))


def _costs_caption(frame: pd.DataFrame, study: Study) -> str:
    months = frame.loc[frame["computed"], "price_month"]
    return caption(
        what="Every estimate of what training took, of the models with a published one. Dots: "
        "computed from hardware and dated prices (cloud rental, amortised hardware and energy, "
        "buying the hardware), lines from the 5th to the 95th percentile of seeded draws. Rings: "
        "published, dotted lines their range. Bases are different quantities",
        unit=f"US$, log scale; computed in prices of {months.iloc[0]}, published as published",
        n=f"{len(frame)} estimates of {frame['model_id'].nunique()} models",
        years=f"released {frame['release_date'].min()[:4]}–{frame['release_date'].max()[:4]}",
        threshold="none",
        study=study,
    )


def _growth_caption(frame: pd.DataFrame, fit: pd.Series, study: Study) -> str:
    return caption(
        what="Amortised hardware and energy of training runs against release. The line is fitted "
        "to the language models that were among the ten training runs with most operations when "
        "released, runs of other machine learning counted, without smaller sizes published beside "
        "a larger one; the band is the 95 % interval of its slope over resampled models. Published "
        f"for the frontier of all machine learning since 2016: {fit['published']:g} "
        f"({fit['published_low']:g} to {fit['published_high']:g}) a year (arXiv 2405.21015); that "
        "frontier begins with costlier runs than language models had. Vertical lines: 5th to 95th "
        "percentile; named: costlier than all before",
        unit=f"US$ in prices of {frame['price_month'].iloc[0]}, log scale",
        n=f"{int(fit['models'])} models fitted, {len(frame)} drawn",
        years=f"released {fit['first_release']} to {fit['last_release']}",
        threshold="none",
        study=study,
    )


def _bar_caption(frame: pd.DataFrame, study: Study) -> str:
    age = study.rule("rd_expenditure")["max_age_years"]
    late = frame[frame["reported"] < study.least_reported]
    told = "; ".join(f"{row.year}: {percent(row.reported)}" for row in late.itertuples())
    carried = (
        f". Most R&D is carried from the years before where few have reported ({told} of the R&D "
        "known is of the year itself), so that nothing is counted by that year alone"
    )
    runs = "; ".join(
        f"{row.year} {row.name}{' (hardware guessed by third parties)' if row.third_party else ''}"
        for row in frame[["year", "name", "third_party"]].itertuples(index=False)
    )
    return caption(
        what="Number of economies for which the costliest disclosed training run of a year, "
        "amortised hardware and energy, is under 0.1 %, 1 % and 10 % of their R&D expenditure. "
        f"Runs: {runs}{carried if told else ''}",
        unit="number of economies; cost and R&D in nominal US$",
        n=f"{frame['economies'].min()} to {frame['economies'].max()} economies with a value",
        years=f"R&D of the year of release, or the latest of the {age} years before",
        threshold="0.1 % of R&D expenditure (LLeMpower, arXiv 2404.09356); 1 % and 10 % our choice",
        study=study,
    )
