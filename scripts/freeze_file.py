"""Freeze a file that a person names as a new vintage."""

import logging
from datetime import date
from pathlib import Path

from affordability.fetch.given import completing, understood
from affordability.fetch.handed import hand_in
from affordability.fetch.progress import tell
from scripts.log import start_log

if __name__ == "__main__":
    start_log(snakemake.log[0])
    given = understood(snakemake.params.given)
    folder = Path(snakemake.output[0]).parent
    with completing(given):
        anomalies = hand_in(given, folder.parents[1], date.today().isoformat())
    tell({"x_anomalies": anomalies})
    logging.info("%s: frozen", folder)
