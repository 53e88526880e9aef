"""The people whom one chunk of the microdata counts, by economy and slice of income."""

import logging
from pathlib import Path

from affordability.people import chunks
from scripts.log import start_log


def main(plan: str, folder: Path, chunk: int, of: int, workers: int, output: str) -> None:
    """Count the chunk's row groups and write its state."""
    planned = chunks.read_plan(Path(plan))
    counts = chunks.count_chunk(planned, folder, chunk, of, workers)
    chunks.write_state(counts, planned, chunk, of, Path(output))
    logging.info("chunk %d of %d: %s people", chunk, of, f"{counts.total().sum():,.0f}")


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(
        snakemake.input.plan,
        Path(snakemake.params.folder),
        int(snakemake.wildcards.chunk),
        int(snakemake.wildcards.chunks),
        snakemake.threads,
        snakemake.output[0],
    )
