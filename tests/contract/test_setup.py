"""The set-up keeps its promises: pins agree, the README is true, .venv is made when needed."""

import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest
import yaml

from workflow.progress import one_line_a_step

ROOT = Path(__file__).parents[2]
LOCKS = [
    "requirements.lock",
    "workflow/profiles/slurm/requirements.lock",
    "tests/validators/requirements.lock",
]


def read(path: str) -> str:
    return (ROOT / path).read_text(encoding="utf-8")


def pins_of(lock: str) -> list[str]:
    """`name==version`, with its marker, of every requirement of a lock."""
    return re.findall(r"^([a-z0-9][^\\\n]*?) *\\$", read(lock), flags=re.MULTILINE)


def name_of(requirement: str) -> str:
    return re.match(r"[\w.-]+", requirement)[0].lower().replace("_", "-")


def targets() -> set[str]:
    return set(re.findall(r"^([a-z-]+):", read("Makefile"), flags=re.MULTILINE))


@pytest.mark.parametrize("lock", LOCKS)
def test_every_requirement_of_a_lock_is_pinned_and_hashed(lock):
    entries = re.split(r"\n(?=\S)", read(lock).strip())
    assert entries, f"{lock} is empty"
    hashes = r"( +--hash=sha256:[0-9a-f]{64}( \\\n)?)+"
    shape = r"[a-z0-9][\w.-]*(\[\w+\])?==\S+( ; [^\\]+?)? \\\n" + hashes
    assert [entry[:60] for entry in entries if not re.fullmatch(shape, entry)] == []


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_no_address(lock):
    assert re.findall(r"://|--(?:extra-)?index|--find-links|file:| @ ", read(lock)) == []


def test_every_dependency_is_in_the_lock():
    project = tomllib.loads(read("pyproject.toml"))["project"]
    asked = project["dependencies"] + project["optional-dependencies"]["dev"]
    assert asked
    assert {name_of(one) for one in asked} - {name_of(pin) for pin in pins_of(LOCKS[0])} == set()
    pinned = {one for one in asked if "==" in one}
    assert pinned <= set(pins_of(LOCKS[0]))


def test_conda_gets_the_pins_of_the_lock():
    pip = yaml.safe_load(read("environment.yml"))["dependencies"][-1]["pip"]
    assert pip, "environment.yml lists nothing"
    assert pip == pins_of(LOCKS[0])


def test_the_release_has_one_version_everywhere():
    version = tomllib.loads(read("pyproject.toml"))["project"]["version"]
    assert yaml.safe_load(read("CITATION.cff"))["version"] == version
    assert re.search(r"^## (\S+)", read("CHANGELOG.md"), flags=re.MULTILINE)[1] == version


def test_what_zenodo_is_told_is_what_is_cited():
    told, cited = json.loads(read(".zenodo.json")), yaml.safe_load(read("CITATION.cff"))
    for key in ("title", "version", "license", "keywords"):
        assert told[key] == cited[key], key
    assert [one["name"] for one in told["creators"]] == [one["name"] for one in cited["authors"]]
    related = [one["identifier"] for one in told["related_identifiers"]]
    assert related == [one["identifiers"][0]["value"] for one in cited["references"]]


def test_every_make_target_explains_itself():
    assert targets() >= {"all", "test", "lint", "update", "diff", "benchmark", "clean", "lock"}
    explained = set(re.findall(r"^([a-z-]+):.*## \S", read("Makefile"), flags=re.MULTILINE))
    assert explained == targets()


def test_commands_of_the_readme_are_make_targets():
    text = read("README.md")
    typed = "\n".join(
        re.findall(r"```.*?```", text, re.DOTALL) + re.findall(r"`(make [^`]+)`", text)
    )
    commands = re.findall(r"(?:^|\$ |&& )make +([a-z]+)\b(?!=)", typed, re.MULTILINE)
    assert commands, "the README names no make command"
    assert set(commands) - targets() == set()


def test_paths_of_the_readme_exist():
    quoted = re.findall(
        r"`([\w.-]+/[\w./-]*|[A-Z]\w+\.(?:md|cff)|[\w-]+\.(?:yaml|yml|toml|lock))`",
        read("README.md"),
    )
    assert quoted, "the README names no path"
    made = ("results/", ".venv/")
    assert [p for p in quoted if not p.startswith(made) and not (ROOT / p).exists()] == []


def test_ci_runs_make_test_with_what_judges_the_crate():
    assert re.search(r"^make validators\b.*^make test$", read(".ci/run"), re.MULTILINE | re.DOTALL)
    assert os.access(ROOT / ".ci/run", os.X_OK)


@pytest.fixture
def make(tmp_path):
    """A tree with the set-up and a lock that asks for nothing, and `make` in it."""
    (tmp_path / "scripts").mkdir()
    (tmp_path / "Makefile").write_text(read("Makefile"), encoding="utf-8")
    for name in ("scripts/bootstrap", "scripts/build-constraints.txt"):
        (tmp_path / name).write_text(read(name), encoding="utf-8")
    (tmp_path / "requirements.lock").write_text("# nothing\n", encoding="utf-8")
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(("MAKE", "MFLAGS"))}

    def run(*arguments: str) -> subprocess.CompletedProcess:
        command = ["make", "--no-print-directory", *arguments]
        return subprocess.run(command, cwd=tmp_path, env=inherited, capture_output=True, text=True)

    run.folder = tmp_path
    return run


def test_a_half_made_environment_is_made_again_and_a_whole_one_is_left_alone(make):
    leftover = make.folder / ".venv/lib/half"
    leftover.mkdir(parents=True)
    first = make("environment", f"PYTHON={sys.executable}")
    assert first.returncode == 0, first.stderr
    assert not leftover.exists()
    second = make("environment", "PYTHON=/no/such/python")  # would fail, were it used
    assert (second.returncode, second.stdout, second.stderr) == (0, "", "")
    (make.folder / "requirements.lock").write_text("# another\n", encoding="utf-8")
    third = make("environment", "PYTHON=/no/such/python")
    assert third.returncode != 0


def test_an_interpreter_that_does_not_run_is_refused_in_one_sentence(make):
    shim = make.folder / "python3.12"
    shim.write_text("#!/bin/sh\nexit 127\n", encoding="utf-8")
    shim.chmod(0o755)
    refused = make("environment", f"PYTHON={shim}")
    assert refused.returncode != 0
    said = [line for line in refused.stderr.splitlines() if line.startswith("bootstrap:")]
    assert said == [
        f"bootstrap: PYTHON={shim} is no Python >= 3.11 that runs and has venv; name another."
    ]
    assert not (make.folder / ".venv").exists()


def test_progress_is_one_line_a_step_and_hides_no_error():
    said = """Building DAG of jobs...
Job stats:
job       count
------  -------
total         2

Select jobs to execute...
Execute 2 jobs...

[Sat Nov 21 19:41:41 2026]
localrule ratios:
    output: results/latest/ratios.csv
    jobid: 4
    wildcards: study=latest
    resources: tmpdir=/somewhere
[Sat Nov 21 19:41:42 2026]
Finished jobid: 4 (Rule: ratios)
1 of 2 steps (50%) done
costs.csv, row 3: found -1, expected a cost
Error in rule costs:
    jobid: 3
"""
    assert list(one_line_a_step(said.splitlines(keepends=True))) == [
        "   1 of 2  ratios (study=latest)",
        "costs.csv, row 3: found -1, expected a cost",
        "Error in rule costs:",
        "    jobid: 3",
    ]
