"""What is told of a run: the record of its steps, the schema of a table, the archive."""

import base64
import json

import pytest

from affordability.describe import made
from affordability.describe.crate import named_by_digest
from affordability.describe.deposit import write
from affordability.describe.tables import schema_of
from affordability.tables import InputError, columns


def note(record, name: str, **more) -> None:
    record.mkdir(exist_ok=True)
    known = {"rule": "costs", "log": ["logs/s/costs.log"], "input": ["b", "a"], "params": []}
    text = json.dumps({**known, "incomplete": False, **more})
    (record / base64.b64encode(name.encode()).decode()).write_text(text, encoding="utf-8")


def test_a_step_whose_inputs_are_gone_is_of_another_workflow(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    note(tmp_path / "record", "results/s/costs.csv")
    assert made.steps(["results/s/costs.csv"], tmp_path / "record") == []


def test_files_of_one_step_are_one_step(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    for name in ("a", "b"):
        (tmp_path / name).write_text("x", encoding="utf-8")
    for name in ("results/s/costs.csv", "results/s/costs.parquet"):
        note(tmp_path / "record", name)
    note(tmp_path / "record", "results/s/other.csv", rule="other", log=["logs/s/other.log"])
    names = ["results/s/costs.csv", "results/s/costs.parquet", "results/s/other.csv"]
    first, second = made.steps([*names, "results/s/unknown.csv"], tmp_path / "record")
    assert (first.name, first.rule, first.reads) == ("s/costs", "costs", ("a", "b"))
    assert first.writes == tuple(names[:2])
    assert second.name == "s/other"


def test_a_step_that_was_cut_short_wrote_nothing(tmp_path):
    note(tmp_path / "record", "results/s/costs.csv", incomplete=True)
    assert made.steps(["results/s/costs.csv"], tmp_path / "record") == []


def test_a_record_of_another_form_is_refused_by_name(tmp_path):
    (tmp_path / "record").mkdir()
    path = tmp_path / "record" / base64.b64encode(b"results/a.csv").decode()
    path.write_text('{"rule": "costs", "version": 7}', encoding="utf-8")
    with pytest.raises(InputError, match=r"the record of results/a\.csv: found the keys rule, ver"):
        made.steps(["results/a.csv"], tmp_path / "record")


def test_a_table_has_the_schema_named_like_it_whose_columns_it_has():
    assert schema_of("latest/costs.csv", columns("costs")) == "costs"
    assert schema_of("audit/summary.csv", columns("audit_summary")) == "audit_summary"
    own = columns("training_costs_table")
    assert schema_of("latest/tables/training_costs.csv", own) == "training_costs_table"
    assert schema_of("latest/costs.csv", [*columns("costs"), "more"]) is None
    assert schema_of("latest/nothing.csv", ["a"]) is None


def test_bytes_are_named_by_their_digest():
    assert named_by_digest("sha256:" + "00" * 32) == "ni:///sha-256;" + "A" * 43


def test_an_archive_does_not_depend_on_the_order_files_are_found_in(tmp_path):
    files = {"b/two.txt": b"2", "a/one.txt": b"1"}
    turned = dict(reversed(files.items()))
    for name, given in (("one", files), ("two", turned)):
        (tmp_path / name).mkdir()
        write(given, "2026-11-21", tmp_path / name / "deposit.zip")
    first, second = ((tmp_path / n / "deposit.zip").read_bytes() for n in ("one", "two"))
    assert first == second
