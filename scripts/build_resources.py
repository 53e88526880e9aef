"""What economies, their average person and organisations have, by the study's year rules."""

import logging

import pandas as pd

from affordability import judgement, resources, tables
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, judged: judgement.Judgement, output) -> None:
    """Choose of all years by rule, say who is missing, write."""
    panel = given["panel"]
    economies = judgement.judged(given["economies"], "economies", "", judged)
    chosen = resources.select(panel, study.year_rules)
    absent = [
        resources.missing(panel, chosen, economies, study.year_rules),
        judgement.excluded_rows(judged.exclusions),
    ]
    absent = pd.concat(absent, ignore_index=True)
    tables.write_table(chosen, "resources", output.csv, output.parquet)
    read = {"organisations": given["organisations"], "observations": given["observations"]}
    unused = resources.left_out(read)
    tables.write_table(absent, "missing_economies", output.missing)
    tables.write_table(unused, "missing_organisations", output.left_out)
    logging.info("%d resources; %d economies without a value, by measure", len(chosen), len(absent))
    logging.info("%d figures of organisations left out", len(unused))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    paths = snakemake.input
    judged = judgement.read(paths.corrections, paths.exclusions)
    main(Study(*snakemake.params.study), tables.Given(paths), judged, snakemake.output)
