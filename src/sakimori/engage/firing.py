"""One look of one layer at one threat: whether it begins, what it flies at, what it kills, what is made of it."""

import math

from sakimori.base.draws import Stream, uniform
from sakimori.base.kernels import inlined
from sakimori.base.types import Integers, Reason
from sakimori.engage.board import ALIVE
from sakimori.engage.doctrine import MOST_SHOTS, next_kill_probability
from sakimori.engage.magazine import Records, free_channel, rounds_left
from sakimori.engage.timeline import Samples

NEVER, NOW = -1, -2

Key = tuple[int, int, int]  # seed, future, replication

_ASSESSMENT, _DESIGNATION, _LOSS = int(Stream.ASSESSMENT), int(Stream.DESIGNATION), int(Stream.LOSS)
_HELD_FIRE, _HANDED_OVER, _LAYER_LOST = int(Reason.HELD_FIRE), int(Reason.HANDED_OVER), int(Reason.LAYER_LOST)
_NO_CHANNEL, _RELOADING, _RESERVED = int(Reason.NO_CHANNEL), int(Reason.RELOADING), int(Reason.RESERVED)
_MAGAZINE_EMPTY, _WRONG_OBJECT, _MISSED = int(Reason.MAGAZINE_EMPTY), int(Reason.WRONG_OBJECT), int(Reason.MISSED)
_FALSE_KILL, _ALREADY_KILLED, _KILLED = int(Reason.FALSE_KILL), int(Reason.ALREADY_KILLED), int(Reason.KILLED)


@inlined
def told(pictures: Records, lag: Integers, n: int, owner: int, result: int) -> None:
    """The owner takes threat n for killed from sample `result` on, and so do those whom it tells, later."""
    for other in range(lag.shape[0]):
        if lag[owner, other] >= 0:
            pictures[n, other].known = min(pictures[n, other].known, result + lag[owner, other])


@inlined
def lost(
    targets: Records, pairs: Records, killed: Integers, layer: int, j: int, i: int, chance: float, key: Key
) -> bool:
    """Whether a threat that came down near layer j before sample i has destroyed it."""
    for m in range(killed.size):
        down = pairs[m, j].exposed and killed[m] == ALIVE and targets[m].impact <= i
        if down and uniform(key[0], _LOSS, key[1], m, layer, key[2]) < chance:
            return True
    return False


@inlined
def _left_to_later(doctrine: Records, stores: Records, lag: Integers, pairs: Records, n: int, j: int, hit: int) -> bool:
    """Whether a later layer, of the same partner or of one that coordinates with it, could engage the threat."""
    for other in range(doctrine.size):
        pair = pairs[n, other]
        if other == j or pair.first <= hit or pair.code == _HELD_FIRE:
            continue
        joint = lag[doctrine[other].owner, doctrine[j].owner] >= 0
        if joint and rounds_left(stores[doctrine[other].magazine]) > pair.keep:
            return True
    return False


@inlined
def wait(
    looks: Samples,
    doctrine: Records,
    stores: Records,
    busy: Integers,
    killed: Integers,
    pictures: Records,
    pairs: Records,
    lag: Integers,
    n: int,
    j: int,
    i: int,
    hit: int,
) -> int:
    """Whether a new look may begin at sample i for an intercept at `hit`: NOW, the sample at which to ask, or NEVER."""
    one, pair, picture = doctrine[j], pairs[n, j], pictures[n, doctrine[j].owner]
    if picture.known <= i and killed[n] > i:
        pair.code = max(pair.code, _FALSE_KILL)
        return NEVER
    if picture.known <= i or (killed[n] <= pair.intercept and not pair.unseen):
        if pair.shots == 0:
            pair.code = _ALREADY_KILLED
        return NEVER
    if pair.shots >= pair.quota:
        pair.code = max(pair.code, _RESERVED)
        return NEVER
    if one.hand_over and _left_to_later(doctrine, stores, lag, pairs, n, j, hit):
        pair.code = max(pair.code, _HANDED_OVER)
        return NEVER
    if picture.pending > i:  # another layer's round is in the air: hold, if that costs no look
        left, then = one.looks - pair.used, picture.pending
        if then < looks.shape[2] and min(left, looks[n, j, then]) >= min(left, looks[n, j, i]):
            return then
    store = stores[one.magazine]
    if rounds_left(store) <= pair.keep:
        pair.code = max(pair.code, _MAGAZINE_EMPTY if rounds_left(store) == 0 else _RESERVED)
        return NEVER
    if store.until > i:
        pair.code = max(pair.code, _RELOADING)
        return store.until
    if one.channels > 0:
        until = busy[j, free_channel(busy[j], one.channels)]
        if until > i:
            pair.code = max(pair.code, _NO_CHANNEL)
            return until
    return NOW


@inlined
def _objects(target: Records, hit: int) -> float:
    """Objects beside the threat at the intercept."""
    light = target.light if target.light_from <= hit <= target.light_to else 0.0
    return target.objects + light


@inlined
def begin_look(
    doctrine: Records,
    targets: Records,
    busy: Integers,
    pictures: Records,
    pairs: Records,
    lag: Integers,
    n: int,
    j: int,
    hit: int,
    key: Key,
) -> None:
    """Book the channel until the intercept at sample `hit`; those who will be told the result wait for it.

    A layer that does not tell the threat from m objects beside it picks one of the m + 1 at random, for all rounds of
    the look.
    """
    one, pair = doctrine[j], pairs[n, j]
    if one.channels > 0:
        busy[j, free_channel(busy[j], one.channels)] = hit
    pair.intercept = hit
    pair.used += 1
    for other in range(lag.shape[0]):
        if lag[one.owner, other] >= 0:
            picture = pictures[n, other]
            picture.pending = max(picture.pending, hit + one.wait + lag[one.owner, other])
    turn, objects = MOST_SHOTS * key[2] + pair.used, _objects(targets[n], hit)
    pair.aside = pair.unseen = pair.mistaken = 0
    if objects > 0.0:
        wrong = (1.0 - one.designation) * objects / (objects + 1.0)
        pair.aside = uniform(key[0], _DESIGNATION, key[1], n, one.key, turn) < wrong
    if one.false_kill > 0.0 or one.false_miss > 0.0:
        draw = uniform(key[0], _ASSESSMENT, key[1], n, one.key, turn)
        pair.unseen, pair.mistaken = draw < one.false_miss, draw < one.false_kill


@inlined
def fire(
    doctrine: Records,
    killed: Integers,
    pictures: Records,
    pairs: Records,
    lag: Integers,
    n: int,
    j: int,
    draw: float,
) -> None:
    """One round, already taken from its magazine, with its uniform draw."""
    one, pair = doctrine[j], pairs[n, j]
    pair.shots += 1
    if pair.aside:  # it teaches nothing about the next one
        pair.wasted += 1
        if pair.code != _KILLED:
            pair.code = max(pair.code, _WRONG_OBJECT)
    elif pair.code == _KILLED or killed[n] <= pair.intercept:  # a wreck: the round is wasted and teaches nothing
        if pair.code < _MISSED:
            pair.code = _ALREADY_KILLED
    elif draw < next_kill_probability(one.kill_probability * pair.margin, one.correlation, pair.failures):
        pair.code = _KILLED
        killed[n] = pair.intercept
        if not pair.unseen:
            told(pictures, lag, n, one.owner, pair.intercept + one.wait)
    else:
        pair.code = max(pair.code, _MISSED)
        pair.failures += 1


@inlined
def end_look(
    doctrine: Records, killed: Integers, pictures: Records, pairs: Records, lag: Integers, n: int, j: int
) -> None:
    """What is made of a look that killed nothing: a miss taken for a kill, or a wreck that is seen to be one."""
    one, pair = doctrine[j], pairs[n, j]
    dead = killed[n] <= pair.intercept
    if (not dead and pair.mistaken) or (dead and one.false_miss > 0.0 and not pair.unseen):
        told(pictures, lag, n, one.owner, pair.intercept + one.wait)


@inlined
def next_gap(rate: float, draw: float) -> float:
    """Samples until the next false track of a Poisson process of `rate` per sample."""
    return -math.log(draw) / rate
