"""Microdata in chunks: the same bits as one pass, and only what was planned is counted."""

from __future__ import annotations

import json
import os

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from affordability import tables
from affordability.people import chunks, microdata
from affordability.tables import InputError
from tests.unit.test_people_microdata import ECONOMIES, EDGES, counted, rows, written


@pytest.fixture
def survey(tmp_path):
    """Three files of rows, with row groups of different sizes."""
    folder = tmp_path / "survey"
    folder.mkdir()
    frame = rows()
    for number, (start, stop, size) in enumerate(
        [(0, 400, 400), (400, 2000, 130), (2000, 3000, 7)]
    ):
        written(frame.iloc[start:stop], folder / f"{number}.parquet", row_group_size=size)
    return folder


def planned(folder, economies=ECONOMIES, edges=EDGES) -> dict:
    return chunks.plan(folder, economies, edges)[0]


def states(folder, of: int, plan: dict | None = None) -> list:
    """Paths of the states of all chunks, the last one first."""
    plan = planned(folder) if plan is None else plan
    paths = [folder.parent / f"{number}-of-{of}.parquet" for number in range(1, of + 1)]
    for number, path in enumerate(paths, 1):
        counts = chunks.count_chunk(plan, folder, number, of)
        chunks.write_state(counts, plan, number, of, path)
    return paths[::-1]


@pytest.mark.parametrize("of", [1, 3, 16, 400])
def test_any_number_of_chunks_adds_up_to_the_bits_of_one_pass(survey, of):
    plan, whole = planned(survey), counted(survey)
    gathered = chunks.gather(plan, states(survey, of))
    assert gathered.people.tobytes() == whole.people.tobytes() != bytes(whole.people.nbytes)
    assert gathered.economies == whole.economies and (gathered.edges == whole.edges).all()


@pytest.mark.parametrize("of", [1, 2, 3, 16, 400])
def test_every_row_group_is_of_exactly_one_chunk(survey, of):
    plan = planned(survey)
    found = [
        (file["path"], group)
        for number in range(1, of + 1)
        for file, start, stop in chunks.chunk(plan, number, of)
        for group in range(start, stop)
    ]
    every = [(f["path"], group) for f in plan["files"] for group in range(len(f["rows"]))]
    assert found == every


def test_chunks_are_about_as_large_as_each_other(survey):
    plan = planned(survey)
    sizes = [
        sum(sum(file["rows"][start:stop]) for file, start, stop in chunks.chunk(plan, n, 4))
        for n in range(1, 5)
    ]
    assert sum(sizes) == 3000 and max(sizes) - min(sizes) <= 400


def test_a_plan_is_the_same_when_it_was_written_and_read(survey, tmp_path):
    plan = planned(survey)
    tables.write_json(plan, tmp_path / "plan.json")
    assert chunks.read_plan(tmp_path / "plan.json") == plan
    assert str(tmp_path) not in (tmp_path / "plan.json").read_text(encoding="utf-8")


def test_a_single_file_may_be_planned(survey):
    file = survey / "1.parquet"
    plan = planned(file)
    assert [f["path"] for f in plan["files"]] == ["1.parquet"]
    counts = chunks.count_chunk(plan, file, 1, 1)
    np.testing.assert_array_equal(counts.people, counted(file).people)


def test_a_bad_row_of_a_chunk_is_named_by_its_row_in_the_file(survey):
    frame = rows(20)
    frame.loc[15, "weight"] = -1.0
    written(frame, survey / "1.parquet", row_group_size=4)
    plan = planned(survey)
    with pytest.raises(InputError, match=r"^1\.parquet, row 16, column weight: found -1\.0"):
        for number in (1, 2, 3):
            chunks.count_chunk(plan, survey, number, 3)


def test_a_file_that_vanished_or_changed_after_the_plan_is_refused(survey):
    plan, file = planned(survey), survey / "1.parquet"
    whole, facts = file.read_bytes(), file.stat()
    file.unlink()
    with pytest.raises(InputError, match=r"1\.parquet: found no such file, expected [\d,]+ bytes"):
        chunks.count_chunk(plan, survey, 1, 1)
    file.write_bytes(whole + b"more")
    with pytest.raises(
        InputError, match=rf"found {len(whole) + 4:,} bytes, expected {len(whole):,}"
    ):
        chunks.count_chunk(plan, survey, 1, 1)
    end = len(whole) - 12  # the last bytes of the footer
    file.write_bytes(whole[:end] + b"x" + whole[end + 1 :])
    os.utime(file, ns=(facts.st_atime_ns, facts.st_mtime_ns))
    with pytest.raises(InputError, match="found other content of the same size") as error:
        chunks.count_chunk(plan, survey, 1, 1)
    assert "\n" not in str(error.value) and "remove results/microdata/plan.json" in str(error.value)


def test_a_file_that_changes_while_it_is_counted_is_refused(survey, monkeypatch):
    plan, add_up = planned(survey), microdata.add_up

    def meanwhile(*given, **how):
        people = add_up(*given, **how)
        written(rows(9), survey / "1.parquet")
        return people

    monkeypatch.setattr(microdata, "add_up", meanwhile)
    with pytest.raises(InputError, match=r"1\.parquet: found [\d,]+ bytes, expected"):
        chunks.count_chunk(plan, survey, 1, 1)


def test_counts_of_other_cuts_economies_or_files_are_not_mixed_in(survey):
    plan = planned(survey)
    other = states(survey, 2, planned(survey, edges=EDGES[:3]))
    with pytest.raises(InputError, match=r"2-of-2\.parquet: found 3 other cuts of income"):
        chunks.gather(plan, other)
    other = states(survey, 2, planned(survey, economies=[*ECONOMIES, "ZWE"]))
    with pytest.raises(InputError, match=r"2-of-2\.parquet: found other economies, expected those"):
        chunks.gather(plan, other)
    of_fewer = states(survey, 2)
    written(rows(9), survey / "3.parquet")
    with pytest.raises(InputError, match="found a count of other files, expected"):
        chunks.gather(planned(survey), of_fewer)


def test_a_count_by_another_rule_of_weights_is_refused(survey, tmp_path):
    (path,) = states(survey, 1)
    table = pq.read_table(path)
    about = json.loads(table.schema.metadata[chunks.STATE])
    changed = {chunks.STATE: json.dumps({**about, "rule": "weights cut off"})}
    pq.write_table(table.replace_schema_metadata(changed), path)
    with pytest.raises(InputError, match="found 'weights cut off', expected 'weights rounded to"):
        chunks.gather(planned(survey), [path])


def test_a_chunk_that_is_missing_twice_or_of_another_cut_is_named(survey):
    plan = planned(survey)
    third, second, first = states(survey, 3)
    with pytest.raises(InputError, match="chunks: found 1 of 3, 3 of 3, expected every chunk"):
        chunks.gather(plan, [first, third])
    (survey.parent / "copy.parquet").write_bytes(second.read_bytes())
    with pytest.raises(InputError, match=r"copy\.parquet: found chunk 2 again, expected it once"):
        chunks.gather(plan, [first, second, third, survey.parent / "copy.parquet"])
    with pytest.raises(InputError, match="found 1 of 1, 1 of 3"):
        chunks.gather(plan, [first, *states(survey, 1)])
    with pytest.raises(InputError, match="chunks: found none"):
        chunks.gather(plan, [])


@pytest.mark.parametrize("content", [b"", b"PAR1", b"not a table"])
def test_what_is_no_count_of_a_chunk_is_refused(survey, tmp_path, content):
    (tmp_path / "1-of-1.parquet").write_bytes(content)
    with pytest.raises(InputError, match=r"1-of-1\.parquet: found no chunk's count, expected one"):
        chunks.gather(planned(survey), [tmp_path / "1-of-1.parquet"])
    pq.write_table(pa.table({"economy": ["KEN"]}), tmp_path / "1-of-1.parquet")
    with pytest.raises(InputError, match="found no chunk's count"):
        chunks.gather(planned(survey), [tmp_path / "1-of-1.parquet"])
    with pytest.raises(InputError, match="found no such file, expected a chunk's count"):
        chunks.gather(planned(survey), [tmp_path / "none.parquet"])


def test_more_people_than_can_be_counted_are_refused_when_chunks_are_added(tmp_path):
    folder = tmp_path / "survey"
    folder.mkdir()
    written(rows(6).assign(weight=9e11), folder / "a.parquet", row_group_size=1)
    with pytest.raises(InputError, match=r"found more than 4e\+12 people in all"):
        chunks.gather(planned(folder), states(folder, 6))


def test_a_large_row_group_is_named_when_work_is_planned(survey, monkeypatch):
    monkeypatch.setattr(microdata, "LARGE", 5_000)
    _, notes = chunks.plan(survey, ECONOMIES, EDGES)
    assert len(notes) == 1 and notes[0].startswith("0.parquet, row group 1: found 400 rows of ")


def test_a_page_that_cannot_be_read_is_told_in_a_sentence(survey):
    file = survey / "0.parquet"
    whole = bytearray(file.read_bytes())
    whole[4:2000] = bytes(1996)
    file.write_bytes(bytes(whole))
    with pytest.raises(InputError, match=r"0\.parquet, after row 0: found what cannot be read"):
        chunks.count_chunk(planned(survey), survey, 1, 1)
