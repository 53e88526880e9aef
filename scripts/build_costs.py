"""What it takes to train, serve, subscribe to and buy, one row an estimate."""

import logging

from affordability import tables
from affordability.costs import published
from affordability.costs.serving.estimates import as_costs as serving
from affordability.costs.training.estimates import as_costs as training
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, output) -> None:
    """Put published and computed costs side by side, mark the headline estimates, write."""
    served = serving(given["serving_detail"], study.serving["precision"])
    computed = [training(given["training_estimates"]), served]
    table = published.all_costs(given, computed, study.price_month, study.headline)
    tables.write_table(table, "costs", output.csv, output.parquet)
    logging.info("%d costs of %d items", len(table), table["item_id"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(Study(*snakemake.params.study), tables.Given(snakemake.input), snakemake.output)
