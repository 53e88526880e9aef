"""Studies: defaults filled in, everything that is not understood refused by file and key."""

import copy
from pathlib import Path

import pytest
import yaml

from affordability import study as config
from affordability.documents import load_yaml
from affordability.tables import ROOT, InputError
from affordability.vintages import CURATED

TRUE_CONFIG = yaml.safe_load((ROOT / "config.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def settings():
    """The project's own settings, to be spoiled."""
    return copy.deepcopy(TRUE_CONFIG)


def test_a_study_gets_the_defaults_and_its_name(settings):
    study = config.studies(settings)["llempower-2024"]
    assert study.name == "llempower-2024"
    assert study.items == settings["defaults"]["items"]
    assert study.title == settings["studies"]["llempower-2024"]["title"]


def test_what_a_study_says_itself_replaces_the_default_as_a_whole(settings):
    settings["studies"]["latest"]["year_rules"] = {"default": {"year": 2020, "max_age_years": 0}}
    rules = config.studies(settings)["latest"].year_rules
    assert rules == {"default": {"year": 2020, "max_age_years": 0}}


def test_the_settings_are_not_changed_by_reading_them(settings):
    config.studies(settings)
    assert settings == TRUE_CONFIG


def test_one_study_can_be_asked_for(settings):
    assert list(config.studies({**settings, "study": "latest"})) == ["latest"]


def test_a_study_that_is_not_there_is_refused_with_those_there_are(settings):
    with pytest.raises(InputError, match="study: found x, expected one of llempower-2024, latest"):
        config.studies({**settings, "study": "x"})


def spoil(settings: dict, path: str, value: object) -> dict:
    """Set, or with None remove, what a dotted path names."""
    *parents, last = path.split(".")
    at = settings
    for part in parents:
        at = at[int(part) if part.isdigit() else part]
    if value is None:
        del at[last]
    else:
        at[last] = value
    return settings


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("studys", {}, "'studys' was unexpected"),
        ("defaults.tresholds", [], "defaults.*'tresholds' was unexpected.*thresholds"),
        ("defaults.year_rules.default.max_age_year", 5, "'max_age_year' was unexpected"),
        (
            "defaults.year_rules.gdb",
            {"year": 2022, "max_age_years": 1},
            "found measure gdb, expected",
        ),
        ("defaults.year_rules.default.max_age_years", -1, "max_age_years: -1 is less than"),
        ("defaults.year_rules.default.year", "2022", "year: '2022' is not of type 'integer'"),
        ("defaults.thresholds.0.share", 1.01, "thresholds.0.share: 1.01 is greater than"),
        ("defaults.thresholds.0.share", -0.01, "thresholds.0.share: -0.01 is less than"),
        ("defaults.thresholds.0.share", "1 %", "thresholds.0.share: '1 %' is not of type"),
        ("studies.latest.price_month", "2026-13", "price_month: '2026-13' does not match"),
        ("studies.latest.price_month", 202607, "price_month: 202607 is not of type 'string'"),
        ("defaults.training.price_month", "2024-00", "price_month: '2024-00' does not match"),
        ("studies.latest.vintages.imf", "2024", "vintages: .*'imf' was unexpected"),
        ("studies.latest.vintages.oecd", None, "vintages: 'oecd' is a required property"),
        ("studies.latest.title", None, "latest: 'title' is a required property"),
        ("studies.latest", [], "studies.latest: \\[\\] is not of type 'object'"),
        ("studies", {}, "studies: {} should be non-empty"),
        ("defaults", [], "defaults: \\[\\] is not of type 'object'"),
    ],
)
def test_a_setting_that_is_not_understood_is_refused_by_file_and_key(settings, path, value, said):
    with pytest.raises(InputError, match=f"^config.yaml, .*{said}"):
        config.studies(spoil(settings, path, value))


@pytest.mark.parametrize("share", [0, 0.5, 1])
def test_a_threshold_may_be_any_share_from_zero_to_one(settings, share):
    settings["defaults"]["thresholds"][0]["share"] = share
    first = next(iter(config.studies(settings)["latest"].thresholds.values()))
    assert first.share == share


def test_a_threshold_id_given_twice_is_refused(settings):
    settings["defaults"]["thresholds"][1]["id"] = "seed_25"
    with pytest.raises(InputError, match=r"thresholds: found \['seed_25'\] twice"):
        config.studies(settings)


def test_broken_yaml_is_refused_with_its_row(tmp_path):
    path = tmp_path / "config.yaml"
    path.write_text("a: 1\nb: [1\nc: 2\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"config\.yaml, row 3: found broken YAML, expected"):
        load_yaml(path)


def test_a_study_on_a_vintage_that_is_not_there_is_refused_by_study_and_vintage():
    study = config.Study("mine", {"vintages": {"world_bank": "2031"}})
    with pytest.raises(InputError, match=r"studies\.mine\.vintages: .*found no such vintage"):
        config.check_vintages(study)


def test_folders_are_listed_once_and_the_curated_tables_first():
    same = {"vintages": {"world_bank": "a", "oecd": "b"}}
    folders = config.folders([config.Study("one", same), config.Study("two", same)])
    assert folders == [CURATED, Path("data/raw/oecd/b"), Path("data/raw/world_bank/a")]
