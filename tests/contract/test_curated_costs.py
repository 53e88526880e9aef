"""Prices, chips, scores and measurements: what was corrected stays so, what was inferred says so.

Reads with pandas only, so that a fault in the project's own readers cannot hide here.
"""

from __future__ import annotations

import math
from pathlib import Path

import pandas as pd
import pytest

CURATED = Path(__file__).resolve().parents[2] / "data" / "raw" / "curated"


def read(table: str) -> pd.DataFrame:
    """Every cell as text; a blank stays a blank and "NA" stays "NA"."""
    return pd.read_csv(CURATED / f"{table}.csv", dtype=str, keep_default_na=False)


def cell(table: str, name: str, column: str) -> str:
    """A cell of the one row whose first column is `name`."""
    hit = read(table).set_index(read(table).columns[0]).loc[[name], column]
    assert len(hit) == 1, f"{table}: {len(hit)} rows called {name}"
    return hit.iloc[0]


def test_a_score_lies_within_the_range_of_its_benchmark():
    scale = read("benchmarks").set_index("benchmark_id")
    scores = read("capability")
    assert set(scores["benchmark_id"]) == set(scale.index)
    for row in scores.itertuples():
        low, high = scale.loc[row.benchmark_id, ["score_min", "score_max"]]
        assert float(row.score) >= float(low or "-inf"), row.capability_id
        assert float(row.score) <= float(high or "inf"), row.capability_id


def test_a_model_has_one_score_a_benchmark():
    scores = read("capability")
    assert len(scores) > 400
    assert not scores.duplicated(["benchmark_id", "model_id"]).any()


def test_models_of_token_prices_are_models_or_have_a_score():
    known = set(read("models")["model_id"]) | set(read("capability")["model_id"])
    priced = set(read("token_prices")["model_id"]) - {""}
    assert len(priced) > 100
    assert priced <= known


@pytest.mark.parametrize("table", ["cloud_prices", "token_prices"])
def test_a_price_ends_after_it_began(table):
    frame = read(table).query("date_to != ''")
    assert len(frame) > 500
    assert (frame["date_from"] <= frame["date_to"]).all()


def test_a_price_whose_day_was_inferred_names_both_ends_of_the_window_and_why():
    rows = read("cloud_prices").query("date_basis == 'window'")
    assert len(rows) > 100
    days = rows[["date_from", "date_to"]].apply(pd.to_datetime)
    assert (days["date_to"] - days["date_from"]).dt.days.between(1, 366).all()
    assert rows["note"].str.contains("inferred").all()


def test_an_accelerator_of_an_offer_says_whether_it_was_named_or_inferred():
    prices = read("cloud_prices")
    assert prices["accelerator_id"].ne("").eq(prices["accelerator_basis"].ne("")).all()
    inferred = prices[prices["accelerator_basis"].str.startswith("inferred")]
    assert len(inferred) > 200
    assert inferred["note"].str.contains("accelerator: ").all()


def test_throughput_of_a_system_is_that_of_an_accelerator_times_their_number():
    runs = read("serving_throughput")
    assert len(runs) > 400
    for run in runs.itertuples():
        each = float(run.tokens_per_s) / int(run.accelerators)
        assert math.isclose(each, float(run.tokens_per_s_per_accelerator), rel_tol=2e-4), run.run_id


def test_published_energy_agrees_with_the_hours_power_and_pue_it_rests_on():
    rows = read("training_energy").query("energy_mwh != '' and power_w != ''")
    rows = rows[rows["accelerator_hours"].ne("")]
    assert len(rows) > 10
    for row in rows.itertuples():
        pue = float(row.pue) if row.energy_counts == "facility" else 1
        mwh = float(row.accelerator_hours) * float(row.power_w) * pue / 1e6
        assert math.isclose(mwh, float(row.energy_mwh), rel_tol=0.02), row.energy_id


def test_constants_of_the_repetition_stand_beside_the_corrected_figures():
    constants = read("training_constants").set_index("constant_id")["central"]
    assert cell("accelerators", "tpu-v3", "mean_power_w") == constants["cottier-tdp-tpu-v3"]
    assert cell("accelerators", "tpu-v4", "mean_power_w") == constants["cottier-tdp-tpu-v4"]
    assert float(cell("accelerators", "tpu-v4", "tdp_w")) > float(constants["cottier-tdp-tpu-v4"])


def test_a_purchase_price_carries_the_day_it_was_seen():
    priced = read("accelerators")
    priced = priced[priced[["usd_low", "usd", "usd_high"]].ne("").any(axis=1)]
    assert len(priced) > 30
    undated = set(priced[priced["price_date"].eq("")]["accelerator_id"])
    assert undated == {"h100-press", "h20"}


def test_figures_of_models_that_were_corrected_stay_corrected():
    figures = read("model_figures").set_index(["model_id", "field"])["value"]
    assert figures["opt-175b", "accelerator_count"] == "992"
    assert figures["falcon-180b", "accelerator_hours"] == "7000000"
    assert ("falcon-180b", "mfu") not in figures.index
    assert ("aya-expanse-32b", "training_flop") not in figures.index


@pytest.mark.parametrize(
    ("table", "name", "column", "value"),
    [
        ("accelerators", "a10g", "peak_flops_16bit", "70000000000000"),
        ("accelerators", "gh200", "bandwidth_gb_s", "4000"),
        ("accelerators", "gb200-nvl2", "memory_gb", "384"),
        ("accelerators", "gb200-nvl2", "tdp_w", "2400"),
        ("accelerators", "ascend-910b", "memory_gb", "64"),
        ("accelerators", "ascend-910c", "memory_gb", "128"),
        ("accelerators", "dgx-b200", "usd_high", "515410"),
        ("models", "mistral-7b", "release_date", "2023-09-27"),
        ("models", "deepseek-v3", "release_date", "2024-12-26"),
        ("training_energy", "palm-540b-chowdhery-2022", "energy_mwh", "3436"),
        ("training_energy", "t5-11b-patterson-2021", "energy_mwh", "85.7"),
        ("training_energy", "gopher-280b-rae-2021", "energy_counts", "machines"),
        ("capability", "eci-gpt4", "score", "125.76"),
        ("capability", "gpqa-diamond-gpt4", "score", "0.357"),
    ],
)
def test_a_corrected_figure_is_what_its_source_says(table, name, column, value):
    assert cell(table, name, column) == value


def test_a_model_says_the_same_of_its_weights_in_every_row():
    scores, about = read("capability"), read("models").set_index("model_id")["open_weights"]
    said = scores.groupby("model_id")["open_weights"].agg(lambda column: set(column))
    assert (said.map(len) == 1).all(), said[said.map(len) > 1]
    both = [name for name in said.index if about.get(name)]
    assert len(both) > 80
    assert {name: said[name] for name in both if said[name] != {about[name]}} == {}
