"""Cruise threats: a drawn boost or a release from the air, a powered level flight past way-points, a glide and a dive.

The profile is open loop and published in kind: altitude and Mach number are held along geodesics, with turns at one
bank angle, until the dive starts or the fuel ends; unpowered, the same drag that the engine overcame brakes it. The
way-points stand at shares of the way, chosen beforehand. Solved are course and dive time, so that it comes down at the
aim point.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import FlightStatus, Floats, Phase
from sakimori.earth.atmosphere import speed_of_sound
from sakimori.flight.boost import powered
from sakimori.flight.integrator import LONGEST, NEVER, SILENT, Clock, Stop, climb, integrate
from sakimori.flight.level import State, level, turn_radius
from sakimori.flight.motion import Body, Environment, Vector, acceleration, air_density, altitude_and_normal
from sakimori.flight.sphere import angle_between, bearing_to, dot, turn_between, unit
from sakimori.flight.threat import AIM_ERROR, BOOST_MANEUVER, Aim, Launch, Record, Threat, draw_boost, draw_end, failed
from sakimori.flight.ways import Way, corner, corners, crowding, first_state, leg, place_of, plan, write_leg

_NEAR = 500.0  # [m] how closely the range is met before course and dive time are polished
_MOST_TRIES, _MOST_POLISH = 40, 15
_PEAK_SHARE = math.sqrt(0.5)  # per axis of a load turned to any side; its peak, sqrt(2) times that, is the whole load

_BY_TIME, _BY_ANGLE, _GROUND = int(Stop.TIME), int(Stop.ANGLE), int(Stop.ALTITUDE)
_BOOST, _CRUISE, _GLIDE, _DIVE = int(Phase.BOOST), int(Phase.CRUISE), int(Phase.GLIDE), int(Phase.DIVE)
_REACHED, _NOT_CONVERGED = int(FlightStatus.REACHED), int(FlightStatus.NOT_CONVERGED)
_TOO_FAR, _TOO_NEAR = int(FlightStatus.TOO_FAR), int(FlightStatus.TOO_NEAR)


@dataclass(frozen=True, kw_only=True)
class CruiseThreat(Threat):
    """A cruise threat on the raid clock. Raises InputError for a value out of its range.

    Its boost is drawn, to the cruise altitude; with a boost time of 0 it is released there from the air. A way-point
    with 0 aside is none; both may lie at any share of the way, and are passed in their order.
    """

    cruise_altitude: float  # [m] geodetic
    mach: float  # of the cruise, in still air
    lift_to_drag: float  # of the cruise and after it
    specific_impulse: float  # [s] of the engine that holds the cruise
    fuel_fraction: float  # fuel over mass at the start of the cruise
    turn_bank: float  # [rad] bank angle of a turn
    load_limit: float  # [m/s2] greatest lift per mass after the cruise
    dive_angle: float  # [rad] below the horizontal, at which the lift of the dive is put off
    body_intensity: float  # [W/sr] after the boost
    first_along: float = 0.0  # first way-point: share of the way from launch to aim point,
    first_aside: float = 0.0  # and share of the length of that way to the right of it
    second_along: float = 0.0
    second_aside: float = 0.0

    def __post_init__(self) -> None:
        if powered(self.booster):
            got = f"a booster of {len(self.booster.stages)} stages"
            raise InputError("cruise threat", got, "a drawn boost", "Give boost_time and boost_range, and no booster.")
        if self.boost_time == 0.0 and self.boost_range > 0.0:
            got = f"a boost_range of {self.boost_range:g} m without a boost_time"
            raise InputError("cruise threat", got, "0 m for a release from the air", "Correct one of them.")
        self.check(
            "cruise threat",
            {
                "cruise_altitude": (self.cruise_altitude, 10.0, 60e3),
                "mach": (self.mach, 0.2, 12.0),
                "lift_to_drag": (self.lift_to_drag, 0.1, 30.0),
                "specific_impulse": (self.specific_impulse, 100.0, 2e4),
                "fuel_fraction": (self.fuel_fraction, 0.0, 0.95),
                "turn_bank": (self.turn_bank, 0.01, 1.5),
                "load_limit": (self.load_limit, 10.0, 1e4),
                "dive_angle": (self.dive_angle, 0.05, 1.5),
                "body_intensity": (self.body_intensity, 0.0, math.inf),
                "first_along": (self.first_along, -1.0, 2.0),
                "first_aside": (self.first_aside, -1.0, 1.0),
                "second_along": (self.second_along, -1.0, 2.0),
                "second_aside": (self.second_aside, -1.0, 1.0),
            },
            ("boost_time", "boost_range"),
        )


class Case(NamedTuple):
    """A cruise threat as the kernels take it."""

    launch: Launch
    way: Way
    lateral: float  # [m/s2] of a turn
    fuel_time: float  # [s] of straight flight for which the fuel lasts
    thirst: float  # fuel flow in a turn over that in straight flight
    lift_to_drag: float
    load_limit: float
    dive_angle: float
    body_intensity: float


@kernel
def breguet_time(specific_impulse: float, lift_to_drag: float, fuel_fraction: float, weight: float) -> float:
    """Time [s] of level flight at constant L/D until the fuel is burnt: Isp (L/D)/weight ln[1/(1 - fuel_fraction)].

    `weight` is what the lift carries, over the weight at rest. Times the speed it is the range of Breguet's relation.
    """
    return specific_impulse * lift_to_drag / weight * -math.log1p(-fuel_fraction)


def case_of(threat: CruiseThreat, environment: Environment) -> Case:
    """The threat with all places in Earth-fixed axes, its speed, its turns and the time for which its fuel lasts."""
    altitude, bank = float(threat.cruise_altitude), float(threat.turn_bank)
    launch = threat.launch(environment, altitude if threat.boost_time == 0.0 else 0.0)
    speed = float(threat.mach) * speed_of_sound(altitude)
    weight = 1.0 - speed * speed / (STANDARD_GRAVITY * (environment.radius + altitude))
    lift_to_drag, impulse = float(threat.lift_to_drag), float(threat.specific_impulse)
    shares = (
        (float(threat.first_along), float(threat.first_aside)),
        (float(threat.second_along), float(threat.second_aside)),
    )
    return Case(
        launch,
        Way(corners(launch.pad, launch.goal, shares), launch.boost_range, altitude, speed, turn_radius(speed, bank)),
        STANDARD_GRAVITY * math.tan(bank),
        breguet_time(impulse, lift_to_drag, float(threat.fuel_fraction), weight),
        math.hypot(1.0, math.tan(bank) / weight),
        lift_to_drag,
        float(threat.load_limit),
        float(threat.dive_angle),
        float(threat.body_intensity),
    )


@kernel
def _fuel_end(legs: Floats, case: Case) -> float:
    """Time [s] from the start of the cruise at which the fuel is burnt."""
    fuel, last = case.fuel_time, legs.shape[0] - 1
    for i in range(last):
        flow = 1.0 if legs[i, 1] == 0.0 else case.thirst
        burnt = flow * (legs[i + 1, 0] - legs[i, 0])
        if fuel <= burnt:
            return legs[i, 0] + fuel / flow
        fuel -= burnt
    return legs[last, 0] + fuel


@kernel
def _unpowered(state: State, lift: float, bank: float, case: Case, environment: Environment) -> Body:
    """A body whose lift at the lift-to-drag ratio of the cruise would carry its weight in this level state.

    Its drag is so that of the cruise; the `lift` that it then has, over drag, and the bank [rad] are stated.
    """
    x, y, z, vx, vy, vz = state
    altitude, nx, ny, nz = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
    pull = acceleration(0.0, x, y, z, vx, vy, vz, Body(math.inf, 0.0, 0.0, 0.0, 1.0, math.inf), environment)
    square = vx * vx + vy * vy + vz * vz
    weight = -dot(pull, (nx, ny, nz)) - square / math.sqrt(x * x + y * y + z * z)
    beta = 0.5 * air_density(altitude, environment) * square * case.lift_to_drag / weight
    return Body(max(beta, 1.0), lift, bank, 0.0, 1.0, case.load_limit)


@kernel
def _fly(
    legs: Floats, dive: float, case: Case, environment: Environment, clock: Clock, index: int, samples: Floats
) -> tuple[int, float, Floats, float, State]:
    """Cruise until the fuel ends, glide to `dive` [s], press down to the dive angle, fall.

    Returns the Stop, the time [s], the end, the highest altitude [m] and the state where the engine stops.
    """
    off, stopped = min(dive, _fuel_end(legs, case)), leg(0, legs)
    for i in range(legs.shape[0]):
        begin, end = legs[i, 0], off
        if i > 0 and begin >= off:
            break
        if i + 1 < legs.shape[0]:
            end = min(off, legs[i + 1, 0])
        stopped, index = level(begin, leg(i, legs), end - begin, legs[i, 1], environment, clock, index, samples)
    steep, state = -math.sin(case.dive_angle), np.array(stopped)
    code, time, apogee = _BY_TIME, off, case.way.altitude
    for part in range(3):
        end_time, stop_sine, lift, bank = off + LONGEST, NEVER, case.lift_to_drag, 0.0
        if part == 0:
            end_time = min(dive, end_time)
        elif part == 1:
            bank, stop_sine = math.pi, steep
            if climb(state, environment)[2] <= steep:
                continue
        else:
            lift = 0.0
        body = _unpowered(stopped, lift, bank, case, environment)
        code, time, state, top, index = integrate(
            time, state, body, environment, end_time, 0.0, stop_sine, clock, index, samples
        )
        apogee = max(apogee, top)
        if code != _BY_TIME and code != _BY_ANGLE:
            break
    return code, time, state, apogee, stopped


@kernel
def _over(start: State, end: Floats, goal: Vector) -> float:
    """Angle [rad] by which an impact lies further from the start of a leg than the aim point."""
    place = unit(place_of(start))
    return angle_between(place, unit((end[0], end[1], end[2]))) - angle_between(place, unit(goal))


@kernel
def _furthest(legs: Floats, total: float, case: Case, environment: Environment) -> tuple[int, float, float]:
    """Stop, last dive time [s] worth trying, and by how much [rad] it comes down beyond the aim point.

    Where the fuel lasts to the aim point that is a dive over it, else a glide to the ground. All turns are flown under
    power: fuel that ends before the last leg is short of the aim point by the way it lacks, of `total` [rad], or more.
    """
    last = leg(legs.shape[0] - 1, legs)
    begin, here, fuel = legs[-1, 0], place_of(last), _fuel_end(legs, case)
    left = angle_between(unit(here), unit(case.launch.goal))
    there = begin + 1.01 * left * (environment.radius + case.way.altitude) / case.way.speed
    dive = there if fuel > there else math.inf
    code, time, end, _, stopped = _fly(legs, dive, case, environment, SILENT, 0, np.empty((0, 6)))
    if fuel >= begin:
        return code, min(dive, time), _over(last, end, case.launch.goal)
    glide = angle_between(unit(place_of(stopped)), unit((end[0], end[1], end[2])))
    short = glide - left - (begin - fuel) * case.way.speed / math.sqrt(dot(here, here))
    return code, time, min(short, total * (fuel / begin - 1.0))


@kernel
def _bounds(case: Case, environment: Environment) -> tuple[int, float, float, float, float]:
    """Status, and dive times [s] after the last turn, each with what `_over` says of it, between which the aim lies.

    Where there are none, the last number is the nearest range [m], for a way of the same shape.
    """
    ground, way, silent = math.sqrt(dot(case.launch.goal, case.launch.goal)), case.way, np.empty((0, 6))
    last, total, length = way.corners.shape[0] - 1, 0.0, 0.0
    for i in range(1, last + 1):
        length = angle_between(corner(i - 1, way), corner(i, way))
        total += length
    direct = ground * angle_between(corner(0, way), corner(last, way))
    alone = np.zeros((1, 8))
    write_leg(alone, 0, 0.0, 0.0, first_state(0.0, way, environment))
    _, _, end, _, _ = _fly(alone, 0.0, case, environment, SILENT, 0, silent)
    dive = angle_between(unit(place_of(leg(0, alone))), unit((end[0], end[1], end[2])))
    used = crowding(dive, way, environment)
    if not used < 1.0:
        return _TOO_NEAR, 0.0, 0.0, 0.0, direct * used if used < math.inf else math.nan
    legs = plan(0.0, way, environment)
    code, high, f_high = _furthest(legs, total, case, environment)
    if code != _GROUND:
        return _NOT_CONVERGED, 0.0, 0.0, 0.0, math.nan
    if f_high < 0.0:
        return _TOO_FAR, 0.0, 0.0, 0.0, max(direct * (1.0 + f_high / total), 0.0)
    _, _, end, _, _ = _fly(legs, legs[-1, 0], case, environment, SILENT, 0, silent)
    f_low = _over(leg(legs.shape[0] - 1, legs), end, case.launch.goal)
    if f_low > 0.0:
        return _TOO_NEAR, 0.0, 0.0, 0.0, direct * (1.0 + f_low / length)
    return _REACHED, 0.0, f_low, high - legs[-1, 0], f_high


@kernel
def _dive_for_range(
    low: float, f_low: float, high: float, f_high: float, case: Case, environment: Environment
) -> tuple[float, float, int]:
    """Dive time [s] after the last turn, at the first course, for an impact about as far as the aim point.

    Bracketed false position (Illinois): a later dive reaches further. By how much, [rad/s], and the tries come too.
    """
    legs, near, side, dive = plan(0.0, case.way, environment), _NEAR / environment.radius, 0, high
    g_low, g_high, rate = f_low, f_high, 1.0  # the bracket itself; f is made smaller by the rule
    for tries in range(1, _MOST_TRIES):
        dive = (low * f_high - high * f_low) / (f_high - f_low)
        _, _, end, _, _ = _fly(legs, legs[-1, 0] + dive, case, environment, SILENT, 0, np.empty((0, 6)))
        f = _over(leg(legs.shape[0] - 1, legs), end, case.launch.goal)
        if f < 0.0:
            rate = (g_high - f) / (high - dive)
            low, f_low, g_low, f_high = dive, f, f, (0.5 * f_high if side == -1 else f_high)
            side = -1
        else:
            rate = (f - g_low) / (dive - low)
            high, f_high, g_high, f_low = dive, f, f, (0.5 * f_low if side == 1 else f_low)
            side = 1
        if abs(f) < near or high - low < 1e-9:
            return dive, rate, tries
    return dive, rate, _MOST_TRIES


@kernel
def _aimed(case: Case, environment: Environment) -> tuple[Aim, float]:
    """What `solve` answers, and by how much [rad] to the right of the aim point the last leg starts."""
    status, low, f_low, high, f_high = _bounds(case, environment)
    if status != _REACHED:
        return failed(status, f_high, 3), 0.0
    after, rate, tries = _dive_for_range(low, f_low, high, f_high, case, environment)
    ground, lead = math.sqrt(dot(case.launch.goal, case.launch.goal)), 0.0
    last_after, last_f = math.nan, math.nan
    for shot in range(1, _MOST_POLISH):
        legs = plan(lead, case.way, environment)
        dive, last = legs[-1, 0] + after, leg(legs.shape[0] - 1, legs)
        code, time, end, apogee, _ = _fly(legs, dive, case, environment, SILENT, 0, np.empty((0, 6)))
        place = (end[0], end[1], end[2])
        miss = ground * angle_between(unit(place), unit(case.launch.goal))
        if code == _GROUND and miss < AIM_ERROR:
            first = leg(0, legs)
            start, way = place_of(first), (first[3], first[4], first[5])
            azimuth = bearing_to(start, corner(1, case.way), environment.radius, environment.flattening)
            azimuth = (azimuth + (lead if legs.shape[0] == 1 else 0.0)) % (2.0 * math.pi)
            speed, dive, shots = case.way.speed, min(dive, time), 3 + tries + shot
            nan = math.nan
            found = Aim(
                _REACHED, start, way, speed, 0.0, azimuth, time, dive, apogee, miss, nan, shots,
                case.launch.boost_time, nan, nan, nan,
            )  # fmt: skip
            return found, lead
        lead += turn_between(place_of(last), place, case.launch.goal, environment.radius, environment.flattening)
        f = _over(last, end, case.launch.goal)
        if abs(after - last_after) > 1e-6:  # false for a nan
            chord = (f - last_f) / (after - last_after)
            rate = chord if 0.25 * rate < chord < 4.0 * rate else rate
        last_after, last_f = after, f
        after -= f / rate
    return failed(_NOT_CONVERGED, math.nan, 3 + tries + _MOST_POLISH), 0.0


@kernel
def solve(case: Case, environment: Environment) -> Aim:
    """Find course and dive time with which the threat comes down within AIM_ERROR of its aim point.

    The dive time is bracketed for the range; then whole flights polish it, by the secant rule, and the course of the
    last leg, by the bearing missed. Nearest ranges keep the shape of the way.
    """
    return _aimed(case, environment)[0]


@kernel
def draw(case: Case, aim: Aim, step: float, impact: int, environment: Environment, record: Record) -> None:
    """Write the samples of the flight; the arrays of `record` are the only argument written."""
    k = draw_boost(case.launch, aim, step, environment, record.states, record.phase)
    begin, beta = case.launch.time + aim.boost_time, 1.0
    if aim.status == _REACHED:
        legs = plan(_aimed(case, environment)[1], case.way, environment)
        _, _, end, _, stopped = _fly(legs, aim.dive, case, environment, Clock(step, begin), k, record.states)
        off, beta = _fuel_end(legs, case), _unpowered(stopped, 0.0, 0.0, case, environment).ballistic_coefficient
        for i in range(k, impact):
            elapsed = i * step - begin
            record.phase[i] = _DIVE if elapsed >= aim.dive else (_CRUISE if elapsed < off else _GLIDE)
        draw_end(impact, end, record.states, record.phase)
    for i in range(record.phase.size):
        altitude, _, _ = climb(record.states[i], environment)
        record.altitude[i] = altitude
        record.maneuver[i], record.intensity[i] = 0.0, 0.0
        if record.phase[i] == _BOOST:
            record.maneuver[i], record.intensity[i] = BOOST_MANEUVER, case.launch.plume_intensity
        elif record.phase[i] == _CRUISE or record.phase[i] == _GLIDE or record.phase[i] == _DIVE:
            vx, vy, vz = record.states[i, 3], record.states[i, 4], record.states[i, 5]
            pressure = 0.5 * air_density(altitude, environment) * (vx * vx + vy * vy + vz * vz)
            lift = min(case.lift_to_drag * pressure / beta, case.load_limit)
            load = case.lateral if record.phase[i] == _CRUISE else lift
            record.maneuver[i], record.intensity[i] = _PEAK_SHARE * load, case.body_intensity
