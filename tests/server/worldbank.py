"""Answers of the World Bank API v2, as the live service gives them: documents, not bytes.

Spoken are `region`, `incomelevel`, `lendingtype`, `country`, and for the databases 2 and 57
`sources/<id>/concepts`, `/country|series|time|version/<ids>` and the values by all dimensions, with
paging, `lastupdated` and error objects. As the live service does, unknown codes are passed over.
"""

from __future__ import annotations

import math

from tests.server.world import INCOMES, LENDING, OTHER_INCOMES, OTHER_REGIONS, REGIONS, World

MOST_ROWS = 32767
MONTHS = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"]
INVALID = {
    "id": "120",
    "key": "Invalid value",
    "value": "The provided parameter value is not valid",
}
TOO_MANY = {"id": "150", "key": "Invalid value", "value": "per_page exceeds the maximum"}


class WorldBank:
    """The service: today's release (database 2) and the archived ones (57) by version YYYYMM."""

    def __init__(self, world: World, archives: dict[str, World] | None = None):
        self.world = world
        self.archives = archives or {}

    def answer(self, path: str, query: dict[str, str]) -> dict | list:
        """Return the document for a path below the language, e.g. `sources/2/concepts`."""
        page, per_page = int(query.get("page", 1)), int(query.get("per_page", 50))
        if per_page > MOST_ROWS:
            return error(TOO_MANY)
        parts = path.split("/")
        if parts[0] == "sources":
            return self._source(parts[1], parts[2:], page, per_page)
        rows = self._list(parts[0])
        return error(INVALID) if rows is None else listing(rows, page, per_page)

    def _list(self, name: str) -> list[dict] | None:
        if name == "region":
            codes = {**REGIONS, **OTHER_REGIONS}
            return [{"id": "", "code": c, "iso2code": two(c), "name": n} for c, n in codes.items()]
        if name == "incomelevel":
            return [grouped(c, n) for c, n in {**INCOMES, **OTHER_INCOMES}.items()]
        if name == "lendingtype":
            return [grouped(c, n) for c, n in LENDING.items()]
        return self._countries() if name == "country" else None

    def _countries(self) -> list[dict]:
        rows = [country(row) for row in self.world.economies]
        rows += [aggregate(code, name) for code, name in self.world.aggregates.items()]
        return sorted(rows, key=lambda row: row["id"])

    def _source(self, source: str, parts: list[str], page: int, per_page: int) -> dict | list:
        names = ["Country", "Series", "Time"] + (["Version"] if source == "57" else [])
        if source not in ("2", "57"):
            return error(INVALID)
        if parts == ["concepts"]:
            concepts = [{"id": name, "value": name} for name in names]
            return concept_list(source, concepts, page, per_page, None)
        asked = dict(zip(parts[::2], parts[1::2], strict=False))
        if len(asked) == 1:
            (concept, ids), *_ = asked.items()
            rows = self._variables(source, concept, ids)
            return concept_list(source, rows, page, per_page, concept) if rows else error(INVALID)
        if sorted(asked) != sorted(name.lower() for name in names):
            return error(INVALID)
        world = self.archives.get(asked["version"]) if source == "57" else self.world
        if world is None:
            return error(INVALID)
        names = ("series", "country", "time")
        chosen = [pick(self._every(source, name), asked[name]) for name in names]
        return values(source, world, chosen, asked.get("version"), page, per_page)

    def _variables(self, source: str, concept: str, ids: str) -> list[dict]:
        if concept == "version":
            every = {version: month(version) for version in sorted(self.archives)}
        else:
            every = self._every(source, concept)
        return [{"id": code, "value": name} for code, name in pick(every, ids)]

    def _every(self, source: str, concept: str) -> dict[str, str]:
        """Return codes and names of a dimension; the archives list what any release has."""
        every: dict[str, str] = {}
        for world in self.archives.values() if source == "57" else [self.world]:
            every |= dimension(world, concept)
        return dict(sorted(every.items()))


def dimension(world: World, concept: str) -> dict[str, str]:
    """Return codes and names of one dimension of a world."""
    if concept == "country":
        return world.names
    if concept == "series":
        return world.series
    return {f"YR{year}": str(year) for year in world.years}


def values(
    source: str, world: World, chosen: list, version: str | None, page: int, per_page: int
) -> dict | list:
    """Return one page of values: a row for every cell asked, null where nothing is published."""
    series, codes, years = chosen
    total = len(series) * len(codes) * len(years)
    if not total:
        return error(INVALID)
    extra = [concept("Version", version, month(version))] if version else []
    wide, deep = len(codes) * len(years), len(years)
    rows = []
    for cell in range((page - 1) * per_page, min(page * per_page, total)):
        s, title = series[cell // wide]
        (code, name), (year, label) = codes[cell % wide // deep], years[cell % deep]
        where = [concept("Country", code, name), *extra]
        where += [concept("Series", s, title), concept("Time", year, label)]
        rows.append({"variable": where, "value": world.values.get((s, code, int(label)))})
    head = header(page, per_page, total) | {"lastupdated": world.lastupdated}
    return head | {"source": {"id": source, "name": title_of(source), "data": rows}}


def pick(every: dict[str, str], ids: str) -> list[tuple[str, str]]:
    """Return the asked codes with their names; unknown ones are passed over without a word."""
    if ids == "all":
        return list(every.items())
    return [(code, every[code]) for code in ids.split(";") if code in every]


def concept(name: str, code: str, label: str) -> dict:
    """Return one coordinate of a value."""
    return {"concept": name, "id": code, "value": label}


def header(page: int, per_page: int, total: int) -> dict:
    """Return the paging header."""
    pages = math.ceil(total / per_page)
    return {"page": page, "pages": pages, "per_page": per_page, "total": total}


def listing(rows: list[dict], page: int, per_page: int) -> list:
    """Return a page of a v2 list; here the live service gives `per_page` as text."""
    head = header(page, per_page, len(rows)) | {"per_page": str(per_page)}
    return [head, rows[(page - 1) * per_page : page * per_page]]


def concept_list(source: str, rows: list, page: int, per_page: int, name: str | None) -> dict:
    """Return a page of concepts, or of one concept's codes."""
    shown = rows[(page - 1) * per_page : page * per_page]
    concepts = shown if name is None else [{"id": name, "name": name, "variable": shown}]
    about = [{"id": source, "name": title_of(source), "concept": concepts}]
    return header(page, per_page, len(rows)) | {"source": about}


def title_of(source: str) -> str:
    """Return the name of a database."""
    return "WDI Database Archives" if source == "57" else "World Development Indicators"


def month(version: str) -> str:
    """Return "2024 Apr" for "202404"."""
    return f"{version[:4]} {MONTHS[int(version[4:]) - 1]}"


def error(message: dict) -> list:
    """Return the API's error object; its status is 200."""
    return [{"message": [message]}]


def two(code: str) -> str:
    """Return a stand-in for the two-letter code, which nothing here depends on."""
    return f"{code[0]}{code[2]}"


def grouped(code: str, name: str) -> dict:
    """Return a row of an income level or lending type."""
    return {"id": code, "iso2code": two(code), "value": name}


def code_of(names: dict[str, str], name: str) -> dict:
    """Return the classification `name` as a country row shows it; blank is not classified."""
    wanted = name or "Not classified"
    code = next(code for code, label in names.items() if label == wanted)
    return {"id": code, "iso2code": two(code), "value": wanted}


def country(row: dict[str, str]) -> dict:
    """Return an economy as `country/all` shows it."""
    region = code_of(REGIONS, row["region"])
    return {
        "id": row["iso3"],
        "iso2Code": two(row["iso3"]),
        "name": row["name"],
        "region": region | {"value": f"{region['value']} "},  # with the live service's blank
        "adminregion": {"id": "", "iso2code": "", "value": ""},
        "incomeLevel": code_of(INCOMES, row["income_level"]),
        "lendingType": code_of(LENDING, row["lending"]),
        "capitalCity": "",
        "longitude": "",
        "latitude": "",
    }


def aggregate(code: str, name: str) -> dict:
    """Return an aggregate as `country/all` shows it."""
    none = {"id": "NA", "iso2code": "NA", "value": "Aggregates"}
    return {
        "id": code,
        "iso2Code": two(code),
        "name": name,
        "region": none,
        "adminregion": {"id": "", "iso2code": "", "value": ""},
        "incomeLevel": none,
        "lendingType": {"id": "", "iso2code": "", "value": "Aggregates"},
        "capitalCity": "",
        "longitude": "",
        "latitude": "",
    }
