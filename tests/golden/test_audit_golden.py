"""What the audit found: how many specifications, and which readings give the published numbers.

A new estimate, or a new vintage in data/audit.yaml, changes these on purpose; then read the
difference and pin it anew.
"""

from functools import cache

import pytest

from affordability.audit import concentration, montecarlo
from affordability.audit.evaluate import evaluate
from affordability.costs.training import estimates
from affordability.vintages import CURATED, Vintage
from tests.audited import audit

# Space: specifications, matched nothing, hold, exactly as published; then the same for readings.
PINNED = {
    "subscription_10_percent": [(142560, 13824, 5455, 1737), (35640, 3456, 715, 302)],
    "rd_01_percent": [(105600, 5760, 9292, 9180), (21120, 1152, 3816, 3800)],
    "seed_25_percent": [(35200, 640, 25320, 1104), (7040, 128, 5126, 236)],
    "hospitals_train": [(10560, 8160, 1980, 1980), (2112, 1632, 480, 480)],
    "newsrooms_train": [(10560, 7440, 2496, 2496), (2112, 1488, 624, 624)],
    "gpt4_training_usd": [(96, 60, 19, 8), (96, 60, 19, 8)],
    "gpt4_serving_usd_per_day": [(195, 130, 44, 25), (195, 130, 44, 25)],
    "gpt3_training_usd": [(150, 75, 20, 5), (150, 75, 20, 5)],
    "opt175b_training_usd": [(21, 10, 4, 4), (21, 10, 4, 4)],
    "people_lack_the_means": [(576, 0, 357, 357), (576, 0, 357, 357)],
}
INCOME = {
    "world_bank": "near-2024-04",
    "measure": "monthly_adjusted_nni",
    "dollars": "market",
    "missing": "unable",
    "universe": "with_data",
    "year_rule": "newest",
    "year": 2019,
    "window": 0,
    "price": 20,
    "threshold": 0.1,
}
RESEARCH = {
    "world_bank": "near-2024-04",
    "dollars": "market",
    "missing": "unable",
    "universe": "listed",
    "year_rule": "newest",
    "year": 2022,
    "window": 5,
    "estimate": "gpt4-statement-altman-2023",
    "threshold": 0.001,
}
SEED = {
    "measure": "seed_funding",
    "dollars": "market",
    "universe": "without_israel",
    "year_rule": "newest",
    "year": 2022,
    "window": 0,
    "estimate": "gpt4-statement-altman-2023",
    "threshold": 0.25,
}


@cache
def found(name):
    space = next(each for each in audit().spaces if each.id == name)
    return evaluate(space, audit().universes, audit().data)


def one(name, **choices):
    """The row of one specification."""
    rows = found(name)
    for axis, option in choices.items():
        rows = rows[rows[axis] == option]
    assert len(rows) == 1, f"{len(rows)} specifications with {choices}"
    return rows.iloc[0]


def test_every_space_is_pinned():
    assert {space.id for space in audit().spaces} == set(PINNED)


@pytest.mark.parametrize("name", PINNED)
def test_the_numbers_of_specifications_are_as_pinned(name):
    rows = found(name)
    counted = [
        (
            len(part),
            int((part["matched"] == 0).sum()),
            int(part["holds"].sum()),
            int(part["published_exactly"].sum()),
        )
        for part in (rows, rows[rows["reading"]])
    ]
    assert counted == PINNED[name]


def test_the_quick_space_has_a_hundred_thousand_specifications_and_the_full_one_millions():
    assert sum(space.size for space in audit().spaces) == 305518
    assert sum(space.size for space in audit("full").spaces) == 7682606


@pytest.mark.parametrize("year", [2018, 2019])
@pytest.mark.parametrize("vintage", ["near-2024-04", "2024-04", "2026-07-13.1"])
def test_adjusted_income_of_2018_or_2019_alone_gives_121_of_217(year, vintage):
    row = one("subscription_10_percent", **INCOME | {"year": year, "world_bank": vintage})
    assert (row["passing"], row["denominator"]) == (121, 217)
    assert row["published_exactly"]


@pytest.mark.parametrize(
    ("change", "passing", "denominator"),
    [
        ({"year": 2021}, 117, 217),
        ({"year": 2022, "window": 5}, 125, 217),
        ({"year": 2022, "window": 5, "missing": "left_out"}, 125, 179),
        ({"measure": "monthly_gni", "year": 2022, "window": 5}, 151, 217),
    ],
)
def test_other_readings_of_the_56_percent_give_another_number(change, passing, denominator):
    row = one("subscription_10_percent", **INCOME | change)
    assert (row["passing"], row["denominator"]) == (passing, denominator)
    assert not row["published_exactly"]


@pytest.mark.parametrize(
    ("change", "share"),
    [
        ({}, 0.667),
        ({"imputation": "nobody"}, 0.649),
        ({"income": "survey"}, 0.328),
        ({"plan": "chatgpt_plus"}, 0.442),
        ({"threshold": 0.05}, 0.467),
        ({"plan": "flat_8"}, 0.886),
    ],
)
def test_most_people_lack_the_means_or_not_by_level_of_incomes_plan_and_threshold(change, share):
    own = {"year": 2025, "income": "gni", "imputation": "group", "plan": "flat_20"}
    row = one("people_lack_the_means", **{**own, "threshold": 0.1, **change})
    assert row["result"] == pytest.approx(share, abs=5e-4)
    assert row["published_exactly"] == (share <= 0.5)


@pytest.mark.parametrize("name", ["hospitals_train", "newsrooms_train"])
def test_no_reading_of_organisations_rests_on_fewer_than_five(name):
    rows = found(name)
    tested = rows[rows["matched"] > 0]
    assert len(tested) > 1000
    assert tested["matched"].min() >= 5
    assert not rows.loc[rows["matched"] == 0, "holds"].any()


def test_the_price_of_a_subscription_is_a_choice_and_stated_by_nobody():
    space = next(each for each in audit().spaces if each.id == "subscription_10_percent")
    assert set(space.stated) == {"threshold"}
    assert set(found(space.id).query("reading")["price"]) == {10, 20, 24}


def test_the_56_percent_needs_market_dollars_adjusted_income_and_the_missing_counted():
    rows = found("subscription_10_percent")
    exact = rows[rows["reading"] & rows["published_exactly"] & rows["price"].eq(20)]
    assert set(exact["measure"]) == {"monthly_adjusted_nni"}
    assert set(exact["dollars"]) == {"market"}
    assert set(exact["missing"]) == {"unable"}
    assert set(exact["universe"]) == {"listed", "with_data"}


@pytest.mark.parametrize("window", [0, 5])
def test_the_four_of_research_are_four_at_the_statement_s_hundred_million(window):
    row = one("rd_01_percent", **RESEARCH | {"window": window})
    assert row["passing"] == 4
    assert row["published_exactly"]


def test_the_four_of_research_are_seven_at_an_amortised_cost():
    row = one("rd_01_percent", **RESEARCH | {"estimate": "gpt4-amortised-epoch-2025"})
    assert row["passing"] == 7


def test_the_two_of_seed_funding_are_two_without_israel_and_three_with_it():
    row = one("seed_25_percent", **SEED)
    assert (row["passing"], row["published_exactly"]) == (2, True)
    with_israel = one("seed_25_percent", **SEED | {"universe": "listed"})
    assert (with_israel["passing"], with_israel["published_exactly"]) == (3, False)
    rows = found("seed_25_percent")
    exact = rows[rows["published_exactly"]]
    assert set(exact["universe"]) == {"without_israel"}


@cache
def chances():
    """Probabilities by item, basis, measure and economy, and counts by item, basis and measure."""
    curated = {name: Vintage(CURATED).read(name) for name in estimates.CURATED}
    training = estimates.compute(curated, estimates.SETTINGS)[1]
    people, items = montecarlo.uncertainty(audit().declared["uncertainty"], audit().data, training)
    key = ["item_kind", "item_id", "basis", "measure"]
    return people.set_index([*key, "iso3"]).sort_index(), items.set_index(key).sort_index()


@pytest.mark.parametrize(
    ("basis", "expected"),
    [
        ("amortised", {"FRA": 0.75, "CAN": 0.40, "DEU": 0.97, "USA": 1.0}),
        ("cloud_rental", {"FRA": 0.33, "CAN": 0.06, "DEU": 0.80, "USA": 1.0}),
    ],
)
def test_france_may_be_able_and_canada_too_where_one_estimator_said_one_and_nought(basis, expected):
    found = chances()[0].loc["train", "gpt4", basis, "rd_expenditure"]["probability"]
    assert found[list(expected)].round(2).to_dict() == pytest.approx(expected, abs=0.011)


def test_few_rows_have_no_uncertainty_and_they_say_so_as_the_years_are_said():
    items = chances()[1]
    alone = items[items["cost_low"] == items["cost_high"]]
    assert len(items) > 200 and len(alone) <= 12
    assert set(alone["drawn_from"]) == {"one figure"}
    row = items.loc[("train", "gpt4", "cloud_rental", "rd_expenditure")]
    assert (row["drawn_from"], row["resource_to"]) == ("distribution", 2022)


def test_a_hypothetical_repeat_is_not_drawn_from_nor_are_bases_drawn_together():
    items = chances()[1]
    assert "any" not in items.index.get_level_values("basis")
    told = items.loc[("train", "gpt4", "cloud_rental", "rd_expenditure")]
    assert told["figures"] == 3  # of four published, one is a repeat for $21.5 million


def test_the_top_four_hold_seven_tenths_of_the_capacity_in_2022():
    prices = Vintage(CURATED).read("producer_prices")
    table = concentration.concentration(audit().declared["concentration"], audit().data, prices)
    row = table.set_index(["panel", "year"]).loc[("measured", 2022)]
    assert row["top_members"] == "USA;CHN;JPN;DEU"
    assert row["at_least_one"] == 4
    assert row["top_share"] == pytest.approx(0.698, abs=5e-4)
    assert row["gini_economies"] == pytest.approx(0.909, abs=5e-4)
    assert row["gini_people"] == pytest.approx(0.760, abs=5e-4)
