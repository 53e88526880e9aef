"""What a new vintage does to a study: resources that moved, ratios within thresholds, claims.

Both sides are read under the same study (its year rules, items, prices and thresholds), so that
only the data differ. What moved is split in two: a value of the same year that was *revised*, and a
*newer year* the year rule now reaches.
"""

from __future__ import annotations

import pandas as pd

from affordability import pipeline
from affordability.claims.query import PEOPLE, Evidence
from affordability.claims.verdict import evaluate
from affordability.derivation import formula
from affordability.diff.values import SAME
from affordability.judgement import Judgement
from affordability.resources import select
from affordability.study import Study
from affordability.tables import columns
from affordability.words import listed

RATIO_KEY = [
    "item_kind",
    "item_id",
    "basis",
    "estimate_id",
    "headline",
    "measure",
    "actor_kind",
    "actor_id",
]


def anew(study: Study, known: dict, judged: Judgement) -> Evidence:
    """Return what claims ask of a study; no vintage of an economy's money changes its costs.

    known: costs, training_carbon and the panel of the study's vintages.
    """
    for source, names in pipeline.EVIDENCE.items():
        known |= {name: study.vintage(source).read(name) for name in names}
    known["ratios"] = pipeline.ratios(study, known["costs"], known["panel"])
    return pipeline.evidence(study, known, judged)


def compare(before: Evidence, after: Evidence, claims: list[dict], names: dict) -> dict:
    """Return what moved between two sides of one study, as tables by name.

    Args:
        before, after: what `anew` gives for the study with the old and new vintage.
        claims: as `claims.load` gives them. Those on people are left out: their tables are not
            built anew, and older vintages lack the shares of income they rest on.
        names: names of economies and organisations by id.
    """
    study = before.study
    claims = [claim for claim in claims if not PEOPLE.keys() & _asked(claim)]
    sides = [select(side.panel, study.year_rules) for side in (before, after)]
    moved = moves(*sides, after.panel, study.name)
    crossed = crossings(before.tables["ratios"], after.tables["ratios"], moved, study)
    crossed["name"] = crossed["actor_id"].map(names)
    answers = [[evaluate(claim, side) for claim in claims] for side in (before, after)]
    answers = [[(one.row, one.numbers) for one in side] for side in answers]
    return {
        "diff_resources": moved,
        "diff_crossings": crossed,
        "diff_claims": claim_changes(*answers, claims, crossed, names),
    }


def _asked(claim: dict) -> set[str]:
    """Return the tables that the tests of a claim ask."""
    return {test["query"]["table"] for test in claim["tests"]}


def moves(old: pd.DataFrame, new: pd.DataFrame, panel: pd.DataFrame, study: str) -> pd.DataFrame:
    """Return table `diff_resources`: every resource that moved, split by revision and newer year.

    Args:
        old, new: table `resources` of both sides, chosen by the same year rules.
        panel: all years of the new side; gives `revised_usd`, what it has for the old side's year.

    `revision` = revised_usd/old_usd − 1 and `newer_year` = new_usd/revised_usd − 1. Where another
    formula gives the number of the same year, it was derived otherwise and nothing was revised.
    """
    key = ["actor_kind", "actor_id", "measure"]
    fields = [*key, "usd", "year", "derivation"]
    both = old[fields].merge(new[fields], on=key, how="outer", suffixes=("_old", "_new"))
    later = panel[[*key, "year", "usd", "derivation"]].set_axis(
        [*key, "year_old", "revised_usd", "anew"], axis=1
    )
    both = both.astype({"year_old": "Int64", "year_new": "Int64"})
    both = both.merge(later.astype({"year_old": "Int64"}), on=[*key, "year_old"], how="left")
    both = both.rename(
        columns={f"{c}_{side}": f"{side}_{c}" for c in fields[3:] for side in ("old", "new")}
    )
    both["revision"] = both["revised_usd"] / both["old_usd"] - 1
    both["newer_year"] = both["new_usd"] / both["revised_usd"] - 1
    both["change"] = both["new_usd"] / both["old_usd"] - 1
    both["cause"] = [_cause(row) for row in both.itertuples()]
    both = both[both["cause"] != "same"].assign(study=study)
    return both[columns("diff_resources")].reset_index(drop=True)


def _cause(row) -> str:
    """Say why a resource moved."""
    if pd.isna(row.old_usd):
        return "first value"
    if pd.isna(row.new_usd):
        return "no value any more"
    how = ""
    if abs(row.revision) > SAME:
        how = "revised" if formula(row.old_derivation) == formula(row.anew) else MENDED
    if row.new_year == row.old_year:
        return how or "same"
    step = "newer year" if row.new_year > row.old_year else "older year"
    return f"{how} and {step}" if how else step


MENDED = "derived otherwise"


def crossings(
    old: pd.DataFrame, new: pd.DataFrame, moved: pd.DataFrame, study: Study
) -> pd.DataFrame:
    """Return table `diff_crossings`: the ratios that came within a threshold, or no longer are.

    A ratio without a share is within none. `share_revised` is the share
    of the old year's resource as the new vintage has it: where it alone is on the new side of the
    threshold, the cause is revision (or that it was derived otherwise), else the year.
    """
    fields = [*RATIO_KEY, "cost_usd", "share", "resource_usd", "resource_year"]
    both = old[fields].merge(new[fields], on=RATIO_KEY, how="outer", suffixes=("_old", "_new"))
    shares = ["share_old", "share_new"]
    both[shares] = both[shares].astype(float)  # of a missing share nothing follows, in NA's logic
    actor = ["actor_kind", "actor_id", "measure"]
    both = both.merge(moved[[*actor, "revised_usd", "cause"]], on=actor, how="left")
    both["cost_usd"] = both["cost_usd_new"].fillna(both["cost_usd_old"])
    both["share_revised"] = both["cost_usd"] / both["revised_usd"]
    both = both.rename(
        columns={f"{c}_{side}": f"{side}_{c}" for c in fields[-3:] for side in ("old", "new")}
    )
    found = []
    for limit in study.thresholds.values():
        rows = both[both["measure"] == limit.measure]
        was, now = limit.admits(rows["old_share"]), limit.admits(rows["new_share"])
        rows = rows.assign(now=now, alone=limit.admits(rows["share_revised"]))[was != now]
        rows["direction"] = rows["now"].map({True: "enters", False: "leaves"})
        either = rows["share_revised"].notna() & rows["alone"].eq(rows["now"])
        year = rows["cause"].str.replace(f"^(revised|{MENDED}) and ", "", regex=True)
        how = rows["cause"].str.startswith(MENDED).map({True: MENDED, False: "revised"})
        known = ~rows["cause"].isin(["first value", "no value any more"])
        rows["cause"] = year.mask(known & either, how)
        found.append(rows.assign(threshold=limit.id, limit=limit.share, study=study.name))
    frame = pd.concat(found, ignore_index=True) if found else pd.DataFrame()
    years = dict.fromkeys(["old_resource_year", "new_resource_year"], "Int64")
    return frame.reindex(columns=columns("diff_crossings")).astype(years)


def first_items(crossings: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return the crossings a reader looks for: training the first model, the first subscription.

    Of the estimates the one the study reads first; the other items are in the table.
    """
    first = {(kind, study.first(kind)) for kind in ("train", "subscribe")}
    pairs = zip(crossings["item_kind"], crossings["item_id"], strict=True)
    wanted = pd.Series([pair in first for pair in pairs], crossings.index, dtype=bool)
    return crossings[wanted & crossings["headline"] & crossings["study"].eq(study.name)]


def claim_changes(
    old: list[tuple], new: list[tuple], claims: list[dict], crossed: pd.DataFrame, names: dict
) -> pd.DataFrame:
    """Return table `diff_claims`: every claim on both sides, with what of it changed and why.

    old and new hold what `claims.evaluate` gives for each of `claims`: its row and its numbers.
    """
    rows = []
    for (before, said), (after, says), claim in zip(old, new, claims, strict=True):
        sides = [set(filter(None, row["members"].split(";"))) for row in (before, after)]
        changed = {
            "verdict": before["verdict"] != after["verdict"],
            "value": before["reproduced"] != after["reproduced"],
            "members": sides[0] != sides[1],
        }
        rows.append(
            {
                "study": before["study"],
                "claim_id": before["claim_id"],
                "statement": before["statement"],
                "published": before["published"],
                "old_verdict": before["verdict"],
                "new_verdict": after["verdict"],
                "old_reproduced": before["reproduced"],
                "new_reproduced": after["reproduced"],
                "members_added": ";".join(sorted(sides[1] - sides[0])),
                "members_removed": ";".join(sorted(sides[0] - sides[1])),
                "changed": ";".join(what for what, so in changed.items() if so),
                "why": why(claim, crossed, names),
                "readings": readings(claim, said, says),
            }
        )
    return pd.DataFrame(rows, columns=columns("diff_claims"))


def readings(claim: dict, old: dict, new: dict) -> str:
    """Say which other readings of a claim changed: "Of 2022 alone: 4 of 82 -> 4 of 84"."""
    told = []
    for i, part in enumerate(claim.get("context", []), 1):
        before, after = (side.get(f"{claim['id']}.context.{i}", NO_DATA) for side in (old, new))
        if before["text"] != after["text"]:
            told.append(f"{part['label']}: {before['text']} → {after['text']}")
    return "; ".join(told)


NO_DATA = {"text": "no data"}


def why(claim: dict, crossed: pd.DataFrame, names: dict[str, str]) -> str:
    """Say which ratios behind a claim's first test crossed its threshold, by cause."""
    query = claim["tests"][0]["query"]
    if query["table"] != "ratios" or "within" not in query:
        return ""
    rows = crossed[crossed["threshold"] == query["within"]]
    for column, wanted in query.get("where", {}).items():
        if column in rows.columns:
            rows = rows[rows[column].isin(wanted if isinstance(wanted, list) else [wanted])]
    told = [
        f"{direction} ({cause}): {listed(sorted(names.get(i, i) for i in part['actor_id']))}"
        for (direction, cause), part in rows.groupby(["direction", "cause"])
    ]
    return "; ".join(told)
