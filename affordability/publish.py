"""Table 1: the models of a study, with size, hardware and costs, as a reader looks them up."""

import pandas as pd

from affordability.tables import columns
from affordability.words import money

# Written without decimals: nobody knows a training cost to the cent.
WHOLE = [
    "parameters",
    "accelerator_count",
    "accelerator_hours",
    "training_usd",
    "training_usd_low",
    "training_usd_high",
]
FIGURES = ["parameters", "accelerator", "accelerator_count", "accelerator_hours"]


def table1_models(
    models: pd.DataFrame, model_figures: pd.DataFrame, costs: pd.DataFrame, setups: pd.DataFrame
) -> pd.DataFrame:
    """One row a model: size, hardware, training cost with its basis, serving set-up, cost a day.

    Sizes are numbers of parameters, costs US$ of the estimate's own year. The training cost is the
    estimate the study reads first, and the other central estimates stand beside it with their
    basis, never averaged. Blank is not disclosed or not known. `unverified` names the cells whose
    figure was not read in its source. Sorted by training cost, models without one last by name.
    """
    figures = model_figures.pivot(index="model_id", columns="field", values="value")
    figures = figures.reindex(columns=FIGURES)
    train = _headline(costs, "train").add_prefix("training_")
    serve = _headline(costs, "serve").add_prefix("serving_")
    others = _others(costs)
    rows = models.set_index("model_id").join([figures, train, serve])
    rows["access"] = rows["open_weights"].map({True: "open weights", False: "closed"})
    for column in WHOLE:
        rows[column] = pd.to_numeric(rows[column], errors="coerce").round().astype("Int64")
    described = setups.set_index("setup_id")["description"]
    rows["serving_setup"] = rows["serving_estimate_id"].map(described)
    rows["serving_usd_per_day"] = rows["serving_usd"].round(2)
    rows["other_training_estimates"] = rows.index.map(others)
    rows["unverified"] = _unverified(rows, model_figures)
    rows = rows.reset_index().sort_values(
        ["training_usd", "name", "model_id"], ascending=[False, True, True], na_position="last"
    )
    return rows[columns("table1_models")].reset_index(drop=True)


def _headline(costs: pd.DataFrame, kind: str) -> pd.DataFrame:
    """The estimate a study reads first of each item, by item."""
    rows = costs[(costs["item_kind"] == kind) & costs["headline"]].set_index("item_id")
    return rows[["usd", "usd_low", "usd_high", "basis", "estimate_id", "status"]]


def _others(costs: pd.DataFrame) -> dict[str, str]:
    """The other central estimates of each model: "$40 million amortised; $78 million ..."."""
    rows = costs[(costs["item_kind"] == "train") & ~costs["headline"] & costs["usd"].notna()]
    rows = rows.sort_values(["item_id", "usd", "estimate_id"])
    said = money_of(rows) + " " + rows["basis"].str.replace("_", " ")
    return (
        said.groupby(rows["item_id"]).agg(lambda texts: "; ".join(dict.fromkeys(texts))).to_dict()
    )


def money_of(rows: pd.DataFrame) -> pd.Series:
    """The amounts of cost rows in words."""
    return rows["usd"].map(money).astype("str")


def _unverified(rows: pd.DataFrame, model_figures: pd.DataFrame) -> pd.Series:
    """The columns of each model whose figure was not read in its source, joined by semicolons."""
    marked = model_figures[
        model_figures["field"].isin(FIGURES) & (model_figures["status"] == "unverified")
    ]
    found = marked.sort_values("field").groupby("model_id")["field"].agg(list).to_dict()
    names = {"training_status": "training_usd", "serving_status": "serving_usd_per_day"}
    return pd.Series(
        {
            model: ";".join(
                found.get(model, [])
                + [names[c] for c in names if rows.at[model, c] == "unverified"]
                + (["name"] if rows.at[model, "status"] == "unverified" else [])
            )
            for model in rows.index
        },
        dtype="str",
    )
