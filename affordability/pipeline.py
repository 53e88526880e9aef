"""The whole way of a number on one screen: panel, ratios, evidence.

Each step of the workflow calls one of these and writes what it gives; `diff` calls them in a row,
twice, with one vintage exchanged.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from affordability import judgement, resources
from affordability import ratios as divided
from affordability.claims.query import Evidence
from affordability.costs import published
from affordability.costs.training import carbon
from affordability.study import Study

# The frozen tables that evidence is made of, by source.
EVIDENCE = {
    "world_bank": ["economies"],
    "curated": ["organisations", "model_figures", "serving_setups", "language_accuracy"],
}


def panel(
    frozen: Mapping[str, pd.DataFrame], vintages: dict[str, str], judged: judgement.Judgement
) -> pd.DataFrame:
    """Return the resources of everyone in all years; a corrected value says so.

    Args:
        frozen: tables observations, venture_capital and organisations as they were frozen.
        vintages: names of the World Bank and OECD vintages they are of.
    """
    source = {"observations": vintages["world_bank"], "venture_capital": vintages["oecd"]}
    tables = {
        name: judgement.judged(frozen[name], name, source.get(name, ""), judged)
        for name in (*source, "organisations")
    }
    return judgement.told(resources.panel(tables, vintages), judged.corrections)


def ratios(
    study: Study, costs: pd.DataFrame, panel: pd.DataFrame, rules: dict | None = None
) -> pd.DataFrame:
    """Return table `ratios`: the study's items against the resources its year rules choose.

    Other `rules` than the study's give another reading of the same sentence.
    """
    items = divided.choose_items(costs, study.items, study.name)
    chosen = resources.select(panel, study.year_rules if rules is None else rules)
    return divided.build(items, chosen, study.name)


def actors(economies: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Return actor_id, name, actor_type: an economy's income level, an organisation's kind."""
    nations = economies.rename(columns={"iso3": "actor_id", "income_level": "actor_type"})
    bodies = organisations.rename(columns={"org_id": "actor_id", "org_type": "actor_type"})
    both = pd.concat([nations, bodies], ignore_index=True)
    return both[["actor_id", "name", "actor_type"]].drop_duplicates("actor_id")


def evidence(
    study: Study, given: Mapping[str, pd.DataFrame], judged: judgement.Judgement
) -> Evidence:
    """Return what the claims of a study ask.

    Args:
        given: costs, ratios, panel and training_carbon as they were built, and the frozen tables
            that `EVIDENCE` names.
    """
    economies = judgement.judged(given["economies"], "economies", "", judged)
    return Evidence(
        study=study,
        tables={
            "costs": given["costs"],
            "ratios": given["ratios"],
            "memory": published.memory(given["model_figures"], given["serving_setups"]),
            "languages": given["language_accuracy"],
            "carbon": carbon.pairs(given["training_carbon"]),
        },
        actors=actors(economies, given["organisations"]),
        economies=economies,
        panel=given["panel"],
        again=ratios,
    )
