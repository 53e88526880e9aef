"""Serving costs that somebody else published or measured, reproduced from first principles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from affordability.costs.serving import check, rental, roofline
from affordability.costs.serving import estimates as serving
from affordability.vintages import Vintage

ROOT = Path(__file__).resolve().parents[2]
PUBLISHED_A_DAY = 900


@pytest.fixture(scope="module")
def curated() -> dict[str, pd.DataFrame]:
    vintage = Vintage(ROOT / "data" / "raw" / "curated")
    return {name: vintage.read(name) for name in serving.TABLES}


@pytest.fixture(scope="module")
def known(curated) -> dict:
    return roofline.constants(curated["serving_constants"])


def model(curated, name: str, month: str = "2024-04") -> roofline.Model:
    return next(m for m in serving.models(curated, month) if m.model_id == name)


def fits(curated, known, name: str, precision: str, chip: str) -> int:
    needed = roofline.memory_gb(model(curated, name), precision, known)
    accelerator = roofline.accelerator(curated["accelerators"], chip)
    return roofline.smallest_set(needed, accelerator, known["memory_share"][1])


def test_opt_175b_in_16_bit_fits_16_v100_and_not_8(curated, known):
    assert fits(curated, known, "opt-175b", "16bit", "v100-32gb-sxm2") == 16
    needed = roofline.memory_gb(model(curated, "opt-175b"), "16bit", known)
    assert 8 * 32 < needed < 16 * 32 * known["memory_share"][1]


def test_opt_175b_in_8_bit_fits_8_v100(curated, known):
    assert fits(curated, known, "opt-175b", "8bit", "v100-32gb-sxm2") == 8


@pytest.mark.parametrize(("chip", "usd"), [("h100-80gb-sxm5", 4.76), ("a100-80gb-sxm4", 2.90)])
def test_an_accelerator_hour_of_april_2024_is_the_lower_median_of_the_providers(curated, chip, usd):
    price = rental.hourly(curated["cloud_prices"], chip, "2024-04")
    assert price.usd == usd
    assert price.providers >= 10
    assert price.fallback == "" and price.low < usd < price.high


def test_an_h100_hour_of_2026_is_what_specialised_clouds_ask(curated):
    price = rental.hourly(curated["cloud_prices"], "h100-80gb-sxm5", "2026-07")
    assert 2.3 <= price.usd <= 4.3
    assert price.providers >= 30 and price.date.startswith("2026-")


def test_small_models_are_served_on_one_card_not_on_a_node_of_eight(curated):
    detail = serving.build(curated, "2024-04")
    opt = detail[detail["model_id"].eq("opt-125m") & detail["precision"].eq("16bit")]
    cheapest = opt.loc[opt["usd_per_day"].idxmin()]
    assert cheapest["n_accelerators"] == 1
    assert cheapest["usd_per_day"] < 30  # $668 on eight


def test_the_node_that_serves_gpt4_at_892_dollars_a_day_cannot_hold_the_rumoured_model(curated):
    named = serving.named(
        curated["serving_setups"], ["gpt4-azure-nd96amsr-a100-v4"], curated["model_figures"]
    )
    gpt4 = named[named["model_id"] == "gpt4"].iloc[0]
    assert gpt4["usd_per_day"] == pytest.approx(892.32, abs=0.005)
    assert gpt4["memory_gb"] == 640 and pd.isna(gpt4["memory_needed_gb"])  # nobody disclosed it
    assert "one node of eight GPUs, which cannot hold the rumoured model" in gpt4["note"]
    assert (gpt4["basis"], gpt4["n_nodes"], gpt4["n_accelerators"]) == ("named_setup", 1, 8)


def test_the_roofline_is_held_against_measurements_without_being_fitted(curated, known):
    measured, lost = check.serving_check(curated, serving.models(curated, "9999-12"), known)
    assert len(measured) + len(lost) == len(curated["serving_throughput"])
    assert len(measured) > 400
    eight = measured[measured["precision"].eq("8bit") & measured["scenario"].isin(check.BUSY)]
    assert eight["ratio"].median() == pytest.approx(1.1, abs=0.1)
    llama = eight[eight["model_id"].eq("llama-2-70b") & eight["scenario"].eq("offline")]
    assert llama["ratio"].median() == pytest.approx(1.0, abs=0.05)
    ends = check.intervals(measured)
    assert len(ends) == 3 and all(low < 1 < high for low, high in ends.values())


def test_the_parameters_of_gpt4_are_not_used_since_nobody_disclosed_them(curated):
    assert "gpt4" not in {m.model_id for m in serving.models(curated, "2026-07")}


def test_the_candidates_for_900_dollars_a_day_deviate_as_the_facts_say(curated):
    table = serving.candidates(curated["serving_setups"], PUBLISHED_A_DAY)
    assert table["setup_id"].iloc[0] == "gpt4-azure-nd96amsr-a100-v4"
    percent = dict(zip(table["setup_id"], (table["deviation"] * 100).round(1), strict=True))
    assert percent == {
        "gpt4-azure-nd96amsr-a100-v4": -0.9,
        "gpt4-fluidstack-8-h100": 1.5,
        "gpt4-novonimbus-8-h100": 2.0,
        "gpt4-aws-3-p3-8xlarge": -2.1,
        "gpt4-latitude-g3-xlarge": 3.3,
        "gpt4-google-a2-ultragpu-8g": 8.1,
        "gpt4-aws-p4de-24xlarge": 9.3,
        "gpt4-aws-p4d-24xlarge": -12.6,
        "gpt4-azure-nd96amsr-a100-v4-list": -12.6,
        "gpt4-aws-p3dn-24xlarge": -16.8,
        "gpt4-google-a2-megagpu-16g": 48.5,
        "gpt4-aws-p5-48xlarge": 162.2,
        "gpt4-semianalysis-128-a100": 241.3,
    }


def test_the_weights_of_bloom_take_the_329_gibibytes_its_makers_name(curated):
    gibibytes = model(curated, "bloom-176b").weights_gb("16bit") * 1e9 / 2**30
    assert gibibytes == pytest.approx(329, abs=1)


@pytest.mark.parametrize(
    ("chips", "measured"),
    [(2, 21.32), (4, 38.01), (8, 62.50)],
)
def test_llama_2_70b_writes_as_many_tokens_a_second_as_gpt_fast_measured(
    curated, known, chips, measured
):
    """Bandwidth-bound decoding of one request; the range of utilisation has to span the measure."""
    a100 = roofline.accelerator(curated["accelerators"], "a100-80gb-sxm4")
    llama = model(curated, "llama-2-70b")
    speeds = [
        chips * a100.bandwidth_gb_s * share / llama.weights_gb("16bit")
        for share in known["bandwidth_utilisation"]
    ]
    assert speeds[0] < measured <= speeds[2] * 1.01
    if chips == 8:
        assert speeds[1] == pytest.approx(measured, rel=0.05)


def test_computed_costs_of_open_models_lie_within_four_times_what_apis_asked(curated, known):
    detail = serving.build(curated, "2024-04")
    names = dict(zip(curated["models"]["model_id"], curated["models"]["name"], strict=True))
    share = known["input_share"][1]
    table = serving.compared(detail, curated["token_prices"], names, "2024-04", share)
    asked = table[table["api_usd_per_mtok"].notna() & table["precision"].eq("16bit")]
    assert {"llama-2-70b", "llama-3-70b", "mistral-7b", "mixtral-8x7b"} <= set(asked["model_id"])
    assert asked["api_over_computed"].between(0.25, 4).all()


def test_a_machine_that_is_busy_all_day_costs_less_than_apis_ask_in_2026(curated, known):
    detail = serving.build(curated, "2026-07")
    names = dict(zip(curated["models"]["model_id"], curated["models"]["name"], strict=True))
    share = known["input_share"][1]
    table = serving.compared(detail, curated["token_prices"], names, "2026-07", share)
    asked = table[table["api_usd_per_mtok"].notna() & table["precision"].eq("8bit")]
    assert len(asked) > 30
    assert (asked["api_over_computed"] > 1).all()


def test_every_architecture_explains_its_model_within_a_factor_of_three(curated):
    """Parameters of a dense transformer are about 12 · layers · hidden size²; a typo shows here."""
    plans = curated["model_architectures"].set_index("model_id")
    figures = curated["model_figures"]
    sizes = figures[figures["field"] == "parameters"].set_index("model_id")["value"].astype(float)
    experts = set(figures.loc[figures["field"] == "active_parameters", "model_id"])
    odd = {}
    for name, plan in plans.iterrows():
        if name in experts:
            continue
        ratio = sizes[name] / (12 * plan["layers"] * plan["hidden_size"] ** 2)
        # A wide gate or a large vocabulary adds to it; small models carry mostly the latter.
        if not 0.5 < ratio < 3 and sizes[name] > 1e9:
            odd[name] = round(ratio, 2)
    assert odd == {}
