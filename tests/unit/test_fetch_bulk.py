"""What a bulk zip says: its day, its licences, its digits; and how little memory it takes."""

from __future__ import annotations

import doctest
import tracemalloc
from dataclasses import replace
from datetime import date

import pytest

from affordability.fetch import bulk, licences, zipped
from affordability.fetch.refusal import FetchError
from tests.server.bulk import Bulk, zip_of
from tests.server.judge import DAY, QUICK, bulk_plan, bulk_release, world
from tests.server.wire import Server
from tests.server.zip_spoil import GDP, put

RELEASE = "2026-07-13"
SAME = "Mon, 13 Jul 2026 12:30:00 GMT"


@pytest.mark.parametrize("module", [bulk, licences])
def test_the_examples_of_the_docstrings_hold(module):
    assert doctest.testmod(module).failed == 0


@pytest.mark.parametrize(
    ("made", "modified", "newest", "said"),
    [
        (RELEASE, SAME, 2025, ""),
        (RELEASE, SAME, 2024, ""),
        ("2026-07-09", "Fri, 17 Jul 2026 10:00:00 GMT", 2025, ""),
        ("", SAME, 2025, ""),
        (RELEASE, "", 2025, ""),
        ("2026-06-30", SAME, 2025, "its tables are of 2026-06-30"),
        ("2026-10-01", SAME, 2025, "its tables are of 2026-10-01"),
        ("", "Thu, 30 May 2024 10:00:00 GMT", 2025, "its tables are of 2024-05-30"),
        (RELEASE, "Thu, 30 May 2024 10:00:00 GMT", 2025, "the host has had it since 2024-05-30"),
        ("", "", 2025, "neither the zip nor the host says of which day it is"),
        (RELEASE, SAME, 2023, "its last year is 2023"),
        (RELEASE, SAME, 2026, "its last year is 2026"),
    ],
)
def test_the_day_of_a_release_is_what_the_zip_and_its_host_say(made, modified, newest, said):
    found = bulk.prove_day(bulk_plan(), made, modified, newest).changes
    assert list(found) == (["release"] if said else [])
    assert said in str(found)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("", None),
        ("12", 12),
        ("-3", -3),
        ("1.5", 1.5),
        ("1E-3", 0.001),
        ("..", ".."),
        ("1_0", "1_0"),
    ],
)
def test_a_cell_is_a_number_nothing_or_what_it_is(text, number):
    found = bulk.number(text)
    assert (found, type(found)) == (number, type(number))


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("CC BY-4.0", "CC-BY-4.0"),
        ("CC BY 4.0", "CC-BY-4.0"),
        (" CC  BY-4.0 ", "CC-BY-4.0"),
        ("CC BY 3.0 IGO", "CC-BY-3.0-IGO"),
        ("CC BY-NC 4.0", ""),
        ("CC BY-SA 4.0", ""),
        ("CC BY-ND 4.0", ""),
        ("CC BY 4.0, but not for trade", ""),
        ("Use and distribution of these data are subject to the terms of the IEA", ""),
        ("", ""),
    ],
)
def test_a_licence_is_known_by_its_whole_words(words, name):
    assert licences.spdx(words) == name


def test_a_series_of_another_licence_has_a_source_and_a_licence_of_its_own(tmp_path):
    fault = put("WDISeries.csv", GDP, "License Type", "CC BY 3.0 IGO")
    with Server(bulk=Bulk(world()), fault=fault) as server:
        found = bulk.fetch(bulk_plan(), f"{server.address}/bulk", tmp_path / "zip", QUICK)
    tables = bulk.tables(found, bulk_plan(), DAY)
    own = f"wb-bulk-{RELEASE}-cc-by-3.0-igo"
    of = tables["series"].set_index("indicator")["source_id"].to_dict()
    assert [code for code, source in of.items() if source == own] == [GDP]
    assert tables["sources"].set_index("source_id").loc[own, "licence"] == "CC-BY-3.0-IGO"
    about = bulk.sidecar(found, bulk_plan(), tmp_path / "release", DAY, "")
    assert [each["name"] for each in about["licenses"]] == ["CC-BY-4.0", "CC-BY-3.0-IGO"]


def test_a_release_of_eleven_digits_says_so_and_is_kept(tmp_path):
    """Release 2026-02-25 was written so; beside its neighbours most values differ by that alone."""
    eleven = replace(world(), values={k: float(f"{v:.11g}") for k, v in world().values.items()})
    with Server(bulk=Bulk(eleven)) as server:
        found = bulk.fetch(bulk_plan(), f"{server.address}/bulk", tmp_path / "zip", QUICK)
    about = bulk.sidecar(found, bulk_plan(), tmp_path / "release", DAY, "")
    assert about["x_significant_digits"][GDP] == 11
    assert max(about["x_significant_digits"].values()) == 11
    assert (
        "at most 11 significant digits; beside another release most differ by rounding"
        in (about["x_note"])
    )
    assert f"{GDP}: rounded to 11 digits, 15 in the last vintage" in about["x_anomalies"]


def test_a_code_that_nobody_classifies_is_left_out_and_named(tmp_path):
    served = Bulk(world())
    (name,) = served.contents
    held = served.contents[name]
    row = ["Not classified", "INX", *held.tables["WDICSV.csv"][1][2:]]
    held.tables["WDICSV.csv"].append(row)
    served.zips[name] = held.packed()
    with Server(bulk=served) as server:
        found = bulk.fetch(bulk_plan(), f"{server.address}/bulk", tmp_path / "zip", QUICK)
    assert found.unclassified == ["INX"]
    assert "codes without a classification, left out: INX" in found.answer.anomalies


def test_what_contradicts_the_release_asked_can_be_allowed_by_name(tmp_path):
    old = replace(bulk_plan(), allow_changes=frozenset({"release"}))
    served = Bulk(world())
    served.contents[next(iter(served.contents))].made = date(2025, 7, 2)
    served.zips = {name: held.packed() for name, held in served.contents.items()}
    with Server(bulk=served) as server:
        with pytest.raises(FetchError, match="allow_changes=release"):
            bulk_release(server.address, tmp_path / "one" / "world_bank" / DAY)
        bulk_release(server.address, tmp_path / "two" / "world_bank" / DAY, old)


def bomb(tmp_path, name: str, data: bytes):
    path = tmp_path / "bomb.zip"
    path.write_bytes(zip_of([(name, data)], date(2026, 7, 13)))
    return path


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b'"\n",' * 6_000_000, "a record of more than 1,000,000 characters"),
        (b"x" * 20_000_000, "a record of more than 1,000,000 characters"),
        (b'"' + b"x" * 20_000_000, "a record of more than 1,000,000 characters"),
    ],
)
def test_no_record_of_a_table_fills_the_memory(data, said, tmp_path):
    path = bomb(tmp_path, "WDICSV.csv", data)
    tracemalloc.start()
    with zipped.opened(path, "a zip") as archive, pytest.raises(FetchError, match=said):
        for _ in archive.rows("WDICSV.csv"):
            pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 40_000_000


def test_a_large_table_is_read_in_little_memory(tmp_path):
    row = b"Norway,NOR,GDP per capita,NY.GDP.PCAP.CD,1.5,2.5\n"
    path = bomb(tmp_path, "WDICSV.csv", row * 60_000)
    tracemalloc.start()
    with zipped.opened(path, "a zip") as archive:
        count = sum(1 for _ in archive.rows("WDICSV.csv"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 60_000
    assert peak < 500_000
