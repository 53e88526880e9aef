"""What everyone has in all years, from one pair of frozen vintages."""

import logging

from affordability import judgement, pipeline, tables
from scripts.log import start_log


def main(given: tables.Given, vintages: dict, judged: judgement.Judgement, output: str) -> None:
    """Judge the frozen tables, derive every measure of all years, write."""
    panel = pipeline.panel(given, vintages, judged)
    tables.write_table(panel, "panel", output)
    logging.info("%d values of %d measures", len(panel), panel["measure"].nunique())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    paths = snakemake.input
    judged = judgement.read(paths.corrections, paths.exclusions)
    main(tables.Given(paths), dict(snakemake.wildcards), judged, snakemake.output.panel)
