"""Figures of the choice: own, rent or call by volume; and how the price of a capability moves."""

from itertools import cycle

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption
from affordability.study import Study

WAYS = {
    "call": ("Call an API", style.VERMILION, "D"),
    "rent": ("Rent, reserved day and night", style.BLUE, "o"),
    "own": ("Own", style.GREEN, "s"),
}
PANELS = 4
BENCHMARK = "eci"
BARS = [style.BLUE, style.VERMILION]


def draw_ways(given, study: Study) -> style.Drawn:
    """Cost of 1,000 questions over questions a day, for models of four sizes that can be called."""
    frame = ways_frame(given["own_rent_call"], names(given))
    asked = study.serving
    question = f"each {asked['tokens_in']} tokens read and {asked['tokens_out']} written"
    return style.Drawn(ways_figure(frame, question), frame, ways_caption(frame, study))


def names(given) -> dict[str, str]:
    """What readers call a model by its id: our table's name, else that of the capability index."""
    known = given["capability"]
    known = known[known["benchmark_id"] == BENCHMARK]
    told = dict(zip(known["model_id"], known["model_name"], strict=True))
    return told | dict(zip(given["models"]["model_id"], given["models"]["name"], strict=True))


def ways_frame(table: pd.DataFrame, called_by: dict[str, str]) -> pd.DataFrame:
    """What is drawn: of the models that can be called, four from cheap to dear to rent."""
    called = set(table.loc[table["way"].eq("call"), "model_id"])
    rented = table[table["way"].eq("rent") & table["model_id"].isin(called)]
    least = rented.sort_values("questions_per_day").drop_duplicates("model_id")
    order = least.sort_values(["usd_per_month", "model_id"])["model_id"].tolist()
    picked = [order[round(i * (len(order) - 1) / (PANELS - 1))] for i in range(PANELS)]
    picked = list(dict.fromkeys(picked if order else []))
    rows = table[table["model_id"].isin(picked)]
    rows = rows.assign(
        panel=rows["model_id"].map(picked.index),
        name=[called_by.get(model, model) for model in rows["model_id"]],
    )
    names = [
        "panel",
        "model_id",
        "name",
        "way",
        "questions_per_day",
        "usd_per_1000_questions",
        "hardware",
    ]
    rows = rows.sort_values(["panel", "way", "questions_per_day"], ignore_index=True)
    return rows[[*names, "utilisation", "wins_from_questions"]]


def ways_figure(frame: pd.DataFrame, question: str):
    """Four panels on one scale; both axes are logarithmic. `question` says what one is."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 5.6), layout="constrained")
    axes = fig.subplots(2, 2, sharex=True, sharey=True).flat
    for ax, (name, rows) in zip(axes, frame.groupby("name", sort=False), strict=False):
        for way, (label, colour, marker) in WAYS.items():
            part = rows[rows["way"].eq(way)]
            x, y = part["questions_per_day"], part["usd_per_1000_questions"]
            ax.plot(x, y, marker=marker, color=colour, ms=5, label=label)
        ax.set_xscale("log")
        ax.set_yscale("log")
        ax.xaxis.set_major_formatter(_powers())
        ax.yaxis.set_major_formatter(_powers("$"))
        ax.set_title(name)
    axes = fig.axes
    fig.supxlabel(f"questions a day, {question} (log scale)")
    fig.supylabel("US$ per 1,000 questions (log scale)")
    fig.legend(*axes[0].get_legend_handles_labels(), loc="outside upper center", ncols=3)
    style.settle(fig)
    return fig


def _powers(unit: str = ""):
    """Return a formatter of powers of ten as a reader writes them."""
    from matplotlib.ticker import FuncFormatter

    return FuncFormatter(lambda value, _: f"{unit}{value:,.10g}")


def ways_caption(frame: pd.DataFrame, study: Study) -> str:
    """The caption: what, unit, n, months."""
    asked = study.serving
    return caption(
        what="What 1,000 questions cost by calling an API, renting whole machines that are "
        "reserved day and night, and owning them, over questions a day; machines in "
        f"{asked['precision']}, whichever are cheapest at that volume; a question reads "
        f"{asked['tokens_in']} tokens and writes {asked['tokens_out']}",
        unit="US$ per 1,000 questions, log scale",
        n=f"{frame['model_id'].nunique()} open models that can be called, from cheap to dear to "
        "rent; all are in the table",
        years=f"newest prices at or before {study.price_month}",
        threshold="none",
        study=study,
    )


def draw_capability(given, study: Study) -> style.Drawn:
    """The least price of a million tokens of any model that reaches a bar, by month."""
    table = given["capability_price"]
    frame = table[table["benchmark_id"].eq(BENCHMARK)].reset_index(drop=True)
    known = names(given)
    frame = frame.assign(
        name=[known.get(model, model) for model in frame["model_id"]],
        bar_name=[known.get(model, model) for model in frame["bar"]],
    )
    return style.Drawn(capability_figure(frame), frame, capability_caption(frame, study))


def capability_figure(frame: pd.DataFrame):
    """A step line a bar; a model is named at half the price of the last or less, and at the end."""
    from matplotlib.figure import Figure

    fig = Figure(figsize=(style.WIDTH_INCHES, 4.2), layout="constrained")
    ax = fig.subplots()
    for colour, (bar, rows) in zip(cycle(BARS), frame.groupby("bar_name", sort=False)):
        rows = rows.assign(day=pd.to_datetime(rows["month"]))
        last = rows.iloc[-1]
        label = f"as good as {bar} (index {last['bar_score']:g})"
        if pd.notna(last["fold_per_year"]):
            label += f": {last['fold_per_year']:.1f} times less a year"
        ax.step(rows["day"], rows["usd_per_mtok"], where="post", color=colour, label=label)
        told = float("inf")
        for row in rows[rows["name"].ne(last["name"])].itertuples():
            if row.usd_per_mtok <= told / 2:
                _named(ax, row.day, row.usd_per_mtok, row.name, colour, (3, 4))
                told = row.usd_per_mtok
        usd = last["usd_per_mtok"]
        _named(ax, last["day"], usd, f"{last['name']}\n${usd:.2g}", colour, (4, -6))
    left, right = ax.get_xlim()
    ax.set_xlim(left, right + 0.1 * (right - left))  # room for the names at the end
    ax.set_yscale("log")
    _dollars(ax.yaxis, frame["usd_per_mtok"])
    ax.set_ylabel("US$ per million tokens (log scale)")
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=2)
    style.settle(fig)
    return fig


def _dollars(axis, usd: pd.Series) -> None:
    """Label powers of ten, and 2 and 5 of them too where there are not two."""
    from matplotlib.ticker import LogLocator, NullLocator

    few = usd.max() / usd.min() < 100 if len(usd) else True
    axis.set_major_locator(LogLocator(subs=(1, 2, 5) if few else (1,)))
    axis.set_minor_locator(NullLocator())
    axis.set_major_formatter(_powers("$"))


def _named(ax, day: pd.Timestamp, usd: float, text: str, colour: str, shift: tuple) -> None:
    """Write a name beside a point of a step line."""
    from matplotlib.dates import date2num

    place = {"textcoords": "offset points", "fontsize": 7, "color": colour}
    ax.annotate(text, (date2num(day), usd), shift, **place)


def capability_caption(frame: pd.DataFrame, study: Study) -> str:
    """The caption: what, unit, n, months, fold a year."""
    last = frame.drop_duplicates("bar", keep="last")
    folds = "; ".join(
        f"{row.fold_per_year:.1f} times less a year for the score of {row.bar_name}"
        for row in last.itertuples()
    )
    return caption(
        what="The least a million tokens cost through an API of any model whose score on the "
        f"Epoch Capabilities Index reaches that of a named model: {folds}; a price counts while it "
        "was seen and a year on; scores are of chat versions",
        unit="US$ per million tokens in the mix of the study's question, log scale",
        n=f"{len(last)} bars, {frame['model_id'].nunique()} models that were cheapest in a month",
        years=f"{frame['month'].min()} to {frame['month'].max()}" if len(frame) else "no month",
        threshold="none",
        study=study,
    )
