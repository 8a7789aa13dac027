"""Announced flights: does a ballistic flight explain the announced range, apogee and time, and with what numbers."""

import math
from typing import NamedTuple

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.errors import InputError
from sakimori.base.types import FlightStatus
from sakimori.earth.atmosphere import pressure
from sakimori.earth.geodesy import destination, distance_and_bearing
from sakimori.flight.ballistic import LEAST_ARC_ANGLE, BallisticThreat
from sakimori.flight.boost import burn_time, powered
from sakimori.flight.clock import aim
from sakimori.flight.kepler import vacuum_arc
from sakimori.flight.motion import WGS84, Environment
from sakimori.flight.threat import Aim

# An announced time contradicts a flight when it differs by more than the rounding of announced minutes and the doubt
# about the boost together; assumptions, stated in docs/equations/flight.md.
TIME_ROUNDING = 60.0  # [s]
TIME_DOUBT = 0.25  # share of the flight time


class Explanation(NamedTuple):
    """What an announced flight would be if it were ballistic. Numbers that do not exist are nan."""

    status: FlightStatus  # REACHED: this flight explains the numbers; NOT_BALLISTIC: none does; TOO_FAR: see reason
    reason: str  # one sentence
    vacuum_speed: float  # [m/s] at the ground, of the vacuum arc with this range and apogee
    vacuum_angle: float  # [rad] at which that arc meets the ground
    vacuum_time: float  # [s]
    least_angle: float  # [rad] the least such angle of a ballistic flight
    speed_kept: float  # share of its speed that the body keeps against the air on its way down at that angle
    flight_time: float  # [s] boost and flight with drag; where none was found, boost and vacuum arc
    announced_time: float  # [s]
    aim: Aim  # the flight itself
    threat: BallisticThreat


def _reason(flown: Aim, angle: float, expected: float, announced: float) -> str:
    """Why no ballistic flight explains the numbers; empty where one does."""
    if not angle >= LEAST_ARC_ANGLE:
        return (
            f"A vacuum arc with this range and apogee meets the ground at {math.degrees(angle):.1f} deg, under the "
            f"least {math.degrees(LEAST_ARC_ANGLE):.1f} deg: the air, not gravity, would shape so shallow a flight."
        )
    if not math.isnan(flown.missing_speed):
        return (
            f"A ballistic flight with this range and apogee needs {flown.missing_speed:.0f} m/s more from its booster."
        )
    if flown.status != int(FlightStatus.REACHED):
        return "With drag, no speed and angle at burnout give this range and apogee."
    if abs(announced - expected) > TIME_ROUNDING + TIME_DOUBT * expected:  # false for a nan
        return (
            f"A ballistic flight with this range and apogee lasts {expected / 60.0:.1f} min; "
            f"{announced / 60.0:.1f} min were announced."
        )
    return ""


def explain_observed(
    threat: BallisticThreat, announced_time: float = math.nan, environment: Environment = WGS84
) -> Explanation:
    """Judge whether a ballistic flight explains a threat given by its apogee, and a flight time [s] where announced.

    NOT_BALLISTIC where the vacuum arc is too shallow, drag leaves no solution, or the time contradicts the flight;
    TOO_FAR where only the stages of the booster are too weak.
    Raises InputError where the threat is given by its loft.
    """
    if math.isnan(threat.apogee):
        raise InputError("observed flight", "a loft", "an apogee", "Give the announced apogee instead.")
    ends = threat.launch_latitude, threat.launch_longitude, threat.aim_latitude, threat.aim_longitude
    arc = vacuum_arc(distance_and_bearing(*ends)[0], threat.apogee)
    flown = aim(threat, environment)
    reached = flown.status == int(FlightStatus.REACHED)
    boost = burn_time(threat.booster) if powered(threat.booster) else threat.boost_time
    expected = flown.boost_time + flown.duration if reached else boost + arc.time
    column = pressure(0.0) / STANDARD_GRAVITY  # [kg/m2] air over a square metre of ground
    kept = math.exp(-column / (2.0 * threat.ballistic_coefficient * math.sin(arc.angle)))
    reason = _reason(flown, arc.angle, expected, announced_time)
    status = FlightStatus.NOT_BALLISTIC if reason else FlightStatus.REACHED
    if arc.angle >= LEAST_ARC_ANGLE and not math.isnan(flown.missing_speed):
        status = FlightStatus.TOO_FAR
    return Explanation(
        status,
        reason or "A ballistic flight explains the numbers.",
        arc.speed,
        arc.angle,
        arc.time,
        LEAST_ARC_ANGLE,
        kept,
        expected,
        announced_time,
        flown,
        threat,
    )


def solve_observed(
    launch_latitude: float,
    launch_longitude: float,
    bearing: float,
    distance: float,
    apogee: float,
    *,
    burnout_altitude: float,
    boost_time: float,
    ballistic_coefficient: float,
    announced_time: float = math.nan,
    environment: Environment = WGS84,
) -> Explanation:
    """Find the ballistic flight with an announced range [m] on a bearing [rad, clockwise from north] and apogee [m].

    Launch in radians; burnout [m], boost [s] and ballistic coefficient [kg/m2] are assumptions of the caller. See
    `explain_observed`, which judges the flight. The threat in the answer gives no light and no echo.
    """
    latitude, longitude = destination(launch_latitude, launch_longitude, bearing, distance)
    threat = BallisticThreat(
        launch_latitude=launch_latitude,
        launch_longitude=launch_longitude,
        aim_latitude=latitude,
        aim_longitude=longitude,
        launch_time=0.0,
        apogee=apogee,
        burnout_altitude=burnout_altitude,
        boost_time=boost_time,
        ballistic_coefficient=ballistic_coefficient,
        radar_cross_section=0.0,
        plume_intensity=0.0,
        body_intensity=0.0,
    )
    return explain_observed(threat, announced_time, environment)
