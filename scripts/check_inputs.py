"""Check digests, schemas and references of all inputs; list what was checked."""

import logging
from pathlib import Path

from affordability import checks as check
from affordability import tables
from scripts.log import start_log


def main(folders: list[str], output: str) -> None:
    """Check, then write `results/checks.csv`."""
    checked = check.check_inputs([Path(folder) for folder in folders])
    tables.write_csv(checked, output)
    logging.info("checked %d tables, %d rows", len(checked), checked["rows"].sum())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.folders, snakemake.output.checks)
