"""Tell what a step does, and why it stopped, on the console and in its log."""

import errno
import logging
import os
import sys

from affordability.tables import InputError

# What a disk that is full, read-only or forbidden answers.
WRITING = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EPERM}


def start_log(path: str) -> None:
    """Send messages to console and file; a crash in full, a person's mistake in one sentence."""
    sinks = [logging.StreamHandler(), logging.FileHandler(path, mode="w", encoding="utf-8")]
    logging.basicConfig(level=logging.INFO, format="%(message)s", handlers=sinks, force=True)
    logging.raiseExceptions = False  # that a full disk takes no log is told once, below
    for noisy in ("matplotlib", "fontTools", "frictionless"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    sys.excepthook = _stopped


def _stopped(kind, error, trace) -> None:
    if issubclass(kind, InputError):
        logging.critical("stopped: %s", error)
    elif issubclass(kind, KeyboardInterrupt):
        logging.critical("stopped: by the keyboard")
    elif issubclass(kind, OSError) and error.errno in WRITING:
        why = os.strerror(error.errno)
        logging.critical("stopped: %s: could not be written (%s)", error.filename, why)
    else:
        logging.critical("stopped", exc_info=(kind, error, trace))
