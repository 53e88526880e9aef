"""The command line answers in text, and says what is wrong in one sentence with exit 1."""

import re

import pytest

from affordability import commands as command_line
from affordability.tables import ROOT, columns
from affordability.vintages import CURATED, Vintage, file_facts
from tests.sidecars import write_sidecar

CLAIM = {
    "study": "mine",
    "claim_id": "seed_25_percent",
    "statement": "s",
    "published": "United States",
    "reproduced": "2 of 4",
    "verdict": "differs",
}


@pytest.fixture
def run(capsys):
    """Run a command; return exit code, what was printed, what was complained of."""

    def run(*arguments: str) -> tuple[int, str, str]:
        code = command_line.main(list(arguments))
        said = capsys.readouterr()
        return code, said.out, said.err

    return run


@pytest.fixture
def folder(tmp_path, configured):
    """An empty tree with the settings of one study, `mine`."""
    configured("mine")
    return tmp_path


def test_claims_are_printed_by_study_with_the_path_of_the_page_last(run, folder):
    path = folder / "results" / "mine" / "claims.csv"
    path.parent.mkdir(parents=True)
    row = ",".join(CLAIM.get(column, "") for column in columns("claims"))
    path.write_text(",".join(columns("claims")) + f"\n{row}\n", encoding="utf-8")
    code, said, _ = run("claims")
    assert code == 0
    assert re.search(r"^mine$", said, flags=re.MULTILINE)
    assert re.search(r"seed_25_percent +United States +2 of 4 +differs", said)
    assert said.splitlines()[-1] == "results/index.html"


def test_claims_before_a_run_are_refused_in_one_sentence(run, folder):
    code, said, complaint = run("claims")
    assert (code, said) == (1, "")
    assert complaint == (
        "stopped: results: found no claims.csv, expected one a study; run `make` first\n"
    )


def test_a_vintage_is_never_sealed(run, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, _, complaint = run("seal", "data/raw/world_bank/near-2024-04")
    assert code == 1
    assert complaint.startswith("stopped: data/raw/world_bank/near-2024-04: found a vintage")


def test_an_edited_curated_table_is_sealed_and_named(run, folder):
    curated = folder / CURATED
    curated.mkdir(parents=True)
    (curated / "sources.csv").write_text("source_id\n", encoding="utf-8")
    facts = {"name": "sources", "schema": "sources", **file_facts(curated / "sources.csv")}
    write_sidecar(curated, facts)
    assert run("seal", str(CURATED))[:2] == (0, "nothing changed\n")
    (curated / "sources.csv").write_text("source_id\na\n", encoding="utf-8")
    assert run("seal", str(CURATED))[:2] == (0, "sources.csv\n")
    Vintage(curated).verify()


def test_rows_read_before_a_month_are_listed_oldest_first_and_counted(run, monkeypatch):
    monkeypatch.chdir(ROOT)
    code, said, _ = run("stale", "--today", "2024-06-30", "--months", "12")
    *rows, total = said.splitlines()
    assert code == 0
    assert rows
    assert total.startswith(f"{len(rows)} rows were read before 2023-06")
    assert all(row[:7] < "2023-06" for row in rows)
    assert run("stale", "--today", "1990-01-31")[1].startswith("0 rows were read before 1989-01")


def test_rows_read_before_a_month_are_summed_by_source_most_first(run, monkeypatch):
    monkeypatch.chdir(ROOT)
    rows = run("stale", "--today", "2024-06-30")[1].splitlines()[:-1]
    *sources, total = run("stale", "--today", "2024-06-30", "--sources")[1].splitlines()
    counts = [int(line.split(" rows  ")[0]) for line in sources]
    assert sum(counts) == len(rows)
    assert counts == sorted(counts, reverse=True)
    assert f"in {len(sources)} sources" in total


def test_broken_settings_are_refused_by_the_check(run, folder):
    (folder / "config.yaml").write_text("studies: [\n", encoding="utf-8")
    code, _, complaint = run("check")
    assert code == 1
    assert complaint.startswith("stopped: config.yaml, row 2: found broken YAML")


def test_an_unknown_command_is_refused_with_those_there_are(run, capsys):
    with pytest.raises(SystemExit) as stop:
        run("chek")
    assert stop.value.code == 2
    assert "'claims'" in capsys.readouterr().err
