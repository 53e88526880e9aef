"""Queries: a declarative question, answered from the tables of a study.

`data/claims.yaml` holds the claims. Each has `tests` (a query and what was published) that decide
the verdict, and `context` (further queries, such as other readings of the same sentence) that only
add to the explanation. Everything that counts members of a threshold asks here.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import pandas as pd

from affordability import measures, tables
from affordability.documents import check_document, load_yaml
from affordability.study import Study
from affordability.tables import InputError

CLAIMS = Path("data/claims.yaml")
CLAIMS_SCHEMA = tables.ROOT / "workflow" / "schemas" / "claims.schema.yaml"


@dataclass(frozen=True)
class Asked:
    """A table that a query may ask: the column that names its members, and the others.

    `schema` is the table schema that gives its columns, where it is a table of the results.
    """

    member: str
    columns: tuple[str, ...] = ()
    schema: str = ""

    @property
    def known(self) -> list[str]:
        """Every column that a query may name."""
        return [*(tables.columns(self.schema) if self.schema else []), *self.columns]


TABLES = {
    "ratios": Asked("actor_id", ("actor_type",), "ratios"),
    "costs": Asked("estimate_id", schema="costs"),
    "memory": Asked("setup_id", ("setup_id", "model_id", "memory_needed_gb", "memory_gb", "share")),
    "languages": Asked("language", schema="language_accuracy"),
    "carbon": Asked("estimate", ("model_id", "other_id", "estimate", "other_estimate", "share")),
}
UNITS = {"share": "fraction", "accuracy_pct": "%", "memory_needed_gb": "GB", "memory_gb": "GB"}


@dataclass(frozen=True)
class Evidence:
    """The tables of one study that claims ask, and what is needed to read them otherwise.

    Attributes:
        tables: what queries ask, by name: those of `TABLES` that the caller has.
        panel: resources of all years.
        actors: actor_id, name, actor_type. economies: those of the study's vintage.
        again: (study, costs, panel, year rules) -> ratios; builds them by another year rule.
    """

    study: Study
    tables: dict[str, pd.DataFrame]
    actors: pd.DataFrame
    economies: pd.DataFrame
    panel: pd.DataFrame = field(default_factory=pd.DataFrame)
    again: Callable[[Study, pd.DataFrame, pd.DataFrame, dict], pd.DataFrame] | None = None

    def matching(self, query: dict) -> pd.DataFrame:
        """Return the rows a query asks about; ratios anew if the query varies the year rule."""
        where = query.get("where", {})
        rows = self.tables[query["table"]]
        if query["table"] != "ratios":
            return keep(rows, where)
        if "vary" in query:
            panel = keep(self.panel, {"measure": where["measure"]})
            rows = self.again(self.study, self.tables["costs"], panel, {"default": query["vary"]})
        own = {column: wanted for column, wanted in where.items() if column in rows}
        rows = keep(rows, own)
        rows = rows.merge(self.actors, on="actor_id", how="left", validate="many_to_one")
        return keep(rows, {column: where[column] for column in where if column not in own})

    @cached_property
    def names(self) -> dict[str, str]:
        """Names of actors and languages by id."""
        languages = self.tables.get("languages", pd.DataFrame(columns=["language", "name"]))
        spoken = dict(zip(languages["language"], languages["name"], strict=True))
        return spoken | dict(zip(self.actors["actor_id"], self.actors["name"], strict=True))

    def name(self, member: str) -> str:
        """Return the name a reader knows a member by."""
        return self.names.get(member, member)


def keep(rows: pd.DataFrame, where: dict) -> pd.DataFrame:
    """Return the rows whose columns have the wanted value, or one of the wanted values."""
    for column, wanted in where.items():
        rows = rows[rows[column].isin(wanted if isinstance(wanted, list) else [wanted])]
    return rows


@dataclass(frozen=True)
class Answer:
    """What a query found: a value, the members behind it, and how many were asked."""

    value: object
    unit: str
    members: list[str] = field(default_factory=list)
    asked: int = 0
    denominator: int = 0
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)


def load(path: Path) -> list[dict]:
    """Read and check the claims file; `InputError` names what is unknown."""
    claims = load_yaml(path)
    check_document(claims, CLAIMS_SCHEMA, str(path))
    ids = [claim["id"] for claim in claims]
    for twice in {i for i in ids if ids.count(i) > 1}:
        raise InputError(f"{path}, {twice}: found this id twice, expected each claim once")
    return claims


def check(claims: list[dict], study: Study, path: Path) -> None:
    """Stop if a query names a column, measure or threshold that does not exist."""
    for claim in claims:
        for part in [*claim["tests"], *claim.get("context", [])]:
            query, where = part["query"], f"{path}, {claim['id']}"
            if query["table"] not in TABLES:
                raise InputError(
                    f"{where}: found table {query['table']}, expected one of {', '.join(TABLES)}"
                )
            known = TABLES[query["table"]].known
            for column in [*query.get("where", {}), query["column"]]:
                if column not in known:
                    raise InputError(
                        f"{where}: found column {column}, expected one of {', '.join(known)}"
                    )
            named = query.get("where", {}).get("measure", [])
            measures.require([named] if isinstance(named, str) else named, where)
            study.limit(query, where)


def ask(query: dict, evidence: Evidence) -> Answer | None:
    """Answer one query; None if no row matches it.

    `where` keeps rows; `within` (a threshold's id), `below` or `at_most` (a number) decide who is a
    member; `aggregate` says what is told: members, share (members ÷ `of`), value (the one row's),
    min, max, range, first (of the largest).

    >>> from affordability.study import Study
    >>> ratios = pd.DataFrame({"actor_id": ["AAA", "BBB", "CCC"], "share": [0.3, 0.01, 0.05]})
    >>> names = pd.DataFrame({"actor_id": ["AAA"], "name": ["Aland"], "actor_type": [""]})
    >>> evidence = Evidence(Study("s", {"thresholds": []}), {"ratios": ratios}, names, names)
    >>> query = {"table": "ratios", "column": "share", "at_most": 0.05, "aggregate": "members"}
    >>> ask(query, evidence).members
    ['BBB', 'CCC']
    """
    rows = evidence.matching(query)
    rows = rows[rows[query["column"]].notna()]
    if rows.empty:
        return None
    limit = evidence.study.limit(query, "claims")
    member = TABLES[query["table"]].member
    passing = rows
    if limit is not None:
        rows = rows.assign(passes=limit.admits(rows[query["column"]]))
        passing = rows[rows["passes"]]
    passing = passing.sort_values([query["column"], member])
    return _aggregate(query, rows, passing, evidence, member)


def _aggregate(query, rows, passing, evidence, member) -> Answer:
    column, how = query["column"], query["aggregate"]
    unit = UNITS.get(column, "US$")
    members = list(dict.fromkeys(passing[member]))
    if how == "first":
        members = members[-1:]
    asked = rows[member].nunique()
    total = asked
    if query.get("of") == "all_economies":
        total = int(evidence.economies["has_data"].sum())
    values = passing[column]
    value = {
        "members": lambda: len(members),
        "share": lambda: len(members) / total,
        "value": lambda: _single(query, values),
        "min": values.min,
        "max": values.max,
        "range": lambda: [values.min(), values.max()],
        "first": lambda: members[0],
    }[how]()
    unit = {"members": "count", "share": "fraction", "first": "id"}.get(how, unit)
    return Answer(value, unit, members, asked, total, rows.set_index(member))


def _single(query: dict, values: pd.Series) -> float:
    if len(values) != 1:
        raise InputError(f"claims: found {len(values)} rows for {query['where']}, expected one")
    return float(values.iloc[0])
