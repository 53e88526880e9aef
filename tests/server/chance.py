"""Random ways to spoil an answer, each repeatable by its seed."""

from __future__ import annotations

import copy
import json
import random
from dataclasses import replace

from tests.server.spoil import (
    ERROR,
    HTML,
    REFUSED,
    WHOLE,
    XML,
    Change,
    body,
    both,
    broken,
    edit,
    head,
    on,
    rows,
    status,
)
from tests.server.wire import Fault, Reply

KINDS = ["data"] * 8 + ["concepts", "time", "series", "country", "classification", "region"]
KINDS += ["incomelevel", "lendingtype"]


def random_fault(rng: random.Random) -> tuple[str, str, Fault, tuple[str, ...]]:
    """Return one to two random spoilings of the World Bank's answers, and how they may end.

    Values are not changed into other plausible ones here: that is `fables`. Nor is a plausible
    value put where nothing is published, which is what a new release does.
    """
    made = [_random_one(rng) for _ in range(rng.choice([1, 1, 1, 2]))]
    name = " + ".join(name for name, _ in made)
    return "world_bank", name, both(*(fault for _, fault in made)), (WHOLE, REFUSED)


def _random_one(rng: random.Random) -> tuple[str, Fault]:
    kind, page = rng.choice(KINDS), rng.choice([None, None, 1, 2, 3, 5])
    page = page if kind == "data" else None
    times = rng.choice([1, 1, 2, None])
    name, change = rng.choice(
        [_network, _network, _bytes, _surgery, _surgery, _surgery, _header, _rows, _rows]
    )(rng, kind)
    if name in ("drip", "stall"):
        times = 1  # enough of them to wait for
    return f"{name} on {kind} page {page} times {times}", on(kind, change, page, times)


def _network(rng: random.Random, kind: str) -> tuple[str, Change]:
    how = rng.choice(
        [
            "status",
            "status",
            "status",
            "close",
            "close",
            "reset",
            "reset",
            "cut",
            "cut",
            "stall",
            "drip",
        ]
    )
    if how == "status":
        code = rng.choice([400, 403, 404, 429, 500, 501, 502, 503, 504])
        return f"status {code}", status(code)
    if how in ("stall", "drip") and rng.random() < 0.6:
        how = "close"
    return how, broken(how, 0.4 if how == "stall" else 0.01)


def _bytes(rng: random.Random, kind: str) -> tuple[str, Change]:
    where = rng.random()

    def cut(reply: Reply) -> Reply:
        return replace(reply, body=reply.body[: int(len(reply.body) * where)])

    def drop(reply: Reply) -> Reply:
        at = int((len(reply.body) - 1) * where)
        return replace(reply, body=reply.body[:at] + b"\xff" + reply.body[at + 1 :])

    return rng.choice(
        [
            ("truncated", cut),
            ("a byte no text has", drop),
            ("HTML", body(HTML, "text/html")),
            ("XML", body(XML, "text/xml")),
            ("empty", body(b"")),
            ("error object", body(json.dumps(ERROR).encode())),
        ]
    )


def _header(rng: random.Random, kind: str) -> tuple[str, Change]:
    name = rng.choice(["total", "pages", "per_page", "page"])
    to = rng.choice([None, "x", 0, -1, 1, 3, 69, 70, 339, 340, 341, 10**6, 2.5, True])
    return f"header {name}={to!r}", head(**{name: to})


def _rows(rng: random.Random, kind: str) -> tuple[str, Change]:
    seed = rng.random()

    def pop(document: dict | list) -> None:
        rows(document).pop(int(seed * len(rows(document))))

    def double(document: dict | list) -> None:
        rows(document).append(rows(document)[int(seed * len(rows(document)))])

    def overwrite(document: dict | list) -> None:
        found = rows(document)
        at = int(seed * len(found))
        found[at] = copy.deepcopy(found[at - 1])

    def consistent(document: dict | list) -> None:
        pop(document)
        target = document[0] if isinstance(document, list) else document
        target["total"] -= 1

    def odd(document: dict) -> None:
        found = rows(document)[int(seed * len(rows(document)))]
        found["value"] = random.Random(seed).choice(["", "1", "NaN", float("nan"), True, {}, 1e30])

    choices = [("row gone", pop), ("row twice", double), ("row over row", overwrite)]
    choices += [("row gone, header agrees", consistent)]
    choices += [("odd value", odd)] * 4 if kind == "data" else []
    name, change = rng.choice(choices)
    return name, edit(change)


def _surgery(rng: random.Random, kind: str) -> tuple[str, Change]:
    """Take something out of a document at a random place, or put another type there."""
    seed = rng.randrange(10**9)
    put = rng.choice(["delete", None, 7, [], {}, True])

    def cut(document: dict | list) -> None:
        dice = random.Random(seed)
        spot, key, depth = document, None, dice.randint(1, 7)
        for _ in range(depth):
            keys = list(spot) if isinstance(spot, dict) else list(range(len(spot)))
            if not keys:
                return
            parent, key = spot, dice.choice(keys)
            spot = parent[key]
            if not isinstance(spot, dict | list):
                break
        a_value = kind == "data" and key == "value" and isinstance(spot, int | float | None)
        if put == "delete":
            del parent[key]
        elif not (a_value and (put is None or type(put) is int)):
            parent[key] = put

    return f"surgery {seed} {put!r}", edit(cut)
