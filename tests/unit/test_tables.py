"""Tables: read with the types of their schema, refused in one sentence, written whole or not."""

import math

import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from affordability import tables
from affordability.tables import InputError

HEADER = "iso3,indicator,year,value,source_id"


@pytest.fixture
def observations(tmp_path):
    """Write rows of the table `observations`, or other lines altogether, and return the path."""

    def write(*rows: str, header: str = HEADER):
        path = tmp_path / "observations.csv"
        path.write_text("\n".join([header, *rows]) + "\n", encoding="utf-8")
        return path

    return write


def test_text_na_stays_text_and_a_blank_number_is_missing(tmp_path):
    path = tmp_path / "languages.csv"
    path.write_text(
        "iso3,language,population_percent,official_status,source_id\nNAM,NA,,NA,s\n",
        encoding="utf-8",
    )
    row = tables.read_table(path, "official_languages").iloc[0]
    assert (row["language"], row["official_status"]) == ("NA", "NA")
    assert math.isnan(row["population_percent"])


def test_a_blank_text_is_an_empty_text_and_a_blank_year_is_missing(tmp_path):
    path = tmp_path / "costs.csv"
    names = tables.columns("costs")
    path.write_text(",".join(names) + "\n" + "," * (len(names) - 1) + "\n", encoding="utf-8")
    row = tables.read_table(path, "costs").iloc[0]
    assert row["item_id"] == ""
    assert row["price_year"] is pd.NA
    assert math.isnan(row["usd"])


@pytest.mark.parametrize(
    ("text", "value"), [("true", "True"), ("True", "True"), ("false", "False"), ("", "<NA>")]
)
def test_true_and_false_are_read_in_any_case_and_a_blank_is_missing(tmp_path, text, value):
    path = tmp_path / "economies.csv"
    path.write_text(
        f"iso3,name,region,income_level,lending,has_data\nAAA,A,South Asia,,,{text}\n",
        encoding="utf-8",
    )
    assert str(tables.read_table(path, "economies")["has_data"].iloc[0]) == value


def test_a_date_stays_text_so_that_no_time_zone_can_move_it(observations, tmp_path):
    path = tmp_path / "sources.csv"
    path.write_text("source_id,title,url,publisher,licence,date,note\na,A,,B,C,2024-04,\n", "utf-8")
    assert tables.read_table(path, "sources")["date"].tolist() == ["2024-04"]


def test_a_sound_table_is_counted(observations):
    path = observations("AAA,A.B,2020,1.5,s", "AAA,A.B,2021,2,s")
    assert tables.check_table(path, "observations") == 2


@pytest.mark.parametrize(
    ("header", "rows", "said"),
    [
        (HEADER, ["AAA,A.B,2020,x,s"], "row 2, column value: found 'x', expected a number"),
        (
            HEADER,
            ["AAA,A.B,2020.5,1,s"],
            "row 2, column year: found '2020.5', expected a whole",
        ),
        (HEADER, ["AAA,A.B,1,1,s"], "row 2, column year: found '1', expected integer"),
        (HEADER, ["AAAA,A.B,2020,1,s"], "row 2, column iso3: found 'AAAA', expected string"),
        (
            HEADER,
            ["AAA,A.B,2020,,s"],
            "row 2, column value: found nothing, expected number, a value",
        ),
        (
            HEADER,
            ["AAA,A.B,2020,1,s", "AAA,A.B,2020,2,s"],
            "row 3: found a duplicate, expected one row per iso3, indicator, year",
        ),
        (
            HEADER,
            ["AAA,A.B,2020,1"],
            "row 2, column source_id: found nothing, expected string, a value",
        ),
        (HEADER, ["AAA,A.B,2020,1,s,more"], "row 2: found a cell too many, 'more', expected 5"),
        ("iso3,year,value,source_id", ["AAA,2020,1,s"], "row 1: found no column indicator,"),
        (HEADER + ",x", ["AAA,A.B,2020,1,s,"], "row 1: found an unknown column x, expected the"),
        (
            "indicator,iso3,year,value,source_id",
            ["A.B,AAA,2020,1,s"],
            "row 1: found indicator, iso3, year, value, source_id, expected the columns iso3,",
        ),
    ],
)
def test_a_wrong_table_is_refused_with_row_column_found_and_expected(
    observations, header, rows, said
):
    with pytest.raises(InputError) as error:
        tables.check_table(observations(*rows, header=header), "observations")
    assert str(error.value).startswith("observations.csv, " + said)


def test_a_value_that_must_be_unique_is_named_with_its_first_row(tmp_path):
    path = tmp_path / "economies.csv"
    row = "AAA,A,South Asia,,,true"
    path.write_text(
        f"iso3,name,region,income_level,lending,has_data\n{row}\n{row}\n", encoding="utf-8"
    )
    with pytest.raises(InputError, match=r"row 3, column iso3: found 'AAA' again .*position 2"):
        tables.check_table(path, "economies")


def test_reading_a_wrong_table_says_what_checking_it_says(observations):
    with pytest.raises(InputError, match="row 2, column value: found 'x', expected a number"):
        tables.read_table(observations("AAA,A.B,2020,x,s"), "observations")


def test_an_empty_file_is_refused_by_its_first_column(tmp_path):
    path = tmp_path / "observations.csv"
    path.write_text("", encoding="utf-8")
    with pytest.raises(InputError, match="found an empty file, expected the columns iso3"):
        tables.check_table(path, "observations")


def test_an_unknown_schema_is_refused_with_those_there_are():
    with pytest.raises(InputError, match=r"found no nothing\.yaml, expected one of .*ratios"):
        tables.load_schema("nothing")


def test_a_path_is_shown_from_the_root_and_else_by_its_name(tmp_path):
    assert tables.shown(tables.ROOT / "data" / "x.csv") == "data/x.csv"
    assert tables.shown(tmp_path / "x.csv") == "x.csv"


MISSING = {"measure": "gdp", "iso3": "AAA", "name": "A", "reason": "r"}


def test_a_computed_table_needs_its_columns_in_order():
    with pytest.raises(InputError, match="missing_economies: found columns"):
        tables.check_frame(pd.DataFrame([MISSING])[list(MISSING)[::-1]], "missing_economies")


def test_a_computed_table_has_one_row_a_key():
    with pytest.raises(InputError, match=r"found 2 rows sharing .*AAA"):
        tables.check_frame(pd.DataFrame([MISSING, MISSING]), "missing_economies")


@pytest.mark.parametrize("blank", ["", None])
def test_a_computed_table_has_its_required_values(blank):
    with pytest.raises(InputError, match="column reason: found a blank"):
        tables.check_frame(pd.DataFrame([{**MISSING, "reason": blank}]), "missing_economies")


def test_a_table_is_written_sorted_by_its_key_and_ends_its_lines_alike(tmp_path):
    rows = pd.DataFrame([{**MISSING, "iso3": "BBB"}, {**MISSING, "name": "Å, B"}])
    tables.write_table(rows, "missing_economies", tmp_path / "m.csv", tmp_path / "m.parquet")
    assert (tmp_path / "m.csv").read_bytes() == (
        'measure,iso3,name,reason\ngdp,AAA,"Å, B",r\ngdp,BBB,A,r\n'.encode()
    )
    assert pd.read_parquet(tmp_path / "m.parquet")["iso3"].tolist() == ["AAA", "BBB"]


@pytest.mark.parametrize(
    ("text", "written"),
    [
        ("-0.369; -0.677", "-0.369; -0.677"),
        ("-5e-05", "-5e-05"),
        ("-2 % to 3 %", "-2 % to 3 %"),
        ("-1+2", "'-1+2"),
        ("-1+cmd|' /C calc'!A0", "'-1+cmd|' /C calc'!A0"),
        ("-A1", "'-A1"),
        ("-1; =A1", "'-1; =A1"),
        ("=1+1", "'=1+1"),
        ("+49", "'+49"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("'=1", "''=1"),
        ("a-1", "a-1"),
    ],
)
def test_a_spreadsheet_runs_no_text_and_numbers_stay_numbers(text, written, tmp_path):
    path = tmp_path / "m.csv"
    tables.write_table(pd.DataFrame([{**MISSING, "reason": text}]), "missing_economies", path)
    assert path.read_text(encoding="utf-8").splitlines()[1] == f"gdp,AAA,A,{written}"
    assert tables.read_table(path, "missing_economies")["reason"].tolist() == [text]


def test_a_table_that_is_refused_leaves_the_file_and_its_folder_as_they_were(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(InputError):
        tables.write_table(pd.DataFrame([MISSING, MISSING]), "missing_economies", path)
    assert [p.name for p in tmp_path.iterdir()] == ["m.csv"]
    assert path.read_text(encoding="utf-8") == "before"


def test_a_write_that_breaks_off_leaves_the_file_and_its_folder_as_they_were(tmp_path):
    path = tmp_path / "m.csv"
    path.write_text("before", encoding="utf-8")
    with pytest.raises(ZeroDivisionError), tables.replacing(path) as temporary:
        temporary.write_text("half", encoding="utf-8")
        raise ZeroDivisionError
    assert [p.name for p in tmp_path.iterdir()] == ["m.csv"]
    assert path.read_text(encoding="utf-8") == "before"


def test_a_written_file_may_be_read_by_everybody(tmp_path):
    tables.write_text("x", tmp_path / "deeper" / "x.txt")
    assert (tmp_path / "deeper" / "x.txt").stat().st_mode & 0o777 == 0o644


def test_json_is_sorted_and_keeps_letters(tmp_path):
    tables.write_json({"b": "é", "a": 1}, tmp_path / "x.json")
    assert (tmp_path / "x.json").read_text(encoding="utf-8") == '{\n "a": 1,\n "b": "é"\n}\n'


numbers = st.one_of(st.none(), st.floats(allow_nan=False, allow_infinity=False))
words = st.text(st.characters(exclude_categories=["Cs", "Cc"]), min_size=1, max_size=12)
cells = st.tuples(numbers, st.integers(1900, 2100), words, st.booleans())


@settings(max_examples=40, deadline=None)
@given(rows=st.dictionaries(words, cells, min_size=1, max_size=6))
def test_what_is_written_is_read_back_to_the_last_bit(tmp_path_factory, rows):
    path = tmp_path_factory.mktemp("round") / "costs.csv"
    frame = pd.DataFrame(
        {
            "item_kind": "train",
            "item_id": name,
            "basis": "statement",
            "origin": "published",
            "estimate_id": name,
            "usd": math.nan if usd is None else usd,
            "usd_low": math.nan,
            "usd_high": math.nan,
            "per": "once",
            "price_year": year,
            "headline": headline,
            "source_id": source,
            "derivation": "NA",
            "status": "verified",
        }
        for name, (usd, year, source, headline) in rows.items()
    )
    tables.write_table(frame, "costs", path)
    read = tables.read_table(path, "costs")
    expected = frame.sort_values("item_id", ignore_index=True).astype({"price_year": "Int64"})
    pd.testing.assert_frame_equal(read, expected, check_exact=True, check_dtype=False)
