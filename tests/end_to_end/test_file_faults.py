"""Files that are not what they should be: each ends whole, refused in one sentence, or reported.

Nothing may be silent. What no rule sees is one plausible figure for another where a file says it
once; naming its digest (`sha256=`) closes that too.
"""

from __future__ import annotations

import hashlib
import os
import random
import shutil
from collections import Counter

import pytest

from affordability.fetch.refusal import FetchError
from affordability.vintages import Vintage
from tests.server.files import (
    SAID,
    TERMS,
    hand_in,
    outcome,
    percentiles,
    small_world,
    text,
)
from tests.server.judge import whole_server
from tests.server.spoil import HTML, body, broken, on, status
from tests.server.spoilt_files import (
    BINS,
    NAMED,
    PCT,
    REFUSED,
    STORES,
    WHOLE,
    kept,
    spoilt,
)

ENDINGS: Counter = Counter()
RANDOM_FAULTS = int(os.environ.get("FAULTS", "25"))


@pytest.fixture(scope="module")
def world(tmp_path_factory):
    return small_world(tmp_path_factory.mktemp("world"))


def ended(kind: str, content: bytes, world, folder, **said) -> str:
    """Hand a file in, and undo what was frozen."""
    path = folder / f"{kind}.csv"
    path.write_bytes(content)
    source = "app_store" if kind == STORES else "pip"
    try:
        return outcome(world, str(path), source, kept(kind), **said)
    finally:
        shutil.rmtree(world / source / "new", ignore_errors=True)


@pytest.mark.parametrize("name", NAMED)
def test_a_file_ends_as_it_must(name, world, tmp_path):
    kind, content, said, expected = NAMED[name]
    if kind == BINS and expected in (WHOLE,):
        said = {**said, "allow_losses": "pip"}  # three economies of the eight
    found = ended(kind, content, world, tmp_path, **said)
    ENDINGS[found.partition(":")[0]] += 1
    assert found.partition(":")[0] == expected, found


def test_the_faults_of_files_are_counted_and_none_is_silent(record_property):
    silent = sum(n for kind, n in ENDINGS.items() if kind.isupper())
    said = ", ".join(f"{n} {kind}" for kind, n in sorted(ENDINGS.items()))
    record_property("counted", f"files handed in: {ENDINGS.total()} tried: {said}, {silent} silent")
    assert silent == 0
    assert ENDINGS.total() in (0, len(NAMED))  # 0: run alone


def test_files_spoilt_at_random_lose_nothing_silently(world, tmp_path, record_property):
    endings, bad = Counter(), []
    for number in range(RANDOM_FAULTS):
        kind, content, allowed = spoilt(random.Random(20261128 + number))
        found = ended(PCT, content, world, tmp_path)
        endings[found.partition(":")[0]] += 1
        if found.partition(":")[0] not in allowed:
            bad.append(f"{number} {kind}: {found}")
    said = ", ".join(f"{n} {kind}" for kind, n in sorted(endings.items()))
    record_property("counted", f"files spoilt at random: {endings.total()} tried: {said}")
    assert bad == []


@pytest.mark.parametrize(
    ("fault", "expected"),
    [
        (None, WHOLE),
        (on("prices", body(HTML, "text/html")), REFUSED),
        (on("prices", status(404)), REFUSED),
        (on("prices", status(503)), REFUSED),
        (on("prices", status(503), times=1), WHOLE),
        (on("prices", broken("cut")), REFUSED),
        (on("prices", broken("cut"), times=1), WHOLE),
        (on("prices", broken("stall", 9)), REFUSED),
        (on("prices", broken("reset")), REFUSED),
        (on("prices", status(302, Location="http://example.org/x.csv")), REFUSED),
    ],
)
def test_a_file_at_an_address_is_asked_for_with_patience(fault, expected, world, tmp_path):
    with whole_server() as server:
        server.prices = text(percentiles())
        server.start_over(fault)
        try:
            found = outcome(world, f"{server.address}/prices.json", "pip", kept(PCT))
        finally:
            shutil.rmtree(world / "pip/new", ignore_errors=True)
    assert found.partition(":")[0] == expected, found


def test_what_is_frozen_says_where_it_came_from_and_under_which_terms(world, tmp_path):
    path = tmp_path / "percentiles.csv"
    path.write_bytes(text(percentiles()))
    try:
        hand_in(world, str(path), "pip", vintage="new")
        sidecar = Vintage(world / "pip/new").sidecar
        with pytest.raises(FetchError, match="is frozen: never changed"):
            hand_in(world, str(path), "pip", vintage="new")
    finally:
        shutil.rmtree(world / "pip/new", ignore_errors=True)
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    assert sidecar["licenses"] == [{"name": TERMS["licence"], "path": TERMS["licence_at"]}]
    assert sidecar["x_request"]["sha256"] == digest
    assert sidecar["x_request"]["ppp_year"] == 2017
    assert sidecar["x_left_out"] == {"older years": 1}


def test_a_digest_that_is_said_is_the_proof_of_a_file(world, tmp_path):
    path = tmp_path / "percentiles.csv"
    path.write_bytes(text(percentiles())[:-1])
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    with pytest.raises(FetchError, match="may have been cut") as refused:
        hand_in(world, str(path), "pip")
    assert f"ARGS='sha256={digest}'" in str(refused.value)
    assert f"make update FILE={path} SOURCE=pip PPP=2017 VINTAGE=new" in str(refused.value)
    with pytest.raises(FetchError, match="it is cut, or another file"):
        hand_in(world, str(path), "pip", sha256="0" * 64)
    hand_in(world, str(path), "pip", sha256=digest)
    shutil.rmtree(world / "pip/new")


@pytest.mark.parametrize(
    ("said", "expected"),
    [
        ({"licence": ""}, "LICENCE: found nothing, expected the licence in the words"),
        ({"licence_at": ""}, "LICENCE_AT: found nothing, expected the address"),
        ({"licence_at": "somewhere"}, "LICENCE_AT: found 'somewhere'"),
        ({"ppp": ""}, "PPP: found nothing, expected the PPP year of the means"),
        ({"ppp": "2020"}, "PPP: found '2020'"),
        ({"source": "world_bank"}, "SOURCE: found 'world_bank', expected one of pip, app_store"),
        ({"vintage": "../x"}, "VINTAGE: found '../x', expected the name of the new folder"),
        ({"file": ""}, "FILE: found nothing"),
        ({"file": "ftp://example.org/x.csv"}, "FILE: found"),
        ({"file": "https://me:secret@example.org/x.csv"}, "without user and password"),
        ({"file": "no such.csv"}, "FILE: found no file no such.csv"),
        ({"source": "app_store", "ppp": ""}, "PUBLISHER: found nothing, expected who published"),
        (
            {"source": "app_store", "ppp": "", "publisher": "Oh"},
            "PAGE: found nothing, expected the address",
        ),
        ({"page": "a page"}, "PAGE: found 'a page', expected the address"),
        ({"sha256": "abc"}, "SHA256: found 'abc', expected 64"),
        ({"year": "20"}, "YEAR: found '20', expected a year"),
        ({"allow_losses": "true"}, "ALLOW_LOSSES: found 'true'"),
        ({"colour": "red"}, "found colour, expected FILE, SOURCE, PPP"),
    ],
)
def test_what_is_said_of_a_file_is_understood_or_refused(said, expected, world):
    with pytest.raises(FetchError, match=expected.replace("(", r"\(")) as refused:
        hand_in(
            world,
            **{
                "file": "x.csv",
                "source": "pip",
                "page": "",
                "publisher": "",
                **SAID["pip"],
                **said,
            },
        )
    assert "secret" not in str(refused.value)
