"""Claims: a declarative query a sentence, answered from the tables, with a verdict computed.

`data/claims.yaml` holds the claims. Each has `tests` (a query and what was published) that decide
the verdict, and `context` (further queries, such as other readings of the same sentence) that only
add to the explanation.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd

from affordability import ratios as ratio_table
from affordability import resources, tables
from affordability.study import check_document, load_yaml
from affordability.tables import InputError
from affordability.words import listed, money, percent, three_digits

CLAIMS_SCHEMA = tables.ROOT / "workflow" / "schemas" / "claims.schema.yaml"
# What a query may look at, and which column names the members of each table.
MEMBER = {
    "ratios": "actor_id",
    "costs": "estimate_id",
    "memory": "setup_id",
    "languages": "language",
    "carbon": "estimate",
}
EXTRA_COLUMNS = {
    "ratios": ["actor_type"],
    "memory": ["setup_id", "model_id", "memory_needed_gb", "memory_gb", "share"],
    "languages": ["language", "name", "model", "benchmark", "setting", "accuracy_pct"],
    "carbon": ["model_id", "other_id", "estimate", "other_estimate", "share"],
}
UNITS = {
    "share": "fraction",
    "accuracy_pct": "%",
    "memory_needed_gb": "GB",
    "memory_gb": "GB",
}
SHOWN = 12  # members a sentence names before it counts the rest


@dataclass(frozen=True)
class Evidence:
    """The tables of one study that claims ask, and what is needed to read them otherwise.

    costs and panel build other readings of the ratios; `actors` is actor_id, name, actor_type.
    """

    study: dict
    costs: pd.DataFrame
    panel: pd.DataFrame
    ratios: pd.DataFrame
    memory: pd.DataFrame
    languages: pd.DataFrame
    carbon: pd.DataFrame
    actors: pd.DataFrame
    economies: pd.DataFrame

    def matching(self, query: dict) -> pd.DataFrame:
        """Return the rows a query asks about; ratios anew if the query varies the year rule."""
        where = query.get("where", {})
        if query["table"] != "ratios":
            return keep(getattr(self, query["table"]), where)
        rows = self._varied(query) if "vary" in query else self.ratios
        own = {column: wanted for column, wanted in where.items() if column in rows}
        rows = keep(rows, own)
        rows = rows.merge(self.actors, on="actor_id", how="left", validate="many_to_one")
        return keep(rows, {column: where[column] for column in where if column not in own})

    def _varied(self, query: dict) -> pd.DataFrame:
        """Build the ratios of a query's item and measure by another year rule."""
        panel = keep(self.panel, {"measure": query["where"]["measure"]})
        items = ratio_table.choose_items(self.costs, self.study["items"], self.study["name"])
        own = {c: wanted for c, wanted in query["where"].items() if c in ("item_kind", "item_id")}
        chosen = resources.select(panel, {"default": query["vary"]})
        return ratio_table.build(keep(items, own), chosen, self.study["name"])

    def name(self, member: str) -> str:
        """Return the name a reader knows a member by."""
        found = self.actors.loc[self.actors["actor_id"] == member, "name"]
        if len(found):
            return found.iloc[0]
        named = self.languages.loc[self.languages["language"] == member, "name"]
        return named.iloc[0] if len(named) else member


def keep(rows: pd.DataFrame, where: dict) -> pd.DataFrame:
    """Return the rows whose columns have the wanted value, or one of the wanted values."""
    for column, wanted in where.items():
        rows = rows[rows[column].isin(wanted if isinstance(wanted, list) else [wanted])]
    return rows


def actors(economies: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Return actor_id, name, actor_type: an economy's income level, an organisation's kind."""
    nations = economies.rename(columns={"iso3": "actor_id", "income_level": "actor_type"})
    bodies = organisations.rename(columns={"org_id": "actor_id", "org_type": "actor_type"})
    both = pd.concat([nations, bodies], ignore_index=True)
    return both[["actor_id", "name", "actor_type"]].drop_duplicates("actor_id")


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


def check(claims: list[dict], study: dict, path: Path) -> None:
    """Stop if a query names a column, measure or threshold that does not exist."""
    for claim in claims:
        for part in [*claim["tests"], *claim.get("context", [])]:
            query, where = part["query"], f"{path}, {claim['id']}"
            known = query_columns(query["table"])
            for column in [*query.get("where", {}), query["column"]]:
                if column not in known:
                    raise InputError(
                        f"{where}: found column {column}, expected one of {', '.join(known)}"
                    )
            measures = query.get("where", {}).get("measure", [])
            resources.require_measures([measures] if isinstance(measures, str) else measures, where)
            limit_of(query, study, where)


def query_columns(table: str) -> list[str]:
    """Return the columns a query over `table` may name."""
    own = tables.columns(table) if table in ("ratios", "costs") else []
    return [*own, *EXTRA_COLUMNS.get(table, [])]


def limit_of(query: dict, study: dict, where: str) -> float | None:
    """Return the share or number a query compares with: a threshold's id or the number itself."""
    given = query.get("below", query.get("at_most"))
    if given is None or isinstance(given, int | float):
        return given
    shares = {threshold["id"]: threshold["share"] for threshold in study["thresholds"]}
    if given not in shares:
        raise InputError(f"{where}: found threshold {given}, expected one of {', '.join(shares)}")
    return shares[given]


def ask(query: dict, evidence: Evidence) -> Answer | None:
    """Answer one query; None if no row matches it.

    `where` keeps rows, `below`/`at_most` decide who is a member, `aggregate` says what is told:
    members, share (members ÷ `of`), value (the one row's), min, max, range, first (of the largest).
    """
    rows = evidence.matching(query)
    rows = rows[rows[query["column"]].notna()]
    if rows.empty:
        return None
    limit = limit_of(query, evidence.study, "claims")
    values = rows[query["column"]]
    member = MEMBER[query["table"]]
    if limit is not None:
        rows = rows.assign(passes=values < limit if "below" in query else values <= limit)
        passing = rows[rows["passes"]].sort_values([query["column"], member])
    else:
        passing = rows.sort_values([query["column"], member])
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


def verdict(answer: Answer | None, published: dict) -> str:
    """Compare an answer with what was published: a set, a value, a percentage, a range."""
    if answer is None:
        return "not testable"
    if "members" in published:
        ours, theirs = set(answer.members), set(published["members"])
        if ours == theirs:
            return "reproduced"
        return "reproduced with more members" if theirs and ours > theirs else "differs"
    if "percent" in published:
        same = round(100 * answer.value) == published["percent"]
    elif "between" in published:
        low, high = published["between"]
        same = low <= answer.value <= high
    elif "first" in published:
        same = answer.value == published["first"]
    elif "at_most" in published:
        same = answer.value <= published["at_most"]
    else:
        same = abs(answer.value / published["value"] - 1) <= published["within"]
    return "reproduced" if same else "differs"


def said(answer: Answer | None, evidence: Evidence) -> str:
    """Say an answer: the value with its unit, and for members their names."""
    if answer is None:
        return "no data"
    if answer.unit == "count":
        names = [evidence.name(m) for m in answer.members]
        return f"{answer.value} of {answer.asked}: {listed(names, SHOWN)}"
    if answer.unit == "id":
        return evidence.name(answer.value)
    if answer.unit == "fraction" and answer.denominator > 1:
        return f"{percent(answer.value)} ({len(answer.members)} of {answer.denominator})"
    values = answer.value if isinstance(answer.value, list) else [answer.value]
    form = {"fraction": percent, "US$": money}.get(
        answer.unit, lambda value: f"{three_digits(value)} {answer.unit}"
    )
    return " to ".join(dict.fromkeys(form(value) for value in values))


def explanation(claim: dict, answers: list, readings: list, evidence: Evidence) -> str:
    """Say how the tests came out, who is in or out and why, and what other readings give."""
    sentences = []
    for test, answer in zip(claim["tests"], answers, strict=True):
        if answer is None:
            sentences.append("No row of the tables answers this query.")
            continue
        sentences += _differences(test, answer, claim.get("causes", {}), evidence)
        if answer.denominator > answer.asked:
            absent = answer.denominator - answer.asked
            sentences.append(f"{absent} economies have no value and stay in the denominator.")
        if "note" in test:
            sentences.append(test["note"])
    sentences += _readings_as_published(claim, answers, readings)
    for part, answer in zip(claim.get("context", []), readings, strict=True):
        sentences.append(f"{part['label']}: {said(answer, evidence)}.")
    return " ".join(sentences) or "As published."


def _readings_as_published(claim: dict, answers: list, readings: list) -> list[str]:
    """Name the readings that give the published number where the study's own rule does not."""
    published = claim["tests"][0]["published"]
    if answers[0] is None or verdict(answers[0], published) == "reproduced":
        return []
    labels = [
        part["label"]
        for part, answer in zip(claim.get("context", []), readings, strict=True)
        if answer is not None
        and answer.unit == answers[0].unit
        and verdict(answer, published) == "reproduced"
    ]
    return [f"As published in these readings: {'; '.join(labels)}."] if labels else []


def _differences(test: dict, answer: Answer, causes: dict, evidence: Evidence) -> list[str]:
    """Name the members the study did not name, and those it named that are not among ours."""
    if "members" not in test["published"]:
        return []
    theirs = test["published"]["members"]
    column = test["query"]["column"]

    def told(member: str) -> str:
        rows = answer.rows
        value = f" {percent(rows.loc[[member], column].iloc[0])}" if member in rows.index else ""
        year = (
            f" in {rows.loc[[member], 'resource_year'].iloc[0]}"
            if value and "resource_year" in rows
            else ""
        )
        cause = f" ({causes[member]})" if member in causes else ""
        return evidence.name(member) + value + year + cause

    more = [told(m) for m in answer.members if m not in theirs]
    less = [told(m) for m in theirs if m not in answer.members]
    said_so = [f"Not named by the study: {listed(more)}."] if more else []
    return said_so + ([f"Named by the study and not found: {listed(less)}."] if less else [])


def evaluate(claim: dict, evidence: Evidence) -> tuple[dict, dict]:
    """Answer one claim; return its row of table `claims` and its numbers for `numbers.json`.

    With several tests the verdict is the weakest: not testable, differs, more members, reproduced.
    """
    answers = [ask(test["query"], evidence) for test in claim["tests"]]
    readings = [ask(part["query"], evidence) for part in claim.get("context", [])]
    verdicts = [verdict(a, t["published"]) for a, t in zip(answers, claim["tests"], strict=True)]
    order = ["not testable", "differs", "reproduced with more members", "reproduced"]
    row = {
        "study": evidence.study["name"],
        "claim_id": claim["id"],
        "statement": claim["statement"],
        "published": claim["published"],
        "reproduced": "; ".join(said(a, evidence) for a in answers),
        "verdict": min(verdicts, key=order.index),
        "members": ";".join(answers[0].members) if answers[0] else "",
        "explanation": explanation(claim, answers, readings, evidence),
        "locator": claim["locator"],
    }
    return row, numbers(claim["id"], answers, readings, evidence)


def numbers(claim_id: str, answers: list, readings: list, evidence: Evidence) -> dict:
    """Return the numbers a text may quote: one a test and one a context query, with its unit."""
    keyed = {f"{claim_id}.{i}": a for i, a in enumerate(answers, 1)}
    keyed |= {f"{claim_id}.context.{i}": a for i, a in enumerate(readings, 1)}
    return {
        key: {
            "value": answer.value,
            "unit": answer.unit,
            "text": said(answer, evidence),
            "members": len(answer.members),
            "asked": answer.asked,
        }
        for key, answer in keyed.items()
        if answer is not None
    }
