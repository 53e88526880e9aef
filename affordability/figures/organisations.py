"""Figure 2, organisations: training once and serving for a year, against a year's budget.

One row an organisation, grouped by type, in order of budget. Share = cost / annual budget; serving
is a day's cost times 365. Hollow markers are budgets that were not re-read in their source.
"""

import pandas as pd

from affordability.figures import style
from affordability.figures.captions import caption, threshold_of, year_rule, years_used
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
MEASURE = "annual_budget"
ITEMS = {
    "train": ("Training {} once", style.VERMILION, "o"),
    "serve": ("Serving {} for a year", style.BLUE, "s"),
}
UNITS = {
    "rd_expenditure": "R&D",
    "revenue": "revenue",
    "expenditure": "expenditure",
    "capital": "capital",
    "funding_round": "round",
}
MOST_OF_A_TYPE = (
    12  # of a type with more, the largest, the smallest and those between at even steps
)


def draw(given, study: Study) -> style.Drawn:
    """The figure of the first model a study trains and the first it serves."""
    frame = draw_frame(given["ratios"], given["resources"], given["organisations"], study)
    if frame.empty:
        return style.nothing("organisations", frame, study)
    models = given["models"].set_index("model_id")["name"]
    names = {kind: ITEMS[kind][0].format(models[study.first(kind)]) for kind in ITEMS}
    return style.Drawn(figure(frame, names, study), frame, caption_text(frame, names, study))


def draw_frame(ratios, resources, organisations, study: Study) -> pd.DataFrame:
    """What is drawn (`COLUMNS`): one row an organisation and item.

    The estimate the study reads first, on the budget the study chose; `metric` and `status` are
    those of the budget. `row` counts from the top.
    """
    first = {kind: study.first(kind) for kind in ITEMS}
    rows = ratios[
        (ratios["actor_kind"] == "organisation")
        & (ratios["item_id"] == ratios["item_kind"].map(first))
        & ratios["headline"]
        & ratios["share"].notna()
    ]
    who = organisations[["org_id", "org_type", "name", "iso3"]].drop_duplicates("org_id")
    rows = rows.drop(columns="status").merge(who, left_on="actor_id", right_on="org_id")
    rows = rows.merge(_budgets(resources), on=["actor_id", "resource_year"])
    rows = rows.rename(columns={"resource_usd": "budget_usd"})
    rows["order"] = rows["org_type"].map(list(TYPES).index)
    rows = rows.sort_values(["order", "budget_usd", "org_id"], ascending=[True, False, True])
    rows = _thinned(rows)
    rows["row"] = pd.factorize(rows["org_id"])[0]
    return rows[COLUMNS].sort_values(["row", "item_kind"], ignore_index=True)


COLUMNS = [
    "row",
    "org_type",
    "org_id",
    "name",
    "iso3",
    "metric",
    "budget_usd",
    "resource_year",
    "item_kind",
    "cost_usd",
    "share",
    "status",
]


def _budgets(resources: pd.DataFrame) -> pd.DataFrame:
    """What kind of budget a study chose for each organisation, and whether it was verified."""
    rows = resources[resources["measure"] == MEASURE]
    return pd.DataFrame(
        {
            "actor_id": rows["actor_id"],
            "resource_year": rows["year"],
            "metric": rows["derivation"].str.split(":").str[0],
            "status": rows["status"],
        }
    )


def _thinned(rows: pd.DataFrame) -> pd.DataFrame:
    """At most `MOST_OF_A_TYPE` organisations of a type, at even steps from largest to smallest."""
    kept = [rows.iloc[:0]]
    for _, group in rows.groupby("order", sort=True):
        ids = list(dict.fromkeys(group["org_id"]))
        if len(ids) > MOST_OF_A_TYPE:
            step = (len(ids) - 1) / (MOST_OF_A_TYPE - 1)
            ids = [ids[round(step * place)] for place in range(MOST_OF_A_TYPE)]
        kept.append(group[group["org_id"].isin(ids)])
    return pd.concat(kept)


def plot(frame: pd.DataFrame, ax, names: dict[str, str], limit: float | None = None):
    """Two dots a row joined by a line, names left, 100 % and the threshold as lines."""
    spots = positions(frame)
    place = frame["org_id"].map(spots)
    ends = frame.assign(place=place).groupby("place")["share"].agg(["min", "max"])
    ax.hlines(ends.index, ends["min"], ends["max"], color="#cfcfcf", lw=1, zorder=1)
    for kind, (_, colour, marker) in ITEMS.items():
        part = frame["item_kind"] == kind
        sure = frame["status"] != "unverified"
        ax.plot(
            frame["share"][part & sure],
            place[part & sure],
            marker,
            color=colour,
            ms=5,
            label=names[kind],
        )
        ax.plot(
            frame["share"][part & ~sure], place[part & ~sure], marker, mfc="white", mec=colour, ms=5
        )
    ax.set_xscale("log")
    style.percent_axis(ax.xaxis, ticks=6)
    ax.axvline(1, color=style.INK, lw=1, zorder=0)
    if limit:
        ax.axvline(limit, color=style.INK, lw=1, ls=":", zorder=0)
    first = frame.drop_duplicates("org_id")
    ax.set_yticks(list(first["org_id"].map(spots)), [_row_name(r) for r in first.itertuples()])
    ax.tick_params(axis="y", length=0, labelsize=7.5)
    ax.set_ylim(max(spots.values()) + 0.8, -1.0)
    ax.grid(axis="y", visible=False)
    ax.spines["left"].set_visible(False)
    _headings(frame, ax, spots)
    return ax


def positions(frame: pd.DataFrame) -> dict[str, float]:
    """Where the row of each organisation is: a gap between types makes room for the heading."""
    first = frame.drop_duplicates("org_id").sort_values("row")
    gaps = pd.factorize(first["org_type"])[0]
    return dict(zip(first["org_id"], first["row"] + 1.3 * gaps, strict=True))


def _headings(frame: pd.DataFrame, ax, spots: dict[str, float]) -> None:
    """The name of each type above its rows, at the left edge of the names."""
    for kind, group in frame.groupby("org_type", sort=False):
        top = min(spots[org] for org in group["org_id"])
        ax.annotate(
            TYPES[kind], (0, top - 0.85), (-6, 0), xycoords=ax.get_yaxis_transform(),
            textcoords="offset points", ha="right", va="center", fontsize=8.5, fontweight="bold",
        )  # fmt: skip


def _row_name(row) -> str:
    """Name, size and kind of the budget, and its year; a mark where it is not verified."""
    name = row.name if len(row.name) <= 38 else row.name[:36].rstrip(" ,") + "…"
    mark = "" if row.status != "unverified" else " (unverified)"
    size = money(row.budget_usd).replace(" billion", " bn").replace(" million", " m")
    return f"{name}, {UNITS.get(row.metric, row.metric)} {size}{mark}"


def figure(frame: pd.DataFrame, names: dict[str, str], study: Study):
    """The whole figure; its height follows the number of organisations."""
    from matplotlib.figure import Figure
    from matplotlib.lines import Line2D

    spots = positions(frame)
    height = 1.3 + 0.165 * (max(spots.values()) + 1.8)
    fig = Figure(figsize=(style.WIDTH_INCHES, height), layout="constrained")
    ax = fig.subplots()
    limits = [limit.share for limit in study.limits_of([MEASURE])]
    limit = limits[0] if limits else None
    plot(frame, ax, names, limit)
    ax.set_xlabel("Cost as a share of the annual budget (log scale)")
    handles, labels = ax.get_legend_handles_labels()
    if (frame["status"] == "unverified").any():
        handles.append(Line2D([], [], ls="", marker="o", mfc="white", mec=style.INK, ms=5))
        labels.append("hollow: budget not verified")
    fig.legend(handles, labels, loc="outside upper center", ncols=3)
    for line in [1.0] + ([limit] if limit else []):
        ax.annotate(
            style.percent(line), (line, 1), (2, 1), xycoords=ax.get_xaxis_transform(),
            textcoords="offset points", va="bottom", fontsize=8,
        )  # fmt: skip
    style.settle(fig)
    return fig


def caption_text(frame: pd.DataFrame, names: dict[str, str], study: Study) -> str:
    """The caption: both costs, n by type, years, threshold, vintages, licence."""
    first = frame.drop_duplicates("org_id")
    sizes = ", ".join(
        f"{(first['org_type'] == kind).sum()} {label.lower()}"
        for kind, label in TYPES.items()
        if (first["org_type"] == kind).any()
    )
    unsure = int((first["status"] == "unverified").sum())
    costs = frame.drop_duplicates("item_kind").set_index("item_kind")["cost_usd"]
    told = " and ".join(
        f"{names[kind][0].lower() + names[kind][1:]} ({money(costs[kind])})"
        for kind in ITEMS
        if kind in costs
    )
    return caption(
        what=f"Cost of {told} as a share of the annual budget of organisations; the budget is R&D "
        "expenditure, revenue, expenditure or a funding round, as said on each row; solid line: "
        "100 %; dotted line: threshold; hollow markers: budgets not verified; of a type with more "
        f"than {MOST_OF_A_TYPE} organisations, {MOST_OF_A_TYPE} from largest to smallest are shown",
        unit="share of a year's budget in per cent, log scale, current US$ on both sides",
        n=f"{len(first)} organisations ({sizes}), {unsure} of them unverified",
        years=f"{year_rule(study.rule(MEASURE))}; used {years_used(frame['resource_year'])}",
        threshold=threshold_of(study, [MEASURE]),
        study=study,
    )
