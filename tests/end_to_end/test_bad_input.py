"""Bad input gets one sentence and a non-zero exit, and leaves the results as they were.

Each case is the whole workflow run on a copy that was built before; two run at a time. Edits of
curated tables are sealed, so that it is not the digest that stops them.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pytest

from tests.copies import Tree

CURATED = "data/raw/curated"
COSTS = f"{CURATED}/training_costs.csv"


@dataclass(frozen=True)
class Case:
    """What is done to the tree, and what the one sentence must say."""

    edit: Callable[[Tree], None]
    said: list[str]


@dataclass(frozen=True)
class Outcome:
    """What the workflow did about it."""

    exit_code: int
    text: str
    results_before: dict[str, str]
    results_after: dict[str, str]
    new_files: set[str]

    @property
    def sentences(self) -> list[str]:
        """What a person is told: by a step, or by Snakemake while it reads the workflow."""
        by_step = re.findall(r"^stopped: (.+)$", self.text, flags=re.MULTILINE)
        return by_step or re.findall(r"^WorkflowError in file .+:\n(.+)$", self.text, re.MULTILINE)


def edited(file: str, old: str, new: str, *, sealed: bool = True) -> Callable[[Tree], None]:
    """Replace text in a file."""

    def edit(tree: Tree) -> None:
        tree.replace(file, old, new)
        if sealed and file.startswith(CURATED):
            tree.seal()

    return edit


def rows_changed(change: Callable[[list[list[str]]], list[list[str]]]) -> Callable[[Tree], None]:
    """Change the rows, header first, of the table of training costs."""

    def edit(tree: Tree) -> None:
        with (tree / COSTS).open(encoding="utf-8", newline="") as file:
            rows = change(list(csv.reader(file)))
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(rows)
        (tree / COSTS).write_text(text.getvalue(), encoding="utf-8")
        tree.seal()

    return edit


def without_column(name: str) -> Callable[[Tree], None]:
    def change(rows: list[list[str]]) -> list[list[str]]:
        at = rows[0].index(name)
        return [row[:at] + row[at + 1 :] for row in rows]

    return rows_changed(change)


def with_cell(row: int, column: str, value: str) -> Callable[[Tree], None]:
    """Set a cell; rows are counted as a spreadsheet does, the header being row 1."""

    def change(rows: list[list[str]]) -> list[list[str]]:
        rows[row - 1][rows[0].index(column)] = value
        return rows

    return rows_changed(change)


CASES = {
    "broken CSV": Case(
        rows_changed(lambda rows: [*rows[:4], [*rows[4], "one", "two"], *rows[5:]]),
        [COSTS, "row 5", "a cell too many, 'one'", "expected 18"],
    ),
    "missing column": Case(
        without_column("price_year"),
        [COSTS, "row 1", "found no column price_year", "usd_high, price_year, price_month"],
    ),
    "unknown column": Case(
        rows_changed(lambda rows: [[*rows[0], "colour"], *([*row, "red"] for row in rows[1:])]),
        [COSTS, "row 1", "unknown column colour", "expected the columns estimate_id"],
    ),
    "duplicate key": Case(
        rows_changed(lambda rows: [*rows[:6], rows[5], *rows[6:]]),
        [COSTS, "row 7", "column estimate_id", "again", "expected it once"],
    ),
    "negative cost": Case(
        with_cell(3, "usd", "-1751"),
        [COSTS, "row 3", "column usd:", "found '-1751'", "at least 0"],
    ),
    "unknown ISO3": Case(
        edited(f"{CURATED}/organisations.csv", ",DEU,", ",GER,"),
        [f"{CURATED}/organisations.csv", "column iso3", "found 'GER'", "iso3 of table economies"],
    ),
    "unknown source_id": Case(
        with_cell(4, "source_id", "somebody-said-so"),
        [COSTS, "row 4", "column source_id", "'somebody-said-so'", "source_id of table sources"],
    ),
    "digest of a curated table": Case(
        edited(COSTS, ",10569979,", ",10569978,", sealed=False),
        [COSTS, "found sha256:", "expected sha256:", "seal data/raw/curated"],
    ),
    "digest of a vintage": Case(
        edited("data/raw/world_bank/near-2024-04/observations.csv", "ABW", "ABX"),
        ["data/raw/world_bank/near-2024-04/observations.csv", "found sha256:", "expected sha256:"],
    ),
    "YAML that breaks off": Case(
        edited("config.yaml", "studies:", "studies: ["),
        ["config.yaml, row ", "broken YAML", "expected"],
    ),
    "YAML with a mistyped key": Case(
        edited("config.yaml", "max_age_years: 5", "max_age_year: 5"),
        ["config.yaml, ", "year_rules.default", "'max_age_year'", "max_age_years, year"],
    ),
    "threshold above one": Case(
        edited("config.yaml", "share: 0.25", "share: 25"),
        ["config.yaml, ", "thresholds.0.share", "25 is greater than", "maximum of 1"],
    ),
    "vintage that is not there": Case(
        edited("config.yaml", 'world_bank: "2024-04"', 'world_bank: "2024-05"'),
        ["config.yaml, studies.llempower-2024.vintages", "2024-05", "near-2024-04"],
    ),
    "claim on a measure that is not there": Case(
        edited("data/claims.yaml", "measure: seed_funding", "measure: seed_fundings"),
        ["data/claims.yaml, seed_25_percent", "measure seed_fundings", "gdp, rd_expenditure"],
    ),
}


def attempt(case: Case, built: Tree, folder) -> Outcome:
    """Spoil a copy of what was built and run the workflow on it."""
    tree = built.copy(folder)
    case.edit(tree)
    before, files = tree.results(), tree.files()
    run = tree.workflow()
    return Outcome(run.returncode, run.stdout, before, tree.results(), tree.files() - files)


@pytest.fixture(scope="module")
def outcomes(request, built, tmp_path_factory):
    """The outcome of each case that was asked for, still under way."""
    asked = {item.callspec.params["name"] for item in request.session.items if of_a_case(item)}
    with ThreadPoolExecutor(2) as pool:
        yield {
            name: pool.submit(attempt, CASES[name], built, tmp_path_factory.mktemp("bad") / "tree")
            for name in CASES
            if name in asked
        }


def of_a_case(item) -> bool:
    return item.path.name == "test_bad_input.py" and hasattr(item, "callspec")


@pytest.mark.parametrize("name", CASES)
def test_bad_input_gets_one_sentence_and_changes_no_result(name, outcomes):
    outcome = outcomes[name].result()
    assert outcome.exit_code != 0
    assert len(outcome.sentences) == 1, outcome.text
    missing = [part for part in CASES[name].said if part not in outcome.sentences[0]]
    assert missing == [], outcome.sentences[0]
    assert "Traceback" not in outcome.text
    assert len(outcome.results_before) > 50
    assert outcome.results_after == outcome.results_before
    assert outcome.new_files == set()
