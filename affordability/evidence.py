"""The tables the claims of a study ask, gathered from its results and its frozen folders."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability import claims, corrections, costs
from affordability.check import study_vintages
from affordability.tables import read_table
from affordability.training import carbon


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
