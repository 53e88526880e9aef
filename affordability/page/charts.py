"""Charts of the page: Vega-Lite specifications, made here, checked against their schema by altair.

A specification names its data (`view`, `shapes`, ...) and the scripts put the rows in, so that the
same chart serves every choice. Colours that depend on light or dark are set by scripts/charts.js.
"""

from __future__ import annotations

import json
from pathlib import Path

import altair as alt
import pandas as pd

from affordability.figures.style import INCOME_GROUPS
from affordability.page.find import AVERAGE
from affordability.page.parts import packed, read_rows, sentences, term

GROUPS = alt.Scale(
    domain=list(INCOME_GROUPS),
    range=[colour for colour, _ in INCOME_GROUPS.values()],
)
TOP = alt.Legend(orient="top", labelLimit=240, symbolOpacity=1)  # columns by width, in charts.js
ROW = 34  # points a row of dots takes
PER_CENT = "format(datum.value * 100, ',.3~r')"
# Of a log axis only the powers of ten are labelled and carry a line.
POWER = "abs(log(datum.value) / LN10 - round(log(datum.value) / LN10)) < 1e-6"
DOLLARS = alt.Axis(
    labelExpr=f"{POWER} ? replace(format(datum.value, '$~s'), 'G', 'B') : ''",
    gridOpacity=alt.condition(POWER, alt.value(1), alt.value(0)),
    tickOpacity=alt.condition(POWER, alt.value(1), alt.value(0)),
)


def words() -> dict[str, str]:
    """Return the titles of axes and legends."""
    return sentences()["charts"]


def specification(chart: alt.TopLevelMixin) -> dict:
    """Return a chart as JSON; altair raises where it breaks the schema of Vega-Lite."""
    made = json.loads(chart.to_json())
    made.pop("config", None)
    return made


def world() -> dict:
    """Return the map: shares by colour on a log scale, small states as circles.

    Who has no value is shown too (`invalid`), in the grey that scripts/charts.js sets.
    """
    rows = alt.LookupData(
        data=alt.NamedData("view"), key="id", fields=["share", "name", "text", "state"]
    )
    colour = alt.Color(
        "share:Q",
        scale=alt.Scale(type="log", scheme="viridis", reverse=True),
        legend=alt.Legend(
            title=words()["share_log"],
            labelExpr=PER_CENT,
            orient="bottom",
            gradientLength=260,
            tickCount=4,
        ),
    )
    told = [alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title=" ")]
    outlines = alt.TopoDataFormat(type="topojson", feature="countries")
    shapes = alt.NamedData("shapes", format=outlines)
    filled = (
        alt.Chart(shapes)
        .transform_calculate(id="datum.properties.a3")
        .transform_lookup(lookup="id", from_=rows)
        .mark_geoshape(stroke="#8888", strokeWidth=0.4, cursor="pointer", invalid="show")
        .encode(color=colour, tooltip=told)
    )
    small = (
        alt.Chart(alt.NamedData("view"))
        .transform_filter("datum.small")
        .mark_circle(
            size=46, opacity=1, stroke="#8888", strokeWidth=0.6, cursor="pointer", invalid="show"
        )
        .encode(longitude="lon:Q", latitude="lat:Q", color=colour, tooltip=told)
    )
    ring = (
        alt.Chart(alt.NamedData("view"))
        .transform_filter("datum.id == chosen || datum.id == pointed")
        .mark_point(size=150, strokeWidth=2.5, filled=False, shape="circle", color="#e4007f")
        .encode(longitude="lon:Q", latitude="lat:Q")
    )
    parameters = [alt.param(name="chosen", value=""), alt.param(name="pointed", value="")]
    chart = alt.layer(filled, small, ring).add_params(*parameters)
    chart = chart.project("equalEarth").properties(width="container", height=340)
    return specification(chart)


def ranking() -> dict:
    """Return the ranking as dots: a row an income group, the chosen one with its interval."""
    x = alt.X(
        "share:Q",
        scale=alt.Scale(type="log", nice=False, padding=12),
        title=words()["share_log"],
        axis=alt.Axis(
            labelExpr=f"{POWER} ? {PER_CENT} : ''",
            labelOverlap="greedy",
            labelBound=True,
            tickOpacity=alt.condition(POWER, alt.value(1), alt.value(0)),
            gridOpacity=alt.condition(POWER, alt.value(1), alt.value(0)),
        ),
    )
    told = [alt.Tooltip("name:N", title=" "), alt.Tooltip("text:N", title=" ")]
    axis = alt.Axis(ticks=False, domain=False, labelLimit=150)
    y = alt.Y("group:N", title=None, sort=list(INCOME_GROUPS), axis=axis)
    data = alt.NamedData("view")
    chosen = "datum.id == chosen || datum.id == pointed"
    dots = (
        alt.Chart(data)
        .transform_filter("isValid(datum.share)")
        .mark_circle(size=70, opacity=0.6, cursor="pointer")
        .encode(x=x, y=y, color=alt.Color("group:N", legend=None, scale=GROUPS), tooltip=told)
    )
    span = (
        alt.Chart(data)
        .transform_filter(f"({chosen}) && isValid(datum.low) && isValid(datum.high)")
        .mark_rule(strokeWidth=3, color="#e4007f")
        .encode(x="low:Q", x2="high:Q", y=y)
    )
    point = (
        alt.Chart(data)
        .transform_filter(f"({chosen}) && isValid(datum.share)")
        .mark_point(size=140, strokeWidth=2.5, color="#e4007f", filled=False)
        .encode(x=x, y=y)
    )
    name = point.mark_text(dy=-14, fontWeight="bold", fontSize=12).encode(text="name:N")
    limit = (
        alt.Chart(alt.NamedData("limit"))
        .mark_rule(strokeWidth=1.6, strokeDash=[5, 3], color="#d55e00")
        .encode(x="limit:Q", tooltip=[alt.Tooltip("text:N", title=" ")])
    )
    parameters = [alt.param(name="chosen", value=""), alt.param(name="pointed", value="")]
    chart = alt.layer(limit, dots, span, point, name).add_params(*parameters)
    return specification(chart.properties(width="container", height=ROW * len(INCOME_GROUPS)))


def years() -> dict:
    """Return the share of one actor year by year, at today's cost."""
    chart = (
        alt.Chart(alt.NamedData("years"))
        .mark_line(point=True, strokeWidth=2)
        .encode(
            x=alt.X("year:Q", title=None, axis=alt.Axis(format="d", tickMinStep=1)),
            y=alt.Y(
                "share:Q",
                title=words()["share_log"],
                scale=alt.Scale(type="log", nice=False),
                axis=alt.Axis(labelExpr=PER_CENT, tickCount=4, labelOverlap="greedy"),
            ),
            tooltip=[
                alt.Tooltip("year:Q", title=" ", format="d"),
                alt.Tooltip("text:N", title=" "),
            ],
        )
    )
    return specification(chart.properties(width="container", height=170))


def curve(money: bool) -> dict:
    """Return a specification curve: readings from the least to the greatest result."""
    y = alt.Y("median:Q", title=words()["result"])
    if money:
        y.scale, y.axis = alt.Scale(type="log"), DOLLARS
    base = alt.Chart(alt.NamedData("rows")).encode(
        x=alt.X("place:Q", title=words()["readings"], axis=alt.Axis(tickCount=5))
    )
    span = base.mark_rule(strokeWidth=1, opacity=0.35).encode(y="low:Q", y2="high:Q")
    dots = base.mark_circle(size=22, opacity=1).encode(
        y=y,
        color=alt.Color(
            "said:N",
            title=None,
            scale=alt.Scale(
                domain=[words()["holds"], words()["holds_not"]], range=["#009E73", "#D55E00"]
            ),
            legend=TOP,
        ),
        tooltip=[
            alt.Tooltip("median:Q", title=words()["result"], format=".4~s"),
            alt.Tooltip("said:N", title=" "),
        ],
    )
    return specification(alt.layer(span, dots).properties(width="container", height=200))


def training(folder: Path) -> dict | None:
    """Return what training costs by date of release, with the rows that are drawn."""
    rows = read_rows(folder / "figures" / "training_costs.csv")
    if not rows:
        return None
    table = pd.DataFrame(rows)
    table = pd.DataFrame(
        {
            "name": table["name"],
            "date": table["release_date"],
            "basis": [term("bases", basis) for basis in table["basis"]],
            "origin": table["computed"].map(
                {"True": words()["computed"], "False": words()["published"]}
            ),
            "usd": pd.to_numeric(table["usd"]),
        }
    )
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_point(size=50, strokeWidth=1.6, filled=False)
        .encode(
            x=alt.X("date:T", title=words()["released"], axis=alt.Axis(tickCount="year")),
            y=alt.Y("usd:Q", scale=alt.Scale(type="log"), title=words()["usd_log"], axis=DOLLARS),
            color=alt.Color("basis:N", title=None, legend=TOP),
            shape=alt.Shape("origin:N", title=None, legend=TOP),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("usd:Q", title="US$", format="$,.3s"),
                alt.Tooltip("basis:N", title=" "),
                alt.Tooltip("origin:N", title=" "),
            ],
        )
    )  # fmt: skip
    return drawn(chart, table, 360)


def languages(table: pd.DataFrame, names: dict[str, str]) -> dict | None:
    """Return the measured accuracy of each model by language, best language first.

    Questions translated by people and by machine are two tests: two shapes, never one line.
    """
    tested = table["benchmark"].str.contains("MMLU") & ~table["setting"].str.contains("baseline")
    table = table.assign(model=table["model_id"].map(names).fillna(table["model"]))
    rows = table[tested & (table["language"] != AVERAGE)]
    rows = rows[["name", "model", "benchmark", "accuracy_pct"]]
    if rows.empty:
        return None
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_point(size=48, opacity=0.8, filled=True)
        .encode(
            shape=alt.Shape("benchmark:N", title=None, legend=TOP),
            x=alt.X("accuracy_pct:Q", title=words()["accuracy"], scale=alt.Scale(zero=False)),
            y=alt.Y("name:N", title=None, sort=alt.EncodingSortField("accuracy_pct", op="max",
                    order="descending")),
            color=alt.Color(
                "model:N",
                title=None,
                scale=alt.Scale(scheme="tableau20"),
                legend=TOP,
            ),
            tooltip=[
                alt.Tooltip("name:N", title=" "),
                alt.Tooltip("model:N", title=" "),
                alt.Tooltip("benchmark:N", title=" "),
                alt.Tooltip("accuracy_pct:Q", title="%"),
            ],
        )
    )  # fmt: skip
    return drawn(chart, rows, 15 * rows["name"].nunique())


def concentration(folder: Path) -> dict | None:
    """Return how the capacity to train is spread over the years, of the economies measured."""
    rows = [row for row in read_rows(folder / "concentration.csv") if row["panel"] == "measured"]
    if not rows:
        return None
    table = pd.DataFrame(
        {
            "year": [int(row["year"]) for row in rows] * 3,
            "what": [term("charts", c) for c in SPREAD for _ in rows],
            "value": [float(row[column]) for column in SPREAD for row in rows],
        }
    )
    chart = (
        alt.Chart(alt.NamedData("rows"))
        .mark_line(point=True)
        .encode(
            x=alt.X("year:Q", title=None, axis=alt.Axis(format="d")),
            y=alt.Y("value:Q", title=words()["spread"], scale=alt.Scale(domain=[0, 1])),
            color=alt.Color("what:N", title=None, legend=TOP),
            tooltip=["year:Q", "what:N", alt.Tooltip("value:Q", format=".3f")],
        )
    )
    return drawn(chart, table, 240)


SPREAD = ["gini_economies", "gini_people", "top_share"]


def drawn(chart: alt.Chart, rows: pd.DataFrame, height: int) -> dict:
    """Return a chart with its rows, by columns."""
    spec = specification(chart.properties(width="container", height=height))
    return {"spec": spec, "rows": packed(rows.reset_index(drop=True))}
