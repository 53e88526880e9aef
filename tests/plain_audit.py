"""One specification the plain way, in pandas, from the resources on, as a study answers a claim.

Slow and simple; the audit is held against it, in the tests for equality, in the benchmark for time.
"""

import numpy as np
import pandas as pd

from affordability import resources
from affordability.audit.data import MARKET, POPULATION, PPP
from affordability.people import distribution, headcount, prices
from affordability.people.incomes import incomes, quintile_shares
from affordability.ratios import TIMES

# Whose ratio to a measure fills its gaps, and the measures that come by the month; the audit takes
# both from the table of measures.
REFERENCE = {"rd_expenditure": "gdp", "monthly_adjusted_nni": "monthly_gni"}
MONTHLY = ("monthly_gni", "monthly_adjusted_nni")


class Plain:
    """The tables a specification is answered from; `data` is an `affordability.audit.data.Data`."""

    def __init__(self, data, universes):
        self.data, self.universes = data, universes

    def answer(self, space, row):
        """Return (result, matched, passing, denominator, members) of a row of specifications."""
        values = self.values(row)
        members = self.members(row)
        values = values[values.index.isin(members)]
        passing = self.passing(space, row, values)
        denominator = len(values) if row["missing"] == "left_out" else len(members)
        if len(values) < space.fewest:
            return np.nan, 0, len(passing), 0 if row["missing"] == "left_out" else denominator, []
        of_share = space.query["aggregate"] in ("share", "curve")
        result = len(passing) / denominator if of_share else len(passing)
        return float(result), len(values), len(passing), denominator, passing

    def passing(self, space, row, values):
        """Return the actors within the threshold."""
        if "price" in space.axes:
            usd, per = row["price"], "month"
        else:
            cost = self.data.costs[self.data.costs["estimate_id"] == row["estimate"]].iloc[0]
            usd, per = cost["usd"], cost["per"]
        period = "month" if row["measure"] in MONTHLY else "year"
        share = usd * TIMES[(per, period)] / values
        able = share < row["threshold"] if space.strict else share <= row["threshold"]
        return sorted(values.index[able])

    def panel(self, row, measure):
        """Return actor_id, year, usd of a measure, at market or PPP dollars."""
        oecd = None if pd.isna(row["oecd"]) else row["oecd"]
        panel = self.data.panel(row["world_bank"], oecd)
        panel = panel[(panel["measure"] == measure) & (panel["usd"] > 0)]
        if row["dollars"] == "market":
            return panel
        levels = [
            resources.series(self.data.levels, code).set_index(["iso3", "year"])["value"]
            for code in (MARKET, PPP)
        ]
        level = (levels[0] / levels[1]).rename("level").reset_index()
        level = level.rename(columns={"iso3": "actor_id"})
        panel = panel.merge(level.dropna(), on=["actor_id", "year"])
        return panel.assign(usd=panel["usd"] / panel["level"])

    def chosen(self, row, measure):
        """Return a value an actor by the year rule."""
        panel = self.panel(row, measure)
        year, window = int(row["year"]), int(row["window"])
        if row["year_rule"] == "newest":
            rules = {"default": {"year": year, "max_age_years": window}}
            return resources.select(panel, rules).set_index("actor_id")["usd"]
        panel = panel[panel["year"].between(year - window, year)]
        panel = panel.sort_values("year", ascending=False)
        return panel.groupby("actor_id")["usd"].agg(lambda usd: sum(usd) / len(usd))

    def values(self, row):
        """Return a value an actor, gaps filled as the specification says."""
        values = self.chosen(row, row["measure"])
        if row["missing"] in ("unable", "left_out"):
            return values
        actors = self.data.actors("economy", row["world_bank"]).set_index("actor_id")
        groups = actors["income_level"][actors["income_level"] != ""]
        if row["missing"] == "group_median":
            middle = values.groupby(groups).median()
            filled = groups.map(middle).dropna()
        else:
            reference = self.chosen(row, REFERENCE[row["measure"]])
            ratio = (values / reference).dropna()
            middle = ratio.groupby(groups).median()
            filled = (groups.map(middle) * reference).dropna()
        return values.combine_first(filled)

    def members(self, row):
        """Return the ids of the universe."""
        given = self.universes[row["universe"]]
        actors = self.data.actors(given["kind"], row["world_bank"])
        for column, wanted in given.get("where", {}).items():
            actors = actors[actors[column].isin(wanted)]
        if "min_population" in given:
            people = resources.series(self.data.levels, POPULATION)
            people = people.sort_values("year").groupby("iso3")["value"].last()
            actors = actors[actors["actor_id"].map(people) >= given["min_population"]]
        return sorted(set(actors["actor_id"]) - set(given.get("exclude", [])))


class PlainPeople:
    """One specification of a claim on people from the tables a study makes, economy by economy."""

    def __init__(self, data):
        self.data = data
        self.shares = quintile_shares(data.levels)
        self.curves = distribution.fit_all(self.shares)

    def answer(self, row):
        """Return (share of people, economies counted) of a row of specifications."""
        year, given = int(row["year"]), self.data.people
        there = incomes(
            self.data.economies[row["world_bank"]], self.data.levels, year, int(row["window"])
        )
        means = there["gni"]
        if row["income"] == "survey":
            index = given["consumer_prices"].set_index("year")["index"]
            rise = index[year] / index[given["income_surveys"]["ppp_year"].iloc[0]]
            means = given["income_surveys"].set_index("iso3")["mean"] * 365 * rise
            means = (means * there["price_level"]).reindex(there.index)
        offers = prices.store_offers(given["store_prices"])
        if row["plan"] in prices.FLAT:
            offers = prices.reference_offers(list(there.index))
        offers = offers[offers["plan"] == row["plan"]]
        curves = {**headcount.group_curves(self.shares, there), **self.curves}
        table = headcount.headcount(offers, there, curves, [row["threshold"]], means)
        able, people, counted = 0.0, 0.0, 0
        for one in table.to_dict("records"):
            heads, imputed = there.at[one["economy"], "population"], one["flag"] == "imputed"
            known = one["share_of_people"] == one["share_of_people"]
            if heads != heads or (row["imputation"] == "left_out" and (imputed or not known)):
                continue
            people, counted = people + heads, counted + known
            if known and (row["imputation"] == "group" or not imputed):
                able += one["share_of_people"] * heads
        return able / people, counted
