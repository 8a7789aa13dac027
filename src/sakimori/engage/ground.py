"""What geometry and chance allow the layers of a raid, whatever is known of it: found once for all options.

Options share most of their layers. Two are one here if all but their magazine is alike; what a layer reaches depends on
its envelope only.
"""

from collections.abc import Iterable, Sequence
from operator import attrgetter
from typing import Any, NamedTuple

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.types import Flags, Flights, Integers
from sakimori.engage.doctrine import Layer, LayerTable, layer_table
from sakimori.engage.reach import Reach, reach

_ALIKE = attrgetter(*(name for name in Layer.__dataclass_fields__ if name != "magazine"))
_ENVELOPE = attrgetter(
    "latitude", "longitude", "altitude", "range", "floor", "ceiling", "mean_speed", "fly_out", "burnout_speed",
    "burn_time", "drag_length", "crossing_angle", "launch_delay",
)  # fmt: skip


class Ground(NamedTuple):
    """L distinct layers and what they reach of N threats."""

    layers: tuple[Layer, ...]  # (L,)
    rows: dict[Any, int]  # where each of them stands
    table: LayerTable  # (L,); magazines mean nothing here
    working: Flags  # (L,) which are there in this future
    reached: Reach  # (N, E, K) of E distinct envelopes
    envelope: Integers  # (L,) which of these is the layer's

    def places(self, layers: Iterable[Layer]) -> Integers:
        """(M,) where these layers stand."""
        return np.array([self.rows[_ALIKE(layer)] for layer in layers], dtype=np.int64)

    def part(self, layers: Iterable[Layer]) -> "Ground":
        """The same of some of the layers alone."""
        chosen = {_ALIKE(layer): self.rows[_ALIKE(layer)] for layer in layers}
        rows = np.array(list(chosen.values()), dtype=np.int64)
        return Ground(
            tuple(self.layers[row] for row in chosen.values()),
            {alike: place for place, alike in enumerate(chosen)},
            of_rows(self.table, rows),
            self.working[rows],
            self.reached,
            self.envelope[rows],
        )


def of_rows(table: LayerTable, rows: Integers) -> LayerTable:
    """Some rows of a table."""
    chosen: list[Any] = [column[rows] for column in table]
    return LayerTable(*chosen)


def availability(layers: Sequence[Layer], seed: int, future: int) -> Flags:
    """(L,) which layers work in this future: one draw per layer, common to all threats, options and replications."""
    draws = [uniform(seed, int(Stream.AVAILABILITY), future, layer.key, 0, 0) for layer in layers]
    return np.array([d < layer.availability for d, layer in zip(draws, layers, strict=True)], dtype=np.bool_)


def survey(flights: Flights, layers: Iterable[Layer], seed: int, future: int) -> Ground:
    """The ground of these layers, each counted once."""
    distinct = {_ALIKE(layer): layer for layer in layers}
    envelopes = {_ENVELOPE(layer): layer for layer in distinct.values()}
    numbers = {envelope: number for number, envelope in enumerate(envelopes)}
    chosen = tuple(distinct.values())
    return Ground(
        chosen,
        {alike: row for row, alike in enumerate(distinct)},
        layer_table(chosen),
        availability(chosen, seed, future),
        reach(flights, layer_table(tuple(envelopes.values()))),
        np.array([numbers[_ENVELOPE(layer)] for layer in chosen], dtype=np.int64),
    )
