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


@kernel
def inefficient(noise: Noise, efficiency: float) -> Noise:
    """The noise for `grown` where a tracker's standard deviations are `efficiency` >= 1 times the bound's."""
    square = efficiency * efficiency
    pp, pv, pa, vv, va, aa = noise
    return square * pp, square * pv, square * pa, square * vv, square * va, square * aa


@kernel
def growth_between(maneuver: Floats, update: int, sample: int, motion: Motion, noise: Noise) -> Growth:
    """The growth from the sample of an update to a later one, with the `maneuver` (K,) [m/s2] of each sample."""
    growth = UNGROWN
    for k in range(update, sample):
        growth = grown(growth, motion, noise, maneuver[k], share_of(maneuver, k, update))
    return growth


@kernel
def share_of(maneuver: Floats, k: int, update: int) -> float:
    """Manoeuvre at sample k over that at the update; 1 where there was none, so that what was known stays as it is."""
    return maneuver[k] / maneuver[update] if maneuver[update] > 0.0 else 1.0


@kernel
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


@kernel
def predicted_variance(spread: Floats, gap: float, growth: Growth) -> float:
    """Trace of the position covariance [m2] `gap` [s] >= 0 after an update; exact under Singer's model.

    `spread` (6,) are the traces of pp, pv, pa, vv, va, aa (`types.Tracks.spread`), `growth` that since the update.
    Per-axis standard deviation: `position_sigma(result)`.
    """
    a = growth[0]
    known = spread[0] + 2.0 * (gap * spread[1] + a * spread[2])
    return known + gap * gap * spread[3] + 2.0 * gap * a * spread[4] + a * a * spread[5] + 3.0 * growth[3]


@kernel
def position_sigma(variance: float) -> float:
    """Position error per axis (1 sigma) [m] for the trace `variance` [m2] of a position covariance."""
    return math.sqrt(variance / 3.0)
