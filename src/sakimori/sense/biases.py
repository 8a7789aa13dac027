"""Errors of a sensor that do not average out: of its site and axes, of the air's bending, of a drifting boresight.

Each is drawn once per future, or drifts through it. A tracker does not know them: `chain.watch` carries what they do to
the mean of each track beside the covariance.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, Flags, Floats, Reason, Sightings
from sakimori.earth.sightlines import Triple
from sakimori.sense.infrared import Infrared
from sakimori.sense.losses import LIFT, air_table, in_air
from sakimori.sense.radar import Radar

_BIAS, _SEEN = int(Stream.BIAS), int(Reason.NONE)
_RANGE, _AIR = 3, 4  # components of a sensor's draws after its three axes


class Biases(NamedTuple):
    """What stands off in the measurements of S sensors."""

    biased: Flags  # (S,) whether anything does
    rotation: Floats  # (S, K, 3) [rad] of the sensor's axes about the Earth-fixed ones; (S, 0, 3) where none is biased
    range_bias: Floats  # (S,) [m]
    lift: Floats  # (N, S, K) [rad] of the elevation; (N, 0, 0) where the air leaves none


@kernel
def normal(seed: int, future: int, key: int, component: int, sample: int) -> float:
    """A draw from the unit normal distribution, of this sensor, component and sample (Box and Muller 1958)."""
    u = uniform(seed, _BIAS, future, key, component, 2 * sample)
    v = uniform(seed, _BIAS, future, key, component, 2 * sample + 1)
    return math.sqrt(-2.0 * math.log(u)) * math.cos(2.0 * math.pi * v)


@kernel
def _drift(seed: int, future: int, key: int, sigma: float, keep: float, out: Floats) -> None:
    """Three first-order Gauss-Markov walks (K, 3) of standard deviation `sigma`, `keep` of each left after a sample."""
    fresh = sigma * math.sqrt(1.0 - keep * keep)
    for c in range(3):
        out[0, c] = sigma * normal(seed, future, key, c, 0)
        for k in range(1, out.shape[0]):
            out[k, c] = keep * out[k - 1, c]
            if fresh > 0.0:
                out[k, c] += fresh * normal(seed, future, key, c, k)


def draw(
    radars: Sequence[Radar], infrareds: Sequence[Infrared], seen: Sightings, altitude: Floats, position: Floats,
    step: float, seed: int, future: int,
) -> Biases:  # fmt: skip
    """The biases of sensors (radars first) in one future; `seen` are their sightings of threats at `position`."""
    sensors, (threats, _, samples) = (*radars, *infrareds), seen.reason.shape
    tilted = [s.angle_bias if isinstance(s, Radar) else s.boresight_sigma for s in sensors]
    ranged = [s.range_bias if isinstance(s, Radar) else 0.0 for s in sensors]
    bent = [s.refraction_residual if isinstance(s, Radar) else 0.0 for s in sensors]
    biased = np.array([a + b + c > 0.0 for a, b, c in zip(tilted, ranged, bent, strict=True)], dtype=np.bool_)
    rotation = np.zeros((len(sensors), samples if biased.any() else 0, 3))
    lift = np.zeros((threats, len(radars), samples) if any(bent) else (threats, 0, 0))
    for s, sensor in enumerate(sensors):
        if tilted[s] > 0.0:
            keep = 1.0 if isinstance(sensor, Radar) else math.exp(-step / sensor.boresight_time)
            _drift(seed, future, sensor.key, tilted[s], keep, rotation[s])
        if isinstance(sensor, Radar) and bent[s] > 0.0:
            share = bent[s] * normal(seed, future, sensor.key, _AIR, 0)
            above, site = altitude - sensor.altitude, seen.sensor_ecef[s]
            _lift(position, above, site, seen.reason[:, s], air_table(sensor), share, lift[:, s])
    ranges = [r * normal(seed, future, s.key, _RANGE, 0) for r, s in zip(ranged, sensors, strict=True)]
    return Biases(biased, rotation, np.array(ranges, dtype=np.float64), lift)


@kernel
def _lift(
    position: Floats, above: Floats, site: Floats, reason: Codes, table: Floats, share: float, out: Floats
) -> None:
    """What is left of the air's bending [rad] (N, K) at each sample that a look could detect."""
    for n in range(position.shape[0]):
        for k in range(position.shape[1]):
            if reason[n, k] == _SEEN:
                x, y, z = position[n, k, 0] - site[k, 0], position[n, k, 1] - site[k, 1], position[n, k, 2] - site[k, 2]
                size = math.sqrt((x * x + y * y + z * z) * (site[k, 0] ** 2 + site[k, 1] ** 2 + site[k, 2] ** 2))
                sine = (x * site[k, 0] + y * site[k, 1] + z * site[k, 2]) / size
                out[n, k] = share * in_air(table, LIFT, above[n, k], sine)


@kernel
def displacement(
    ux: float, uy: float, uz: float, distance: float, rotation: Triple, along: float, lift: float, up: Triple
) -> Triple:
    """Where a biased measurement puts a threat, less where it is [m].

    `u` is the unit vector of the line of sight, `distance` [m], `rotation` [rad] of the sensor's axes (small), `along`
    [m] the bias of range, `lift` [rad] that of the elevation over the plane across `up` (of any length, not along u).
    """
    rx, ry, rz = rotation
    dx, dy, dz = ry * uz - rz * uy, rz * ux - rx * uz, rx * uy - ry * ux
    if lift != 0.0:
        level = ux * up[0] + uy * up[1] + uz * up[2]
        vx, vy, vz = up[0] - level * ux, up[1] - level * uy, up[2] - level * uz
        size = math.sqrt(vx * vx + vy * vy + vz * vz)
        dx, dy, dz = dx + lift * vx / size, dy + lift * vy / size, dz + lift * vz / size
    return distance * dx + along * ux, distance * dy + along * uy, distance * dz + along * uz
