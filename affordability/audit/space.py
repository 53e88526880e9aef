"""Spaces: read `data/audit.yaml`, fill in options, refuse what is not there.

A space is one claim's choices. Its specifications are all combinations of their options, numbered
row by row in the order of `AXES`, so that a number names the same combination everywhere.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import prod
from pathlib import Path

import numpy as np

from affordability.audit.universe import check_universes
from affordability.documents import check_document, load_yaml
from affordability.measures import MEASURES
from affordability.people.prices import FLAT
from affordability.tables import ROOT, InputError
from affordability.vintages import RAW, open_vintage

AUDIT = Path("data/audit.yaml")
SCHEMA = ROOT / "workflow" / "schemas" / "audit.schema.yaml"
# Order of the axes: what picks a table first, then the year rule, then the cost and the threshold.
AXES = [
    "world_bank",
    "oecd",
    "measure",
    "dollars",
    "missing",
    "universe",
    "year_rule",
    "year",
    "window",
    "income",
    "imputation",
    "plan",
    "estimate",
    "price",
    "bound",
    "threshold",
    "tolerance",
]
VINTAGES = ["world_bank", "oecd", "pip", "app_store"]
BLOCK_AXES = AXES[:7]  # one combination of these is evaluated at once
CLOSED = {
    "dollars": ["market", "ppp"],
    "missing": ["unable", "left_out", "group_median", "group_ratio"],
    "year_rule": ["newest", "mean"],
    "bound": ["low", "central", "high"],
    "income": ["gni", "survey"],
    "imputation": ["group", "nobody", "left_out"],
}
# What a space that does not name a choice takes.
DEFAULTS = {"dollars": "market", "missing": "unable", "year_rule": "newest"}


@dataclass(frozen=True)
class Space:
    """One claim's choices: `axes` in the order of `AXES`, and the options its sentence states.

    `strict` says whether only shares below the threshold are within it, `fewest` how many actors
    must have a value: over fewer nothing is tested.
    """

    id: str
    title: str
    claim: dict
    test: int
    holds: object
    digits: int
    axes: dict[str, list]
    stated: dict[str, object]
    strict: bool = False
    fewest: int = 1

    @property
    def query(self) -> dict:
        """The claim's query that this space varies."""
        return self.claim["tests"][self.test - 1]["query"]

    @property
    def of_share(self) -> bool:
        """Whether the result is a share of those asked, and not how many they are."""
        return self.of_people or self.query["aggregate"] in ("share", "curve")

    @property
    def of_people(self) -> bool:
        """Whether people are counted."""
        return self.query["table"] == "headcount"

    @property
    def of_actors(self) -> bool:
        """Whether actors are counted that have a resource; such a space is cut into blocks."""
        return self.query["table"] == "ratios"

    @property
    def published(self) -> dict:
        """What was published."""
        return self.claim["tests"][self.test - 1]["published"]

    @property
    def shape(self) -> tuple[int, ...]:
        """Number of options of every axis."""
        return tuple(len(options) for options in self.axes.values())

    @property
    def size(self) -> int:
        """Number of specifications."""
        return prod(self.shape)

    @property
    def blocks(self) -> int:
        """Number of combinations of `BLOCK_AXES`; chunks are made of whole ones."""
        return prod(len(options) for axis, options in self.axes.items() if axis in BLOCK_AXES)


def load(path: Path = AUDIT) -> dict:
    """Read the file and check it against its schema."""
    declared = load_yaml(path)
    check_document(declared, SCHEMA, str(path))
    return declared


def spaces(
    declared: dict, claims: list[dict], costs, strict: dict[str, bool], size: str = "quick"
) -> list[Space]:
    """Return every space with its options filled in.

    Args:
        declared: what `load` returned. claims: what `claims.load` returned.
        costs: table `costs` without headline; `estimate: all` means its rows of the item.
        strict: which thresholds are strict, by id.
        size: "quick" leaves out the options under `more`, "full" adds them.
    """
    known = {claim["id"]: claim for claim in claims}
    named = declared["spaces"].items()
    return [_space(name, given, known, costs, strict, size) for name, given in named]


def _space(name: str, given: dict, claims: dict, costs, strict: dict, size: str) -> Space:
    where = f"{AUDIT}, spaces.{name}"
    if given["claim"] not in claims:
        raise InputError(
            f"{where}.claim: found {given['claim']}, expected one of {', '.join(claims)}"
        )
    claim = claims[given["claim"]]
    if given["test"] > len(claim["tests"]):
        raise InputError(
            f"{where}.test: found {given['test']}, expected at most {len(claim['tests'])}"
        )
    query = claim["tests"][given["test"] - 1]["query"]
    axes, stated = {}, {}
    for axis in AXES:
        if axis not in given["choices"]:
            if axis in DEFAULTS and query["table"] == "ratios":
                axes[axis] = [DEFAULTS[axis]]
            continue
        choice, label = given["choices"][axis], f"{where}.choices.{axis}"
        axes[axis] = _options(choice, label, size, query, costs)
        _check(axis, axes[axis], label, costs)
        if isinstance(choice, dict) and "stated" in choice:
            if choice["stated"] not in axes[axis]:
                raise InputError(
                    f"{label}: found {choice['stated']} stated, expected one of {axes[axis]}"
                )
            stated[axis] = choice["stated"]
    _complete(axes, query, where)
    return Space(
        name,
        given["title"],
        claim,
        given["test"],
        given["holds"],
        given.get("digits", 2),
        axes,
        stated,
        "below" in query or strict.get(query.get("within"), False),
        given.get("fewest", 1),
    )


def _options(choice, label: str, size: str, query: dict, costs) -> list:
    if isinstance(choice, dict) and "options" in choice:
        options = _expand(choice["options"], query, costs)
        if size == "full" and "more" in choice:
            options = sorted({*options, *_expand(choice["more"], query, costs)})
    else:
        options = _expand(choice, query, costs)
    if not options:
        raise InputError(f"{label}: found no option, expected at least one; the space is empty")
    return options


def _expand(options, query: dict, costs) -> list:
    if options == "all":
        where = query["where"]
        rows = costs[
            costs["item_kind"].eq(where["item_kind"]) & costs["item_id"].eq(where["item_id"])
        ]
        if query["table"] == "ratios":
            rows = rows[rows["usd"].notna()]
        return sorted(rows["estimate_id"])
    if isinstance(options, dict):
        return grid(options)
    return list(options)


def numbers(choice) -> list:
    """Return the numbers of a choice, those of the full audit among them."""
    whole = isinstance(choice, dict) and "options" in choice
    parts = [choice["options"], choice.get("more", [])] if whole else [choice]
    return [n for part in parts for n in (grid(part) if isinstance(part, dict) else part)]


def grid(given: dict) -> list:
    """Return the numbers from..to by step; whole numbers stay whole."""
    step = given.get("step", 1)
    count = int(np.floor((given["to"] - given["from"]) / step + 1e-9)) + 1
    numbers = [round(given["from"] + i * step, 10) for i in range(count)]
    return [int(n) if float(n).is_integer() else n for n in numbers]


def _check(axis: str, options: list, label: str, costs) -> None:
    """Stop at the first option that is not there."""
    known = {"measure": MEASURES, "estimate": set(costs["estimate_id"]), **CLOSED}.get(axis)
    for option in options:
        if axis in VINTAGES:
            try:
                open_vintage(RAW, axis, str(option))
            except InputError as error:
                raise InputError(f"{label}: {error}") from None
        elif known is not None and option not in known:
            expected = list(known) if axis != "estimate" else ["an estimate_id of the costs"]
            raise InputError(
                f"{label}: found {option}, expected "
                + ("one of " * (axis != "estimate"))
                + ", ".join(expected)
            )


def _complete(axes: dict, query: dict, where: str) -> None:
    """Stop if a space lacks a choice without which nothing can be computed."""
    needed = [["estimate"], ["bound"]]
    if query["table"] == "headcount":
        needed = [[a] for a in ("world_bank", "year", "window", "income", "imputation", "plan")]
        needed.append(["threshold"])
    if query["table"] == "ratios":
        needed = [[a] for a in ("world_bank", "measure", "universe", "year", "window", "threshold")]
        needed.append(["estimate", "price"])
        if any(MEASURES[measure].source == "oecd" for measure in axes.get("measure", [])):
            needed.append(["oecd"])
    for choices in needed:
        if len([c for c in choices if c in axes]) != 1:
            raise InputError(
                f"{where}.choices: found {', '.join(axes)}, expected one of {' or '.join(choices)}"
            )


def check(declared: dict, claims: list[dict], costs, strict: dict[str, bool]) -> int:
    """Check all that `data/audit.yaml` names; return how many specifications `make audit` has."""
    check_universes(declared)
    for part, names in (
        ("price_level", [declared["price_level"]]),
        ("uncertainty", declared["uncertainty"]["world_bank"]),
        ("concentration", declared["concentration"]["world_bank"]),
    ):
        _check("world_bank", names, f"{AUDIT}, {part}", costs)
    _check("oecd", [declared["uncertainty"]["oecd"]], f"{AUDIT}, uncertainty.oecd", costs)
    _check("estimate", [declared["concentration"]["item"]], f"{AUDIT}, concentration.item", costs)
    for limit in declared["uncertainty"]["limits"]:
        _check("measure", [limit["measure"]], f"{AUDIT}, uncertainty.limits", costs)
    _check("pip", [declared["people"]["pip"]], f"{AUDIT}, people.pip", costs)
    _check("app_store", [declared["people"]["app_store"]], f"{AUDIT}, people.app_store", costs)
    full = spaces(declared, claims, costs, strict, "full")
    for space in full:
        _check_people(space, declared)
        for name in space.axes.get("universe", []):
            if name not in declared["universes"]:
                raise InputError(
                    f"{AUDIT}, spaces.{space.id}.choices.universe: found {name}, expected one of "
                    + ", ".join(declared["universes"])
                )
    return sum(space.size for space in full)


def _check_people(space: Space, declared: dict) -> None:
    """Stop at a plan that no store sells, or a vintage other than that of the price levels."""
    if not space.of_people:
        return
    store = open_vintage(RAW, "app_store", declared["people"]["app_store"]).read("store_prices")
    allowed = {
        "plan": [*FLAT, *sorted(set(store["plan"]))],
        "world_bank": [declared["price_level"]],
    }
    for axis, known in allowed.items():
        for option in space.axes[axis]:
            if option not in known:
                raise InputError(
                    f"{AUDIT}, spaces.{space.id}.choices.{axis}: found {option}, expected one of "
                    + ", ".join(known)
                )
