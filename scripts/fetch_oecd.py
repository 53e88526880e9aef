"""Freeze OECD venture capital by stage as a new vintage."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import freeze, oecd
from affordability.fetch.transport import PatientSession
from affordability.vintages import Vintage
from scripts.log import start_log


def main(folder: Path, day: str, endpoint: str, options: dict) -> None:
    """Ask, prove, compare with the last vintage, write."""
    freeze.refuse_existing(folder)
    economies = freeze.economies_of_last_vintage(folder.parents[1])
    with PatientSession() as session:
        rows, url = oecd.fetch(
            endpoint,
            session,
            economies,
            keys_of_last_vintage(folder.parent),
            options.get("allow_losses") == "true",
        )
    versions = {"requests": version("requests")}
    sidecar = oecd.sidecar(rows, day, url, versions)
    freeze.freeze(folder, oecd.tables(rows, day, url), sidecar)
    logging.info("%s: %d values", folder, len(rows))


def keys_of_last_vintage(source: Path) -> frozenset[tuple[str, str, int]]:
    """Return (iso3, stage, year) of every observation of the newest vintage, if there is one."""
    names = freeze.dated(source.parent, source.name)
    if not names:
        return frozenset()
    frame = Vintage(source / names[-1]).read("venture_capital")
    return frozenset(zip(frame["iso3"], frame["stage"], frame["year"].astype(int), strict=True))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    given = snakemake.params
    main(Path(snakemake.output[0]).parent, given.day, given.endpoint, given.options)
