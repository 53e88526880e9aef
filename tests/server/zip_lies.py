"""Named faults of the bulk zip of a release, each with the ending it must have."""

from __future__ import annotations

import gzip
import zipfile
from dataclasses import replace
from datetime import date

from tests.server.bulk import COUNTRIES, DATA, SERIES, SIPRI
from tests.server.lies import ESCAPES, REPORTED, answer, wide
from tests.server.spoil import HTML, REFUSED, WHOLE, XML, body, broken, status
from tests.server.wire import Fault
from tests.server.zip_spoil import (
    DIRECTORY,
    END,
    GDP,
    GNI,
    RND,
    SOME,
    both_tables,
    bytes_of,
    column,
    cut_then,
    dated,
    first_part,
    flipped,
    headed,
    inside,
    members,
    named,
    nothing,
    one_member,
    other_bytes,
    patched,
    put,
    rounded,
    rows,
    scaled,
    swapped,
    table,
    value,
    without,
    zipped,
)

ENDLESS = '"\n",' * 300_000
LONG_AGO = "Wed, 02 Jul 2025 12:00:00 GMT"

WIRE: dict[str, tuple[Fault | None, str]] = {
    "no fault": (None, WHOLE),
    "500 once": (zipped(status(500), 1), WHOLE),
    "503 twice": (zipped(status(503), 2), WHOLE),
    "429 with Retry-After once": (zipped(status(429, Retry_After="0"), 1), WHOLE),
    "connection closed once": (zipped(broken("close"), 1), WHOLE),
    "connection reset once": (zipped(broken("reset"), 1), WHOLE),
    "stalled once": (zipped(broken("stall", 2), 1), WHOLE),
    "dripping once": (zipped(broken("drip", 0.01), 1), WHOLE),
    "cut off once": (zipped(broken("cut"), 1), WHOLE),
    "cut off once by a host without ranges": (
        lambda a, r: headed(Accept_Ranges=None)(r if a.before else broken("cut")(r)),
        WHOLE,
    ),
    "cut off once by a host with a weak tag": (
        lambda a, r: headed(ETag='W/"weak"')(r if a.before else broken("cut")(r)),
        WHOLE,
    ),
    "cut off once by a host without a tag or day": (
        lambda a, r: headed(ETag=None, Last_Modified=None)(r if a.before else broken("cut")(r)),
        WHOLE,
    ),
    "cut off once, then with another tag": (cut_then(headed(ETag='"other"')), WHOLE),
    "cut off once, then another part once": (
        lambda a, r: (broken("cut"), first_part, headed())[min(a.before, 2)](r),
        WHOLE,
    ),
    "cut off once, then other bytes": (cut_then(other_bytes), REFUSED),
    "cut off always, without ranges": (
        zipped(lambda r: headed(Accept_Ranges=None)(broken("cut")(r))),
        REFUSED,
    ),
    "connection closed always": (zipped(broken("close")), REFUSED),
    "stalled always": (zipped(broken("stall", 2)), REFUSED),
    "no HTTP at all": (zipped(broken("garbage")), REFUSED),
    "503 always": (zipped(status(503)), REFUSED),
    "403": (zipped(status(403)), REFUSED),
    "404": (zipped(status(404)), REFUSED),
    "204": (zipped(lambda r: replace(r, status=204, body=b"")), REFUSED),
    "304": (zipped(lambda r: replace(r, status=304, body=b"")), REFUSED),
    "a part that nobody asked for": (zipped(lambda r: replace(r, status=206)), REFUSED),
    "redirected to another host": (
        zipped(status(302, Location="http://localhost:9/WDI_CSV_2026_07_13.zip")),
        REFUSED,
    ),
    "redirected to another release": (
        zipped(status(302, Location="/bulk/WDI_CSV_2025_07_02.zip")),
        REFUSED,
    ),
    "redirected once on the same host": (
        lambda a, r: r if "sig" in a.url else status(302, Location=a.url + "?sig=1")(r),
        WHOLE,
    ),
    "redirected in a circle": (
        lambda a, r: status(302, Location=a.url)(r),
        REFUSED,
    ),
    "served under the name of another release": (
        zipped(headed(Content_Disposition='attachment; filename="WDI_CSV_2025_07_02.zip"')),
        REFUSED,
    ),
    "served under its own name": (
        zipped(headed(Content_Disposition='attachment; filename="WDI_CSV_2026_07_13.zip"')),
        WHOLE,
    ),
    "HTML with status 200": (zipped(body(HTML, "text/html")), REFUSED),
    "XML with status 200": (zipped(body(XML, "text/xml")), REFUSED),
    "JSON": (zipped(answer(b'{"error": "no such file"}')), REFUSED),
    "escapes": (zipped(answer(ESCAPES.encode())), REFUSED),
    "an empty body": (zipped(body(b"")), REFUSED),
    "packed once more": (
        zipped(
            lambda r: replace(
                r, body=gzip.compress(r.body), headers={**r.headers, "Content-Encoding": "gzip"}
            )
        ),
        REFUSED,
    ),
    "said to be packed": (zipped(headed(Content_Encoding="br")), REFUSED),
    "more than anyone could want": (bytes_of(lambda d: d + bytes(6_000_000)), REFUSED),
}

ZIP: dict[str, tuple[Fault | None, str]] = {
    "truncated in the middle": (bytes_of(lambda d: d[: len(d) // 2]), REFUSED),
    "truncated by one byte": (bytes_of(lambda d: d[:-1]), REFUSED),
    "without its end": (bytes_of(lambda d: d[: d.index(END)]), REFUSED),
    "without its directory": (
        bytes_of(lambda d: d[: d.index(DIRECTORY)] + d[d.index(END) :]),
        REFUSED,
    ),
    "bytes before it": (bytes_of(lambda d: b"<!-- -->" + d), REFUSED),
    "its start overwritten": (bytes_of(lambda d: bytes(8) + d[8:]), REFUSED),
    "a byte of the wide table": (flipped(lambda d: 300), REFUSED),
    "a byte of the notes": (flipped(lambda d: d.index(DIRECTORY) - 5), REFUSED),
    "a CRC of the directory": (flipped(lambda d: d.index(DIRECTORY) + 16), REFUSED),
    "a name of the directory": (flipped(lambda d: d.index(DIRECTORY) + 47), REFUSED),
    "encrypted": (patched(DIRECTORY, 8, "<H", 1), REFUSED),
    "packed as nobody does": (patched(DIRECTORY, 10, "<H", 14), REFUSED),
    "packed by bzip2": (
        inside(lambda held: setattr(held, "method", zipfile.ZIP_BZIP2)),
        REFUSED,
    ),
    "not packed at all": (inside(lambda held: setattr(held, "method", zipfile.ZIP_STORED)), WHOLE),
    "a bomb by what it promises": (patched(DIRECTORY, 24, "<I", 3_000_000_000), REFUSED),
    "more inside than it promises": (patched(DIRECTORY, 24, "<I", 1000), REFUSED),
    "less inside than it promises": (patched(DIRECTORY, 24, "<I", 9_000_000), REFUSED),
    "a directory of thousands": (patched(END, 10, "<H", 60_000), REFUSED),
    "a directory without end": (patched(END, 12, "<I", 4_000_000_000), REFUSED),
    "a directory elsewhere": (patched(END, 16, "<I", 5), REFUSED),
    "no wide table": (inside(lambda held: held.tables.pop(DATA)), REFUSED),
    "no list of economies": (inside(lambda held: held.tables.pop(COUNTRIES)), REFUSED),
    "no list of series": (inside(lambda held: held.tables.pop(SERIES)), REFUSED),
    "no notes": (inside(lambda held: held.notes.clear()), WHOLE),
    "the wide table twice": (members(lambda all_: [*all_.items(), (DATA, all_[DATA])]), REFUSED),
    "a member of another folder": (
        members(lambda all_: [*all_.items(), ("../../config.yaml", b"x")]),
        REFUSED,
    ),
    "all members in a folder": (
        members(lambda all_: [(f"WDI/{name}", data) for name, data in all_.items()]),
        REFUSED,
    ),
    "a hundred and one members": (
        members(lambda all_: [*all_.items(), *((f"n{i}.csv", b"") for i in range(101))]),
        REFUSED,
    ),
    "an empty zip": (members(lambda all_: []), REFUSED),
    "an empty wide table": (one_member(DATA, lambda _: b""), REFUSED),
    "the wide table is HTML": (one_member(DATA, lambda _: HTML), REFUSED),
    "the lists in each other's place": (
        members(lambda m: [*(m | {COUNTRIES: m[SERIES], SERIES: m[COUNTRIES]}).items()]),
        REFUSED,
    ),
    "no UTF-8": (one_member(COUNTRIES, lambda d: d + b"\xff"), REFUSED),
    "UTF-16": (one_member(DATA, lambda d: d.decode("utf-8-sig").encode("utf-16")), REFUSED),
    "a quote that does not end": (one_member(DATA, lambda d: d + b'"Norway,'), REFUSED),
    "a record without end": (one_member(SERIES, lambda d: d + ENDLESS.encode()), REFUSED),
    "a line without end": (one_member(DATA, lambda d: d + b"," * 1_200_000), REFUSED),
    "a cell without end": (one_member(SERIES, lambda d: d + b'"' + b"x" * 200_000), REFUSED),
    "cells that nobody could want": (
        table(
            DATA,
            lambda held: [held[0], *([*row[:-5], "9" * 90_000, *row[-4:]] for row in held[1:])],
        ),
        REFUSED,
    ),
    "notes that nobody could want": (
        table(
            COUNTRIES,
            lambda held: [
                held[0],
                *([*row[:3], "n" * 90_000, "n" * 90_000, *row[5:]] for row in held[1:]),
            ],
        ),
        REFUSED,
    ),
    "a code of escapes": (
        table(DATA, lambda held: [*held, ["X", "\x1b[2J", *held[1][2:]]]),
        REFUSED,
    ),
    "a blank line at the end": (one_member(DATA, lambda d: d + b"\n"), WHOLE),
    "quoted as until 2024": (inside(lambda held: setattr(held, "quoted", True)), WHOLE),
}

TABLES: dict[str, tuple[Fault | None, str]] = {
    "a row gone": (without(DATA, lambda r: (r[1], r[3]) == ("NOR", GDP)), REFUSED),
    "the last row gone": (table(DATA, lambda held: held[:-2]), REFUSED),
    "a row of an aggregate gone": (without(DATA, lambda r: (r[1], r[3]) == ("WLD", GDP)), WHOLE),
    "a row twice": (table(DATA, lambda held: [*held, held[9]]), REFUSED),
    "one row twice, another never": (
        rows(
            DATA,
            "Country Code",
            "NOR",
            lambda row: (
                row.__setitem__(slice(2, 4), ["GDP per capita (current US$)", GDP])
                if row[3] == GNI
                else None
            ),
        ),
        REFUSED,
    ),
    "rows in another order": (table(DATA, lambda held: [held[0], *held[:0:-1]]), WHOLE),
    "a short row": (
        table(DATA, lambda held: [*held[:5], held[5][:-1], *held[6:]]),
        REFUSED,
    ),
    "a long row": (table(DATA, lambda held: held[5].append("1")), REFUSED),
    "an economy gone from the wide table": (without(DATA, lambda r: r[1] == "XKX"), REFUSED),
    "an economy gone from the list": (without(COUNTRIES, lambda r: r[0] == "XKX"), REFUSED),
    "an economy gone everywhere": (
        inside(
            lambda held: [
                held.tables.update({n: [r for r in held.tables[n] if r[at] != "XKX"]})
                for n, at in ((DATA, 1), (COUNTRIES, 0))
            ]
        ),
        REFUSED,
    ),
    "an economy listed twice": (table(COUNTRIES, lambda held: [*held, held[1]]), REFUSED),
    "a code without a classification": (
        table(DATA, lambda held: [*held, ["Not classified", "ZZX", *held[1][2:]]]),
        WHOLE,
    ),
    "an aggregate with a region": (put(COUNTRIES, "WLD", "Region", "North America"), REFUSED),
    "all aggregates gone": (without(COUNTRIES, lambda r: not r[5]), REFUSED),
    "an economy without a region": (put(COUNTRIES, "NOR", "Region", ""), REFUSED),
    "a region nobody knows": (put(COUNTRIES, "NOR", "Region", "Atlantis"), REFUSED),
    "an income level nobody knows": (put(COUNTRIES, "NOR", "Income Group", "Rich"), REFUSED),
    "an economy not classified any more": (put(COUNTRIES, "NOR", "Income Group", ""), REPORTED),
    "income levels that moved for most": (
        table(
            COUNTRIES,
            lambda held: [
                [*r[:6], "Low income" if r[6] == "High income" else r[6] and "High income", *r[7:]]
                if i
                else r
                for i, r in enumerate(held)
            ],
        ),
        REFUSED,
    ),
    "another name": (named("NOR", "Norge"), REPORTED),
    "two names of one code": (
        table(DATA, lambda held: next(r for r in held if r[1] == "NOR").__setitem__(0, "Sweden")),
        REFUSED,
    ),
    "a name with escapes": (named("NOR", "Nor\x1b[31mway"), REFUSED),
    "a name that is a formula": (named("NOR", '=HYPERLINK("http://x")'), REFUSED),
    "a name without end": (named("NOR", "Nor" + "w" * 5000 + "ay"), REFUSED),
    "a series gone from the wide table": (without(DATA, lambda r: r[3] == GNI), REFUSED),
    "a series gone from the list": (without(SERIES, lambda r: r[0] == GNI), REFUSED),
    "a series listed twice": (
        table(SERIES, lambda held: [*held, next(r for r in held if r[0] == GDP)]),
        REFUSED,
    ),
    "a series of another unit": (both_tables(GDP, "GDP per capita (constant 2015 US$)"), REFUSED),
    "a series of other words": (both_tables(RND, "R&D (% of GDP)"), REPORTED),
    "a series titled in two ways": (put(SERIES, GDP, "Indicator Name", "GDP"), REFUSED),
    "a series without a title": (put(SERIES, GDP, "Indicator Name", ""), REFUSED),
    "a licence of another": (put(SERIES, GDP, "License Type", SIPRI), REFUSED),
    "a licence that is not for trade": (put(SERIES, GDP, "License Type", "CC BY-NC 4.0"), REFUSED),
    "no licence": (put(SERIES, GDP, "License Type", ""), REFUSED),
    "a licence of escapes": (put(SERIES, GDP, "License Type", ESCAPES[:90]), REFUSED),
    "a licence in other words": (put(SERIES, GDP, "License Type", "CC BY 4.0"), WHOLE),
    "a licence of its own": (put(SERIES, GDP, "License Type", "CC BY 3.0 IGO"), WHOLE),
    "no column of licences": (column(SERIES, lambda kept, _: kept[:-1]), REFUSED),
    "no column of regions": (column(COUNTRIES, lambda k, _: [*k[:5], *k[6:]]), REFUSED),
    "the codes in another column": (column(COUNTRIES, lambda k, _: [*k[1:], 0]), REFUSED),
    "a year twice": (column(DATA, lambda k, _: [*k, k[-1]]), REFUSED),
    "a year gone": (column(DATA, lambda k, _: [*k[:-3], *k[-2:]]), REFUSED),
    "two years in each other's place": (
        column(DATA, lambda k, _: [*k[:-2], k[-1], k[-2]]),
        REFUSED,
    ),
    "no years": (column(DATA, lambda k, _: k[:4]), REFUSED),
    "its last years gone": (column(DATA, lambda k, _: k[:-3]), REFUSED),
    "a year in words": (table(DATA, lambda held: held[0].__setitem__(6, "2017 [YR2017]")), REFUSED),
    "two dots for a value": (value(".."), REFUSED),
    "a word for a value": (value("many"), REFUSED),
    "NaN": (value("NaN"), REFUSED),
    "a number too large for a float": (value("1e999"), REFUSED),
    "a number of 5000 digits": (value("1" * 5000), REFUSED),
    "thousands parted by commas": (value("75,720.3"), REFUSED),
    "a blank before a number": (value(" 75720.3"), REFUSED),
    "a blank for a value": (value(" "), REFUSED),
    "full-width digits": (value(wide("75720")), REFUSED),
    "a negative value": (value("-5"), REFUSED),
    "an implausible value": (value("1e18"), REFUSED),
    "a formula": (value("=1+1"), REFUSED),
}

LIED: dict[str, tuple[Fault | None, str]] = {
    "made a year before": (dated(date(2025, 7, 2)), REFUSED),
    "made a year after": (dated(date(2027, 7, 2)), REFUSED),
    "made a fortnight before": (dated(date(2026, 6, 29)), REFUSED),
    "made some days before": (dated(date(2026, 7, 9)), WHOLE),
    "without a day inside": (dated(date(1980, 1, 1)), WHOLE),
    "without any day": (dated(date(1980, 1, 1), headed(Last_Modified=None)), REFUSED),
    "an unreadable Last-Modified": (zipped(headed(Last_Modified="yesterday")), WHOLE),
    "there since a year before": (zipped(headed(Last_Modified=LONG_AGO)), REFUSED),
    "uploaded anew": (zipped(headed(Last_Modified="Sun, 01 Nov 2026 12:00:00 GMT")), WHOLE),
    "one value gone": (nothing(series=[GDP], economies=["NOR"], years=[2019]), REFUSED),
    "a year gone from a series": (nothing(series=[GNI], years=[2018]), REFUSED),
    "the newest year gone": (nothing(years=[2021]), REFUSED),
    "a series without a value": (nothing(series=[GNI]), REFUSED),
    "GDP in thousands": (scaled(0.001, series=[GDP]), REFUSED),
    "everything x 0.9": (scaled(0.9), REFUSED),
    "four economies x 10": (scaled(10, series=[GNI], economies=SOME), REFUSED),
    "one economy x 1.5": (scaled(1.5, series=[GDP], economies=["NOR"]), REPORTED),
    "two economies in each other's place": (swapped(1, "DEU", "JPN"), REFUSED),
    "GDP and GNI in each other's place": (swapped(0, GDP, GNI), REFUSED),
    "everything rounded to eleven digits": (rounded(11), REPORTED),
    "everything rounded to one digit": (rounded(1), REFUSED),
}

BULK = WIRE | ZIP | TABLES | LIED
