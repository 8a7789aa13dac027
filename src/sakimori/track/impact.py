"""Where a track would come down, and how well that is known: the impact-point prediction and its ellipse."""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import geodetic_from_ecef
from sakimori.track.kalman import predict, room

_STEP = 2.0  # [s]
_NEAR = 1e-3  # [s] to which the time of impact is found
LONGEST = 3600.0  # [s] after which nothing has come down


class Impact(NamedTuple):
    """A predicted impact; nan where the target does not come down within an hour."""

    time: float  # [s] to go
    latitude: float  # [rad]
    longitude: float  # [rad]
    east_variance: float  # [m2]
    north_variance: float  # [m2]
    covariance: float  # [m2] of east and north
    major: float  # [m] 1 sigma along the longer half-axis of the ellipse
    minor: float  # [m]


@kernel
def _altitude(mean: Floats) -> float:
    return geodetic_from_ecef(mean[0], mean[1], mean[2], WGS84_RADIUS, WGS84_FLATTENING)[2]


@kernel
def impact(mean: Floats, covariance: Floats, model: Floats) -> Impact:
    """Carry an estimate (9,), (9, 9) on by a model (6,) to the ellipsoid, and lay its position error onto the ground.

    An error of position dp moves the point of impact by dp - v (n.dp)/(n.v), n the vertical: what lies along the path
    only moves the time. The ellipse is that of the linearised motion; what the threat may still do is in the model.
    """
    mean, covariance, work = mean.copy(), covariance.copy(), room()
    time, step = 0.0, _STEP
    while step > _NEAR:
        ahead, spread = mean.copy(), covariance.copy()
        predict(ahead, spread, step, model, work)
        if _altitude(ahead) <= 0.0:
            step *= 0.5
            continue
        mean, covariance, time = ahead, spread, time + step
        if time > LONGEST:
            nan = math.nan
            return Impact(nan, nan, nan, nan, nan, nan, nan, nan)
    latitude, longitude, _ = geodetic_from_ecef(mean[0], mean[1], mean[2], WGS84_RADIUS, WGS84_FLATTENING)
    axes = np.array(enu_axes(latitude, longitude)).reshape(3, 3)
    local, speed = np.zeros((3, 3)), np.zeros(3)
    for i in range(3):
        for j in range(3):
            speed[i] += axes[i, j] * mean[3 + j]
            for k in range(3):
                for m in range(3):
                    local[i, j] += axes[i, k] * covariance[k, m] * axes[j, m]
    a, b = -speed[0] / speed[2], -speed[1] / speed[2]
    east = local[0, 0] + 2.0 * a * local[0, 2] + a * a * local[2, 2]
    north = local[1, 1] + 2.0 * b * local[1, 2] + b * b * local[2, 2]
    both = local[0, 1] + a * local[1, 2] + b * local[0, 2] + a * b * local[2, 2]
    middle, off = 0.5 * (east + north), math.hypot(0.5 * (east - north), both)
    return Impact(
        time, latitude, longitude, east, north, both, math.sqrt(middle + off), math.sqrt(max(middle - off, 0.0))
    )
