"""The audit: every specification as the plain loop has it, and its measures on known numbers."""

import copy
import json
from dataclasses import replace
from functools import cache
from types import SimpleNamespace

import numpy as np
import pytest

from affordability import pipeline, tables
from affordability.audit import baseline, concentration, effects, montecarlo, store
from affordability.audit import evaluate as evaluation
from affordability.audit import space as space_module
from affordability.audit.data import fill_median, median, year_rule
from affordability.claims.query import Evidence, ask
from affordability.claims.verdict import verdict
from affordability.costs import published as costs
from affordability.tables import InputError
from scripts import audit_gather
from tests import audited
from tests.audited import audit
from tests.plain_audit import Plain, PlainPeople

SAMPLE = 40  # specifications a space that the plain loop answers too
ACTOR_SPACES = [
    "subscription_10_percent",
    "rd_01_percent",
    "seed_25_percent",
    "hospitals_train",
    "newsrooms_train",
]
# What these spaces ask about; nothing is computed here, so other models have no cost on the basis.
ITEMS = {"train": ["gpt4"], "serve": ["gpt4"], "subscribe": ["chatgpt-plus"], "buy": []}


@cache
def specifications(name):
    return evaluation.evaluate(space(name), audit().universes, audit().data)


def space(name):
    return next(each for each in audit().spaces if each.id == name)


@cache
def study(name):
    """A study, and what its claims about actors ask, built in memory from published costs."""
    given = audited.studies()[name]
    given = replace(given, choices={**given.choices, "items": ITEMS})
    curated = audited.curated()
    estimates = costs.all_costs(curated, [], given.price_month, given.headline)
    panel = audited.panel(given.vintages["world_bank"], given.vintages["oecd"])
    economies = given.table("world_bank", "economies")
    return given, Evidence(
        study=given,
        tables={"costs": estimates, "ratios": pipeline.ratios(given, estimates, panel)},
        actors=pipeline.actors(economies, curated["organisations"]),
        economies=economies,
    )


def headlines_of(evidence):
    estimates = evidence.tables["costs"]
    return estimates[estimates["headline"]]


@pytest.mark.parametrize("name", ACTOR_SPACES)
def test_a_sample_of_specifications_equals_a_plain_loop_to_the_last_bit(name):
    chosen = space(name)
    frame = specifications(name)
    plain = Plain(audit().data, audit().universes)
    rows = np.random.default_rng(7).choice(len(frame), SAMPLE, replace=False)
    answered = 0
    for row in frame.iloc[np.sort(rows)].to_dict("records"):
        result, matched, passing, denominator, members = plain.answer(chosen, row)
        found = (row["matched"], row["passing"], row["denominator"])
        assert found == (matched, passing, denominator), row
        assert row["result"] == result or (np.isnan(result) and np.isnan(row["result"])), row
        if "members" in chosen.published and matched:
            same = members == sorted(chosen.published["members"])
            assert row["published_exactly"] == same, row
        answered += matched > 0
    assert answered > SAMPLE / 4


def test_a_sample_of_specifications_on_people_equals_the_tables_of_a_study():
    frame, plain = specifications("people_lack_the_means"), PlainPeople(audit().data)
    rows = np.random.default_rng(7).choice(len(frame), 8, replace=False)
    sample = frame.iloc[np.sort(rows)]
    for axis, options in space("people_lack_the_means").axes.items():
        assert sample[axis].nunique() >= min(2, len(options)), axis
    for row in sample.to_dict("records"):
        share, counted = plain.answer(row)
        assert row["result"] == pytest.approx(share, rel=1e-9), row
        assert row["matched"] == counted, row
        assert row["holds"] == (share <= 0.5)


def test_a_study_that_asks_about_people_takes_one_of_the_specifications():
    chosen, given = space("people_lack_the_means"), audited.studies()["latest"]
    own = baseline.choices(chosen, given, None, None)
    row = specifications(chosen.id).iloc[baseline.number(chosen, own)]
    assert (row["plan"], row["income"], row["threshold"]) == ("flat_20", "gni", 0.1)
    assert row["denominator"] == pytest.approx(8192, abs=1)  # million people


@pytest.mark.parametrize("name", ["llempower-2024", "latest"])
@pytest.mark.parametrize("which", ACTOR_SPACES)
def test_the_specification_a_study_takes_gives_what_its_claim_says(which, name):
    given, evidence = study(name)
    chosen = space(which)
    headlines = headlines_of(evidence)
    own = baseline.choices(chosen, given, headlines, audit().data.costs)
    row = specifications(which).iloc[baseline.number(chosen, own)]
    answer = ask(chosen.query, evidence)
    value = answer.value
    if chosen.query["aggregate"] == "curve":
        (value,) = (group[own["threshold"]] for group in value.values())
    assert row["result"] == value
    said = verdict(answer, chosen.published)
    assert row["published_exactly"] == (said == "reproduced")


def together(folder, chunks: int) -> bytes:
    """The specifications of all spaces, made in chunks and put together as the workflow does."""
    parts = [folder / f"all.{number}-of-{chunks}.parquet" for number in range(1, chunks + 1)]
    for number, part in enumerate(parts, 1):
        store.write(audit().part("all", number, chunks), part)
    whole = folder / f"whole-{chunks}.parquet"
    assert store.write((store.read(parts, each.id) for each in audit().spaces), whole) > 300_000
    return whole.read_bytes()


def test_any_number_of_chunks_put_together_is_equal_to_the_last_bit(tmp_path):
    whole = together(tmp_path, 1)
    assert [chunks for chunks in (3, 16) if together(tmp_path, chunks) != whole] == []


def test_more_chunks_than_blocks_leave_some_empty_and_lose_nothing():
    chosen = space("seed_25_percent")
    sizes = [len(evaluation.chunk(chosen, i, 50)) for i in range(1, 51)]
    assert sum(sizes) == chosen.blocks
    assert min(sizes) == 0


def test_specifications_survive_the_disk(tmp_path):
    frame = specifications("seed_25_percent")
    path = tmp_path / "part.parquet"
    assert store.write([specifications("gpt4_training_usd"), frame], path) == len(frame) + 96
    read = store.read([path], "seed_25_percent")
    for column in ("measure", "estimate", "year", "result", "published_exactly"):
        assert list(read[column].astype(object).fillna("")) == list(
            frame[column].astype(object).fillna("")
        )


def test_a_specification_that_matches_nothing_is_kept_and_counted():
    frame = specifications("rd_01_percent")
    nothing = frame[(frame["year"] == 2025) & (frame["window"] == 0)]
    assert (nothing["matched"] == 0).all()
    assert nothing["result"].isna().all()
    assert not nothing["holds"].any()
    told = effects.summary(space("rd_01_percent"), frame).set_index("set")
    assert told.at["all", "matched_nothing"] == (frame["matched"] == 0).sum() >= len(nothing)


def test_newest_and_mean_look_back_as_far_as_the_window():
    grid = np.array([[1.0, np.nan], [3.0, 8.0], [np.nan, np.nan]])
    newest = year_rule(grid, "newest", [2], [0, 1, 2])[0]
    np.testing.assert_array_equal(newest, [[np.nan, np.nan], [3, 8], [3, 8]])
    mean = year_rule(grid, "mean", [2], [0, 1, 2])[0]
    np.testing.assert_array_equal(mean, [[np.nan, np.nan], [3, 8], [2, 8]])


def test_a_gap_is_filled_with_the_median_of_its_own_group_only():
    values = np.array([1.0, np.nan, 3.0, 10.0, np.nan])
    filled = fill_median(values, np.array(["low", "low", "low", "high", ""]))
    np.testing.assert_array_equal(filled, [1, 2, 3, 10, np.nan])


def test_the_median_is_that_of_numpy_where_there_is_one():
    values = np.random.default_rng(1).random((50, 9))
    values[values < 0.3] = np.nan
    values[3] = np.nan
    known = [i for i in range(50) if i != 3]
    np.testing.assert_array_equal(median(values)[known], np.nanmedian(values[known], axis=1))
    assert np.isnan(median(values)[3])


def test_choices_that_only_add_up_explain_everything_alone():
    grid = np.add.outer(np.array([0.0, 3.0]), np.array([0.0, 1.0, 2.0]))
    first, total = zip(*(effects.explained(grid, axis) for axis in (0, 1)), strict=True)
    assert sum(first) == pytest.approx(1)
    assert first == pytest.approx(total)


def test_choices_that_only_interact_explain_nothing_alone_and_everything_together():
    grid = np.array([[1.0, 0.0], [0.0, 1.0]])
    for axis in (0, 1):
        assert effects.explained(grid, axis) == pytest.approx((0, 1))


def test_equal_capacities_have_gini_nought_and_a_single_holder_the_most_there_can_be():
    assert concentration.gini(np.full(5, 3.0)) == pytest.approx(0)
    assert concentration.gini(np.array([0.0, 0, 0, 0, 7])) == pytest.approx(0.8)
    assert concentration.herfindahl(np.array([0.0, 0, 7])) == 1
    assert concentration.herfindahl(np.full(4, 2.0)) == pytest.approx(0.25)


def test_gini_by_people_is_that_of_the_people_one_by_one():
    heads, capacity = np.array([3, 1, 2]), np.array([3.0, 5.0, 1.0])
    one_by_one = np.repeat(capacity / heads, heads)
    assert concentration.gini(capacity, heads) == pytest.approx(concentration.gini(one_by_one))


def test_drawn_costs_stay_between_the_ends_and_centre_where_they_should():
    uniform = np.linspace(0, 1, 10_001)[:-1]
    drawn = montecarlo.log_triangular(10.0, 100.0, 1000.0, uniform)
    assert 10 <= drawn.min() < drawn.max() <= 1000
    assert np.median(drawn) == pytest.approx(100, rel=0.01)
    assert (np.diff(drawn) >= 0).all()
    skewed = montecarlo.log_triangular(10.0, 1000.0, 1000.0, uniform)
    assert np.isfinite(skewed).all()
    assert (montecarlo.log_triangular(20.0, 20.0, 20.0, uniform) == 20).all()


def test_counting_by_sorting_equals_counting_draw_by_draw():
    generator = np.random.default_rng(3)
    values = generator.random((4, 30)) * 100
    values[values < 20] = np.nan
    draws = montecarlo.draw(11, 500, 4)
    drawn = montecarlo.log_triangular(5.0, 30.0, 90.0, draws.uniform)
    able = drawn[:, None] <= values[draws.reading]
    asked = ~np.isnan(values[draws.reading])
    np.testing.assert_array_equal(
        montecarlo.chances(values, drawn, draws), able.sum(axis=0) / asked.sum(axis=0)
    )
    np.testing.assert_array_equal(montecarlo.counts(values, drawn, draws), able.sum(axis=1))


def test_weighted_quantiles_are_those_of_the_values_repeated():
    generator = np.random.default_rng(5)
    values, weights = generator.integers(1, 9, (6, 20)).astype(float), np.array([3, 1, 4, 1, 5, 9])
    at = [0.05, 0.5, 0.95]
    repeated = np.repeat(values, weights, axis=0)
    expected = np.quantile(repeated, at, axis=0, method="inverted_cdf")
    np.testing.assert_array_equal(montecarlo.weighted_quantiles(values, weights, at), expected)


def test_equal_seeds_draw_equal_numbers():
    one, two = montecarlo.draw(4, 100, 3), montecarlo.draw(4, 100, 3)
    np.testing.assert_array_equal(one.uniform, two.uniform)
    np.testing.assert_array_equal(one.reading, two.reading)


def standing(which, name="llempower-2024"):
    given, evidence = study(name)
    headlines = headlines_of(evidence)
    own = baseline.choices(space(which), given, headlines, audit().data.costs)
    return baseline.Standing(space(which), own, audit().universes, audit().data)


def test_leaving_one_out_takes_away_its_row_and_no_other():
    rows = standing("subscription_10_percent").leave_one_out().set_index("actor_id")
    able, everyone = int(rows["able"].sum()), len(rows)
    assert rows.at["CHE", "result_without"] == (able - 1) / (everyone - 1)
    assert rows.at["PRK", "result_without"] == able / (everyone - 1)
    without = standing("rd_01_percent").leave_one_out().set_index("actor_id")
    assert not without.at["DEU", "as_published_without"]
    assert without.drop(["USA", "CHN", "JPN", "DEU"])["as_published_without"].all()


@pytest.mark.parametrize("which", ["subscription_10_percent", "rd_01_percent"])
def test_inside_its_range_a_price_gives_the_published_number_and_outside_not(which):
    at = standing(which)
    low, high = at.cost_range()
    keep = np.ones(len(at.names), dtype=bool)
    prices = np.array([low * 0.999, low * 1.001, high * 0.999, high * 1.001])
    assert list(at.verdict(at.able(prices), keep)[2]) == [False, True, True, False]


def changed(path, value):
    """The declared audit with one entry replaced."""
    given = copy.deepcopy(space_module.load())
    *parents, last = path
    entry = given
    for key in parents:
        entry = entry[key]
    entry[last] = value
    return given


RD = ("spaces", "rd_01_percent", "choices")
LACK = ("spaces", "people_lack_the_means", "choices")


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ((*RD, "measure"), ["research"], "found research, expected one of gdp, rd_expenditure"),
        ((*RD, "world_bank"), ["2031-01-01"], "found no such vintage, expected one of 2024-04"),
        ((*RD, "estimate"), ["gpt9-guess"], "found gpt9-guess, expected an estimate_id"),
        ((*RD, "universe"), ["mars"], "found mars, expected one of listed, with_data"),
        ((*RD, "dollars"), ["roubles"], "found roubles, expected one of market, ppp"),
        ((*RD, "year"), {"from": 2020, "to": 2019}, "found no option, expected at least one"),
        ((*RD, "threshold"), {"stated": 0.3, "options": [0.1]}, "found 0.3 stated, expected one"),
        (("spaces", "rd_01_percent", "claim"), "nobody", "found nobody, expected one of gpt4_"),
        (("spaces", "rd_01_percent", "test"), 9, "found 9, expected at most 1"),
        (("universes", "million", "where"), {"size": ["x"]}, "found column size, expected one of"),
        (("uncertainty", "limits"), [], "uncertainty.limits"),
        (("price_level",), "2031", "found no such vintage"),
        (("people", "pip"), "2031", "people.pip: data/raw/pip/2031: found no such vintage"),
        ((*LACK, "plan"), ["flat_9"], "plan: found flat_9, expected one of flat_8, flat_20"),
        ((*LACK, "income"), ["wage"], "income: found wage, expected one of gni, survey"),
        ((*LACK, "world_bank"), ["2024-04"], "found 2024-04, expected one of 2026-07-13.1"),
    ],
)
def test_a_choice_that_is_not_there_is_said_in_one_sentence(path, value, said, tmp_path):
    file = tmp_path / "audit.yaml"
    file.write_text(json.dumps(changed(path, value)), encoding="utf-8")
    with pytest.raises(InputError) as stopped:
        declared = space_module.load(file)
        space_module.check(declared, audited.claims(), audit().data.costs, audited.strict())
    assert said in str(stopped.value)
    assert "\n" not in str(stopped.value)


@pytest.mark.parametrize("empty", [[], {"options": []}])
def test_an_empty_space_stops_the_run(empty, tmp_path):
    file = tmp_path / "audit.yaml"
    file.write_text(json.dumps(changed((*RD, "measure"), empty)), encoding="utf-8")
    with pytest.raises(InputError, match="measure"):
        space_module.load(file)


def test_a_space_without_a_needed_choice_says_which(tmp_path):
    given = space_module.load()
    given = copy.deepcopy(given)
    del given["spaces"]["rd_01_percent"]["choices"]["threshold"]
    with pytest.raises(InputError, match="expected one of threshold"):
        space_module.spaces(given, audited.claims(), audit().data.costs, audited.strict())


def test_a_table_to_which_no_study_has_a_row_is_written_with_its_columns(tmp_path):
    audit_gather.main(SimpleNamespace(spaces=[]), [], [], [], tmp_path)
    for table in audit_gather.TABLES:
        path = tmp_path / f"{table.removeprefix('audit_')}.csv"
        assert path.read_text(encoding="utf-8").splitlines() == [",".join(tables.columns(table))]
