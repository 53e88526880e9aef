"""Checks before anything is computed: references between tables, and what a source id means."""

import pandas as pd
import pytest

from affordability import checks as check
from affordability.tables import InputError
from affordability.vintages import Vintage, file_facts
from tests.sidecars import write_sidecar

ECONOMIES = pd.DataFrame({"iso3": ["AAA", "NAM"], "name": ["A", "Namibia"]})
SOURCES = "source_id,title,url,publisher,licence,date,note\n"
LANGUAGES = "iso3,language,population_percent,official_status,source_id\n"


@pytest.fixture
def folder(tmp_path):
    """Write a frozen folder of the tables given by name and return its path."""

    def write(name: str = "2024", **tables: str):
        path = tmp_path / name
        path.mkdir()
        resources = []
        for table, text in tables.items():
            (path / f"{table}.csv").write_text(text, encoding="utf-8")
            resources.append({"name": table, "schema": table, **file_facts(path / f"{table}.csv")})
        write_sidecar(path, *resources)
        return path

    return write


def test_a_sound_folder_is_counted_by_table(folder):
    path = folder(sources=SOURCES + "s,S,,P,L,,\n", official_languages=LANGUAGES + "NAM,en,,,s\n")
    rows = check.check_folder(path, ECONOMIES)
    assert rows == [
        ("sources", "sources.csv", 1),
        ("official_languages", "official_languages.csv", 1),
    ]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("NA,en,,,s", "row 3, column iso3: found 'NA', expected string"),
        ("ZZZ,en,,,s", "row 3, column iso3: found 'ZZZ', expected a iso3 of table economies"),
        ("AAA,en,,,t", "row 3, column source_id: found 't', expected a source_id of table sources"),
    ],
)
def test_a_row_that_refers_to_nothing_is_refused_by_row_and_column(folder, row, said):
    path = folder(
        sources=SOURCES + "s,S,,P,L,,\n", official_languages=LANGUAGES + f"NAM,en,,,s\n{row}\n"
    )
    with pytest.raises(InputError, match=f"^official_languages.csv, {said}"):
        check.check_folder(path, ECONOMIES)


def test_a_reference_to_a_table_that_is_not_there_is_refused(folder):
    path = folder(official_languages=LANGUAGES + "NAM,en,,,s\n")
    with pytest.raises(InputError, match="found no table sources to look source_id up in"):
        check.check_folder(path, ECONOMIES)


def test_a_reference_by_two_columns_is_checked_by_both():
    key = {
        "fields": ["indicator", "source_id"],
        "reference": {"resource": "series", "fields": ["indicator", "source_id"]},
    }
    tables = {
        "observations": pd.DataFrame({"indicator": ["A", "B"], "source_id": ["s", "s"]}),
        "series": pd.DataFrame({"indicator": ["A", "B"], "source_id": ["s", "t"]}),
    }
    with pytest.raises(InputError, match="row 3"):
        check.check_reference(tables, "observations", key, check.Path("o.csv"), ECONOMIES)


def test_a_blank_refers_to_nothing():
    key = {"fields": ["iso3"], "reference": {"resource": "economies", "fields": ["iso3"]}}
    tables = {"organisations": pd.DataFrame({"iso3": ["", "AAA"]})}
    check.check_reference(tables, "organisations", key, check.Path("o.csv"), ECONOMIES)


def test_a_digest_is_checked_before_the_rows(folder):
    path = folder(sources=SOURCES + "s,S,,P,L,,\n")
    (path / "sources.csv").write_text("nonsense", encoding="utf-8")
    with pytest.raises(InputError, match="found sha256:"):
        check.check_folder(path, ECONOMIES)


def test_a_source_id_that_means_two_publishers_is_refused_with_both_folders(folder):
    one = Vintage(folder("one", sources=SOURCES + "s,S,https://a,P,L,,\n"))
    same = Vintage(folder("same", sources=SOURCES + "s,Another title,https://a,P,L,,\n"))
    other = Vintage(folder("other", sources=SOURCES + "s,S,https://b,P,L,,\n"))
    check.check_source_ids([one, same])
    with pytest.raises(InputError, match=r"one/sources.csv: found s .*in other"):
        check.check_source_ids([one, other])
