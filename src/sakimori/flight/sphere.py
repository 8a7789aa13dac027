"""Directions as unit vectors: turning towards a point, missing it, and the drawn boost. No geodesic is solved here.

Two points coincide when their directions from the Earth's centre and their altitudes do, so a miss measured as an
angle between directions is zero exactly where the impact is the aim point, on any ellipsoid.
"""

import math

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.flight.motion import Vector, altitude_and_normal


@kernel
def dot(a: Vector, b: Vector) -> float:
    """Scalar product."""
    return a[0] * b[0] + a[1] * b[1] + a[2] * b[2]


@kernel
def cross(a: Vector, b: Vector) -> Vector:
    """Vector product."""
    return a[1] * b[2] - a[2] * b[1], a[2] * b[0] - a[0] * b[2], a[0] * b[1] - a[1] * b[0]


@kernel
def blend(a: float, u: Vector, b: float, v: Vector) -> Vector:
    """a u + b v."""
    return a * u[0] + b * v[0], a * u[1] + b * v[1], a * u[2] + b * v[2]


@kernel
def unit(a: Vector) -> Vector:
    """The direction of a vector that is not zero."""
    size = 1.0 / math.sqrt(dot(a, a))
    return a[0] * size, a[1] * size, a[2] * size


@kernel
def angle_between(a: Vector, b: Vector) -> float:
    """Angle [rad, 0 to pi] between two unit vectors, accurate when small."""
    c = cross(a, b)
    return math.atan2(math.sqrt(dot(c, c)), dot(a, b))


@kernel
def towards(a: Vector, b: Vector) -> Vector:
    """Unit vector across unit vector `a`, in the plane of `a` and `b`, on the side of `b`; zero where they coincide."""
    across = blend(1.0, b, -dot(a, b), a)
    size = math.sqrt(dot(across, across))
    if size < 1e-14:
        return 0.0, 0.0, 0.0
    return across[0] / size, across[1] / size, across[2] / size


@kernel
def turned(a: Vector, b: Vector, angle: float) -> Vector:
    """Unit vector `a` turned by `angle` [rad] towards unit vector `b`."""
    return blend(math.cos(angle), a, math.sin(angle), towards(a, b))


@kernel
def compass(up: Vector) -> tuple[Vector, Vector]:
    """East and north unit vectors for an upward unit vector; at a pole east is along y."""
    across = math.sqrt(up[0] * up[0] + up[1] * up[1])
    east = (-up[1] / across, up[0] / across, 0.0) if across > 1e-12 else (0.0, 1.0, 0.0)
    return east, cross(up, east)


@kernel
def displaced(origin: Vector, east: float, north: float) -> Vector:
    """Unit vector reached from unit vector `origin` by angles [rad] to the east and north (great circle)."""
    length = math.sqrt(east * east + north * north)
    if length == 0.0:
        return origin
    e, n = compass(origin)
    way = blend(east / length, e, north / length, n)
    return blend(math.cos(length), origin, math.sin(length), way)


@kernel
def offset(origin: Vector, other: Vector) -> tuple[float, float]:
    """Angles [rad] to the east and north from unit vector `origin` to `other`: what `displaced` takes."""
    e, n = compass(origin)
    way, length = towards(origin, other), angle_between(origin, other)
    return length * dot(way, e), length * dot(way, n)


@kernel
def at_altitude(direction: Vector, altitude: float, radius: float, flattening: float) -> Vector:
    """The point [m] at a geodetic altitude [m] in a direction from the Earth's centre."""
    distance = radius + altitude
    for _ in range(4):
        x, y, z = direction[0] * distance, direction[1] * distance, direction[2] * distance
        height, nx, ny, nz = altitude_and_normal(x, y, z, radius, flattening)
        distance += (altitude - height) / (direction[0] * nx + direction[1] * ny + direction[2] * nz)
    return direction[0] * distance, direction[1] * distance, direction[2] * distance


@kernel
def bearing_to(position: Vector, direction: Vector, radius: float, flattening: float) -> float:
    """Bearing [rad, clockwise from north] at a position [m] of the way to a direction from the Earth's centre."""
    _, nx, ny, nz = altitude_and_normal(position[0], position[1], position[2], radius, flattening)
    east, north = compass((nx, ny, nz))
    way = towards(unit(position), direction)
    return math.atan2(dot(way, east), dot(way, north))


@kernel
def turn_between(position: Vector, end: Vector, goal: Vector, radius: float, flattening: float) -> float:
    """By how much [rad, -pi to pi] to turn right at a position [m] so as to come to `goal` [m] instead of `end` [m]."""
    turn = bearing_to(position, unit(goal), radius, flattening) - bearing_to(position, unit(end), radius, flattening)
    return (turn + math.pi) % (2.0 * math.pi) - math.pi


@kernel
def launched(up: Vector, east: Vector, north: Vector, speed: float, angle: float, azimuth: float) -> Vector:
    """Velocity [m/s] of a speed at a flight-path angle and azimuth [rad, clockwise from north] in local axes."""
    level = speed * math.cos(angle)
    way = blend(level * math.sin(azimuth), east, level * math.cos(azimuth), north)
    return blend(1.0, way, speed * math.sin(angle), up)


@kernel
def departing(place: Vector, speed: float, angle: float, azimuth: float, radius: float, flattening: float) -> Floats:
    """State (6,) at a place [m] with a speed [m/s], flight-path angle and azimuth [rad]."""
    _, nx, ny, nz = altitude_and_normal(place[0], place[1], place[2], radius, flattening)
    east, north = compass((nx, ny, nz))
    way = launched((nx, ny, nz), east, north, speed, angle, azimuth)
    return np.array([place[0], place[1], place[2], way[0], way[1], way[2]])


@kernel
def boost_point(
    elapsed: float, duration: float, pad: Vector, end: Vector, velocity: Vector, radius: float, flattening: float
) -> tuple[Vector, Vector]:
    """Position [m] and velocity [m/s] on the drawn boost, `elapsed` of `duration` [s] after launch.

    A cubic Hermite curve from the pad, upwards, to the burnout point along the burnout velocity, both tangents as long
    as the chord; run through as (elapsed/duration)^n with n such that it ends at the burnout speed. Where n would be
    under 1 (a boost faster on average than at its end) the curve is run through evenly.
    """
    chord = blend(1.0, end, -1.0, pad)
    length = math.sqrt(dot(chord, chord))
    if duration <= 0.0 or length == 0.0:
        return end, velocity
    _, nx, ny, nz = altitude_and_normal(pad[0], pad[1], pad[2], radius, flattening)
    start = (length * nx, length * ny, length * nz)
    speed = math.sqrt(dot(velocity, velocity))
    finish = blend(length / speed, velocity, 0.0, velocity)
    power = max(1.0, speed * duration / length)
    share = min(max(elapsed / duration, 0.0), 1.0)
    u = share**power
    rate = power * share ** (power - 1.0) / duration
    place = blend(u * u * (3.0 - 2.0 * u), chord, u * (1.0 - u) * (1.0 - u), start)
    place = blend(1.0, place, u * u * (u - 1.0), finish)
    slope = blend(6.0 * u * (1.0 - u), chord, (1.0 - u) * (1.0 - 3.0 * u), start)
    slope = blend(rate, slope, rate * u * (3.0 * u - 2.0), finish)
    return blend(1.0, pad, 1.0, place), slope
