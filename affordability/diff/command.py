"""`python -m affordability diff OLD NEW`: build what changed between two vintages, and say it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from html import unescape
from pathlib import Path

from affordability.own import CONFIGFILE
from affordability.page import book, judged
from affordability.page.parts import read_rows, say
from affordability.study import configured
from affordability.tables import InputError

RESULTS = Path("results/diff")
PROFILE = "workflow/profiles/default"


def add_arguments(parser) -> None:
    """Add the arguments of `diff` to a command's parser."""
    parser.add_argument("old", help="the vintage before, a folder's name below data/raw/<source>")
    parser.add_argument("new", help="the vintage after")


def run(given) -> int:
    """Run the workflow's rule `diff` for two vintages and print what it found, judged first.

    Raises:
        InputError: something that was expected is absent in the new vintage; all is written then.
    """
    if given.old == given.new:
        raise InputError(f"diff: found {given.old} twice, expected two vintages")
    for study in configured().values():
        old, new = (study.exchanged(version).vintages for version in (given.old, given.new))
        both = [s for s in old if old[s] == given.old and new[s] == given.new]
        if not both:
            raise InputError(
                f"diff: found {given.old} and {given.new} of different sources, expected two "
                "vintages of one source"
            )
    folder = RESULTS / f"{given.old}__{given.new}"
    command = [sys.executable, "-m", "snakemake", "--workflow-profile", PROFILE]
    if mine := os.environ.get(CONFIGFILE):
        command += ["--configfile", mine]
    target = (folder / "claims.csv").as_posix()
    done = subprocess.run([*command, "--", target], check=False)
    if done.returncode:
        return done.returncode
    found = json.loads((folder / "judged.json").read_text(encoding="utf-8"))
    names = book.read(list(configured().values())).names
    print("\n".join([*leading(found, names), "", *counted(folder), "", folder.as_posix()]))
    if said := judged.failure(found, given.old, given.new):
        raise InputError(f"diff: {said}")
    return 0


def leading(found: dict, names: dict[str, str]) -> list[str]:
    """Return the judged summary, a line a thing; what the page folds is counted."""
    lines = []
    for part in judged.sections(found, names):
        lines += ["", f"{part['title']}: {part['lead']}"]
        lines += [f"  - {line}" for line in part["lines"]]
        if part["more"]:
            lines.append(f"  - {say('judged.more', n=len(part['more']))}")
    return [unescape(line) for line in lines[1:]]


def counted(folder: Path) -> list[str]:
    """Return what changed in counts, then each claim that answers otherwise."""
    numbers = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    lines = [f"{key:45} {number['text']}" for key, number in numbers.items()]
    for claim in read_rows(folder / "claims.csv"):
        if claim["changed"]:
            lines.append(f"\n{claim['study']}, {claim['claim_id']}: {claim['changed']} changed")
            lines.append(f"  {claim['old_verdict']}: {claim['old_reproduced']}")
            lines.append(f"  {claim['new_verdict']}: {claim['new_reproduced']}")
    return lines
