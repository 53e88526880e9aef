"""What a run made: its files, what each is, and the step that wrote it by Snakemake's own record.

Snakemake notes of every file it makes the rule, the inputs, the log and the parameters of the step
(`.snakemake/metadata`, one JSON a file, named by the file's path in base64).
"""

from __future__ import annotations

import base64
import hashlib
import json
import re
from dataclasses import dataclass
from pathlib import Path

from affordability.documents import load_yaml
from affordability.tables import InputError

RECORD = Path(".snakemake/metadata")
FORMATS = {
    ".csv": "text/csv",
    ".html": "text/html",
    ".json": "application/json",
    ".lock": "text/plain",
    ".parquet": "application/vnd.apache.parquet",
    ".png": "image/png",
    ".py": "text/x-python",
    ".svg": "image/svg+xml",
    ".txt": "text/plain",
    ".yaml": "application/yaml",
}


@dataclass(frozen=True)
class Step:
    """A step that ran: its rule, what it read and wrote, the parameters it was given."""

    name: str
    rule: str
    reads: tuple[str, ...]
    writes: tuple[str, ...]
    params: tuple[str, ...]


def files(results: Path, made: dict[str, dict]) -> dict[str, dict]:
    """Return what is known of each file of the results, by its path from the project's root.

    `made` tells it by a regular expression of such paths; files that none matches are left out.
    """
    patterns = [(re.compile(pattern), known) for pattern, known in made.items()]
    found = {}
    for path in sorted(path for path in results.rglob("*") if path.is_file()):
        name = f"{results.name}/{path.relative_to(results).as_posix()}"
        known = next((known for pattern, known in patterns if pattern.fullmatch(name)), None)
        if known:
            found[name] = known
    return found


def steps(names: list[str], record: Path = RECORD) -> list[Step]:
    """Return the steps that wrote these files, by the record; a file without one is left out.

    Raises:
        InputError: the record is of a form this does not know.
    """
    jobs: dict[tuple, dict] = {}
    for name in names:
        path = record / base64.b64encode(name.encode()).decode("ascii")
        if not path.is_file():
            continue
        noted = json.loads(path.read_text(encoding="utf-8"))
        try:
            gone = [name for name in noted["input"] if not Path(name).exists()]
            if noted["incomplete"] or gone:  # of a workflow that was another one then
                continue
            key = (noted["rule"], *noted["log"])
            job = jobs.setdefault(key, {**noted, "writes": []})
        except (KeyError, TypeError):
            raise InputError(
                f"{record.as_posix()}, the record of {name}: found the keys {', '.join(noted)}, "
                "expected rule, log, input, params, incomplete as Snakemake 9 writes them"
            ) from None
        job["writes"].append(name)
    return sorted(
        (
            Step(
                name=noted["log"][0].removeprefix("logs/").removesuffix(".log"),
                rule=noted["rule"],
                reads=tuple(sorted(noted["input"])),
                writes=tuple(noted["writes"]),
                params=tuple(noted["params"]),
            )
            for noted in jobs.values()
        ),
        key=lambda step: step.name,
    )


def digest(path: Path) -> str:
    """Return the sha256 of a file in hex digits."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def facts(path: Path) -> dict[str, str]:
    """Return type, size and digest of a file, in the words of schema.org."""
    return {
        "encodingFormat": FORMATS.get(path.suffix, "text/plain"),
        "contentSize": str(path.stat().st_size),
        "sha256": digest(path),
    }


def project(citation: Path, lock: Path) -> dict[str, str]:
    """Return title, version and authors of CITATION.cff, and the pinned version of Snakemake."""
    cited = load_yaml(citation)
    pinned = re.search(r"^snakemake==(\S+)", lock.read_text(encoding="utf-8"), re.MULTILINE)
    return {
        "title": cited["title"],
        "version": cited["version"],
        "authors": cited["authors"][0]["name"],
        "snakemake": pinned[1],
    }
