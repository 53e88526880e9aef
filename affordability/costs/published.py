"""Costs: money a thing takes, one row an estimate, with the basis on which it was established.

Bases are different quantities (a statement, a cloud bill, amortised hardware ...); they stand side
by side and are never averaged. What others published, a named set-up, a list price or a purchase
price is a formula over one curated table; the formula makes the number and is its derivation.
"""

from __future__ import annotations

import pandas as pd

from affordability.costs.marks import doubted
from affordability.derivation import at_end, evaluate, operands, parse, written
from affordability.tables import InputError, columns

MONTHS_PER_YEAR = 12
BYTES_PER_GB = 1e9
BYTES_PER_PARAMETER = {"16bit": 2, "8bit": 1, "4bit": 0.5}
ENDS = {"usd": "", "usd_low": "_low", "usd_high": "_high"}


def priced(rows: pd.DataFrame, formula: str, words, **told) -> pd.DataFrame:
    """Return rows of table `costs` (without `headline`): a formula over the columns of one table.

    usd_low and usd_high come of the same formula over the columns `usd_low` and `usd_high`; they
    are missing where the table has none. `words` say of each row what the formula does not; `told`
    are the other columns. A number of several cells stands in no source: it is never `verified`.
    """
    part = parse(formula)
    amounts = {}
    for column, end in ENDS.items():
        ended = at_end(part, end)
        known = all(operand.column in rows for operand in operands(ended)) and (
            not end or ended != part
        )
        amount = evaluate(ended, lambda operand: rows[operand.column]) if known else float("nan")
        amounts[column] = amount
    status = rows["status"]
    if len(operands(part)) > 1:
        status = status.replace("verified", "derived")
    derivation = pd.Series(f"{formula}: ", rows.index, dtype="str") + words
    return pd.DataFrame(
        {**told, **amounts, "source_id": rows["source_id"], "derivation": derivation}
    ).assign(status=status)


def training(costs: pd.DataFrame) -> pd.DataFrame:
    """Return what it takes to train a model once, as published, in US$ of `price_year`."""
    return priced(
        costs,
        "training_costs.usd",
        "published, " + costs["estimator"] + ", " + costs["method"],
        item_kind="train",
        item_id=costs["model_id"],
        basis=costs["basis"],
        origin="published",
        estimate_id=costs["estimate_id"],
        per="once",
        price_year=costs["price_year"],
    )


def serving(setups: pd.DataFrame) -> pd.DataFrame:
    """Return what it takes to serve a model for a day: machines × US$ per machine-hour × 24."""
    return priced(
        setups,
        "serving_setups.machines*serving_setups.usd_per_machine_hour*24",
        setups["description"],
        item_kind="serve",
        item_id=setups["model_id"],
        basis=setups["basis"],
        origin="named",
        estimate_id=setups["setup_id"],
        per="day",
        price_year=_year(setups["price_month"]),
    )


def in_force(prices: pd.DataFrame, month: str) -> pd.DataFrame:
    """Return the global list prices in US$ in force in `month`, one a plan.

    A price whose start is not known is in force in no month. Of several prices of a plan in force,
    the newest counts.
    """
    prices = prices[prices["scope"].eq("global") & prices["effective_from"].ne("")]
    began = prices["effective_from"].str[:7] <= month
    goes_on = prices["effective_to"].eq("") | (prices["effective_to"].str[:7] >= month)
    rows = prices[began & goes_on & prices["usd"].notna()]
    rows = rows[rows["period"].isin(["month", "year"])]
    rows = rows.sort_values(["plan_id", "effective_from", "price_id"])
    return rows.drop_duplicates("plan_id", keep="last")


def subscriptions(rows: pd.DataFrame, words: str, price_year) -> pd.DataFrame:
    """Return what plans cost a month at list prices; a yearly price is divided by twelve."""
    formulas = {"month": "subscriptions.usd", "year": f"subscriptions.usd/{MONTHS_PER_YEAR}"}
    parts = []
    for period, formula in formulas.items():
        part = rows[rows["period"] == period]
        parts.append(
            priced(
                part,
                formula,
                words,
                item_kind="subscribe",
                item_id=part["plan_id"],
                basis="list_price",
                origin="published",
                estimate_id=part["price_id"],
                per="month",
                price_year=price_year if isinstance(price_year, int) else price_year[part.index],
            )
        )
    return pd.concat(parts)


def buying(accelerators: pd.DataFrame) -> pd.DataFrame:
    """Return what a chip or a system costs to buy, with the range of prices seen."""
    prices = ["usd", "usd_low", "usd_high"]
    rows = accelerators[accelerators[prices].notna().any(axis=1)]
    unread = [doubted(row, prices) for row in rows.to_dict("records")]
    rows = rows.assign(status=rows["status"].mask(unread, "unverified"))
    return priced(
        rows,
        "accelerators.usd",
        "purchase price, " + rows["price_note"],
        item_kind="buy",
        item_id=rows["accelerator_id"],
        basis="list_price",
        origin="published",
        estimate_id=rows["accelerator_id"],
        per="once",
        price_year=_year(rows["price_date"]),
    )


def _year(dates: pd.Series) -> pd.Series:
    """Return the year of dates or months; blank where there is none."""
    return dates.str[:4].replace("", pd.NA).astype("Int64")


def all_costs(
    curated: dict[str, pd.DataFrame],
    computed: list[pd.DataFrame],
    price_month: str,
    headline: dict,
) -> pd.DataFrame:
    """Return table `costs`: every item and estimate, one of them per item marked `headline`.

    Args:
        curated: tables training_costs, serving_setups, subscriptions, accelerators by name.
        computed: rows from first principles, as `as_costs` of training and of serving give them.
        price_month: month whose list prices of subscriptions are read.
        headline: {estimates: ids that win, basis: by kind of item, computed_first}.
    """
    asked = f"list price in force in {price_month}, before tax"
    listed = in_force(curated["subscriptions"], price_month)
    monthly = subscriptions(listed, asked, int(price_month[:4]))
    return mark_headline(_together([*computed, *_published(curated), monthly]), headline)


def every_price(curated: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return what is not computed here, with the monthly list prices of all months; no headlines.

    The tables are those of `all_costs`; what the audit chooses from.
    """
    prices = curated["subscriptions"]
    prices = prices[prices["scope"].eq("global") & prices["usd"].notna()]
    prices = prices[prices["period"].eq("month")]
    listed = subscriptions(prices, "list price", _year(prices["effective_from"]))
    return _together([*_published(curated), listed])


def _published(curated: dict[str, pd.DataFrame]) -> list[pd.DataFrame]:
    return [
        training(curated["training_costs"]),
        serving(curated["serving_setups"]),
        buying(curated["accelerators"]),
    ]


def _together(frames: list[pd.DataFrame]) -> pd.DataFrame:
    for frame in frames:
        frame["price_year"] = frame["price_year"].astype("Int64")
    costs = pd.concat(frames, ignore_index=True)
    return costs[[name for name in columns("costs") if name != "headline"]]


def mark_headline(costs: pd.DataFrame, headline: dict) -> pd.DataFrame:
    """Mark the estimate a study reads first: named by id, else on the basis of its kind of item.

    Of several on the basis, published ones come before computed ones, or after them if
    `computed_first` is true, then the newest, then the lowest. Other bases stay beside it: an item
    that has no central value on the basis has no headline.
    """
    unknown = set(headline["estimates"]) - set(costs["estimate_id"])
    if unknown:
        raise InputError(
            f"config.yaml, headline.estimates: found {sorted(unknown)}, expected ids of "
            "training_costs, serving_setups, subscriptions or accelerators that the study knows"
        )
    named = costs["estimate_id"].isin(headline["estimates"])
    ranked = costs.assign(
        named=~named,
        late=costs["origin"].eq("computed") != headline["computed_first"],
        age=-costs["price_year"].fillna(0).astype(int),
    )
    read = named | costs["basis"].eq(costs["item_kind"].map(headline["basis"]))
    ranked = ranked[read & costs["usd"].notna()].sort_values(
        ["item_kind", "item_id", "named", "late", "age", "usd", "estimate_id"]
    )
    first = ranked.drop_duplicates(["item_kind", "item_id"]).index
    return costs.assign(headline=costs.index.isin(first))[columns("costs")]


def check_items(items: dict[str, list[str]], models: pd.DataFrame, day: str, study: str) -> None:
    """Stop at a model that a study asks about and that was published after its day."""
    released = dict(zip(models["model_id"], models["release_date"], strict=True))
    for kind, ids in items.items():
        for item in ids:
            date = released.get(item, "")
            if date > day[: len(date)]:
                raise InputError(
                    f"config.yaml, studies.{study}.items.{kind}: found {item}, published on "
                    f"{date}, expected nothing published after known_by, {day}"
                )


def memory(figures: pd.DataFrame, setups: pd.DataFrame) -> pd.DataFrame:
    """Return setup_id, model_id, memory_needed_gb, memory_gb, share, derivation of set-ups.

    The weights alone: parameters × bytes per parameter (2 in 16 bit) / 1e9; the cache of a
    conversation comes on top, so a share of nearly 1 fits on paper only. `derivation` is that of
    memory_needed_gb; set-ups of models of unknown size are left out.
    """
    parameters = figures[figures["field"] == "parameters"][["model_id", "field", "value"]]
    rows = setups.merge(parameters, on="model_id", validate="many_to_one")
    width = rows["precision"].map(BYTES_PER_PARAMETER).fillna(2)
    parts = []
    for size, part in rows.groupby(width, sort=False):
        formula = f"model_figures.value[model_id,field]*{size:g}/{BYTES_PER_GB:g}"
        needed = evaluate(parse(formula), lambda _, part=part: part["value"].astype(float))
        parts.append(part.assign(memory_needed_gb=needed, derivation=written(formula, part)))
    rows = pd.concat(parts).sort_index()
    rows["share"] = rows["memory_needed_gb"] / rows["memory_gb"]
    told = ["setup_id", "model_id", "memory_needed_gb", "memory_gb", "share", "derivation"]
    return rows[told]
