"""A run that is killed, fails late, or meets another: the next one works, and nobody is misled.

`make test-long` kills at thirty random moments; the run of test_studies in another folder is killed
once in every suite.
"""

from __future__ import annotations

import os
import random
import signal
import time

import pytest

COMPARED = (".csv", ".json", ".svg", ".png", ".html", ".txt")
WAIT = 120  # seconds nothing here takes


def price(tree, number: int) -> None:
    """Change a price, so that nearly everything is to be made again."""
    path = tree / "data/raw/curated/training_costs.csv"
    text = path.read_text(encoding="utf-8")
    row = next(line for line in text.splitlines() if line.startswith("gpt4-statement-altman-2023,"))
    cells = row.split(",")
    if not PLACE:  # where it stands, found while it is as it was frozen
        PLACE.append(cells.index("100000000"))
    cells[PLACE[0]] = str(number)
    path.write_text(text.replace(row, ",".join(cells)), encoding="utf-8")
    tree.seal()


PLACE: list[int] = []


@pytest.mark.long
@pytest.mark.skipif(os.name != "posix", reason="process groups and SIGKILL are of POSIX")
def test_after_a_kill_at_any_moment_a_plain_run_ends_as_if_nothing_had_been(copy_of_built):
    # The studies alone: audit and page would double the time and are made in the same way.
    clean = copy_of_built.results(*COMPARED)
    moments = random.Random(20240414)
    for number in range(30):
        price(copy_of_built, 100000001 + number)
        run = copy_of_built.started("--", "studies")
        time.sleep(moments.uniform(1.0, 14.0))
        os.killpg(run.pid, signal.SIGKILL)
        run.communicate(timeout=WAIT)
        price(copy_of_built, 100000000)
        again = copy_of_built.started("--", "studies")
        said, _ = again.communicate(timeout=WAIT * 4)
        assert again.returncode == 0, said[-3000:]
        after = copy_of_built.results(*COMPARED)
        assert {name for name in clean if clean[name] != after.get(name)} == set()
        halves = [n for n in copy_of_built.files() if n.startswith("results/") and "/." in n]
        assert halves == ["results/.gitkeep"] or halves == []
        assert not (copy_of_built / "results/unfinished.txt").exists()


@pytest.mark.skipif(os.name != "posix", reason="flock is of POSIX")
def test_a_second_run_is_turned_away_in_a_sentence_and_does_no_harm(copy_of_built):
    price(copy_of_built, 100000001)
    first = copy_of_built.started()
    time.sleep(2.5)
    second = copy_of_built.started()
    said, _ = second.communicate(timeout=WAIT)
    assert second.returncode == 1
    assert "another run" in said and "is at work in this folder" in said
    assert first.poll() is None, "the first run went on"
    os.killpg(first.pid, signal.SIGKILL)
    first.communicate(timeout=WAIT)


def test_a_late_failure_is_told_on_the_page_and_by_the_command_until_a_run_ends(copy_of_built):
    page = (copy_of_built / "results/index.html").read_text(encoding="utf-8")
    module = copy_of_built / "affordability/figures/local_prices.py"
    whole = module.read_text(encoding="utf-8")
    module.write_text(whole + "\nraise RuntimeError('a late failure')\n", encoding="utf-8")
    other = copy_of_built / "affordability/publish.py"  # what it makes is newer than the page
    other.write_text(other.read_text(encoding="utf-8") + "# changed\n", encoding="utf-8")
    run = copy_of_built.started()
    said, _ = run.communicate(timeout=WAIT * 4)
    assert run.returncode != 0
    assert "stopped: The last run failed" in said
    marked = (copy_of_built / "results/index.html").read_text(encoding="utf-8")
    assert 'role="alert"' in marked and "newer than this page" in marked
    claims = copy_of_built.python("-m", "affordability", "claims").stdout
    assert claims.startswith("The last run failed: ") and "run `make` again" in claims
    module.write_text(whole, encoding="utf-8")
    again = copy_of_built.started()
    told, _ = again.communicate(timeout=WAIT * 4)
    assert again.returncode == 0, told[-3000:]
    assert (copy_of_built / "results/index.html").read_text(encoding="utf-8") == page
    assert not (copy_of_built / "results/unfinished.txt").exists()
