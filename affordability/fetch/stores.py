"""A file of prices in app stores, proven whole and held against the last vintage."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability.fetch import last
from affordability.fetch.comparison import Cell, Findings, compare
from affordability.fetch.file import Table
from affordability.fetch.refusal import FetchError
from affordability.people.prices import OFFERED, store_offers
from affordability.tables import InputError, columns
from affordability.vintages import Vintage

MOST_GONE = 0.05  # of the prices before; an app does leave a store


def read(table: Table, source: str, known: frozenset[str]) -> pd.DataFrame:
    """Return `store_prices`, if every plan has a row for every economy of the file.

    Raises:
        FetchError: an economy nobody knows, a plan without one of the economies, a price where
            nothing is on offer, without a currency, or a currency without a price.
    """
    rows = table.rows
    for wrong, column, expected in (
        (~rows["iso3"].isin(known), "iso3", f"one of the {len(known)} economies of the World Bank"),
        (rows["usd"].le(0), "usd", "a price above zero, or a blank"),
        (
            rows["usd"].notna() & rows["storefront_status"].ne(OFFERED),
            "usd",
            f"a blank where storefront_status is not {OFFERED}",
        ),
        (rows["usd"].notna() & rows["currency"].eq(""), "currency", "the currency of the price"),
        (rows["usd"].isna() & rows["currency"].ne(""), "usd", "a price in the currency"),
    ):
        if wrong.any():
            row = int(wrong.idxmax())
            table.refuse(row, column, repr(rows[column][row]), expected)
    counts = rows.groupby("plan")["iso3"].agg(set)
    everywhere = set(rows["iso3"])
    for plan, there in counts.items():
        if lost := sorted(everywhere - there):
            raise FetchError(
                f"{table.name}: found no row of {plan} in {lost[0]} ({len(lost)} economies lack), "
                f"expected one for each of the {len(everywhere)} economies; nothing was written"
            )
    try:
        store_offers(rows)
    except InputError as error:
        raise FetchError(f"{table.name}: {error}; nothing was written") from error
    return rows.assign(source_id=source)[columns("store_prices")]


def last_vintage(raw: Path) -> Vintage | None:
    """Return the newest vintage in use, whatever its name; None if there is none."""
    return max(last.every(raw, "app_store"), key=last.frozen_on, default=None)


def cells(prices: pd.DataFrame) -> list[Cell]:
    """Return the prices as cells to compare: plan, economy, one year, US$."""
    priced = prices.dropna(subset=["usd"])
    values = zip(priced["plan"], priced["iso3"], priced["usd"], strict=True)
    return [(plan, code, 0, float(usd)) for plan, code, usd in values]


def held_against(found: pd.DataFrame, vintage: Vintage) -> Findings:
    """Return what differs from the last vintage: rows gone, prices gone, levels."""
    before = vintage.read("store_prices")
    findings = compare(cells(found), cells(before))
    gone, losses, anomalies = findings.losses, {}, list(findings.anomalies)
    rows = set(zip(before["plan"], before["iso3"], strict=True))
    lost = rows - set(zip(found["plan"], found["iso3"], strict=True))
    priced = before["usd"].notna().sum()
    lacking = (
        priced - before.merge(found.dropna(subset=["usd"]), on=["plan", "iso3"])["usd_x"].count()
    )
    if lacking > MOST_GONE * priced:
        losses |= gone
    else:
        anomalies += [f"{plan}: {each}" for plan, said in gone.items() for each in said]
    if lost:  # beside prices that are gone: a waiver of one is none of the other
        named = ", ".join(f"{plan} in {code}" for plan, code in sorted(lost)[:6])
        losses["rows"] = [f"{len(lost)} of {len(rows)} did not come, among them {named}"]
    return Findings(losses, findings.changes, anomalies)
