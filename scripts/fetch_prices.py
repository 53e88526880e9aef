"""Freeze the list prices of language models as a new vintage."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import freeze, last, prices, progress
from affordability.fetch.request import Request, completing, understood
from affordability.fetch.transport import PatientSession
from scripts.log import start_log


def main(folder: Path, request: Request) -> None:
    """Ask, flatten, compare with the last vintage or the package's own list, write."""
    freeze.refuse_existing(folder)
    endpoint, source = request.addresses["prices_endpoint"], prices.source_id(request.day)
    with PatientSession() as session:
        found = prices.rows(prices.providers(endpoint, session), source)
        before = last.prices(folder.parents[1])
        if before is None:
            before = prices.rows(prices.providers(prices.BUNDLED, session), source)
    losses, changes = request.names("allow_losses"), request.names("allow_changes")
    anomalies = prices.refuse_changes(found, before, losses, changes)
    address = endpoint or "the package's own address"
    versions = {"genai-prices": version("genai-prices")}
    sidecar = prices.sidecar(found, request.day, address, versions, anomalies)
    freeze.freeze(folder, prices.tables(found, request.day, address), sidecar)
    progress.tell(sidecar)
    logging.info("%s: %d prices", folder, len(found))


if __name__ == "__main__":
    start_log(snakemake.log[0])
    request = understood(snakemake.params.asked)
    with completing(request):
        main(Path(snakemake.output[0]).parent, request)
