"""The raid: who fires when, what kills, what leaks; replicated, because rounds and channels tie the threats together.

Launches are taken in the order of time; at the same sample the first rounds of all salvos come before any second
round, then threats and layers in their order. A round's draw belongs to (threat, layer, replication, its number among
that layer's rounds at that threat), so that options are compared on common luck.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.kernels import inlined, kernel
from sakimori.base.types import Flags, Flights, Floats, Integers, Reason
from sakimori.engage.board import ALIVE, FALSE, PICTURE, Board, set_up
from sakimori.engage.doctrine import MOST_SALVO, MOST_SHOTS, Command, LayerTable, Targets
from sakimori.engage.firing import NEVER, NOW, Key, begin_look, end_look, fire, lost, next_gap, wait
from sakimori.engage.magazine import Magazine, Quiet, Records, Transfer, pass_on, pop, push, take_round
from sakimori.engage.timeline import Samples, Windows

_SHOT, _COORDINATION, _FALSE_SHOT = int(Stream.SHOT), int(Stream.COORDINATION), int(Stream.FALSE_SHOT)
_CODES = max(int(code) for code in Reason) + 1
_OPEN, _HELD_FIRE, _LAYER_LOST = int(Reason.NONE), int(Reason.HELD_FIRE), int(Reason.LAYER_LOST)
_KILLED = int(Reason.KILLED)
# A launch as a number that sorts: its sample, its turn in its salvo (0 to MOST_SALVO), its threat and layer.
_SAMPLE_BITS, _TURN_BITS = 30, 24
_TURNS, _PAIRS = MOST_SALVO, (1 << _TURN_BITS) - 1


class Tally(NamedTuple):
    """Counts over the replications."""

    leaks: Integers  # (N,)
    leakers: Integers  # (R,) of each replication
    shots: Integers  # (N, L)
    wasted: Integers  # (N, L) of them at other objects
    false_shots: Integers  # (L,) rounds at tracks of nothing, beside those
    reason: Integers  # (N, L, codes)
    cause: Integers  # (N, codes)
    fired: Integers  # (N, L) replications in which the layer fired at the threat
    assigned: Integers  # (N, L) sum over these of the sample from which on it could launch
    launched: Integers  # (N, L) sum of the sample of the first launch
    struck: Integers  # (N, L) sum of the sample of its intercept


@inlined
def _event(earliest: Samples, launch: Samples, rank: int, n: int, j: int, ready: int) -> int:
    """The next launch of a layer that is ready at this sample, as a number that sorts; NEVER where none is left."""
    _, layers, samples = earliest.shape
    if ready < 0 or ready >= samples or earliest[n, j, ready] < 0:
        return NEVER
    return (np.int64(launch[n, j, earliest[n, j, ready]]) << _SAMPLE_BITS) + rank * layers + j


@inlined
def _start(
    earliest: Samples,
    launch: Samples,
    start: Samples,
    doctrine: Records,
    targets: Records,
    chance: float,
    pairs: Records,
    queue: Integers,
    key: Key,
) -> int:
    """Put the first launch of every layer at every threat into the queue and return its size.

    A layer that leaves a threat to another partner (`held`, with probability `chance`) does not get there.
    """
    size = 0
    for n in range(pairs.shape[0]):
        for j in range(pairs.shape[1]):
            pair = pairs[n, j]
            pair.intercept = pair.assigned = -1
            pair.ready = start[n, j]
            pair.used = pair.shots = pair.failures = pair.wasted = pair.unseen = 0
            pair.code = pair.reason
            if pair.reason != _OPEN:
                continue
            if pair.held and uniform(key[0], _COORDINATION, key[1], n, doctrine[j].key, key[2]) < chance:
                pair.code = _HELD_FIRE
                continue
            event = _event(earliest, launch, targets[n].rank, n, j, start[n, j])
            size = push(queue, size, event)
    return size


@inlined
def _next_false(doctrine: Records, false: Records, threats: int, samples: int, working: Flags, j: int, key: Key) -> int:
    """The layer's next shot at a track of nothing, as a number that sorts, behind all threats; NEVER after the raid."""
    one, state = doctrine[j], false[j]
    if one.false_shot_rate <= 0.0 or not working[j]:
        return NEVER
    draw = uniform(key[0], _FALSE_SHOT, key[1], one.key, state.number, key[2])
    state.time += next_gap(one.false_shot_rate, draw)
    state.number += 1
    if state.time >= samples:
        return NEVER
    return (np.int64(state.time) << _SAMPLE_BITS) + threats * doctrine.size + j


@inlined
def _fire_at_nothing(doctrine: Records, stores: Records, false: Records, quiet: Integers, j: int, i: int) -> None:
    """The salvo of one look, as far as rounds are there."""
    for _ in range(doctrine[j].salvo):
        if take_round(stores[doctrine[j].magazine], 0, i, quiet):
            false[j].shots += 1


@inlined
def _replicate(
    earliest: Samples,
    launch: Samples,
    looks: Samples,
    use: Floats,
    doctrine: Records,
    targets: Records,
    order: Integers,
    stores: Records,
    transfers: Integers,
    quiet: Integers,
    busy: Integers,
    killed: Integers,
    pictures: Records,
    pairs: Records,
    false: Records,
    lag: Integers,
    working: Flags,
    loss: float,
    queue: Integers,
    size: int,
    key: Key,
) -> None:
    """Play one replication to its end: take the next launch, fire it or wait, put the layer's next launch back."""
    (threats, layers), passed = pairs.shape, 0
    while size > 0:
        event, size = pop(queue, size)
        passed = pass_on(stores, transfers, passed, quiet, event >> _SAMPLE_BITS)
        i, turn, rank = event >> _SAMPLE_BITS, event >> _TURN_BITS & _TURNS, (event & _PAIRS) // layers
        j = (event & _PAIRS) - rank * layers
        if rank == threats:
            _fire_at_nothing(doctrine, stores, false, quiet, j, i)
            again = _next_false(doctrine, false, threats, looks.shape[2], working, j, key)
            if again != NEVER:
                size = push(queue, size, again)
            continue
        n = int(order[rank])
        one, pair, ready = doctrine[j], pairs[n, j], NOW
        if turn == 0:
            hit = int(earliest[n, j, i])
            ready = wait(looks, doctrine, stores, busy, killed, pictures, pairs, lag, n, j, i, hit)
            if ready == NOW and loss > 0.0 and lost(targets, pairs, killed, one.key, j, i, loss, key):
                pair.code, ready = max(pair.code, _LAYER_LOST), NEVER
            if ready == NOW:
                begin_look(doctrine, targets, busy, pictures, pairs, lag, n, j, hit, key)
                if pair.assigned < 0:
                    pair.assigned, pair.launched, pair.struck = pair.ready, i, hit
                pair.margin = 1.0 - (one.margin_loss * use[n, j, hit] if one.margin_loss > 0.0 else 0.0)
        if ready == NOW:
            if take_round(stores[one.magazine], pair.keep, i, quiet):
                draw = uniform(key[0], _SHOT, key[1], n, one.key, MOST_SHOTS * key[2] + pair.shots)
                fire(doctrine, killed, pictures, pairs, lag, n, j, draw)
                if turn + 1 < (one.salvo if pair.used == 1 else one.later_salvo) and pair.shots < pair.quota:
                    size = push(queue, size, event + (1 << _TURN_BITS))
                    continue
            end_look(doctrine, killed, pictures, pairs, lag, n, j)
            more = pair.used < one.looks and (pair.code != _KILLED or one.false_miss > 0.0)
            ready = max(pair.intercept + one.wait, i + 1) if more else NEVER
        again = _event(earliest, launch, rank, n, j, ready)
        if again != NEVER:
            pair.ready = ready
            size = push(queue, size, again)


@inlined
def _count(killed: Integers, pairs: Records, false: Records, r: int, tally: Tally) -> None:
    for j in range(false.size):
        tally.false_shots[j] += false[j].shots
    for n in range(pairs.shape[0]):
        furthest = 0
        for j in range(pairs.shape[1]):
            tally.shots[n, j] += pairs[n, j].shots
            tally.wasted[n, j] += pairs[n, j].wasted
            if pairs[n, j].shots > 0:
                tally.fired[n, j] += 1
                tally.assigned[n, j] += pairs[n, j].assigned
                tally.launched[n, j] += pairs[n, j].launched
                tally.struck[n, j] += pairs[n, j].struck
            tally.reason[n, j, pairs[n, j].code] += 1
            furthest = max(furthest, pairs[n, j].code)
        if killed[n] == ALIVE:
            tally.leaks[n] += 1
            tally.leakers[r] += 1
            tally.cause[n, furthest] += 1


@kernel
def _simulate(
    windows: Windows, board: Board, working: Flags, channels: int, seed: int, future: int, tally: Tally
) -> None:
    """All replications, into `tally`; `channels` >= 1 is the most that any layer has."""
    earliest, launch, looks, (threats, layers) = windows.earliest, windows.launch, windows.looks, windows.reason.shape
    doctrine, targets, lag, pairs = board.doctrine, board.targets, board.lag, board.pairs
    queue, stores = np.empty((threats + 1) * layers + 1, np.int64), board.magazines.copy()
    killed, busy = np.empty(threats, np.int64), np.empty((layers, channels), np.int64)
    pictures, false = np.empty((threats, lag.shape[0]), PICTURE), np.empty(layers, FALSE)
    for r in range(tally.leakers.size):
        key = (seed, future, r)
        stores[:], busy[:], killed[:] = board.magazines, 0, ALIVE
        for n in range(threats):
            for p in range(lag.shape[0]):
                pictures[n, p].known, pictures[n, p].pending = ALIVE, 0
        size = _start(earliest, launch, windows.start, doctrine, targets, board.hold_probability, pairs, queue, key)
        for j in range(layers):
            false[j].time, false[j].number, false[j].shots = 0.0, 0, 0
            event = _next_false(doctrine, false, threats, looks.shape[2], working, j, key)
            if event != NEVER:
                size = push(queue, size, event)
        _replicate(
            earliest, launch, looks, windows.use, doctrine, targets, board.order, stores, board.transfers,
            board.quiet, busy, killed, pictures, pairs, false, lag, working, board.loss_probability, queue, size, key,
        )  # fmt: skip
        _count(killed, pairs, false, r, tally)


def simulate(
    flights: Flights,
    windows: Windows,
    table: LayerTable,
    magazines: Sequence[Magazine],
    command: Command,
    targets: Targets,
    working: Flags,
    quota: Integers | None = None,
    transfers: Sequence[Transfer] = (),
    quiet: Quiet = (),
    *,
    seed: int,
    future: int,
    replications: int,
) -> Tally:
    """Play the raid `replications` times with full magazines; see the module for the order of launches.

    Coordinated layers share one picture of results, as late as `command` says; otherwise only those of one partner do,
    and a layer leaves a threat that another partner can engage to that partner with the probability in `command`.
    `working` (L,) are the layers that are there in this future; `quota` (N, L) rounds set aside for each threat;
    `quiet` is what the clock leaves out, in which launchers are reloaded and rounds transferred all the same.
    """
    threats, layers = windows.reason.shape
    board = set_up(flights, windows, table, magazines, command, targets, quota, transfers, quiet)
    tally = Tally(
        leaks=np.zeros(threats, dtype=np.int64),
        leakers=np.zeros(replications, dtype=np.int64),
        shots=np.zeros((threats, layers), dtype=np.int64),
        wasted=np.zeros((threats, layers), dtype=np.int64),
        false_shots=np.zeros(layers, dtype=np.int64),
        reason=np.zeros((threats, layers, _CODES), dtype=np.int64),
        cause=np.zeros((threats, _CODES), dtype=np.int64),
        fired=np.zeros((threats, layers), dtype=np.int64),
        assigned=np.zeros((threats, layers), dtype=np.int64),
        launched=np.zeros((threats, layers), dtype=np.int64),
        struck=np.zeros((threats, layers), dtype=np.int64),
    )
    channels = max(1, int(table.channels.max(initial=0)))
    _simulate(windows, board, working, channels, seed, future, tally)
    return tally
