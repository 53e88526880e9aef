"""Resources: money an actor has in a period, from frozen data, with year and derivation kept.

`panel` gives every year; `select` applies a study's year rules to it; `missing` names every economy
that has no value left, and why.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from affordability.derivation import Operand, evaluate, operands, parse, written
from affordability.measures import MEASURES, Measure, of_actors
from affordability.tables import columns

# Which figure stands for an organisation's annual budget where several are known: what it spends
# comes before what it takes in, and a year's research before a single funding round.
BUDGET_ORDER = ["expenditure", "revenue", "rd_expenditure", "capital", "funding_round"]
KEY = ["iso3", "year"]


def series(observations: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return one indicator as iso3, year, value, source_id."""
    rows = observations[observations["indicator"] == indicator]
    return rows[["iso3", "year", "value", "source_id"]].reset_index(drop=True)


def panel(tables: dict[str, pd.DataFrame], vintages: dict[str, str]) -> pd.DataFrame:
    """Return every resource of everyone in all years, measures in the order of their table.

    Args:
        tables: `observations`, `venture_capital` and `organisations`, as judged.
        vintages: names of the vintages by source, kept on each row.

    Returns:
        table `panel`; usd in current US$.
    """
    parts = [
        _of_organisations(measure, tables)
        if measure.actor == "organisation"
        else _of_economies(measure, tables)
        for measure in MEASURES.values()
    ]
    folders = {source: f"{source}/{name}" for source, name in vintages.items()}
    folders["curated"] = f"curated;{folders['world_bank']}"  # budgets in local currency
    rows = pd.concat(parts, ignore_index=True)
    rows["vintage"] = rows["measure"].map({m.id: folders[m.source] for m in MEASURES.values()})
    return rows[columns("panel")]


def cells(tables: dict[str, pd.DataFrame], operand: Operand) -> pd.DataFrame:
    """Return the values of an operand by economy and year, with their sources; blanks left out."""
    rows = tables[operand.table]
    for column, wanted in operand.given.items():
        rows = rows[rows[column] == wanted]
    rows = rows[rows[operand.column].notna()].astype({"year": "int64"})
    return rows.set_index(KEY)[[operand.column, "source_id"]].set_axis(["value", "source"], axis=1)


def _of_economies(measure: Measure, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Derive a measure of economies or their people by the first formula that has its operands."""
    for formula in measure.formulas:
        part = parse(formula)
        known = {str(operand): cells(tables, operand) for operand in operands(part)}
        if all(len(found) for found in known.values()):
            break
    usd = evaluate(part, lambda operand: known[str(operand)]["value"]).dropna()
    sources = [found["source"].reindex(usd.index) for found in known.values()]
    rows = pd.DataFrame({"usd": usd.astype("float64"), "source_id": sources[0]})
    for source in sources[1:]:
        rows["source_id"] += ";" + source
    rows = rows.reset_index().rename(columns={"iso3": "actor_id"})
    return _told(rows, measure).assign(derivation=formula, status="verified")


def _of_organisations(measure: Measure, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Derive a budget a year of each organisation; totals over several are left out.

    Of several figures of a year the first in `BUDGET_ORDER`, verified before others. The derivation
    says which kind it is, then the formula.
    """
    rows = tables["organisations"]
    rows = rows[~rows["aggregate"]].reset_index(drop=True)
    used = pd.DataFrame({"usd": float("nan"), "derivation": "", "source": ""}, rows.index)
    for formula in measure.formulas:
        part = parse(formula)
        beside = {o: _beside(rows, tables, o) for o in operands(part) if o.table != "organisations"}
        usd = evaluate(part, partial(_of_row, rows, beside))
        take = used["usd"].isna() & usd.notna()
        used.loc[take, "usd"] = usd[take]
        used.loc[take, "derivation"] = written(formula, rows)[take]
        for other in beside.values():
            used.loc[take, "source"] = ";" + other["source"][take]
    rows = rows.assign(
        usd=used["usd"],
        derivation=rows["metric"] + ": " + used["derivation"],
        source_id=rows["source_id"] + used["source"],
        rank=rows["metric"].map({m: i for i, m in enumerate(BUDGET_ORDER)}),
        trust=rows["status"].ne("verified"),
    )
    rows = rows[rows["usd"].notna()].sort_values(["org_id", "year", "rank", "trust", "usd"])
    rows = rows.drop_duplicates(["org_id", "year"]).rename(columns={"org_id": "actor_id"})
    return _told(rows, measure)


def _of_row(rows: pd.DataFrame, beside: dict, operand: Operand) -> pd.Series:
    return beside[operand]["value"] if operand in beside else rows[operand.column]


def _beside(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], operand: Operand) -> pd.DataFrame:
    """Return an operand of another table for the economy and year of each row."""
    found = cells(tables, operand).reset_index().astype({"year": "Int64"})
    return rows[KEY].merge(found, on=KEY, how="left", validate="many_to_one")


def _told(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return rows with what the measure says of each."""
    return rows.assign(
        actor_kind=measure.actor,
        measure=measure.id,
        period=measure.period,
        price_basis="nominal",
        year=rows["year"].astype("int64"),
    ).reset_index(drop=True)


def select(panel: pd.DataFrame, year_rules: dict[str, dict]) -> pd.DataFrame:
    """Return the newest value of each actor and measure that the year rule of the measure allows.

    A rule {year: Y, max_age_years: N} allows Y − N ≤ year ≤ Y; `age_years` = Y − year. Rows keep
    the year they used. Values that are not positive are no resource and are left out.

    >>> years = pd.DataFrame({"year": [2015, 2020, 2023], "usd": [1.0, 2.0, 3.0]})
    >>> panel = years.assign(actor_kind="economy", actor_id="AAA", measure="gdp")
    >>> panel = panel.reindex(columns=columns("resources"))
    >>> chosen = select(panel, {"default": {"year": 2022, "max_age_years": 5}})
    >>> chosen[["year", "age_years", "usd"]].values.tolist()
    [[2020.0, 2.0, 2.0]]
    """
    rules = {m: year_rules.get(m, year_rules["default"]) for m in panel["measure"].unique()}
    year = panel["measure"].map({m: rule["year"] for m, rule in rules.items()}).astype("int64")
    age = year - panel["year"]
    window = panel["measure"].map({m: rule["max_age_years"] for m, rule in rules.items()})
    window = window.astype("int64")
    rows = panel.assign(age_years=age)[(age >= 0) & (age <= window) & (panel["usd"] > 0)]
    rows = rows.sort_values("year").drop_duplicates(
        ["actor_kind", "actor_id", "measure"], keep="last"
    )
    return rows[columns("resources")].reset_index(drop=True)


def missing(
    panel: pd.DataFrame, chosen: pd.DataFrame, economies: pd.DataFrame, year_rules: dict[str, dict]
) -> pd.DataFrame:
    """Return measure, iso3, name, reason for every economy without a value in `chosen`."""
    rows = []
    for measure in of_actors("economy", "person"):
        rule = year_rules.get(measure, year_rules["default"])
        have = set(chosen.loc[chosen["measure"] == measure, "actor_id"])
        known = panel[(panel["measure"] == measure) & (panel["usd"] > 0)]
        newest = known[known["year"] <= rule["year"]].groupby("actor_id")["year"].max()
        for economy in economies.itertuples():
            if economy.iso3 not in have:
                reason = _reason(measure, economy, newest, known, rule)
                rows.append((measure, economy.iso3, economy.name, reason))
    return pd.DataFrame(rows, columns=columns("missing_economies"))


def _reason(measure: str, economy, newest: pd.Series, known: pd.DataFrame, rule: dict) -> str:
    """Say why an economy has no value: no series at all, too old, or only newer than asked."""
    first = rule["year"] - rule["max_age_years"]
    if economy.iso3 in newest.index:
        return f"newest value is of {newest[economy.iso3]}, the year rule starts in {first}"
    if (known["actor_id"] == economy.iso3).any():
        return f"values only after {rule['year']}"
    if MEASURES[measure].source == "world_bank" and not economy.has_data:
        return "the World Bank classifies it and publishes no data for it"
    return MEASURES[measure].absent
