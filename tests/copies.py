"""Copies of the tree and the workflow run in them, so that no test touches the tree itself."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from affordability.vintages import seal

ROOT = Path(__file__).resolve().parents[1]
# What a fresh clone would not have, and the tests, which no step reads.
NOT_CLONED = {".venv", ".git", ".cache", ".snakemake", "results", "logs", "tests"}
OURS = (
    "PYTEST",
    "MAKE",
    "ARGS",
    "STUDY",
    "CONFIG",
)  # what this run was told, and not one within it
RUN = ["-m", "workflow.run", "--workflow-profile", "workflow/profiles/default", "--quiet", "all"]
CACHES = {"__pycache__", ".pytest_cache", ".ruff_cache", ".hypothesis"}


@dataclass(frozen=True)
class Tree:
    """A copy of the tree; everything a test does to it is done here."""

    folder: Path

    def __truediv__(self, name: str) -> Path:
        return self.folder / name

    def replace(self, name: str, old: str, new: str) -> None:
        """Replace the first `old` in a file; a test whose `old` is gone would test nothing."""
        text = (self / name).read_text(encoding="utf-8")
        assert old in text, f"{name} does not have {old!r} any more"
        (self / name).write_text(text.replace(old, new, 1), encoding="utf-8")

    def seal(self) -> None:
        """Digest the curated tables anew, as a person does after an edit."""
        seal(self / "data/raw/curated")

    def python(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run this Python in the copy; stdout holds both streams."""
        return subprocess.run(
            [sys.executable, *arguments], **self._process(environment), check=False
        )

    def workflow(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess:
        """Run the workflow in the copy."""
        return self.python("-m", "snakemake", "--cores", "2", *arguments, **environment)

    def started(self, *arguments: str, **environment: str) -> subprocess.Popen:
        """Start a person's run in a process group of its own, so that all of it can be killed."""
        return subprocess.Popen(
            [sys.executable, *RUN, *arguments],
            **self._process(environment),
            start_new_session=True,
        )

    def _process(self, environment: dict[str, str]) -> dict:
        """Return how a process of the copy is run: there, both streams as one text.

        Its environment is that of the tests without what they were told, and `environment`.
        """
        inherited = {k: v for k, v in os.environ.items() if not k.startswith(OURS)}
        return {
            "cwd": self.folder,
            "env": {**inherited, **environment},
            "stdout": subprocess.PIPE,
            "stderr": subprocess.STDOUT,
            "encoding": "utf-8",
            "errors": "backslashreplace",
        }

    def files(self) -> set[str]:
        """Every file but logs, caches and Snakemake's own notes."""
        left_out = {".snakemake", ".cache", "logs", *CACHES}
        paths = (p.relative_to(self.folder) for p in self.folder.rglob("*") if p.is_file())
        return {p.as_posix() for p in paths if left_out.isdisjoint(p.parts)}

    def inputs(self) -> list[Path]:
        """Every file a person may edit: all but the results, caches and notes."""
        return [self / name for name in self.files() if not name.startswith("results/")]

    def results(self, *suffixes: str) -> dict[str, str]:
        """Digest of each file below results/, of these suffixes or all."""
        return {
            name: hashlib.sha256((self / name).read_bytes()).hexdigest()
            for name in sorted(self.files())
            if name.startswith("results/") and name.endswith(suffixes or "")
        }

    def planned(self, *arguments: str) -> dict[str, int]:
        """Jobs a dry run announces, by rule."""
        said = self.workflow("--dry-run", *arguments)
        assert said.returncode == 0, said.stdout
        lines = said.stdout.partition("Job stats:")[2].splitlines()[3:]
        jobs = {}
        for line in lines:
            if not line.strip():
                break
            rule, count = line.split()
            jobs[rule] = int(count)
        return jobs

    def copy(self, folder: Path) -> Tree:
        """Return a copy with its results and what Snakemake noted about them."""
        shutil.copytree(self.folder, folder, ignore=_ignore_caches)
        return Tree(folder)


def fresh_copy(folder: Path) -> Tree:
    """Return a copy as a fresh clone would be: no results, no notes, no environment."""

    def ignore(parent: str, names: list[str]) -> set[str]:
        top = NOT_CLONED if Path(parent) == ROOT else set()
        return set(names) & (top | CACHES)

    shutil.copytree(ROOT, folder, ignore=ignore)
    return Tree(folder)


def _ignore_caches(_: str, names: list[str]) -> set[str]:
    return set(names) & CACHES
