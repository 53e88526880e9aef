"""The result tables as a Croissant data set, for the tools of machine learning: `croissant.json`.

Source: https://docs.mlcommons.org/croissant/docs/croissant-spec.html (1.0).
"""

from __future__ import annotations

from affordability.describe.package import CC_BY
from affordability.describe.tables import Described

TYPES = {
    "string": "sc:Text",
    "number": "sc:Float",
    "integer": "sc:Integer",
    "boolean": "sc:Boolean",
}
# The context the specification prescribes, whole: tools compare it word by word.
OWN = (
    "citeAs column equivalentProperty extract field fileProperty fileObject fileSet format "
    "includes isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated "
    "replace samplingRate separator source subField transform"
)
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "cr": "http://mlcommons.org/croissant/",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "dct": "http://purl.org/dc/terms/",
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    **{term: f"cr:{term}" for term in OWN.split()},
}


def describe(tables: list[Described], project: dict[str, str], date: str) -> dict:
    """Return the data set: a file and a record set for each table, a field for each column."""
    return {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": "llm-affordability",
        "description": project["title"],
        "version": project["version"],
        "datePublished": date,
        "license": CC_BY["path"],
        "creator": {"@type": "sc:Organization", "name": project["authors"]},
        "citeAs": f"{project['authors']}. {project['title']}. Version {project['version']}.",
        "distribution": [file_object(table) for table in tables],
        "recordSet": [record_set(table) for table in tables],
    }


def file_object(table: Described) -> dict:
    """Return the file of a table, with its digest."""
    return {
        "@type": "cr:FileObject",
        "@id": table.path,
        "name": table.name,
        "contentUrl": table.path,
        "contentSize": f"{table.bytes} B",
        "encodingFormat": "text/csv",
        "sha256": table.sha256,
    }


def record_set(table: Described) -> dict:
    """Return the rows of a table: its key, and each column with type, meaning and unit."""
    return {
        "@type": "cr:RecordSet",
        "@id": table.name,
        "name": table.name,
        "description": table.schema["description"],
        "key": [{"@id": f"{table.name}/{column}"} for column in table.schema["primaryKey"]],
        "field": [field(table, column) for column in table.schema["fields"]],
    }


def field(table: Described, column: dict) -> dict:
    """Return a column; its unit is said after its meaning."""
    unit = f" Unit: {column['unit']}." if column.get("unit") else ""
    return {
        "@type": "cr:Field",
        "@id": f"{table.name}/{column['name']}",
        "name": f"{table.name}/{column['name']}",
        "description": column["description"] + unit,
        "dataType": TYPES[column["type"]],
        "source": {"fileObject": {"@id": table.path}, "extract": {"column": column["name"]}},
    }
