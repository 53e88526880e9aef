"""Verdicts: what was tested, what was not, and between which bounds an answer lies."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from affordability import references
from affordability.claims import query as claims
from affordability.claims import verdict as verdicts
from affordability.claims.query import Answer
from affordability.tables import InputError
from tests.unit.test_claims import STUDY, claim, cost_query, evidence, funding, seed

__all__ = ["evidence"]  # the fixture

SAID = cost_query("value", estimate_id="said")
AGREES = {"value": 100, "within": 0.1}


def judged(evidence, *tests: dict, **more) -> str:
    asked = {**claim(), **more, "tests": list(tests)}
    return verdicts.evaluate(asked, evidence).verdict


def test_a_statement_compared_with_itself_is_restated(evidence):
    test = {"query": SAID, "published": AGREES}
    assert judged(evidence, test, source_id="s") == "restated"
    assert judged(evidence, test, source_id="other", transcribed=["s"]) == "restated"
    assert judged(evidence, test, source_id="other") == "reproduced"


def test_a_choice_made_so_that_the_number_fits_identifies_and_tests_nothing(evidence):
    test = {"query": SAID, "published": AGREES, "identified": True}
    assert judged(evidence, test, source_id="other") == "identified"


@pytest.mark.parametrize("more", [{}, {"identified": True}])
def test_what_does_not_agree_differs_whoever_said_it(evidence, more):
    test = {"query": SAID, "published": {"value": 150, "within": 0.1}, **more}
    assert judged(evidence, test, source_id="s") == "differs"


def test_a_claim_of_which_one_test_tests_something_has_the_verdict_of_that_test(evidence):
    restated = {"query": SAID, "published": AGREES}
    tested = {"query": seed(), "published": {"members": ["USA"]}}
    assert judged(evidence, restated, tested, source_id="s") == "reproduced with more members"


def test_more_members_differ_where_the_source_names_all_there_are():
    more = Answer(3, "count", ["USA", "CAN", "ISR"])
    given = {"members": ["USA", "CAN"]}
    assert verdicts.verdict(more, given) == "reproduced with more members"
    assert verdicts.verdict(more, given | {"only": False}) == "reproduced with more members"
    assert verdicts.verdict(more, given | {"only": True}) == "differs"


@pytest.mark.parametrize(
    ("query", "published"),
    [
        (seed(), {"members": ["CAN"]}),
        (seed(aggregate="share", of="all_economies"), {"percent": 99}),
        (SAID, {"value": 150, "within": 0.1}),
        (SAID, {"between": [1, 2]}),
        (SAID, {"at_most": 99}),
        (SAID, {"at_least": 101}),
        ({"table": "languages", "column": "accuracy_pct", "aggregate": "first"}, {"first": "te"}),
        (
            seed(aggregate="curve", by="measure", thresholds=[0.3], fewest=1),
            {"most_unable": 0.3},
        ),
    ],
)
def test_every_kind_of_claim_can_differ_whatever_stands_beside_it(evidence, query, published):
    beside = [
        {"label": "A range", "query": cost_query("range", item_id="gpt4")},
        {"label": "A number", "query": SAID},
        {"label": "Members", "query": seed()},
        {"label": "A share", "query": seed(aggregate="share")},
    ]
    asked = claim((query, published), context=beside)
    assert verdicts.evaluate(asked, evidence).row["verdict"] == "differs"


@pytest.mark.parametrize(
    ("query", "published", "said"),
    [
        (cost_query("range", item_id="gpt4"), AGREES, "aggregate range beside published value"),
        (SAID, {"members": []}, "aggregate value beside published members"),
        (seed(), {"percent": 56}, "aggregate members beside published percent"),
    ],
)
def test_a_test_that_compares_what_cannot_be_compared_is_refused(query, published, said):
    with pytest.raises(InputError, match=f"c.yaml, seed: found {said}, expected one of"):
        claims.check([claim((query, published))], STUDY, Path("c.yaml"))


def test_a_measure_of_organisations_in_a_claim_on_economies_is_refused():
    query = seed(where={"actor_kind": "economy", "measure": "revenue"})
    with pytest.raises(InputError, match="found measure revenue of an organisation, expected"):
        claims.check([claim((query, {"members": []}))], STUDY, Path("c.yaml"))


def test_an_answer_older_than_the_years_asked_is_not_testable(evidence):
    rules = {"year_rules": {"default": {"year": 2025, "max_age_years": 9}}}
    later = replace(evidence, study=replace(STUDY, choices={**STUDY.choices, **rules}))
    test = {"query": seed(), "published": {"members": ["USA", "FRA"]}}
    assert judged(later, test) == "reproduced"
    assert judged(later, {**test, "newest": 3}) == "reproduced"  # the newest value is of 2022
    assert judged(later, {**test, "newest": 2}) == "not testable"
    row = verdicts.evaluate({**claim(), "tests": [{**test, "newest": 2}]}, later).row
    assert "No value is newer than 2022, and 2025 was asked." in row["explanation"]


@pytest.fixture
def gaps(evidence):
    """Two economies more, of which nothing is known but that Togo has little venture capital."""
    rules = {"year_rules": {"default": {"year": 2022, "max_age_years": 5}}}
    more = pd.DataFrame({"iso3": ["TGO", "CHN"], "has_data": [True, True]})
    little = funding("TGO", 2022, 300.0) | {"measure": "venture_capital"}
    return replace(
        evidence,
        study=replace(STUDY, choices={**STUDY.choices, **rules}),
        economies=pd.concat([evidence.economies, more], ignore_index=True),
        panel=pd.concat([evidence.panel, pd.DataFrame([little])], ignore_index=True),
        venture=pd.DataFrame(
            [("CHN", "_T", 2022, 12, 0.9e-3), ("CHN", "_T", 2022, 6, 5.0)],
            columns=["iso3", "stage", "year", "months", "usd_million"],
        ),
    )


def test_those_without_a_value_are_all_unable_or_all_able(gaps):
    published = {"members": ["USA", "FRA"]}
    row = verdicts.evaluate(claim((seed(), published)), gaps).row
    assert (row["low"], row["high"]) == (2, 4)
    assert row["reproduced"].endswith(
        "2 to 4, if all 2 were able that may be, of 2 without a value"
    )
    share = seed(aggregate="share", of="all_economies")
    row = verdicts.evaluate(claim((share, {"percent": 33})), gaps).row
    assert (row["low"], row["high"]) == (2 / 6, 4 / 6)


def test_what_is_known_of_the_whole_bounds_what_is_missing(gaps):
    matter = {"named": ["CHN", "TGO", "USA"], "bounded_by": "venture_capital"}
    test = {"query": seed(), "published": {"members": ["USA", "FRA"]}, "missing": matter}
    row = verdicts.evaluate({**claim(), "tests": [test]}, gaps).row
    assert (row["low"], row["high"]) == (2, 3)  # 100 of 300 is more than a quarter, of 900 less
    assert "CHN (all its venture capital $900 in 2022: may be within)" in row["explanation"]
    assert "TGO (all its venture capital $300 in 2022: cannot be within)" in row["explanation"]
    assert "United States (all" not in row["explanation"]


def test_a_curve_gives_no_share_of_too_few(evidence):
    query = seed(aggregate="curve", by="actor_type", thresholds=[0.1, 0.25], fewest=4)
    del query["within"]
    answer = claims.ask(query, evidence)
    assert answer.value == {"High income": {0.1: 0.25, 0.25: 0.75}}
    assert verdicts.verdict(answer, {"most_unable": 0.1}) == "reproduced"
    assert verdicts.verdict(answer, {"most_unable": 0.25}) == "differs"
    few = claims.ask({**query, "fewest": 5}, evidence)
    assert few.value == {"High income": {}}
    assert verdicts.verdict(few, {"most_unable": 0.25}) == "not testable"
    assert verdicts.said(few, evidence) == "High income (4): too few for a share"


def test_a_claim_whose_source_is_in_no_row_is_refused():
    said = r"c.yaml, seed\.source_id: found llempower-2025, expected one such as llempower-2024"
    with pytest.raises(InputError, match=said):
        references.check_claims([claim(source_id="llempower-2025")], [], Path("c.yaml"))
    references.check_claims([claim(source_id="llempower-2024")], [], Path("c.yaml"))


def test_a_count_of_people_has_its_bounds_and_depends_on_the_vintage(evidence):
    key = {"plan": "flat_20", "threshold": 0.1}
    count = pd.DataFrame([{**key, "economy": "World", "share_of_people": 0.6}])
    edges = pd.DataFrame([{**key, "share_low": 0.5, "share_high": 0.75}])
    tables = {**evidence.tables, "headcount": count, "headcount_bounds": edges}
    query = {"table": "headcount", "where": {**key, "economy": "World"}}
    query |= {"column": "share_of_people", "aggregate": "value"}
    asked = claim((query, {"at_most": 0.5}))
    row = verdicts.evaluate(asked, replace(evidence, tables=tables)).row
    assert (row["low"], row["high"], row["depends_on_vintage"]) == (0.5, 0.75, True)
    assert row["reproduced"].startswith("60 %; 50 % to 75 %, for any distribution")
    asked["context"] = [{"label": "Also", "query": query}]
    row = verdicts.evaluate(asked, evidence).row
    assert row["explanation"] == "This study does not ask about people."
    assert row["verdict"] == "not testable"
    del asked["context"], tables["headcount_bounds"]
    row = verdicts.evaluate(asked, replace(evidence, tables=tables)).row
    assert pd.isna(row["low"])
