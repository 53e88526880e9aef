"""Ways to spoil an answer, and named faults with the ending each must have."""

from __future__ import annotations

import copy
import json
from collections.abc import Callable
from dataclasses import replace

from tests.server.wire import Asked, Fault, Reply

WHOLE, REFUSED = "whole", "refused"
HTML = b"<!DOCTYPE html><html><body><h1>Service Unavailable</h1></body></html>"
XML = b'<?xml version="1.0"?><wb:error><wb:message id="120">Invalid value</wb:message></wb:error>'
ERROR = [{"message": [{"id": "120", "key": "Invalid value", "value": "not valid"}]}]
Change = Callable[[Reply], Reply]


def on(kind: str, change: Change, page: int | None = None, times: int | None = None) -> Fault:
    """Change the answers to one kind of question: one page or all, the first `times` or always."""

    def fault(asked: Asked, reply: Reply) -> Reply:
        meant = asked.kind == kind and page in (None, asked.page)
        return change(reply) if meant and (times is None or asked.before < times) else reply

    return fault


def status(code: int, **headers: str) -> Change:
    """Answer another status; headers with "_" for "-"."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda reply: Reply(HTML, code, {"Content-Type": "text/html", **named})


def broken(how: str, seconds: float = 0) -> Change:
    """Break the connection: close, reset, stall, drip, or cut the body in the middle."""
    return lambda reply: replace(reply, how=how, seconds=seconds, cut=len(reply.body) // 2)


def body(text: bytes, kind: str = "application/json") -> Change:
    """Answer other bytes with status 200."""
    return lambda reply: Reply(text, headers={"Content-Type": kind})


def edit(change: Callable[[dict | list], object]) -> Change:
    """Change the document itself; `change` edits in place, or returns another document."""

    def spoil(reply: Reply) -> Reply:
        document = reply.document
        other = change(document)
        return reply.saying(document if other is None else other)

    return spoil


def rows(document: dict | list) -> list:
    """Return the rows of a document, whatever its shape."""
    if isinstance(document, list):
        return document[1]
    source = document["source"]
    if isinstance(source, dict):
        return source["data"]
    concept = source[0]["concept"]
    return concept[0].get("variable", concept)


def head(**changed: object) -> Change:
    """Change the header."""

    def spoil(document: dict | list) -> None:
        target = document[0] if isinstance(document, list) else document
        target.update({k: v(target[k]) if callable(v) else v for k, v in changed.items()})

    return edit(spoil)


def value(found: object) -> Change:
    """Change the first published value of a page."""

    def spoil(document: dict) -> None:
        next(row for row in rows(document) if row["value"] is not None)["value"] = found

    return edit(spoil)


def shift(*keys: str) -> Change:
    """Give the second row the coordinates of the first: one cell twice, another never."""
    return edit(lambda d: rows(d)[1].update(variable=rows(d)[0]["variable"]))


def row(code: str, change: Callable[[dict], object]) -> Change:
    """Change the row of one code in a list."""
    return edit(lambda d: change(next(r for r in rows(d) if r["id"] == code)) and None)


def without(code: str) -> Change:
    """Drop the rows of one code from a list and let the header agree."""

    def spoil(document: dict | list) -> None:
        kept = [r for r in rows(document) if r["id"] != code]
        target = document[0] if isinstance(document, list) else document
        target["total"] -= len(rows(document)) - len(kept)
        rows(document)[:] = kept

    return edit(spoil)


def unanswered(place: int, code: str, years: int = 5, codes: int = 17, series: int = 4) -> Fault:
    """Answer as if one economy or series had not been asked, with a header that agrees."""

    def spoil(document: dict) -> None:
        at = place
        kept = [r for r in rows(document) if r["variable"][at]["id"] != code]
        rows(document)[:] = kept
        dropped = series * years if at == 0 else codes * years
        document["total"] -= dropped
        document["pages"] = -(-document["total"] // document["per_page"])

    return on("data", edit(spoil))


def both(*faults: Fault) -> Fault:
    def fault(asked: Asked, reply: Reply) -> Reply:
        for each in faults:
            reply = each(asked, reply)
        return reply

    return fault


def _first_page_again() -> Fault:
    """Answer page 3 with the rows of page 2, under a header that says 3."""
    kept: dict[str, list] = {}

    def fault(asked: Asked, reply: Reply) -> Reply:
        if asked.kind == "data" and asked.page == 2:
            kept["rows"] = copy.deepcopy(rows(reply.document))
        if asked.kind == "data" and asked.page == 3:
            document = reply.document
            rows(document)[:] = kept["rows"][: len(rows(document))]
            return reply.saying(document)
        return reply

    return fault


def _double_name(reply: Reply) -> Reply:
    return replace(reply, body=reply.body.replace(b'"value":', b'"value":1,"value":', 1))


def _rename_economy(document: dict) -> None:
    rows(document)[0]["variable"][0]["id"] = "QQQ"


def _unasked_year(document: dict) -> None:
    rows(document)[0]["variable"][2]["id"] = "YR1999"


REAL_REGION = {"id": "EAS", "iso2code": "Z4", "value": "East Asia & Pacific"}
REAL = {"region": REAL_REGION, "incomeLevel": {"id": "HIC", "iso2code": "XD", "value": "High"}}
NO_GROUP = {"id": "", "iso2code": "", "value": ""}

NAMED: dict[str, tuple[Fault | None, str]] = {
    "no fault": (None, WHOLE),
    "500 once": (on("data", status(500), 2, 1), WHOLE),
    "502 once": (on("data", status(502), 1, 1), WHOLE),
    "503 twice": (on("data", status(503), 3, 2), WHOLE),
    "504 once": (on("country", status(504), 1, 1), WHOLE),
    "429 with Retry-After once": (on("data", status(429, Retry_After="0"), 2, 1), WHOLE),
    "429 with an unreadable Retry-After once": (
        on("data", status(429, Retry_After="soon"), 2, 1),
        WHOLE,
    ),
    "429 with a Retry-After in the past once": (
        on("data", status(429, Retry_After="Mon, 01 Jan 2024 00:00:00 GMT"), 2, 1),
        WHOLE,
    ),
    "connection closed once": (on("data", broken("close"), 2, 1), WHOLE),
    "connection reset once": (on("data", broken("reset"), 4, 1), WHOLE),
    "stalled once": (on("data", broken("stall", 2), 2, 1), WHOLE),
    "body cut off once": (on("data", broken("cut"), 2, 1), WHOLE),
    "dripping once": (on("data", broken("drip", 0.05), 2, 1), WHOLE),
    "classification fails once": (on("classification", status(503), 1, 1), WHOLE),
    "classification cut off once": (on("classification", broken("cut"), 1, 1), WHOLE),
    "regions fail once": (on("region", status(500), 1, 1), WHOLE),
    "concepts closed once": (on("concepts", broken("close"), 1, 1), WHOLE),
    "years reset once": (on("time", broken("reset"), 1, 1), WHOLE),
    "series 502 twice": (on("series", status(502), 1, 2), WHOLE),
    "everything fails once": (lambda a, r: status(503)(r) if not a.before else r, WHOLE),
    "byte order mark": (lambda a, r: replace(r, body=b"\xef\xbb\xbf" + r.body), WHOLE),
    "500 always": (on("data", status(500), 2), REFUSED),
    "502 always": (on("data", status(502)), REFUSED),
    "503 always": (on("concepts", status(503)), REFUSED),
    "429 always": (on("data", status(429)), REFUSED),
    "429 with a Retry-After of an hour": (
        on("data", status(429, Retry_After="3600"), 2),
        REFUSED,
    ),
    "403": (on("data", status(403)), REFUSED),
    "404": (on("series", status(404)), REFUSED),
    "redirected in a circle": (
        on("data", status(302, Location="/v2/en/sources/2/concepts")),
        REFUSED,
    ),
    "connection closed always": (on("data", broken("close"), 3), REFUSED),
    "connection reset always": (on("country", broken("reset")), REFUSED),
    "stalled always": (on("data", broken("stall", 2), 2), REFUSED),
    "body cut off always": (on("data", broken("cut"), 2), REFUSED),
    "dripping always": (on("data", broken("drip", 0.05), 2), REFUSED),
    "no HTTP at all": (on("series", broken("garbage")), REFUSED),
    "said to be gzip, but is not": (
        on("data", lambda r: replace(r, headers={"Content-Encoding": "gzip"}), 3),
        REFUSED,
    ),
    "nobody answers": (lambda a, r: replace(r, how="close"), REFUSED),
    "classification fails always": (on("classification", status(503)), REFUSED),
    "HTML with status 200": (on("data", body(HTML, "text/html"), 2), REFUSED),
    "HTML instead of regions": (on("region", body(HTML, "text/html")), REFUSED),
    "XML with status 200": (on("data", body(XML, "text/xml")), REFUSED),
    "truncated JSON": (
        on("data", lambda r: replace(r, body=r.body[: len(r.body) // 2]), 2),
        REFUSED,
    ),
    "empty body": (on("data", body(b""), 2), REFUSED),
    "empty body instead of economies": (on("country", body(b"")), REFUSED),
    "no UTF-8": (on("country", lambda r: replace(r, body=r.body + b"\xff")), REFUSED),
    "null": (on("data", body(b"null"), 2), REFUSED),
    "empty list": (on("classification", body(b"[]")), REFUSED),
    "error object": (on("data", body(json.dumps(ERROR).encode()), 2), REFUSED),
    "error object instead of series": (on("series", body(json.dumps(ERROR).encode())), REFUSED),
    "short page": (on("data", edit(lambda d: rows(d).pop() and None), 2), REFUSED),
    "empty page": (on("data", edit(lambda d: rows(d).clear()), 2), REFUSED),
    "empty last page": (on("data", edit(lambda d: rows(d).clear()), 5), REFUSED),
    "repeated page": (_first_page_again(), REFUSED),
    "page one again under every number": (
        on("data", head(page=1)),
        REFUSED,
    ),
    "too many rows": (on("data", edit(lambda d: rows(d).append(rows(d)[0])), 2), REFUSED),
    "total too high": (on("data", head(total=lambda n: n + 200)), REFUSED),
    "total too low": (on("data", head(total=lambda n: n - 140, pages=lambda n: n - 2)), REFUSED),
    "total too low on page one only": (on("data", head(total=70, pages=1), 1), REFUSED),
    "total of nothing": (on("data", head(total=0, pages=0)), REFUSED),
    "pages too few": (on("data", head(pages=1)), REFUSED),
    "rows a page too many": (on("data", head(per_page=1000, pages=1)), REFUSED),
    "no total": (on("data", edit(lambda d: d.pop("total") and None)), REFUSED),
    "total in words": (on("data", head(total="many")), REFUSED),
    "lastupdated changes between pages": (on("data", head(lastupdated="2026-07-14"), 4), REFUSED),
    "no lastupdated": (on("data", edit(lambda d: d.pop("lastupdated") and None)), REFUSED),
    "no lastupdated on one page": (on("data", head(lastupdated=None), 3), REFUSED),
    "text as a value": (on("data", value("12.5"), 2), REFUSED),
    "blank text as a value": (on("data", value(""), 2), REFUSED),
    "NaN as a value": (on("data", value(float("nan")), 2), REFUSED),
    "Infinity as a value": (on("data", value(float("inf")), 2), REFUSED),
    "a number too large for a float": (
        on("data", lambda r: replace(r, body=r.body.replace(b'"value":null', b'"value":1e999', 1))),
        REFUSED,
    ),
    "true as a value": (on("data", value(True), 2), REFUSED),
    "a list as a value": (on("data", value([1]), 2), REFUSED),
    "no value": (on("data", edit(lambda d: rows(d)[0].pop("value") and None), 2), REFUSED),
    "implausibly large value": (on("data", value(1e18), 2), REFUSED),
    "negative value": (on("data", value(-1), 2), REFUSED),
    "value given twice": (on("data", _double_name, 2), REFUSED),
    "one cell twice, another never": (on("data", shift(), 2), REFUSED),
    "economy nobody asked for": (on("data", edit(_rename_economy), 2), REFUSED),
    "year nobody asked for": (on("data", edit(_unasked_year), 2), REFUSED),
    "economy silently not answered": (unanswered(0, "NAM"), REFUSED),
    "series silently not answered": (unanswered(1, "NY.GNP.PCAP.CD"), REFUSED),
    "series not listed": (on("series", without("NY.GDP.PCAP.CD")), REFUSED),
    "series without a title": (
        on("series", row("NY.GDP.PCAP.CD", lambda r: r.update(value=None))),
        REFUSED,
    ),
    "newest year not listed": (on("time", without("YR2021")), REFUSED),
    "economy not listed": (on("country", without("XKX")), REFUSED),
    "economy gone everywhere": (
        both(on("country", without("XKX")), on("classification", without("XKX"))),
        REFUSED,
    ),
    "aggregate not classified": (on("classification", without("WLD")), REFUSED),
    "aggregate classified as an economy": (
        on("classification", row("WLD", lambda r: r.update(REAL))),
        REFUSED,
    ),
    "all aggregates unlisted": (
        on("country", edit(lambda d: rows(d).__setitem__(slice(None), rows(d)[:1]))),
        REFUSED,
    ),
    "economy classified as an aggregate": (
        on("classification", row("NOR", lambda r: r.update(region={"id": "NA", "value": "A"}))),
        REFUSED,
    ),
    "economy without an income level": (
        on("classification", row("NOR", lambda r: r.update(incomeLevel=NO_GROUP))),
        REFUSED,
    ),
    "economy with an unknown region": (
        on("classification", row("NOR", lambda r: r.update(region={"id": "QQQ", "value": "?"}))),
        REFUSED,
    ),
    "economy classified twice": (
        on("classification", row("NOR", lambda r: r.update(id="USA"))),
        REFUSED,
    ),
    "economy without a name": (on("country", row("NOR", lambda r: r.update(value=" "))), REFUSED),
    "classification short": (on("classification", edit(lambda d: d[1].pop() and None)), REFUSED),
    "regions short": (on("region", edit(lambda d: d[1].pop() and None)), REFUSED),
}
