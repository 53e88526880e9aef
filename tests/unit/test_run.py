"""The run for a person: sweeps what is dead, marks the page to the byte and back."""

from __future__ import annotations

import os

import pytest

from workflow import run

PAGE = "<html>\n<body class='x'>\n<p>Claims</p>\n</body></html>\n"


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results/latest").mkdir(parents=True)
    (tmp_path / "results/index.html").write_text(PAGE, encoding="utf-8", newline="\n")
    return tmp_path


def test_halves_of_files_and_locks_are_swept_and_all_else_stays(folder):
    for name in (".costs.csv.a1b2c3d4", ".gitkeep", "costs.csv"):
        (folder / "results/latest" / name).write_text("x")
    (folder / ".snakemake/locks").mkdir(parents=True)
    (folder / ".snakemake/locks/0.input.lock").write_text("x")
    assert sorted(path.name for path in run.sweep()) == [".costs.csv.a1b2c3d4", "0.input.lock"]
    left = sorted(p.name for p in (folder / "results/latest").iterdir())
    assert left == [".gitkeep", "costs.csv"]


def test_a_marked_page_comes_back_to_the_byte_and_looks_no_newer(folder):
    page = folder / "results/index.html"
    before = page.stat().st_mtime_ns
    run.mark("The last run failed.")
    run.mark("The last run failed again.")
    marked = page.read_text(encoding="utf-8")
    assert marked.count("<!--unfinished-->") == 1 and "failed again" in marked
    assert page.stat().st_mtime_ns == before
    run.unmark()
    assert page.read_bytes() == PAGE.encode()


def test_the_folder_is_held_by_one_run_at_a_time(folder):
    if run.fcntl is None:
        pytest.skip("no flock on this system")
    with run.alone(folder), pytest.raises(run.Busy, match="another run"), run.alone(folder):
        raise AssertionError("two runs in one folder")
    with run.alone(folder):
        assert (folder / ".snakemake/run.lock").read_text().isdigit()


def test_only_results_newer_than_the_page_are_named(folder):
    assert run.newer_than_the_page() == []
    made = (folder / "results/index.html").stat().st_mtime_ns
    path = folder / "results/latest/costs.csv"
    path.write_text("x")
    os.utime(path, ns=(made + 10**9, made + 10**9))
    assert run.newer_than_the_page() == ["latest"]
    assert "latest" in run.failed(["latest"]) and "before it changed" in run.failed([])


def test_a_first_run_that_failed_speaks_of_no_page_that_is_not_there(folder):
    (folder / "results/index.html").unlink()
    assert "there is no page" in run.failed(run.newer_than_the_page())
