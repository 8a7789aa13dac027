"""A run's tables: as columns that are read when they are asked for, by DuckDB, as pandas frames and xarray cubes."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from sakimori.base.columns import TABLES

if TYPE_CHECKING:
    import duckdb
    import pandas
    import xarray


class Columns(Mapping[str, Any]):
    """A table as one array per column, read when a column is first asked for: all at once, but for those of lists.

    Columns of lists are not among those that are iterated over; each is read when it is asked for by name.
    """

    def __init__(self, names: Sequence[str], lists: Sequence[str], read: Callable[[Sequence[str]], pa.Table]) -> None:
        self._names, self._lists, self._read = tuple(names), frozenset(lists), read
        self._found: dict[str, Any] = {}

    def __getitem__(self, name: str) -> Any:
        if name not in self._found:
            if name not in self:
                raise KeyError(name)
            wanted = (name,) if name in self._lists else self._names
            table = self._read(wanted)
            self._found |= {column: plain(table.column(column)) for column in wanted}
        return self._found[name]

    def __contains__(self, name: object) -> bool:
        return name in self._names or name in self._lists

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)


class Lists:
    """A column of lists, as few bytes as they have; a row of it is an array."""

    def __init__(self, column: pa.ChunkedArray) -> None:
        self._column = column

    def __len__(self) -> int:
        return len(self._column)

    def __getitem__(self, row: int) -> np.ndarray:
        return self._column[int(row)].values.to_numpy()


def plain(column: pa.ChunkedArray) -> Any:
    """A column as an array: equal texts are one object, empty numbers are nan; lists as `Lists`."""
    if pa.types.is_list(column.type):
        return Lists(column)
    if pa.types.is_string(column.type):
        coded = column.combine_chunks().dictionary_encode()
        coded = coded.combine_chunks() if isinstance(coded, pa.ChunkedArray) else coded
        words = np.array([*coded.dictionary.to_pylist(), None], dtype=object)
        return words[coded.indices.fill_null(len(words) - 1).to_numpy()]
    return column.to_numpy()


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
