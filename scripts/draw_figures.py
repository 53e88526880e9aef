"""The figures of a study, all in one job, since imports cost more than drawing."""

import logging
from pathlib import Path

from affordability import tables
from affordability.figures import registry
from affordability.study import Study
from scripts.log import start_log


def main(study: Study, given: tables.Given, folder: Path) -> None:
    """Draw all figures, say which files came out."""
    files = registry.draw_all(given, study, folder)
    logging.info("%d files in %s", len(files), folder)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    folder = Path(snakemake.output[0]).parent
    main(Study(*snakemake.params.study), tables.Given(snakemake.input), folder)
