"""What sensors measure of a target, and how that answers to its state: radar, line of sight, plain position.

A look holds up to four numbers, each with its variance; a variance of inf says that the number was not measured, so
that a radar without range-rate, or one without range, needs no kind of its own.
"""

import math
from enum import IntEnum
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel, lean
from sakimori.base.types import Flags, Floats, Integers
from sakimori.earth.frames import Axes
from sakimori.earth.sightlines import Triple, range_azimuth_elevation, range_rate, sight_jacobian

Quad = tuple[float, float, float, float]
UNMEASURED = math.inf  # the variance of a number that was not measured


class Measures(IntEnum):
    """What the four numbers of a look are."""

    RADAR = 1  # range [m], azimuth [rad], elevation [rad], range-rate [m/s]
    SIGHT = 2  # two small angles [rad] off the measured line of sight, 0 and 0 by definition
    POSITION = 3  # x, y, z [m] ECEF


class Look(NamedTuple):
    """One measurement by one sensor."""

    kind: int  # Measures
    sensor: Triple  # [m] ECEF
    sensor_velocity: Triple  # [m/s] relative to the Earth; used with range-rate only
    axes: Axes  # RADAR: east, north, up at the sensor; SIGHT: as `sight_axes` gives them
    value: Quad
    variance: Quad  # inf where not measured


class Looks(NamedTuple):
    """Measurements in the order in which they reach the tracker."""

    time: Floats  # (K,) [s] of the measurement
    arrival: Floats  # (K,) [s] at the tracker, not falling, not before `time`
    source: Integers  # (K,) number of the sensor
    kind: Integers  # (K,) Measures
    sensor: Floats  # (K, 3) [m]
    sensor_velocity: Floats  # (K, 3) [m/s]
    axes: Floats  # (K, 9)
    value: Floats  # (K, 4)
    variance: Floats  # (K, 4)
    made: Flags  # (K,) False: the sensor looked and found nothing


_RADAR, _SIGHT = int(Measures.RADAR), int(Measures.SIGHT)


@kernel
def triple(row: Floats) -> Triple:
    """The three numbers of a row (3,)."""
    return row[0], row[1], row[2]


@kernel
def look_at(looks: Looks, i: int) -> Look:
    """Measurement number i as one value."""
    a, v, s = looks.axes[i], looks.value[i], looks.variance[i]
    return Look(
        looks.kind[i],
        triple(looks.sensor[i]),
        triple(looks.sensor_velocity[i]),
        (a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8]),
        (v[0], v[1], v[2], v[3]),
        (s[0], s[1], s[2], s[3]),
    )


@kernel
def sight_axes(x: float, y: float, z: float) -> Axes:
    """Two unit vectors across a unit line of sight (x, y, z), and the line itself; no direction is singular."""
    if abs(z) < 0.8:
        level = math.sqrt(x * x + y * y)
        ax, ay, az = -y / level, x / level, 0.0
    else:
        level = math.sqrt(y * y + z * z)
        ax, ay, az = 0.0, -z / level, y / level
    return ax, ay, az, y * az - z * ay, z * ax - x * az, x * ay - y * ax, x, y, z


@lean
def locates(look: Look) -> bool:
    """Whether one look alone measures a place."""
    return look.kind != _SIGHT and max(look.variance[0], look.variance[1], look.variance[2]) < math.inf


@lean
def direction(look: Look) -> Triple:
    """Unit vector [ECEF] from the sensor of a RADAR or SIGHT look along what it measured."""
    a, value = look.axes, look.value
    if look.kind == _RADAR:
        level = math.cos(value[2])
        x, y, z = level * math.sin(value[1]), level * math.cos(value[1]), math.sin(value[2])
    else:
        size = 1.0 / math.sqrt(1.0 + value[0] * value[0] + value[1] * value[1])
        x, y, z = value[0] * size, value[1] * size, size
    return a[0] * x + a[3] * y + a[6] * z, a[1] * x + a[4] * y + a[7] * z, a[2] * x + a[5] * y + a[8] * z


@kernel
def wrapped(angle: float) -> float:
    """The same angle [rad] from -pi to pi."""
    return angle - 2.0 * math.pi * math.floor((angle + math.pi) / (2.0 * math.pi))


@lean
def residual(look: Look, state: Floats) -> Quad:
    """Measured less expected, of a state (6 or more: position, velocity) in ECEF; angles from -pi to pi.

    Numbers that were not measured come back as they are computed: their variance is inf. Source of the radar's angles:
    Vallado 2013, chapter 4.
    """
    target = (state[0], state[1], state[2])
    value = look.value
    if look.kind == _RADAR:
        distance, azimuth, elevation = range_azimuth_elevation(look.sensor, look.axes, target)
        rate = 0.0
        if look.variance[3] < math.inf:
            rate = value[3] - range_rate(look.sensor, look.sensor_velocity, target, (state[3], state[4], state[5]))
        return value[0] - distance, wrapped(value[1] - azimuth), value[2] - elevation, rate
    if look.kind == _SIGHT:
        a, b, c = _along(look, target)
        return value[0] - a / c, value[1] - b / c, 0.0, 0.0
    return value[0] - target[0], value[1] - target[1], value[2] - target[2], 0.0


@lean
def _along(look: Look, target: Triple) -> Triple:
    """Components of the way from sensor to target along the look's axes."""
    x, y, z = target[0] - look.sensor[0], target[1] - look.sensor[1], target[2] - look.sensor[2]
    a = look.axes
    return a[0] * x + a[1] * y + a[2] * z, a[3] * x + a[4] * y + a[5] * z, a[6] * x + a[7] * y + a[8] * z


@kernel
def slopes(look: Look, state: Floats) -> Floats:
    """Derivatives (4, 6) of the four expected numbers by position and velocity; see `earth.sightlines`.

    Undefined for a radar's target in the zenith, and for a sight at a right angle to the measured one.
    """
    rows = np.empty((4, 6))
    fill_rows(look, state, rows)
    return rows


@lean
def fill_rows(look: Look, state: Floats, rows: Floats) -> None:
    """Write `slopes` into the caller's own `rows` (4, 6)."""
    rows[:, :] = 0.0
    target = (state[0], state[1], state[2])
    if look.kind == _RADAR:
        nine = sight_jacobian(look.sensor, look.axes, target)
        for i in range(3):
            rows[0, i], rows[1, i], rows[2, i] = nine[i], nine[3 + i], nine[6 + i]
        if look.variance[3] < math.inf:
            _rate_slopes(look, state, rows)
    elif look.kind == _SIGHT:
        a, b, c = _along(look, target)
        axes = look.axes
        for i in range(3):
            rows[0, i] = (axes[i] - a / c * axes[6 + i]) / c
            rows[1, i] = (axes[3 + i] - b / c * axes[6 + i]) / c
    else:
        rows[0, 0] = rows[1, 1] = rows[2, 2] = 1.0


@lean
def _rate_slopes(look: Look, state: Floats, rows: Floats) -> None:
    """Fill the row of range-rate in the rows of `slopes`, whose first row is the unit line of sight."""
    place, moving = look.sensor, look.sensor_velocity
    dx, dy, dz = state[0] - place[0], state[1] - place[1], state[2] - place[2]
    distance = math.sqrt(dx * dx + dy * dy + dz * dz)
    rate = 0.0
    for i in range(3):
        rate += rows[0, i] * (state[3 + i] - moving[i])
    for i in range(3):
        rows[3, i] = (state[3 + i] - moving[i] - rate * rows[0, i]) / distance
        rows[3, 3 + i] = rows[0, i]
