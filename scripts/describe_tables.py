"""The result tables for machines: a Data Package and a Croissant data set over all of them."""

import logging
from pathlib import Path

from affordability import tables
from affordability.describe import croissant, made, package
from affordability.describe.tables import described
from affordability.study import Study, folders
from affordability.vintages import Vintage
from scripts.log import start_log


def main(
    studies: list[Study], known: dict[str, dict], package_file: Path, croissant_file: Path
) -> None:
    """Find the tables that have a schema, describe them twice, write."""
    results = package_file.parent
    paths = [name.removeprefix("results/") for name in made.files(results, known)]
    found = described(results, paths)
    project = made.project(Path("CITATION.cff"), Path("requirements.lock"))
    vintages = [Vintage(folder) for folder in folders(studies)]
    date = max(vintage.sidecar["created"] for vintage in vintages)
    tables.write_json(package.of_results(found, vintages, project, date), package_file)
    tables.write_json(croissant.describe(found, project, date), croissant_file)
    logging.info("%d tables described", len(found))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(
        [Study(name, choices) for name, choices in snakemake.params.studies.items()],
        snakemake.params.made,
        Path(snakemake.output.package),
        Path(snakemake.output.croissant),
    )
