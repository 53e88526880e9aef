"""The curated tables hold together: keys, sources, closed words, figures the studies rest on.

Reads with pandas and hashlib only, so that a fault in the project's own readers cannot hide here.
"""

from __future__ import annotations

import hashlib
import json
import math
import re
from pathlib import Path

import pandas as pd
import pytest
import yaml

from affordability.claims import query

ROOT = Path(__file__).resolve().parents[2]
CURATED = ROOT / "data" / "raw" / "curated"
SCHEMAS = ROOT / "workflow" / "schemas" / "tables"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
STATUS = {"verified", "unverified", "derived"}
PROVENANCE = ["source_id", "locator", "date", "status", "note"]
ROWS = {
    "accelerators": 69,
    "ai_usage": 666,
    "benchmark_lengths": 4,
    "benchmarks": 4,
    "capability": 419,
    "cloud_prices": 1540,
    "consumer_prices": 21,
    "economy_groups": 211,
    "electricity_prices": 10,
    "free_tiers": 6,
    "grid_carbon": 18,
    "hardware_prices": 195,
    "lab_finances": 43,
    "lab_staff": 42,
    "language_accuracy": 181,
    "model_architectures": 85,
    "model_figures": 603,
    "models": 160,
    "organisations": 159,
    "other_runs": 38,
    "producer_prices": 295,
    "rd_by_funder": 47,
    "serving_constants": 15,
    "serving_setups": 76,
    "serving_throughput": 497,
    "sources": 286,
    "subscriptions": 151,
    "token_lengths": 2448,
    "token_prices": 1254,
    "training_constants": 54,
    "training_costs": 103,
    "training_dates": 12,
    "training_energy": 42,
    "us_university_rd": 1814,
    "withdrawals": 179,
    "venture_totals": 293,
}
TABLES = sorted(ROWS)
SOURCED = [name for name in TABLES if name != "sources"]
OPT_FAMILY = ["125m", "350m", "1-3b", "2-7b", "6-7b", "13b", "30b", "66b", "175b"]
NAMED_MODELS = [
    *("gpt4", "gpt35", "gpt3-175b", "chatgpt", "mt-nlg-530b", "palm-540b", "bloom-176b"),
    *("llama-2-70b", "llama-3-1-405b"),
    *(f"opt-{size}" for size in OPT_FAMILY),
]


def read(table: str) -> pd.DataFrame:
    """Every cell as text; a blank stays a blank and "NA" stays "NA"."""
    return pd.read_csv(CURATED / f"{table}.csv", dtype=str, keep_default_na=False)


def schema(table: str) -> dict:
    return yaml.safe_load((SCHEMAS / f"{table}.yaml").read_text(encoding="utf-8"))


def row(table: str, name: str) -> pd.Series:
    """The one row whose first column is `name`."""
    frame = read(table)
    hit = frame[frame.iloc[:, 0] == name]
    assert len(hit) == 1, f"{table}: {len(hit)} rows called {name}"
    return hit.iloc[0]


def figure(model: str, field: str) -> str:
    frame = read("model_figures")
    hit = frame[frame["model_id"].eq(model) & frame["field"].eq(field)]
    assert len(hit) == 1
    return hit["value"].iloc[0]


def test_every_table_of_the_folder_is_known_here_and_listed_in_the_sidecar():
    sidecar = json.loads((CURATED / "datapackage.json").read_text(encoding="utf-8"))
    assert sorted(p.stem for p in CURATED.glob("*.csv")) == TABLES
    assert sorted(resource["name"] for resource in sidecar["resources"]) == TABLES


def test_the_sidecar_promises_the_bytes_that_are_there():
    sidecar = json.loads((CURATED / "datapackage.json").read_text(encoding="utf-8"))
    for resource in sidecar["resources"]:
        data = (CURATED / resource["path"]).read_bytes()
        assert resource["bytes"] == len(data), resource["path"]
        assert resource["hash"] == "sha256:" + hashlib.sha256(data).hexdigest(), resource["path"]


def test_the_sidecar_names_the_systems_whose_estimates_were_left_out():
    note = json.loads((CURATED / "datapackage.json").read_text(encoding="utf-8"))["x_note"]
    assert "167 estimates" in note
    assert "AlphaStar" in note and "Minerva (540B)" in note


@pytest.mark.parametrize("table", TABLES)
def test_no_table_has_lost_rows(table):
    assert len(read(table)) >= ROWS[table]


@pytest.mark.parametrize("table", TABLES)
def test_the_columns_are_those_of_the_schema_in_its_order(table):
    assert list(read(table)) == [field["name"] for field in schema(table)["fields"]]


@pytest.mark.parametrize("table", TABLES)
def test_every_column_is_explained_in_a_full_sentence(table):
    for field in schema(table)["fields"]:
        assert field["description"].endswith("."), field["name"]
        assert len(field["description"].split()) >= 4, field["name"]


@pytest.mark.parametrize("table", TABLES)
def test_a_key_is_given_once_and_rows_are_sorted_by_it(table):
    keys = list(read(table)[schema(table)["primaryKey"]].itertuples(index=False, name=None))
    assert len(set(keys)) == len(keys)
    assert keys == sorted(keys)


@pytest.mark.parametrize("table", TABLES)
def test_ids_are_slugs(table):
    frame = read(table)
    ids = [column for column in frame if column.endswith("_id")]
    for column in ids:
        odd = [v for v in frame[column] if v and not SLUG.fullmatch(v)]
        assert not odd, (column, odd[:5])


@pytest.mark.parametrize("table", SOURCED)
def test_every_row_says_where_it_was_read_and_how_far_it_is_trusted(table):
    frame = read(table)
    assert set(PROVENANCE) <= set(frame)
    assert set(frame["source_id"]) <= set(read("sources")["source_id"])
    assert set(frame["status"]) <= STATUS
    assert frame["locator"].ne("").all()
    assert frame["date"].str.fullmatch(r"(\d{4}(-\d{2}(-\d{2})?)?)?").all()


def test_every_source_is_used_and_has_a_licence():
    used = set().union(*(set(read(table)["source_id"]) for table in SOURCED))
    for claim in query.load(ROOT / query.CLAIMS):
        used |= {claim["source_id"], *claim.get("transcribed", [])}
    sources = read("sources")
    assert used == set(sources["source_id"])
    assert sources["licence"].ne("").all()


def test_a_source_without_an_address_says_that_none_was_recorded():
    bare = read("sources").query("url == ''")
    said = bare["title"] + " " + bare["note"]
    assert said.str.contains("address not recorded").all()


@pytest.mark.parametrize("table", TABLES)
def test_references_to_other_tables_resolve(table):
    for key in schema(table).get("foreignKeys", []):
        (column,), (target,) = key["fields"], key["reference"]["fields"]
        if key["reference"]["resource"] == "economies":
            continue  # not of this folder: see test_economies_are_those_of_the_world_bank
        given = set(read(table)[column]) - {""}
        assert given <= set(read(key["reference"]["resource"])[target]), column


@pytest.mark.parametrize("table", TABLES)
def test_numbers_are_numbers_not_negative_and_written_shortly(table):
    frame = read(table)
    numeric = [f["name"] for f in schema(table)["fields"] if f["type"] in ("number", "integer")]
    for column in numeric:
        for text in frame[column][frame[column].ne("")]:
            assert math.isfinite(float(text)) and float(text) >= 0, (column, text)
            assert not text.endswith(".0"), (column, text)


@pytest.mark.parametrize("table", TABLES)
def test_words_of_closed_columns_are_in_their_list(table):
    frame = read(table)
    for field in schema(table)["fields"]:
        if "enum" in field.get("constraints", {}):
            used = set(frame[field["name"]]) - {""}
            assert used <= set(field["constraints"]["enum"]), field["name"]


@pytest.mark.parametrize("table", TABLES)
def test_unverified_columns_are_columns_of_the_table(table):
    frame = read(table)
    if "unverified_fields" in frame:
        named = {v for cell in frame["unverified_fields"] for v in cell.split(";") if v}
        assert named <= set(frame)


def test_the_models_the_studies_name_all_have_a_row():
    assert set(NAMED_MODELS) <= set(read("models")["model_id"])


def test_figures_of_models_are_numbers_except_the_name_of_the_accelerator():
    figures = read("model_figures")
    names = figures["field"].eq("accelerator")
    assert set(figures.loc[names, "value"]) <= set(read("accelerators")["accelerator_id"])
    assert figures.loc[~names, "value"].map(float).gt(0).all()


def test_systems_name_their_chip_and_how_many():
    systems = read("accelerators").query("kind == 'system'").set_index("accelerator_id")
    of_one_chip = ["cerebras-cs-2", "mac-studio-m3-ultra-512gb"]
    systems = systems.drop(index=of_one_chip)
    assert len(systems) == 7
    assert systems["chip_id"].ne("").all()
    assert systems["chips"].astype(int).ge(2).all()


def test_ranges_run_from_low_to_high():
    for table in ("training_costs", "accelerators", "organisations"):
        frame = read(table)
        ends = frame[["usd_low", "usd", "usd_high"]].apply(pd.to_numeric)
        for low, high in [("usd_low", "usd"), ("usd", "usd_high"), ("usd_low", "usd_high")]:
            assert not (ends[low] > ends[high]).any(), (table, low, high)


def test_an_estimate_known_only_as_a_range_has_no_invented_middle():
    assert row("training_costs", "gpt3-175b-programme-techtalks-2020")["usd"] == ""
    assert row("training_costs", "palm-540b-cloud-rental-heim-2022")["usd"] == ""


def test_the_price_month_lies_in_the_price_year():
    costs = read("training_costs").query("price_month != ''")
    assert len(costs) > 0
    assert costs["price_month"].str[:4].eq(costs["price_year"]).all()


def test_a_set_up_has_the_memory_and_the_price_it_says():
    prices = read("cloud_prices").set_index("price_id")
    setups = read("serving_setups").query("cloud_price_id != ''")
    assert len(setups) >= 70
    for setup in setups.itertuples():
        price = prices.loc[setup.cloud_price_id]
        machines = int(setup.machines)
        assert float(setup.usd_per_machine_hour) == float(price["usd_per_hour"]), setup.setup_id
        assert int(setup.gpus) == machines * int(price["gpus"]), setup.setup_id


def test_a_set_up_chosen_by_the_rule_holds_the_weights_of_its_model():
    chosen = read("serving_setups").query("selection == 'rule'")
    assert len(chosen) >= 60
    for setup in chosen.itertuples():
        needed = 2 * float(figure(setup.model_id, "parameters")) / 1e9
        assert float(setup.memory_gb) >= needed, setup.setup_id
        assert setup.status == "derived"


def test_an_economy_is_named_where_a_price_holds_in_one_and_nowhere_else():
    prices = read("subscriptions")
    assert prices["iso3"].ne("").eq(prices["scope"].eq("economy")).all()


def test_economies_are_those_of_the_world_bank():
    known = set(
        pd.read_csv(
            ROOT / "data" / "raw" / "world_bank" / "near-2024-04" / "economies.csv",
            dtype=str,
            keep_default_na=False,
        )["iso3"]
    )
    for table, column in [
        ("models", "developer_iso3"),
        ("organisations", "iso3"),
        *((table, "iso3") for table in ("economy_groups", "lab_finances", "lab_staff")),
        *((table, "iso3") for table in ("rd_by_funder", "venture_totals")),
        ("subscriptions", "iso3"),
        ("ai_usage", "iso3"),
    ]:
        assert set(read(table)[column]) - {""} <= known, table


def test_an_organisation_has_one_name_kind_and_economy():
    frame = read("organisations")
    kinds = frame.groupby("org_id")[["name", "org_type", "iso3", "aggregate"]].nunique()
    assert kinds.eq(1).all(axis=None)
    assert set(frame["aggregate"]) == {"true", "false"}


def test_every_organisation_has_an_amount():
    frame = read("organisations")
    assert frame[["usd", "usd_low", "usd_high", "local_value"]].ne("").any(axis=1).all()


def test_the_months_of_the_price_index_have_no_gap():
    months = read("producer_prices")["month"]
    expected = pd.period_range(months.iloc[0], months.iloc[-1], freq="M").astype(str)
    assert list(months) == list(expected)


@pytest.mark.parametrize(
    ("table", "name", "column", "value"),
    [
        ("accelerators", "dgx-2", "usd", "399000"),
        ("accelerators", "dgx-2", "chips", "16"),
        ("accelerators", "h100-press", "usd", "30000"),
        ("training_costs", "gpt4-statement-altman-2023", "usd", "100000000"),
        ("training_costs", "gpt4-amortised-cottier-2025", "usd", "40695706"),
        ("training_costs", "gpt4-amortised-cottier-2025", "price_month", "2024-12"),
        ("training_costs", "gpt4-acquisition-cottier-2025", "usd", "778066899"),
        ("training_costs", "gpt3-175b-programme-techtalks-2020", "usd_high", "27600000"),
        ("serving_setups", "gpt4-azure-nd96amsr-a100-v4", "usd_per_machine_hour", "37.18"),
        ("serving_setups", "gpt4-azure-nd96amsr-a100-v4", "gpus", "8"),
        ("serving_setups", "opt-175b-16-v100-32gb", "machines", "2"),
        ("serving_setups", "opt-175b-16-v100-32gb", "gpus", "16"),
        ("subscriptions", "chatgpt-plus-global-web-2023-02-01", "usd", "20"),
        ("organisations", "median-us-herd-institution-2022-rd-expenditure", "usd", "4280000"),
        ("producer_prices", "2024-12", "index", "119.349"),
        ("consumer_prices", "2017", "index", "245.12"),
        ("consumer_prices", "2025", "index", "321.943"),
        ("language_accuracy", "gpt-4-mmlu-translated-en", "accuracy_pct", "85.5"),
        ("language_accuracy", "gpt-4-mmlu-translated-te", "accuracy_pct", "62"),
    ],
)
def test_a_figure_the_studies_rest_on_is_what_its_source_says(table, name, column, value):
    assert row(table, name)[column] == value


def test_figures_that_were_not_re_read_keep_their_mark():
    assert row("training_costs", "bloom-176b-grant-bigscience-2022")["status"] == "unverified"
    assert row("organisations", "cleveland-clinic-2022-revenue")["status"] == "unverified"
    assert row("models", "mpt-7b")["status"] == "unverified"
    assert "memory_gb" in row("accelerators", "h100-pcie")["unverified_fields"].split(";")
    assert "licence" in row("models", "bloom-176b")["unverified_fields"].split(";")
