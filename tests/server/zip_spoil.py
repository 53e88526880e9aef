"""Ways to spoil the bulk zip of a release: its answer, its bytes, its members, its tables."""

from __future__ import annotations

import struct
from collections.abc import Callable
from dataclasses import replace
from datetime import date

from tests.server.bulk import DATA, SERIES, Contents, Table, zip_of
from tests.server.lies import Cell, meant
from tests.server.spoil import Change, broken, on
from tests.server.wire import Asked, Fault, Reply

GDP, GNI, RND = "NY.GDP.PCAP.CD", "NY.GNP.PCAP.CD", "GB.XPD.RSDV.GD.ZS"
SOME = ["CHN", "DEU", "JPN", "USA"]
FIRST = 4  # cells before the years
END, DIRECTORY = b"PK\x05\x06", b"PK\x01\x02"


def zipped(change: Change, times: int | None = None) -> Fault:
    return on("bulk", change, times=times)


def inside(change: Callable[[Contents], object]) -> Fault:
    """Serve a zip of other contents; `change` edits them in place."""

    def fault(asked: Asked, reply: Reply) -> Reply:
        return replace(reply, body=asked.spoilt(change)) if asked.spoilt else reply

    return fault


def bytes_of(change: Callable[[bytes], bytes]) -> Fault:
    return zipped(lambda reply: replace(reply, body=change(reply.body)))


def table(name: str, change: Callable[[Table], Table | None]) -> Fault:
    """Change a table, header first: in place, or by returning another."""

    def spoil(held: Contents) -> None:
        changed = change(held.tables[name])
        if changed is not None:
            held.tables[name] = changed

    return inside(spoil)


def rows(name: str, column: str, found: str, change: Callable[[list[str]], object]) -> Fault:
    """Change every row whose column holds a word."""

    def spoil(held: Table) -> None:
        at = held[0].index(column)
        for row in held[1:]:
            if row[at] == found:
                change(row)

    return table(name, spoil)


def put(name: str, key: str, column: str, text: str) -> Fault:
    """Put a text into the row of a key, which stands first, in the lists beside the wide table."""

    def spoil(held: Table) -> None:
        at = held[0].index(column)
        next(row for row in held if row[0] == key)[at] = text

    return table(name, spoil)


def value(text: str) -> Fault:
    """Put a text in place of Norway's GDP per capita in 2019."""

    def spoil(held: Table) -> None:
        at = held[0].index("2019")
        next(row for row in held if (row[1], row[3]) == ("NOR", GDP))[at] = text

    return table(DATA, spoil)


def without(name: str, unwanted: Callable[[list[str]], bool]) -> Fault:
    return table(name, lambda held: [held[0], *(row for row in held[1:] if not unwanted(row))])


def column(name: str, change: Callable[[list[int], Table], list[int]]) -> Fault:
    """Take other columns: `change` is given their numbers, and the table."""

    def spoil(held: Table) -> Table:
        kept = change(list(range(len(held[0]))), held)
        return [[row[at] for at in kept] for row in held]

    return table(name, spoil)


def cells(change: Callable) -> Fault:
    """Change published values: `change(cell, value, of)` gives the new one; None takes it away."""

    def fault(asked: Asked, reply: Reply) -> Reply:
        def spoil(held: Contents) -> None:
            header, *records = held.tables[DATA]
            for row in records:
                for at in range(FIRST, len(header)):
                    cell: Cell = (row[3], row[1], int(header[at]))
                    found = change(cell, float(row[at]), asked.right.get) if row[at] else None
                    row[at] = "" if found is None else repr(found)

        return inside(spoil)(asked, reply)

    return fault


def scaled(factor: float, **only) -> Fault:
    return cells(lambda cell, found, _of: found * factor if meant(cell, **only) else found)


def nothing(**only) -> Fault:
    return cells(lambda cell, found, _of: None if meant(cell, **only) else found)


def rounded(digits: int) -> Fault:
    return cells(lambda _cell, found, _of: float(f"{found:.{digits}g}"))


def swapped(axis: int, one: str, two: str) -> Fault:
    """Have two series or economies answer in each other's place."""
    other = {one: two, two: one}
    return cells(
        lambda cell, found, of: (
            of((*cell[:axis], other[cell[axis]], *cell[axis + 1 :]))
            if cell[axis] in other
            else found
        )
    )


def both_tables(series: str, title: str) -> Fault:
    """Title a series otherwise in both tables of the zip."""

    def spoil(held: Contents) -> None:
        for name, key, where in ((DATA, 3, 2), (SERIES, 0, 2)):
            for row in held.tables[name]:
                row[where] = title if row[key] == series else row[where]

    return inside(spoil)


def named(code: str, text: str) -> Fault:
    return rows(DATA, "Country Code", code, lambda row: row.__setitem__(0, text))


def members(change: Callable[[dict[str, bytes]], list[tuple[str, bytes]]]) -> Fault:
    """Serve a zip of other members; `change` is given the right ones."""

    def spoil(held: Contents, reply: Reply) -> Reply:
        texts = {name: held.text(each).encode() for name, each in held.tables.items()}
        return replace(reply, body=zip_of(change(texts | held.notes), held.made))

    def fault(asked: Asked, reply: Reply) -> Reply:
        if not asked.spoilt:
            return reply
        kept: list[Contents] = []
        asked.spoilt(kept.append)
        return spoil(kept[0], reply)

    return fault


def one_member(name: str, change: Callable[[bytes], bytes]) -> Fault:
    return members(lambda all_: list({**all_, name: change(all_[name])}.items()))


def patched(mark: bytes, at: int, form: str, found: int) -> Fault:
    """Write a number into the first directory entry, or the end, of the zip."""

    def change(data: bytes) -> bytes:
        where = data.index(mark) + at
        size = struct.calcsize(form)
        return data[:where] + struct.pack(form, found) + data[where + size :]

    return bytes_of(change)


def flipped(where: Callable[[bytes], int]) -> Fault:
    def change(data: bytes) -> bytes:
        at = where(data)
        return data[:at] + bytes([data[at] ^ 0x55]) + data[at + 1 :]

    return bytes_of(change)


def headed(**headers: str | None) -> Change:
    """Change headers of the answer; None takes one away."""
    changed = {name.replace("_", "-"): text for name, text in headers.items()}

    def spoil(reply: Reply) -> Reply:
        kept = {k: v for k, v in (reply.headers | changed).items() if v is not None}
        return replace(reply, headers=kept)

    return spoil


def cut_then(change: Change) -> Fault:
    """Cut the first answer off, change those that follow."""
    return lambda asked, reply: change(reply) if asked.before else broken("cut")(reply)


def first_part(reply: Reply) -> Reply:
    return replace(reply, status=206, headers={**reply.headers, "Content-Range": "bytes 0-9/10"})


def other_bytes(reply: Reply) -> Reply:
    """Send another file as the rest of the first: the right length, and other bytes."""
    return replace(reply, body=reply.body[: len(reply.body) // 2] + bytes(len(reply.body) // 2 + 1))


def dated(made: date, change: Change | None = None) -> Fault:
    """Serve a zip that was made on another day."""

    def spoil(held: Contents) -> None:
        held.made = made

    def fault(asked: Asked, reply: Reply) -> Reply:
        reply = inside(spoil)(asked, reply)
        return change(reply) if change else reply

    return fault
