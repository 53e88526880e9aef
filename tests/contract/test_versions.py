"""data/versions.csv lists all that is frozen, and refuses what it does not list."""

from __future__ import annotations

import shutil

import pytest

from affordability import versions
from affordability.tables import InputError
from tests.copies import ROOT

RAW = ROOT / "data" / "raw"


def test_every_frozen_folder_is_listed_with_its_digest():
    listed = versions.listed(RAW)
    assert len(listed) >= 5
    versions.check(RAW, ROOT / versions.VERSIONS)
    assert listed["licences"].ne("").all() and listed["created"].ne("").all()


def test_a_folder_that_is_not_listed_is_named(tmp_path):
    raw = tmp_path / "raw"
    for source in ("cldr", "oecd"):
        shutil.copytree(RAW / source, raw / source)
    versions.write(raw, tmp_path / "versions.csv")
    versions.check(raw, tmp_path / "versions.csv")
    sidecar = next((raw / "oecd").glob("*/datapackage.json"))
    sidecar.write_text(sidecar.read_text("utf-8").replace("OECD", "OECD!", 1), encoding="utf-8")
    with pytest.raises(InputError, match=r"oecd/.*: found .*, expected .*affordability versions"):
        versions.check(raw, tmp_path / "versions.csv")
