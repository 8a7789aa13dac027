"""Level flight at constant speed over the ellipsoid: geodesics, and turns of one radius that fly by a way-point.

The altitude surface bends the path down by its normal curvature along the track; a turn bends it sideways, in that
surface. Nothing here knows forces: who flies so is taken to hold it.
"""

import math
from typing import TypeAlias

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.flight.integrator import Clock
from sakimori.flight.motion import Environment, Vector, altitude_and_normal
from sakimori.flight.sphere import angle_between, bearing_to, compass, cross, dot, towards

State: TypeAlias = tuple[float, float, float, float, float, float]  # position [m] and velocity [m/s], ECEF

_ARC = 0.02  # [rad] flown in one step, of the Earth or of a turn: the altitude is kept within 1 cm over 2000 km


@kernel
def turn_radius(speed: float, bank: float) -> float:
    """Radius v2/(g0 tan bank) [m] of a level turn at a speed [m/s] and bank angle [rad]."""
    return speed * speed / (STANDARD_GRAVITY * math.tan(bank))


@kernel
def _slope(state: State, bend: float, environment: Environment) -> State:
    """Derivative of the state on a track with curvature `bend` [1/m] in the altitude surface, positive to the right."""
    x, y, z, vx, vy, vz = state
    altitude, nx, ny, nz = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
    shape = environment.flattening * (2.0 - environment.flattening)
    root = 1.0 - shape * nz * nz
    normal = environment.radius / math.sqrt(root)  # N, prime vertical radius of curvature
    square = vx * vx + vy * vy + vz * vz
    north = min(vz * vz / max(1.0 - nz * nz, 1e-12), square)  # squared; at a pole both curvatures are alike
    down = north / (normal * (1.0 - shape) / root + altitude) + (square - north) / (normal + altitude)
    rx, ry, rz = cross((vx, vy, vz), (nx, ny, nz))
    aside = bend * math.sqrt(square)
    return vx, vy, vz, aside * rx - down * nx, aside * ry - down * ny, aside * rz - down * nz


@kernel
def _plus(a: State, share: float, b: State) -> State:
    return (
        a[0] + share * b[0],
        a[1] + share * b[1],
        a[2] + share * b[2],
        a[3] + share * b[3],
        a[4] + share * b[4],
        a[5] + share * b[5],
    )


@kernel
def _ahead(state: State, seconds: float, bend: float, environment: Environment) -> State:
    """The state after one classical Runge-Kutta step."""
    a = _slope(state, bend, environment)
    b = _slope(_plus(state, 0.5 * seconds, a), bend, environment)
    c = _slope(_plus(state, 0.5 * seconds, b), bend, environment)
    d = _slope(_plus(state, seconds, c), bend, environment)
    return _plus(_plus(state, seconds / 6.0, _plus(a, 1.0, d)), seconds / 3.0, _plus(b, 1.0, c))


@kernel
def level(
    time: float,
    start: State,
    seconds: float,
    bend: float,
    environment: Environment,
    clock: Clock,
    index: int,
    samples: Floats,
) -> tuple[State, int]:
    """Fly level from `start` at `time` for some `seconds`, which may be negative, with curvature `bend` [1/m].

    Samples from `index` on are written to rows of `samples` (K, 6), the only argument written, as `integrate` does.
    Returns the state at the end and the index of the next sample.
    """
    speed = math.sqrt(start[3] * start[3] + start[4] * start[4] + start[5] * start[5])
    steps = int(abs(seconds) * speed * max(1.0 / environment.radius, abs(bend)) / _ARC) + 1
    step, state = seconds / steps, start
    for i in range(steps):
        here = time + i * step
        while index < samples.shape[0] and index * clock.step - clock.offset <= here + step:
            sample = _ahead(state, index * clock.step - clock.offset - here, bend, environment)
            for j in range(6):
                samples[index, j] = sample[j]
            index += 1
        state = _ahead(state, step, bend, environment)
    return state, index


@kernel
def off_course(state: State, target: Vector, environment: Environment) -> float:
    """By how much [rad, -pi to pi] to turn right so as to head for a direction from the Earth's centre."""
    x, y, z, vx, vy, vz = state
    _, nx, ny, nz = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
    east, north = compass((nx, ny, nz))
    heading = math.atan2(dot((vx, vy, vz), east), dot((vx, vy, vz), north))
    turn = bearing_to((x, y, z), target, environment.radius, environment.flattening) - heading
    return (turn + math.pi) % (2.0 * math.pi) - math.pi


@kernel
def fly_by(before: Vector, here: Vector, after: Vector, size: float) -> tuple[float, float, float]:
    """How a way-point is flown by: the turn [rad], its side (1 right, -1 left), and how far [rad] before it it begins.

    Unit vectors from the Earth's centre; `size` is the radius of the turn over that of the sphere flown on. The turn is
    part of the circle that touches both legs: sin(distance) = size tan(turn/2); inf where there is no such circle.
    """
    back, on = towards(here, before), towards(here, after)
    turn = math.pi - angle_between(back, on)
    side = 1.0 if dot(cross(back, on), here) > 0.0 else -1.0
    sine = size * math.tan(0.5 * turn)
    return turn, side, (math.asin(sine) if 0.0 <= sine < 1.0 else math.inf)
