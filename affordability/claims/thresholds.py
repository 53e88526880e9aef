"""Who is within each threshold: the query of a claim, asked of every item a study reads first."""

from __future__ import annotations

import pandas as pd

from affordability.claims.query import Answer, Evidence, ask
from affordability.study import Threshold
from affordability.tables import columns


def question(limit: Threshold, kind: str, item: str) -> dict:
    """Return the query for the members of a threshold among those who may pay for an item."""
    where = {"item_kind": kind, "item_id": item, "headline": True, "measure": limit.measure}
    return {
        "table": "ratios",
        "where": where,
        "column": "share",
        "within": limit.id,
        "aggregate": "members",
    }


def table(evidence: Evidence) -> pd.DataFrame:
    """Return who is within each threshold: one row a threshold and headline item, with its basis.

    `asked` counts the actors with a share, `within` those the threshold admits; members are sorted
    by share. A threshold nobody is measured by has no row.
    """
    ratios = evidence.tables["ratios"]
    known = ratios[ratios["headline"] & ratios["share"].notna()]
    items = known[["measure", "item_kind", "item_id"]].drop_duplicates()
    items = items.sort_values(["item_kind", "item_id"])
    rows = []
    for limit in evidence.study.thresholds.values():
        for item in items[items["measure"] == limit.measure].itertuples():
            answer = ask(question(limit, item.item_kind, item.item_id), evidence)
            rows.append(_row(limit, item, answer, evidence))
    return pd.DataFrame(rows, columns=columns("thresholds"))


def _row(limit: Threshold, item, answer: Answer, evidence: Evidence) -> dict:
    return {
        "threshold": limit.id,
        "item_kind": item.item_kind,
        "item_id": item.item_id,
        "measure": limit.measure,
        "share": limit.share,
        "source": limit.source,
        "asked": answer.asked,
        "within": len(answer.members),
        "members": ";".join(answer.members),
        "names": "; ".join(map(evidence.name, answer.members)),
        **{
            column: answer.rows[column].iloc[0] for column in ("basis", "estimate_id", "price_year")
        },
    }
