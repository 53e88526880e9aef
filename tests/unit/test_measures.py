"""The table of measures: every formula can be read, and rests on tables that there are."""

from __future__ import annotations

import pytest

from affordability.derivation import formula as expression
from affordability.derivation import operands, parse
from affordability.measures import MEASURES, of_actors
from affordability.tables import columns

FROZEN = {"observations", "venture_capital", "organisations"}
FORMULAS = [(m.id, formula) for m in MEASURES.values() for formula in m.formulas]


@pytest.mark.parametrize(("measure", "formula"), FORMULAS)
def test_every_formula_is_read_as_it_is_written_and_its_columns_are_there(measure, formula):
    part = parse(expression(formula))
    assert str(part) == formula.partition(": ")[0]
    found = operands(part)
    assert found, measure
    for operand in found:
        assert operand.table in FROZEN
        assert {operand.column, *operand.given} <= set(columns(operand.table))


def test_no_two_measures_have_one_label():
    assert len(MEASURES) >= 9
    assert len({measure.label for measure in MEASURES.values()}) == len(MEASURES)


def test_a_measure_is_of_a_known_actor_and_period_and_refers_to_measures_that_there_are():
    for measure in MEASURES.values():
        assert measure.actor in ("economy", "person", "organisation")
        assert measure.period in ("year", "month", "once")
        assert bool(measure.yearly) == (measure.period == "month")
        for other in filter(None, (measure.yearly, measure.inferred_from)):
            assert MEASURES[other].actor in (measure.actor, "economy")
        assert measure.source in ("world_bank", "oecd", "curated")


def test_a_measure_by_the_month_is_the_twelfth_part_of_its_yearly_one():
    monthly = [measure for measure in MEASURES.values() if measure.period == "month"]
    assert len(monthly) >= 2
    for measure in monthly:
        yearly = MEASURES[measure.yearly].formulas
        assert measure.formulas == tuple(f"{formula}/12" for formula in yearly)


def test_measures_are_found_by_their_actor_in_the_order_of_the_table():
    assert of_actors("organisation") == [
        "expenditure",
        "revenue",
        "rd_spending",
        "funding_round",
    ]
    assert of_actors("economy", "person") == [
        m for m in MEASURES if m not in of_actors("organisation")
    ]
