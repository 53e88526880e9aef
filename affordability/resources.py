"""Resources: money an actor has in a period, from frozen data, with year and derivation kept.

`panel` gives every year; `select` applies a study's year rules to it; `missing` names every economy
that has no value left, and why.
"""

from __future__ import annotations

from functools import partial

import pandas as pd

from affordability.derivation import Operand, evaluate, operands, read, written
from affordability.judgement import MARK
from affordability.measures import MEASURES, Measure, of_actors
from affordability.tables import columns

KEY = ["iso3", "year"]
FIGURE = ["org_id", "year"]
GROUP = "group"  # actor_kind of a mean, a median or a band of organisations: it pays for nothing


def series(observations: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return one indicator as iso3, year, value, source_id."""
    rows = observations[observations["indicator"] == indicator]
    return rows[["iso3", "year", "value", "source_id"]].reset_index(drop=True)


def panel(tables: dict[str, pd.DataFrame], vintages: dict[str, str]) -> pd.DataFrame:
    """Return every resource of everyone in all years, measures in the order of their table.

    Args:
        tables: `observations`, `venture_capital` and `organisations`, as judged; and `series`,
            which tells the release of each source (without it every source is one).
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
    """Derive a measure of economies or their people by the first formula that has its operands.

    A formula that carries a break is formed of the values of one release only.
    """
    for formula in measure.formulas:
        found = read(formula)
        part = found.expression
        known = {str(operand): cells(tables, operand) for operand in operands(part)}
        if all(len(values) for values in known.values()):
            break
    usd = evaluate(part, lambda operand: known[str(operand)]["value"]).dropna()
    sources = [values["source"].reindex(usd.index) for values in known.values()]
    if found.words:
        one = _releases(tables, sources).nunique(axis=1) == 1
        usd, sources = usd[one], [source[one] for source in sources]
    rows = pd.DataFrame({"usd": usd.astype("float64"), "source_id": sources[0]})
    for source in sources[1:]:
        rows["source_id"] += ";" + source
    rows = rows.reset_index().rename(columns={"iso3": "actor_id"})
    status = "derived" if len(known) > 1 else "verified"
    return _told(rows, measure).assign(derivation=formula, status=status, actor_kind=measure.actor)


def _releases(tables: dict[str, pd.DataFrame], sources: list[pd.Series]) -> pd.DataFrame:
    """Return the release of each operand of each row."""
    release = {}
    if "series" in tables:
        told = tables["series"].drop_duplicates("source_id").set_index("source_id")
        release = told["release"].to_dict()
    names = [source.str.split(f";{MARK}").str[0] for source in sources]
    return pd.concat([name.map(lambda one: release.get(one, one)) for name in names], axis=1)


def figures(measure: Measure, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return every figure of organisations of a measure, with `usd`, `derivation` and `left_out`.

    `left_out` says why a figure stands for nobody's money in the panel; blank where it does. Of
    two figures of one organisation, measure and year a verified one counts, then the larger.
    """
    metric = operands(measure.parts[0])[0].given["metric"]
    rows = tables["organisations"]
    rows = rows[rows["metric"] == metric].reset_index(drop=True)
    used = pd.DataFrame({"usd": float("nan"), "derivation": "", "source": ""}, rows.index)
    composed = pd.Series(False, rows.index)
    for formula, part in zip(measure.formulas, measure.parts, strict=True):
        beside = {o: _beside(rows, tables, o) for o in operands(part) if o.table != "organisations"}
        usd = evaluate(part, partial(_of_row, rows, beside)).astype("float64")
        take = used["usd"].isna() & usd.notna()
        used.loc[take, "usd"] = usd[take]
        used.loc[take, "derivation"] = written(formula, rows)[take]
        composed |= take & bool(beside)
        for other in beside.values():
            used.loc[take, "source"] = ";" + other["source"][take]
    rows = rows.assign(
        usd=used["usd"],
        derivation=used["derivation"],
        source_id=rows["source_id"] + used["source"],
        status=rows["status"].mask(composed & rows["status"].eq("verified"), "derived"),
        trust=rows["status"].ne("verified"),
    )
    return rows.assign(left_out=_left_out(rows)).drop(columns="trust")


def _left_out(rows: pd.DataFrame) -> pd.Series:
    """Say why a figure is left out: judged so, a total, without US$, or one of two."""
    why = rows["excluded"].mask(rows["statistic"].eq("total"), "a total over several organisations")
    no_usd = "no official exchange rate of " + rows["year"].astype(str) + " in the vintage"
    why = why.mask(why.eq("") & rows["usd"].isna(), no_usd)
    order = [*FIGURE, "trust", "usd", "budget_id"]
    left = rows[why.eq("")].sort_values(order, ascending=[True, True, True, False, True])
    second = left.index[left.duplicated(FIGURE)]
    first = left.drop_duplicates(FIGURE).set_index(FIGURE)["budget_id"]
    for index in second:
        own = first[tuple(rows.loc[index, FIGURE])]
        why[index] = f"a second figure of the year; {own} counts"
    return why


def _of_organisations(measure: Measure, tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Derive a measure of organisations; means, medians and bands stand beside them as groups."""
    rows = figures(measure, tables)
    rows = rows[rows["left_out"] == ""].rename(columns={"org_id": "actor_id"})
    kind = rows["aggregate"].map({True: GROUP, False: measure.actor})
    rows = rows.assign(actor_kind=kind).sort_values(["actor_id", "year"])
    return _told(rows, measure)


def left_out(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """Return table `missing_organisations`: every figure that stands for nobody, and why.

    A metric that is no measure, such as capital spending, is left out with its own reason.
    """
    every = [figures(MEASURES[m], tables).assign(measure=m) for m in of_actors("organisation")]
    told = pd.concat(every, ignore_index=True)
    rows = tables["organisations"]
    none = rows[~rows["budget_id"].isin(told["budget_id"])]
    words = "no measure: " + none["metric"]
    none = none.assign(measure="", left_out=none["excluded"].where(none["excluded"].ne(""), words))
    told = pd.concat([told[told["left_out"] != ""], none], ignore_index=True)
    told = told.rename(columns={"left_out": "reason"}).sort_values(["measure", "budget_id"])
    return told[columns("missing_organisations")].reset_index(drop=True)


def _of_row(rows: pd.DataFrame, beside: dict, operand: Operand) -> pd.Series:
    return beside[operand]["value"] if operand in beside else rows[operand.column]


def _beside(rows: pd.DataFrame, tables: dict[str, pd.DataFrame], operand: Operand) -> pd.DataFrame:
    """Return an operand of another table for the economy and year of each row."""
    found = cells(tables, operand).reset_index().astype({"year": "Int64"})
    return rows[KEY].merge(found, on=KEY, how="left", validate="many_to_one")


def _told(rows: pd.DataFrame, measure: Measure) -> pd.DataFrame:
    """Return rows with what the measure says of each."""
    return rows.assign(
        measure=measure.id,
        period=measure.period,
        price_basis=measure.price_basis,
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
