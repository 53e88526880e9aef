"""Roofline, dated prices, serving tables, owning and fine-tuning, on small tables made up here."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from hypothesis import given
from hypothesis import strategies as st

from affordability import tables
from affordability.costs import owning as buying
from affordability.costs import tuning
from affordability.costs.serving import estimates as serving
from affordability.costs.serving import rental, roofline
from affordability.costs.serving.roofline import Accelerator, Model
from affordability.tables import InputError

CHIP = Accelerator("chip", 80, 3e14, 2000)
MODEL = Model("m", 70e9, 70e9, 80, 2048, 4096, "paper", "derived", True, 8192)
KNOWN = {
    "request_tokens": (2048, 2048, 2048),
    "input_share": (0.5, 0.75, 0.9),
    "memory_share": (0.85, 0.9, 0.95),
    "bandwidth_utilisation": (0.4, 0.5, 0.7),
    "compute_utilisation": (0.2, 0.5, 0.8),
    "node_size": (8, 8, 8),
    "finetune_mfu": (0.25, 0.375, 0.5),
    "finetune_tokens": (1e6, 1e7, 1e9),
    "full_bytes_per_parameter": (16, 16, 16),
    "lora_share": (0.001, 0.005, 0.01),
    "life_years": (4, 5, 6),
    "hosting_usd_per_kw_month": (160, 170, 180),
    "maintenance_share": (0.02, 0.05, 0.1),
    "power_share": (0.5, 0.75, 1),
    "pue": (1.1, 1.25, 1.58),
}
PRICE = rental.Price(4.0, 2.0, 5.0, "2024-04-02", "p", "list", "verified")


def prices(*rows: tuple) -> pd.DataFrame:
    """Rows of cloud_prices: provider, gpus, US$ per GPU-hour, first seen, last seen, kind."""
    names = ["provider", "gpus", "usd_per_gpu_hour", "date_from", "date_to", "price_type"]
    table = pd.DataFrame(rows, columns=names)
    return table.assign(
        price_id=[f"price-{number}" for number in range(len(rows))],
        accelerator_id="chip",
        usd_per_hour=float("nan"),
        doubt="",
        source_id="list",
        status="verified",
    )


OFFERS = prices(
    ("a", 8, 3.0, "2023-01-01", "2025-01-01", "on_demand"),
    ("b", 8, 4.0, "2023-06-01", "", "on_demand"),
    ("c", 8, 9.0, "2024-01-01", "", "on_demand"),
    ("d", 1, 1.0, "2024-01-01", "", "on_demand"),
    ("e", 8, 0.5, "2024-01-01", "", "spot"),
)


def test_the_price_is_the_lower_median_of_what_providers_ask_at_their_cheapest():
    more = prices(("c", 1, 5.0, "2024-01-01", "", "on_demand"))
    price = rental.hourly(pd.concat([OFFERS, more.assign(price_id="c-1")]), "chip", "2024-04")
    assert (price.usd, price.price_id) == (3.0, "price-0")  # of 1, 3, 4 and 5
    assert (price.low, price.high, price.providers) == (1.0, 5.0, 4)


def test_the_day_of_a_price_is_the_last_on_which_it_was_seen_at_most_the_end_of_the_month():
    assert rental.hourly(OFFERS, "chip", "2023-05").date == "2023-05-31"
    assert rental.hourly(OFFERS.iloc[[1]], "chip", "2024-04").date == "2023-06-01"


def test_a_price_with_a_doubt_is_none():
    doubted = OFFERS.assign(doubt=["", "", "", "placeholder", ""])
    assert rental.hourly(doubted, "chip", "2024-04").low == 3.0


def test_a_chip_without_an_offer_has_the_price_of_its_family_and_says_so():
    kin = OFFERS.assign(accelerator_id="chip-80gb")
    price = rental.hourly(kin, "chip-40gb", "2024-04")
    assert price.usd == 3.0
    assert price.fallback == "that of chip-80gb, since chip-40gb has no offer in the window"
    assert rental.hourly(kin, "chip-80gb", "2024-04").fallback == ""


def test_an_offer_not_seen_for_a_year_is_none():
    assert rental.hourly(OFFERS.iloc[[1]], "chip", "2024-06").usd == 4.0
    with pytest.raises(rental.NoPrice, match="seen in the 12 months before it"):
        rental.hourly(OFFERS.iloc[[1]], "chip", "2024-07")


def test_a_price_of_a_later_month_is_never_used():
    with pytest.raises(InputError, match=r"row 2, column date_from: found 2023-01-01 as the first"):
        rental.hourly(OFFERS, "chip", "2022-12")


def test_an_offer_long_gone_is_no_longer_compared():
    rows = prices(
        ("a", 8, 1.0, "2018-01-01", "", "on_demand"),
        ("b", 8, 4.0, "2024-01-01", "", "on_demand"),
    )
    price = rental.hourly(rows, "chip", "2024-04")
    assert (price.low, price.usd) == (4.0, 4.0)


def test_an_accelerator_nobody_rents_out_is_named():
    with pytest.raises(InputError, match="found no price of abacus"):
        rental.hourly(OFFERS, "abacus", "2024-04")


@pytest.mark.parametrize("wrong", [0.0, -1.0, 4000.0, float("nan")])
def test_a_price_that_cannot_be_one_is_named_with_row_and_column(wrong):
    rows = OFFERS.copy()
    rows.loc[2, "usd_per_gpu_hour"] = wrong
    with pytest.raises(InputError, match="row 4, column usd_per_gpu_hour"):
        rental.hourly(rows, "chip", "2024-04")


def token_prices() -> pd.DataFrame:
    return pd.DataFrame(
        {
            "price_id": ["old", "new"],
            "provider": "api",
            "model_id": "m",
            "usd_per_mtok_in": [4.0, 1.0],
            "usd_per_mtok_out": [8.0, 3.0],
            "date_from": ["2023-01-01", "2024-02-01"],
            "date_to": ["2024-01-31", "2024-12-31"],
            "source_id": "api",
            "status": "verified",
        }
    )


def test_a_price_by_the_token_mixes_input_and_output():
    assert rental.by_token(token_prices(), "m", "2024-04", 0.75).usd == 1.5
    assert rental.by_token(token_prices(), "m", "2023-04", 0.75).usd == 5.0
    assert rental.by_token(token_prices(), "m", "2022-12", 0.75) is None
    assert rental.by_token(token_prices(), "other", "2024-04", 0.75) is None


def test_weights_take_two_one_or_half_a_byte_a_parameter():
    assert [MODEL.weights_gb(p) for p in ("16bit", "8bit", "4bit")] == [140, 70, 35]


def test_an_unknown_precision_is_named():
    with pytest.raises(InputError, match="found 2bit, expected one of 16bit, 8bit, 4bit"):
        MODEL.weights_gb("2bit")


def test_the_cache_is_keys_and_values_of_every_layer_in_16_bit():
    assert MODEL.cache_gb(1000) == pytest.approx(80 * 2048 * 2 * 1000 / 1e9)


@given(st.floats(0.1, 4_000), st.sampled_from([1, 4, 8]))
def test_the_smallest_set_holds_the_need_and_one_node_less_does_not(needed, node):
    count = roofline.smallest_set(needed, Accelerator("c", 80, 1, 1), 0.9, node)
    assert count in (1, 2, 4, 8) or count % node == 0
    assert count * 80 * 0.9 >= needed * (1 - 1e-12)
    fewer = count // 2 if count <= node else count - node
    assert fewer * 80 * 0.9 < needed


@pytest.mark.parametrize("need", [0, -1, float("nan")])
def test_a_need_that_is_none_is_refused(need):
    with pytest.raises(InputError, match="memory_gb: found"):
        roofline.smallest_set(need, CHIP)


def test_memory_that_no_set_up_holds_is_refused_in_one_sentence():
    with pytest.raises(InputError, match=r"found 1,000,000 GB, which no set-up of chip holds"):
        roofline.smallest_set(1e6, CHIP)


def test_decoding_one_request_at_a_time_is_bound_by_bandwidth():
    """Room for one request: a step reads the weights and the cache, nothing else matters."""
    fast = Accelerator("c", 80, 1e30, 2000)
    alone = Model("m", 285e9, 285e9, 80, 2048, 4096, "s", "derived")
    rate, requests = roofline.tokens_per_second(alone, "16bit", fast, 8, KNOWN)
    room = int((8 * 80 * 0.9 - 570) / alone.cache_gb(2048))
    assert requests == room
    step = (570 + room * alone.cache_gb(1536 + 256)) / (8 * 2000 * 0.5)
    assert rate == pytest.approx(room * 2048 / (512 * step))


def test_prefill_is_bound_by_arithmetic():
    wide = Accelerator("c", 80, 3e14, 1e30)
    rate, _ = roofline.tokens_per_second(MODEL, "16bit", wide, 8, KNOWN)
    assert rate == pytest.approx(8 * 3e14 * 0.5 / (2 * 70e9))


@given(st.integers(1, 4), st.sampled_from(["bandwidth_utilisation", "compute_utilisation"]))
def test_more_of_a_utilisation_is_never_slower(nodes, name):
    rates = [
        roofline.tokens_per_second(
            MODEL, "16bit", CHIP, 8 * nodes, KNOWN | {name: (share, share, share)}
        )[0]
        for share in KNOWN[name]
    ]
    slack = [rates[0], rates[1] * (1 + 1e-12), rates[2] * (1 + 2e-12)]
    assert slack == sorted(slack)


def test_weights_of_8_bits_are_computed_at_the_8_bit_rate_where_the_chip_has_one():
    fast = Accelerator("c", 80, 3e14, 2000, 6e14)
    assert [fast.rate(p) for p in ("16bit", "8bit", "4bit")] == [3e14, 6e14, 3e14]
    assert CHIP.rate("8bit") == 3e14


def test_a_mixture_of_experts_is_faster_than_a_dense_model_of_its_size():
    sparse = Model("m", 70e9, 10e9, 80, 2048, 4096, "s", "derived")
    dense = roofline.tokens_per_second(MODEL, "16bit", CHIP, 8, KNOWN)[0]
    assert roofline.tokens_per_second(sparse, "16bit", CHIP, 8, KNOWN)[0] > dense


def test_accelerators_that_do_not_hold_the_model_are_refused():
    with pytest.raises(InputError, match=r"found 1 chip, which do not hold m in 16bit"):
        roofline.tokens_per_second(MODEL, "16bit", CHIP, 1, KNOWN)


@pytest.mark.parametrize("count", [0, -8])
def test_a_count_of_accelerators_that_is_none_is_refused(count):
    with pytest.raises(InputError, match="n_accelerators: found"):
        roofline.tokens_per_second(MODEL, "16bit", CHIP, count, KNOWN)


def test_an_unknown_accelerator_is_named():
    chips = pd.DataFrame({"accelerator_id": ["a", "s"], "kind": ["chip", "system"]})
    with pytest.raises(InputError, match=r"found no chip abacus, expected one of a$"):
        roofline.accelerator(chips, "abacus")


def test_a_count_that_is_not_above_zero_is_named_with_row_and_column():
    table = pd.DataFrame({"layers": [96, 0]})
    with pytest.raises(InputError, match=r"plans.csv, row 3, column layers: found 0"):
        roofline.positive(table, ["layers"], "plans.csv")


def test_a_day_and_a_million_tokens_cost_what_their_equations_say():
    row = serving.serve(MODEL, "16bit", CHIP, PRICE, KNOWN, (0.5, 2))
    assert (row["n_accelerators"], row["n_nodes"], row["memory_gb"]) == (2, 1, 160)
    assert row["memory_needed_gb"] == pytest.approx(140 + MODEL.cache_gb(2048))
    assert row["usd_per_day"] == 2 * 4 * 24
    assert (row["usd_per_day_low"], row["usd_per_day_high"]) == (96, 240)
    assert row["usd_per_mtok"] == pytest.approx(192 / (row["tokens_per_s"] * 86400) * 1e6)
    assert row["tokens_per_s_low"] == row["tokens_per_s"] / 2
    assert row["tokens_per_s_high"] == row["tokens_per_s"] * 2
    assert row["source_id"] == "list;paper"
    assert (row["basis"], row["status"]) == ("computed", "derived")


def detail() -> pd.DataFrame:
    dear = rental.Price(9.0, 1.0, 9.0, "2024-04", "q", "list", "verified")
    offers = [(CHIP, PRICE), (Accelerator("dear", 80, 3e14, 2000), dear)]
    rows = [
        serving.serve(MODEL, precision, chip, price, KNOWN)
        for precision in ("16bit", "4bit")
        for chip, price in offers
    ]
    return pd.DataFrame(rows, columns=tables.columns("serving_costs") + serving.DETAIL)


def test_a_card_without_a_fast_link_serves_alone_or_not_at_all():
    card = Accelerator("l4", 24, 1e14, 300)
    with pytest.raises(InputError, match="l4 has no fast link to others, and one is too small"):
        serving.serve(MODEL, "16bit", card, PRICE, KNOWN)


def test_costs_have_one_row_a_model_the_cheapest_set_in_the_precision_of_the_study():
    costs = serving.as_costs(detail(), "4bit")
    assert list(costs["estimate_id"]) == ["m-computed-4bit"]
    assert set(costs["usd"]) == {96}
    assert set(costs["basis"]) == {"computed"} and set(costs["per"]) == {"day"}
    assert set(costs) | {"headline"} == set(tables.columns("costs"))


def test_the_comparison_takes_whatever_is_cheapest_at_each_end():
    table = serving.compared(detail(), token_prices(), {"m": "M"}, "2024-04", 0.75)
    assert list(table["accelerator"]) == ["chip", "chip"]
    assert table["api_usd_per_mtok"].eq(1.5).all()
    first = detail().iloc[1]
    low = serving.per_mtok(first["usd_per_day_low"], first["tokens_per_s_high"])
    assert table["usd_per_mtok_low"].iloc[0] == pytest.approx(low)
    ends = table[["usd_per_mtok_low", "usd_per_mtok", "usd_per_mtok_high"]].to_numpy()
    assert (ends[:, 0] <= ends[:, 1]).all() and (ends[:, 1] <= ends[:, 2]).all()


def curated() -> dict[str, pd.DataFrame]:
    """One disclosed and one guessed model."""
    plan = {"layers": 2, "hidden_size": 8, "heads": 2, "kv_heads": 2, "head_size": 4}
    rows = [
        {"model_id": i, **plan, "cache_values": float("nan"), "context_tokens": 99,
         "source_id": "paper", "status": "verified"}
        for i in ("open", "guessed", "late")
    ]  # fmt: skip
    return {
        "model_architectures": pd.DataFrame(rows),
        "models": pd.DataFrame(
            {
                "model_id": ["open", "guessed", "late"],
                "confidence": ["Likely", "Likely", "Confident"],
                "open_weights": [True, pd.NA, True],
                "release_date": ["2023-01-01", "2023-01-01", "2025-01-01"],
            }
        ),
        "model_figures": pd.DataFrame(
            {
                "model_id": ["open", "guessed", "late"],
                "field": "parameters",
                "value": ["1000", "1000", "1000"],
                "source_id": "card",
                "status": "verified",
            }
        ),
    }


def test_only_disclosed_models_released_by_the_month_are_computed():
    found = serving.models(curated(), "2024-04")
    assert [m.model_id for m in found] == ["open"]
    assert (found[0].kept, found[0].source_id) == (16, "card;paper")


def test_a_negative_size_is_named_with_row_and_column():
    tables_ = curated()
    tables_["model_figures"].loc[1, "value"] = "-5"
    with pytest.raises(InputError, match=r"model_figures.csv, row 3, column value: found -5"):
        serving.models(tables_, "2024-04")


def owned(usd: float = 80_000.0) -> pd.Series:
    return pd.Series(
        {"usd": usd, "usd_low": float("nan"), "usd_high": float("nan"), "chips": 8, "tdp_w": 10_000}
    )


def test_owning_breaks_even_where_both_cost_the_same():
    row = buying.compare(owned(), PRICE, 0.1, KNOWN)
    fixed = row["own_usd_per_hour"] - row["energy_usd_per_hour"]
    use = row["break_even_use"]
    assert fixed + use * row["energy_usd_per_hour"] == pytest.approx(use * row["rent_usd_per_hour"])
    assert row["capital_usd_per_hour"] == pytest.approx(80_000 / 5 / 8766)
    assert row["break_even_use_low"] < use < row["break_even_use_high"]


@given(st.floats(1e3, 1e6), st.floats(1.01, 3))
def test_a_dearer_system_breaks_even_later(usd, more):
    first = buying.compare(owned(usd), PRICE, 0.1, KNOWN)["break_even_use"]
    assert buying.compare(owned(usd * more), PRICE, 0.1, KNOWN)["break_even_use"] > first


def test_where_an_hour_of_energy_costs_more_than_its_rent_owning_never_pays():
    row = buying.compare(owned(), PRICE, 10.0, KNOWN)
    assert math.isnan(row["break_even_use"]) and math.isnan(row["payback_days"])


def test_a_price_known_as_a_range_has_its_geometric_mean():
    system = owned(float("nan"))
    system["usd_low"], system["usd_high"] = 100.0, 400.0
    assert buying.purchase(system) == (100, pytest.approx(200), 400)


def test_electricity_has_the_newest_price_not_after_the_month():
    table = pd.DataFrame({"year": [2022, 2024], "usd_per_kwh": [0.1, 0.2], "source_id": "s"})
    assert buying.electricity(table, "2023-06") == (2022, 0.1, "s")
    with pytest.raises(InputError, match="expected one at or before 2021"):
        buying.electricity(table, "2021-06")


def test_adapters_take_two_thirds_of_the_arithmetic_and_far_less_memory():
    full = tuning.tune(MODEL, "full", CHIP, PRICE, 16, 1e9, KNOWN)
    lora = tuning.tune(MODEL, "lora", CHIP, PRICE, 16, 1e9, KNOWN)
    small = tuning.tune(MODEL, "lora_4bit", CHIP, PRICE, 16, 1e9, KNOWN)
    assert lora["hours"] == pytest.approx(full["hours"] * 4 / 6)
    assert full["memory_needed_gb"] == pytest.approx(70 * 16 + 80 * 8192 * 2048 * 2 / 1e9)
    needs = [row["memory_needed_gb"] for row in (full, lora, small)]
    assert needs[1] - needs[2] == pytest.approx(70 * 1.5)
    assert needs == sorted(needs, reverse=True)
    seconds = 6 * 70e9 * 1e9 / (16 * 3e14 * 0.375)
    assert full["hours"] == pytest.approx(seconds / 3600)
    assert full["usd_low"] < full["usd"] < full["usd_high"]


def test_whole_machines_are_billed_by_the_started_hour():
    row = tuning.tune(MODEL, "full", CHIP, PRICE, 16, 1e6, KNOWN)
    assert row["hours"] < 0.1
    assert (row["hours_billed"], row["machines"], row["usd"]) == (1, 2, 16 * 4.0)


@pytest.mark.parametrize("tokens", [0, -1, float("nan"), float("inf")])
def test_a_number_of_tokens_that_is_none_is_refused(tokens):
    with pytest.raises(InputError, match="tokens: found"):
        tuning.fine_tuning({}, "2024-04", (1e6, tokens))
