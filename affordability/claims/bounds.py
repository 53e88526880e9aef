"""Bounds: what an answer would be if everyone without a value were unable, or able.

Of a count of people: for any distribution of incomes that has the published shares.
"""

from __future__ import annotations

from dataclasses import dataclass

from affordability.claims.query import Answer, Evidence, keep
from affordability.measures import MEASURES
from affordability.people.headcount import WORLD
from affordability.words import listed, money, percent


@dataclass(frozen=True)
class Bounds:
    """The least and the most an answer could be, and how a sentence says so."""

    low: float
    high: float
    said: str


def lacking(answer: Answer, evidence: Evidence) -> list[str]:
    """Return the economies the World Bank has data for that have no value here, in order."""
    economies = evidence.economies
    known = economies.loc[economies["has_data"].astype(bool), "iso3"]
    return sorted(set(known) - set(answer.rows.index))


def bounds(test: dict, answer: Answer | None, evidence: Evidence) -> Bounds | None:
    """Return the bounds of a count or a share of economies; None where nobody is missing.

        low  = members ÷ n                          all without a value are unable
        high = (members + able at most) ÷ n         all are able that are not known to be unable

    n is every economy with data for a share, and 1 for a count. Known to be unable is who could not
    pay even with the measure that `bounded_by` names, of which the missing one is a part.
    """
    query = test["query"]
    if answer is not None and query["table"] == "headcount":
        return of_people(query, evidence)
    if answer is None or query["table"] != "ratios" or query["aggregate"] not in _FORMS:
        return None
    if _actor(query) == "organisation":
        return None
    without = lacking(answer, evidence)
    if not without:
        return None
    able = able_at_most(test, without, answer, evidence)
    n = len(answer.rows.index.unique()) + len(without) if query["aggregate"] == "share" else 1
    low, high = len(answer.members) / n, (len(answer.members) + len(able)) / n
    form = _FORMS[query["aggregate"]]
    said = f"{form(low)} to {form(high)}, if all {len(able)} were able that may be"
    return Bounds(low, high, f"{said}, of {len(without)} without a value")


def of_people(query: dict, evidence: Evidence) -> Bounds | None:
    """Return the bounds of the share of the world's people, incomes given; None where unknown."""
    rows = evidence.tables.get("headcount_bounds")
    key = {column: query["where"].get(column) for column in ("plan", "threshold")}
    rows = rows if rows is None else keep(rows, key)
    if rows is None or len(rows) != 1 or query["where"].get("economy") != WORLD:
        return None
    low, high = rows.iloc[0][["share_low", "share_high"]]
    said = f"{percent(low)} to {percent(high)}, for any distribution with the published shares, "
    return Bounds(float(low), float(high), said + "nobody or everybody where it is imputed")


def _actor(query: dict) -> str:
    """Return whose measure a query is about."""
    measure = query["where"]["measure"]
    return MEASURES[measure if isinstance(measure, str) else measure[0]].actor


_FORMS = {"share": percent, "members": lambda count: f"{count:.0f}"}


def ceilings(test: dict, evidence: Evidence) -> dict[str, tuple[float, int]]:
    """Return (US$, year) of what bounds a missing value, by economy; empty if nothing does.

    The newest year that the study's rule allows; where two sources know that year, the higher.
    """
    measure = test.get("missing", {}).get("bounded_by")
    if measure is None:
        return {}
    rule = evidence.study.rule(test["query"]["where"]["measure"])
    panel = evidence.panel
    panel = panel[panel["measure"].eq(measure)]
    found: dict[str, dict[int, float]] = {}
    for iso3, year, usd in zip(panel["actor_id"], panel["year"], panel["usd"], strict=True):
        found.setdefault(iso3, {})[int(year)] = usd
    for iso3, years in evidence.totals(measure).items():
        own = found.setdefault(iso3, {})
        own |= {year: max(usd, own.get(year, 0)) for year, usd in years.items()}
    most = {}
    for iso3, years in found.items():
        allowed = [y for y in years if rule["year"] - rule["max_age_years"] <= y <= rule["year"]]
        if allowed:
            most[iso3] = (years[max(allowed)], max(allowed))
    return most


def able_at_most(test: dict, without: list[str], answer: Answer, evidence: Evidence) -> list[str]:
    """Return, of economies without a value, those that may be members for all that is known."""
    most = ceilings(test, evidence)
    limit = evidence.study.limit(test["query"], "claims")
    cost = answer.rows["cost_usd"].iloc[0]

    def may(bound: tuple[float, int] | None) -> bool:
        unknown = bound is None or limit is None or bound[0] <= 0
        return unknown or bool(limit.admits(cost / bound[0]))

    return [iso3 for iso3 in without if may(most.get(iso3))]


def missing(test: dict, answer: Answer, evidence: Evidence) -> list[str]:
    """Say who matters and has no value, and what bounds it: one sentence, or none."""
    matter = test.get("missing", {}).get("named", [])
    named = [iso3 for iso3 in matter if iso3 not in answer.rows.index]
    if not named:
        return []
    measure = MEASURES[test["query"]["where"]["measure"]]
    most = ceilings(test, evidence)
    able = able_at_most(test, named, answer, evidence)
    told = []
    for iso3 in named:
        name = evidence.name(iso3)
        if iso3 not in most:
            told.append(name)
            continue
        usd, year = most[iso3]
        bound = MEASURES[test["missing"]["bounded_by"]]
        word = "may be" if iso3 in able else "cannot be"
        told.append(f"{name} (all its {bound.label} {money(usd)} in {year}: {word} within)")
    return [f"Matter and have no {measure.label}: {listed(told)}."]
