"""The posterior Cramer-Rao bound of a track: how well the best possible filter would know a threat.

P. Tichavsky, C. Muravchik, A. Nehorai, IEEE Trans. SP-46 (1998) 1386, in covariance form along the true flight. Nine
states, in this order: position, velocity, unforeseen acceleration, each x, y, z in ECEF. The acceleration is s(t) n(t):
n has unit variance and is the state, s [m/s2] is what flight says of the moment (`Flights.maneuver`), so that thrust
that ends is no longer uncertain. One call is one pool of sensors and one threat. Detections are drawn, not averaged by
their probability, which would be optimistic. No mean is carried: a bound needs none, so gravity and the Earth's
rotation (known to every tracker) drop out to first order.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel, lean
from sakimori.base.types import Floats

PRIOR_POSITION = 1.0e6  # [m] 1 sigma per axis at launch: somewhere in a theatre; diffuse beside any measurement
PRIOR_VELOCITY = 3.0e3  # [m/s] 1 sigma per axis at launch: up to the speed of an intercontinental missile at 2 sigma
MOST_SIGMA = 50.0e3  # [m] per axis: a track known worse than this is a warning, and no use to a shooter
_NOTHING = 1e-15  # of the information's trace: less than this is rounding

# Where block c of (pp, pv, pa, vv, va, aa) begins, and where element e of (xx, xy, xz, yy, yz, zz) stands in it.
_BLOCK_ROW, _BLOCK_COLUMN = (0, 0, 0, 3, 3, 6), (0, 3, 6, 3, 6, 6)
_ROW, _COLUMN = (0, 0, 0, 1, 1, 2), (0, 1, 2, 1, 2, 2)


Motion = tuple[float, float, float, float]  # of one gap, as `singer.transition` gives it
Noise = tuple[float, float, float, float, float, float]  # of one gap, as `singer.unit_noise` gives it
# Since an update: what 1 m/s2 known then has become in position, velocity and acceleration, and the covariance per axis
# (pp, pv, pa, vv, va, aa) that the threat's unforeseen acceleration has added, a in units of its standard deviation.
Growth = tuple[float, float, float, float, float, float, float, float, float]
UNGROWN: Growth = (0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


class Room(NamedTuple):
    """Where an update works."""

    left: Floats  # (6, 6)
    way: Floats  # (6,)
    gain: Floats  # (9,)


def room() -> Room:
    """A place to work in."""
    return Room(np.zeros((6, 6)), np.zeros(6), np.zeros(9))


@lean
def begin(state: Floats) -> None:
    """Write the covariance (9, 9) [SI] before any detection into `state`."""
    for i in range(9):
        for j in range(9):
            state[i, j] = 0.0
    for i in range(3):
        state[i, i] = PRIOR_POSITION * PRIOR_POSITION
        state[3 + i, 3 + i] = PRIOR_VELOCITY * PRIOR_VELOCITY
        state[6 + i, 6 + i] = 1.0


def prior() -> Floats:
    """The covariance (9, 9) [SI] before any detection."""
    state = np.empty((9, 9))
    begin(state)
    return state


@lean
def propagate(state: Floats, motion: Motion, noise: Noise, maneuver: float) -> None:
    """F P F' + Q: carry the covariance `state` (9, 9) on by one gap.

    `motion` is F as `singer.transition` returns it, `noise` is Q per axis as `singer.unit_noise` returns it, `maneuver`
    s [m/s2] multiplies each acceleration in them, held over the gap. With motion (T, T^2/2, T, 0) and noise in aa only
    it is the piecewise constant white acceleration of the alpha-beta filter.
    """
    f1, f2, f3, f4 = motion[0], motion[1] * maneuver, motion[2] * maneuver, motion[3]
    square = maneuver * maneuver
    scaled = (
        square * noise[0], square * noise[1], maneuver * noise[2], square * noise[3], maneuver * noise[4], noise[5],
    )  # fmt: skip
    for i in range(3):
        for j in range(3):  # an element of each block moves with its fellows only; the upper half is enough
            pv, vv, av = state[i, 3 + j], state[3 + i, 3 + j], state[6 + i, 3 + j]
            pa, va, aa = state[i, 6 + j], state[3 + i, 6 + j], state[6 + i, 6 + j]
            p1, p2, v2 = pv + f1 * vv + f2 * av, pa + f1 * va + f2 * aa, va + f3 * aa
            state[i, 3 + j], state[i, 6 + j], state[3 + i, 6 + j] = p1 + f3 * p2, f4 * p2, f4 * v2
            if j >= i:
                p0 = state[i, j] + f1 * state[3 + i, j] + f2 * state[6 + i, j]
                state[i, j] = p0 + f1 * p1 + f2 * p2
                state[3 + i, 3 + j] = vv + f3 * av + f3 * v2
                state[6 + i, 6 + j] = f4 * (f4 * aa)
    for c in range(6):
        row, column = _BLOCK_ROW[c], _BLOCK_COLUMN[c]
        for i in range(3):
            state[row + i, column + i] += scaled[c]
    for i in range(9):
        for j in range(i):
            state[i, j] = state[j, i]


@lean
def propagate_prior(state: Floats, motion: Motion, noise: Noise, maneuver: float) -> None:
    """`propagate`, to the bit, of a covariance that no detection has changed: all axes are alike and independent."""
    f1, f2, f3, f4 = motion[0], motion[1] * maneuver, motion[2] * maneuver, motion[3]
    pp, pv, pa, vv, va, aa = state[0, 0], state[0, 3], state[0, 6], state[3, 3], state[3, 6], state[6, 6]
    square = maneuver * maneuver
    p0, p1, p2 = pp + f1 * pv + f2 * pa, pv + f1 * vv + f2 * va, pa + f1 * va + f2 * aa
    v1, v2 = vv + f3 * va, va + f3 * aa
    pp, pv, pa = p0 + f1 * p1 + f2 * p2 + square * noise[0], p1 + f3 * p2 + square * noise[1], f4 * p2
    vv, va, aa = v1 + f3 * v2 + square * noise[3], f4 * v2 + maneuver * noise[4], f4 * (f4 * aa) + noise[5]
    pa += maneuver * noise[2]
    for i in range(3):
        state[i, i], state[3 + i, 3 + i], state[6 + i, 6 + i] = pp, vv, aa
        state[i, 3 + i] = state[3 + i, i] = pv
        state[i, 6 + i] = state[6 + i, i] = pa
        state[3 + i, 6 + i] = state[6 + i, 3 + i] = va


@kernel
def propagated(covariance: Floats, motion: Motion, noise: Noise, maneuver: float) -> Floats:
    """The covariance (9, 9) one gap later: `propagate` on a copy."""
    state = covariance.copy()
    propagate(state, motion, noise, maneuver)
    return state


@lean
def information(
    ux: float, uy: float, uz: float, distance: float, range_weight: float, angle_sigma: float
) -> tuple[float, float, float, float, float, float]:
    """What one detection tells of position: w u u' + (I - u u') / (angle_sigma distance)^2.

    As (xx, xy, xz, yy, yz, zz) [1/m2]. `u` is the unit vector of the line of sight, `distance` [m] > 0, `range_weight`
    w [1/m2] the inverse variance of range (0 where only angles are measured), `angle_sigma` [rad] > 0 per axis.
    """
    across = 1.0 / (angle_sigma * distance * angle_sigma * distance)
    along = range_weight - across
    return (
        across + along * ux * ux,
        along * ux * uy,
        along * ux * uz,
        across + along * uy * uy,
        along * uy * uz,
        across + along * uz * uz,
    )


@lean
def rate_information(
    ux: float, uy: float, uz: float, distance: float, velocity: tuple[float, float, float], weight: float, out: Floats
) -> None:
    """Write what one measurement of range rate tells of position and velocity: `weight` h h' as (21,), by rows.

    h = ((v - u (u v)) / distance, u): how the range rate answers to position and velocity. `u` is the unit vector of
    the line of sight, `velocity` [m/s] that of the threat relative to the sensor, `weight` [s2/m2] the inverse
    variance.
    """
    vx, vy, vz = velocity
    along = ux * vx + uy * vy + uz * vz
    h = ((vx - along * ux) / distance, (vy - along * uy) / distance, (vz - along * uz) / distance, ux, uy, uz)
    e = 0
    for i in range(6):
        for j in range(i, 6):
            out[e] = weight * h[i] * h[j]
            e += 1


@lean
def update(state: Floats, gained: Floats, work: Room) -> None:
    """Take up information of any rank in the covariance `state` (9, 9).

    `gained` (6,) is that on position: xx, xy, xz, yy, yz, zz [1/m2]; or (21,) that on position and velocity, the upper
    triangle by rows. All detections of one sample are summed before the call, so their order cannot matter. The sum is
    split into independent scalar measurements (pivoted L D L'), each taken up by a Kalman update; no matrix is
    inverted.
    """
    size, e, trace, left, way = 3 if gained.size == 6 else 6, 0, 0.0, work.left, work.way
    for i in range(size):
        trace += gained[e]
        for j in range(i, size):
            left[i, j] = left[j, i] = gained[e]
            e += 1
    for _ in range(size):
        pivot = 0
        for i in range(1, size):
            if left[i, i] > left[pivot, pivot]:
                pivot = i
        weight = left[pivot, pivot]
        if weight <= _NOTHING * trace:
            break
        for i in range(size):
            way[i] = left[i, pivot] / weight
        _measure(state, way, size, 1.0 / weight, work.gain)
        for i in range(size):
            for j in range(size):
                left[i, j] -= weight * way[i] * way[j]


@lean
def _measure(state: Floats, way: Floats, size: int, variance: float, gain: Floats) -> None:
    """Kalman update of `state` by one scalar measurement along `way` of its first `size` components."""
    for i in range(9):
        gain[i] = state[i, 0] * way[0]
        for c in range(1, size):
            gain[i] += state[i, c] * way[c]
    expected = gain[0] * way[0]
    for c in range(1, size):
        expected += gain[c] * way[c]
    expected += variance
    for i in range(9):
        step = gain[i] / expected
        for j in range(i, 9):
            state[i, j] -= step * gain[j]
            state[j, i] = state[i, j]


def updated(covariance: Floats, gained: Floats) -> Floats:
    """The covariance (9, 9) after `update` with `gained`, on a copy."""
    state = covariance.copy()
    update(state, gained, room())
    return state


@lean
def _part(covariance: Floats, mean: Floats, factor: float, square: float, c: int, e: int) -> float:
    """Element e of the symmetric part of block c, as `write_blocks` has it."""
    row, column, i, j = _BLOCK_ROW[c], _BLOCK_COLUMN[c], _ROW[e], _COLUMN[e]
    one, other = covariance[row + i, column + j], covariance[row + j, column + i]
    if mean.size > 0:
        one += mean[row + i] * mean[column + j] / square
        other += mean[row + j] * mean[column + i] / square
    return 0.5 * square * factor * (one + other)


@lean
def write_blocks(covariance: Floats, mean: Floats, maneuver: float, square: float, out: Floats) -> None:
    """Write the symmetric parts (6, 6) of the blocks pp, pv, pa, vv, va, aa of a covariance (9, 9) into `out`, in SI.

    A row holds xx, xy, xz, yy, yz, zz. They are `square` times those of the covariance, plus those of `mean` (9,), the
    error of the track's mean ((0,): none). `maneuver` [m/s2] is that of the moment. The blocks are all that is needed
    to predict the position covariance over any gap.
    """
    units = (1.0, 1.0, maneuver, 1.0, maneuver, maneuver * maneuver)
    for c in range(6):
        for e in range(6):
            out[c, e] = _part(covariance, mean, units[c], square, c, e)


@lean
def write_spread(covariance: Floats, mean: Floats, maneuver: float, square: float, out: Floats) -> None:
    """Write the traces (6,) of the blocks that `write_blocks` writes into `out`: all that is needed for the trace."""
    units = (1.0, 1.0, maneuver, 1.0, maneuver, maneuver * maneuver)
    for c in range(6):
        x = _part(covariance, mean, units[c], square, c, 0)
        y = _part(covariance, mean, units[c], square, c, 3)
        out[c] = x + y + _part(covariance, mean, units[c], square, c, 5)


def blocks(covariance: Floats, maneuver: float, square: float) -> Floats:
    """`write_blocks` (6, 6) of a covariance alone."""
    out = np.empty((6, 6))
    write_blocks(covariance, np.empty(0), maneuver, square, out)
    return out


@lean
def grown(growth: Growth, motion: Motion, noise: Noise, maneuver: float, share: float) -> Growth:
    """The growth since an update, one gap later: the same motion as in `propagated`, the threat's manoeuvre included.

    `motion` and `noise` as there (`noise` times the square of the efficiency), `maneuver` [m/s2] that of the gap,
    `share` its ratio to that at the update: an acceleration known then is part of the same process.
    """
    f1, f2, f3, f4 = motion[0], motion[1] * maneuver, motion[2] * maneuver, motion[3]
    a, b, d, pp, pv, pa, vv, va, aa = growth
    moved, faster = va + f3 * aa, vv + f3 * va
    ahead = pa + f1 * va + f2 * aa
    return (
        a + f1 * b + motion[1] * share * d,
        b + motion[2] * share * d,
        f4 * d,
        pp + f1 * pv + f2 * pa + f1 * (pv + f1 * vv + f2 * va) + f2 * ahead + maneuver * maneuver * noise[0],
        pv + f1 * faster + f2 * moved + f3 * pa + maneuver * maneuver * noise[1],
        f4 * ahead + maneuver * noise[2],
        faster + f3 * moved + maneuver * maneuver * noise[3],
        f4 * moved + maneuver * noise[4],
        f4 * f4 * aa + noise[5],
    )


@lean
def inefficient(noise: Noise, efficiency: float) -> Noise:
    """The noise for `grown` where a tracker's standard deviations are `efficiency` >= 1 times the bound's."""
    square = efficiency * efficiency
    pp, pv, pa, vv, va, aa = noise
    return square * pp, square * pv, square * pa, square * vv, square * va, square * aa


@lean
def growth_between(maneuver: Floats, update: int, sample: int, motion: Motion, noise: Noise) -> Growth:
    """The growth from the sample of an update to a later one, with the `maneuver` (K,) [m/s2] of each sample."""
    growth = UNGROWN
    for k in range(update, sample):
        growth = grown(growth, motion, noise, maneuver[k], share_of(maneuver, k, update))
    return growth


@lean
def share_of(maneuver: Floats, k: int, update: int) -> float:
    """Manoeuvre at sample k over that at the update; 1 where there was none, so that what was known stays as it is."""
    return maneuver[k] / maneuver[update] if maneuver[update] > 0.0 else 1.0


@lean
def predicted_position(parts: Floats, gap: float, growth: Growth) -> tuple[float, float, float, float, float, float]:
    """Position covariance (xx, xy, xz, yy, yz, zz) [m2] `gap` [s] >= 0 after an update, without a detection since.

    `parts` (6, 6) as `blocks` gives them, `growth` since then (`grown`).
    """
    a = growth[0]
    weights = (1.0, 2.0 * gap, 2.0 * a, gap * gap, 2.0 * gap * a, a * a)
    xx = yy = zz = growth[3]
    xy = xz = yz = 0.0
    for c in range(6):
        xx += weights[c] * parts[c, 0]
        xy += weights[c] * parts[c, 1]
        xz += weights[c] * parts[c, 2]
        yy += weights[c] * parts[c, 3]
        yz += weights[c] * parts[c, 4]
        zz += weights[c] * parts[c, 5]
    return xx, xy, xz, yy, yz, zz


@lean
def predicted_variance(spread: Floats, gap: float, growth: Growth) -> float:
    """Trace of the position covariance [m2] `gap` [s] >= 0 after an update; exact under Singer's model.

    `spread` (6,) are the traces of pp, pv, pa, vv, va, aa (`types.Tracks.spread`), `growth` that since the update.
    Per-axis standard deviation: `position_sigma(result)`.
    """
    a = growth[0]
    known = spread[0] + 2.0 * (gap * spread[1] + a * spread[2])
    return known + gap * gap * spread[3] + 2.0 * gap * a * spread[4] + a * a * spread[5] + 3.0 * growth[3]


@lean
def position_sigma(variance: float) -> float:
    """Position error per axis (1 sigma) [m] for the trace `variance` [m2] of a position covariance."""
    return math.sqrt(variance / 3.0)
