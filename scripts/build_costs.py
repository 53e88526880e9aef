"""What it takes to train, serve, subscribe to and buy, one row an estimate."""

import logging

import pandas as pd

from affordability import tables
from affordability.checks import study_vintages
from affordability.costs import published as costs
from affordability.costs.serving import estimates as serving
from affordability.costs.training import estimates as training
from scripts.log import start_log

CURATED = ["training_costs", "serving_setups", "subscriptions", "accelerators"]


def main(study: dict, inputs, output) -> None:
    """Put published and computed costs side by side, mark the headline estimates, write."""
    curated = study_vintages(study)["curated"]
    computed = [
        training.as_costs(pd.read_parquet(inputs.training)),
        serving.as_costs(pd.read_parquet(inputs.serving)),
    ]
    published = {name: curated.read(name) for name in CURATED}
    table = costs.all_costs(published, computed, study["price_month"], study["headline"])
    tables.write_table(table, "costs", output.csv, output.parquet)
    logging.info("%d costs of %d items", len(table), table["item_id"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.input, snakemake.output)
