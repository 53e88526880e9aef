"""Figure, serving: what a million tokens cost to make, computed, and what an API asks for them.

One row a model, cheapest first: those with an API price at or before the study's month, and those
whose serving the study asks about. The precision of the study is the large dot; the other two stand
beside it. Its bar spans the cheapest price on offer at the highest measured speed to the dearest at
the lowest.
"""

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption
from affordability.study import Study
from affordability.words import listed

BESIDE = {"16bit": "^", "8bit": "o", "4bit": "v"}  # markers where it is not the study's
ASKED = ("Asked by an API", style.VERMILION, "D")


def draw(given, study: Study) -> style.Drawn:
    """The figure of models that have an API price, and of those the study asks about."""
    precision = study.serving["precision"]
    frame = draw_frame(given["serving_comparison"], study.items["serve"], precision)
    return style.Drawn(figure(frame, precision), frame, caption_text(frame, study))


def draw_frame(comparison: pd.DataFrame, items: list[str], precision: str) -> pd.DataFrame:
    """What is drawn: rows of `serving_comparison`, with `row` counted from the top."""
    asked = comparison["api_usd_per_mtok"].notna() | comparison["model_id"].isin(items)
    rows = comparison[asked]
    first = rows[rows["precision"] == precision].sort_values(["usd_per_mtok", "model_id"])
    place = {model: row for row, model in enumerate(first["model_id"])}
    rows = rows.assign(row=rows["model_id"].map(place))
    return rows.sort_values(["row", "precision"], ignore_index=True)


def plot(frame: pd.DataFrame, ax, precision: str):
    """Interval and markers of each model; names left, the number beside each marker."""
    first = frame[frame["precision"] == precision]
    ends = first["usd_per_mtok_low"], first["usd_per_mtok_high"]
    ax.hlines(first["row"], *ends, color=style.SKY, lw=3, zorder=1)
    for row in first.itertuples():
        _number(ax, row.usd_per_mtok, row.row, style.BLUE, 7)
    for other in [precision, *(name for name in BESIDE if name != precision)]:
        part = frame[frame["precision"] == other]
        main = other == precision
        marker, size, face = ("o", 7, style.BLUE) if main else (BESIDE[other], 4, "white")
        ax.plot(
            part["usd_per_mtok"], part["row"], marker, color=style.BLUE, mfc=face, ms=size,
            label=f"Computed, {other.replace('bit', ' bit')}", ls="", zorder=3,
        )  # fmt: skip
    label, colour, marker = ASKED
    asked = first[first["api_usd_per_mtok"].notna()]
    ax.plot(
        asked["api_usd_per_mtok"], asked["row"], marker, color=colour, ms=6, label=label, ls="",
        zorder=4,
    )  # fmt: skip
    for row in asked.itertuples():
        _number(ax, row.api_usd_per_mtok, row.row, colour, -13)
    ax.set_yticks(list(first["row"]), list(first["name"]))
    ax.set_ylim(first["row"].max() + 0.7, -0.7)
    ax.set_xscale("log")
    style_axis(ax)
    return ax


def style_axis(ax) -> None:
    """Dollars at powers of ten; no lines across the names."""
    from matplotlib.ticker import FuncFormatter, LogLocator, NullLocator

    ax.xaxis.set_major_locator(LogLocator(base=10, numticks=8))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda usd, _: f"${style.number(usd, 1)}"))
    ax.grid(axis="y", visible=False)
    ax.tick_params(axis="y", length=0)
    ax.spines["left"].set_visible(False)


def _number(ax, usd: float, row: int, colour: str, above: int) -> None:
    ax.annotate(
        f"${style.number(usd)}", (usd, row), (0, above), textcoords="offset points", ha="center",
        fontsize=7.5, color=colour,
    )  # fmt: skip


def figure(frame: pd.DataFrame, precision: str):
    """The whole figure; its height follows the number of models."""
    from matplotlib.figure import Figure

    rows = int(frame["row"].max()) + 1
    fig = Figure(figsize=(style.WIDTH_INCHES, 1.3 + 0.44 * rows), layout="constrained")
    ax = plot(frame, fig.subplots(), precision)
    ax.set_xlabel("US$ per million tokens, three read for one written (log scale)")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=4)
    return fig


def caption_text(frame: pd.DataFrame, study: Study) -> str:
    """The caption: what, unit, n, months, and who has no API price."""
    first = frame[frame["precision"] == study.serving["precision"]]
    asked = first[first["api_usd_per_mtok"].notna()]
    doubted = first["status"].eq("unverified").sum()
    bare = first.loc[first["api_usd_per_mtok"].isna(), "name"]
    without = f"; no API price known of {listed(bare)}" if len(bare) else ""
    return caption(
        what="What a million tokens cost on rented accelerators that are busy all day (roofline: "
        "reading is bound by arithmetic, writing by memory bandwidth or arithmetic), and what an "
        f"API asks for the same mix; the study serves in {study.serving['precision']}; on the "
        "accelerator that is cheapest for the model; the bar "
        "spans the cheapest price on offer at the highest measured speed to the dearest at the "
        "lowest, on the accelerator that is cheapest then; a machine in use a tenth of the day "
        "costs ten times as much" + without,
        unit="US$ per million tokens, three read for one written, log scale",
        n=f"{len(first)} models, {len(asked)} of them with an API price; {doubted} rest on a "
        "figure that was not re-read",
        years=f"hourly prices of {_months(first['price_month'])}, API prices of "
        f"{_months(asked['api_month'])}, each the newest at or before {study.price_month}",
        threshold="none",
        study=study,
    )


def _months(months: pd.Series) -> str:
    if months.empty:
        return "no month"
    first, last = months.min(), months.max()
    return first if first == last else f"{first} to {last}"
