"""Powered flight from the pad to burnout: stages, a vertical rise, a pitch-over and a gravity turn.

Each stage burns its propellant evenly; after the rise the velocity is turned from the vertical by the kick angle, at
once, and from then on the thrust points along the velocity relative to the air. The engine is cut off when the speed
that the flight needs is reached. Nothing steers: kick and heading are fixed before launch. Equations:
docs/equations/flight.md. Sutton and Biblarz, Rocket Propulsion Elements, chapter 4 (mass, thrust, gravity turn).
"""

import math
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload  # pyright: ignore[reportMissingTypeStubs]

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import FlightStatus, Floats
from sakimori.earth.atmosphere import pressure
from sakimori.flight.integrator import NEVER, SILENT, Clock, Limits, Stop, climb, integrate
from sakimori.flight.motion import (
    Body,
    Environment,
    Vector,
    acceleration,
    air_density,
    air_forces,
    air_velocity,
    altitude_and_normal,
    is_a,
)
from sakimori.flight.sphere import at_altitude, compass, departing, dot, turned, unit

# Columns of a row of Booster.stages.
PROPELLANT, DRY, BURN, IMPULSE, SEA_IMPULSE, COAST = range(6)
MOST_STAGES = 4

_ANGLE_ERROR = 1e-9  # [rad] of flight path and azimuth at burnout: 7 um/s at 7 km/s
_MOST_KICK = math.radians(85.0)
_FALLEN = -500.0  # [m] a booster that sinks to here has failed
_GROUND_PRESSURE = pressure(0.0)

_BY_TIME, _BY_SPEED = int(Stop.TIME), int(Stop.SPEED)
_REACHED, _TOO_FAR, _NOT_CONVERGED = (
    int(FlightStatus.REACHED),
    int(FlightStatus.TOO_FAR),
    int(FlightStatus.NOT_CONVERGED),
)


class Booster(NamedTuple):
    """What lifts a threat to burnout; without stages the boost is drawn instead of flown."""

    stages: Floats  # (S, 6) propellant, dry mass [kg], burn, specific impulse in vacuum, at sea level, coast [s]
    payload: float  # [kg] on top of the last stage
    drag_area: float  # [m2] CD S of the ascent, a mean over Mach number
    rise_time: float  # [s] of vertical flight before the kick

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Booster) and np.array_equal(self.stages, other.stages) and self[1:] == other[1:]

    def __hash__(self) -> int:
        return hash((self.stages.tobytes(), *self[1:]))


DRAWN = Booster(np.empty((0, 6)), 0.0, 0.0, 0.0)


def booster(stages: Sequence[Sequence[float]], *, payload: float, drag_area: float, rise_time: float = 5.0) -> Booster:
    """A booster of 1 to 4 stages, the first to burn first; rows as in Booster.stages.

    Masses and times above 0 (coasts and drag may be 0), impulses in seconds, at sea level at most as in vacuum. Raises
    InputError for other values, and where the first stage cannot lift the whole.
    """
    rows = np.array(stages, dtype=np.float64)
    if rows.ndim != 2 or rows.shape[1] != 6 or not 1 <= rows.shape[0] <= MOST_STAGES:
        raise InputError("booster", f"stages of shape {rows.shape}", f"1 to {MOST_STAGES} rows of 6", "Correct them.")
    for number, row in enumerate(rows, 1):
        names = ("propellant mass", "dry mass", "burn time", "specific impulse", "sea-level impulse", "coast")
        spans = ((1.0, 1e7), (0.0, 1e7), (0.5, 1e4), (50.0, 600.0), (20.0, float(row[IMPULSE])), (0.0, 1e4))
        for name, value, (low, high) in zip(names, row, spans, strict=True):
            if not low <= value <= high:
                mend = "Masses in kg, times and impulses in s; no more impulse at sea level than in vacuum."
                raise InputError(f"stage {number}, {name}", f"{value:g}", f"a number from {low:g} to {high:g}", mend)
    for name, value, low, high in (
        ("payload", payload, 0.0, 1e7),
        ("drag_area", drag_area, 0.0, 1e4),
        ("rise_time", rise_time, 0.5, float(rows[0, BURN])),
    ):
        if not low <= value <= high:
            raise InputError("booster", f"{name} {value:g}", f"a number from {low:g} to {high:g}", "Correct it.")
    whole = float(payload + rows[:, PROPELLANT].sum() + rows[:, DRY].sum())
    lift = STANDARD_GRAVITY * float(rows[0, SEA_IMPULSE] * rows[0, PROPELLANT] / rows[0, BURN])
    if not lift > 1.02 * whole * STANDARD_GRAVITY:
        got = f"a thrust at the ground of {lift / 1e3:.0f} kN under {whole * STANDARD_GRAVITY / 1e3:.0f} kN of weight"
        raise InputError("booster", got, "more thrust than weight", "Shorten the burn or lighten the booster.")
    return Booster(rows, float(payload), float(drag_area), float(rise_time))


@kernel
def powered(booster: Booster) -> bool:
    """Whether the boost is flown, not drawn."""
    return booster.stages.shape[0] > 0


@kernel
def burn_time(booster: Booster) -> float:
    """Time [s] from launch until all stages are burnt out, coasts between them included."""
    total = 0.0
    for i in range(booster.stages.shape[0]):
        total += booster.stages[i, BURN]
        if i + 1 < booster.stages.shape[0]:
            total += booster.stages[i, COAST]
    return total


class Rocket(NamedTuple):
    """A thrusting body: mass and thrust of one burn or coast."""

    mass: float  # [kg] at `since`
    flow: float  # [kg/s]
    since: float  # [s] ignition
    thrust: float  # [N] in vacuum
    thrust_lost: float  # [N] at the pressure of sea level
    drag_area: float  # [m2]

    thrusts = True


@kernel
def _forces_of_rocket(time: float, altitude: float, speed: float, body: Rocket, environment: Environment) -> Vector:
    mass = body.mass - body.flow * (time - body.since)
    thrust = body.thrust
    if body.thrust_lost > 0.0:
        share = (
            math.exp(-altitude / environment.scale_height)
            if environment.scale_height > 0.0
            else (pressure(altitude) / _GROUND_PRESSURE)
        )
        thrust -= body.thrust_lost * environment.density_factor * share
    drag = 0.5 * air_density(altitude, environment) * speed * speed * body.drag_area
    return (drag - thrust) / mass, 0.0, 0.0


@overload(air_forces, strict=False)
def _choose_rocket(time: Any, altitude: Any, speed: Any, body: Any, environment: Any) -> Callable[..., Vector] | None:  # pyright: ignore[reportUnusedFunction]
    def forces(time: Any, altitude: Any, speed: Any, body: Any, environment: Any) -> Vector:
        return _forces_of_rocket(time, altitude, speed, body, environment)

    return forces if is_a(body, Rocket) else None


class Burnout(NamedTuple):
    """The end of a boost."""

    status: int  # FlightStatus: REACHED, TOO_FAR where the stages are spent before the speed is reached
    time: float  # [s] from launch
    state: Floats  # (6,) ECEF
    kick: float  # [rad] by which the velocity was turned from the vertical
    heading: float  # [rad] of the kick, clockwise from north


@kernel
def thrusting(stage: int, ignition: float, burning: bool, booster: Booster) -> Rocket:
    """The body while a stage burns, or coasts after it was dropped."""
    mass = booster.payload
    for i in range(stage if burning else stage + 1, booster.stages.shape[0]):
        mass += booster.stages[i, PROPELLANT] + booster.stages[i, DRY]
    if not burning:
        return Rocket(mass, 0.0, ignition, 0.0, 0.0, booster.drag_area)
    flow = booster.stages[stage, PROPELLANT] / booster.stages[stage, BURN]
    weight = flow * STANDARD_GRAVITY
    impulse, at_sea = booster.stages[stage, IMPULSE], booster.stages[stage, SEA_IMPULSE]
    return Rocket(mass, flow, ignition, weight * impulse, weight * (impulse - at_sea), booster.drag_area)


@kernel
def _rise(time: float, pad: Vector, booster: Booster, environment: Environment) -> tuple[Vector, Vector]:
    """Position and velocity `time` [s] into the vertical rise: Tsiolkovsky's rule less gravity, without drag."""
    _, nx, ny, nz = altitude_and_normal(pad[0], pad[1], pad[2], environment.radius, environment.flattening)
    rocket, up = thrusting(0, 0.0, True, booster), (nx, ny, nz)
    still = Body(math.inf, 0.0, 0.0, 0.0, 1.0, math.inf)
    weight = -dot(acceleration(0.0, pad[0], pad[1], pad[2], 0.0, 0.0, 0.0, still, environment), up)
    exhaust = (rocket.thrust - environment.density_factor * rocket.thrust_lost) / rocket.flow
    whole = rocket.mass / rocket.flow
    log = math.log1p(time / (whole - time))
    speed = exhaust * log - weight * time
    height = exhaust * (time - (whole - time) * log) - 0.5 * weight * time * time
    return (
        (pad[0] + height * nx, pad[1] + height * ny, pad[2] + height * nz),
        (speed * nx, speed * ny, speed * nz),
    )


@kernel
def draw_rise(
    pad: Vector, booster: Booster, environment: Environment, clock: Clock, index: int, samples: Floats
) -> int:
    """Write the samples of the vertical rise from `index` on; the index of the next one comes back."""
    while index < samples.shape[0] and index * clock.step - clock.offset < booster.rise_time:
        place, way = _rise(index * clock.step - clock.offset, pad, booster, environment)
        for i in range(3):
            samples[index, i], samples[index, 3 + i] = place[i], way[i]
        index += 1
    return index


@kernel
def tipped(kick: float, heading: float, pad: Vector, booster: Booster, environment: Environment) -> Floats:
    """The state (6,) after the rise, its velocity turned from the vertical by the kick [rad] along a heading [rad]."""
    place, way = _rise(booster.rise_time, pad, booster, environment)
    speed, lean = math.sqrt(dot(way, way)), 0.5 * math.pi - kick
    return departing(place, speed, lean, heading, environment.radius, environment.flattening)


@kernel
def pushes(times: Floats, states: Floats, rocket: Rocket, environment: Environment) -> Floats:
    """Rows of drag and thrust per mass [m/s2] (K, 2) of states (K, 6) of one burn or coast."""
    out = np.empty((times.size, 2))
    for k in range(times.size):
        x, y, z, vx, vy, vz = states[k]
        altitude, nx, ny, nz = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
        ux, uy, uz = air_velocity(vx, vy, vz, altitude, nx, ny, nz, environment.wind)
        speed = math.sqrt(ux * ux + uy * uy + uz * uz)
        mass = rocket.mass - rocket.flow * (times[k] - rocket.since)
        out[k, 0] = 0.5 * air_density(altitude, environment) * speed * speed * rocket.drag_area / mass
        out[k, 1] = out[k, 0] - _forces_of_rocket(times[k], altitude, speed, rocket, environment)[0]
    return out


@kernel
def ascend(
    kick: float,
    heading: float,
    speed: float,
    pad: Vector,
    booster: Booster,
    environment: Environment,
    clock: Clock,
    index: int,
    samples: Floats,
) -> tuple[int, float, Floats, int]:
    """Fly the boost until its speed [m/s] is reached: Stop (SPEED where it was), time [s], state (6,), next sample."""
    index = draw_rise(pad, booster, environment, clock, index, samples)
    state = tipped(kick, heading, pad, booster, environment)
    code, time, ignition = _BY_TIME, booster.rise_time, 0.0
    for stage in range(booster.stages.shape[0]):
        end = ignition + booster.stages[stage, BURN]
        code, time, state, _, index = integrate(
            time, state, thrusting(stage, ignition, True, booster), environment, end, _FALLEN, NEVER, clock, index,
            samples, Limits(math.nan, speed, math.nan),
        )  # fmt: skip
        if code != _BY_TIME or stage + 1 == booster.stages.shape[0]:
            break
        ignition = end + booster.stages[stage, COAST]
        code, time, state, _, index = integrate(
            time, state, thrusting(stage, end, False, booster), environment, ignition, _FALLEN, NEVER, clock, index,
            samples, Limits(math.nan, math.nan, math.nan),
        )  # fmt: skip
        if code != _BY_TIME:
            break
    return code, time, state, index


@kernel
def _direction(state: Floats, environment: Environment) -> tuple[float, float]:
    """Flight-path angle and azimuth [rad] of a state."""
    _, nx, ny, nz = altitude_and_normal(state[0], state[1], state[2], environment.radius, environment.flattening)
    east, north = compass((nx, ny, nz))
    way = (state[3], state[4], state[5])
    return math.asin(climb(state, environment)[2]), math.atan2(dot(way, east), dot(way, north))


@kernel
def deliver(
    speed: float,
    angle: float,
    azimuth: float,
    kick: float,
    heading: float,
    tries: int,
    pad: Vector,
    booster: Booster,
    environment: Environment,
) -> Burnout:
    """Look for the kick and heading with which the boost ends at a speed [m/s], flight-path angle and azimuth [rad].

    `kick` and `heading` are where to start, `tries` the most boosts to fly. Lean at the end and kick are taken as
    vectors (east, north): the one grows about in proportion to the other, and Broyden's method starts from there.
    """
    lean, silent = 0.5 * math.pi - angle, np.empty((0, 6))
    goal_e, goal_n = lean * math.sin(azimuth), lean * math.cos(azimuth)
    e, n = kick * math.sin(heading), kick * math.cos(heading)
    move_e, move_n, last_e, last_n = 0.0, 0.0, math.nan, math.nan
    ee, en, ne, nn = 1.0, 0.0, 0.0, 1.0  # the inverse Jacobian
    found = Burnout(_NOT_CONVERGED, math.nan, np.full(6, math.nan), kick, heading)
    for _ in range(tries):
        kick, heading = math.sqrt(e * e + n * n), math.atan2(e, n)
        code, time, state, _ = ascend(kick, heading, speed, pad, booster, environment, SILENT, 0, silent)
        got, way = _direction(state, environment)
        if code != _BY_SPEED and code != _BY_TIME:  # it fell: less kick
            move_e, move_n, e, n, last_e = -0.7 * e, -0.7 * n, 0.3 * e, 0.3 * n, math.nan
            continue
        lean = 0.5 * math.pi - got
        miss_e, miss_n = lean * math.sin(way) - goal_e, lean * math.cos(way) - goal_n
        close = math.sqrt(miss_e * miss_e + miss_n * miss_n) < _ANGLE_ERROR
        status = _NOT_CONVERGED if not close else _REACHED if code == _BY_SPEED else _TOO_FAR
        found = Burnout(status, time, state, kick, heading)
        if close:
            break
        if math.isnan(last_e):
            ee, en, ne, nn = kick / lean, 0.0, 0.0, kick / lean
        else:
            de, dn = miss_e - last_e, miss_n - last_n
            along_e, along_n = ee * de + en * dn, ne * de + nn * dn
            row_e, row_n = move_e * ee + move_n * ne, move_e * en + move_n * nn
            scale = row_e * de + row_n * dn
            if abs(scale) > 1e-30:
                over_e, over_n = (move_e - along_e) / scale, (move_n - along_n) / scale
                ee, en, ne, nn = ee + over_e * row_e, en + over_e * row_n, ne + over_n * row_e, nn + over_n * row_n
        last_e, last_n = miss_e, miss_n
        move_e, move_n = -ee * miss_e - en * miss_n, -ne * miss_e - nn * miss_n
        size = math.sqrt(move_e * move_e + move_n * move_n)
        most = 0.5 * kick + 0.01 * _MOST_KICK
        if size > most:
            move_e, move_n = move_e * most / size, move_n * most / size
        e, n = e + move_e, n + move_n
    return found


@kernel
def drawn_place(pad: Vector, goal: Vector, height: float, along: float, environment: Environment) -> Vector:
    """Burnout place [m] of a drawn boost: at a height [m], `along` [m] on the ground from the pad to the aim point."""
    direction = turned(unit(pad), unit(goal), along / math.sqrt(dot(pad, pad)))
    return at_altitude(direction, height, environment.radius, environment.flattening)
