"""What `config.yaml` and `data/claims.yaml` refer to: ids, bases and words that must be there.

A misspelled id would match no row, and the claim would be called not testable; so every id resolves
before anything runs, or stops the run with the nearest one named.
"""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches
from functools import cache

from affordability.claims.query import TABLES
from affordability.own import choices_in, home
from affordability.study import FRONTIER, Study
from affordability.tables import InputError, load_schema
from affordability.vintages import CURATED, Vintage

# Which columns of the curated tables name what a column of a query, or a choice, may name.
NAMED = {
    "item_id": ["models.model_id", "subscriptions.plan_id", "accelerators.accelerator_id"],
    "model_id": ["models.model_id"],
    "other_id": ["models.model_id"],
    "setup_id": ["serving_setups.setup_id"],
    "language": ["language_accuracy.language", "token_lengths.language"],
    "tokenizer": ["token_lengths.tokenizer"],
    "accelerator_id": ["accelerators.accelerator_id"],
    "source_id": ["sources.source_id"],
    "model": ["language_accuracy.model"],
    "basis": ["training_costs.basis", "serving_setups.basis"],
    "benchmark_id": ["benchmarks.benchmark_id"],
    "bar": ["models.model_id", "capability.model_id"],
}
# Bases of what is computed here, or listed by a seller.
COMPUTED_BASES = {"cloud_rental", "amortised", "acquisition", "computed", "list_price"}


@cache
def known(column: str) -> frozenset[str]:
    """Return everything a column may name; nothing for a column that names no thing."""
    curated = Vintage(CURATED)
    found = {"basis": set(COMPUTED_BASES), "item_id": {FRONTIER}}.get(column, set())
    for place in NAMED.get(column, []):
        table, _, cells = place.partition(".")
        found |= set(curated.read(table)[cells])
    return frozenset(found - {""})


def check(studies: Iterable[Study], claims: list[dict], path) -> None:
    """Stop at anything studies or claims refer to that is not there."""
    members: set[str] = set(Vintage(CURATED).read("organisations")["org_id"])
    for study in studies:
        check_study(study)
        members |= set(study.vintage("world_bank").read("economies")["iso3"])
    check_claims(claims, members, path)


def check_study(study: Study) -> None:
    """Stop at an item or a basis of a study that no curated table has."""
    where = f"{choices_in()}, studies.{study.name}"
    for kind, items in study.items.items():
        require(items, known("item_id"), f"{where}.items.{kind}")
    require(study.basis.values(), known("basis"), f"{where}.headline.basis")


def check_claims(claims: list[dict], members: Iterable[str], path) -> None:
    """Stop at a value in a claim that no row could have.

    Args:
        claims: as `query.load` gives them. members: ids of all economies and organisations.
    """
    members = frozenset(members) | known("language")
    for claim in claims:
        where = f"{home(claim['id'], path)}, {claim['id']}"
        stated = [claim["source_id"], *claim.get("transcribed", [])]
        require(stated, known("source_id"), f"{where}.source_id")
        require(claim.get("causes", {}), members, f"{where}.causes")
        for part in [*claim["tests"], *claim.get("context", [])]:
            require(part.get("published", {}).get("members", []), members, f"{where}.members")
            require(part.get("missing", {}).get("named", []), members, f"{where}.missing")
            for column, wanted in part["query"].get("where", {}).items():
                values = wanted if isinstance(wanted, list) else [wanted]
                _check_values(part["query"]["table"], column, values, f"{where}, {column}")


def _check_values(table: str, column: str, values: list, where: str) -> None:
    schema = TABLES[table].schema
    fields = {f["name"]: f for f in load_schema(schema)["fields"]} if schema else {}
    field = fields.get(column, {})
    if field.get("type") == "boolean":
        for value in values:
            if not isinstance(value, bool):
                raise InputError(f"{where}: found {value!r}, expected true or false")
        return
    require(values, field.get("constraints", {}).get("enum") or known(column), where)


def require(given: Iterable, names: Iterable[str], where: str) -> None:
    """Stop at the first of `given` that is not among `names`; where there are none, all goes."""
    names = list(names)
    for one in given if names else []:
        if one not in names:
            texts = sorted(map(str, names))
            near = get_close_matches(str(one), texts, 3, 0.5) or texts[:8]
            raise InputError(f"{where}: found {one}, expected one such as {', '.join(near)}")
