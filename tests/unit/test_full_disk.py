"""A disk that is full: one sentence that names the file, and nothing half-written."""

from __future__ import annotations

import errno
import os
import subprocess
import sys
from pathlib import Path

import pytest

from affordability import tables
from tests.copies import ROOT
from workflow import run


def no_room() -> OSError:
    """What a write says: of no file."""
    return OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


STEP = """
import errno, logging, sys
from pathlib import Path
from affordability import tables
from scripts.log import start_log
start_log(sys.argv[1])
logging.info("at work")
with tables.replacing(Path("results/costs.csv")) as temporary:
    temporary.write_text("half")
    raise OSError(errno.ENOSPC, "No space left on device")
"""


@pytest.fixture
def full(tmp_path, monkeypatch):
    """A folder with a page, in which nothing more can be written."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "results").mkdir()
    (tmp_path / "results/index.html").write_text("<body>\n", encoding="utf-8")
    (tmp_path / "results/unfinished.txt").write_text(run.UNDER_WAY, encoding="utf-8")
    whole = Path.write_text

    def half(path, text, *given, **how):
        whole(path, text[: len(text) // 2], *given, **how)
        raise no_room()

    monkeypatch.setattr(Path, "write_text", half)
    return tmp_path


def test_what_could_not_be_written_is_named_and_what_was_there_stays(tmp_path):
    path = tmp_path / "costs.csv"
    path.write_text("before")
    with pytest.raises(OSError, match=r"costs\.csv") as error, tables.replacing(path) as half:
        half.write_text("hal")
        raise no_room()
    assert error.value.filename == "costs.csv"
    assert path.read_text() == "before" and names(tmp_path) == ["costs.csv"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="/dev/full is of Linux")
def test_a_step_on_a_full_disk_says_one_sentence_although_its_log_takes_none(tmp_path):
    step = subprocess.run(
        [sys.executable, "-c", STEP, "/dev/full"],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        capture_output=True,
        text=True,
        check=False,
    )
    sentence = "stopped: results/costs.csv: could not be written (No space left on device)"
    assert step.returncode != 0 and step.stderr.splitlines() == ["at work", sentence]
    assert names(tmp_path / "results") == []


def test_a_run_that_cannot_begin_names_the_file_and_leaves_no_half(full, monkeypatch, capsys):
    monkeypatch.setattr(run, "run", lambda command: pytest.fail("Snakemake was started"))
    assert run.main([]) == 1
    said = capsys.readouterr().err
    assert said == (
        "stopped: results/unfinished.txt: could not be written (No space left on device)\n"
    )
    assert names(full / "results") == ["index.html", "unfinished.txt"]


def test_after_a_run_that_failed_the_old_notice_stays_if_there_is_no_room(full, capsys):
    with pytest.raises(OSError, match="unfinished"):
        run.ended(1)
    assert "stopped: The last run failed" in capsys.readouterr().err
    assert (full / "results/unfinished.txt").read_text(encoding="utf-8") == run.UNDER_WAY
    assert names(full / "results") == ["index.html", "unfinished.txt"]
