"""The one error of a fetch, clean of what a stranger wrote, and the command that waives it."""

from __future__ import annotations

import re
import unicodedata

from affordability.tables import InputError

LONGEST_MESSAGE = 3000  # a command that waives every series by name fits
ESCAPE = re.compile(r"\x1b\[[0-9;?]*[ -/]*[@-~]")
CREDENTIALS = re.compile(r"(?<=//)[^/\s@]+@")


class FetchError(InputError):
    """A fetch that could not prove its answer; says what was asked, what came, and what to do.

    What came is a stranger's text: the message is one line without escapes, passwords or novels.
    """

    def __init__(self, said: str):
        super().__init__(plain(said))


def plain(text: str, most: int = LONGEST_MESSAGE) -> str:
    """Return `text` as one line: no control characters, no user:password@, its middle cut out."""
    text = CREDENTIALS.sub("", ESCAPE.sub("", text))
    text = "".join(" " if unicodedata.category(c)[0] in "CZ" else c for c in text)
    text = " ".join(text.split())
    half = most // 2 - 3
    return text if len(text) <= most else f"{text[:half]} ... {text[-half:]}"


def waive(option: str) -> str:
    """Return the command that gives an option to the fetch; `request.completing` fills it in."""
    return f"make update VINTAGE=... ARGS='{option}'"
