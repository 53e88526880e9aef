"""The answers that docs/choosing.md works through are what the command prints."""

from __future__ import annotations

import re
import shlex

import pytest

from affordability.__main__ import main
from tests.copies import ROOT

TEXT = (ROOT / "docs" / "choosing.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"^```\n\$ python -m affordability (choose [^\n]*)\n(.*?)^```$", re.M | re.S)
ANSWERS = BLOCK.findall(TEXT)


def test_five_answers_are_worked_through():
    assert len(ANSWERS) == 5


@pytest.mark.parametrize(("asked", "printed"), ANSWERS)
def test_an_answer_that_is_worked_through_is_what_the_command_prints(
    built, monkeypatch, capsys, asked, printed
):
    monkeypatch.chdir(built.folder)
    assert main(shlex.split(asked)) == 0
    assert capsys.readouterr().out == printed
