"""People on the page: what plans cost where they live and what is free, and how many can pay."""

from __future__ import annotations

from pathlib import Path

import pandas as pd

from affordability.page.parts import say
from affordability.people.headcount import WORLD
from affordability.people.plans import plan_name
from affordability.people.prices import FLAT, OFFERED
from affordability.study import Study
from affordability.tables import read_table
from affordability.words import money, percent

TABLES = ["subscription_burden", "subscription_headcount", "subscription_headcount_bounds"]


def read(folder: Path, study: Study) -> dict:
    """Return the plans of app stores and the headcounts; nothing of a study without people."""
    if "people" not in study.choices:
        return {}
    burden, counted, bounds = (
        read_table(folder / "tables" / f"{name}.csv", name) for name in TABLES
    )
    choices = study.choices["people"]
    asked, limits = [*FLAT, choices["local_plan"]], choices["thresholds"]
    return {
        "plans": plans(burden),
        "limits": [percent(limit) for limit in limits],
        "headcounts": headcounts(counted, bounds, asked, limits),
    }


def plans(burden: pd.DataFrame) -> list[dict]:
    """Return a row a plan of an app store, the cheapest first."""
    offered = burden[burden["status"].eq(OFFERED) & burden["usd_per_month"].notna()]
    rows = [_plan(name, part) for name, part in offered.groupby("plan")]
    return sorted(rows, key=lambda row: row["usd"])


def _plan(name: str, rows: pd.DataFrame) -> dict:
    usd = rows["usd_per_month"]
    return {
        "name": plan_name(name),
        "economies": len(rows),
        "usd": usd.median(),
        "median": money(usd.median()),
        "span": say("people.between", low=money(usd.min()), high=money(usd.max())),
        "free": rows["free_tier"].iloc[0],
    }


def headcounts(
    counted: pd.DataFrame, bounds: pd.DataFrame, asked: list[str], limits: list[float]
) -> list[dict]:
    """Return a row a plan: the share of the world's people who can pay, with its bounds."""
    key = ["plan", "threshold"]
    world = counted[counted["economy"].eq(WORLD)].set_index(key)["share_of_people"]
    edges = bounds.set_index(key)[["share_low", "share_high"]]

    def cell(plan: str, limit: float) -> tuple[str, str]:
        low, high = map(percent, edges.loc[(plan, limit)])
        return percent(world[plan, limit]), say("people.between", low=low, high=high)

    return [
        {"name": plan_name(plan), "cells": [cell(plan, limit) for limit in limits]}
        for plan in sorted(asked, key=lambda plan: -world[plan, limits[-1]])
    ]
