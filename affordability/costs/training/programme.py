"""The programme beside the run: what a lab spent in a year, and its most expensive model of it.

    share = run / compute                 of the same lab and year; no share where either is missing

A programme is experiments, failed runs, research and staff; a run is one model's. They are columns
of one row and are never added or averaged. What was spent on compute is that for research where a
report says so, else compute and data, else all compute, with what answers users in it: `counts`
says which. Reports are of the press, partly projections, in nominal US$; the run is nominal too. It
is a run of the year of release, though part of it may have been trained the year before.
"""

from __future__ import annotations

import re

import numpy as np
import pandas as pd

from affordability.tables import columns

# What of the spending on compute is taken, the first that was reported for a year.
COMPUTE = ["compute_rd", "compute_and_data", "compute"]
STAFF_COST = "staff"
# Whom a count of staff counts, the first there is; contractors are staff of somebody else.
SCOPES = ["company", "ai_division", "part", ""]
BASES = ["amortised", "cloud_rental"]


def programme_cost(
    finances: pd.DataFrame, staff: pd.DataFrame, models: pd.DataFrame, computed: pd.DataFrame
) -> pd.DataFrame:
    """Return table `programme_cost`: one row a lab, year and basis on which its run is counted.

    Args:
        finances: table lab_finances. staff: table lab_staff.
        models: table models. computed: table training_estimates.
    """
    spent, people = spending(finances), counts(staff)
    key = ["org_id", "lab", "year"]
    table = spent.merge(people, on=key, how="outer").merge(
        pd.DataFrame({"basis": BASES}), how="cross"
    )
    runs = most_expensive(computed, models, sorted(set(table["lab"])))
    table = table.merge(runs, on=["lab", "year", "basis"], how="left")
    table["share"] = table["run_usd"] / table["compute_usd"]
    texts = ["counts", "confidence", "staff_scope", "staff_day", "run_model_id"]
    table[texts] = table[texts].fillna("")
    told = table[["compute_source", "paid_source", "staff_source", "run_source"]].fillna("")
    sources = [";".join(filter(None, row)).split(";") for row in told.to_numpy()]
    table["source_id"] = [";".join(dict.fromkeys(names)) for names in sources]
    marks = table[["compute_status", "paid_status", "staff_status", "run_status"]]
    doubted, divided = marks.eq("unverified").any(axis=1), table["run_usd"].notna()
    table["status"] = np.select([doubted, divided], ["unverified", "derived"], "verified")
    money = ["compute_usd", "staff_usd", "run_usd", "run_low", "run_high"]
    return table[columns("programme_cost")].round(dict.fromkeys(money, 2) | {"share": 6})


def spending(finances: pd.DataFrame) -> pd.DataFrame:
    """Return what each lab spent on compute and on staff in each year, as reported for the year.

    A shorter time scaled to a year is no year's spending and is left out; of several reports of a
    year the newest counts.
    """
    rows = finances[finances["period"].eq("year")].rename(columns={"name": "lab"})
    rows = rows.sort_values(["as_of", "finance_id"])
    key = ["org_id", "lab", "year"]
    compute = rows[rows["metric"].isin(COMPUTE)]
    compute = compute.assign(order=compute["metric"].map(COMPUTE.index))
    compute = compute.sort_values("order", ascending=False, kind="stable")
    compute = compute.drop_duplicates(key, keep="last").rename(
        columns={
            "usd": "compute_usd",
            "metric": "counts",
            "source_id": "compute_source",
            "status": "compute_status",
        }
    )
    told = ["counts", "compute_usd", "confidence", "compute_source", "compute_status"]
    paid = rows[rows["metric"].eq(STAFF_COST)].drop_duplicates(key, keep="last")
    names = {"usd": "staff_usd", "source_id": "paid_source", "status": "paid_status"}
    paid = paid.rename(columns=names)[[*key, *names.values()]]
    return compute[[*key, *told]].merge(paid, on=key, how="outer")


def counts(staff: pd.DataFrame) -> pd.DataFrame:
    """Return how many people a lab had, by year: of the widest scope the last count of the year."""
    rows = staff[staff["scope"].isin(SCOPES)].rename(columns={"name": "lab"})
    rows = rows.assign(
        year=rows["as_of"].str[:4].astype("Int64"), order=rows["scope"].map(SCOPES.index)
    )
    rows = rows.sort_values(["order", "as_of", "staff_id"], ascending=[False, True, True])
    rows = rows.drop_duplicates(["org_id", "year"], keep="last")
    rows["staff_scope"] = rows["division"].where(rows["division"].ne(""), rows["scope"])
    names = {"as_of": "staff_day", "source_id": "staff_source", "status": "staff_status"}
    told = ["staff", "staff_scope", "staff_day", "staff_source", "staff_status"]
    return rows.rename(columns=names)[["org_id", "lab", "year", *told]]


def most_expensive(computed: pd.DataFrame, models: pd.DataFrame, labs: list[str]) -> pd.DataFrame:
    """Return each lab's most expensive computed run, by year of release and basis.

    A model is a lab's if the lab's name is a word of one of its developers.
    """
    rows = computed[computed["first"] & computed["basis"].isin(BASES)]
    rows = rows.merge(models[["model_id", "developer"]], on="model_id")
    scale = rows["usd_nominal"] / rows["usd"]
    rows = rows.assign(
        year=rows["release_date"].str[:4].astype("Int64"),
        run_usd=rows["usd_nominal"],
        run_low=rows["usd_low"] * scale,
        run_high=rows["usd_high"] * scale,
    )
    rows = rows.sort_values(["run_usd", "model_id"])
    names = {"model_id": "run_model_id", "source_id": "run_source", "status": "run_status"}
    parts = [rows.iloc[:0].assign(lab="")]  # there may be no lab yet
    for lab in labs:
        own = rows[rows["developer"].str.contains(rf"\b{re.escape(lab)}\b", regex=True)]
        parts.append(own.drop_duplicates(["year", "basis"], keep="last").assign(lab=lab))
    kept = ["lab", "year", "basis", "run_usd", "run_low", "run_high", *names.values()]
    return pd.concat(parts).rename(columns=names)[kept]
