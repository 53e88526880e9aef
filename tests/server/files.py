"""Files as a person hands them in, a small world they are held against, and how it ended.

The percentiles are made of the frozen deciles of eight economies, the bins of the percentiles; the
prices are the frozen ones.
"""

from __future__ import annotations

import io
import re
import traceback
from functools import cache
from pathlib import Path

import pandas as pd

from affordability.fetch import freeze, handed
from affordability.fetch.given import completing, understood
from affordability.fetch.refusal import LONGEST_MESSAGE
from affordability.fetch.transport import PatientSession
from affordability.tables import ROOT, InputError
from affordability.vintages import Vintage
from tests.server.judge import QUICK

CODES = ["BRA", "DEU", "IND", "KEN", "NOR", "USA", "XKX", "ZAF"]
RAW = ROOT / "data/raw"
DAY = "2026-11-28"
SAID = {
    "pip": {"ppp": "2017"},
    "app_store": {"publisher": "Oh", "page": "https://doi.org/10.5281/zenodo.23006365"},
}
TERMS = {"licence": "CC BY 4.0", "licence_at": "https://creativecommons.org/licenses/by/4.0/"}


def frozen(source: str, version: str, table: str) -> pd.DataFrame:
    rows = Vintage(RAW / source / version).read(table)
    return rows[rows["iso3"].isin(CODES)].reset_index(drop=True)


@cache
def percentiles() -> pd.DataFrame:
    """The surveys of the frozen vintage, each of a hundred percentiles, and one older survey."""
    surveys = frozen("pip", "2017ppp", "income_surveys")
    shares = frozen("pip", "2017ppp", "income_deciles").merge(surveys, on="iso3")
    rows = shares.loc[shares.index.repeat(10)].reset_index(drop=True)
    rows = rows.sort_values(["iso3", "decile"], kind="stable", ignore_index=True)
    percentile = rows.groupby("iso3").cumcount() + 1
    made = pd.DataFrame(
        {
            "country_code": rows["iso3"],
            "reporting_level": rows["reporting_level"],
            "welfare_type": rows["welfare"],
            "year": rows["year"],
            "percentile": percentile,
            "avg_welfare": (10 * rows["share"] * rows["mean"]).round(8),
            "pop_share": 0.01,
            "welfare_share": (rows["share"] / 10).round(10),
            "quantile": (10 * rows["share"] * rows["mean"]).round(6),
        }
    )
    older = made[made["country_code"].eq("KEN")].assign(year=2005)
    return pd.concat([made, older], ignore_index=True)


@cache
def thousandths() -> pd.DataFrame:
    """1,000 bins of three economies in two years, as the lined-up files have them."""
    rows = percentiles().query("country_code in ['KEN', 'NOR', 'ZAF'] and year > 2005")
    rows = rows.loc[rows.index.repeat(10)].reset_index(drop=True)
    made = pd.DataFrame(
        {
            "code": rows["country_code"],
            "year": 2022,
            "region_code": "SSA",
            "obs": rows.groupby("country_code").cumcount() + 1,
            "welf": rows["avg_welfare"],
            "pop": 54.0,
        }
    )
    return pd.concat([made.assign(year=2021), made], ignore_index=True)


def store_prices() -> pd.DataFrame:
    return frozen("app_store", "2026-09-27", "store_prices").drop(columns="source_id")


def text(frame: pd.DataFrame, **more) -> bytes:
    return frame.to_csv(index=False, lineterminator="\n", **more).encode()


def table(content: bytes) -> pd.DataFrame:
    return pd.read_csv(io.BytesIO(content), keep_default_na=False, dtype=str)


def small_world(folder: Path) -> Path:
    """Freeze a data/raw of eight economies: surveys in 2017 PPP, and prices in app stores."""
    raw = folder / "raw"
    economies = Vintage(RAW / "world_bank/2026-07-13").read("economies")
    economies["has_data"] = economies["has_data"].map({True: "true", False: "false"})
    tables = {
        "world_bank/2026-07-13": {"economies": economies},
        "pip/2017ppp": {
            name: frozen("pip", "2017ppp", name) for name in ("income_surveys", "income_deciles")
        },
        "app_store/2026-09-27": {"store_prices": frozen("app_store", "2026-09-27", "store_prices")},
    }
    for name, made in tables.items():
        about = {"name": "small", "title": "Small", "created": "2026-11-24"}
        about["licenses"] = [{"name": "CC-BY-4.0"}]
        ids = sorted({i for frame in made.values() for i in frame.get("source_id", [])})
        source = {"title": "S", "url": "", "publisher": "P", "licence": "L", "date": "", "note": ""}
        sources = [{"source_id": each, **source} for each in ids or ["none"]]
        freeze.freeze(raw / name, {**made, "sources": pd.DataFrame(sources)}, about, economies)
    return raw


def hand_in(raw: Path, file: str, source: str, **said: str) -> list[str]:
    """What the step does, with little patience."""
    given = understood(
        {"file": file, "vintage": "new", "source": source, **TERMS, **SAID.get(source, {}), **said}
    )
    with completing(given):
        return handed.hand_in(given, raw, DAY, lambda: PatientSession(QUICK))


def outcome(raw: Path, file: str, source: str, right: pd.DataFrame, **said: str) -> str:
    """Return how it ended and why; `right` is the table that is to be frozen."""
    before = {path for path in raw.rglob("*")}
    try:
        hand_in(raw, file, source, **said)
    except InputError as error:
        written = {path for path in raw.rglob("*")} - before
        return refusal(str(error), written)
    except Exception:
        return f"TRACEBACK: {traceback.format_exc()}"
    vintage = Vintage(raw / source / "new")
    vintage.verify()
    found = vintage.read("store_prices" if source == "app_store" else "income_bins")
    same = text(found[right.columns], float_format="%.7g") == text(right, float_format="%.7g")
    if same:
        return "whole"
    anomalies = [a for a in vintage.sidecar["x_anomalies"] if "not proven" not in a]
    return f"reported: {anomalies[:3]}" if anomalies else "SILENT: other figures"


def refusal(said: str, written: set) -> str:
    """Judge a refusal: nothing written, one line, clean, of bounded length."""
    if written:
        return f"SILENT: refused ({said}), but something was written"
    clean = said.isprintable() and 30 < len(said) <= LONGEST_MESSAGE
    secret = re.search(r"//[^/\s]*:[^/\s]*@", said)
    return f"refused: {said}" if clean and not secret else f"UNCLEAR: {said[:500]!r}"
