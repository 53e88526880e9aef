"""Every table on people of the study of 2026, built from frozen data, and what it must say."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from affordability import judgement, tables
from affordability.people import build, distribution
from affordability.people.incomes import quintile_shares
from affordability.study import configured
from affordability.tables import InputError
from scripts import build_people


@pytest.fixture(scope="module")
def study():
    return configured()["latest"]


@pytest.fixture(scope="module")
def given(study):
    found = {n: study.table(source, n) for source, names in build.FROZEN.items() for n in names}
    return {**found, "income_surveys": study.table("pip", "income_surveys")}


@pytest.fixture(scope="module")
def made(study, given) -> dict[str, pd.DataFrame]:
    choices, rule = study.choices["people"], study.rule("default")
    return build.build(given, choices, rule, study.price_month)


def test_every_table_is_made_and_has_its_schema(made):
    assert set(made) == set(build.TABLES)
    for name, table in made.items():
        tables.check_frame(table, name)
        assert len(table), name


def test_the_columns_others_rely_on_are_there(made):
    assert list(made["subscription_burden_by_income_group"]) == [
        *("plan", "income_group", "n", "median_share", "p25_share", "p75_share"),
        *("median_share_ppp", "median_usd_per_month"),
    ]
    assert list(made["subscription_headcount"]) == [
        *("plan", "threshold", "economy", "share_of_people", "people"),
        *("survey_year", "method", "flag"),
    ]
    assert list(made["usage_vs_burden"]) == [
        *("economy", "measure", "period", "usage", "burden", "residual")
    ]


def test_where_the_best_fit_gives_the_poorest_nothing_they_are_held_to_a_hundredth(given, made):
    # Eleven economies lie on the bound: a weaker hold lets them through it (0.0098 at a tenth of
    # the weight), none at all has seven miss a share by more than a percentage point.
    curves = distribution.fit_all(quintile_shares(given["observations"]))
    poorest = pd.Series({economy: float(c.slope(0.001)) for economy, c in curves.items()})
    assert poorest.min() > 0.0099
    assert poorest.between(0.0099, 0.0101).sum() == 11
    assert max(curve.error for curve in curves.values()) < 0.005
    forms = made["income_distributions"]["form"].value_counts()
    assert forms.to_dict() == {"general_quadratic": 95, "beta": 69, "lognormal": 1}


def test_a_study_of_an_earlier_day_reads_nothing_published_later_and_names_it(
    study, given, made, tmp_path, caplog
):
    earlier = replace(study, choices={**study.choices, "known_by": "2026-05-01"})
    output = SimpleNamespace(**{name: tmp_path / f"{name}.csv" for name in build.TABLES})
    with caplog.at_level("INFO"):
        build_people.main(earlier, given, judgement.given(), output)
    late = given["free_tiers"].query("date > '2026-05-01'")
    told = next(line for line in caplog.messages if line.startswith("free_tiers: published after"))
    assert len(late) and all(product in told for product in late["product"])
    named = tables.read_table(output.subscription_burden, "subscription_burden")["free_tier"]
    assert set(late["name"]) & set(made["subscription_burden"]["free_tier"])
    assert set(late["name"]).isdisjoint(named)


def test_every_economy_is_counted_or_named(made):
    burden, gone = made["subscription_burden"], made["people_left_out"]
    both = pd.concat([burden[burden["share"].notna()], gone])
    for plan, part in both.groupby("plan"):
        expected = 218 if plan.startswith(("flat", "questions")) else 217  # no store in Taiwan
        assert part["economy"].nunique() == len(part) == expected, plan


def test_nobody_is_able_where_the_app_is_not_offered(made):
    rows = made["subscription_headcount"].set_index(["plan", "threshold", "economy"])
    for economy in ("CHN", "RUS", "BLR"):
        row = rows.loc[("chatgpt_plus", 0.1, economy)]
        assert (row["share_of_people"], row["flag"]) == (0, "app_not_offered"), economy
        assert rows.loc[("flat_20", 0.1, economy), "share_of_people"] > 0.9


def test_totals_are_the_sums_of_their_economies(made, study, given):
    rows = made["subscription_headcount"]
    part = rows[(rows["plan"] == "flat_20") & (rows["threshold"] == 0.1)].set_index("economy")
    codes = [code for code in part.index if len(code) == 3]
    assert len(codes) == 218
    assert part.loc["World", "people"] == pytest.approx(part.loc[codes, "people"].sum())
    regions = set(given["economies"]["region"])
    assert part.loc[sorted(regions), "people"].sum() == pytest.approx(part.loc["World", "people"])


def test_bounds_hold_the_count_and_the_readings_of_the_same_incomes(made):
    bounds = made["subscription_headcount_bounds"].set_index(["plan", "threshold"])
    world = made["subscription_headcount"].query("economy == 'World'")
    world = world.set_index(["plan", "threshold"])["share_of_people"]
    assert (bounds["share_low"] <= world).all() and (world <= bounds["share_high"]).all()
    readings = made["headcount_readings"].set_index(["plan", "threshold", "income", "imputation"])[
        "share_of_people"
    ]
    assert readings[("flat_20", 0.1, "gni", "group")] == pytest.approx(world[("flat_20", 0.1)])
    assert (
        readings[("flat_20", 0.1, "survey", "group")] < readings[("flat_20", 0.1, "gni", "group")]
    )


def test_dearer_plans_and_lower_thresholds_never_reach_more_people(made):
    curve = made["headcount_curve"].pivot(
        index="threshold", columns="plan", values="share_of_people"
    )
    assert (curve["flat_8"] >= curve["flat_20"]).all()
    assert (curve["flat_100"] >= curve["flat_200"]).all()
    assert (np.diff(curve.to_numpy(), axis=0) >= -1e-12).all()


def test_the_gini_of_the_curves_is_near_that_of_the_surveys(made, study):
    fitted = made["income_distributions"].set_index("economy")
    rows = study.table("world_bank", "observations")
    gini = rows[rows["indicator"] == "SI.POV.GINI"].set_index(["iso3", "year"])["value"] / 100
    same = [
        abs(row.gini - gini[row.Index, row.survey_year])
        for row in fitted.itertuples()
        if (row.Index, row.survey_year) in gini.index
    ]
    assert len(same) > 60
    assert np.quantile(same, 0.95) < 0.02


def test_a_question_has_the_price_of_its_model_in_the_month(given, study):
    question = study.choices["people"]["question"]
    early = build.per_question(given["token_prices"], question, "2024-06")
    late = build.per_question(given["token_prices"], question, "2026-07")
    assert (early["usd_per_mtok_in"], late["usd_per_mtok_in"]) == (5, 2.5)
    assert late["usd"] == pytest.approx((500 * 2.5 + 250 * 10) / 1e6)
    with pytest.raises(InputError, match="found gpt-4o, expected a model of token_prices with a"):
        build.per_question(given["token_prices"], question, "2023-01")


def test_bins_of_a_vintage_take_precedence_over_the_fit(given, study):
    bins = pd.DataFrame(
        {
            "iso3": "IND",
            "ppp_year": 2017,
            "year": 2022,
            "bin": [1, 2],
            "people_share": 0.5,
            "mean": [1.0, 3.0],
            "source_id": "s",
        }
    )
    choices, rule = study.choices["people"], study.rule("default")
    world = build.read_world({**given, "income_bins": bins}, choices, rule, 0.004)
    assert world.curves["IND"].form == "bins"
    assert world.curves["DEU"].form != "bins"
    fitted = build.read_world(given, choices, rule, 0.004)
    ratio = world.levels["survey"] / fitted.levels["survey"]
    surveys = given["income_surveys"].set_index("iso3")["mean"]
    assert ratio["IND"] == pytest.approx(2.0 / surveys["IND"])
    assert ratio["DEU"] == 1
    made = build.of_people(world, choices)
    share = made["subscription_headcount"].set_index(["plan", "threshold", "economy"])
    assert share.loc[("flat_20", 0.1, "IND"), "method"] == "bins"
    # Bins are counted as they stand, so that of India's people alone nothing is bounded.
    offers = world.offers[world.offers["economy"].eq("IND")]
    bounded = build.of_people(replace(world, offers=offers), choices)
    ends = bounded["subscription_headcount_bounds"].query("plan == 'flat_20'")
    assert len(ends) and (ends["share_low"] == ends["share_high"]).all()
    alone = {name: rows for name, rows in given.items() if name != "income_surveys"}
    only = build.read_world({**alone, "income_bins": bins}, choices, rule, 0.004)
    assert only.levels["survey"].dropna().index.tolist() == ["IND"]
    with pytest.raises(InputError, match="pip: found none of income_bins, income_surveys"):
        build.read_world(alone, choices, rule, 0.004)
    mixed = {**given, "income_bins": bins.assign(ppp_year=2021)}
    said = "income_bins and income_surveys, column ppp_year: found 2017, 2021, expected one PPP"
    with pytest.raises(InputError, match=said):
        build.read_world(mixed, choices, rule, 0.004)


def test_a_months_questions_cost_three_hundred_times_one(made):
    rows = made["subscription_burden"].query("plan == 'questions_300'")
    assert rows["usd_per_month"].to_numpy() == pytest.approx(300 * (500 * 2.5 + 250 * 10) / 1e6)


def test_an_economy_is_in_a_group_by_the_newest_list_of_that_group():
    """Sao Tome and Principe is on the list of 2024-04 and not on that of 2025-12."""
    lists = pd.DataFrame(
        {
            "iso3": ["STP", "KEN", "NPL", "NPL"],
            "group": ["LDC", "FCS", "LDC", "LDC"],
            "as_of": ["2024-04", "2024-07", "2024-04", "2025-12"],
        }
    )
    members = build.newest_groups(lists).to_numpy().tolist()
    assert sorted(members) == [["KEN", "FCS"], ["NPL", "LDC"]]


def test_the_surveys_mean_of_india_is_brought_to_the_last_year_of_the_rule(given, study):
    """PPP$ a day · 365 · price level · US prices of 2025 over 2017, typed from the frozen rows."""
    world = build.read_world(given, study.choices["people"], study.rule("default"), 0.004)
    day = given["income_surveys"].set_index("iso3").loc["IND", "mean"]
    year = day * 365 * (2702.47987141553 / 11747.9160436011) * (321.943 / 245.120)
    assert world.levels["survey"]["IND"] == pytest.approx(year, rel=1e-9)


def test_a_language_is_reached_at_the_share_of_right_answers_that_was_published(made, given):
    rows = given["language_accuracy"].query("model == 'GPT-4' and language != 'mul'")
    percent = rows.drop_duplicates("language")["accuracy_pct"]
    by_level = made["language_reach"].set_index("accuracy")["languages"]
    for level in (50, 60, 70, 75, 80, 85):
        assert by_level[level / 100] == (percent >= level).sum(), level
