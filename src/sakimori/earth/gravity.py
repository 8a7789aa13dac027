"""Gravitation of the Earth: its point mass and its oblateness. The centrifugal part belongs to the motion."""

import math

from sakimori.base.kernels import inlined


@inlined
def gravity(x: float, y: float, z: float, mu: float, radius: float, j2: float) -> tuple[float, float, float]:
    """Gravitational acceleration [m/s2] at an Earth-fixed or inertial position [m] whose z axis is the Earth's.

    `mu` [m3/s2], `radius` [m] equatorial, `j2` unnormalised; j2 = 0 gives the inverse-square law. Outside the Earth.
    Source: Vallado 2013, chapter 8.
    """
    square = x * x + y * y + z * z
    inverse = 1.0 / square  # beside the root, not after it
    pull = -mu * (inverse * (inverse * math.sqrt(square)))
    bulge = 1.5 * j2 * radius * radius * inverse
    tilt = 5.0 * (z * z * inverse)
    level = pull * (1.0 + bulge * (1.0 - tilt))
    return level * x, level * y, pull * (1.0 + bulge * (3.0 - tilt)) * z
