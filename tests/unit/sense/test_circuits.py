"""Circuits of aircraft, and what a radar sees from one."""

import dataclasses
import math

import numpy as np
import pytest
from sights import DEGREE, RADAR, SITE, see, threats

from sakimori.base.errors import InputError
from sakimori.base.types import Reason
from sakimori.earth.geodesy import distance_and_bearing
from sakimori.sense import circuits, visibility
from sakimori.sense.circuits import Circuit

RACETRACK = Circuit(leg=80e3, radius=10e3, bearing=30 * DEGREE, speed=200.0)


def test_a_round_takes_its_length_and_keeps_its_speed():
    times = np.linspace(0.0, RACETRACK.length / RACETRACK.speed, 4001)
    along, right = circuits.offsets(RACETRACK, times)
    steps = np.hypot(np.diff(along), np.diff(right))
    # a chord of a turn of 10 km is short of its arc by (56 m / 10 km)^2 / 24
    assert steps == pytest.approx(np.full(4000, RACETRACK.length / 4000), rel=2e-6)
    assert (along[-1], right[-1]) == pytest.approx((along[0], right[0]), abs=1e-6)
    assert (along.max(), right.max()) == pytest.approx((50e3, 10e3), rel=1e-6)


def test_a_circle_stays_at_its_radius_round_the_place():
    circle = Circuit(leg=0.0, radius=25e3, bearing=0.0, speed=150.0, phase=0.25)
    latitude, longitude = circuits.places(*SITE, circle, np.arange(0.0, 1000.0, 50.0))
    distances = [distance_and_bearing(*SITE, a, b)[0] for a, b in zip(latitude, longitude, strict=True)]
    assert distances == pytest.approx([25e3] * 20, rel=1e-9)


@pytest.mark.parametrize("changed", [{"radius": 0.0}, {"speed": math.nan}, {"phase": 1.5}])
def test_an_impossible_circuit_is_refused(changed: dict[str, float]):
    with pytest.raises(InputError, match="circuit"):
        dataclasses.replace(RACETRACK, **changed)


def test_a_moving_radar_sees_at_each_sample_what_a_fixed_one_there_would():
    moving = dataclasses.replace(RADAR, altitude=9e3, circuit=RACETRACK, elevation_min=-3 * DEGREE, sector=4.0)
    samples = np.linspace(-2.0, 6.0, 9)
    flights = threats(SITE[0] + samples * DEGREE, SITE[1], 60e3)._replace(step=100.0)
    found = see(flights, moving)
    latitude, longitude = circuits.places(*SITE, RACETRACK, 100.0 * np.arange(9.0))
    for k in range(9):
        there = dataclasses.replace(moving, circuit=None, latitude=latitude[k], longitude=longitude[k])
        alone = threats(SITE[0] + samples[k] * DEGREE, SITE[1], 60e3)
        fixed = see(alone, there)
        assert fixed.reason[0, 0, 0] == found.reason[0, 0, k]
        assert fixed.signal[0, 0, 0] == pytest.approx(found.signal[0, 0, k], rel=1e-9)
    assert len(set(found.reason[0, 0])) > 1


def test_a_radar_that_moves_changes_nothing_for_one_that_does_not():
    flights = threats(np.linspace(0.5, 0.8, 30), SITE[1], 60e3)
    moving = dataclasses.replace(RADAR, circuit=RACETRACK)
    both, alone = see(flights, RADAR, moving), see(flights, RADAR)
    assert both.signal[:, 0].tobytes() == alone.signal[:, 0].tobytes()
    assert (both.reason[:, 0] == alone.reason[:, 0]).all()
    assert (alone.reason == Reason.NONE).any()


def test_the_height_of_an_aircraft_widens_its_horizon():
    low = threats(SITE[0] + 6.5 * DEGREE, SITE[1], 20e3)
    ground = dataclasses.replace(RADAR, elevation_min=-5 * DEGREE)
    assert see(low, ground).reason[0, 0, 0] == Reason.BELOW_HORIZON
    air = dataclasses.replace(ground, altitude=9e3, circuit=Circuit(leg=0.0, radius=5e3, bearing=0.0, speed=150.0))
    assert see(low, air).reason[0, 0, 0] != Reason.BELOW_HORIZON
    place = visibility.sensor_positions([air], [], 2461245.5, 1.0, 3)
    assert (np.ptp(place[0], axis=0) > 0.0).any()
