"""A study in memory: the inputs as corrected, resources of all years, ratios and claims.

The workflow does the same in steps; `diff` does it twice, with one vintage exchanged.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from affordability import claims, corrections, costs, ratios, resources
from affordability.check import study_vintages
from affordability.corrections import Judgement
from affordability.training import carbon


@dataclass(frozen=True)
class Inputs:
    """What resources are derived from: corrected, and without the economies left out."""

    observations: pd.DataFrame
    venture: pd.DataFrame
    economies: pd.DataFrame
    organisations: pd.DataFrame


def inputs(study: dict, judgement: Judgement) -> Inputs:
    """Read the frozen tables of a study, apply corrections, leave out excluded economies."""
    vintages, names = study_vintages(study), study["vintages"]
    economies = vintages["world_bank"].read("economies")
    corrections.check_exclusions(judgement.exclusions, economies)

    def corrected(source: str, table: str) -> pd.DataFrame:
        rows = vintages[source].read(table)
        rows = corrections.apply(rows, judgement.corrections, table, names[source])
        return corrections.without(rows, judgement.exclusions)

    return Inputs(
        observations=corrected("world_bank", "observations"),
        venture=corrected("oecd", "venture_capital"),
        economies=corrections.without(economies, judgement.exclusions),
        organisations=vintages["curated"].read("organisations"),
    )


def panel(study: dict, given: Inputs, judgement: Judgement) -> pd.DataFrame:
    """Return the resources of everyone in all years; corrected values say so."""
    world_bank, oecd = study["vintages"]["world_bank"], study["vintages"]["oecd"]
    economies = resources.economy_panel(given.observations, given.venture, world_bank, oecd)
    bodies = resources.organisation_panel(given.organisations, given.observations, world_bank)
    both = pd.concat([economies, bodies], ignore_index=True)
    return corrections.told(both, judgement.corrections)


def evidence(
    study: dict, estimates: pd.DataFrame, emissions: pd.DataFrame, judgement: Judgement
) -> claims.Evidence:
    """Return the tables the claims of a study ask, computed anew from the frozen data.

    `estimates` and `emissions` are tables `costs` and `training_carbon` of the study: no vintage
    of an economy's money changes them.
    """
    given, curated = inputs(study, judgement), study_vintages(study)["curated"]
    every_year = panel(study, given, judgement)
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
