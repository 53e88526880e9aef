"""Captions: what, unit, n, year rule, vintages, threshold, licence. In words, from the study."""

import pandas as pd

from affordability.words import percent

MEASURES = {
    "seed_funding": "seed funding",
    "venture_capital": "venture capital",
    "rd_expenditure": "R&D expenditure",
    "gdp": "GDP",
    "monthly_gni": "GNI per capita (Atlas)",
    "monthly_adjusted_nni": "adjusted net national income per capita",
    "gni_per_capita": "GNI per capita (Atlas)",
    "adjusted_nni_per_capita": "adjusted net national income per capita",
    "annual_budget": "annual budget",
}


def caption(what: str, unit: str, n: str, years: str, threshold: str, study: dict) -> str:
    """The text beside a figure; every part is required and ends without a full stop."""
    parts = [
        what,
        f"Unit: {unit}",
        f"n: {n}",
        f"Years: {years}",
        f"Threshold: {threshold}",
        f"Vintages: {vintages(study)}; study {study['name']}",
        f"Licence: {LICENCE}",
    ]
    return " ".join(f"{part.rstrip('.')}." for part in parts)


# Each folder's datapackage.json and sources.csv have the terms in full.
LICENCE = (
    "World Bank and OECD data CC BY 4.0, Unicode CLDR under Unicode-3.0, curated figures as their "
    "sources.csv says; this figure CC BY 4.0"
)


def vintages(study: dict) -> str:
    """The frozen copies a study reads, e.g. "oecd 2026-03-03, world_bank near-2024-04"."""
    return ", ".join(f"{source} {name}" for source, name in sorted(study["vintages"].items()))


def year_rule(rule: object) -> str:
    """A year rule in words, from config: `{year, max_age_years}` or a sentence of its own."""
    if not isinstance(rule, dict):
        return str(rule)
    year, age = rule.get("year"), rule.get("max_age_years", 0)
    if not age:
        return f"exactly {year}"
    return f"{year}, or the latest of the {age} years before"


def years_used(years: pd.Series) -> str:
    """The span of years used, with the share from the newest: "2013–2022"."""
    found = pd.to_numeric(years, errors="coerce").dropna().astype(int)
    if found.empty:
        return "no year"
    first, last = found.min(), found.max()
    return str(first) if first == last else f"{first}–{last}"


def years_of(frame: pd.DataFrame, measures: list[str], study: dict) -> str:
    """Year rule and years used of each measure drawn."""
    rules = study.get("year_rules", {})
    told = []
    for measure in measures:
        used = years_used(frame.loc[frame["measure"] == measure, "resource_year"])
        rule = rules.get(measure, rules.get("default"))
        rule = f"{year_rule(rule)}; " if rule else ""
        told.append(f"{MEASURES.get(measure, measure)}: {rule}used {used}")
    return ". ".join(told)


def threshold_of(thresholds: list[dict], measures: list[str]) -> str:
    """The thresholds of these measures with who set them; says so where there is none."""
    told = [
        f"{percent(t['share'])} of {MEASURES.get(t['measure'], t['measure'])} ({t['source']})"
        for t in thresholds
        if t["measure"] in measures
    ]
    return "; ".join(told) if told else "none"
