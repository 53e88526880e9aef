"""The figures of a study, all in one job, since imports cost more than drawing."""

import logging
from pathlib import Path

import pandas as pd

from affordability.checks import study_vintages
from affordability.figures import registry as figures
from affordability.figures import training
from affordability.tables import read_table
from scripts.log import start_log


def main(study: dict, inputs, folder: Path) -> None:
    """Read what is drawn, draw all figures, say which files came out."""
    vintages = study_vintages(study)
    curated = vintages["curated"]
    files = figures.draw_all(
        pd.read_parquet(inputs.ratios),
        pd.read_parquet(inputs.resources),
        vintages["world_bank"].read("economies"),
        curated.read("organisations"),
        vintages["cldr"].read("official_languages"),
        curated.read("language_accuracy"),
        study,
        folder,
    )
    tables = {
        "costs": read_table(inputs.costs, "training_costs_table"),
        "estimates": pd.read_parquet(inputs.estimates),
        "growth": read_table(inputs.growth, "training_growth"),
        "bar": read_table(inputs.bar, "training_bar"),
        "models": curated.read("models"),
    }
    files += training.draw_all(tables, study, folder)
    logging.info("%d files in %s", len(files), folder)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.input, Path(snakemake.output[0]).parent)
