"""Own microdata: weighted rows of income, counted once into economies × slices of income.

A file or folder of Parquet with the columns economy, income (US$ of a period), weight (people) and
period (day, week, month, year). Income is put on a year by a whole number of periods; every plan
and threshold is a cut z = 12 · price / threshold, and a row falls into the slice between two cuts.

Weights become whole numbers by one rule: round(weight · 10⁶), half to even. From there on only
integers are added, in int64, so the result is the same to the last bit for any order of rows, size
of batch or number of workers. The state is economies × slices, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from affordability.tables import InputError, shown

COLUMNS = ["economy", "income", "weight", "period"]
PERIODS = {"day": 365, "week": 52, "month": 12, "year": 1}
SCALE = 1_000_000  # a weight is counted in millionths of a person
RULE = f"weights rounded to 1/{SCALE} of a person, half to even"
MOST_PEOPLE = 4e12  # that and as much again in one batch still fit an int64
EXACT = float(1 << 53)  # sums of whole numbers below this are exact in a double
BATCH = 1 << 17  # rows worked on at once: they stay in the processor's cache
JOB = 1 << 22  # rows, at least, that a worker takes at once, if there are so many
LARGE = 1 << 28  # bytes, unpacked, of a row group that is worth a word
BUFFER = 1 << 20  # bytes of a column read at once, so that a row group is never held whole
FEW = 100  # edges that are counted one by one; a count of them fits a byte
Job = tuple[Path, int, list[int]]  # a file, how many rows come before, row groups


@dataclass(frozen=True)
class Counts:
    """Weights by economy and slice of annual income, in millionths of a person.

    `people[i, j]` are those of economy i from edge j−1 up to, not including, edge j; the first
    slice has no lower and the last no upper edge.
    """

    economies: tuple[str, ...]
    edges: np.ndarray
    people: np.ndarray
    notes: tuple[str, ...] = ()

    def share_above(self, income: float) -> np.ndarray:
        """Return the share of each economy's people who have at least `income`, which is an edge.

        NaN where an economy has no people.
        """
        total, able = self.people.sum(axis=1), self._above(income)
        return np.divide(able, total, out=np.full(len(total), np.nan), where=total > 0)

    def people_above(self, income: float) -> np.ndarray:
        """Return how many people of each economy have at least `income`, which is an edge."""
        return self._above(income) / SCALE

    def _above(self, income: float) -> np.ndarray:
        place = int(np.searchsorted(self.edges, income))
        if place == len(self.edges) or self.edges[place] != income:
            raise InputError(f"income: found {income:g}, expected one of the cuts counted by")
        return self.people[:, place + 1 :].sum(axis=1)

    def total(self) -> np.ndarray:
        """Return the people of each economy."""
        return self.people.sum(axis=1) / SCALE

    def quantile(self, p: float) -> tuple[np.ndarray, np.ndarray]:
        """Return the edges between which each economy's p-quantile lies: their gap is its error.

        0 stands for no lower edge, infinity for no upper one; NaN where an economy has no people.
        """
        below = np.cumsum(self.people, axis=1)
        total = below[:, -1]
        slice_ = np.argmax(below >= np.ceil(p * total)[:, None], axis=1)
        low = np.concatenate([[0.0], self.edges])[slice_]
        high = np.concatenate([self.edges, [np.inf]])[slice_]
        return np.where(total > 0, low, np.nan), np.where(total > 0, high, np.nan)


def cuts(prices: dict[str, float], thresholds: list[float]) -> np.ndarray:
    """Return the annual incomes 12 · price / threshold, each once, in order."""
    return np.unique([12 * usd / threshold for usd in prices.values() for threshold in thresholds])


def count(
    path: Path,
    economies: list[str],
    edges: np.ndarray,
    batch: int = BATCH,
    workers: int = 2,
) -> Counts:
    """Count the people of a Parquet file or folder by economy and slice of annual income.

    Args:
        path: a file, or a folder whose `*.parquet` are read.
        economies: the codes that may occur.
        edges: annual incomes, rising.
        batch: rows worked on at once.
        workers: threads; each reads whole row groups, in batches.

    Raises:
        InputError: no Parquet, a column lost or of another type, an unknown economy or period, a
            weight that is negative or missing or not finite, an income that is missing or not
            finite, more people than can be counted.
    """
    found = [(file, groups(file)) for file in files(Path(path))]
    jobs = [job for file, facts in found for job in to_jobs(file, [rows for rows, _ in facts])]
    people = add_up(jobs, economies, edges, Path(path), batch, workers)
    notes = tuple(note for file, facts in found for note in told_of_large(file, facts))
    return Counts(tuple(economies), np.asarray(edges, float), people, notes)


def add_up(
    jobs: Iterable[Job],
    economies: list[str],
    edges: np.ndarray,
    path: Path,
    batch: int = BATCH,
    workers: int = 2,
) -> np.ndarray:
    """Return the people of some jobs, economies × slices, in millionths of a person.

    Args:
        jobs: row groups of files, as `to_jobs` gives them.
        path: what they are of, for a message.

    Raises:
        InputError: as `count`.
    """
    import pyarrow as pa

    state = np.zeros((len(economies), len(edges) + 1), dtype=np.int64)
    known = pa.array(economies, type=pa.string())
    edges = np.asarray(edges, float)
    pool = ThreadPoolExecutor(max_workers=workers)
    try:
        for part in pool.map(lambda job: _count_job(*job, known, edges, batch), jobs):
            state += part
            check_total(state, path)
    finally:
        pool.shutdown(cancel_futures=True)  # after an error nobody waits for the rest
    return state


def files(path: Path) -> list[Path]:
    """Return the Parquet files of a path, in order of their names."""
    if path.is_dir():
        found = sorted(path.rglob("*.parquet"))
        if not found:
            raise InputError(f"{shown(path)}: found no *.parquet, expected at least one")
        return found
    if not path.exists():
        raise InputError(f"{shown(path)}: found no such file or folder, expected Parquet")
    return [path]


def groups(file: Path) -> list[tuple[int, int]]:
    """Return rows and unpacked bytes of each row group of a file that is what it should be.

    Raises:
        InputError: no Parquet, a column lost or of another type.
    """
    import pyarrow as pa
    import pyarrow.parquet as pq

    try:
        opened = pq.ParquetFile(file)
    except (pa.ArrowInvalid, OSError):
        raise InputError(f"{shown(file)}: found no Parquet, expected a Parquet file") from None
    with opened:
        _check_columns(file, opened.schema_arrow)
        facts = map(opened.metadata.row_group, range(opened.metadata.num_row_groups))
        return [(group.num_rows, group.total_byte_size) for group in facts]


def told_of_large(file: Path, facts: list[tuple[int, int]]) -> list[str]:
    """Say which row groups are so large that they should be shared among workers, and cannot."""
    return [
        f"{shown(file)}, row group {number}: found {rows:,} rows of {size / 1e6:,.0f} MB, which "
        f"one worker reads alone, in batches; expected at most {LARGE / 1e6:,.0f} MB, so that "
        "work can be shared"
        for number, (rows, size) in enumerate(facts, 1)
        if size > LARGE
    ]


def to_jobs(file: Path, rows: list[int], start: int = 0, stop: int | None = None) -> Iterator[Job]:
    """Cut the row groups `start` to `stop` of a file, whose rows are given, into jobs."""
    first, taken, numbers = sum(rows[:start]), 0, []
    stop = len(rows) if stop is None else stop
    for number in range(start, stop):
        taken, numbers = taken + rows[number], [*numbers, number]
        if taken >= JOB or number == stop - 1:
            yield file, first, numbers
            first, taken, numbers = first + taken, 0, []


def _check_columns(file: Path, schema) -> None:
    import pyarrow.types as types

    def text(kind):
        kind = kind.value_type if types.is_dictionary(kind) else kind
        return types.is_string(kind) or types.is_large_string(kind)

    def number(kind):
        return types.is_floating(kind) or types.is_integer(kind)

    wanted = {
        "economy": (text, "text"),
        "income": (number, "numbers"),
        "weight": (number, "numbers"),
        "period": (text, "text"),
    }
    for column, (right, words) in wanted.items():
        if column not in schema.names:
            raise InputError(
                f"{shown(file)}: found no column {column}, expected {', '.join(COLUMNS)}"
            )
        kind = schema.field(column).type
        if not right(kind):
            raise InputError(f"{shown(file)}, column {column}: found {kind}, expected {words}")


def _count_job(
    file: Path, first: int, groups: list[int], known, edges: np.ndarray, batch: int
) -> np.ndarray:
    """Count some row groups of a file: a state of its own, economies × slices."""
    import pyarrow as pa
    import pyarrow.parquet as pq

    state = np.zeros((len(known), len(edges) + 1), dtype=np.int64)
    how = {"read_dictionary": ["economy", "period"], "buffer_size": BUFFER, "pre_buffer": False}
    try:
        with pq.ParquetFile(file, **how) as opened:
            for rows in opened.iter_batches(
                batch, row_groups=groups, columns=COLUMNS, use_threads=False
            ):
                state += _count_rows(rows, known, edges, _Place(file, first))
                check_total(state, file)
                first += len(rows)
    except (pa.ArrowException, OSError) as error:
        said = str(error).splitlines()[0] if str(error) else type(error).__name__
        raise InputError(
            f"{shown(file)}, after row {first}: found what cannot be read ({said}), "
            "expected the rows its footer tells of"
        ) from None
    return state


def check_total(state: np.ndarray, path: Path) -> None:
    """Stop before a sum of people could leave the whole numbers a computer counts in."""
    if state.sum(dtype=float) / SCALE > MOST_PEOPLE:
        raise InputError(
            f"{shown(path)}, column weight: found more than {MOST_PEOPLE:g} people in all, "
            "expected weights that are numbers of people"
        )


def _count_rows(rows, known, edges: np.ndarray, place: _Place) -> np.ndarray:
    """Count one batch."""
    import pyarrow as pa

    periods = pa.array(list(PERIODS), type=pa.string())
    economy = _codes(rows.column("economy"), known, "an economy of the vintage", place, "economy")
    period = _codes(rows.column("period"), periods, " or ".join(PERIODS), place, "period")
    income = _numbers(rows.column("income"), place, "income", "a number")
    weight = _numbers(rows.column("weight"), place, "weight", "a number of zero or more")
    if len(weight) and weight.min() < 0:
        place.stop(weight < 0, weight, "weight", "a number of zero or more")
    factors = np.array(list(PERIODS.values()))
    annual = income * (factors[period[0]] if (period == period[:1]).all() else factors[period])
    width = len(edges) + 1
    where = economy * width + _slices(annual, edges)
    whole = np.rint(weight * SCALE)
    if whole.sum() > MOST_PEOPLE * SCALE:
        place.stop(weight == weight.max(), weight, "weight", f"less than {MOST_PEOPLE:g} in all")
    counted = _sums(where, whole, len(known) * width)
    return counted.reshape(len(known), width)


def _slices(annual: np.ndarray, edges: np.ndarray) -> np.ndarray:
    """Return how many edges each income reaches.

    A pass over the rows an edge is several times faster than a search for each row, up to some
    hundred edges, since a processor compares many numbers at once and guesses nothing.
    """
    if len(edges) > FEW:
        return np.searchsorted(edges, annual, side="right")
    slices, above = np.zeros(len(annual), np.uint8), np.empty(len(annual), bool)
    for edge in edges:
        np.greater_equal(annual, edge, out=above)
        slices += above.view(np.uint8)
    return slices


def _sums(where: np.ndarray, whole: np.ndarray, size: int) -> np.ndarray:
    """Return int64 sums of whole numbers by place; exact, also where a double would round."""
    if whole.sum() < EXACT:
        return np.bincount(where, whole, size).astype(np.int64)
    state = np.zeros(size, dtype=np.int64)
    np.add.at(state, where, whole.astype(np.int64))
    return state


def _codes(column, known, expected: str, place: _Place, name: str) -> np.ndarray:
    """Return the place of each row's word in `known`."""
    import pyarrow.compute as pc

    if not hasattr(column, "dictionary"):
        column = pc.dictionary_encode(column)
    lookup = pc.index_in(column.dictionary.cast(known.type), known)
    places = lookup.fill_null(-1).to_numpy(zero_copy_only=False).astype(np.int64)
    indices = column.indices
    if indices.null_count:
        place.stop(np.asarray(indices.is_null()), None, name, expected)
    found = places[indices.to_numpy(zero_copy_only=False)] if len(places) else places
    if len(found) and found.min() < 0:
        place.stop(found < 0, column, name, expected)
    return found


def _numbers(column, place: _Place, name: str, expected: str) -> np.ndarray:
    """Return a column as doubles without a gap."""
    if column.null_count:
        place.stop(np.asarray(column.is_null()), None, name, expected)
    values = column.to_numpy(zero_copy_only=False).astype(float, copy=False)
    if not np.isfinite(values.sum()):
        wrong = ~np.isfinite(values)
        if wrong.any():  # a sum may overflow although every number is finite
            place.stop(wrong, values, name, f"{expected}, finite")
    return values


@dataclass(frozen=True)
class _Place:
    """Where in which file a batch begins, to name a row that is wrong."""

    file: Path
    first: int

    def stop(self, wrong: np.ndarray, values, column: str, expected: str) -> None:
        row = int(np.argmax(wrong))
        found = "nothing" if values is None else repr(_plain(values[row]))
        raise InputError(
            f"{shown(self.file)}, row {self.first + row + 1}, column {column}: found {found}, "
            f"expected {expected}"
        )


def _plain(value):
    return value.as_py() if hasattr(value, "as_py") else float(value)
