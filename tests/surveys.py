"""Made microdata: files of weighted rows of income, the same rows in every run."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

ECONOMIES = ["BRA", "DEU", "IND", "KEN", "NAM", "USA"]


def written(folder: Path, files: int, rows: int, group: int) -> Path:
    """Write so many files of so many rows in row groups of a size; return the folder."""
    folder.mkdir(exist_ok=True)
    drawn = np.random.default_rng(1)
    for number in range(files):
        table = pa.table(
            {
                "economy": drawn.choice(ECONOMIES, rows),
                "income": drawn.lognormal(6, 1.5, rows),
                "weight": drawn.uniform(0, 300, rows),
                "period": drawn.choice(["day", "month", "year"], rows),
            }
        )
        pq.write_table(table, folder / f"{number}.parquet", row_group_size=group)
    return folder
