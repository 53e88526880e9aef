"""What economies, their average person and organisations have, by the study's year rules."""

import logging

import pandas as pd

from affordability import resources, tables
from affordability.check import study_vintages
from scripts.log import start_log


def main(study: dict, output) -> None:
    """Read vintages, derive all years, choose by rule, name who is missing, write."""
    vintages = study_vintages(study)
    observations = vintages["world_bank"].read("observations")
    names = study["vintages"]
    panel = pd.concat(
        [
            resources.economy_panel(
                observations,
                vintages["oecd"].read("venture_capital"),
                names["world_bank"],
                names["oecd"],
            ),
            resources.organisation_panel(
                vintages["curated"].read("organisations"), observations, names["world_bank"]
            ),
        ],
        ignore_index=True,
    )
    chosen = resources.select(panel, study["year_rules"])
    absent = resources.missing(
        panel, chosen, vintages["world_bank"].read("economies"), study["year_rules"]
    )
    tables.write_table(chosen, "resources", output.csv, output.parquet)
    tables.write_table(absent, "missing_economies", output.missing)
    tables.write_parquet(panel, output.panel)
    logging.info("%d resources; %d economies without a value, by measure", len(chosen), len(absent))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.output)
