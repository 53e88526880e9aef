"""A study: a named set of choices, and the frozen tables it names, as judged.

`config.yaml` holds the studies; what a study does not say is read from its `defaults`. Judged means
corrected, and without the economies that are left out, both with a reason (`judgement`).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from functools import cached_property
from itertools import pairwise
from pathlib import Path

import pandas as pd

from affordability import judgement, measures
from affordability.documents import check_document
from affordability.own import choices_in, configuration
from affordability.tables import ROOT, InputError
from affordability.vintages import CURATED, RAW, Vintage, available, open_vintage

FRONTIER = "frontier"  # an item found by rule: the costliest run the study knows, on its basis
CONFIG_SCHEMA = ROOT / "workflow" / "schemas" / "config.schema.yaml"


def within(shares, limit, strict: bool):
    """Return whether shares are within a limit: at or below it, or strictly below if `strict`.

    The one place where that is decided; works on numbers, Series and arrays.
    """
    return shares < limit if strict else shares <= limit


@dataclass(frozen=True)
class Threshold:
    """The share up to which a ratio counts as affordable, and who says so."""

    id: str
    measure: str
    share: float
    source: str
    strict: bool = False

    @property
    def borrowed(self) -> bool:
        """Whether the share was taken over from another question, as its source says."""
        return "borrowed" in self.source

    def admits(self, shares):
        """Return whether shares are within it."""
        return within(shares, self.share, self.strict)


@dataclass(frozen=True)
class Study:
    """The choices of one study; `choices` is the plain mapping they were read from.

    A table is read once, as judged, the first time it is asked for.
    """

    name: str
    choices: dict

    @property
    def title(self) -> str:
        """One line on what the study is."""
        return self.choices["title"]

    @property
    def vintages(self) -> dict[str, str]:
        """The frozen folder of each source."""
        return self.choices["vintages"]

    @property
    def pair(self) -> str:
        """The pair of vintages its panel is of: "near-2024-04+2026-03-03"."""
        return f"{self.vintages['world_bank']}+{self.vintages['oecd']}"

    @property
    def price_month(self) -> str:
        """Month whose list prices are read."""
        return self.choices["price_month"]

    @property
    def known_by(self) -> str:
        """The day after which nothing that was published is read; see `known`."""
        return self.choices.get("known_by", "9999-12-31")

    @property
    def basis(self) -> dict[str, str]:
        """The one basis on which the costs of a kind of item are read first."""
        return self.headline["basis"]

    @property
    def real(self) -> bool:
        """Whether a cost is brought to the dollars of the resource's year; nominal by default."""
        return self.choices.get("dollars", "nominal") == "real"

    @property
    def year_rules(self) -> dict[str, dict]:
        """Year rules by measure; `default` for the others."""
        return self.choices["year_rules"]

    @property
    def items(self) -> dict[str, list[str]]:
        """What is set against the resources, by kind of use."""
        return self.choices["items"]

    @property
    def serving(self) -> dict:
        """How models are served: precision, a question's tokens, questions a person, bars."""
        return self.choices["serving"]

    @property
    def headline(self) -> dict:
        """Which estimate of a cost is read first."""
        return self.choices["headline"]

    @cached_property
    def thresholds(self) -> dict[str, Threshold]:
        """The thresholds by id."""
        return {given["id"]: Threshold(**given) for given in self.choices["thresholds"]}

    @property
    def least_reported(self) -> float:
        """The share of the R&D known that must be of a year for economies to be counted by it."""
        return self.choices["least_reported"]

    def rule(self, measure: str) -> dict:
        """Return the year rule of a measure: year, max_age_years."""
        return self.year_rules.get(measure, self.year_rules["default"])

    def first(self, kind: str) -> str:
        """Return the first item of a kind of use: what figures and the page show of it."""
        return self.items[kind][0]

    @property
    def has_frontier(self) -> bool:
        """Whether the study asks what the costliest run takes."""
        return any(FRONTIER in ids for ids in self.choices.get("items", {}).values())

    def frontier(self, kind: str, costs: pd.DataFrame) -> str:
        """Return the item that `frontier` stands for: of a kind, the costliest on its basis.

        Costs hold what the study knows, so it is the costliest run published by its day.

        Raises:
            InputError: no item of the kind has a cost on the basis.
        """
        rows = costs[costs["item_kind"].eq(kind) & costs["basis"].eq(self.basis[kind])]
        rows = rows[rows["headline"] & rows["usd"].notna()].sort_values(["usd", "item_id"])
        if rows.empty:
            raise InputError(
                f"{choices_in()}, studies.{self.name}.items.{kind}: found {FRONTIER}, which "
                f"matches nothing; expected a cost of basis {self.basis[kind]} known by "
                f"{self.known_by}"
            )
        return rows["item_id"].iloc[-1]

    def named(self, where: dict, costs: pd.DataFrame | None) -> dict:
        """Return what a query keeps, with the item that `frontier` stands for in its place."""
        if where.get("item_id") != FRONTIER or not self.has_frontier:
            return where
        return {**where, "item_id": self.frontier(where["item_kind"], costs)}

    def threshold(self, given: str, where: str) -> Threshold:
        """Return a threshold by its id; `InputError` naming those there are."""
        if given not in self.thresholds:
            known = ", ".join(self.thresholds)
            raise InputError(f"{where}: found threshold {given}, expected one of {known}")
        return self.thresholds[given]

    def limit(self, query: dict, where: str) -> Threshold | None:
        """Return what a query's members must be within; None if it has no limit.

        `within` names a threshold, whose strictness counts; `below` and `at_most` give a number.
        """
        if "within" in query:
            return self.threshold(query["within"], where)
        for key, strict in (("below", True), ("at_most", False)):
            if key in query:
                return Threshold("", "", query[key], "", strict)
        return None

    def limits_of(self, measures: Iterable[str]) -> list[Threshold]:
        """Return the thresholds of some measures, in the order of the study."""
        return [limit for limit in self.thresholds.values() if limit.measure in measures]

    def vintage(self, source: str) -> Vintage:
        """Return the frozen folder of a source; that of `curated` is the same for all studies."""
        if source == "curated":
            return Vintage(CURATED)
        return open_vintage(RAW, source, self.vintages[source])

    @cached_property
    def _read(self) -> dict[tuple[str, str], pd.DataFrame]:
        return {}

    def table(self, source: str, name: str) -> pd.DataFrame:
        """Return a frozen table as judged, read once."""
        if (source, name) not in self._read:
            rows = self.vintage(source).read(name)
            judged = judgement.judged(rows, name, self.vintages.get(source, ""))
            self._read[source, name] = judged
        return self._read[source, name]

    def exchanged(self, version: str) -> Study:
        """Return the study reading vintage `version` of every source that has one of that name.

        Sources without such a vintage keep the study's own; `InputError` if no source has it.
        """
        have = {source: available(RAW, source) for source in self.vintages}
        if not any(version in names for names in have.values()):
            known = sorted({name for names in have.values() for name in names})
            raise InputError(
                f"{RAW.as_posix()}: found no vintage {version}, expected one of {', '.join(known)}"
            )
        new = {s: version if version in have[s] else name for s, name in self.vintages.items()}
        return replace(self, choices={**self.choices, "vintages": new})


def studies(config: dict) -> dict[str, Study]:
    """Return every study with the defaults filled in, by name; check all of them.

    A key a study has itself replaces the default's whole value.

    Raises:
        InputError: an unknown or missing key, a value out of range, a doubled threshold id, a
            measure that does not exist, a date that YAML turned into something else because it was
            not quoted.
    """
    if not isinstance(config, dict):
        found = type(config).__name__
        raise InputError(f"{choices_in()}: found {found}, expected `defaults` and `studies`")
    filled = _filled(config)
    check_document({**config, "studies": filled}, CONFIG_SCHEMA, choices_in())
    for name, choices in filled.items():
        _check_choices(name, choices, f"{choices_in()}, studies.{name}")
    wanted = config.get("study")
    if wanted and wanted not in filled:
        known = ", ".join(filled)
        raise InputError(f"{choices_in()}, study: found {wanted}, expected one of {known}")
    return {name: Study(name, c) for name, c in filled.items() if wanted in (None, name)}


# Names below results/ that are not those of studies.
TAKEN = {"audit", "checks", "diff", "microdata", "panels", "run"}


def _check_choices(name: str, choices: dict, where: str) -> None:
    if name in TAKEN or name.endswith((".csv", ".html", ".json")):
        raise InputError(f"{where}: found a name that results/ has taken, expected another")
    ids = [threshold["id"] for threshold in choices["thresholds"]]
    twice = {i for i in ids if ids.count(i) > 1}
    if twice:
        raise InputError(f"{where}.thresholds: found {sorted(twice)} twice, expected each id once")
    measures.require([t["measure"] for t in choices["thresholds"]], f"{where}.thresholds")
    ruled = [measure for measure in choices["year_rules"] if measure != "default"]
    measures.require(ruled, f"{where}.year_rules")


def _filled(config: dict) -> dict[str, dict]:
    """Return the studies with the defaults under them; leave what is no mapping to the schema."""
    defaults, given = config.get("defaults", {}), config.get("studies", {})
    if not isinstance(given, dict) or not isinstance(defaults, dict):
        return given
    for name in given:
        if not isinstance(name, str):
            raise InputError(
                f"{choices_in()}, studies: found the name {name!r}, expected it quoted"
            )
    return {k: {**defaults, **v} if isinstance(v, dict) else v for k, v in given.items()}


def configured() -> dict[str, Study]:
    """Return the studies of the current folder's configuration, with a user's file over it."""
    return studies(configuration())


def answering(name: str | None, results: Path) -> Study:
    """Return the study a command answers from: the one named, else the built one of newest prices.

    Raises:
        InputError: there is no such study, or none was built.
    """
    known = configured()
    if name is not None and name not in known:
        raise InputError(f"--study: found {name}, expected one of {', '.join(known)}")
    built = [
        study for study in known.values() if (results / study.name / "ratios.parquet").exists()
    ]
    found = [study for study in built if name in (None, study.name)]
    if not found:
        where = (results / (name or "")).as_posix()
        raise InputError(f"{where}: found no results of a study, expected them; run `make` first")
    return max(found, key=lambda study: study.price_month)


def check_vintages(study: Study) -> None:
    """Stop if a study names a vintage that is not frozen; the message names those that are."""
    for source in study.vintages:
        try:
            study.vintage(source)
        except InputError as error:
            raise InputError(f"{choices_in()}, studies.{study.name}.vintages: {error}") from None


def folders(studies: Iterable[Study]) -> list[Path]:
    """Return the frozen folders that studies read, each once, curated tables first."""
    named = {RAW / source / v for study in studies for source, v in study.vintages.items()}
    return [CURATED, *sorted(named)]


def successive(studies: Iterable[Study]) -> list[str]:
    """Return "old__new" for each World Bank vintage of the studies and the one before it."""
    versions = dict.fromkeys(study.vintages["world_bank"] for study in studies)
    return [f"{old}__{new}" for old, new in pairwise(versions)]
