"""Readings in words: which choices give the published number, and how much hangs on them."""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.audit.baseline import number
from affordability.audit.space import AXES, Space
from affordability.measures import MEASURES, of_actors
from affordability.people.plans import plan_name
from affordability.words import listed, money, percent

# What a reader calls a choice and its options.
CHOICES = {
    "world_bank": "World Bank vintage",
    "oecd": "OECD vintage",
    "measure": "measure",
    "dollars": "dollars",
    "missing": "missing values",
    "universe": "who is counted",
    "year_rule": "year rule",
    "year": "year",
    "window": "years a value may be carried",
    "income": "level of incomes",
    "imputation": "economies without a survey or an income",
    "plan": "plan",
    "estimate": "cost estimate",
    "bound": "end of the estimate",
    "price": "price",
    "threshold": "threshold",
    "tolerance": "tolerance",
}
OPTIONS = {
    "monthly_adjusted_nni": "adjusted net national income per capita",
    "monthly_gni": "GNI per capita (Atlas)",
    "rd_expenditure": "R&D expenditure",
    "seed_funding": "seed funding",
    "venture_capital": "all venture capital",
    **{measure: MEASURES[measure].label for measure in of_actors("organisation")},
    "market": "market dollars",
    "ppp": "PPP dollars",
    "unable": "counted as unable",
    "left_out": "left out",
    "group_median": "median of the income group",
    "group_ratio": "inferred from GDP by income group",
    "newest": "newest value",
    "mean": "mean of the window",
    "low": "low end",
    "central": "central",
    "high": "high end",
    "listed": "all listed",
    "with_data": "all with data",
    "million": "a million people or more",
    "without_israel": "without Israel",
    "gni": "GNI per capita, spread as surveys spread it",
    "survey": "the surveys' own means",
    "group": "imputed from the income group",
    "nobody": "nobody there can pay",
}


def option_text(axis: str, option) -> str:
    """Say an option."""
    if axis == "threshold":
        return percent(float(option))
    if axis == "plan":
        return plan_name(option)
    if axis == "price":
        return f"${float(option):g}"
    if axis in ("year", "window"):
        return f"{int(option)}"
    if axis == "tolerance":
        return f"within {percent(float(option))}"
    return OPTIONS.get(option, str(option))


def result_text(space: Space, value: float) -> str:
    """Say a result in the unit of the claim."""
    if space.query["table"] == "costs":
        return money(value)
    return percent(value) if space.of_share else f"{value:.0f}"


def only_with(space: Space, exact: pd.DataFrame) -> list[str]:
    """Say the choices of which only some options give the published number."""
    said = []
    for axis, options in space.axes.items():
        found = set(exact[axis].unique()) if axis not in space.stated else set()
        have = [option for option in options if option in found]
        if 0 < len(have) < len(options) and len(have) <= MOST:
            said.append(f"{CHOICES[axis]}: {listed(option_text(axis, o) for o in have)}")
    return said


MOST = 6  # options a sentence names


def nearest(space: Space, exact: pd.DataFrame, own: dict) -> list[str]:
    """Say in which choices the exact reading that differs in the fewest differs from a study's own.

    Of several, the one whose options stand nearest in their lists.
    """
    steps = pd.DataFrame(
        {
            axis: [abs(options.index(o) - options.index(own[axis])) for o in exact[axis]]
            for axis, options in space.axes.items()
        },
        index=exact.index,
    )
    order = pd.DataFrame({"choices": (steps > 0).sum(axis=1), "steps": steps.sum(axis=1)})
    row = exact.loc[order.sort_values(["choices", "steps"], kind="stable").index[0]]
    return [
        f"{CHOICES[axis]}: {option_text(axis, row[axis])} instead of {option_text(axis, own[axis])}"
        for axis in space.axes
        if row[axis] != own[axis]
    ]


def years_alone(space: Space, frame: pd.DataFrame, own: dict) -> list[str]:
    """Return the years whose values alone give it with a study's other choices, none carried."""
    if 0 not in space.axes.get("window", []):
        return []
    rows = frame[frame["published_exactly"]]
    for axis, option in {**own, "window": 0}.items():
        if axis != "year":
            rows = rows[rows[axis] == option]
    return [str(int(year)) for year in sorted(rows["year"])]


def lead(space: Space, frame: pd.DataFrame, own: dict, ranges: dict) -> str:
    """Say which readings give the published figure, and what the studies' own choices give.

    Args:
        frame: the specifications in order. own: the studies' own choices by study. ranges: the cost
            ranges of `Standing` by study.
    """
    exact = frame[frame["reading"] & frame["published_exactly"]]
    conditions = only_with(space, exact) if len(exact) else []
    said = [f"As published only with {'; '.join(conditions)}."] if conditions else []
    alike: dict[str, list[str]] = {}
    for study, chosen in own.items():
        alike.setdefault(_study(space, frame, exact, chosen, ranges.get(study)), []).append(study)
    for told, names in alike.items():
        said.append(f"{'Study' if len(names) == 1 else 'Studies'} {' and '.join(names)}: {told}.")
    return " ".join(said) or "No study that was built asks this."


def _study(space: Space, frame, exact, chosen: dict | None, costs: tuple | None) -> str:
    """Say what one study's choices give, and what it would take to give the published figure."""
    if chosen is None:
        return "its choices are not in the space"
    row = frame.iloc[number(space, chosen)]
    told = result_text(space, row["result"]) if row["matched"] else "no data"
    if row["published_exactly"]:
        told += ", as published"
    elif exact.empty:
        told += "; no reading gives what was published"
    else:
        told += f"; as published with {'; '.join(nearest(space, exact, chosen))}"
    alone = years_alone(space, frame, chosen)
    if alone:
        told += f"; with the values of one year alone, as published in {listed(alone)}"
    if costs:
        low, high = costs
        told += "; otherwise unchanged, as published at any cost "
        told += f"above {price(low)}" if high == np.inf else f"from {price(low)} to {price(high)}"
    return told


def text(space: Space, summary: pd.DataFrame, effects: pd.DataFrame, left_out: dict) -> str:
    """Say how many readings there are, how far they spread, and what decides.

    Args:
        summary, effects: the space's rows of those tables. left_out: rows of table
            `audit_leave_one_out` by study.
    """
    counts = summary.set_index("set").loc["readings"]
    every = summary.set_index("set").loc["all"]
    tested = int(counts["specifications"] - counts["matched_nothing"])
    said = [
        f"Of {int(counts['specifications']):,} readings, {int(counts['matched_nothing']):,} match "
        f"no data. Of the other {tested:,}, {_of(counts['as_published'], tested)} give what was "
        "published"
        + _also_holds(space, counts, tested)
        + f"; the results run from {result_text(space, counts['lowest'])} to "
        f"{result_text(space, counts['highest'])}, the median is "
        f"{result_text(space, counts['median'])}."
    ]
    deciding = _deciding(effects)
    said += [deciding] if deciding else []
    said += [_without(space, study, rows) for study, rows in left_out.items()]
    if space.stated and every["specifications"] > counts["specifications"]:
        left = int(every["specifications"] - every["matched_nothing"])
        varied = listed(CHOICES[axis] for axis in AXES if axis in space.stated)
        said.append(
            f"With {varied} varied too, it holds in {_of(every['hold'], left)} of {left:,} "
            "specifications."
        )
    return " ".join(said)


def price(usd: float) -> str:
    """Say a price; to the cent where cents may matter."""
    return money(usd) if usd >= 1000 else f"${usd:,.2f}"


def _without(space: Space, study: str, rows: pd.DataFrame) -> str:
    """Say what leaving out one actor at a time does to a study's result."""
    lowest, highest = rows["result_without"].min(), rows["result_without"].max()
    kept = int(rows["as_published_without"].sum())
    span = " to ".join(dict.fromkeys(result_text(space, value) for value in (lowest, highest)))
    return (
        f"Leaving out one of the {len(rows)} at a time, study {study} gives {span}, "
        f"as published {kept} times."
    )


def short(space: Space, summary: pd.DataFrame) -> str:
    """Say in one line in how many readings the claim comes out as published, and is true."""
    counts = summary.set_index("set").loc["readings"]
    tested = counts["specifications"] - counts["matched_nothing"]
    if not tested:
        return "No reading matches any data."
    line = f"As published in {percent(counts['as_published'] / tested)} of its readings"
    if counts["hold"] != counts["as_published"]:
        line += f", true in {percent(counts['hold'] / tested)}"
    return line + "."


def _of(count, total: int) -> str:
    return f"{int(count):,} ({percent(count / total)})" if count else "none"


def _also_holds(space: Space, counts, tested: int) -> str:
    if counts["hold"] == counts["as_published"]:
        return ""
    rule = space.holds
    if isinstance(rule, dict):
        what = f"come within {rule['percent_points']:g} percentage points of it"
    else:
        what = {
            "contains": "have those named among those who can",
            "count": "give the same number of economies, whichever they are",
            "published": "come within the tolerance",
        }[rule]
    return f" and {_of(counts['hold'], tested)} {what}"


def _deciding(effects: pd.DataFrame) -> str:
    rows = effects[(effects["set"] == "readings") & (effects["options"] > 1)]
    rows = rows.sort_values(["total", "choice"], ascending=[False, True])
    rows = rows[rows["total"] > 0].head(3)
    if rows.empty:
        return ""
    told = listed(
        f"{CHOICES[row.choice]} ({percent(row.first_order)} alone"
        + (f", {percent(row.total)} with interactions)" if row.total > row.first_order else ")")
        for row in rows.itertuples()
    )
    return f"What decides the result, by share of variance: {told}."
