"""What resources are derived from: the frozen tables of a study as judged, and the panel of them.

Judged means corrected, and without the economies that are left out, both with a reason.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from affordability import judgement as corrections
from affordability import resources
from affordability.checks import study_vintages
from affordability.judgement import Judgement


@dataclass(frozen=True)
class Inputs:
    """The frozen tables of a study, judged."""

    observations: pd.DataFrame
    venture: pd.DataFrame
    economies: pd.DataFrame
    organisations: pd.DataFrame


def read(study: dict, judgement: Judgement) -> Inputs:
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
