"""Freeze World Bank figures as a new vintage: today's release, or one of the archives."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import freeze, worldbank
from affordability.fetch.progress import Progress, tell
from affordability.fetch.request import Request, completing, understood
from scripts.log import start_log

CLIENTS = ("wbgapi", "requests", "urllib3")


def main(folder: Path, request: Request, catalogue: Path) -> None:
    """Plan, ask, prove, write; say what the release lacks."""
    freeze.refuse_existing(folder)
    source = "archive" if folder.name.startswith("archive") else "world_bank"
    plan = request.plan(source, folder.parents[1], catalogue)
    endpoint = request.addresses["world_bank_endpoint"]
    answer = worldbank.fetch(plan, endpoint, progress=Progress())
    asked = freeze.world_bank_request(answer, plan, endpoint)
    sidecar = freeze.world_bank_sidecar(answer, plan, folder, request.day, asked)
    sidecar["x_client_versions"] = {name: version(name) for name in CLIENTS}
    freeze.freeze(folder, freeze.world_bank_tables(answer, plan, request.day, endpoint), sidecar)
    tell(sidecar)
    logging.info("%s: %d values of release %s", folder, len(answer.values), answer.release)


if __name__ == "__main__":
    start_log(snakemake.log[0])
    request = understood(snakemake.params.asked)
    with completing(request):
        main(Path(snakemake.output[0]).parent, request, Path(snakemake.input.series))
