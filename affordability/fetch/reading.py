"""Read a stranger's text strictly: JSON, whole numbers, decimals, labels.

Each function returns what it read or raises a `ValueError` in words, never another error.
"""

from __future__ import annotations

import json
import math
import re
import unicodedata

LONGEST_NUMBER = 40  # characters; the longest that was seen has 22
LONGEST_LABEL = 250  # characters; the longest title of a series that is asked has 77
WHOLE = re.compile(r"[0-9]{1,9}")
DECIMAL = re.compile(r"-?[0-9]+(\.[0-9]+)?([eE][-+]?[0-9]+)?")


def strict_json(content: bytes) -> object:
    """Parse JSON; refuse NaN, a name given twice, numbers without end, and nesting without end."""
    try:
        return json.loads(
            content.decode("utf-8-sig"),
            parse_constant=_no_constant,
            parse_float=decimal,
            parse_int=_integer,
            object_pairs_hook=_once,
        )
    except RecursionError:
        raise ValueError("it is nested without end") from None


def excerpt(content: bytes, most: int = 80) -> str:
    """Return how an answer starts, for a message."""
    start = " ".join(content[:most].decode("utf-8", "replace").split())
    return f"{len(content)} bytes starting {start!r}"


def decimal(text: str) -> float:
    """Return a finite number written in plain digits of bounded length."""
    if len(text) > LONGEST_NUMBER or not DECIMAL.fullmatch(text):
        raise ValueError(
            f"{text[:LONGEST_NUMBER]!r} is no number of at most {LONGEST_NUMBER} digits"
        )
    number = float(text)
    if not math.isfinite(number):
        raise ValueError(f"{text!r} is no finite number")
    return number


def whole(value: object) -> int:
    """Return a count: an integer, or its digits as text; not true, 2.5 or full-width digits."""
    if type(value) is int and abs(value) < 10**9:
        return value
    if isinstance(value, str) and WHOLE.fullmatch(value):
        return int(value)
    raise ValueError(f"{str(value)[:LONGEST_NUMBER]!r} is no count")


def label(value: object, what: str) -> str:
    """Return a name or title with single blanks; refuse what no name has."""
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{what}: found {str(value)[:40]!r}, expected a name")
    text = " ".join(value.split())
    odd = [c for c in text if unicodedata.category(c)[0] == "C"]
    if odd or len(text) > LONGEST_LABEL or text[0] == "=":
        raise ValueError(
            f"{what}: found {text[:40]!r} of {len(text)} characters, expected a name of at most "
            f"{LONGEST_LABEL} that has no control characters and starts no formula"
        )
    return text


def _integer(text: str) -> int:
    if len(text) > LONGEST_NUMBER:
        raise ValueError(f"a number has {len(text)} digits")
    return int(text)


def _no_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")


def _once(pairs: list[tuple[str, object]]) -> dict:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name is given twice")
    return found
