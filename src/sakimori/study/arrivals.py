"""About how long a threat flies, in closed form, so that a raid can be timed before it is flown.

Vacuum and a sphere without rotation: a few per cent from what is flown then, which shifts single arrivals within a
raid by seconds to a minute; the raid as a whole arrives over the stated spread all the same.
"""

import itertools
import math

from sakimori.base.constants import MEAN_RADIUS, STANDARD_GRAVITY, WGS84_MU
from sakimori.earth.atmosphere import speed_of_sound
from sakimori.flight import BallisticThreat, CruiseThreat, GlideThreat, QuasiBallisticThreat
from sakimori.flight.boost import Booster, powered

_GROUND_DENSITY, _SCALE_HEIGHT = 1.225, 7000.0  # [kg/m3], [m] of the isothermal air of these closed forms
_PIECES = 40  # of a burn, stepped evenly
_FASTEST = 0.95  # share of circular speed above which a glide's closed form is not used
_FLAT = 0.2  # [rad] at which a glider's boost ends, about


def ballistic_duration(distance: float, loft: float, burnout_altitude: float, boost_time: float) -> float:
    """Launch to impact [s] over `distance` [m] on the ground with flight-path angle `loft` [rad] at burnout.

    Boost covers the ground that flight/ballistic.py gives it; then a Kepler arc from burnout to the ground.
    Source: orbit equation with both ends given (Bate, Mueller, White 1971, ch. 6).
    """
    r, ground = MEAN_RADIUS + burnout_altitude, MEAN_RADIUS
    share = _energy_share(distance, loft, burnout_altitude)
    if not 0.0 < share < 2.0:
        return boost_time + distance / math.sqrt(STANDARD_GRAVITY * distance / 2.0 + 1.0)
    a = r / (2.0 - share)
    eccentricity = math.sqrt(max(1.0 - share * (2.0 - share) * math.cos(loft) ** 2, 1e-12))
    start = _eccentric(r, a, eccentricity)
    end = _eccentric(ground, a, eccentricity)
    # rising at burnout (before apogee), falling at impact (after it)
    swept = (2.0 * math.pi - end) - start
    mean = swept + eccentricity * (math.sin(end) + math.sin(start))
    return boost_time + mean * math.sqrt(a**3 / WGS84_MU)


def _energy_share(distance: float, loft: float, burnout_altitude: float) -> float:
    """r v2/mu at burnout of the Kepler arc that `ballistic_duration` follows."""
    boost = min(burnout_altitude * math.tan(0.25 * math.pi - 0.5 * loft), 0.5 * distance)
    turn = (distance - boost) / MEAN_RADIUS
    # From the orbit equation at true anomaly +turn: ground = p / (1 + e cos nu), written without e and nu.
    rise = (MEAN_RADIUS + burnout_altitude) / MEAN_RADIUS - math.cos(turn) + math.tan(loft) * math.sin(turn)
    return (1.0 - math.cos(turn)) / (math.cos(loft) ** 2 * rise)


def ballistic_boost(distance: float, threat: BallisticThreat) -> tuple[float, float]:
    """Altitude [m] and time [s] of burnout: the drawn ones, or about those of a flown boost over this distance [m]."""
    if not powered(threat.booster):
        return threat.burnout_altitude, threat.boost_time
    altitude, time = 0.0, 0.0
    for _ in range(3):
        share = min(max(_energy_share(distance, threat.loft, altitude), 0.0), 1.9)
        speed = math.sqrt(share * WGS84_MU / (MEAN_RADIUS + altitude))
        altitude, time = rough_burnout(threat.booster, speed, threat.loft)
    return altitude, time


def glide_boost(threat: GlideThreat) -> tuple[float, float]:
    """Time [s] and ground distance [m] of the boost of a glider: the drawn ones, or about those of a flown boost."""
    if not powered(threat.booster):
        return threat.boost_time, threat.boost_range
    altitude, time = rough_burnout(threat.booster, threat.entry_speed, _FLAT)
    return time, altitude * math.tan(0.25 * math.pi - 0.5 * _FLAT)  # an arc that starts upright


def rough_burnout(booster: Booster, speed: float, angle: float) -> tuple[float, float]:
    """About the altitude [m] and time [s] at which a booster has a speed [m/s] and flight-path angle [rad].

    In vacuum, by even steps; the path leans over from upright to `angle` with the root of the speed, early as in a
    gravity turn.
    """
    stages = booster.stages.tolist()
    mass = booster.payload + sum(row[0] + row[1] for row in stages)
    now = altitude = time = 0.0
    sine = 1.0
    for number, (propellant, dry, burn, impulse, _, coast) in enumerate(stages, 1):
        step, force = burn / _PIECES, STANDARD_GRAVITY * impulse * propellant / burn
        for _ in range(_PIECES):
            sine = math.sin(0.5 * math.pi - (0.5 * math.pi - angle) * math.sqrt(now / speed))
            gained = (force / mass - STANDARD_GRAVITY * sine) * step
            part = min((speed - now) / gained, 1.0) if gained > 0.0 else 1.0
            altitude += (now + 0.5 * part * gained) * sine * part * step
            now, time, mass = max(now + part * gained, 0.0), time + part * step, mass - propellant / _PIECES
            if part < 1.0:
                return altitude, time
        mass -= dry
        if number < len(stages):
            altitude, time = altitude + now * sine * coast, time + coast
    return altitude, time


def _eccentric(radius: float, a: float, eccentricity: float) -> float:
    return math.acos(min(max((1.0 - radius / a) / eccentricity, -1.0), 1.0))


def glide_duration(
    distance: float, entry_speed: float, lift_to_drag: float, boost_time: float, boost_range: float
) -> float:
    """Launch to impact [s] over `distance` [m] for an equilibrium glide from `entry_speed` [m/s].

    Source: Eggers, Allen, Neice, NACA 1382 (1958): range (R/2)(L/D) ln[(1 - v2/vc2)/(1 - v1/vc2)], and its time.
    """
    circular = math.sqrt(STANDARD_GRAVITY * MEAN_RADIUS)
    first = min(entry_speed / circular, _FASTEST)
    glide = max(distance - boost_range, 0.0)
    left = 1.0 - (1.0 - first**2) * math.exp(2.0 * glide / (MEAN_RADIUS * lift_to_drag))
    last = math.sqrt(max(left, 0.01 * first**2))
    return boost_time + lift_to_drag * circular / STANDARD_GRAVITY * (math.atanh(first) - math.atanh(last))


def quasi_ballistic_duration(distance: float, threat: QuasiBallisticThreat) -> float:
    """Launch to impact [s] over `distance` [m]: parabola on a flat Earth, equilibrium glide in isothermal air, dive.

    The burnout angle is found by bisection, for the speed that the apogee then asks for. Sources: Eggers, Allen, Neice,
    NACA 1382 (1958) for the glide; the rest is elementary.
    """
    flat, steep = 0.02, 1.4
    seconds = 0.0
    for _ in range(40):
        angle = 0.5 * (flat + steep)
        reach, seconds = _pull_up_flight(angle, threat)
        flat, steep = (angle, steep) if reach > distance else (flat, angle)
    return seconds


def _pull_up_flight(angle: float, threat: QuasiBallisticThreat) -> tuple[float, float]:
    """Ground distance [m] from the pad and time [s] from launch of a flight with this burnout angle [rad]."""
    g, burnout, boosting = STANDARD_GRAVITY, threat.burnout_altitude, threat.boost_time
    if powered(threat.booster):
        speed = math.sqrt(2.0 * g * threat.apogee) / math.sin(angle)
        burnout, boosting = rough_burnout(threat.booster, speed, angle)
    burnout = min(burnout, 0.5 * threat.apogee)
    rise = math.sqrt(2.0 * g * (threat.apogee - burnout))
    level = rise / math.tan(angle)
    thick = _GROUND_DENSITY * (level**2 + rise**2) / (2.0 * max(threat.pull_up_pressure, 1.0))
    start = min(max(_SCALE_HEIGHT * math.log(thick), 0.0), threat.apogee)
    fall = math.sqrt(2.0 * g * (threat.apogee - start))
    coast = (rise + fall) / g
    first = level**2 + fall**2  # squared speed where the pull-up starts
    # The glide: its height from lift = weight, its energy from the pull-up's start to the dive.
    carried = _GROUND_DENSITY * threat.lift_to_drag * first / (2.0 * threat.ballistic_coefficient * g)
    height = min(max(_SCALE_HEIGHT * math.log(max(carried, 1.0)), 0.0), start)
    last = min(max(threat.dive_speed**2 - 2.0 * g * height, 1e4), first)
    gained = first + 2.0 * g * (start - height)
    glide = 0.5 * threat.lift_to_drag * (gained - last) / g
    mean = 0.5 * (math.sqrt(gained) + math.sqrt(last))
    dive = height / math.tan(threat.dive_angle)
    boost = burnout * math.tan(0.25 * math.pi - 0.5 * angle)
    slant = height / math.sin(threat.dive_angle)
    return boost + level * coast + glide + dive, boosting + coast + glide / mean + slant / math.sqrt(last)


def cruise_duration(distance: float, threat: CruiseThreat) -> float:
    """Launch to impact [s] over `distance` [m]: boost, then the way past its way-points at the speed of the cruise.

    On a flat Earth, with sharp corners; the dive is taken to be as fast as the cruise.
    """
    points = [(threat.first_along, threat.first_aside), (threat.second_along, threat.second_aside)]
    corners = [(0.0, 0.0), *(p for p in points if p[1] != 0.0), (1.0, 0.0)]
    way = distance * sum(math.dist(a, b) for a, b in itertools.pairwise(corners))
    speed = threat.mach * float(speed_of_sound(threat.cruise_altitude))
    return threat.boost_time + max(way - threat.boost_range, 0.0) / speed
