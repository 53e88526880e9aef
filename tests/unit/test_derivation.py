"""Formulas as data: evaluated, written with their keys, and taken at the ends of a range."""

from __future__ import annotations

import doctest

import pandas as pd
import pytest

from affordability import derivation, resources, words
from affordability.claims import query
from affordability.derivation import at_end, evaluate, operands, parse, written

# Modules whose docstrings teach by an example.
TAUGHT = {derivation: 2, query: 1, resources: 1, words: 1}


@pytest.mark.parametrize("module", TAUGHT, ids=lambda module: module.__name__)
def test_the_examples_of_a_docstring_give_what_they_say(module):
    with_examples = [t for t in doctest.DocTestFinder().find(module) if t.examples]
    assert len(with_examples) >= TAUGHT[module]
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("formula", "value"),
    [
        ("t.a/100*t.b", 7.0 / 100 * 0.1),
        ("t.a/100*(t.b*t.c)", 7.0 / 100 * (0.1 * 3.0)),
        ("t.a-t.b-t.c", 7.0 - 0.1 - 3.0),
        ("t.b*1e6", 0.1 * 1e6),
    ],
)
def test_a_formula_is_computed_from_left_to_right_to_the_last_bit(formula, value):
    known = {"t.a": 7.0, "t.b": 0.1, "t.c": 3.0}
    assert evaluate(parse(formula), lambda operand: known[operand.name]) == value


def test_series_are_aligned_and_what_one_lacks_is_missing():
    known = {
        "t.share": pd.Series({"AAA": 2.0, "BBB": 3.0}),
        "t.whole": pd.Series({"BBB": 10.0, "CCC": 20.0}),
    }
    found = evaluate(parse("t.share/100*t.whole"), lambda operand: known[operand.name])
    assert found.dropna().to_dict() == {"BBB": 3.0 / 100 * 10.0}
    assert set(found.index) == {"AAA", "BBB", "CCC"}


def test_a_key_without_a_value_is_written_with_that_of_each_row():
    rows = pd.DataFrame({"model_id": ["m", "n"], "field": "parameters"})
    assert written("f.value[model_id,field]*2/1e9", rows).tolist() == [
        "f.value[model_id=m,field=parameters]*2/1e9",
        "f.value[model_id=n,field=parameters]*2/1e9",
    ]
    assert written("v.usd[stage=_T]*1e6", rows).tolist() == ["v.usd[stage=_T]*1e6"] * 2


def test_what_is_written_is_read_back_as_the_same_formula():
    rows = pd.DataFrame({"budget_id": ["a-2022"], "iso3": ["KEN"]})
    text = written("o.local[budget_id]/PA.NUS.FCRF[iso3]", rows).iloc[0]
    assert [operand.given for operand in operands(parse(text))] == [
        {"budget_id": "a-2022"},
        {"iso3": "KEN", "indicator": "PA.NUS.FCRF"},
    ]


def test_the_end_of_a_range_takes_the_columns_of_that_end_and_keeps_the_rest():
    part = parse("a.usd[id=x]/12+b.hours")
    assert str(at_end(part, "_low")) == "a.usd_low[id=x]/12+b.hours"
    assert str(part) == "a.usd[id=x]/12+b.hours"
