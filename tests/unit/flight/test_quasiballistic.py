"""Quasi-ballistic threats: what is aimed for is met, the programme keeps its levels, and refusals name a way out."""

import dataclasses
import itertools
import math

import numpy as np
import pytest

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.errors import InputError
from sakimori.base.types import FlightStatus, Phase
from sakimori.earth.atmosphere import density
from sakimori.earth.geodesy import destination, distance_and_bearing, geodetic
from sakimori.flight import QuasiBallisticThreat, aim, fly
from sakimori.flight.events import specific_energy
from sakimori.flight.threat import AIM_ERROR

LAUNCH = math.radians(39.2), math.radians(125.7)


def threat(distance: float, apogee: float, **changes: float) -> QuasiBallisticThreat:
    latitude, longitude = destination(*LAUNCH, math.radians(90.0), distance)
    fields = {
        "launch_time": 12.0,
        "speed_limit": 3500.0,
        "burnout_altitude": 25e3,
        "boost_time": 60.0,
        "ballistic_coefficient": 12e3,
        "lift_to_drag": 1.5,
        "load_limit": 98.0,
        "pull_up_pressure": 10e3,
        "dive_speed": 1000.0,
        "dive_angle": 1.0,
        "radar_cross_section": 0.2,
        "plume_intensity": 3e5,
        "body_intensity": 1e3,
    }
    return QuasiBallisticThreat(
        launch_latitude=LAUNCH[0],
        launch_longitude=LAUNCH[1],
        aim_latitude=float(latitude),
        aim_longitude=float(longitude),
        apogee=apogee,
        **(fields | changes),
    )


LONG, SHORT = threat(900e3, 50e3), threat(300e3, 50e3)


@pytest.mark.parametrize("one", [LONG, SHORT, threat(190e3, 20e3), threat(110e3, 25e3)])
def test_range_and_apogee_are_met(one: QuasiBallisticThreat) -> None:
    solved = aim(one)
    assert solved.status == FlightStatus.REACHED
    assert solved.apogee == pytest.approx(one.apogee, abs=AIM_ERROR)
    flights = fly([one], 1.0)
    latitude, longitude, altitude = geodetic(flights.position_ecef[0, -1])
    miss, _ = distance_and_bearing(float(latitude), float(longitude), one.aim_latitude, one.aim_longitude)
    assert miss < AIM_ERROR + 0.1
    assert abs(altitude) < 1e-3
    assert flights.impact[0] == math.ceil(one.launch_time + one.boost_time + solved.duration)


def test_phases_and_levels_of_the_programme() -> None:
    flights = fly([LONG], 0.1)
    phase, altitude = flights.phase[0], flights.altitude[0]
    speed = np.linalg.norm(flights.velocity_ecef[0], axis=1)
    order = [phase[0], *(b for a, b in itertools.pairwise(phase) if a != b)]
    assert order == [Phase.WAITING, Phase.BOOST, Phase.COAST, Phase.PULL_UP, Phase.DIVE, Phase.ENDED]
    up, dive = int(np.argmax(phase == Phase.PULL_UP)), int(np.argmax(phase == Phase.DIVE))
    assert up > int(np.argmax(altitude))
    pressure = 0.5 * density(altitude[up]) * speed[up] ** 2
    assert pressure == pytest.approx(10e3, rel=0.01)  # up to one sample, 0.1 s, late
    energy = [specific_energy(altitude[i], speed[i]) for i in (dive - 1, dive)]
    assert energy[0] >= 0.5 * 1000.0**2 >= energy[1]
    lows = (np.diff(altitude)[up - 1 : dive - 1] <= 0) & (np.diff(altitude)[up:dive] > 0)
    assert lows.sum() == 2  # this one pulls up twice


def test_load_limit_is_kept_and_binds() -> None:
    free, held = (fly([threat(600e3, 50e3, load_limit=limit)], 0.5) for limit in (98.0, 15.0))
    for flights, limit in ((free, 98.0), (held, 15.0)):
        lifted = flights.phase[0] == Phase.PULL_UP
        assert flights.maneuver[0, lifted].max() <= limit
    assert free.maneuver[0, free.phase[0] == Phase.PULL_UP].max() > 20.0
    assert held.maneuver[0].max() == 20.0  # of the boost
    lifted = held.phase[0] == Phase.PULL_UP
    assert held.maneuver[0, lifted].max() == 15.0
    # The curve of the flown path across the velocity, gravity apart, is the lift (here within what gravity hides).
    velocity, both = held.velocity_ecef[0], lifted[2:] & lifted[:-2]
    turning = (velocity[2:] - velocity[:-2]) / 1.0
    way = velocity[1:-1] / np.maximum(np.linalg.norm(velocity[1:-1], axis=1), 1.0)[:, None]
    across = turning - (turning * way).sum(axis=1)[:, None] * way
    assert np.linalg.norm(across[both], axis=1).max() < 15.0 + STANDARD_GRAVITY


def test_too_slow_to_be_lifted_dives_at_once() -> None:
    flights = fly([threat(110e3, 25e3, dive_speed=2000.0)], 1.0)
    assert flights.status[0] == FlightStatus.REACHED
    assert Phase.PULL_UP not in flights.phase[0]
    assert Phase.DIVE in flights.phase[0]


def test_pressure_never_met_is_a_ballistic_flight() -> None:
    flights = fly([threat(300e3, 50e3, pull_up_pressure=1e7)], 1.0)
    assert flights.status[0] == FlightStatus.REACHED
    assert not {Phase.PULL_UP, Phase.DIVE} & set(flights.phase[0].tolist())


def test_lift_to_the_ground_where_the_energy_is_never_spent() -> None:
    flights = fly([threat(300e3, 50e3, dive_speed=0.0)], 1.0)
    assert flights.status[0] == FlightStatus.REACHED
    assert flights.phase[0, flights.impact[0] - 1] == Phase.PULL_UP


def test_too_far_names_what_can_be_reached() -> None:
    far = threat(900e3, 50e3, speed_limit=2500.0)
    solved = aim(far)
    assert solved.status == FlightStatus.TOO_FAR
    near = aim(threat(solved.nearest_range - 100.0, 50e3, speed_limit=2500.0))
    assert near.status == FlightStatus.REACHED
    assert near.speed == pytest.approx(2500.0, rel=1e-3)
    beyond = aim(threat(solved.nearest_range + 100.0, 50e3, speed_limit=2500.0))  # within _NEAR, and still refused
    assert beyond.status == FlightStatus.TOO_FAR
    assert beyond.nearest_range == pytest.approx(solved.nearest_range, abs=20.0)


def test_too_near_and_an_apogee_out_of_reach() -> None:
    solved = aim(threat(20e3, 50e3))
    assert solved.status == FlightStatus.TOO_NEAR
    assert aim(threat(solved.nearest_range + 100.0, 50e3)).status == FlightStatus.REACHED
    high = aim(threat(300e3, 500e3, speed_limit=2000.0))
    assert (high.status, high.nearest_range) == (FlightStatus.TOO_FAR, 0.0)


def test_it_is_the_same_alone_and_in_a_raid() -> None:
    together, alone = fly([SHORT, LONG], 2.0), fly([SHORT], 2.0)
    k = alone.altitude.shape[1]
    for name in ("position_ecef", "velocity_ecef", "altitude", "phase", "maneuver", "intensity", "faces"):
        assert getattr(together, name)[0, :k].tobytes() == getattr(alone, name)[0].tobytes()


def test_light_follows_the_phase() -> None:
    flights = fly([SHORT], 1.0)
    phase, light = flights.phase[0], flights.intensity[0]
    assert set(light[phase == Phase.BOOST]) == {3e5}
    assert set(light[(phase != Phase.BOOST) & (phase != Phase.WAITING) & (phase != Phase.ENDED)]) == {1e3}
    assert set(light[(phase == Phase.WAITING) | (phase == Phase.ENDED)]) == {0.0}


@pytest.mark.parametrize("change", [{"apogee": 100.0}, {"lift_to_drag": 0.0}, {"load_limit": math.nan}])
def test_values_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(InputError, match="quasi-ballistic threat"):
        dataclasses.replace(SHORT, **change)
