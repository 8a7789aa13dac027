"""Vacuum arcs about a round Earth: the first guess of every aimed flight, and the measure of announced ones.

Radii r1 at the start and r2 at the end are from the Earth's centre; the arc spans the central angle between them.
Source: Regan and Anandakrishnan 1993, chapter 4; Bate, Mueller and White 1971, chapter 6.
"""

import math
from typing import NamedTuple

from sakimori.base.constants import MEAN_RADIUS, WGS84_MU
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel


@kernel
def _time_of_arc(r1: float, r2: float, axis: float, eccentricity: float, mu: float) -> float:
    """Time [s] from radius r1 before the apogee to r2 after it: Kepler's equation, anomalies from the apogee."""
    total = 0.0
    for r in (r1, r2):
        cosine = (r / axis - 1.0) / eccentricity
        anomaly = math.acos(min(1.0, max(-1.0, cosine)))
        total += anomaly + eccentricity * math.sin(anomaly)
    return total * math.sqrt(axis * axis * axis / mu)


@kernel
def arc_of_angle(r1: float, r2: float, central: float, angle: float, mu: float) -> tuple[float, float]:
    """Inertial speed [m/s] and time [s] of the arc that starts at flight-path `angle` [rad] above the horizontal.

    (nan, nan) where no ellipse does it.
    """
    c = math.cos(angle)
    below = r1 / r2 * c * c - c * math.cos(central + angle)
    if below <= 0.0:
        return math.nan, math.nan
    square = mu / r1 * (1.0 - math.cos(central)) / below
    energy = 0.5 * square - mu / r1
    if energy >= 0.0:
        return math.nan, math.nan
    axis = -0.5 * mu / energy
    momentum = r1 * math.sqrt(square) * c
    eccentricity = math.sqrt(max(1e-18, 1.0 - momentum * momentum / (mu * axis)))
    return math.sqrt(square), _time_of_arc(r1, r2, axis, eccentricity, mu)


@kernel
def _span(r1: float, r2: float, apogee: float, eccentricity: float) -> float:
    """Central angle [rad] from r1 through the apogee radius to r2 on the ellipse of this eccentricity."""
    p = apogee * (1.0 - eccentricity)
    a = math.acos(min(1.0, max(-1.0, (1.0 - p / r1) / eccentricity)))
    return a + math.acos(min(1.0, max(-1.0, (1.0 - p / r2) / eccentricity)))


@kernel
def arc_of_apogee(r1: float, r2: float, central: float, apogee: float, mu: float) -> tuple[float, float, float]:
    """Inertial speed [m/s], flight-path angle [rad] and time [s] of the arc that peaks at radius `apogee` [m].

    The span falls as the eccentricity grows, from the ellipse that just touches the higher end, so bisection finds the
    only one. (nan, nan, nan) where an end lies above the apogee or the span is too wide for their difference.
    """
    highest = max(r1, r2)
    if apogee <= highest:
        return math.nan, math.nan, math.nan
    low, high = (apogee - highest) / (apogee + highest), 1.0 - 1e-15
    if _span(r1, r2, apogee, low) < central:
        return math.nan, math.nan, math.nan
    for _ in range(60):
        middle = 0.5 * (low + high)
        if _span(r1, r2, apogee, middle) > central:
            low = middle
        else:
            high = middle
    e = 0.5 * (low + high)
    axis = apogee / (1.0 + e)
    square = mu * (2.0 / r1 - 1.0 / axis)
    level = math.sqrt(mu * axis * (1.0 - e * e)) / r1
    angle = math.acos(min(1.0, level / math.sqrt(square)))
    return math.sqrt(square), angle, _time_of_arc(r1, r2, axis, e, mu)


class Arc(NamedTuple):
    """A vacuum arc from ground to ground."""

    speed: float  # [m/s] at the ground
    angle: float  # [rad] above the horizontal at the ground
    time: float  # [s]


def vacuum_arc(distance: float, apogee: float) -> Arc:
    """The vacuum arc over a ground distance [m] with an apogee [m], on a round Earth at rest (mean radius).

    `distance` above 0 and under half the circumference, `apogee` above 0: there is always exactly one. Raises
    InputError outside these ranges.
    """
    if not (0.0 < distance < math.pi * MEAN_RADIUS and 0.0 < apogee < math.inf):
        raise InputError(
            "vacuum_arc", f"{distance} m, apogee {apogee} m", "both above 0, under half way round", "Give [m]."
        )
    return Arc(*arc_of_apogee(MEAN_RADIUS, MEAN_RADIUS, distance / MEAN_RADIUS, MEAN_RADIUS + apogee, WGS84_MU))
