"""Figures: the data on the axis, the captions, the bytes. Not the pixels."""

import hashlib
from dataclasses import replace

import pandas as pd
import pytest
from matplotlib.figure import Figure
from matplotlib.text import Text

from affordability.figures import (
    individuals,
    languages,
    nations,
    organisations,
    registry,
    style,
)
from affordability.figures.captions import LICENCE
from affordability.figures.registry import FIGURES, draw_all
from affordability.study import Study

ITEMS = {"train": ["gpt4"], "serve": ["gpt4"], "subscribe": ["chatgpt-plus"], "buy": []}
THRESHOLDS = [
    {"id": "seed", "measure": "seed_funding", "share": 0.25, "source": "a study"},
    {"id": "income", "measure": "monthly_gni", "share": 0.1, "source": "a study"},
    {"id": "target", "measure": "monthly_gni", "share": 0.02, "source": "borrowed from broadband"},
    {"id": "budget", "measure": "revenue", "share": 0.01, "source": "our choice"},
]
STUDY = Study(
    "made-up",
    {
        "title": "A study made for the tests",
        "vintages": {"world_bank": "w1", "oecd": "o1", "cldr": "c1"},
        "year_rules": {"default": {"year": 2022, "max_age_years": 5}},
        "thresholds": THRESHOLDS,
        "items": ITEMS,
        "price_month": "2026-07",
    },
)
NAMES = {"train": "GPT-4, once", "serve": "GPT-4, a year"}
CAPTION_PARTS = [
    "Unit: ",
    "n: ",
    "Years: ",
    "Threshold: ",
    "Vintages: ",
    "study made-up",
    "Licence: ",
]


def ratio(kind, item, actor_kind, actor, measure, cost, resource, year=2022, headline=True):
    return {
        "item_kind": kind,
        "item_id": item,
        "estimate_id": f"{item}-estimate",
        "basis": "statement",
        "price_year": 2023,
        "headline": headline,
        "actor_kind": actor_kind,
        "actor_id": actor,
        "measure": measure,
        "cost_usd": cost,
        "resource_usd": resource,
        "resource_year": year,
        "share": cost / resource,
        "status": "verified",
    }


@pytest.fixture(scope="module")
def economies():
    rows = [
        ("AAA", "Aland", "High income", True),
        ("BBB", "Bland", "Low income", True),
        ("NAM", "Namibia", "Upper middle income", True),
        ("XKX", "Kosovo", "", True),
        ("TWN", "Taiwan, China", "High income", False),
    ]
    return pd.DataFrame(rows, columns=["iso3", "name", "income_level", "has_data"])


@pytest.fixture(scope="module")
def ratios():
    train = ("train", "gpt4", "economy")
    person = ("subscribe", "chatgpt-plus", "person")
    rows = [
        ratio(*train, "AAA", "seed_funding", 1e8, 1e9),
        ratio(*train, "BBB", "seed_funding", 1e8, 2e8, 2019),
        ratio(*train, "AAA", "seed_funding", 4e7, 1e9, headline=False),
        ratio(*train, "AAA", "gdp", 1e8, 1e12),
        ratio(*train, "XKX", "gdp", 1e8, 1e10),
        ratio(*person, "AAA", "monthly_gni", 20, 4000),
        ratio(*person, "NAM", "monthly_gni", 20, 400),
        ratio(*person, "BBB", "monthly_gni", 20, 50),
        ratio("train", "gpt4", "organisation", "hospital-a", "revenue", 1e8, 1e7),
        ratio("serve", "gpt4", "organisation", "hospital-a", "revenue", 3e5, 1e7),
        ratio("train", "gpt4", "organisation", "firm-a", "rd_spending", 1e8, 1e11),
    ]
    return pd.DataFrame(rows)


@pytest.fixture(scope="module")
def budgets():
    rows = [
        ("hospital-a", "hospital", "Hospital A", "AAA"),
        ("firm-a", "big_tech", "Firm A", "BBB"),
        ("mean-a", "hospital", "Average A", "AAA"),
    ]
    return pd.DataFrame(rows, columns=["org_id", "org_type", "name", "iso3"])


@pytest.fixture(scope="module")
def resources():
    rows = [
        ("economy", "AAA", "gni_per_capita", 2022, 48000, "x", "verified"),
        ("economy", "BBB", "gni_per_capita", 2020, 600, "x", "verified"),
        ("economy", "NAM", "gni_per_capita", 2021, 4800, "x", "verified"),
        ("organisation", "hospital-a", "revenue", 2022, 1e7, "x", "unverified"),
        ("organisation", "firm-a", "rd_spending", 2022, 1e11, "x", "verified"),
        ("group", "mean-a", "revenue", 2022, 2e6, "x", "verified"),
    ]
    columns = ["actor_kind", "actor_id", "measure", "year", "usd", "derivation", "status"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture(scope="module")
def surveyed():
    rows = [(f"u{i}", 2022, f"University {i}", usd) for i, usd in enumerate([1e6, 2e6, 9e8])]
    columns = ["institution_id", "year", "name", "usd"]
    return pd.DataFrame(rows, columns=columns).assign(date="2023", status="verified")


@pytest.fixture(scope="module")
def official():
    rows = [
        ("AAA", "en", "official"),
        ("BBB", "en", "de_facto_official"),
        ("NAM", "en", "official"),
        ("NAM", "af", "official_regional"),
        ("AAA", "la", ""),
    ]
    return pd.DataFrame(rows, columns=["iso3", "language", "official_status"])


@pytest.fixture(scope="module")
def accuracy():
    rows = [
        ("en", "English", "GPT-4", "MMLU", "3-shot", 85.5),
        ("af", "Afrikaans", "GPT-4", "MMLU", "3-shot", 84.1),
        ("la", "Latin", "GPT-4", "MMLU", "3-shot", 80.0),
        ("en", "English", "GPT-3.5", "MMLU", "baseline in fig. 5", 70.1),
        ("en", "English", "Random guessing", "MMLU", "baseline in fig. 5", 25.0),
    ]
    columns = ["language", "name", "model", "benchmark", "setting", "accuracy_pct"]
    return pd.DataFrame(rows, columns=columns).assign(status="verified")


@pytest.fixture
def axis():
    style.use()
    return Figure().subplots()


@pytest.fixture(scope="module")
def inputs(ratios, resources, economies, budgets, surveyed, official, accuracy):
    return {
        "ratios": ratios,
        "resources": resources,
        "economies": economies,
        "organisations": budgets,
        "us_university_rd": surveyed,
        "official_languages": official,
        "language_accuracy": accuracy,
        "models": pd.DataFrame({"model_id": ["gpt4"], "name": ["GPT-4"]}),
    }


# The figures that rest on ratios and resources; those of training and serving have tables of their
# own, and are drawn from what was built (end to end).
HERE = ["nations", "organisations", "individuals", "languages"]


@pytest.fixture(scope="module")
def draw(inputs):
    """Draw the four figures of `HERE` into a folder, of these tables or of others."""

    def drawn_into(folder, **other):
        with pytest.MonkeyPatch.context() as only:
            only.setattr(registry, "FIGURES", {stem: FIGURES[stem] for stem in HERE})
            return draw_all({**inputs, **other}, STUDY, folder)

    return drawn_into


@pytest.fixture(scope="module")
def files(draw, tmp_path_factory):
    """Every file of the four figures, drawn once for all tests that look at them."""
    return draw(tmp_path_factory.mktemp("figures"))


def drawn(ax):
    """The points of all lines drawn with markers, as (x, y)."""
    return [
        point
        for line in ax.lines
        if line.get_marker() not in ("None", None, "")
        for point in zip(line.get_xdata(), line.get_ydata(), strict=True)
    ]


def test_nations_draw_the_headline_share_of_every_economy_ranked(ratios, economies, axis):
    frame = nations.draw_frame(ratios, economies, STUDY)
    seed = frame[frame["measure"] == "seed_funding"]
    nations.plot(seed, axis)
    assert sorted(drawn(axis)) == [(0.1, 1), (0.5, 2)]
    assert list(seed["within"]) == [True, False]
    assert axis.get_xscale() == "log"


def test_a_measure_without_threshold_has_no_line_and_nobody_within(ratios, economies, axis):
    frame = nations.draw_frame(ratios, economies, STUDY)
    gdp = frame[frame["measure"] == "gdp"]
    nations.plot(gdp, axis)
    assert gdp["within"].isna().all()
    upright = [line for line in axis.lines if list(line.get_ydata()) == [0, 1]]
    assert [line.get_xdata()[0] for line in upright] == [1]


def test_an_economy_without_income_level_is_drawn_as_not_classified(ratios, economies):
    frame = nations.draw_frame(ratios, economies, STUDY)
    assert list(frame.loc[frame["iso3"] == "XKX", "income_level"]) == [style.NOT_CLASSIFIED]


def test_each_income_group_has_its_own_colour_and_its_own_marker():
    colours, markers = zip(*style.INCOME_GROUPS.values(), strict=True)
    assert len(set(colours)) == len(set(markers)) == len(style.INCOME_GROUPS)


def test_curve_counts_economies_with_a_value_and_all_that_have_data(ratios, economies, axis):
    frame = individuals.draw_frame(ratios, economies, STUDY)
    within = [
        individuals.share_within(frame, "monthly_gni", limit, column)
        for limit in (0.001, 0.005, 0.1)
        for column in ("of_valued", "of_all")
    ]
    assert within == pytest.approx([0, 0, 1 / 3, 1 / 4, 2 / 3, 2 / 4])
    individuals.plot_curve(frame, axis, 0.1)
    told = [line.get_label() for line in axis.lines]
    assert told == [
        "GNI (Atlas): 66.7 % of the 3 with a value",
        "GNI (Atlas): 50 % of the 4 in all",
    ]


def test_the_swarm_holds_every_economy_at_its_share(ratios, economies, axis):
    frame = individuals.draw_frame(ratios, economies, STUDY)
    axis.set_xscale("log")
    individuals.plot_groups(frame, axis)
    shares = [float(x) for swarm in axis.collections for x, _ in swarm.get_offsets()]
    assert sorted(shares) == pytest.approx([0.005, 0.05, 0.4])


def test_borrowed_thresholds_are_dotted_and_drawn_after_that_of_the_claim():
    assert individuals.line_styles(STUDY) == {0.1: "-", 0.02: ":"}


def test_each_panel_has_one_measure_and_what_is_not_verified_is_hollow(
    ratios, resources, budgets, surveyed, axis
):
    frame = organisations.draw_frame(ratios, resources, budgets, surveyed, STUDY)
    assert list(dict.fromkeys(frame["measure"])) == ["revenue", "rd_spending"]
    organisations.plot(frame[frame["measure"] == "revenue"], axis, NAMES)
    hollow = [line for line in axis.lines if line.get_markerfacecolor() == "white"]
    shares = sorted(float(x) for line in hollow for x in line.get_xdata())
    assert shares == pytest.approx([0.03, 10])
    names = [label.get_text() for label in axis.get_yticklabels()]
    assert names == ["Hospital A, $10 m (unverified)", "Average A, $2 m"]


def test_all_universities_of_the_survey_share_a_row_with_the_median_one(
    ratios, resources, budgets, surveyed
):
    frame = organisations.draw_frame(ratios, resources, budgets, surveyed, STUDY)
    drawn = frame[frame["org_type"] == "research_university"]
    middle = drawn[drawn["org_id"] == "median-us-university"]
    assert middle["amount_usd"].tolist() == [2e6]
    assert middle["name"].tolist() == ["3 US universities, the median one"]
    assert len(drawn) == 4 and drawn["row"].nunique() == 1


def test_a_survey_is_known_from_the_end_of_the_year_it_is_dated_by(surveyed):
    later = surveyed.assign(year=2023, date="2024")
    both = pd.concat([surveyed, later])
    choices = {**STUDY.choices, "year_rules": {"default": {"year": 2024, "max_age_years": 5}}}
    for month, year in (("2024-04", 2022), ("2024-12", 2023)):
        study = replace(STUDY, choices={**choices, "price_month": month})
        assert set(organisations.in_survey(both, study)["year"]) == {year}


def test_income_of_a_language_is_the_median_of_its_economies(resources, official, accuracy, axis):
    frame = languages.draw_frame(resources, official, accuracy)
    points = frame[frame["role"] == "language"].set_index("language")
    assert points["gni_per_capita_usd"].to_dict() == {"en": 4800, "af": 4800}
    assert points["official"].to_dict() == {"en": "national", "af": "regional"}
    assert points.loc["en", "years"] == "2020–2022"
    languages.plot(frame, axis)
    assert sorted(drawn(axis)) == [(4800, 84.1), (4800, 85.5)]


def test_baselines_are_lines_unless_they_would_stretch_the_axis(
    resources, official, accuracy, axis
):
    languages.plot(languages.draw_frame(resources, official, accuracy), axis)
    level = [line.get_ydata()[0] for line in axis.lines if list(line.get_xdata()) == [0, 1]]
    assert level == [70.1]


def test_no_text_is_cut_off_at_the_edge_of_the_sheet(
    ratios, resources, economies, budgets, surveyed
):
    style.use()
    names = ["A Teaching Hospital with a Very Long Name Indeed", "Firm A", "Average A"]
    long = budgets.assign(name=names)
    sheets = [
        nations.figure(nations.draw_frame(ratios, economies, STUDY), "GPT-4"),
        organisations.figure(
            organisations.draw_frame(ratios, resources, long, surveyed, STUDY), NAMES, STUDY
        ),
        individuals.figure(individuals.draw_frame(ratios, economies, STUDY), STUDY),
    ]
    for sheet in sheets:
        sheet.draw_without_rendering()
        texts = [*sheet.texts, *(text for legend in sheet.legends for text in legend.get_texts())]
        for ax in sheet.axes:  # not the x axis, which also keeps labels it does not draw
            texts += [ax.title, ax.xaxis.label, *ax.texts, *ax.get_yticklabels()]
        assert len(texts) > 5
        boxes = [Text.get_window_extent(text) for text in texts]
        assert min(box.x0 for box in boxes) >= 0 and min(box.y0 for box in boxes) >= 0
        assert max(box.x1 for box in boxes) <= sheet.bbox.x1
        assert max(box.y1 for box in boxes) <= sheet.bbox.y1


def test_every_figure_has_four_files_and_a_complete_caption(files):
    assert len(files) == 16
    assert all(path.exists() for path in files)
    captions = [path.read_text(encoding="utf-8") for path in files if path.suffix == ".txt"]
    for text in captions:
        assert [part for part in CAPTION_PARTS if part not in text] == []
        assert "cldr c1, oecd o1, world_bank w1" in text
        assert LICENCE in text
    assert "2 economies with seed funding, 1 within the threshold (Aland)" in captions[0]
    assert "2022, or the latest of the 5 years before; used 2019–2022" in captions[0]
    assert "25 % of seed funding (a study)" in captions[0]


def test_the_same_tables_give_the_same_bytes_twice(files, draw, tmp_path):
    again = draw(tmp_path)
    assert digests(again) == digests(files)


def digests(paths):
    return {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in paths}


def test_files_hold_neither_a_date_nor_a_folder(files):
    for path in files:
        data = path.read_bytes()
        assert b"dc:date" not in data and b"Software" not in data
        assert str(path.parent).encode() not in data


def test_the_csv_of_a_figure_is_the_frame_that_is_drawn(files, economies, ratios):
    table = pd.read_csv(files[0].with_suffix(".csv"), keep_default_na=False)
    frame = nations.draw_frame(ratios, economies, STUDY)
    assert list(table["iso3"]) == list(frame["iso3"])
    assert list(table["share"]) == pytest.approx(list(frame["share"]))


def test_a_study_without_any_ratio_still_gets_sheets_that_say_so(draw, ratios, resources, tmp_path):
    files = draw(tmp_path, ratios=ratios.iloc[:0], resources=resources.iloc[:0])
    assert len(files) == 16
    caption = (tmp_path / "nations.caption.txt").read_text(encoding="utf-8")
    assert caption.startswith("Nothing to draw for nations.")
