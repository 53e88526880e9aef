"""Files of the Poverty and Inequality Platform, proven whole and held against the last vintage.

A percentile file holds many surveys of an economy; the newest one is kept, and counted what was
not. A file of 1,000 bins holds years, filled in where there was no survey; one year is kept. The
PPP year is not in either: the same file names served 2017 PPP and 2021 PPP. A survey that the last
vintage has too tells them apart, since its mean is the same only in the same PPP year.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from affordability.fetch import last
from affordability.fetch.comparison import FEW, Cell, Findings, compare
from affordability.fetch.file import Table
from affordability.tables import columns
from affordability.vintages import Vintage

IDENTITY = ["iso3", "reporting_level", "welfare", "year"]  # of a survey
# Which survey of one economy and year is kept: our choice, as in the frozen vintage before.
LEVELS = ("national", "urban", "rural")
WELFARE = ("consumption", "income")
SUM_TO_ONE = 1e-3  # further from one is refused, further than rounding is reported
SHARE_APART = 5e-4  # of all welfare, a published share from that of its mean; the same
ROUNDING = 1e-6
FALL = 1e-6  # of the mean before: what rounding can do
SAME_MEAN = 0.02  # what a revision of prices or of a survey moves a mean at most, usually
HELD = "another PPP year or unit, if not another survey"


@dataclass(frozen=True)
class Distributions:
    """What is kept of a file: bins, surveys (None where the file names none), and what was not."""

    bins: pd.DataFrame
    surveys: pd.DataFrame | None
    left_out: dict[str, int]
    notes: list[str]


def read(table: Table, ppp: int, newest: int, source: str, known: frozenset[str]) -> Distributions:
    """Return the distribution of each economy in a file.

    Args:
        table: the rows of a file of percentiles or of 1,000 bins.
        ppp: the PPP year that was said.
        newest: the newest year to take.
        source: the id of the source of every row.
        known: the economies there are.

    Raises:
        FetchError: an economy nobody knows, a survey with a slice missing or out of order, shares
            that do not add up to one or are not those of the means, no row up to `newest`.
    """
    found = percentiles(table) if table.format == "pip_percentiles" else thousandths(table)
    unknown = ~found["iso3"].isin(known)
    if unknown.any():
        row, key = int(unknown.idxmax()), table.rows.columns[0]
        expected = f"one of the {len(known)} economies of the World Bank"
        table.refuse(row, key, repr(found["iso3"][row]), expected)
    check_whole(table, found)
    notes = check_shares(table, found) if "welfare_share" in found else []
    kept, left_out = chosen(found, newest, table)
    if gone := sorted(set(found["iso3"]) - set(kept["iso3"])):
        notes.append(f"left out, without a row of the year that is taken: {', '.join(gone)}")
    kept = kept.assign(ppp_year=ppp, source_id=source)
    total = kept.groupby("iso3")["people_share"].transform("sum")
    exact = (total - 1).abs() < 1e-9  # the digits stay as they were published
    kept["people_share"] = kept["people_share"].where(exact, kept["people_share"] / total)
    surveys = _surveys(kept) if table.format == "pip_percentiles" else None
    return Distributions(kept[columns("income_bins")], surveys, left_out, notes)


def percentiles(table: Table) -> pd.DataFrame:
    """Return the rows of a percentile file in the words of `income_bins`, row by row."""
    names = {
        "country_code": "iso3",
        "welfare_type": "welfare",
        "percentile": "bin",
        "avg_welfare": "mean",
        "pop_share": "people_share",
    }
    return table.rows.rename(columns=names).assign(slices=100)


def thousandths(table: Table) -> pd.DataFrame:
    """Return the rows of a file of 1,000 bins in the words of `income_bins`, row by row."""
    found = table.rows.rename(columns={"code": "iso3", "welf": "mean"})
    people = found.groupby(["iso3", "year"])["pop"].transform("sum")
    if (people <= 0).any():
        table.refuse(int((people <= 0).idxmax()), "pop", "nobody in all bins", "people")
    share = found["pop"] / people
    odd = (share < 0.0002) | (share > 0.005)
    if odd.any():
        row = int(odd.idxmax())
        table.refuse(row, "pop", f"{share[row]:.4%} of the people", "about a thousandth of them")
    fixed = {"reporting_level": "national", "welfare": "", "slices": 1000}
    return found.assign(people_share=share, **fixed)


def check_whole(table: Table, found: pd.DataFrame) -> None:
    """Stop at the first survey that is not whole: slices, order, shares."""
    ordered = found.sort_values([*IDENTITY, "bin"], kind="stable")
    groups = ordered.groupby(IDENTITY, sort=False)
    slices = int(found["slices"].iloc[0])
    lacking = groups["bin"].transform("size") != slices  # each once, by the key of the schema
    if lacking.any():
        row = int(ordered.index[lacking.to_numpy()][0])
        have = set(ordered.loc[groups.ngroup() == groups.ngroup()[row], "bin"])
        lost = min(set(range(1, slices + 1)) - have)
        said = f"{_named(found, row)} without slice {lost}, {len(have)} in all"
        table.refuse(row, "", said, f"1 to {slices}")
    before = groups["mean"].shift()
    falls = ordered["mean"] < before * (1 - FALL)
    if falls.any():
        row = int(ordered.index[falls.to_numpy()][0])
        was = f"less than the {before[row]:g} of the slice before in {_named(found, row)}"
        table.refuse(row, _means(table), f"{found['mean'][row]:g}, {was}", "means that rise")
    positive = groups["mean"].transform("sum") > 0
    if not positive.all():
        row = int(ordered.index[~positive.to_numpy()][0])
        table.refuse(row, _means(table), f"nothing but 0 in {_named(found, row)}", "means above 0")


def check_shares(table: Table, found: pd.DataFrame) -> list[str]:
    """Return where shares are off by more than rounding; stop where they are no shares at all."""
    group, notes = [found[key] for key in IDENTITY], []
    for name, column in (("pop_share", "people_share"), ("welfare_share", "welfare_share")):
        sums = found[column].groupby(group).transform("sum")
        apart = (sums - 1).abs()
        row = int(apart.idxmax())
        said = f"{sums[row]:.8g} as the sum of {_named(found, row)}"
        if apart[row] > SUM_TO_ONE:
            table.refuse(row, name, said, "1")
        notes += [f"{name}: {said}"] if apart[row] > ROUNDING else []
    money = found["mean"] * found["people_share"]
    share = money / money.groupby(group).transform("sum")
    apart = (share - found["welfare_share"]).abs()
    row = int(apart.idxmax())
    said = f"{found['welfare_share'][row]:.8g} in {_named(found, row)}"
    expected = f"{share[row]:.8g}, as its mean and people have it"
    if apart[row] > SHARE_APART:
        table.refuse(row, "welfare_share", said, expected)
    return [*notes, f"welfare_share: {said}, not {expected}"] if apart[row] > ROUNDING else notes


def _means(table: Table) -> str:
    return "avg_welfare" if table.format == "pip_percentiles" else "welf"


def _named(found: pd.DataFrame, row: int) -> str:
    at = found.loc[row]
    return " ".join(
        filter(None, (at["iso3"], str(at["year"]), at["reporting_level"], at["welfare"]))
    )


def chosen(found: pd.DataFrame, newest: int, table: Table) -> tuple[pd.DataFrame, dict[str, int]]:
    """Return the rows of one survey an economy, or of one year of bins; and what was left out."""
    in_time = found[found["year"] <= newest]
    if in_time.empty:
        first = f"nothing before {found['year'].min()}"
        table.refuse(0, "year", first, f"a year up to {newest}")
    of_bins = table.format == "pip_thousandths"
    last = in_time["year"].max() if of_bins else in_time.groupby("iso3")["year"].transform("max")
    of_year = in_time[in_time["year"] == last]
    level = of_year["reporting_level"].map(LEVELS.index)
    of_level = of_year[level == level.groupby(of_year["iso3"]).transform("min")]
    welfare = of_level["welfare"].map({"": 0, **{w: i for i, w in enumerate(WELFARE)}})
    kept = of_level[welfare == welfare.groupby(of_level["iso3"]).transform("min")]
    slices = int(found["slices"].iloc[0])
    counts = {
        "newer than the year asked": len(found) - len(in_time),
        "older years": len(in_time) - len(of_year),
        "towns or countryside alone": len(of_year) - len(of_level),
        "income beside consumption": len(of_level) - len(kept),
    }
    return kept.reset_index(drop=True), {k: n // slices for k, n in counts.items() if n}


def _surveys(kept: pd.DataFrame) -> pd.DataFrame:
    """Return `income_surveys`; no Gini, which hundredths understate, and no kind of data."""
    weighed = kept.assign(money=kept["mean"] * kept["people_share"])
    means = weighed.groupby("iso3")["money"].sum()
    half = kept[kept["bin"] == 50].set_index("iso3")
    rows = half.assign(mean=means, median=half["quantile"], distribution="", gini=np.nan)
    return rows.reset_index()[columns("income_surveys")]


def last_vintage(raw: Path, ppp: int) -> Vintage | None:
    """Return the newest vintage in use with the PPP year, else the newest of any; None if none."""
    known = last.every(raw, "pip")
    return max(known, key=lambda v: (ppp_of(v) == ppp, *last.frozen_on(v)), default=None)


def ppp_of(vintage: Vintage) -> int:
    """Return the PPP year of a vintage."""
    name = "income_bins" if "income_bins" in vintage.files else "income_surveys"
    return int(vintage.read(name)["ppp_year"].iloc[0])


def tenths(bins: pd.DataFrame) -> list[Cell]:
    """Return the mean of each tenth of the people, an economy at a time, as cells to compare."""
    at = bins.sort_values(["iso3", "bin"])
    middle = at.groupby("iso3")["people_share"].cumsum() - at["people_share"] / 2
    tenth = np.minimum((middle * 10).astype(int) + 1, 10)
    sums = at.assign(tenth=tenth, money=at["mean"] * at["people_share"])
    sums = sums.groupby(["iso3", "tenth"])[["money", "people_share"]].sum()
    means = sums["money"] / sums["people_share"]
    return [("mean of a tenth", code, int(n), float(v)) for (code, n), v in means.items()]


def tenths_of(vintage: Vintage) -> list[Cell]:
    """Return the same of a frozen vintage, whether it holds bins or shares of tenths."""
    if "income_bins" in vintage.files:
        return tenths(vintage.read("income_bins"))
    shares = vintage.read("income_deciles")
    means = shares["iso3"].map(vintage.read("income_surveys").set_index("iso3")["mean"])
    values = zip(shares["iso3"], shares["decile"], shares["share"] * means * 10, strict=True)
    return [("mean of a tenth", code, int(n), float(v)) for code, n, v in values]


def surveys_of(vintage: Vintage) -> pd.DataFrame:
    """Return iso3, year and mean of what a vintage holds."""
    if "income_surveys" in vintage.files:
        return vintage.read("income_surveys")[["iso3", "year", "mean"]]
    return means_of(vintage.read("income_bins"))


def means_of(bins: pd.DataFrame) -> pd.DataFrame:
    """Return iso3, year and mean of distributions."""
    weighed = bins.assign(mean=bins["mean"] * bins["people_share"])
    return weighed.groupby(["iso3", "year"], as_index=False)["mean"].sum()


def held_against(found: Distributions, ppp: int, last: Vintage) -> Findings:
    """Return what differs from the last vintage: economies gone, levels, the PPP year."""
    findings = compare(tenths(found.bins), tenths_of(last))
    return findings + against_surveys(means_of(found.bins), ppp, surveys_of(last), ppp_of(last))


def against_surveys(new: pd.DataFrame, ppp: int, old: pd.DataFrame, old_ppp: int) -> Findings:
    """Compare the surveys that both have: a year that went back, means of another PPP year."""
    both = new.merge(old, on="iso3", suffixes=("", "_before"))
    back = both[both["year"] < both["year_before"]]
    losses = [f"{r.iso3} {r.year_before} became {r.year}" for r in back.head(6).itertuples()]
    losses = {"surveys": [f"{len(back)} went back, {', '.join(losses)}"]} if losses else {}
    same = both[both["year"] == both["year_before"]]
    ratios = same["mean"] / same["mean_before"]
    if len(same) < FEW:
        said = f"PPP year not proven: {len(same)} surveys are in the vintage before too"
        return Findings(losses, {}, [said])
    near = float(((ratios - 1).abs() < SAME_MEAN).mean())
    what = f"of {len(same)} surveys that both have, {near:.0%} have the mean"
    changes = {}
    if ppp == old_ppp and near < 0.5:
        middle = f"the median ratio is {ratios.median():.4g}"
        changes = {"PPP year": [f"{what} of the vintage before, {middle}: {HELD}"]}
    if ppp != old_ppp and near > 0.5:
        changes = {"PPP year": [f"{what} they have in {old_ppp} PPP: not {ppp} PPP"]}
    return Findings(losses, changes)
