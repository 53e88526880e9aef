"""The audit over what lies frozen in this tree, put together in memory as the workflow does it."""

from __future__ import annotations

from functools import cache

import pandas as pd

from affordability import judgement, pipeline
from affordability.audit import steps
from affordability.audit.data import PEOPLE, PRICES, Data
from affordability.claims import query
from affordability.study import Study, configured
from affordability.vintages import CURATED, RAW, Vintage, open_vintage


@cache
def studies() -> dict[str, Study]:
    """Every study of config.yaml."""
    return configured()


@cache
def claims() -> list[dict]:
    """The claims, checked."""
    return query.load(query.CLAIMS)


@cache
def strict() -> dict[str, bool]:
    """Which thresholds are strict."""
    return steps.strictness(studies().values())


@cache
def curated() -> dict[str, pd.DataFrame]:
    """The curated tables that the audit reads."""
    vintage = Vintage(CURATED)
    return {name: vintage.read(name) for name in (*PRICES, "organisations")}


@cache
def people() -> dict[str, pd.DataFrame]:
    """What is asked about people."""
    named = steps.declared()["people"]
    folders = {source: RAW / source / version for source, version in named.items()}
    return {t: Vintage(folders.get(source, CURATED)).read(t) for source, t in PEOPLE.items()}


@cache
def panel(world_bank: str, oecd: str) -> pd.DataFrame:
    """The panel of a pair of vintages, derived here."""
    frozen = {
        "observations": open_vintage(RAW, "world_bank", world_bank).read("observations"),
        "venture_capital": open_vintage(RAW, "oecd", oecd).read("venture_capital"),
        "organisations": curated()["organisations"],
    }
    return pipeline.panel(frozen, {"world_bank": world_bank, "oecd": oecd}, judgement.given())


@cache
def data() -> Data:
    """What the audit reads."""
    levels = steps.declared()["price_level"]

    def judged(version: str, table: str) -> pd.DataFrame:
        rows = open_vintage(RAW, "world_bank", version).read(table)
        return judgement.judged(rows, table, version)

    return Data(
        first=min(steps.years()),
        last=max(steps.years()),
        panels={"+".join(pair): panel(*pair) for pair in steps.pairs()},
        economies={version: judged(version, "economies") for version, _ in steps.pairs()},
        levels=judged(levels, "observations"),
        curated=curated(),
        people=people(),
    )


@cache
def audit(size: str = "quick") -> steps.Audit:
    """The declared audit."""
    return steps.Audit(data(), claims(), strict(), size)
