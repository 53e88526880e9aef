"""Explain in small: the language of derivations, trees, lines of frozen files, ids, rendering."""

import hashlib
import json

import pytest

from affordability import derivation as expression
from affordability.derivation import Binary, Number, Operand, Unparsable
from affordability.explain import render
from affordability.explain.answers import Document
from affordability.explain.derivations import Derivations
from affordability.explain.frozen import Archive, FrozenFile
from affordability.explain.ids import known
from affordability.explain.leaves import Leaves
from affordability.explain.tree import Node, agrees, disagreements, number, recompute
from affordability.tables import InputError
from tests.sidecars import write_sidecar


def value_of(text: str, values: dict[str, float]) -> float:
    """Evaluate an expression as a tree does, with a value for each operand."""

    def node(part) -> Node:
        if isinstance(part, Number):
            return Node(part.text, float(part.text))
        if isinstance(part, Operand):
            return Node(part.name, values[part.name])
        return Node("", None, sign=part.sign, operands=(node(part.left), node(part.right)))

    return recompute(node(expression.parse(text)))


def test_an_expression_is_evaluated_from_left_to_right_with_the_usual_precedence():
    values = {"A.B": 7.0, "c.d": 0.1, "c.e": 3.0}
    assert value_of("A.B/100*c.d", values) == 7.0 / 100 * 0.1
    assert value_of("A.B/100*(c.d*c.e)", values) == 7.0 / 100 * (0.1 * 3.0)
    assert value_of("A.B-c.d-c.e*2", values) == 7.0 - 0.1 - 3.0 * 2
    assert value_of("c.d * 1e6", values) == 0.1 * 1e6


def test_a_world_bank_code_and_a_column_are_operands_with_their_key():
    code = expression.parse("PA.NUS.FCRF[iso3=KEN]")
    assert (code.table, code.column) == ("observations", "value")
    assert code.given == {"iso3": "KEN", "indicator": "PA.NUS.FCRF"}
    cell = expression.parse("venture_capital.usd_million[stage=_T]")
    assert (cell.table, cell.column, cell.given) == (
        "venture_capital",
        "usd_million",
        {"stage": "_T"},
    )


@pytest.mark.parametrize(
    "text",
    [
        "GB.XPD.RSDV.GD.ZS/100*(NY.GDP.PCAP.CD*SP.POP.TOTL)",
        "organisations.local_value[budget_id=a-b]/PA.NUS.FCRF[iso3=KEN]",
        "(a.b+c.d)*2",
        "a.b-(c.d-e.f)",
    ],
)
def test_an_expression_is_written_as_it_was_read(text):
    assert str(expression.parse(text)) == text


@pytest.mark.parametrize("text", ["", "a.b*", "revenue", "(a.b", "a.b c.d", "2 x a100", "a.b)"])
def test_what_is_no_expression_is_not_taken_for_one(text):
    with pytest.raises(Unparsable):
        expression.parse(text)


def test_words_stand_before_or_after_the_expression_and_corrections_at_the_end():
    after = expression.read("subscriptions.usd/12: list price: before tax")
    assert isinstance(after.expression, Binary) and after.words == "list price: before tax"
    before = expression.read("revenue: organisations.usd[budget_id=x]")
    assert before.words == "revenue" and before.expression.given == {"budget_id": "x"}
    judged = expression.read("NY.X.Y/12 [flagged: correction a-1] [overridden: correction b]")
    assert judged.marks == (("flagged", "a-1"), ("overridden", "b"))
    assert str(judged.expression) == "NY.X.Y/12"
    words = expression.read("computed: 5 chips * 3 US$")
    assert (words.expression, words.words) == (None, "computed: 5 chips * 3 US$")


def told(aggregate: str, value, *values: float, **limit: float) -> Node:
    rows = tuple(Node("row", one, facts={"passes": True}) for one in values)
    facts = {"aggregate": aggregate, "denominator": 4, **limit}
    return Node("query", value, sign="told", operands=rows, facts=facts)


@pytest.mark.parametrize(
    "node",
    [
        told("members", 1.0, 0.1, 0.3, below=0.3),
        told("members", 2.0, 0.1, 0.3, at_most=0.3),
        told("share", 0.25, 0.1, 0.3, below=0.2),
        told("range", [0.1, 0.3], 0.1, 0.3),
        told("max", 0.3, 0.1, 0.3),
        told("members", 0.0, 0.3, below=0.2),
    ],
)
def test_a_query_is_answered_again_from_its_rows(node):
    assert agrees(node)


def test_a_number_that_its_operands_do_not_give_is_found():
    wrong = Node("x", 3.0, sign="+", operands=(Node("a", 1.0), Node("b", 1.0)))
    assert disagreements(Node("y", 2.0, sign="=", operands=(wrong,))) == [wrong]


def test_blanks_and_words_are_no_numbers():
    assert (number(""), number("a100"), number(float("nan")), number("2")) == (None,) * 3 + (2.0,)


@pytest.fixture
def archive(tmp_path) -> Archive:
    """A folder `curated` with a table whose first row spans two lines."""
    folder = tmp_path / "curated"
    folder.mkdir()
    text = 'year,usd_per_kwh,source_id,locator,date,status,note\n2010,0.1,s,"a\nb",,verified,\n'
    text += "2011,0.2,s,c,,unverified,\n"
    (folder / "electricity_prices.csv").write_bytes(text.encode())
    digest = hashlib.sha256(text.encode()).hexdigest()
    table = {"name": "electricity_prices", "path": "electricity_prices.csv"}
    table |= {"schema": "electricity_prices", "hash": f"sha256:{digest}", "bytes": len(text)}
    write_sidecar(folder, table)
    return Archive(["curated"], tmp_path)


def test_a_frozen_row_is_found_by_key_with_the_line_it_ends_on(archive):
    row = archive.find("electricity_prices", {"year": "2011"}, [])
    assert (row.line, row.cells["usd_per_kwh"]) == (4, "0.2")
    assert archive.find("electricity_prices", {"year": "2012"}, []) is None
    assert archive.find("electricity_prices", {"id": "2010"}, []).line == 3
    assert archive.find("no_such_table", {"year": "2010"}, []) is None


def test_bytes_that_are_not_those_frozen_stop_the_explanation(tmp_path):
    (tmp_path / "a.csv").write_text("year\n2010\n")
    with pytest.raises(InputError, match=r"a\.csv: found sha256:.*, expected sha256:0000"):
        _ = FrozenFile(tmp_path / "a.csv", "electricity_prices", "sha256:0000").rows


def test_an_overridden_cell_counts_with_the_corrected_value_and_tells_the_frozen_one(tmp_path):
    folder = tmp_path / "oecd" / "v"
    folder.mkdir(parents=True)
    text = "iso3,stage,year,usd_million,obs_status,source_id\nAAA,SEED,2020,41,A,s\n"
    (folder / "venture_capital.csv").write_text(text)
    table = {"name": "venture_capital", "path": "venture_capital.csv", "schema": "venture_capital"}
    table["hash"] = f"sha256:{hashlib.sha256(text.encode()).hexdigest()}"
    table["bytes"] = len(text)
    write_sidecar(folder, table)
    hung = Derivations(Leaves(Archive(["oecd/v"], tmp_path)))
    where = {"stage": "SEED", "iso3": "AAA", "year": [2020]}
    entry = {"id": "c", "table": "venture_capital", "where": where, "value": 4.1, "reason": "Slip."}
    hung.corrections = {"c": entry}
    formula = "venture_capital.usd_million[stage=SEED]*1e6 [overridden: correction c]"
    key = {"iso3": "AAA", "year": "2020"}
    node = hung.hang(Node("usd", 4.1 * 1e6), {"derivation": formula}, key, ["oecd/v"], "")
    assert agrees(node) and recompute(node) == 4.1 * 1e6
    assert "overridden by correction c (data/corrections.yaml): Slip." in node.marks
    assert "frozen value 41 not believed" in node.marks


def test_an_unknown_id_is_refused_with_the_nearest_ones():
    names = {"DEU": "Germany", "KEN": "Kenya", "DNK": "Denmark"}
    assert known("actor", "DEU", names) == "DEU"
    for typed, near in (("deu", "DEU"), ("germany", "DEU"), ("Kenia", "KEN")):
        with pytest.raises(InputError, match=rf"found no actor {typed}, expected .* {near} \("):
            known("actor", typed, names)
    with pytest.raises(InputError, match=r"one such as seed_25_percent$"):
        known("claim", "seed_25", ["seed_25_percent", "english_first"])
    with pytest.raises(InputError, match="expected one, and there is none"):
        known("claim", "x", [])


@pytest.fixture
def document() -> Document:
    leaf = Node(
        "t.usd",
        2e6,
        "US$",
        facts={"file": "f.csv", "line": 7, "sha256": "ab", "row": "k", "source_id": "s"},
        marks=("unverified",),
        key="leaf",
    )
    ratio = Node("share", 0.5, "fraction", "/", "a / b", (leaf, Node("4e6", 4e6)), key="r")
    source = {"title": "<T>", "publisher": "P", "licence": "L", "url": "https://e.org", "row": "r"}
    files = {"f.csv": {"sha256": "ab", "bytes": 1}}
    return Document("Title", "made-up", [ratio, ratio], files, {"s": source | {"note": ""}})


def test_text_tells_number_formula_line_digest_source_and_marks_once(document):
    said = render.text(document)
    for part in (
        "share = 50 % (0.5)",
        "= a / b",
        "t.usd = 2000000 US$ ($2 million)",
        "! unverified",
    ):
        assert said.count(part) >= 1, part
    assert said.count("f.csv, line 7 (k)") == said.count("source s: <T>, P, L, https://e.org") == 1
    assert "share = 50 % (0.5), as above" in said


def test_json_holds_the_whole_tree_and_gives_the_number_back(document):
    read = json.loads(render.as_json(document))
    first = read["trees"][0]
    assert first["operands"][0]["value"] / first["operands"][1]["value"] == first["value"]
    assert read["files"]["f.csv"]["sha256"] == "ab"


def test_html_is_self_contained_escaped_and_links_leaves_to_file_and_source(document):
    page = render.html(document, "../../index.html")
    assert "&lt;T&gt;" in page and "<T>" not in page and "<script" not in page
    for link in ('href="#file-0"', 'href="#source-s"', 'href="../../index.html"'):
        assert link in page


def test_long_lists_are_cut_in_text_only_and_say_so():
    rows = tuple(Node(f"row {i}", float(i), facts={"passes": i < 2}, key=f"{i}") for i in range(9))
    facts = {"aggregate": "members", "denominator": 9, "below": 2}
    node = Node("query", 2.0, sign="told", operands=rows, facts=facts, key="q")
    shown, left = render.chosen(node, 3)
    assert [row.label for row in shown] == ["row 0", "row 1"] and left == 7
    assert render.chosen(node, 0) == (list(rows), 0)
    ranged = Node("query", 2.0, sign="told", operands=rows, facts={"aggregate": "range"})
    assert [row.label for row in render.chosen(ranged, 3)[0]] == ["row 0", "row 1", "row 8"]


def test_numbers_are_shown_so_that_they_read_back_to_the_same_bits():
    for amount in (0.1 + 0.2, 1e-12, 143887463367.21085, 2.0**60):
        assert float(render.exact(amount)) == amount
    assert render.exact(100000000.0) == "100000000"
