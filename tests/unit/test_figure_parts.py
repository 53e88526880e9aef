"""What figures share: labels, numbers, names, captions, the registry."""

from importlib import import_module

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.image import imread
from matplotlib.text import Text

from affordability.figures import captions, labels, revisions, style
from affordability.figures.captions import year_rule, years_used
from affordability.figures.names import SHORT
from affordability.figures.registry import FIGURES, PEOPLE
from affordability.people.plans import SOLD_AS
from affordability.study import Study
from affordability.tables import ROOT
from affordability.vintages import RAW, available, open_vintage


@pytest.fixture
def axis():
    style.use()
    return Figure().subplots()


def test_labels_are_spread_without_overlap_within_bounds():
    places = labels.spread([1, 1, 1, 9.9], gap=1, low=0.5, high=10)
    assert places == [1, 2, 3, 9.9]
    assert labels.spread([9, 10, 10], gap=1, low=0.5, high=10) == [8, 9, 10]


def test_names_beside_crowded_points_do_not_overlap(axis):
    axis.set_xlim(0, 10)
    axis.set_ylim(0, 10)
    points = [(5 + 0.05 * i, 5, f"point number {i}") for i in range(8)]
    notes = labels.place_beside(axis, points, fontsize=7)
    axis.figure.draw_without_rendering()
    boxes = [Text.get_window_extent(note) for note in notes]
    overlaps = [
        (i, j)
        for i in range(8)
        for j in range(i)
        if boxes[i].padded(-1).overlaps(boxes[j].padded(-1))
    ]
    assert overlaps == []


def test_numbers_on_labels_are_short():
    assert [style.percent(s) for s in (0.25, 0.000108, 13.131, 0)] == [
        "25 %",
        "0.011 %",
        "1,313 %",
        "0 %",
    ]


def test_year_rules_and_spans_are_said_in_words():
    assert year_rule({"year": 2019, "max_age_years": 0}) == "exactly 2019"
    assert year_rule({"year": 2022, "max_age_years": 5}).startswith("2022, or the latest")
    assert years_used(pd.Series([2022, 2022])) == "2022"


def test_every_short_name_shortens_an_economy_of_a_vintage():
    versions = available(RAW, "world_bank")
    assert versions, "no vintage found: wrong folder?"
    known = {
        name
        for version in versions
        for name in open_vintage(RAW, "world_bank", version).read("economies")["name"]
    }
    assert sorted(set(SHORT) - known) == []


def test_every_plan_of_an_app_store_has_the_name_its_seller_gives_it():
    versions = available(RAW, "app_store")
    assert versions, "no vintage found: wrong folder?"
    for version in versions:
        plans = open_vintage(RAW, "app_store", version).read("store_prices")["plan"]
        assert sorted(set(plans) - set(SOLD_AS)) == []


# What the figures share, and those that are drawn elsewhere: by the diff and by the audit.
SHARED = {"__init__", "captions", "dots", "economies", "labels", "names", "outlines", "registry"}
SHARED |= {"style"}
ELSEWHERE = {"revisions", "curve", "lorenz"}


def test_every_module_of_a_figure_is_in_the_registry_and_every_entry_has_its_function():
    modules = {path.stem for path in (ROOT / "affordability" / "figures").glob("*.py")}
    drawn = {**FIGURES, **PEOPLE}
    assert len(drawn) == len(FIGURES) + len(PEOPLE)
    assert modules - SHARED - ELSEWHERE == {entry.module for entry in drawn.values()}
    for stem, entry in drawn.items():
        module = import_module(f"affordability.figures.{entry.module}")
        assert callable(getattr(module, entry.function)), stem
    assert len({entry.title for entry in drawn.values()}) == len(drawn)


def test_below_a_figure_stands_what_it_rests_on_and_the_sheet_is_taller_by_that(tmp_path):
    study = Study(
        "made-up",
        {
            "title": "A study made for the tests",
            "vintages": {"world_bank": "w1"},
            "price_month": "2026-07",
        },
    )
    sheet = Figure(figsize=(4, 2))
    said = captions.rests_on(study)
    style.save_figure(sheet, tmp_path / "made", pd.DataFrame({"a": [1]}), "Made.", said)
    assert said in [text.get_text() for text in sheet.texts]
    for part in ("A study made for the tests", "World Bank data of w1", "prices of 2026-07"):
        assert part in said
    height = imread(tmp_path / "made.png").shape[0]
    assert height == round((2 + style.NOTE_INCHES) * style.PNG_DPI)


def test_labels_of_an_axis_that_would_touch_are_left_out_the_first_ones_stay():
    places = {0: 0.5, -0.1: 0.48, 0.1: 0.52, 0.25: 0.56, 1.0: 0.9}
    assert revisions.spaced(list(places), list(places.values())) == {0, 0.25, 1.0}
