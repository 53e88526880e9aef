"""Check digests, schemas and references of one frozen folder; list what was checked."""

import logging
from pathlib import Path

import pandas as pd

from affordability import checks, tables
from affordability.vintages import folder_of
from scripts.log import start_log


def main(folder: Path, economies: list[str], output: str) -> None:
    """Check, then write one row a table."""
    known = pd.concat([tables.read_table(path, "economies") for path in economies])
    checked = checks.listed(checks.check_folder(folder, known))
    tables.write_csv(checked, output)
    logging.info("checked %d tables, %d rows", len(checked), checked["rows"].sum())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    folder = folder_of(snakemake.wildcards.folder)
    main(folder, snakemake.input.economies, snakemake.output.checks)
