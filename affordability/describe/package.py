"""Data Packages (version 1) of the results and of a frozen folder: `datapackage.json`.

Each carries the Table Schemas of its tables, so that it can be read without this project.

Source: https://specs.frictionlessdata.io/data-package/ (1.0).
"""

from __future__ import annotations

from affordability.describe.tables import Described
from affordability.tables import load_schema
from affordability.vintages import Vintage

CC_BY = {
    "name": "CC-BY-4.0",
    "path": "https://creativecommons.org/licenses/by/4.0/",
    "title": "Creative Commons Attribution 4.0",
}


def of_results(
    tables: list[Described], vintages: list[Vintage], project: dict[str, str], date: str
) -> dict:
    """Return the package of all result tables; its sources are the frozen folders."""
    sources = [
        {"title": vintage.sidecar["title"], "path": source["path"]}
        for vintage in vintages
        for source in vintage.sidecar["sources"]
        if "://" in source["path"]
    ]
    return {
        "profile": "tabular-data-package",
        "name": "llm-affordability",
        "title": project["title"],
        "version": project["version"],
        "created": moment(date),
        "contributors": [{"title": project["authors"], "role": "author"}],
        "licenses": [CC_BY],
        "sources": sources,
        "resources": [result(table) for table in tables],
    }


def result(table: Described) -> dict:
    """Return a result table as a resource of the package."""
    return {
        "name": table.name,
        "path": table.path,
        "title": f"{table.schema['title']}: {table.of}" if table.of else table.schema["title"],
        "description": table.schema["description"],
        "bytes": table.bytes,
        "hash": f"sha256:{table.sha256}",
        **tabular(table.schema),
    }


def of_vintage(vintage: Vintage) -> dict:
    """Return a frozen folder's sidecar as a valid package: its schemas inside, `created` a moment.

    A sidecar names a schema of `workflow/schemas/tables/`, which a reader elsewhere does not have.
    """
    sidecar = vintage.sidecar
    resources = [
        {**resource, **(tabular(load_schema(resource["schema"])) if "schema" in resource else {})}
        for resource in sidecar["resources"]
    ]
    return {**sidecar, "created": moment(sidecar["created"]), "resources": resources}


def tabular(schema: dict) -> dict:
    """Return how a CSV of this project is read; keys into other packages are left out."""
    left_out = ("foreignKeys", "title", "description")
    return {
        "profile": "tabular-data-resource",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "schema": {key: value for key, value in schema.items() if key not in left_out},
    }


def moment(date: str) -> str:
    """Return a day as the moment that `created` has to be."""
    return date if "T" in date else f"{date}T00:00:00Z"
