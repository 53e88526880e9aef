"""What a plan costs groups of economies: by income group, region, quintile, threshold, broadband.

Each table counts the economies it is made of; an economy without an income or a price is in none,
and `left_out` names it.
"""

from __future__ import annotations

import pandas as pd

from affordability.people.prices import NO_STOREFRONT, NOT_OFFERED, OFFERED
from affordability.tables import InputError

BURDEN = [
    "plan",
    "{group}",
    "n",
    "median_share",
    "p25_share",
    "p75_share",
    "median_share_ppp",
    "median_usd_per_month",
]
QUINTILES = ["q1", "q2", "q3", "q4", "q5"]


def by_group(burden: pd.DataFrame, members: pd.DataFrame, group: str) -> pd.DataFrame:
    """Return the distribution of a plan's burden over the economies of each group.

    Args:
        burden: economy, plan, usd_per_month, share, share_ppp.
        members: economy and `group`; an economy may be in several groups or none.

    Returns:
        plan, `group`, n, median_share, p25_share, p75_share, median_share_ppp and
        median_usd_per_month; n counts the economies with a price and an income.
    """
    known = members[members[group].notna() & members[group].ne("")]
    rows = burden[burden["share"].notna()].merge(known[["economy", group]], on="economy")
    grouped = rows.groupby(["plan", group], sort=True)
    table = grouped.agg(
        n=("share", "size"),
        median_share=("share", "median"),
        p25_share=("share", lambda share: share.quantile(0.25)),
        p75_share=("share", lambda share: share.quantile(0.75)),
        median_share_ppp=("share_ppp", "median"),
        median_usd_per_month=("usd_per_month", "median"),
    ).reset_index()
    return table[[column.format(group=group) for column in BURDEN]]


def by_quintile(burden: pd.DataFrame, shares: pd.DataFrame, groups: pd.Series) -> pd.DataFrame:
    """Return what a plan costs the average person of each fifth of the people.

    A fifth with share q of all income has 5·q of the mean income, so the plan costs it
    share / (5·q).

    Args:
        burden: economy, plan, share.
        shares: q1 to q5 by economy, fractions.
        groups: income group by economy.

    Returns:
        plan, income_group, quintile (1 is the poorest), n, median_share.
    """
    rows = burden[burden["share"].notna() & burden["economy"].isin(shares.index)]
    parts = []
    for number, quintile in enumerate(QUINTILES, 1):
        share = rows["share"] / (5 * rows["economy"].map(shares[quintile]))
        parts.append(
            pd.DataFrame(
                {
                    "plan": rows["plan"],
                    "income_group": rows["economy"].map(groups),
                    "quintile": number,
                    "share": share,
                }
            )
        )
    grouped = pd.concat(parts).groupby(["plan", "income_group", "quintile"], sort=True)["share"]
    return grouped.agg(n="size", median_share="median").reset_index()


def exposure(burden: pd.DataFrame, thresholds: list[float], working_age: pd.Series) -> pd.DataFrame:
    """Return in how many economies a plan costs more than each share of the average income.

    Returns:
        plan, threshold, n (economies with a price and an income), n_above, economies_share_above,
        working_age_share_above (of the people aged 15 to 64 of these economies).

    Raises:
        InputError: a threshold that is no share above zero.
    """
    for threshold in thresholds:
        check_threshold(threshold)
    rows = burden[burden["share"].notna()]
    rows = rows.assign(people=rows["economy"].map(working_age).fillna(0))
    found = []
    for plan, part in rows.groupby("plan", sort=True):
        for threshold in thresholds:
            above = part["share"] > threshold
            people = part.loc[above, "people"].sum() / part["people"].sum()
            found.append((plan, threshold, len(part), int(above.sum()), above.mean(), people))
    names = ["plan", "threshold", "n", "n_above", "economies_share_above"]
    return pd.DataFrame(found, columns=[*names, "working_age_share_above"])


def check_threshold(threshold: float) -> None:
    """Stop unless a threshold is a share of income, above 0 and at most 1."""
    if not 0 < threshold <= 1:
        raise InputError(
            f"threshold: found {threshold:g}, expected a share of income above 0 and at most 1"
        )


def against_broadband(burden: pd.DataFrame, baskets: pd.DataFrame) -> pd.DataFrame:
    """Return each plan beside each broadband basket of the newest year it has a price in.

    Returns:
        economy, plan, basket, year, usd_per_month, basket_usd, price_ratio, share (of annual GNI
        per capita), basket_share (of monthly GNI per capita as the ITU computes it).
    """
    rows = baskets[baskets["usd"].notna()].sort_values("year")
    rows = rows.drop_duplicates(["iso3", "basket"], keep="last")
    rows = rows.rename(columns={"iso3": "economy", "usd": "basket_usd"})
    rows = rows.assign(basket_share=rows["pct_gni"] / 100)
    table = burden[burden["usd_per_month"].notna()].merge(rows, on="economy")
    table["price_ratio"] = table["usd_per_month"] / table["basket_usd"].where(
        table["basket_usd"] > 0
    )
    names = ["economy", "plan", "basket", "year", "usd_per_month", "basket_usd", "price_ratio"]
    table = table[[*names, "share", "basket_share"]]
    return table.sort_values(["economy", "plan", "basket"], ignore_index=True)


def left_out(burden: pd.DataFrame, incomes: pd.DataFrame) -> pd.DataFrame:
    """Return the economies without a share, by plan, and why: economy, plan, reason."""
    rows = burden[burden["share"].isna()]
    why = {
        "no price": rows["usd_per_month"].isna() & rows["status"].eq(OFFERED),
        NOT_OFFERED: rows["status"].eq(NOT_OFFERED),
        NO_STOREFRONT: rows["status"].eq(NO_STOREFRONT),
        "no GNI per capita": rows["economy"].map(incomes["gni"]).isna(),
        "no number of people": rows["economy"].map(incomes["population"]).isna(),
    }
    each = pd.DataFrame(why).to_dict("records")
    reasons = [", ".join(reason for reason, holds in row.items() if holds) for row in each]
    return rows[["economy", "plan"]].assign(reason=reasons).reset_index(drop=True)
