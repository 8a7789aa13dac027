"""Where a track begins: at the first look that measures range, or where two lines of sight cross.

The velocity is then unknown, with zero mean (single-point initiation: M. Mallick, B. La Scala, 2008).
"""

import math

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.track.kalman import STATES
from sakimori.track.matrices import cholesky, inverse, solved
from sakimori.track.measurements import Look, Measures, direction

PRIOR_SPEED = 3.0e3  # [m/s] 1 sigma per axis, as in `bounds`
_RADAR = int(Measures.RADAR)
_LEAST_CROSSING = 1e-6  # sine squared of the angle under which two lines of sight do not cross


@kernel
def place_of(look: Look) -> tuple[Floats, Floats]:
    """Position (3,) [m] and its covariance (3, 3) of a look that `locates`."""
    place, spread = np.empty(3), np.zeros((3, 3))
    if look.kind != _RADAR:
        for i in range(3):
            place[i], spread[i, i] = look.value[i], look.variance[i]
        return place, spread
    distance, azimuth, elevation = look.value[0], look.value[1], look.value[2]
    along, axes = direction(look), look.axes
    c, s = math.cos(azimuth), math.sin(azimuth)
    across = (c * axes[0] - s * axes[3], c * axes[1] - s * axes[4], c * axes[2] - s * axes[5])
    over = (
        along[1] * across[2] - along[2] * across[1],
        along[2] * across[0] - along[0] * across[2],
        along[0] * across[1] - along[1] * across[0],
    )
    level = distance * math.cos(elevation)
    wide, tall = look.variance[1] * level * level, look.variance[2] * distance * distance
    for i in range(3):
        place[i] = look.sensor[i] + distance * along[i]
        for j in range(3):
            spread[i, j] = (
                look.variance[0] * along[i] * along[j] + wide * across[i] * across[j] + tall * over[i] * over[j]
            )
    return place, spread


@kernel
def crossing(first: Look, second: Look, drift: float) -> tuple[bool, Floats, Floats]:
    """Where two lines of sight pass nearest to each other: whether they do ahead of both, position (3,), covariance.

    `drift` [m] is the 1 sigma by which the target may have moved between the looks. The point is weighted least
    squares with the variances (sigma r)^2 across each line, r to the point that unweighted lines give.
    """
    place, spread = np.zeros(3), np.zeros((3, 3))
    u, v = direction(first), direction(second)
    cosine = u[0] * v[0] + u[1] * v[1] + u[2] * v[2]
    if 1.0 - cosine * cosine < _LEAST_CROSSING:
        return False, place, spread
    from_first = from_second = 0.0
    for i in range(3):
        base = second.sensor[i] - first.sensor[i]
        from_first += base * (u[i] - cosine * v[i])
        from_second += base * (cosine * u[i] - v[i])
    from_first /= 1.0 - cosine * cosine
    from_second /= 1.0 - cosine * cosine
    if min(from_first, from_second) <= 0.0:
        return False, place, spread
    known, right = np.zeros((3, 3)), np.zeros(3)
    for look, line, reach in ((first, u, from_first), (second, v, from_second)):
        weight = 1.0 / (max(look.variance[0], look.variance[1]) * reach * reach + drift * drift)
        for i in range(3):
            for j in range(3):
                part = weight * ((1.0 if i == j else 0.0) - line[i] * line[j])
                known[i, j] += part
                right[i] += part * look.sensor[j]
    place = solved(cholesky(known), right)
    return True, place, inverse(known)


@kernel
def estimate(place: Floats, spread: Floats, acceleration: float) -> tuple[Floats, Floats]:
    """Mean (9,) and covariance (9, 9) of a target of which a place is known; `acceleration` [m/s2] 1 sigma per axis."""
    mean, covariance = np.zeros(STATES), np.zeros((STATES, STATES))
    for i in range(3):
        mean[i] = place[i]
        covariance[3 + i, 3 + i] = PRIOR_SPEED * PRIOR_SPEED
        covariance[6 + i, 6 + i] = acceleration * acceleration
        for j in range(3):
            covariance[i, j] = spread[i, j]
    return mean, covariance
