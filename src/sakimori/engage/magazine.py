"""What layers and threats compete for: rounds in magazines, channels, and the order in which launches come."""

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats, Integers


@kernel
def take_round(rounds: Integers, magazine: int) -> bool:
    """Take one round out of the magazine, if there is one."""
    if rounds[magazine] <= 0:
        return False
    rounds[magazine] -= 1
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
