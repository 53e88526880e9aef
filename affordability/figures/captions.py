"""Captions: what, unit, n, year rule, vintages, threshold, licence. In words, from the study."""

import pandas as pd

from affordability.measures import MEASURES
from affordability.study import Study
from affordability.words import money, percent


def caption(*, what: str, unit: str, n: str, years: str, threshold: str, study: Study) -> str:
    """The text beside a figure; every part is required and ends without a full stop."""
    parts = [
        what,
        f"Unit: {unit}",
        f"n: {n}",
        f"Years: {years}",
        f"Threshold: {threshold}",
        f"Vintages: {vintages(study)}; study {study.name}",
        f"Licence: {LICENCE}",
    ]
    return " ".join(f"{part.rstrip('.')}." for part in parts)


# Each folder's datapackage.json and sources.csv have the terms in full.
LICENCE = (
    "World Bank and OECD data CC BY 4.0, Unicode CLDR under Unicode-3.0, curated figures as their "
    "sources.csv says; this figure CC BY 4.0"
)


def vintages(study: Study) -> str:
    """The frozen copies a study reads, e.g. "oecd 2026-03-03, world_bank near-2024-04"."""
    return ", ".join(f"{source} {name}" for source, name in sorted(study.vintages.items()))


def rests_on(study: Study) -> str:
    """The line below a figure: study, vintage of what economies have, month of the prices."""
    frozen = study.vintages["world_bank"]
    return f"{study.title} · World Bank data of {frozen} · prices of {study.price_month}"


def cost_of(rows: pd.DataFrame) -> str:
    """The cost of rows of `ratios`: "$100 million, basis statement, US$ of 2023, gpt4-..."."""
    row = rows.iloc[0]
    year = "of no stated year" if pd.isna(row["price_year"]) else f"of {int(row['price_year'])}"
    basis = row["basis"].replace("_", " ")
    return f"{money(row['cost_usd'])}, basis {basis}, US$ {year}, estimate {row['estimate_id']}"


def dollars(study: Study) -> str:
    """The dollars of both sides, in words."""
    if study.real:
        return "cost brought to the dollars of the resource's year by a producer price index"
    return "nominal US$ on both sides, each of its own year"


def year_rule(rule: dict) -> str:
    """A year rule in words, from config: `{year, max_age_years}`."""
    year, age = rule["year"], rule["max_age_years"]
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


def years_of(frame: pd.DataFrame, measures: list[str], study: Study) -> str:
    """Year rule and years used of each measure drawn."""
    told = []
    for measure in measures:
        used = years_used(frame.loc[frame["measure"] == measure, "resource_year"])
        told.append(f"{MEASURES[measure].short}: {year_rule(study.rule(measure))}; used {used}")
    return ". ".join(told)


def threshold_of(study: Study, measures: list[str]) -> str:
    """The thresholds of these measures with who set them; says so where there is none."""
    told = [
        f"{percent(t.share)} of {MEASURES[t.measure].short} ({t.source})"
        for t in study.limits_of(measures)
    ]
    return "; ".join(told) if told else "none"
