"""All tables on people of a study, from its frozen tables and its choices.

The choices are `people` of a study in `config.yaml`: thresholds, the plan that use is set against,
the question that is paid for by the token, the level of incomes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import pandas as pd

from affordability.people import (
    distribution,
    headcount,
    languages,
    prices,
    slopes,
    summaries,
    usage,
)
from affordability.people.incomes import incomes, quintile_shares
from affordability.tables import InputError

# The frozen tables this is made of, by source.
FROZEN = {
    "world_bank": ["economies", "observations"],
    "app_store": ["store_prices"],
    "itu": ["price_baskets"],
    "cldr": ["official_languages"],
    "curated": [
        "ai_usage",
        "consumer_prices",
        "economy_groups",
        "free_tiers",
        "token_lengths",
        "token_prices",
        "language_accuracy",
    ],
}
# Of the vintage of surveys, those that it holds: bins take precedence over the fitted curves.
DISTRIBUTIONS = ["income_bins", "income_surveys"]
TABLES = [
    "subscription_burden",
    "subscription_burden_by_income_group",
    "subscription_burden_by_region",
    "subscription_burden_by_country_group",
    "subscription_burden_by_quintile",
    "subscription_exposure",
    "subscription_price_slope",
    "subscription_headcount",
    "subscription_headcount_bounds",
    "subscription_vs_broadband",
    "income_distributions",
    "headcount_curve",
    "headcount_readings",
    "cheapest_plans",
    "fair_prices",
    "people_left_out",
    "language_price",
    "language_reach",
    "usage_vs_burden",
    "usage_lines",
]
SHARES_SPENT = np.round(np.geomspace(0.001, 1, 61), 5)  # along the curve of who can pay
LEVELS = [0.5, 0.6, 0.7, 0.75, 0.8, 0.85]
NO_MEASURE_OF_USE = "claude_conversations_sampled"  # a count: it grows with the people there


@dataclass(frozen=True)
class World:
    """What every table needs: incomes, offers and their burden, distributions and means."""

    incomes: pd.DataFrame
    offers: pd.DataFrame
    burden: pd.DataFrame
    shares: pd.DataFrame
    curves: dict
    levels: dict[str, pd.Series]  # mean income of a person, US$ a year, by economy

    @property
    def fitted(self) -> pd.DataFrame:
        """The shares of the economies whose curve is fitted to them; bins are fitted to nothing."""
        exact = [e for e in self.shares.index if isinstance(self.curves[e], distribution.Bins)]
        return self.shares.drop(index=exact)

    @property
    def flat(self) -> pd.DataFrame:
        """The offers of the reference plans."""
        return self.offers[self.offers["plan"].isin(prices.FLAT)]


def build(
    given: Mapping[str, pd.DataFrame], choices: dict, rule: dict, month: str
) -> dict[str, pd.DataFrame]:
    """Return every table of `TABLES` by name.

    Args:
        given: the tables of `FROZEN` as the study knew them, and those of `DISTRIBUTIONS` that
            there are.
        choices: `people` of the study.
        rule: its year rule: year, max_age_years.
        month: its price month.
    """
    question = per_question(given["token_prices"], choices["question"], month)
    world = read_world(given, choices, rule, question["usd"])
    return {
        **of_prices(world, given, choices),
        **of_people(world, choices),
        **of_languages(world, given, choices, question),
        **of_use(world, given, choices),
    }


def per_question(token_prices: pd.DataFrame, question: dict, month: str) -> dict:
    """Return the study's question with the price of its model's tokens in a month.

    Returns:
        usd (of one question in English), tokens_in, tokens_out, usd_per_mtok_in, usd_per_mtok_out.

    Raises:
        InputError: the model has no price in that month or before.
    """
    rows = token_prices[
        token_prices["api_model"].eq(question["api_model"])
        & token_prices["date_from"].str[:7].le(month)
    ].sort_values("date_from")
    if rows.empty:
        raise InputError(
            f"config.yaml, people.question.api_model: found {question['api_model']}, expected a "
            f"model of token_prices with a price in {month} or before"
        )
    price = rows.iloc[-1]
    found = {key: question[key] for key in ("tokens_in", "tokens_out")}
    found |= {key: float(price[key]) for key in ("usd_per_mtok_in", "usd_per_mtok_out")}
    return {**found, "usd": prices.pay_per_question(**found)}


def read_world(given: Mapping[str, pd.DataFrame], choices: dict, rule: dict, usd: float) -> World:
    """Return what every table needs; a question costs `usd`."""
    there = incomes(given["economies"], given["observations"], **rule)
    monthly = {f"questions_{choices['question']['a_month']}": choices["question"]["a_month"] * usd}
    known = list(there.index)
    offers = [
        prices.reference_offers(known),
        prices.reference_offers(known, monthly),
        prices.store_offers(given["store_prices"]),
    ]
    offers = pd.concat(offers, ignore_index=True)
    shares = quintile_shares(given["observations"])
    bins = distribution.from_bins(given["income_bins"]) if "income_bins" in given else {}
    curves = headcount.group_curves(shares, there) | distribution.fit_all(shares) | bins
    named = " and ".join(name for name in DISTRIBUTIONS if name in given)
    means, prices_there = means_a_day(given, bins), given["consumer_prices"]
    survey = headcount.survey_level(means, there["price_level"], prices_there, rule["year"], named)
    levels = {"gni": there["gni"], "survey": survey}
    return World(there, offers, prices.burden(offers, there), shares, curves, levels)


def means_a_day(given: Mapping[str, pd.DataFrame], bins: dict) -> pd.DataFrame:
    """Return iso3, ppp_year and mean (PPP $ a day) of bins and of surveys, bins first.

    Raises:
        InputError: the vintage has neither.
    """
    names, parts = ["iso3", "ppp_year", "mean"], []
    if "income_bins" in given:
        first = given["income_bins"].drop_duplicates("iso3")
        parts.append(first.assign(mean=[bins[iso3].mean for iso3 in first["iso3"]])[names])
    if "income_surveys" in given:
        parts.append(given["income_surveys"][names])
    if not parts:
        raise InputError(f"pip: found none of {', '.join(DISTRIBUTIONS)}, expected one at least")
    return pd.concat(parts, ignore_index=True)


def of_prices(world: World, given: Mapping[str, pd.DataFrame], choices: dict) -> dict:
    """Return the tables of what plans cost."""
    there, burden = world.incomes, world.burden
    members = there.reset_index()[["economy", "income_group", "region"]]
    groups, names = there["income_group"], burden["economy"]
    free = prices.free_tiers(burden, given["store_prices"], given["free_tiers"])
    burden = burden.assign(free_tier=free)
    income = burden.assign(gni=names.map(there["gni"]), gni_year=names.map(there["gni_year"]))
    made = {
        "subscription_burden": income,
        "subscription_burden_by_income_group": summaries.by_group(burden, members, "income_group"),
        "subscription_burden_by_region": summaries.by_group(burden, members, "region"),
        "subscription_burden_by_quintile": summaries.by_quintile(burden, world.shares, groups),
        "subscription_exposure": summaries.exposure(
            burden, choices["thresholds"], there["working_age"]
        ),
        "subscription_price_slope": slopes.price_slopes(burden, there).assign(
            source_id=lambda rows: rows["plan"].map(read_in(given["store_prices"])).fillna("")
        ),
        "subscription_vs_broadband": summaries.against_broadband(burden, given["price_baskets"]),
        "cheapest_plans": prices.cheapest(burden),
        "fair_prices": prices.fair_prices(burden, there),
        "people_left_out": summaries.left_out(burden, there),
    }
    members = newest_groups(given["economy_groups"])
    made["subscription_burden_by_country_group"] = summaries.by_group(
        burden, members, "country_group"
    )
    return made


def newest_groups(economy_groups: pd.DataFrame) -> pd.DataFrame:
    """Return economy and country_group by the newest list of each group."""
    newest = economy_groups.groupby("group")["as_of"].transform("max")
    rows = economy_groups[economy_groups["as_of"].eq(newest)]
    return rows.rename(columns={"iso3": "economy", "group": "country_group"})[
        ["economy", "country_group"]
    ]


def read_in(store_prices: pd.DataFrame) -> pd.Series:
    """Return the sources of the prices of each plan of an app store, joined by a semicolon."""
    return store_prices.groupby("plan")["source_id"].agg(lambda ids: ";".join(sorted(set(ids))))


def of_people(world: World, choices: dict) -> dict:
    """Return the tables of how many people can pay, and of the distributions behind them."""
    there, offers, curves = world.incomes, world.offers, world.curves
    thresholds, means = choices["thresholds"], world.levels[choices["income"]]
    counted = headcount.headcount(offers, there, curves, thresholds, means)
    fine = headcount.headcount(world.flat, there, curves, list(SHARES_SPENT), means)
    along = headcount.totals(fine, there)
    by_level = {
        name: headcount.headcount(world.flat, there, curves, thresholds, level)
        for name, level in world.levels.items()
        if name != choices["income"]
    }
    by_level[choices["income"]] = counted[counted["plan"].isin(prices.FLAT)]
    along = along[along["economy"] == headcount.WORLD]
    return {
        "subscription_headcount": pd.concat(
            [counted, headcount.totals(counted, there)], ignore_index=True
        ),
        "subscription_headcount_bounds": headcount.bounds(
            counted, offers, there, world.fitted, means
        ),
        "headcount_curve": along[["plan", "threshold", "share_of_people"]].reset_index(drop=True),
        "headcount_readings": headcount.readings(by_level, there),
        "income_distributions": described(curves, there.index.intersection(list(curves))),
    }


def described(curves: dict, economies) -> pd.DataFrame:
    """Return the fitted curves as a table: economy, survey_year, form, parameters, error, gini."""
    rows = []
    for economy in economies:
        curve = curves[economy]
        places = np.linspace(0, 1, 2001)
        lorenz = np.concatenate([[0], np.cumsum(curve.slope((places[1:] + places[:-1]) / 2))])
        gini = 1 - 2 * np.trapezoid(lorenz / lorenz[-1], places)
        parameters = " ".join(f"{x:.10g}" for x in getattr(curve, "parameters", ()))
        row = (economy, curve.survey_year, curve.form, parameters, curve.error, gini)
        rows.append(row)
    names = ["economy", "survey_year", "form", "parameters", "error", "gini"]
    return pd.DataFrame(rows, columns=names).astype({"survey_year": "Int64"})


def of_languages(world: World, given: Mapping[str, pd.DataFrame], choices: dict, question) -> dict:
    """Return what the same text costs by language, and whom a model answers well."""
    spoken = languages.speakers(given["official_languages"], world.incomes)
    asked = {key: value for key, value in question.items() if key != "usd"}
    lengths = given["token_lengths"]
    table = languages.language_prices(lengths, spoken, **asked, tokenizers=choices["tokenizers"])
    rows = given["language_accuracy"]
    rows = rows[rows["model"].eq(choices["accuracy_of"]) & rows["language"].ne("mul")]
    right = rows.drop_duplicates("language").set_index("language")["accuracy_pct"] / 100
    reach = languages.people_by_accuracy(given["official_languages"], right, world.incomes, LEVELS)
    return {"language_price": table, "language_reach": reach}


def of_use(world: World, given: Mapping[str, pd.DataFrame], choices: dict) -> dict:
    """Return use of AI against burden: at the flat price, and its lines at the local price too."""
    used = given["ai_usage"]
    used = used[used["measure"] != NO_MEASURE_OF_USE]
    groups, tables, lines = world.incomes["income_group"], [], []
    for plan in (choices["plan"], choices["local_plan"]):
        rows = world.burden[world.burden["plan"] == plan].set_index("economy")["share"]
        table, line = usage.against_burden(used, rows, groups)
        tables.append(table)
        lines.append(line.assign(plan=plan))
    names = ["plan", *usage.KEY, "income_group", "n", "rank_correlation", "slope", "se_hc3"]
    return {"usage_vs_burden": tables[0], "usage_lines": pd.concat(lines)[names]}
