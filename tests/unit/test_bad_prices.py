"""What a person may get wrong about prices, offers and precisions is refused in one sentence."""

from __future__ import annotations

import csv

import pandas as pd
import pytest

from affordability import tables
from affordability.costs.serving import check
from affordability.tables import InputError
from affordability.vintages import CURATED, Vintage
from tests.mutations import short, written

FROZEN = Vintage(CURATED)


@pytest.fixture
def refused(tmp_path):
    """Check a short copy of a curated table after an edit of its rows; return the sentence."""

    def check_table(name: str, edit) -> str:
        rows, path = short(FROZEN.path(name)), tmp_path / f"{name}.csv"
        path.write_bytes(written(rows))
        assert tables.check_table(path, name) > 0  # so that a refusal means the edit
        edit(rows)
        path.write_bytes(written(rows))
        with pytest.raises(InputError) as stopped:
            tables.check_table(path, name)
        return str(stopped.value)

    return check_table


def cell(column: str, value: str):
    """An edit: one cell of the first row."""
    return lambda rows: rows[1].__setitem__(rows[0].index(column), value)


@pytest.mark.parametrize(
    ("table", "column"),
    [("cloud_prices", "date_from"), ("token_prices", "date_from"), ("electricity_prices", "year"),
     ("hardware_prices", "price_date"), ("serving_setups", "price_month")],
)  # fmt: skip
def test_a_price_without_its_day_is_refused(refused, table, column):
    said = refused(table, cell(column, ""))
    assert f"{table}.csv, row 2, column {column}: found nothing, expected" in said


def test_a_purchase_price_of_no_day_says_why_or_is_refused(refused):
    def undated(rows: list[list[str]]) -> None:
        place = next(i for i, row in enumerate(rows) if i and row[rows[0].index("usd")])
        for column in ("price_date", "price_note"):
            rows[place][rows[0].index(column)] = ""

    said = refused("accelerators", undated)
    assert "column price_date: found nothing beside usd" in said
    assert said.endswith("expected price_date or price_note")


@pytest.mark.parametrize(
    ("table", "column"),
    [("cloud_prices", "usd_per_gpu_hour"), ("token_prices", "usd_per_mtok_in"),
     ("hardware_prices", "usd_per_chip")],
)  # fmt: skip
def test_a_price_whose_column_does_not_tell_its_unit_is_refused(refused, table, column):
    def unnamed(rows: list[list[str]]) -> None:
        rows[0][rows[0].index(column)] = "price"

    said = refused(table, unnamed)
    assert f"{table}.csv, row 1: found an unknown column price" in said and column in said


def test_an_amount_without_its_currency_is_refused(refused):
    def unnamed(rows: list[list[str]]) -> None:
        rows[1][rows[0].index("local_price")] = "20"
        rows[1][rows[0].index("currency")] = ""

    said = refused("subscriptions", unnamed)
    assert "row 2, column currency: found nothing beside local_price 20, expected currency" in said


@pytest.mark.parametrize(
    ("table", "named"),
    [("cloud_prices", "provider"), ("token_prices", "api_model"), ("capability", "model_id"),
     ("hardware_prices", "hardware_name"), ("subscriptions", "plan_id")],
)  # fmt: skip
def test_an_offer_told_twice_is_refused_whatever_it_is_called(refused, table, named):
    def again(rows: list[list[str]]) -> None:
        rows.append(["zz-another-name", *rows[1][1:]])

    said = refused(table, again)
    assert f"{table}.csv, row 14: found what row 2 has (" in said
    assert "expected one row per" in said and named in said


def test_no_two_rows_of_a_curated_table_are_one_offer():
    """The sizes of one machine are told apart; 190 rows of Epoch AI name theirs."""
    with FROZEN.path("cloud_prices").open(encoding="utf-8", newline="") as file:
        sizes = [row["machine_gpus"] for row in csv.DictReader(file)]
    assert len([size for size in sizes if size]) == 190
    assert tables.check_table(FROZEN.path("cloud_prices"), "cloud_prices") == len(sizes)


def test_a_run_in_a_precision_its_chip_cannot_do_is_refused():
    chips = pd.DataFrame(
        {
            "accelerator_id": ["old", "new", "unknown"],
            "peak_flops_16bit": [3e14, 1e15, float("nan")],
            "peak_flops_8bit": [float("nan"), 2e15, float("nan")],
        }
    )
    runs = pd.DataFrame({"accelerator_id": ["new", "unknown", "old"], "precision": "fp8"})
    check.check_precisions(runs.iloc[:2], chips)
    said = r"row 4, column precision: found fp8 on old, expected a precision it computes in"
    with pytest.raises(InputError, match=said):
        check.check_precisions(runs, chips)
