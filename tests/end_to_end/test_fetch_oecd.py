"""What the OECD and the list of prices answer: whole, or refused."""

from __future__ import annotations

from dataclasses import replace

import pytest

from affordability.fetch import last, oecd, prices
from affordability.fetch.refusal import FetchError
from affordability.fetch.transport import Patience, PatientSession
from affordability.tables import ROOT
from tests.server.oecd import Oecd
from tests.server.prices import published
from tests.server.spoil import HTML, body, broken, on, status
from tests.server.wire import Reply, Server
from tests.server.world import frozen_world
from tests.server.worldbank import WorldBank

RAW = ROOT / "data" / "raw"
QUICK = Patience(connect=1, read=0.3, attempt=1, first_answer=1, total=4, retries=2, backoff=0.001)


@pytest.fixture(scope="module")
def server():
    with Server(WorldBank(frozen_world("2026-07-13.1")), Oecd(), published()) as running:
        yield running


def ask_oecd(server: Server, **options) -> list:
    known = last.world_bank(RAW).with_data
    with PatientSession(QUICK) as session:
        return oecd.fetch(f"{server.address}/oecd", session, known, 2025, **options)[0]


def replaced(old: bytes, new: bytes):
    return lambda reply: replace(reply, body=reply.body.replace(old, new, 1))


OECD_FAULTS = {
    "500 once": (on("oecd", status(500), times=1), None),
    "closed once": (on("oecd", broken("close"), times=1), None),
    "cut once": (on("oecd", broken("cut"), times=1), None),
    "404": (on("oecd", status(404)), "answered 404"),
    "503 always": (on("oecd", status(503)), "cannot be reached|answered 503"),
    "cut always": (on("oecd", broken("cut")), "IncompleteRead"),
    "HTML": (on("oecd", body(HTML, "text/html")), "asked .* for SDMX-CSV"),
    "empty": (on("oecd", body(b"")), "asked .* for SDMX-CSV"),
    "truncated in a line": (
        on("oecd", lambda r: replace(r, body=r.body[:5000])),
        "asked .* for SDMX-CSV",
    ),
    "truncated at a line end": (
        on("oecd", lambda r: replace(r, body=r.body[: r.body.index(b"\n", 50000) + 1])),
        "do not add up|did not come|expected the stages",
    ),
    "one economy gone": (
        on(
            "oecd",
            lambda r: Reply(b"".join(x for x in r.body.splitlines(True) if b",NOR," not in x)),
        ),
        "values did not come, among them NOR",
    ),
    "a column gone": (on("oecd", replaced(b"OBS_STATUS", b"STATUS")), "no one column OBS_STATUS"),
    "another unit": (on("oecd", replaced(b",USD_EXC,", b",USD_PPP,")), "UNIT_MEASURE"),
    "another multiplier": (on("oecd", replaced(b",A,6,", b",A,9,")), "UNIT_MULT"),
    "text as a value": (
        on("oecd", replaced(b"322.29560253855675", b"many")),
        "is no number",
    ),
    "NaN": (on("oecd", replaced(b"322.29560253855675", b"NaN")), "is no number"),
    "a value changed": (on("oecd", replaced(b"322.29560253855675", b"3.2")), "do not add up"),
    "an unknown stage": (on("oecd", replaced(b",LATER,", b",LATE,")), "unknown stage"),
    "an unknown economy": (on("oecd", replaced(b",AUS,", b",AUX,")), "AUX"),
    "a row twice": (
        on("oecd", lambda r: replace(r, body=r.body + r.body.splitlines(True)[1])),
        "came twice",
    ),
    "a cell too many": (on("oecd", replaced(b",A,6,", b",A,6,6,")), "line 2"),
}


@pytest.mark.parametrize("name", OECD_FAULTS)
def test_oecd_venture_capital_comes_whole_or_is_refused(name, server):
    fault, refusal = OECD_FAULTS[name]
    whole = Oecd().rows
    before = last.oecd(RAW)
    server.start_over(fault)
    try:
        if refusal is None:
            assert len(ask_oecd(server, last=before)) == len(whole)
        else:
            with pytest.raises(FetchError, match=refusal):
                ask_oecd(server, last=before)
    finally:
        server.start_over()


def test_the_oecds_losses_can_be_allowed(server):
    before = [("SEED", "AUS", 1999, 1.0)]
    with pytest.raises(FetchError, match=r"SEED: 1 of 1 .*AUS 1999.*allow_losses=oecd"):
        ask_oecd(server, last=before)
    assert ask_oecd(server, last=before, allow_losses=["oecd"])


def test_prices_that_do_not_come_or_shrink_are_refused(server):
    with PatientSession(QUICK) as session:
        with pytest.raises(
            FetchError, match=r"answered 404 Not Found to http://127.*nothing\.json"
        ):
            prices.providers(f"{server.address}/nothing.json", session)
        bundled = prices.providers(prices.BUNDLED, session)
    found = prices.rows(bundled, "x")
    assert len(found) > 1000
    with pytest.raises(FetchError, match="without the providers openai"):
        prices.rows([p for p in bundled if p.id != "openai"], "x")
    half = [row for row in found if row[1] < "h"]
    with pytest.raises(FetchError, match=r"models: \d+ of \d+ did not come.*allow_losses=prices"):
        prices.refuse_changes(half, found, (), ())
    assert prices.refuse_changes(half, found, ["prices"], ())[0].startswith("models: ")
