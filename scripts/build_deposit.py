"""The deposit: what the crate names, in one archive."""

import json
import logging
from pathlib import Path

from affordability.describe import deposit
from scripts.log import start_log


def main(crate: Path, beside: list[Path], archive: Path) -> None:
    """Gather what the crate names, check its digests, write."""
    described = json.loads(crate.read_text(encoding="utf-8"))
    date = next(e["datePublished"] for e in described["@graph"] if e["@id"] == "./")
    files = deposit.contents(described, crate, beside)
    digest = deposit.write(files, date, archive)
    logging.info("%s, %d files\nsha256 %s", archive.as_posix(), len(files) + 1, digest)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    main(
        Path(snakemake.input.crate),
        [Path(path) for path in snakemake.input.beside],
        Path(snakemake.output.archive),
    )
