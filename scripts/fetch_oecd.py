"""Freeze OECD venture capital by stage as a new vintage."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import freeze, last, oecd, progress
from affordability.fetch.request import Request, completing, understood
from affordability.fetch.transport import PatientSession
from scripts.log import start_log


def main(folder: Path, request: Request) -> None:
    """Ask, prove, compare with the last vintage, write."""
    freeze.refuse_existing(folder)
    raw = folder.parents[1]
    economies = last.world_bank(raw)
    with PatientSession() as session:
        rows, url, anomalies = oecd.fetch(
            request.addresses["oecd_endpoint"],
            session,
            economies.with_data,
            int(request.day[:4]) - 1,
            last.oecd(raw),
            request.names("allow_losses"),
            request.names("allow_changes"),
        )
    versions = {"requests": version("requests")}
    sidecar = oecd.sidecar(rows, request.day, url, versions, anomalies)
    freeze.freeze(folder, oecd.tables(rows, request.day, url), sidecar, economies.economies)
    progress.tell(sidecar)
    logging.info("%s: %d values", folder, len(rows))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    request = understood(snakemake.params.asked)
    with completing(request):
        main(Path(snakemake.output[0]).parent, request)
