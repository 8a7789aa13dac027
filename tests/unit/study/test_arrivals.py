"""Closed-form flight times against published ones and against what is flown."""

import math

import pytest

from sakimori.base.constants import MEAN_RADIUS, STANDARD_GRAVITY
from sakimori.base.types import FlightStatus
from sakimori.earth.geodesy import destination
from sakimori.flight import BallisticThreat, aim, fly
from sakimori.study import load
from sakimori.study.arrivals import ballistic_boost, ballistic_duration, glide_duration, rough_burnout
from sakimori.study.boosters import booster_of, booster_values
from sakimori.study.catalogue import shipped
from sakimori.study.flight_classes import class_parameters
from sakimori.study.raids import duration, make_threat


@pytest.mark.parametrize(
    ("distance", "angle", "seconds"),
    # Minimum-energy flights on a sphere of 6371.0088 km (reference tables of this project, computed independently).
    # 0.3 s: angles and times are given to five and four digits.
    [(1000e3, 42.752, 474.4), (3000e3, 38.255, 895.0)],
)
def test_minimum_energy_flights(distance: float, angle: float, seconds: float) -> None:
    assert ballistic_duration(distance, math.radians(angle), 0.0, 0.0) == pytest.approx(seconds, abs=0.3)


def test_glide_time_between_published_speeds() -> None:
    """An independent integration of a glide from 6.0 km/s with L/D 2.6 has 3.250 km/s after 1200 s. The closed form
    must need less, by 6 % at most: it leaves out the height lost, as the range formula does (2 to 6 % low)."""
    circular = math.sqrt(STANDARD_GRAVITY * MEAN_RADIUS)
    ratio = (1.0 - (3250.0 / circular) ** 2) / (1.0 - (6000.0 / circular) ** 2)
    distance = 0.5 * MEAN_RADIUS * 2.6 * math.log(ratio)
    seconds = glide_duration(distance, 6000.0, 2.6, 0.0, 0.0)
    assert 0.94 * 1200.0 <= seconds < 1200.0


def test_longer_and_slower_flights_take_longer() -> None:
    assert ballistic_duration(1200e3, 0.7, 5e4, 90.0) > ballistic_duration(900e3, 0.7, 5e4, 90.0)
    assert ballistic_duration(900e3, 0.9, 5e4, 90.0) > ballistic_duration(900e3, 0.7, 5e4, 90.0)
    assert glide_duration(900e3, 3000.0, 2.4, 100.0, 2e5) > glide_duration(900e3, 3500.0, 2.4, 100.0, 2e5)
    assert glide_duration(2e5, 3000.0, 2.4, 100.0, 2e5) == pytest.approx(100.0)


@pytest.mark.parametrize(
    ("record", "distance"),
    [
        ("short-range-ballistic", 250e3),
        ("medium-range-ballistic", 900e3),
        ("intermediate-range-ballistic", 2000e3),
        ("long-range-solid-ballistic", 6000e3),
    ],
)
def test_rough_burnout_is_near_the_flown_one(record: str, distance: float) -> None:
    """10 s of boost, a third of its altitude (no air, a stated lean); launch to impact within 5 %."""
    start = (0.7, 2.2)
    threat = make_threat("ballistic", start, destination(*start, 2.0, distance), class_parameters(record))
    assert isinstance(threat, BallisticThreat)
    flown, (altitude, time) = aim(threat), ballistic_boost(distance, threat)
    height = math.dist(flown.position, (0.0, 0.0, 0.0)) - 6371e3
    assert time == pytest.approx(flown.boost_time, abs=10.0)
    assert altitude == pytest.approx(height, rel=0.33, abs=10e3)
    total = ballistic_duration(distance, threat.loft, altitude, time)
    assert total == pytest.approx(flown.boost_time + flown.duration, rel=0.05)


def test_rough_burnout_of_a_vertical_flight_is_the_rocket_equation() -> None:
    """Upright to the end: v = c ln(m0/m) - g t; 40 even steps leave 1 % of it."""
    booster = booster_of(booster_values(shipped().find("scud", None, "booster")))  # type: ignore[arg-type]
    whole, left = 3640.0 + 1230.0 + 987.0, 1230.0 + 987.0
    spent = 250.0 * STANDARD_GRAVITY * math.log(whole / left) - STANDARD_GRAVITY * 62.0
    assert rough_burnout(booster, 0.99 * spent, 0.5 * math.pi)[1] < 62.0
    assert rough_burnout(booster, 1.01 * spent, 0.5 * math.pi)[1] == pytest.approx(62.0)


def test_impacts_fall_into_the_stated_spread() -> None:
    """Impacts of the shipped raid span at most `arrival_spread` and 60 s (5 % of the longest flight here, 15 min)."""
    study = load("announced-measures")
    for future in range(2):
        flights = fly(study.case(future).threats, 2.0)
        impacts = flights.impact[flights.status == 0] * 2.0
        assert impacts.size
        assert impacts.max() - impacts.min() <= study.factor_values(future)["raid.arrival_spread"] + 60.0


@pytest.mark.parametrize(
    ("record", "aside"),
    [("subsonic-land-attack-cruise", 0.0), ("subsonic-land-attack-cruise", 0.2), ("hypersonic-scramjet-cruise", 0.0)],
)
def test_cruise_times_are_near_what_is_flown(record: str, aside: float) -> None:
    """10 s subsonic: sharp corners, and the ground below 100 m. 30 s hypersonic: the dive slows down."""
    launch = math.radians(39.0), math.radians(126.0)
    fields = {**class_parameters(record), "first_aside": aside}
    threat = make_threat("cruise", launch, destination(*launch, 1.5, 900e3), fields)
    flown = threat.boost_time + aim(threat).duration
    assert duration(threat, 900e3) == pytest.approx(flown, abs=10.0 if record.startswith("subsonic") else 30.0)


def test_a_boosted_glider_arrives_about_when_it_is_expected() -> None:
    """A glide record may name a booster; launch to impact within the 10 % that the closed form of a glide keeps."""
    own = {name: value for name, value in class_parameters("regional-glider").items() if not name.startswith("boost_")}
    of = booster_values(shipped().get("glider-booster", "booster"))
    fields = {**own, **{f"booster.{name}": value for name, value in of.items()}}
    del fields["burnout_altitude"]
    start = (0.7, 2.2)
    threat = make_threat("glide", start, destination(*start, 2.0, 1000e3), fields)
    solved = aim(threat)
    assert solved.status == FlightStatus.REACHED
    assert duration(threat, 1000e3) == pytest.approx(solved.boost_time + solved.duration, rel=0.1)
