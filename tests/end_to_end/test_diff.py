"""The two World Bank vintages of the repository, compared by the workflow."""

from __future__ import annotations

import json
from pathlib import Path

import pandas as pd
import pytest

from affordability import tables
from affordability.claims.query import PEOPLE
from affordability.documents import load_yaml
from affordability.study import studies
from affordability.tables import ROOT

TABLES = ["values", "revisions", "income_levels", "resources", "crossings", "claims"]
STUDIES = studies(load_yaml(ROOT / "config.yaml"))


@pytest.fixture(scope="module")
def folder(built) -> Path:
    """What the workflow wrote for the two vintages of the studies."""
    return built / "results/diff/2024-04__2026-07-13.1"


def read(folder: Path, name: str) -> pd.DataFrame:
    return tables.read_table(folder / f"{name}.csv", f"diff_{name}")


def test_every_table_is_as_its_schema_says(folder):
    for name in TABLES:
        assert tables.check_table(folder / f"{name}.csv", f"diff_{name}") > 0


def test_a_series_one_vintage_lacks_is_told_and_gdp_is_compared_all_the_same(folder):
    state = read(folder, "values").set_index("series")["state"]
    assert state["PA.NUS.PPPC.RF"] == "removed"
    assert state["SP.POP.1564.TO"] == "added"
    assert state["gdp"] == "in both"


def test_nigerias_rebased_gdp_of_2022_is_among_the_revisions(folder):
    rows = read(folder, "revisions").set_index(["series", "iso3", "year"])
    row = rows.loc[("gdp", "NGA", 2022)]
    assert round(row["old_value"] / 1e9) == 473
    assert round(row["new_value"] / 1e9) == 647


def test_series_of_the_same_release_have_no_revision(folder):
    values = read(folder, "values")
    same = values[values["state"].eq("in both") & values["old_sources"].eq(values["new_sources"])]
    assert {"NY.ADJ.NNTY.PC.CD", "PA.NUS.FCRF"} <= set(same["series"])
    assert same["values_revised"].sum() == 0


def test_namibia_is_not_lost_for_its_code(folder):
    levels = read(folder, "income_levels").set_index("iso3")
    assert levels.loc["NAM", "change"] == "down"
    assert levels.loc["VEN", "change"] == "classified"


def test_every_crossing_is_on_two_sides_of_its_threshold(folder):
    rows = read(folder, "crossings")
    was, now = rows["old_share"] <= rows["limit"], rows["new_share"] <= rows["limit"]
    assert (was != now).all()
    assert (now == rows["direction"].eq("enters")).all()


def test_both_sides_follow_the_year_rule_of_their_study(folder):
    rows = read(folder, "resources")
    newest = rows.groupby("study")[["old_year", "new_year"]].max().max(axis=1)
    for name, study in STUDIES.items():
        assert newest[name] <= study.rule("default")["year"]


@pytest.fixture(scope="module")
def judged(folder) -> dict:
    """What the diff judged."""
    return json.loads((folder / "judged.json").read_text(encoding="utf-8"))


def test_between_the_vintages_of_the_studies_nothing_expected_is_absent(judged):
    absent = [row for row in judged["partitions"] if row["state"] == "absent"]
    assert [(row["of"], row["expected"]) for row in absent] == [("PA.NUS.PPPC.RF", False)]


def test_shares_of_research_written_shorter_are_rounding_and_no_revision(judged, folder):
    (row,) = judged["rounding"]
    assert (row["to"], row["n"] > 1000) == ("5 decimals", True)
    values = read(folder, "values").set_index("series").loc["GB.XPD.RSDV.GD.ZS"]
    assert values["values_rounded"] == row["n"]
    revised = read(folder, "revisions").query("series == 'GB.XPD.RSDV.GD.ZS'")
    assert values["values_revised"] == len(revised)
    assert (revised["old_value"].round(5) != revised["new_value"]).all()


def test_the_rebased_and_the_recounted_are_flagged(judged):
    flagged = {(row["kind"], row["iso3"]) for row in judged["anomalies"]}
    assert flagged >= {("level", "NGA"), ("level", "SLE"), ("population", "SAU")}
    assert len(flagged) < 60, "what flags everything flags nothing"


def test_what_matters_is_all_that_crossed_and_the_rest_is_counted(judged, folder):
    crossed = read(folder, "crossings")
    key = ["study", "actor_kind", "actor_id", "measure"]
    found = judged["matters"]["changes"]
    assert {tuple(row[k] for k in key) for row in found} >= set(
        crossed[key].itertuples(index=False, name=None)
    )
    assert judged["matters"]["revised"] == len(
        read(folder, "revisions").query("kind == 'published series'")
    )
    order = [row["consequence"] for row in found]
    assert order == sorted(order, reverse=True)


def test_the_page_leads_with_what_was_judged(built, judged):
    page = (built / "results/index.html").read_text(encoding="utf-8")
    part = page[page.index('id="changes"') :]
    places = [part.index(f'-{key}">') for key in ("verdicts", "revisions", "partitions")]
    assert places == sorted(places) and places[-1] < part.index("crossings.csv")
    assert f"{judged['rounding'][0]['n']:,} values are equal after rounding to 5 decimals" in part
    assert "Sierra Leone, GDP of 2022: $4.09 billion to $7.12 billion, +73.9 %, revised" in part


def test_a_ratio_that_is_asked_for_the_first_time_crosses_its_threshold(folder):
    rows = read(folder, "crossings").query("cause == 'first value'")
    assert len(rows) > 100 and rows["old_share"].isna().all()
    assert (rows["new_share"] <= rows["limit"]).all()


def test_the_page_shows_the_comparison_with_names_and_links(built):
    page = (built / "results/index.html").read_text(encoding="utf-8")
    assert "Vintage 2024-04 to 2026-07-13.1" in page
    assert 'href="diff/2024-04__2026-07-13.1/crossings.csv"' in page
    assert "Namibia: Upper middle income to Lower middle income" in page
    assert "Kyrgyz Republic 17 % (2022) to 8.57 % (2025), newer year" in page


def test_every_claim_of_every_study_is_compared_but_those_on_people(folder):
    rows = read(folder, "claims")
    claims = load_yaml(ROOT / "data" / "claims.yaml")
    asked = sum(claim["tests"][0]["query"]["table"] not in PEOPLE for claim in claims)
    assert 0 < asked < len(claims)
    assert rows.groupby("study").size().to_dict() == {name: asked for name in STUDIES}
    numbers = json.loads((folder / "numbers.json").read_text(encoding="utf-8"))
    changed = rows["old_verdict"].ne(rows["new_verdict"]).groupby(rows["study"]).sum()
    for study, count in changed.items():
        assert numbers[f"{study}.claims.verdict_changed"]["value"] == count
