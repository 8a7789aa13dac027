"""Where futures are cut into chunks: a fixed grid by number alone, so that a run can grow without redoing any.

A chunk is one task of a worker and one part of every table. Chunks are small at first, for short runs of heavy studies
to spread over workers, and larger further on, so that a million futures do not make a million files.
"""

import itertools
from typing import Final, NamedTuple


class Zone(NamedTuple):
    """Chunks of one size from a future on."""

    first: int
    size: int


ZONES: Final = (Zone(0, 10), Zone(1_000, 100), Zone(100_000, 1_000))
"""A chunk of the later zones is at most a tenth of what came before it."""


def chunk_at(chunk: int) -> range:
    """The futures of a chunk, all of them."""
    for zone, after in itertools.pairwise(ZONES):
        count = (after.first - zone.first) // zone.size
        if chunk < count:
            break
        chunk -= count
    else:
        zone = ZONES[-1]
    first = zone.first + chunk * zone.size
    return range(first, first + zone.size)


def chunks_of(futures: int) -> list[range]:
    """The chunks that hold futures 0 to `futures` - 1; the last may be cut."""
    found: list[range] = []
    while (numbers := chunk_at(len(found))).start < futures:
        found.append(range(numbers.start, min(numbers.stop, futures)))
    return found


def cut_chunk(futures: int) -> int | None:
    """The chunk inside which a run of this many futures ends, where it does."""
    last = len(chunks_of(futures)) - 1
    return None if chunk_at(last).stop == futures else last
