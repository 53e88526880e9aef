"""Tables on disk: read, check and write them by their Frictionless Table Schema.

A table is a CSV (for people) or a Parquet (for the next step) with a schema of the same name in
`workflow/schemas/tables/`. Whatever is wrong with one is said in one sentence that names file, row,
column, what was found and what was expected.
"""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from pathlib import Path

import pandas as pd
import yaml

ROOT = Path(__file__).resolve().parents[1]
SCHEMAS = ROOT / "workflow" / "schemas" / "tables"
DTYPES = {"integer": "Int64", "number": "float64"}  # all else is read as text
# libyaml reads a schema ten times as fast, and a step reads up to a hundred of them.
YAML = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class InputError(ValueError):
    """Something a person gave is wrong; the message is one sentence they can act on."""


def read_text(path: Path | str) -> str:
    """Return a file's text; `InputError` where there is no such file, or it is no UTF-8 text."""
    path = Path(path)
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        raise InputError(f"{shown(path)}: found no such file, expected it") from None
    except IsADirectoryError:
        raise InputError(f"{shown(path)}: found a folder, expected a file") from None
    except PermissionError:
        raise InputError(
            f"{shown(path)}: found a file that may not be read, expected one"
        ) from None
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        row = data.count(b"\n", 0, error.start) + 1
        raise InputError(
            f"{shown(path)}, row {row}: found bytes that are no UTF-8 text, expected UTF-8"
        ) from None


@cache
def load_schema(name: str) -> dict:
    """Return the Table Schema `name` as a dict; raise `InputError` if there is none."""
    path = SCHEMAS / f"{name}.yaml"
    if not path.exists():
        known = ", ".join(sorted(p.stem for p in SCHEMAS.glob("*.yaml")))
        raise InputError(f"table schema {name}: found no {path.name}, expected one of {known}")
    return yaml.load(path.read_text(encoding="utf-8"), Loader=YAML)


def columns(name: str) -> list[str]:
    """Return the column names of table `name`, in order."""
    return [field["name"] for field in load_schema(name)["fields"]]


def read_table(path: Path | str, name: str) -> pd.DataFrame:
    """Read a CSV with the types of schema `name`; a blank is missing, the text "NA" stays text.

    Dates and months stay text (`2024-04`, `2024-04-14`), so that nothing depends on a time zone.
    A blank is "" in text, NaN in numbers, <NA> in integers and in true/false.
    """
    fields = load_schema(name)["fields"]
    numeric = {f["name"] for f in fields if f["type"] in ("integer", "number")}
    try:
        frame = pd.read_csv(
            path,
            dtype={field["name"]: DTYPES.get(field["type"], "str") for field in fields},
            keep_default_na=False,
            na_values={column: [""] for column in numeric},
            encoding="utf-8",
        )
    except (ValueError, OSError, pd.errors.ParserError) as error:
        check_table(Path(path), name)
        raise InputError(f"{shown(path)}: found what is no table ({error})") from None
    for field in fields:
        if field["type"] == "boolean":
            said = frame[field["name"]].str.lower().map({"true": True, "false": False})
            frame[field["name"]] = said.astype("boolean")
        elif field["type"] == "string" and frame[field["name"]].str.startswith("'").any():
            frame[field["name"]] = frame[field["name"]].str.replace(KEPT, r"\1", regex=True)
    return frame


class Given(Mapping):
    """The tables a step was handed, by name: its rule says where they are, each is read once.

    A CSV is read by the schema of its name, a Parquet as it is. A name that was not handed raises
    `KeyError`: a step reads what its rule names, and nothing else.
    """

    def __init__(self, paths: Mapping[str, str]) -> None:
        self.paths = {name: path for name, path in paths.items() if path}  # [] is none here
        self._read = {}

    def __getitem__(self, name: str) -> pd.DataFrame:
        if name not in self._read:
            path = self.paths[name]
            whole = str(path).endswith(".parquet")
            self._read[name] = pd.read_parquet(path) if whole else read_table(path, name)
        return self._read[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.paths)

    def __len__(self) -> int:
        return len(self.paths)


def check_table(path: Path, name: str) -> int:
    """Check a CSV against schema `name` and return its number of rows.

    Raises:
        InputError: the first thing wrong: header, type, constraint, missing cell, duplicate key,
            an offer told twice, a price without its day.
    """
    from frictionless import Resource, Schema  # late: a quarter of a second

    from affordability.cells import check_cells, check_rows, rows

    _check_header(path, name, next(rows(path, name))[1])
    check_cells(path, name)
    descriptor = {k: v for k, v in load_schema(name).items() if k != "foreignKeys"}
    resource = Resource(
        path=path.name,
        basepath=str(path.parent),
        schema=Schema.from_descriptor(descriptor),
        encoding="utf-8",
    )
    report = resource.validate(limit_errors=1)
    if report.valid:
        check_rows(path, name)
        return report.tasks[0].stats.get("rows", 0)  # no key for a table without rows
    error = report.flatten(["type", "rowNumber", "fieldName", "cell", "note", "message"])[0]
    raise InputError(_sentence(path, name, *error))


def _check_header(path: Path, name: str, found: list[str]) -> None:
    """Stop at the first column that is lost, unknown or out of order, by its own name.

    Frictionless compares by position and would name the last column for any that is lost.
    """
    expected = columns(name)
    wanted = f"expected the columns {', '.join(expected)}"
    for column in found:
        if column not in expected:
            raise InputError(f"{shown(path)}, row 1: found an unknown column {column}, {wanted}")
    for column in expected:
        if column not in found:
            raise InputError(f"{shown(path)}, row 1: found no column {column}, {wanted}")
    if found != expected:
        raise InputError(f"{shown(path)}, row 1: found {', '.join(found)}, {wanted} in that order")


def _sentence(path: Path, name: str, kind: str, row, field, cell, note: str, message: str) -> str:
    """Say a Frictionless error as file, row, column, found, expected."""
    where = shown(path)
    spec = next((f for f in load_schema(name)["fields"] if f["name"] == field), {})
    if kind == "primary-key":
        key = ", ".join(load_schema(name)["primaryKey"])
        return f"{where}, row {row}: found a duplicate, expected one row per {key} ({note})"
    if kind in ("constraint-error", "type-error"):
        wanted = spec["type"] if kind == "type-error" else _constraints(spec)
        if cell in ("", "None"):
            return f"{where}, row {row}, column {field}: found nothing, expected {wanted}"
        return f"{where}, row {row}, column {field}: found {cell!r}, expected {wanted}"
    if kind == "unique-error":
        found = f"found {cell!r} again ({note})"
        return f"{where}, row {row}, column {field}: {found}, expected it once"
    if kind == "missing-cell":
        return f"{where}, row {row}, column {field}: found no cell, expected a value or a blank"
    if kind == "extra-cell":
        return f"{where}, row {row}: found a cell too many, {cell!r}, expected {len(columns(name))}"
    if row:
        return f"{where}, row {row}: found {note or message}, expected {len(columns(name))} cells"
    return f"{where}: found {note or message}, expected a table with {', '.join(columns(name))}"


def _constraints(spec: dict) -> str:
    words = {"required": "a value", "minimum": "at least", "maximum": "at most", "enum": "one of"}
    said = []
    for key, value in spec.get("constraints", {}).items():
        if key == "required":
            said.append(words[key])
        elif key == "enum":
            said.append("one of " + ", ".join(map(str, value)))
        elif key in words:
            said.append(f"{words[key]} {value}")
        else:
            said.append(f"{key} {value}")
    return f"{spec['type']}, " + ", ".join(said)


def shown(path: Path) -> str:
    """Return `path` as a reader knows it: from the project's root if it lies there."""
    path = Path(path).resolve()
    for base in (Path.cwd().resolve(), ROOT):
        if path.is_relative_to(base):
            return path.relative_to(base).as_posix()
    return path.name


def check_frame(frame: pd.DataFrame, name: str) -> None:
    """Check a computed table before it is written: its columns, its key, its required values."""
    schema = load_schema(name)
    expected = columns(name)
    if list(frame.columns) != expected:
        raise InputError(f"{name}: found columns {list(frame.columns)}, expected {expected}")
    key = schema["primaryKey"]
    twice = frame[frame.duplicated(key, keep=False)]
    if len(twice):
        example = twice[key].iloc[0].to_dict()
        raise InputError(f"{name}: found {len(twice)} rows sharing {example}, expected one a key")
    for field in schema["fields"]:
        blank = frame[field["name"]].isna() | frame[field["name"]].eq("")
        if field.get("constraints", {}).get("required") and blank.any():
            row = frame.loc[blank, key].iloc[0].to_dict()
            raise InputError(
                f"{name}, {row}, column {field['name']}: found a blank, expected a value"
            )


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """Give a temporary name beside `path`, and rename it to `path` only if all went well."""
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    os.close(handle)
    temporary = Path(name)
    try:
        yield temporary
        temporary.chmod(0o644)
        temporary.replace(path)
    except OSError as error:
        error.filename = error.filename or shown(path)  # a disk that is full says it of no file
        raise
    finally:
        temporary.unlink(missing_ok=True)


# What a spreadsheet would run as a formula, and the same behind the apostrophe that prevents it.
# A negative number is no formula, nor are several that are listed (-0.4; -0.7) or span a range
# (-0.4 to 2 %): with an apostrophe a cell of numbers would be none. Whatever else follows a minus
# is guarded, since "-1+2" is run.
NUMBER = r"-?[0-9]+(?:\.[0-9]+)?(?:e[-+]?[0-9]+)?(?: %)?"
FORMULA = rf"^(?!{NUMBER}(?:(?:; | to ){NUMBER})*$)('*[=+\-@])"
KEPT = r"^'('*[=+\-@])"


def _kept(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table whose texts no spreadsheet runs; `read_table` gives them back as they were."""
    texts = frame.select_dtypes(["str", "object", "category"]).columns
    kept = {}
    for column in texts:
        cells = frame[column].astype("str")
        if cells.str.match(r"'*[=+\-@]").any():
            kept[column] = cells.str.replace(FORMULA, r"'\1", regex=True).where(
                frame[column].notna(), frame[column]
            )
    return frame.assign(**kept) if kept else frame


def write_csv(frame: pd.DataFrame, path: Path | str) -> None:
    """Write a CSV that is byte-equal anywhere: UTF-8, "\\n", shortest exact numbers, no index.

    A text that begins with = + - or @ gets an apostrophe before it, so that no spreadsheet runs it.
    """
    with replacing(Path(path)) as temporary:
        _kept(frame).to_csv(temporary, index=False, lineterminator="\n", encoding="utf-8")


def write_parquet(frame: pd.DataFrame, path: Path | str) -> None:
    """Write a Parquet for the next step, whole or not at all."""
    with replacing(Path(path)) as temporary:
        frame.to_parquet(temporary, index=False)


def write_table(frame: pd.DataFrame, name: str, *paths: Path | str) -> None:
    """Check `frame` by schema `name`, sort it by its key, and write it as CSV and Parquet."""
    check_frame(frame, name)
    frame = frame.sort_values(load_schema(name)["primaryKey"], ignore_index=True)
    for path in map(Path, paths):
        if path.suffix == ".csv":
            write_csv(frame, path)
        else:
            write_parquet(frame, path)


def write_text(text: str, path: Path | str) -> None:
    """Write text as UTF-8 with "\\n", whole or not at all."""
    with replacing(Path(path)) as temporary:
        temporary.write_bytes(text.encode("utf-8"))


def write_json(value: object, path: Path | str) -> None:
    """Write JSON with sorted keys, whole or not at all."""
    write_text(json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n", path)
