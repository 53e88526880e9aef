"""A user's own tables over ours: rows of the same schemas, laid over the curated tables.

`own: FOLDER` in a configuration names a folder with CSVs named like curated tables. A row whose key
is ours replaces ours, any other is added, ours are never edited: the tables together are written to
a folder of their own, sealed like any other, and everything reads that one in place of
`data/raw/curated`. Each row names a source of the user's own `sources.csv`, whose ids begin with
`own-`, so that tables, page and explanations show what is theirs. `claims.yaml` in the same folder
holds sentences of the user's own, whose ids begin with `own-` too; they are asked beside ours.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pandas as pd

from affordability import vintages
from affordability.documents import load_yaml
from affordability.tables import InputError, check_table, load_schema, read_text, shown, write_text
from affordability.vintages import OURS, SIDECAR, Vintage, file_facts

MARK = "own-"
TOGETHER = Path(".cache/own/curated")
CONFIG = Path("config.yaml")
SENTENCES = Path("data/claims.yaml")
# Told to every process of a run: the file of claims that is read, the folder of own tables, and the
# configuration file that is laid over ours.
ASKED, FOLDER, CONFIGFILE = "AFFORDABILITY_CLAIMS", "AFFORDABILITY_OWN", "AFFORDABILITY_CONFIGFILE"


def use(config: dict) -> None:
    """Let this process and all it starts read the tables and claims that a configuration wants.

    Called before other modules are imported, which take `vintages.CURATED` and `query.CLAIMS` as
    they find them.

    Raises:
        InputError: what `overlaid` and `with_claims` refuse.
    """
    mine = Path(config["own"]) if config.get("own") else None
    folder = overlaid(mine) if mine else OURS
    vintages.CURATED = folder
    os.environ[vintages.OVERLAID] = str(folder)
    os.environ[FOLDER] = str(mine or "")
    asked = mine is not None and (mine / SENTENCES.name).exists()
    os.environ[ASKED] = str(TOGETHER.with_name(SENTENCES.name) if asked else SENTENCES)
    if asked:
        with_claims(mine / SENTENCES.name, Path(os.environ[ASKED]))


def use_file(configfile: str | None) -> None:
    """Do the same for a command: with a user's configuration file over ours, or without one."""
    os.environ[CONFIGFILE] = configfile or ""
    if configfile:
        use(configuration())


def choices_in() -> str:
    """Name the files that choices stand in: ours, and a user's that lies over it."""
    mine = os.environ.get(CONFIGFILE)
    return f"{mine} over {CONFIG}" if mine else str(CONFIG)


def configuration() -> dict:
    """Return `config.yaml` with the user's file over it, as Snakemake merges the two.

    Raises:
        InputError: no such file, or broken YAML.
    """
    ours, given = load_yaml(CONFIG), os.environ.get(CONFIGFILE)
    if not given:
        return ours
    theirs = load_yaml(Path(given))
    if not isinstance(theirs, dict):
        found = type(theirs).__name__
        raise InputError(f"{given}: found {found}, expected keys such as `own` and `studies`")
    return merged(ours, theirs)


def merged(ours: object, theirs: object) -> object:
    """Return theirs over ours: mappings key by key, anything else as theirs has it."""
    if not isinstance(ours, dict) or not isinstance(theirs, dict):
        return theirs
    both = {key: merged(ours[key], theirs[key]) for key in ours if key in theirs}
    return {**ours, **theirs, **both}


def with_claims(path: Path, into: Path) -> None:
    """Write our claims and the user's own to one file, if theirs are marked as such.

    Raises:
        InputError: what no claim may say, an id or a group that is not `own`.
    """
    import yaml  # late: dumping is for own claims alone

    from affordability.claims import query  # late: it reads where the curated tables are

    theirs = query.load(path)
    for claim in theirs:
        if not claim["id"].startswith(MARK):
            raise InputError(f"{path}, {claim['id']}: expected an id that begins with {MARK}")
        if claim["group"] != MARK.rstrip("-"):
            raise InputError(
                f"{path}, {claim['id']}.group: found {claim['group']}, expected own: the sentence "
                "is yours, not one of the study"
            )
    both = [*query.load(SENTENCES), *theirs]
    replace(into, yaml.safe_dump(both, sort_keys=False, allow_unicode=True, width=100))


def home(claim_id: str, path: Path) -> Path:
    """Return the file a claim was written in, where `path` holds all that are asked."""
    folder = os.environ.get(FOLDER)
    return Path(folder) / SENTENCES.name if folder and claim_id.startswith(MARK) else path


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
        path.parent.mkdir(parents=True, exist_ok=True)
        write_text(text, path)
