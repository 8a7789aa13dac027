"""Lines of sight: what a sensor measures of a point, how that answers to the point's position, and the Earth between.

Positions and velocities are Earth-fixed triples (x, y, z); `axes` are the nine numbers of `frames.enu_axes` at the
sensor. Angles are geometric: bending by the air is in `refraction`.
"""

import math

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.kernels import kernel
from sakimori.earth.frames import Axes

Triple = tuple[float, float, float]

_GRAZE = 1e-12  # share of the radius squared within which a line touches but does not cut (3 um)


@kernel
def to_enu(axes: Axes, x: float, y: float, z: float) -> Triple:
    """East, north and up components of an Earth-fixed vector, in its own unit."""
    return (
        axes[0] * x + axes[1] * y + axes[2] * z,
        axes[3] * x + axes[4] * y + axes[5] * z,
        axes[6] * x + axes[7] * y + axes[8] * z,
    )


@kernel
def range_azimuth_elevation(sensor: Triple, axes: Axes, target: Triple) -> Triple:
    """Range [m], azimuth [rad, 0 to 2 pi, clockwise from north] and elevation [rad, -pi/2 to pi/2] of a target.

    The azimuth of a target in the zenith is 0. Source: Vallado 2013, chapter 4.
    """
    e, n, u = to_enu(axes, target[0] - sensor[0], target[1] - sensor[1], target[2] - sensor[2])
    level = e * e + n * n
    azimuth = math.atan2(e, n)
    if azimuth < 0.0:
        azimuth += 2.0 * math.pi
    return math.sqrt(level + u * u), azimuth, math.atan2(u, math.sqrt(level))


@kernel
def sight_jacobian(sensor: Triple, axes: Axes, target: Triple) -> Axes:
    """Rows of d(range, azimuth, elevation)/d(Earth-fixed position) as nine numbers: 1, then [rad/m] twice.

    The rows are orthogonal. Undefined (infinite) for a target in the zenith and at the sensor.
    """
    dx, dy, dz = target[0] - sensor[0], target[1] - sensor[1], target[2] - sensor[2]
    e, n, u = to_enu(axes, dx, dy, dz)
    level = e * e + n * n
    square = level + u * u
    distance, ground = math.sqrt(square), math.sqrt(level)
    east, north = n / level, -e / level  # azimuth: along (n, -e)
    a, b, c = -e * u / (ground * square), -n * u / (ground * square), ground / square  # elevation: local components
    return (
        dx / distance,
        dy / distance,
        dz / distance,
        axes[0] * east + axes[3] * north,
        axes[1] * east + axes[4] * north,
        axes[2] * east + axes[5] * north,
        axes[0] * a + axes[3] * b + axes[6] * c,
        axes[1] * a + axes[4] * b + axes[7] * c,
        axes[2] * a + axes[5] * b + axes[8] * c,
    )


@kernel
def range_rate(sensor: Triple, sensor_velocity: Triple, target: Triple, target_velocity: Triple) -> float:
    """Rate of change [m/s] of the range, from positions [m] and velocities [m/s] in one frame; receding is positive."""
    dx, dy, dz = target[0] - sensor[0], target[1] - sensor[1], target[2] - sensor[2]
    closing = (
        dx * (target_velocity[0] - sensor_velocity[0])
        + dy * (target_velocity[1] - sensor_velocity[1])
        + dz * (target_velocity[2] - sensor_velocity[2])
    )
    return closing / math.sqrt(dx * dx + dy * dy + dz * dz)


@kernel
def _cuts(sensor: Triple, target: Triple, margin_altitude: float, reach: float) -> bool:
    """Does the line from the sensor, out to `reach` times the way to the target, dip below the raised ellipsoid."""
    wide = 1.0 / (WGS84_RADIUS + margin_altitude)
    tall = 1.0 / (WGS84_RADIUS * (1.0 - WGS84_FLATTENING) + margin_altitude)
    x, y, z = sensor[0] * wide, sensor[1] * wide, sensor[2] * tall
    dx, dy, dz = target[0] * wide - x, target[1] * wide - y, target[2] * tall - z
    square = dx * dx + dy * dy + dz * dz
    if square == 0.0:
        return x * x + y * y + z * z < 1.0 - _GRAZE
    place = -(x * dx + y * dy + z * dz) / square  # of the closest approach, in lengths of the segment
    place = min(max(place, 0.0), reach)
    x, y, z = x + place * dx, y + place * dy, z + place * dz
    return x * x + y * y + z * z < 1.0 - _GRAZE


@kernel
def earth_blocks(sensor: Triple, target: Triple, margin_altitude: float) -> bool:
    """Does the straight segment between two points [m] pass below `margin_altitude` [m] above the WGS 84 ellipsoid.

    The test is made in axes scaled so that the ellipsoid with half-axes longer by the margin is the unit sphere; that
    surface lies within 0.2 m of the true parallel one at 100 km. A point that itself lies below the margin is blocked;
    a point on the margin is not. Margins above -6,000 km.
    """
    return _cuts(sensor, target, margin_altitude, 1.0)


@kernel
def earth_behind(sensor: Triple, target: Triple, margin_altitude: float) -> bool:
    """Does the line of sight from a sensor to a target [m], or its continuation, meet the Earth raised by a margin [m].

    It says whether the background of the target is the Earth (or its lit air) rather than space.
    """
    return _cuts(sensor, target, margin_altitude, math.inf)
