"""What layers and threats compete for: rounds in magazines, channels, and the order in which launches come."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.kernels import inlined
from sakimori.base.types import Floats, Integers

Records = Any  # NDArray[np.void]: the checker knows no fields

ALL = 2**31

STORE = np.dtype(
    [
        ("loaded", np.int64),  # rounds in the launchers
        ("behind", np.int64),  # rounds that can be loaded when the launchers are empty
        ("most", np.int64),  # rounds that the launchers hold; ALL: no limit
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


@dataclass(frozen=True, kw_only=True)
class Transfer:
    """Rounds that pass from one magazine to another, or come from elsewhere. Errors: InputError where out of range."""

    giver: int = -1  # index of a magazine, which gives what it still has; -1: from elsewhere
    receiver: int  # index of a magazine
    rounds: float  # of which only whole ones can be fired
    after: float  # [s] since the raid clock's zero, quiet times that the clock leaves out counted

    def __post_init__(self) -> None:
        """Refuse values that no transfer can have."""
        if min(self.rounds, self.after, self.giver + 1.0, float(self.receiver)) < 0.0:
            raise InputError("a transfer", str(self), "magazines, and 0 or more", "Correct the value in the study.")


Quiet = Sequence[tuple[float, float]]  # (at, length) [s], rising: at this time of the clock so much is left out


def left_out(quiet: Quiet, times: Floats) -> Floats:
    """[s] left out before each of these times of the clock."""
    late = np.zeros(times.shape)
    for at, length in quiet:
        late[times >= at] += length
    return late


def quiet_samples(quiet: Quiet, step: float) -> Integers:
    """(Q, 2) the same as whole samples."""
    rows = [(math.ceil(at / step - 1e-9), math.floor(length / step + 1e-9)) for at, length in quiet]
    return np.array(rows, dtype=np.int64).reshape(-1, 2)


def due_transfers(transfers: Sequence[Transfer], quiet: Integers, step: float) -> Integers:
    """(T, 5) sample, the same with quiet time counted, giver, receiver and rounds, in the order of time."""
    due = [math.ceil(one.after / step - 1e-9) for one in transfers]
    rows = [
        (on_clock(at, quiet), at, one.giver, one.receiver, int(one.rounds))
        for at, one in zip(due, transfers, strict=True)
    ]
    return np.array(sorted(rows, key=lambda row: row[1]), dtype=np.int64).reshape(-1, 5)


@inlined
def on_clock(moment: int, quiet: Integers) -> int:
    """The sample of a moment (samples, quiet time counted): in quiet time, that at which the clock stands still."""
    i = moment
    for q in range(quiet.shape[0]):
        if i > quiet[q, 0]:
            i = max(quiet[q, 0], i - quiet[q, 1])
    return i


@inlined
def after_wait(i: int, wait: int, quiet: Integers) -> int:
    """The sample at which a wait of so many samples, begun at sample i, is over: quiet time passes for it, too."""
    moment = i + wait
    for q in range(quiet.shape[0]):
        if i >= quiet[q, 0]:
            moment += quiet[q, 1]
    return on_clock(moment, quiet)


@inlined
def pass_on(stores: Records, transfers: Integers, number: int, quiet: Integers, i: int) -> int:
    """Make all transfers from `number` on that are due by sample i; returns the number of the next one.

    The giver gives first what is not in its launchers. What comes is loaded when the launchers are empty; at once where
    they hold any number.
    """
    while number < transfers.shape[0] and transfers[number, 0] <= i:
        _, moment, giver, receiver, rounds = transfers[number]
        if giver >= 0:
            rounds = min(rounds, rounds_left(stores[giver]))
            behind = min(rounds, stores[giver].behind)
            stores[giver].behind -= behind
            stores[giver].loaded -= rounds - behind
        store = stores[receiver]
        if store.most == ALL:
            store.loaded += rounds
        else:
            store.behind += rounds
        if store.loaded == 0 and store.behind > 0:
            load(store, on_clock(moment + store.reload, quiet))
        number += 1
    return number


@inlined
def load(store: Records, until: int) -> None:
    """Fill the empty launchers from behind, ready at sample `until`."""
    store.loaded = min(store.most, store.behind)
    store.behind -= store.loaded
    store.until = until


def stores(magazines: Sequence[Magazine], step: float) -> Records:
    """(M,) the magazines as records of whole rounds and samples of `step` [s]."""
    found = np.zeros(len(magazines), dtype=STORE)
    for store, magazine in zip(found, magazines, strict=True):
        rounds = int(magazine.rounds)
        store["most"] = magazine.ready or ALL
        store["loaded"] = min(store["most"], rounds)
        store["behind"] = rounds - store["loaded"]
        store["reload"] = int(np.ceil(magazine.reload_time / step - 1e-9))
    return found


@inlined
def rounds_left(store: Records) -> int:
    """Rounds of a magazine, ready or not."""
    return store.loaded + store.behind


@inlined
def take_round(store: Records, keep: int, i: int, quiet: Integers) -> bool:
    """Take one round out of the magazine at sample i, if one is ready and `keep` are left; reload when none is."""
    if store.loaded <= 0 or store.until > i or rounds_left(store) <= keep:
        return False
    store.loaded -= 1
    if store.loaded == 0 and store.behind > 0:
        load(store, after_wait(i, store.reload, quiet))
    return True


@inlined
def free_channel(busy_until: Floats, channels: int) -> int:
    """The channel that is, or will be, free first; `busy_until` (C,) in samples. Of several the first one."""
    best = 0
    for c in range(1, channels):
        if busy_until[c] < busy_until[best]:
            best = c
    return best


@inlined
def push(queue: Integers, size: int, event: int) -> int:
    """Add an event to the queue (a binary heap, smallest first) of `size` events; returns the new size."""
    i = size
    while i > 0 and event < queue[(i - 1) // 2]:
        queue[i] = queue[(i - 1) // 2]
        i = (i - 1) // 2
    queue[i] = event
    return size + 1


@inlined
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
