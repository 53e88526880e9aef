"""A small frozen world for tests that read vintages from a working folder."""

from __future__ import annotations

import pandas as pd
import pytest
import yaml

from affordability.tables import ROOT, columns
from tests.unit import diff_world as world


@pytest.fixture
def configured(tmp_path, monkeypatch):
    """Make an empty folder the working one, whose settings have one study of a given name."""

    def configure(name: str) -> None:
        settings = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))
        settings["studies"] = {name: settings["studies"]["latest"]}
        (tmp_path / "config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
        monkeypatch.chdir(tmp_path)

    return configure


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
    world.freeze(raw / "curated", organisations=world.nobody())
    monkeypatch.chdir(tmp_path)
    return raw
