"""A part of the specifications: a space, or all; a chunk, or everything."""

import logging
from pathlib import Path

from affordability import tables
from affordability.audit import data, steps, store
from affordability.audit.steps import Audit
from affordability.claims import query
from scripts.log import start_log


def declared(given, strict: dict[str, bool], size: str = "quick") -> Audit:
    """Return the declared audit over the files a step was handed."""
    curated = tables.Given({name: given[name] for name in (*data.PRICES, "organisations")})
    people = tables.Given({name: given[name] for name in data.PEOPLE.values()})
    frozen = data.read(steps.years(), given.panels, given.economies, given.levels, curated, people)
    return Audit(frozen, query.load(Path(given.claims)), strict, size)


def main(audit: Audit, space: str, chunk: int, chunks: int, output: str) -> None:
    """Evaluate the chunk and write it."""
    rows = store.write(audit.part(space, chunk, chunks), output)
    logging.info("%s %d of %d: %d specifications", space, chunk, chunks, rows)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    w, given = snakemake.wildcards, snakemake.params
    audit = declared(snakemake.input, given.strict, given.size)
    main(audit, w.space, int(w.chunk), int(w.chunks), snakemake.output[0])
