"""Bad figures stop with one sentence; every assumption is named; draws are seeded and coherent."""

from __future__ import annotations

import re

import numpy as np
import pandas as pd
import pytest

from affordability.costs.training import estimates as training
from affordability.costs.training import trends, uncertainty
from affordability.costs.training.inputs import Constants, NotComputed, runs
from affordability.costs.training.prices import Market, check_prices
from affordability.costs.training.uncertainty import Draws, Spread
from affordability.study import CURATED
from affordability.tables import InputError, check_frame, columns
from affordability.vintages import Vintage

SETTINGS = {"price_month": "2024-12", "draws": 400, "seed": 1}


@pytest.fixture(scope="module")
def frozen() -> dict[str, pd.DataFrame]:
    curated = Vintage(CURATED)
    return {name: curated.read(name) for name in training.CURATED}


@pytest.fixture
def tables(frozen) -> dict[str, pd.DataFrame]:
    return {name: frame.copy() for name, frame in frozen.items()}


@pytest.fixture(scope="module")
def result(frozen):
    return training.compute(frozen, SETTINGS)


def place(tables: dict, model: str, field: str, value: str) -> int:
    """Set a figure of a model, and return its row in the file."""
    figures = tables["model_figures"]
    index = figures.index[figures["model_id"].eq(model) & figures["field"].eq(field)][0]
    figures.loc[index, "value"] = value
    return index + 2


def sentence(error) -> str:
    """The message, which has to be one sentence on one line."""
    text = str(error.value)
    assert "\n" not in text and "found" in text and "expected" in text
    return text


@pytest.mark.parametrize("value", ["-384", "0", "many"])
def test_a_count_that_is_not_above_zero_stops_and_names_row_and_column(tables, value):
    row = place(tables, "bloom-176b", "accelerator_count", value)
    with pytest.raises(InputError) as error:
        training.estimates(tables)
    text = sentence(error)
    assert f"model_figures, row {row}, column value" in text
    assert "bloom-176b" in text and repr(value) in text


def test_an_unknown_accelerator_stops_and_names_row_and_column(tables):
    row = place(tables, "gpt4", "accelerator", "a100-90gb")
    with pytest.raises(InputError) as error:
        training.estimates(tables)
    assert f"model_figures, row {row}, column value: found accelerator 'a100-90gb'" in sentence(
        error
    )


@pytest.mark.parametrize("factor", [1000, 0.001])
def test_a_slip_of_the_unit_in_a_purchase_price_stops(tables, factor):
    prices = tables["hardware_prices"]
    index = prices.index[prices["price_id"] == "nvidia-a100-2020-05-21"][0]
    prices.loc[index, "usd_per_chip"] *= factor
    with pytest.raises(InputError) as error:
        training.estimates(tables)
    text = sentence(error)
    assert f"hardware_prices, row {index + 2}, column usd_per_chip" in text and "a100" in text


def test_a_slip_of_the_unit_in_any_rental_price_stops(tables):
    prices = tables["cloud_prices"]
    sizes = prices["accelerator_id"].map(prices["accelerator_id"].value_counts())
    for index in prices.index[prices["accelerator_id"].ne("") & (sizes > 5)][::40]:
        slipped = prices.copy()
        slipped.loc[index, "usd_per_gpu_hour"] *= 1000
        with pytest.raises(InputError, match=f"cloud_prices, row {index + 2}, column usd_per_gpu"):
            check_prices(slipped, "usd_per_gpu_hour", "cloud_prices")


@pytest.mark.parametrize("value", [0.0, -1.36])
def test_a_price_that_is_not_above_zero_stops(tables, value):
    tables["cloud_prices"].loc[7, "usd_per_gpu_hour"] = value
    with pytest.raises(InputError, match="cloud_prices, row 9, column usd_per_gpu_hour: found"):
        training.estimates(tables)


@pytest.mark.parametrize("factor", [6, 1 / 6])
def test_flop_against_chip_hours_beyond_fivefold_stops(tables, factor):
    row = place(tables, "opt-175b", "accelerator_hours", str(809472 * factor))
    with pytest.raises(InputError) as error:
        training.estimates(tables)
    assert f"model_figures, row {row}, column value" in sentence(error)


def test_a_rental_price_of_later_days_only_is_no_price(tables):
    prices = tables["cloud_prices"]
    prices.loc[prices["accelerator_id"].str.startswith("a100"), "date_from"] = "2024-06-01"
    market = Market(tables)
    run = next(r for r in runs(tables, market.constants)[0] if r.model_id == "gpt4")
    with pytest.raises(NotComputed) as error:
        market.rental_price(run)
    text = sentence(error)
    assert re.search(r"cloud_prices, row \d+, column date_from: found 2024-06-01", text)
    assert "at or before 2022-03-13" in text


def test_a_month_the_index_does_not_have_stops(tables):
    with pytest.raises(InputError, match="producer_prices, column month: found no 2031-01"):
        training.deflator(tables["producer_prices"], "2023-03", "2031-01")


def test_deflating_there_and_back_changes_nothing(tables):
    there = training.deflator(tables["producer_prices"], "2019-05", "2024-12")
    back = training.deflator(tables["producer_prices"], "2024-12", "2019-05")
    assert there * back == pytest.approx(1)


def test_every_model_is_computed_or_has_a_reason_on_every_basis(frozen, result):
    computed, _, missing = result
    first = computed[computed["first"]]
    found = set(zip(first["model_id"], first["basis"], strict=True))
    lost = set(zip(missing["model_id"], missing["basis"], strict=True))
    wanted = {(m, b) for m in frozen["models"]["model_id"] for b in training.METHODS}
    assert found | lost == wanted and not found & lost
    assert missing["reason"].str.len().gt(10).all()


def test_what_is_assumed_is_named_on_the_row(result):
    computed = result[0].set_index("estimate_id")["imputed"]
    assert computed["gpt4-computed-amortised"] == ""
    assert computed["gpt4-computed-cloud-rental"] == "rent: that of a100"
    assumed = computed["gpt4o-computed-amortised"]
    assert "accelerator: h100-80gb-sxm5, the most common of 2024" in assumed
    assert "chip-hours: FLOP / (peak × MFU 0.375)" in assumed
    assert "training time: 793.5 hours" in assumed


def test_missing_flop_are_six_times_parameters_and_tokens(tables):
    figures = tables["model_figures"]
    own = figures["model_id"].eq("falcon-7b")
    tables["model_figures"] = figures[~(own & figures["field"].eq("training_flop"))]
    found = runs(tables, Constants(tables["training_constants"]))[0]
    run = next(r for r in found if r.model_id == "falcon-7b")
    assert run.flop == pytest.approx(6 * 7e9 * 1.5e12)
    assert "FLOP: 6 × parameters × tokens" in run.imputed


def test_the_tables_have_the_columns_and_keys_of_their_schemas(frozen, result):
    computed, spreads, missing = result
    check_frame(computed, "training_estimates")
    check_frame(spreads, "training_uncertainty")
    check_frame(missing, "training_missing")
    both = training.costs_table(computed, frozen["training_costs"])
    check_frame(both, "training_costs_table")
    assert len(both) == len(computed) + len(frozen["training_costs"])


def test_the_table_of_training_costs_has_the_agreed_columns():
    assert columns("training_costs_table") == [
        "model_id", "basis", "origin", "usd", "usd_low", "usd_high", "hardware_usd",
        "interconnect_usd", "energy_usd", "energy_mwh", "price_month", "chip_hours",
        "imputed", "source_id",
    ]  # fmt: skip


def test_the_parts_add_up_to_the_cost(result):
    computed = result[0]
    whole = computed[computed["basis"] != "cloud_rental"]
    assert np.allclose(whole[training.PARTS].fillna(0).sum(axis=1), whole["usd"], atol=0.02)


def test_every_source_of_a_computed_cost_is_a_source(result):
    known = set(Vintage(CURATED).read("sources")["source_id"])
    assert set(result[0]["source_id"].str.split(";").explode()) <= known


def test_computed_costs_become_rows_of_the_table_of_costs(result):
    rows = training.as_costs(result[0])
    assert set(columns("costs")) - set(rows) == {"headline"}
    assert rows["estimate_id"].is_unique
    gpt4 = rows.set_index("estimate_id").loc["gpt4-computed-cloud-rental"]
    assert gpt4["price_year"] == 2024 and gpt4["status"] == "derived"
    assert gpt4["usd_low"] < gpt4["usd"] < gpt4["usd_high"]
    assert not rows["estimate_id"].str.endswith("count-days").any()


def test_the_same_seed_gives_the_same_draws_and_another_seed_others(frozen, result):
    again = training.compute(frozen, SETTINGS)
    pd.testing.assert_frame_equal(result[1], again[1])
    other = training.compute(frozen, SETTINGS | {"seed": 2})
    assert (other[1]["p95"] != result[1]["p95"]).all()


def test_an_added_input_leaves_the_draws_of_the_others_as_they_are():
    spread = Spread("lognormal", 0.5, 1, 2)
    one = Draws(100, 7).values({"a": spread})["a"]
    two = Draws(100, 7).values({"z": spread, "a": spread})["a"]
    assert (one == two).all()


def test_a_lognormal_has_its_median_and_its_interval():
    spread = Spread("lognormal", 0.5, 1, 2)
    low, middle, high = uncertainty.percentiles(Draws(100_000, 3).values({"a": spread})["a"])
    assert (low, middle, high) == pytest.approx((0.5, 1, 2), rel=0.02)


def test_a_triangular_stays_in_its_limits_and_has_its_mean():
    drawn = Draws(100_000, 3).values({"a": Spread("triangular", 1, 2, 6)})["a"]
    assert drawn.min() >= 1 and drawn.max() <= 6
    assert drawn.mean() == pytest.approx(3, rel=0.01)


def test_shares_of_variance_follow_the_width_of_the_inputs():
    draws = Draws(50_000, 5)
    inputs = {"wide": Spread("lognormal", 0.25, 1, 4), "narrow": Spread("lognormal", 0.5, 1, 2)}
    x = draws.values(inputs)
    shares = draws.shares(inputs, x["wide"] * x["narrow"])
    assert shares["wide"] == pytest.approx(0.8, abs=0.03)
    assert shares["narrow"] == pytest.approx(0.2, abs=0.03)


def test_shares_of_every_estimate_leave_little_unexplained(result):
    left = result[1]["share_left"]
    assert left.max() < 0.25 and left.min() > -0.15


def test_the_depreciation_constants_have_the_interval_of_their_source(frozen):
    row = frozen["training_constants"].set_index("constant_id").loc["depreciation-oom-per-year"]
    spread = Spread(row["distribution"], row["low"], row["central"], row["high"])
    low, _, high = uncertainty.percentiles(Draws(200_000, 3).values({"a": spread})["a"])
    assert (low, high) == pytest.approx((0.10, 0.18), abs=0.001)


def test_growth_is_that_of_costs_made_to_grow_threefold():
    years = np.arange(12) / 2
    noise = np.tile([1.1, 1 / 1.1], 6)
    fit = uncertainty.growth(years, 5e4 * 3.0**years * noise, 2_000, 1)
    assert fit["growth_per_year"] == pytest.approx(3, rel=0.05)
    assert fit["growth_low"] < 3 < fit["growth_high"]


def test_the_bar_counts_economies_under_each_share(result):
    panel = pd.DataFrame(
        {
            "measure": "rd_expenditure",
            "actor_id": ["AAA", "BBB", "CCC", "DDD"],
            "year": [2023, 2023, 2023, 2015],
            "usd": [1e12, 1e10, 1e9, 1e12],
        }
    )
    bar = trends.bar_table(result[0], panel, 5).query("year == 2023")
    row = bar[bar["rule"] == "same_year"].iloc[0]
    assert row["model_id"] == "gpt4"  # 40 million against 1e12, 1e10 and 1e9
    assert (row["economies"], row["under_01"], row["under_1"], row["under_10"]) == (3, 1, 2, 3)
    assert row["members_01"] == "AAA"
