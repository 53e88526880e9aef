"""Freeze World Bank figures of a dated release, out of its bulk file."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import bulk, freeze
from affordability.fetch.progress import Progress, tell
from affordability.fetch.request import Request, completing, understood
from scripts.log import start_log

CACHE = Path(".cache/fetch")


def main(folder: Path, request: Request, catalogue: Path) -> None:
    """Plan, stream, prove, write; say what a reader must know of the release."""
    freeze.refuse_existing(folder)
    plan = request.plan("bulk", folder.parents[1], catalogue)
    endpoint = request.addresses["bulk_endpoint"]
    found = bulk.fetch(plan, endpoint, CACHE, progress=Progress(unit="MB"))
    sidecar = bulk.sidecar(found, plan, folder, request.day, endpoint)
    sidecar["x_client_versions"] = {name: version(name) for name in ("requests", "urllib3")}
    tables, values = bulk.tables(found, plan, request.day), len(found.answer.values)
    del found, plan  # what follows reads the tables anew: the memory is for them
    freeze.freeze(folder, tables, sidecar)
    tell(sidecar)
    logging.info("%s", sidecar["x_note"])
    logging.info("%s: %d values of release %s", folder, values, sidecar["x_lastupdated"])


if __name__ == "__main__":
    start_log(snakemake.log[0])
    request = understood(snakemake.params.asked)
    with completing(request):
        main(Path(snakemake.output[0]).parent, request, Path(snakemake.input.series))
