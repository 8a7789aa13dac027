"""Every amount of a validated model with its path: for rules that hold wherever an amount stands."""

from collections.abc import Iterator
from typing import Any

from pydantic import BaseModel

from sakimori.study.quantities import Amount
from sakimori.study.schema import Cost
from sakimori.study.shapes import Site

Path = tuple[str | int, ...]


def amounts_of(value: Any, path: Path = ()) -> Iterator[tuple[Path, Amount]]:
    """Pairs of path and amount, depth first, in the order of the file."""
    if isinstance(value, Amount):
        yield path, value
    elif isinstance(value, Site):
        for i, part in enumerate((value.latitude, value.longitude, value.altitude)):
            yield (*path, i), part
    elif isinstance(value, Cost):
        yield path, value.amount
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            yield from amounts_of(getattr(value, name), (*path, field.alias or name))
    elif isinstance(value, dict):
        for key, item in value.items():
            yield from amounts_of(item, (*path, key))
    elif isinstance(value, list):
        for i, item in enumerate(value):
            yield from amounts_of(item, (*path, i))


def sources_of(value: Any, path: Path = ()) -> Iterator[tuple[Path, str]]:
    """Pairs of path and source key of everything that names one."""
    if isinstance(value, Amount):
        if value.source:
            yield (*path, "source"), value.source
    elif isinstance(value, BaseModel):
        for name, field in type(value).model_fields.items():
            item = getattr(value, name)
            if name == "source" and isinstance(item, str):
                if item:
                    yield (*path, "source"), item
            else:
                yield from sources_of(item, (*path, field.alias or name))
    elif isinstance(value, dict | list):
        pairs = value.items() if isinstance(value, dict) else enumerate(value)
        for key, item in pairs:
            yield from sources_of(item, (*path, key))
