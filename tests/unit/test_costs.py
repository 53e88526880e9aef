"""Costs: one row an estimate, never averaged, and one of them read first."""

import math

import pandas as pd
import pytest

from affordability.costs import published as costs
from affordability.tables import InputError

PRICE = {
    "scope": "global",
    "iso3": "",
    "usd": 20.0,
    "period": "month",
    "effective_from": "2023-02-01",
    "effective_to": "",
    "source_id": "s",
    "status": "verified",
}


def prices(*rows: dict) -> pd.DataFrame:
    return pd.DataFrame(
        [{**PRICE, "plan_id": "plus", "price_id": f"p{i}", **row} for i, row in enumerate(rows)]
    )


def price(month: str, *rows: dict) -> list[float]:
    listed = costs.in_force(prices(*rows), month)
    return costs.subscriptions(listed, "list price", int(month[:4]))["usd"].tolist()


@pytest.mark.parametrize(
    ("month", "usd"), [("2023-01", []), ("2023-02", [20]), ("2024-05", [20]), ("2024-06", [22])]
)
def test_the_price_in_force_in_the_month_is_read(month, usd):
    old = {"effective_to": "2024-05-31"}
    new = {"usd": 22.0, "effective_from": "2024-06-01"}
    assert price(month, new, old) == usd


def test_the_newest_of_several_prices_in_force_counts():
    assert price("2024-04", {"usd": 25.0, "effective_from": "2024-01-01"}, {}) == [25]


def test_a_price_of_one_economy_territory_or_group_is_not_the_list_price():
    rows = [
        {"scope": "economy", "iso3": "IND"},
        {"scope": "territory"},
        {"scope": "group"},
    ]
    assert price("2024-04", *rows) == []
    assert price("2024-04", {"usd": 19.0}, *rows) == [19]


def test_a_price_by_the_year_is_divided_by_twelve_and_one_without_dollars_left_out():
    assert price("2024-04", {"usd": 240.0, "period": "year"}) == [20]
    assert price("2024-04", {"usd": math.nan}) == []


def test_a_day_of_serving_is_machines_times_hours():
    setups = pd.DataFrame(
        {
            "setup_id": ["a"],
            "model_id": ["gpt4"],
            "description": ["one node"],
            "machines": pd.array([2], "Int64"),
            "usd_per_machine_hour": [37.18],
            "price_month": ["2024-04"],
            "basis": ["cloud_rental"],
            "source_id": ["s"],
            "status": ["verified"],
        }
    )
    row = costs.serving(setups).iloc[0]
    assert row["usd"] == pytest.approx(2 * 37.18 * 24)
    assert (row["per"], row["price_year"], row["estimate_id"]) == ("day", 2024, "a")


def test_hardware_without_any_price_is_no_cost_and_a_range_has_no_middle():
    accelerators = pd.DataFrame(
        {
            "accelerator_id": ["none", "range"],
            "usd": [math.nan, math.nan],
            "usd_low": [math.nan, 1.0],
            "usd_high": [math.nan, 2.0],
            "price_date": ["", "2023-05-01"],
            "source_id": "s",
            "price_note": "n",
            "status": "verified",
            "unverified_fields": ["", "tdp_w"],
        }
    )
    rows = costs.buying(accelerators)
    assert rows["item_id"].tolist() == ["range"]
    assert rows["usd"].isna().all()
    assert rows["price_year"].tolist() == [2023]
    assert rows["status"].tolist() == ["verified"]
    unread = costs.buying(accelerators.assign(unverified_fields="usd_high;tdp_w"))
    assert unread["status"].tolist() == ["unverified"]


def estimates(*rows: tuple) -> pd.DataFrame:
    frame = pd.DataFrame(rows, columns=["item_id", "estimate_id", "basis", "usd", "price_year"])
    told = {"item_kind": "train", "origin": "published"} | BLANK
    return frame.assign(**told).astype({"price_year": "Int64", "usd": float})


# What a row of costs has beside that, and marking does not read.
BLANK = dict.fromkeys(["usd_low", "usd_high", "per", "source_id", "derivation", "status"], "")
RULE = {"computed_first": False}


def headline(rows: pd.DataFrame, named=(), basis="statement") -> list[str]:
    rule = RULE | {"estimates": list(named), "basis": {"train": basis}}
    marked = costs.mark_headline(rows, rule)
    assert len(marked) == len(rows)
    return marked.loc[marked["headline"], "estimate_id"].tolist()


ROWS = estimates(
    ("m", "rent-new", "cloud_rental", 2.0, 2024),
    ("m", "rent-old", "cloud_rental", 1.0, 2020),
    ("m", "said", "statement", 9.0, None),
    ("m", "other", "grant", 3.0, 2025),
)


def test_the_estimate_that_is_named_is_read_first():
    assert headline(ROWS, named=["other"]) == ["other"]


def test_else_the_one_on_the_basis_with_the_newest_prices():
    assert headline(ROWS) == ["said"]
    assert headline(ROWS, basis="cloud_rental") == ["rent-new"]


def test_an_item_with_no_cost_on_the_basis_has_no_headline():
    assert headline(ROWS, basis="amortised") == []


@pytest.mark.parametrize(("computed_first", "read"), [(False, "rent-new"), (True, "ours")])
def test_an_estimate_computed_here_comes_after_published_ones_or_before_them(computed_first, read):
    ours = estimates(("m", "ours", "cloud_rental", 5.0, 2024)).assign(origin="computed")
    rule = {"computed_first": computed_first, "estimates": [], "basis": {"train": "cloud_rental"}}
    marked = costs.mark_headline(pd.concat([ROWS, ours], ignore_index=True), rule)
    assert marked.loc[marked["headline"], "estimate_id"].tolist() == [read]


def test_of_equal_estimates_the_lower_and_then_the_first_by_name_is_read():
    tie = estimates(("m", "b", "grant", 1.0, 2020), ("m", "a", "grant", 1.0, 2020))
    assert headline(tie, basis="grant") == ["a"]
    lower = estimates(("m", "a", "grant", 2, 2020), ("m", "b", "grant", 1, 2020))
    assert headline(lower, basis="grant") == ["b"]


def test_each_item_has_one_headline_and_one_without_a_middle_has_none():
    rows = pd.concat(
        [ROWS, estimates(("n", "x", "grant", 1, 2020), ("k", "y", "grant", None, 2020))],
        ignore_index=True,
    )
    assert headline(rows, basis="grant") == ["other", "x"]


def test_a_model_published_after_the_day_of_the_study_is_no_item_of_it():
    models = pd.DataFrame({"model_id": ["a", "b"], "release_date": ["2024-04-14", "2024-04-15"]})
    costs.check_items({"train": ["a", "frontier"], "buy": []}, models, "2024-04-14", "mine")
    said = r"studies\.mine\.items\.train: found b, published on 2024-04-15, expected nothing"
    with pytest.raises(InputError, match=said):
        costs.check_items({"train": ["a", "b"]}, models, "2024-04-14", "mine")


def test_a_headline_estimate_that_does_not_exist_is_refused():
    with pytest.raises(InputError, match=r"headline\.estimates: found \['nobody'\]"):
        headline(ROWS, named=["said", "nobody"])


def test_memory_is_parameters_times_bytes_and_a_model_of_unknown_size_is_left_out():
    figures = pd.DataFrame(
        [("opt", "parameters", "175e9"), ("opt", "accelerator", "v100")],
        columns=["model_id", "field", "value"],
    )
    setups = pd.DataFrame(
        [("a", "opt", "16bit", 512.0), ("b", "opt", "8bit", 350.0), ("c", "gpt4", "16bit", 640.0)],
        columns=["setup_id", "model_id", "precision", "memory_gb"],
    )
    rows = costs.memory(figures, setups).set_index("setup_id")
    assert rows["memory_needed_gb"].to_dict() == {"a": 350.0, "b": 175.0}
    assert rows["share"].to_dict() == {"a": 350 / 512, "b": 0.5}
