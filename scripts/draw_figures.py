"""The figures of a study."""

import logging
from pathlib import Path

import pandas as pd

from affordability import figures
from affordability.check import study_vintages
from scripts.log import start_log


def main(study: dict, ratios: str, resources: str, folder: Path) -> None:
    """Read what is drawn, draw all figures, say which files came out."""
    vintages = study_vintages(study)
    files = figures.draw_all(
        pd.read_parquet(ratios),
        pd.read_parquet(resources),
        vintages["world_bank"].read("economies"),
        vintages["curated"].read("organisations"),
        vintages["cldr"].read("official_languages"),
        vintages["curated"].read("language_accuracy"),
        study,
        folder,
    )
    logging.info("%d files in %s", len(files), folder)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(
        snakemake.params.study,
        snakemake.input.ratios,
        snakemake.input.resources,
        Path(snakemake.output[0]).parent,
    )
