"""Check all inputs of the studies before anything is computed: digests, schemas, references.

Every check stops at the first thing wrong with one sentence; what was checked is returned as
rows for `results/checks.csv`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability.tables import InputError, check_table, load_schema, shown
from affordability.vintages import Vintage


def check_inputs(folders: list[Path]) -> pd.DataFrame:
    """Check frozen folders: the vintages and the curated tables.

    Returns:
        table, file, rows: one row a checked table.

    Raises:
        InputError: digest, header, type, constraint, duplicate key, dangling reference.
    """
    economies = pd.concat(
        [Vintage(f).read("economies") for f in folders if f.parent.name == "world_bank"]
    )
    rows = []
    for folder in folders:
        rows += check_folder(folder, economies)
    check_source_ids([Vintage(folder) for folder in folders])
    return listed(rows)


def listed(rows: list[tuple[str, str, int]]) -> pd.DataFrame:
    """Return what was checked as a table: table, file, rows."""
    return pd.DataFrame(rows, columns=["table", "file", "rows"])


def check_folder(folder: Path, economies: pd.DataFrame) -> list[tuple[str, str, int]]:
    """Check digests, then schema, then references and scores of one folder's tables."""
    vintage = Vintage(folder)
    vintage.verify()
    rows = []
    for name, facts in vintage.tables.items():
        path = folder / facts["path"]
        rows.append((name, shown(path), check_table(path, facts["schema"])))
    tables = {name: vintage.read(name) for name in vintage.tables}
    for name, facts in vintage.tables.items():
        for key in load_schema(facts["schema"]).get("foreignKeys", []):
            check_reference(tables, name, key, folder / facts["path"], economies)
    if {"capability", "benchmarks"} <= set(tables):
        check_scores(tables["capability"], tables["benchmarks"])
    return rows


def check_reference(tables, name: str, key: dict, path: Path, economies: pd.DataFrame) -> None:
    """Stop at the first cell that refers to a row which is not there; blanks refer to nothing."""
    names, target = _list(key["fields"]), key["reference"]
    column = ", ".join(names)
    other = tables.get(target["resource"] or name)
    if other is None:
        other = economies if target["resource"] == "economies" else None
    if other is None:
        raise InputError(
            f"{shown(path)}: found no table {target['resource']} to look {column} up in"
        )
    given = tables[name][names].set_axis(_list(target["fields"]), axis="columns")
    known = other[list(given)].drop_duplicates()
    lost = given.merge(known, how="left", indicator=True)["_merge"].eq("left_only").to_numpy()
    lost = given[lost & given.ne("").all(axis="columns").to_numpy()]
    if len(lost):
        raise InputError(
            f"{shown(path)}, row {lost.index[0] + 2}, column {column}: "
            f"found {', '.join(map(repr, lost.iloc[0]))}, "
            f"expected a {', '.join(given)} of table {target['resource'] or name}"
        )


def check_scores(capability: pd.DataFrame, benchmarks: pd.DataFrame) -> None:
    """Stop at an unknown benchmark, and at a score out of its range."""
    ends = benchmarks.set_index("benchmark_id")[["score_min", "score_max"]]
    for row in capability.itertuples():
        if row.benchmark_id not in ends.index:
            raise InputError(
                f"capability.csv, row {row.Index + 2}, column benchmark_id: found "
                f"{row.benchmark_id}, expected one of {', '.join(ends.index)}"
            )
        low, high = ends.loc[row.benchmark_id]
        if row.score < low or row.score > high:
            raise InputError(
                f"capability.csv, row {row.Index + 2}, column score: found {row.score:g} of "
                f"{row.model_id}, expected {low:g} to {high:g} of {row.benchmark_id}"
            )


def _list(fields: str | list[str]) -> list[str]:
    return [fields] if isinstance(fields, str) else fields


def check_source_ids(vintages: list[Vintage]) -> None:
    """Stop if one id means different publishers in different folders."""
    frames = [vintage.read("sources").assign(folder=shown(vintage.folder)) for vintage in vintages]
    both = pd.concat(frames, ignore_index=True).drop_duplicates(["source_id", "url", "publisher"])
    twice = both[both.duplicated("source_id", keep=False)]
    if len(twice):
        raise InputError(
            f"{twice['folder'].iloc[0]}/sources.csv: found {twice['source_id'].iloc[0]} with "
            f"another address than in {twice['folder'].iloc[1]}, expected one meaning an id"
        )
