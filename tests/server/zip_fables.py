"""Random ways to spoil the bulk zip of a release, each repeatable by its seed."""

from __future__ import annotations

import random
from dataclasses import replace

from tests.server import zip_spoil
from tests.server.bulk import COUNTRIES, DATA, SERIES, Table
from tests.server.lies import REPORTED
from tests.server.spoil import REFUSED, WHOLE, broken, on, status

ANY = (WHOLE, REFUSED)
CAUGHT = (REFUSED,)
NOTICED = (REFUSED, REPORTED)
ODD = ["..", "n/a", "NaN", "1e999", "1_0", "1,5", " 1", "-1e12", "=1+1", "\x1b[1m", "9" * 400, "+5"]


def random_zip_lie(rng: random.Random):
    """Return a random fault of the zip: its name, the fault, and how it may end."""
    return rng.choice(
        [_bytes, _bytes, _cut, _member, _wire, _cell, _row, _column, _value, _scaled, _gone]
    )(rng)


def _bytes(rng: random.Random):
    """Change some bytes; what no one reads, such as an attribute, may be among them."""
    where = [rng.random() for _ in range(rng.choice([1, 1, 3, 50]))]

    def change(data: bytes) -> bytes:
        spoilt = bytearray(data)
        for share in where:
            spoilt[int(share * len(data))] ^= rng_byte
        return bytes(spoilt)

    rng_byte = rng.randint(1, 255)
    return f"{len(where)} bytes ^ {rng_byte}", zip_spoil.bytes_of(change), ANY


def _cut(rng: random.Random):
    """Take a piece out of the zip, repeat it, or end there."""
    first, length = rng.random(), rng.choice([1, 7, 100, 1500])
    how = rng.choice(["out", "twice", "end"])

    def change(data: bytes) -> bytes:
        at = int(first * (len(data) - 1))
        rest = {"out": data[at + length :], "twice": data[at:], "end": b""}[how]
        return data[: at + (length if how == "twice" else 0)] + rest

    return f"{length} bytes at {first:.3f} {how}", zip_spoil.bytes_of(change), CAUGHT


def _member(rng: random.Random):
    """Spoil the text of a member before it is packed: its CRC is right then."""
    name, where = rng.choice([DATA, DATA, COUNTRIES, SERIES]), rng.random()
    text = rng.choice([b"", b'"', b"\n", b",", b"\x00", b"\xff", b"\r", b'"",""', b"x" * 200_000])

    def change(data: bytes) -> bytes:
        at = int(where * len(data))
        return data[:at] + (text + data[at:] if text else b"")

    endings = (WHOLE, *NOTICED)  # a cell that nobody asks for may have changed
    return f"{text[:5]!r} in {name} at {where:.3f}", zip_spoil.one_member(name, change), endings


def _wire(rng: random.Random):
    times = rng.choice([None, 1, 2])
    how = rng.choice(["close", "reset", "cut", "503", "noise", "no ranges"])
    if how == "noise":
        noise = rng.randbytes(rng.randint(1, 4000))
        return f"noise times {times}", on("bulk", lambda r: replace(r, body=noise)), CAUGHT
    if how == "no ranges":
        change = zip_spoil.headed(Accept_Ranges=None)
        return (
            f"cut times {times} without ranges",
            on("bulk", lambda r: change(broken("cut")(r)), times=times),
            (WHOLE,) if times else CAUGHT,
        )
    change = status(503) if how == "503" else broken(how)
    endings = (WHOLE,) if times or how == "cut" else CAUGHT  # half by half, all of it comes
    return f"{how} times {times}", on("bulk", change, times=times), endings


def _asked(held: Table) -> list[int]:
    """Rows of the wide table that were asked: a series of the study, an economy."""
    return [n for n, row in enumerate(held) if n and row[3] != "MS.MIL.XPND.CD" and row[1] == "NOR"]


def _cell(rng: random.Random):
    odd, share, year = rng.choice(ODD), rng.random(), rng.choice(["2017", "2019", "2021"])

    def spoil(held: Table) -> None:
        row = _asked(held)[int(share * len(_asked(held)))]
        held[row][held[0].index(year)] = odd

    return f"{odd[:8]!r} in {year}", zip_spoil.table(DATA, spoil), CAUGHT


def _row(rng: random.Random):
    share, how = rng.random(), rng.choice(["gone", "twice", "short", "long"])

    def spoil(held: Table) -> Table:
        at = _asked(held)[int(share * len(_asked(held)))]
        other = {"gone": [], "twice": [held[at]] * 2, "short": [held[at][:-2]]}
        return held[:at] + other.get(how, [[*held[at], ""]]) + held[at + 1 :]

    return f"a row {how}", zip_spoil.table(DATA, spoil), CAUGHT


def _column(rng: random.Random):
    """Take a column away, double it, or change two; those that nobody asks for may go."""
    name, share = rng.choice([DATA, COUNTRIES, SERIES]), rng.random()
    how = rng.choice(["gone", "twice", "swapped"])

    def change(kept: list[int], _held: Table) -> list[int]:
        at = int(share * (len(kept) - 1))
        if how == "swapped":
            return [*kept[:at], kept[at + 1], kept[at], *kept[at + 2 :]]
        return kept[:at] + ([kept[at]] * 2 if how == "twice" else []) + kept[at + 1 :]

    endings = CAUGHT if name == DATA else ANY
    return f"column {share:.2f} of {name} {how}", zip_spoil.column(name, change), endings


def _value(rng: random.Random):
    code, by = rng.choice(["CHN", "DEU", "NOR", "USA"]), rng.choice([0.01, 0.3, 3, 40])
    only = {"economies": [code], "series": [zip_spoil.GDP]}
    return f"{only} x {by}", zip_spoil.scaled(by, **only), NOTICED


def _scaled(rng: random.Random):
    by = rng.choice([0.001, 0.5, 0.9, 0.99, 1.01, 1.1, 2, 12, 1000])
    series = rng.choice([zip_spoil.GDP, zip_spoil.GNI])
    return f"{series} x {by}", zip_spoil.scaled(by, series=[series]), CAUGHT


def _gone(rng: random.Random):
    only = {"years": [rng.choice([2017, 2018, 2019, 2020])], "series": [zip_spoil.GDP]}
    if rng.random() < 0.5:
        only["economies"] = [rng.choice(["CHN", "DEU", "NOR"])]
    return f"nothing of {only}", zip_spoil.nothing(**only), CAUGHT
