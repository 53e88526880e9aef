"""What is frozen, in one list: every source and vintage with its date, licence and digest."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pandas as pd

from affordability.tables import InputError, read_table, write_table
from affordability.vintages import RAW, SIDECAR, Vintage

VERSIONS = Path("data/versions.csv")


def listed(raw: Path = RAW) -> pd.DataFrame:
    """Return table `versions`: one row a frozen folder; `sha256` is that of its sidecar.

    The sidecar holds the digests of all its files, so one digest stands for the folder.
    """
    rows = []
    for sidecar in sorted(raw.glob(f"**/{SIDECAR}")):
        vintage = Vintage(sidecar.parent)
        source, _, version = vintage.folder.relative_to(raw).as_posix().partition("/")
        facts = vintage.files.values()
        rows.append(
            {
                "source": source,
                "vintage": version,
                "created": vintage.sidecar["created"],
                "licences": ";".join(given["name"] for given in vintage.sidecar["licenses"]),
                "files": len(facts),
                "bytes": sum(fact["bytes"] for fact in facts),
                "sha256": hashlib.sha256(sidecar.read_bytes()).hexdigest(),
                "title": vintage.sidecar["title"],
            }
        )
    return pd.DataFrame(rows)


def write(raw: Path = RAW, path: Path = VERSIONS) -> None:
    """Write the list anew."""
    write_table(listed(raw), "versions", path)


def check(raw: Path = RAW, path: Path = VERSIONS) -> None:
    """Stop unless the list is true; the message names the first folder that differs."""
    known = {
        (row.source, row.vintage): row.sha256 for row in read_table(path, "versions").itertuples()
    }
    found = {(row.source, row.vintage): row.sha256 for row in listed(raw).itertuples()}
    for key in sorted(known.keys() | found.keys()):
        if known.get(key) != found.get(key):
            folder, was, now = "/".join(filter(None, key)), known.get(key), found.get(key)
            raise InputError(
                f"{path}, {folder}: found {was or 'no row'}, expected {now or 'no row'}; "
                "write it anew: python -m affordability versions"
            )
