"""What changed between two vintages, in the numbers a text may quote."""

from __future__ import annotations

import pandas as pd

from affordability.words import percent


def numbers(found: dict[str, pd.DataFrame]) -> dict[str, dict]:
    """Return the numbers a text may quote, by key, with value, unit and text.

    `found` holds the tables diff_values, diff_revisions, diff_income_levels, diff_crossings and
    diff_claims by name.
    """
    values = found["diff_values"]
    series = values[values["kind"] == "published series"]
    counts = {
        f"series.{state.replace(' ', '_')}": (series["state"] == state).sum()
        for state in ("in both", "added", "removed")
    }
    for what in ("added", "removed", "revised", "rounded"):
        counts[f"values.{what}"] = series[f"values_{what}"].sum()
    counts["values.of_newer_years"] = series["of_newer_years"].sum()
    counts["income_levels.changed"] = len(found["diff_income_levels"])
    crossed = found["diff_crossings"]
    for study, claims in found["diff_claims"].groupby("study"):
        own = crossed[(crossed["study"] == study) & crossed["headline"]]
        for direction in ("enters", "leaves"):
            counts[f"{study}.ratios.{direction}"] = (own["direction"] == direction).sum()
        changed = claims["changed"].str.split(";")
        counts[f"{study}.claims.asked"] = len(claims)
        for what in ("verdict", "value", "members"):
            counts[f"{study}.claims.{what}_changed"] = changed.map(lambda c, w=what: w in c).sum()
    told = {
        key: {"value": int(count), "unit": "count", "text": f"{int(count):,}"}
        for key, count in counts.items()
    }
    for row in found["diff_revisions"].query("rank == 1").itertuples():
        text = f"{row.name} {row.year}: {signed(row.change)}"
        told[f"largest_revision.{row.series}"] = {
            "value": row.change,
            "unit": "fraction",
            "text": text,
        }
    return dict(sorted(told.items()))


def signed(change: float) -> str:
    """Return a relative change in per cent with its sign, "+80.4 %"; none from zero."""
    if pd.isna(change):
        return "from zero"
    return ("+" if change > 0 else "") + percent(change)
