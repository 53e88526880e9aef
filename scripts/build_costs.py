"""What it takes to train, serve, subscribe to and buy, one row an estimate."""

import logging

from affordability import costs, tables
from affordability.check import study_vintages
from scripts.log import start_log

CURATED = ["training_costs", "serving_setups", "subscriptions", "accelerators"]


def main(study: dict, output) -> None:
    """Read the curated tables, build costs, mark the headline estimates, write."""
    curated = study_vintages(study)["curated"]
    table = costs.all_costs(
        {name: curated.read(name) for name in CURATED}, study["price_month"], study["headline"]
    )
    tables.write_table(table, "costs", output.csv, output.parquet)
    logging.info("%d costs of %d items", len(table), table["item_id"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.output)
