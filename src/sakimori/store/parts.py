"""Parts: the Parquet files of which a run's tables are made, and how rows become their bytes."""

import functools
from collections.abc import Mapping, Sequence
from typing import Any, Final

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from sakimori.base.columns import FORMAT_VERSION, TABLES

Rows = Mapping[str, Sequence[Any] | np.ndarray]

PARTS: Final = (*TABLES, "factors")  # a chunk has one part of each, of those that the run has at all
DONE: Final = "outcomes"  # written last: marks a chunk as done

_KINDS: dict[str, pa.DataType] = {
    "int32": pa.int32(),
    "float64": pa.float64(),
    "bool": pa.bool_(),
    "text": pa.string(),
    "floats": pa.list_(pa.float32()),
}


@functools.cache
def schema_of(table: str) -> pa.Schema:
    """Arrow schema of a result table; each field carries its unit and meaning as metadata."""
    return pa.schema(
        [pa.field(c.name, _KINDS[c.kind], metadata={"unit": c.unit, "meaning": c.meaning}) for c in TABLES[table]],
        metadata={"table": table, "format_version": str(FORMAT_VERSION)},
    )


def file_of(chunk: int) -> str:
    """Name of the parts of a chunk, each in the folder of its table."""
    return f"part-{chunk:05d}.parquet"


def part_of(table: str, chunk: int) -> str:
    """Name of one part in its run folder."""
    return f"{table}/{file_of(chunk)}"


def arrow_of(table: str, rows: Rows, units: Mapping[str, str]) -> pa.Table:
    """Rows, given by column, as an Arrow table of the stated schema; numbers that are nan become empty."""
    if table == "factors":
        arrays = {name: pa.array(values) for name, values in rows.items()}
        fields = [pa.field(n, a.type, metadata={"unit": units.get(n, "")}) for n, a in arrays.items()]
        return pa.table(arrays, schema=pa.schema(fields, metadata={"table": table}))
    schema = schema_of(table)
    return pa.table({f.name: pa.array(rows[f.name], f.type, from_pandas=True) for f in schema}, schema=schema)


def bytes_of(table: pa.Table) -> bytes:
    """The table as a Parquet file: quick to write, for parts are many and small.

    Zstandard and a dictionary for each column of numbers took three times as long for files of the same size.
    """
    text = [field.name for field in table.schema if field.type == pa.string()]
    how: dict[str, Any] = {"compression": "snappy", "use_dictionary": text, "write_statistics": ["future"]}
    sink = pa.BufferOutputStream()
    pq.write_table(table, sink, **how)
    return sink.getvalue().to_pybytes()
