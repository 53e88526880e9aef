"""Methods and data: the frozen folders, their sources and licences, and how to cite and run."""

from __future__ import annotations

import json
from pathlib import Path

import yaml

from affordability.page.parts import read_rows
from affordability.page.world import newest
from affordability.study import Study

CURATED = "curated"


def read_packages(raw: Path, studies: list[Study]) -> list[dict]:
    """Return the frozen folders the studies read, the curated one, and the outlines of the map.

    One dict a folder: name (path below `raw`), title, created, licenses, note, studies, sources
    (rows of its sources.csv), unverified (rows of its tables marked so, by table).
    """
    used: dict[str, list[str]] = {}
    for study in studies:
        for source, version in sorted(study.vintages.items()):
            used.setdefault(f"{source}/{version}", []).append(study.name)
        used.setdefault(CURATED, []).append(study.name)
    outlines = newest(raw)
    if outlines:
        used.setdefault(outlines.relative_to(raw).as_posix(), [])
    return [read_package(raw / name, name, used[name]) for name in sorted(used)]


def read_package(folder: Path, name: str, studies: list[str]) -> dict:
    """Return one frozen folder as the page shows it."""
    sidecar = json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))
    tables = {path.stem: read_rows(path) for path in sorted(folder.glob("*.csv"))}
    counts = {
        table: sum(row.get("status") == "unverified" for row in rows)
        for table, rows in tables.items()
    }
    return {
        "name": name,
        "title": sidecar["title"],
        "created": sidecar.get("created", ""),
        "licenses": sidecar.get("licenses", []),
        "note": sidecar.get("x_note", ""),
        "studies": studies,
        "sources": tables.get("sources", []),
        "rows": sum(len(rows) for table, rows in tables.items() if table != "sources"),
        "unverified": {table: count for table, count in counts.items() if count},
    }


def citation(path: Path) -> dict[str, str]:
    """Return title, version, authors and year of `CITATION.cff`; its year is its version's."""
    cff = yaml.safe_load(path.read_text(encoding="utf-8"))
    version = str(cff["version"])
    people = [
        author.get("name") or f"{author['family-names']}, {author['given-names']}"
        for author in cff["authors"]
    ]
    return {
        "title": cff["title"],
        "version": version,
        "authors": " and ".join(people),
        "year": version.partition(".")[0],
    }
