"""Own microdata: counted exactly, in any order and number of pieces; a bad row is named."""

from __future__ import annotations

import math
import subprocess
import sys
from fractions import Fraction
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from affordability.people import command, microdata
from affordability.people.prices import FLAT
from affordability.tables import InputError

ROOT = Path(__file__).resolve().parents[2]
ECONOMIES = ["DEU", "KEN", "NAM"]
EDGES = microdata.cuts(FLAT, [0.01, 0.10])


def rows(n: int = 3000, seed: int = 1) -> pd.DataFrame:
    rng = np.random.default_rng(seed)
    return pd.DataFrame(
        {
            "economy": rng.choice(ECONOMIES, n),
            "income": rng.lognormal(6, 1.5, n),
            "weight": rng.uniform(0, 300, n),
            "period": rng.choice(["day", "month", "year"], n),
        }
    )


def written(frame: pd.DataFrame, path: Path, **how) -> Path:
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), path, **how)
    return path


def counted(path: Path, **how) -> microdata.Counts:
    return microdata.count(path, ECONOMIES, EDGES, **how)


def by_hand(frame: pd.DataFrame) -> np.ndarray:
    """The same count row by row, in whole numbers of any size."""
    state = [[0] * (len(EDGES) + 1) for _ in ECONOMIES]
    for row in frame.itertuples():
        annual = row.income * {"day": 365, "week": 52, "month": 12, "year": 1}[row.period]
        place = sum(annual >= edge for edge in EDGES)
        state[ECONOMIES.index(row.economy)][place] += round(row.weight * 1_000_000)
    return np.array(state)


def test_the_count_is_that_of_a_plain_loop_over_the_rows(tmp_path):
    frame = rows()
    counts = counted(written(frame, tmp_path / "a.parquet"))
    np.testing.assert_array_equal(counts.people, by_hand(frame))
    assert counts.people.sum() > 0 and counts.people.dtype == np.int64


@pytest.mark.parametrize("pieces", [1, 3, 16])
@pytest.mark.parametrize("workers", [1, 4])
def test_any_order_batch_and_number_of_pieces_gives_the_same_bits(tmp_path, pieces, workers):
    frame = rows()
    whole = counted(written(frame, tmp_path / "whole.parquet"))
    shuffled = frame.sample(frac=1, random_state=pieces, ignore_index=True)
    folder = tmp_path / "folder"
    folder.mkdir()
    size = math.ceil(len(frame) / pieces)
    for number in range(pieces):
        part = shuffled.iloc[number * size : (number + 1) * size]
        written(part, folder / f"{number}.parquet", row_group_size=77)
    again = counted(folder, batch=64, workers=workers)
    assert again.people.tobytes() == whole.people.tobytes()


def test_jobs_of_several_row_groups_lose_none(tmp_path, monkeypatch):
    frame = rows()
    path = written(frame, tmp_path / "a.parquet", row_group_size=100)
    whole = counted(path).people
    monkeypatch.setattr(microdata, "JOB", 250)
    assert len(list(microdata.to_jobs(path, [100] * 30))) == 10
    np.testing.assert_array_equal(counted(path).people, whole)


def test_weights_that_a_double_cannot_add_are_added_exactly(tmp_path):
    weights = [9_007_199_254.740993, 1e-6, 1e-6, 3e9 + 1e-6]
    frame = pd.DataFrame({"economy": "KEN", "income": 1.0, "weight": weights, "period": "year"})
    counts = counted(written(frame, tmp_path / "a.parquet"))
    exact = sum(round(Fraction(np.rint(w * 1e6))) for w in weights)
    assert int(counts.people.sum()) == exact > 2**53


def test_weights_are_rounded_half_to_even():
    where, whole = np.zeros(4, int), np.rint(np.array([0.5, 1.5, 2.5, 3.5]))
    assert microdata._sums(where, whole, 1)[0] == 0 + 2 + 2 + 4


def test_an_income_at_the_cut_can_pay(tmp_path):
    frame = pd.DataFrame(
        {
            "economy": "KEN",
            "income": [200.0, 199.99, 2400.0, 6.58],
            "weight": 1.0,
            "period": ["month", "month", "year", "day"],
        }
    )
    counts = counted(written(frame, tmp_path / "a.parquet"))
    assert counts.people_above(2400).tolist() == [0, 3, 0]
    assert counts.share_above(2400)[1] == 0.75 and np.isnan(counts.share_above(2400)[0])
    with pytest.raises(InputError, match="income: found 7, expected one of the cuts"):
        counts.share_above(7)


@pytest.mark.parametrize("few", [0, 255])
def test_slices_are_found_alike_by_search_and_by_comparison(tmp_path, monkeypatch, few):
    monkeypatch.setattr(microdata, "FEW", few)
    frame = rows().assign(period="year")
    frame.loc[:200, "income"] = np.resize([*EDGES, -1.0, 0.0, -0.0, 1e300], 201)
    counts = counted(written(frame, tmp_path / "a.parquet"))
    np.testing.assert_array_equal(counts.people, by_hand(frame))


def test_a_quantile_lies_between_the_edges_that_are_given(tmp_path):
    frame = rows().assign(economy="KEN", period="year")
    edges = np.geomspace(1, 1e6, 200)
    path = written(frame, tmp_path / "a.parquet")
    low, high = microdata.count(path, ECONOMIES, edges).quantile(0.5)
    order = frame.sort_values("income")
    place = (order["weight"].cumsum() >= order["weight"].sum() / 2).argmax()
    assert low[1] <= order["income"].iloc[place] <= high[1]
    assert high[1] / low[1] == pytest.approx(edges[1] / edges[0])
    assert np.isnan(low[0])


@pytest.mark.parametrize("dictionary", [True, False])
@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
def test_text_may_be_stored_in_any_way(tmp_path, dictionary, kind):
    frame = rows(200)
    table = pa.Table.from_pandas(frame, preserve_index=False)
    for name in ("economy", "period"):
        column = table[name].cast(kind)
        column = column.dictionary_encode() if dictionary else column
        table = table.set_column(table.schema.get_field_index(name), name, column)
    pq.write_table(table, tmp_path / "a.parquet")
    np.testing.assert_array_equal(counted(tmp_path / "a.parquet").people, by_hand(frame))


@pytest.mark.parametrize(
    ("column", "value", "said"),
    [
        (
            "economy",
            "ZZZ",
            "row 6, column economy: found 'ZZZ', expected an economy of the vintage",
        ),
        ("economy", None, "row 6, column economy: found nothing, expected an economy"),
        ("income", None, "row 6, column income: found (nothing|nan), expected a number"),
        ("income", np.inf, "row 6, column income: found inf, expected a number, finite"),
        ("weight", -1.0, "row 6, column weight: found -1.0, expected a number of zero or more"),
        ("weight", np.nan, "row 6, column weight: found (nothing|nan), expected a number"),
        ("weight", np.inf, "row 6, column weight: found inf, expected a number"),
        ("weight", 1e13, r"row 6, column weight: found 1\d+\.0, expected less than 4e\+12"),
        ("period", "fortnight", "row 6, column period: found 'fortnight', expected day or week"),
        ("period", None, "row 6, column period: found nothing, expected day or week"),
    ],
)
def test_a_bad_row_is_named_in_one_sentence(tmp_path, column, value, said):
    frame = rows(20)
    frame.loc[5, column] = value
    path = written(frame, tmp_path / "a.parquet", row_group_size=4)
    with pytest.raises(InputError, match=said) as error:
        counted(path, batch=3)
    assert "\n" not in str(error.value) and str(error.value).startswith("a.parquet, ")


def test_more_people_than_can_be_counted_are_refused(tmp_path):
    frame = rows(10).assign(weight=9e11)
    path = written(frame, tmp_path / "a.parquet", row_group_size=1)
    with pytest.raises(InputError, match="found more than 4e\\+12 people in all"):
        counted(path)


@pytest.mark.parametrize("column", microdata.COLUMNS)
def test_a_lost_column_is_named(tmp_path, column):
    path = written(rows(5).drop(columns=column), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=f"found no column {column}, expected economy, income"):
        counted(path)


def test_a_column_of_the_wrong_type_is_named(tmp_path):
    path = written(rows(5).assign(income="1"), tmp_path / "a.parquet")
    with pytest.raises(InputError, match=r"column income: found (large_)?string, expected numbers"):
        counted(path)


def test_what_is_no_parquet_is_refused(tmp_path):
    (tmp_path / "a.parquet").write_text("economy,income\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"a\.parquet: found no Parquet, expected a Parquet file"):
        counted(tmp_path / "a.parquet")
    with pytest.raises(InputError, match="b: found no such file or folder"):
        counted(tmp_path / "b")
    (tmp_path / "c").mkdir()
    with pytest.raises(InputError, match=r"c: found no \*\.parquet, expected at least one"):
        counted(tmp_path / "c")


def test_a_file_without_rows_counts_nobody(tmp_path):
    assert counted(written(rows(5).iloc[:0], tmp_path / "a.parquet")).people.sum() == 0


def test_a_large_row_group_is_read_in_batches_and_says_so(tmp_path, monkeypatch):
    monkeypatch.setattr(microdata, "LARGE", 1000)
    frame = rows()
    counts = counted(written(frame, tmp_path / "a.parquet"), batch=100)
    np.testing.assert_array_equal(counts.people, by_hand(frame))
    assert counts.notes[0].startswith("a.parquet, row group 1: found 3,000 rows of ")


def headcount(*options, folder: Path) -> subprocess.CompletedProcess:
    program = [sys.executable, "-m", "affordability", "headcount", *map(str, options)]
    return subprocess.run(program, cwd=folder, capture_output=True, text=True, check=False)


def test_the_command_writes_the_table_as_csv(tmp_path):
    path = written(rows(), tmp_path / "a.parquet")
    done = headcount("--microdata", path, "--format", "csv", folder=ROOT)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0] == "plan,threshold,economy,share_of_people,people"
    assert len(lines) == 1 + len(FLAT) * len(command.THRESHOLDS) * len(ECONOMIES)
    assert {line.split(",")[2] for line in lines[1:]} == set(ECONOMIES)


def test_the_command_says_what_is_wrong_and_prints_nothing_else(tmp_path):
    path = written(rows().assign(weight=-1.0), tmp_path / "a.parquet")
    done = headcount("--microdata", path, "--format", "csv", folder=ROOT)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith("stopped: a.parquet, row 1, column weight: found -1.0")
    done = headcount("--microdata", path, "--thresholds", "0", folder=ROOT)
    assert done.returncode == 1 and "found 0, expected a share of income above 0" in done.stderr


def test_the_answer_for_a_reader_and_for_a_program_agree(tmp_path):
    counts = microdata.count(
        written(rows(), tmp_path / "a.parquet"), ECONOMIES, microdata.cuts(FLAT, [0.05])
    )
    answer = command.table(counts, [0.05])
    assert set(answer["economy"]) == set(ECONOMIES)
    assert "a.parquet: " in command.as_text(answer, counts, tmp_path / "a.parquet")
    assert '"rows"' in command.as_json(answer, counts, tmp_path / "a.parquet")
    every = command.together(answer, counts.total().sum())
    people = answer[answer["plan"] == "flat_8"]["people"].sum()
    assert every.loc["flat_8", 0.05] == pytest.approx(people / counts.total().sum())
