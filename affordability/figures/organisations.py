"""Figure 2, organisations: training once and serving for a year, against what they have in a year.

One panel a measure, since revenue, expenditure, R&D and a round of funding are different
quantities. Share = cost / amount; serving is a day's cost times 365. Organisations are dots, means
and medians of many are strokes beside them, and US universities are a distribution: a stroke an
institution of the survey, a thick one for the median. Hollow markers are not verified.
"""

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption, threshold_of, years_of, years_used
from affordability.measures import MEASURES, of_actors
from affordability.resources import GROUP
from affordability.study import Study
from affordability.words import money

TYPES = {
    "big_tech": "Big tech",
    "pharma": "Pharma",
    "startup": "Startups",
    "research_university": "Universities",
    "hospital": "Hospitals",
    "newsroom": "Newsrooms",
    "nonprofit": "Non-profits",
}
ITEMS = {
    "train": ("Training {} once", style.VERMILION, "o"),
    "serve": ("Renting a server for {}, a year", style.BLUE, "s"),
}
MEASURES_DRAWN = of_actors("organisation")
SURVEYED, UNIVERSITY = "rd_spending", "research_university"
ROW = {"organisation": "organisation", GROUP: "mean, median or band of several"}
ONE_OF, MEDIAN = "institution of the survey", "median of the survey"
MOST_OF_A_TYPE = (
    12  # of a type with more, the largest, the smallest and those between at even steps
)
COLUMNS = [
    "row", "measure", "org_type", "org_id", "name", "iso3", "kind", "amount_usd", "resource_year",
    "item_kind", "cost_usd", "share", "status",
]  # fmt: skip


def draw(given, study: Study) -> style.Drawn:
    """The figure of the first model a study trains and the first it serves."""
    surveyed = in_survey(given["us_university_rd"], study)
    tables = (given[name] for name in ("ratios", "resources", "organisations"))
    frame = draw_frame(*tables, surveyed, study)
    if frame.empty:
        return style.nothing("organisations", frame, study)
    models = given["models"].set_index("model_id")["name"]
    names = {kind: ITEMS[kind][0].format(models[study.first(kind)]) for kind in ITEMS}
    return style.Drawn(figure(frame, names, study), frame, caption_text(frame, names, study))


def in_survey(universities: pd.DataFrame, study: Study) -> pd.DataFrame:
    """The newest year of the survey that the year rule allows and the price month can know.

    A survey dated by a year only is known from the end of that year on.
    """
    dated = universities["date"].where(
        universities["date"].str.len() > 4, universities["date"] + "-12"
    )
    rule = study.rule(SURVEYED)
    first = rule["year"] - rule["max_age_years"]
    known = universities[
        universities["year"].between(first, rule["year"]) & (dated.str[:7] <= study.price_month)
    ]
    return known[(known["year"] == known["year"].max()) & (known["usd"] > 0)]


def draw_frame(ratios, resources, organisations, surveyed, study: Study) -> pd.DataFrame:
    """What is drawn (`COLUMNS`): one row an organisation, measure and item.

    The estimate the study reads first, on the amount the study chose. `row` counts from the top of
    a panel. Universities of the survey are drawn as its distribution and not by name.
    """
    who = organisations[["org_id", "org_type", "name", "iso3"]].drop_duplicates("org_id")
    rows = resources[resources["measure"].isin(MEASURES_DRAWN)]
    rows = rows.merge(who, left_on="actor_id", right_on="org_id").assign(
        kind=lambda rows: rows["actor_kind"].map(ROW)
    )
    rows = rows.rename(columns={"usd": "amount_usd", "year": "resource_year"})
    named = rows["measure"].eq(SURVEYED) & rows["org_id"].isin(set(surveyed["institution_id"]))
    rows = pd.concat([rows[~named], _distribution(surveyed)], ignore_index=True)
    rows["order"] = rows["org_type"].map(list(TYPES).index)
    rows = rows.sort_values(["order", "amount_usd", "org_id"], ascending=[True, False, True])
    parts = [_thinned(rows[rows["measure"] == measure]) for measure in MEASURES_DRAWN]
    rows = pd.concat(parts).merge(_costs(ratios, study), on="measure")
    rows["share"] = rows["cost_usd"] / rows["amount_usd"]
    order = [MEASURES_DRAWN.index(measure) for measure in rows["measure"]]
    rows = rows.assign(place=order).sort_values(
        ["place", "row", "kind", "org_id", "item_kind"], ignore_index=True
    )
    return rows[COLUMNS]


def _distribution(surveyed: pd.DataFrame) -> pd.DataFrame:
    """All institutions of the survey, and a row for the median one, under one id."""
    rows = surveyed.rename(columns={"usd": "amount_usd", "year": "resource_year"})
    rows = rows.assign(kind=ONE_OF, org_id=rows["institution_id"])
    middle = rows.head(1).assign(
        kind=MEDIAN,
        org_id="median-us-university",
        name=f"{len(rows):,} US universities, the median one",
        amount_usd=rows["amount_usd"].median(),
        status="derived",
    )
    both = pd.concat([rows, middle], ignore_index=True)
    return both.assign(measure=SURVEYED, org_type=UNIVERSITY, iso3="USA")


def _costs(ratios: pd.DataFrame, study: Study) -> pd.DataFrame:
    """What each item costs over the period of each measure: measure, item_kind, cost_usd."""
    first = {kind: study.first(kind) for kind in ITEMS}
    rows = ratios[
        ratios["measure"].isin(MEASURES_DRAWN)
        & (ratios["item_id"] == ratios["item_kind"].map(first))
        & ratios["headline"]
        & ratios["share"].notna()
    ]
    return rows[["measure", "item_kind", "cost_usd"]].drop_duplicates(["measure", "item_kind"])


def _thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """At most `MOST_OF_A_TYPE` rows of a type, at even steps from largest to smallest, counted.

    The institutions of the survey share one row with its median.
    """
    many = rows["kind"] == ONE_OF
    kept = [rows.iloc[:0]]
    for _, group in rows[~many].groupby("order", sort=True):
        if len(group) > MOST_OF_A_TYPE:
            step = (len(group) - 1) / (MOST_OF_A_TYPE - 1)
            group = group.iloc[[round(step * place) for place in range(MOST_OF_A_TYPE)]]
        kept.append(group)
    rows_ = pd.concat(kept)
    rows_ = rows_.assign(row=range(len(rows_)))
    middle = rows_.loc[rows_["kind"] == MEDIAN, "row"]
    return pd.concat([rows_, rows[many].assign(row=int(middle.iloc[0]) if len(middle) else 0)])


def plot(frame: pd.DataFrame, ax, names: dict[str, str], limit: float | None = None):
    """Two marks a row joined by a line, names left, 100 % and the threshold as lines."""
    told = frame[frame["kind"] != ONE_OF]
    spots = positions(told)
    place = told["row"].map(spots)
    ends = told.assign(place=place).groupby("place")["share"].agg(["min", "max"])
    ax.hlines(ends.index, ends["min"], ends["max"], color="#cfcfcf", lw=1, zorder=1)
    for kind, (_, colour, marker) in ITEMS.items():
        many = frame[(frame["kind"] == ONE_OF) & (frame["item_kind"] == kind)]
        ax.plot(many["share"], many["row"].map(spots), "|", color=colour, ms=7, mew=0.5, alpha=0.25)
        part = told[told["item_kind"] == kind]
        one = part["kind"] == ROW["organisation"]
        hollow = part["status"] == "unverified"
        for chosen, look in (
            (one & ~hollow, {"marker": marker, "ms": 5, "label": names[kind]}),
            (one & hollow, {"marker": marker, "ms": 5, "mfc": "white"}),
            (~one, {"marker": "|", "ms": 11, "mew": 2.4}),
        ):
            ax.plot(part["share"][chosen], place[part.index][chosen], ls="", color=colour, **look)
    ax.set_xscale("log")
    style.percent_axis(ax.xaxis, ticks=6)
    ax.axvline(1, color=style.INK, lw=1, zorder=0)
    if limit:
        ax.axvline(limit, color=style.INK, lw=1, ls=":", zorder=0)
    first = told.drop_duplicates("row")
    ax.set_yticks(list(first["row"].map(spots)), [_row_name(r) for r in first.itertuples()])
    ax.tick_params(axis="y", length=0, labelsize=7.5)
    ax.set_ylim(max(spots.values()) + 0.8, -1.0)
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
    _headings(told, ax, spots)
    return ax


def positions(frame: pd.DataFrame) -> dict[int, float]:
    """Where each row of a panel is: a gap between types makes room for the heading."""
    first = frame.drop_duplicates("row").sort_values("row")
    gaps = pd.factorize(first["org_type"])[0]
    return dict(zip(first["row"], first["row"] + 1.3 * gaps, strict=True))


def _headings(frame: pd.DataFrame, ax, spots: dict[int, float]) -> None:
    """The name of each type above its rows, at the left edge of the names."""
    for kind, group in frame.groupby("org_type", sort=False):
        top = min(spots[row] for row in group["row"])
        ax.annotate(
            TYPES[kind], (0, top - 0.85), (-6, 0), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", ha="right", va="center", fontsize=8.5, fontweight="bold",
        )  # fmt: skip


def _row_name(row) -> str:
    """Name and amount; a mark where it is not verified."""
    name = row.name if len(row.name) <= 42 else row.name[:40].rstrip(" ,") + "…"
    mark = "" if row.status != "unverified" else " (unverified)"
    size = money(row.amount_usd).replace(" billion", " bn").replace(" million", " m")
    return f"{name}, {size}{mark}"


def figure(frame: pd.DataFrame, names: dict[str, str], study: Study):
    """The whole figure, a panel a measure; its height follows the number of rows."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    measures = list(dict.fromkeys(frame["measure"]))
    parts = [frame[frame["measure"] == measure] for measure in measures]
    rows = [max(positions(part[part["kind"] != ONE_OF]).values()) + 1.8 for part in parts]
    height = 1.3 + 0.165 * sum(rows) + 0.45 * len(rows)
    fig = Figure(figsize=(style.WIDTH_INCHES, height), layout="constrained")
    panels = fig.subplots(len(parts), 1, sharex=True, height_ratios=rows, squeeze=False)[:, 0]
    for ax, measure, part in zip(panels, measures, parts, strict=True):
        limits = [limit.share for limit in study.limits_of([measure])]
        plot(part, ax, names, limits[0] if limits else None)
        ax.set_title(f"of {MEASURES[measure].label}", loc="left", fontsize=9.5)
        for line in [1.0, *limits]:
            ax.annotate(
                style.percent(line), (line, 1), (2, 1), xycoords=ax.get_xaxis_transform(),
                textcoords="offset points", va="bottom", fontsize=8,
            )  # fmt: skip
    panels[-1].set_xlabel("Cost as a share of what is named above each panel (log scale)")
    handles, labels = panels[0].get_legend_handles_labels()
    if frame["kind"].ne(ROW["organisation"]).any():
        handles.append(Line2D([], [], ls="", marker="|", mec=style.INK, ms=9, mew=2.2))
        labels.append("mean or median of many")
    if (frame["status"] == "unverified").any():
        handles.append(Line2D([], [], ls="", marker="o", mfc="white", mec=style.INK, ms=5))
        labels.append("hollow: not verified")
    fig.legend(handles, labels, loc="outside upper center", ncols=2)
    style.settle(fig)
    return fig


def caption_text(frame: pd.DataFrame, names: dict[str, str], study: Study) -> str:
    """The caption: both costs, n by measure, years, threshold, vintages, licence."""
    measures = list(dict.fromkeys(frame["measure"]))
    one = frame[frame["kind"] == ROW["organisation"]].drop_duplicates(["measure", "org_id"])
    sizes = ", ".join(
        f"{(one['measure'] == measure).sum()} by {MEASURES[measure].label}" for measure in measures
    )
    unsure = int((one["status"] == "unverified").sum())
    survey = frame[frame["kind"] == ONE_OF].drop_duplicates("org_id")
    surveyed = (
        f"; {len(survey)} institutions of the US survey of {years_used(survey['resource_year'])}"
    )
    costs = frame.drop_duplicates("item_kind").set_index("item_kind")["cost_usd"]
    told = " and ".join(
        f"{names[kind][0].lower() + names[kind][1:]} ({money(costs[kind])})"
        for kind in ITEMS
        if kind in costs
    )
    return caption(
        what=f"Cost of {told} as a share of what an organisation takes in, spends, spends on R&D, "
        "or raised in one round; each panel has one of these, which are different quantities. "
        "Thick strokes: a mean, a median or a band of several organisations; thin strokes: every "
        "institution of the survey of R&D at US universities. Solid line: 100 %; dotted line: "
        "threshold; hollow markers: not verified; of a type with more than "
        f"{MOST_OF_A_TYPE} organisations, {MOST_OF_A_TYPE} from largest to smallest are shown",
        unit="share of the amount in per cent, log scale, current US$ on both sides",
        n=f"organisations: {sizes}, {unsure} of them unverified"
        + (surveyed if len(survey) else ""),
        years=years_of(one, measures, study),
        threshold=threshold_of(study, measures),
        study=study,
    )
