"""About how long a threat flies, in closed form, so that a raid can be timed before it is flown.

Vacuum and a sphere without rotation: a few per cent from what is flown then, which shifts single arrivals within a
raid by seconds to a minute; the raid as a whole arrives over the stated spread all the same.
"""

import math

from sakimori.base.constants import MEAN_RADIUS, STANDARD_GRAVITY, WGS84_MU

_FASTEST = 0.95  # share of circular speed above which a glide's closed form is not used


def ballistic_duration(distance: float, loft: float, burnout_altitude: float, boost_time: float) -> float:
    """Launch to impact [s] over `distance` [m] on the ground with flight-path angle `loft` [rad] at burnout.

    Boost covers the ground that flight/ballistic.py gives it; then a Kepler arc from burnout to the ground.
    Source: orbit equation with both ends given (Bate, Mueller, White 1971, ch. 6).
    """
    boost = min(burnout_altitude * math.tan(0.25 * math.pi - 0.5 * loft), 0.5 * distance)
    turn = (distance - boost) / MEAN_RADIUS
    r, ground = MEAN_RADIUS + burnout_altitude, MEAN_RADIUS
    tangent = math.tan(loft)
    # r v^2/mu from the orbit equation at true anomaly +turn: ground = p / (1 + e cos nu), written without e and nu.
    share = (1.0 - math.cos(turn)) / (math.cos(loft) ** 2 * (r / ground - math.cos(turn) + tangent * math.sin(turn)))
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
