"""Resources: money an actor has in a period, from frozen data, with year and derivation kept.

`panel` gives every year; `select` applies a study's year rules to it; `missing` names every economy
that has no value left, and why.
"""

from __future__ import annotations

import pandas as pd

from affordability.tables import InputError, columns

# Measures of an economy or its average person that are one World Bank series as it stands.
SERIES = {
    "gdp": "NY.GDP.MKTP.CD",
    "gni_per_capita": "NY.GNP.PCAP.CD",
    "adjusted_nni_per_capita": "NY.ADJ.NNTY.PC.CD",
}
# The same value by the month: an income of a year spread over twelve months.
MONTHLY = {"monthly_gni": "gni_per_capita", "monthly_adjusted_nni": "adjusted_nni_per_capita"}
STAGES = {"seed_funding": "SEED", "venture_capital": "_T"}
ECONOMY_MEASURES = ["gdp", "rd_expenditure", "seed_funding", "venture_capital"]
PERSON_MEASURES = ["gni_per_capita", "adjusted_nni_per_capita", *MONTHLY]
MEASURES = [*ECONOMY_MEASURES, *PERSON_MEASURES, "annual_budget"]
# Which figure stands for an organisation's annual budget where several are known: what it spends
# comes before what it takes in, and a year's research before a single funding round.
BUDGET_ORDER = ["expenditure", "revenue", "rd_expenditure", "capital", "funding_round"]


def series(observations: pd.DataFrame, indicator: str) -> pd.DataFrame:
    """Return one indicator as iso3, year, value, source_id."""
    rows = observations[observations["indicator"] == indicator]
    return rows[["iso3", "year", "value", "source_id"]].reset_index(drop=True)


def product(left: pd.DataFrame, right: pd.DataFrame) -> pd.DataFrame:
    """Multiply two series of the same economy and year: value = left · right."""
    both = left.merge(right, on=["iso3", "year"], suffixes=("", "_right"))
    both["value"] = both["value"] * both["value_right"]
    both["source_id"] = both["source_id"] + ";" + both["source_id_right"]
    return both[["iso3", "year", "value", "source_id"]]


def gross_domestic_product(observations: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return GDP in current US$ and its derivation.

    The published total where the vintage has it; else GDP per capita × population, as the World
    Bank computes the former from the latter's inverse.
    """
    total = series(observations, "NY.GDP.MKTP.CD")
    if len(total):
        return total, "NY.GDP.MKTP.CD"
    derived = product(series(observations, "NY.GDP.PCAP.CD"), series(observations, "SP.POP.TOTL"))
    return derived, "NY.GDP.PCAP.CD*SP.POP.TOTL"


def rd_expenditure(observations: pd.DataFrame) -> tuple[pd.DataFrame, str]:
    """Return research spending in current US$: R&D share of GDP / 100 × GDP of the same year."""
    gdp, derivation = gross_domestic_product(observations)
    share = series(observations, "GB.XPD.RSDV.GD.ZS")
    share["value"] = share["value"] / 100
    factor = f"({derivation})" if "*" in derivation else derivation
    return product(share, gdp), f"GB.XPD.RSDV.GD.ZS/100*{factor}"


def economy_panel(
    observations: pd.DataFrame, venture: pd.DataFrame, world_bank: str, oecd: str
) -> pd.DataFrame:
    """Return every resource of economies and their average person, all years.

    Args:
        observations: World Bank table iso3, indicator, year, value, source_id.
        venture: OECD table iso3, stage, year, usd_million, source_id.
        world_bank, oecd: names of the vintages, kept on each row.

    Returns:
        The columns of table `resources` without `age_years`; usd in current US$.
    """
    parts = [
        _rows("gdp", "economy", "year", *gross_domestic_product(observations)),
        _rows("rd_expenditure", "economy", "year", *rd_expenditure(observations)),
    ]
    for measure in ("gni_per_capita", "adjusted_nni_per_capita"):
        code = SERIES[measure]
        parts.append(_rows(measure, "person", "year", series(observations, code), code))
    for measure, yearly in MONTHLY.items():
        monthly = series(observations, SERIES[yearly])
        monthly["value"] = monthly["value"] / 12
        parts.append(_rows(measure, "person", "month", monthly, f"{SERIES[yearly]}/12"))
    panel = pd.concat(parts, ignore_index=True).assign(vintage=f"world_bank/{world_bank}")
    funding = [_venture(venture, measure, stage) for measure, stage in STAGES.items()]
    funding = pd.concat(funding, ignore_index=True).assign(vintage=f"oecd/{oecd}")
    return pd.concat([panel, funding], ignore_index=True).assign(status="verified")


def _venture(venture: pd.DataFrame, measure: str, stage: str) -> pd.DataFrame:
    rows = venture[(venture["stage"] == stage) & venture["usd_million"].notna()]
    rows = rows.assign(value=rows["usd_million"] * 1e6)
    return _rows(
        measure, "economy", "year", rows, f"venture_capital.usd_million[stage={stage}]*1e6"
    )


def _rows(
    measure: str, kind: str, period: str, values: pd.DataFrame, derivation: str
) -> pd.DataFrame:
    return pd.DataFrame(
        {
            "actor_kind": kind,
            "actor_id": values["iso3"],
            "measure": measure,
            "year": values["year"].astype("int64"),
            "usd": values["value"].astype("float64"),
            "period": period,
            "price_basis": "nominal",
            "source_id": values["source_id"],
            "derivation": derivation,
        }
    )


def organisation_panel(
    organisations: pd.DataFrame, observations: pd.DataFrame, world_bank: str
) -> pd.DataFrame:
    """Return annual budgets of organisations in US$, all years; totals over several are left out.

    A budget in local currency is divided by the official exchange rate (PA.NUS.FCRF, local
    currency per US$, average of the year) of the organisation's economy. Where only a band is
    published, its upper end stands for the budget, or else its lower end; the derivation says so:
    kind of budget, then the expression over the row.
    """
    rows = organisations[~organisations["aggregate"]].copy()
    rate = series(observations, "PA.NUS.FCRF")[["iso3", "year", "value"]]
    rate = rate.assign(year=rate["year"].astype("Int64"))
    rows = rows.merge(rate, on=["iso3", "year"], how="left", validate="many_to_one")
    converted = rows["local_value"] / rows["value"]
    row, rate_of = "[budget_id=" + rows["budget_id"] + "]", "[iso3=" + rows["iso3"] + "]"
    choices = [
        (rows["usd"], "organisations.usd" + row),
        (converted, "organisations.local_value" + row + "/PA.NUS.FCRF" + rate_of),
        (rows["usd_high"], "organisations.usd_high" + row),
        (rows["usd_low"], "organisations.usd_low" + row),
    ]
    rows["amount"], rows["how"] = pd.Series(float("nan"), rows.index), ""
    for values, how in choices:
        take = rows["amount"].isna() & values.notna()
        rows.loc[take, ["amount", "how"]] = pd.DataFrame({"amount": values[take], "how": how[take]})
    rows = rows[rows["amount"].notna()]
    rows["rank"] = rows["metric"].map({m: i for i, m in enumerate(BUDGET_ORDER)})
    rows["trust"] = rows["status"].ne("verified")
    rows = rows.sort_values(["org_id", "year", "rank", "trust", "amount"])
    rows = rows.drop_duplicates(["org_id", "year"])
    return pd.DataFrame(
        {
            "actor_kind": "organisation",
            "actor_id": rows["org_id"],
            "measure": "annual_budget",
            "year": rows["year"].astype("int64"),
            "usd": rows["amount"],
            "period": "year",
            "price_basis": "nominal",
            "source_id": rows["source_id"],
            "derivation": rows["metric"] + ": " + rows["how"],
            "vintage": "curated;world_bank/" + world_bank,
            "status": rows["status"],
        }
    ).reset_index(drop=True)


def select(panel: pd.DataFrame, year_rules: dict[str, dict]) -> pd.DataFrame:
    """Return the newest value of each actor and measure that the year rule of the measure allows.

    A rule {year: Y, max_age_years: N} allows Y − N ≤ year ≤ Y; `age_years` = Y − year. Rows keep
    the year they used. Values that are not positive are no resource and are left out.
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
    for measure in [*ECONOMY_MEASURES, *PERSON_MEASURES]:
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
    if measure in STAGES:
        part = "seed stage" if measure == "seed_funding" else "venture capital"
        return f"OECD publishes no {part} for it"
    if not economy.has_data:
        return "the World Bank classifies it and publishes no data for it"
    if measure == "rd_expenditure":
        return "no R&D share together with GDP of the same year"
    return "the World Bank publishes no value"


def require_measures(measures: list[str], where: str) -> None:
    """Stop if a measure does not exist; the message names those that do."""
    for measure in measures:
        if measure not in MEASURES:
            raise InputError(
                f"{where}: found measure {measure}, expected one of {', '.join(MEASURES)}"
            )
