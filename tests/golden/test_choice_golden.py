"""What a capability cost, and what a question costs, as list prices that people paid give it."""

from __future__ import annotations

import pandas as pd
import pytest

from affordability.costs import calling, capability
from affordability.costs.serving.rental import on_sale
from affordability.costs.training import estimates as training
from affordability.study import CURATED
from affordability.vintages import Vintage

CHOICES = {
    "tokens_in": 750,
    "tokens_out": 250,
    "questions_per_person": 10,
    "bars": ["gpt4", "o1"],
}
MONTH = "2026-07"


@pytest.fixture(scope="module")
def curated() -> dict[str, pd.DataFrame]:
    vintage = Vintage(CURATED)
    names = {*training.CURATED, "token_prices", "withdrawals", "capability", "benchmarks"}
    return {name: vintage.read(name) for name in names}


@pytest.fixture(scope="module")
def prices(curated) -> pd.DataFrame:
    computed, _, _ = training.compute(curated, training.SETTINGS | {"draws": 50})
    return capability.capability_price(curated, computed, CHOICES, MONTH)


def test_gpt4_cost_30_and_60_dollars_in_march_2023_and_its_score_a_five_hundredth_in_2026(prices):
    rows = prices[prices["benchmark_id"].eq("eci") & prices["bar"].eq("gpt4")].set_index("month")
    first, last = rows.loc["2023-03"], rows.loc[MONTH]
    assert first["usd_per_mtok"] == 0.75 * 30 + 0.25 * 60
    assert last["usd_per_mtok"] < 0.1
    assert last["fold"] == pytest.approx(first["usd_per_mtok"] / last["usd_per_mtok"], rel=1e-3)
    assert last["fold_per_year"] == pytest.approx(last["fold"] ** (12 / 40), rel=1e-3)
    assert 5 < last["fold_per_year"] < 8


def test_each_benchmark_has_its_own_rows_and_no_month_two(prices):
    assert set(prices["benchmark_id"]) == {"eci", "gpqa-diamond", "lmarena-text", "mmlu"}
    assert not prices.duplicated(["benchmark_id", "bar", "month"]).any()
    assert (prices["month"] <= MONTH).all()


def test_a_higher_bar_is_never_cheaper(prices):
    wide = prices[prices["benchmark_id"].eq("eci")].pivot(
        index="month", columns="bar", values="usd_per_mtok"
    )
    both = wide.dropna()
    assert len(both) > 12
    assert (both["o1"] >= both["gpt4"]).all()


def test_what_nobody_answers_for_any_more_is_no_offer_of_2026_and_was_one_before(curated):
    listed, gone = curated["token_prices"], curated["withdrawals"]

    def offered(month: str) -> set[str]:
        return set(calling.calling(on_sale(listed, gone, month), month, CHOICES)["model_id"])

    assert {"gemini-3-pro", "gemini-2-0-flash", "claude-opus-4"} <= offered("2026-02")
    assert {"gpt3-175b", "gemini-3-pro", "gemini-2-0-flash", "o1-mini"}.isdisjoint(offered(MONTH))
    # Google sells it under dates of its own.
    rows = on_sale(listed, gone, MONTH)
    assert set(rows.loc[rows["model_id"].eq("claude-opus-4"), "provider"]) == {"google"}


def test_a_thousand_questions_cost_what_the_list_prices_give(curated):
    table = calling.calling(curated["token_prices"], MONTH, CHOICES).set_index("model_id")
    usd = table["usd_per_1000_questions"]
    assert table.loc["gpt-5", "usd_per_1000_people_per_day"] == pytest.approx(10 * usd["gpt-5"])
    assert usd["gpt-5"] == pytest.approx(0.75 * 1.25 + 0.25 * 10)
    assert usd["claude-sonnet-4-5"] == pytest.approx(0.75 * 3 + 0.25 * 15)
    assert usd["gemini-3-flash"] == pytest.approx(0.75 * 0.5 + 0.25 * 3)
