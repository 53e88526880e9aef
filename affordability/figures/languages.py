"""Figure 4, languages: GPT-4's accuracy in a language against the income where it is official.

Income of a language = median GNI per capita (Atlas, US$) of the economies where CLDR calls it
official or de facto official; of a language official nowhere as a whole, of the economies where it
is official in a region (hollow). The median is over economies, not over people.
"""

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption, years_used
from affordability.figures.labels import place_beside
from affordability.study import Study

MODEL = "GPT-4"
NATIONAL = ["official", "de_facto_official"]
REGIONAL = ["official_regional"]
FLOOR = 40  # accuracy below which a baseline is written at the edge instead of stretching the axis


def draw(given, study: Study) -> style.Drawn:
    """The figure of a study."""
    tables = given["resources"], given["official_languages"], given["language_accuracy"]
    frame = draw_frame(*tables)
    if frame.empty:
        return style.nothing("languages", frame, study)
    return style.Drawn(figure(frame), frame, caption_text(frame, study))


def draw_frame(resources, official: pd.DataFrame, accuracy: pd.DataFrame) -> pd.DataFrame:
    """What is drawn: role, language, name, model, accuracy_pct, gni_per_capita_usd, economies, ...

    `role` is `language` (a point) or `baseline` (English of another model, or guessing; no income).
    Languages of the benchmark that are official in no economy with an income are left out.
    """
    points = accuracy[(accuracy["model"] == MODEL) & accuracy["benchmark"].str.contains("MMLU")]
    income = _income(resources)
    rows = [
        {**row, "role": "language", **found}
        for row in points[FACTS].to_dict("records")
        if (found := income_where_official(row["language"], official, income))
    ]
    if not rows:
        return pd.DataFrame(columns=COLUMNS)
    others = accuracy[accuracy["setting"].str.contains("baseline")]
    rows += [{**row, "role": "baseline"} for row in others[FACTS].to_dict("records")]
    frame = pd.DataFrame(rows, columns=COLUMNS)
    frame["n_economies"] = frame["n_economies"].astype("Int64")
    return frame.sort_values(["role", "accuracy_pct", "language"], ascending=[False, False, True])


FACTS = ["language", "name", "model", "benchmark", "setting", "accuracy_pct", "status"]
COLUMNS = ["role", *FACTS, "gni_per_capita_usd", "official", "n_economies", "economies", "years"]


def _income(resources: pd.DataFrame) -> pd.DataFrame:
    """GNI per capita and its year by economy."""
    rows = resources[resources["measure"] == "gni_per_capita"]
    return rows.set_index("actor_id")[["usd", "year"]]


def income_where_official(language: str, official: pd.DataFrame, income: pd.DataFrame) -> dict:
    """Median income of a language's economies; empty if it is official in none with a value."""
    spoken = official[official["language"].str.split("_").str[0] == language]
    for label, statuses in (("national", NATIONAL), ("regional", REGIONAL)):
        places = sorted(set(spoken.loc[spoken["official_status"].isin(statuses), "iso3"]))
        found = income.loc[income.index.intersection(places)].sort_index()
        if len(found):
            return {
                "gni_per_capita_usd": float(found["usd"].median()),
                "official": label,
                "n_economies": len(found),
                "economies": ";".join(found.index),
                "years": years_used(found["year"]),
            }
    return {}


def plot(frame: pd.DataFrame, ax):
    """One dot a language, hollow where official only in a region, English apart; returns `ax`."""
    points = frame[frame["role"] == "language"]
    for label, part, look in (
        ("English", points["language"] == "en", {"color": style.VERMILION, "marker": "D"}),
        (
            "official in the economy",
            (points["language"] != "en") & (points["official"] == "national"),
            {"color": style.BLUE, "marker": "o"},
        ),
        (
            "official in a region only",
            (points["language"] != "en") & (points["official"] == "regional"),
            {"color": style.BLUE, "marker": "o", "mfc": "white"},
        ),
    ):
        if part.any():
            chosen = points[part]
            ax.plot(
                chosen["gni_per_capita_usd"],
                chosen["accuracy_pct"],
                ls="",
                ms=6,
                label=label,
                **look,
            )
    ax.set_xscale("log")
    low, high = points["gni_per_capita_usd"].min(), points["gni_per_capita_usd"].max()
    ax.set_xlim(low / 1.6, high * 1.7)
    lines = frame[(frame["role"] == "baseline") & (frame["accuracy_pct"] >= FLOOR)]
    bottom = min([points["accuracy_pct"].min(), *lines["accuracy_pct"]])
    ax.set_ylim(bottom - 3.5, points["accuracy_pct"].max() + 2.5)
    for row in lines.itertuples():
        ax.axhline(row.accuracy_pct, color=style.FAINT, lw=1, ls=(0, (4, 2)), zorder=1)
    return ax


def _baselines(frame: pd.DataFrame, ax) -> None:
    """Names of the baselines: at their line, or at the lower edge where they lie below it."""
    base = frame[frame["role"] == "baseline"]
    for row in base[base["accuracy_pct"] >= FLOOR].itertuples():
        up = row.accuracy_pct >= base["accuracy_pct"].max()
        ax.annotate(
            f"{row.model} in {row.name}, {style.number(row.accuracy_pct, 3)} %",
            (1, row.accuracy_pct), (-2, 2 if up else -2), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", ha="right", va="bottom" if up else "top", fontsize=7.5,
            color="#555555",
        )  # fmt: skip
    for row in base[base["accuracy_pct"] < FLOOR].itertuples():
        ax.annotate(
            f"{row.model}: {style.number(row.accuracy_pct, 3)} %, below this axis ↓",
            (1, 0), (-2, 3),
            xycoords="axes fraction", textcoords="offset points", ha="right", va="bottom",
            fontsize=7.5, color="#555555",
        )  # fmt: skip


def figure(frame: pd.DataFrame):
    """The whole figure, every language named."""
    from matplotlib.figure import Figure
    from matplotlib.ticker import FixedLocator, FuncFormatter, NullLocator

    fig = Figure(figsize=(style.WIDTH_INCHES, 6.2), layout="constrained")
    ax = fig.subplots()
    plot(shown(frame), ax)
    ax.xaxis.set_major_locator(FixedLocator([500, 1000, 2000, 5000, 10000, 20000, 50000, 100000]))
    ax.xaxis.set_minor_locator(NullLocator())
    ax.xaxis.set_major_formatter(FuncFormatter(lambda usd, _: f"${usd:,.0f}"))
    ax.yaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value:.0f} %"))
    ax.set_xlabel(
        "Median GNI per capita of the economies where the language is official (log scale)"
    )
    points = frame[frame["role"] == "language"]
    style.titles(ax, f"{MODEL}'s accuracy by language", f"{len(points)} languages, 3-shot MMLU")
    _baselines(shown(frame), ax)
    fig.legend(*ax.get_legend_handles_labels(), loc="outside upper center", ncols=3)
    style.settle(fig)
    spots = points[["gni_per_capita_usd", "accuracy_pct", "name"]]
    place_beside(ax, [tuple(spot) for spot in spots.itertuples(index=False)], fontsize=8)
    return fig


def shown(frame: pd.DataFrame) -> pd.DataFrame:
    """All languages, and of the baselines the best line and guessing: more would only crowd."""
    base = frame[frame["role"] == "baseline"]
    lines = base[base["accuracy_pct"] >= FLOOR]
    best = lines[lines["accuracy_pct"] == lines["accuracy_pct"].max()]
    return pd.concat([frame[frame["role"] == "language"], best, base[base["accuracy_pct"] < FLOOR]])


def caption_text(frame: pd.DataFrame, study: Study) -> str:
    """The caption: benchmark, income of a language, n, years, vintages, licence."""
    points = frame[frame["role"] == "language"]
    settings = sorted(set(points["benchmark"] + ", " + points["setting"]))
    regional = ", ".join(points.loc[points["official"] == "regional", "name"])
    unsure = int((points["status"] == "unverified").sum())
    return caption(
        what=f"Accuracy of {MODEL} ({'; '.join(settings)}) by language against the median GNI per "
        "capita (Atlas) of the economies where CLDR gives the language as official or de facto "
        "official; "
        f"the median is over economies, not people; hollow, official in a region only: {regional}",
        unit="accuracy in per cent of questions; income in current US$ per person and year, log "
        "scale",
        n=f"{len(points)} languages, {unsure} of them unverified",
        years=f"accuracy of the report of March 2023; income: used {_span(points)}",
        threshold="none; guessing at random gives 25 %",
        study=study,
    )


def _span(points: pd.DataFrame) -> str:
    """First and last year of income used over all languages."""
    years = pd.Series([year for span in points["years"] for year in span.split("–")])
    return years_used(years)
