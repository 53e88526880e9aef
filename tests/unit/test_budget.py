"""The budget query, on a small study made up here."""

from __future__ import annotations

import argparse
import json

import pandas as pd
import pytest

from affordability import budget, tables
from affordability.tables import InputError
from tests.unit.diff_world import freeze

COSTS = [
    ("train", "big", 1e8, "once"),
    ("train", "small", 1000.0, "once"),
    ("serve", "small", 30.0, "day"),
    ("serve", "big", 900.0, "day"),
    ("serve", "shut", 1.0, "day"),  # a closed model: nobody can serve it
    ("subscribe", "plan", 20.0, "month"),
    ("buy", "box", 400_000.0, "once"),
]


@pytest.fixture
def study(tmp_path, configured):
    """A study with costs, resources and fine-tunings, in the working folder of the test."""
    folder = tmp_path / "results" / "made-up"
    (folder / "tables").mkdir(parents=True)
    names = ["item_kind", "item_id", "usd", "per"]
    costs = pd.DataFrame(COSTS, columns=names).assign(
        basis="statement", origin="published", usd_low=float("nan"), usd_high=float("nan"),
        headline=True, price_year=2024, source_id="s", derivation="d", status="verified",
    )  # fmt: skip
    costs["estimate_id"] = costs["item_kind"] + "-" + costs["item_id"]
    other = costs.assign(headline=False, usd=1.0, estimate_id="other")
    both = pd.concat([costs, other], ignore_index=True)[tables.columns("costs")]
    both.to_parquet(folder / "costs.parquet")
    both.to_parquet(folder / "ratios.parquet")  # never read: that it is there says "was built"
    resources = pd.DataFrame(
        {
            "actor_kind": ["economy", "person", "organisation", "organisation"],
            "actor_id": ["KEN", "KEN", "mayo-clinic", "mayo-clinic"],
            "measure": ["rd_expenditure", "monthly_gni", "revenue", "expenditure"],
            "year": [2019, 2022, 2022, 2022],
            "usd": [1e6, 200.0, 2e9, 1e9],
            "period": ["year", "month", "year", "year"],
            "status": ["verified", "verified", "verified", "unverified"],
        }
    )
    resources.to_parquet(folder / "resources.parquet")
    tuning = {name: [""] for name in tables.columns("fine_tuning")} | {
        "model_id": ["small"], "method": ["lora"], "tokens": [1e7], "n_accelerators": [8],
        "machines": [1], "memory_needed_gb": [1.0], "memory_gb": [1.0], "hours": [0.4],
        "hours_billed": [1], "usd": [50.0], "usd_low": [25.0], "usd_high": [100.0],
        "status": ["derived"],
    }  # fmt: skip
    tables.write_csv(pd.DataFrame(tuning), folder / "tables" / "fine_tuning.csv")
    configured("made-up")
    freeze(tmp_path / "data" / "raw" / "curated", models=models(small=True, big=True, shut=False))
    return folder


def models(**open_weights: bool) -> pd.DataFrame:
    """Rows of models that are open or not."""
    rows = pd.DataFrame({"model_id": list(open_weights)}, columns=tables.columns("models"))
    return rows.fillna("").assign(open_weights=list(open_weights.values()))


def ask(*options: str) -> int:
    parser = argparse.ArgumentParser()
    budget.add_arguments(parser)
    return budget.run(parser.parse_args(options))


def asked(capsys, *options: str) -> dict:
    assert ask(*options, "--format", "json") == 0
    return json.loads(capsys.readouterr().out)


def amounts(answer: dict) -> dict:
    return {(row["kind"], row["item_id"]): row["amount"] for row in answer["within"]}


def test_a_sum_buys_times_days_people_and_pieces(study, capsys):
    answer = asked(capsys, "--usd", "2400")
    assert amounts(answer) == {
        ("train", "small"): 2,
        ("fine-tune", "small"): 48,
        ("serve", "small"): 80,
        ("serve", "big"): pytest.approx(2400 / 900),
        ("subscribe", "plan"): 10,
    }


def test_only_the_estimate_the_study_reads_first_counts(study, capsys):
    assert "other" not in {r["estimate_id"] for r in asked(capsys, "--usd", "2400")["within"]}


def test_the_first_thing_out_of_reach_is_the_cheapest_one(study, capsys):
    beyond = asked(capsys, "--usd", "500")["first_out_of_reach"]
    assert {row["kind"]: row["item_id"] for row in beyond} == {
        "train": "small",
        "serve": "big",
        "buy": "box",
    }


def test_a_budget_that_just_suffices_suffices(study, capsys):
    assert amounts(asked(capsys, "--usd", "1000"))["train", "small"] == 1


def test_an_economy_has_a_share_of_its_research(study, capsys):
    answer = asked(capsys, "--actor", "ken", "--share", "0.001")
    assert answer["budget"]["usd"] == 1000
    assert answer["budget"]["measure"] == "rd_expenditure"
    assert answer["budget"]["year"] == 2019


def test_a_monthly_income_subscribes_by_the_month(study, capsys):
    answer = asked(capsys, "--actor", "KEN", "--measure", "monthly_gni", "--share", "0.1")
    rows = {row["kind"]: row for row in answer["within"]}
    assert (rows["subscribe"]["amount"], rows["subscribe"]["unit"]) == (1, "people for a month")


def test_of_an_organisation_it_is_what_it_spends_unless_another_measure_is_named(study, capsys):
    own = ["--actor", "mayo-clinic", "--share", "0.01"]
    assert asked(capsys, *own)["budget"]["usd"] == 1e7
    assert asked(capsys, *own, "--measure", "revenue")["budget"]["usd"] == 2e7


def test_fine_tuning_is_billed_by_the_started_hour_of_its_tokens(study, capsys):
    answer = asked(capsys, "--usd", "2400", "--tokens", "1e8")
    tuned = next(row for row in answer["within"] if row["kind"] == "fine-tune")
    assert (tuned["usd"], tuned["usd_low"], tuned["usd_high"]) == (200, 100, 400)  # 4 hours
    assert tuned["estimate_id"] == "small-lora-100m-tokens"


def test_the_text_names_the_budget_what_it_buys_and_what_it_does_not(study, capsys):
    ask("--actor", "mayo-clinic", "--share", "0.0001")
    text = capsys.readouterr().out
    first, second = text.splitlines()[:2]
    assert first.startswith("study made-up, prices of ") and "basis" in first
    assert second.startswith("$100,000 a year: 0.01 % of expenditure of mayo-clinic in 2022, unver")
    assert "train-small" in text and "100 times" in text
    assert "3,333 days" in text or "3,330 days" in text
    assert "416 people for a year" in text
    assert "first out of reach: box, $400,000" in text


def test_lines_past_the_most_are_counted(study, capsys):
    ask("--usd", "1e9", "--most", "1")
    assert "and 1 that cost less (--most 2)" in capsys.readouterr().out


def test_the_csv_has_every_item_within_and_without(study, capsys):
    ask("--usd", "500", "--format", "csv")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0].split(",") == budget.COLUMNS
    assert len(lines) == 1 + len(COSTS) - 1 + 1
    assert "shut" not in "".join(lines)


def test_a_study_without_fine_tunings_still_answers(study, capsys):
    (study / "tables" / "fine_tuning.csv").unlink()
    assert "fine-tune" not in {row["kind"] for row in asked(capsys, "--usd", "2400")["within"]}


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        ([], "--usd, --actor: found neither, expected one of them"),
        (["--usd", "1", "--actor", "KEN"], "found both"),
        (["--usd", "0"], "--usd: found 0, expected a sum above zero"),
        (["--usd", "-5"], "--usd: found -5"),
        (["--usd", "nan"], "--usd: found nan"),
        (["--usd", "inf"], "--usd: found inf"),
        (["--actor", "KEN", "--share", "0"], "--share: found 0"),
        (["--actor", "KEN", "--share", "10"], "--share: found 10, expected above 0 and at most 1"),
        (["--actor", "mayo"], "such as mayo-clinic"),
        (["--actor", "KEN", "--measure", "gold"], "found gold, expected one KEN has: monthly_gni"),
        (["--usd", "9", "--study", "other"], "--study: found other, expected one of made-up"),
        (["--usd", "9", "--tokens", "-1"], "--tokens: found -1"),
    ],
)
def test_what_cannot_be_answered_is_said_in_a_sentence(study, options, sentence):
    with pytest.raises(InputError) as error:
        ask(*options)
    assert sentence in str(error.value)


def test_without_results_one_is_told_to_make_them(configured):
    configured("made-up")
    with pytest.raises(InputError, match="run `make`"):
        ask("--usd", "1")
