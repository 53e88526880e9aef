"""Microdata cut into chunks: what is to be counted, each chunk's count on disk, all together.

A plan names the files and their row groups, the economies and the cuts. Of `of` chunks each counts
a run of row groups, over the ends of files, and writes its state: economies × slices in millionths
of a person. States are added in int64, so that any number of chunks gives the same bits as one
pass over everything (`microdata.count`), and what is moved to the sum does not grow with rows.

A chunk counts only what was planned: a file that vanished or changed since then is refused by its
size and by the digest of its footer, which holds place, size and range of every column of every
row group. Only a page edited in place, without its footer, would pass.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from pathlib import Path

import numpy as np

from affordability.documents import load_json
from affordability.people import microdata
from affordability.people.microdata import Counts
from affordability.tables import InputError, replacing, shown

STATE = b"state"  # where a state's Parquet says what it is of
END = 8  # bytes at the end of a Parquet file: the length of its footer, and PAR1


def plan(folder: Path, economies: list[str], edges: np.ndarray) -> tuple[dict, list[str]]:
    """Return what is to be counted, as plain values, and what is to be said of it.

    Args:
        folder: a file or folder of Parquet; the plan names files from here.
        economies: the codes that may occur.
        edges: annual incomes, rising.

    Raises:
        InputError: no Parquet, a column lost or of another type.
    """
    found, notes = [], []
    for file in microdata.files(folder):
        facts = microdata.groups(file)
        notes += microdata.told_of_large(file, facts)
        rows = [number for number, _ in facts]
        found.append({"path": _name(file, folder), **fingerprint(file), "rows": rows})
    cuts = [float(edge) for edge in edges]
    return {
        "rule": microdata.RULE,
        "economies": list(economies),
        "edges": cuts,
        "files": found,
    }, notes


def read_plan(path: Path) -> dict:
    """Return a plan as it was written."""
    return load_json(path)


def chunk(planned: dict, number: int, of: int) -> list[tuple[dict, int, int]]:
    """Return what chunk `number` of `of` counts: a file of the plan, its first row group, the end.

    A row group is of the chunk in whose share of all rows it begins, so that every one is of one
    chunk, and chunks are about as large as each other; there may be more chunks than row groups.
    """
    every = sum(sum(file["rows"]) for file in planned["files"])
    before, found = 0, []
    for file in planned["files"]:
        mine = []
        for group, rows in enumerate(file["rows"]):
            if before * of // max(every, 1) == number - 1:
                mine.append(group)
            before += rows
        if mine:
            found.append((file, mine[0], mine[-1] + 1))
    return found


def count_chunk(planned: dict, folder: Path, number: int, of: int, workers: int = 2) -> Counts:
    """Return the people whom chunk `number` of `of` counts, and nobody else.

    Raises:
        InputError: a file that is not as it was planned, before or after; as `microdata.count`.
    """
    runs = chunk(planned, number, of)
    where = {file["path"]: _place(folder, file) for file, *_ in runs}
    jobs = []
    for file, start, stop in runs:
        check_unchanged(where[file["path"]], file)
        jobs += microdata.to_jobs(where[file["path"]], file["rows"], start, stop)
    economies, edges = planned["economies"], np.array(planned["edges"])
    people = microdata.add_up(jobs, economies, edges, folder, workers=workers)
    for file, *_ in runs:
        check_unchanged(where[file["path"]], file)
    return Counts(tuple(economies), edges, people)


def fingerprint(file: Path) -> dict[str, int | str]:
    """Return size and digest of the footer of a Parquet file, in the words of a plan."""
    size = file.stat().st_size
    with file.open("rb") as opened:
        opened.seek(max(0, size - END))
        length = int.from_bytes(opened.read(END // 2), "little")
        opened.seek(max(0, size - END - length))
        return {"bytes": size, "footer": f"sha256:{hashlib.sha256(opened.read()).hexdigest()}"}


def check_unchanged(path: Path, planned: dict) -> None:
    """Stop if a file is not the one that was planned."""
    again = "remove results/microdata/plan.json and run again, so that all chunks count the same"
    expected = f"expected {planned['bytes']:,} bytes as planned; {again}"
    try:
        found = fingerprint(path)
    except FileNotFoundError:
        raise InputError(f"{shown(path)}: found no such file, {expected}") from None
    if found["bytes"] != planned["bytes"]:
        raise InputError(f"{shown(path)}: found {found['bytes']:,} bytes, {expected}")
    if found["footer"] != planned["footer"]:
        raise InputError(f"{shown(path)}: found other content of the same size, {expected}")


def write_state(counts: Counts, planned: dict, number: int, of: int, path: Path) -> None:
    """Write a chunk's count: economy, from_usd (a year; none at the bottom), people_millionths."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    width = len(counts.edges) + 1
    lower = np.concatenate([[np.nan], counts.edges])
    about = {"chunk": number, "chunks": of, "plan": digest(planned), "rule": microdata.RULE}
    table = pa.table(
        {
            "economy": pa.array(np.repeat(np.array(counts.economies), width), pa.string()),
            "from_usd": pa.array(np.tile(lower, len(counts.economies)), from_pandas=True),
            "people_millionths": pa.array(counts.people.ravel(), pa.int64()),
        }
    ).replace_schema_metadata({STATE: json.dumps(about, sort_keys=True)})
    with replacing(path) as temporary:
        pq.write_table(table, temporary)


def gather(planned: dict, paths: Iterable[Path]) -> Counts:
    """Return the sum of all chunks' counts.

    Raises:
        InputError: a state that cannot be read, by another rule, of other cuts or economies or
            files than the plan's; a chunk that is missing or there twice; more people than can be
            counted.
    """
    economies, edges = tuple(planned["economies"]), np.array(planned["edges"])
    people = np.zeros((len(economies), len(edges) + 1), dtype=np.int64)
    taken: dict[tuple[int, int], Path] = {}
    for path in map(Path, paths):
        counted, about = read_state(path)
        _check_state(path, counted, about, planned)
        place = (about["chunk"], about["chunks"])
        if place in taken:
            raise InputError(f"{shown(path)}: found chunk {place[0]} again, expected it once")
        taken[place] = path
        people += counted.people
        microdata.check_total(people, path)
    wanted = {(k + 1, of) for of in {of for _, of in taken} for k in range(of)}
    if not taken or set(taken) != wanted or len({of for _, of in taken}) > 1:
        found = ", ".join(f"{k} of {of}" for k, of in sorted(taken)) or "none"
        raise InputError(f"chunks: found {found}, expected every chunk of one cut, each once")
    return Counts(economies, edges, people)


def read_state(path: Path) -> tuple[Counts, dict]:
    """Return a chunk's count and what it is of: chunk, chunks, plan (a digest), rule."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        table = pq.read_table(path)
        about = json.loads(table.schema.metadata[STATE])
        codes = table["economy"].to_pylist()
        economies = tuple(dict.fromkeys(codes))
        width = len(codes) // max(len(economies), 1)
        edges = table["from_usd"].to_numpy()[1:width]
        people = table["people_millionths"].to_numpy().reshape(len(economies), width)
    except FileNotFoundError:
        raise InputError(f"{shown(path)}: found no such file, expected a chunk's count") from None
    except (pa.ArrowException, OSError, KeyError, TypeError, ValueError):
        raise InputError(
            f"{shown(path)}: found no chunk's count, expected one; remove it and run again"
        ) from None
    return Counts(economies, edges, people), about


def _check_state(path: Path, counted: Counts, about: dict, planned: dict) -> None:
    """Stop unless a chunk's count is of the plan."""
    wanted = "expected those of the plan; remove it and run again"
    if about["rule"] != microdata.RULE:
        raise InputError(f"{shown(path)}: found {about['rule']!r}, expected {microdata.RULE!r}")
    if counted.edges.tolist() != planned["edges"]:
        raise InputError(
            f"{shown(path)}: found {len(counted.edges)} other cuts of income, {wanted}"
        )
    if list(counted.economies) != planned["economies"]:
        raise InputError(f"{shown(path)}: found other economies, {wanted}")
    if about["plan"] != digest(planned):
        raise InputError(f"{shown(path)}: found a count of other files, {wanted}")


def digest(planned: dict) -> str:
    """Return the sha256 of a plan, the same however it was written."""
    return hashlib.sha256(json.dumps(planned, sort_keys=True).encode()).hexdigest()


def _name(file: Path, folder: Path) -> str:
    return file.name if file == folder else file.relative_to(folder).as_posix()


def _place(folder: Path, planned: dict) -> Path:
    return folder / planned["path"] if folder.is_dir() else folder
