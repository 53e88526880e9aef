"""A study as an object: its limits and strictness, its tables as judged, what a step was handed."""

from __future__ import annotations

from dataclasses import FrozenInstanceError

import pytest

from affordability.study import Study, Threshold, configured, within
from affordability.tables import ROOT, Given, InputError, write_csv, write_parquet
from tests.unit.diff_world import OLD, study

STRICT = {"id": "less", "measure": "gdp", "share": 0.25, "source": "s", "strict": True}
LENIENT = {"id": "up_to", "measure": "monthly_gni", "share": 0.25, "source": "s"}
CHOSEN = Study(
    "mine",
    {
        "thresholds": [STRICT, LENIENT],
        "year_rules": {"default": {"year": 2022}, "gdp": {"year": 2021}},
        "items": {"train": ["b", "a"]},
    },
)


def test_a_strict_limit_admits_less_than_it_and_another_also_what_meets_it():
    assert [within(share, 0.25, True) for share in (0.24, 0.25, 0.26)] == [True, False, False]
    assert [within(share, 0.25, False) for share in (0.24, 0.25, 0.26)] == [True, True, False]
    assert not within(float("nan"), 0.25, False)


@pytest.mark.parametrize(
    ("query", "share", "strict"),
    [
        ({"within": "less"}, 0.25, True),
        ({"within": "up_to"}, 0.25, False),
        ({"below": 0.1}, 0.1, True),
        ({"at_most": 0.1}, 0.1, False),
    ],
)
def test_a_query_has_the_limit_it_names_or_the_number_it_gives(query, share, strict):
    limit = CHOSEN.limit(query, "here")
    assert (limit.share, limit.strict) == (share, strict)


def test_a_query_without_a_limit_has_none_and_an_unknown_one_is_refused():
    assert CHOSEN.limit({}, "here") is None
    with pytest.raises(InputError, match="here: found threshold more, expected one of less, up_to"):
        CHOSEN.limit({"within": "more"}, "here")


def test_a_measure_has_its_own_year_rule_or_the_default_and_the_first_item_leads():
    assert (CHOSEN.rule("gdp"), CHOSEN.rule("gni")) == ({"year": 2021}, {"year": 2022})
    assert CHOSEN.first("train") == "b"
    assert [limit.id for limit in CHOSEN.limits_of(["monthly_gni"])] == ["up_to"]


def test_a_study_cannot_be_changed_and_one_with_another_vintage_is_another_study(frozen):
    old = study("old")
    with pytest.raises(FrozenInstanceError):
        old.name = "other"
    new = old.exchanged("new")
    assert (old.pair, new.pair) == ("old+o", "new+o")
    assert (new.name, new.year_rules) == (old.name, old.year_rules)


def test_a_table_is_read_once_and_that_of_another_vintage_is_another(monkeypatch):
    monkeypatch.chdir(ROOT)
    old, new = configured().values()
    economies = old.table("world_bank", "economies")
    assert old.table("world_bank", "economies") is economies
    assert (
        new.exchanged(old.vintages["world_bank"]).table("world_bank", "economies").equals(economies)
    )
    assert not new.table("world_bank", "economies").equals(economies)


def test_a_step_reads_what_it_was_handed_once_and_nothing_else(tmp_path):
    table = study("old").choices["thresholds"]
    assert Threshold(**table[0]).share == 0.1
    write_csv(OLD, tmp_path / "observations.csv")
    write_parquet(OLD, tmp_path / "panel.parquet")
    paths = {
        "observations": tmp_path / "observations.csv",
        "panel": tmp_path / "panel.parquet",
        "costs": tmp_path / "never-opened.parquet",
    }
    given = Given(paths)
    assert list(given) == list(paths)
    assert given["observations"]["value"].tolist() == OLD["value"].tolist()
    assert given["panel"] is given["panel"]
    with pytest.raises(KeyError, match="ratios"):
        given["ratios"]
