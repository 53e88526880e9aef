"""What the workflow's steps do: check, evaluate a part of the specifications, tell of a space."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import cache
from itertools import product

import pandas as pd

from affordability.audit import baseline, effects, readings
from affordability.audit import evaluate as evaluation
from affordability.audit import space as space_module
from affordability.audit.data import PRICES, Data
from affordability.audit.space import Space
from affordability.costs.published import every_price
from affordability.study import Study
from affordability.vintages import CURATED, Vintage

ALL = "all"
CHUNK = 1_000_000  # specifications a chunk of `make audit` has at most, about


@cache
def declared() -> dict:
    """Return `data/audit.yaml`, checked against its schema."""
    return space_module.load()


def pairs() -> list[tuple[str, str]]:
    """Return the pairs of vintages (World Bank, OECD) whose panels the audit reads."""
    given = declared()
    own = given["uncertainty"]["oecd"]
    drawn = [*given["uncertainty"]["world_bank"], *given["concentration"]["world_bank"]]
    found = {(version, own) for version in drawn}
    for space in given["spaces"].values():
        choices = space["choices"]
        found |= set(product(choices.get("world_bank", []), choices.get("oecd", [own])))
    return sorted(found)


def strictness(studies: Iterable[Study]) -> dict[str, bool]:
    """Return which thresholds of the studies are strict, by id."""
    return {i: limit.strict for study in studies for i, limit in study.thresholds.items()}


def years() -> list[int]:
    """Return the first and the last year that each space may look at, windows included."""
    return sorted({*_years(declared())})


def parts(
    size: str, claims: list[dict], strict: dict[str, bool], chunks: int = 1
) -> list[tuple[str, int, int]]:
    """Return what is evaluated in one go: space, chunk, of how many.

    The quick audit is cut into `chunks`, each of all spaces; the full one by space and into as many
    chunks as keep each below `CHUNK`, or into `chunks` of a space if those are more. Any cut gives
    the same specifications to the last bit: each is computed by itself.
    """
    if size == "quick":
        return [(ALL, i + 1, chunks) for i in range(chunks)]
    curated = Vintage(CURATED)
    costs = every_price({name: curated.read(name) for name in PRICES})
    spaces = space_module.spaces(declared(), claims, costs, strict, size)
    cut = [(space, max(chunks, -(-space.size // CHUNK))) for space in spaces]
    cut = [(space, min(n, space.blocks)) for space, n in cut]
    return [(space.id, i + 1, n) for space, n in cut for i in range(n)]


class Audit:
    """The declared audit with its data and spaces; `size` is "quick" (`make`) or "full"."""

    def __init__(
        self, data: Data, claims: list[dict], strict: dict[str, bool], size: str = "quick"
    ) -> None:
        self.declared, self.data = declared(), data
        space_module.check(self.declared, claims, data.costs, strict)
        self.spaces = space_module.spaces(self.declared, claims, data.costs, strict, size)
        self.universes = self.declared["universes"]

    def part(self, name: str, number: int, of: int) -> Iterator[pd.DataFrame]:
        """Yield chunk `number` of `of` of a space's specifications, or of every space's ("all")."""
        for space in self.spaces:
            if name not in (ALL, space.id):
                continue
            if not space.of_actors:
                if number == 1:
                    yield evaluation.evaluate(space, self.universes, self.data)
            else:
                blocks = evaluation.chunk(space, number, of)
                yield evaluation.evaluate(space, self.universes, self.data, blocks)

    def gather(
        self, space: Space, frame: pd.DataFrame, studies: dict[str, Study], headlines: dict
    ) -> dict:
        """Return the tables of one space: summary, effects, readings, leave_one_out.

        `headlines` is each study's table `costs`, of which the headlines are read.
        """
        own = {
            name: baseline.choices(space, study, headlines[name], self.data.costs)
            for name, study in studies.items()
            if not space.of_people or "people" in study.choices
        }
        counted, decided = effects.summary(space, frame), effects.effects(space, frame)
        ranges, left_out = {}, {}
        for study, chosen in own.items():
            if chosen is None or not space.of_actors:
                continue
            standing = baseline.Standing(space, chosen, self.universes, self.data)
            rows = standing.leave_one_out()
            rows.insert(0, "claim_id", space.claim["id"])
            rows.insert(0, "space", space.id)
            rows.insert(0, "study", study)
            left_out[study] = rows
            found = standing.cost_range()
            if found:
                ranges[study] = found
        words = pd.DataFrame(
            {
                "space": [space.id],
                "claim_id": space.claim["id"],
                "title": space.title,
                "short": readings.short(space, counted),
                "lead": readings.lead(space, frame, own, ranges),
                "text": readings.text(space, counted, decided, left_out),
            }
        )
        return {
            "audit_summary": counted,
            "audit_effects": decided,
            "audit_readings": words,
            "audit_leave_one_out": pd.concat(left_out.values()) if left_out else None,
        }


def _years(declared: dict) -> Iterator[int]:
    for given in declared["spaces"].values():
        choices = given["choices"]
        if "year" in choices:
            years = space_module.numbers(choices["year"])
            windows = space_module.numbers(choices.get("window", [0]))
            yield from (min(years) - max(windows), max(years))
    uncertainty, spread = declared["uncertainty"], declared["concentration"]
    yield from (min(uncertainty["years"]) - uncertainty["window"], max(uncertainty["years"]))
    yield from (int(spread["years"]["from"]) - spread["window"], int(spread["years"]["to"]))
