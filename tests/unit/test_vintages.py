"""Vintages: found by name, read by table, verified to the byte, sealed only where people edit."""

import hashlib

import pytest

from affordability import vintages
from affordability.tables import InputError
from affordability.vintages import Vintage
from tests.sidecars import write_sidecar

SOURCES = "source_id,title,url,publisher,licence,date,note\na,A,,B,C,,\n"


@pytest.fixture
def frozen(tmp_path):
    """A vintage with one table, called source/2024-04-15."""
    folder = tmp_path / "source" / "2024-04-15"
    folder.mkdir(parents=True)
    (folder / "sources.csv").write_text(SOURCES, encoding="utf-8")
    facts = {
        "name": "sources",
        "path": "sources.csv",
        "schema": "sources",
        "bytes": len(SOURCES),
        "hash": "sha256:" + hashlib.sha256(SOURCES.encode()).hexdigest(),
    }
    write_sidecar(folder, facts)
    return Vintage(folder)


def test_a_vintage_with_the_promised_bytes_is_verified_and_read(frozen):
    frozen.verify()
    assert frozen.read("sources")["source_id"].tolist() == ["a"]


def test_an_edited_file_is_refused_with_both_digests(frozen):
    promised = frozen.files["sources"]["hash"]
    (frozen.folder / "sources.csv").write_text(SOURCES + " ", encoding="utf-8")
    with pytest.raises(InputError) as error:
        frozen.verify()
    found = "sha256:" + hashlib.sha256((SOURCES + " ").encode()).hexdigest()
    assert str(error.value).startswith(f"sources.csv: found {found}, expected {promised}")


def test_a_lost_file_is_refused_by_name(frozen):
    (frozen.folder / "sources.csv").unlink()
    with pytest.raises(InputError, match=r"sources\.csv: found no such file, expected sha256:"):
        frozen.verify()


def test_a_table_that_the_sidecar_does_not_list_is_refused(frozen):
    (frozen.folder / "more.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(InputError, match=r"found more\.csv, expected only files listed"):
        frozen.verify()


def test_a_table_that_is_not_there_is_refused_with_those_there_are(frozen):
    with pytest.raises(InputError, match="found no table gdp, expected one of sources"):
        frozen.path("gdp")


def test_a_folder_without_a_sidecar_is_no_vintage(tmp_path):
    with pytest.raises(InputError, match=r"datapackage\.json: found no such file"):
        Vintage(tmp_path).verify()


def test_a_broken_sidecar_is_refused_with_its_row(frozen):
    (frozen.folder / "datapackage.json").write_text('{\n"name": \n}', encoding="utf-8")
    with pytest.raises(InputError, match=r"datapackage\.json, row 3: found broken JSON"):
        Vintage(frozen.folder).verify()


def test_a_vintage_is_opened_by_source_and_name(frozen, tmp_path):
    assert vintages.available(tmp_path, "source") == ["2024-04-15"]
    assert vintages.open_vintage(tmp_path, "source", "2024-04-15") == frozen


@pytest.mark.parametrize(
    ("source", "known"), [("source", "2024-04-15"), ("other", "none: nothing of this source")]
)
def test_a_vintage_that_is_not_there_is_refused_with_those_there_are(
    frozen, tmp_path, source, known
):
    with pytest.raises(InputError, match=f"found no such vintage, expected one of {known}"):
        vintages.open_vintage(tmp_path, source, "2024-04-16")


def test_sealing_digests_what_was_edited_and_nothing_else(frozen):
    assert vintages.seal(frozen.folder) == []
    (frozen.folder / "sources.csv").write_text(SOURCES.replace("B", "D"), encoding="utf-8")
    assert vintages.seal(frozen.folder) == ["sources.csv"]
    sealed = Vintage(frozen.folder)
    sealed.verify()
    assert sealed.sidecar["title"] == "Made up by a test"
    assert sealed.files["sources"]["schema"] == "sources"
