"""The whole way of a number on one screen: panel, ratios, evidence.

Each step of the workflow calls one of these and writes what it gives; `diff` calls them in a row,
twice, with one vintage exchanged.
"""

from __future__ import annotations

from collections.abc import Mapping

import pandas as pd

from affordability import judgement, resources
from affordability import ratios as divided
from affordability.claims.query import PEOPLE, Evidence
from affordability.costs import published
from affordability.costs.training import carbon
from affordability.known import Known
from affordability.study import Study

# The frozen tables that evidence is made of, by source.
EVIDENCE = {
    "world_bank": ["economies"],
    "curated": [
        "organisations",
        "model_figures",
        "serving_setups",
        "language_accuracy",
        "hardware_prices",
        "rd_by_funder",
        "venture_totals",
        "producer_prices",
    ],
}


def panel(
    frozen: Mapping[str, pd.DataFrame], vintages: dict[str, str], judged: judgement.Judgement
) -> pd.DataFrame:
    """Return the resources of everyone in all years; a corrected value says so.

    Args:
        frozen: tables observations, venture_capital and organisations as they were frozen, and
            series, which tells the release of each source.
        vintages: names of the World Bank and OECD vintages they are of.
    """
    source = {"observations": vintages["world_bank"], "venture_capital": vintages["oecd"]}
    tables = {
        name: judgement.judged(frozen[name], name, source.get(name, ""), judged)
        for name in (*source, "organisations")
    }
    if "series" in frozen:
        tables["series"] = frozen["series"]
    return judgement.told(resources.panel(tables, vintages), judged.corrections)


def ratios(
    study: Study, costs: pd.DataFrame, panel: pd.DataFrame, rules: dict | None = None
) -> pd.DataFrame:
    """Return table `ratios`: the study's items against the resources its year rules choose.

    Other `rules` than the study's give another reading of the same sentence.
    """
    items = divided.choose_items(costs, study)
    if not study.choices.get("ppp"):
        panel = panel[panel["price_basis"].ne("ppp")]
    chosen = resources.select(panel, study.year_rules if rules is None else rules)
    index = None
    if study.real:
        index = divided.deflators(study.vintage("curated").read("producer_prices"))
    return divided.build(items, chosen, study.name, index)


def actors(economies: pd.DataFrame, organisations: pd.DataFrame) -> pd.DataFrame:
    """Return actor_id, name, actor_type, region: an economy's income level, a body's kind."""
    nations = economies.rename(columns={"iso3": "actor_id", "income_level": "actor_type"})
    bodies = organisations.rename(columns={"org_id": "actor_id", "org_type": "actor_type"})
    where = dict(zip(economies["iso3"], economies["region"], strict=True))
    bodies = bodies.assign(region=bodies["iso3"].map(where))
    both = pd.concat([nations, bodies], ignore_index=True)
    return both[["actor_id", "name", "actor_type", "region"]].drop_duplicates("actor_id")


def government_rd(funders: pd.DataFrame, ratios: pd.DataFrame, study: Study) -> pd.DataFrame:
    """Return what of an economy's R&D its government pays, and the study's first model of that.

    Columns area_id, actor_id, year, government_ppp (international $), cost_usd, share. The cost is
    in market dollars, so the share is a reading beside the claim, not a ratio of one currency.
    """
    rows = funders[funders["iso3"].ne("") & funders["financed_by_government_pct"].notna()]
    first = ratios[ratios["item_kind"].eq("train") & ratios["headline"]]
    cost = first.loc[first["item_id"].eq(study.first("train")), "cost_usd"]
    ppp = rows["rd_ppp_billion"] * 1e9 * rows["financed_by_government_pct"] / 100
    usd = float(cost.iloc[0]) if len(cost) else float("nan")
    return pd.DataFrame(
        {
            "area_id": rows["area_id"],
            "actor_id": rows["iso3"],
            "year": rows["year"],
            "government_ppp": ppp,
            "cost_usd": usd,
            "share": usd / ppp,
        }
    ).reset_index(drop=True)


def evidence(
    study: Study, given: Mapping[str, pd.DataFrame], judged: judgement.Judgement
) -> Evidence:
    """Return what the claims of a study ask.

    Args:
        given: costs, ratios, panel and training_carbon as they were built, capability_price and
            tables on people where they were, and the frozen tables that `EVIDENCE` names.
    """
    given = Known(given, study.known_by)
    economies = judgement.judged(given["economies"], "economies", "", judged)
    return Evidence(
        study=study,
        tables={
            "costs": given["costs"],
            "ratios": given["ratios"],
            "memory": published.memory(given["model_figures"], given["serving_setups"]),
            "languages": given["language_accuracy"],
            "carbon": carbon.pairs(given["training_carbon"]),
            "purchases": given["hardware_prices"],
            "government_rd": government_rd(given["rd_by_funder"], given["ratios"], study),
            **{
                name: given[table]
                for name, table in {"capability_prices": "capability_price", **PEOPLE}.items()
                if table in given
            },
        },
        actors=actors(economies, given["organisations"]),
        economies=economies,
        panel=given["panel"],
        again=ratios,
        venture=given["venture_totals"],
    )
