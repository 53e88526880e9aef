"""Freeze World Bank figures of a dated release, out of its bulk file."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import bulk, freeze
from affordability.fetch.progress import Progress
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
    freeze.freeze(folder, bulk.tables(found, plan, request.day), sidecar)
    for thin in found.answer.thin:
        logging.info("thin newest year: %s", thin)
    for anomaly in found.answer.anomalies[:20]:
        logging.info("to be looked at: %s", anomaly)
    logging.info("without any value: %s", ", ".join(found.answer.lacking) or "no series")
    logging.info("%s", sidecar["x_note"])
    logging.info("%s: %d values of release %s", folder, len(found.answer.values), plan.release)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    request = understood(snakemake.params.asked)
    with completing(request):
        main(Path(snakemake.output[0]).parent, request, Path(snakemake.input.series))
