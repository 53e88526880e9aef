"""Specifications on disk: one schema for all spaces, one row group a space, in a fixed order."""

from __future__ import annotations

from pathlib import Path

import pandas as pd
import pyarrow as pa
import pyarrow.dataset
import pyarrow.parquet

from affordability.tables import columns, load_schema, replacing

TABLE = "specifications"
TEXT = pa.dictionary(pa.int32(), pa.string())
TYPES = {"string": TEXT, "number": pa.float64(), "integer": pa.int64(), "boolean": pa.bool_()}


def schema() -> pa.Schema:
    """Return the columns of table `specifications`; texts are stored once each."""
    fields = load_schema(TABLE)["fields"]
    return pa.schema([(field["name"], TYPES[field["type"]]) for field in fields])


def to_arrow(frame: pd.DataFrame) -> pa.Table:
    """Return a frame of specifications as an Arrow table of that schema."""
    arrays = []
    for field in schema():
        values = frame[field.name]
        if field.type == TEXT:
            # By the alphabet: parts that are put together may have met them in another order.
            values = values.cat.remove_unused_categories()
            values = values.cat.reorder_categories(sorted(values.cat.categories))
            codes = values.cat.codes.to_numpy()
            words = pa.array(list(values.cat.categories), pa.string())
            index = pa.array(codes, pa.int32(), mask=codes < 0)
            arrays.append(pa.DictionaryArray.from_arrays(index, words))
        else:
            arrays.append(pa.array(values.to_numpy(), field.type, from_pandas=True))
    return pa.Table.from_arrays(arrays, schema=schema())


def write(frames, path: Path) -> int:
    """Write frames one after the other; return the number of rows."""
    rows = 0
    with (
        replacing(Path(path)) as temporary,
        pa.parquet.ParquetWriter(temporary, schema()) as writer,
    ):
        for frame in frames:
            table = to_arrow(frame)
            writer.write_table(table)
            rows += table.num_rows
    return rows


def read(paths, space: str) -> pd.DataFrame:
    """Return one space's specifications from parts, in order."""
    parts = pa.dataset.dataset([str(path) for path in paths], schema=schema())
    table = parts.to_table(filter=pa.dataset.field("space") == space)
    frame = table.unify_dictionaries().to_pandas()[columns(TABLE)]
    return frame.sort_values("specification", ignore_index=True)
