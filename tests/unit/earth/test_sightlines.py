"""Lines of sight: simple places, and the Earth in the way."""

import math

import numpy as np
import pytest

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import positions_ecef
from sakimori.earth.sightlines import (
    earth_behind,
    earth_blocks,
    range_azimuth_elevation,
    range_rate,
    sight_jacobian,
    to_enu,
)

POLAR_RADIUS = WGS84_RADIUS * (1.0 - WGS84_FLATTENING)
SENSOR = (WGS84_RADIUS, 0.0, 0.0)  # on the equator: up is x, east is y, north is z
AXES = enu_axes(0.0, 0.0)


def point(latitude: float, longitude: float, altitude: float) -> tuple[float, float, float]:
    x, y, z = positions_ecef(latitude, longitude, altitude)
    return float(x), float(y), float(z)


@pytest.mark.parametrize(
    ("offset", "azimuth", "elevation"),
    [((0.0, 0.0, 5.0), 0.0, 0.0), ((0.0, 5.0, 0.0), 90.0, 0.0), ((0.0, 0.0, -5.0), 180.0, 0.0),
     ((0.0, -5.0, 0.0), 270.0, 0.0), ((5.0, 0.0, 0.0), 0.0, 90.0), ((-3.0, 4.0, 0.0), 90.0, -36.8698976)],
)  # fmt: skip
def test_compass_points(offset: tuple[float, float, float], azimuth: float, elevation: float) -> None:
    target = (SENSOR[0] + offset[0], offset[1], offset[2])
    got = range_azimuth_elevation(SENSOR, AXES, target)
    assert got == pytest.approx((5.0, math.radians(azimuth), math.radians(elevation)), abs=1e-9)


def test_range_row_is_the_line_of_sight() -> None:
    target = (SENSOR[0] + 3e3, 4e3, 12e3)
    assert sight_jacobian(SENSOR, AXES, target)[:3] == pytest.approx((3 / 13, 4 / 13, 12 / 13))
    assert to_enu(AXES, 3e3, 4e3, 12e3) == (4e3, 12e3, 3e3)


def test_angle_rows_are_one_over_the_distance() -> None:
    rows = np.array(sight_jacobian(SENSOR, AXES, (SENSOR[0] + 3e3, 4e3, 12e3))).reshape(3, 3)
    assert np.linalg.norm(rows[1]) == pytest.approx(1.0 / math.hypot(4e3, 12e3))
    assert np.linalg.norm(rows[2]) == pytest.approx(1.0 / 13e3)


def test_range_rate_counts_both_motions() -> None:
    target = (SENSOR[0], 1000.0, 0.0)
    assert range_rate(SENSOR, (0.0, 0.0, 0.0), target, (7.0, 5.0, 3.0)) == 5.0
    assert range_rate(SENSOR, (0.0, 2.0, 0.0), target, (7.0, 5.0, 3.0)) == 3.0


def test_the_earth_blocks_its_far_side() -> None:
    assert earth_blocks(point(0.6, 2.4, 500e3), point(-0.6, 2.4 - math.pi, 500e3), 0.0)
    assert not earth_blocks(point(0.6, 2.4, 500e3), point(0.6, 2.4, 20e3), 0.0)
    assert not earth_blocks(point(0.6, 2.4, 500e3), point(0.6, 2.4, 0.0), 0.0)  # a launch seen from above


def test_limb_at_the_pole_and_at_the_equator() -> None:
    for radius, across in ((POLAR_RADIUS, 2), (WGS84_RADIUS, 1)):
        for clearance, blocked in ((-1.0, True), (1.0, False)):
            ends = []
            for side in (-1.0, 1.0):
                end = [side * 3e6, 0.0, 0.0]
                end[across] = radius + 50e3 + clearance
                ends.append(tuple(end))
            assert earth_blocks(ends[0], ends[1], 50e3) is blocked


def test_margin_counts_where_the_target_itself_is_below_it() -> None:
    sensor, target = point(0.0, 0.0, 35786e3), point(0.3, 0.3, 30e3)
    assert not earth_blocks(sensor, target, 0.0)
    assert earth_blocks(sensor, target, 50e3)


def test_background_beyond_the_target() -> None:
    sensor = point(0.0, 0.0, 1200e3)
    below, above = point(0.1, 0.0, 40e3), point(0.1, 0.0, 1500e3)
    assert not earth_blocks(sensor, below, 0.0)
    assert earth_behind(sensor, below, 0.0)
    assert not earth_behind(sensor, above, 0.0)


def test_no_distance_is_no_block() -> None:
    assert not earth_blocks(SENSOR, SENSOR, 0.0)
    assert earth_blocks(SENSOR, SENSOR, 10.0)


def test_raised_ellipsoid_is_within_20_cm_of_the_parallel_surface() -> None:
    for latitude in np.linspace(-1.5, 1.5, 13):
        inside, outside = point(latitude, 0.3, 100e3 - 0.2), point(latitude, 0.3, 100e3 + 0.2)
        assert earth_blocks(inside, inside, 100e3)
        assert not earth_blocks(outside, outside, 100e3)
