"""A run's tables for other tools: DuckDB relations that read only what is asked for, pandas and xarray."""

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sakimori.base.columns import TABLES

if TYPE_CHECKING:
    import duckdb
    import pandas
    import xarray


def connected(datasets: Mapping[str, Any]) -> "duckdb.DuckDBPyConnection":
    """A DuckDB connection of one thread (sums of several depend on who was first) in which each table is a view."""
    import duckdb

    connection = duckdb.connect(config={"threads": 1, "preserve_insertion_order": True})
    for name, dataset in datasets.items():
        connection.register(name, dataset)
    return connection


def units_of(schema: pa.Schema) -> dict[str, str]:
    """Unit of each column that has one."""
    found = {field.name: (field.metadata or {}).get(b"unit", b"").decode() for field in schema}
    return {name: unit for name, unit in found.items() if unit}


def frame_of(table: pa.Table) -> "pandas.DataFrame":
    """A table as a pandas frame; `attrs["units"]` holds the units of its columns."""
    frame = table.to_pandas()
    frame.attrs["units"] = units_of(table.schema)
    return frame


def cube_of(outcomes: pa.Table, factors: pa.Table) -> "xarray.Dataset":
    """Outcomes over (future, option), and the factors of each future as coordinates; each with its unit."""
    import xarray

    futures, row = np.unique(outcomes["future"].to_numpy(), return_inverse=True)
    names = outcomes["option"].to_numpy()
    options = list(dict.fromkeys(names.tolist()))
    column = np.array([options.index(name) for name in names])
    meanings, units = {c.name: c.meaning for c in TABLES["outcomes"]}, units_of(outcomes.schema)
    cube: dict[str, Any] = {}
    for name in outcomes.column_names:
        if name not in ("future", "option"):
            values = outcomes[name].to_numpy()
            grid = np.full((len(futures), len(options)), None if values.dtype == object else 0, dtype=values.dtype)
            grid[row, column] = values
            cube[name] = ("future", "option"), grid, {"units": units.get(name, ""), "long_name": meanings[name]}
    given, at = units_of(factors.schema), np.searchsorted(factors["future"].to_numpy(), futures)
    drawn = {
        name: ("future", factors[name].to_numpy()[at], {"units": given.get(name, "")})
        for name in factors.column_names
        if name != "future"
    }
    return xarray.Dataset(cube, coords={"future": futures, "option": options, **drawn})
