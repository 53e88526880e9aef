"""What was checked of all inputs, and whether an id means one source everywhere."""

import logging
from pathlib import Path

import pandas as pd

from affordability import checks, tables
from affordability.vintages import Vintage
from scripts.log import start_log


def main(parts: list[str], folders: list[str], output: str) -> None:
    """Check ids over all folders, then write `results/checks.csv`."""
    checks.check_source_ids([Vintage(Path(folder)) for folder in folders])
    checked = pd.concat([pd.read_csv(part) for part in parts], ignore_index=True)
    tables.check_frame(checked, "checks")
    tables.write_csv(checked, output)
    logging.info("checked %d tables, %d rows", len(checked), checked["rows"].sum())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.input.parts, snakemake.params.folders, snakemake.output.checks)
