"""The frozen data keep the promises of their sidecars, and hold what the studies rely on.

Reads with pandas and hashlib only, so that a fault in the project's own readers cannot hide here.
"""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pandas as pd
import pytest
import yaml

ROOT = Path(__file__).resolve().parents[2]
RAW = ROOT / "data" / "raw"
SCHEMAS = ROOT / "workflow" / "schemas" / "tables"
FOLDERS = sorted(
    {p.parent for p in RAW.rglob("*") if p.is_file()}, key=lambda p: p.relative_to(RAW).as_posix()
)
NEAR = RAW / "world_bank" / "near-2024-04"
NEAREST = RAW / "world_bank" / "2024-04"
LATEST = RAW / "world_bank" / "2026-07-13"
MENDED = RAW / "world_bank" / "2026-07-13.1"
OECD = RAW / "oecd" / "2026-03-03"
CLDR = RAW / "cldr" / "47"
WORLD_BANK = [NEAR, NEAREST, LATEST, MENDED]
FROZEN = [*WORLD_BANK, OECD, CLDR]
OLDER_SERIES = {
    "NY.ADJ.NNTY.PC.CD": {"2025-03-24"},
    "PA.NUS.FCRF": {"2025-03-24"},
    "SI.POV.GINI": {"2026-02"},
    "IT.NET.USER.ZS": {"2026-04"},
    "SP.POP.TOTL": {"2026-02", "2026-07-13"},
}


def sidecar(folder: Path) -> dict:
    return json.loads((folder / "datapackage.json").read_text(encoding="utf-8"))


def read(folder: Path, table: str) -> pd.DataFrame:
    """Every cell as text; a blank stays a blank and "NA" stays "NA"."""
    return pd.read_csv(folder / f"{table}.csv", dtype=str, keep_default_na=False)


def schema(name: str) -> dict:
    return yaml.safe_load((SCHEMAS / f"{name}.yaml").read_text(encoding="utf-8"))


def value(folder: Path, iso3: str, indicator: str, year: int) -> float:
    rows = read(folder, "observations")
    hit = rows[rows.iso3.eq(iso3) & rows.indicator.eq(indicator) & rows.year.eq(str(year))]
    assert len(hit) == 1
    return float(hit.value.iloc[0])


def releases(folder: Path) -> dict[str, set[str]]:
    return read(folder, "series").groupby("indicator").release.agg(set).to_dict()


def short(folder: Path) -> str:
    return folder.relative_to(RAW).as_posix()


def test_the_frozen_folders_are_among_those_scanned():
    assert set(FROZEN) <= set(FOLDERS)


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_file_has_the_bytes_and_the_digest_its_sidecar_promises(folder):
    resources = sidecar(folder)["resources"]
    assert resources
    for facts in resources:
        data = (folder / facts["path"]).read_bytes()
        assert len(data) == facts["bytes"], facts["path"]
        assert f"sha256:{hashlib.sha256(data).hexdigest()}" == facts["hash"], facts["path"]


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_folder_has_a_sidecar_with_a_licence_and_a_source_that_can_be_opened(folder):
    facts = sidecar(folder)
    assert facts["version"] == folder.name
    assert facts["licenses"] and facts["sources"]
    for entry in facts["licenses"]:
        path = entry["path"]  # a public page, or the file of the folder that says it by row
        assert entry["name"] and (path.startswith("https://") or (folder / path).exists())
    for entry in facts["sources"]:
        path = entry["path"]
        assert entry["title"] and (path.startswith("https://") or (folder / path).exists())


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_file_in_a_folder_is_listed_in_its_sidecar_once(folder):
    there = sorted(p.name for p in folder.iterdir() if p.name != "datapackage.json")
    assert there == sorted(resource["path"] for resource in sidecar(folder)["resources"])


@pytest.mark.parametrize("folder", FOLDERS, ids=short)
def test_every_table_has_the_columns_of_its_schema_and_lines_that_end_alike(folder):
    seen = 0
    for resource in sidecar(folder)["resources"]:
        data = (folder / resource["path"]).read_bytes()
        assert b"\r" not in data and data.endswith(b"\n"), resource["path"]
        header = list(pd.read_csv(folder / resource["path"], nrows=0).columns)
        assert header == [f["name"] for f in schema(resource["schema"])["fields"]], resource["path"]
        seen += 1
    assert seen


@pytest.mark.parametrize("folder", FROZEN, ids=short)
def test_rows_are_sorted_by_a_key_that_no_two_share(folder):
    for resource in sidecar(folder)["resources"]:
        rows = read(folder, resource["name"])
        keys = list(rows[schema(resource["schema"])["primaryKey"]].itertuples(index=False))
        assert keys and keys == sorted(set(keys)), resource["path"]


@pytest.mark.parametrize("folder", FROZEN, ids=short)
def test_every_foreign_key_resolves(folder):
    checked = 0
    for resource in sidecar(folder)["resources"]:
        rows = read(folder, resource["name"])
        for link in schema(resource["schema"]).get("foreignKeys", []):
            target = link["reference"]
            # Economies are kept with the World Bank vintages only; the others point there.
            home = folder if (folder / f"{target['resource']}.csv").exists() else LATEST
            known = read(home, target["resource"])[target["fields"]]
            found = set(rows[link["fields"]].itertuples(index=False, name=None))
            assert found <= set(known.itertuples(index=False, name=None)), resource["path"]
            checked += 1
    assert checked


@pytest.mark.parametrize(
    ("folder", "table", "by"),
    [
        *((folder, "observations", "indicator") for folder in WORLD_BANK),
        (OECD, "venture_capital", "stage"),
    ],
    ids=[*(folder.name for folder in WORLD_BANK), "oecd"],
)
def test_the_economies_per_year_in_the_sidecar_are_those_of_the_file(folder, table, by):
    rows = read(folder, table)
    counted = rows.groupby([by, "year"]).iso3.nunique()
    promised = sidecar(folder)["x_economies_by_year"]
    flat = {(name, year): n for name, years in promised.items() for year, n in years.items()}
    assert flat and flat == counted.to_dict()


def test_the_vintage_near_april_2024_has_the_releases_it_states():
    assert releases(NEAR) == {
        "NY.GDP.MKTP.CD": {"2024-11-13"},
        "NY.GNP.PCAP.CD": {"2024-06-28"},
        "NY.ADJ.NNTY.PC.CD": {"2025-03-24"},
        "PA.NUS.FCRF": {"2025-03-24"},
        "GB.XPD.RSDV.GD.ZS": {"2026-07-13"},
    }


def test_the_vintage_nearest_to_april_2024_has_the_releases_it_states():
    assert releases(NEAREST) == {
        "NY.GDP.MKTP.CD": {"2023-12"},
        "NY.GDP.PCAP.CD": {"2023-12"},
        "SP.POP.TOTL": {"2023-12"},
        "NY.GNP.PCAP.CD": {"2023-10-26"},
        "GB.XPD.RSDV.GD.ZS": {"2025-07-01"},
        "NY.GDP.PCAP.PP.CD": {"2025-07-01"},
        "NY.ADJ.NNTY.PC.CD": {"2025-03-24"},
        "PA.NUS.FCRF": {"2025-03-24"},
        "PA.NUS.PPPC.RF": {"2025-10-07"},
    }


def test_what_april_2024_could_know_of_output_and_income_ends_in_2022():
    rows = read(NEAREST, "observations")
    last = rows.groupby("indicator").year.max()
    known = ["NY.GDP.MKTP.CD", "NY.GDP.PCAP.CD", "SP.POP.TOTL", "NY.GNP.PCAP.CD"]
    assert last[known].to_list() == ["2022"] * 4


def test_four_economies_spend_over_100_billion_on_research_in_2022_as_nearly_as_april_2024_knew():
    rows = read(NEAREST, "observations").query("year == '2022'").astype({"value": float})
    wide = rows.pivot(index="iso3", columns="indicator", values="value")
    spent = (wide["GB.XPD.RSDV.GD.ZS"] / 100 * wide["NY.GDP.MKTP.CD"] / 1e9).nlargest(5)
    assert spent.round().to_dict() == {"USA": 912, "CHN": 459, "JPN": 144, "DEU": 128, "KOR": 87}


def test_the_mended_vintage_differs_from_july_2026_in_published_totals_only():
    key = ["iso3", "indicator", "year", "value", "source_id"]
    old, new = (set(map(tuple, read(f, "observations")[key].values)) for f in (LATEST, MENDED))
    assert {row[1] for row in old - new} == {"SP.POP.TOTL"}
    assert {row[1] for row in new - old} == {"NY.GDP.MKTP.CD", "SP.POP.TOTL"}
    assert {row[4] for row in new - old} == {"wb-2026-07-13-d"}
    older = {i: r for i, r in OLDER_SERIES.items() if i != "SP.POP.TOTL"}
    found = releases(MENDED)
    assert {i: r for i, r in found.items() if r != {"2026-07-13"}} == older
    assert read(MENDED, "economies").equals(read(LATEST, "economies"))


@pytest.mark.parametrize(
    ("folder", "economies"), [(NEAREST, 212), (MENDED, 214)], ids=["2024-04", "2026-07-13.1"]
)
def test_total_gdp_is_per_capita_times_people_but_for_six_economies(folder, economies):
    rows = read(folder, "observations").astype({"value": float})
    rows = rows.pivot(index=["iso3", "year"], columns="indicator", values="value")
    ratio = rows["NY.GDP.PCAP.CD"] * rows["SP.POP.TOTL"] / rows["NY.GDP.MKTP.CD"]
    ratio = ratio.dropna()
    assert ratio.index.get_level_values("iso3").nunique() == economies
    odd = ratio.index[(ratio - 1).abs() > 0.01].get_level_values("iso3")
    assert set(odd) == {"CYP", "MAR", "RUS", "SDN", "TZA", "UKR"}
    assert round(ratio.xs("CYP").max(), 1) == 1.4


def test_the_vintage_of_july_2026_tells_its_older_releases_apart():
    found = releases(LATEST)
    assert len(found) == 17
    assert {i: r for i, r in found.items() if r != {"2026-07-13"}} == OLDER_SERIES


def test_population_of_2025_is_of_the_newer_release_and_earlier_years_of_the_older():
    rows = read(LATEST, "observations")
    people = rows[rows.indicator.eq("SP.POP.TOTL")]
    assert people.groupby("source_id").year.agg(["min", "max"]).to_dict("index") == {
        "wb-2026-02": {"min": "2000", "max": "2024"},
        "wb-2026-07-13-b": {"min": "2025", "max": "2025"},
    }


def test_nigerias_gdp_of_2023_differs_between_the_vintages():
    before = value(NEAR, "NGA", "NY.GDP.MKTP.CD", 2023)
    after = value(LATEST, "NGA", "NY.GDP.PCAP.CD", 2023) * value(LATEST, "NGA", "SP.POP.TOTL", 2023)
    assert round(before / 1e9) == 363
    assert round(after / 1e9) == 487
    assert round(value(MENDED, "NGA", "NY.GDP.MKTP.CD", 2023) / 1e9) == 487


@pytest.mark.parametrize("folder", WORLD_BANK, ids=short)
def test_namibia_kosovo_and_taiwan_are_told_apart_and_none_is_lost(folder):
    economies = read(folder, "economies").set_index("iso3")
    counts = read(folder, "observations").iso3.value_counts()
    assert len(economies) == 218
    assert economies.name[["NAM", "XKX", "TWN"]].to_list() == ["Namibia", "Kosovo", "Taiwan, China"]
    assert economies.index[economies.has_data.eq("false")].to_list() == ["TWN"]
    assert counts["NAM"] > 50 and counts["XKX"] > 30 and "TWN" not in counts


def test_namibias_languages_survive_its_two_letter_code():
    rows = read(CLDR, "official_languages")
    official = rows[rows.official_status.ne("")].groupby("iso3").language.agg(set)
    assert official["NAM"] == {"en"}
    assert {"sq", "sr"} <= official["XKX"]
    assert "zh_Hant" in official["TWN"]
    assert official["CHI"] == {"en"}


def test_every_economy_has_an_official_language():
    rows = read(CLDR, "official_languages")
    economies = set(read(LATEST, "economies").iso3)
    assert len(economies) == 218
    assert set(rows[rows.official_status.ne("")].iso3) == economies


@pytest.mark.parametrize(
    ("folder", "unclassified"),
    [(NEAR, ["VEN"]), (NEAREST, ["VEN"]), (LATEST, []), (MENDED, [])],
    ids=["near-2024-04", "2024-04", "2026-07-13", "2026-07-13.1"],
)
def test_an_economy_without_an_income_level_is_blank_and_known(folder, unclassified):
    economies = read(folder, "economies")
    assert economies.income_level.nunique() >= 4
    assert economies.iso3[economies.income_level.eq("")].to_list() == unclassified


def test_the_gaps_the_documentation_names_are_gaps_of_the_files():
    for folder in (NEAR, NEAREST):
        rows = read(folder, "observations")
        income = rows[rows.indicator.eq("NY.ADJ.NNTY.PC.CD")]
        assert income[income.iso3.eq("GBR")].year.max() == "2018"
        assert income.year.max() == "2021"
    total = rows[rows.indicator.eq("NY.GDP.MKTP.CD")]
    assert not {"VEN", "YEM"} & set(total.iso3)
    seed = read(OECD, "venture_capital").query("stage == 'SEED'")
    assert seed[seed.iso3.eq("JPN")].year.max() == "2014"
    assert len(seed) and not set(seed.iso3) & {"KOR", "NZL", "RUS", "ZAF", "CHN", "IND"}
    assert {"USA", "CAN", "ISR"} <= set(seed[seed.year.eq("2022")].iso3)


def test_the_stages_of_venture_capital_add_up_to_the_total():
    rows = read(OECD, "venture_capital").astype({"usd_million": float})
    wide = rows.pivot(index=["iso3", "year"], columns="stage", values="usd_million").dropna()
    assert len(wide) > 500
    difference = (wide.SEED + wide.START + wide.LATER - wide["_T"]).abs()
    assert (difference <= 0.001 * wide["_T"].clip(lower=1)).all()
