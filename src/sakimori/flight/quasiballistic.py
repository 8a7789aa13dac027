"""Quasi-ballistic threats: a boost, a low ballistic arc, pull-ups under a load limit, and a terminal dive.

The profile is open loop and published in kind: after the apogee, once the dynamic pressure carries it, lift is turned
up within a load limit until the energy has fallen to a stated level; then it dives. One pull-up or several come out.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.kernels import kernel
from sakimori.base.types import FlightStatus, Floats, Phase
from sakimori.flight.boost import drawn_place, powered
from sakimori.flight.events import ENERGY, PRESSURE, first_time
from sakimori.flight.integrator import LONGEST, NEVER, SILENT, Clock, Stop, climb, integrate
from sakimori.flight.motion import Body, Environment, Vector, air_density, altitude_and_normal
from sakimori.flight.sphere import angle_between, bearing_to, departing, dot, turn_between, unit
from sakimori.flight.threat import (
    AIM_ERROR,
    BOOST_MANEUVER,
    COAST_MANEUVER,
    DRAG_DOUBT,
    MOST_ROUNDS,
    Aim,
    Launch,
    Record,
    Threat,
    boosted,
    draw_boost,
    draw_end,
    failed,
    first_trial,
    reach,
    spent,
    start_of,
)

_STEEPEST = math.radians(80.0)  # no steeper burnout is looked for
_APOGEE_ERROR, _APOGEE_NOISE = 1e-3, 0.3  # [m] sought, and accepted where the integrator's steps allow no better
_NEAR, _CLOSE = 500.0, 0.3  # [m] how closely the range is met before both are polished; where that failed
_DRAWN_REACH = 0.6  # ground distance over the height of a drawn boost; assumption
_LEAST_CLIMB = 100.0  # [m] under the apogee that burnout must lie
_MOST_TRIES, _MOST_POLISH, _MOST_CLIMBS = 60, 15, 20
_BY_TIME, _BY_ANGLE, _GROUND = int(Stop.TIME), int(Stop.ANGLE), int(Stop.ALTITUDE)
_BOOST, _COAST, _PULL_UP, _DIVE = int(Phase.BOOST), int(Phase.COAST), int(Phase.PULL_UP), int(Phase.DIVE)
_REACHED, _NOT_CONVERGED = int(FlightStatus.REACHED), int(FlightStatus.NOT_CONVERGED)
_TOO_FAR, _TOO_NEAR = int(FlightStatus.TOO_FAR), int(FlightStatus.TOO_NEAR)


@dataclass(frozen=True, kw_only=True)
class QuasiBallisticThreat(Threat):
    """A quasi-ballistic threat on the raid clock. Raises InputError for a value out of its range."""

    apogee: float  # [m] of the ballistic arc; at most half of it is climbed by a drawn boost
    speed_limit: float  # [m/s] greatest speed at burnout, relative to the Earth
    ballistic_coefficient: float  # [kg/m2] m/(CD S)
    lift_to_drag: float  # while the lift is turned up or down
    load_limit: float  # [m/s2] greatest lift per mass
    pull_up_pressure: float  # [Pa] dynamic pressure after the apogee at which the lift is turned up
    dive_speed: float  # [m/s] the dive starts when the energy has fallen to that of this speed at the ground
    dive_angle: float  # [rad] below the horizontal, at which the lift of the dive is put off
    body_intensity: float  # [W/sr] after burnout

    def __post_init__(self) -> None:
        self.check(
            "quasi-ballistic threat",
            {
                "apogee": (self.apogee, 5e3, 1e6),
                "speed_limit": (self.speed_limit, 300.0, 7200.0),
                "ballistic_coefficient": (self.ballistic_coefficient, 100.0, 1e6),
                "lift_to_drag": (self.lift_to_drag, 0.1, 10.0),
                "load_limit": (self.load_limit, 1.0, 1e4),
                "pull_up_pressure": (self.pull_up_pressure, 0.0, 1e7),
                "dive_speed": (self.dive_speed, 0.0, 7200.0),
                "dive_angle": (self.dive_angle, 0.05, 1.5),
                "body_intensity": (self.body_intensity, 0.0, math.inf),
            },
            ("boost_time", "burnout_altitude"),
        )


class Case(NamedTuple):
    """A quasi-ballistic threat as the kernels take it."""

    launch: Launch
    apogee: float
    speed_limit: float
    coasting: Body  # without lift
    lifting: Body  # lift turned up
    pressing: Body  # lift turned down
    pull_up_pressure: float
    dive_energy: float  # [J/kg]
    dive_angle: float
    body_intensity: float


def case_of(threat: QuasiBallisticThreat, environment: Environment) -> Case:
    """The threat with both places in Earth-fixed axes."""
    beta, lift, limit = float(threat.ballistic_coefficient), float(threat.lift_to_drag), float(threat.load_limit)
    return Case(
        threat.launch(environment),
        float(threat.apogee),
        float(threat.speed_limit),
        Body(beta),
        Body(beta, lift, 0.0, 0.0, 1.0, limit),
        Body(beta, lift, math.pi, 0.0, 1.0, limit),
        float(threat.pull_up_pressure),
        0.5 * float(threat.dive_speed) ** 2,
        float(threat.dive_angle),
        float(threat.body_intensity),
    )


@kernel
def _programme(start: Floats, case: Case, environment: Environment) -> tuple[float, float]:
    """Times [s] from burnout at which the lift is turned up, and down; equal where it is too slow to be lifted."""
    silent = np.empty((0, 6))
    _, time, top, _, _ = integrate(0.0, start, case.coasting, environment, LONGEST, 0.0, 0.0, SILENT, 0, silent)
    up, state = first_time(PRESSURE, case.pull_up_pressure, time, top, case.coasting, environment)
    if up >= LONGEST:
        return LONGEST, LONGEST
    return up, first_time(ENERGY, case.dive_energy, up, state, case.lifting, environment)[0]


@kernel
def _fly(
    start: Floats,
    up: float,
    dive: float,
    case: Case,
    environment: Environment,
    clock: Clock,
    index: int,
    samples: Floats,
) -> tuple[int, float, Floats, float, int]:
    """Coast to `up`, lift to `dive` [s], press down to the dive angle, fall: as `integrate` returns it."""
    steep = -math.sin(case.dive_angle)
    code, time, state, apogee = _BY_TIME, 0.0, start, -math.inf
    for part in range(4):
        body, end_time, stop_sine = case.coasting, LONGEST, NEVER
        if part == 0:
            end_time = up
        elif part == 1:
            body, end_time = case.lifting, dive
        elif part == 2:
            body, stop_sine = case.pressing, steep
            if climb(state, environment)[2] <= steep:
                continue
        code, time, state, top, index = integrate(
            time, state, body, environment, end_time, 0.0, stop_sine, clock, index, samples
        )
        apogee = max(apogee, top)
        if code != _BY_TIME and code != _BY_ANGLE:
            break
    return code, time, state, apogee, index


@kernel
def _climb_left(place: Vector, case: Case, environment: Environment) -> float:
    """Height [m] of the apogee over a place."""
    here = altitude_and_normal(place[0], place[1], place[2], environment.radius, environment.flattening)[0]
    return case.apogee - here


@kernel
def _speed_for_apogee(angle: float, azimuth: float, place: Vector, case: Case, environment: Environment) -> float:
    """Speed at burnout [m/s] at which the arc peaks at the apogee, by the secant rule on its square; nan where none."""
    height = _climb_left(place, case, environment)
    if not height > _LEAST_CLIMB:
        return math.nan
    slope = math.sin(angle) ** 2 / (2.0 * STANDARD_GRAVITY)
    square, last, last_top = min(height / slope, 7500.0**2), math.nan, math.nan
    best, least = math.nan, _APOGEE_NOISE
    for _ in range(_MOST_CLIMBS):
        start = departing(place, math.sqrt(square), angle, azimuth, environment.radius, environment.flattening)
        code, _, _, top, _ = integrate(
            0.0, start, case.coasting, environment, LONGEST, -1e3, 0.0, SILENT, 0, np.empty((0, 6))
        )
        if code != _BY_ANGLE:
            square, last = 0.8 * square, math.nan
            continue
        if abs(top - case.apogee) < least:
            best, least = square, abs(top - case.apogee)
        if least < _APOGEE_ERROR:
            break
        found = (top - last_top) / (square - last)
        slope = found if 0.2 * slope < found < 5.0 * slope else slope  # false for a nan
        last, last_top = square, top
        square = max(0.25 * square, square - (top - case.apogee) / slope)
    return math.sqrt(best)


@kernel
def _shallowest(azimuth: float, place: Vector, case: Case, environment: Environment) -> float:
    """Angle [rad] at which the apogee takes the speed limit; nan where even the steepest does not reach it."""
    left = max(_climb_left(place, case, environment), 0.0)
    sine = math.sqrt(2.0 * STANDARD_GRAVITY * left) / case.speed_limit
    highest = math.sin(_STEEPEST)
    for _ in range(40):
        sine = min(sine, highest)
        speed = _speed_for_apogee(math.asin(sine), azimuth, place, case, environment)
        if math.isnan(speed) or (sine == highest and speed > case.speed_limit):
            return math.nan
        if abs(speed - case.speed_limit) < 1e-6 * case.speed_limit:
            break
        sine *= speed / case.speed_limit
    return math.asin(min(sine, highest))


@kernel
def _shoot(
    slant: float, azimuth: float, place: Vector, case: Case, environment: Environment
) -> tuple[int, float, Floats, Floats, float, float]:
    """Fly from a burnout angle with cotangent `slant`: Stop, time [s], start, end, dive time and highest altitude."""
    angle = math.atan2(1.0, slant)
    speed = _speed_for_apogee(angle, azimuth, place, case, environment)
    start = departing(place, speed, angle, azimuth, environment.radius, environment.flattening)
    if math.isnan(start[3]):
        return _BY_TIME, math.nan, start, start, math.nan, math.nan
    up, dive = _programme(start, case, environment)
    code, time, end, apogee, _ = _fly(start, up, dive, case, environment, SILENT, 0, np.empty((0, 6)))
    return code, time, start, end, min(dive, time), apogee


@kernel
def _over(end: Floats, case: Case) -> float:
    """Angle [rad] by which an impact lies further from the pad than the aim point."""
    pad = unit(case.launch.pad)
    return angle_between(pad, unit((end[0], end[1], end[2]))) - angle_between(pad, unit(case.launch.goal))


@kernel
def _bracket(
    azimuth: float, near: float, place: Vector, case: Case, environment: Environment
) -> tuple[int, float, float, Floats, int]:
    """Status, cotangent of the burnout angle, slope of the reach with it, impact and shots: the range within `near`.

    False position (Illinois): the flatter the start, the further it reaches. Failing that the nearest comes back.
    """
    nowhere = np.full(6, math.nan)
    flattest = _shallowest(azimuth, place, case, environment)
    if math.isnan(flattest):
        return _TOO_FAR, math.nan, math.nan, nowhere, 0
    low, high = 1.0 / math.tan(_STEEPEST), 1.0 / math.tan(flattest)
    _, _, _, far, _, _ = _shoot(high, azimuth, place, case, environment)
    _, _, _, close, _, _ = _shoot(low, azimuth, place, case, environment)
    f_high, f_low = _over(far, case), _over(close, case)
    if f_high < near or f_low > -near:
        status = _REACHED if min(abs(f_high), abs(f_low)) <= near else (_TOO_FAR if f_high < 0.0 else _TOO_NEAR)
        slope = (f_high - f_low) / (high - low)
        if abs(f_high) < abs(f_low):
            return status, high, slope, far, 2
        return status, low, slope, close, 2
    side, slant, slope, end = 0, high, 1.0, far
    g_low, g_high = f_low, f_high
    for tries in range(3, _MOST_TRIES):
        slant = (low * g_high - high * g_low) / (g_high - g_low)
        _, _, _, end, _, _ = _shoot(slant, azimuth, place, case, environment)
        f = _over(end, case)
        slope = (f_high - f_low) / (high - low)
        if abs(f) < near:
            return _REACHED, slant, slope, end, tries
        if high - low < 1e-9 * high or math.isnan(f):
            return _NOT_CONVERGED, slant, slope, far if f_high < -f_low else close, tries
        if f < 0.0:
            low, f_low, g_low, close = slant, f, f, end
            g_high = 0.5 * g_high if side == -1 else g_high
            side = -1
        else:
            high, f_high, g_high, far = slant, f, f, end
            g_low = 0.5 * g_low if side == 1 else g_low
            side = 1
    return _NOT_CONVERGED, slant, slope, far if f_high < -f_low else close, _MOST_TRIES


@kernel
def _polish(
    slant: float, slope: float, azimuth: float, shots: int, place: Vector, case: Case, environment: Environment
) -> tuple[Aim, float]:
    """From a close guess: whole flights, the angle by the secant rule, the azimuth, which comes too, by the miss."""
    ground = math.sqrt(dot(case.launch.goal, case.launch.goal))
    last, last_over = math.nan, math.nan
    for _ in range(_MOST_POLISH):
        code, time, start, end, dive, apogee = _shoot(slant, azimuth, place, case, environment)
        shots += 1
        if code != _GROUND:
            break
        miss = ground * angle_between(unit((end[0], end[1], end[2])), unit(case.launch.goal))
        way = (start[3], start[4], start[5])
        speed = math.sqrt(dot(way, way))
        if (
            miss < 0.5 * AIM_ERROR and speed > 1.00001 * case.speed_limit
        ):  # the bracket ends within _NEAR of the aim point
            slant = 1.0 / math.tan(_shallowest(azimuth, place, case, environment))
            _, _, _, end, _, _ = _shoot(slant, azimuth, place, case, environment)
            return failed(_TOO_FAR, reach(case.launch.pad, end), shots + 1), azimuth
        if miss < 0.5 * AIM_ERROR:
            angle, heading, nan = math.atan2(1.0, slant), azimuth % (2.0 * math.pi), math.nan
            found = Aim(
                _REACHED, place, way, speed, angle, heading, time, dive, apogee, miss, nan, shots,
                case.launch.boost_time, nan, nan, nan,
            )  # fmt: skip
            return found, azimuth
        over = _over(end, case)
        if abs(slant - last) > 1e-9:  # false for a nan
            chord = (over - last_over) / (slant - last)
            slope = chord if 0.25 * slope < chord < 4.0 * slope else slope
        last, last_over = slant, over
        slant = max(0.5 * slant, slant - over / slope)
        there = (end[0], end[1], end[2])
        azimuth += turn_between(place, there, case.launch.goal, environment.radius, environment.flattening)
    return failed(_NOT_CONVERGED, math.nan, shots), azimuth


@kernel
def solve_from(place: Vector, last: Aim, case: Case, environment: Environment) -> Aim:
    """Find speed, angle and azimuth at a burnout place [m] for the apogee and the aim point.

    The angle is bracketed for the range, with the speed that the apogee asks for; then angle and azimuth are polished
    on whole flights until the miss is under AIM_ERROR. Where the `last` answer was found, it is polished first.
    """
    pad, goal = unit(case.launch.pad), unit(case.launch.goal)
    ground, shots, end = math.sqrt(dot(case.launch.goal, case.launch.goal)), 0, np.zeros(6)
    if not math.isnan(last.angle):
        slant = 1.0 / math.tan(last.angle)
        solved, _ = _polish(slant, angle_between(pad, goal) / slant, last.azimuth, shots, place, case, environment)
        if solved.status == _REACHED:
            return solved
    azimuth = bearing_to(case.launch.pad, goal, environment.radius, environment.flattening)
    for near in (_NEAR, _CLOSE):
        status, slant, slope, end, tries = _bracket(azimuth, near / ground, place, case, environment)
        shots += tries
        if status != _REACHED:
            nearest = reach(case.launch.pad, end) if end[0] == end[0] else 0.0
            return failed(status, nearest, shots)
        solved, azimuth = _polish(slant, slope, azimuth, shots, place, case, environment)
        shots = solved.shots
        if solved.status != _NOT_CONVERGED:
            return solved
    return failed(_NOT_CONVERGED, reach(case.launch.pad, end), shots)


@kernel
def _spent(found: Aim, case: Case, environment: Environment) -> Aim:
    """The answer where the stages are spent too early: how far the flight would come."""
    start = start_of(found)
    up, dive = _programme(start, case, environment)
    _, _, end, _, _ = _fly(start, up, dive, case, environment, SILENT, 0, np.empty((0, 6)))
    return spent(found, reach(case.launch.pad, end))


@kernel
def solve(case: Case, environment: Environment) -> Aim:
    """Find the boost, and speed, angle and azimuth at burnout, for the apogee and aim point; see `ballistic.solve`."""
    launch, found = case.launch, failed(_NOT_CONVERGED, math.nan, 0)
    if not powered(launch.booster):
        height = min(launch.burnout_altitude, 0.5 * case.apogee)
        place = drawn_place(launch.pad, launch.goal, height, _DRAWN_REACH * height, environment)
        return solve_from(place, found, case, environment)
    trial, needed = first_trial(launch, 0.5 * case.apogee, environment), found
    for _ in range(MOST_ROUNDS):
        needed = solve_from(trial.place, needed, case, environment)
        if needed.status != _REACHED:
            return needed
        trial = boosted(launch, trial, needed, environment)
        if trial.settled:
            return trial.flight if trial.flight.status == _REACHED else _spent(trial.flight, case, environment)
    return failed(_NOT_CONVERGED, math.nan, trial.flight.shots)


@kernel
def draw(case: Case, aim: Aim, step: float, impact: int, environment: Environment, record: Record) -> None:
    """Write the samples of the flight; the arrays of `record` are the only argument written."""
    k = draw_boost(case.launch, aim, step, environment, record.states, record.phase)
    burnout = case.launch.time + aim.boost_time
    if aim.status == _REACHED:
        start = start_of(aim)
        up, dive = _programme(start, case, environment)
        _, _, end, _, _ = _fly(start, up, dive, case, environment, Clock(step, burnout), k, record.states)
        for i in range(k, impact):
            elapsed = i * step - burnout
            record.phase[i] = _COAST if elapsed < up else (_PULL_UP if elapsed < dive else _DIVE)
        draw_end(impact, end, record.states, record.phase)
    for i in range(record.phase.size):
        altitude, _, _ = climb(record.states[i], environment)
        record.altitude[i] = altitude
        record.maneuver[i], record.intensity[i] = 0.0, 0.0
        if record.phase[i] == _BOOST:
            record.maneuver[i], record.intensity[i] = BOOST_MANEUVER, case.launch.plume_intensity
        elif record.phase[i] == _COAST or record.phase[i] == _PULL_UP or record.phase[i] == _DIVE:
            vx, vy, vz = record.states[i, 3], record.states[i, 4], record.states[i, 5]
            pressure = 0.5 * air_density(altitude, environment) * (vx * vx + vy * vy + vz * vz)
            drag = pressure / case.coasting.ballistic_coefficient
            lift = min(case.lifting.lift_to_drag * drag, case.lifting.load_limit)
            steady = record.phase[i] == _COAST
            record.maneuver[i] = math.hypot(COAST_MANEUVER, DRAG_DOUBT * drag) if steady else lift
            record.intensity[i] = case.body_intensity
