"""The raid: who fires when, what kills, what leaks; replicated, because rounds and channels tie the threats together.

Launches are taken in the order of time; at the same sample the first rounds of all salvos come before any second
round, then threats and layers in their order. A round's draw belongs to (threat, layer, replication, its number among
that layer's rounds at that threat), so that options are compared on common luck.
"""

from typing import Any, NamedTuple

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, Flags, Integers, Reason
from sakimori.engage.doctrine import MOST_SALVO, MOST_SHOTS, LayerTable, next_kill_probability
from sakimori.engage.magazine import free_channel, pop, push, take_round
from sakimori.engage.timeline import Samples, Windows

_SHOT, _COORDINATION = int(Stream.SHOT), int(Stream.COORDINATION)
_CODES = max(int(code) for code in Reason) + 1
_OPEN, _HELD_FIRE, _NO_CHANNEL = int(Reason.NONE), int(Reason.HELD_FIRE), int(Reason.NO_CHANNEL)
_MAGAZINE_EMPTY, _MISSED = int(Reason.MAGAZINE_EMPTY), int(Reason.MISSED)
_ALREADY_KILLED, _KILLED = int(Reason.ALREADY_KILLED), int(Reason.KILLED)
# A launch as a number that sorts: its sample, its turn in its salvo (0 to MOST_SALVO), its threat and layer.
_SAMPLE_BITS, _TURN_BITS = 30, 24
_TURNS, _PAIRS = MOST_SALVO, (1 << _TURN_BITS) - 1
_NEVER, _NOW = -1, -2
_ALIVE = 2**62  # a sample that never comes


Records = Any  # NDArray[np.void]: the checker knows no fields

# The kernels take arrays of records: a tuple of thirty arrays costs more to hand over than an event costs to play.
_DOCTRINE = np.dtype(
    [
        *((name, np.int64) for name in ("key", "owner", "salvo", "looks", "channels", "magazine")),
        *((name, np.float64) for name in ("kill_probability", "correlation")),
        ("group", np.int64),  # the layers that share one picture of results
        ("wait", np.int64),  # samples from intercept to its result
    ]
)
_PICTURE = np.dtype(
    [
        ("known", np.int64),  # sample at which the group knows of the kill
        ("pending", np.int64),  # sample of the last result that the group waits for
    ]
)
_PAIR = np.dtype(
    [
        ("intercept", np.int64),  # sample of the layer's last intercept; -1 before
        ("used", np.int64),  # looks
        ("shots", np.int64),  # rounds fired
        ("failures", np.int64),  # rounds that failed
        ("code", np.int64),  # Reason so far
    ]
)


class Tally(NamedTuple):
    """Counts over the replications."""

    leaks: Integers  # (N,)
    leakers: Integers  # (R,) of each replication
    shots: Integers  # (N, L)
    reason: Integers  # (N, L, codes)
    cause: Integers  # (N, codes)


@kernel
def _event(earliest: Samples, launch: Samples, n: int, j: int, ready: int) -> int:
    """The next launch of a layer that is ready at this sample, as a number that sorts; _NEVER where none is left."""
    _, layers, samples = earliest.shape
    if ready < 0 or ready >= samples or earliest[n, j, ready] < 0:
        return _NEVER
    return (np.int64(launch[n, j, earliest[n, j, ready]]) << _SAMPLE_BITS) + n * layers + j


@kernel
def _wait(
    looks: Samples,
    doctrine: Records,
    rounds: Integers,
    busy: Integers,
    killed: Integers,
    pictures: Records,
    pairs: Records,
    n: int,
    j: int,
    i: int,
) -> int:
    """Whether a new look may begin at sample i: _NOW, or the sample at which to ask again, or _NEVER."""
    one, pair, picture = doctrine[j], pairs[n, j], pictures[n, doctrine[j].group]
    if picture.known <= i or killed[n] <= pair.intercept:
        if pair.shots == 0:
            pair.code = _ALREADY_KILLED
        return _NEVER
    if picture.pending > i:  # another layer's round is in the air: hold, if that costs no look
        left, then = one.looks - pair.used, picture.pending
        if then < looks.shape[2] and min(left, looks[n, j, then]) >= min(left, looks[n, j, i]):
            return then
    if rounds[one.magazine] <= 0:
        pair.code = max(pair.code, _MAGAZINE_EMPTY)
        return _NEVER
    if one.channels > 0:
        until = busy[j, free_channel(busy[j], one.channels)]
        if until > i:
            pair.code = max(pair.code, _NO_CHANNEL)
            return until
    return _NOW


@kernel
def _begin_look(doctrine: Records, busy: Integers, pictures: Records, pairs: Records, n: int, j: int, hit: int) -> None:
    """Book the channel until the intercept at sample `hit`; the group waits for its result."""
    one, pair, picture = doctrine[j], pairs[n, j], pictures[n, doctrine[j].group]
    if one.channels > 0:
        busy[j, free_channel(busy[j], one.channels)] = hit
    pair.intercept = hit
    pair.used += 1
    picture.pending = max(picture.pending, hit + one.wait)


@kernel
def _fire(doctrine: Records, killed: Integers, pictures: Records, pairs: Records, n: int, j: int, draw: float) -> None:
    """One round, already taken from its magazine, with its uniform draw."""
    one, pair, picture = doctrine[j], pairs[n, j], pictures[n, doctrine[j].group]
    pair.shots += 1
    if pair.code == _KILLED or killed[n] <= pair.intercept:  # a wreck: the round is wasted and teaches nothing
        if pair.code < _MISSED:
            pair.code = _ALREADY_KILLED
    elif draw < next_kill_probability(one.kill_probability, one.correlation, pair.failures):
        pair.code = _KILLED
        killed[n] = pair.intercept
        picture.known = min(picture.known, pair.intercept + one.wait)
    else:
        pair.code = max(pair.code, _MISSED)
        pair.failures += 1


@kernel
def _start(
    earliest: Samples,
    launch: Samples,
    start: Samples,
    reason: Codes,
    doctrine: Records,
    held: Flags,
    chance: float,
    pairs: Records,
    queue: Integers,
    key: tuple[int, int, int],
) -> int:
    """Put the first launch of every layer at every threat into the queue and return its size.

    A layer that leaves a threat to another partner (`held`, with probability `chance`) does not get there.
    """
    size = 0
    for n in range(reason.shape[0]):
        for j in range(reason.shape[1]):
            pair = pairs[n, j]
            pair.intercept = -1
            pair.used = pair.shots = pair.failures = 0
            pair.code = reason[n, j]
            if reason[n, j] != _OPEN:
                continue
            if held[n, j] and uniform(key[0], _COORDINATION, key[1], n, doctrine[j].key, key[2]) < chance:
                pair.code = _HELD_FIRE
                continue
            size = push(queue, size, _event(earliest, launch, n, j, start[n, j]))
    return size


@kernel
def _replicate(
    earliest: Samples,
    launch: Samples,
    looks: Samples,
    doctrine: Records,
    rounds: Integers,
    busy: Integers,
    killed: Integers,
    pictures: Records,
    pairs: Records,
    queue: Integers,
    size: int,
    key: tuple[int, int, int],
) -> None:
    """Play one replication to its end: take the next launch, fire it or wait, put the layer's next launch back."""
    layers = pairs.shape[1]
    while size > 0:
        event, size = pop(queue, size)
        i, turn, n = event >> _SAMPLE_BITS, event >> _TURN_BITS & _TURNS, (event & _PAIRS) // layers
        j = (event & _PAIRS) - n * layers
        ready = _NOW
        if turn == 0:
            ready = _wait(looks, doctrine, rounds, busy, killed, pictures, pairs, n, j, i)
            if ready == _NOW:
                _begin_look(doctrine, busy, pictures, pairs, n, j, earliest[n, j, i])
        if ready == _NOW:
            one, pair = doctrine[j], pairs[n, j]
            if take_round(rounds, one.magazine):
                draw = uniform(key[0], _SHOT, key[1], n, one.key, MOST_SHOTS * key[2] + pair.shots)
                _fire(doctrine, killed, pictures, pairs, n, j, draw)
                if turn + 1 < one.salvo:
                    size = push(queue, size, event + (1 << _TURN_BITS))
                    continue
            more = pair.used < one.looks and pair.code != _KILLED
            ready = max(pair.intercept + one.wait, i + 1) if more else _NEVER
        again = _event(earliest, launch, n, j, ready)
        if again != _NEVER:
            size = push(queue, size, again)


@kernel
def _count(killed: Integers, pairs: Records, r: int, tally: Tally) -> None:
    for n in range(pairs.shape[0]):
        furthest = 0
        for j in range(pairs.shape[1]):
            tally.shots[n, j] += pairs[n, j].shots
            tally.reason[n, j, pairs[n, j].code] += 1
            furthest = max(furthest, pairs[n, j].code)
        if killed[n] == _ALIVE:
            tally.leaks[n] += 1
            tally.leakers[r] += 1
            tally.cause[n, furthest] += 1


@kernel
def _simulate(
    windows: Windows,
    doctrine: Records,
    held: Flags,
    chance: float,
    magazines: Integers,
    channels: int,
    seed: int,
    future: int,
    tally: Tally,
) -> None:
    """All replications, into `tally`; `channels` >= 1 is the most that any layer has."""
    earliest, launch, looks, (threats, layers) = windows.earliest, windows.launch, windows.looks, windows.reason.shape
    queue, rounds, killed = np.empty(threats * layers + 1, np.int64), magazines.copy(), np.empty(threats, np.int64)
    busy = np.empty((layers, channels), np.int64)
    pictures, pairs = np.empty((threats, layers), _PICTURE), np.empty((threats, layers), _PAIR)
    for r in range(tally.leakers.size):
        key = (seed, future, r)
        rounds[:], busy[:], killed[:] = magazines, 0, _ALIVE
        for n in range(threats):
            for p in range(layers):
                pictures[n, p].known, pictures[n, p].pending = _ALIVE, 0
        size = _start(earliest, launch, windows.start, windows.reason, doctrine, held, chance, pairs, queue, key)
        _replicate(earliest, launch, looks, doctrine, rounds, busy, killed, pictures, pairs, queue, size, key)
        _count(killed, pairs, r, tally)


def _holders(windows: Windows, group: Integers) -> Flags:
    """(N, L): layers that could also leave a threat to another partner, who has a useful launch at it as well."""
    able = windows.reason == _OPEN
    other = group[:, None] != group[None, :]
    return able & (able.astype(np.int64) @ other.astype(np.int64) > 0)


def simulate(
    windows: Windows,
    table: LayerTable,
    magazines: Integers,
    *,
    step: float,
    seed: int,
    future: int,
    replications: int,
    coordinated: bool,
    hold_probability: float,
) -> Tally:
    """Play the raid `replications` times with `magazines` (M,) rounds; see the module for the order of launches.

    Coordinated layers share one picture of results; otherwise only those of one partner do, and a layer leaves a threat
    that another partner can engage to that partner with `hold_probability`.
    """
    threats, layers = windows.reason.shape
    doctrine = np.zeros(layers, dtype=_DOCTRINE)
    for name in set(_DOCTRINE.names or ()) & set(table._fields):
        doctrine[name] = getattr(table, name)
    # Groups count up from 0 in the order in which their layers come.
    owners = list(dict.fromkeys(table.owner.tolist()))
    doctrine["group"] = 0 if coordinated else [owners.index(owner) for owner in table.owner]
    doctrine["wait"] = np.ceil(table.assess_delay / step - 1e-9)
    tally = Tally(
        leaks=np.zeros(threats, dtype=np.int64),
        leakers=np.zeros(replications, dtype=np.int64),
        shots=np.zeros((threats, layers), dtype=np.int64),
        reason=np.zeros((threats, layers, _CODES), dtype=np.int64),
        cause=np.zeros((threats, _CODES), dtype=np.int64),
    )
    held = _holders(windows, doctrine["group"])
    channels = max(1, int(table.channels.max(initial=0)))
    _simulate(windows, doctrine, held, float(hold_probability), magazines, channels, seed, future, tally)
    return tally
