"""What holds for every place, altitude and direction."""

import math

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sakimori.base.constants import WGS84_FLATTENING, WGS84_J2, WGS84_MU, WGS84_RADIUS
from sakimori.earth.atmosphere import density, pressure, speed_of_sound
from sakimori.earth.frames import (
    ecef_from_eci,
    eci_from_ecef,
    enu_axes,
    enu_basis,
    rotation_angle,
    velocity_ecef_from_eci,
    velocity_eci_from_ecef,
)
from sakimori.earth.geodesy import (
    destination,
    distance_and_bearing,
    ecef_from_geodetic,
    geodetic_from_ecef,
    positions_ecef,
)
from sakimori.earth.gravity import gravity
from sakimori.earth.refraction import central_angle, elevation_bias, grazing_elevation
from sakimori.earth.sightlines import earth_behind, earth_blocks, range_azimuth_elevation, sight_jacobian

latitudes = st.floats(-math.pi / 2, math.pi / 2)
longitudes = st.floats(-math.pi, math.pi)
altitudes = st.floats(-10e3, 50e6)
angles = st.floats(-7.0, 7.0)


def triple(latitude: float, longitude: float, altitude: float) -> tuple[float, float, float]:
    return ecef_from_geodetic(latitude, longitude, altitude, WGS84_RADIUS, WGS84_FLATTENING)


@settings(max_examples=300, deadline=None)
@given(latitudes, longitudes, altitudes, st.sampled_from([0.0, 1e-4, WGS84_FLATTENING]))
def test_positions_round_trip(latitude: float, longitude: float, altitude: float, flattening: float) -> None:
    position = ecef_from_geodetic(latitude, longitude, altitude, WGS84_RADIUS, flattening)
    lat, lon, alt = geodetic_from_ecef(*position, WGS84_RADIUS, flattening)
    # Beyond the Earth's surface the positions themselves round: 7e-9 m in the last place at 50,000 km.
    assert abs(alt - altitude) < 5e-9 + 4e-16 * abs(altitude)
    assert abs(lat - latitude) < 1e-15
    if abs(latitude) < 1.57:
        assert abs(math.remainder(lon - longitude, 2 * math.pi)) < 1e-15


@settings(max_examples=100, deadline=None)
@given(st.floats(-1.55, 1.55), longitudes, st.floats(0.0, 2 * math.pi), st.floats(1.0, 9e6))
def test_geodesics_round_trip(latitude: float, longitude: float, bearing: float, distance: float) -> None:
    length, back = distance_and_bearing(latitude, longitude, *destination(latitude, longitude, bearing, distance))
    assert length == pytest.approx(distance, abs=1e-7)
    # A bearing over a distance is known to the rounding of the end: 1e-8 m across it.
    assert abs(math.remainder(back - bearing, 2 * math.pi)) * min(distance, 1e6) < 1e-7
    assert 0.0 <= back <= 2 * math.pi


@settings(max_examples=100, deadline=None)
@given(latitudes, longitudes)
def test_local_axes_are_a_right_handed_frame(latitude: float, longitude: float) -> None:
    basis = enu_basis(latitude, longitude)
    assert basis @ basis.T == pytest.approx(np.eye(3), abs=1e-15)
    assert np.linalg.det(basis) == pytest.approx(1.0, abs=1e-15)


@settings(max_examples=100, deadline=None)
@given(st.floats(2415020.0, 2488070.0), st.floats(-1.0, 1.0), angles)
def test_turning_keeps_lengths_and_turns_back(julian_date: float, fraction: float, angle: float) -> None:
    assert 0.0 <= rotation_angle(julian_date, fraction) < 2.0 * math.pi
    position, velocity = np.array([6.9e6, -1.2e6, 3.3e6]), np.array([-1e3, 5e3, 5e3])
    turned = ecef_from_eci(position, angle)
    assert np.linalg.norm(turned) == pytest.approx(np.linalg.norm(position), rel=1e-15)
    assert eci_from_ecef(turned, angle) == pytest.approx(position, abs=1e-8)
    moved = velocity_ecef_from_eci(position, velocity, angle)
    assert velocity_eci_from_ecef(turned, moved, angle) == pytest.approx(velocity, abs=1e-11)


@settings(max_examples=100, deadline=None)
@given(latitudes, longitudes, st.floats(0.0, 5e6), st.sampled_from([0.0, WGS84_J2]))
def test_gravity_is_the_gradient_of_its_potential(lat: float, lon: float, altitude: float, j2: float) -> None:
    def potential(p: np.ndarray) -> float:
        r = float(np.linalg.norm(p))
        legendre = 0.5 * (3.0 * (p[2] / r) ** 2 - 1.0)
        return WGS84_MU / r * (1.0 - j2 * (WGS84_RADIUS / r) ** 2 * legendre)

    place, step = np.array(triple(lat, lon, altitude)), 30.0
    slope = [(potential(place + step * u) - potential(place - step * u)) / (2 * step) for u in np.eye(3)]
    # Differences of 6e7 J/kg over 60 m: rounding 1e-9 m/s2 or so, and curvature below that.
    assert gravity(*place, WGS84_MU, WGS84_RADIUS, j2) == pytest.approx(slope, abs=1e-8)


@settings(max_examples=200, deadline=None)
@given(st.floats(-2e3, 1.5e6), st.floats(1.0, 5e4))
def test_air_thins_upwards(altitude: float, rise: float) -> None:
    assert density(altitude + rise) < density(altitude)
    assert pressure(altitude + rise) < pressure(altitude)
    assert speed_of_sound(altitude) > 200.0


sensors = st.floats(0.0, 5e3)


@settings(max_examples=150, deadline=None)
@given(sensors, st.floats(1.0, 1.5e6), st.floats(0.0, 1.5), st.floats(1e-4, 0.05))
def test_horizon_grows_with_altitude_and_shrinks_with_elevation(
    sensor: float, rise: float, elevation: float, more: float
) -> None:
    angle = central_angle(sensor, sensor + rise, elevation)
    assert central_angle(sensor, sensor + 1.1 * rise, elevation) > angle
    assert central_angle(sensor, sensor + rise, elevation + more) < angle


@settings(max_examples=150, deadline=None)
@given(sensors, st.floats(100.0, 1.5e6), st.floats(0.0, 1.0))
def test_air_lifts_targets_and_less_so_higher_up(sensor: float, rise: float, share: float) -> None:
    lowest = grazing_elevation(sensor)
    elevation = lowest * (1.0 - 1e-9) + share * (1.5 - lowest)
    lift = elevation_bias(sensor, sensor + rise, elevation)
    assert -1e-12 <= lift < 0.03
    assert elevation_bias(sensor, sensor + rise, elevation + 0.01) <= lift + 1e-12


@settings(max_examples=100, deadline=None)
@given(sensors, st.floats(10.0, 1e6))
def test_the_ray_is_smooth_across_level(sensor: float, rise: float) -> None:
    assume(sensor > 1.0)
    above, level, below = (central_angle(sensor, sensor + rise, e) for e in (1e-7, 0.0, -1e-7))
    # The angle falls by about 1.3 rad per rad of elevation, more towards short ranges: continuous is enough here.
    assert above <= level <= below
    assert below - above < 1e-6


@settings(max_examples=150, deadline=None)
@given(st.floats(-1.5, 1.5), longitudes, st.floats(0.05, 1.5), st.floats(0.0, 6.28), st.floats(1e4, 3e6))
def test_jacobian_is_the_derivative(lat: float, lon: float, elevation: float, azimuth: float, distance: float) -> None:
    sensor, axes = triple(lat, lon, 100.0), enu_axes(lat, lon)
    level = math.cos(elevation)
    local = np.array([level * math.sin(azimuth), level * math.cos(azimuth), math.sin(elevation)])
    target = np.array(sensor) + distance * local @ np.array(axes).reshape(3, 3)
    seen = range_azimuth_elevation(sensor, axes, tuple(target))
    assert seen == pytest.approx((distance, seen[1], elevation), abs=1e-8)
    assert math.remainder(seen[1] - azimuth, 2 * math.pi) == pytest.approx(0.0, abs=1e-8)
    step = 1e-3 * distance * level
    rows = np.array(sight_jacobian(sensor, axes, tuple(target))).reshape(3, 3)
    for column, direction in enumerate(np.eye(3)):
        after = np.array(range_azimuth_elevation(sensor, axes, tuple(target + step * direction)))
        before = np.array(range_azimuth_elevation(sensor, axes, tuple(target - step * direction)))
        change = after - before
        change[1] = math.remainder(change[1], 2 * math.pi)
        # Central differences over 1e-3 of the level distance: 1e-6 of the size of the row, and a third of it again.
        assert rows[:, column] == pytest.approx(change / (2 * step), abs=2e-6 * np.linalg.norm(rows, axis=1).max())
    assert rows @ rows.T == pytest.approx(np.diag(np.diag(rows @ rows.T)), abs=1e-12)


@settings(max_examples=200, deadline=None)
@given(latitudes, longitudes, st.floats(0.0, 4e7), latitudes, longitudes, st.floats(0.0, 4e7), st.floats(0.0, 1e5))
def test_the_earth_blocks_both_ways_and_more_with_a_margin(
    lat: float, lon: float, alt: float, lat2: float, lon2: float, alt2: float, margin: float
) -> None:
    one, other = triple(lat, lon, alt), triple(lat2, lon2, alt2)
    blocked = earth_blocks(one, other, margin)
    # Sampling the segment can only find a cut, and finds every deep one.
    path = np.linspace(one, other, 2001)
    wide, tall = WGS84_RADIUS + margin, WGS84_RADIUS * (1 - WGS84_FLATTENING) + margin
    depth = ((path / [wide, wide, tall]) ** 2).sum(axis=1).min()
    assert not (depth < 1.0 - 1e-9 and not blocked)
    assert not (depth > 1.0 + 1e-3 and blocked)
    assert not blocked or earth_blocks(one, other, margin + 1.0)
    assert not blocked or earth_behind(one, other, margin)
    reverse = earth_blocks(other, one, margin)
    assert blocked == reverse or abs(depth - 1.0) < 1e-9


@settings(max_examples=50, deadline=None)
@given(latitudes, longitudes, st.floats(1e3, 4e7))
def test_straight_down_is_never_blocked_but_has_the_earth_behind(lat: float, lon: float, altitude: float) -> None:
    assert not earth_blocks(triple(lat, lon, altitude), triple(lat, lon, 0.5 * altitude), 0.0)
    assert earth_behind(triple(lat, lon, altitude), triple(lat, lon, 0.5 * altitude), 0.0)


def test_arrays_do_not_depend_on_their_neighbours() -> None:
    rng = np.random.default_rng(1)
    lat, lon, alt = rng.uniform(-1.5, 1.5, 50), rng.uniform(-3, 3, 50), rng.uniform(0, 1e6, 50)
    together = positions_ecef(lat, lon, alt)
    for i in range(50):
        assert positions_ecef(lat[i], lon[i], alt[i]).tobytes() == together[i].tobytes()
