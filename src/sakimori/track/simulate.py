"""Simulated measurements: what a look would say of a true state, with drawn noise and drawn misses.

Noise is keyed by run, sensor and the millisecond of the look, so that another sensor never shifts it.
"""

import math

import numpy as np

from sakimori.base.draws import Stream, normals, uniform
from sakimori.base.kernels import kernel
from sakimori.base.types import Flags, Floats
from sakimori.track.measurements import Look, Looks, look_at, residual

_NOISE, _DETECTION = int(Stream.MEASUREMENT), int(Stream.DETECTION)
_MILLI = 1e3  # per second


@kernel
def exact(look: Look, state: Floats) -> tuple[float, float, float, float]:
    """The four numbers that a look without noise has of a state (6 or more); 0 where not measured."""
    none = (0.0, 0.0, 0.0, 0.0)
    blank = Look(look.kind, look.sensor, look.sensor_velocity, look.axes, none, look.variance)
    a, b, c, d = residual(blank, state)
    v = look.variance
    return (
        -a if v[0] < math.inf else 0.0,
        -b if v[1] < math.inf else 0.0,
        -c if v[2] < math.inf else 0.0,
        -d if v[3] < math.inf else 0.0,
    )


@kernel
def _draw(
    looks: Looks, states: Floats, detection: Floats, seed: int, threat: int, first: int, values: Floats, made: Flags
) -> None:
    for r in range(values.shape[0]):
        for i in range(looks.time.size):
            key, moment = looks.source[i], round(_MILLI * looks.time[i])
            made[r, i] = looks.made[i] and uniform(seed, _DETECTION, first + r, threat, key, moment) < detection[i]
            ideal = exact(look_at(looks, i), states[i])
            n0, n1 = normals(seed, _NOISE, first + r, threat, key, 2 * moment)
            n2, n3 = normals(seed, _NOISE, first + r, threat, key, 2 * moment + 1)
            noise = (n0, n1, n2, n3)
            for m in range(4):
                variance = looks.variance[i, m]
                values[r, i, m] = ideal[m] + (math.sqrt(variance) * noise[m] if variance < math.inf else 0.0)


def measured(
    looks: Looks, states: Floats, detection: Floats, *, runs: int, seed: int, threat: int = 0, first: int = 0
) -> tuple[Floats, Flags]:
    """Values (R, K, 4) and whether each look detected (R, K), of true states (K, 6) [m, m/s] at the times of the looks.

    `detection` (K,) is the chance of each look; `first` the number of the first run: runs can be drawn in parts.
    """
    values, made = np.zeros((runs, looks.time.size, 4)), np.zeros((runs, looks.time.size), np.bool_)
    _draw(looks, np.ascontiguousarray(states), np.ascontiguousarray(detection), seed, threat, first, values, made)
    return values, made
