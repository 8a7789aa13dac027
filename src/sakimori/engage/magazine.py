"""What layers and threats compete for: rounds in magazines, channels, and the order in which launches come."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats, Integers

Records = Any  # NDArray[np.void]: the checker knows no fields

STORE = np.dtype(
    [
        ("loaded", np.int64),  # rounds in the launchers
        ("behind", np.int64),  # rounds that can be loaded when the launchers are empty
        ("most", np.int64),  # rounds that the launchers hold
        ("reload", np.int64),  # samples that a reload takes
        ("until", np.int64),  # sample at which the launchers are ready
    ]
)


@dataclass(frozen=True, kw_only=True)
class Magazine:
    """Rounds that one layer, or several that name it, fire from. Errors: InputError where out of range."""

    rounds: float  # of which only whole ones can be fired
    ready: int = 0  # of them in launchers at a time; 0: all
    reload_time: float = 0.0  # [s] from the last ready round until the launchers are full again

    def __post_init__(self) -> None:
        """Refuse values that no magazine can have."""
        if min(self.rounds, self.ready, self.reload_time) < 0.0:
            raise InputError("a magazine", str(self), "0 or more", "Correct the value in the study.")


def stores(magazines: Sequence[Magazine], step: float) -> Records:
    """(M,) the magazines as records of whole rounds and samples of `step` [s]."""
    found = np.zeros(len(magazines), dtype=STORE)
    for store, magazine in zip(found, magazines, strict=True):
        rounds = int(magazine.rounds)
        store["most"] = magazine.ready or rounds
        store["loaded"] = min(store["most"], rounds)
        store["behind"] = rounds - store["loaded"]
        store["reload"] = int(np.ceil(magazine.reload_time / step - 1e-9))
    return found


@kernel
def rounds_left(store: Records) -> int:
    """Rounds of a magazine, ready or not."""
    return store.loaded + store.behind


@kernel
def take_round(store: Records, keep: int, i: int) -> bool:
    """Take one round out of the magazine at sample i, if one is ready and `keep` are left; reload when none is."""
    if store.loaded <= 0 or store.until > i or rounds_left(store) <= keep:
        return False
    store.loaded -= 1
    if store.loaded == 0 and store.behind > 0:
        store.loaded = min(store.most, store.behind)
        store.behind -= store.loaded
        store.until = i + store.reload
    return True


@kernel
def free_channel(busy_until: Floats, channels: int) -> int:
    """The channel that is, or will be, free first; `busy_until` (C,) in samples. Of several the first one."""
    best = 0
    for c in range(1, channels):
        if busy_until[c] < busy_until[best]:
            best = c
    return best


@kernel
def push(queue: Integers, size: int, event: int) -> int:
    """Add an event to the queue (a binary heap, smallest first) of `size` events; returns the new size."""
    i = size
    while i > 0 and event < queue[(i - 1) // 2]:
        queue[i] = queue[(i - 1) // 2]
        i = (i - 1) // 2
    queue[i] = event
    return size + 1


@kernel
def pop(queue: Integers, size: int) -> tuple[int, int]:
    """Take the smallest event out of the queue of `size` >= 1 events; returns it and the new size."""
    first, last, size = queue[0], queue[size - 1], size - 1
    i = 0
    while 2 * i + 1 < size:
        child = 2 * i + 1
        if child + 1 < size and queue[child + 1] < queue[child]:
            child += 1
        if last <= queue[child]:
            break
        queue[i] = queue[child]
        i = child
    queue[i] = last
    return first, size
