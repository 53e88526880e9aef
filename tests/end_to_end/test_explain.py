"""Every number that is printed is computed again from frozen rows, to the last bit, and found."""

import hashlib
import json
import random
import re
from pathlib import Path

import pandas as pd
import pytest

from affordability.claims import query as claims
from affordability.explain import answers, claim_trees, render
from affordability.explain.people import AS_ABOVE
from affordability.explain.tree import Node, agrees, disagreements, recompute, walk
from affordability.people import build as people
from affordability.tables import InputError, load_schema, read_table

STUDIES = ["llempower-2024", "latest"]
SHARES = ["share", "share_low", "share_high"]
ENTRIES = claims.load(claims.CLAIMS)
CLAIMS = [entry["id"] for entry in ENTRIES]


@pytest.fixture(scope="module")
def books(built) -> dict[str, answers.Book]:
    return {study: answers.open_book(study, built / "results") for study in STUDIES}


def ratios_of(book: answers.Book) -> pd.DataFrame:
    return book.evidence.tables["ratios"]


def fields(node: Node) -> list[Node]:
    return [step for step in walk(node) if "file" in step.facts]


def test_a_thousand_random_ratios_are_recomputed_from_their_trees_to_the_last_bit(books):
    chance = random.Random(20240415)
    seen, traced = 0, 0
    for _ in range(1000):
        book = books[chance.choice(STUDIES)]
        row = ratios_of(book).iloc[chance.randrange(len(ratios_of(book)))].to_dict()
        node = book.ledger.ratio(row, chance.choice(SHARES))
        assert disagreements(node) == [], row
        assert agrees(node), row
        assert fields(node), row
        seen += recompute(node) is not None
        traced += not any("computed elsewhere" in mark for mark in node.marks)
    assert seen > 400 and traced > 500


@pytest.mark.parametrize("study", STUDIES)
def test_every_resource_of_every_year_is_an_expression_over_frozen_rows(books, study):
    book = books[study]
    rows = book.evidence.panel.to_dict("records")
    assert len(rows) > 20_000
    trees = (book.ledger.resource(row) for row in rows)
    assert [tree.label for tree in trees if not tree.sign or disagreements(tree)] == []


@pytest.mark.parametrize("study", STUDIES)
def test_every_published_cost_comes_from_a_frozen_row(books, study):
    ledger, rows = books[study].ledger, books[study].evidence.tables["costs"]
    published = rows[rows["usd"].notna() & rows["derivation"].str.match(r"\w+\.usd\b")]
    assert len(published) > 30
    for row in published.to_dict("records"):
        tree = ledger.cost(row)
        assert tree.sign and disagreements(tree) == [] and fields(tree), row["estimate_id"]


@pytest.mark.parametrize("study", STUDIES)
def test_every_claim_leads_to_frozen_bytes_and_its_answers_are_given_again(books, study):
    book = books[study]
    for entry in ENTRIES:
        tree = claim_trees.tree(entry, book.evidence, book.ledger)
        assert disagreements(tree) == [], entry["id"]
        for question in tree.operands:
            told = fields(question) or any(AS_ABOVE in step.marks for step in walk(question))
            assert question.value is None or told, (entry["id"], question.label)


@pytest.mark.parametrize("table", people.TABLES)
def test_a_row_of_every_table_on_people_leads_to_frozen_bytes(books, built, table):
    book, key = books["latest"], load_schema(table)["primaryKey"]
    rows = read_table(built / f"results/latest/tables/{table}.csv", table)
    for place in (0, len(rows) // 2):
        named = [f"{name}={rows.iloc[place][name]}" for name in key]
        document = answers.row(book, table, named, "", built / "results")
        assert disagreements(document.trees[0]) == [], named
        assert fields(document.trees[0]), named
        assert document.files and document.sources, named


@pytest.mark.parametrize(
    ("table", "key", "column", "said"),
    [
        ("headcount", [], "", "found no table on people headcount in study latest, expected one"),
        ("cheapest_plans", ["land=KEN"], "", "no column land in cheapest_plans, expected one such"),
        ("cheapest_plans", ["economy=KEN"], "price", "no column price in cheapest_plans"),
        ("cheapest_plans", [], "", "217 rows of cheapest_plans with no key, expected one, by eco"),
        ("cheapest_plans", ["economy=QQQ"], "", "found 0 rows of cheapest_plans with economy=QQQ"),
    ],
)
def test_a_row_that_is_not_there_or_not_one_is_refused_in_a_sentence(
    books, built, table, key, column, said
):
    with pytest.raises(InputError, match=said):
        answers.row(books["latest"], table, key, column, built / "results")


def test_a_study_that_does_not_ask_about_people_has_no_rows_on_them(books, built):
    with pytest.raises(InputError, match="found llempower-2024, expected one that asks about peo"):
        answers.row(books["llempower-2024"], "cheapest_plans", [], "", built / "results")


def test_a_line_of_a_leaf_holds_the_value_and_the_digest_is_that_of_the_file(books):
    book = books["latest"]
    row = ratios_of(book).query("actor_id == 'DEU' and measure == 'rd_expenditure'").iloc[0]
    leaves = fields(book.ledger.ratio(row.to_dict()))
    assert len(leaves) >= 3
    for leaf in leaves:
        data = Path(leaf.facts["file"]).read_bytes()
        assert hashlib.sha256(data).hexdigest() == leaf.facts["sha256"]
        line = data.decode("utf-8").split("\n")[leaf.facts["line"] - 1]
        assert leaf.facts["row"].split(", ")[0] in line


def test_what_was_carried_forward_flagged_or_not_verified_is_marked(books):
    book = books["latest"]
    marks = {"carried forward": 0, "unverified": 0, "flagged by correction": 0}
    for row in ratios_of(book).query("item_id == 'gpt4'").to_dict("records"):
        said = book.ledger.ratio(row).marks
        for mark in marks:
            marks[mark] += any(one.startswith(mark) for one in said)
    assert all(marks.values()), marks


@pytest.mark.parametrize("study", STUDIES)
def test_every_claim_and_every_link_of_the_page_leads_somewhere(built, study):
    page = (built / "results/index.html").read_text(encoding="utf-8")
    links = set(re.findall(rf'href="({study}/explain/[^"]+)"', page))
    assert {f"{study}/explain/{claim}.html" for claim in CLAIMS} <= links
    pages: dict[str, set[str]] = {}
    for link in links:
        file, _, anchor = link.partition("#")
        if file not in pages:
            text = (built / "results" / file).read_text(encoding="utf-8")
            pages[file] = set(re.findall(r' id="([^"]+)"', text))
            inner = set(re.findall(r'href="#([^"]+)"', text))
            assert inner - pages[file] == set(), file
            assert inner or "no data" in text, file
        assert not anchor or anchor in pages[file], link


def test_a_tree_in_json_gives_the_printed_number_without_this_project(books):
    document = answers.ratio(books["latest"], "gpt4", "DEU", "rd_expenditure", "train", "", "")
    share = json.loads(render.as_json(document))["trees"][0]

    def again(step: dict) -> float:
        parts = [again(part) for part in step.get("operands", [])]
        if step.get("sign", "=") == "=":
            return parts[0] if step.get("sign") else step["value"]
        left, right = parts
        return {"*": left * right, "/": left / right if right else None}[step["sign"]]

    assert again(share) == share["value"]


@pytest.mark.parametrize(
    ("asked", "said"),
    [
        ("claim seed_25", "found no claim seed_25, expected one such as seed_25_percent"),
        ("cost gtp4", "found no item gtp4 in study latest, expected one such as gpt4"),
        ("cost gpt4 --basis amortized", "found no basis amortized, expected one such as amortised"),
        ("cost gpt4 --study lates", "--study: found lates, expected one of llempower-2024, latest"),
        (
            "ratio --item gpt4 --actor Germany --measure gdp",
            "found no actor Germany in study latest, expected one such as DEU (Germany)",
        ),
        (
            "ratio --item gpt4 --actor TWN --measure rd_expenditure",
            "found no rd_expenditure of TWN in study latest: the World Bank classifies it",
        ),
        (
            "ratio --item gpt4 --actor DEU --measure monthly_gni",
            "found no ratio of gpt4 to monthly_gni of DEU, expected one of gdp, rd_expenditure",
        ),
    ],
)
def test_what_is_not_there_is_refused_in_one_sentence_with_the_nearest(built, asked, said):
    run = built.python("-m", "affordability", "explain", *asked.split())
    assert run.returncode == 1
    assert run.stdout.startswith("stopped: ") and said in run.stdout
    assert run.stdout.count("\n") == 1


@pytest.mark.parametrize("form", ["text", "json", "html"])
@pytest.mark.parametrize("asked", ["claim seed_25_percent", "cost gpt4 --basis amortised"])
def test_the_command_answers_in_every_format(built, asked, form):
    run = built.python("-m", "affordability", "explain", *asked.split(), "--format", form)
    assert run.returncode == 0, run.stdout
    assert "data/raw/curated/training_costs.csv" in run.stdout
    assert len(re.findall(r"\b[0-9a-f]{64}\b", run.stdout)) >= 1
