"""The frozen tracking cases: six flights, three sets of sensors; truth from the flight kernels, no random number.

Every number here is notional: it makes a case, and describes no system. The flights come from the west towards a place
at 35 N 140 E. Changing anything here makes other cases: give them other names.
"""

import math
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.constants import STANDARD_GRAVITY, WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.types import Floats
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import destination, ecef_from_geodetic, geodetic, positions_ecef
from sakimori.earth.sightlines import earth_blocks, range_azimuth_elevation
from sakimori.flight import Body
from sakimori.flight.profile import trace, velocity_ecef
from sakimori.sense import orbits
from sakimori.track.measurements import UNMEASURED, Looks, Measures, sight_axes
from sakimori.track.motions import air_pressure_of

SEED = 4_2024
PLACE = (math.radians(35.0), math.radians(140.0))
COURSE = math.radians(100.0)  # of the flights, at the place
JULIAN_DATE = 2461245.5
RADAR_STEP, RADAR_RANGE, RADAR_ANGLE, RADAR_CHANCE = 2.0, 20.0, 1e-3, 0.9  # [s], [m], [rad], per look
RADAR_REACH = 1000e3  # [m]
LEO_STEP, LEO_ANGLE, LEO_CHANCE, LEO_DELAY = 2.0, 30e-6, 0.95, 3.0  # [s], [rad], per look, [s] to the tracker
LEO_MARGIN = 10e3  # [m] the line of sight stays above this, so that targets below are not seen


class Flight(NamedTuple):
    """A true flight, every 0.5 s."""

    time: Floats  # (K,) [s]
    state: Floats  # (K, 6) ECEF [m, m/s]
    lift: float  # [m2/kg] lift area per mass: times dynamic pressure the greatest lift [m/s2]
    load: float  # [m/s2] to which lift is limited


STEP = 0.5


def _away(distance: float, aside: float = 0.0) -> tuple[float, float]:
    """A point so far [m] up the course from the place, and so far to its right."""
    point = destination(*PLACE, COURSE + math.pi, distance) if distance else PLACE
    return destination(*point, COURSE + 0.5 * math.pi, aside) if aside else point


def _flown(
    distance: float, altitude: float, speed: float, angle_deg: float, parts: Sequence[tuple[float, Body]], floor: float
) -> Flight:
    """A body let go at a distance from the place, with each part's air forces for so many seconds, down to `floor`."""
    at = _away(distance)
    velocity = velocity_ecef(*at, speed, math.radians(angle_deg), COURSE)
    state = np.array([[*ecef_from_geodetic(*at, altitude, WGS84_RADIUS, WGS84_FLATTENING), *velocity]])
    for duration, body in parts:
        flown = trace(state[-1], body, step=STEP, stop_time=duration, stop_altitude=floor)
        state = np.concatenate([state[:-1], flown.state[np.isclose(flown.time % STEP, 0.0)]])
    lifting = max((body for _, body in parts), key=lambda body: body.lift_to_drag)
    lift = lifting.lift_to_drag / lifting.ballistic_coefficient
    return Flight(STEP * np.arange(len(state)), state, lift, lifting.load_limit)


def weave() -> Flight:
    """A glide with the lift swung 60 degrees to either side every 150 s, and a dive with the lift turned down."""
    weaving = Body(6000.0, 2.6, bank_amplitude=math.radians(60.0), bank_period=150.0)
    parts = [(390.0, weaving), (8.0, Body(6000.0, 2.6, bank=math.pi)), (600.0, Body(6000.0))]
    return _flown(1250e3, 44e3, 3800.0, 0.0, parts, 0.0)


def skip() -> Flight:
    """Constant lift from 70 km down at 4 km/s: skips that die away, followed down to 20 km."""
    return _flown(1700e3, 70e3, 4000.0, -2.0, [(1500.0, Body(6000.0, 2.0))], 20e3)


def pull_up() -> Flight:
    """A low arc, one strong pull-up under a load limit of 10 g, a glide of a minute, and a ballistic end."""
    lifting = Body(7000.0, 1.5, load_limit=10.0 * STANDARD_GRAVITY)
    return _flown(600e3, 20e3, 2600.0, 18.0, [(165.0, Body(7000.0)), (60.0, lifting), (600.0, Body(7000.0))], 0.0)


def dive() -> Flight:
    """A steep dive from 50 km with lift held to the right."""
    return _flown(90e3, 50e3, 3200.0, -25.0, [(600.0, Body(5000.0, 0.6, bank=0.5 * math.pi))], 0.0)


def quasi_ballistic() -> Flight:
    """A ballistic arc to some 60 km with little lift."""
    return _flown(520e3, 20e3, 2200.0, 24.0, [(1500.0, Body(7000.0, 0.4))], 0.0)


def cruise() -> Flight:
    """25 km high at 1,700 m/s, level, with turns of 30 degrees bank: 60 s straight, 25 s left, 50 s right, 25 s left.

    Kinematic, along geodesics of 0.5 s.
    """
    at, course = _away(650e3), COURSE
    rate = STANDARD_GRAVITY * math.tan(math.radians(30.0)) / 1700.0
    time, rows = STEP * np.arange(700), []
    for t in time:
        place = ecef_from_geodetic(*at, 25e3, WGS84_RADIUS, WGS84_FLATTENING)
        rows.append([*place, *velocity_ecef(*at, 1700.0, 0.0, course)])
        turn = t % 160.0
        sign = 0.0 if turn < 60.0 else -1.0 if turn < 85.0 or turn >= 135.0 else 1.0
        at = destination(*at, course + 0.5 * sign * rate * STEP, 1700.0 * STEP / (1.0 + 25e3 / WGS84_RADIUS))
        course += sign * rate * STEP
    return Flight(time, np.array(rows), STANDARD_GRAVITY * math.tan(math.radians(30.0)) / 57e3, math.inf)


FLIGHTS: dict[str, Callable[[], Flight]] = {
    "weave": weave,
    "skip": skip,
    "pull-up": pull_up,
    "dive": dive,
    "quasi-ballistic": quasi_ballistic,
    "cruise": cruise,
}


class Plan(NamedTuple):
    """Looks at a flight, by arrival, and what each sees."""

    looks: Looks  # without values
    state: Floats  # (K, 6) the truth at each look
    chance: Floats  # (K,) of detection


Row = tuple[float, float, int, int, Floats, Floats, Floats, Floats, float]


def _radar(flight: Flight, site: tuple[float, float], source: int, offset: float) -> list[Row]:
    """Looks of one radar at what is above its horizon and within its reach."""
    place = ecef_from_geodetic(*site, 50.0, WGS84_RADIUS, WGS84_FLATTENING)
    axes, rows = enu_axes(*site), list[Row]()
    for k in range(round(offset / STEP), len(flight.time), round(RADAR_STEP / STEP)):
        target = tuple(flight.state[k, :3].tolist())
        distance, _, elevation = range_azimuth_elevation(place, axes, target)
        if 0.005 < elevation < 1.4 and distance < RADAR_REACH:
            across = RADAR_ANGLE / math.cos(elevation)
            variance = np.array([RADAR_RANGE**2, across**2, RADAR_ANGLE**2, UNMEASURED])
            t = float(flight.time[k])
            rows.append((t, t, source, k, np.array(place), np.zeros(3), np.array(axes), variance, RADAR_CHANCE))
    return rows


def _leo(flight: Flight, satellites: int) -> list[Row]:
    """Looks by the so many nearest satellites of a Walker constellation that see the flight; they take turns."""
    constellation = orbits.walker(128, 8, 1, math.radians(60.0), 1200e3)
    path = orbits.positions_ecef(constellation, JULIAN_DATE, flight.time)
    rows = list[Row]()
    for turn in range(satellites):
        first = round(turn * LEO_STEP / satellites / STEP)
        for k in range(first, len(flight.time), round(LEO_STEP / STEP)):
            target = flight.state[k, :3]
            ways = target - path[:, k]
            seeing = [
                int(s)
                for s in np.argsort(np.linalg.norm(ways, axis=1))
                if not earth_blocks(tuple(path[s, k].tolist()), tuple(target.tolist()), LEO_MARGIN)
            ]
            if len(seeing) <= turn:
                continue
            s = seeing[turn]
            axes = sight_axes(*(ways[s] / np.linalg.norm(ways[s])).tolist())
            variance = np.array([LEO_ANGLE**2, LEO_ANGLE**2, UNMEASURED, UNMEASURED])
            t = float(flight.time[k])
            rows.append((t, t + LEO_DELAY, 100 + s, k, path[s, k], np.zeros(3), np.array(axes), variance, LEO_CHANCE))
    return rows


def plan(flight: Flight, sensors: str) -> Plan:
    """The looks of one set of sensors at one flight."""
    east = _away(-150e3, 200e3)
    rows = {
        "two-radars": lambda: _radar(flight, PLACE, 1, 0.0) + _radar(flight, east, 2, 1.0),
        "radar-leo": lambda: _radar(flight, PLACE, 1, 0.0) + _leo(flight, 1),
        "leo-stereo": lambda: _leo(flight, 2),
    }[sensors]()
    rows.sort(key=lambda row: (row[1], row[0], row[2]))
    time, arrival, source, index, place, velocity, axes, variance, chance = zip(*rows, strict=True)
    kind = [int(Measures.SIGHT if s >= 100 else Measures.RADAR) for s in source]
    looks = Looks(
        np.array(time),
        np.array(arrival),
        np.array(source),
        np.array(kind),
        np.array(place),
        np.array(velocity),
        np.array(axes),
        np.zeros((len(rows), 4)),
        np.array(variance),
        np.ones(len(rows), np.bool_),
    )
    return Plan(looks, flight.state[list(index)], np.array(chance))


SENSORS = ("two-radars", "radar-leo", "leo-stereo")


def maneuver(flight: Flight, state: Floats) -> float:
    """What a tracker cannot foresee [m/s2], per axis: the lift that the air allows, turned to any side, and 0.05."""
    lift = min(flight.lift * air_pressure_of(state), flight.load)
    return math.sqrt(0.5) * lift + 0.05


def altitudes(flight: Flight) -> Floats:
    """Geodetic altitudes (K,) [m]."""
    return geodetic(flight.state[:, :3])[2]


def ground_range(flight: Flight) -> float:
    """Straight distance [m] between the first and the last point on the ground."""
    latitude, longitude, _ = geodetic(flight.state[[0, -1], :3])
    ends = positions_ecef(latitude, longitude, np.zeros(2))
    return float(np.linalg.norm(ends[1] - ends[0]))
