"""A bad network and a bad service, over the wire, through the real clients.

Whatever happens to an answer, it ends in the whole vintage, in one sentence with nothing written,
or, where an honest revision could look the same, in a vintage whose sidecar says so. Anything else
is a silent loss or a traceback; the tests count them, print the count, and expect none.

`FAULTS=1500 FAULTS_SEED=7 pytest tests/end_to_end/test_fetch_faults.py` asks for more random ones.
"""

from __future__ import annotations

import os
import random
from collections import Counter
from dataclasses import replace

import pytest

from affordability.fetch.refusal import FetchError
from tests.server.chance import random_fault
from tests.server.fables import random_lie
from tests.server.judge import DAY, outcome, small_plan, whole_server, world_bank
from tests.server.more_lies import LIES
from tests.server.spoil import NAMED

RANDOM_FAULTS = int(os.environ.get("FAULTS", "150"))
SEED = int(os.environ.get("FAULTS_SEED", "20261121"))
EVERY = [("world_bank", name, *NAMED[name]) for name in NAMED]
EVERY += [(who, name, *lies[name]) for who, lies in LIES.items() for name in lies]
ENDINGS: Counter = Counter()


@pytest.fixture(scope="module")
def server():
    with whole_server() as running:
        yield running


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "world_bank").mkdir()
    return tmp_path / "world_bank" / DAY


@pytest.mark.parametrize(
    ("who", "name", "fault", "expected"), EVERY, ids=[f"{who}: {name}" for who, name, *_ in EVERY]
)
def test_a_fault_ends_as_it_must(who, name, fault, expected, server, folder):
    server.start_over(fault)
    found = outcome(server, who, folder)
    ENDINGS[found.partition(":")[0]] += 1
    assert found.partition(":")[0] == expected, found


def test_there_are_at_least_two_hundred_named_faults(record_property):
    assert len(EVERY) >= 200
    record_property("counted", f"named faults of providers: {counts(ENDINGS)}")


def counts(endings: Counter) -> str:
    """Return the endings as a sentence, those that must not be named too."""
    kinds = {"whole": 0, "refused": 0, "reported": 0, "SILENT": 0, "UNCLEAR": 0, "TRACEBACK": 0}
    said = ", ".join(f"{count} {kind.lower()}" for kind, count in {**kinds, **endings}.items())
    return f"{endings.total()} tried: {said}"


def test_random_faults_lose_nothing_silently(server, tmp_path, record_property):
    endings, bad = Counter(), []
    for number in range(RANDOM_FAULTS):
        rng = random.Random(SEED + number)
        make = random_lie if number % 2 else random_fault
        who, name, fault, endings_allowed = make(rng)
        server.start_over(fault)
        ending = outcome(server, who, tmp_path / str(number) / DAY)
        kind = ending.partition(":")[0]
        endings[kind] += 1
        if kind not in endings_allowed:
            bad.append(f"{number} {who} {name}: {ending}")
    said = f"random faults of providers (seed {SEED}): {counts(endings)}"
    record_property("counted", said)
    assert bad == []
    assert endings["whole"] > RANDOM_FAULTS / 20
    assert endings["refused"] > RANDOM_FAULTS / 4


def test_the_archives_must_answer_the_release_that_was_asked(server, folder):
    archive = replace(small_plan(), version="202404")
    server.start_over()
    first = folder.with_name("archive-2024-04")
    assert outcome(server, "world_bank", first, plan=archive) == "whole"

    def another_release(asked, reply):
        text = reply.body.replace(b'"id":"202404"', b'"id":"202403"')
        return replace(reply, body=text) if asked.kind == "data" else reply

    server.start_over(another_release)
    other = folder.with_name("archive-2024-05")
    with pytest.raises(FetchError, match="asked for release 202404"):
        world_bank(server.address, other, archive)
    with pytest.raises(FetchError, match="not in the World Bank archives, which have 202404"):
        world_bank(server.address, other, replace(archive, version="202401"))
    assert not other.exists()
