"""Which model and how: own, rent or call at a volume, ranked by a named benchmark."""

from __future__ import annotations

import math

import pandas as pd
import pytest

from affordability import checks, choose
from affordability.budget import Budget
from affordability.costs import capability, ways
from affordability.costs.serving.rental import on_sale
from affordability.tables import InputError

MONTHS = ["2026-02", "2026-03", "2026-07"]
MEANS = Budget(100.0, "month")
CALLING = pd.DataFrame(
    {
        "model_id": ["open", "shut"],
        "usd_per_1000_questions": [1.0, 10.0],
        "usd_per_1000_questions_low": [0.5, 10.0],
        "usd_per_1000_questions_high": [2.0, 10.0],
        "providers": 3,
        "price_date": "2026-07-01",
        "source_id": "list",
        "status": "verified",
    }
)
DETAIL = pd.DataFrame(
    {
        "model_id": ["open"],
        "precision": "8bit",
        "accelerator": "chip",
        "n_accelerators": 2,
        "usd_per_day": 96.0,
        "usd_per_day_low": 48.0,
        "usd_per_day_high": 192.0,
        "tokens_per_s": 1000.0,
        "tokens_per_s_low": 500.0,
        "tokens_per_s_high": 2000.0,
        "providers": 4,
        "price_date": "2026-07-02",
        "source_id": "rent",
        "status": "derived",
    }
)
SYSTEMS = pd.DataFrame(
    {
        "system": ["box"],
        "accelerator": "chip",
        "n_accelerators": 8,
        "price_usd": 100_000.0,
        "price_usd_low": 50_000.0,
        "price_usd_high": 200_000.0,
        "capital_usd_per_hour": 2.0,
        "maintenance_usd_per_hour": 0.5,
        "hosting_usd_per_hour": 1.0,
        "energy_usd_per_hour": 0.4,
        "source_id": "shop",
        "status": "derived",
    }
)
FULL = 1000 * 86_400 / 1000  # questions of 1,000 tokens a day that one set answers


def at(questions: float) -> pd.DataFrame:
    rows = ways.all_ways(CALLING, DETAIL, SYSTEMS, questions, 1000)
    return rows.set_index(["model_id", "way"])


def test_calling_costs_by_the_question_and_a_machine_whether_it_is_asked_or_not():
    few, more = at(10), at(10_000)
    assert few.loc[("open", "call"), "usd_per_month"] == pytest.approx(10 * 30.4375 / 1000)
    assert more.loc[("open", "call"), "usd_per_month"] == pytest.approx(10_000 * 30.4375 / 1000)
    rents = [rows.loc[("open", "rent"), "usd_per_month"] for rows in (few, more)]
    assert rents == pytest.approx([96 * 30.4375] * 2)


def test_a_volume_beyond_one_set_takes_more_whole_sets():
    two = at(FULL * 1.5).loc[("open", "rent")]
    assert two["hardware"] == "4 x chip"
    assert two["utilisation"] == pytest.approx(0.75)
    assert two["usd_per_month"] == pytest.approx(2 * 96 * 30.4375)
    assert (two["usd_low"], two["usd_high"]) == pytest.approx((48 * 30.4375, 3 * 192 * 30.4375))


def test_renting_wins_from_the_volume_at_which_both_cost_the_same():
    dear = CALLING.assign(usd_per_1000_questions=[2.0, 10.0])
    rows = ways.all_ways(dear, DETAIL, SYSTEMS, 48_000, 1000).set_index(["model_id", "way"])
    assert rows.loc[("open", "rent"), "wins_from_questions"] == pytest.approx(48_000)
    same = rows.loc["open", "usd_per_month"]
    assert same["rent"] == pytest.approx(same["call"])


def test_where_a_set_cannot_answer_so_many_renting_never_wins():
    cheap = CALLING.assign(usd_per_1000_questions=[0.01, 10.0])
    rows = ways.all_ways(cheap, DETAIL, SYSTEMS, 1000, 1000).set_index(["model_id", "way"])
    assert math.isnan(rows.loc[("open", "rent"), "wins_from_questions"])


def test_owning_is_capital_hosting_maintenance_and_the_energy_of_its_use():
    row = at(FULL).loc[("open", "own")]  # one set of a box that has four
    assert row["utilisation"] == pytest.approx(0.25)
    assert row["usd_per_month"] == pytest.approx((2 + 0.5 + 1 + 0.4 * 0.25) * 730.5)
    assert row["usd_low"] < row["usd_per_month"] < row["usd_high"]


def test_a_model_is_no_offer_of_a_provider_from_the_month_it_withdrew_it():
    prices = pd.DataFrame({"provider": ["a", "b"], "api_model": "m", "usd": [1.0, 2.0]})
    gone = pd.DataFrame({"provider": ["a"], "api_model": ["m"], "withdrawn_on": ["2026-03-09"]})
    sold = {month: list(on_sale(prices, gone, month)["provider"]) for month in MONTHS}
    assert sold == {"2026-02": ["a", "b"], "2026-03": ["b"], "2026-07": ["b"]}


def test_a_closed_model_can_only_be_called():
    assert list(at(10).loc["shut"].index) == ["call"]


@pytest.mark.parametrize("questions", [0, -5, math.nan, math.inf])
def test_a_volume_of_zero_or_below_is_refused(questions):
    with pytest.raises(InputError, match="questions a day: found"):
        at(questions)


def scored() -> pd.DataFrame:
    rows = at(1000).reset_index()
    about = {"open": (120.0, "MIT", True), "shut": (150.0, "", False)}
    for index, name in enumerate(("score", "licence", "free")):
        rows[name] = [about[model][index] for model in rows["model_id"]]
    blank = {"tuning_usd": math.nan, "language": math.nan, "score_source": "s"}
    return rows.assign(benchmark="eci", **blank)


def needs(**changes) -> choose.Needs:
    return choose.Needs(**{"questions": 1000, "benchmark": "eci", "least": 0.0} | changes)


def test_the_most_capable_comes_first_and_the_first_better_one_out_of_reach_is_named():
    answer = choose.rank(scored(), needs(), MEANS)
    assert list(answer.loc[answer["within"], "model_id"]) == ["open"]
    beyond = choose.out_of_reach(answer)
    assert (beyond["model_id"], beyond["way"]) == ("shut", "call")
    assert beyond["share_of_means"] == pytest.approx(304.375 / 100)


def test_data_that_stay_leave_owning_alone_and_a_licence_leaves_open_models():
    assert set(choose.rank(scored(), needs(data="own"), MEANS)["way"]) == {"own"}
    assert set(choose.rank(scored(), needs(data="rented"), MEANS)["way"]) == {"rent", "own"}
    for licence in ("open", "permissive"):
        assert set(choose.rank(scored(), needs(licence=licence), MEANS)["model_id"]) == {"open"}


def test_a_score_no_open_model_has_names_the_nearest():
    with pytest.raises(InputError, match=r"found 130 on eci.* at most 120, that of open"):
        choose.rank(scored(), needs(least=130.0, licence="open"), MEANS)


def test_a_language_counts_the_models_with_a_score_in_it():
    table = pd.DataFrame(
        {
            "language": ["sw", "sw", "sw", "fr"],
            "model_id": ["gpt-4-1", "gpt4o", "", "o3"],
            "accuracy_pct": [1.0, 2.0, 3.0, 4.0],
        }
    )
    assert choose.accuracy(table, "sw", {"gpt-4-1", "o3"}) == {"gpt-4-1": 1.0}
    with pytest.raises(InputError, match="--language: found xx, expected one of fr, sw"):
        choose.accuracy(table, "xx", {"o3"})


BENCHMARKS = pd.DataFrame({"benchmark_id": ["mmlu"], "score_min": [0.0], "score_max": [100.0]})


def capabilities(**changes) -> pd.DataFrame:
    row = {"capability_id": "c", "benchmark_id": "mmlu", "model_id": "m", "score": 50.0} | changes
    return pd.DataFrame([row])


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"benchmark_id": "mmul"}, "row 2, column benchmark_id: found mmul, expected one of mmlu"),
        ({"score": 101.0}, "row 2, column score: found 101 of m, expected 0 to 100 of mmlu"),
        ({"score": -1.0}, "row 2, column score: found -1"),
    ],
)
def test_a_score_that_cannot_be_one_is_named_with_row_and_column(changes, sentence):
    checks.check_scores(capabilities(), BENCHMARKS)
    with pytest.raises(InputError, match=sentence):
        checks.check_scores(capabilities(**changes), BENCHMARKS)


def test_an_unknown_benchmark_names_the_nearest():
    rows = capabilities().assign(model_name="M", open_weights=True, source_id="s")
    assert capability.scores(rows, "mmlu")["score"].tolist() == [50.0]
    with pytest.raises(InputError, match=r"found mmul, expected one of mmlu \(nearest: mmlu\)"):
        capability.scores(rows, "mmul")
