"""Tell what a step does, and why it stopped, on the console and in its log."""

import logging
import sys

from affordability.tables import InputError


def start_log(path: str) -> None:
    """Send messages to console and file; a crash in full, a person's mistake in one sentence."""
    sinks = [logging.StreamHandler(), logging.FileHandler(path, mode="w", encoding="utf-8")]
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=sinks, force=True)
    for noisy in ("matplotlib", "fontTools", "frictionless"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    sys.excepthook = _stopped


def _stopped(kind, error, trace) -> None:
    if issubclass(kind, InputError):
        logging.critical("stopped: %s", error)
    else:
        logging.critical("stopped", exc_info=(kind, error, trace))
