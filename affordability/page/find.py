"""What the page needs to answer "what share of what I have is that?" without a server.

A ratio is cost ÷ resource, so both sides are embedded once and divided in the page; that gives the
very numbers of `ratios.csv`, since both sides are taken from its rows. Of the years before the
chosen one the resources are embedded to six significant digits, as a row of values per actor.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path

import pandas as pd

from affordability import ratios
from affordability.budget import DEFAULT_MEASURES
from affordability.figures.names import short
from affordability.judgement import MARKS
from affordability.measures import MEASURES
from affordability.page.book import Book
from affordability.page.parts import label, packed
from affordability.study import Study

DIGITS = 6  # of a resource of another year than the one the study reads
AVERAGE = "mul"  # of several languages: ISO 639 has a code for that
SIDE = ["usd", "year", "period", "vintage", "source_id", "derivation", "status"]
ESTIMATE = ["item_kind", "item_id", "estimate_id"]


def read(results: Path, studies: list[Study], book: Book) -> dict:
    """Return all that the scripts of the page need, by name."""
    read_studies = [read_study(results / study.name, study) for study in studies]
    cited = {i for study in read_studies for i in study.pop("cited")}
    return {
        "studies": read_studies,
        "economies": packed(economies(book)),
        "organisations": packed(book.organisations),
        "languages": packed(languages(book)),
        "items": packed(book.items),
        "measures": [
            {"id": m.id, "actor": m.actor, "period": m.period, "label": m.label, "short": m.short}
            for m in MEASURES.values()
        ],
        "preferred": DEFAULT_MEASURES,
        "payers": ratios.PAYERS,
        "marks": MARKS,
        "sources": {i: name for i, name in book.sources.items() if i in cited},
    }


def economies(book: Book) -> pd.DataFrame:
    """Return the economies by the name people use; `full` is the World Bank's where it differs."""
    table = book.economies
    used = table["name"].map(short)
    return table.assign(name=used, full=table["name"].where(used != table["name"], ""))


def languages(book: Book) -> pd.DataFrame:
    """Return the measured accuracies of each language, with the economies where it is official."""
    table = book.languages[book.languages["language"] != AVERAGE]
    table = table[["language", "name", "model", "benchmark", "setting", "accuracy_pct"]]
    base = book.official.assign(language=book.official["language"].str.split("_").str[0])
    spoken = base.groupby("language")["iso3"].agg(lambda codes: " ".join(sorted(set(codes))))
    return table.assign(economies=table["language"].map(spoken).fillna(""))


def read_study(folder: Path, study: Study) -> dict:
    """Return a study by columns: its choices, estimates, costs, resources, history and gaps."""
    table = pd.read_parquet(folder / "ratios.parquet")
    costs = pd.read_parquet(folder / "costs.parquet")
    resources = pd.read_parquet(folder / "resources.parquet")
    kept = estimates(table, costs)
    own = own_resources(table, resources)
    missing = pd.read_csv(folder / "tables" / "missing_economies.csv", keep_default_na=False)
    cited = pd.concat([kept["source_id"], own["source_id"]]).str.split(";").explode()
    return {
        "name": study.name,
        "title": study.title,
        "price_month": study.price_month,
        "vintages": [f"{name} {version}" for name, version in sorted(study.vintages.items())],
        "thresholds": [
            {**asdict(limit), "label": label(limit.measure)} for limit in study.thresholds.values()
        ],
        "first": [f"{kind}:{item}" for kind, ids in study.items.items() for item in ids],
        "estimates": packed(kept),
        "prices": prices(table, kept),
        "resources": packed(own),
        "history": history(folder.parent / "panels" / f"{study.pair}.parquet"),
        "missing": packed(missing[["measure", "iso3", "reason"]]),
        "cited": set(cited),
    }


def estimates(table: pd.DataFrame, costs: pd.DataFrame) -> pd.DataFrame:
    """Return each estimate that stands in the ratios once, with what `costs` says of it."""
    facts = [c for c in ("price_year", "source_id", "derivation", "status", "origin") if c in costs]
    once = costs.drop_duplicates(ESTIMATE)[[*ESTIMATE, "per", *facts]]
    kept = table.drop_duplicates(ESTIMATE)[[*ESTIMATE, "basis", "headline"]]
    kept = kept.merge(once, on=ESTIMATE, how="left").reset_index(drop=True)
    if "price_year" in kept:
        kept["price_year"] = kept["price_year"].astype("Int64")
    return kept


def prices(table: pd.DataFrame, kept: pd.DataFrame) -> list[dict]:
    """Return the cost of each estimate over the periods of each measure.

    One cost for all actors is [usd, low, high]; where it differs by actor, or some actors have
    none, it is {actor: [usd, low, high]}.
    """
    sides = ["cost_usd", "cost_low", "cost_high"]
    asked = table.groupby("measure")["actor_id"].nunique()
    places = {key: place for place, key in enumerate(kept[ESTIMATE].itertuples(index=False))}
    found: list[dict] = [{} for _ in places]
    triples = table[sides].astype(object).where(table[sides].notna(), None).to_numpy().tolist()
    actors = table["actor_id"].tolist()
    groups = table.groupby([*ESTIMATE, "measure"], sort=False).indices
    for (*key, measure), rows in groups.items():
        first = triples[rows[0]]
        alike = len(rows) == asked[measure] and all(triples[row] == first for row in rows)
        by_actor = {actors[row]: triples[row] for row in rows}
        found[places[tuple(key)]][measure] = first if alike else by_actor
    return found


def own_resources(table: pd.DataFrame, resources: pd.DataFrame) -> pd.DataFrame:
    """Return each resource that stands in the ratios once, with what `resources` says of it."""
    key = ["actor_kind", "actor_id", "measure"]
    kept = table.drop_duplicates(key)[[*key, "resource_usd", "resource_year"]]
    both = kept.merge(resources.drop_duplicates(key)[[*key, *SIDE]], on=key, how="left")
    both = both.assign(usd=both["resource_usd"], year=both["resource_year"])
    return both[[*key, *SIDE]].sort_values(["measure", "actor_id"], ignore_index=True)


def history(path: Path) -> dict[str, dict]:
    """Return the values of every year by measure: actors, first years, values a year apart."""
    table = pd.read_parquet(path, columns=["measure", "actor_id", "year", "usd"])
    found = {}
    for measure, rows in table.groupby("measure"):
        wide = rows.pivot_table(index="actor_id", columns="year", values="usd", aggfunc="last")
        wide = wide.reindex(columns=range(int(wide.columns.min()), int(wide.columns.max()) + 1))
        if len(wide.columns) < 2:
            continue
        found[str(measure)] = {
            "first": int(wide.columns[0]),
            "last": int(wide.columns[-1]),
            "actors": list(wide.index),
            "values": [_trimmed(row) for row in wide.to_numpy()],
        }
    return found


def _trimmed(row) -> list:
    """Return [first place, value, value, ...] from the first to the last known value."""
    known = [place for place, value in enumerate(row) if value == value]
    cut = row[known[0] : known[-1] + 1]
    return [known[0], *(float(f"{v:.{DIGITS}g}") if v == v else None for v in cut)]
