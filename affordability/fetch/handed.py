"""From a file that a person hands in to a vintage: the composition on one screen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pandas as pd

from affordability.fetch import distributions, file, freeze, stores
from affordability.fetch.comparison import Findings, refuse
from affordability.fetch.file import Received, Table
from affordability.fetch.given import Given
from affordability.fetch.refusal import FetchError
from affordability.fetch.transport import PatientSession
from affordability.tables import columns
from affordability.vintages import Vintage, available

NO_LAST = "nothing of this source was frozen before: its levels were held against nothing"


def hand_in(
    given: Given,
    raw: Path,
    today: str,
    session: Callable[[], PatientSession] = PatientSession,
) -> list[str]:
    """Freeze a file as `raw`/source/vintage; return what is to be looked at.

    Raises:
        FetchError: one sentence on what is wrong; nothing was written.
    """
    folder = raw / given["source"] / given["vintage"]
    freeze.refuse_existing(folder)
    got = file.receive(given, session)
    table = file.table(got, given)
    economies = economies_known(raw)
    known, name = frozenset(economies["iso3"]), source_id(given)
    if given["source"] == "pip":
        found = distributions.read(table, given.ppp, given.year, name, known)
        before = distributions.last_vintage(raw, given.ppp)
        differs = before and distributions.held_against(found, given.ppp, before)
        frozen = {"income_bins": found.bins}
        if found.surveys is not None:
            frozen["income_surveys"] = found.surveys
        left_out, notes = found.left_out, found.notes
    else:
        prices, before = stores.read(table, name, known), stores.last_vintage(raw)
        differs = before and stores.held_against(prices, before)
        frozen, left_out, notes = {"store_prices": prices}, {}, []
    anomalies = notes + judged(differs, given)
    frozen["sources"] = source(given, got, today)
    about = sidecar(given, got, table, frozen, today)
    about |= {"x_left_out": left_out, "x_anomalies": anomalies}
    frozen = {table_name: written(frame) for table_name, frame in frozen.items()}
    freeze.freeze(folder, frozen, about, economies)
    return anomalies


def economies_known(raw: Path) -> pd.DataFrame:
    """Return the economies that any frozen World Bank vintage knows: a list may lack Taiwan.

    Raises:
        FetchError: there is no such vintage.
    """
    lists = [Vintage(raw / "world_bank" / name) for name in available(raw, "world_bank")]
    if not lists:
        raise FetchError("found no vintage of the World Bank, expected its economies")
    return pd.concat([each.read("economies") for each in lists]).drop_duplicates("iso3")


def written(frame: pd.DataFrame) -> pd.DataFrame:
    """Return a table with its numbers as they are written, 5 and not 5.0; a blank is ""."""
    floats = frame.select_dtypes("float64").columns
    texts = {c: [freeze.shortest(v) if v == v else "" for v in frame[c]] for c in floats}
    return frame.assign(**texts)


def judged(differs: Findings | None, given: Given) -> list[str]:
    """Return what is to be reported; stop at what is not waived by the name of the source."""
    if differs is None:
        return [NO_LAST]
    allowed = [
        [given["source"]] if given.waived(option) else []
        for option in ("allow_losses", "allow_changes")
    ]
    return refuse(differs, *allowed, given["source"])


def source_id(given: Given) -> str:
    """Return the id under which the rows of a vintage name their source."""
    return f"{given['source'].replace('_', '-')}-{given['vintage']}"


def title(given: Given) -> str:
    """Return what a vintage is called."""
    if given["source"] == "pip":
        return f"Poverty and Inequality Platform, distributions in {given['ppp']} PPP"
    return f"Prices of plans in app stores, {given['vintage']}"


def source(given: Given, got: Received, today: str) -> pd.DataFrame:
    """Return the table of the one source."""
    note = f"File {got.name}, sha256 {got.sha256}, handed in on {today}; the licence as "
    note += f"{given['licence']!r} at {given['licence_at']} in the words of who handed it in."
    row = (
        source_id(given),
        title(given),
        given.page,
        given.publisher,
        given["licence"],
        today,
        note,
    )
    return pd.DataFrame([row], columns=columns("sources"))


def sidecar(given: Given, got: Received, table: Table, frozen: dict, today: str) -> dict:
    """Return the sidecar of a vintage, but for its resources."""
    main = next(iter(frozen.values()))
    years = main.drop_duplicates("iso3")["year"] if "year" in main else None
    return {
        "name": given["source"].replace("_", "-"),
        "version": given["vintage"],
        "title": title(given),
        "created": today,
        "sources": [{"title": given.publisher, "path": given.page}],
        "licenses": [{"name": given["licence"], "path": given["licence_at"]}],
        "x_request": {
            "file": got.name,
            "address": given.address,
            "bytes": len(got.content),
            "sha256": got.sha256,
            "format": table.format,
            "columns_left_out": list(table.left_out),
            **({"ppp_year": given.ppp} if given.ppp else {}),
        },
        "x_economies_by_year": by_year(main, years),
    }


def by_year(main: pd.DataFrame, years: pd.Series | None) -> dict:
    """Return how many economies there are by year; for prices, how many have one by plan."""
    if years is not None:
        return {"income_bins": {str(y): n for y, n in sorted(Counter(map(int, years)).items())}}
    priced = main[main["usd"].notna()]
    return {plan: {"priced": int(n)} for plan, n in sorted(Counter(priced["plan"]).items())}
