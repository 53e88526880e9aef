"""Serving costs that somebody else published or measured, reproduced from first principles."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pytest

from affordability.costs.serving import estimates as serving
from affordability.costs.serving import rental, roofline
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


def test_a_node_of_8_a100_80gb_costs_892_dollars_a_day_where_gpt4_is_served(curated):
    price = rental.hourly(curated["cloud_prices"], "a100-80gb-sxm4", "2024-04")
    assert price.price_id.startswith("microsoft-azure-nd96amsr-a100-v4")
    assert price.usd * 8 * 24 == pytest.approx(892.32, abs=0.005)
    named = serving.named(curated["serving_setups"], ["gpt4-azure-nd96amsr-a100-v4"])
    gpt4 = named[named["model_id"] == "gpt4"].iloc[0]
    assert gpt4["usd_per_day"] == pytest.approx(892.32, abs=0.005)
    assert (gpt4["basis"], gpt4["n_accelerators"]) == ("named_setup", 8)


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
    asked = table[table["api_usd_per_mtok"].notna()]
    assert set(asked["model_id"]) == {"llama-2-70b", "llama-3-70b", "mistral-7b", "mixtral-8x7b"}
    assert asked["api_over_computed"].between(0.25, 4).all()


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
