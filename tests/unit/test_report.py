"""The tables for people: what a reader sees."""

import pandas as pd
import pytest

from affordability import publish
from affordability.claims import thresholds
from affordability.claims.query import Evidence
from affordability.study import Study


def cost(kind, item, estimate, usd, headline, basis="cloud_rental", status="verified"):
    return (kind, item, basis, estimate, usd, None, None, headline, status)


@pytest.fixture
def costs():
    columns = [
        "item_kind",
        "item_id",
        "basis",
        "estimate_id",
        "usd",
        "usd_low",
        "usd_high",
        "headline",
        "status",
    ]
    rows = [
        cost("train", "gpt4", "a", 1e8, True, "statement", "unverified"),
        cost("train", "gpt4", "b", 4.0e7, False, "amortised"),
        cost("train", "gpt4", "c", 7.8e7, False),
        cost("serve", "gpt4", "node", 892.3199999, True),
    ]
    return pd.DataFrame(rows, columns=columns).astype({"usd_low": float, "usd_high": float})


@pytest.fixture
def models():
    rows = [
        ("gpt4", "GPT-4", "OpenAI", "2023-03-14", False, "verified"),
        ("opt", "OPT", "Meta", "2022-05-02", True, "unverified"),
    ]
    columns = ["model_id", "name", "developer", "release_date", "open_weights", "status"]
    return pd.DataFrame(rows, columns=columns)


@pytest.fixture
def model_figures():
    rows = [
        ("opt", "parameters", "175000000000", "verified"),
        ("opt", "accelerator", "a100-80gb-sxm4", "unverified"),
        ("opt", "accelerator_count", "992", "verified"),
    ]
    return pd.DataFrame(rows, columns=["model_id", "field", "value", "status"])


def test_table1_keeps_every_model_and_sets_estimates_side_by_side(models, model_figures, costs):
    setups = pd.DataFrame({"setup_id": ["node"], "description": ["one node"]})
    table = publish.table1_models(models, model_figures, costs, setups).set_index("model_id")
    assert list(table.index) == ["gpt4", "opt"]
    assert table.loc["gpt4", "training_usd"] == 100_000_000
    assert table.loc["gpt4", "other_training_estimates"] == (
        "$40 million amortised; $78 million cloud rental"
    )
    assert table.loc["gpt4", "serving_usd_per_day"] == 892.32
    assert table.loc["gpt4", "serving_setup"] == "one node"
    assert table.loc["gpt4", "unverified"] == "training_usd"
    assert table.loc["opt", "accelerator_count"] == 992
    assert table.loc["opt", "unverified"] == "accelerator;name"
    assert pd.isna(table.loc["opt", "training_usd"])


def test_threshold_table_names_who_is_within_in_order_of_share():
    ratios = pd.DataFrame(
        {
            "item_kind": "train",
            "basis": "statement",
            "estimate_id": "e",
            "price_year": 2022,
            "item_id": "gpt4",
            "measure": "gdp",
            "headline": [True, True, True, True, False],
            "actor_id": ["NAM", "AAA", "BBB", "CCC", "BBB"],
            "share": [0.1, 0.05, 0.2, None, 0.01],
        }
    )
    limits = [
        {"id": "t", "measure": "gdp", "share": 0.1, "source": "a study"},
        {"id": "u", "measure": "seed_funding", "share": 0.1, "source": "a study"},
    ]
    actors = pd.DataFrame({"actor_id": ["AAA", "NAM"], "name": ["Aland", "Namibia"]})
    study = Study("made-up", {"thresholds": limits})
    evidence = Evidence(study, {"ratios": ratios}, actors, economies=pd.DataFrame())
    rows = thresholds.table(evidence).to_dict("records")
    assert len(rows) == 1
    assert (rows[0]["asked"], rows[0]["within"]) == (3, 2)
    assert rows[0]["members"] == "AAA;NAM"
    assert rows[0]["names"] == "Aland; Namibia"
