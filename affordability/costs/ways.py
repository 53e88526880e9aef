"""Ways to use a model for so many questions a day: call an API, rent machines, own them.

    call   US$ a month = questions a day · 30.4375 · US$ a question
    rent   US$ a month = n · US$ a day · 30.4375            n whole sets, reserved day and night
    own    US$ a month = m · (fixed an hour + energy an hour · use) · 730.5        m whole systems

A set holds the model; n is the fewest that answer the volume; use is the share of what they could
answer. A machine that is reserved or owned costs the same when nobody asks, which is why calling
wins at low volumes. `wins_from_questions` is the volume from which one set costs less than calling:
US$ a month of the set / (30.4375 · US$ a question called); none if the set cannot answer so many.
Low and high are of prices and of speed (more sets), each at its end, for the way as it is.
"""

from __future__ import annotations

import math

import pandas as pd

from affordability.costs.marks import weakest
from affordability.costs.owning import HOURS_PER_MONTH
from affordability.costs.serving.estimates import SECONDS_PER_DAY
from affordability.tables import InputError, columns

DAYS_PER_MONTH = 30.4375
VOLUMES = (100, 1_000, 10_000, 100_000, 1_000_000)  # questions a day


def check_volume(questions: float) -> None:
    """Stop at a volume of zero or below."""
    if not 0 < questions < math.inf:
        raise InputError(f"questions a day: found {questions:g}, expected a number above zero")


def call(calling: pd.DataFrame, questions: float) -> pd.DataFrame:
    """Return what calling every model costs a month; `calling` is the table of that name."""
    check_volume(questions)
    times = questions * DAYS_PER_MONTH / 1000
    ends = {"usd_per_month": "", "usd_low": "_low", "usd_high": "_high"}
    money = {name: calling[f"usd_per_1000_questions{end}"] * times for name, end in ends.items()}
    return calling[["model_id", "providers", "price_date", "source_id", "status"]].assign(
        way="call", **money, hardware="", precision="", utilisation=float("nan")
    )


def rent(detail: pd.DataFrame, questions: float, tokens: float) -> pd.DataFrame:
    """Return what reserving machines costs a month: of each model the cheapest whole sets.

    Args:
        detail: rows of the serving detail in one precision.
        questions: a day.
        tokens: read and written by a question.
    """
    check_volume(questions)
    rows = detail.copy()
    asked = questions * tokens / SECONDS_PER_DAY
    for end in ("", "_low", "_high"):
        rows[f"sets{end}"] = (asked / rows[f"tokens_per_s{end}"]).map(math.ceil)
    money = {
        "usd_per_month": rows["sets"] * rows["usd_per_day"],
        "usd_low": rows["sets_high"] * rows["usd_per_day_low"],
        "usd_high": rows["sets_low"] * rows["usd_per_day_high"],
    }
    rows = rows.assign(
        way="rent",
        **{name: usd * DAYS_PER_MONTH for name, usd in money.items()},
        utilisation=asked / (rows["sets"] * rows["tokens_per_s"]),
        capacity=rows["tokens_per_s"] * SECONDS_PER_DAY / tokens,
        set_usd=rows["usd_per_day"] * DAYS_PER_MONTH,
        hardware=_count(rows["sets"] * rows["n_accelerators"], rows["accelerator"]),
    )
    return _cheapest(rows)


def own(
    detail: pd.DataFrame, systems: pd.DataFrame, questions: float, tokens: float
) -> pd.DataFrame:
    """Return what owning costs a month: of each model the cheapest whole systems.

    `systems` is the table `own_or_rent` of systems and cards, with what an hour of each costs.
    """
    check_volume(questions)
    rows = detail.merge(systems, on="accelerator", suffixes=("", "_own"))
    asked = questions * tokens / SECONDS_PER_DAY
    chips = rows["n_accelerators_own"]
    for end in ("", "_low", "_high"):
        sets = (asked / rows[f"tokens_per_s{end}"]).map(math.ceil)
        rows[f"count{end}"] = (sets * rows["n_accelerators"] / chips).map(math.ceil)
    per_system = chips / rows["n_accelerators"] * rows["tokens_per_s"]  # of several, its share
    use = (asked / (rows["count"] * per_system)).clip(upper=1)
    paid = rows["capital_usd_per_hour"] + rows["maintenance_usd_per_hour"]
    rest = rows["hosting_usd_per_hour"] + rows["energy_usd_per_hour"] * use
    ends = {
        "usd_per_month": ("price_usd", "count"),
        "usd_low": ("price_usd_low", "count_high"),
        "usd_high": ("price_usd_high", "count_low"),
    }
    money = {
        name: rows[count] * (paid * rows[price] / rows["price_usd"] + rest) * HOURS_PER_MONTH
        for name, (price, count) in ends.items()
    }
    once = rows["n_accelerators"] / chips
    need = once.map(math.ceil)
    rows = rows.assign(
        way="own",
        **money,
        utilisation=use,
        capacity=need * per_system * SECONDS_PER_DAY / tokens,
        set_usd=need * (paid + rows["hosting_usd_per_hour"]) * HOURS_PER_MONTH,
        hardware=_count(rows["count"], rows["system"]),
        source_id=rows["source_id"] + ";" + rows["source_id_own"],
        status=[weakest(*marks) for marks in zip(rows["status"], rows["status_own"], strict=True)],
    )
    return _cheapest(rows)


def _count(numbers: pd.Series, what: pd.Series) -> pd.Series:
    return numbers.astype(int).astype(str) + " x " + what


def _cheapest(rows: pd.DataFrame) -> pd.DataFrame:
    ordered = rows.sort_values(["model_id", "usd_per_month", "hardware"])
    return ordered.drop_duplicates("model_id")


def all_ways(
    calling: pd.DataFrame,
    detail: pd.DataFrame,
    systems: pd.DataFrame,
    questions: float,
    tokens: float,
) -> pd.DataFrame:
    """Return every model × way at one volume, with where it wins over calling."""
    found = [
        call(calling, questions),
        rent(detail, questions, tokens),
        own(detail, systems, questions, tokens),
    ]
    rows = pd.concat([part for part in found if len(part)], ignore_index=True)
    each = calling.set_index("model_id")["usd_per_1000_questions"] / 1000
    volume = rows["set_usd"] / (DAYS_PER_MONTH * rows["model_id"].map(each))
    rows["wins_from_questions"] = volume.where(volume <= rows["capacity"])
    rows["wins_from_utilisation"] = rows["wins_from_questions"] / rows["capacity"]
    rows["usd_per_1000_questions"] = rows["usd_per_month"] / (questions * DAYS_PER_MONTH) * 1000
    least = rows.groupby("model_id")["usd_per_month"].transform("min")
    return rows.assign(questions_per_day=questions, cheapest=rows["usd_per_month"].eq(least))


def own_rent_call(
    calling: pd.DataFrame,
    detail: pd.DataFrame,
    systems: pd.DataFrame,
    question: dict,
    subscription: float,
) -> pd.DataFrame:
    """Return table `own_rent_call`: open models at the volumes of `VOLUMES`.

    Args:
        calling: table of that name.
        detail: serving detail of open models in the study's precision.
        systems: table `own_or_rent`.
        question: tokens_in, tokens_out, and questions_per_person a day.
        subscription: US$ a person and month, beside it.
    """
    tokens = question["tokens_in"] + question["tokens_out"]
    calling = calling[calling["model_id"].isin(detail["model_id"])]
    parts = [all_ways(calling, detail, systems, volume, tokens) for volume in VOLUMES]
    rows = pd.concat(parts, ignore_index=True)
    each = question["questions_per_person"]
    people = rows["questions_per_day"] / each
    rows = rows.assign(
        people=people,
        subscriptions_usd_per_month=people * subscription,
        usd_per_1000_people_per_day=rows["usd_per_1000_questions"] * each,
    )
    rows = rows.sort_values(["model_id", "questions_per_day", "way"], ignore_index=True)
    money = [name for name in columns("own_rent_call") if "usd" in name]
    ratios = {"utilisation": 6, "wins_from_utilisation": 6, "wins_from_questions": 1}
    return rows[columns("own_rent_call")].round(dict.fromkeys(money, 4) | ratios)
