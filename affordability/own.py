"""A user's own tables over ours: rows of the same schemas, laid over the curated tables.

`own: FOLDER` in a configuration names a folder with CSVs named like curated tables. A row whose key
is ours replaces ours, any other is added, ours are never edited: the tables together are written to
a folder of their own, sealed like any other, and everything reads that one in place of
`data/raw/curated`. Each row names a source of the user's own `sources.csv`, whose ids begin with
`own-`, so that tables, page and explanations show what is theirs.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd

from affordability import vintages
from affordability.tables import InputError, check_table, load_schema, read_text, shown, write_text
from affordability.vintages import OURS, SIDECAR, Vintage, file_facts

MARK = "own-"
TOGETHER = Path(".cache/own/curated")


def use(config: dict) -> None:
    """Let this process and all it starts read the curated tables that a configuration wants.

    Called before other modules are imported, which take `vintages.CURATED` as they find it.
    """
    folder = overlaid(Path(config["own"])) if config.get("own") else OURS
    vintages.CURATED = folder
    os.environ[vintages.OVERLAID] = str(folder)


def overlaid(own: Path, ours: Path = OURS, into: Path = TOGETHER) -> Path:
    """Write ours with the user's rows over them, and return the folder they are in.

    A file whose bytes would be the same is left as it is, so that no step runs again for it.

    Raises:
        InputError: no such folder, a file that is no curated table, a row that breaks its schema or
            whose source is not the user's own.
    """
    if not own.is_dir():
        raise InputError(f"{shown(own)}: found no such folder, expected the one of `own`")
    vintage = Vintage(ours)
    theirs = {path.stem: path for path in sorted(own.glob("*.csv"))}
    for name, path in theirs.items():
        if name not in vintage.files:
            known = ", ".join(sorted(vintage.files))
            raise InputError(f"{shown(path)}: found no table {name}, expected one of {known}")
        check_own(path, vintage.files[name]["schema"])
    into.mkdir(parents=True, exist_ok=True)
    sidecar = {**vintage.sidecar, "title": f"{vintage.sidecar['title']}, with own rows"}
    sidecar["resources"] = [dict(resource) for resource in sidecar["resources"]]
    for resource in sidecar["resources"]:
        path = into / resource["path"]
        rows = as_text(ours / resource["path"])
        if resource["name"] in theirs:
            key = load_schema(resource["schema"])["primaryKey"]
            rows = laid_over(rows, as_text(theirs[resource["name"]]), key)
        replace(path, rows.to_csv(index=False, lineterminator="\n"))
        resource.update(file_facts(path))
    replace(into / SIDECAR, json.dumps(sidecar, indent=1, ensure_ascii=False) + "\n")
    return into


def check_own(path: Path, schema: str) -> None:
    """Stop at the first row that breaks the schema, or whose source is not the user's own."""
    check_table(path, schema)
    rows = as_text(path)
    if "source_id" not in rows:
        return
    for number, source in enumerate(rows["source_id"], start=2):
        if not source.startswith(MARK):
            raise InputError(
                f"{shown(path)}, row {number}, column source_id: found {source!r}, expected an id "
                f"of your own that begins with {MARK}"
            )


def laid_over(ours: pd.DataFrame, theirs: pd.DataFrame, key: list[str]) -> pd.DataFrame:
    """Return our rows with theirs in place of those of the same key, the others after ours."""
    both = pd.concat([ours, theirs], keys=[0, 1], names=["own", "row"]).reset_index()
    place = both.groupby(key, sort=False).ngroup()
    kept = both.loc[both.groupby(place)["own"].idxmax()]
    return kept[ours.columns].reset_index(drop=True)


def as_text(path: Path) -> pd.DataFrame:
    """Read a CSV cell by cell as it is written."""
    return pd.read_csv(path, dtype=str, keep_default_na=False)


def replace(path: Path, text: str) -> None:
    """Write a text where the file does not hold it already."""
    if not path.exists() or read_text(path) != text:
        write_text(text, path)
