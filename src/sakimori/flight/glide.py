"""Boost-glide threats: a boost, a coast over an apogee, a pull-up, a glide with a bank programme, and a dive.

The profile is open loop and published in kind (equilibrium or skipping glide at constant lift-to-drag ratio, weave,
S-turns or one turn, dive with the lift turned down): nothing here steers by where the vehicle is. Azimuth and angle at
burnout and the time at which the dive starts are solved so that it peaks at its apogee and comes down at the aim point.
"""

import math
from dataclasses import dataclass

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import FlightStatus, Floats, Phase
from sakimori.flight.boost import drawn_place, powered
from sakimori.flight.glider import (
    Case,
    Entry,
    Glider,
    Marks,
    at_apogee,
    bank_share,
    coast,
    descend,
    enter,
    gliding,
    holding,
    speed_of,
)
from sakimori.flight.integrator import LONGEST, SILENT, Clock, climb
from sakimori.flight.motion import Environment, Vector, air_density, air_forces
from sakimori.flight.signature import glow_table, write_faces
from sakimori.flight.sphere import angle_between, bearing_to, dot, turn_between, unit
from sakimori.flight.threat import (
    AIM_ERROR,
    BOOST_MANEUVER,
    COAST_MANEUVER,
    DRAG_DOUBT,
    MOST_ROUNDS,
    Aim,
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

_MOST_BOOSTED = 0.8  # share of the apogee that is climbed by boosting, at most; assumption
_NODE = 20.0  # [s] between the states of a glide from which dives are tried
_MOST_PASSES, _MOST_TRIES, _MOST_POLISH = 8, 40, 12
_NEAR = 500.0  # [m] how closely a pass meets the range before it is polished
_LEAST_LIFT_CHANGE = 0.1  # share of the lift that a tracker cannot foresee on a glide without bank; assumption
_ANY_SIDE = math.sqrt(0.5)  # per axis of a lift turned to any side; its peak, sqrt(2) times that, is the whole lift

_BOOST, _COAST, _PULL_UP = int(Phase.BOOST), int(Phase.COAST), int(Phase.PULL_UP)
_GLIDE, _DIVE = int(Phase.GLIDE), int(Phase.DIVE)
_REACHED, _NOT_CONVERGED = int(FlightStatus.REACHED), int(FlightStatus.NOT_CONVERGED)
_TOO_FAR, _TOO_NEAR = int(FlightStatus.TOO_FAR), int(FlightStatus.TOO_NEAR)


@dataclass(frozen=True, kw_only=True)
class GlideThreat(Threat):
    """A boost-glide threat on the raid clock. Raises InputError for a value out of its range."""

    entry_speed: float  # [m/s] relative to the Earth, at burnout
    apogee: float  # [m] of the coast after burnout; at most 0.8 of it is climbed by a drawn boost
    lift_to_drag: float  # the best
    ballistic_coefficient: float  # [kg/m2] m/(CD S) at the best lift-to-drag ratio
    load_limit: float  # [m/s2] greatest lift per mass of pull-up and glide
    skip: float  # 0: equilibrium glide, 1: skipping glide (from 0.5 on)
    bank_programme: float  # 0 one turn to the left, 1 weave, 2 S-turns, 3 one turn to the right; rounded
    bank_amplitude: float  # [rad]
    bank_period: float  # [s] of weave and S-turns; how long a turn lasts
    bank_start: float  # [s] when the programme begins, from the apogee on
    dive_angle: float  # [rad] below the horizontal, at which the lift of the dive is put off
    dive_load_limit: float  # [m/s2] greatest lift per mass of the dive
    signature: float  # 0 laminar to 1 turbulent: infrared intensity of the body

    def __post_init__(self) -> None:
        self.check(
            "glide threat",
            {
                "entry_speed": (self.entry_speed, 500.0, 7200.0),
                "apogee": (self.apogee, 5e3, 1e6),
                "lift_to_drag": (self.lift_to_drag, 0.1, 10.0),
                "ballistic_coefficient": (self.ballistic_coefficient, 100.0, 1e6),
                "load_limit": (self.load_limit, 10.0, 1e4),
                "skip": (self.skip, 0.0, 1.0),
                "bank_programme": (self.bank_programme, 0.0, 3.0),
                "bank_amplitude": (self.bank_amplitude, -0.5 * math.pi, 0.5 * math.pi),
                "bank_period": (self.bank_period, 1.0, 1e5),
                "bank_start": (self.bank_start, 0.0, 1e4),
                "dive_angle": (self.dive_angle, 0.05, 1.5),
                "dive_load_limit": (self.dive_load_limit, 10.0, 1e4),
                "signature": (self.signature, 0.0, 1.0),
            },
            ("boost_time", "burnout_altitude", "boost_range"),
        )


def case_of(threat: GlideThreat, environment: Environment) -> Case:
    """The threat with both places in Earth-fixed axes; flags and whole numbers are rounded."""
    beta, lift = float(threat.ballistic_coefficient), float(threat.lift_to_drag)
    programme = float(round(threat.bank_programme))
    return Case(
        threat.launch(environment),
        float(threat.entry_speed),
        float(threat.apogee),
        Glider(beta, lift, 0.0),
        Glider(beta, lift, float(threat.load_limit)),
        Glider(beta, lift, float(threat.dive_load_limit), math.pi),
        1.0 if threat.skip >= 0.5 else 0.0,
        programme,
        float(threat.bank_amplitude),
        float(threat.bank_period),
        float(threat.bank_start),
        float(threat.dive_angle),
        float(threat.signature),
        glow_table(),
    )


@kernel
def _over(place: Vector, end: Floats, case: Case) -> float:
    """Angle [rad] by which an impact lies further from `place` [m] than the aim point."""
    here = unit(place)
    return angle_between(here, unit((end[0], end[1], end[2]))) - angle_between(here, unit(case.launch.goal))


@kernel
def _dive_from(
    dive: float, marks: Marks, nodes: Floats, place: Vector, entry: Entry, case: Case, environment: Environment
) -> tuple[float, Floats]:
    """By how much [rad] the impact of a dive started at `dive` [s] lies beyond the aim point, and the impact.

    The flight starts at the last of the `nodes`, the states every _NODE seconds from the apogee; `marks` are those of
    the flight without dive, known where it starts later.
    """
    i = min(int((dive - entry.time) / _NODE), nodes.shape[0] - 1)
    time, known = entry.time + i * _NODE, entry.marks
    if time >= marks.level:
        known = Marks(marks.top, marks.level, marks.held if time >= marks.held else math.nan, marks.balance)
    _, _, end, _, _, _ = descend(time, nodes[i], known, dive, case, environment, SILENT, 0, np.empty((0, 6)))
    return _over(place, end, case), end


@kernel
def _dive_for_range(
    near: float, nodes: Floats, place: Vector, entry: Entry, case: Case, environment: Environment
) -> tuple[int, float, float, Floats, int]:
    """Status, dive time [s], how the reach grows with it [rad/s], impact and flights: the range within `near` [rad].

    One flight without dive writes the `nodes`; then bracketed false position (Illinois): a later dive reaches further.
    Where the whole glide is too short, or a dive at the apogee too long, that comes back with TOO_FAR or TOO_NEAR.
    """
    nodes[0] = entry.top
    clock = Clock(_NODE, -entry.time)
    _, high, far, _, count, marks = descend(
        entry.time, entry.top, entry.marks, LONGEST, case, environment, clock, 1, nodes
    )
    nodes = nodes[:count]
    f_high = _over(place, far, case)
    if f_high < -near:
        return _TOO_FAR, high, 1.0, far, 1
    low = entry.time
    f_low, end = _dive_from(low, marks, nodes, place, entry, case, environment)
    if f_low > near:
        return _TOO_NEAR, low, 1.0, end, 2
    side, dive, g_low, g_high, rate = 0, low, f_low, f_high, 1.0
    for tries in range(3, _MOST_TRIES):
        rate = (f_high - f_low) / (high - low)
        dive = (low * g_high - high * g_low) / (g_high - g_low)
        f, end = _dive_from(dive, marks, nodes, place, entry, case, environment)
        if abs(f) < near or high - low < 1e-9:
            return _REACHED, dive, rate, end, tries
        if f < 0.0:
            low, f_low, g_low = dive, f, f
            g_high = 0.5 * g_high if side == -1 else g_high
            side = -1
        else:
            high, f_high, g_high = dive, f, f
            g_low = 0.5 * g_low if side == 1 else g_low
            side = 1
    return _NOT_CONVERGED, dive, rate, end, _MOST_TRIES


@kernel
def _turn_to(place: Vector, end: Floats, case: Case, environment: Environment) -> float:
    """By how much [rad, -pi to pi] to turn the azimuth so that the impact comes to the bearing of the aim point."""
    there = (end[0], end[1], end[2])
    return turn_between(place, there, case.launch.goal, environment.radius, environment.flattening)


@kernel
def _polish(
    place: Vector,
    azimuth: float,
    square: float,
    dive: float,
    rate: float,
    shots: int,
    case: Case,
    environment: Environment,
) -> Aim:
    """From a close guess: whole flights, the dive time by the secant rule, the azimuth by the bearing missed.

    `rate` [rad/s] is how the reach grows with the dive time, to start with.
    """
    ground, goal = math.sqrt(dot(case.launch.goal, case.launch.goal)), unit(case.launch.goal)
    last_dive, last_over = math.nan, math.nan
    for shot in range(1, _MOST_POLISH + 1):
        entry = enter(place, azimuth, square, case, environment)
        if entry.status != _REACHED:
            return failed(entry.status, math.nan, shots + shot)
        square, dive = entry.square, max(dive, entry.time)
        down, time, end, peak, _, _ = descend(
            entry.time, entry.top, entry.marks, dive, case, environment, SILENT, 0, np.empty((0, 6))
        )
        miss = ground * angle_between(goal, unit((end[0], end[1], end[2])))
        if down and miss < 0.5 * AIM_ERROR:
            s = entry.start
            angle, heading, dive = math.asin(math.sqrt(square)), azimuth % (2.0 * math.pi), min(dive, time)
            way, apogee, total = (s[3], s[4], s[5]), max(climb(entry.top, environment)[0], peak), shots + shot
            nan = math.nan
            return Aim(
                _REACHED, place, way, case.entry_speed, angle, heading, time, dive, apogee, miss, nan, total,
                case.launch.boost_time, nan, nan, nan,
            )  # fmt: skip
        over = _over(place, end, case)
        if abs(dive - last_dive) > 1e-6:  # false for a nan
            slope = (over - last_over) / (dive - last_dive)
            rate = slope if 0.25 * rate < slope < 4.0 * rate else rate
        last_dive, last_over = dive, over
        dive -= over / rate
        azimuth += _turn_to(place, end, case, environment)
    return failed(_NOT_CONVERGED, math.nan, shots + _MOST_POLISH)


@kernel
def solve_from(place: Vector, last: Aim, case: Case, environment: Environment) -> Aim:
    """Azimuth, path angle and dive time with which the threat, from burnout at `place` [m, ECEF], meets its aim point.

    A pass flies one whole glide and brackets the dive time for the range; the azimuth then turns by the bearing
    missed, and whole flights polish both. Another, closer pass follows where that fails, or where the aim point seems
    out of reach at an azimuth that is still to be turned. Where a `last` answer was found, it is polished first.
    """
    pad, goal, shots = case.launch.pad, unit(case.launch.goal), 0
    ground = math.sqrt(dot(pad, pad))
    if not math.isnan(last.angle):
        square, rate = math.sin(last.angle) ** 2, 0.5 * case.entry_speed / ground
        solved = _polish(place, last.azimuth, square, last.dive, rate, 0, case, environment)
        if solved.status == _REACHED:
            return solved
        shots = solved.shots
    azimuth = bearing_to(place, goal, environment.radius, environment.flattening)
    status, square, near, end = _NOT_CONVERGED, math.nan, _NEAR / ground, np.zeros(6)
    nodes = np.empty((int(LONGEST / _NODE) + 1, 6))
    for _ in range(_MOST_PASSES):
        entry = enter(place, azimuth, square, case, environment)
        shots, square = shots + 1, entry.square
        if entry.status != _REACHED:
            return failed(entry.status, math.nan, shots)
        status, dive, rate, end, tries = _dive_for_range(near, nodes, place, entry, case, environment)
        shots += tries
        turn = _turn_to(place, end, case, environment)
        azimuth += turn
        if status == _REACHED:
            solved = _polish(place, azimuth, square, dive, rate, shots, case, environment)
            if solved.status == _REACHED:
                return solved
            shots = solved.shots
            near *= 0.1
        elif abs(turn) * ground < _NEAR:
            break
    return failed(status if status != _REACHED else _NOT_CONVERGED, reach(pad, end), shots)


@kernel
def _spent(found: Aim, case: Case, environment: Environment) -> Aim:
    """The answer where the stages are spent too early: how far the whole glide would come."""
    start, nowhere = start_of(found), np.empty((0, 6))
    peaked, top, state, _ = coast(start, case, environment, SILENT, 0, nowhere)
    possible, marks = at_apogee(top, state, case, environment)
    if not (peaked and possible):
        return spent(found, math.nan)
    _, _, end, _, _, _ = descend(top, state, marks, LONGEST, case, environment, SILENT, 0, nowhere)
    return spent(found, reach(case.launch.pad, end))


@kernel
def solve(case: Case, environment: Environment) -> Aim:
    """The boost, and azimuth, path angle and dive time, that lead to the aim point; see `ballistic.solve`."""
    launch, found = case.launch, failed(_NOT_CONVERGED, math.nan, 0)
    if not powered(launch.booster):
        ground = math.sqrt(dot(launch.pad, launch.pad))
        if ground * angle_between(unit(launch.pad), unit(launch.goal)) <= launch.boost_range:
            return failed(_TOO_NEAR, launch.boost_range, 0)
        height = min(launch.burnout_altitude, _MOST_BOOSTED * case.apogee)
        place = drawn_place(launch.pad, launch.goal, height, launch.boost_range, environment)
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
    burnout, held, body = case.launch.time + aim.boost_time, math.inf, case.lifting
    held_body = body
    if aim.status == _REACHED:
        start, clock = start_of(aim), Clock(step, burnout)
        _, top, state, index = coast(start, case, environment, clock, k, record.states)
        _, marks = at_apogee(top, state, case, environment)
        _, _, end, _, _, marks = descend(top, state, marks, aim.dive, case, environment, clock, index, record.states)
        level, held = marks.level, marks.held
        held_body, body = holding(top, marks.balance, case), gliding(top, case)
        for i in range(k, impact):
            elapsed = i * step - burnout
            record.phase[i] = _GLIDE if elapsed >= level else (_COAST if elapsed < top else _PULL_UP)
            if elapsed >= aim.dive:
                record.phase[i] = _DIVE
        draw_end(impact, end, record.states, record.phase)
    share = max(_LEAST_LIFT_CHANGE, bank_share(gliding(0.0, case)))
    for i in range(record.phase.size):
        altitude, _, _ = climb(record.states[i], environment)
        record.altitude[i] = altitude
        record.maneuver[i], record.intensity[i] = 0.0, 0.0
        phase, elapsed, speed = record.phase[i], i * step - burnout, speed_of(record.states[i])
        if phase == _BOOST:
            record.maneuver[i], record.intensity[i] = BOOST_MANEUVER, case.launch.plume_intensity
        elif phase in (_COAST, _PULL_UP, _GLIDE, _DIVE):
            flown, turned_aside = case.lifting, _ANY_SIDE
            if phase == _COAST:
                flown = case.coasting
            elif phase == _DIVE:
                flown = case.pressing
            elif phase == _GLIDE:
                flown, turned_aside = (held_body if elapsed < held else body), share
            drag, lift, _ = air_forces(elapsed, altitude, speed, flown, environment)
            record.maneuver[i] = math.hypot(math.hypot(COAST_MANEUVER, DRAG_DOUBT * drag), turned_aside * lift)
            density = air_density(altitude, environment)
            write_faces(record.states[i], density, case.signature, case.glow, record.faces[i])
