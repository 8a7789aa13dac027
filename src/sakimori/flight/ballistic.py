"""Ballistic threats: a boost, then unpowered flight with drag on the rotating ellipsoid to an aim point.

Speed and azimuth at burnout (and the angle, where an apogee is given instead of a loft) are solved. The flight aims
at a virtual point in vacuum, on the Kepler arc that leads there while the Earth turns, and moves that point by what
the flight with drag and oblateness missed (Broyden's method, which starts from "a metre is a metre").
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import FlightStatus, Floats, Phase
from sakimori.earth.atmosphere import pressure
from sakimori.flight.boost import drawn_place, powered
from sakimori.flight.integrator import LONGEST, NEVER, SILENT, Clock, Stop, integrate
from sakimori.flight.kepler import arc_of_angle, arc_of_apogee
from sakimori.flight.motion import Body, Environment, Vector, altitude_and_normal, drag_deceleration
from sakimori.flight.sphere import (
    angle_between,
    blend,
    compass,
    displaced,
    dot,
    offset,
    towards,
    unit,
)
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

# The least angle at which the vacuum arc of a range and apogee may meet the ground, 15.0 deg: there even a very slender
# body loses 1 - exp(-2) of its speed to the air on its way down (Allen and Eggers 1958, v/v0 = exp(-m/(2 beta sin a))
# with m the air over a square metre). Shallower flights are shaped by the air, not by gravity.
_SLENDER = 10e3  # [kg/m2] ballistic coefficient of a very slender body; assumption, on the generous side
LEAST_ARC_ANGLE = math.asin(pressure(0.0) / STANDARD_GRAVITY / (4.0 * _SLENDER))  # [rad]

_MOST_SHOTS = 60
_GROUND = int(Stop.ALTITUDE)
_BOOST, _COAST = int(Phase.BOOST), int(Phase.COAST)
_REACHED, _TOO_FAR = int(FlightStatus.REACHED), int(FlightStatus.TOO_FAR)
_NOT_BALLISTIC, _NOT_CONVERGED = int(FlightStatus.NOT_BALLISTIC), int(FlightStatus.NOT_CONVERGED)


@dataclass(frozen=True, kw_only=True)
class BallisticThreat(Threat):
    """A ballistic threat on the raid clock; exactly one of `loft` and `apogee` is given, the other is nan."""

    loft: float = math.nan  # [rad] flight-path angle at burnout above the horizontal, relative to the Earth
    apogee: float = math.nan  # [m] highest altitude; at most half of it is climbed by a drawn boost
    ballistic_coefficient: float  # [kg/m2] m/(CD S); inf: no drag
    body_intensity: float  # [W/sr] after burnout

    def __post_init__(self) -> None:
        if math.isnan(self.loft) == math.isnan(self.apogee):
            got = f"loft {self.loft}, apogee {self.apogee}"
            raise InputError("ballistic threat", got, "exactly one of them", "Leave the other one out (nan).")
        shape = {"loft": (self.loft, 1e-3, 0.5 * math.pi - 1e-3)}
        if math.isnan(self.loft):
            shape = {"apogee": (self.apogee, 1e3, 20e6)}
        self.check(
            "ballistic threat",
            shape
            | {
                "ballistic_coefficient": (self.ballistic_coefficient, 1.0, math.inf),
                "body_intensity": (self.body_intensity, 0.0, math.inf),
            },
            ("boost_time", "burnout_altitude"),
        )


class Case(NamedTuple):
    """A ballistic threat as the kernels take it."""

    launch: Launch
    loft: float
    apogee: float
    ballistic_coefficient: float
    body_intensity: float


def case_of(threat: BallisticThreat, environment: Environment) -> Case:
    """The threat with both places in Earth-fixed axes."""
    values = threat.loft, threat.apogee, threat.ballistic_coefficient, threat.body_intensity
    return Case(threat.launch(environment), *(float(value) for value in values))


@kernel
def _vacuum_start(
    start: Vector,
    goal: Vector,
    end_radius: float,
    loft: float,
    apogee_radius: float,
    w: float,
    environment: Environment,
) -> tuple[float, Vector]:
    """Time [s] and velocity [m/s, relative to the Earth] of the vacuum arc to direction `goal` on an Earth turning `w`.

    The goal moves while the arc lasts, and a loft is an angle relative to the Earth while Kepler's is inertial: both
    by fixed-point iteration. The time is nan where no arc does it, or none is found.
    """
    up = unit(start)
    distance = math.sqrt(dot(start, start))
    _, nx, ny, nz = altitude_and_normal(start[0], start[1], start[2], environment.radius, environment.flattening)
    normal = (nx, ny, nz)
    carried = (-w * start[1], w * start[0], 0.0)
    angle, time, change, velocity = loft, 0.0, math.inf, (0.0, 0.0, 0.0)
    for _ in range(40):
        c, s = math.cos(w * time), math.sin(w * time)
        there = (c * goal[0] - s * goal[1], s * goal[0] + c * goal[1], goal[2])
        central = angle_between(up, there)
        if math.isnan(loft):
            speed, angle, last = arc_of_apogee(distance, end_radius, central, apogee_radius, environment.mu)
        else:
            speed, last = arc_of_angle(distance, end_radius, central, angle, environment.mu)
        if not last < LONGEST:
            return math.nan, velocity
        way = blend(speed * math.cos(angle), towards(up, there), speed * math.sin(angle), up)
        velocity = blend(1.0, way, -1.0, carried)
        change, time = abs(last - time), last
        if not math.isnan(loft):
            turn = loft - math.asin(dot(velocity, normal) / math.sqrt(dot(velocity, velocity)))
            angle = min(angle + turn, 0.5 * (angle + 0.5 * math.pi))
            change += 1e3 * abs(turn)
        if change < 1e-2:
            break
    if not change < 1.0:
        return math.nan, velocity
    if not math.isnan(loft):
        level = unit(blend(1.0, velocity, -dot(velocity, normal), normal))
        speed = math.sqrt(dot(velocity, velocity))
        velocity = blend(speed * math.cos(loft), level, speed * math.sin(loft), normal)
    return time, velocity


@kernel
def _vacuum_angle(case: Case, environment: Environment) -> float:
    """The loft, or the angle [rad] at the ground of the vacuum arc with the apogee; nan where there is no such arc."""
    if math.isnan(case.apogee):
        return case.loft
    pad, goal = case.launch.pad, case.launch.goal
    distance, end = math.sqrt(dot(pad, pad)), math.sqrt(dot(goal, goal))
    top = max(distance, end) + case.apogee
    return arc_of_apogee(distance, end, angle_between(unit(pad), unit(goal)), top, environment.mu)[1]


@kernel
def _shoot(
    case: Case, start: Vector, shift: Floats, w: float, environment: Environment, out: Floats
) -> tuple[float, float, Vector]:
    """Fly towards the aim point moved by `shift` (east, north, apogee) [m]; the miss goes to `out` (same axes) [m].

    Time [s] to the ground, apogee [m] and starting velocity come back; the time is nan where it never comes down.
    """
    radius = math.sqrt(dot(case.launch.goal, case.launch.goal))
    goal = unit(case.launch.goal)
    target = displaced(goal, shift[0] / radius, shift[1] / radius)
    top = radius + case.apogee + shift[2]
    time, velocity = _vacuum_start(start, target, radius, case.loft, top, w, environment)
    if math.isnan(time):
        return math.nan, math.nan, velocity
    state = np.array([start[0], start[1], start[2], velocity[0], velocity[1], velocity[2]])
    body = Body(case.ballistic_coefficient, 0.0, 0.0, 0.0, 1.0, math.inf)
    code, time, end, apogee, _ = integrate(
        0.0, state, body, environment, LONGEST, 0.0, NEVER, SILENT, 0, np.empty((0, 6))
    )
    if code != _GROUND:
        return math.nan, math.nan, velocity
    east, north = offset(goal, unit((end[0], end[1], end[2])))
    out[0], out[1] = radius * east, radius * north
    out[2] = 0.0 if math.isnan(case.apogee) else apogee - case.apogee
    return time, apogee, velocity


@kernel
def _improve(inverse: Floats, moved: Floats, changed: Floats) -> Floats:
    """Broyden's update of an inverse Jacobian (3, 3) after a move changed the miss (Broyden 1965, the good one)."""
    along, row, scale = np.zeros(3), np.zeros(3), 0.0
    for i in range(3):
        for j in range(3):
            along[i] += inverse[i, j] * changed[j]
            row[i] += moved[j] * inverse[j, i]
        scale += row[i] * changed[i]
    better = inverse.copy()
    if abs(scale) > 1e-12:
        for i in range(3):
            for j in range(3):
                better[i, j] += (moved[i] - along[i]) * row[j] / scale
    return better


@kernel
def _move_against(inverse: Floats, miss: Floats) -> Floats:
    """The Newton move (3,) against a miss; written out, so that no linear-algebra library decides its last bits."""
    move = np.zeros(3)
    for i in range(3):
        for j in range(3):
            move[i] -= inverse[i, j] * miss[j]
    return move


@kernel
def _solve(start: Vector, case: Case, w: float, environment: Environment) -> Aim:
    """The Aim of a case, from guesses on an Earth that turns `w` [rad/s]; the flights themselves turn as they do."""
    no_way = _TOO_FAR if math.isnan(case.apogee) else _NOT_BALLISTIC
    inverse, shift, move = np.eye(3), np.zeros(3), np.zeros(3)
    miss, best, best_miss = np.zeros(3), np.zeros(3), np.zeros(3)
    least = math.inf
    for shot in range(1, _MOST_SHOTS + 1):
        time, apogee, velocity = _shoot(case, start, shift, w, environment, miss)
        size = math.sqrt(miss[0] * miss[0] + miss[1] * miss[1] + miss[2] * miss[2])
        if math.isnan(time) or size > 2.0 * least:
            if shot == 1:
                return failed(no_way, math.nan, shot)
            move = 0.5 * move
            shift = best + move
            continue
        if size < 0.5 * AIM_ERROR:
            speed = math.sqrt(dot(velocity, velocity))
            _, nx, ny, nz = altitude_and_normal(
                start[0], start[1], start[2], environment.radius, environment.flattening
            )
            east, north = compass((nx, ny, nz))
            climb = math.asin(dot(velocity, (nx, ny, nz)) / speed)
            azimuth = math.atan2(dot(velocity, east), dot(velocity, north)) % (2.0 * math.pi)
            size, nan = math.sqrt(miss[0] * miss[0] + miss[1] * miss[1]), math.nan
            return Aim(
                _REACHED, start, velocity, speed, climb, azimuth, time, nan, apogee, size, nan, shot,
                case.launch.boost_time, nan, nan, nan,
            )  # fmt: skip
        if shot > 1:
            inverse = _improve(inverse, move, miss - best_miss)
        best, best_miss, least = shift.copy(), miss.copy(), size
        move = _move_against(inverse, best_miss)
        shift = best + move
    return failed(_NOT_CONVERGED if math.isnan(case.apogee) else _NOT_BALLISTIC, math.nan, _MOST_SHOTS)


@kernel
def solve_from(place: Vector, case: Case, environment: Environment) -> Aim:
    """Find the velocity at a burnout place [m] with which the threat comes down within AIM_ERROR of its aim point.

    Short lofted flights to the west may rise straight up as seen from space, where a guess by loft on the turning
    Earth fails; a guess on an Earth at rest then serves.
    """
    turning = _solve(place, case, environment.rotation, environment)
    if turning.status == _REACHED or environment.rotation == 0.0:
        return turning
    resting = _solve(place, case, 0.0, environment)
    return resting if resting.status == _REACHED else turning


@kernel
def _spent(found: Aim, case: Case, environment: Environment) -> Aim:
    """The answer where the stages are spent too early: how far the flight would come."""
    body, silent = Body(case.ballistic_coefficient, 0.0, 0.0, 0.0, 1.0, math.inf), np.empty((0, 6))
    _, _, end, _, _ = integrate(0.0, start_of(found), body, environment, LONGEST, 0.0, NEVER, SILENT, 0, silent)
    return spent(found, reach(case.launch.pad, end))


@kernel
def solve(case: Case, environment: Environment) -> Aim:
    """Find the boost and the burnout velocity with which the threat comes down within AIM_ERROR of its aim point.

    A drawn boost ends at a place known beforehand. A flown one ends elsewhere for every velocity that it is to reach:
    the flight that is needed from a place, and the place where the boost with that velocity ends, are found in turn.
    """
    launch = case.launch
    angle = _vacuum_angle(case, environment)
    if math.isnan(case.loft) and not angle >= LEAST_ARC_ANGLE:
        return failed(_NOT_BALLISTIC, math.nan, 0)
    most = math.inf if math.isnan(case.apogee) else 0.5 * case.apogee
    if not powered(launch.booster):
        pad, height = launch.pad, min(launch.burnout_altitude, most)
        half = 0.5 * math.sqrt(dot(pad, pad)) * angle_between(unit(pad), unit(launch.goal))
        along = min(height * math.tan(0.25 * math.pi - 0.5 * angle), half)  # an arc that starts upright
        return solve_from(drawn_place(pad, launch.goal, height, along, environment), case, environment)
    trial = first_trial(launch, most, environment)
    for _ in range(MOST_ROUNDS):
        needed = solve_from(trial.place, case, environment)
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
    if aim.status == _REACHED:
        body = Body(case.ballistic_coefficient, 0.0, 0.0, 0.0, 1.0, math.inf)
        clock = Clock(step, case.launch.time + aim.boost_time)
        start = start_of(aim)
        _, _, end, _, _ = integrate(0.0, start, body, environment, LONGEST, 0.0, NEVER, clock, k, record.states)
        record.phase[k:impact] = _COAST
        draw_end(impact, end, record.states, record.phase)
    for i in range(record.phase.size):
        x, y, z, vx, vy, vz = record.states[i]
        height, _, _, _ = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
        record.altitude[i] = height
        record.maneuver[i], record.intensity[i] = 0.0, 0.0
        if record.phase[i] == _BOOST:
            record.maneuver[i], record.intensity[i] = BOOST_MANEUVER, case.launch.plume_intensity
        elif record.phase[i] == _COAST:
            speed = math.sqrt(vx * vx + vy * vy + vz * vz)
            drag = drag_deceleration(height, speed, case.ballistic_coefficient)
            record.maneuver[i] = math.hypot(COAST_MANEUVER, DRAG_DOUBT * drag)
            record.intensity[i] = case.body_intensity
