"""Training costs as tables: computed estimates beside published ones, uncertainty, energy, carbon.

The equations are in `methods`, what was disclosed or assumed in `inputs`, prices
in `prices`, draws in `uncertainty`. Computed costs are nominal, of the month of release,
and brought to `price_month` by the producer price index PCU518210518210. They are costs of the
final training run: no staff, no failed runs, no data.
"""

from __future__ import annotations

import pandas as pd

from affordability.costs.training import prices
from affordability.costs.training.cottier import ENDING, as_cottier
from affordability.costs.training.inputs import COTTIER, OURS, NotComputed, runs
from affordability.costs.training.methods import METHODS, Estimate, total
from affordability.costs.training.uncertainty import Draws, percentiles
from affordability.tables import InputError, columns

# Where config.yaml says nothing: the month of the published run of the method, and the draws.
SETTINGS = {"price_month": "2024-12", "draws": 10_000, "seed": 20240414}
CURATED = [
    "models", "model_figures", "accelerators", "hardware_prices", "cloud_prices",
    "electricity_prices", "producer_prices", "training_constants", "training_dates",
    "training_costs", "training_energy", "grid_carbon", "other_runs",
]  # fmt: skip
PARTS = ["hardware_usd", "interconnect_usd", "energy_usd"]
SHARES = [name[6:] for name in columns("training_uncertainty") if name.startswith("share_")][:-1]


def estimates(
    tables: dict[str, pd.DataFrame], chosen: str = OURS
) -> tuple[list[Estimate], pd.DataFrame]:
    """Return every estimate that can be computed, and table `training_missing` of the others.

    Args:
        tables: the curated tables named in `CURATED`, by name.
        chosen: whose constants: ours or those of Cottier et al.

    Raises:
        InputError: a figure that cannot be right; the message names row and column.
    """
    prices.check_prices(tables["hardware_prices"], "usd_per_chip", "hardware_prices")
    prices.check_prices(tables["cloud_prices"], "usd_per_gpu_hour", "cloud_prices")
    market = prices.Market(tables, chosen)
    read, lost = runs(tables, market.constants)
    found, missing = [], [(model, basis, why) for model, why in lost for basis in METHODS]
    seen = set()
    for run in read:
        for basis, method in METHODS.items():
            if basis == "acquisition" and run.model_id in seen:
                continue  # what hardware costs does not depend on how its hours are read
            try:
                found.append(method(run, market))
            except NotComputed as reason:
                missing.append((run.model_id, basis, str(reason)))
        seen.add(run.model_id)
    absent = pd.DataFrame(missing, columns=columns("training_missing"))
    return found, absent.drop_duplicates(["model_id", "basis"])


def deflator(producer_prices: pd.DataFrame, given: str, wanted: str) -> float:
    """Return the factor that brings US$ of one month to prices of another: index ÷ index.

    From its last month on the index is held: US$ of later months count as US$ of that one.

    Raises:
        InputError: the index begins later, or ends before the month that is wanted.
    """
    index = producer_prices.set_index("month")["index"]
    given = min(given, index.index.max())
    for month in (given, wanted):
        if month not in index.index:
            raise InputError(
                f"producer_prices, column month: found no {month}, expected one from "
                f"{index.index.min()} to {index.index.max()}"
            )
    return float(index[wanted] / index[given])


def compute(
    tables: dict[str, pd.DataFrame], settings: dict
) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """Return tables `training_estimates`, `training_uncertainty` and `training_missing`."""
    found, missing = estimates(tables)
    draws = Draws(settings["draws"], settings["seed"])
    rows, spreads = _all_rows(found, OURS, draws, tables, settings)
    theirs = _differing(estimates(as_cottier(tables, CURATED), COTTIER)[0], found)
    more, wider = _all_rows(theirs, COTTIER, draws, tables, settings)
    rows, spreads = rows + more, spreads + wider
    computed = pd.DataFrame(rows, columns=columns("training_estimates"))
    uncertainty = pd.DataFrame(spreads, columns=columns("training_uncertainty"))
    return _rounded(computed), _rounded(uncertainty), missing


def _differing(theirs: list[Estimate], ours: list[Estimate]) -> list[Estimate]:
    """Return the estimates that come out otherwise with the constants of Cottier et al."""
    same = {(e.run.model_id, e.basis, e.run.reading): total(e.central) for e in ours}
    return [
        e
        for e in theirs
        if abs(same.get((e.run.model_id, e.basis, e.run.reading), 0) / total(e.central) - 1) > 1e-6
    ]


def _all_rows(found: list[Estimate], chosen: str, draws: Draws, tables: dict, settings: dict):
    """Return the rows of estimates and of their uncertainty; only ours have a first reading."""
    seen: set[tuple[str, str]] = set()
    rows, spreads = [], []
    for estimate in found:
        key = (estimate.run.model_id, estimate.basis)
        row, spread = _rows(estimate, key not in seen, chosen, draws, tables, settings)
        seen.add(key)
        rows.append(row)
        spreads.append(spread)
    return rows, spreads


def _rounded(frame: pd.DataFrame) -> pd.DataFrame:
    """Return numbers to cents and shares to 0.0001: what lies below differs between processors."""
    shares = [name for name in frame if name.startswith("share_")]
    other = frame.select_dtypes("float").columns.difference([*shares, "training_flop"])
    return frame.round(dict.fromkeys(shares, 4) | dict.fromkeys(other, 2))


def _rows(estimate: Estimate, first: bool, chosen: str, draws: Draws, tables: dict, settings: dict):
    """Return one estimate's row of the full table and of the uncertainty table."""
    run, month = estimate.run, settings["price_month"]
    scale = deflator(tables["producer_prices"], run.release.isoformat()[:7], month)
    last = tables["producer_prices"]["month"].max()
    late = [f"price index: that of {last}, its last"] if f"{run.release}"[:7] > last else []
    central = estimate.central
    drawn = total(estimate.parts(draws.values(estimate.inputs))) * scale
    low, middle, high = percentiles(drawn)
    name = f"{run.model_id}-computed-{estimate.basis.replace('_', '-')}"
    name += "" if first else f"-{run.reading.replace('_', '-')}"
    name += ENDING if chosen == COTTIER else ""
    same = {"estimate_id": name, "model_id": run.model_id, "basis": estimate.basis}
    row = {
        **same,
        "reading": run.reading,
        "first": first and chosen == OURS,
        "constant_set": chosen,
        "release_date": run.release.isoformat(),
        "accelerator_id": run.accelerator_id,
        "chip_hours": run.chip_hours,
        "usd_nominal": total(central),
        "usd": total(central) * scale,
        "usd_low": low,
        "usd_mid": middle,
        "usd_high": high,
        **{part: central.get(part, float("nan")) * scale for part in PARTS},
        "energy_mwh": central.get("energy_mwh", float("nan")),
        "price_month": month,
        "training_flop": run.flop,
        "third_party": run.third_party,
        "imputed": ";".join([*estimate.imputed, *late]),
        "source_id": ";".join(sorted({*estimate.sources, "bls-pcu518210518210"})),
        "derivation": estimate.derivation,
        "status": estimate.status,
    }
    shares = draws.shares(estimate.inputs, drawn)
    spread = {
        **same,
        **{"draws": draws.count, "seed": draws.seed, "p05": low, "p50": middle, "p95": high},
        **{f"share_{label}": shares.get(label, float("nan")) for label in SHARES},
        "share_left": 1 - sum(shares.values()),
    }
    return row, spread


def costs_table(computed: pd.DataFrame, published: pd.DataFrame) -> pd.DataFrame:
    """Return table `training_costs_table`: computed estimates and published ones side by side.

    Published ones keep their own prices; their month is blank where only a year is stated.
    """
    told = published.assign(
        imputed="published: " + published["estimator"] + ", " + published["method"],
        origin="published",
    )
    told = told.reindex(columns=columns("training_costs_table"))
    told["price_month"] = told["price_month"].fillna("")
    ours = computed.assign(origin="computed")
    second = "second reading: " + ours["reading"]
    told_first = second.where(ours["constant_set"].eq(OURS), "constants of Cottier et al. (2024)")
    words = (told_first + ";" + ours["imputed"]).str.rstrip(";")
    ours["imputed"] = ours["imputed"].where(ours["first"], words)
    return pd.concat([ours[told.columns], told], ignore_index=True)


def as_costs(computed: pd.DataFrame) -> pd.DataFrame:
    """Return computed estimates as rows of table `costs` (without `headline`), first readings only.

    `usd_low` and `usd_high` are the 5th and 95th percentile of the draws; prices of `price_month`.
    """
    rows = computed[computed["first"]]
    words = rows["imputed"].where(rows["imputed"].eq(""), "; assumed " + rows["imputed"])
    return pd.DataFrame(
        {
            "item_kind": "train",
            "item_id": rows["model_id"],
            "basis": rows["basis"],
            "origin": "computed",
            "estimate_id": rows["estimate_id"],
            "usd": rows["usd"],
            "usd_low": rows["usd_low"],
            "usd_high": rows["usd_high"],
            "per": "once",
            "price_year": rows["price_month"].str[:4].astype("Int64"),
            "source_id": rows["source_id"],
            "derivation": "computed: " + rows["derivation"] + words,
            "status": rows["status"],
        }
    ).reset_index(drop=True)
