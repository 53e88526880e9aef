"""The codebook: every table and column, with unit and meaning, as the schemas say."""

import re

from affordability import codebook
from affordability.tables import SCHEMAS, load_schema


def test_every_table_has_its_section_in_alphabetical_order():
    sections = re.findall(r"^## (\w+)$", codebook.markdown(), flags=re.MULTILINE)
    assert len(sections) > 10
    assert sections == sorted(path.stem for path in SCHEMAS.glob("*.yaml"))


def test_every_column_has_a_row_of_four_cells():
    text = codebook.markdown()
    rows = re.findall(r"^\| `(\w+)` \|(.*)\|$", text, flags=re.MULTILINE)
    columns = [f["name"] for p in SCHEMAS.glob("*.yaml") for f in load_schema(p.stem)["fields"]]
    assert sorted(name for name, _ in rows) == sorted(columns)
    for name, rest in rows:
        cells = re.split(r"(?<!\\)\|", rest)
        assert len(cells) == 3, name
        assert cells[2].strip(), name


def test_the_key_and_the_closed_words_of_a_column_are_told():
    text = codebook.markdown()
    assert "Key: `measure`, `iso3`." in text
    assert "One of: `once`, `day`, `month`." in text


def test_a_description_over_several_lines_becomes_one_and_keeps_its_bars():
    assert codebook._plain("one\n  two | three") == "one two \\| three"
