"""The posterior Cramer-Rao bound of a track: how well the best possible filter would know a threat.

P. Tichavsky, C. Muravchik, A. Nehorai, IEEE Trans. SP-46 (1998) 1386, in covariance form along the true flight. Nine
states, in this order: position, velocity, unforeseen acceleration, each x, y, z in ECEF. The acceleration is s(t) n(t):
n has unit variance and is the state, s [m/s2] is what flight says of the moment (`Flights.maneuver`), so that thrust
that ends is no longer uncertain. One call is one pool of sensors and one threat. Detections are drawn, not averaged by
their probability, which would be optimistic. No mean is carried: a bound needs none, so gravity and the Earth's
rotation (known to every tracker) drop out to first order.
"""

import math

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.track.singer import transition, unit_noise

PRIOR_POSITION = 1.0e6  # [m] 1 sigma per axis at launch: somewhere in a theatre; diffuse beside any measurement
PRIOR_VELOCITY = 3.0e3  # [m/s] 1 sigma per axis at launch: up to the speed of an intercontinental missile at 2 sigma
MOST_SIGMA = 50.0e3  # [m] per axis: a track known worse than this is a warning, and no use to a shooter
_NOTHING = 1e-15  # of the information's trace: less than this is rounding

# Where block c of (pp, pv, pa, vv, va, aa) begins, and where element e of (xx, xy, xz, yy, yz, zz) stands in it.
_BLOCK_ROW, _BLOCK_COLUMN = (0, 0, 0, 3, 3, 6), (0, 3, 6, 3, 6, 6)
_ROW, _COLUMN = (0, 0, 0, 1, 1, 2), (0, 1, 2, 1, 2, 2)


@kernel
def prior() -> Floats:
    """The covariance (9, 9) [SI] before any detection."""
    covariance = np.zeros((9, 9))
    for i in range(3):
        covariance[i, i] = PRIOR_POSITION * PRIOR_POSITION
        covariance[3 + i, 3 + i] = PRIOR_VELOCITY * PRIOR_VELOCITY
        covariance[6 + i, 6 + i] = 1.0
    return covariance


@kernel
def propagated(
    covariance: Floats,
    motion: tuple[float, float, float, float],
    noise: tuple[float, float, float, float, float, float],
    maneuver: float,
) -> Floats:
    """F P F' + Q: the covariance (9, 9) one gap later.

    `motion` is F as `singer.transition` returns it, `noise` is Q per axis as `singer.unit_noise` returns it, `maneuver`
    s [m/s2] multiplies each acceleration in them, held over the gap. With motion (T, T^2/2, T, 0) and noise in aa only
    it is the piecewise constant white acceleration of the alpha-beta filter.
    """
    f1, f2, f3, f4 = motion[0], motion[1] * maneuver, motion[2] * maneuver, motion[3]
    pp, pv, pa, vv, va, aa = noise
    square = maneuver * maneuver
    scaled = (square * pp, square * pv, maneuver * pa, square * vv, maneuver * va, aa)
    out, rows = np.empty((9, 9)), np.empty((3, 3))
    for i in range(3):
        for j in range(3):
            for c in range(3):
                p, v, a = covariance[i, 3 * c + j], covariance[3 + i, 3 * c + j], covariance[6 + i, 3 * c + j]
                rows[0, c] = p + f1 * v + f2 * a
                rows[1, c] = v + f3 * a
                rows[2, c] = f4 * a
            for r in range(3):
                p, v, a = rows[r, 0], rows[r, 1], rows[r, 2]
                out[3 * r + i, j] = p + f1 * v + f2 * a
                out[3 * r + i, 3 + j] = v + f3 * a
                out[3 * r + i, 6 + j] = f4 * a
    for c in range(6):
        row, column = _BLOCK_ROW[c], _BLOCK_COLUMN[c]
        for i in range(3):
            out[row + i, column + i] += scaled[c]
    for i in range(9):  # the lower half is rounded differently, and lacks the noise
        for j in range(i):
            out[i, j] = out[j, i]
    return out


@kernel
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


@kernel
def updated(covariance: Floats, gained: Floats) -> Floats:
    """The covariance (9, 9) after position information `gained` (6,): xx, xy, xz, yy, yz, zz [1/m2], of any rank.

    All detections of one sample are summed before the call, so their order cannot matter. The sum is split into at most
    three independent scalar measurements (pivoted L D L'), each taken up by a Kalman update; no matrix is inverted.
    """
    out = covariance.copy()
    left = np.empty((3, 3))
    for e in range(6):
        left[_ROW[e], _COLUMN[e]] = left[_COLUMN[e], _ROW[e]] = gained[e]
    least = _NOTHING * (gained[0] + gained[3] + gained[5])
    for _ in range(3):
        pivot = 0
        for i in range(1, 3):
            if left[i, i] > left[pivot, pivot]:
                pivot = i
        weight = left[pivot, pivot]
        if weight <= least:
            break
        x, y, z = left[0, pivot] / weight, left[1, pivot] / weight, left[2, pivot] / weight
        _measure(out, x, y, z, 1.0 / weight)
        direction = (x, y, z)
        for i in range(3):
            for j in range(3):
                left[i, j] -= weight * direction[i] * direction[j]
    return out


@kernel
def _measure(state: Floats, x: float, y: float, z: float, variance: float) -> None:
    """Kalman update of `updated`'s own copy `state` by one scalar measurement along (x, y, z) of position."""
    gain = np.empty(9)
    for i in range(9):
        gain[i] = state[i, 0] * x + state[i, 1] * y + state[i, 2] * z
    expected = gain[0] * x + gain[1] * y + gain[2] * z + variance
    for i in range(9):
        step = gain[i] / expected
        for j in range(i, 9):
            state[i, j] -= step * gain[j]
            state[j, i] = state[i, j]


@kernel
def blocks(covariance: Floats, maneuver: float, factor: float) -> Floats:
    """The symmetric parts (6, 6) of the blocks pp, pv, pa, vv, va, aa of a covariance (9, 9), in SI, times `factor`.

    A row holds xx, xy, xz, yy, yz, zz. `maneuver` [m/s2] is that of the moment. The blocks are all that is needed to
    predict the position covariance over any gap.
    """
    out = np.empty((6, 6))
    units = (1.0, 1.0, maneuver, 1.0, maneuver, maneuver * maneuver)
    for c in range(6):
        row, column = _BLOCK_ROW[c], _BLOCK_COLUMN[c]
        for e in range(6):
            i, j = _ROW[e], _COLUMN[e]
            out[c, e] = 0.5 * factor * units[c] * (covariance[row + i, column + j] + covariance[row + j, column + i])
    return out


@kernel
def _growth(gap: float, correlation_time: float) -> tuple[float, float, float, float, float, float]:
    """The weights of pp, pv, pa, vv, va, aa in the position covariance after `gap`."""
    f1, f2, _, _ = transition(gap, correlation_time)
    return 1.0, 2.0 * f1, 2.0 * f2, f1 * f1, 2.0 * f1 * f2, f2 * f2


@kernel
def predicted_position(
    parts: Floats, gap: float, maneuver: float, correlation_time: float
) -> tuple[float, float, float, float, float, float]:
    """Position covariance (xx, xy, xz, yy, yz, zz) [m2] after `gap` [s] >= 0 without a detection.

    `parts` (6, 6) as `blocks` gives them; `maneuver` [m/s2] 1 sigma per axis, held over the gap.
    """
    weights = _growth(gap, correlation_time)
    noise = maneuver * maneuver * unit_noise(gap, correlation_time)[0]
    xx = yy = zz = noise
    xy = xz = yz = 0.0
    for c in range(6):
        xx += weights[c] * parts[c, 0]
        xy += weights[c] * parts[c, 1]
        xz += weights[c] * parts[c, 2]
        yy += weights[c] * parts[c, 3]
        yz += weights[c] * parts[c, 4]
        zz += weights[c] * parts[c, 5]
    return xx, xy, xz, yy, yz, zz


@kernel
def predicted_variance(spread: Floats, gap: float, maneuver: float, correlation_time: float) -> float:
    """Trace of the position covariance [m2] after `gap` [s] >= 0 without a detection; exact under Singer's model.

    `spread` (6,) are the traces of pp, pv, pa, vv, va, aa (`types.Tracks.spread`), `maneuver` [m/s2] 1 sigma per axis,
    held over the gap. Per-axis standard deviation: `position_sigma(result)`.
    """
    weights = _growth(gap, correlation_time)
    total = 3.0 * maneuver * maneuver * unit_noise(gap, correlation_time)[0]
    for c in range(6):
        total += weights[c] * spread[c]
    return total


@kernel
def position_sigma(variance: float) -> float:
    """Position error per axis (1 sigma) [m] for the trace `variance` [m2] of a position covariance."""
    return math.sqrt(variance / 3.0)
