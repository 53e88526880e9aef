"""Sidecars of frozen folders that tests make up."""

from __future__ import annotations

import json
from pathlib import Path


def write_sidecar(folder: Path, *resources: dict) -> None:
    """Write a `datapackage.json` as its schema wants it, with these files of the folder."""
    sidecar = {
        "name": folder.name,
        "title": "Made up by a test",
        "created": "2026-01-01",
        "licenses": [{"name": "CC0-1.0"}],
        "resources": list(resources),
    }
    (folder / "datapackage.json").write_text(json.dumps(sidecar), encoding="utf-8")
