"""Where futures are cut into chunks: a fixed grid by number alone, so that a run can grow without redoing any.

A chunk is one part of every table, and what is lost where a run is killed. Chunks are small at first, for short runs of
heavy studies to spread over workers, and larger further on, so that a million futures do not make a million files.
"""

import itertools
from typing import Final, NamedTuple

HEAVY, LIGHT = 10, 100  # futures of the first chunks
MOST_LIGHT: Final = 4
"""Threats times options of a future up to which a study is light: a hundred of its futures take a second or less."""


class Zone(NamedTuple):
    """Chunks of one size from a future on."""

    first: int
    size: int


class Grid(NamedTuple):
    """The chunks of a run: a hundred of `size` futures, then ten times larger ones, and larger ones once more.

    A chunk of the later zones is at most a tenth of what came before it.
    """

    size: int = HEAVY

    @property
    def zones(self) -> tuple[Zone, ...]:
        """The zones, from future 0 on."""
        size = self.size
        return Zone(0, size), Zone(100 * size, 10 * size), Zone(10_000 * size, 100 * size)

    def chunk(self, number: int) -> range:
        """The futures of a chunk, all of them."""
        for zone, after in itertools.pairwise(self.zones):
            count = (after.first - zone.first) // zone.size
            if number < count:
                break
            number -= count
        else:
            zone = self.zones[-1]
        first = zone.first + number * zone.size
        return range(first, first + zone.size)

    def chunks(self, futures: int) -> list[range]:
        """The chunks that hold futures 0 to `futures` - 1; the last may be cut."""
        found: list[range] = []
        while (numbers := self.chunk(len(found))).start < futures:
            found.append(range(numbers.start, min(numbers.stop, futures)))
        return found

    def cut(self, futures: int) -> int | None:
        """The chunk inside which a run of this many futures ends, where it does."""
        last = len(self.chunks(futures)) - 1
        return None if self.chunk(last).stop == futures else last


def grid_for(weight: float) -> Grid:
    """The grid of a study whose futures have this many threats times options."""
    return Grid(LIGHT if weight <= MOST_LIGHT else HEAVY)
