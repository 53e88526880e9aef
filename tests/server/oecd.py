"""Answers of the OECD's SDMX web service for venture capital, as SDMX-CSV."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from tests.server.world import RAW, rows_of

FLOW = "OECD.SDD.TPS,DSD_VC@DF_VC_INV,1.0"
HEADER = [
    "DATAFLOW",
    *("REF_AREA", "MEASURE", "BUSINESS_DEVELOPMENT_STAGE", "UNIT_MEASURE", "FREQ", "TIME_PERIOD"),
    *("OBS_VALUE", "OBS_STATUS", "UNIT_MULT", "DECIMALS", "PRICE_BASE"),
]


class Oecd:
    """The service over the venture capital of one frozen vintage."""

    def __init__(self, vintage: str = "2026-03-03", raw: Path = RAW):
        self.rows = rows_of(raw / "oecd" / vintage / "venture_capital.csv")

    def answer(self, path: str) -> str | None:
        """Return the CSV for a path below the endpoint; None where there is no such flow."""
        parts = path.strip("/").split("/")
        if parts != ["data", FLOW, "...USD_EXC.A"]:
            return None
        text = io.StringIO()
        out = csv.writer(text, lineterminator="\n")
        out.writerow(HEADER)
        flow = "OECD.SDD.TPS:DSD_VC@DF_VC_INV(1.0)"
        for row in self.rows:
            key = [row["iso3"], "VC_INV_MKT", row["stage"], "USD_EXC", "A", row["year"]]
            out.writerow([flow, *key, row["usd_million"], row["obs_status"], "6", "2", "V"])
        total = ["OECD", "VC_INV_MKT", "_T", "USD_EXC", "A", "2022"]
        out.writerow([flow, *total, "1000", "A", "6", "2", "V"])  # an aggregate, to be left out
        return text.getvalue()
