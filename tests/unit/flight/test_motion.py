"""Accelerations and the fast altitude of the innermost loop."""

import math

import numpy as np
import pytest

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS, WGS84_ROTATION
from sakimori.earth.atmosphere import density
from sakimori.earth.geodesy import ecef_from_geodetic, geodetic_from_ecef
from sakimori.flight.motion import WGS84, Body, Environment, acceleration, altitude_and_normal

BALL = Environment(WGS84.mu, 6370e3, 0.0, 0.0, 0.0)


def test_altitude_and_normal_agree_with_the_earth_room() -> None:
    for latitude in np.radians([-90.0, -60.0, -1e-9, 0.0, 12.3, 45.0, 89.999, 90.0]):
        for altitude in (-1e3, 0.0, 50e3, 1e6, 12e6):
            place = ecef_from_geodetic(latitude, 0.7, altitude, WGS84_RADIUS, WGS84_FLATTENING)
            got, nx, ny, nz = altitude_and_normal(*place, WGS84_RADIUS, WGS84_FLATTENING)
            exact_latitude, longitude, exact = geodetic_from_ecef(*place, WGS84_RADIUS, WGS84_FLATTENING)
            assert got == pytest.approx(exact, abs=1e-7)  # [m] what the docstring promises
            assert nz == pytest.approx(math.sin(exact_latitude), abs=1e-9)
            assert nx == pytest.approx(math.cos(exact_latitude) * math.cos(longitude), abs=1e-9)
            assert nx * nx + ny * ny + nz * nz == pytest.approx(1.0, abs=1e-14)


def test_altitude_on_a_sphere_is_distance_less_radius() -> None:
    assert altitude_and_normal(0.0, 3e6, 6e6, 6370e3, 0.0)[0] == pytest.approx(math.hypot(3e6, 6e6) - 6370e3, abs=1e-8)


def test_body_at_rest_feels_gravity_and_the_centrifugal_force_only() -> None:
    ax, ay, az = acceleration(0.0, WGS84_RADIUS, 0.0, 0.0, 0.0, 0.0, 0.0, Body(1.0), WGS84)
    pull = WGS84.mu / WGS84_RADIUS**2 * (1.0 + 1.5 * WGS84.j2)
    assert ax == pytest.approx(WGS84_ROTATION**2 * WGS84_RADIUS - pull, rel=1e-12)
    assert ay == 0.0
    assert az == 0.0


def test_eastward_motion_is_lighter_by_the_coriolis_force() -> None:
    there = acceleration(0.0, 7e6, 0.0, 0.0, 0.0, 1000.0, 0.0, Body(math.inf), WGS84)
    rest = acceleration(0.0, 7e6, 0.0, 0.0, 0.0, 0.0, 0.0, Body(math.inf), WGS84)
    assert there[0] - rest[0] == pytest.approx(2.0 * WGS84_ROTATION * 1000.0, rel=1e-12)


@pytest.mark.parametrize(("bank", "axis", "sign"), [(0.0, 0, 1.0), (math.pi / 2, 2, -1.0), (math.pi, 0, -1.0)])
def test_lift_is_up_and_turns_right_with_bank(bank: float, axis: int, sign: float) -> None:
    # Flying east (along y) over the equator at longitude 0: up is x, and right is south (-z).
    x = BALL.radius + 30e3
    lifted = acceleration(0.0, x, 0.0, 0.0, 0.0, 2000.0, 0.0, Body(5000.0, 2.5, bank), BALL)
    plain = acceleration(0.0, x, 0.0, 0.0, 0.0, 2000.0, 0.0, Body(5000.0), BALL)
    lift = np.subtract(lifted, plain)
    drag = 0.5 * density(30e3) * 2000.0**2 / 5000.0
    assert lift[axis] == pytest.approx(sign * 2.5 * drag, rel=1e-9)
    assert np.linalg.norm(lift) == pytest.approx(2.5 * drag, rel=1e-9)
    assert plain[1] == pytest.approx(-drag, rel=1e-9)


def test_lift_is_held_to_the_load_limit() -> None:
    x = BALL.radius + 20e3
    plain = acceleration(0.0, x, 0.0, 0.0, 0.0, 2000.0, 0.0, Body(5000.0), BALL)
    for limit, lift in ((30.0, 30.0), (1e4, 2.5 * 0.5 * density(20e3) * 2000.0**2 / 5000.0)):
        limited = acceleration(0.0, x, 0.0, 0.0, 0.0, 2000.0, 0.0, Body(5000.0, 2.5, load_limit=limit), BALL)
        assert np.subtract(limited, plain) == pytest.approx((lift, 0.0, 0.0), rel=1e-9, abs=1e-9)


def test_vertical_flight_has_no_lift() -> None:
    x = BALL.radius + 30e3
    lifted = acceleration(0.0, x, 0.0, 0.0, -2000.0, 0.0, 0.0, Body(5000.0, 2.5, 0.3), BALL)
    assert lifted == acceleration(0.0, x, 0.0, 0.0, -2000.0, 0.0, 0.0, Body(5000.0), BALL)
