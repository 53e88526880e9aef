"""The programme beside the run: what a lab spent in a year, and its most expensive model of it."""

from __future__ import annotations

import pandas as pd
import pytest

from affordability import tables
from affordability.costs.training import programme


def finances(*rows: tuple) -> pd.DataFrame:
    """Rows of lab_finances: metric, period, year, US$."""
    table = pd.DataFrame(rows, columns=["metric", "period", "year", "usd"])
    table["as_of"] = table["year"].astype(str) + "-12-31"
    table["finance_id"] = [f"f{number}" for number in range(len(rows))]
    table["year"] = table["year"].astype("Int64")
    return table.assign(
        org_id="lab", name="Lab", confidence="likely", source_id="press", status="verified"
    )


def staff(*rows: tuple) -> pd.DataFrame:
    """Rows of lab_staff: day, people, scope, division."""
    table = pd.DataFrame(rows, columns=["as_of", "staff", "scope", "division"])
    table["staff_id"] = [f"s{number}" for number in range(len(rows))]
    return table.assign(org_id="lab", name="Lab", source_id="count", status="verified")


MODELS = pd.DataFrame(
    {"model_id": ["a", "b", "c"], "developer": ["Lab AI;Uni", "Lab", "Other Laboratory"]}
)
RUNS = pd.DataFrame(
    {
        "model_id": ["a", "b", "c"],
        "basis": "amortised",
        "first": True,
        "release_date": ["2024-02-01", "2024-09-01", "2024-10-01"],
        "usd": [2.2e6, 1.1e6, 9e9],
        "usd_nominal": [2.0e6, 1.0e6, 9e9],
        "usd_low": [1.1e6, 0.5e6, 9e9],
        "usd_high": [4.4e6, 2.0e6, 9e9],
        "source_id": "paper",
        "status": "derived",
    }
)
NOBODY = staff().astype({"staff": "Int64"})


def built(
    spent: pd.DataFrame, people: pd.DataFrame = NOBODY, runs: pd.DataFrame = RUNS
) -> pd.DataFrame:
    table = programme.programme_cost(spent, people, MODELS, runs)
    tables.check_frame(table, "programme_cost")
    return table.set_index(["year", "basis"])


def test_the_share_is_the_most_expensive_run_over_the_compute_of_the_same_year():
    table = built(finances(("compute_rd", "year", 2024, 2e8), ("compute_rd", "year", 2025, 4e8)))
    row = table.loc[(2024, "amortised")]
    assert (row["run_model_id"], row["run_usd"], row["share"]) == ("a", 2.0e6, 0.01)
    assert (row["run_low"], row["run_high"]) == pytest.approx((1.0e6, 4.0e6))  # nominal, as usd
    assert row["source_id"] == "press;paper"
    later = table.loc[(2025, "amortised")]
    assert later["run_model_id"] == "" and pd.isna(later["share"])
    assert pd.isna(table.loc[(2024, "cloud_rental"), "share"])


def test_compute_for_research_comes_before_all_compute_and_a_pace_is_no_year():
    spent = finances(
        ("compute", "year", 2024, 9e8),
        ("compute_rd", "year", 2024, 5e8),
        ("compute_rd", "annualised", 2024, 7e8),
        ("compute_inference", "year", 2024, 4e8),
        ("compute", "year", 2023, 1e8),
        ("staff", "year", 2023, 3e7),
    )
    table = built(spent).xs("amortised", level="basis")
    assert table["compute_usd"].to_dict() == {2024: 5e8, 2023: 1e8}
    assert table["counts"].to_dict() == {2024: "compute_rd", 2023: "compute"}
    assert table.loc[2023, "staff_usd"] == 3e7 and pd.isna(table.loc[2024, "staff_usd"])


def test_the_last_count_of_the_widest_scope_counts_and_contractors_are_nobodys_staff():
    people = staff(
        ("2024-01-01", 100, "company", ""),
        ("2024-06-01", 150, "company", ""),
        ("2024-12-01", 40, "part", "Research"),
        ("2024-12-01", 900, "contractors", "Tutors"),
        ("2025-03-01", 50, "part", "Research"),
    )
    table = built(finances(("compute", "year", 2024, 1e8)), people).xs("amortised", level="basis")
    assert table["staff"].to_dict() == {2024: 150, 2025: 50}
    assert table["staff_scope"].to_dict() == {2024: "company", 2025: "Research"}
    assert table.loc[2024, "staff_day"] == "2024-06-01"


def test_a_study_of_a_day_before_any_report_has_an_empty_table():
    assert built(finances()).empty


def test_a_report_that_was_not_read_again_marks_its_row():
    spent = finances(("compute", "year", 2024, 1e8)).assign(status="unverified")
    assert set(built(spent)["status"]) == {"unverified"}


def test_a_row_with_a_run_is_derived_and_one_with_an_unverified_run_unverified():
    spent = finances(("compute", "year", 2024, 1e8), ("compute", "year", 2020, 1e8))
    assert built(spent)["status"].to_dict() == {
        (2020, "amortised"): "verified",
        (2020, "cloud_rental"): "verified",
        (2024, "amortised"): "derived",
        (2024, "cloud_rental"): "verified",
    }
    marked = built(spent, runs=RUNS.assign(status="unverified"))["status"]
    assert marked[(2024, "amortised")] == "unverified" and marked[(2020, "amortised")] == "verified"
