"""A study with a vintage exchanged, and which vintages are compared by default."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

from affordability.tables import InputError
from affordability.vintages import available


def exchanged(study: dict, version: str, raw: Path) -> dict:
    """Return the study reading vintage `version` of every source that has one of that name.

    Sources without such a vintage keep the study's own; `InputError` if no source has it.
    """
    own = study["vintages"]
    have = {source: available(raw, source) for source in own}
    if not any(version in names for names in have.values()):
        known = sorted({name for names in have.values() for name in names})
        raise InputError(
            f"{raw.as_posix()}: found no vintage {version}, expected one of {', '.join(known)}"
        )
    new = {source: version if version in have[source] else name for source, name in own.items()}
    return {**study, "vintages": new}


def successive(studies: dict[str, dict]) -> list[str]:
    """Return "old__new" for each World Bank vintage of the studies and the one before it."""
    versions = list(dict.fromkeys(s["vintages"]["world_bank"] for s in studies.values()))
    return [f"{old}__{new}" for old, new in pairwise(versions)]
