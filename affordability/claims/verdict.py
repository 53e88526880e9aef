"""Verdicts: what an answer says of a claim, in a word, a sentence and numbers a text may quote."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import pandas as pd

from affordability.claims.bounds import Bounds, bounds, missing
from affordability.claims.query import KINDS, PEOPLE, TABLES, Answer, Evidence, absent, ask
from affordability.words import listed, money, percent, three_digits

COUNTED = {"members", "share", "first"}  # whose members a claim is about; others ask of all
SHOWN = 12  # members a sentence names before it counts the rest
# From the weakest on; a claim has the weakest verdict of its tests.
ORDER = ["not testable", "differs", "reproduced with more members", "reproduced"]
NOTHING_TESTED = ["restated", "identified"]
NO_ROW = "No row of the tables answers this query."
NO_PEOPLE = "This study does not ask about people."


def comparable(answer: Answer, published: dict) -> bool:
    """Return whether an answer is of the kind of thing that was published."""
    return any(answer.kind in KINDS[key] for key in published if key in KINDS)


def verdict(answer: Answer | None, published: dict) -> str:
    """Compare an answer with what was published, and nothing else: see `of_test`.

    A set, a value, a percentage, a range, a bound, a first place. `only` says that the source names
    all there are: then more of them differ.
    """
    if answer is None:
        return "not testable"
    if "members" in published:
        ours, theirs = set(answer.members), set(published["members"])
        if ours == theirs:
            return "reproduced"
        more = theirs and ours > theirs and not published.get("only")
        return "reproduced with more members" if more else "differs"
    if "most_unable" in published:
        return _of_curve(answer, published["most_unable"])
    if "percent" in published:
        same = round(100 * answer.value) == published["percent"]
    elif "between" in published:
        low, high = published["between"]
        same = low <= answer.value <= high
    elif "first" in published:
        same = answer.value == published["first"]
    elif "at_most" in published:
        same = answer.value <= published["at_most"]
    elif "at_least" in published:
        same = answer.value >= published["at_least"]
    else:
        same = abs(answer.value / published["value"] - 1) <= published["within"]
    return "reproduced" if same else "differs"


def _of_curve(answer: Answer, limit: float) -> str:
    """Less than half of every group that is large enough is able at any threshold up to `limit`."""
    able = [
        share
        for group in answer.value.values()
        for threshold, share in group.items()
        if threshold <= limit
    ]
    if not able:
        return "not testable"
    return "reproduced" if max(able) < 0.5 else "differs"


def of_test(claim: dict, test: dict, answer: Answer | None, evidence: Evidence) -> str:
    """Return the verdict of one test: the comparison, unless it compared nothing with anything.

    restated: every row that answers bears the claim's own source or one transcribed for it.
    identified: a choice was made so that the number fits. Both only where the number agrees. Not
    testable: no row, or none of the years the sentence is about.
    """
    if answer is None or outdated(test, answer, evidence):
        return "not testable"
    found = verdict(answer, test["published"])
    if not found.startswith("reproduced"):
        return found
    if test.get("identified"):
        return "identified"
    own = {claim["source_id"], *claim.get("transcribed", [])}
    return "restated" if answer.sources and answer.sources <= own else found


def outdated(test: dict, answer: Answer, evidence: Evidence) -> str:
    """Say that an answer has no value of the years asked; "" if it has, or if that is not asked."""
    if "newest" not in test or "resource_year" not in answer.rows:
        return ""
    asked = evidence.study.rule(test["query"]["where"]["measure"])["year"]
    newest = int(answer.rows["resource_year"].max())
    if asked - newest <= test["newest"]:
        return ""
    return f"No value is newer than {newest}, and {asked} was asked."


def said(answer: Answer | None, evidence: Evidence) -> str:
    """Say an answer: the value with its unit, and for members their names."""
    if answer is None:
        return "no data"
    if answer.kind == "curve":
        return _curve_said(answer)
    if answer.unit == "count":
        names = [evidence.name(m) for m in answer.members]
        return f"{answer.value} of {answer.asked}: {listed(names, SHOWN)}"
    if answer.unit == "id":
        return evidence.name(answer.value)
    if answer.unit == "fraction" and answer.denominator > 1:
        return f"{percent(answer.value)} ({len(answer.members)} of {answer.denominator})"
    values = answer.value if isinstance(answer.value, list) else [answer.value]
    form = {"fraction": percent, "US$": money}.get(
        answer.unit, lambda value: f"{three_digits(value)} {answer.unit}".rstrip()
    )
    return " to ".join(dict.fromkeys(form(value) for value in values))


def _curve_said(answer: Answer) -> str:
    """Say a curve: "hospital (13): 0 % at 0.1 %, 15.4 % at 1 %; newsroom (6): ..."."""
    told = []
    for group, shares in answer.value.items():
        able = ", ".join(f"{percent(s)} at {percent(t)}" for t, s in shares.items())
        told.append(f"{group} ({answer.groups[group]}): {able or 'too few for a share'}")
    return "; ".join(told)


def explanation(answered: Answered) -> str:
    """Say how the tests came out, who is in or out and why, and what other readings give."""
    claim, evidence = answered.claim, answered.evidence
    sentences = []
    for test, answer in zip(claim["tests"], answered.answers, strict=True):
        if answer is None:
            people = test["query"]["table"] in PEOPLE and absent(test["query"], evidence)
            sentences.append(NO_PEOPLE if people else NO_ROW)
            continue
        sentences += filter(None, [outdated(test, answer, evidence)])
        sentences += _differences(test, answer, claim.get("causes", {}), evidence)
        if answer.denominator > answer.asked:
            lost = answer.denominator - answer.asked
            sentences.append(f"{lost} economies have no value and stay in the denominator.")
        sentences += missing(test, answer, evidence)
        sentences += [test["note"]] if "note" in test else []
    if not answered.depends_on_vintage:
        sentences.append("This does not depend on the vintage.")
    sentences += _readings_as_published(answered)
    for part, answer in zip(claim.get("context", []), answered.readings, strict=True):
        if answer is not None or not absent(part["query"], evidence):
            sentences.append(f"{part['label']}: {said(answer, evidence)}.")
    return " ".join(dict.fromkeys(sentences)) or "As published."


def _readings_as_published(answered: Answered) -> list[str]:
    """Name the readings that give the published number where the study's own rule does not."""
    claim, first = answered.claim, answered.answers[0]
    published = claim["tests"][0]["published"]
    if first is None or verdict(first, published) == "reproduced":
        return []
    labels = [
        part["label"]
        for part, answer in zip(claim.get("context", []), answered.readings, strict=True)
        if answer is not None
        and answer.unit == first.unit
        and comparable(answer, published)
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


@dataclass(frozen=True)
class Answered:
    """A claim with the answers to its tests and its other readings; None where no row matches."""

    claim: dict
    evidence: Evidence
    answers: list[Answer | None]
    readings: list[Answer | None]

    @cached_property
    def verdict(self) -> str:
        """The weakest of its tests, of those that tested something if any did."""
        tests = zip(self.claim["tests"], self.answers, strict=True)
        found = [of_test(self.claim, test, answer, self.evidence) for test, answer in tests]
        tested = [one for one in found if one not in NOTHING_TESTED]
        return min(tested, key=ORDER.index) if tested else found[0]

    @property
    def depends_on_vintage(self) -> bool:
        """Whether a vintage could change the answer: whether a test asks what is made of one."""
        asked = [(TABLES[t["query"]["table"]], t["query"]["column"]) for t in self.claim["tests"]]
        return any(table.of_vintage and column not in table.fixed for table, column in asked)

    @cached_property
    def bounds(self) -> Bounds | None:
        """What the first test would give if those without a value were all unable, or all able."""
        return bounds(self.claim["tests"][0], self.answers[0], self.evidence)

    @property
    def row(self) -> dict:
        """The row of table `claims`."""
        claim, first = self.claim, self.answers[0]
        told = [said(answer, self.evidence) for answer in self.answers]
        if self.bounds is not None:
            told[0] += f"; {self.bounds.said}"
        members = first.members if first and first.kind in COUNTED else []
        return {
            "study": self.evidence.study.name,
            "claim_id": claim["id"],
            "statement": claim["statement"],
            "published": claim["published"],
            "reproduced": "; ".join(told),
            "verdict": self.verdict,
            "members": ";".join(members),
            "unverified": ";".join(m for m in members if m in first.unverified),
            "explanation": explanation(self),
            "locator": claim["locator"],
            "source_id": claim["source_id"],
            "group": claim["group"],
            "low": self.bounds.low if self.bounds else pd.NA,
            "high": self.bounds.high if self.bounds else pd.NA,
            "depends_on_vintage": self.depends_on_vintage,
        }

    @property
    def numbers(self) -> dict:
        """The numbers a text may quote: one a test and one a further reading."""
        return numbers(self.claim["id"], self.answers, self.readings, self.evidence)


def evaluate(claim: dict, evidence: Evidence) -> Answered:
    """Answer all queries of one claim, each once."""
    return Answered(
        claim,
        evidence,
        [ask(test["query"], evidence) for test in claim["tests"]],
        [ask(part["query"], evidence) for part in claim.get("context", [])],
    )


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
