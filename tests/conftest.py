"""Settings shared by all tests: no window, no network by default (see the marker `online`)."""

import os

os.environ.setdefault("MPLBACKEND", "Agg")
