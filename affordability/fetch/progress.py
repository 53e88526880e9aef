"""What a person is told of a fetch: a bar or a line a page, and at the end what to look at."""

from __future__ import annotations

import logging
import sys
from typing import TextIO

from affordability.words import listed

MOST = 20  # anomalies told; all stand in the sidecar


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


def tell(sidecar: dict) -> None:
    """Say what a person must look at in what was frozen, as its sidecar keeps it."""
    for thin in sidecar.get("x_thin_newest_year", []):
        logging.info("thin newest year: %s", thin)
    for anomaly in sidecar["x_anomalies"][:MOST]:
        logging.info("to be looked at: %s", anomaly)
    if (more := len(sidecar["x_anomalies"]) - MOST) > 0:
        logging.info("and %d more to be looked at, in datapackage.json", more)
    if "x_series_lacking" in sidecar:
        logging.info("series without any value: %s", listed(sidecar["x_series_lacking"]))
