"""A large file, streamed to disk: digested on the way, resumed where a connection broke.

A part is never an answer: what came before a break is kept only if the host then sends the rest of
the very same file (`Range` with `If-Range`: same ETag or Last-Modified, same length, from the byte
asked); else it is thrown away and the file asked from its start. The file is whole when it has the
length the host said. What is inside is for others to prove.
"""

from __future__ import annotations

import hashlib
import re
import shutil
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import requests
from urllib3.exceptions import HTTPError

from affordability.fetch.refusal import FetchError
from affordability.fetch.transport import AGAIN, Patience, PatientSession, bounded, host
from affordability.tables import shown

PIECE = 1 << 16
# The largest release so far has 283 MB; a slow line brings it in an hour.
LARGE = Patience(
    attempt=1200, question=3600, total=3600, answer_bytes=600_000_000, retries=12, first_retries=3
)
LEFT = "download-"  # begins the name of a folder that a killed run left


@dataclass
class File:
    """A file on disk as it came: what the host said of it, its size and its digest."""

    path: Path
    url: str = ""
    length: int | None = None
    etag: str = ""
    last_modified: str = ""
    disposition: str = ""
    size: int = 0
    sha256: str = ""


def pieces(reply: requests.Response) -> Iterator[bytes]:
    """Give a body as it arrives: what came before a break is not lost with what did not.

    Raises:
        requests.ConnectionError: the connection broke.
    """
    try:
        while piece := reply.raw.read1(PIECE, decode_content=False):
            yield piece
    except HTTPError as error:
        raise requests.ConnectionError(error) from error


@contextmanager
def place(cache: Path) -> Iterator[Path]:
    """Give a folder for one download, empty and removed afterwards; sweep what was left before.

    Raises:
        FetchError: the folder cannot be made.
    """
    try:
        cache.mkdir(parents=True, exist_ok=True)
        for left in cache.glob(f"{LEFT}*"):
            shutil.rmtree(left, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=LEFT, dir=cache))
    except OSError as error:
        raise FetchError(f"{shown(cache)}: could not be written ({error}); no vintage") from error
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


class Download(PatientSession):
    """A session for one file: `to_disk` asks for it as often as its patience allows.

    An attempt that is given up may still be reading; its turn is over, and what it brings is not
    written any more.
    """

    answers = (200, 206)

    def __init__(
        self,
        path: Path,
        patience: Patience = LARGE,
        progress: Callable[[str, int, int], None] | None = None,
    ):
        super().__init__(patience)
        self.headers["Accept-Encoding"] = "identity"  # a length and a range are of the bytes sent
        self.file = File(path)
        self.progress = progress
        self.digest = hashlib.sha256()
        self.turn = 0
        self.told = -1
        self.lock = threading.Lock()

    def to_disk(self, url: str) -> File:
        """Return the file at `url`, whole on disk.

        Raises:
            FetchError: it did not come, is too large, or cannot be written.
        """
        try:
            self.file.path.write_bytes(b"")
            self.get(url)
        except requests.RequestException:
            raise
        except OSError as error:
            where = shown(self.file.path.parent)
            raise FetchError(f"{where}: could not be written ({error}); no vintage") from error
        self.file.sha256 = self.digest.hexdigest()
        return self.file

    def _whole_within(self, limit: float, url: str, options: dict) -> requests.Response:
        """Wait for the headers as for any answer, then for the body as long as one attempt may."""
        with self.lock:
            self.turn += 1
            turn, asked = self.turn, {**options, "headers": self._rest()}
        reply = bounded(lambda: self._opened(url, asked), min(limit, self.patience.read))
        self.answered = True
        if reply.status_code in self.answers:
            limit = min(self.patience.attempt, self.remaining())
            bounded(lambda: self._stored(reply, turn), limit)
        else:
            reply.close()
        return reply

    def _stored(self, reply: requests.Response, turn: int) -> None:
        """Store, then close: from another thread a close waits for the read that it would end."""
        try:
            self._store(reply, turn)
        finally:
            reply.close()

    def _rest(self) -> dict[str, str]:
        """Return the headers that ask for the rest, where it can be told to be of the same file."""
        validator = self.file.etag or self.file.last_modified
        if not self.file.size or not validator:
            return {}
        return {"Range": f"bytes={self.file.size}-", "If-Range": validator}

    def _store(self, reply: requests.Response, turn: int) -> None:
        """Write the body behind what is there, or over it; stop unless its length is right."""
        packed = reply.headers.get("Content-Encoding", "identity").strip().lower()
        if packed != "identity":
            raise FetchError(f"{host(reply.url)}: packed its answer as {packed[:40]}; {AGAIN}")
        with self.lock:
            self._mine(turn)
            if reply.status_code == 206:
                self._continue(reply)
            else:
                self._begin(reply)
            self._bounded(reply, self.file.length or 0)
            out = self.file.path.open("r+b")
            out.truncate(self.file.size)
            out.seek(self.file.size)
        with out:
            for piece in pieces(reply):
                with self.lock:
                    self._mine(turn)
                    self._bounded(reply, self.file.size + len(piece))
                    out.write(piece)
                    out.flush()  # nothing of this attempt may be written after its turn
                    self.digest.update(piece)
                    self.file.size += len(piece)
                    self._tell()
        if self.file.length is not None and self.file.size != self.file.length:
            raise requests.ConnectionError(
                f"{self.file.size} bytes came of {self.file.length} that were said"
            )

    def _begin(self, reply: requests.Response) -> None:
        """Forget what came before; note what the host says of the file."""
        said = reply.headers
        length = said.get("Content-Length", "")
        etag = said.get("ETag", "")
        self.file = File(
            path=self.file.path,
            url=reply.url,
            length=int(length) if re.fullmatch("[0-9]{1,15}", length) else None,
            etag="" if etag.startswith("W/") else etag,  # a weak one is no proof of the same bytes
            last_modified=said.get("Last-Modified", ""),
            disposition=said.get("Content-Disposition", ""),
        )
        self.digest = hashlib.sha256()
        free = shutil.disk_usage(self.file.path.parent).free
        if self.file.length is not None and self.file.length > free:
            raise FetchError(
                f"{shown(self.file.path.parent)}: found {free:,} bytes free, expected "
                f"{self.file.length:,} for {reply.url}; nothing was written; make room"
            )

    def _continue(self, reply: requests.Response) -> None:
        """Stop unless what comes is the rest of the same file; then it is asked from its start."""
        file, said = self.file, reply.headers
        expected = f"bytes {file.size}-{(file.length or 0) - 1}/{file.length}"
        found = said.get("Content-Range", "")
        same = not file.etag or said.get("ETag", file.etag) == file.etag
        same &= said.get("Last-Modified", file.last_modified) == file.last_modified
        if not file.size or found != expected or not same:
            asked = expected if file.size else "all bytes"
            file.size = 0  # the next attempt asks for the whole file
            raise requests.ConnectionError(f"{found[:60] or 'a part'} came, expected {asked}")

    def _bounded(self, reply: requests.Response, size: int) -> None:
        if size > self.patience.answer_bytes:
            raise FetchError(
                f"{reply.url}: answered more than {self.patience.answer_bytes:,} bytes; {AGAIN}"
            )

    def _mine(self, turn: int) -> None:
        if turn != self.turn:
            raise requests.Timeout("given up")

    def _tell(self) -> None:
        """Say at each twentieth how far it is, in MB."""
        if not self.progress or not self.file.length:
            return
        parts = 20 if self.file.length > 1_000_000 else 1
        part = parts * self.file.size // self.file.length
        if part and part != self.told:
            self.told = part
            done, of = (-(-size // 1_000_000) for size in (self.file.size, self.file.length))
            self.progress(self.file.url.rpartition("/")[2], done, of)
