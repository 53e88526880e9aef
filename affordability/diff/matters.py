"""Which changes matter: they flip a verdict, change an answer, or move a ratio over a threshold.

A consequence is the most a change does: `FLIPS` a verdict, `MEMBER` of an answer that comes or
goes, `READ_FIRST` ratio (of the estimate a study reads first) over a threshold, or only `OTHER`
ratios. What does none of these does not matter here and is counted.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.claims.query import Evidence
from affordability.derivation import operands, read
from affordability.diff.study import MENDED, RATIO_KEY
from affordability.diff.values import SAME
from affordability.study import Threshold

FLIPS, MEMBER, READ_FIRST, OTHER = 3, 2, 1, 0
SIDES = ("old", "new")
ACTOR = ["study", "actor_kind", "actor_id", "measure"]


def behind(claim: dict, sides: tuple[Evidence, Evidence], names: dict[str, str]) -> dict:
    """Return the values behind a claim's tests that moved, and who is asked on one side only.

    `values` has a row for each ratio that came within the limit of a test, or no longer is; of a
    test without a limit each that changed; the largest first. `came` and `went` name, by measure,
    the actors that are asked on one side only; `newest` is the newest year of a resource on both
    sides where a test asks how old one may be.
    """
    values, came, went, newest = [], {}, {}, []
    for test in claim["tests"]:
        query = test["query"]
        if query["table"] != "ratios":
            continue
        both = _both(query, sides)
        for measure, part in both.groupby("measure"):
            was, now = (set(part.loc[part[f"{s}_share"].notna(), "actor_id"]) for s in SIDES)
            came.setdefault(measure, set()).update(now - was)
            went.setdefault(measure, set()).update(was - now)
        values += both[_moved(both, _limits(query, sides[0]))].to_dict("records")
        if "newest" in test:
            newest = [both[f"{side}_year"].max() for side in SIDES]
    values = [{**row, "name": names.get(row["actor_id"], row["actor_id"])} for row in values]
    told = {"came": _named(came, names), "went": _named(went, names)}
    return {"values": values, "newest": newest, **told}


def _named(found: dict[str, set[str]], names: dict[str, str]) -> dict[str, list[str]]:
    """Return the names of some actors by measure, of those measures that have any."""
    return {key: sorted(names.get(i, i) for i in ids) for key, ids in found.items() if ids}


def _both(query: dict, sides: tuple[Evidence, Evidence]) -> pd.DataFrame:
    """Return the ratios a query asks about, old beside new, those that changed most first."""
    taken = {"share": query["column"], "usd": "resource_usd", "year": "resource_year"}
    tables = [
        side.matching(query)[[*RATIO_KEY, *taken.values()]].set_axis(
            [*RATIO_KEY, *(f"{when}_{name}" for name in taken)], axis=1
        )
        for side, when in zip(sides, SIDES, strict=True)
    ]
    both = tables[0].merge(tables[1], on=RATIO_KEY, how="outer")
    types = {"share": float, "usd": float, "year": "Int64"}
    both = both.astype({f"{side}_{n}": t for side in SIDES for n, t in types.items()})
    size = np.log(both["new_share"] / both["old_share"]).abs()
    return both.assign(size=size).sort_values(
        ["size", "actor_id"], ascending=[False, True], ignore_index=True
    )


def _limits(query: dict, side: Evidence) -> list[Threshold]:
    if query["aggregate"] == "curve":
        return [Threshold("", "", share, "") for share in query["thresholds"]]
    limit = side.study.limit(query, "claims")
    return [] if limit is None else [limit]


def _moved(both: pd.DataFrame, limits: list[Threshold]) -> pd.Series:
    """Return whether a ratio is on another side of a limit; without limits, whether it changed."""
    old, new = both["old_share"], both["new_share"]
    if not limits:
        return old.notna() & new.notna() & ((new / old - 1).abs() > SAME)
    return pd.concat([limit.admits(old) != limit.admits(new) for limit in limits], axis=1).any(
        axis=1
    )


def changes(moved: pd.DataFrame, crossed: pd.DataFrame, answers: list[dict]) -> list[dict]:
    """Return what matters, by consequence, then by size; one row a study, actor and measure.

    Args:
        moved: table diff_resources. crossed: table diff_crossings.
        answers: the claims that changed, as `judged.answers` gives them.

    `crosses` says which thresholds its ratios crossed: with which of the items the study reads
    first, and how many other ratios. `cause` is revised or derived otherwise if the new value of
    the same year alone does it.
    """
    level, parts = _levels(answers), _by_actor(crossed)
    rows = []
    for resource in moved.to_dict("records"):
        key = tuple(resource[name] for name in ACTOR)
        part = parts.get(key, [])
        if not part and key not in level:
            continue
        first = READ_FIRST if any(each["headline"] for each in part) else OTHER
        row = {name: resource[name] for name in (*ACTOR, *TAKEN)}
        row["cause"] = _cause([each["cause"] for each in part] or [resource["cause"]])
        row["change"] = moved_by(row)
        row["consequence"] = max(first, level.get(key, OTHER))
        row["crosses"] = _crossed(part)
        rows.append(row)
    return sorted(rows, key=lambda row: (-row["consequence"], -_size(row), row["actor_id"]))


TAKEN = ["old_usd", "old_year", "revised_usd", "new_usd", "new_year", "change", "new_derivation"]


def _levels(answers: list[dict]) -> dict[tuple, int]:
    """Return by actor and measure whether a claim's verdict or members rest on it."""
    level: dict[tuple, int] = {}
    for answer in answers:
        flips = "verdict" in answer["changed"]
        members = {*answer["members_added"], *answer["members_removed"]}
        for value in answer["values"]:
            if flips or value["actor_id"] in members:
                key = (answer["study"], *(value[name] for name in ACTOR[1:]))
                level[key] = max(level.get(key, OTHER), FLIPS if flips else MEMBER)
    return level


def _by_actor(crossed: pd.DataFrame) -> dict[tuple, list[dict]]:
    parts: dict[tuple, list[dict]] = {}
    for row in crossed.to_dict("records"):
        parts.setdefault(tuple(row[name] for name in ACTOR), []).append(row)
    return parts


def _cause(causes: list[str]) -> str:
    """Return one cause of several: revision before years."""
    return next((c for c in ("revised", MENDED) if c in causes), causes[0])


def _crossed(rows: list[dict]) -> list[dict]:
    """Return a row a threshold and direction: the items read first, and how many other ratios."""
    told: dict[tuple, dict] = {}
    for row in rows:
        key = (row["threshold"], row["limit"], row["direction"])
        fields = dict(zip(("threshold", "limit", "direction"), key, strict=True))
        part = told.setdefault(key, {**fields, "items": [], "others": 0})
        item = [row["item_kind"], row["item_id"]]
        if not row["headline"]:
            part["others"] += 1
        elif item not in part["items"]:
            part["items"].append(item)
    return [told[key] for key in sorted(told)]


def moved_by(row: dict) -> float:
    """Return the change that counts: of the same year where it was revised, else the whole one."""
    same_year = row["cause"] in ("revised", MENDED)
    return row["revised_usd"] / row["old_usd"] - 1 if same_year else row["change"]


def _size(row: dict) -> float:
    """How far a resource moved, up or down; 0 where one side has no value."""
    change = moved_by(row)
    return 0.0 if pd.isna(change) or change <= -1 else abs(float(np.log1p(change)))


def because(row: dict, revised: dict[tuple, tuple], titles: dict[str, str]) -> list[dict]:
    """Return the published values of the old year behind a resource that were revised.

    revised: old and new value by series, iso3 and year.
    """
    if not isinstance(row["new_derivation"], str):  # it has no value any more
        return []
    part = read(row["new_derivation"]).expression
    told = []
    for name in dict.fromkeys(o.name for o in (operands(part) if part else [])):
        if found := revised.get((name, row["actor_id"], row["old_year"])):
            told.append({"title": titles.get(name, name), "old": found[0], "new": found[1]})
    return told
