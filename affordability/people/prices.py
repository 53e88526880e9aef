"""The price there: what a plan costs a month in each economy, and what share of an income that is.

    share     = 12 · price / GNI per capita (Atlas)
    share_ppp = 12 · price / GNI per capita in PPP: the share, if the price were PPP-indexed
    share_nni = 12 · price / adjusted net national income per capita
    price in PPP$ = price / price level

Conventions as in the ITU's price baskets (US$, PPP$, share of GNI per capita) and Oh (2026), doi
10.5281/zenodo.23006365. An *offer* is a row economy, plan, usd_per_month, status: `reference` for
a price that holds everywhere by assumption, else what the storefront was found to be.
"""

from __future__ import annotations

import pandas as pd

from affordability.tables import InputError

# Reference plans: the list prices of plans in US$, as if they held everywhere.
FLAT = {"flat_8": 8.0, "flat_20": 20.0, "flat_100": 100.0, "flat_200": 200.0}
OFFERED, NOT_OFFERED, NO_STOREFRONT = (
    "local_storefront",
    "app_not_offered",
    "no_local_storefront",
)
REFERENCE = "reference"
OFFER = ["economy", "plan", "usd_per_month", "status"]
HIGH = "High income"


def reference_offers(economies: list[str], plans: dict[str, float] = FLAT) -> pd.DataFrame:
    """Return reference plans (US$ a month by name) at their price in every economy."""
    rows = [(e, plan, usd, REFERENCE) for e in economies for plan, usd in plans.items()]
    return pd.DataFrame(rows, columns=OFFER)


def store_offers(store_prices: pd.DataFrame) -> pd.DataFrame:
    """Return what the app stores offer; no price where there is no storefront or no app.

    Raises:
        InputError: a price where nothing is on offer, or a price that is not above zero.
    """
    rows = store_prices.rename(
        columns={"iso3": "economy", "usd": "usd_per_month", "storefront_status": "status"}
    )[OFFER]
    priced = rows["usd_per_month"].notna()
    for wrong, expected in (
        (priced & rows["status"].ne(OFFERED), f"none where the storefront is not {OFFERED}"),
        (priced & rows["usd_per_month"].le(0), "one above zero"),
    ):
        if wrong.any():
            row = rows[wrong].iloc[0]
            raise InputError(
                f"store prices, {row['economy']}, {row['plan']}: found a price of "
                f"{row['usd_per_month']:g} ({row['status']}), expected {expected}"
            )
    return rows.reset_index(drop=True)


def burden(offers: pd.DataFrame, incomes: pd.DataFrame) -> pd.DataFrame:
    """Return the offers with ppp_per_month, share, share_ppp and share_nni (missing where any is).

    Raises:
        InputError: an economy that has no row in `incomes`.
    """
    unknown = set(offers["economy"]) - set(incomes.index)
    if unknown:
        raise InputError(
            f"offers: found the economy {sorted(unknown)[0]}, expected one of the {len(incomes)} "
            "economies of the vintage"
        )
    there = incomes.reindex(offers["economy"]).set_axis(offers.index)
    price = offers["usd_per_month"]
    return offers.assign(
        ppp_per_month=price / there["price_level"],
        share=12 * price / there["gni"],
        share_ppp=12 * price / there["gni_ppp"],
        share_nni=12 * price / there["nni"],
    )


def cheapest(burden: pd.DataFrame) -> pd.DataFrame:
    """Return the cheapest plan on offer in each economy; reference plans are not on offer.

    Returns:
        economy, plan, usd_per_month, share, status; where nothing is on offer plan and price are
        missing and the status says why: an app that is not offered says more than no storefront.
        free_tier: what the plan's app gives for nothing, where the burden has it.
    """
    rows = burden[burden["status"].ne(REFERENCE)]
    order = {OFFERED: 0, NOT_OFFERED: 1, NO_STOREFRONT: 2}
    rows = rows.assign(order=rows["status"].map(order)).sort_values(
        ["economy", "order", "usd_per_month", "plan"], na_position="last"
    )
    rows = rows.drop_duplicates("economy")
    rows = rows.assign(plan=rows["plan"].where(rows["usd_per_month"].notna()))
    names = ["economy", "plan", "usd_per_month", "share", "status", "free_tier"]
    return rows[[name for name in names if name in rows]].reset_index(drop=True)


def free_tiers(burden: pd.DataFrame, store_prices: pd.DataFrame, tiers: pd.DataFrame) -> pd.Series:
    """Return the free tier of the app of each row's plan where that app is offered, else "".

    Args:
        store_prices: plan, app. tiers: app, name.
    """
    app = store_prices.drop_duplicates("plan").set_index("plan")["app"]
    name = tiers[tiers["app"].ne("")].set_index("app")["name"]
    named = burden["plan"].map(app).map(name)
    return named.where(burden["status"].eq(OFFERED), "").fillna("")


def fair_prices(burden: pd.DataFrame, incomes: pd.DataFrame, base: str = "USA") -> pd.DataFrame:
    """Return two other prices of each plan in each economy.

    Returns:
        economy, plan, usd_per_month,
        equal_burden_usd: the price that costs the share of income which the plan costs the median
            high-income economy, share* · GNI per capita / 12;
        ppp_indexed_usd: the price in `base` times the price level there over that of `base`.
    """
    there = incomes.reindex(burden["economy"]).set_axis(burden.index)
    high = burden[there["income_group"].eq(HIGH)]
    median = burden["plan"].map(high.groupby("plan")["share"].median())
    home = burden[burden["economy"].eq(base)].set_index("plan")["usd_per_month"]
    level = there["price_level"] / incomes["price_level"].get(base)
    return burden[["economy", "plan", "usd_per_month"]].assign(
        equal_burden_usd=median * there["gni"] / 12,
        ppp_indexed_usd=burden["plan"].map(home) * level,
    )


def pay_per_question(
    tokens_in: float, tokens_out: float, usd_per_mtok_in: float, usd_per_mtok_out: float
) -> float:
    """Return US$ of one question at the price of an API by the token.

    Raises:
        InputError: a number of tokens or a price below zero, or nothing read and written.
    """
    given = (tokens_in, tokens_out, usd_per_mtok_in, usd_per_mtok_out)
    if min(given) < 0 or tokens_in + tokens_out == 0:
        raise InputError(f"question: found {given}, expected tokens and prices of zero or more")
    return (tokens_in * usd_per_mtok_in + tokens_out * usd_per_mtok_out) / 1e6
