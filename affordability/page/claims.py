"""The claims: what was published against ours, in words a stranger understands."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from affordability.page.book import Book
from affordability.page.parts import AGREE, TESTED, VERDICTS, opened, read_rows, say, term
from affordability.study import Study


def read(results: Path, studies: list[Study], book: Book) -> dict:
    """Return the claims side by side, with a tally a study of the study's own sentences.

    Apart from these, and in no tally: its sentence asked of people, those of a public debate, and
    a user's own.
    """
    names = book.names
    found = {study.name: _claims(results / study.name, names) for study in studies}
    whole = side_by_side(found)
    return {
        "claims": [claim for claim in whole if claim["group"] == "study"],
        "people": [claim for claim in whole if claim["group"] == "people"],
        "debate": [claim for claim in whole if claim["group"] == "debate"],
        "own": [claim for claim in whole if claim["group"] == "own"],
        "tallies": {
            name: tally([row for row in rows if row["group"] == "study"])
            for name, rows in found.items()
        },
    }


def _claims(folder: Path, names: dict[str, str]) -> list[dict]:
    return [read_claim(row, names) for row in read_rows(folder / "claims.csv")]


def read_claim(row: dict[str, str], names: dict[str, str]) -> dict:
    """Return a claim with its verdict in words, its members by name, its explanation opened."""
    symbol, kind = VERDICTS[row["verdict"]]
    first, rest = opened(row["explanation"])
    ids = [member for member in row["members"].split(";") if member]
    unsure = set(row["unverified"].split(";"))
    return {
        "source_id": "",
        "depends_on_vintage": "",
        **row,
        "group": row.get("group") or "study",
        "symbol": symbol,
        "kind": kind,
        "meaning": term("verdicts", row["verdict"]),
        "members": [(names.get(i, i), i in unsure) for i in ids],
        "first": first,
        "rest": rest,
    }


def side_by_side(studies: dict[str, list[dict]]) -> list[dict]:
    """Return each claim once, in the order of the first study that has it, with all its answers."""
    found: dict[str, dict] = {}
    for name, claims in studies.items():
        for claim in claims:
            kept = ("claim_id", "statement", "published", "locator", "group")
            entry = found.setdefault(
                claim["claim_id"], {**{key: claim[key] for key in kept}, "answers": {}}
            )
            entry["answers"][name] = claim
    for entry in found.values():
        entry["verdicts"] = sorted({answer["verdict"] for answer in entry["answers"].values()})
    return list(found.values())


def tally(claims: list[dict]) -> dict:
    """Return how many claims were tested, agree and differ, with the counts by verdict."""
    counts = Counter(claim["verdict"] for claim in claims)
    tested = sum(counts[verdict] for verdict in TESTED)
    numbers = {
        "asked": len(claims),
        "tested": tested,
        "agree": sum(counts[verdict] for verdict in AGREE),
        "differ": counts["differs"],
        "untested": len(claims) - tested,
    }
    return {
        **numbers,
        "said": say("claims.tally", **numbers),
        "verdicts": [(v, symbol, kind, counts[v]) for v, (symbol, kind) in VERDICTS.items()],
    }
