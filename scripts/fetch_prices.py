"""Freeze the list prices of language models as a new vintage."""

import logging
from importlib.metadata import version
from pathlib import Path

from affordability.fetch import freeze, prices
from affordability.vintages import Vintage
from scripts.log import start_log


def main(folder: Path, day: str, endpoint: str, options: dict) -> None:
    """Ask, flatten, compare with the last vintage, write."""
    freeze.refuse_existing(folder)
    found = prices.rows(prices.providers(endpoint), prices.source_id(day))
    allow_losses = options.get("allow_losses") == "true"
    prices.refuse_losses(found, models_of_last_vintage(folder.parent), allow_losses)
    address = endpoint or "the package's own address"
    versions = {"genai-prices": version("genai-prices")}
    sidecar = prices.sidecar(found, day, address, versions)
    freeze.freeze(folder, prices.tables(found, day, address), sidecar)
    logging.info("%s: %d prices", folder, len(found))


def models_of_last_vintage(source: Path) -> int:
    """Return the number of models in the newest vintage; 0 if there is none."""
    names = freeze.dated(source.parent, source.name)
    return Vintage(source / names[-1]).sidecar["x_models"] if names else 0


if __name__ == "__main__":
    start_log(snakemake.log[0])
    given = snakemake.params
    main(Path(snakemake.output[0]).parent, given.day, given.endpoint, given.options)
