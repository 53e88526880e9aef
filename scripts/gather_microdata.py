"""How many people of the microdata can pay: the exact counts of all chunks, added."""

import logging
from pathlib import Path

from affordability import tables
from affordability.people import chunks, command
from scripts.log import start_log


def main(
    plan: str, parts: list[str], plans: list[str], thresholds: list[float], output: str
) -> None:
    """Add up the chunks and write the table that the command `headcount` prints."""
    counts = chunks.gather(chunks.read_plan(Path(plan)), map(Path, parts))
    answer = command.table(counts, thresholds, plans)
    tables.write_table(answer, "microdata_headcount", output)
    logging.info("%d chunks, %s people", len(parts), f"{counts.total().sum():,.0f}")


if __name__ == "__main__":
    start_log(snakemake.log[0])
    given = snakemake.params
    main(
        snakemake.input.plan,
        snakemake.input.parts,
        given.plans,
        given.thresholds,
        snakemake.output.headcount,
    )
