"""What was known by a day: nothing published later is read, and what is left out is told."""

from __future__ import annotations

import pandas as pd
import pytest

from affordability.known import DATED, Known, later
from affordability.vintages import CURATED, Vintage

MODELS = pd.DataFrame({"model_id": ["old", "new"], "release_date": ["2023-03-14", "2024-07-23"]})
COSTS = pd.DataFrame(
    {
        "estimate_id": ["a", "b", "c"],
        "model_id": ["old", "old", "new"],
        "estimate_date": ["2023-07-10", "2025-06-10", "2024-01-01"],
    }
)
FIGURES = pd.DataFrame({"model_id": ["old", "new"], "value": ["1", "2"]})


def test_an_estimate_published_later_is_not_read_and_one_of_a_later_model_neither():
    known = Known(
        {"models": MODELS, "training_costs": COSTS, "model_figures": FIGURES}, "2024-04-14"
    )
    assert known["models"]["model_id"].tolist() == ["old"]
    assert known["training_costs"]["estimate_id"].tolist() == ["a"]
    assert known["model_figures"]["model_id"].tolist() == ["old"]
    out = known.left_out()
    assert out["id"].tolist() == ["new", "b", "c"]
    assert out["table"].tolist() == ["models", "training_costs", "training_costs"]


def test_a_price_of_a_later_day_is_not_read_of_a_chip_that_was_known_and_is_named():
    chips = pd.DataFrame(
        {
            "accelerator_id": ["h100", "v100"],
            "release_date": ["2022-09-20", "2017-05-10"],
            "price_date": ["2025-03-03", "2024-01-01"],
            **{name: [1.0, 2.0] for name in ("usd", "usd_low", "usd_high")},
        }
    )
    known = Known({"accelerators": chips}, "2024-04-14")
    assert known["accelerators"]["usd"].isna().tolist() == [True, False]
    assert known.left_out().values.tolist() == [["accelerators", "h100: price", "2025-03-03"]]


@pytest.mark.parametrize(
    ("date", "is_later"),
    [("2024-04-14", False), ("2024-04-15", True), ("2024-04", False), ("2024-05", True),
     ("2024", False), ("2025", True), ("", False)],
)  # fmt: skip
def test_a_month_or_a_year_counts_as_known_once_it_began(date, is_later):
    assert later(pd.DataFrame({"d": [date]}), "d", "2024-04-14").tolist() == [is_later]


def test_every_dated_table_is_a_curated_one_with_that_column_and_key():
    curated = Vintage(CURATED)
    assert DATED
    for name, columns in DATED.items():
        assert set(columns) <= set(curated.read(name).columns), name


def test_a_table_without_a_date_is_given_as_it_is():
    rows = pd.DataFrame({"x": [1]})
    assert Known({"anything": rows}, "2024-04-14")["anything"] is rows
