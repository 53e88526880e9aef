"""Check all inputs of the studies before anything is computed: digests, schemas, references.

Every check stops at the first thing wrong with one sentence; what was checked is returned as rows for
`results/checks.csv`.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability import claims as claims_module
from affordability.config import CLAIMS, CURATED, RAW, check_vintages, folders
from affordability.tables import InputError, check_table, load_schema, shown
from affordability.vintages import Vintage, open_vintage


def check_inputs(studies: dict[str, dict], claims: list[dict]) -> pd.DataFrame:
    """Check every vintage the studies name, the curated tables and the claims.

    Returns:
        table, file, rows: one row a checked table.

    Raises:
        InputError: digest, header, type, constraint, duplicate key, dangling reference, measure.
    """
    for study in studies.values():
        check_vintages(study)
        claims_module.check(claims, study, CLAIMS)
    rows = []
    for folder in folders(studies):
        rows += check_folder(folder, economies_of(folder, studies))
    check_source_ids([Vintage(CURATED), *map(Vintage, folders(studies))])
    return pd.DataFrame(rows, columns=["table", "file", "rows"])


def economies_of(folder: Path, studies: dict[str, dict]) -> pd.DataFrame:
    """Return the economies a folder's codes are looked up in: a World Bank list in use."""
    first = next(iter(studies.values()))["vintages"]["world_bank"]
    own = folder if folder.parent.name == "world_bank" else RAW / "world_bank" / first
    return Vintage(own).read("economies")


def check_folder(folder: Path, economies: pd.DataFrame) -> list[tuple[str, str, int]]:
    """Check digests, then schema, then references of one folder's tables."""
    vintage = Vintage(folder)
    vintage.verify()
    rows = []
    for name, facts in vintage.files.items():
        path = folder / facts["path"]
        rows.append((name, shown(path), check_table(path, facts["schema"])))
    tables = {name: vintage.read(name) for name in vintage.files}
    for name, facts in vintage.files.items():
        for key in load_schema(facts["schema"]).get("foreignKeys", []):
            check_reference(tables, name, key, folder / facts["path"], economies)
    return rows


def check_reference(tables, name: str, key: dict, path: Path, economies: pd.DataFrame) -> None:
    """Stop at the first cell that refers to a row which is not there; blanks refer to nothing."""
    column, target = _one(key["fields"]), key["reference"]
    other = tables.get(target["resource"] or name)
    if other is None:
        other = economies if target["resource"] == "economies" else None
    if other is None:
        raise InputError(
            f"{shown(path)}: found no table {target['resource']} to look {column} up in"
        )
    values = tables[name][column]
    lost = values[values.ne("") & ~values.isin(other[_one(target["fields"])])]
    if len(lost):
        raise InputError(
            f"{shown(path)}, row {lost.index[0] + 2}, column {column}: found {lost.iloc[0]!r}, "
            f"expected a {_one(target['fields'])} of table {target['resource'] or name}"
        )


def _one(fields: str | list[str]) -> str:
    return fields if isinstance(fields, str) else fields[0]


def all_sources(vintages: list[Vintage]) -> pd.DataFrame:
    """Return the sources of several folders in one table, each id once."""
    frames = [vintage.read("sources") for vintage in vintages]
    return pd.concat(frames, ignore_index=True).drop_duplicates("source_id")


def check_source_ids(vintages: list[Vintage]) -> None:
    """Stop if one id means different publishers in different folders."""
    frames = [vintage.read("sources").assign(folder=shown(vintage.folder)) for vintage in vintages]
    both = pd.concat(frames, ignore_index=True).drop_duplicates(["source_id", "url", "publisher"])
    twice = both[both.duplicated("source_id", keep=False)]
    if len(twice):
        raise InputError(
            f"{twice['folder'].iloc[0]}/sources.csv: found {twice['source_id'].iloc[0]} with another "
            f"address than in {twice['folder'].iloc[1]}, expected one meaning an id"
        )


def study_vintages(study: dict) -> dict[str, Vintage]:
    """Return a study's vintages by source, and the curated tables."""
    opened = {s: open_vintage(RAW, s, v) for s, v in study["vintages"].items()}
    return {**opened, "curated": Vintage(CURATED)}
