"""Queries: a declarative question, answered from the tables of a study.

`data/claims.yaml` holds the claims. Each has `tests` (a query and what was published) that decide
the verdict, and `context` (further queries, such as other readings of the same sentence) that only
add to the explanation. Everything that counts members of a threshold asks here.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

import numpy as np
import pandas as pd

from affordability import measures, own, tables
from affordability.documents import check_document, load_yaml
from affordability.study import FRONTIER, Study
from affordability.tables import InputError

CLAIMS = Path(os.environ.get(own.ASKED) or own.SENTENCES)
CLAIMS_SCHEMA = tables.ROOT / "workflow" / "schemas" / "claims.schema.yaml"


@dataclass(frozen=True)
class Asked:
    """A table that a query may ask: the column that names its members, and the others.

    `schema` is the table schema that gives its columns, where it is a table of the results;
    `of_vintage` says whether a vintage could change its rows, all columns but the `fixed` ones.
    """

    member: str
    columns: tuple[str, ...] = ()
    schema: str = ""
    of_vintage: bool = False
    fixed: tuple[str, ...] = ()

    @property
    def known(self) -> list[str]:
        """Every column that a query may name."""
        return [*(tables.columns(self.schema) if self.schema else []), *self.columns]


TABLES = {
    "ratios": Asked("actor_id", ("actor_type", "region"), "ratios", of_vintage=True),
    "costs": Asked("estimate_id", schema="costs"),
    "memory": Asked("setup_id", ("setup_id", "model_id", "memory_needed_gb", "memory_gb", "share")),
    "languages": Asked("language", schema="language_accuracy"),
    "carbon": Asked("estimate", ("model_id", "other_id", "estimate", "other_estimate", "share")),
    "purchases": Asked("price_id", schema="hardware_prices"),
    "capability_prices": Asked("model_id", schema="capability_price"),
    "government_rd": Asked("actor_id", ("actor_id", "year", "government_ppp", "cost_usd", "share")),
    "headcount": Asked("economy", (), "subscription_headcount", of_vintage=True),
    "headcount_bounds": Asked("plan", (), "subscription_headcount_bounds", of_vintage=True),
    "headcount_readings": Asked("plan", (), "headcount_readings", of_vintage=True),
    "burden": Asked("income_group", (), "subscription_burden_by_income_group", of_vintage=True),
    "exposure": Asked("plan", (), "subscription_exposure", of_vintage=True),
    "price_slopes": Asked("plan", (), "subscription_price_slope", of_vintage=True),
    "language_price": Asked(
        "language", (), "language_price", of_vintage=True, fixed=("tokens_ratio",)
    ),
    "usage_lines": Asked("measure", (), "usage_lines", of_vintage=True),
}
NOT_OF_PEOPLE = ("", "ratios", "costs", "language_accuracy", "hardware_prices", "capability_price")
# Tables on people, which not every study has: what a query calls them, and their name.
PEOPLE = {name: asked.schema for name, asked in TABLES.items() if asked.schema not in NOT_OF_PEOPLE}
# Which answers can be compared with what was published, by the key of `published`.
NUMBERS = {"value", "share", "min", "max"}
KINDS = {
    "members": {"members"},
    "percent": {"share"},
    "value": NUMBERS,
    "between": NUMBERS,
    "at_most": NUMBERS,
    "at_least": NUMBERS,
    "first": {"first"},
    "most_unable": {"curve"},
}
UNITS = {
    "share": "fraction",
    "accuracy_pct": "%",
    "memory_needed_gb": "GB",
    "memory_gb": "GB",
    "share_of_people": "fraction",
    "share_low": "fraction",
    "share_high": "fraction",
    "median_share": "fraction",
    "working_age_share_above": "fraction",
    "share_of_income": "fraction",
    "slope": "",
    "tokens_ratio": "times English",
    "fold": "times less",
    "fold_per_year": "times less a year",
}


@dataclass(frozen=True)
class Evidence:
    """The tables of one study that claims ask, and what is needed to read them otherwise.

    Attributes:
        tables: what queries ask, by name: those of `TABLES` that the caller has.
        panel: resources of all years.
        actors: actor_id, name, actor_type. economies: those of the study's vintage.
        again: (study, costs, panel, year rules) -> ratios; builds them by another year rule.
        venture: table venture_totals, which bounds what the OECD has no stages of.
    """

    study: Study
    tables: dict[str, pd.DataFrame]
    actors: pd.DataFrame
    economies: pd.DataFrame
    panel: pd.DataFrame = field(default_factory=pd.DataFrame)
    again: Callable[[Study, pd.DataFrame, pd.DataFrame, dict], pd.DataFrame] | None = None
    venture: pd.DataFrame = field(default_factory=pd.DataFrame)

    def matching(self, query: dict) -> pd.DataFrame:
        """Return the rows a query asks about; ratios anew if the query varies the year rule."""
        where = self.study.named(query.get("where", {}), self.tables.get("costs"))
        if query["table"] not in self.tables:  # of a study without it, or of a comparison
            return pd.DataFrame(columns=TABLES[query["table"]].known)
        rows = self.tables[query["table"]]
        if query["table"] != "ratios":
            return keep(rows, where)
        if "vary" in query:
            panel = keep(self.panel, {"measure": where["measure"]})
            rows = self.again(self.study, self.tables["costs"], panel, {"default": query["vary"]})
        if "fill" in query:
            rows = filled(rows, where["measure"], query["fill"])
        own = {column: wanted for column, wanted in where.items() if column in rows}
        rows = keep(rows, own)
        rows = rows.merge(self.actors, on="actor_id", how="left", validate="many_to_one")
        return keep(rows, {column: where[column] for column in where if column not in own})

    def totals(self, measure: str) -> dict[str, dict[int, float]]:
        """Return US$ by economy and year of venture capital where the OECD publishes none.

        Whole years in US$; of several estimators the highest, since it is a bound.
        """
        return self._totals if measure == "venture_capital" else {}

    @cached_property
    def _totals(self) -> dict[str, dict[int, float]]:
        rows, found = self.venture, {}
        if rows.empty:
            return found
        rows = rows[rows["iso3"].ne("") & rows["stage"].eq("_T") & rows["months"].eq(12)]
        rows = rows[rows["usd_million"].notna()].sort_values("usd_million")
        for row in rows.itertuples():
            found.setdefault(row.iso3, {})[int(row.year)] = row.usd_million * 1e6
        return found

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
    kept = np.ones(len(rows), dtype=bool)
    for column, wanted in where.items():  # first all columns, since taking rows costs most
        kept &= rows[column].isin(wanted if isinstance(wanted, list) else [wanted]).to_numpy()
    return rows[kept]


def filled(rows: pd.DataFrame, measure: str, other: str) -> pd.DataFrame:
    """Return ratios in which an actor without a share of `measure` has that of `other`."""
    own, stands_in = rows[rows["measure"] == measure], rows[rows["measure"] == other]
    have = set(own.loc[own["share"].notna(), "actor_id"])
    stands_in = stands_in[~stands_in["actor_id"].isin(have)]
    return pd.concat([own, stands_in.assign(measure=measure)], ignore_index=True)


def absent(query: dict, evidence: Evidence) -> bool:
    """Return whether a query is about people or a frontier run, and the study is not."""
    if query["table"] in PEOPLE and query["table"] not in evidence.tables:
        return True
    return query.get("where", {}).get("item_id") == FRONTIER and not evidence.study.has_frontier


@dataclass(frozen=True)
class Answer:
    """What a query found: a value, the members behind it, and how many were asked.

    `kind` is how it was aggregated; `groups` are how many a curve has in each of its groups.
    """

    value: object
    unit: str
    members: list[str] = field(default_factory=list)
    asked: int = 0
    denominator: int = 0
    rows: pd.DataFrame = field(default_factory=pd.DataFrame)
    kind: str = ""
    groups: dict[str, int] = field(default_factory=dict)

    @property
    def unverified(self) -> set[str]:
        """The members a figure of whose row was not read in its source."""
        if "status" not in self.rows:
            return set()
        return set(self.rows.index[self.rows["status"].eq("unverified")])

    @property
    def sources(self) -> set[str]:
        """The sources of the rows that answer; none where they are of two sides, as ratios are."""
        if "source_id" not in self.rows or not self.members:
            return set()
        told = self.rows.loc[self.rows.index.isin(self.members), "source_id"]
        return {name for names in told for name in names.split(";")}


def load(path: Path) -> list[dict]:
    """Read and check the claims file; `InputError` names what is unknown."""
    claims = load_yaml(path)
    check_document(claims, CLAIMS_SCHEMA, str(path))
    ids = [claim["id"] for claim in claims]
    for twice in {i for i in ids if ids.count(i) > 1}:
        raise InputError(f"{path}, {twice}: found this id twice, expected each claim once")
    return claims


def check(claims: list[dict], study: Study, path: Path) -> None:
    """Stop if a claim names a column, measure or threshold that does not exist.

    And if a test compares what cannot be compared, or asks economies what organisations have.
    """
    for claim in claims:
        where = f"{own.home(claim['id'], path)}, {claim['id']}"
        for part in [*claim["tests"], *claim.get("context", [])]:
            _check_query(part["query"], study, where)
        for test in claim["tests"]:
            _check_published(test, where)


def _check_query(query: dict, study: Study, where: str) -> None:
    if query["table"] not in TABLES:
        raise InputError(
            f"{where}: found table {query['table']}, expected one of {', '.join(TABLES)}"
        )
    known = TABLES[query["table"]].known
    named = query.get("where", {})
    for column in [*named, query["column"], *filter(None, [query.get("by")])]:
        if column not in known:
            raise InputError(f"{where}: found column {column}, expected one of {', '.join(known)}")
    asked = named.get("measure", [])
    asked = [asked] if isinstance(asked, str) else asked
    if query["table"] != "ratios":  # other tables have measures of their own
        asked = []
    measures.require([*asked, *filter(None, [query.get("fill")])], where)
    study.limit(query, where)
    kind = named.get("actor_kind")
    for measure in asked:
        actor = measures.MEASURES[measure].actor
        if kind is not None and kind != actor:
            raise InputError(
                f"{where}: found measure {measure} of an {actor}, expected one of {kind}: "
                + ", ".join(measures.of_actors(kind))
            )
    if query["aggregate"] == "curve" and not {"by", "thresholds", "fewest"} <= set(query):
        raise InputError(f"{where}: found a curve, expected by, thresholds and fewest with it")


def _check_published(test: dict, where: str) -> None:
    """Stop at a test whose answer is not of the kind of thing that was published."""
    key = next(key for key in KINDS if key in test["published"])
    how = test["query"]["aggregate"]
    if how not in KINDS[key]:
        raise InputError(
            f"{where}: found aggregate {how} beside published {key}, expected one of "
            + ", ".join(sorted(KINDS[key]))
        )


def ask(query: dict, evidence: Evidence) -> Answer | None:
    """Answer one query; None if no row matches it.

    `where` keeps rows; `within` (a threshold's id), `below` or `at_most` (a number) decide who is a
    member; `aggregate` says what is told: members, share (members ÷ `of`), value (the one row's),
    min, max, range, first (of the largest), curve (shares over thresholds, by group).

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
    if query["aggregate"] == "curve":
        return _curve(query, rows)
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
    return Answer(value, unit, members, asked, total, rows.set_index(member), how)


def _curve(query: dict, rows: pd.DataFrame) -> Answer:
    """Return the share of each group within each threshold; none for a group of too few.

    An actor with several resources is within a threshold if one of them admits it.
    """
    member, column = TABLES[query["table"]].member, query["column"]
    best = rows.sort_values([column, member]).drop_duplicates(member)
    shares, sizes = {}, {}
    for group, part in best.groupby(query["by"], sort=True):
        sizes[group] = len(part)
        enough = len(part) >= query["fewest"]
        limits = query["thresholds"] if enough else []
        shares[group] = {t: float((part[column] <= t).mean()) for t in limits}
    return Answer(
        shares,
        "fraction",
        list(best[member]),
        len(best),
        len(best),
        best.set_index(member),
        "curve",
        sizes,
    )


def _single(query: dict, values: pd.Series) -> float:
    if len(values) != 1:
        raise InputError(f"claims: found {len(values)} rows for {query['where']}, expected one")
    return float(values.iloc[0])
