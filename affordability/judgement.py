"""Judgement as data: published values that are not believed, and economies that are left out.

`data/corrections.yaml` and `data/exclusions.csv` hold them, each with its reason. An entry that no
longer matches the data stops the run, so that none outlives the error it was written for.
"""

from __future__ import annotations

import operator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import pandas as pd

from affordability import measures, tables
from affordability.documents import check_document, load_yaml
from affordability.tables import InputError
from affordability.vintages import RAW, available

CORRECTIONS = Path("data/corrections.yaml")
EXCLUSIONS = Path("data/exclusions.csv")
SCHEMA = tables.ROOT / "workflow" / "schemas" / "corrections.schema.yaml"
# Which column of a table a correction judges, and which columns of it `where` may name.
SOURCES = {"observations": "world_bank", "venture_capital": "oecd"}
VALUE = {"observations": "value", "venture_capital": "usd_million"}
KEYS = {
    "observations": ["indicator", "iso3", "year"],
    "venture_capital": ["stage", "iso3", "year"],
}
EXPECT = {
    "gt": operator.gt,
    "ge": operator.ge,
    "lt": operator.lt,
    "le": operator.le,
    "eq": operator.eq,
}
# How far a corrected value is to be trusted, in the words of column `status`.
STATUS = {"override": "derived", "flag": "unverified"}
DONE = {"override": "overridden", "flag": "flagged"}
MARK = "correction:"
MARKS = ["unverified", "derived", "verified"]  # column `status`, weakest first


@dataclass(frozen=True)
class Judgement:
    """The corrections, as parsed, and the exclusions as iso3, name, reason."""

    corrections: list[dict]
    exclusions: pd.DataFrame


def read(corrections: Path = CORRECTIONS, exclusions: Path = EXCLUSIONS) -> Judgement:
    """Read and check both files; `InputError` names what is wrong in them."""
    tables.check_table(Path(exclusions), "exclusions")
    return Judgement(load(Path(corrections)), tables.read_table(exclusions, "exclusions"))


@cache
def given() -> Judgement:
    """Return the judgement of the current folder's files."""
    return read()


def judged(rows: pd.DataFrame, table: str, vintage: str, judgement: Judgement | None = None):
    """Return a frozen table as it is believed: corrected, without the economies left out.

    Tables that no judgement is about come back as they are. Of the economies themselves it is
    checked that those left out are among them.
    """
    judgement = judgement or given()
    if table == "economies":
        check_exclusions(judgement.exclusions, rows)
    if table in VALUE:
        rows = apply(rows, judgement.corrections, table, vintage)
    return without(rows, judgement.exclusions) if table in (*VALUE, "economies") else rows


def load(path: Path) -> list[dict]:
    """Return the corrections of a YAML file; one that holds comments only has none."""
    entries = load_yaml(path) or []
    check_document(entries, SCHEMA, str(path))
    for entry in entries:
        if ("value" in entry) != (entry["action"] == "override"):
            found = "a value" if "value" in entry else "no value"
            wanted = "none" if "value" in entry else "one"
            raise InputError(
                f"{path}, {entry['id']}: found {found} beside action {entry['action']}, "
                f"expected {wanted}"
            )
        for version in entry.get("vintages", []):
            source = SOURCES[entry.get("table", "observations")]
            known = available(RAW, source)
            if known and version not in known:
                raise InputError(
                    f"{path}, {entry['id']}.vintages: found {version}, expected one of "
                    + ", ".join(known)
                )
    ids = [entry["id"] for entry in entries]
    for twice in sorted({i for i in ids if ids.count(i) > 1}):
        raise InputError(f"{path}, {twice}: found this id twice, expected each correction once")
    return entries


def apply(
    rows: pd.DataFrame,
    corrections: list[dict],
    table: str = "observations",
    vintage: str = "",
) -> pd.DataFrame:
    """Return the rows of a table with every correction of it applied; the input stays as it is.

    `drop` removes the rows, `override` replaces their value, `flag` keeps it. The source_id of an
    overridden or flagged row carries the correction, until `told` says it in words.

    Args:
        rows: table `observations` or `venture_capital`.
        corrections: as `load` gives them; those of another table or vintage are passed over.
        vintage: the name of the folder the rows are of.

    Raises:
        InputError: a correction matches nothing, a row is corrected twice, or `expect` no longer
            holds because the source has changed.
    """
    result, done = rows.copy(), pd.Series(False, rows.index)
    for entry in corrections:
        if entry.get("table", "observations") != table:
            continue
        if vintage not in entry.get("vintages", [vintage]):
            continue
        hit = matching(rows, entry, table, vintage)
        if (hit & done).any():
            raise InputError(
                f"{_where(entry, vintage)}: found a value that another correction changes, "
                "expected one correction a value"
            )
        done |= hit
        if entry["action"] == "override":
            result.loc[hit, VALUE[table]] = float(entry["value"])
        if entry["action"] != "drop":
            result.loc[hit, "source_id"] += f";{MARK}{entry['id']}"
        else:
            result = result.drop(index=rows.index[hit])
    return result.reset_index(drop=True)


def matching(rows: pd.DataFrame, entry: dict, table: str, vintage: str) -> pd.Series:
    """Return which rows a correction is about; stop if there is none, or if `expect` fails."""
    hit = pd.Series(True, rows.index)
    wanted = {column: _values(value) for column, value in entry["where"].items()}
    for column, values in wanted.items():
        if column not in KEYS[table]:
            raise InputError(
                f"{_where(entry, vintage)}: found column {column}, "
                f"expected one of {', '.join(KEYS[table])}"
            )
        hit &= rows[column].isin(values)
    hit &= rows[VALUE[table]].notna()
    for column, values in wanted.items():
        absent = [str(value) for value in values if value not in set(rows.loc[hit, column])]
        if absent:
            raise InputError(
                f"{_where(entry, vintage)}: found no value for {column} {', '.join(absent)}, "
                "expected one; delete the correction, or name the vintages it is for"
            )
    for name, limit in entry["expect"].items():
        fails = rows[hit & ~EXPECT[name](rows[VALUE[table]], limit)]
        if len(fails):
            found = fails.iloc[0]
            raise InputError(
                f"{_where(entry, vintage)}: found {found[VALUE[table]]:g} for "
                f"{' '.join(str(found[column]) for column in KEYS[table])}, expected {name} "
                f"{limit:g}; the source has changed: delete the correction, or name the vintages "
                "it is for"
            )
    return hit


def _values(value: object) -> list:
    return value if isinstance(value, list) else [value]


def _where(entry: dict, vintage: str) -> str:
    return f"{CORRECTIONS}, {entry['id']}" + (f" (vintage {vintage})" if vintage else "")


def told(panel: pd.DataFrame, corrections: list[dict]) -> pd.DataFrame:
    """Say corrections in `derivation`, weaken `status` by them, leave sources in `source_id`."""
    actions = {entry["id"]: entry["action"] for entry in corrections}
    panel = panel.copy()
    for index in panel.index[panel["source_id"].str.contains(MARK, regex=False)]:
        parts = dict.fromkeys(panel.at[index, "source_id"].split(";"))
        ids = [part.removeprefix(MARK) for part in parts if part.startswith(MARK)]
        panel.at[index, "source_id"] = ";".join(p for p in parts if not p.startswith(MARK))
        for i in ids:
            panel.at[index, "derivation"] += f" [{DONE[actions[i]]}: correction {i}]"
            panel.at[index, "status"] = worst(panel.at[index, "status"], STATUS[actions[i]])
    return panel


def worst(left: str, right: str) -> str:
    """Return the weaker of two marks: unverified before derived before verified."""
    return min(left, right, key=MARKS.index)


def check_exclusions(exclusions: pd.DataFrame, economies: pd.DataFrame) -> None:
    """Stop if an excluded economy is not among those of the vintage."""
    lost = exclusions[~exclusions["iso3"].isin(economies["iso3"])]
    if len(lost):
        raise InputError(
            f"{EXCLUSIONS}, row {lost.index[0] + 2}, column iso3: found {lost['iso3'].iloc[0]}, "
            "expected an economy of the vintage"
        )


def without(rows: pd.DataFrame, exclusions: pd.DataFrame) -> pd.DataFrame:
    """Return the rows of economies that are not excluded."""
    return rows[~rows["iso3"].isin(exclusions["iso3"])].reset_index(drop=True)


def excluded_rows(exclusions: pd.DataFrame) -> pd.DataFrame:
    """Return measure, iso3, name, reason for every excluded economy, as `missing_economies` has."""
    rows = [
        (measure, economy.iso3, economy.name, f"left out: {economy.reason}")
        for measure in measures.of_actors("economy", "person")
        for economy in exclusions.itertuples()
    ]
    return pd.DataFrame(rows, columns=tables.columns("missing_economies"))
