"""What it takes to train, serve, subscribe to and buy, one row an estimate."""

import logging

from affordability import tables
from affordability.costs import published
from affordability.costs.serving.estimates import as_costs as serving
from affordability.costs.training.estimates import as_costs as training
from affordability.known import Known
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, output) -> None:
    """Put published and computed costs side by side, mark the headline estimates, write."""
    published.check_items(study.items, given["models"], study.known_by, study.name)
    known = Known(given, study.known_by)
    served = serving(given["serving_detail"], study.serving["precision"])
    computed = [training(given["training_estimates"]), served]
    table = published.all_costs(known, computed, study.price_month, study.headline)
    later = known.left_out()
    tables.write_table(table, "costs", output.csv, output.parquet)
    tables.write_table(later, "not_yet_known", output.later)
    logging.info("%d rows published after %s are left out", len(later), study.known_by)
    logging.info("%d costs of %d items", len(table), table["item_id"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(Study(*snakemake.params.study), tables.Given(snakemake.input), snakemake.output)
