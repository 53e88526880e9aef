"""A stranger's zip, read without trust: its directory first, then each member once, to its end.

Nothing is unpacked to disk and no name is used as a path. Before anything is read the directory
must be small, name each member once, plainly and unencrypted, and promise a size that can be true;
a member then gives no byte more than it promised, and its CRC is compared at its end. Tables are
read as records of bounded length, so that no member fills the memory.
"""

from __future__ import annotations

import csv
import io
import re
import struct
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from affordability.fetch.reading import excerpt
from affordability.fetch.refusal import FetchError
from affordability.fetch.transport import AGAIN

END = b"PK\x05\x06"  # begins the record at the end of a zip
MOST_MEMBERS = 100
MOST_DIRECTORY = 1_000_000  # bytes
MOST_UNPACKED = 2_000_000_000  # bytes; a release has 283 MB
MOST_RECORD = 1_000_000  # characters of one row of a table
PIECE = 1 << 20
PLAIN = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,99}")
EPOCH = (1980, 1, 1)  # the date of a member that has none
BROKEN = (
    zipfile.BadZipFile,
    zlib.error,
    EOFError,
    OSError,
    NotImplementedError,
    RuntimeError,
    struct.error,
    OverflowError,
    ValueError,
    csv.Error,
)


@dataclass(frozen=True)
class Member:
    """One file of a zip as its directory describes it."""

    name: str
    bytes: int
    crc: str
    made: str  # YYYY-MM-DD; blank where the zip gives no date


class Zip:
    """An open zip; `rows` reads a table, `finish` what is left."""

    def __init__(self, archive: zipfile.ZipFile, called: str):
        self.archive = archive
        self.called = called
        self.left = {info.filename: info for info in archive.infolist()}
        self.members = [_member(info) for info in archive.infolist()]

    def rows(self, name: str) -> Iterator[list[str]]:
        """Give the records of a CSV, header first, and prove its CRC at the end.

        Raises:
            FetchError: it is not there, is damaged, or is no CSV in UTF-8.
        """
        if name not in self.left:
            there = ", ".join(member.name for member in self.members)
            raise FetchError(
                f"{self.called}: found the members {there or 'none'}, expected {name}; {AGAIN}"
            )
        since = 0

        def lines(text: io.TextIOWrapper) -> Iterator[str]:
            nonlocal since
            while line := text.readline(MOST_RECORD):
                since += len(line)
                if since >= MOST_RECORD:
                    raise ValueError(f"a record of more than {MOST_RECORD:,} characters")
                yield line

        with self._read(name) as member:
            text = io.TextIOWrapper(member, encoding="utf-8-sig", newline="")
            for record in csv.reader(lines(text), strict=True):
                since = 0
                if record:
                    yield record

    def finish(self) -> None:
        """Read every member that was not read yet to its end.

        Raises:
            FetchError: one is damaged.
        """
        for name in list(self.left):
            with self._read(name) as member:
                while member.read(PIECE):
                    pass

    @contextmanager
    def _read(self, name: str) -> Iterator[io.BufferedIOBase]:
        info = self.left.pop(name)
        try:
            with self.archive.open(info) as member:
                yield member
                if member.tell() != info.file_size:
                    raise EOFError(f"found {member.tell():,} bytes of {info.file_size:,}")
        except BROKEN as error:
            if isinstance(error, FetchError):
                raise
            raise FetchError(
                f"{self.called}, {name}: {_said(error)}; it is damaged, {AGAIN}"
            ) from error


@contextmanager
def opened(path: Path, called: str) -> Iterator[Zip]:
    """Give a zip whose directory is sound; `called` names it in what is said.

    Raises:
        FetchError: it is no whole zip, or its directory cannot be that of an honest one.
    """
    _prove_end(path, called)
    try:
        archive = zipfile.ZipFile(path)
    except BROKEN as error:
        raise FetchError(f"{called}: is no whole zip ({_said(error)}); {AGAIN}") from error
    with archive:
        _prove_directory(archive.infolist(), called)
        yield Zip(archive, called)


def _prove_end(path: Path, called: str) -> None:
    """Stop unless the end of the file promises a directory that is small: it is read as a whole."""
    size = path.stat().st_size
    with path.open("rb") as lines:
        start = lines.read(80)
        lines.seek(max(size - 65_557, 0))
        tail = lines.read()
    at = tail.rfind(END)
    if not start.startswith(b"PK") or at < 0 or len(tail) - at < 22:
        found = f"starting {excerpt(start).partition('starting ')[2]}, expected a zip"
        if start.startswith(b"PK"):
            found = "expected the directory that ends a zip: it is cut off"
        raise FetchError(f"{called}: found {size:,} bytes, {found}; {AGAIN}")
    entries, directory = struct.unpack("<HI", tail[at + 10 : at + 16])
    if entries > MOST_MEMBERS or directory > MOST_DIRECTORY:
        raise FetchError(
            f"{called}: found a directory of {entries:,} members in {directory:,} bytes, expected "
            f"at most {MOST_MEMBERS} in {MOST_DIRECTORY:,}; {AGAIN}"
        )


def _prove_directory(infos: list[zipfile.ZipInfo], called: str) -> None:
    """Stop at a directory that no honest zip has."""
    names = [info.filename for info in infos]
    odd = [name for name in names if not PLAIN.fullmatch(name) or names.count(name) > 1]
    if odd:
        times = f"{names.count(odd[0])} times" if PLAIN.fullmatch(odd[0]) else "as a member"
        raise FetchError(
            f"{called}: found {odd[0][:80]!r} {times}, expected plain names, each once; {AGAIN}"
        )
    packed = {info.compress_type for info in infos} - {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
    if packed:  # others unpack into as much memory as the zip asks for
        raise FetchError(f"{called}: packed by method {packed}, expected 0 or 8; {AGAIN}")
    size = sum(info.file_size for info in infos)
    if size > MOST_UNPACKED or len(infos) > MOST_MEMBERS:
        raise FetchError(
            f"{called}: found {len(infos)} members of {size:,} bytes unpacked, expected at most "
            f"{MOST_MEMBERS} of {MOST_UNPACKED:,}; {AGAIN}"
        )


def _member(info: zipfile.ZipInfo) -> Member:
    try:
        made = "" if info.date_time[:3] == EPOCH else date(*info.date_time[:3]).isoformat()
    except ValueError:
        made = ""
    return Member(info.filename, info.file_size, f"{info.CRC:08x}", made)


def _said(error: Exception) -> str:
    return f"{type(error).__name__}: {str(error)[:160]}".removesuffix(": ")
