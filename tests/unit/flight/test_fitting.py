"""Fits of announced flights: the family, the interval, and claims that contradict physics."""

import dataclasses
import math

import pytest

from sakimori.base.constants import MEAN_RADIUS
from sakimori.base.types import FlightStatus
from sakimori.flight import WGS84, BallisticThreat, GlideThreat, QuasiBallisticThreat, explain_observed, fit
from sakimori.flight.boost import booster
from sakimori.flight.fitting import flight_times
from sakimori.flight.kepler import vacuum_arc

SPANS = {"boost_time": (70.0, 130.0), "ballistic_coefficient": (2500.0, 10e3)}
LIFTED = {"boost_time": (45.0, 75.0), "lift_to_drag": (1.2, 2.0), "dive_speed": (800.0, 1300.0)}
GLIDING = {"boost_time": (80.0, 140.0), "entry_speed": (3000.0, 3500.0), "lift_to_drag": (1.8, 2.6)}


def fitted(distance: float, apogee: float, announced: float = math.nan):
    where = {
        "launch_latitude": 0.0,
        "launch_longitude": 0.0,
        "aim_latitude": 0.0,
        "aim_longitude": distance / WGS84.radius,
        "launch_time": 0.0,
        "apogee": apogee,
        "radar_cross_section": 1.0,
        "plume_intensity": 1.0,
        "body_intensity": 1.0,
    }
    plain = BallisticThreat(**where, burnout_altitude=60e3, boost_time=105.0, ballistic_coefficient=5000.0)
    lifted = QuasiBallisticThreat(
        **where,
        speed_limit=3500.0,
        burnout_altitude=25e3,
        boost_time=60.0,
        ballistic_coefficient=12e3,
        lift_to_drag=1.5,
        load_limit=98.0,
        pull_up_pressure=10e3,
        dive_speed=1000.0,
        dive_angle=1.0,
    )
    glide = GlideThreat(
        **{name: value for name, value in where.items() if name != "body_intensity"},
        burnout_altitude=40e3,
        boost_time=100.0,
        boost_range=110e3,
        entry_speed=3200.0,
        lift_to_drag=2.2,
        ballistic_coefficient=6000.0,
        load_limit=60.0,
        skip=0.0,
        bank_programme=1.0,
        bank_amplitude=0.0,
        bank_period=200.0,
        bank_start=0.0,
        dive_angle=0.8,
        dive_load_limit=150.0,
        signature=0.5,
    )
    return fit(plain, SPANS, lifted, LIFTED, glide, GLIDING, announced, WGS84._replace(rotation=0.0))


def test_a_ballistic_flight_is_recognised_with_its_interval() -> None:
    found = fitted(1000e3, 300e3)
    assert (found.family, found.cannot_be_ballistic, found.pull_up) == ("ballistic", False, None)
    time = found.ballistic.time
    assert time.low < time.middle < time.high
    assert time.high - time.low == pytest.approx(60.0, abs=20.0)  # the span of the boost time, mostly
    assert found.vacuum.time < time.low


def test_low_and_long_cannot_be_ballistic() -> None:
    found = fitted(850e3, 50e3, 600.0)
    assert (found.family, found.cannot_be_ballistic) == ("quasi-ballistic", True)
    assert math.degrees(found.vacuum.angle) == pytest.approx(13.1, abs=0.1)
    assert found.vacuum.time == pytest.approx(3.8 * 60.0, abs=3.0)
    assert found.pull_up is not None
    time, flown = found.pull_up.time, found.pull_up.aim
    assert time.low < 600.0 < time.high
    assert found.pull_up.threat.boost_time + flown.duration == pytest.approx(600.0, abs=1.0)
    values = dict(found.pull_up.fitted)
    assert set(values) == set(LIFTED)
    assert all(low <= values[name] <= high for name, (low, high) in LIFTED.items())
    assert values["lift_to_drag"] > 1.5  # more lift flies slower
    assert found.chosen is found.pull_up


def test_a_time_that_neither_family_has() -> None:
    found = fitted(850e3, 50e3, 1500.0)
    assert (found.family, found.chosen) == ("none", None)
    assert "25.0 min were announced" in found.pull_up.reason


def test_a_time_under_that_of_the_vacuum_arc_is_a_contradiction() -> None:
    shortest = vacuum_arc(1000e3 * MEAN_RADIUS / WGS84.radius, 300e3).time
    found = fitted(1000e3, 300e3, 0.95 * shortest)
    assert len(found.contradictions) == 1
    assert "vacuum arc" in found.contradictions[0]
    assert found.family == "ballistic"  # judged without the time
    assert not fitted(1000e3, 300e3, 1.05 * shortest + 105.0).contradictions


def test_out_of_everybodys_reach() -> None:
    found = fitted(3000e3, 40e3)
    assert found.family == "none"
    assert "is the nearest range" in found.pull_up.reason
    assert math.isnan(found.ballistic.time.middle)


def test_a_booster_may_be_a_span() -> None:
    """Fast and slow burn of the same propellant: the interval is about their difference, less what gravity costs."""
    threat = fitted(900e3, 250e3).ballistic.threat
    made = [
        booster([(12800.0, 2294.0, burn, 250.0, 226.0, 0.0)], payload=700.0, drag_area=0.36) for burn in (95.0, 109.0)
    ]
    flown = dataclasses.replace(threat, booster=made[0], boost_time=math.nan, burnout_altitude=math.nan)
    time = flight_times(flown, {"booster": (made[0], made[1])})
    assert time.low == time.middle
    assert time.high - time.low == pytest.approx(14.0, abs=8.0)


def test_a_weak_booster_is_not_said_to_be_no_ballistic_flight() -> None:
    threat = fitted(1000e3, 300e3).ballistic.threat
    weak = booster([(3640.0, 1230.0, 62.0, 250.0, 226.0, 0.0)], payload=987.0, drag_area=0.15)
    flown = dataclasses.replace(threat, booster=weak, boost_time=math.nan, burnout_altitude=math.nan)
    explained = explain_observed(flown)
    assert explained.status == FlightStatus.TOO_FAR
    assert "m/s more from its booster" in explained.reason


def test_interval_without_spans_is_a_point() -> None:
    threat = fitted(1000e3, 300e3).ballistic.threat
    time = flight_times(threat, {})
    assert time.low == time.middle == time.high


def test_beyond_a_pull_up_a_glide_is_tried() -> None:
    found = fitted(1500e3, 60e3)
    assert (found.family, found.cannot_be_ballistic) == ("glide", True)
    assert found.pull_up is not None
    assert "is the nearest range" in found.pull_up.reason
    assert found.glide is not None
    assert found.chosen is found.glide
    assert found.glide.time.low < found.glide.time.middle < found.glide.time.high
    timed = fitted(1500e3, 60e3, 60.0 * 15.0)
    assert timed.glide is not None
    assert timed.glide.aim.boost_time + timed.glide.aim.duration == pytest.approx(900.0, abs=1.0)
    assert set(dict(timed.glide.fitted)) == set(GLIDING)
    assert fitted(1500e3, 60e3, 60.0 * 40.0).family == "none"
    assert fitted(850e3, 50e3, 600.0).glide is None  # pull-ups explain it
