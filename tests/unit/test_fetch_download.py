"""A large file comes whole to disk, whatever the connection does, and leaves nothing behind."""

from __future__ import annotations

import hashlib
import time
from collections import namedtuple
from dataclasses import replace

import pytest

from affordability.fetch import download
from affordability.fetch.download import Download, place
from affordability.fetch.refusal import FetchError
from affordability.fetch.transport import NotThere
from tests.server import wire
from tests.server.judge import QUICK
from tests.server.spoil import broken
from tests.server.wire import Reply, Server, ranged
from tests.server.zip_spoil import headed

BODY = bytes(range(256)) * 3000
HEADERS = {"ETag": '"one"', "Accept-Ranges": "bytes", "Content-Type": "application/zip"}
PATIENT = replace(QUICK, attempt=5, question=9, total=9)


def whole(asked, reply: Reply) -> Reply:
    return Reply(BODY, headers=HEADERS)


@pytest.fixture
def sent(monkeypatch) -> list[tuple[int, int]]:
    """Status and bytes of each answer as it was sent."""
    answers = []

    def told(reply: Reply, asked) -> Reply:
        found = ranged(reply, asked)
        answers.append((found.status, len(found.body)))
        return found

    monkeypatch.setattr(wire, "ranged", told)
    return answers


def brought(tmp_path, fault, patience=PATIENT) -> download.File:
    """Ask a server of one file, spoilt, and return what came."""
    with (
        Server(prices=b"x", fault=lambda a, r: fault(a, whole(a, r))) as server,
        Download(tmp_path / "f", patience) as ours,
    ):
        return ours.to_disk(f"{server.address}/prices.json")


def once(change):
    """Spoil the first answer."""
    return lambda asked, reply: reply if asked.before else change(reply)


def is_whole(file: download.File) -> bool:
    digest = hashlib.sha256(BODY).hexdigest()
    return file.path.read_bytes() == BODY and (file.size, file.sha256) == (len(BODY), digest)


def test_of_what_was_cut_off_the_rest_is_asked_and_digested_as_one_file(tmp_path, sent):
    assert is_whole(brought(tmp_path, once(broken("cut"))))
    assert sent == [(200, len(BODY)), (206, len(BODY) - len(BODY) // 2)]


@pytest.mark.parametrize(
    ("change", "statuses"),
    [
        (headed(Accept_Ranges=None), [200, 200]),
        (headed(ETag=None), [200, 200]),  # nothing says that it is still the same file
        (headed(ETag=None, Last_Modified="Mon, 13 Jul 2026 12:30:00 GMT"), [200, 206]),
        (headed(ETag='W/"one"', Last_Modified="Mon, 13 Jul 2026 12:30:00 GMT"), [200, 206]),
    ],
)
def test_it_is_resumed_only_where_it_can_be_told_to_be_the_same(change, statuses, tmp_path, sent):
    file = brought(tmp_path, lambda a, r: once(broken("cut"))(a, change(r)))
    assert is_whole(file)
    assert [status for status, _ in sent] == statuses


def test_another_file_is_never_the_rest_of_the_first(tmp_path, sent):
    def another(question, reply: Reply) -> Reply:
        return headed(ETag='"two"')(reply) if question.before else broken("cut")(reply)

    file = brought(tmp_path, another)
    assert is_whole(file)
    assert (file.etag, sent[1]) == ('"two"', (200, len(BODY)))


def test_an_attempt_that_is_given_up_writes_nothing_more(tmp_path):
    patience = replace(QUICK, attempt=0.3, question=4, total=4)
    file = brought(tmp_path, once(broken("drip", 0.002)), patience)
    assert is_whole(file)
    time.sleep(0.3)  # the dripping attempt goes on meanwhile
    assert is_whole(file)


def test_a_host_that_has_nothing_there_says_so(tmp_path):
    with (
        Server(prices=b"x") as server,
        Download(tmp_path / "f", QUICK) as ours,
        pytest.raises(NotThere, match="answered 404 Not Found to http://127"),
    ):
        ours.to_disk(f"{server.address}/other.zip")


def test_a_disk_without_room_is_told_before_anything_is_read(tmp_path, monkeypatch):
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(download.shutil, "disk_usage", lambda path: usage(1, 1, 1000))
    with pytest.raises(FetchError, match=r"found 1,000 bytes free, expected 768,000.*make room"):
        brought(tmp_path, lambda a, r: r)


def test_a_disk_that_does_not_write_is_told_in_one_sentence(tmp_path):
    with pytest.raises(FetchError, match=r"could not be written .*no vintage"):
        brought(tmp_path / "nowhere", lambda a, r: r)


def test_a_place_is_empty_removed_and_swept_of_what_a_killed_run_left(tmp_path):
    (tmp_path / "cache" / "download-left").mkdir(parents=True)
    with place(tmp_path / "cache") as folder:
        (folder / "f").write_bytes(b"x")
        assert [path.name for path in (tmp_path / "cache").iterdir()] == [folder.name]
    assert list((tmp_path / "cache").iterdir()) == []
