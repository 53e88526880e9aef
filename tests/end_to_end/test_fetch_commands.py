"""Every command that a refusal prints is run as it is printed, by `make` and a shell.

The refusals are made by the test server. Most commands are run up to the point where the network
would be asked (a dry run reads the whole request); two are run to the end.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from affordability.fetch.refusal import FetchError, waive
from affordability.fetch.request import WAIVERS, completing, understood
from affordability.tables import ROOT
from affordability.vintages import Vintage
from tests.copies import OURS
from tests.server import files, lies, more_lies, zip_lies
from tests.server.judge import DAY, STEPS, small_plan, whole_server, world_bank
from tests.server.spoil import on, status, without

COMMAND = re.compile(r"make update VINTAGE=\S+ ARGS='[^']*'")
DRY = "SNAKEMAKE=.venv/bin/python -m snakemake --cores 1 --dry-run --quiet rules"
GDP, GNI = "NY.GDP.PCAP.CD", "NY.GNP.PCAP.CD"
REFUSALS = {
    "series not offered": ("world_bank", on("series", without(GDP)), {}, f"without={GDP}"),
    "series empty": ("world_bank", lies.nothing(series=[GNI]), {}, f"without={GNI}"),
    "years": ("world_bank", on("time", without("YR2021")), {}, "year_from=2017 year_to=2020"),
    "thin": (
        "world_bank",
        lies.nothing(years=[2021], economies=lies.SOME),
        {"year_from": "2017"},
        "year_from=2017 allow_thin=true",
    ),
    "economies": (
        "world_bank",
        lambda asked, reply: on("classification", without("XKX"))(
            asked, on("country", without("XKX"))(asked, reply)
        ),
        {},
        "allow_economy_changes=true",
    ),
    "losses, and a change": (
        "world_bank",
        lambda asked, reply: lies.nothing(series=[GDP], economies=["NOR"])(
            asked, lies.scaled(3, series=[GNI])(asked, reply)
        ),
        {"allow_losses": GNI},
        f"allow_losses={GDP},{GNI} allow_changes={GNI}",
    ),
    "capital lost": (
        "oecd",
        more_lies.OECD["the newest year gone"][0],
        {"sources": "oecd;prices"},
        "sources=oecd,prices allow_losses=oecd",
    ),
    "prices changed": (
        "prices",
        more_lies.PRICES["all x 3"][0],
        {"sources": "prices"},
        "sources=prices allow_changes=prices",
    ),
    "no prices": (
        "prices",
        on("prices", lies.answer(b"[]")),
        {"prices_endpoint": "https://example.org/list.json"},
        "prices_endpoint=bundled",
    ),
    "bulk: a licence of another": (
        "bulk",
        zip_lies.TABLES["a licence of another"][0],
        {"release": "2026-07-13"},
        f"release=2026-07-13 without={GDP}",
    ),
    "bulk: another release inside": (
        "bulk",
        zip_lies.LIED["made a year before"][0],
        {"release": "2026-07-13", "allow_thin": "true"},
        "release=2026-07-13 allow_thin=true allow_changes=release",
    ),
    "no such release": ("archive", None, {"release": "202401"}, "release=202404"),
}


def refused(server, who: str, fault, given: dict, folder: Path) -> str:
    """Return the message of a refusal, its commands completed."""
    server.start_over(fault)
    request = understood({"new_vintage": "2031-11-21", **given})
    with pytest.raises(FetchError) as said, completing(request):
        if who == "archive":
            world_bank(server.address, folder, replace(small_plan(), version="202401"))
        else:
            STEPS[who](server.address, folder)
    server.start_over()
    return str(said.value)


@pytest.fixture(scope="module")
def server():
    with whole_server() as running:
        yield running


@pytest.fixture(scope="module")
def tree(tmp_path_factory) -> Path:
    """A copy of what `make update` needs, with the Python of these tests as its environment."""
    root = tmp_path_factory.mktemp("tree")
    for name in ("affordability", "scripts", "workflow", "data/raw/world_bank", "data/raw/oecd"):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("environment.yml", "Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, root)
    (root / ".venv/bin").mkdir(parents=True)
    shutil.copy(ROOT / "requirements.lock", root / ".venv")
    python = root / ".venv/bin/python"
    python.write_text(f'#!/bin/sh\nexec "{sys.executable}" "$@"\n', encoding="utf-8")
    python.chmod(0o755)
    return root


def shell(tree: Path, command: str, *more: str, **variables: str) -> subprocess.CompletedProcess:
    """Run a command as typed, with `more` words behind it."""
    inherited = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
    return subprocess.run(
        ["bash", "-c", f'{command} "$@"', "bash", *more],
        cwd=tree,
        env=inherited | variables,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("name", REFUSALS)
def test_the_command_that_a_refusal_prints_is_understood(name, server, tree, tmp_path):
    who, fault, given, options = REFUSALS[name]
    said = refused(server, who, fault, given, tmp_path / DAY)
    (command,) = COMMAND.findall(said)
    assert command == f"make update VINTAGE=2031-11-21 ARGS='{options}'"
    run = shell(tree, command, DRY)
    assert run.returncode == 0, run.stdout
    wanted = "archive_vintage" if who == "archive" else f"{who}_vintage"
    assert wanted in run.stdout


def test_every_waiver_is_printed_by_some_refusal():
    printed = " ".join(options for *_, options in REFUSALS.values())
    assert len(WAIVERS) == 4
    assert [name for name in WAIVERS if f"{name}=" not in printed] == []


@pytest.mark.parametrize(
    ("arguments", "rules"),
    [
        ("ARGS='sources=oecd;prices'", ["oecd", "prices"]),
        ("ARGS=sources=oecd,prices", ["oecd", "prices"]),
        ('ARGS="release=202404"', ["archive"]),
        ('ARGS="release=2024-05-30"', ["bulk"]),
        ("RELEASE=2024-05-30 ARGS=allow_thin=true", ["bulk"]),
        ('ARGS="allow_thin=true --forceall sources=world_bank"', ["world_bank"]),
        ('CONFIG="world_bank_endpoint=http://127.0.0.1:9/v2"', ["oecd", "prices", "world_bank"]),
    ],
)
def test_options_follow_config_whatever_joins_them(arguments, rules, tree):
    run = shell(tree, f"make update VINTAGE=2031-11-21 {arguments}", DRY)
    assert run.returncode == 0, run.stdout
    assert sorted(set(re.findall(r"(\w+)_vintage\b", run.stdout)) - {"new"}) == rules


def test_every_update_of_the_runbook_is_understood(tree):
    text = (ROOT / "docs/update-runbook.md").read_text(encoding="utf-8")
    commands = sorted(
        set(re.findall(r'make update (?:VINTAGE|RELEASE)=\d\S+?(?: ARGS="[^"]+")?(?=[`\n])', text))
    )
    assert len(commands) >= 4
    for command in commands:
        run = shell(tree, command, DRY)
        assert run.returncode == 0, (command, run.stdout)


def test_a_release_needs_no_day_but_todays(tree):
    run = shell(tree, "make update RELEASE=2024-05-30", DRY)
    assert run.returncode == 0, run.stdout
    assert "bulk_vintage" in run.stdout
    wrong = shell(tree, "make update RELEASE=tomorrow", DRY)
    assert wrong.returncode != 0
    assert (
        "release: found 'tomorrow', expected a month of the archives as YYYYMM or" in wrong.stdout
    )


@pytest.mark.parametrize(
    "variables",
    [
        {"ARGS": "sources=oecd;touch${IFS}pwned"},
        {"ARGS": "sources=`touch pwned`"},
        {"ARGS": "'; touch pwned; '"},
        {"CONFIG": "sources=oecd&touch pwned"},
        {"VINTAGE": "2031-11-21;touch pwned"},
        {"RELEASE": "2024-05-30;touch pwned"},
        {"VINTAGE": "2031-11-21'$$(touch pwned)'"},
    ],
)
def test_no_shell_reads_what_was_typed(variables, tree):
    run = shell(tree, "make update", DRY, **{"VINTAGE": "2031-11-21", **variables})
    assert run.returncode != 0, run.stdout
    assert not (tree / "pwned").exists()


FILE = "make update FILE='own file.csv' SOURCE=pip PPP=2017 VINTAGE=handed-in LICENCE='CC BY 4.0'"
TERMS = "LICENCE_AT=https://creativecommons.org/licenses/by/4.0/"


def test_a_file_is_frozen_by_the_command_that_its_refusal_prints(tree):
    shutil.copytree(ROOT / "data/raw/pip", tree / "data/raw/pip", dirs_exist_ok=True)
    (tree / "own file.csv").write_bytes(files.text(files.percentiles()))
    refused = shell(tree, f"{FILE} {TERMS}")  # eight economies of 166
    assert refused.returncode != 0
    (command,) = re.findall(r"make update FILE=.*?ARGS='[^']*'", refused.stdout)
    assert not (tree / "data/raw/pip/handed-in").exists()
    run = shell(tree, command)
    assert run.returncode == 0, run.stdout
    vintage = Vintage(tree / "data/raw/pip/handed-in")
    vintage.verify()
    assert vintage.sidecar["licenses"][0]["name"] == "CC BY 4.0"
    assert len(vintage.read("income_bins")) == 800
    again = shell(tree, command)
    assert "is frozen: never changed" in again.stdout


def test_no_shell_reads_what_is_said_of_a_file(tree):
    typed = "x';touch pwned;'`touch pwned`$$(touch pwned)"
    names = ("FILE", "SOURCE", "PPP", "LICENCE", "LICENCE_AT", "PUBLISHER", "PAGE")
    run = shell(tree, FILE, DRY, *(f"{name}={typed}" for name in names))
    assert run.returncode != 0, run.stdout
    assert not (tree / "pwned").exists()


def test_a_refused_update_is_taken_by_the_command_it_prints(server, tree):
    server.start_over(more_lies.PRICES["half of the models gone"][0])
    address = f"prices_endpoint={server.address}/prices.json"
    typed = f"make update VINTAGE=2031-11-22 ARGS='sources=prices {address}'"
    first = shell(tree, typed)
    assert first.returncode != 0
    assert not (tree / "data/raw/prices/2031-11-22").exists()
    (command,) = COMMAND.findall(first.stdout)
    assert command.endswith(f"{address} allow_losses=prices'")
    second = shell(tree, command)
    assert second.returncode == 0, second.stdout
    vintage = Vintage(tree / "data/raw/prices/2031-11-22")
    vintage.verify()
    assert vintage.sidecar["x_anomalies"][0].startswith("models: ")
    server.start_over()


def test_what_is_frozen_already_is_left_out_of_the_command(tree, monkeypatch):
    monkeypatch.chdir(tree)
    request = understood({"new_vintage": "2026-03-03"})  # the OECD's is there
    whole = "VINTAGE=2026-03-03 ARGS='sources=world_bank,prices allow_thin=true'"
    with pytest.raises(FetchError, match=whole), completing(request):
        raise FetchError(waive("allow_thin=true"))


def test_a_service_that_fails_is_asked_again_for_every_provider(server, tmp_path):
    for who, step in STEPS.items():
        server.start_over(lambda a, r: status(503)(r) if a.before < 2 else r)
        step(server.address, tmp_path / who / DAY)
        assert (tmp_path / who / DAY / "datapackage.json").exists()
    server.start_over()
