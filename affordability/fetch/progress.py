"""A progress bar for a person, a line a page for a log."""

from __future__ import annotations

import sys
from typing import TextIO


class Progress:
    """Say which page of which question has come; draws over itself on a terminal."""

    def __init__(self, stream: TextIO | None = None, width: int = 24, unit: str = "page"):
        self.stream = stream or sys.stderr
        self.width = width
        self.unit = unit

    def __call__(self, address: str, page: int, pages: int) -> None:
        """Show that `page` of `pages` of `address` has come."""
        done = self.width * page // max(pages, 1)
        bar = f"[{'#' * done}{'.' * (self.width - done)}] {self.unit} {page} of {pages}"
        what = address if len(address) <= 40 else f"{address[:37]}..."
        if self.stream.isatty():
            self.stream.write(f"\r{bar}  {what:<40}" + ("\n" if page == pages else ""))
        else:
            self.stream.write(f"{bar}  {what}\n")
        self.stream.flush()
