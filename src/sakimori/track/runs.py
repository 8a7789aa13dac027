"""Many runs of one filter over the same looks, each with its own measured numbers: the one lane loop of this folder.

Looks come in the order of arrival. One that is older than the track's time is put where it belongs: the track is taken
back to its last state before it, and what came later is taken up again. That buffering and replay is exact, as
the measurements in order of time would have given it, for a bank as for a single filter.
"""

from typing import NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Flags, Floats, Integers
from sakimori.track.bank import Bank, Desk, absorb, advance, combined, copy_bank, desk, start_bank
from sakimori.track.measurements import Look, Looks, Measures, locates, look_at
from sakimori.track.starts import PRIOR_SPEED, crossing, estimate, place_of

_SIGHT = int(Measures.SIGHT)
PRIOR_ACCELERATION = 10.0  # [m/s2] 1 sigma per axis at the start of a track, about 1 g
START_WINDOW = 10.0  # [s] within which two lines of sight may start a track


class Estimates(NamedTuple):
    """A track after each look, by arrival; R runs, K looks, M models."""

    time: Floats  # (R, K) [s] of the state
    mean: Floats  # (R, K, 9) nan before the start
    covariance: Floats  # (R, K, 9, 9)
    weight: Floats  # (R, K, M)
    distance: Floats  # (R, K) NIS of the look; nan where none was taken up
    size: Integers  # (R, K) how many numbers the look held; 0 where none was taken up
    too_late: Integers  # (R,) looks that came after the buffer had forgotten their time


class Past(NamedTuple):
    """The last states of a track, oldest first, and the looks that led to each."""

    time: Floats  # (D,)
    look: Integers  # (D,) number of the look, -1 for none
    mean: Floats  # (D, M, 9)
    covariance: Floats  # (D, M, 9, 9)
    weight: Floats  # (D, M)
    filled: Integers  # (1,) how many of the D are in use; 0 before the start


@kernel
def past_of(depth: int, models: int) -> Past:
    """An empty buffer of so many states."""
    return Past(
        np.zeros(depth),
        np.full(depth, -1),
        np.zeros((depth, models, 9)),
        np.zeros((depth, models, 9, 9)),
        np.zeros((depth, models)),
        np.zeros(1, np.int64),
    )


@kernel
def state_at(past: Past, place: int) -> Bank:
    """The bank at a place of the buffer (a view)."""
    return Bank(past.mean[place], past.covariance[place], past.weight[place])


@kernel
def _move_up(past: Past, source: int, target: int) -> None:
    """Copy one entry of the caller's buffer onto another."""
    past.time[target], past.look[target] = past.time[source], past.look[source]
    copy_bank(state_at(past, source), state_at(past, target))


@kernel
def measured_at(looks: Looks, i: int, value: Floats) -> Look:
    """Look number i with the numbers (4,) that one run measured."""
    shared = look_at(looks, i)
    numbers = (value[0], value[1], value[2], value[3])
    return Look(shared.kind, shared.sensor, shared.sensor_velocity, shared.axes, numbers, shared.variance)


@kernel
def _put(past: Past, time: float) -> int:
    """Make room in the caller's buffer for a state at a time [s]; its place, or -1 where all is forgotten before it."""
    filled, depth = past.filled[0], past.time.size
    place = filled
    while place > 0 and past.time[place - 1] > time:
        place -= 1
    if place == 0:
        return -1
    if filled == depth:
        if place == 1:
            return -1  # only the oldest lies before it, and that must go
        for d in range(depth - 1):
            if d + 1 < place:
                _move_up(past, d + 1, d)
        place -= 1
    else:
        for d in range(filled, place, -1):
            _move_up(past, d - 1, d)
        past.filled[0] = filled + 1
    return place


@kernel
def _replay(past: Past, place: int, looks: Looks, values: Floats, models: Floats, room: Desk) -> tuple[float, int]:
    """Fill the buffer from `place` on, each state from the one before; NIS and size of the look at `place`."""
    distance, size = np.nan, 0
    for d in range(place, past.filled[0]):
        bank = state_at(past, d)
        copy_bank(state_at(past, d - 1), bank)
        advance(bank, past.time[d] - past.time[d - 1], models, room)
        i = past.look[d]
        if i >= 0:
            found = absorb(bank, measured_at(looks, i, values[i]), room)
            if d == place:
                distance, size = found[0], found[2]
    return distance, size


@kernel
def take(past: Past, i: int, looks: Looks, values: Floats, models: Floats, room: Desk) -> tuple[float, int, bool]:
    """Take look i, late or not, up in the caller's track; NIS, size, and whether it came too late to be used.

    `values` (K, 4) are the numbers measured in this run. With a buffer of one state only looks in order are used.
    """
    if past.time.size == 1:
        gap = looks.time[i] - past.time[0]
        if gap < 0.0:
            return np.nan, 0, True
        bank = state_at(past, 0)
        advance(bank, gap, models, room)
        past.time[0], past.look[0] = looks.time[i], i
        found = absorb(bank, measured_at(looks, i, values[i]), room)
        return found[0], found[2], False
    place = _put(past, looks.time[i])
    if place < 0:
        return np.nan, 0, True
    past.time[place], past.look[place] = looks.time[i], i
    distance, size = _replay(past, place, looks, values, models, room)
    return distance, size, False


@kernel
def begin(past: Past, i: int, earlier: int, looks: Looks, values: Floats, models: Floats) -> bool:
    """Start the caller's track at look i: alone, or with the earlier sight of another sensor (-1 for none)."""
    look = measured_at(looks, i, values[i])
    if locates(look):
        place, spread = place_of(look)
    else:
        if earlier < 0 or look.kind != _SIGHT or looks.source[i] == looks.source[earlier]:
            return False
        gap = abs(looks.time[i] - looks.time[earlier])
        if gap > START_WINDOW:
            return False
        met, place, spread = crossing(measured_at(looks, earlier, values[earlier]), look, PRIOR_SPEED * gap)
        if not met:
            return False
    mean, covariance = estimate(place, spread, PRIOR_ACCELERATION)
    start_bank(mean, covariance, models, state_at(past, 0))
    past.time[0], past.look[0], past.filled[0] = looks.time[i], -1, 1
    return True


@kernel
def _follow(
    looks: Looks, values: Floats, made: Flags, models: Floats, past: Past, room: Desk, out: Estimates, r: int
) -> None:
    """One run: write row r of `out`."""
    sight = -1
    for i in range(looks.time.size):
        if made[i]:
            if past.filled[0] > 0:
                out.distance[r, i], out.size[r, i], late = take(past, i, looks, values, models, room)
                out.too_late[r] += late
            elif not begin(past, i, sight, looks, values, models) and looks.kind[i] == _SIGHT:
                sight = i
        if past.filled[0] > 0:
            newest = past.filled[0] - 1
            out.time[r, i] = past.time[newest]
            out.mean[r, i], out.covariance[r, i] = combined(state_at(past, newest))
            out.weight[r, i] = past.weight[newest]


@kernel
def _follow_all(looks: Looks, values: Floats, made: Flags, models: Floats, depth: int, out: Estimates) -> None:
    """The lane loop."""
    room = desk(models.shape[0])
    for r in range(values.shape[0]):
        _follow(looks, values[r], made[r], models, past_of(depth, models.shape[0]), room, out, r)


def follow(looks: Looks, values: Floats, made: Flags, models: Floats, depth: int = 1) -> Estimates:
    """Track one target in every run: `values` (R, K, 4) as measured, `made` (R, K) whether the look found it.

    `models` from `motions.table`; more than one make an interacting multiple model filter. `depth` is how many states
    are kept for looks that arrive late: 1 for none. Raises InputError where the arrays do not fit together.
    """
    runs, count = values.shape[:2]
    if values.shape != (runs, looks.time.size, 4) or made.shape != (runs, count) or depth < 1:
        got = f"values {values.shape}, made {made.shape}, {looks.time.size} looks, depth {depth}"
        raise InputError("runs of a filter", got, "(R, K, 4), (R, K), K looks, depth 1 or more", "Mend the shapes.")
    out = Estimates(
        np.full((runs, count), np.nan),
        np.full((runs, count, 9), np.nan),
        np.full((runs, count, 9, 9), np.nan),
        np.full((runs, count, models.shape[0]), np.nan),
        np.full((runs, count), np.nan),
        np.zeros((runs, count), np.int64),
        np.zeros(runs, np.int64),
    )
    _follow_all(looks, np.ascontiguousarray(values), np.ascontiguousarray(made), models, depth, out)
    return out
