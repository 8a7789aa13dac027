"""A boost-glider: its polar, the lift it is held to, its bank programme, and its flight part by part. All open loop.

The polar is a parabola through the best lift-to-drag ratio: at a share x of that lift, D = D_best (1 + x2)/2. Sources:
Vinh, Busemann and Culp 1980 (polar, entry, equilibrium glide); Tracy and Wright 2020 (constant lift-to-drag glide).
"""

import math
from collections.abc import Callable
from typing import Any, NamedTuple

import numpy as np
from numba.extending import overload  # pyright: ignore[reportMissingTypeStubs]

from sakimori.base.kernels import kernel
from sakimori.base.types import FlightStatus, Floats
from sakimori.flight.integrator import LONGEST, NEVER, SILENT, Clock, Limits, Stop, climb, integrate
from sakimori.flight.motion import (
    WGS84,
    Body,
    Environment,
    Vector,
    acceleration,
    air_density,
    air_forces,
    altitude_and_normal,
    is_a,
)
from sakimori.flight.signature import GlowTable
from sakimori.flight.sphere import compass, dot, launched
from sakimori.flight.threat import Launch

TURN_LEFT, WEAVE, S_TURNS, TURN_RIGHT = range(4)
_SQUARE = 5.0  # S-turns are the sine A tanh(5 sin)/tanh(5): 9 tenths of the bank are reversed in 0.1 of the period
_ROLL = 3.0  # [s] time constant in which a turn is banked and levelled; assumption
_HIGHEST_GLIDE = 100e3  # [m] no equilibrium glide is looked for above
_STEEPEST = math.sin(math.radians(80.0)) ** 2  # no steeper burnout is looked for
_LEAST_RISE = 10.0  # [m] by which the apogee must lie above burnout
_APOGEE_ERROR, _MOST_CLIMBS = 0.1, 20  # [m]

NO_LIMITS = Limits(math.nan, math.nan, math.nan)
_UNTIL_LEVEL = Limits(math.nan, math.nan, 0.0)

_BY_TIME, _BY_ANGLE, _GROUND = int(Stop.TIME), int(Stop.ANGLE), int(Stop.ALTITUDE)
_FAILED, _LEVEL = int(Stop.FAILED), int(Stop.LEVEL)
_REACHED = int(FlightStatus.REACHED)
_NO_SUCH_APOGEE = int(FlightStatus.NO_SUCH_APOGEE)


class Glider(NamedTuple):
    """Aerodynamics of a glider on one part of its flight, for `air_forces`."""

    ballistic_coefficient: float  # [kg/m2] m/(CD S) at the best lift-to-drag ratio
    lift_to_drag: float  # the best
    load_limit: float  # [m/s2] lift is held to this
    bank: float = 0.0  # [rad] lift turned about the velocity, positive to the right; the programme adds to it
    programme: float = 1.0  # TURN_LEFT, WEAVE, S_TURNS or TURN_RIGHT
    amplitude: float = 0.0  # [rad] A of the programme
    period: float = 1.0  # [s] of weave and S-turns; how long a turn lasts
    begin: float = 0.0  # [s] when the programme begins
    weight: float = math.inf  # [m/s2] w to be balanced: upward lift is held to w - turning v - v2/(radius + altitude)
    turning: float = 0.0  # [1/s] of the Coriolis force
    radius: float = 1.0  # [m] of the ground from the Earth's centre


@kernel
def programmed_bank(time: float, body: Glider) -> float:
    """Bank [rad] of the programme at a time [s], open loop; 0 before it begins."""
    if body.amplitude == 0.0:
        return 0.0
    elapsed = time - body.begin
    if body.programme == TURN_LEFT or body.programme == TURN_RIGHT:
        side = 0.5 * body.amplitude if body.programme == TURN_RIGHT else -0.5 * body.amplitude
        return side * (math.tanh(elapsed / _ROLL - 2.0) - math.tanh((elapsed - body.period) / _ROLL + 2.0))
    if elapsed <= 0.0:
        return 0.0
    wave = math.sin(2.0 * math.pi * elapsed / body.period)
    if body.programme == S_TURNS:
        wave = math.tanh(_SQUARE * wave) / math.tanh(_SQUARE)
    return body.amplitude * wave


@kernel
def bank_share(body: Glider) -> float:
    """Share of the lift that the programme turns aside: rms of sin(bank) over a period; that of a turn while banked."""
    if body.programme == TURN_LEFT or body.programme == TURN_RIGHT:
        return abs(math.sin(body.amplitude))
    total = 0.0
    for i in range(64):
        total += math.sin(programmed_bank(body.begin + body.period * (i + 0.5) / 64, body)) ** 2
    return math.sqrt(total / 64)


@kernel
def _forces_of_glider(time: float, altitude: float, speed: float, body: Glider, environment: Environment) -> Vector:
    best = 0.5 * air_density(altitude, environment) * speed * speed / body.ballistic_coefficient
    full, limit, bank = best * body.lift_to_drag, body.load_limit, programmed_bank(time, body)
    if body.weight < math.inf:
        balance = body.weight - body.turning * speed - speed * speed / (body.radius + altitude)
        limit = min(limit, max(balance, 0.0) / math.cos(bank))
    lift = min(full, limit)
    share = lift / full if full > 0.0 else 0.0
    return 0.5 * best * (1.0 + share * share), lift, body.bank + bank


@overload(air_forces, strict=False)
def _choose_glider(time: Any, altitude: Any, speed: Any, body: Any, environment: Any) -> Callable[..., Vector] | None:  # pyright: ignore[reportUnusedFunction]
    def forces(time: Any, altitude: Any, speed: Any, body: Any, environment: Any) -> Vector:
        return _forces_of_glider(time, altitude, speed, body, environment)

    return forces if is_a(body, Glider) else None


@kernel
def equilibrium_altitude(
    speed: float,
    lift_to_drag: float,
    ballistic_coefficient: float,
    radius: float,
    gravity: float,
    environment: Environment = WGS84,
) -> float:
    """Altitude h [m] where 0.5 (L/D) rho v2/beta + v2/(radius + h) = gravity: lift and curvature carry the weight.

    `radius` [m] of the ground from the Earth's centre, `gravity` [m/s2]. Within 1e-6 m by bisection, from 0 to 100 km;
    0 where the lift on the ground is too small, nan where no lift is needed. The air is that of the `environment`.
    """
    low, high = 0.0, _HIGHEST_GLIDE
    if speed * speed / (radius + high) >= gravity:
        return math.nan
    lift = 0.5 * lift_to_drag * speed * speed / ballistic_coefficient
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        if lift * air_density(middle, environment) + speed * speed / (radius + middle) > gravity:
            low = middle
        else:
            high = middle
    return low


@kernel
def speed_of(state: Floats) -> float:
    """Speed [m/s] of a state (6,)."""
    return math.sqrt(state[3] * state[3] + state[4] * state[4] + state[5] * state[5])


class Balance(NamedTuple):
    """What must be carried for a level path at one place and heading, as `Glider` takes it."""

    weight: float  # [m/s2]
    turning: float  # [1/s]
    radius: float  # [m]
    release: float  # [m/s] speed at which the full lift carries just this, at that altitude
    banked: float  # [m/s] the same at the largest bank of the programme


@kernel
def balance_at(state: Floats, body: Glider, amplitude: float, environment: Environment) -> Balance:
    """Weight, Coriolis force and curvature at a state (6,): W = w - c v - v2/r, and the v at which L(v) cos(bank) = W.

    The bank is 0, and `amplitude` [rad]. Heading, latitude and gravity are held, the speed is not: over a level part of
    300 km the balance so errs by less than 0.05 m/s2.
    """
    x, y, z, vx, vy, vz = state
    altitude, nx, ny, nz = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
    up, speed = (nx, ny, nz), math.sqrt(vx * vx + vy * vy + vz * vz)
    still = Body(math.inf, 0.0, 0.0, 0.0, 1.0, math.inf)
    weight = -dot(acceleration(0.0, x, y, z, 0.0, 0.0, 0.0, still, environment), up)
    moving = -dot(acceleration(0.0, x, y, z, vx, vy, vz, still, environment), up)
    turning, distance = (weight - moving) / speed, math.sqrt(x * x + y * y + z * z)
    lift = 0.5 * body.lift_to_drag * air_density(altitude, environment) / body.ballistic_coefficient
    level = lift + 1.0 / distance
    release = 0.5 * (math.sqrt(turning * turning + 4.0 * level * weight) - turning) / level
    level = lift * math.cos(amplitude) + 1.0 / distance
    banked = 0.5 * (math.sqrt(turning * turning + 4.0 * level * weight) - turning) / level
    return Balance(weight, turning, distance - altitude, release, banked)


class Case(NamedTuple):
    """A glide threat as the kernels take it."""

    launch: Launch
    entry_speed: float
    apogee: float
    coasting: Glider  # without lift
    lifting: Glider  # lift turned up
    pressing: Glider  # lift turned down
    skip: float  # 1: skipping glide, 0: equilibrium glide
    bank_programme: float
    bank_amplitude: float
    bank_period: float
    bank_start: float  # [s] from the apogee
    dive_angle: float
    signature: float
    glow: GlowTable


class Marks(NamedTuple):
    """When the parts of a flight after its apogee ended, from burnout; nan where that is not known or never was."""

    top: float  # [s] the apogee, from which the bank programme counts
    level: float  # [s] end of the pull-up: the glide begins
    held: float  # [s] end of holding the lift to the weight
    balance: Balance  # when the glide began


class Entry(NamedTuple):
    """A flight from burnout to its apogee."""

    status: int  # FlightStatus: REACHED, or NO_SUCH_APOGEE
    square: float  # of the sine of the path angle at burnout
    start: Floats  # (6,) at burnout
    time: float  # [s] of the apogee, from burnout
    top: Floats  # (6,) at the apogee
    marks: Marks  # as known there


@kernel
def holding(top: float, balance: Balance, case: Case) -> Glider:
    """The body of a flight past its apogee at `top` [s] while its lift is held to what balances the weight."""
    b = case.lifting
    beta, lift, limit = b.ballistic_coefficient, b.lift_to_drag, b.load_limit
    begin, programme, period, w = top + case.bank_start, case.bank_programme, case.bank_period, balance
    return Glider(beta, lift, limit, 0.0, programme, case.bank_amplitude, period, begin, w.weight, w.turning, w.radius)


@kernel
def gliding(top: float, case: Case) -> Glider:
    """The body of a flight past its apogee at `top` [s] at constant lift-to-drag ratio."""
    b = case.lifting
    beta, lift, limit = b.ballistic_coefficient, b.lift_to_drag, b.load_limit
    begin, programme = top + case.bank_start, case.bank_programme
    return Glider(beta, lift, limit, 0.0, programme, case.bank_amplitude, case.bank_period, begin, math.inf, 0.0, 1.0)


@kernel
def coast(
    start: Floats, case: Case, environment: Environment, clock: Clock, index: int, samples: Floats
) -> tuple[bool, float, Floats, int]:
    """From burnout to the apogee without lift: whether there is one, its time [s], the state there, the next sample."""
    code, time, top, _, index = integrate(
        0.0, start, case.coasting, environment, LONGEST, 0.0, 0.0, clock, index, samples, NO_LIMITS
    )
    return code == _BY_ANGLE, time, top, index


@kernel
def at_apogee(time: float, top: Floats, case: Case, environment: Environment) -> tuple[bool, Marks]:
    """Whether a glide can follow the apogee, and what is known there.

    Where lift carries the weight already at the apogee, an equilibrium glide begins there; a skipping one would climb
    over its apogee, and there is none.
    """
    balance = balance_at(top, case.lifting, case.bank_amplitude, environment)
    if speed_of(top) <= balance.release:
        return True, Marks(time, math.nan, math.nan, balance)
    return case.skip != 1.0, Marks(time, time, math.nan, balance)


@kernel
def enter(place: Vector, azimuth: float, square: float, case: Case, environment: Environment) -> Entry:
    """The flight from `place` [m] at an azimuth [rad], with the path angle at burnout at which it peaks at the apogee.

    The angle by the secant rule on its sine's square, from `square` (nan: from the arc in vacuum).
    """
    silent = np.empty((0, 6))
    height, nx, ny, nz = altitude_and_normal(place[0], place[1], place[2], environment.radius, environment.flattening)
    up = (nx, ny, nz)
    east, north = compass(up)
    speed, rise = case.entry_speed, case.apogee - height
    start = np.array([place[0], place[1], place[2], 0.0, 0.0, 0.0])
    unknown = Marks(math.nan, math.nan, math.nan, Balance(math.nan, math.nan, math.nan, math.nan, math.nan))
    distance = math.sqrt(dot(place, place))
    pull = environment.mu / (distance * distance) - speed * speed / distance
    slope = 0.5 * speed * speed / max(pull, 0.1)
    square = min(rise / slope, _STEEPEST) if math.isnan(square) else square
    last, last_top = math.nan, math.nan
    for _ in range(_MOST_CLIMBS if rise > _LEAST_RISE else 0):
        way = launched(up, east, north, speed, math.asin(math.sqrt(square)), azimuth)
        start[3], start[4], start[5] = way[0], way[1], way[2]
        peaked, time, top, _ = coast(start, case, environment, SILENT, 0, silent)
        if not peaked:
            break
        peak, _, _ = climb(top, environment)
        if abs(peak - case.apogee) < _APOGEE_ERROR:
            possible, marks = at_apogee(time, top, case, environment)
            return Entry(_REACHED if possible else _NO_SUCH_APOGEE, square, start, time, top, marks)
        if square == _STEEPEST and peak < case.apogee:
            break
        chord = (peak - last_top) / (square - last)
        slope = chord if 0.2 * slope < chord < 5.0 * slope else slope  # false for a nan
        last, last_top = square, peak
        square = min(max(0.2 * square, square - (peak - case.apogee) / slope), _STEEPEST)
    return Entry(_NO_SUCH_APOGEE, math.nan, start, math.nan, start, unknown)


@kernel
def descend(
    time: float,
    state: Floats,
    marks: Marks,
    dive: float,
    case: Case,
    environment: Environment,
    clock: Clock,
    index: int,
    samples: Floats,
) -> tuple[bool, float, Floats, float, int, Marks]:
    """From the apogee, or from where `marks` say: pull up until level, hold the lift, glide, and at `dive` [s] dive.

    The dive turns the lift down until the dive angle and then off; it may come before the glide. Whether the ground was
    reached, time, state, highest altitude, next sample and marks come back.
    """
    apogee, level, held, balance = marks
    steep, highest, code = -math.sin(case.dive_angle), -math.inf, _BY_TIME
    for part in range(5):
        body, end_time, stop_sine, limits = case.lifting, min(dive, LONGEST), NEVER, NO_LIMITS
        if part == 0:
            if not math.isnan(level):
                continue
            body, limits = gliding(apogee, case), _UNTIL_LEVEL
        elif part == 1:
            if math.isnan(level) or not math.isnan(held):
                continue
            if case.skip == 1.0 or speed_of(state) <= balance.banked:
                held = time
                continue
            body, limits = holding(apogee, balance, case), Limits(math.nan, balance.banked, math.nan)
        elif part == 2:
            if math.isnan(held):
                continue
            body = gliding(apogee, case)
        elif part == 3:
            body, end_time, stop_sine = case.pressing, LONGEST, steep
            if climb(state, environment)[2] <= steep:
                continue
        else:
            body, end_time = case.coasting, LONGEST
        code, time, state, top, index = integrate(
            time, state, body, environment, end_time, 0.0, stop_sine, clock, index, samples, limits
        )
        highest = max(highest, top)
        if part == 0 and code == _LEVEL:
            level, balance = time, balance_at(state, case.lifting, case.bank_amplitude, environment)
        elif part == 1:
            held = time
        if code in (_GROUND, _FAILED) or time >= LONGEST:
            break
    return code == _GROUND, time, state, highest, index, Marks(apogee, level, held, balance)
