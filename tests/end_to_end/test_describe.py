"""The run for machines: every step and byte told, judged by the public validators, one archive."""

import hashlib
import json
import os
import subprocess
import zipfile
from pathlib import Path

import pytest
import yaml
from frictionless import Package

from affordability.describe import package
from affordability.describe.crate import named_by_digest
from affordability.vintages import SIDECAR, Vintage
from tests.copies import ROOT

VALIDATORS = ROOT / ".cache" / "validators"
LOCK = ROOT / "tests" / "validators" / "requirements.lock"


@pytest.fixture(scope="session")
def validator():
    """Run a tool of the validators' own environment; skip where `make validators` was not run."""
    copy = VALIDATORS / LOCK.name
    if not copy.exists() or copy.read_bytes() != LOCK.read_bytes():
        pytest.skip("the validators are not installed: `make validators` does it")

    def run(*arguments: str) -> str:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
        python = VALIDATORS / "bin" / "python"
        done = subprocess.run(
            [python, *arguments], cwd=ROOT, env=inherited, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-2000:]
        return done.stdout

    return run


@pytest.fixture(scope="module")
def crate(built) -> dict:
    return json.loads((built / "results/ro-crate-metadata.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def entities(crate) -> dict[str, dict]:
    found = {entity["@id"]: entity for entity in crate["@graph"]}
    assert len(found) == len(crate["@graph"])
    return found


def several(value) -> list:
    """What is one thing or a list of them, as a list."""
    return value if isinstance(value, list) else [value]


def ids(value) -> set[str]:
    return {one["@id"] for one in several(value)}


def test_the_crate_names_every_file_by_its_digest(built, entities):
    parts = ids(entities["./"]["hasPart"])
    assert len(parts) > 200 and parts <= set(entities)
    for name in parts:
        digest = entities[name]["sha256"]
        paths = [built / "results" / name]
        if name.startswith("ni:"):
            assert name == named_by_digest(digest)
            paths = [built / path for path in several(entities[name]["alternateName"])]
        for path in paths:
            assert hashlib.sha256(path.read_bytes()).hexdigest() == digest, name


def test_the_crate_lists_every_result_but_itself(built, entities):
    made = {name.removeprefix("results/") for name in built.results()}
    assert len(made) > 100
    assert made - set(entities) - {".gitkeep"} == set()


def test_every_result_is_the_result_of_one_step_that_ran(built, entities):
    ran = [e for name, e in entities.items() if name.startswith("#ran-")]
    assert len(ran) > 20
    wrote = [one["@id"] for step in ran for one in several(step["result"])]
    own = {"ro-crate-metadata.json", ".gitkeep"}
    made = {name.removeprefix("results/") for name in built.results()}
    assert len(wrote) == len(set(wrote))
    assert {name for name in made - own if not name.startswith("run/")} == set(wrote)


@pytest.mark.parametrize(
    ("study", "version"), [("llempower-2024", "2024-04"), ("latest", "2026-07-13.1")]
)
def test_a_step_of_a_study_read_the_vintage_of_its_study_and_no_other(entities, study, version):
    step = entities[f"#ran-{study}/resources"]
    read = [p for one in ids(step["object"]) for p in several(entities[one].get("alternateName"))]
    names = {Path(p).parts[3] for p in read if p and "/world_bank/" in p}
    other = {"2024-04": "2026-07-13.1", "2026-07-13.1": "2024-04"}[version]
    assert version in names and other not in names  # a file of equal bytes has all its names
    tool = entities[step["instrument"]["@id"]]
    assert tool["name"] == "scripts/build_resources.py"
    modules = {entities[one]["name"] for one in ids(tool["hasPart"])}
    assert "affordability/resources.py" in modules


def test_a_step_is_left_out_when_snakemake_has_no_record_of_it(copy_of_built):
    for path in (copy_of_built / ".snakemake/metadata").iterdir():
        if json.loads(path.read_text(encoding="utf-8"))["log"] == ["logs/latest/tables.log"]:
            path.unlink()
    (copy_of_built / "results/ro-crate-metadata.json").unlink()
    run = copy_of_built.workflow("results/ro-crate-metadata.json", "--rerun-triggers", "mtime")
    assert run.returncode == 0, run.stdout[-4000:]
    assert "2 files, e.g. results/latest/tables/table1_models.csv, have no record" in run.stdout
    text = (copy_of_built / "results/ro-crate-metadata.json").read_text(encoding="utf-8")
    assert "#ran-latest/tables" not in text and "latest/tables/table1_models.csv" in text


@pytest.mark.parametrize("profile", ["workflow-run-crate-0.5", "provenance-run-crate-0.5"])
def test_the_crate_passes_what_its_profile_requires(built, validator, profile):
    judge = str(ROOT / "tests/validators/ro_crate.py")
    said = validator(judge, str(built / "results"), profile, "REQUIRED")
    assert json.loads(said) == []


def test_the_judge_of_crates_sees_a_step_without_its_script(built, crate, validator, tmp_path):
    spoiled = [{k: v for k, v in e.items() if k != "workExample"} for e in crate["@graph"]]
    text = json.dumps({**crate, "@graph": spoiled})
    (tmp_path / "ro-crate-metadata.json").write_text(text, encoding="utf-8")
    for name in built.results():
        copy = tmp_path / name.removeprefix("results/")
        if not copy.exists():
            copy.parent.mkdir(parents=True, exist_ok=True)
            copy.symlink_to(built / name)
    judge = str(ROOT / "tests/validators/ro_crate.py")
    said = json.loads(validator(judge, str(tmp_path), "provenance-run-crate-0.5", "REQUIRED"))
    assert any("workExample" in issue["message"] for issue in said)


def test_the_results_are_a_valid_data_package(built):
    report = Package(str(built / "results/datapackage.json")).validate()
    assert len(report.tasks) > 40
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []


def test_a_cell_that_was_edited_is_seen_by_a_reader_of_the_data_package(copy_of_built):
    copy_of_built.replace("results/latest/costs.csv", ",list_price,", ",list_price,x")
    package = Package(str(copy_of_built / "results/datapackage.json"))
    package.resources = [
        r for r in package.resources if r.name in ("latest-costs", "latest-claims")
    ]
    report = package.validate()
    assert {task.name: task.valid for task in report.tasks} == {
        "latest-costs": False,
        "latest-claims": True,
    }


@pytest.mark.parametrize(
    "folder",
    sorted(path.parent for path in (ROOT / "data/raw").rglob(SIDECAR)),
    ids=lambda p: f"{p.parent.name}-{p.name}",
)
def test_a_frozen_folder_is_a_valid_data_package(folder):
    descriptor = package.of_vintage(Vintage(folder))
    report = Package(descriptor, basepath=str(folder)).validate()
    assert report.tasks
    assert report.flatten(["name", "rowNumber", "fieldName", "note"]) == []


def test_croissant_is_valid_and_its_records_are_the_rows_of_the_tables(built, validator):
    path = str(built / "results/croissant.json")
    code = (
        "import json, mlcroissant\n"
        f"data = mlcroissant.Dataset({path!r})\n"
        "assert not data.metadata.ctx.issues.errors and not data.metadata.ctx.issues.warnings, (\n"
        "    data.metadata.ctx.issues.report())\n"
        "rows = list(data.records('latest-costs'))\n"
        "print(json.dumps([len(rows), sorted(rows[0])]))"
    )
    rows, fields = json.loads(validator("-c", code).splitlines()[-1])
    lines = (built / "results/latest/costs.csv").read_text(encoding="utf-8").splitlines()
    assert rows == len(lines) - 1
    assert fields == sorted(f"latest-costs/{column}" for column in lines[0].split(","))


def test_every_table_is_described(built):
    told = json.loads((built / "results/datapackage.json").read_text(encoding="utf-8"))
    told = {f"results/{resource['path']}" for resource in told["resources"]}
    tables = {name for name in built.results(".csv") if "/figures/" not in name}
    assert len(told) > 40
    untold = {name for name in tables - told if not name.startswith("results/checks/")}
    assert untold == set()


def test_the_deposit_is_whole_and_the_same_bytes_every_time(copy_of_built, tmp_path):
    version = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))["version"]
    archive = copy_of_built / f"results/deposit/llm-affordability-{version}.zip"
    digests = []
    for zone in ("UTC", "Pacific/Kiritimati"):
        run = copy_of_built.workflow("deposit", TZ=zone)
        assert run.returncode == 0, run.stdout[-4000:]
        digests.append(hashlib.sha256(archive.read_bytes()).hexdigest())
        with zipfile.ZipFile(archive) as deposit:
            deposit.extractall(tmp_path)
        archive.unlink()
    assert digests[0] == digests[1]
    folder = tmp_path / archive.stem
    lines = (folder / "SHA256SUMS").read_text(encoding="utf-8").splitlines()
    listed = {line[66:]: line[:64] for line in lines}
    there = {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}
    assert there == {*listed, "SHA256SUMS"}
    for name, digest in listed.items():
        assert hashlib.sha256((folder / name).read_bytes()).hexdigest() == digest, name
    results = {n for n in copy_of_built.results() if not n.startswith("results/deposit/")}
    assert results - {"results/.gitkeep"} <= there
    assert {"CITATION.cff", "LICENSE", "affordability/resources.py"} <= there
    assert "results/run/config.yaml" in there
    packages = sorted(folder.glob("data/raw/**/datapackage-v1.json"))
    assert len(packages) >= 4
    assert all(Package(str(path)).validate().valid for path in packages)


def test_a_deposit_of_other_bytes_than_the_run_made_is_refused(copy_of_built):
    edited = copy_of_built / "results/latest/claims.csv"
    before = edited.stat()
    copy_of_built.replace("results/latest/claims.csv", "reproduced", "Reproduced")
    os.utime(edited, ns=(before.st_atime_ns, before.st_mtime_ns))  # so that Snakemake sees nothing
    run = copy_of_built.workflow("deposit")
    assert run.returncode != 0
    assert "results/latest/claims.csv: found other bytes than" in run.stdout
