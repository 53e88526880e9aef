"""Ratios: a cost over a resource of the same period, both sides kept."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affordability import ratios
from affordability.judgement import worst
from affordability.study import Study
from affordability.tables import InputError, check_frame


def cost(kind="train", item="gpt4", per="once", usd=100.0, **more) -> dict:
    return {
        "item_kind": kind,
        "item_id": item,
        "basis": "statement",
        "origin": "published",
        "estimate_id": f"{item}-{kind}",
        "usd": usd,
        "usd_low": math.nan,
        "usd_high": math.nan,
        "per": per,
        "price_year": 2023,
        "headline": True,
        "source_id": "c",
        "derivation": "d",
        "status": "verified",
        **more,
    }


def resource(kind="economy", actor="AAA", period="year", usd=1000.0, **more) -> dict:
    return {
        "actor_kind": kind,
        "actor_id": actor,
        "measure": "gdp",
        "year": 2022,
        "usd": usd,
        "period": period,
        "price_basis": "nominal",
        "vintage": "v",
        "source_id": "r",
        "derivation": "d",
        "age_years": 0,
        "status": "verified",
        **more,
    }


def build(costs: list[dict], resources: list[dict]) -> pd.DataFrame:
    return ratios.build(pd.DataFrame(costs), pd.DataFrame(resources), "mine")


@pytest.mark.parametrize(
    ("kind", "per", "payer", "period", "share"),
    [
        ("train", "once", "economy", "year", 0.1),
        ("buy", "once", "organisation", "year", 0.1),
        ("serve", "day", "economy", "year", 36.5),
        ("serve", "day", "organisation", "year", 36.5),
        ("subscribe", "month", "person", "month", 0.1),
        ("subscribe", "month", "person", "year", 1.2),
    ],
)
def test_a_cost_is_scaled_to_the_period_of_the_resource(kind, per, payer, period, share):
    rows = build([cost(kind, per=per)], [resource(payer, period=period)])
    check_frame(rows, "ratios")
    assert rows["share"].tolist() == [pytest.approx(share)]
    assert rows["resource_usd"].tolist() == [1000]
    assert rows["cost_usd"].tolist() == [pytest.approx(share * 1000)]


@pytest.mark.parametrize(
    ("kind", "per", "payer", "period"),
    [
        ("train", "once", "person", "year"),
        ("subscribe", "month", "economy", "year"),
        ("train", "once", "economy", "month"),
    ],
)
def test_nobody_is_set_against_what_they_would_not_pay(kind, per, payer, period):
    assert build([cost(kind, per=per)], [resource(payer, period=period)]).empty


def test_both_sides_keep_who_when_and_which_study():
    row = build([cost()], [resource(year=2019, measure="rd_expenditure")]).iloc[0]
    assert (row["study"], row["resource_year"], row["measure"]) == ("mine", 2019, "rd_expenditure")
    assert (row["estimate_id"], row["actor_id"], row["headline"]) == ("gpt4-train", "AAA", True)


def test_a_range_without_a_middle_has_a_range_of_shares_and_no_share():
    row = build([cost(usd=math.nan, usd_low=50.0, usd_high=200.0)], [resource()]).iloc[0]
    assert math.isnan(row["share"])
    assert (row["share_low"], row["share_high"]) == (0.05, 0.2)


def test_every_cost_meets_every_actor_that_may_pay_for_it():
    rows = build(
        [cost(), cost(item="bloom"), cost("subscribe", "plus", "month")],
        [resource(), resource(actor="BBB"), resource("person", "AAA", "month")],
    )
    assert len(rows) == 5
    assert rows.groupby("item_id").size().to_dict() == {"gpt4": 2, "bloom": 2, "plus": 1}


amounts = st.floats(1, 1e15)


@settings(max_examples=40, deadline=None)
@given(amounts, amounts, amounts)
def test_shares_keep_the_order_of_the_costs_and_give_the_cost_back(low, high, money):
    low, high = sorted([low, high])
    row = build([cost(usd=low, usd_low=low, usd_high=high)], [resource(usd=money)]).iloc[0]
    assert row["share_low"] == row["share"] <= row["share_high"]
    assert row["share"] * row["resource_usd"] == pytest.approx(row["cost_usd"])
    assert row["cost_usd"] == low


@pytest.mark.parametrize(
    ("left", "right", "mark"),
    [
        ("verified", "verified", "verified"),
        ("derived", "verified", "derived"),
        ("verified", "unverified", "unverified"),
        ("unverified", "derived", "unverified"),
    ],
)
def test_a_ratio_is_trusted_no_more_than_its_weaker_side(left, right, mark):
    assert worst(left, right) == worst(right, left) == mark
    assert build([cost(status=left)], [resource(status=right)])["status"].tolist() == [mark]


def test_only_the_items_of_the_study_are_chosen_by_kind_and_id():
    costs = pd.DataFrame([cost(), cost("serve", per="day"), cost(item="bloom")])
    chosen = ratios.choose_items(costs, study({"train": ["gpt4"], "serve": []}))
    assert chosen[["item_kind", "item_id"]].values.tolist() == [["train", "gpt4"]]


def test_an_item_without_a_cost_is_refused_with_study_kind_and_those_there_are():
    costs = pd.DataFrame([cost(), cost("serve", "bloom", "day")])
    with pytest.raises(InputError, match=r"studies\.mine\.items\.serve: found gpt4, .* bloom$"):
        ratios.choose_items(costs, study({"train": ["gpt4"], "serve": ["gpt4"]}))


def study(items: dict) -> Study:
    """A study whose costs of training are read on the basis that `cost` gives."""
    return Study("mine", {"items": items, "headline": {"basis": {"train": "statement"}}})


def test_an_item_without_a_cost_on_the_basis_of_the_study_is_refused():
    costs = pd.DataFrame([cost() | {"headline": False}])
    said = r"items\.train: found gpt4, which has no cost of basis statement; expected one"
    with pytest.raises(InputError, match=said):
        ratios.choose_items(costs, study({"train": ["gpt4"]}))


def test_frontier_is_the_costliest_on_the_basis_and_refused_where_there_is_none():
    basis = {"basis": "statement"}
    costs = pd.DataFrame(
        [
            cost() | basis | {"usd": 5.0},
            cost(item="large") | basis | {"usd": 9.0},
            cost(item="rented") | {"basis": "cloud_rental", "usd": 99.0},
        ]
    )
    chosen = ratios.choose_items(costs, study({"train": ["gpt4", "frontier"]}))
    assert sorted(chosen["item_id"]) == ["gpt4", "large"]
    said = "found frontier, which matches nothing; expected a cost of basis statement"
    with pytest.raises(InputError, match=said):
        ratios.choose_items(costs[2:], study({"train": ["frontier"]}))


def test_a_cost_may_be_brought_to_the_dollars_of_the_year_of_the_resource():
    months = {"2022-01": 100.0, "2022-02": 120.0, "2023-01": 220.0}
    index = ratios.deflators(pd.DataFrame({"month": months.keys(), "index": months.values()}))
    assert index.to_dict() == {2022: 110.0, 2023: 220.0}
    costs, resources = pd.DataFrame([cost(usd=100.0)]), pd.DataFrame([resource(usd=1000.0)])
    nominal = ratios.build(costs, resources, "mine").iloc[0]
    real = ratios.build(costs, resources, "mine", index).iloc[0]
    assert (nominal["share"], nominal["price_year"]) == (0.1, 2023)
    assert (real["share"], real["price_year"], real["resource_year"]) == (0.05, 2022, 2022)
    late = ratios.build(costs, resources.assign(year=2030), "mine", index).iloc[0]
    assert math.isnan(late["share"])
