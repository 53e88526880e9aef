"""The session that asks: bounded in time and size, faithful to its host, clean in what it says."""

from __future__ import annotations

import gzip
import time
import tracemalloc
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability.fetch.refusal import LONGEST_MESSAGE, FetchError
from affordability.fetch.transport import Patience, PatientSession, same_host
from tests.server.spoil import broken, on
from tests.server.wire import Reply, Server

ASKED = "https://api.example.org/v2/data?page=1"
QUICK = Patience(
    connect=1, read=0.4, attempt=0.5, first_answer=2, question=1.2, total=4, backoff=0.001, jitter=0
)


@pytest.mark.parametrize(
    ("target", "there"),
    [
        ("/v3/data", "https://api.example.org/v3/data"),
        ("https://api.example.org/v3", "https://api.example.org/v3"),
        ("https://API.example.org/v3", "https://API.example.org/v3"),
        ("?page=2", "https://api.example.org/v2/data?page=2"),
    ],
)
def test_a_redirect_on_the_same_host_is_followed(target, there):
    assert same_host(ASKED, target) == there


def test_http_may_become_https_but_never_the_other_way():
    assert same_host("http://example.org/a", "https://example.org/a") == "https://example.org/a"
    with pytest.raises(FetchError, match="not the host that was asked"):
        same_host("https://example.org/a", "http://example.org/a")


@pytest.mark.parametrize(
    "target",
    [
        "https://example.org/v2",
        "https://api.example.org.evil.example/v2",
        "//evil.example/v2",
        "http://api.example.org/v2/data",
        "https://api.example.org:8443/v2",
        "https://user:secret@api.example.org/v2",
        "https://user@api.example.org/v2",
        "https://api.example.org@evil.example/",
        "ftp://api.example.org/v2",
        "file:///etc/passwd",
        "data:text/plain,1",
        "javascript:alert(1)",
    ],
)
def test_a_redirect_elsewhere_is_refused_and_no_password_is_shown(target):
    with pytest.raises(FetchError, match="not the host that was asked") as said:
        same_host(ASKED, target)
    assert "secret" not in str(said.value)


def ask(fault, patience: Patience = QUICK, body: bytes = b"[]") -> bytes:
    with Server(prices=body, fault=fault) as server, PatientSession(patience) as session:
        return session.get(f"{server.address}/prices.json").content


def test_one_drip_ends_within_the_time_of_a_question():
    started = time.monotonic()
    with pytest.raises(FetchError, match=r"within 1 s|cannot be reached"):
        ask(on("prices", broken("drip", 0.02)), body=b"[" + b" " * 5000 + b"]")
    assert time.monotonic() - started < 2.5


def test_a_bomb_is_refused_before_it_fills_the_memory():
    bomb = gzip.compress(b"0" * 300_000_000, 9)
    assert len(bomb) < 400_000
    patience = replace(QUICK, attempt=5, question=5, answer_bytes=8_000_000)
    tracemalloc.start()
    with pytest.raises(FetchError, match="more than 8,000,000 bytes unpacked"):
        ask(lambda asked, reply: Reply(bomb, headers={"Content-Encoding": "gzip"}), patience)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_many_answers_together_are_bounded_too():
    patience = replace(QUICK, answer_bytes=600, total_bytes=1000)
    with Server(prices=b" " * 400) as server, PatientSession(patience) as session:
        address = f"{server.address}/prices.json"
        assert [len(session.get(address).content) for _ in range(2)] == [400, 400]
        with pytest.raises(FetchError, match="more than 200 bytes"):
            session.get(address)


def test_what_is_said_of_a_stranger_has_no_escape_no_password_and_one_line():
    said = str(FetchError("at https://me:secret@x.org/: \x1b[31mred\x1b[0m\r\nstopped\u202e: fine"))
    assert said == "at https://x.org/: red stopped : fine"


@given(st.text(max_size=300), st.integers(1, 40))
def test_any_text_becomes_one_printable_line_of_bounded_length(text, times):
    said = str(FetchError(text * times))
    assert len(said) <= LONGEST_MESSAGE
    assert said == "" or said.isprintable()
    assert "\n" not in said
