"""docs/interface.md says what is true of the schemas and of the workflow's plan."""

from __future__ import annotations

import re

import pytest

from affordability.people import build as people
from affordability.tables import load_schema
from tests.copies import ROOT

TEXT = (ROOT / "docs" / "interface.md").read_text(encoding="utf-8")
SECTIONS = dict(re.findall(r"^## `([^`]+)`\n(.*?)(?=^## |\Z)", TEXT, re.M | re.S))


def said(section: str, what: str) -> str:
    return re.search(rf"^- {what}: (.*)$", SECTIONS[section], re.M)[1]


def quoted(text: str) -> list[str]:
    return re.findall(r"`([^`]+)`", text)


@pytest.fixture(scope="module")
def plan(built) -> dict[str, dict[str, set[str]]]:
    """Inputs and outputs of every rule, as a dry run of everything announces them."""
    told = built.workflow("--dry-run", "--forceall").stdout
    found: dict[str, dict[str, set[str]]] = {}
    for rule, part in re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)+)", told, re.M):
        sides = found.setdefault(rule, {"input": set(), "output": set()})
        for side in sides:
            files = re.search(rf"^    {side}: (.*)$", part, re.M)
            sides[side] |= set(files[1].replace(" (update)", "").split(", ")) if files else set()
    return found


def test_the_tables_others_rely_on_are_told():
    schemas = {said(section, "Schema").strip("`") for section in SECTIONS}
    assert schemas >= {"panel", "resources", "costs", "ratios", "claims", "specifications"}
    # A section that is not there cannot be wrong: the tables on people are asked for by name.
    assert [table for table in people.TABLES if table not in schemas] == []


@pytest.mark.parametrize("section", SECTIONS)
def test_key_and_units_are_those_of_the_schema(section):
    schema = load_schema(said(section, "Schema").strip("`"))
    assert quoted(said(section, "Key")) == schema["primaryKey"]
    units = [f"`{f['name']}` {f['unit']}" for f in schema["fields"] if f.get("unit")]
    assert said(section, "Units") == ("; ".join(units) or "none")


@pytest.mark.parametrize("section", SECTIONS)
def test_a_table_is_written_and_read_by_the_rules_that_are_named(section, plan):
    pattern = re.sub(r"\\\{\w+\\\}", r"[^/]+", re.escape(section))

    def rules(side: str) -> set[str]:
        touched = {rule: sides[side] for rule, sides in plan.items()}
        return {r for r, files in touched.items() if any(re.fullmatch(pattern, f) for f in files)}

    assert rules("output") == set(quoted(said(section, "Written by")))
    readers = rules("input") - {"all", "everything", "studies"}
    assert readers == set(quoted(said(section, "Read by")))
