"""Lies of a service that is consistent: whole by every header, and wrong.

Each is named with the provider it is told by and the ending it must have.
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable
from dataclasses import replace

from tests.server.spoil import REFUSED, WHOLE, both, edit, head, on, row, rows, status
from tests.server.wire import Fault, Reply

REPORTED = "reported"
GDP, GNI, RND, RATE = "NY.GDP.PCAP.CD", "NY.GNP.PCAP.CD", "GB.XPD.RSDV.GD.ZS", "PA.NUS.FCRF"
Cell = tuple[str, str, int]  # series, economy, year


def cells(change: Callable) -> Fault:
    """Change values everywhere: `change(cell, value, of)` gives the new one.

    `of(cell)` is the right value of another cell, None where there is none. Answers `null` stay.
    """

    def fault(asked, reply: Reply) -> Reply:
        if asked.kind != "data":
            return reply
        found = reply.document

        for each in rows(found):
            at = {v["concept"]: v["id"] for v in each["variable"]}
            cell = (at["Series"], at["Country"], int(at["Time"][2:]))
            each["value"] = change(cell, each["value"], asked.right.get)
        return reply.saying(found)

    return fault


def scaled(factor: float, **only) -> Fault:
    """Multiply what is published: all, or of some series, economies or years."""

    def change(cell: Cell, value, _of):
        return value * factor if value is not None and meant(cell, **only) else value

    return cells(change)


def nothing(**only) -> Fault:
    """Answer null where something is published."""
    return cells(lambda cell, value, _of: None if meant(cell, **only) else value)


def meant(cell: Cell, series=None, economies=None, years=None) -> bool:
    """Whether a cell is among those named; all where nothing is named."""
    wanted = zip((series, economies, years), cell, strict=True)
    return all(names is None or key in names for names, key in wanted)


def places(axis: int, one, two, **only) -> Fault:
    """Have two series or economies answer in each other's place."""
    other = {one: two, two: one}

    def change(cell: Cell, value, of):
        if not meant(cell, **only) or cell[axis] not in other:
            return value
        return of((*cell[:axis], other[cell[axis]], *cell[axis + 1 :]))

    return cells(change)


def moved(by: int, **only) -> Fault:
    """Answer each year with the values of another, so many years ago."""

    def change(cell: Cell, value, of):
        if value is None or not meant(cell, **only):
            return value
        found = of((cell[0], cell[1], cell[2] - by))
        return value if found is None else found

    return cells(change)


def reversed_order(series: str, codes: list[str]) -> Fault:
    """Give the economies of a series each other's values, the first that of the last."""
    return cells(
        lambda cell, value, of: (
            of((cell[0], codes[-1 - codes.index(cell[1])], cell[2]))
            if cell[0] == series and cell[1] in codes
            else value
        )
    )


def constant(series: str, found: float) -> Fault:
    return cells(
        lambda cell, value, _of: found if cell[0] == series and value is not None else value
    )


def rounded(digits: int) -> Fault:
    return cells(lambda cell, value, _of: value if value is None else float(f"{value:.{digits}g}"))


def other_levels(found: list) -> None:
    """Put every economy on another income level."""
    for each in found[1]:
        if each["region"]["id"] != "NA":
            high = each["incomeLevel"]["value"] == "High income"
            each["incomeLevel"] = {"id": "X", "value": "Low income" if high else "High income"}


def both_lists(code: str, name: str) -> Fault:
    """Name an economy otherwise, in the database and in the classification."""
    return both(
        on("country", row(code, lambda r: r.update(value=name))),
        on("classification", row(code, lambda r: r.update(name=name))),
    )


def packed(times: int = 1, said: str = "gzip") -> Callable:
    def change(reply: Reply) -> Reply:
        body = reply.body
        for _ in range(times):
            body = gzip.compress(body, 1)
        return replace(reply, body=body, headers={**reply.headers, "Content-Encoding": said})

    return change


def wide(text: str) -> str:
    """Return a text in full-width digits, which `int` and `float` read, and nobody meant."""
    return text.translate({ord(str(digit)): 0xFF10 + digit for digit in range(10)})


BOMB = gzip.compress(b" " * 60_000_000, 9)
ESCAPES = "\x1b[31mred\x1b[0m\r\nstopped: all is well\u202e" + "long " * 100_000
DEEP = b"[" * 200_000
SOME = ["AFG", "CHN", "DEU", "IND", "JPN", "NAM", "NOR", "USA"]


def answer(text: bytes, **headers: str) -> Callable:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda reply: Reply(text, headers=named)


def database(number: str) -> Callable:
    def spoil(found: dict) -> None:
        source = found["source"]
        (source if isinstance(source, dict) else source[0])["id"] = number

    return edit(spoil)


def number_of(digits: str) -> Callable:
    """Put digits where a page has its first null."""
    text = b'"value":' + digits.encode()
    return lambda r: replace(r, body=r.body.replace(b'"value":null', text, 1))


def said_in_an_error(text: str) -> Callable:
    return answer(json.dumps([{"message": [{"id": "1", "key": text, "value": text}]}]).encode())


def elsewhere(location: Callable[[str], str], times: int | None = None, page: int = 2) -> Fault:
    """Redirect one page; `location` is told the address that was asked."""

    def fault(asked, reply: Reply) -> Reply:
        meant_ = asked.kind == "data" and asked.page == page
        if not meant_ or (times is not None and asked.before >= times):
            return reply
        return status(302, Location=location(asked.url))(reply)

    return fault


WORLD_BANK: dict[str, tuple[Fault, str]] = {
    "one value null": (nothing(series=[GDP], economies=["NOR"], years=[2019]), REFUSED),
    "the largest economies null": (nothing(economies=["USA", "CHN", "JPN", "DEU"]), REFUSED),
    "a year null": (nothing(years=[2018]), REFUSED),
    "the newest year null": (nothing(years=[2021]), REFUSED),
    "the newest year of a series null": (nothing(series=[RATE], years=[2021]), REFUSED),
    "a series null": (nothing(series=[GNI]), REFUSED),
    "a series null but for one value": (
        cells(lambda c, v, _: v if c[0] != GDP or c[1:] == ("NOR", 2019) else None),
        REFUSED,
    ),
    "GNI by the month": (scaled(12, series=[GNI]), REFUSED),
    "GDP in thousands": (scaled(0.001, series=[GDP]), REFUSED),
    "R&D as a share, not in percent": (scaled(0.01, series=[RND]), REFUSED),
    "exchange rates x 1000": (scaled(1000, series=[RATE]), REFUSED),
    "GDP x 1.1": (scaled(1.1, series=[GDP]), REFUSED),
    "everything x 0.9": (scaled(0.9), REFUSED),
    "one year x 3": (scaled(3, series=[GDP], years=[2019]), REFUSED),
    "four economies x 10": (scaled(10, series=[GNI], economies=SOME[:4]), REFUSED),
    "one economy x 1.5": (scaled(1.5, series=[GDP], economies=["NOR"]), REPORTED),
    "one value x 3": (scaled(3, series=[GDP], economies=["NOR"], years=[2019]), REPORTED),
    "two economies in each other's place": (places(1, "DEU", "JPN"), REFUSED),
    "two economies in one series": (places(1, "NOR", "USA", series=[GDP]), REFUSED),
    "one economy with another's values": (
        cells(lambda c, v, of: of((c[0], "USA", c[2])) if c[1] == "NOR" else v),
        REFUSED,
    ),
    "GDP and GNI in each other's place": (places(0, GDP, GNI), REFUSED),
    "GNI with the values of GDP": (
        cells(lambda c, v, of: of((GDP, *c[1:])) if c[0] == GNI else v),
        REFUSED,
    ),
    "every year the one before": (moved(1), REFUSED),
    "every year the one after": (moved(-1), REFUSED),
    "every year the one before, one series": (moved(1, series=[GDP]), REFUSED),
    "the newest year repeats the one before": (moved(1, years=[2021]), REFUSED),
    "a year repeats the one before": (moved(1, series=[GNI], years=[2019]), REFUSED),
    "the order of economies reversed": (reversed_order(GDP, SOME), REFUSED),
    "one value for all economies": (constant(GDP, 20000.5), REFUSED),
    "R&D all zero": (constant(RND, 0), REFUSED),
    "everything rounded to three digits": (rounded(3), REPORTED),
    "everything rounded to one digit": (rounded(1), REFUSED),
    "lastupdated of no calendar": (on("data", head(lastupdated="2026-02-30")), REFUSED),
    "lastupdated of the future": (on("data", head(lastupdated="2099-01-01")), REFUSED),
    "lastupdated in full-width digits": (on("data", head(lastupdated=wide("2026-07-13"))), REFUSED),
    "lastupdated of the year 1": (on("data", head(lastupdated="0001-01-01")), REFUSED),
    "lastupdated before the last vintage": (on("data", head(lastupdated="2026-07-01")), REFUSED),
    "a title with another unit": (
        on("series", row(GDP, lambda r: r.update(value="GDP per capita (constant 2015 US$)"))),
        REFUSED,
    ),
    "a title of other words": (
        on("series", row(RND, lambda r: r.update(value="R&D (% of GDP)"))),
        REPORTED,
    ),
    "a title with escapes": (
        on("series", row(GDP, lambda r: r.update(value=r["value"] + ESCAPES[:50]))),
        REFUSED,
    ),
    "a title without end": (
        on("series", row(GDP, lambda r: r.update(value=r["value"] + " x" * 9999))),
        REFUSED,
    ),
    "a name with escapes": (both_lists("NOR", "Nor\x1b[31mway"), REFUSED),
    "a name turned round": (both_lists("NOR", "Nor\u202eway"), REFUSED),
    "a name without end": (both_lists("NOR", "Nor" + "w" * 5000 + "ay"), REFUSED),
    "a name that is a formula": (both_lists("NOR", '=HYPERLINK("http://x")'), REFUSED),
    "another name": (both_lists("NOR", "Norge"), REPORTED),
    "names of the next economy": (
        on("country", edit(lambda d: _rotate(rows(d), "value"))),
        REFUSED,
    ),
    "income levels that moved for most": (on("classification", edit(other_levels)), REFUSED),
    "values of another database": (on("data", database("57"), 2), REFUSED),
    "series of another database": (on("series", database("11")), REFUSED),
    "economies of another database": (on("country", database("57")), REFUSED),
    "redirected to another host": (
        elsewhere(lambda url: url.replace("127.0.0.1", "localhost")),
        REFUSED,
    ),
    "redirected to another port": (elsewhere(lambda url: "http://127.0.0.1:9/v2/en"), REFUSED),
    "redirected with a password": (
        elsewhere(lambda url: url.replace("//", "//user:secret@")),
        REFUSED,
    ),
    "redirected to another page": (
        elsewhere(lambda url: url.replace("page=2", "page=3")),
        REFUSED,
    ),
    "redirected to no address": (elsewhere(lambda url: "http://[::"), REFUSED),
    "redirected to a file": (elsewhere(lambda url: "file:///etc/passwd"), REFUSED),
    "redirected in a circle for ever": (elsewhere(lambda url: url), REFUSED),
    "redirected once on the same host": (elsewhere(lambda url: url, times=1), WHOLE),
    "206": (on("data", lambda r: replace(r, status=206), 2), REFUSED),
    "201": (on("data", lambda r: replace(r, status=201), 2), REFUSED),
    "204": (on("data", lambda r: replace(r, status=204, body=b""), 2), REFUSED),
    "304": (on("country", lambda r: replace(r, status=304, body=b"")), REFUSED),
    "packed once": (on("data", packed()), WHOLE),
    "packed twice": (on("data", packed(2, "gzip, gzip")), REFUSED),
    "packed as nobody asked": (on("data", packed(1, "zstd")), REFUSED),
    "a bomb of values": (on("data", answer(BOMB, Content_Encoding="gzip"), 2), REFUSED),
    "a bomb of economies": (on("country", answer(BOMB, Content_Encoding="gzip")), REFUSED),
    "nested without end": (on("data", answer(DEEP), 2), REFUSED),
    "nested without end, regions": (on("region", answer(DEEP)), REFUSED),
    "a number of 5000 digits": (on("data", number_of("1" * 5000)), REFUSED),
    "a number of 300 digits": (on("data", number_of("1" * 300)), REFUSED),
    "a number of 5000 decimals": (on("data", number_of("1." + "1" * 5000)), REFUSED),
    "an exponent of 400": (on("data", number_of("1e400")), REFUSED),
    "minus zero point": (on("data", number_of("-0.")), REFUSED),
    "a count in full-width digits": (on("data", head(total=wide("340"))), REFUSED),
    "a count with a fraction": (on("data", head(total=340.0)), REFUSED),
    "a page called true": (on("data", head(page=True), 1), REFUSED),
    "an error of escapes without end": (on("data", said_in_an_error(ESCAPES)), REFUSED),
    "an error as the first answer": (on("concepts", said_in_an_error(ESCAPES)), REFUSED),
    "escapes instead of JSON": (on("data", answer(ESCAPES.encode()), 2), REFUSED),
    "503 twice on every question": (lambda a, r: status(503)(r) if a.before < 2 else r, WHOLE),
}


def _rotate(found: list[dict], name: str) -> None:
    names = [each[name] for each in found]
    for each, other in zip(found, names[1:] + names[:1], strict=True):
        each[name] = other
