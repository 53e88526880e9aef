"""What is said of the data and changed with the vintage: licences, titles, units, labels, flags."""

from __future__ import annotations

import re

import pandas as pd

from affordability.vintages import Vintage

# Of a series; its release and the evidence for it differ from vintage to vintage by their nature.
OF_SERIES = ["title", "unit"]
OF_ECONOMIES = ["name", "region"]
COLUMNS = ["what", "of", "name", "old", "new"]


def changed(old: Vintage, new: Vintage) -> list[dict[str, str]]:
    """Return what two vintages of one source say otherwise, a row a thing (`COLUMNS`).

    `what` is licence, title, unit, name or region; `of` a series, an economy, or "" for the whole
    source. A licence is that of the sources of a series, and of the package as its sidecar says.
    """
    sides = (old, new)
    rows = _rows("licence", *({"": _package_licence(side)} for side in sides), {})
    series = [_series(side) for side in sides]
    titles = dict(zip(series[1].index, series[1].get("title", []), strict=False))
    for column in ["licence", *OF_SERIES]:
        if all(column in side for side in series):
            rows += _rows(column, *(side[column].to_dict() for side in series), titles)
    economies = [_economies(side) for side in sides]
    for column in OF_ECONOMIES:
        named = economies[1].get("name", pd.Series(dtype=str)).to_dict()
        rows += _rows(column, *(side.get(column, {}) for side in economies), named)
    return rows


def _rows(what: str, old, new, names: dict[str, str]) -> list[dict[str, str]]:
    return [
        {"what": what, "of": key, "name": names.get(key, key), "old": old[key], "new": new[key]}
        for key in dict(old)
        if key in new and old[key] != new[key]
    ]


def _package_licence(vintage: Vintage) -> str:
    return "; ".join(sorted({licence["name"] for licence in vintage.sidecar["licenses"]}))


def _series(vintage: Vintage) -> pd.DataFrame:
    """Return licence, title and unit by series; of a source without such a table nothing."""
    if not {"series", "sources"} <= set(vintage.tables):
        return pd.DataFrame()
    series = vintage.read("series")
    licences = vintage.read("sources").set_index("source_id")["licence"]
    if "licence" not in series:
        series["licence"] = series["source_id"].map(licences)
    columns = ["licence", *OF_SERIES]
    return series.groupby("indicator")[columns].agg(lambda said: "; ".join(sorted(set(said))))


def _economies(vintage: Vintage) -> pd.DataFrame:
    if "economies" not in vintage.tables:
        return pd.DataFrame()
    return vintage.read("economies").set_index("iso3")


def flagged(vintage: Vintage, titles: dict[str, str], names: dict[str, str]) -> list[str]:
    """Return the anomalies that a fetch wrote into a sidecar, with names in place of ids."""
    known = names | titles
    word = re.compile(r"(?<![\w.])(?:[A-Z0-9]+(?:\.[A-Z0-9]+)+|[A-Z]{3})(?![\w.]*\w)")
    return [
        word.sub(lambda found: known.get(found[0], found[0]), said)
        for said in vintage.sidecar.get("x_anomalies", [])
    ]
