"""The tables a run made, each with the schema that describes it."""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from pathlib import Path

from affordability.describe.made import digest
from affordability.tables import SCHEMAS, columns, load_schema


@dataclass(frozen=True)
class Described:
    """A CSV below `results/`: its name in both descriptions, its path there, its schema."""

    name: str
    path: str
    schema: dict
    bytes: int
    sha256: str

    @property
    def of(self) -> str:
        """What the table is of, for its title: a study, a pair of vintages, the audit."""
        return "/".join(self.path.split("/")[:-1]).removesuffix("/tables")


def described(results: Path, paths: list[str]) -> list[Described]:
    """Return the tables among files of the results that have a schema, in order of their paths.

    The schema is the one named like the file, or like its folder and the file (`audit_summary`),
    whose columns are the file's. Data drawn in a figure have none: the figure's caption tells them.
    """
    found = []
    for path in sorted(paths):
        file = results / path
        name = schema_of(path, header(file)) if file.suffix == ".csv" else None
        if name:
            slug = re.sub(r"[^a-z0-9.]+", "-", path.removesuffix(".csv").lower())
            size = file.stat().st_size
            found.append(Described(slug, path, load_schema(name), size, digest(file)))
    return found


def header(path: Path) -> list[str]:
    """Return the first row of a CSV."""
    with path.open(encoding="utf-8", newline="") as file:
        return next(csv.reader(file), [])


def schema_of(path: str, found: list[str]) -> str | None:
    """Return the schema whose name fits the path and whose columns are those found, or None."""
    stem, folder = Path(path).stem, path.split("/")[0]
    for name in (stem, f"{stem}_table", f"{folder}_{stem}"):
        if (SCHEMAS / f"{name}.yaml").exists() and columns(name) == found:
            return name
    return None
