"""Cost ÷ resource: every item of the study against everyone who may pay for it."""

import logging

import pandas as pd

from affordability import ratios, tables
from scripts.log import start_log


def main(study: dict, costs: str, resources: str, output) -> None:
    """Read both sides, divide, write the long table."""
    items = ratios.choose_items(pd.read_parquet(costs), study["items"], study["name"])
    table = ratios.build(items, pd.read_parquet(resources), study["name"])
    tables.write_table(table, "ratios", output.csv, output.parquet)
    logging.info("%d ratios of %d actors", len(table), table["actor_id"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.input.costs, snakemake.input.resources, snakemake.output)
