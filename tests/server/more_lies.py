"""Lies of the OECD and of the price list, each with the ending it must have; and all lies."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable
from dataclasses import replace

from tests.server.lies import BOMB, DEEP, ESCAPES, REPORTED, WORLD_BANK, answer, packed, wide
from tests.server.prices import document, whole_list
from tests.server.spoil import REFUSED, WHOLE, on, status
from tests.server.wire import Fault, Reply
from tests.server.zip_lies import BULK


def lines(change: Callable[[list[list[str]]], object]) -> Fault:
    """Change the rows of the OECD's CSV; a row is a list of cells."""

    def spoil(reply: Reply) -> Reply:
        first, *others = [line.split(";") for line in _csv(reply.body)]
        changed = change(others)
        kept = [first, *(others if changed is None else changed)]
        text = "\n".join(",".join(_quoted(cell) for cell in line) for line in kept) + "\n"
        return replace(reply, body=text.encode())

    return on("oecd", spoil)


def _csv(text: bytes) -> list[str]:
    return [";".join(line) for line in csv.reader(text.decode().splitlines())]


def _quoted(cell: str) -> str:
    return f'"{cell}"' if "," in cell else cell


def figures(change: Callable[[list[str]], float]) -> Fault:
    """Change every figure of the OECD; the cells are area 1, stage 3, year 6, value 7."""

    def spoil(found: list[list[str]]) -> None:
        for line in found:
            line[7] = repr(change(line))

    return lines(spoil)


def stages(one: str, two: str) -> Fault:
    other = {one: two, two: one}

    def spoil(found: list[list[str]]) -> None:
        for line in found:
            line[3] = other.get(line[3], line[3])

    return lines(spoil)


def of_year(year: int, other: int) -> Fault:
    """Say another year for all figures of a year of one economy."""

    def spoil(found: list[list[str]]) -> None:
        for line in found:
            if line[1] == "DEU" and line[6] == str(year):
                line[6] = str(other)

    return lines(spoil)


def areas(one: str, two: str) -> Fault:
    other = {one: two, two: one}

    def spoil(found: list[list[str]]) -> None:
        for line in found:
            line[1] = other.get(line[1], line[1])

    return lines(spoil)


OECD: dict[str, tuple[Fault, str]] = {
    "all zero": (figures(lambda line: 0.0), REFUSED),
    "all x 0.9": (figures(lambda line: float(line[7]) * 0.9), REFUSED),
    "all x 1000": (figures(lambda line: float(line[7]) * 1000), REFUSED),
    "one year x 3": (
        figures(lambda line: float(line[7]) * (3 if line[6] == "2015" else 1)),
        REFUSED,
    ),
    "one economy x 2": (
        figures(lambda line: float(line[7]) * (2 if line[1] == "AUS" else 1)),
        REPORTED,
    ),
    "seed and start in each other's place": (stages("SEED", "START"), REFUSED),
    "start and later in each other's place": (stages("START", "LATER"), REFUSED),
    "seed and later in each other's place": (stages("SEED", "LATER"), REFUSED),
    "two economies in each other's place": (areas("DEU", "USA"), REFUSED),
    "a year of the 19th century": (of_year(2010, 1850), REFUSED),
    "a year before the series": (of_year(2010, 1995), REFUSED),
    "a year of the future": (of_year(2024, 2026), REFUSED),
    "the newest year gone": (lines(lambda f: [x for x in f if x[6] != "2024"]), REFUSED),
    "one stage gone of one year": (
        lines(lambda f: [x for x in f if (x[3], x[6]) != ("SEED", "2015")]),
        REFUSED,
    ),
    "a status that is none": (
        lines(lambda f: f[0].__setitem__(8, "\x1b[31m") or None),
        REFUSED,
    ),
    "a figure with an underscore": (lines(lambda f: f[0].__setitem__(7, "3_2.2")), REFUSED),
    "a figure of full-width digits": (lines(lambda f: f[0].__setitem__(7, wide("322"))), REFUSED),
    "a figure of 1e400": (lines(lambda f: f[0].__setitem__(7, "1e400")), REFUSED),
    "a figure of 5000 digits": (lines(lambda f: f[0].__setitem__(7, "1" * 5000)), REFUSED),
    "an economy of escapes": (lines(lambda f: f[0].__setitem__(1, ESCAPES[:60])), REFUSED),
    "redirected to another host": (
        on("oecd", status(302, Location="http://localhost:9/oecd")),
        REFUSED,
    ),
    "503 twice": (on("oecd", status(503), times=2), WHOLE),
    "206": (on("oecd", lambda r: replace(r, status=206)), REFUSED),
    "a bomb": (on("oecd", answer(BOMB, Content_Encoding="gzip")), REFUSED),
    "packed once": (on("oecd", packed()), WHOLE),
    "escapes": (on("oecd", answer(ESCAPES.encode())), REFUSED),
}


def listed(change: Callable[[list[tuple]], list[tuple]]) -> Fault:
    """Answer another price list; `change` is told the rows of the right one."""
    return on(
        "prices", lambda r: replace(r, body=json.dumps(document(change(whole_list()))).encode())
    )


def usd(change: Callable[[int, float], float]) -> Fault:
    """Change every price: `change(number of the row, US$)`."""
    return listed(
        lambda found: [
            (*each[:7], change(number, float(each[7])), *each[8:])
            for number, each in enumerate(found)
        ]
    )


def models(keep: Callable[[int, tuple[str, str]], bool]) -> Fault:
    """Keep some models; `keep(number, (provider, model))`."""

    def change(found: list[tuple]) -> list[tuple]:
        keys = sorted({each[:2] for each in found})
        kept = {key for number, key in enumerate(keys) if keep(number, key)}
        return [each for each in found if each[:2] in kept]

    return listed(change)


FOUR = {"openai", "anthropic", "google", "mistral"}


def four_models(found: list[tuple]) -> list[tuple]:
    first = {each[0]: each[:2] for each in reversed(found) if each[0] in FOUR}
    return [each for each in found if each[:2] in first.values()]


PRICES: dict[str, tuple[Fault, str]] = {
    "all x 1000": (usd(lambda n, price: price * 1000), REFUSED),
    "all x 3": (usd(lambda n, price: price * 3), REFUSED),
    "all x 1.1": (usd(lambda n, price: price * 1.1), REFUSED),
    "all zero": (usd(lambda n, price: 0), REFUSED),
    "a fifth zero": (usd(lambda n, price: 0 if n % 5 == 0 else price), REFUSED),
    "one zero": (usd(lambda n, price: 0 if n == 700 else price), REPORTED),
    "one x 10": (usd(lambda n, price: price * 10 if n == 700 else price), REPORTED),
    "one of 1e30": (usd(lambda n, price: 1e30 if n == 5 else price), REFUSED),
    "one of minus 1": (usd(lambda n, price: -1.0 if n == 5 else price), REFUSED),
    "a tenth x 10": (usd(lambda n, price: price * 10 if n % 10 == 0 else price), REFUSED),
    "a tenth of the models gone": (models(lambda n, key: n % 10 != 0), REFUSED),
    "half of the models gone": (models(lambda n, key: n % 2 != 0), REFUSED),
    "a provider gone": (models(lambda n, key: key[0] != "openai"), REFUSED),
    "one model gone": (models(lambda n, key: n != 17), REPORTED),
    "a first vintage of four models": (listed(four_models), REFUSED),
    "an id of escapes": (
        listed(lambda f: [(*f[0][:1], f[0][1] + "\x1b[31m", *f[0][2:]), *f[1:]]),
        REFUSED,
    ),
    "a name without end": (listed(lambda f: [(*f[0][:8], "x" * 5000, "b"), *f[1:]]), REFUSED),
    "no list": (on("prices", answer(b'{"models": []}')), REFUSED),
    "an empty list": (on("prices", answer(b"[]")), REFUSED),
    "truncated": (on("prices", lambda r: replace(r, body=r.body[:9999])), REFUSED),
    "escapes": (on("prices", answer(ESCAPES.encode())), REFUSED),
    "NaN": (
        on("prices", lambda r: replace(r, body=r.body.replace(b": 2.5", b": NaN", 1))),
        REFUSED,
    ),
    "503 twice": (on("prices", status(503), times=2), WHOLE),
    "503 always": (on("prices", status(503)), REFUSED),
    "404": (on("prices", status(404)), REFUSED),
    "206": (on("prices", lambda r: replace(r, status=206)), REFUSED),
    "a bomb": (on("prices", answer(BOMB, Content_Encoding="gzip")), REFUSED),
    "nested without end": (on("prices", answer(DEEP)), REFUSED),
    "redirected to another host": (
        on("prices", status(302, Location="http://localhost:9/prices.json")),
        REFUSED,
    ),
}

LIES = {"world_bank": WORLD_BANK, "bulk": BULK, "oecd": OECD, "prices": PRICES}
