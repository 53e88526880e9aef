"""The price of the same text by language: how many times English, through two tokenizers."""

from itertools import cycle

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption
from affordability.study import Study

LARGEST = 24  # languages drawn: those with the most speakers
LOOK = [(style.ORANGE, "o"), (style.BLUE, "D"), (style.GREEN, "s"), (style.PURPLE, "^")]


def draw(given, study: Study) -> style.Drawn:
    """The figure of a study."""
    frame = draw_frame(given["language_price"], given["token_lengths"])
    return style.Drawn(figure(frame), frame, caption_text(frame, study))


def draw_frame(table: pd.DataFrame, lengths: pd.DataFrame) -> pd.DataFrame:
    """What is drawn: the most spoken languages and the dearest, costliest last."""
    names = lengths[lengths["language"].ne("")].drop_duplicates("language")
    names = names.set_index("language")["name"]
    spoken = table.drop_duplicates("language").nlargest(LARGEST, "speakers")["language"]
    dear = table[table["speakers"] >= 1e6].groupby("language")["tokens_ratio"].max()
    chosen = {*spoken, *dear.nlargest(6).index}
    rows = table[table["language"].isin(chosen)]
    models = lengths.drop_duplicates("tokenizer").set_index("tokenizer")["models"]
    rows = rows.assign(name=rows["language"].map(names), models=rows["tokenizer"].map(models))
    worst = rows.groupby("language")["tokens_ratio"].max()
    rows = rows.assign(worst=rows["language"].map(worst))
    rows = rows.sort_values(["worst", "language", "tokenizer"], ignore_index=True)
    return rows.drop(columns="worst")


def figure(frame: pd.DataFrame):
    """Left: times English; right: share of a month's income of the speakers."""
    from matplotlib.figure import Figure

    order = list(dict.fromkeys(frame["language"]))
    names = dict(zip(frame["language"], frame["name"], strict=True))
    fig = Figure(figsize=(style.WIDTH_INCHES, 1.6 + 0.21 * len(order)), layout="constrained")
    left, right = fig.subplots(1, 2, sharey=True)
    for ax, column in ((left, "tokens_ratio"), (right, "share_of_income")):
        ends = frame.groupby("language")[column].agg(["min", "max"]).reindex(order)
        ax.hlines(range(len(order)), ends["min"], ends["max"], color=style.GRID, lw=3)
        for (colour, marker), tokenizer in zip(cycle(LOOK), sorted(set(frame["tokenizer"]))):
            part = frame[frame["tokenizer"] == tokenizer]
            rows = [order.index(language) for language in part["language"]]
            label = f"{tokenizer} ({part['models'].iloc[0]})"
            ax.plot(part[column], rows, marker, color=colour, ls="", ms=4.5, label=label)
        ax.set_xscale("log")
        ax.grid(axis="y", visible=False)
    left.set_yticks(range(len(order)), [names[language] for language in order], fontsize=7.5)
    left.set_xticks([1, 2, 5, 10, 15], ["1", "2", "5", "10", "15"])
    left.minorticks_off()
    left.set_xlabel("Tokens of the same text, times English (log scale)")
    right.set_xlabel("1,000 questions over a month's income (log scale)")
    style.percent_axis(right.xaxis)
    style.titles(left, "How much longer", "than the same text in English")
    style.titles(right, "What that costs", "of GNI per capita of the speakers")
    left.legend(loc="lower right", fontsize=8)
    return fig


def caption_text(frame: pd.DataFrame, study: Study) -> str:
    """The caption: text, tokenizers, price of a token."""
    question = study.choices["people"]["question"]
    return caption(
        what="The same sentences (FLORES-200) in the most spoken languages and the dearest ones: "
        "tokens over those in English, and the price of 1,000 questions over a month of the GNI "
        f"per capita of the language's speakers. A question is {question['tokens_in']} tokens read "
        f"and {question['tokens_out']} written in English, at the price of "
        f"{question['api_model']}. Tokens: Petrov et al. (2023); speakers: Unicode CLDR",
        unit="ratio, and per cent of a month's income, log scales",
        n=f"{frame['language'].nunique()} languages, "
        f"{frame['tokenizer'].nunique()} tokenizers ({', '.join(sorted(set(frame['tokenizer'])))})",
        years=f"price in force in {study.price_month}; income by the study's rule",
        threshold="none",
        study=study,
    )
