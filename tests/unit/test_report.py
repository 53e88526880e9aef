"""The page and the tables for people: what a reader sees, and that the page needs nothing else."""

import csv
import json
import re

import pandas as pd
import pytest

from affordability import publish
from affordability.page import document as report

CLAIM_COLUMNS = [
    "study",
    "claim_id",
    "statement",
    "published",
    "reproduced",
    "verdict",
    "members",
    "explanation",
    "locator",
]
CLAIMS = [
    ("seed", "Two can.", "AAA", "2 of 9: Aland", "reproduced with more members", "AAA;NAM"),
    ("price", "It costs <b>much</b>.", "$1", "$2", "differs", "estimate-x"),
    ("first", "One leads.", "one", "one", "reproduced", ""),
    ("rest", "Nobody knows.", "?", "no data", "not testable", ""),
]
NAMES = {"AAA": "Aland", "NAM": "Namibia"}


def write_rows(path, columns, rows):
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as file:
        csv.writer(file, lineterminator="\n").writerows([columns, *rows])


@pytest.fixture
def study(tmp_path):
    folder = tmp_path / "results" / "made-up"
    claims = [("made-up", *row, "First why. Then more.", "abstract") for row in CLAIMS]
    write_rows(folder / "claims.csv", CLAIM_COLUMNS, claims)
    write_rows(folder / "costs.csv", ["estimate_id", "status"], [("estimate-x", "unverified")])
    write_rows(
        folder / "tables" / "missing_economies.csv",
        ["measure", "iso3", "name", "reason"],
        [("gdp", "TWN", "Taiwan, China", "the World Bank publishes no value")],
    )
    row = dict.fromkeys(publish.TABLE1_COLUMNS, "") | {
        "model_id": "gpt4",
        "name": "GPT-4",
        "training_usd": "100000000",
        "training_usd_low": "100000000",
        "training_basis": "statement",
        "serving_usd_per_day": "892.32",
        "unverified": "training_usd",
    }
    other = row | {"model_id": "tiny", "name": "Tiny", "parameters": "125000000"}
    write_rows(
        folder / "tables" / "table1_models.csv",
        publish.TABLE1_COLUMNS,
        [row.values(), other.values()],
    )
    write_rows(
        folder / "tables" / "thresholds.csv",
        publish.THRESHOLD_COLUMNS,
        [
            ("t", "train", "gpt4", "gdp", 0.001, "a study", 9, 2, "AAA;NAM", "Aland; Namibia"),
            ("t", "train", "tiny", "gdp", 0.001, "a study", 9, 9, "AAA", "not on the page"),
        ],
    )
    number = {"value": 2, "unit": "count", "text": "2 of 9: Aland"}
    (folder / "numbers.json").write_text(json.dumps({"seed.1": number}), encoding="utf-8")
    for suffix, text in ((".svg", "<svg/>"), (".caption.txt", "What. Unit: share. n: 9.")):
        (folder / "figures").mkdir(exist_ok=True)
        (folder / "figures" / f"nations{suffix}").write_text(text, encoding="utf-8")
    return {
        "name": "made-up",
        "title": "A study made up",
        "vintages": {"world_bank": "w1"},
        "thresholds": [],
        "items": {"train": ["gpt4"], "serve": ["gpt4"], "subscribe": ["plus"], "buy": []},
        "folder": folder,
    }


@pytest.fixture
def packages(tmp_path, study):
    raw = tmp_path / "raw"
    sidecar = {
        "title": "Made-up data",
        "created": "2026-01-02",
        "licenses": [{"name": "CC-BY-4.0", "path": "https://example.org/licence"}],
    }
    for name in ("world_bank/w1", "curated"):
        (raw / name).mkdir(parents=True)
        (raw / name / "datapackage.json").write_text(json.dumps(sidecar), encoding="utf-8")
    write_rows(
        raw / "curated" / "sources.csv",
        ["source_id", "title", "url", "publisher", "licence", "date", "note"],
        [("s1", "A source", "https://example.org/a", "A publisher", "MIT", "2024", "")],
    )
    write_rows(raw / "curated" / "models.csv", ["model_id", "status"], [("x", "unverified")])
    return report.read_packages(raw, [study])


@pytest.fixture
def page(study, packages):
    return report.render([study], packages, NAMES)


def test_claims_come_before_figures_and_figures_before_sources(page):
    spots = [page.index(mark) for mark in ('id="claims"', "<figure", 'id="sources"')]
    assert spots == sorted(spots)


def test_every_claim_shows_published_ours_verdict_members_and_explanation(page):
    rows = re.findall(r'<tr id="claim-(.*?)</tr>', page, flags=re.DOTALL)
    assert len(rows) == len(CLAIMS)
    for row in rows:
        assert all(word in row for word in ("Published:", "Ours:", "Members:", "First why."))
    symbols = re.findall(r'class="verdict (\w+)"><b aria-hidden="true">(.*?)</b>', page)
    assert symbols == [("more", "✓+"), ("differs", "≠"), ("good", "✓"), ("open", "?")]
    assert "Members: Aland; Namibia" in page.replace("\n", "")


def test_text_from_tables_is_escaped(page):
    assert "It costs &lt;b&gt;much&lt;/b&gt;." in page


def test_unverified_figures_are_marked_where_they_stand(page):
    mark = '<span class="unsure">†&nbsp;unverified</span>'
    assert f"estimate-x {mark}" in page
    assert f"$100 million <small>statement</small> {mark}" in page
    assert "models 1" in page


def test_the_page_loads_nothing_from_anywhere(page):
    loads = re.findall(r'(?:src|data|poster)="([^"]*)"|url\(([^)]*)\)|@import (\S+)', page)
    assert [load for load in loads if not load[0].startswith("data:image/svg+xml;base64,")] == []
    assert re.findall(r'<link [^>]*href="([^"]*)"', page) == ["data:,"]
    assert "<script" not in page


def test_the_page_has_no_clock_and_no_folder_of_this_machine(page, study, packages, tmp_path):
    assert str(tmp_path) not in page
    assert page == report.render([study], packages, NAMES)


def test_figures_link_to_their_files_relative_to_the_page(page):
    assert 'href="made-up/figures/nations.csv"' in page
    assert 'href="made-up/figures/nations.png"' in page
    assert 'alt="What"' in page


def test_table_of_models_leads_with_those_of_the_study(page):
    assert page.index(">GPT-4") < page.index("1 more models") < page.index(">Tiny")
    assert "at least $100 million" in page
    assert "125 million" in page


def test_thresholds_on_the_page_are_those_of_the_first_items(page):
    assert "Aland; Namibia" in page
    assert "not on the page" not in page


def test_missing_economies_are_named_with_the_reason(page):
    assert "the World Bank publishes no value" in page
    assert "Taiwan, China" in page


def test_sources_show_licence_and_vintage(page):
    assert "CC-BY-4.0" in page
    assert "frozen 2026-01-02" in page
    assert '<a href="https://example.org/a" rel="noreferrer">A source</a>' in page


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
    rows = publish.threshold_table(ratios, limits, actors).to_dict("records")
    assert len(rows) == 1
    assert (rows[0]["asked"], rows[0]["within"]) == (3, 2)
    assert rows[0]["members"] == "AAA;NAM"
    assert rows[0]["names"] == "Aland; Namibia"
