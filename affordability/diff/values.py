"""What changed between two vintages: published values, measures derived from them, income levels.

What that does to resources, ratios and claims is in `study`.
"""

from __future__ import annotations

import pandas as pd

from affordability.derivation import formula, operands, parse
from affordability.diff import rounding
from affordability.measures import MEASURES
from affordability.study import Study
from affordability.tables import columns

# Relative difference up to which two values are the same: files write fewer digits than the
# database has, and a product of two series is not rounded as a published total is.
SAME = 1e-6
# Measures of economies that several series make up; the others are told with their series.
DERIVED = [m.id for m in MEASURES.values() if m.composed and m.actor != "organisation"]


def long(observations: pd.DataFrame, venture: pd.DataFrame) -> pd.DataFrame:
    """Return the published values of both sources as series, iso3, year, value, source_id."""
    world_bank = observations.rename(columns={"indicator": "series"})
    oecd = venture.rename(columns={"usd_million": "value"})
    oecd = oecd.assign(series="OECD venture capital " + oecd["stage"])
    both = pd.concat([world_bank, oecd], ignore_index=True)
    both = both[["series", "iso3", "year", "value", "source_id"]].assign(formula="")
    return both[both["value"].notna()].reset_index(drop=True)


def derived(panel: pd.DataFrame) -> pd.DataFrame:
    """Return the measures that are computed from several series, in the columns of `long`."""
    rows = panel[panel["measure"].isin(DERIVED)]
    rows = rows.assign(formula=rows["derivation"].map(formula))
    rows = rows.rename(columns={"measure": "series", "actor_id": "iso3", "usd": "value"})
    return rows[["series", "iso3", "year", "value", "source_id", "formula"]].reset_index(drop=True)


def matched(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Join two `long` tables on series, iso3, year; `change` = new/old − 1, missing from zero.

    Column `what` is added, removed, revised, rounded, mended or same. Rounded is a value that one
    side writes with fewer digits, `rounded_to` of its series (see `rounding`). Mended is a number
    that is another since another formula gives it, such as a published total in place of a product:
    what was wrong was how it was derived, and nobody revised anything.
    """
    both = old.merge(new, on=["series", "iso3", "year"], how="outer", suffixes=("_old", "_new"))
    both["change"] = both["value_new"] / both["value_old"].where(both["value_old"] != 0) - 1
    gap = (both["value_new"] - both["value_old"]).abs()
    both["what"] = "same"
    moved = gap > SAME * both["value_old"].abs()
    both.loc[moved, "what"] = "revised"
    both.loc[moved & both["formula_old"].ne(both["formula_new"]), "what"] = "mended"
    both["rounded_to"] = ""
    for _, part in both[both["formula_old"].eq("")].groupby("series"):
        fewer, digits = rounding.found(part["value_old"], part["value_new"])
        both.loc[fewer[fewer].index, "what"] = "rounded"
        both.loc[part.index, "rounded_to"] = digits
    both.loc[both["value_old"].isna(), "what"] = "added"
    both.loc[both["value_new"].isna(), "what"] = "removed"
    return both


def rounded_alike(measures: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return pairs of measures in which what rounding alone moved is `rounded`, not revised.

    That is a number of which some operand is only rounded, and none is revised; both tables are
    pairs of `matched`.
    """
    moved = published[published["what"].isin(["revised", "rounded"])]
    what = moved.set_index(["series", "iso3", "year"])["what"].to_dict()
    revised = measures[measures["what"].eq("revised")]
    series = {text: [o.name for o in operands(parse(text))] for text in set(revised["formula_new"])}
    alone = []
    for row in revised.itertuples():
        found = {what.get((name, row.iso3, row.year)) for name in series[row.formula_new]}
        alone.append("rounded" in found and "revised" not in found)
    told = measures.copy()
    told.loc[revised.index[alone], "what"] = "rounded"
    return told


def values(pairs: pd.DataFrame, kind: str, titles: dict[str, str]) -> pd.DataFrame:
    """Return table `diff_values`: one row a series, counted from the pairs of `matched`."""
    rows = []
    for series, part in pairs.groupby("series"):
        sides = {side: part[part[f"value_{side}"].notna()] for side in ("old", "new")}
        who = {side: set(rows_["iso3"]) for side, rows_ in sides.items()}
        newest = {side: rows_["year"].max() for side, rows_ in sides.items()}
        count = part["what"].value_counts().reindex(WHAT, fill_value=0)
        later = part["what"].eq("added") & (part["year"] > newest["old"]).fillna(False).astype(bool)
        revised = part[part["what"] == "revised"]
        most = revised.sort_values("change", key=abs, kind="stable", na_position="first").tail(1)
        rows.append(
            {
                "kind": kind,
                "series": series,
                "title": titles.get(series, series),
                "state": _state(who),
                "old_sources": _sources(sides["old"], "old"),
                "new_sources": _sources(sides["new"], "new"),
                "old_values": len(sides["old"]),
                "new_values": len(sides["new"]),
                "values_added": count["added"],
                "of_newer_years": int(later.sum()),
                "values_removed": count["removed"],
                "values_revised": count["revised"],
                "values_mended": count["mended"],
                "values_rounded": count["rounded"],
                "rounded_to": part["rounded_to"].iloc[0] if count["rounded"] else "",
                "median_revision": revised["change"].abs().median(),
                "largest_revision": most["change"].iloc[0] if len(most) else float("nan"),
                "largest_iso3": most["iso3"].iloc[0] if len(most) else "",
                "largest_year": most["year"].iloc[0] if len(most) else pd.NA,
                "old_newest_year": newest["old"],
                "new_newest_year": newest["new"],
                "economies_added": ";".join(sorted(who["new"] - who["old"])) if who["old"] else "",
                "economies_removed": ";".join(sorted(who["old"] - who["new"]))
                if who["new"]
                else "",
            }
        )
    frame = pd.DataFrame(rows, columns=columns("diff_values"))
    years = ["largest_year", "old_newest_year", "new_newest_year"]
    return frame.astype(dict.fromkeys(years, "Int64"))


WHAT = ["added", "removed", "revised", "rounded", "mended", "same"]


def _state(who: dict[str, set]) -> str:
    """Whether a series is in both vintages, was added or was removed."""
    if who["old"] and who["new"]:
        return "in both"
    return "added" if who["new"] else "removed"


def _sources(rows: pd.DataFrame, side: str) -> str:
    parts = rows[f"source_id_{side}"].drop_duplicates().str.split(";").explode()
    return ";".join(sorted(set(parts)))


def revisions(pairs: pd.DataFrame, kind: str, names: dict[str, str]) -> pd.DataFrame:
    """Return table `diff_revisions`: every revised value, the largest of each series first."""
    rows = pairs[pairs["what"] == "revised"].copy()
    rows["size"] = rows["change"].abs()
    rows = rows.sort_values(["series", "size", "iso3", "year"], ascending=[True, False, True, True])
    rows["rank"] = rows.groupby("series").cumcount() + 1
    rows = rows.assign(kind=kind, name=rows["iso3"].map(names))
    rows = rows.rename(columns={"value_old": "old_value", "value_new": "new_value"})
    rows = rows.rename(columns={"source_id_old": "old_sources", "source_id_new": "new_sources"})
    return rows[columns("diff_revisions")].reset_index(drop=True)


INCOME_ORDER = ["Low income", "Lower middle income", "Upper middle income", "High income"]


def income_levels(old: pd.DataFrame, new: pd.DataFrame) -> pd.DataFrame:
    """Return table `diff_income_levels`: economies that moved, came or went."""
    fields = ["iso3", "name", "income_level"]
    both = old[fields].merge(new[fields], on="iso3", how="outer", suffixes=("_old", "_new"))
    both["change"] = [
        _moved(before, after)
        for before, after in zip(both["income_level_old"], both["income_level_new"], strict=True)
    ]
    both["name"] = both["name_new"].fillna(both["name_old"])
    both = both[both["change"] != ""].rename(
        columns={"income_level_old": "old_income_level", "income_level_new": "new_income_level"}
    )
    return both.fillna("")[columns("diff_income_levels")].reset_index(drop=True)


def _moved(before: object, after: object) -> str:
    if not isinstance(before, str) or not isinstance(after, str):
        return "economy added" if isinstance(after, str) else "economy removed"
    if before == after:
        return ""
    if not before or not after:
        return "classified" if after else "no longer classified"
    return "up" if INCOME_ORDER.index(after) > INCOME_ORDER.index(before) else "down"


PUBLISHED, MEASURED = "published series", "derived measure"


def pairs(longs: list[pd.DataFrame], panels: list[pd.DataFrame]) -> dict[str, pd.DataFrame]:
    """Return what `matched` gives, by kind: of published series, and of measures made of them.

    longs and panels are published values and resources of all years, of both sides.
    """
    published = matched(*longs)
    measures = matched(*(derived(panel) for panel in panels))
    return {PUBLISHED: published, MEASURED: rounded_alike(measures, published)}


def counted(pairs: pd.DataFrame, kind: str, titles: dict, names: dict) -> dict:
    """Return tables `diff_values` and `diff_revisions` of the pairs of `matched`, by name."""
    return {
        "diff_values": values(pairs, kind, titles),
        "diff_revisions": revisions(pairs, kind, names),
    }


def titles(series: list[pd.DataFrame]) -> dict[str, str]:
    """Return what each series is, by code: from tables `series`; OECD stages here."""
    told = dict(SPELLED)
    for table in series:
        told |= dict(zip(table["indicator"], table["title"], strict=True))
    return told


SPELLED = {
    "OECD venture capital SEED": "Venture capital, seed stage (US$ million)",
    "OECD venture capital START": "Venture capital, start-up and other early stage (US$ million)",
    "OECD venture capital LATER": "Venture capital, later stage (US$ million)",
    "OECD venture capital _T": "Venture capital, all stages (US$ million)",
    **{m: f"{MEASURES[m].label} as the study computes it (current US$)" for m in DERIVED},
}


def read_sides(studies: list[Study]) -> tuple[list[pd.DataFrame], dict[str, str]]:
    """Return the published values of both sides of one study, and the titles of their series.

    The digests of all folders are verified first, since a vintage no study reads is not checked.
    """
    for side in studies:
        for source in side.vintages:
            side.vintage(source).verify()
    longs = [
        long(
            side.vintage("world_bank").read("observations"),
            side.vintage("oecd").read("venture_capital"),
        )
        for side in studies
    ]
    return longs, titles([side.vintage("world_bank").read("series") for side in studies])
