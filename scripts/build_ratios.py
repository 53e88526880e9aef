"""Cost ÷ resource: every item of the study against everyone who may pay for it."""

import logging

from affordability import pipeline, tables
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, output) -> None:
    """Divide, write the long table."""
    table = pipeline.ratios(study, given["costs"], given["panel"])
    tables.write_table(table, "ratios", output.csv, output.parquet)
    logging.info("%d ratios of %d actors", len(table), table["actor_id"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(Study(*snakemake.params.study), tables.Given(snakemake.input), snakemake.output)
