"""Frames: handedness, the turning Earth, and the two-part date."""

import math
from fractions import Fraction

import numpy as np
import pytest

from sakimori.base.constants import WGS84_ROTATION
from sakimori.earth.frames import (
    ecef_from_eci,
    eci_from_ecef,
    enu_axes,
    enu_basis,
    rotation_angle,
    velocity_ecef_from_eci,
    velocity_eci_from_ecef,
)
from sakimori.earth.geodesy import positions_ecef

JULIAN_DATE = 2460676.5  # 2025-01-01 00:00


def test_local_axes_at_the_origin_of_coordinates() -> None:
    assert np.array_equal(enu_basis(0.0, 0.0), [[0, 1, 0], [0, 0, 1], [1, 0, 0]])


def test_rows_are_the_numbers_of_the_kernel() -> None:
    assert enu_basis(0.6, 2.4).ravel().tolist() == list(enu_axes(0.6, 2.4))


def test_up_is_where_altitude_grows() -> None:
    low, high = positions_ecef(0.6, 2.4, [0.0, 1000.0])
    assert enu_basis(0.6, 2.4) @ (high - low) == pytest.approx([0.0, 0.0, 1000.0], abs=1e-8)


def test_one_sidereal_day_is_one_turn() -> None:
    sidereal_day = 86164.0905 / 86400.0  # [day] mean, IERS Conventions 2010
    turn = rotation_angle(JULIAN_DATE, sidereal_day) - rotation_angle(JULIAN_DATE)
    assert math.remainder(turn, 2.0 * math.pi) == pytest.approx(0.0, abs=1e-8)  # the day is given to 0.1 ms


def test_rate_is_the_rotation_of_the_earth() -> None:
    step = 600.0
    rate = (
        rotation_angle(JULIAN_DATE, (3600.0 + step) / 86400.0) - rotation_angle(JULIAN_DATE, 3600.0 / 86400.0)
    ) / step
    # The mean equinox moves too, by 7.1e-12 rad/s, and WGS 84 rounds the rotation by 1.5e-12 rad/s.
    assert rate == pytest.approx(WGS84_ROTATION, abs=1e-11)


def test_the_date_may_come_in_parts() -> None:
    whole = rotation_angle(JULIAN_DATE + 0.25)
    for jd, part in ((JULIAN_DATE, 0.25), (JULIAN_DATE + 0.5, -0.25), (JULIAN_DATE - 3.0, 3.25)):
        assert rotation_angle(jd, part) == pytest.approx(whole, abs=1e-12)


def test_the_polynomial_in_exact_arithmetic() -> None:
    days = Fraction(2448854) + Fraction(1, 2) + Fraction(734, 1440) - 2451545
    t = days / 36525
    coefficients = [Fraction(c) for c in ("67310.54841", "3164400184.812866", "0.093104", "-0.0000062")]
    seconds = sum(c * t**power for power, c in enumerate(coefficients)) % 86400
    # A day's seconds keep 1e-11 s, 1e-15 rad; the sum before the remainder passes 1e8 s and keeps 1e-8 s, 1e-12 rad.
    assert rotation_angle(2448854.5, 734 / 1440) == pytest.approx(float(seconds) * 2 * math.pi / 86400, abs=1e-12)


def test_a_point_fixed_to_the_earth_has_no_earth_fixed_velocity() -> None:
    place = positions_ecef(0.6, 2.4, 0.0)
    inertial = velocity_eci_from_ecef(place, np.zeros(3), 1.1)
    assert np.linalg.norm(inertial) == pytest.approx(WGS84_ROTATION * np.hypot(place[0], place[1]))
    back = velocity_ecef_from_eci(eci_from_ecef(place, 1.1), inertial, 1.1)
    assert back == pytest.approx(np.zeros(3), abs=1e-12)


def test_velocity_is_the_derivative_of_position() -> None:
    position, velocity, angle, step = np.array([7e6, 1e6, 2e6]), np.array([-1e3, 7e3, 500.0]), 0.8, 0.01
    after, before = (ecef_from_eci(position + t * velocity, angle + t * WGS84_ROTATION) for t in (step, -step))
    got = velocity_ecef_from_eci(position, velocity, angle)
    assert got == pytest.approx((after - before) / (2 * step), abs=1e-5)  # rounding of positions over the step


def test_angles_broadcast_over_satellites_and_times() -> None:
    position = np.ones((5, 4, 3)) * 7e6
    angles = np.linspace(0.0, 1.0, 4)
    turned = ecef_from_eci(position, angles)
    assert turned.shape == (5, 4, 3)
    assert np.array_equal(turned[3, 2], ecef_from_eci(position[3, 2], angles[2]))
