"""Energy and carbon of training: computed from power and hours, beside what was published.

    CO2e (t) = W (MWh) · g (kg CO2e per kWh) · factor

g is that of the grid where the model was trained, where somebody stated it, else the world's mean:
a developer's economy says little, since models are trained elsewhere. Within one economy carbon per
kWh differs up to tenfold, which the factor draws. What was published is never put in; it stands
beside, and tests hold the two against each other: as it is, and on its own scope. A statement may
count chips alone, not the system around them, and may leave out cooling; ours is then told without
what a server adds, or without cooling, too (`same_scope_mwh`).
"""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from affordability.costs.marks import weakest
from affordability.costs.training.inputs import NotComputed, Run, runs
from affordability.costs.training.methods import (
    chip_kw,
    energy_inputs,
    energy_mwh,
    hours_inputs,
    power_doubted,
    server_kw,
    spread,
)
from affordability.costs.training.prices import Market
from affordability.costs.training.uncertainty import Draws, percentiles
from affordability.tables import InputError, columns

# Statements of authors who assumed another site, or a mean in its place: neither is where it ran.
ASSUMED_SITE, ASSUMED_GRID = "other site assumed", "US mean"
UNKNOWN_SITE = "not stated: the world's mean"
NOT_STATED = "not stated"
COOLING = {"facility": "with cooling", "machines": "without cooling"}


@dataclass(frozen=True)
class Grid:
    """Carbon of a kWh where a model was trained, and who says so."""

    site: str
    kg_co2e_per_kwh: float
    source_id: str
    status: str
    own: bool


def grid_of(model_id: str, grids: pd.DataFrame, told: pd.DataFrame) -> Grid:
    """Return the grid of a model's site, else the world's mean.

    Args:
        grids: table grid_carbon.
        told: table training_energy, whose statements on a run may name its grid.
    """
    stated = _on_the_run(told, model_id)
    stated = stated[stated["kg_co2e_per_kwh"].notna() & stated["co2_basis"].ne(ASSUMED_GRID)]
    stated = stated.assign(name=stated["energy_id"])
    sites = grids[grids["scope"].eq("model") & grids["model_id"].eq(model_id)]
    sites = pd.concat([sites.assign(name=sites["grid_id"]), stated])
    if len(sites):
        row = sites.sort_values("status", ascending=False, kind="stable").iloc[0]
        return Grid(row["name"], row["kg_co2e_per_kwh"], row["source_id"], row["status"], True)
    world = grids[grids["scope"].eq("world")]
    if world.empty:
        raise InputError("grid_carbon, column scope: found no row of the world, expected one")
    row = world.sort_values("year").iloc[-1]
    mean = float(row["kg_co2e_per_kwh"])
    return Grid(UNKNOWN_SITE, mean, row["source_id"], row["status"], False)


def published_mwh(model_id: str, told: pd.DataFrame) -> pd.Series | None:
    """Return the published statement on a run's electricity to hold ours against; None if none.

    With cooling before that of the machines alone, verified before unverified.
    """
    rows = _on_the_run(told, model_id)
    rows = rows[rows["energy_mwh"].notna()]
    order = rows.assign(
        machines=rows["energy_counts"].eq("machines"), doubt=rows["status"].eq("unverified")
    )
    order = order.sort_values(["machines", "doubt", "energy_id"])
    return order.iloc[0] if len(order) else None


def scope_of(statement) -> str:
    """Return what a published energy counts: "chips, with cooling"; or that it is not stated.

    >>> scope_of({"power_counts": "system", "energy_counts": "machines"})
    'system, without cooling'
    >>> scope_of({"power_counts": "", "energy_counts": "facility"})
    'not stated'
    """
    counts, cooling = statement["power_counts"], COOLING.get(statement["energy_counts"])
    return f"{counts}, {cooling}" if counts and cooling else NOT_STATED


def on_scope(scope: str, run: Run, market: Market, x: dict) -> float:
    """Return the computed MWh of what a scope counts; NaN where it is not stated."""
    if scope == NOT_STATED:
        return float("nan")
    counts, _, cooling = scope.partition(", ")
    kw = chip_kw(run, market) if counts == "chips" else server_kw(run, market)
    return energy_mwh(run, kw, x if cooling == COOLING["facility"] else {**x, "pue": 1.0})


def _on_the_run(told: pd.DataFrame, model_id: str) -> pd.DataFrame:
    """Return the statements on a model's run at its own site."""
    rows = told[told["model_id"].eq(model_id)]
    return rows[~rows["scope"].str.contains(ASSUMED_SITE)]


def carbon_table(tables: dict[str, pd.DataFrame], settings: dict) -> pd.DataFrame:
    """Return table `training_carbon`: computed and published energy and emissions, side by side."""
    draws = Draws(settings["draws"], settings["seed"])
    market = Market(tables)
    first: dict[str, Run] = {}
    for run in runs(tables, market.constants)[0]:
        first.setdefault(run.model_id, run)
    rows = []
    for run in first.values():
        try:
            rows.append(_computed(run, tables, market, draws))
        except NotComputed:
            continue  # the reason is in training_missing
    computed = pd.DataFrame(rows, columns=columns("training_carbon"))
    amounts = ["energy_mwh", "same_scope_mwh", "co2_t", "co2_low", "co2_high"]
    computed = computed.round(dict.fromkeys(amounts, 3))
    told = tables["training_energy"]
    told = told[told["model_id"].isin(tables["models"]["model_id"])]
    told = told[told["co2_t"].notna() | told["energy_mwh"].notna()]
    stated = told.assign(estimate=told["energy_id"], site=told["scope"])
    stated = stated.assign(
        published_mwh=told["energy_mwh"],
        published_counts=told["energy_counts"],
        published_scope=[
            scope_of(row) if row["energy_mwh"] > 0 else "" for row in told.to_dict("records")
        ],
    ).reindex(columns=computed.columns)
    stated[["same_scope_mwh", "co2_low", "co2_high"]] = float("nan")
    return pd.concat([computed, stated], ignore_index=True)


def _computed(run: Run, tables: dict[str, pd.DataFrame], market: Market, draws: Draws) -> dict:
    """Return the computed row of one run."""
    told, constants = tables["training_energy"], market.constants
    grid, kw = grid_of(run.model_id, tables["grid_carbon"], told), server_kw(run, market)
    stated = published_mwh(run.model_id, told)
    inputs = {**hours_inputs(run, constants), **energy_inputs(run, market)}
    if not grid.own:
        inputs["grid"] = spread(constants, "grid-factor")
    x = draws.values(inputs)
    drawn = energy_mwh(run, kw, x) * grid.kg_co2e_per_kwh * x.get("grid", 1)
    low, _, high = percentiles(drawn)
    middle = {name: s.central for name, s in inputs.items()}
    energy = energy_mwh(run, kw, middle)
    scope = "" if stated is None else scope_of(stated)
    return {
        "model_id": run.model_id,
        "estimate": "computed",
        "energy_mwh": energy,
        "published_mwh": float("nan") if stated is None else stated["energy_mwh"],
        "published_counts": "" if stated is None else stated["energy_counts"],
        "published_scope": scope,
        "same_scope_mwh": on_scope(scope or NOT_STATED, run, market, middle),
        "kg_co2e_per_kwh": grid.kg_co2e_per_kwh,
        "co2_t": energy * grid.kg_co2e_per_kwh,
        "co2_low": low,
        "co2_high": high,
        "site": grid.site,
        "source_id": ";".join(sorted({*run.sources, grid.source_id, "cottier-2024-code"})),
        "status": weakest(grid.status, "unverified" * (run.doubted or power_doubted(run, market))),
    }


def pairs(table: pd.DataFrame) -> pd.DataFrame:
    """Return the emissions of each model as a share of each other's, for models that stated some.

    Computed is compared with computed, and published statements with each other; a ratio of the
    two kinds would compare methods, not models.

    Columns: model_id, other_id, estimate, other_estimate, share (the first's tonnes ÷ the other's),
    source_id (of both).
    """
    computed = table["estimate"].eq("computed")
    stated = table["model_id"].isin(table.loc[~computed, "model_id"])
    rows = table.assign(computed=computed)[stated]
    rows = rows[["model_id", "estimate", "co2_t", "computed", "source_id"]]
    both = rows.merge(rows, on="computed", suffixes=("", "_other"))
    both = both[both["model_id"] != both["model_id_other"]].assign(
        share=lambda pair: pair["co2_t"] / pair["co2_t_other"],
        source_id=lambda pair: pair["source_id"] + ";" + pair["source_id_other"],
    )
    both = both.rename(columns={"model_id_other": "other_id", "estimate_other": "other_estimate"})
    both = both[["model_id", "other_id", "estimate", "other_estimate", "share", "source_id"]]
    return both.sort_values(list(both.columns[:4]), ignore_index=True)
