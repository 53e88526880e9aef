"""A world of three economies in two vintages, small enough to compare by hand.

Between them: GDP of AAA for 2020 is revised by +50 %, BBB gets a newer year, CCC loses its only
value and its income level, and the newer one has GDP per capita times population instead of GDP.
"""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability.study import Study
from affordability.tables import columns, write_csv
from affordability.vintages import file_facts
from tests.sidecars import write_sidecar


def observations(rows: list[tuple]) -> pd.DataFrame:
    """Table observations from iso3, indicator, year, value."""
    frame = pd.DataFrame(rows, columns=["iso3", "indicator", "year", "value"])
    return frame.astype({"year": "Int64", "value": float}).assign(source_id="s")


OLD = observations(
    [
        ("AAA", "NY.GDP.MKTP.CD", 2020, 1000),
        ("BBB", "NY.GDP.MKTP.CD", 2019, 2000),
        ("CCC", "NY.GDP.MKTP.CD", 2020, 3000),
        ("AAA", "NY.GNP.PCAP.CD", 2020, 120),
        ("BBB", "NY.GNP.PCAP.CD", 2020, 240),
        ("BBB", "NY.GNP.PCAP.CD", 2019, 0),
    ]
)
NEW = observations(
    [
        ("AAA", "NY.GDP.PCAP.CD", 2020, 150),
        ("AAA", "SP.POP.TOTL", 2020, 10),
        ("BBB", "NY.GDP.PCAP.CD", 2019, 200),
        ("BBB", "SP.POP.TOTL", 2019, 10),
        ("BBB", "NY.GDP.PCAP.CD", 2021, 400),
        ("BBB", "SP.POP.TOTL", 2021, 10),
        ("AAA", "NY.GNP.PCAP.CD", 2020, 120.00000001),
        ("AAA", "NY.GNP.PCAP.CD", 2021, 130),
        ("BBB", "NY.GNP.PCAP.CD", 2020, 180),
        ("BBB", "NY.GNP.PCAP.CD", 2019, 200),
        ("AAA", "GB.XPD.RSDV.GD.ZS", 2020, 2),
    ]
)
# One vintage that has every series of an economy, for what is derived from several.
OBSERVATIONS = observations(
    [
        ("AAA", "NY.GDP.MKTP.CD", 2020, 1000),
        ("BBB", "NY.GDP.MKTP.CD", 2020, 1000),
        ("AAA", "GB.XPD.RSDV.GD.ZS", 2020, 2),
        ("BBB", "GB.XPD.RSDV.GD.ZS", 2020, 2),
    ]
)
LEVELS = {
    "old": {"AAA": "Low income", "BBB": "High income", "CCC": ""},
    "new": {"AAA": "High income", "BBB": "High income", "CCC": "Low income"},
}
NAMES = {"AAA": "Alpha", "BBB": "Beta", "CCC": "Gamma"}
SOURCES = ["source_id", "title", "url", "publisher", "licence", "date", "note"]


def economies(side: str) -> pd.DataFrame:
    """Table economies of one side."""
    rows = [(i, NAMES[i], "R", level, "", True) for i, level in LEVELS[side].items()]
    fields = ["iso3", "name", "region", "income_level", "lending", "has_data"]
    return pd.DataFrame(rows, columns=fields)


def nobody() -> pd.DataFrame:
    """Table organisations without a row."""
    rows = pd.DataFrame(columns=columns("organisations"), dtype=str)
    numbers = ["usd", "usd_low", "usd_high", "local_value"]
    return rows.astype({"aggregate": bool, "year": "Int64"} | dict.fromkeys(numbers, float))


def frozen_tables(world_bank: str) -> dict[str, pd.DataFrame]:
    """What `pipeline.panel` is made of, read from the frozen folders of the working folder."""
    reading = study(world_bank)
    return {
        "observations": reading.vintage("world_bank").read("observations"),
        "venture_capital": reading.vintage("oecd").read("venture_capital"),
        "organisations": reading.vintage("curated").read("organisations"),
    }


def study(world_bank: str) -> Study:
    """A study reading one of the two vintages."""
    choices = {
        "title": "A study made for the tests",
        "vintages": {"world_bank": world_bank, "oecd": "o"},
        "year_rules": {"default": {"year": 2021, "max_age_years": 3}},
        "thresholds": [{"id": "gdp_10", "measure": "gdp", "share": 0.1, "source": "a test"}],
        "items": {"train": ["model"], "subscribe": ["plan"]},
    }
    return Study("tiny", choices)


def freeze(folder: Path, **tables: pd.DataFrame) -> None:
    """Write tables as a vintage with its sidecar."""
    folder.mkdir(parents=True)
    resources = []
    for name, table in tables.items():
        write_csv(table, folder / f"{name}.csv")
        resources.append({"name": name, "schema": name, **file_facts(folder / f"{name}.csv")})
    write_sidecar(folder, *resources)
