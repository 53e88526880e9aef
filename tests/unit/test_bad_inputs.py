"""Whatever is wrong with an input is refused in one sentence: no traceback, nothing believed.

`make test-long` tries every fault in every table; the default suite a seeded sample of them.
"""

from __future__ import annotations

import json
import os
import random
import re
import shutil
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from affordability import judgement, study, tables
from affordability.audit import space
from affordability.cells import DATED
from affordability.claims import query
from affordability.documents import load_yaml
from affordability.tables import InputError
from affordability.vintages import Vintage, open_vintage
from tests.copies import ROOT
from tests.mutations import CELLS, DOCUMENTS, of_a_cell, of_a_file, short, written

LONG = bool(os.environ.get("LONG"))
CURATED = Vintage(ROOT / "data/raw/curated")
TABLES = sorted(CURATED.files)
SAMPLE = 12  # faults of cells a table in the default suite


def refused(check, *given) -> str:
    """Return the sentence a check stops with; anything else fails the test by its own name."""
    with pytest.raises(InputError) as stopped:
        check(*given)
    sentence = str(stopped.value)
    assert "\n" not in sentence and len(sentence) < 2_000, sentence
    return sentence


@pytest.mark.parametrize("name", TABLES)
def test_every_fault_of_a_table_is_refused_in_one_sentence(name, tmp_path, record_property):
    rows, path = short(CURATED.path(name)), tmp_path / f"{name}.csv"
    cells = list(of_a_cell(rows, name, DATED.search))
    if not LONG:
        cells = random.Random(name).sample(cells, min(SAMPLE, len(cells)))
    faults = [*of_a_file(rows), *cells]
    for what, data in faults:
        path.write_bytes(data)
        sentence = refused(tables.check_table, path, name)
        assert f"{name}.csv" in sentence, (what, sentence)
    record_property("tried", len(faults))


def test_a_table_that_is_not_there_or_is_a_folder_is_refused(tmp_path):
    assert "no such file" in refused(tables.check_table, tmp_path / "models.csv", "models")
    assert "a folder" in refused(tables.check_table, tmp_path, "models")


def test_the_plain_table_passes_so_that_a_refusal_means_the_fault(tmp_path):
    for name in TABLES:
        path = tmp_path / f"{name}.csv"
        path.write_bytes(written(short(CURATED.path(name))))
        assert tables.check_table(path, name) > 0
    assert len(TABLES) > 20 and all(CELLS.values())


READERS = {
    "config.yaml": lambda path: study.studies(load_yaml(path)),
    "data/claims.yaml": query.load,
    "data/audit.yaml": space.load,
    "data/corrections.yaml": judgement.load,
}


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("fault", DOCUMENTS)
def test_every_fault_of_a_document_is_refused_in_one_sentence(name, fault, tmp_path):
    text = DOCUMENTS[fault]((ROOT / name).read_text(encoding="utf-8"))
    path = tmp_path / Path(name).name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    if (name, fault) == ("data/corrections.yaml", "empty"):
        assert READERS[name](path) == []  # there may be none
    else:
        refused(READERS[name], path)


@pytest.mark.parametrize("name", READERS)
def test_a_key_given_twice_is_refused_with_its_row(name, tmp_path):
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    keyed = [i for i, line in enumerate(lines) if line.strip() and not line.strip().startswith("#")]
    tried = 0
    for at in keyed[:: max(1, len(keyed) // 12)]:
        line = lines[at]
        if not re.fullmatch(r"\s+\w+: (\S.*[}\]\"'\w])", line):
            continue
        path = tmp_path / Path(name).name
        path.write_text("\n".join([*lines[: at + 1], *lines[at:]]) + "\n", encoding="utf-8")
        assert "twice" in refused(READERS[name], path)
        tried += 1
    assert tried


def sidecar_faults(sidecar: dict) -> dict[str, object]:
    first = sidecar["resources"][0]

    def resource(**changes):
        return {**sidecar, "resources": [{**first, **changes}, *sidecar["resources"][1:]]}

    return {
        "a list": [],
        "no resources": {k: v for k, v in sidecar.items() if k != "resources"},
        "resources a text": {**sidecar, "resources": "x"},
        "a path out of the folder": resource(path="../economies.csv"),
        "a hidden path": resource(path=".hidden"),
        "no digest": resource(hash=""),
        "a short digest": resource(hash="sha256:12"),
        "bytes a text": resource(bytes="many"),
        "an impossible day": {**sidecar, "created": "2026-13-01"},
        "a day far off": {**sidecar, "created": "9999-12-31"},
        "no licence": {**sidecar, "licenses": []},
        "a licence that runs": {**sidecar, "licenses": [{"name": "x", "path": "javascript:x"}]},
    }


def test_every_fault_of_a_sidecar_is_refused_before_a_table_is_read(tmp_path):
    source = ROOT / "data/raw/cldr/47"
    faults = sidecar_faults(Vintage(source).sidecar)
    for number, (what, sidecar) in enumerate(faults.items()):
        folder = tmp_path / str(number)
        shutil.copytree(source, folder)
        (folder / "datapackage.json").write_text(json.dumps(sidecar), encoding="utf-8")
        refused(lambda folder=folder: Vintage(folder).read("official_languages")), what
    assert len(faults) >= 12


def test_a_withdrawn_vintage_is_refused_with_its_reason(tmp_path):
    folder = tmp_path / "cldr" / "47"
    shutil.copytree(ROOT / "data/raw/cldr/47", folder)
    path = folder / "datapackage.json"
    sidecar = json.loads(path.read_text(encoding="utf-8")) | {"x_status": "withdrawn: a slip"}
    path.write_text(json.dumps(sidecar), encoding="utf-8")
    assert "withdrawn: a slip" in refused(open_vintage, tmp_path, "cldr", "47")


def test_a_digest_is_looked_at_before_the_content(tmp_path):
    folder = tmp_path / "47"
    shutil.copytree(ROOT / "data/raw/cldr/47", folder)
    (folder / "official_languages.csv").write_bytes(b"\xff\xfe not even text")
    assert "sha256" in refused(Vintage(folder).read, "official_languages")


@pytest.mark.parametrize(
    ("key", "value", "said"),
    [
        ("thresholds.0.share", float("nan"), "finite"),
        ("thresholds.0.measure", "gdpp", "expected one of gdp"),
        ("year_rules.gdpp", {"year": 2022, "max_age_years": 1}, "expected one of gdp"),
        ("headline.computed_first", "maybe", "found|maybe"),
        ("price_month", "2024-13", "2024-13"),
    ],
)
def test_a_choice_that_does_not_exist_is_refused(key, value, said):
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    place = config["defaults"] if key.split(".")[0] in config["defaults"] else None
    place = place if place is not None else config["studies"]["latest"]
    *way, last = key.split(".")
    for step in way:
        place = place[int(step) if step.isdigit() else step]
    place[last] = value
    with pytest.raises(InputError, match=said):
        study.studies(config)


@pytest.mark.parametrize("name", ["audit", "diff", "panels", "claims.csv"])
def test_a_study_may_not_be_named_like_a_folder_of_the_results(name):
    config = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
    config["studies"][name] = config["studies"].pop("latest")
    assert name in refused(study.studies, config)


@settings(max_examples=2_000 if LONG else 150, deadline=None, derandomize=True)
@given(text=st.text(max_size=50), column=st.integers(0, 4))
def test_any_text_in_any_cell_is_refused_in_one_sentence_or_read_back(
    tmp_path_factory, text, column
):
    path = tmp_path_factory.getbasetemp() / "any.csv"
    row = ["AAA", "GDP.X", "2022", "1.5", "s"]
    row[column] = text
    path.write_bytes(written([tables.columns("observations"), row]))
    try:
        tables.check_table(path, "observations")
    except InputError as error:
        assert "\n" not in str(error)
        return
    read = tables.read_table(path, "observations").iloc[0]
    assert isinstance(read["iso3"], str)
