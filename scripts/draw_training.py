"""The figures of training: estimates by basis, growth, and how the bar moves."""

import logging
from pathlib import Path

import pandas as pd

from affordability.check import study_vintages
from affordability.figures import training
from affordability.tables import read_table
from scripts.log import start_log


def main(study: dict, inputs, folder: Path) -> None:
    """Read what is drawn, draw, say which files came out."""
    tables = {
        "costs": read_table(inputs.costs, "training_costs_table"),
        "estimates": pd.read_parquet(inputs.estimates),
        "growth": read_table(inputs.growth, "training_growth"),
        "bar": read_table(inputs.bar, "training_bar"),
        "models": study_vintages(study)["curated"].read("models"),
    }
    files = training.draw_all(tables, study, folder)
    logging.info("%d files in %s", len(files), folder)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.study, snakemake.input, Path(snakemake.output[0]).parent)
