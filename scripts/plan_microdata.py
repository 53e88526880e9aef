"""What of the microdata is to be counted: files, row groups, economies, cuts of income."""

import logging
from pathlib import Path

from affordability import tables
from affordability.people import chunks, command
from scripts.log import start_log


def main(
    folder: Path, economies: list[str], plans: list[str], thresholds: list[float], output: str
) -> None:
    """Look at every file's footer and write the plan."""
    known = command.codes(tables.read_table(path, "economies") for path in economies)
    planned, notes = chunks.plan(folder, known, command.cuts(plans, thresholds))
    for note in notes:
        logging.info("note: %s", note)
    tables.write_json(planned, output)
    rows = sum(sum(file["rows"]) for file in planned["files"])
    logging.info("%d files, %s rows", len(planned["files"]), f"{rows:,}")


def surveyed(folder: str) -> Path:
    """Return the folder that the configuration names."""
    if not folder:
        raise tables.InputError(
            "config, microdata: found nothing, expected `microdata: {files: FOLDER}` with a folder "
            "of Parquet (docs/scaling.md)"
        )
    return Path(folder)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    given = snakemake.params
    main(
        surveyed(given.folder),
        snakemake.input.economies,
        given.plans,
        given.thresholds,
        snakemake.output.plan,
    )
