"""Freeze World Bank figures as a new vintage: today's release, or one of the archives."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import freeze, worldbank
from affordability.fetch.plan import Plan, chosen, read_series
from affordability.fetch.progress import Progress
from scripts.log import start_log

CLIENTS = ("wbgapi", "requests", "urllib3")


def main(folder: Path, day: str, endpoint: str, catalogue: Path, options: dict) -> None:
    """Plan, ask, prove, write; say what the release lacks."""
    freeze.refuse_existing(folder)
    plan = make_plan(folder.parents[1], day, catalogue, options)
    answer = worldbank.fetch(plan, endpoint, progress=Progress())
    request = {
        "endpoint": endpoint,
        "database": plan.database,
        "release": plan.version or "newest",
        "indicators": plan.indicators,
        "years": [plan.year_from, plan.year_to],
        "economies": "all",
        "addresses": answer.requests,
    }
    sidecar = freeze.world_bank_sidecar(answer, plan, folder, day, request)
    sidecar["x_client_versions"] = {name: version(name) for name in CLIENTS}
    freeze.freeze(folder, freeze.world_bank_tables(answer, plan, day, endpoint), sidecar)
    for thin in answer.thin:
        logging.info("thin newest year: %s", thin)
    logging.info("without any value: %s", ", ".join(answer.lacking) or "no series")
    logging.info("%s: %d values of release %s", folder, len(answer.values), answer.release)


def make_plan(raw: Path, day: str, catalogue: Path, options: dict) -> Plan:
    """Return what to ask for; by default all series, 1990 to the year before the release."""
    release = options.get("release", "")
    series = chosen(
        read_series(catalogue), options.get("indicators", ""), options.get("without", "")
    )
    return Plan(
        series=series,
        year_from=int(options.get("year_from", 1990)),
        year_to=int(options.get("year_to", int((release or day)[:4]) - 1)),
        version=release,
        expected_economies=freeze.economies_of_last_vintage(raw),
        allow_thin=options.get("allow_thin") == "true",
        allow_economy_changes=options.get("allow_economy_changes") == "true",
    )


if __name__ == "__main__":
    start_log(snakemake.log[0])
    given = snakemake.params
    catalogue = Path(snakemake.input.series)
    main(Path(snakemake.output[0]).parent, given.day, given.endpoint, catalogue, given.options)
