"""Universes: named sets of actors a claim may be about, declared in `data/audit.yaml`."""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.tables import InputError, columns

TABLES = {"economy": "economies", "organisation": "organisations"}


def check_universes(declared: dict) -> None:
    """Stop if a universe asks for a column that its table does not have."""
    for name, given in declared["universes"].items():
        known = columns(TABLES[given["kind"]])
        for column in given.get("where", {}):
            if column not in known:
                raise InputError(
                    f"data/audit.yaml, universes.{name}.where: found column {column}, "
                    f"expected one of {', '.join(known)}"
                )


def mask(given: dict, actors: pd.DataFrame) -> np.ndarray:
    """Return which rows of `actors` belong to a universe.

    Args:
        given: one universe of `data/audit.yaml`.
        actors: the table economies or organisations, one row an actor in the order of the arrays,
            with columns `actor_id` and, for economies, `population`.
    """
    keep = np.ones(len(actors), dtype=bool)
    for column, values in given.get("where", {}).items():
        keep &= actors[column].isin(values).to_numpy(dtype=bool)
    if "exclude" in given:
        unknown = set(given["exclude"]) - set(actors["actor_id"])
        if unknown:
            raise InputError(
                f"data/audit.yaml, universes: found {sorted(unknown)} excluded, expected ids of "
                + TABLES[given["kind"]]
            )
        keep &= ~actors["actor_id"].isin(given["exclude"]).to_numpy()
    if "min_population" in given:
        keep &= (actors["population"] >= given["min_population"]).to_numpy()
    return keep
