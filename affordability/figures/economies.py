"""What figures of economies are drawn from: the headline shares of a study's first item."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd

from affordability.figures.style import income_group
from affordability.study import Study


def headline_shares(
    ratios: pd.DataFrame,
    economies: pd.DataFrame,
    study: Study,
    kind: str,
    actor_kind: str,
    measures: Iterable[str],
) -> pd.DataFrame:
    """Return the rows of `ratios` with a share, and iso3, name and income group of the economy.

    Args:
        ratios: table ratios. economies: table economies.
        kind: of the items, of which the first that the study names is taken.
        actor_kind: economy, or person (the average one).
        measures: resources the item is set against.
    """
    rows = ratios[
        (ratios["item_kind"] == kind)
        & (ratios["item_id"] == study.first(kind))
        & ratios["headline"]
        & (ratios["actor_kind"] == actor_kind)
        & ratios["measure"].isin(measures)
        & ratios["share"].notna()
    ].merge(economies[["iso3", "name", "income_level"]], left_on="actor_id", right_on="iso3")
    return rows.assign(income_level=rows["income_level"].map(income_group))
