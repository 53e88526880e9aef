"""What changed, judged: one object, written once, which the command and the page both tell.

In the order it is told: verdicts that flipped and other answers that changed, changes that matter,
anomalies, rounding, partitions, and what is said of the data. All lists are whole; who tells them
says how many are left out.
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from affordability.claims.query import Evidence
from affordability.diff import anomalies, described, matters, partitions
from affordability.diff.partitions import YEARLY
from affordability.measures import MEASURES
from affordability.study import Study
from affordability.vintages import Vintage

PEOPLE = "people"  # the unit of series that count people


@dataclass(frozen=True)
class Compared:
    """What is judged: two sides of the last study, and everything found about them.

    Attributes:
        studies: the study with either vintage.
        panels: resources of all years of both.
        longs: published values of both; `pairs` are they matched (`values.matched`).
        found: the tables of the diff by name.
        answers: what `answers` gives, over all studies.
        names: names of economies and organisations; titles: of series, by id.
        required: series that must be there.
    """

    studies: list[Study]
    panels: list[pd.DataFrame]
    longs: list[pd.DataFrame]
    pairs: pd.DataFrame
    found: dict[str, pd.DataFrame]
    answers: list[dict]
    names: dict[str, str]
    titles: dict[str, str]
    required: list[str]


def answers(
    claims: list[dict], table: pd.DataFrame, sides: tuple[Evidence, Evidence], names: dict[str, str]
) -> list[dict]:
    """Return the claims of one study that changed, those that flipped first, with what did it.

    table: diff_claims of the study.
    """
    by_id = {claim["id"]: claim for claim in claims}
    rows = []
    for row in table[table["changed"].ne("")].to_dict("records"):
        parted = {key: row[key].split(";") for key in ("changed", *MEMBERS) if row[key]}
        row |= {key: [] for key in MEMBERS} | parted
        rows.append({**row, **matters.behind(by_id[row["claim_id"]], sides, names)})
    return sorted(rows, key=lambda row: "verdict" not in row["changed"])


MEMBERS = ("members_added", "members_removed")


def judge(given: Compared) -> dict:
    """Return the object: everything by part, in plain values that JSON takes."""
    old, new = given.studies
    exchanged = [s for s in old.vintages if old.vintages[s] != new.vintages[s]]
    vintages = [(old.vintage(source), new.vintage(source)) for source in exchanged]
    flagged = [f for _, n in vintages for f in described.flagged(n, given.titles, given.names)]
    return plain(
        {
            "answers": given.answers,
            "asked": given.found["diff_claims"].groupby("study").size().to_dict(),
            "matters": _matters(given),
            "anomalies": _anomalies(given, vintages),
            "flagged": flagged,
            "rounding": _rounding(given.found["diff_values"]),
            "partitions": _partitions(given, exchanged, vintages),
            "described": [
                {"source": source, **row}
                for source, pair in zip(exchanged, vintages, strict=True)
                for row in described.changed(*pair)
            ],
        }
    )


def _matters(given: Compared) -> dict:
    """Return the changes that matter, and how many of the revised values and resources do not."""
    moved, crossed = given.found["diff_resources"], given.found["diff_crossings"]
    revised = given.found["diff_revisions"]
    revised = revised[revised["kind"] == "published series"]
    known = {
        (row.series, row.iso3, row.year): (row.old_value, row.new_value)
        for row in revised.itertuples()
    }
    rows = matters.changes(moved, crossed, given.answers)
    behind = set()
    for row in rows:
        row["name"] = given.names.get(row["actor_id"], row["actor_id"])
        row["because"] = matters.because(row, known, given.titles)
        if row["because"] and row["cause"] == "revised":
            behind |= {(row["actor_id"], row["old_year"], each["title"]) for each in row["because"]}
    return {
        "changes": rows,
        "revised": len(revised),
        "behind": len(behind),
        "resources": len(moved.drop_duplicates(matters.ACTOR)),
    }


def _anomalies(given: Compared, vintages: list[tuple[Vintage, Vintage]]) -> list[dict]:
    units = {}
    for pair in vintages:
        for vintage in pair:
            if "series" in vintage.tables:
                table = vintage.read("series")
                units |= dict(zip(table["indicator"], table["unit"], strict=True))
    people = {series for series, unit in units.items() if unit == PEOPLE}
    rows = anomalies.found(given.pairs, people)
    rows["title"] = rows["series"].map(lambda series: given.titles.get(series, series))
    rows["name"] = rows["iso3"].map(lambda iso3: given.names.get(iso3, iso3))
    return rows.to_dict("records")


def _rounding(values: pd.DataFrame) -> list[dict]:
    """Return per number of digits how many values of which series are equal after rounding."""
    rows = values[values["values_rounded"].gt(0) & values["kind"].eq("published series")]
    return [
        {"to": to, "n": part["values_rounded"].sum(), "titles": part["title"].tolist()}
        for to, part in rows.groupby("rounded_to")
    ]


def _partitions(given: Compared, exchanged: list, vintages: list) -> list[dict]:
    counts = [
        {
            f"{source}/{name}": pair[side].path(name).read_bytes().count(b"\n") - 1
            for source, pair in zip(exchanged, vintages, strict=True)
            for name in pair[side].tables
        }
        for side in (0, 1)
    ]
    economies = given.studies[0].vintage("world_bank").read("economies")
    rows = partitions.found(given.longs, given.panels, economies, given.required)
    labels = given.titles | {m: MEASURES[m].label for m in YEARLY}
    rows = rows.assign(title=rows["of"].map(lambda name: labels.get(name, name)))
    tables = partitions.tables(*counts)
    return [*tables.assign(title=tables["of"]).to_dict("records"), *rows.to_dict("records")]


def plain(value: object) -> object:
    """Return a value as JSON takes it: no NaN, no types of NumPy, no sets."""
    if isinstance(value, dict):
        return {str(key): plain(each) for key, each in value.items()}
    if isinstance(value, list | tuple):
        return [plain(each) for each in value]
    if isinstance(value, str | bool) or value is None:
        return value
    if pd.isna(value):
        return None
    return value.item() if hasattr(value, "item") else value
