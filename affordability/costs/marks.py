"""Marks of costs: what rests on a figure that was not re-read says so."""

from __future__ import annotations


def doubted(row, names: list[str]) -> bool:
    """Return whether a row of accelerators was not re-read, or one of some columns of it."""
    return row["status"] == "unverified" or bool({*row["unverified_fields"].split(";")} & {*names})


def weakest(*marks: str) -> str:
    """Return the mark of a computed number that rests on rows with these marks."""
    return "unverified" if "unverified" in marks else "derived"
