"""Check digests, schemas and references of all inputs; list what was checked."""

import logging

from affordability import check, claims, tables
from scripts.log import start_log


def main(studies: dict, claims_file: str, output: str) -> None:
    """Check, then write `results/checks.csv`."""
    checked = check.check_inputs(studies, claims.load(tables.Path(claims_file)))
    tables.write_csv(checked, output)
    logging.info("checked %d tables, %d rows", len(checked), checked["rows"].sum())


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(snakemake.params.studies, snakemake.input.claims, snakemake.output.checks)
