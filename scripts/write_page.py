"""The page over all studies."""

import logging
from pathlib import Path

from affordability import tables
from affordability.page import book, document
from affordability.study import Study
from affordability.vintages import RAW
from scripts.log import start_log


def main(studies: list[Study], diffs: list[str], citation: Path, output: Path) -> None:
    """Read the results, render, write."""
    page = document.render(output.parent, RAW, citation, studies, diffs, book.read(studies))
    tables.write_text(page, output)
    logging.info("%s, %d kB", output, len(page.encode("utf-8")) // 1000)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(
        [Study(*given) for given in snakemake.params.studies.items()],
        snakemake.params.diffs,
        Path(snakemake.input.citation),
        Path(snakemake.output.page),
    )
