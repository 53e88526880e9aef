"""The constants of Cottier et al. (2024) where ours differ, so that their results come out again.

They took measured mean draws of TPUs for thermal design power, Google's rounded peak of TPU v2,
1,024 chips for OPT-175B and 17.7 million chip-hours for Falcon-180B. Those are rows
`cottier-<figure>-<whose>` of `training_constants`; estimates that rest on them have ids ending in
`-cottier`, stand beside ours, and are read first by nobody.
"""

from __future__ import annotations

import pandas as pd

from affordability.costs.training.inputs import COTTIER, Constants

ENDING = "-cottier"
# Whose figure it is: a column of accelerators, or a field of model_figures.
OF_CHIPS = {"tdp": "tdp_w", "peak-flops": "peak_flops_16bit"}
OF_MODELS = {"accelerator-count": "accelerator_count", "accelerator-hours": "accelerator_hours"}


def as_cottier(tables: dict[str, pd.DataFrame], kept: list[str]) -> dict[str, pd.DataFrame]:
    """Return the curated tables `kept` with their figures for ours; no power is measured."""
    known = Constants(tables["training_constants"], COTTIER)
    chips = tables["accelerators"].set_index("accelerator_id", drop=False)
    figures = tables["model_figures"].set_index(["model_id", "field"], drop=False)
    for name in known.rows:
        for figure, column in OF_CHIPS.items():
            if name.startswith(f"cottier-{figure}-"):
                chips.loc[name.removeprefix(f"cottier-{figure}-"), column] = known(name)
        for figure, field in OF_MODELS.items():
            if name.startswith(f"cottier-{figure}-"):
                place = (name.removeprefix(f"cottier-{figure}-"), field)
                figures.loc[place, "value"] = f"{known(name):g}"
    return {
        **{name: tables[name] for name in kept},
        "accelerators": chips.assign(mean_power_w=float("nan")).reset_index(drop=True),
        "model_figures": figures.reset_index(drop=True),
    }
