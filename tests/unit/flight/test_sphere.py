"""Directions, misses and the drawn boost."""

import math

import numpy as np
import pytest

from sakimori.flight import sphere
from sakimori.flight.motion import WGS84, altitude_and_normal

UP = (0.6, 0.0, 0.8)


@pytest.mark.parametrize(("east", "north"), [(0.0, 0.0), (0.3, -0.2), (-1e-7, 2e-7), (0.0, 1.2)])
def test_offset_takes_back_what_displaced_did(east: float, north: float) -> None:
    assert sphere.offset(UP, sphere.displaced(UP, east, north)) == pytest.approx((east, north), abs=1e-12)


def test_turned_keeps_length_and_angle() -> None:
    b = sphere.unit((-0.1, 0.9, 0.2))
    c = sphere.turned(UP, b, 0.4)
    assert sphere.dot(c, c) == pytest.approx(1.0, abs=1e-14)
    assert sphere.angle_between(UP, c) == pytest.approx(0.4, abs=1e-14)
    assert sphere.angle_between(c, b) == pytest.approx(sphere.angle_between(UP, b) - 0.4, abs=1e-14)


def test_turning_towards_itself_stays() -> None:
    assert sphere.towards(UP, UP) == (0.0, 0.0, 0.0)


def test_compass_is_right_handed_also_at_the_pole() -> None:
    for up in (UP, (0.0, 0.0, 1.0)):
        east, north = sphere.compass(up)
        assert sphere.cross(east, north) == pytest.approx(up, abs=1e-14)
    assert sphere.compass(UP)[1][2] > 0.0


def test_point_at_altitude() -> None:
    place = sphere.at_altitude(UP, 46e3, WGS84.radius, WGS84.flattening)
    assert altitude_and_normal(*place, WGS84.radius, WGS84.flattening)[0] == pytest.approx(46e3, abs=1e-6)
    assert sphere.unit(place) == pytest.approx(UP, abs=1e-14)


def test_boost_starts_at_rest_and_ends_at_burnout() -> None:
    pad = (WGS84.radius, 0.0, 0.0)
    end, velocity = (WGS84.radius + 60e3, 40e3, 0.0), (1500.0, 1500.0, 0.0)
    shape = WGS84.radius, WGS84.flattening
    place, way = sphere.boost_point(0.0, 90.0, pad, end, velocity, *shape)
    assert place == pad
    assert way == (0.0, 0.0, 0.0)
    place, way = sphere.boost_point(90.0, 90.0, pad, end, velocity, *shape)
    assert place == pytest.approx(end, abs=1e-6)
    assert way == pytest.approx(velocity, abs=1e-9)
    path = np.array([sphere.boost_point(t, 90.0, pad, end, velocity, *shape) for t in np.linspace(0.0, 90.0, 9001)])
    steps = np.diff(path[:, 0], axis=0) / 0.01
    assert np.abs(steps - 0.5 * (path[1:, 1] + path[:-1, 1])).max() < 0.5  # [m/s] velocity is the slope of position
    assert all(altitude_and_normal(*p, *shape)[0] >= 0.0 for p in path[:, 0])


def test_boost_too_short_for_its_speed_is_even_and_no_boost_is_at_once() -> None:
    pad, end, velocity = (WGS84.radius, 0.0, 0.0), (WGS84.radius + 60e3, 0.0, 0.0), (1000.0, 0.0, 0.0)
    middle = sphere.boost_point(15.0, 30.0, pad, end, velocity, WGS84.radius, 0.0)[0]
    assert middle[0] - WGS84.radius == pytest.approx(30e3, rel=1e-9)
    assert sphere.boost_point(0.0, 0.0, pad, end, velocity, WGS84.radius, 0.0) == (end, velocity)
    assert math.isfinite(middle[1])
