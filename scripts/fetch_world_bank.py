"""Freeze World Bank figures as a new vintage: today's release, or one of the archives."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import freeze, last, worldbank
from affordability.fetch.plan import Plan, chosen, read_series
from affordability.fetch.progress import Progress
from affordability.fetch.request import Request, completing, understood
from scripts.log import start_log

CLIENTS = ("wbgapi", "requests", "urllib3")


def main(folder: Path, request: Request, catalogue: Path) -> None:
    """Plan, ask, prove, write; say what the release lacks."""
    freeze.refuse_existing(folder)
    plan = make_plan(folder, request, catalogue)
    endpoint = request.addresses["world_bank_endpoint"]
    answer = worldbank.fetch(plan, endpoint, progress=Progress())
    asked = freeze.world_bank_request(answer, plan, endpoint)
    sidecar = freeze.world_bank_sidecar(answer, plan, folder, request.day, asked)
    sidecar["x_client_versions"] = {name: version(name) for name in CLIENTS}
    freeze.freeze(folder, freeze.world_bank_tables(answer, plan, request.day, endpoint), sidecar)
    for thin in answer.thin:
        logging.info("thin newest year: %s", thin)
    for anomaly in answer.anomalies[:20]:
        logging.info("to be looked at: %s", anomaly)
    logging.info("without any value: %s", ", ".join(answer.lacking) or "no series")
    logging.info("%s: %d values of release %s", folder, len(answer.values), answer.release)


def make_plan(folder: Path, request: Request, catalogue: Path) -> Plan:
    """Return what to ask for; by default all series, 1990 to the year before the release."""
    options = request.options
    release = request.release if folder.name.startswith("archive") else ""
    before = last.world_bank(folder.parents[1])
    return Plan(
        series=chosen(
            read_series(catalogue), options.get("indicators", ""), options.get("without", "")
        ),
        year_from=int(options.get("year_from", 1990)),
        year_to=int(options.get("year_to", int((release or request.day)[:4]) - 1)),
        version=release,
        day=request.day,
        last=before,
        expected_economies=before.with_data,
        allow_thin=request.flag("allow_thin"),
        allow_economy_changes=request.flag("allow_economy_changes"),
        allow_losses=request.names("allow_losses"),
        allow_changes=request.names("allow_changes"),
    )


if __name__ == "__main__":
    start_log(snakemake.log[0])
    request = understood(snakemake.params.asked)
    with completing(request):
        main(Path(snakemake.output[0]).parent, request, Path(snakemake.input.series))
