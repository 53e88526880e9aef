"""Verdicts: what an answer says of a claim, in a word, a sentence and numbers a text may quote."""

from __future__ import annotations

from dataclasses import dataclass

from affordability.claims.query import Answer, Evidence, ask
from affordability.words import listed, money, percent, three_digits

SHOWN = 12  # members a sentence names before it counts the rest


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


@dataclass(frozen=True)
class Answered:
    """A claim with the answers to its tests and its other readings; None where no row matches."""

    claim: dict
    evidence: Evidence
    answers: list[Answer | None]
    readings: list[Answer | None]

    @property
    def verdict(self) -> str:
        """The weakest of its tests: not testable, differs, more members, reproduced."""
        tests = zip(self.answers, self.claim["tests"], strict=True)
        order = ["not testable", "differs", "reproduced with more members", "reproduced"]
        return min((verdict(a, t["published"]) for a, t in tests), key=order.index)

    @property
    def row(self) -> dict:
        """The row of table `claims`."""
        claim, first = self.claim, self.answers[0]
        return {
            "study": self.evidence.study.name,
            "claim_id": claim["id"],
            "statement": claim["statement"],
            "published": claim["published"],
            "reproduced": "; ".join(said(a, self.evidence) for a in self.answers),
            "verdict": self.verdict,
            "members": ";".join(first.members) if first else "",
            "explanation": explanation(claim, self.answers, self.readings, self.evidence),
            "locator": claim["locator"],
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
