"""What an average person of each economy has: incomes, price level and people, a row an economy.

The latest value within a year rule is taken, series by series, and its year is kept.
"""

from __future__ import annotations

import pandas as pd

from affordability.tables import InputError

SERIES = {
    "gni": "NY.GNP.PCAP.CD",  # Atlas method, US$ a year
    "gni_ppp": "NY.GNP.PCAP.PP.CD",  # current international $ a year
    "nni": "NY.ADJ.NNTY.PC.CD",  # adjusted net national income, US$ a year
    "population": "SP.POP.TOTL",
    "working_age": "SP.POP.1564.TO",
}
GDP, GDP_PPP = "NY.GDP.PCAP.CD", "NY.GDP.PCAP.PP.CD"
SINCE = 2010  # the year of the oldest survey that is used
TOLERANCE = 0.5  # percentage points by which five rounded shares may miss 100
# The names the World Bank prints; its files leave the hyphen out.
GROUPS = {
    "High income": "High income",
    "Upper middle income": "Upper-middle income",
    "Lower middle income": "Lower-middle income",
    "Low income": "Low income",
}


def incomes(
    economies: pd.DataFrame, observations: pd.DataFrame, year: int, max_age_years: int
) -> pd.DataFrame:
    """Return one row per economy, indexed by `economy`.

    Args:
        economies: iso3, name, region, income_level.
        observations: iso3, indicator, year, value.
        year: the newest year that may be used.
        max_age_years: how many years before it a value may date from; adjusted net national income,
            which has ended, may be twice as old.

    Returns:
        name, region, income_group; gni, gni_ppp, nni (annual, per person), population, working_age,
        each with its `_year`; price_level = GDP per capita / GDP per capita in PPP of one year, in
        US$ per international $.
    """
    frame = pd.DataFrame(
        {
            "economy": economies["iso3"],
            "name": economies["name"],
            "region": economies["region"],
            "income_group": economies["income_level"].map(GROUPS),
        }
    ).set_index("economy")
    for name, indicator in SERIES.items():
        age = max_age_years * (2 if name == "nni" else 1)
        hit = latest(observations, indicator, year, age)
        frame[name], frame[f"{name}_year"] = hit["value"], hit["year"]
    frame["price_level"] = price_level(observations, year, max_age_years)
    return frame.sort_index()


def latest(observations: pd.DataFrame, indicator: str, year: int, max_age: int) -> pd.DataFrame:
    """Return value and year of an indicator's newest observation within the rule, by economy."""
    rows = observations[
        observations["indicator"].eq(indicator)
        & observations["year"].between(year - max_age, year)
        & observations["value"].notna()
    ].sort_values("year")
    return rows.drop_duplicates("iso3", keep="last").set_index("iso3")[["value", "year"]]


def price_level(observations: pd.DataFrame, year: int, max_age_years: int) -> pd.Series:
    """Return US$ per international $ by economy: GDP per capita over the same in PPP, one year."""
    wide = observations[observations["indicator"].isin([GDP, GDP_PPP])].pivot(
        index=["iso3", "year"], columns="indicator", values="value"
    )
    if not {GDP, GDP_PPP} <= set(wide):
        return pd.Series(dtype=float)
    both = wide.dropna().reset_index()
    both = both[both["year"].between(year - max_age_years, year)].sort_values("year")
    newest = both.drop_duplicates("iso3", keep="last").set_index("iso3")
    return newest[GDP] / newest[GDP_PPP]


def quintile_shares(observations: pd.DataFrame) -> pd.DataFrame:
    """Return `q1` to `q5` (fractions) and `survey_year` by economy, of its latest whole survey.

    Published quintile shares are rounded, so they may miss 100 by `TOLERANCE`; they are scaled to
    add up to one. Surveys of before `SINCE` are left out.

    Raises:
        InputError: shares of a survey that add up to something else.
    """
    names = ["FRST", "02ND", "03RD", "04TH", "05TH"]
    series = {f"SI.DST.{name}.20": f"q{i}" for i, name in enumerate(names, 1)}
    rows = observations[observations["indicator"].isin(series) & (observations["year"] >= SINCE)]
    wide = rows.assign(q=rows["indicator"].map(series)).pivot(
        index=["iso3", "year"], columns="q", values="value"
    )
    wide = wide.reindex(columns=list(series.values())).dropna().reset_index()
    wide = wide.sort_values("year").drop_duplicates("iso3", keep="last").sort_values("iso3")
    wide = wide.rename(columns={"iso3": "economy", "year": "survey_year"}).set_index("economy")
    shares = wide[list(series.values())]
    total = shares.sum(axis="columns")
    wrong = total[(total - 100).abs() > TOLERANCE]
    if len(wrong):
        raise InputError(
            f"observations, {wrong.index[0]}, SI.DST.*: found shares that add up to "
            f"{wrong.iloc[0]:g}, expected 100"
        )
    return shares.div(total, axis="index").assign(survey_year=wide["survey_year"])
