"""The parts of the page: what each reads, how it is said, and that the page needs nothing else."""

import csv
import json
import re

import pandas as pd
import pytest
import yaml
from markupsafe import escape

from affordability import tables
from affordability.page import (
    book,
    charts,
    claims,
    document,
    find,
    models,
    parts,
    people,
    programme,
    run,
    sources,
    world,
)
from affordability.page import study as study_page
from affordability.study import Study
from affordability.tables import columns

ECONOMIES = pd.DataFrame(
    {
        "iso3": ["AAA", "NAM"],
        "name": ["Aland", "Namibia"],
        "region": ["Europe", "Africa"],
        "income_level": ["High income", "Lower middle income"],
    }
)
BOOK = book.Book(
    economies=ECONOMIES,
    organisations=pd.DataFrame(columns=["org_id", "name", "org_type", "iso3"]),
    languages=pd.DataFrame(
        {
            "language": ["sw", "sw", "mul"],
            "name": ["Swahili", "Swahili", "All"],
            "model_id": ["gpt4", "", "gpt4"],
            "accuracy_pct": [80.0, 25.0, 70.0],
        }
    ),
    official=pd.DataFrame(columns=["language", "iso3"]),
    items=pd.DataFrame({"item_id": ["gpt4"], "name": ["GPT-4"]}),
)
CLAIM = {
    "claim_id": "seed",
    "statement": "Two can.",
    "published": "AAA",
    "reproduced": "2 of 9",
    "verdict": "reproduced with more members",
    "members": "AAA;NAM",
    "unverified": "",
    "explanation": "First why. Then more.",
    "locator": "abstract",
}


class Keys(yaml.SafeLoader):
    """Stops at a key that stands twice: the first of its sentences would be lost."""


def keys_once(loader, node, deep=False):
    keys = [loader.construct_object(key) for key, _ in node.value]
    assert len(keys) == len(set(keys)), sorted(key for key in keys if keys.count(key) > 1)
    return yaml.SafeLoader.construct_mapping(loader, node, deep)


Keys.add_constructor(yaml.resolver.BaseResolver.DEFAULT_MAPPING_TAG, keys_once)


def test_a_sentence_stands_once_and_is_text():
    found = yaml.load(parts.SENTENCES.read_text(encoding="utf-8"), Keys)
    sentences = [text for block in found.values() for text in block.values()]
    assert len(sentences) > 200
    assert [text for text in sentences if not isinstance(text, str)] == []


def test_every_sentence_that_a_script_or_template_says_exists():
    said = set()
    for path in (*parts.SCRIPTS.glob("*.js"), *parts.TEMPLATES.glob("*.j2")):
        said |= set(
            re.findall(r"\bsay\(\s*[\"']([a-z_]+\.[a-z_]*[a-z])[\"']", path.read_text("utf-8"))
        )
    assert len(said) > 100
    found = parts.sentences()
    lost = [key for key in said if key.split(".")[1] not in found[key.split(".")[0]]]
    assert lost == []


def test_scripts_are_given_the_sentences_they_say():
    for path in parts.SCRIPTS.glob("*.js"):
        said = re.findall(r"\b(?:say|term)\([\"'`]([a-z_]+)[.\"'`]", path.read_text("utf-8"))
        assert set(said) <= set(document.SCRIPT_BLOCKS), path.name


def test_values_of_a_sentence_are_escaped():
    assert parts.say("claims.published", value="<b>") == f"Published: {escape('<b>')}"


def test_a_table_is_packed_by_column_and_loses_nothing():
    table = pd.DataFrame({"a": ["x", "y", "x"], "b": [1.5, None, 2.0], "c": ["one"] * 3})
    packed = json.loads(parts.embedded(parts.packed(table)))
    assert packed == {
        "a": {"words": ["x", "y"], "at": [0, 1, 0]},
        "b": [1.5, None, 2.0],
        "c": {"one": "one", "n": 3},
    }


def test_embedded_text_cannot_end_the_script_it_stands_in():
    assert "</script" not in parts.embedded({"name": "</script><script>alert(1)</script>"})


def test_a_verdict_is_told_in_words_and_members_by_name():
    told = claims.read_claim({**CLAIM, "unverified": "NAM"}, BOOK.names)
    assert told["members"] == [("Aland", False), ("Namibia", True)]
    assert (told["first"], told["rest"]) == ("First why.", "Then more.")
    assert told["meaning"] and told["group"] == "study"


@pytest.mark.parametrize("verdict", parts.VERDICTS)
def test_every_verdict_has_a_meaning(verdict):
    assert claims.read_claim({**CLAIM, "verdict": verdict}, {})["meaning"].endswith(".")


def test_what_tested_nothing_is_not_counted_as_agreeing():
    verdicts = ["reproduced", "reproduced with more members", "differs"]
    verdicts += ["restated", "identified", "not testable"]
    told = claims.tally([{"verdict": verdict} for verdict in verdicts])
    assert (told["asked"], told["tested"], told["agree"]) == (6, 3, 2)
    assert (told["differ"], told["untested"]) == (1, 3)


def test_the_studys_sentence_asked_of_people_stands_beside_its_own_and_is_not_counted(tmp_path):
    rows = [{**CLAIM, "claim_id": group, "group": group} for group in ("study", "people", "debate")]
    (tmp_path / "s").mkdir()
    tables.write_csv(pd.DataFrame(rows), tmp_path / "s" / "claims.csv")
    for file in ("costs.csv", "resources.csv"):
        (tmp_path / "s" / file).write_text("status\n", encoding="utf-8")
    told = claims.read(tmp_path, [Study("s", {})], BOOK)
    for part, group in (("claims", "study"), ("people", "people"), ("debate", "debate")):
        assert [claim["claim_id"] for claim in told[part]] == [group]
    assert told["tallies"]["s"]["asked"] == 1


def test_headcounts_stand_with_their_bounds_and_plans_with_what_is_free():
    counted = pd.DataFrame(
        {
            "plan": ["flat_8", "flat_20", "flat_20"],
            "threshold": 0.1,
            "economy": ["World", "World", "KEN"],
            "share_of_people": [0.9, 0.6, 0.3],
        }
    )
    bounds = counted[:2].assign(share_low=0.5, share_high=0.95)
    told = people.headcounts(counted, bounds, ["flat_20", "flat_8"], [0.1])
    assert [row["name"] for row in told] == ["$8 a month", "$20 a month"]
    assert told[1]["cells"] == [("60 %", "50 % to 95 %")]
    burden = pd.DataFrame(
        {
            "plan": ["chatgpt_plus", "chatgpt_plus", "flat_20"],
            "status": ["local_storefront", "no_local_storefront", "reference"],
            "usd_per_month": [22.0, None, 20.0],
            "free_tier": ["ChatGPT Free", "", ""],
        }
    )
    (row,) = people.plans(burden)
    assert (row["name"], row["economies"], row["free"]) == ("ChatGPT Plus", 1, "ChatGPT Free")


def test_a_claim_stands_once_with_the_answers_of_all_studies():
    answers = {
        name: [claims.read_claim({**CLAIM, "verdict": verdict}, BOOK.names)]
        for name, verdict in (("old", "differs"), ("new", "reproduced"))
    }
    whole = claims.side_by_side(answers)
    assert len(whole) == 1
    assert whole[0]["verdicts"] == ["differs", "reproduced"]
    assert set(whole[0]["answers"]) == {"old", "new"}


def rows_of_ratios(costs):
    return pd.DataFrame(
        {
            "item_kind": "train",
            "item_id": "gpt4",
            "estimate_id": "e",
            "basis": "statement",
            "headline": True,
            "measure": "gdp",
            "actor_id": ["AAA", "NAM"][: len(costs)],
            "cost_usd": costs,
            "cost_low": float("nan"),
            "cost_high": float("nan"),
        }
    )


@pytest.mark.parametrize(
    "costs, expected",
    [
        ([5.0, 5.0], [5.0, None, None]),
        ([5.0, 6.0], {"AAA": [5.0, None, None], "NAM": [6.0, None, None]}),
    ],
)
def test_a_price_is_embedded_once_unless_it_differs_by_actor(costs, expected):
    table = rows_of_ratios(costs)
    assert find.prices(table, table.drop_duplicates(find.ESTIMATE)) == [{"gdp": expected}]


def test_who_has_no_price_is_not_given_that_of_others():
    other = rows_of_ratios([1.0, 1.0]).assign(estimate_id="other")
    table = pd.concat([rows_of_ratios([5.0]), other])
    kept = table.drop_duplicates(find.ESTIMATE)
    assert find.prices(table, kept)[0] == {"gdp": {"AAA": [5.0, None, None]}}


def test_history_keeps_gaps_and_starts_with_the_first_known_year(tmp_path):
    table = pd.DataFrame(
        {
            "measure": "gdp",
            "actor_id": ["AAA", "AAA", "NAM"],
            "year": [2021, 2023, 2020],
            "usd": [1.0, 3.0, 1234567.8],
        }
    )
    table.to_parquet(tmp_path / "all.parquet")
    found = find.history(tmp_path / "all.parquet")["gdp"]
    assert (found["first"], found["last"]) == (2020, 2023)
    assert dict(zip(found["actors"], found["values"], strict=True)) == {
        "AAA": [1, 1.0, None, 3.0],
        "NAM": [0, 1234570.0],
    }


def test_a_model_is_told_in_words_and_what_was_not_read_is_marked():
    row = dict.fromkeys(tables.columns("table1_models"), "") | {
        "training_usd": "100000000",
        "training_usd_low": "100000000",
        "training_basis": "statement",
        "parameters": "125000000",
        "accelerator": "gpt4",
        "accelerator_count": "992",
        "unverified": "training_usd",
    }
    told = models.read_model(row, {"gpt4": "A chip"})
    assert (told["training"], told["span"]) == ("$100 million", "at least $100 million")
    assert (told["size"], told["hardware"]) == ("125 million", "992 × A chip")
    assert told["unsure"] == {"training_usd"}


def test_a_labs_year_is_told_beside_its_dearest_run_and_years_without_a_report_are_counted(
    tmp_path,
):
    blank = dict.fromkeys(tables.columns("programme_cost"), "")
    year = blank | {"lab": "A lab", "year": "2024", "basis": "cloud_rental", "staff": "1600"}
    run = {"run_model_id": "gpt4", "run_usd": "1e8", "run_low": "5e7", "run_high": "2e8"}
    spent = {"compute_usd": "4e9", "counts": "compute_rd", "share": "0.025", "status": "unverified"}
    rows = [year | run | spent | {"source_id": "s;t"}, year, year | {"basis": "amortised"}]
    frame = pd.DataFrame(rows)
    (tmp_path / "tables").mkdir()
    frame.to_csv(tmp_path / "tables/programme_cost.csv", index=False)
    items = pd.DataFrame({"item_id": ["gpt4"], "name": ["GPT-4"]})
    names = book.Book(*[pd.DataFrame()] * 4, items=items, sources={"s": "A paper"})
    told = programme.read(tmp_path, names)
    (only,) = told["years"]
    assert told["all"] == 2
    assert (only["compute"], only["counts"]) == ("$4 billion", "for research and training")
    assert (only["model"], only["run"], only["share"]) == ("GPT-4", "$100 million", "2.5 %")
    assert only["span"] == "$50 million to $200 million"
    assert (only["people"], only["read_in"], only["unsure"]) == ("1,600 people", "A paper", True)


def test_missing_economies_are_named_with_the_reason():
    rows = [{"measure": "gdp", "name": "Taiwan, China", "reason": "no value"}]
    assert study_page.missing_by_measure(rows) == [
        {"measure": "GDP", "count": 1, "reasons": [("no value", ["Taiwan, China"])]}
    ]


def test_sources_show_licence_vintage_and_what_was_not_read(tmp_path):
    sidecar = {"title": "Made-up data", "created": "2026-01-02", "licenses": []}
    (tmp_path / "datapackage.json").write_text(json.dumps(sidecar), encoding="utf-8")
    with (tmp_path / "models.csv").open("w", encoding="utf-8", newline="") as file:
        csv.writer(file).writerows([["model_id", "status"], ["x", "unverified"]])
    told = sources.read_package(tmp_path, "curated", ["latest"])
    assert (told["created"], told["rows"]) == ("2026-01-02", 1)
    assert told["unverified"] == {"models": 1}


@pytest.mark.parametrize("address, expected", [("https://a.org", True), ("javascript:1", False)])
def test_only_addresses_of_the_web_are_links(address, expected):
    assert parts.web(address) is expected


@pytest.mark.parametrize("make", [charts.world, charts.ranking, charts.years])
def test_a_chart_names_its_data_and_holds_none(make):
    made = make()
    assert made["$schema"].startswith("https://vega.github.io/schema/vega-lite/")
    assert "datasets" not in made and "values" not in json.dumps(made.get("data", {}))


def test_a_square_has_its_area_and_its_middle():
    area, east, north = world.measured([(0, 0), (2, 0), (2, 2), (0, 2), (0, 0)])
    assert area == pytest.approx(4, rel=1e-3)
    assert (east, north) == (pytest.approx(1), pytest.approx(1, abs=1e-3))


def test_a_coarser_line_ends_where_the_finer_one_does():
    arc = [[10, 10], *([[1, 1]] * 50)]
    coarse = world.coarser(arc, [0.01, 0.01])
    assert len(coarse) < len(arc)
    assert [sum(axis) for axis in zip(*coarse, strict=True)] == [60, 60]


def test_a_language_names_the_models_that_have_a_score_in_it():
    found = run.scores(BOOK)
    assert found == {"Swahili": {"gpt4": 80.0}}


def test_the_cheapest_ways_to_answer_questions_are_told_by_name_and_price(tmp_path):
    assert run.ways(tmp_path, BOOK) is None
    (tmp_path / "tables").mkdir()
    told = ["model_id", "questions_per_day", "way", "usd_per_month", "cheapest", "status"]
    rows = [
        ["other", 100, "own", 9, "False", "derived"],
        ["other", 100, "call", 3, "True", "derived"],
        ["third", 100, "rent", 2, "True", "verified"],
    ]
    of_calls = ["model_id", "usd_per_1000_questions", "status"]
    calls = [["other", 1, "derived"], ["gpt4", 10, "verified"]]
    for name, known, cells in (("own_rent_call", told, rows), ("calling", of_calls, calls)):
        table = pd.DataFrame(cells, columns=known).reindex(columns=columns(name))
        table.to_csv(tmp_path / f"tables/{name}.csv", index=False)
    found = run.ways(tmp_path, BOOK)
    assert found["usd"] == [2, 3, 30.4375], "what only its vendor serves is called: 100 a day"
    assert found["name"] == {"words": ["third", "other", "GPT-4"], "at": [0, 1, 2]}
