"""Boost-glide threats: a drawn boost, an equilibrium glide with a bank programme, and a terminal dive.

The profile is open loop and published (equilibrium entry, constant lift-to-drag ratio, bank A sin(2 pi t/T), dive with
the lift turned down): nothing here steers by where the vehicle is. Azimuth at entry and the time at which the dive
starts are solved so that it comes down at the aim point.
"""

import math
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import FlightStatus, Floats, Phase
from sakimori.earth.atmosphere import density
from sakimori.earth.geodesy import ecef_from_geodetic
from sakimori.flight.boost import DRAWN
from sakimori.flight.integrator import LONGEST, NEVER, SILENT, Clock, Stop, climb, integrate
from sakimori.flight.motion import Body, Environment, Vector, acceleration, altitude_and_normal, drag_deceleration
from sakimori.flight.sphere import (
    angle_between,
    at_altitude,
    bearing_to,
    compass,
    dot,
    launched,
    offset,
    turn_between,
    turned,
    unit,
)
from sakimori.flight.threat import (
    AIM_ERROR,
    BOOST_MANEUVER,
    Aim,
    Launch,
    Record,
    draw_boost,
    draw_end,
    failed,
    require,
)

_HIGHEST_GLIDE = 100e3  # [m] no equilibrium glide is looked for above
_NODE = 20.0  # [s] between the states of a glide from which dives are tried
_MOST_PASSES, _MOST_TRIES, _MOST_POLISH = 8, 40, 12
_NEAR = 500.0  # [m] how closely a pass meets the range before it is polished
_LEAST_LIFT_CHANGE = 0.1  # share of the lift that a tracker cannot foresee on a glide without bank; assumption
_DIVE_SHARE = math.sqrt(0.5)  # per axis of a lift turned to any side; its peak, sqrt(2) times that, is the whole lift

# Radiant intensity from above in 1.4-3.0 um, laminar and turbulent, at two speeds (Tracy and Wright 2020, as
# recomputed; a later study gives less). Between and beyond: a power of the speed.
_FAST, _SLOW = 5490.0, 2300.0  # [m/s]
_LAMINAR_FAST, _LAMINAR_SLOW = 77e3, 4e3  # [W/sr]
_TURBULENT_FAST, _TURBULENT_SLOW = 359e3, 38e3  # [W/sr]
_LAMINAR_POWER = math.log(_LAMINAR_FAST / _LAMINAR_SLOW) / math.log(_FAST / _SLOW)
_TURBULENT_POWER = math.log(_TURBULENT_FAST / _TURBULENT_SLOW) / math.log(_FAST / _SLOW)

_BY_TIME, _BY_ANGLE, _GROUND = int(Stop.TIME), int(Stop.ANGLE), int(Stop.ALTITUDE)
_BOOST, _GLIDE, _DIVE = int(Phase.BOOST), int(Phase.GLIDE), int(Phase.DIVE)
_REACHED, _NOT_CONVERGED = int(FlightStatus.REACHED), int(FlightStatus.NOT_CONVERGED)
_TOO_FAR, _TOO_NEAR = int(FlightStatus.TOO_FAR), int(FlightStatus.TOO_NEAR)


@dataclass(frozen=True, kw_only=True)
class GlideThreat:
    """A boost-glide threat on the raid clock. Raises InputError for a value out of its range."""

    launch_latitude: float  # [rad] geodetic; the pad stands on the ellipsoid
    launch_longitude: float  # [rad]
    aim_latitude: float  # [rad]
    aim_longitude: float  # [rad]
    launch_time: float  # [s] on the raid clock
    entry_speed: float  # [m/s] relative to the Earth, where the glide starts level
    lift_to_drag: float
    ballistic_coefficient: float  # [kg/m2] m/(CD S)
    bank_amplitude: float  # [rad] A of the bank programme A sin(2 pi t/T), t from entry, positive to the right
    bank_period: float  # [s] T
    boost_time: float  # [s] from launch to entry
    boost_range: float  # [m] on the ground from pad to entry
    dive_angle: float  # [rad] below the horizontal, at which the lift of the dive is put off
    radar_cross_section: float  # [m2]
    plume_intensity: float  # [W/sr] while boosting
    signature: float  # 0 laminar to 1 turbulent: infrared intensity of the body

    def __post_init__(self) -> None:
        require(
            "glide threat",
            {
                "launch_latitude": (self.launch_latitude, -0.5 * math.pi, 0.5 * math.pi),
                "launch_longitude": (self.launch_longitude, -2.0 * math.pi, 2.0 * math.pi),
                "aim_latitude": (self.aim_latitude, -0.5 * math.pi, 0.5 * math.pi),
                "aim_longitude": (self.aim_longitude, -2.0 * math.pi, 2.0 * math.pi),
                "launch_time": (self.launch_time, -1e6, 1e6),
                "entry_speed": (self.entry_speed, 500.0, 7200.0),
                "lift_to_drag": (self.lift_to_drag, 0.1, 10.0),
                "ballistic_coefficient": (self.ballistic_coefficient, 100.0, 1e6),
                "bank_amplitude": (self.bank_amplitude, -0.5 * math.pi, 0.5 * math.pi),
                "bank_period": (self.bank_period, 1.0, 1e5),
                "boost_time": (self.boost_time, 0.0, 1e4),
                "boost_range": (self.boost_range, 0.0, 5e6),
                "dive_angle": (self.dive_angle, 0.05, 1.5),
                "radar_cross_section": (self.radar_cross_section, 0.0, math.inf),
                "plume_intensity": (self.plume_intensity, 0.0, math.inf),
                "signature": (self.signature, 0.0, 1.0),
            },
        )


class Case(NamedTuple):
    """A glide threat as the kernels take it."""

    pad: Vector  # [m] ECEF
    goal: Vector  # [m] ECEF of the aim point
    launch_time: float
    entry_speed: float
    lift_to_drag: float
    ballistic_coefficient: float
    bank_amplitude: float
    bank_period: float
    boost_time: float
    boost_range: float
    dive_angle: float
    plume_intensity: float
    signature: float
    launch: Launch


def case_of(threat: GlideThreat, environment: Environment) -> Case:
    """The threat with both places in Earth-fixed axes."""
    shape = environment.radius, environment.flattening
    values = (
        threat.launch_time,
        threat.entry_speed,
        threat.lift_to_drag,
        threat.ballistic_coefficient,
        threat.bank_amplitude,
        threat.bank_period,
        threat.boost_time,
        threat.boost_range,
        threat.dive_angle,
        threat.plume_intensity,
        threat.signature,
    )
    return Case(
        ecef_from_geodetic(float(threat.launch_latitude), float(threat.launch_longitude), 0.0, *shape),
        ecef_from_geodetic(float(threat.aim_latitude), float(threat.aim_longitude), 0.0, *shape),
        *(float(value) for value in values),
        Launch(
            ecef_from_geodetic(float(threat.launch_latitude), float(threat.launch_longitude), 0.0, *shape),
            ecef_from_geodetic(float(threat.aim_latitude), float(threat.aim_longitude), 0.0, *shape),
            float(threat.launch_time),
            DRAWN,
            float(threat.boost_time),
            math.nan,
            float(threat.plume_intensity),
        ),
    )


@kernel
def equilibrium_altitude(
    speed: float, lift_to_drag: float, ballistic_coefficient: float, radius: float, gravity: float
) -> float:
    """Altitude h [m] where 0.5 (L/D) rho v2/beta + v2/(radius + h) = gravity: lift and curvature carry the weight.

    `radius` [m] of the ground from the Earth's centre, `gravity` [m/s2]. Within 1e-6 m by bisection, from 0 to 100 km;
    0 where the lift on the ground is too small, nan where no lift is needed. USSA 1976.
    """
    low, high = 0.0, _HIGHEST_GLIDE
    if speed * speed / (radius + high) >= gravity:
        return math.nan
    lift = 0.5 * lift_to_drag * speed * speed / ballistic_coefficient
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        if lift * density(middle) + speed * speed / (radius + middle) > gravity:
            low = middle
        else:
            high = middle
    return low


@kernel
def body_intensity(speed: float, signature: float) -> float:
    """Infrared radiant intensity [W/sr] of a glider at a speed [m/s], geometric mean of laminar and turbulent."""
    share = max(speed, 1.0) / _FAST
    laminar = _LAMINAR_FAST * share**_LAMINAR_POWER
    turbulent = _TURBULENT_FAST * share**_TURBULENT_POWER
    return laminar ** (1.0 - signature) * turbulent**signature


@kernel
def _entry(case: Case, azimuth: float, environment: Environment) -> Floats:
    """State (6,) at entry: level, at the altitude where lift balances gravity and the turning Earth's forces."""
    pad, goal = unit(case.pad), unit(case.goal)
    along = case.boost_range / math.sqrt(dot(case.pad, case.pad))
    direction = turned(pad, goal, along)
    ground = at_altitude(direction, 0.0, environment.radius, environment.flattening)
    radius = math.sqrt(dot(ground, ground))
    height, place, way = 50e3, ground, ground
    still = Body(math.inf, 0.0, 0.0, 0.0, 1.0, math.inf)
    for _ in range(3):
        place = at_altitude(direction, height, environment.radius, environment.flattening)
        _, nx, ny, nz = altitude_and_normal(place[0], place[1], place[2], environment.radius, environment.flattening)
        up = (nx, ny, nz)
        east, north = compass(up)
        way = launched(up, east, north, case.entry_speed, 0.0, azimuth)
        pull = acceleration(0.0, place[0], place[1], place[2], way[0], way[1], way[2], still, environment)
        height = equilibrium_altitude(
            case.entry_speed, case.lift_to_drag, case.ballistic_coefficient, radius, -dot(pull, up)
        )
        if math.isnan(height):
            return np.full(6, math.nan)
    return np.array([place[0], place[1], place[2], way[0], way[1], way[2]])


@kernel
def _fly(
    time: float,
    start: Floats,
    dive: float,
    case: Case,
    environment: Environment,
    clock: Clock,
    index: int,
    samples: Floats,
) -> tuple[int, float, Floats, float, int]:
    """Glide from `time` to `dive` [s], turn the lift down until the dive angle, fall: as `integrate` returns it."""
    steep = -math.sin(case.dive_angle)
    code, state, apogee = _BY_TIME, start, -math.inf
    for part in range(3):
        beta, lift = case.ballistic_coefficient, case.lift_to_drag
        body = Body(beta, lift, 0.0, case.bank_amplitude, case.bank_period, math.inf)
        end_time, stop_sine = min(dive, LONGEST), NEVER
        if part == 1:
            body, stop_sine = Body(beta, lift, math.pi, 0.0, 1.0, math.inf), steep
        elif part == 2:
            body = Body(beta, 0.0, 0.0, 0.0, 1.0, math.inf)
        if part > 0:
            end_time = LONGEST
        if part == 1 and climb(state, environment)[2] <= steep:
            continue
        code, time, state, top, index = integrate(
            time, state, body, environment, end_time, 0.0, stop_sine, clock, index, samples
        )
        apogee = max(apogee, top)
        if code != _BY_TIME and code != _BY_ANGLE:
            break
    return code, time, state, apogee, index


@kernel
def _reach(start: Floats, end: Floats) -> float:
    """Central angle [rad] between two states."""
    return angle_between(unit((start[0], start[1], start[2])), unit((end[0], end[1], end[2])))


@kernel
def _overshoot(dive: float, nodes: Floats, case: Case, environment: Environment) -> tuple[float, Floats]:
    """Angle [rad] from the aim point on to the impact of a dive started at `dive` [s], along the way from entry.

    The flight starts at the last of the `nodes`, the states every _NODE seconds of the glide. The impact comes too.
    """
    i = min(int(dive / _NODE), nodes.shape[0] - 1)
    _, _, end, _, _ = _fly(i * _NODE, nodes[i], dive, case, environment, SILENT, 0, np.empty((0, 6)))
    entry = unit((nodes[0, 0], nodes[0, 1], nodes[0, 2]))
    return _reach(nodes[0], end) - angle_between(entry, unit(case.goal)), end


@kernel
def _dive_for_range(
    nodes: Floats, longest: float, case: Case, environment: Environment
) -> tuple[int, float, Floats, int]:
    """Status, dive time [s], impact and tries, so that the impact is as far from entry as the aim point.

    Bracketed false position (Illinois): a later dive reaches further. Where the whole glide is too short, or a dive at
    once too long, the nearest comes back with TOO_FAR or TOO_NEAR.
    """
    near = _NEAR / environment.radius
    high, (f_high, end) = longest, _overshoot(longest, nodes, case, environment)
    if f_high < -near:
        return _TOO_FAR, high, end, 1
    low, (f_low, end) = 0.0, _overshoot(0.0, nodes, case, environment)
    if f_low > near:
        return _TOO_NEAR, low, end, 2
    side, dive = 0, 0.0
    for tries in range(3, _MOST_TRIES):
        dive = (low * f_high - high * f_low) / (f_high - f_low)
        f, end = _overshoot(dive, nodes, case, environment)
        if abs(f) < near or high - low < 1e-9:
            return _REACHED, dive, end, tries
        if f < 0.0:
            low, f_low = dive, f
            f_high = 0.5 * f_high if side == -1 else f_high
            side = -1
        else:
            high, f_high = dive, f
            f_low = 0.5 * f_low if side == 1 else f_low
            side = 1
    return _NOT_CONVERGED, dive, end, _MOST_TRIES


@kernel
def _turn_to(start: Floats, end: Floats, case: Case, environment: Environment) -> float:
    """By how much [rad, -pi to pi] to turn the azimuth so that the impact comes to the bearing of the aim point."""
    here, there = (start[0], start[1], start[2]), (end[0], end[1], end[2])
    return turn_between(here, there, case.goal, environment.radius, environment.flattening)


@kernel
def _polish(case: Case, azimuth: float, dive: float, rate: float, shots: int, environment: Environment) -> Aim:
    """From a close guess: whole flights, the dive time by the secant rule, the azimuth by the bearing missed.

    `rate` [rad/s] is how the reach grows with the dive time, to start with.
    """
    ground = math.sqrt(dot(case.goal, case.goal))
    goal = unit(case.goal)
    last_dive, last_over = math.nan, math.nan
    for shot in range(1, _MOST_POLISH + 1):
        start = _entry(case, azimuth, environment)
        code, time, end, apogee, _ = _fly(0.0, start, dive, case, environment, SILENT, 0, np.empty((0, 6)))
        east, north = offset(goal, unit((end[0], end[1], end[2])))
        miss = ground * math.sqrt(east * east + north * north)
        if code == _GROUND and miss < AIM_ERROR:
            place, way = (start[0], start[1], start[2]), (start[3], start[4], start[5])
            heading, speed, dive = azimuth % (2.0 * math.pi), case.entry_speed, min(dive, time)
            total, nan = shots + shot, math.nan
            boost = case.boost_time
            return Aim(
                _REACHED, place, way, speed, 0.0, heading, time, dive, apogee, miss, nan, total, boost, nan, nan, nan
            )  # fmt: skip
        over = _reach(start, end) - angle_between(unit((start[0], start[1], start[2])), goal)
        if abs(dive - last_dive) > 1e-6:  # false for a nan
            slope = (over - last_over) / (dive - last_dive)
            rate = slope if 0.25 * rate < slope < 4.0 * rate else rate
        last_dive, last_over = dive, over
        dive = max(0.0, dive - over / rate)
        azimuth += _turn_to(start, end, case, environment)
    return failed(_NOT_CONVERGED, math.nan, shots + _MOST_POLISH)


@kernel
def solve(case: Case, environment: Environment) -> Aim:
    """Find the azimuth at entry and the dive time with which the threat comes down within AIM_ERROR of its aim point.

    A pass flies one whole glide and brackets the dive time for the range; the azimuth then turns by the bearing
    missed, and whole flights polish both. Another pass follows where that fails, or where the aim point seems out of
    reach at an azimuth that is still to be turned.
    """
    pad, goal = unit(case.pad), unit(case.goal)
    ground = math.sqrt(dot(case.pad, case.pad))
    if ground * angle_between(pad, goal) <= case.boost_range:
        return failed(_TOO_NEAR, case.boost_range, 0)
    first = _entry(case, 0.0, environment)
    azimuth = bearing_to((first[0], first[1], first[2]), goal, environment.radius, environment.flattening)
    status, shots, end = _NOT_CONVERGED, 0, np.zeros(6)
    nodes = np.empty((int(LONGEST / _NODE) + 1, 6))
    for _ in range(_MOST_PASSES):
        start = _entry(case, azimuth, environment)
        if math.isnan(start[0]):
            return failed(_NOT_CONVERGED, math.nan, shots)
        nodes[0] = start
        _, longest, _, _, count = _fly(0.0, start, LONGEST, case, environment, Clock(_NODE, 0.0), 1, nodes)
        status, dive, end, tries = _dive_for_range(nodes[:count], longest, case, environment)
        shots += 1 + tries
        turn = _turn_to(start, end, case, environment)
        azimuth += turn
        if status == _REACHED:
            node = nodes[min(int(dive / _NODE), count - 1)]
            rate = math.sqrt(node[3] * node[3] + node[4] * node[4] + node[5] * node[5]) / ground
            solved = _polish(case, azimuth, dive, rate, shots, environment)
            if solved.status == _REACHED:
                return solved
            shots = solved.shots
        elif abs(turn) * ground < _NEAR:
            break
    nearest = ground * angle_between(pad, unit((end[0], end[1], end[2])))
    return failed(status if status != _REACHED else _NOT_CONVERGED, nearest, shots)


@kernel
def _bank_share(amplitude: float) -> float:
    """Root mean square of sin(A sin p) over a period: the share of the lift that the bank programme turns aside."""
    total = 0.0
    for i in range(64):
        total += math.sin(amplitude * math.sin(2.0 * math.pi * (i + 0.5) / 64)) ** 2
    return math.sqrt(total / 64)


@kernel
def draw(case: Case, aim: Aim, step: float, impact: int, environment: Environment, record: Record) -> None:
    """Write the samples of the flight; the arrays of `record` are the only argument written."""
    k = draw_boost(case.launch, aim, step, environment, record.states, record.phase)
    entry = case.launch_time + case.boost_time
    if aim.status == _REACHED:
        p, v = aim.position, aim.velocity
        start = np.array([p[0], p[1], p[2], v[0], v[1], v[2]])
        _, _, end, _, _ = _fly(0.0, start, aim.dive, case, environment, Clock(step, entry), k, record.states)
        for i in range(k, impact):
            record.phase[i] = _GLIDE if i * step - entry < aim.dive else _DIVE
        draw_end(impact, end, record.states, record.phase)
    share = max(_LEAST_LIFT_CHANGE, _bank_share(case.bank_amplitude))
    for i in range(record.phase.size):
        x, y, z, vx, vy, vz = record.states[i]
        height, _, _, _ = altitude_and_normal(x, y, z, environment.radius, environment.flattening)
        record.altitude[i] = height
        record.maneuver[i], record.intensity[i] = 0.0, 0.0
        if record.phase[i] == _BOOST:
            record.maneuver[i], record.intensity[i] = BOOST_MANEUVER, case.plume_intensity
        elif record.phase[i] == _GLIDE or record.phase[i] == _DIVE:
            speed = math.sqrt(vx * vx + vy * vy + vz * vz)
            lift = case.lift_to_drag * drag_deceleration(height, speed, case.ballistic_coefficient)
            record.maneuver[i] = lift * (share if record.phase[i] == _GLIDE else _DIVE_SHARE)
            record.intensity[i] = body_intensity(speed, case.signature)
