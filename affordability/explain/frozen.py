"""Frozen rows by their key: the file, line, digest and cells a number was read from."""

from __future__ import annotations

import csv
import hashlib
import io
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from affordability.tables import InputError, load_schema
from affordability.vintages import RAW, Vintage, folder_of


@dataclass(frozen=True)
class Row:
    """One row of a frozen file: the line it ends on, and its cells as text, a blank as ""."""

    file: FrozenFile
    line: int
    values: list[str]

    @property
    def cells(self) -> dict[str, str]:
        """The cells by column."""
        return dict(zip(self.file.columns, self.values, strict=True))


@dataclass(frozen=True)
class FrozenFile:
    """A frozen CSV, read once; reading stops if its bytes are not those that were frozen."""

    path: Path
    table: str
    promised: str
    columns: list[str] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The path as a reader knows it, from the project's root."""
        return self.path.as_posix()

    @cached_property
    def data(self) -> bytes:
        """The bytes, after their digest was compared with the one the sidecar promises."""
        data = self.path.read_bytes()
        found = f"sha256:{hashlib.sha256(data).hexdigest()}"
        if found != self.promised:
            raise InputError(f"{self.name}: found {found}, expected {self.promised}")
        return data

    @cached_property
    def key(self) -> list[str]:
        """The columns that name a row, as the schema has them."""
        return load_schema(self.table)["primaryKey"]

    @cached_property
    def rows(self) -> dict[tuple[str, ...], Row]:
        """All rows by key."""
        reader = csv.reader(io.StringIO(self.data.decode("utf-8"), newline=""))
        self.columns.extend(next(reader))
        places = [self.columns.index(column) for column in self.key]
        return {
            tuple(values[place] for place in places): Row(self, reader.line_num, values)
            for values in reader
        }


class Archive:
    """The frozen folders of a study, such as `curated` and `world_bank/2026-07-13`."""

    def __init__(self, folders: list[str], raw: Path = RAW) -> None:
        self.files: dict[tuple[str, str], FrozenFile] = {}
        self._in: dict[tuple[Path, str], FrozenFile] = {}
        for folder in folders:
            place = folder_of(folder) if raw == RAW else raw / folder  # `curated` may be overlaid
            for table, facts in Vintage(place).tables.items():
                path = place / facts["path"]
                file = FrozenFile(path, facts["schema"], facts["hash"])
                self.files[folder, table] = self._in[path.parent, file.table] = file

    def file(self, table: str, folders: list[str]) -> FrozenFile | None:
        """Return the first of `folders` that has the table, else any folder's; None if none has."""
        known = [*folders, *(folder for folder, _ in self.files)]
        return next((self.files[f, table] for f in known if (f, table) in self.files), None)

    def find(self, table: str, key: dict[str, str], folders: list[str]) -> Row | None:
        """Return the row of a table by its key; None if there is none or the key is not whole.

        A table named by one column takes the value of `id` where `key` does not name that column.
        """
        file = self.file(table, folders)
        if file is None:
            return None
        if len(file.key) == 1 and file.key[0] not in key and "id" in key:
            return file.rows.get((key["id"],))
        if any(column not in key for column in file.key):
            return None
        return file.rows.get(tuple(key[column] for column in file.key))

    def beside(self, row: Row, table: str, key: str) -> Row | None:
        """Return the row of another table of the same folder that is named by one column."""
        file = self._in.get((row.file.path.parent, table))
        return None if file is None else file.rows.get((key,))
