"""Carbon of training: energy × carbon per kWh of the grid, beside what was published.

    CO2e (t) = W (MWh) · g (kg CO2e per kWh) · factor

g is that of the model's site where it is known, else of the developer's economy in the year nearest
to the release (a model may be trained elsewhere), else of the world. Within one economy carbon per
kWh differs up to tenfold, which the factor draws.
"""

from __future__ import annotations

import pandas as pd

from affordability.costs.training.inputs import NotComputed, Run, runs
from affordability.costs.training.methods import (
    energy_inputs,
    energy_mwh,
    hours_inputs,
    server_kw,
    spread,
)
from affordability.costs.training.prices import Market
from affordability.costs.training.uncertainty import Draws, percentiles
from affordability.tables import columns


def grid_of(run: Run, grids: pd.DataFrame) -> pd.Series:
    """Return the row of `grid_carbon` of a run: its site, its economy's nearest year, the world."""
    for rows in (
        grids[grids["model_id"].eq(run.model_id)],
        grids[grids["scope"].eq("economy") & grids["iso3"].eq(run.iso3)],
        grids[grids["scope"].eq("world")],
    ):
        if len(rows):
            return rows.loc[(rows["year"] - run.release.year).abs().idxmin()]
    raise NotComputed("grid_carbon, column scope: found no row of the world, expected one")


def carbon_table(tables: dict[str, pd.DataFrame], settings: dict) -> pd.DataFrame:
    """Return table `training_carbon`: computed and published emissions side by side."""
    draws = Draws(settings["draws"], settings["seed"])
    market = Market(tables)
    first: dict[str, Run] = {}
    for run in runs(tables, market.constants)[0]:
        first.setdefault(run.model_id, run)
    rows = []
    for run in first.values():
        try:
            rows.append(_computed(run, tables["grid_carbon"], market, draws))
        except NotComputed:
            continue  # the reason is in training_missing
    told = tables["training_emissions"]
    published = told.assign(estimate=told["emission_id"], grid=told["scope"])
    computed = pd.DataFrame(rows, columns=columns("training_carbon"))
    computed = computed.round({"energy_mwh": 3, "co2_t": 3, "co2_low": 3, "co2_high": 3})
    published = published.reindex(columns=computed.columns)
    published[["co2_low", "co2_high"]] = float("nan")
    return pd.concat([computed, published], ignore_index=True)


def _computed(run: Run, grids: pd.DataFrame, market: Market, draws: Draws) -> dict:
    """Return the computed row of one run."""
    grid, kw, constants = grid_of(run, grids), server_kw(run, market), market.constants
    inputs = {**hours_inputs(run, constants), **energy_inputs(run, constants)}
    if grid["scope"] != "model":
        inputs["grid"] = spread(constants, "grid-factor")
    x = draws.values(inputs)
    drawn = energy_mwh(run, kw, x) * grid["kg_co2e_per_kwh"] * x.get("grid", 1)
    low, _, high = percentiles(drawn)
    energy = energy_mwh(run, kw, {name: s.central for name, s in inputs.items()})
    return {
        "model_id": run.model_id,
        "estimate": "computed",
        "energy_mwh": energy,
        "kg_co2e_per_kwh": grid["kg_co2e_per_kwh"],
        "co2_t": energy * grid["kg_co2e_per_kwh"],
        "co2_low": low,
        "co2_high": high,
        "grid": grid["grid_id"],
        "source_id": ";".join(sorted({*run.sources, grid["source_id"], "cottier-2024-code"})),
        "status": "unverified" if grid["status"] == "unverified" else "derived",
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
