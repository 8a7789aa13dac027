"""Ways past way-points: corners as shares of the direct way, and the legs of level flight that fly by them."""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.flight.integrator import SILENT
from sakimori.flight.level import State, fly_by, level, off_course
from sakimori.flight.motion import Environment, Vector, altitude_and_normal
from sakimori.flight.sphere import (
    angle_between,
    at_altitude,
    bearing_to,
    blend,
    compass,
    cross,
    dot,
    launched,
    towards,
    turned,
    unit,
)

_MOST_SWEEPS = 20
_COURSE_ERROR = 1e-9  # [rad] at the end of a turn
_NO_SHARE = 1e-9  # a way-point less aside is none: millimetres over 1000 km


class Way(NamedTuple):
    """A way flown level at one speed, with turns of one radius."""

    corners: Floats  # (C, 3) unit vectors to launch, way-points and aim point
    spent: float  # [m] of the first leg on the ground before the level flight starts
    altitude: float  # [m]
    speed: float  # [m/s]
    radius: float  # [m]


def corners(pad: Vector, goal: Vector, shares: tuple[tuple[float, float], ...]) -> Floats:
    """Unit vectors (C, 3) to launch, way-points and aim point, from the places [m] of the first and the last.

    `shares` are, for each way-point, the share of the great circle to the aim point, and how far to the right of it, in
    shares of its length. One with 0 aside is none.
    """
    start, end = unit(pad), unit(goal)
    length, left, found = angle_between(start, end), cross(start, towards(start, end)), [start]
    for along, aside in shares:
        if abs(aside) > _NO_SHARE and length > 0.0:
            over = turned(start, end, along * length)
            found.append(blend(math.cos(aside * length), over, -math.sin(aside * length), left))
    return np.array([*found, end])


@kernel
def corner(i: int, way: Way) -> Vector:
    """Unit vector to corner i."""
    return way.corners[i, 0], way.corners[i, 1], way.corners[i, 2]


@kernel
def place_of(state: State) -> Vector:
    """Its position [m]."""
    return state[0], state[1], state[2]


@kernel
def leg(i: int, legs: Floats) -> State:
    """State at the begin of leg i."""
    return legs[i, 2], legs[i, 3], legs[i, 4], legs[i, 5], legs[i, 6], legs[i, 7]


@kernel
def write_leg(legs: Floats, i: int, time: float, bend: float, state: State) -> None:
    """Write leg i: its begin [s], its curvature [1/m] and the state at its begin."""
    legs[i, 0], legs[i, 1] = time, bend
    for j in range(6):
        legs[i, 2 + j] = state[j]


@kernel
def _tangent(i: int, way: Way, environment: Environment) -> tuple[float, float, float]:
    """Turn [rad], side and distance [rad] before way-point i, as `fly_by` gives them."""
    size = way.radius / (environment.radius + way.altitude)
    return fly_by(corner(i - 1, way), corner(i, way), corner(i + 1, way), size)


@kernel
def crowding(last: float, way: Way, environment: Environment) -> float:
    """Greatest share of any leg that what is spent, the turns and the `last` bit [rad] take; inf for a reversal."""
    worst, used, end = 0.0, way.spent / environment.radius, way.corners.shape[0] - 1
    for i in range(1, end + 1):
        _, _, reach = _tangent(i, way, environment) if i < end else (0.0, 0.0, last)
        worst = max(worst, (used + reach) / angle_between(corner(i - 1, way), corner(i, way)))
        used = reach
    return worst


@kernel
def first_state(lead: float, way: Way, environment: Environment) -> State:
    """State at the start of the cruise, `lead` [rad] to the right of the course to the first corner."""
    shape = environment.radius, environment.flattening
    begin = at_altitude(corner(0, way), 0.0, shape[0], shape[1])
    along = way.spent / math.sqrt(dot(begin, begin))
    place = at_altitude(turned(corner(0, way), corner(1, way), along), way.altitude, shape[0], shape[1])
    _, nx, ny, nz = altitude_and_normal(place[0], place[1], place[2], shape[0], shape[1])
    east, north = compass((nx, ny, nz))
    azimuth = bearing_to(place, corner(1, way), shape[0], shape[1]) + lead
    vx, vy, vz = launched((nx, ny, nz), east, north, way.speed, 0.0, azimuth)
    return place[0], place[1], place[2], vx, vy, vz


@kernel
def plan(lead: float, way: Way, environment: Environment) -> Floats:
    """Legs (1, 3 or 5; 8): begin [s], curvature [1/m] and state at the begin; the last goes on.

    A turn begins so that a circle meets the next leg, and ends on the course to the next corner, whatever the ellipsoid
    makes of the circle. The last leg starts `lead` [rad] to the right of the course to its end.
    """
    count, silent = way.corners.shape[0], np.empty((0, 6))
    legs = np.zeros((2 * count - 3, 8))
    time, state = 0.0, first_state(lead if count == 2 else 0.0, way, environment)
    write_leg(legs, 0, time, 0.0, state)
    for i in range(1, count - 1):
        turn, side, before = _tangent(i, way, environment)
        for _ in range(2):  # the Earth's radius changes along the leg
            here = place_of(state)
            left = angle_between(unit(here), corner(i, way)) - before
            seconds = left * math.sqrt(dot(here, here)) / way.speed
            state, _ = level(time, state, seconds, 0.0, environment, SILENT, 0, silent)
            time += seconds
        bend = side / way.radius
        write_leg(legs, 2 * i - 1, time, bend, state)
        seconds, end = turn * way.radius / way.speed, state
        for _ in range(_MOST_SWEEPS):
            end, _ = level(time, state, seconds, bend, environment, SILENT, 0, silent)
            off = off_course(end, corner(i + 1, way), environment) + (lead if i + 2 == count else 0.0)
            if abs(off) < _COURSE_ERROR:
                break
            seconds = max(seconds + side * off * way.radius / way.speed, 0.0)
        time, state = time + seconds, end
        write_leg(legs, 2 * i, time, 0.0, state)
    return legs
