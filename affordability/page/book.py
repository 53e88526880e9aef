"""Who and what the page speaks of: names of economies, organisations, languages and items by id."""

from __future__ import annotations

from dataclasses import dataclass, field

import pandas as pd

from affordability.study import Study
from affordability.tables import InputError
from affordability.vintages import Vintage


@dataclass(frozen=True)
class Book:
    """Tables of names of the frozen folders; an absent one is empty.

    Attributes:
        economies: iso3, name, region, income_level.
        organisations: org_id, name, org_type, iso3.
        languages: language, name, model, benchmark, setting, accuracy_pct, status, source_id.
        official: language, iso3, official_status.
        items: item_id, name, free (what the seller of a plan also gives for nothing, else "").
        sources: title and publisher of a source, by id.
    """

    economies: pd.DataFrame
    organisations: pd.DataFrame
    languages: pd.DataFrame
    official: pd.DataFrame
    items: pd.DataFrame
    sources: dict[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """Names of actors, languages and items by id; where two share one, the actor's."""
        found = dict(zip(self.items["item_id"], self.items["name"], strict=True))
        for table, key in (
            (self.languages, "language"),
            (self.organisations, "org_id"),
            (self.economies, "iso3"),
        ):
            found |= dict(zip(table[key], table["name"], strict=True))
        return found


def read(studies: list[Study]) -> Book:
    """Return the names of all studies; of an id that two vintages name, the last one's."""
    newest = studies[-1]
    economies = [study.vintage("world_bank").read("economies") for study in studies]
    curated = newest.vintage("curated")
    budgets = curated.read("organisations").drop_duplicates("org_id", keep="last")
    frozen = [s.vintage(source) for s in studies for source in s.vintages]
    return Book(
        economies=_last(economies, "iso3")[["iso3", "name", "region", "income_level"]],
        organisations=budgets[["org_id", "name", "org_type", "iso3"]],
        languages=curated.read("language_accuracy"),
        official=newest.vintage("cldr").read("official_languages"),
        items=_items(curated),
        sources=_sources([*frozen, curated]),
    )


def _last(tables: list[pd.DataFrame], key: str) -> pd.DataFrame:
    found = pd.concat(tables).drop_duplicates(key, keep="last")
    return found.sort_values(key, ignore_index=True)


def _items(curated: Vintage) -> pd.DataFrame:
    """Return the names of what costs something, by id."""
    models = curated.read("models")
    hardware = curated.read("accelerators")
    plans = curated.read("subscriptions").drop_duplicates("plan_id")
    free = plans["product"].map(curated.read("free_tiers").set_index("product")["name"])
    pairs = zip(plans["product"], plans["plan"], strict=True)
    called = [plan if plan.startswith(product) else f"{product} {plan}" for product, plan in pairs]
    scored = curated.read("capability")  # names what is called and not of table models
    parts = [
        pd.DataFrame({"item_id": models["model_id"], "name": models["name"]}),
        pd.DataFrame({"item_id": hardware["accelerator_id"], "name": hardware["name"]}),
        pd.DataFrame({"item_id": plans["plan_id"], "name": called, "free": free}),
        pd.DataFrame({"item_id": scored["model_id"], "name": scored["model_name"]}),
    ]
    items = pd.concat(parts).drop_duplicates("item_id").reset_index(drop=True)
    return items.fillna({"free": ""})


def _sources(vintages: list[Vintage]) -> dict[str, str]:
    found = {}
    for vintage in vintages:
        try:
            rows = vintage.read("sources")
        except InputError:
            continue  # a folder with one source says so in its sidecar
        for row in rows.to_dict("records"):
            found[row["source_id"]] = ", ".join(filter(None, [row["title"], row["publisher"]]))
    return found
