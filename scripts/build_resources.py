"""What economies, their average person and organisations have, by the study's year rules."""

import logging

import pandas as pd

from affordability import inputs, resources, tables
from affordability import judgement as corrections
from scripts.log import start_log


def main(study: dict, judgement: corrections.Judgement, output) -> None:
    """Read vintages, exclude, correct, derive all years, choose by rule, say who is missing."""
    given = inputs.read(study, judgement)
    panel = inputs.panel(study, given, judgement)
    chosen = resources.select(panel, study["year_rules"])
    absent = pd.concat(
        [
            resources.missing(panel, chosen, given.economies, study["year_rules"]),
            corrections.excluded_rows(judgement.exclusions),
        ],
        ignore_index=True,
    )
    tables.write_table(chosen, "resources", output.csv, output.parquet)
    tables.write_table(absent, "missing_economies", output.missing)
    tables.write_parquet(panel, output.panel)
    logging.info("%d resources; %d economies without a value, by measure", len(chosen), len(absent))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    judgement = corrections.read(snakemake.input.corrections, snakemake.input.exclusions)
    main(snakemake.params.study, judgement, snakemake.output)
