"""Frozen data: a vintage is a folder with a `datapackage.json`; it is added, never changed."""

from __future__ import annotations

import hashlib
import json
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

import pandas as pd

from affordability.documents import check_document, load_json
from affordability.tables import SCHEMAS, InputError, read_table, shown, write_text

SIDECAR = "datapackage.json"
SIDECAR_SCHEMA = SCHEMAS.parent / "sidecar.schema.yaml"
RAW = Path("data/raw")
OURS = RAW / "curated"
# With `own` in the configuration, ours with a user's rows over them (`own.overlaid`); set for
# every process of a run where its configuration is read.
OVERLAID = "AFFORDABILITY_CURATED"
CURATED = Path(os.environ.get(OVERLAID, OURS))


def file_facts(path: Path) -> dict[str, object]:
    """Return path, bytes and sha256 of a frozen file, as its sidecar stores them."""
    data = path.read_bytes()
    digest = hashlib.sha256(data).hexdigest()
    return {"path": path.name, "bytes": len(data), "hash": f"sha256:{digest}"}


@dataclass(frozen=True)
class Vintage:
    """A frozen folder: its sidecar, and its files by name; a file with a schema is a table."""

    folder: Path

    @cached_property
    def sidecar(self) -> dict:
        """The folder's `datapackage.json`; `InputError` if it is absent or not understood."""
        path = self.folder / SIDECAR
        sidecar = load_json(path)
        check_document(sidecar, SIDECAR_SCHEMA, shown(path))
        return sidecar

    @property
    def files(self) -> dict[str, dict]:
        """The sidecar's resources by name."""
        return {resource["name"]: resource for resource in self.sidecar["resources"]}

    @property
    def tables(self) -> dict[str, dict]:
        """The files that are tables; others, such as outlines of a map, have no schema."""
        return {name: facts for name, facts in self.files.items() if "schema" in facts}

    def path(self, table: str) -> Path:
        """Return the path of a file; `InputError` if this vintage has none of that name."""
        if table not in self.files:
            raise InputError(
                f"{shown(self.folder)}: found no table {table}, expected one of "
                + ", ".join(sorted(self.files))
            )
        return self.folder / self.files[table]["path"]

    def read(self, table: str) -> pd.DataFrame:
        """Read one table with the types of its schema, if its bytes are those that were frozen."""
        path = self.path(table)
        if table not in self.tables:
            raise InputError(f"{shown(path)}: found a file without a schema, expected a table")
        self._verify(self.tables[table])
        return read_table(path, self.tables[table]["schema"])

    def verify(self) -> None:
        """Stop unless every frozen file has the bytes its sidecar promises, and none is extra."""
        for facts in self.files.values():
            self._verify(facts)
        extra = {p.name for p in self.folder.glob("*.csv")} - {
            f["path"] for f in self.files.values()
        }
        if extra:
            raise InputError(
                f"{shown(self.folder)}: found {', '.join(sorted(extra))}, "
                f"expected only files listed in {SIDECAR}"
            )

    def _verify(self, facts: dict) -> None:
        path = self.folder / facts["path"]
        if not path.is_file():
            raise InputError(f"{shown(path)}: found no such file, expected {facts['hash']}")
        found = file_facts(path)["hash"]
        if found != facts["hash"]:
            raise InputError(
                f"{shown(path)}: found {found}, expected {facts['hash']}; a frozen file was "
                "edited (a curated table is sealed anew by `python -m affordability seal "
                "data/raw/curated`, a vintage is taken back)"
            )


def folder_of(name: str) -> Path:
    """Return a frozen folder by its name: `curated`, or source/vintage."""
    return CURATED if name == "curated" else RAW / name


def name_of(folder: Path) -> str:
    """Return the name of a frozen folder, as `folder_of` takes it."""
    return "curated" if folder == CURATED else folder.relative_to(RAW).as_posix()


def available(raw: Path, source: str) -> list[str]:
    """Return the names of the vintages of a source, oldest name first."""
    return sorted(p.parent.name for p in (raw / source).glob(f"*/{SIDECAR}"))


def open_vintage(raw: Path, source: str, version: str) -> Vintage:
    """Return a vintage; `InputError` naming those at hand if there is no such one."""
    folder = raw / source / version
    if not (folder / SIDECAR).exists():
        raise InputError(
            f"{shown(folder)}: found no such vintage, expected one of "
            + (", ".join(available(raw, source)) or "none: nothing of this source is frozen")
        )
    vintage = Vintage(folder)
    status = vintage.sidecar.get("x_status", "")
    if status.startswith("withdrawn"):
        raise InputError(f"{shown(folder)}: found a vintage {status}, expected one in use")
    return vintage


def seal(folder: Path) -> list[str]:
    """Write bytes and digests of a folder's listed files anew; return the names that changed.

    Meant for curated tables, which people edit; a vintage that was fetched is never sealed twice.
    """
    sidecar = Vintage(folder).sidecar
    changed = []
    for resource in sidecar["resources"]:
        facts = file_facts(folder / resource["path"])
        if facts["hash"] != resource["hash"]:
            changed.append(resource["path"])
        resource.update(facts)
    text = json.dumps(sidecar, indent=1, ensure_ascii=False) + "\n"
    write_text(text, folder / SIDECAR)
    return changed
