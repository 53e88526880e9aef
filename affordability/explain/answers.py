"""What `explain` is asked for: one claim, some ratios, some costs of a study, as a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from affordability import judgement, pipeline
from affordability.claims.query import PEOPLE, Evidence
from affordability.explain import claim_trees, people_rows
from affordability.explain.frozen import Archive
from affordability.explain.ids import known, nearest
from affordability.explain.tree import Node, walk
from affordability.explain.trees import Ledger
from affordability.people.build import TABLES
from affordability.ratios import PAYERS
from affordability.study import Study, answering
from affordability.tables import Given, InputError, read_table

RESULTS = Path("results")


@dataclass(frozen=True)
class Document:
    """Trees with what their leaves refer to: `files` by path, `sources` by source_id."""

    title: str
    study: str
    trees: list[Node]
    files: dict[str, dict]
    sources: dict[str, dict]


@dataclass(frozen=True)
class Book:
    """A study that was built: its evidence, and the ledger that makes trees of it."""

    evidence: Evidence
    ledger: Ledger

    @property
    def name(self) -> str:
        """The study's name."""
        return self.evidence.study.name

    def document(self, title: str, trees: Iterable[Node]) -> Document:
        """Put trees together with the files and sources they refer to."""
        trees = list(trees)
        leaves = [node.facts for tree in trees for node in walk(tree) if "file" in node.facts]
        files = {leaf["file"] for leaf in leaves}
        sources = {leaf["source_id"] for leaf in leaves} & set(self.ledger.leaves.sources)
        return Document(
            title=title,
            study=self.name,
            trees=trees,
            files={name: self.ledger.leaves.files[name] for name in sorted(files)},
            sources={name: self.ledger.leaves.sources[name] for name in sorted(sources)},
        )


def open_book(name: str | None, results: Path = RESULTS) -> Book:
    """Open a study by name, or the one that answers by default; see `study.answering`."""
    study = answering(name, results)
    return read_book(study, Given(files(study, results)), judgement.read())


def files(study: Study, results: Path) -> dict[str, str]:
    """Return where the tables are that the evidence of a built study is made of."""
    folder = results / study.name
    built = {name: folder / f"{name}.parquet" for name in ("costs", "ratios")}
    built["panel"] = results / "panels" / f"{study.pair}.parquet"
    for name in ("training_carbon", "capability_price"):
        built[name] = folder / "tables" / f"{name}.csv"
    if "people" in study.choices:
        built |= {table: folder / "tables" / f"{table}.csv" for table in PEOPLE.values()}
    for path in built.values():
        if not path.exists():
            raise InputError(
                f"{path.as_posix()}: found no such file, expected it; run `make` first"
            )
    for source, tables in pipeline.EVIDENCE.items():
        built |= {table: study.vintage(source).path(table) for table in tables}
    return {name: path.as_posix() for name, path in built.items()}


def read_book(study: Study, given: Mapping[str, pd.DataFrame], judged: judgement.Judgement) -> Book:
    """Take the results of a study, and open its frozen folders."""
    frozen = [f"{source}/{version}" for source, version in study.vintages.items()]
    asked = pipeline.evidence(study, given, judged)
    return Book(asked, Ledger(asked, Archive(["curated", *frozen])))


def claim(book: Book, entry: dict) -> Document:
    """Explain one claim."""
    tree = claim_trees.tree(entry, book.evidence, book.ledger)
    return book.document(entry["statement"], [tree])


def row(book: Book, table: str, given: list[str], column: str, results: Path = RESULTS) -> Document:
    """Explain a row of a table on people: the one that `given` (column=value) names."""
    known("table on people", table, TABLES, f" in study {book.name}")
    if "people" not in book.evidence.study.choices:
        raise InputError(f"--study: found {book.name}, expected one that asks about people")
    path = results / book.name / "tables" / f"{table}.csv"
    tree = people_rows.row(table, read_table(path, table), given, column, book.ledger)
    return book.document(tree.label, [tree])


def costs(book: Book) -> Document:
    """Explain every estimate of every item."""
    rows = book.evidence.tables["costs"].sort_values(
        ["item_kind", "item_id", "basis", "estimate_id"]
    )
    return book.document("What things cost", map(book.ledger.cost, rows.to_dict("records")))


def thresholds(book: Book, shown: list[dict]) -> Document:
    """Explain who is within a threshold: `shown` are rows of tables/thresholds.csv."""
    trees = [claim_trees.within(row, book.evidence, book.ledger) for row in shown]
    return book.document("Who is within each threshold", trees)


def ratio(
    book: Book, item: str, actor: str, measure: str, kind: str, basis: str, estimate: str
) -> Document:
    """Explain the ratios of an item, an actor and a measure: the headline, or those asked for."""
    rows, where = book.evidence.tables["ratios"], f" in study {book.name}"
    known("item", item, rows["item_id"].unique(), where)
    known("actor", actor, _actors(book), where)
    known("measure", measure, rows["measure"].unique(), where)
    rows = rows[(rows["item_id"] == item) & (rows["actor_id"] == actor)]
    found = rows[rows["measure"] == measure]
    if found.empty:
        raise InputError(_no_ratio(book, item, actor, measure, rows))
    found = _narrowed(found, kind, basis, estimate)
    found = found.sort_values("item_kind", key=lambda kinds: kinds.map(list(PAYERS).index))
    name = book.ledger.names.get(actor, actor)
    title = f"{item} as a share of {measure} of {name}"
    return book.document(title, map(book.ledger.ratio, found.to_dict("records")))


def _actors(book: Book) -> dict[str, str]:
    ids = book.evidence.tables["ratios"]["actor_id"].unique()
    economies = book.evidence.economies["iso3"]
    return {i: book.ledger.names.get(i, i) for i in [*ids, *economies]}


def _no_ratio(book: Book, item: str, actor: str, measure: str, rows: pd.DataFrame) -> str:
    """Say why there is no such ratio: no value, or nobody pays for this item out of that."""
    path = RESULTS / book.name / "tables" / "missing_economies.csv"
    if path.exists():
        absent = read_table(path, "missing_economies")
        why = absent[(absent["iso3"] == actor) & (absent["measure"] == measure)]["reason"]
        if len(why):
            return f"explain: found no {measure} of {actor} in study {book.name}: {why.iloc[0]}"
    have = ", ".join(rows["measure"].unique()) or "none"
    return f"explain: found no ratio of {item} to {measure} of {actor}, expected one of {have}"


def cost(book: Book, item: str, kind: str, basis: str, estimate: str) -> Document:
    """Explain the costs of an item, all estimates of it or those asked for."""
    rows = book.evidence.tables["costs"]
    known("item", item, rows["item_id"].unique(), f" in study {book.name}")
    found = rows[rows["item_id"] == item]
    found = _narrowed(found, kind, basis, estimate, headline=False)
    found = found.sort_values(["item_kind", "basis", "estimate_id"])
    return book.document(f"Cost of {item}", map(book.ledger.cost, found.to_dict("records")))


def _narrowed(
    rows: pd.DataFrame, kind: str, basis: str, estimate: str, headline: bool = True
) -> pd.DataFrame:
    """Keep the rows asked for; without a basis or an estimate, those the study reads first."""
    asked = {"item_kind": kind, "basis": basis, "estimate_id": estimate}
    for column, value in asked.items():
        if value:
            known(column.removesuffix("_id").replace("_", " "), value, rows[column].unique())
            rows = rows[rows[column] == value]
    if headline and not basis and not estimate:
        first = rows[rows["headline"]]
        if first.empty:
            raise InputError(
                "explain: found no estimate with a central value, expected --estimate with one of "
                + nearest("", dict.fromkeys(rows["estimate_id"], ""))
            )
        return first
    return rows
