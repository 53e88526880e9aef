"""A small frozen world for tests that read vintages from a working folder."""

from __future__ import annotations

import pandas as pd
import pytest

from affordability.tables import columns
from tests.unit import diff_world as world


@pytest.fixture
def frozen(tmp_path, monkeypatch):
    """A folder with the two vintages of `diff_world`, made the working folder."""
    raw = tmp_path / "data" / "raw"
    for side, table in (("old", world.OLD), ("new", world.NEW)):
        world.freeze(raw / "world_bank" / side, observations=table, economies=world.economies(side))
    venture = pd.DataFrame(
        [("AAA", "SEED", 2020, 5.0, "A", "o"), ("AAA", "_T", 2020, 9.0, "A", "o")],
        columns=columns("venture_capital"),
    )
    world.freeze(raw / "oecd" / "o", venture_capital=venture)
    nobody = pd.DataFrame(columns=columns("organisations"), dtype=str)
    world.freeze(raw / "curated", organisations=nobody)
    monkeypatch.chdir(tmp_path)
    return raw
