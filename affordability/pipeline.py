"""The tables the claims of a study ask: read from its results, or computed anew in memory.

The workflow reads them; `diff` computes them twice, with one vintage exchanged.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability import inputs, ratios, resources
from affordability import judgement as corrections
from affordability.checks import study_vintages
from affordability.claims import query as claims
from affordability.costs import published as costs
from affordability.costs.training import carbon
from affordability.judgement import Judgement
from affordability.tables import read_table


def read(
    study: dict,
    costs_path: Path | str,
    panel_path: Path | str,
    ratios_path: Path | str,
    carbon_path: Path | str,
) -> claims.Evidence:
    """Return the evidence of a study whose costs, resources of all years and ratios were built."""
    vintages = study_vintages(study)
    curated = vintages["curated"]
    economies = corrections.economies(vintages["world_bank"])
    return claims.Evidence(
        study=study,
        costs=pd.read_parquet(costs_path),
        panel=pd.read_parquet(panel_path),
        ratios=pd.read_parquet(ratios_path),
        memory=costs.memory(curated.read("model_figures"), curated.read("serving_setups")),
        languages=curated.read("language_accuracy"),
        carbon=carbon.pairs(read_table(carbon_path, "training_carbon")),
        actors=claims.actors(economies, curated.read("organisations")),
        economies=economies,
    )


def anew(
    study: dict, estimates: pd.DataFrame, emissions: pd.DataFrame, judgement: Judgement
) -> claims.Evidence:
    """Return the tables the claims of a study ask, computed anew from the frozen data.

    `estimates` and `emissions` are tables `costs` and `training_carbon` of the study: no vintage
    of an economy's money changes them.
    """
    given, curated = inputs.read(study, judgement), study_vintages(study)["curated"]
    every_year = inputs.panel(study, given, judgement)
    chosen = resources.select(every_year, study["year_rules"])
    items = ratios.choose_items(estimates, study["items"], study["name"])
    return claims.Evidence(
        study=study,
        costs=estimates,
        panel=every_year,
        ratios=ratios.build(items, chosen, study["name"]),
        memory=costs.memory(curated.read("model_figures"), curated.read("serving_setups")),
        languages=curated.read("language_accuracy"),
        carbon=carbon.pairs(emissions),
        actors=claims.actors(given.economies, given.organisations),
        economies=given.economies,
    )
