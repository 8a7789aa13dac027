"""One tracker of one target on a clock: what it holds at each tick, from the looks that have reached it by then.

Looks of other partners come late, each by its link. The tracker keeps the state behind which no look can come any more,
and at every tick takes up again, in the order of their times, all looks since that have arrived. That is exact, and
no look is ever too late.
"""

from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Flags, Floats, Integers
from sakimori.track.bank import Desk, advance, combined, copy_bank, desk
from sakimori.track.measurements import Looks, Measures
from sakimori.track.runs import Past, begin, past_of, state_at, take

_SIGHT = int(Measures.SIGHT)
_ROUNDING = 1e-6  # [s] by which an arrival may miss its tick
_NEVER = -1e18  # [s]


class Held(NamedTuple):
    """What a tracker holds; K ticks, D looks, M models."""

    mean: Floats  # (K, 9) nan where there is no track
    covariance: Floats  # (K, 9, 9)
    weight: Floats  # (K, M) of the models
    confirmed: Flags  # (K,)
    distance: Floats  # (D,) NIS of each look in the order of times; nan where it was not taken up
    size: Integers  # (D,) how many numbers it held


def hold(
    looks: Looks, values: Floats, proof: Flags, models: Floats, *, step: float, ticks: tuple[int, int], count: int,
    drop_time: float,
) -> Held:  # fmt: skip
    """Follow one target by looks in the order of their times, with the numbers `values` (D, 4) that they measured.

    `proof` (D,) marks looks that confirm a track, `ticks` are the first and the last but one of `count` ticks, `step`
    [s] apart. Without a look for `drop_time` [s] the track is dropped, and the next looks start another.
    """
    d, m = looks.time.size, models.shape[0]
    out = Held(
        np.full((count, 9), np.nan),
        np.full((count, 9, 9), np.nan),
        np.full((count, m), np.nan),
        np.zeros(count, np.bool_),
        np.full(d, np.nan),
        np.zeros(d, np.int64),
    )
    longest = float((looks.arrival - looks.time).max(initial=0.0))
    _hold(looks, values, proof, models, step, ticks[0], ticks[1], longest, drop_time, out)
    return out


@kernel
def _hold(
    looks: Looks, values: Floats, proof: Flags, models: Floats, step: float, first: int, end: int, longest: float,
    drop_time: float, out: Held,
) -> None:  # fmt: skip
    """The loop over ticks."""
    room, settled, live = desk(models.shape[0]), past_of(1, models.shape[0]), past_of(1, models.shape[0])
    i, sight, latest = 0, -1, _NEVER
    came = np.zeros(looks.time.size, np.bool_)
    holds = False
    for k in range(first, end):
        now = k * step + _ROUNDING
        while i < looks.time.size and looks.time[i] + longest <= now:
            distance, size, sight = _step(settled, i, sight, looks, values, models, drop_time, room)
            out.distance[i], out.size[i] = distance, size
            latest, holds, came[i] = _notice(looks, proof, i, came[i], k * step, latest, holds)
            i += 1
        _copy(settled, live)
        seen = sight
        j = i
        while j < looks.time.size and looks.time[j] <= now:
            if looks.arrival[j] <= now:
                _, _, seen = _step(live, j, seen, looks, values, models, drop_time, room)
                latest, holds, came[j] = _notice(looks, proof, j, came[j], k * step, latest, holds)
            j += 1
        if k * step - latest > drop_time + _ROUNDING:
            holds = False
        elif live.filled[0] > 0:
            bank = state_at(live, 0)
            advance(bank, k * step - live.time[0], models, room)
            out.mean[k], out.covariance[k] = combined(bank)
            out.weight[k] = bank.weight
            out.confirmed[k] = holds


@kernel
def _notice(
    looks: Looks, proof: Flags, i: int, known: bool, now: float, latest: float, holds: bool
) -> tuple[float, bool, bool]:
    """When the last look came, whether the track is confirmed, and that look i is no news at the next tick."""
    if known:
        return latest, holds, True
    return now, holds or proof[i], True


@kernel
def _step(
    past: Past, i: int, sight: int, looks: Looks, values: Floats, models: Floats, drop_time: float, room: Desk
) -> tuple[float, int, int]:
    """Take look i up in the caller's track, or start it; NIS, size, and the line of sight that waits for a second."""
    if past.filled[0] > 0 and looks.time[i] - past.time[0] > drop_time:
        past.filled[0], sight = 0, -1
    if past.filled[0] > 0:
        distance, size, _ = take(past, i, looks, values, models, room)
        return distance, size, sight
    if not begin(past, i, sight, looks, values, models) and looks.kind[i] == _SIGHT:
        sight = i
    return np.nan, 0, sight


@kernel
def _copy(source: Past, target: Past) -> None:
    """Write one track into the caller's other one."""
    target.filled[0], target.time[0], target.look[0] = source.filled[0], source.time[0], source.look[0]
    if source.filled[0] > 0:
        copy_bank(state_at(source, 0), state_at(target, 0))
