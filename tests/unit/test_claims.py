"""Claims: a query asked of the tables, and a verdict that follows from its answer alone."""

import math
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest
import yaml

from affordability import pipeline, ratios, resources
from affordability.claims import query as claims
from affordability.claims import verdict as verdicts
from affordability.claims.query import Answer, Evidence
from affordability.study import Study
from affordability.tables import InputError

LIMIT = {"id": "seed_25", "measure": "seed_funding", "share": 0.25, "source": "s", "strict": True}
CHOICES = {"thresholds": [LIMIT], "items": {"train": ["gpt4"]}}
STUDY = Study("mine", CHOICES)
# The same threshold where its source says "up to".
LENIENT = Study("mine", {**CHOICES, "thresholds": [{**LIMIT, "strict": False}]})
COMMON = {"source_id": "s", "derivation": "d", "status": "verified"}


def funding(iso3: str, year: int, usd: float) -> dict:
    return {
        "actor_kind": "economy",
        "actor_id": iso3,
        "measure": "seed_funding",
        "year": year,
        "usd": usd,
        "period": "year",
        "price_basis": "nominal",
        "vintage": "v",
        **COMMON,
    }


@pytest.fixture
def evidence() -> Evidence:
    """GPT-4 at $100, and four economies whose seed funding is 1000, 400, 399 and 500 (old)."""
    estimate = {"item_kind": "train", "item_id": "gpt4", "per": "once", "price_year": 2023}
    estimate["origin"] = "published"
    costs = pd.DataFrame(
        [
            {**estimate, "estimate_id": "said", "basis": "statement", "usd": 100.0},
            {**estimate, "estimate_id": "rented", "basis": "cloud_rental", "usd": 40.0},
            {**estimate, "estimate_id": "range", "basis": "grant", "usd": math.nan},
        ]
    ).assign(usd_low=math.nan, usd_high=math.nan, **COMMON)
    costs["headline"] = costs["estimate_id"].eq("said")
    panel = pd.DataFrame(
        [
            funding("USA", 2022, 1000.0),
            funding("ISR", 2022, 400.0),
            funding("ISR", 2021, 900.0),
            funding("CAN", 2022, 399.0),
            funding("FRA", 2019, 500.0),
        ]
    )
    chosen = resources.select(panel, {"default": {"year": 2022, "max_age_years": 5}})
    languages = pd.DataFrame(
        {
            "language": ["en", "te", "de"],
            "name": ["English", "Telugu", "German"],
            "model": ["GPT-4", "GPT-4", "other"],
            "accuracy_pct": [85.5, 62.0, 99.0],
        }
    )
    return Evidence(
        study=STUDY,
        tables={
            "costs": costs,
            "ratios": ratios.build(costs, chosen, "mine"),
            "memory": pd.DataFrame({"setup_id": ["a"], "model_id": ["m"], "share": [0.7]}),
            "languages": languages,
        },
        panel=panel,
        again=pipeline.ratios,
        actors=pd.DataFrame(
            [("USA", "United States"), ("CAN", "Canada"), ("ISR", "Israel"), ("FRA", "France")],
            columns=["actor_id", "name"],
        ).assign(actor_type="High income"),
        economies=pd.DataFrame(
            {"iso3": ["USA", "CAN", "ISR", "FRA", "TWN"], "has_data": [True] * 4 + [False]}
        ),
    )


def seed(**more) -> dict:
    return {
        "table": "ratios",
        "where": {"item_id": "gpt4", "headline": True, "measure": "seed_funding"},
        "column": "share",
        "within": "seed_25",
        "aggregate": "members",
        **more,
    }


def test_members_are_those_strictly_below_the_threshold_cheapest_first(evidence):
    answer = claims.ask(seed(), evidence)
    assert answer.members == ["USA", "FRA"]
    assert (answer.value, answer.asked) == (2, 4)


def test_a_threshold_that_is_not_strict_counts_who_meets_it_exactly(evidence):
    lenient = replace(evidence, study=LENIENT)
    assert claims.ask(seed(), lenient).members == ["USA", "FRA", "ISR"]


def test_a_threshold_may_be_a_number_whose_word_says_whether_it_is_strict(evidence):
    query = seed()
    del query["within"]
    assert claims.ask({**query, "below": 0.11}, evidence).members == ["USA"]
    assert claims.ask({**query, "below": 0.25}, evidence).members == ["USA", "FRA"]
    assert claims.ask({**query, "at_most": 0.25}, evidence).members == ["USA", "FRA", "ISR"]


def test_another_year_rule_builds_the_ratios_anew(evidence):
    answer = claims.ask(seed(vary={"year": 2021, "max_age_years": 0}), evidence)
    assert answer.members == ["ISR"]
    assert answer.asked == 1


def test_a_year_rule_that_leaves_nobody_has_no_answer(evidence):
    assert claims.ask(seed(vary={"year": 2000, "max_age_years": 0}), evidence) is None


def test_a_query_without_rows_has_no_answer(evidence):
    query = seed(where={"item_id": "gpt5", "measure": "seed_funding"})
    assert claims.ask(query, evidence) is None


@pytest.mark.parametrize(("of", "share"), [("with_value", 2 / 4), ("all_economies", 2 / 4)])
def test_a_share_counts_members_among_those_asked_or_all_with_data(evidence, of, share):
    answer = claims.ask(seed(aggregate="share", of=of), evidence)
    assert answer.value == share
    assert answer.denominator == 4


def test_an_economy_without_a_value_stays_in_the_denominator_of_all(evidence):
    rule = {"year": 2022, "max_age_years": 0}  # leaves France without a value
    of_all = claims.ask(seed(aggregate="share", of="all_economies", vary=rule), evidence)
    of_some = claims.ask(seed(aggregate="share", of="with_value", vary=rule), evidence)
    assert (of_all.value, of_all.denominator, of_all.asked) == (1 / 4, 4, 3)
    assert (of_some.value, of_some.denominator) == (1 / 3, 3)


def cost_query(aggregate: str, **where) -> dict:
    return {"table": "costs", "where": where, "column": "usd", "aggregate": aggregate}


@pytest.mark.parametrize(
    ("aggregate", "value"), [("min", 40.0), ("max", 100.0), ("range", [40.0, 100.0])]
)
def test_extremes_leave_out_estimates_without_a_middle(evidence, aggregate, value):
    assert claims.ask(cost_query(aggregate, item_id="gpt4"), evidence).value == value


def test_a_value_is_that_of_one_row(evidence):
    assert claims.ask(cost_query("value", estimate_id="said"), evidence).value == 100
    with pytest.raises(InputError, match=r"found 2 rows for .*expected one"):
        claims.ask(cost_query("value", item_id="gpt4"), evidence)


def test_a_list_in_where_means_any_of_them(evidence):
    query = cost_query("min", estimate_id=["said", "rented"])
    assert claims.ask(query, evidence).members == ["rented", "said"]


def test_first_is_the_one_with_the_most(evidence):
    query = {"table": "languages", "where": {"model": "GPT-4"}, "column": "accuracy_pct"}
    answer = claims.ask({**query, "aggregate": "first"}, evidence)
    assert answer.value == "en"
    assert verdicts.said(answer, evidence) == "English"


@pytest.mark.parametrize(
    ("ours", "theirs", "verdict"),
    [
        (["USA", "CAN"], ["CAN", "USA"], "reproduced"),
        (["USA", "CAN", "ISR"], ["USA", "CAN"], "reproduced with more members"),
        (["USA"], ["USA", "CAN"], "differs"),
        (["USA", "ISR"], ["USA", "CAN"], "differs"),
        (["USA"], [], "differs"),
        ([], [], "reproduced"),
    ],
)
def test_a_set_is_reproduced_extended_or_different(ours, theirs, verdict):
    assert verdicts.verdict(Answer(len(ours), "count", ours), {"members": theirs}) == verdict


@pytest.mark.parametrize(
    ("value", "published", "verdict"),
    [
        (0.5576, {"percent": 56}, "reproduced"),
        (0.5760, {"percent": 56}, "differs"),
        (0.5449, {"percent": 54}, "reproduced"),
        (892.0, {"value": 900, "within": 0.05}, "reproduced"),
        (854.0, {"value": 900, "within": 0.05}, "differs"),
        (6e6, {"between": [2e6, 1e7]}, "reproduced"),
        (2e6, {"between": [2e6, 1e7]}, "reproduced"),
        (1.1e7, {"between": [2e6, 1e7]}, "differs"),
        (0.5, {"at_most": 0.5}, "reproduced"),
        (0.51, {"at_most": 0.5}, "differs"),
        ("en", {"first": "en"}, "reproduced"),
        ("zh", {"first": "en"}, "differs"),
    ],
)
def test_a_value_is_compared_as_it_was_published(value, published, verdict):
    assert verdicts.verdict(Answer(value, "x"), published) == verdict


def test_a_claim_without_data_is_not_testable():
    assert verdicts.verdict(None, {"percent": 56}) == "not testable"


def claim(*tests: tuple, **more) -> dict:
    return {
        "id": "seed",
        "statement": "s",
        "published": "p",
        "group": "study",
        "source_id": "the-study",
        "locator": "l",
        "tests": [{"query": query, "published": published} for query, published in tests],
        **more,
    }


def test_a_claim_says_who_is_in_who_is_out_and_why(evidence):
    answered = verdicts.evaluate(
        claim(
            (seed(), {"members": ["USA", "CAN"]}),
            causes={"FRA": "an old value"},
            context=[{"label": "Of 2022", "query": seed(vary={"year": 2022, "max_age_years": 0})}],
        ),
        evidence,
    )
    row, numbers = answered.row, answered.numbers
    assert row["verdict"] == answered.verdict == "differs"
    assert row["members"] == "USA;FRA"
    assert row["reproduced"] == "2 of 4: United States, France"
    assert "Not named by the study: France 20 % in 2019 (an old value)." in row["explanation"]
    assert "Named by the study and not found: Canada 25.1 % in 2022." in row["explanation"]
    assert "Of 2022: 1 of 3: United States." in row["explanation"]
    assert numbers["seed.1"]["value"] == 2
    assert numbers["seed.context.1"]["asked"] == 3
    assert answered.answers[0].members == ["USA", "FRA"]
    assert answered.readings[0].members == ["USA"]


def test_the_weakest_of_several_tests_is_the_verdict(evidence):
    right = (cost_query("value", estimate_id="said"), {"value": 100, "within": 0})
    wrong = (cost_query("value", estimate_id="rented"), {"value": 100, "within": 0})
    none = (cost_query("value", estimate_id="nobody"), {"value": 100, "within": 0})
    more = (seed(), {"members": ["USA"]})
    for tests, expected in (
        ([right], "reproduced"),
        ([right, more], "reproduced with more members"),
        ([more, wrong, right], "differs"),
        ([right, none, wrong], "not testable"),
    ):
        assert verdicts.evaluate(claim(*tests), evidence).verdict == expected


def test_an_answer_that_no_vintage_can_change_says_so(evidence):
    right = (cost_query("value", estimate_id="said"), {"value": 100, "within": 0})
    row = verdicts.evaluate(claim(right), evidence).row
    assert row["explanation"] == "This does not depend on the vintage."
    assert row["depends_on_vintage"] is False
    asked = verdicts.evaluate(claim((seed(), {"members": ["USA", "FRA"]})), evidence).row
    assert asked["explanation"] == "As published."
    assert asked["depends_on_vintage"] is True


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"where": {"measure": "seed_fundings"}}, "measure seed_fundings, expected one of gdp"),
        ({"where": {"measure": ["gdp", "gdq"]}}, "measure gdq, expected one of gdp"),
        ({"where": {"colour": "red"}}, "column colour, expected one of study, item_kind"),
        ({"column": "shares"}, "column shares, expected one of study, item_kind"),
        ({"within": "seed_26"}, "threshold seed_26, expected one of seed_25"),
        ({"table": "memory", "where": {}, "column": "usd"}, "column usd, expected one of setup_id"),
    ],
)
@pytest.mark.parametrize("part", ["tests", "context"])
def test_a_query_that_names_what_is_not_there_is_refused_by_claim(change, said, part):
    wrong = claim((seed(), {"members": []}), context=[{"label": "l", "query": seed()}])
    wrong[part][0]["query"] = seed(**change)
    with pytest.raises(InputError, match=f"^claims.yaml, seed: found {said}"):
        claims.check([wrong], STUDY, Path("claims.yaml"))


def test_a_sound_claim_passes_the_check():
    claims.check([claim((seed(), {"members": []}))], STUDY, Path("claims.yaml"))


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (lambda c: c[0].pop("statement"), "0: 'statement' is a required property"),
        (lambda c: c[0].update(colour="red"), "0: .*'colour' was unexpected"),
        (lambda c: c[0]["tests"].clear(), "0.tests: \\[\\] should be non-empty"),
        (lambda c: c[0]["tests"][0]["query"].update(agregate="x"), "'agregate' was unexpected"),
        (lambda c: c[0]["tests"][0]["query"].update(aggregate="mean"), "'mean' is not one of"),
        (lambda c: c[0]["tests"][0].update(published={"value": 1}), "'within' is a dependency"),
        (lambda c: c[0]["tests"][0].update(published={"only": True}), "'members' is a dependency"),
        (lambda c: c[0].pop("source_id"), "0: 'source_id' is a required property"),
        (lambda c: c[0].update(group="rumour"), "0.group: 'rumour' is not one of"),
        (lambda c: c.append(c[0]), "seed: found this id twice"),
    ],
)
def test_a_claims_file_that_is_not_understood_is_refused(tmp_path, change, said):
    document = yaml.safe_load(yaml.safe_dump([claim((seed(), {"members": []}))]))
    path = tmp_path / "claims.yaml"
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    assert claims.load(path) == document
    change(document)
    path.write_text(yaml.safe_dump(document), encoding="utf-8")
    with pytest.raises(InputError, match=f"claims.yaml, .*{said}"):
        claims.load(path)
