"""A part of the specifications: a space, or all; a chunk, or everything."""

import logging

from affordability.audit import store
from affordability.audit.steps import Audit
from scripts.log import start_log


def main(size: str, space: str, chunk: int, chunks: int, output: str) -> None:
    """Evaluate the chunk and write it."""
    audit = Audit(size)
    rows = store.write(audit.part(space, chunk, chunks), output)
    logging.info("%s %d of %d: %d specifications", space, chunk, chunks, rows)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    w = snakemake.wildcards
    main(snakemake.params.size, w.space, int(w.chunk), int(w.chunks), snakemake.output[0])
