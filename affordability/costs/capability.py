"""Capability: scores by named benchmarks, and how the price of a capability moves.

Each benchmark comes from one source, and two are never averaged. Per month:

    price  = the least US$ per million tokens asked for any model whose score reaches the bar
    fold   = (price of the first month / price)^(12 / months since)         a year

The bar is the score of a named model. A price counts while it was seen, and `WINDOW_MONTHS` on.
Beside it stands what training the cheapest model of such a score cost, in prices of one month.
"""

from __future__ import annotations

import difflib

import pandas as pd

from affordability.costs.serving.rental import newest_of, on_sale
from affordability.tables import InputError, columns


def scores(capability: pd.DataFrame, benchmark: str) -> pd.DataFrame:
    """Return model_id, model_name, score, source_id of one benchmark, each model's best row."""
    known = sorted(set(capability["benchmark_id"]))
    if benchmark not in known:
        near = difflib.get_close_matches(benchmark, known, 1, 0.3) or known[:1]
        raise InputError(
            f"benchmark: found {benchmark}, expected one of {', '.join(known)} (nearest: {near[0]})"
        )
    rows = capability[capability["benchmark_id"].eq(benchmark)]
    rows = rows.sort_values(["score", "capability_id"], ascending=[False, True])
    names = ["model_id", "model_name", "score", "open_weights", "source_id"]
    return rows.drop_duplicates("model_id")[names].reset_index(drop=True)


def capability_price(
    curated: dict[str, pd.DataFrame], computed: pd.DataFrame, choices: dict, month: str
) -> pd.DataFrame:
    """Return table `capability_price`: one row a benchmark, bar and month up to that of the study.

    Args:
        curated: tables token_prices, withdrawals, capability and benchmarks.
        computed: table training_estimates.
        choices: tokens_in, tokens_out of a question, and `bars`: models whose scores are bars.
        month: YYYY-MM.
    """
    priced = _priced(curated["token_prices"], choices)
    offers = _offers(priced, curated["withdrawals"], month)
    runs = computed[computed["first"] & computed["basis"].eq("amortised")]
    parts = []
    for benchmark in curated["benchmarks"]["benchmark_id"]:
        known = scores(curated["capability"], benchmark)
        for bar in choices["bars"]:
            own = known.loc[known["model_id"].eq(bar), "score"]
            if own.empty:
                continue  # the benchmark has no score of that model
            able = known[known["score"] >= own.iloc[0]]
            rows = _months(offers, runs, set(able["model_id"]))
            if len(rows):
                rows = rows.assign(benchmark_id=benchmark, bar=bar, bar_score=own.iloc[0])
                parts.append(_folds(rows))
    table = pd.concat(parts, ignore_index=True)
    digits = {"usd_per_mtok": 6, "fold_per_year": 4, "fold": 4, "training_usd": 2}
    return table[columns("capability_price")].round(digits)


def _priced(prices: pd.DataFrame, choices: dict) -> pd.DataFrame:
    """Return the token prices in the mix of a question; free tiers are no price.

    Unverified ones but announcements are left out: those of Gemini that a list converted from
    prices per character would win by an error.
    """
    share = choices["tokens_in"] / (choices["tokens_in"] + choices["tokens_out"])
    usd = share * prices["usd_per_mtok_in"] + (1 - share) * prices["usd_per_mtok_out"]
    rows = prices.assign(usd=usd)
    converted = rows["status"].eq("unverified") & rows["date_basis"].ne("announced")
    return rows[rows["model_id"].ne("") & (usd > 0) & ~converted]


def _offers(prices: pd.DataFrame, withdrawals: pd.DataFrame, last: str) -> pd.DataFrame:
    """Return what every provider asked for every model it sold in each month up to the last."""
    months = pd.period_range(prices["date_from"].min()[:7], last, freq="M").astype(str)
    each = ["provider", "model_id"]
    parts = [
        newest_of(on_sale(prices, withdrawals, month), month, each).assign(month=month)
        for month in months
    ]
    return pd.concat(parts, ignore_index=True)


def _months(offers: pd.DataFrame, runs: pd.DataFrame, able: set[str]) -> pd.DataFrame:
    """Return the cheapest of the able models in each month, and the cheapest to train by then."""
    offers, runs = offers[offers["model_id"].isin(able)], runs[runs["model_id"].isin(able)]
    offers = offers.sort_values(["month", "usd", "price_id"]).drop_duplicates("month")
    runs = runs.sort_values(["usd", "model_id"])
    rows = []
    for best in offers.to_dict("records"):
        month = best["month"]
        trained = runs[runs["release_date"].str[:7] <= month]
        least = trained.iloc[0] if len(trained) else None
        rows.append(
            {
                "month": month,
                "model_id": best["model_id"],
                "provider": best["provider"],
                "usd_per_mtok": best["usd"],
                "price_date": best["seen"],
                "price_id": best["price_id"],
                "training_model_id": "" if least is None else least["model_id"],
                "training_usd": float("nan") if least is None else least["usd"],
                "source_id": best["source_id"],
                "status": best["status"],
            }
        )
    return pd.DataFrame(rows)


def _folds(rows: pd.DataFrame) -> pd.DataFrame:
    """Add how many times less it costs than in the first month, and from a year on that a year."""
    index = rows["month"].str[:4].astype(int) * 12 + rows["month"].str[5:].astype(int)
    years = (index - index.iloc[0]) / 12
    fold = rows["usd_per_mtok"].iloc[0] / rows["usd_per_mtok"]
    return rows.assign(fold=fold, fold_per_year=(fold ** (1 / years.where(years >= 1))))
