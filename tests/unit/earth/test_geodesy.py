"""Positions: limits, shapes, and the agreement of the array forms with the kernels."""

import math

import numpy as np
import pytest

from sakimori.base.constants import MEAN_RADIUS, WGS84_FLATTENING, WGS84_RADIUS
from sakimori.earth.geodesy import (
    altitude_from_ecef,
    destination,
    distance_and_bearing,
    ecef_from_geodetic,
    geodetic,
    geodetic_from_ecef,
    positions_ecef,
)

POLAR_RADIUS = WGS84_RADIUS * (1.0 - WGS84_FLATTENING)


def test_axes_of_the_ellipsoid() -> None:
    assert ecef_from_geodetic(0.0, 0.0, 0.0, WGS84_RADIUS, WGS84_FLATTENING) == (WGS84_RADIUS, 0.0, 0.0)
    x, y, z = ecef_from_geodetic(math.pi / 2, 0.0, 1000.0, WGS84_RADIUS, WGS84_FLATTENING)
    assert (x, y) == (pytest.approx(0.0, abs=1e-9), 0.0)
    assert z == pytest.approx(POLAR_RADIUS + 1000.0, abs=2e-9)


@pytest.mark.parametrize("sign", [-1.0, 1.0])
def test_poles_need_no_special_case(sign: float) -> None:
    latitude, longitude, altitude = geodetic_from_ecef(
        0.0, 0.0, sign * (POLAR_RADIUS + 5.0), WGS84_RADIUS, WGS84_FLATTENING
    )
    assert latitude == sign * math.pi / 2
    assert longitude == 0.0
    assert altitude == pytest.approx(5.0, abs=2e-9)


def test_a_sphere_is_flattening_zero() -> None:
    x, y, z = ecef_from_geodetic(0.7, -2.5, 12345.0, MEAN_RADIUS, 0.0)
    assert math.sqrt(x * x + y * y + z * z) == pytest.approx(MEAN_RADIUS + 12345.0, abs=2e-9)
    latitude, longitude, altitude = geodetic_from_ecef(x, y, z, MEAN_RADIUS, 0.0)
    assert (latitude, longitude) == (pytest.approx(0.7, abs=1e-15), pytest.approx(-2.5, abs=1e-15))
    assert altitude == pytest.approx(12345.0, abs=2e-9)


def test_altitude_alone_is_the_same_number() -> None:
    position = ecef_from_geodetic(0.6, 2.4, 40e3, WGS84_RADIUS, WGS84_FLATTENING)
    whole = geodetic_from_ecef(*position, WGS84_RADIUS, WGS84_FLATTENING)
    assert altitude_from_ecef(*position, WGS84_RADIUS, WGS84_FLATTENING) == whole[2]


def test_arrays_broadcast_and_agree_with_the_kernel() -> None:
    latitude = np.linspace(-1.5, 1.5, 4)[:, None]
    longitude = np.linspace(-3.0, 3.0, 3)
    position = positions_ecef(latitude, longitude, 20e3)
    assert position.shape == (4, 3, 3)
    assert tuple(position[1, 2]) == ecef_from_geodetic(latitude[1, 0], 3.0, 20e3, WGS84_RADIUS, WGS84_FLATTENING)
    back = geodetic(position)
    assert [a.shape for a in back] == [(4, 3)] * 3
    assert back[0][1, 2] == geodetic_from_ecef(*position[1, 2], WGS84_RADIUS, WGS84_FLATTENING)[0]


def test_one_point_gives_one_position() -> None:
    position = positions_ecef(0.6, 2.4, 0.0)
    assert position.shape == (3,)
    assert [a.shape for a in geodetic(position)] == [()] * 3


def test_inputs_are_not_written_to() -> None:
    latitude, position = np.array([0.1, 0.2]), np.array([[7e6, 0.0, 0.0]])
    for array in (latitude, position):
        array.flags.writeable = False
    assert np.isfinite(positions_ecef(latitude, latitude, 0.0)).all()
    assert geodetic(position)[2][0] == pytest.approx(7e6 - WGS84_RADIUS)


def test_bearings_run_clockwise_from_north_and_are_never_negative() -> None:
    assert distance_and_bearing(0.0, 0.0, 0.0, -0.1)[1] == pytest.approx(1.5 * math.pi)
    assert distance_and_bearing(0.5, 0.5, 0.5, 0.5)[0] == 0.0
    latitude, longitude = destination(0.0, 0.0, math.pi / 2, 1000.0)
    assert latitude == pytest.approx(0.0, abs=1e-15)
    assert longitude == pytest.approx(1000.0 / WGS84_RADIUS)
