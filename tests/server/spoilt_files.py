"""Files spoilt by name and at random, each with the ending it must have."""

from __future__ import annotations

import gzip
import random

import pandas as pd

from tests.server.files import percentiles, store_prices, text, thousandths
from tests.server.spoil import HTML

WHOLE, REFUSED, REPORTED = "whole", "refused", "reported"
PCT, BINS, STORES = "percentiles", "bins", "prices"
MADE = {PCT: percentiles, BINS: thousandths, STORES: store_prices}


def kept(kind: str) -> pd.DataFrame:
    """What is to be frozen of the right file, in the words of the vintage."""
    frame = MADE[kind]()
    if kind == STORES:
        return frame.sort_values(["iso3", "plan"], ignore_index=True)
    if kind == PCT:
        frame = frame[frame["year"] > 2005].rename(
            columns={"country_code": "iso3", "percentile": "bin", "avg_welfare": "mean"}
        )
    else:
        frame = frame[frame["year"] == 2022].rename(
            columns={"code": "iso3", "obs": "bin", "welf": "mean"}
        )
    return frame.sort_values(["iso3", "bin"], ignore_index=True)[["iso3", "year", "bin", "mean"]]


def frame(kind: str, change) -> bytes:
    """The right file with its rows changed."""
    return text(change(MADE[kind]().copy()))


def cell(kind: str, row: int, column: str, value) -> bytes:
    rows = MADE[kind]().astype({column: object})
    rows.loc[row, column] = value
    return text(rows)


def scaled(kind: str, column: str, factor: float, **where) -> bytes:
    def change(rows):
        meant = pd.Series(True, rows.index)
        for name, value in where.items():
            meant &= rows[name] == value
        rows.loc[meant, column] = (rows.loc[meant, column] * factor).round(8)
        return rows

    return frame(kind, change)


def swapped(kind: str, one: str, two: str, key: str) -> bytes:
    return frame(kind, lambda r: r.assign(**{key: r[key].replace({one: two, two: one})}))


def edit(kind: str, change) -> bytes:
    return change(text(MADE[kind]()))


NAMED = {
    "right percentiles": (PCT, edit(PCT, lambda b: b), {}, WHOLE),
    "right bins": (BINS, edit(BINS, lambda b: b), {}, WHOLE),
    "right prices": (STORES, edit(STORES, lambda b: b), {}, WHOLE),
    "byte order mark": (PCT, edit(PCT, lambda b: b"\xef\xbb\xbf" + b), {}, WHOLE),
    "Windows line ends": (PCT, edit(PCT, lambda b: b.replace(b"\n", b"\r\n")), {}, WHOLE),
    "rows in another order": (PCT, frame(PCT, lambda r: r.iloc[::-1]), {}, WHOLE),
    "columns in another order": (PCT, frame(PCT, lambda r: r[r.columns[::-1]]), {}, WHOLE),
    "a column more": (PCT, frame(PCT, lambda r: r.assign(region="x")), {}, WHOLE),
    "no quantile": (PCT, frame(PCT, lambda r: r.drop(columns="quantile")), {}, WHOLE),
    "PPP year in the file": (PCT, frame(PCT, lambda r: r.assign(ppp_year=2017)), {}, WHOLE),
    "HTML with status 200": (PCT, HTML, {}, REFUSED),
    "XML": (PCT, b"<?xml version='1.0'?><a/>\n", {}, REFUSED),
    "JSON": (PCT, b'[{"country_code": "NOR"}]\n', {}, REFUSED),
    "a zip": (PCT, b"PK\x03\x04" + b"\0" * 100, {}, REFUSED),
    "gzip": (PCT, edit(PCT, gzip.compress), {}, REFUSED),
    "nothing": (PCT, b"", {}, REFUSED),
    "blanks": (PCT, b"\n\n \n", {}, REFUSED),
    "no rows": (PCT, edit(PCT, lambda b: b[: b.index(b"\n") + 1]), {}, REFUSED),
    "cut in a row": (PCT, edit(PCT, lambda b: b[: len(b) // 2]), {}, REFUSED),
    "cut in the last cell": (PCT, edit(PCT, lambda b: b[:-3]), {}, REFUSED),
    "cut between economies": (
        PCT,
        frame(PCT, lambda r: r[r["country_code"] < "USA"]),
        {},
        REFUSED,
    ),
    "cut between rows": (PCT, frame(PCT, lambda r: r.iloc[:430]), {}, REFUSED),
    "cut bins": (BINS, frame(BINS, lambda r: r.iloc[:4500]), {}, REFUSED),
    "cut prices": (STORES, frame(STORES, lambda r: r.iloc[:50]), {}, REFUSED),
    "UTF-16": (PCT, text(percentiles()).decode().encode("utf-16"), {}, REFUSED),
    "Latin-1": (PCT, edit(PCT, lambda b: b.replace(b"national", b"nation\xe9l", 1)), {}, REFUSED),
    "a NUL": (PCT, edit(PCT, lambda b: b.replace(b"national", b"nation\0l", 1)), {}, REFUSED),
    "semicolons": (PCT, text(percentiles(), sep=";"), {}, REFUSED),
    "tabs": (PCT, text(percentiles(), sep="\t"), {}, REFUSED),
    "decimal commas": (PCT, text(percentiles(), sep=";", decimal=","), {}, REFUSED),
    "a quote not closed": (PCT, edit(PCT, lambda b: b.replace(b"DEU", b'"DEU', 1)), {}, REFUSED),
    "a cell more": (PCT, edit(PCT, lambda b: b.replace(b"DEU,", b"DEU,,", 1)), {}, REFUSED),
    "a blank line": (PCT, edit(PCT, lambda b: b.replace(b"\nDEU", b"\n\nDEU", 1)), {}, REFUSED),
    "a column lost": (PCT, frame(PCT, lambda r: r.drop(columns="pop_share")), {}, REFUSED),
    "a column twice": (
        PCT,
        edit(PCT, lambda b: b.replace(b"pop_share", b"quantile", 1)),
        {},
        REFUSED,
    ),
    "columns of another file": (PCT, text(store_prices()), {}, REFUSED),
    "two columns swapped": (
        PCT,
        frame(
            PCT,
            lambda r: r.rename(
                columns={
                    "avg_welfare": "quantile",
                    "quantile": "pop_share",
                    "pop_share": "avg_welfare",
                }
            ),
        ),
        {},
        REFUSED,
    ),
    "an unknown economy": (PCT, frame(PCT, lambda r: r.replace({"KEN": "KEX"})), {}, REFUSED),
    "an aggregate": (PCT, frame(PCT, lambda r: r.replace({"KEN": "WLD"})), {}, REFUSED),
    "ISO2": (PCT, frame(PCT, lambda r: r.replace({"KEN": "KE"})), {}, REFUSED),
    "a row twice": (PCT, frame(PCT, lambda r: pd.concat([r, r.iloc[[7]]])), {}, REFUSED),
    "a percentile lost": (PCT, frame(PCT, lambda r: r.drop(index=205)), {}, REFUSED),
    "a percentile 0": (PCT, cell(PCT, 200, "percentile", 0), {}, REFUSED),
    "a percentile 101": (PCT, cell(PCT, 299, "percentile", 101), {}, REFUSED),
    "two percentiles swapped": (
        PCT,
        frame(PCT, lambda r: r.assign(percentile=r["percentile"].replace({20: 80, 80: 20}))),
        {},
        REFUSED,
    ),
    "percentiles from the richest": (
        PCT,
        frame(PCT, lambda r: r.assign(percentile=101 - r["percentile"])),
        {},
        REFUSED,
    ),
    "a mean below zero": (PCT, cell(PCT, 0, "avg_welfare", -1), {}, REFUSED),
    "a mean that is no number": (PCT, cell(PCT, 5, "avg_welfare", "NaN"), {}, REFUSED),
    "a mean with a comma": (PCT, cell(PCT, 5, "avg_welfare", '"1,5"'), {}, REFUSED),
    "a blank mean": (PCT, cell(PCT, 5, "avg_welfare", ""), {}, REFUSED),
    "an infinite mean": (PCT, cell(PCT, 99, "avg_welfare", "1e400"), {}, REFUSED),
    "a mean of other digits": (PCT, cell(PCT, 5, "avg_welfare", "\uff11"), {}, REFUSED),
    "a mean ten times": (PCT, scaled(PCT, "avg_welfare", 10, percentile=100), {}, REFUSED),
    "a mean one per cent more": (
        PCT,
        scaled(PCT, "avg_welfare", 1.01, percentile=100, country_code="ZAF"),
        {},
        REPORTED,
    ),
    "a mean a thousandth more": (
        PCT,
        scaled(PCT, "avg_welfare", 1.001, percentile=100, country_code="ZAF"),
        {},
        REPORTED,
    ),
    "people in per cent": (PCT, scaled(PCT, "pop_share", 100), {}, REFUSED),
    "people that are not all": (PCT, scaled(PCT, "pop_share", 0.9), {}, REFUSED),
    "shares in per cent": (PCT, scaled(PCT, "welfare_share", 100), {}, REFUSED),
    "shares that add up to more": (PCT, scaled(PCT, "welfare_share", 1.1), {}, REFUSED),
    "a month for a day": (PCT, scaled(PCT, "avg_welfare", 30.4), {}, REFUSED),
    "2021 PPP said to be 2017": (PCT, scaled(PCT, "avg_welfare", 1.17), {}, REFUSED),
    "2017 PPP said to be 2021": (PCT, text(percentiles()), {"ppp": "2021"}, REFUSED),
    "another PPP year in the file": (
        PCT,
        frame(PCT, lambda r: r.assign(ppp_year=2021)),
        {},
        REFUSED,
    ),
    "PPP years mixed": (
        PCT,
        frame(PCT, lambda r: r.assign(ppp_version=[2017] * 500 + [2021] * (len(r) - 500))),
        {},
        REFUSED,
    ),
    "two economies swapped": (PCT, swapped(PCT, "NOR", "IND", "country_code"), {}, REFUSED),
    "an economy gone": (PCT, frame(PCT, lambda r: r[r["country_code"] != "IND"]), {}, REFUSED),
    "an older survey": (
        PCT,
        frame(PCT, lambda r: r[(r["country_code"] != "KEN") | (r["year"] == 2005)]),
        {},
        REFUSED,
    ),
    "a year of no calendar": (PCT, cell(PCT, 3, "year", 20176), {}, REFUSED),
    "a level nobody knows": (PCT, cell(PCT, 3, "reporting_level", "nation"), {}, REFUSED),
    "a bin lost": (BINS, frame(BINS, lambda r: r.drop(index=3500)), {}, REFUSED),
    "bins that fall": (BINS, cell(BINS, 3500, "welf", 0.001), {}, REFUSED),
    "bins of nobody": (BINS, cell(BINS, 3500, "pop", 0), {}, REFUSED),
    "a hundred bins": (BINS, frame(BINS, lambda r: r[r["obs"] <= 100]), {}, REFUSED),
    "bins of a month": (BINS, scaled(BINS, "welf", 30.4), {}, REFUSED),
    "bins up to a year": (BINS, text(thousandths()), {"year": "1990"}, REFUSED),
    "an unknown store": (STORES, frame(STORES, lambda r: r.replace({"KEN": "KEX"})), {}, REFUSED),
    "a price where there is no app": (
        STORES,
        frame(STORES, lambda r: r.assign(storefront_status="app_not_offered")),
        {},
        REFUSED,
    ),
    "a price of nothing": (STORES, cell(STORES, 8, "usd", 0), {}, REFUSED),
    "a price without a currency": (
        STORES,
        frame(STORES, lambda r: r.assign(currency="")),
        {},
        REFUSED,
    ),
    "prices in cents": (STORES, scaled(STORES, "usd", 100), {}, REFUSED),
    "prices of a year": (STORES, scaled(STORES, "usd", 12), {}, REFUSED),
    "one plan ten times": (STORES, scaled(STORES, "usd", 10, plan="chatgpt_plus"), {}, REFUSED),
    "one price in its currency": (
        STORES,
        scaled(STORES, "usd", 80, plan="chatgpt_plus", iso3="IND"),
        {},
        REPORTED,
    ),
    "a plan without an economy": (STORES, frame(STORES, lambda r: r.drop(index=8)), {}, REFUSED),
    "a plan gone": (STORES, frame(STORES, lambda r: r[r["plan"] != "claude_pro"]), {}, REFUSED),
    "an economy of stores gone": (
        STORES,
        frame(STORES, lambda r: r[r["iso3"] != "IND"]),
        {},
        REFUSED,
    ),
    "a status nobody knows": (STORES, cell(STORES, 8, "storefront_status", "yes"), {}, REFUSED),
}


def spoilt(rng: random.Random) -> tuple[str, bytes, set[str]]:
    """A percentile file spoilt at random, and how it may end."""
    right = text(percentiles())
    lines = right.splitlines(keepends=True)
    at = rng.randrange(1, len(lines) - 100)  # not of the older survey, which is left out
    kind = rng.choice(["cut", "byte", "line lost", "line twice", "lines swapped", "cell", "end"])
    if kind == "cut":
        return kind, right[: rng.randrange(len(right) - 1)], {REFUSED}
    if kind == "byte":
        place = rng.randrange(len(right))
        spoilt = right[:place] + bytes([rng.randrange(1, 256)]) + right[place + 1 :]
        return kind, spoilt, {WHOLE, REFUSED, REPORTED}
    if kind == "line lost":
        return kind, b"".join(lines[:at] + lines[at + 1 :]), {REFUSED}
    if kind == "line twice":
        return kind, b"".join([*lines[:at], lines[at], *lines[at:]]), {REFUSED}
    if kind == "lines swapped":
        lines[at], lines[at + 1] = lines[at + 1], lines[at]
        return kind, b"".join(lines), {WHOLE}
    if kind == "end":
        return kind, b"".join(lines[:at]), {REFUSED}
    cells = lines[at].split(b",")
    cells[5] = f"{float(cells[5]) * rng.choice([0.1, 0.9, 1.05, 7]):.8f}".encode()
    lines[at] = b",".join(cells)
    return kind, b"".join(lines), {REFUSED, REPORTED}
