"""How many people can pay for a plan within a threshold of their own income.

    a person needs an annual income of   z = 12 · price / threshold
    share of people who have it          1 − L'⁻¹(z / μ)

where L is the Lorenz curve of the economy's survey and μ the mean income of a person. By default μ
is GNI per capita (Atlas): the survey gives the shape and the national accounts the level, which
takes what nobody receives in hand (retained profits, say) for income spread like the rest, and so
counts too many. `survey_level` gives the survey's own level instead; a study chooses.

An economy without a survey takes the curve of its income group at its own mean (`group_curve`), one
without an income the share of people of its income group (`group_share`); both are flagged, and
`bounds` says how far that could be wrong.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from affordability.people.distribution import Bins, Curve, fit, one_ppp_year
from affordability.people.prices import NO_STOREFRONT, NOT_OFFERED
from affordability.people.summaries import QUINTILES, check_threshold
from affordability.tables import InputError

WORLD = "World"
DAYS = 365
KEY = ["plan", "threshold"]
COLUMNS = [*KEY, "economy", "share_of_people", "people", "survey_year", "method", "flag"]
IMPUTED = "imputed"


def headcount(
    offers: pd.DataFrame,
    incomes: pd.DataFrame,
    curves: dict[str, Curve | Bins],
    thresholds: list[float],
    means: pd.Series | None = None,
) -> pd.DataFrame:
    """Return how many people can pay for each plan, by economy.

    Args:
        offers: economy, plan, usd_per_month, status.
        incomes: gni, population, income_group by economy.
        curves: the distribution of each economy that has one, and of each income group by its name
            (`group_curves`) for those that have none.
        thresholds: shares of income.
        means: mean annual income of a person in US$ by economy; GNI per capita if not given.

    Returns:
        plan, threshold, economy, share_of_people, people, survey_year, method, flag. An app that is
        not offered is affordable to nobody; without a storefront or a price the share is missing.
    """
    for threshold in thresholds:
        check_threshold(threshold)
    means = incomes["gni"] if means is None else means
    parts = [
        _of_economy(rows, incomes.loc[economy], curves, thresholds, means.get(economy))
        for economy, rows in offers.groupby("economy", sort=True)
    ]
    table = _impute(pd.concat(parts, ignore_index=True), incomes)
    table["people"] = table["share_of_people"] * table["economy"].map(incomes["population"])
    table["survey_year"] = table["survey_year"].astype("Int64")
    return table[COLUMNS].sort_values([*KEY, "economy"], ignore_index=True)


def _of_economy(rows, economy: pd.Series, curves: dict, thresholds: list[float], mean):
    """Return the plans of one economy at all thresholds; the share may still be missing."""
    name = economy.name
    own = name in curves
    curve = curves.get(name, curves.get(economy["income_group"]))
    price, limit = (
        grid.ravel()
        for grid in np.meshgrid(rows["usd_per_month"].to_numpy(float), thresholds, indexing="ij")
    )
    status = np.repeat(rows["status"].to_numpy(object), len(thresholds))
    share = np.full(len(price), np.nan)
    known = np.isfinite(price)
    if curve is not None and mean is not None and mean > 0:
        share[known] = curve.people_above(12 * price[known] / limit[known] / mean)
        method, flag = (curve.form, "") if own else ("group_curve", IMPUTED)
    else:
        method, flag = "group_share", IMPUTED
    share[status == NOT_OFFERED] = 0.0
    unpriced = np.where(np.isin(status, [NOT_OFFERED, NO_STOREFRONT]), status, "no_price")
    return pd.DataFrame(
        {
            "plan": np.repeat(rows["plan"].to_numpy(object), len(thresholds)),
            "threshold": limit,
            "economy": name,
            "share_of_people": share,
            "survey_year": curve.survey_year if method == getattr(curve, "form", "") else None,
            "method": np.where(known, method, "none"),
            "flag": np.where(known, flag, unpriced),
        }
    )


def _impute(table: pd.DataFrame, incomes: pd.DataFrame) -> pd.DataFrame:
    """Fill the share of a priced economy without an income by that of its group's people.

    Taiwan, of whom the vintage has no number of people, is left without one: it is in no total.
    """
    group = table["economy"].map(incomes["income_group"])
    people = table["economy"].map(incomes["population"])
    known = table["share_of_people"].notna() & ~table["flag"].isin([NOT_OFFERED])
    weighed = pd.DataFrame(
        {
            "plan": table["plan"],
            "threshold": table["threshold"],
            "group": group,
            "able": (table["share_of_people"] * people)[known],
            "people": people[known],
        }
    )
    sums = weighed.groupby([*KEY, "group"])[["able", "people"]].transform("sum", min_count=1)
    wanted = table["share_of_people"].isna() & table["method"].eq("group_share") & people.notna()
    return table.assign(
        share_of_people=table["share_of_people"].mask(wanted, sums["able"] / sums["people"])
    )


def totals(table: pd.DataFrame, incomes: pd.DataFrame) -> pd.DataFrame:
    """Return the world, its regions and income groups, in the columns of `headcount`.

    The share is of all people of the economies in the table, whether a price is known there or not;
    the flag says which share of them is imputed and for which no price is known.
    """
    people = table["economy"].map(incomes["population"])
    rows = table.assign(
        all=people,
        imputed=people.where(table["flag"].eq(IMPUTED), 0),
        unpriced=people.where(table["flag"].isin([NO_STOREFRONT, "no_price"]), 0),
    )
    parts = []
    for label in (None, "region", "income_group"):
        of = WORLD if label is None else table["economy"].map(incomes[label])
        sums = rows.assign(economy=of).groupby([*KEY, "economy"], sort=True)
        parts.append(sums[["people", "all", "imputed", "unpriced"]].sum().reset_index())
    sums = pd.concat(parts, ignore_index=True)
    return sums.assign(
        share_of_people=sums["people"] / sums["all"],
        survey_year=pd.array([pd.NA] * len(sums), dtype="Int64"),
        method="total",
        flag=[_said(row.imputed / row.all, row.unpriced / row.all) for row in sums.itertuples()],
    )[COLUMNS]


def _said(imputed: float, unpriced: float) -> str:
    parts = ((imputed, IMPUTED), (unpriced, "without a price"))
    return "; ".join(f"{100 * share:.1f} % of people {word}" for share, word in parts if share > 0)


def readings(counted: dict[str, pd.DataFrame], incomes: pd.DataFrame) -> pd.DataFrame:
    """Return the share of the world's people who can pay, by each way to count them.

    Args:
        counted: tables of `headcount` by the level of incomes they rest on.
        incomes: population by economy.

    Returns:
        plan, threshold, income, imputation (`group`: as the tables have it; `nobody`: where the
        count is imputed nobody can pay; `left_out`: such economies are left out), share_of_people.
    """
    parts = []
    for level, table in counted.items():
        known = table[~table["flag"].isin([NO_STOREFRONT, "no_price"])]
        own = known["flag"].ne(IMPUTED)
        people = known["economy"].map(incomes["population"]).fillna(0)
        able = known["people"].fillna(0)
        ways = {"group": (able, people), "nobody": (able.where(own, 0), people)}
        ways["left_out"] = (able.where(own, 0), people.where(own, 0))
        for way, (numerator, denominator) in ways.items():
            rows = known[KEY].assign(able=numerator, people=denominator)
            sums = rows.groupby(KEY, sort=True)[["able", "people"]].sum()
            share = (sums["able"] / sums["people"]).rename("share_of_people").reset_index()
            parts.append(share.assign(income=level, imputation=way))
    return pd.concat(parts, ignore_index=True)[[*KEY, "income", "imputation", "share_of_people"]]


def group_curves(shares: pd.DataFrame, incomes: pd.DataFrame) -> dict[str, Curve]:
    """Return a curve per income group: fitted to the mean shares of its people's surveys."""
    names = [column for column in shares if column.startswith("q")]
    people = incomes["population"].reindex(shares.index)
    known = shares[people.notna()]
    curves = {}
    for group, part in known.groupby(incomes["income_group"].reindex(known.index)):
        weights = people[part.index]
        mean = part[names].astype(float).mul(weights, axis="index").sum() / weights.sum()
        curves[group] = fit(mean.to_numpy())
    return curves


def survey_level(
    surveys: pd.DataFrame,
    price_level: pd.Series,
    consumer_prices: pd.DataFrame,
    year: int,
    named: str = "income_surveys",
) -> pd.Series:
    """Return the survey's own mean income of a person in US$ a year, by economy.

    mean a day · 365 · price level · US consumer prices of `year` over those of the PPP year. It
    takes the economy's price level for that of the PPP year. Of an economy that is there twice the
    first row counts. `named` is what an error calls the table.

    Raises:
        InputError: PPP years that are mixed, a year without consumer prices.
    """
    rise = inflation(consumer_prices, one_ppp_year(surveys, named), year)
    means = surveys.drop_duplicates("iso3").set_index("iso3")["mean"]
    return means * DAYS * rise * price_level.reindex(means.index)


def inflation(consumer_prices: pd.DataFrame, ppp_year: int, year: int) -> float:
    """Return US consumer prices of a year over those of another, yearly averages.

    Raises:
        InputError: a year that the table lacks.
    """
    index = consumer_prices.set_index("year")["index"]
    for wanted in (ppp_year, year):
        if wanted not in index:
            raise InputError(
                f"consumer_prices, column year: found no {wanted}, expected one from "
                f"{index.index.min()} to {index.index.max()}"
            )
    return float(index[year] / index[ppp_year])


def bounds(
    table: pd.DataFrame,
    offers: pd.DataFrame,
    incomes: pd.DataFrame,
    shares: pd.DataFrame,
    means: pd.Series | None = None,
) -> pd.DataFrame:
    """Return how far the world's count could be wrong: plan, threshold, share_low, share_high.

    Where a survey is there, the bounds hold for any distribution with its shares (`able_between`);
    where a share is imputed, nobody or everybody. Not offered, or without a price, is nobody.
    """
    means = incomes["gni"] if means is None else means
    price = offers.set_index(["economy", "plan"])["usd_per_month"]
    rows = table.assign(
        price=price.reindex(pd.MultiIndex.from_frame(table[["economy", "plan"]])).to_numpy(),
        all=table["economy"].map(incomes["population"]),
        low=0.0,
        high=table["flag"].eq(IMPUTED).astype(float),
    )
    surveyed = rows["economy"].isin(shares.index) & rows["flag"].eq("") & rows["price"].notna()
    for economy, part in rows[surveyed].groupby("economy"):
        needed = 12 * part["price"] / part["threshold"] / means[economy]
        of = shares.loc[economy, QUINTILES].to_numpy(float)
        rows.loc[part.index, "low"], rows.loc[part.index, "high"] = able_between(of, needed)
    known = rows["flag"].eq("") & ~surveyed & rows["share_of_people"].notna()
    for side in ("low", "high"):  # bins and microdata count people: nothing is bounded
        rows[side] = rows[side].mask(known, rows["share_of_people"]) * rows["all"]
    sums = rows.groupby(KEY, sort=True)[["low", "high", "all"]].sum()
    return pd.DataFrame(
        {"share_low": sums["low"] / sums["all"], "share_high": sums["high"] / sums["all"]}
    ).reset_index()


def able_between(shares: np.ndarray, needed: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the least and greatest share of people with `needed` times the mean income.

    Holds for every distribution in which equal groups of people have these income shares. With m_k
    the mean of group k over the mean of all, incomes of group k lie between m_(k−1) and m_(k+1).
    So at least (m_k − x) / (m_(k+1) − x) and at most (m_k − m_(k−1)) / (x − m_(k−1)) of its people
    have x or more.
    """
    n = len(shares)
    mean = np.asarray(shares, float) * n
    poorer = np.concatenate([[0.0], mean[:-1]])[:, None]
    richer = np.concatenate([mean[1:], [np.inf]])[:, None]
    mean, x = mean[:, None], np.asarray(needed, float)[None, :]
    with np.errstate(divide="ignore", invalid="ignore"):
        least = np.where(x <= poorer, 1.0, np.where(x < mean, (mean - x) / (richer - x), 0.0))
        most = np.where(x <= mean, 1.0, (mean - poorer) / (x - poorer))
    most = np.where(x > richer, 0.0, most)
    return least.sum(axis=0) / n, most.sum(axis=0) / n
