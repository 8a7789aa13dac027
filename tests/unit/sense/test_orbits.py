"""Orbits: Kepler's equation, frames, element files, constellations."""

import dataclasses
import math

import numpy as np
import pytest

from sakimori.base.constants import WGS84_MU, WGS84_RADIUS, WGS84_ROTATION
from sakimori.base.errors import InputError
from sakimori.earth.frames import rotation_angle
from sakimori.sense import orbits
from sakimori.sense.coverage import worst_case, worst_elevation
from sakimori.sense.orbits import ElementSet, Geostationary, Orbit

JULIAN_DATE = 2461245.5
# The International Space Station, 2008 (the worked example of the format's public description).
LINE1 = "1 25544U 98067A   08264.51782528 -.00002182  00000-0 -11606-4 0  2927"
LINE2 = "2 25544  51.6416 247.4627 0006703 130.5360 325.0288 15.72125391563537"


def test_kepler_equation_of_a_circle_is_the_mean_anomaly_in_one_turn():
    assert orbits.eccentric_anomaly(0.3, 0.0) == 0.3
    assert orbits.eccentric_anomaly(2 * math.pi + 0.3, 0.0) == pytest.approx(0.3, abs=1e-15)


def test_a_circular_equatorial_orbit_starts_at_its_node_and_returns_after_its_period():
    orbit = Orbit(semi_major_axis=7e6, inclination=0.0, raan=0.4, j2=0.0)
    period = 2 * math.pi * math.sqrt(7e6**3 / WGS84_MU)
    path = orbits.positions_eci(orbit, np.array([0.0, period / 4, period]))
    assert path[0] == pytest.approx([7e6 * math.cos(0.4), 7e6 * math.sin(0.4), 0.0], abs=1e-6)
    assert path[1] == pytest.approx([-7e6 * math.sin(0.4), 7e6 * math.cos(0.4), 0.0], abs=1e-5)
    assert path[2] == pytest.approx(path[0], abs=1e-5)


def test_an_ellipse_stands_at_perigee_at_mean_anomaly_zero_and_at_apogee_half_a_turn_on():
    orbit = Orbit(semi_major_axis=2e7, eccentricity=0.6, inclination=1.1, argument_of_perigee=4.7, j2=0.0)
    half = math.pi * math.sqrt(2e7**3 / WGS84_MU)
    radii = np.linalg.norm(orbits.positions_eci(orbit, np.array([0.0, half])), axis=1)
    assert radii == pytest.approx([0.4 * 2e7, 1.6 * 2e7], rel=1e-12)


def test_the_node_of_a_sun_synchronous_orbit_drifts_once_a_year():
    # 98.19 deg at 700 km is the textbook sun-synchronous pair: 360 deg / 365.2422 days = 0.9856 deg a day.
    orbit = Orbit(semi_major_axis=WGS84_RADIUS + 700e3, inclination=math.radians(98.19))
    times = np.linspace(0.0, 86400.0, 20001)
    path = orbits.positions_eci(orbit, times)
    rising = np.flatnonzero((path[:-1, 2] < 0) & (path[1:, 2] >= 0))
    nodes = np.arctan2(path[rising, 1], path[rising, 0])
    rate = np.polyfit(times[rising], np.unwrap(nodes), 1)[0] * 86400.0
    # 0.01 deg/day: the inclination is given to 0.01 deg, which is worth 0.001 deg/day, and the samples are 4 s apart
    assert math.degrees(rate) == pytest.approx(0.9856, abs=0.01)


def test_a_geostationary_sensor_stays_and_an_orbit_of_that_size_stays_with_it():
    times = np.array([0.0, 3000.0, 40000.0])
    radius = (WGS84_MU / WGS84_ROTATION**2) ** (1 / 3)
    raan = 1.7 + rotation_angle(JULIAN_DATE, 0.0)
    drifting = Orbit(semi_major_axis=radius, inclination=0.0, raan=raan, j2=0.0)
    fixed, moving = orbits.positions_ecef([Geostationary(1.7), drifting], JULIAN_DATE, times)
    assert fixed[0] == pytest.approx([radius * math.cos(1.7), radius * math.sin(1.7), 0.0], abs=1e-6)
    assert (fixed == fixed[0]).all()
    # sidereal time runs faster than the Earth's inertial turn by the precession, 7.1e-12 rad/s: 12 m in 40,000 s;
    # the published rotation rate carries 7 digits, 5e-12 rad/s
    assert np.abs(moving - fixed).max() < 30.0


def test_an_element_set_stands_in_the_earth_fixed_frame():
    # epoch 2008, day 264.51782528: the orbit's inclination bounds the latitude, its size the radius
    epoch = 2454466.5 + 263.51782528
    path = orbits.positions_ecef([ElementSet(LINE1, LINE2)], epoch, np.arange(0.0, 5600.0, 10.0))[0]
    radius = np.linalg.norm(path, axis=1)
    assert 6.70e6 < radius.min() < radius.max() < 6.76e6
    assert math.degrees(np.arcsin(path[:, 2] / radius).max()) == pytest.approx(51.64, abs=0.05)


def test_element_files_are_read_with_and_without_names():
    text = f"# a comment\n\n0 STATION\n{LINE1}\n{LINE2}\n{LINE1}\n{LINE2}\n"
    assert [name for name, _ in orbits.parse_element_sets(text)] == ["STATION", "25544"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"{LINE1}\n{LINE2.replace('51.6416', '51.6417')}\n", "line 2.*checksum"),
        (f"{LINE1}\nSTATION\n", "line 2: got 'STATION'"),
        (f"{LINE1}\n", "last line"),
        (f"{LINE1}\n{LINE2[:-5]}\n", "line 2.*69 columns"),
        (f"{LINE1}\n{LINE2.replace('2 25544', '2 25543')[:-1]}6\n", "satellites 25544 and 25543"),
    ],
)
def test_a_damaged_element_file_is_refused_with_its_line(text: str, expected: str):
    with pytest.raises(InputError, match=expected):
        orbits.parse_element_sets(text)


def test_an_element_set_far_from_its_date_is_refused_in_plain_words():
    # the station's drag term is negative in this set: a thousand years before, SGP4 has no orbit for it
    with pytest.raises(InputError, match="25544: got no position"):
        orbits.positions_ecef([ElementSet(LINE1, LINE2)], 2454730.0 - 365250.0, np.zeros(1))


def test_a_walker_constellation_has_its_planes_and_phases():
    delta = orbits.walker(6, 3, 1, 1.0, 1.2e6, raan0=0.1, anomaly0=0.2)
    turn = 2 * math.pi
    assert [o.raan for o in delta[::2]] == pytest.approx([0.1, 0.1 + turn / 3, 0.1 + 2 * turn / 3])
    assert [o.raan for o in delta[::2]] == [o.raan for o in delta[1::2]]
    assert delta[2].mean_anomaly == pytest.approx(0.2 + turn / 6)
    assert delta[1].mean_anomaly == pytest.approx(0.2 + turn / 2)
    star = orbits.walker(6, 3, 1, 1.0, 1.2e6, star=True)
    assert star[4].raan == pytest.approx(2 * math.pi / 3)
    assert star[0].semi_major_axis == WGS84_RADIUS + 1.2e6


def test_a_rosette_of_one_satellite_per_plane_is_a_walker_constellation():
    rosette, walker = orbits.rosette(6, 6, 2, 1.0, 1e6), orbits.walker(6, 6, 2, 1.0, 1e6)
    assert [o.raan for o in rosette] == pytest.approx([o.raan for o in walker])
    assert [o.mean_anomaly for o in rosette] == pytest.approx([o.mean_anomaly for o in walker])


def test_satellites_that_do_not_fill_their_planes_are_refused():
    with pytest.raises(InputError, match="7 satellites in 3 planes"):
        orbits.walker(7, 3, 1, 1.0, 1e6)
    with pytest.raises(InputError, match="7 satellites in 3 planes"):
        orbits.rosette(7, 3, 1, 1.0, 1e6)


def test_three_satellites_on_the_equator_leave_the_poles_a_quarter_turn_away():
    ring = orbits.walker(3, 1, 0, 0.0, 1e6)
    assert worst_case(ring, gap=1e-3).angle == pytest.approx(math.pi / 2, abs=1e-9)


@pytest.mark.parametrize(("apart", "angle"), [(0.0, 180.0), (60.0, 150.0), (180.0, 90.0)])
def test_one_or_two_satellites_are_worst_seen_from_behind(apart: float, angle: float):
    """One: from the antipode, 180 deg. Two on one orbit: from opposite their middle, at the most from a pole."""
    one = Orbit(semi_major_axis=7e6, inclination=0.0)
    pair = [one] if apart == 0.0 else [one, dataclasses.replace(one, mean_anomaly=math.radians(apart))]
    assert math.degrees(worst_case(pair, gap=1e-2).angle) == pytest.approx(angle, abs=1e-6)


def test_the_elevation_at_the_worst_angle():
    assert worst_elevation(math.acos(6371.0088 / 7371.0088), 1e6) == pytest.approx(0.0, abs=1e-9)
    assert worst_elevation(1e-9, 1e6) == pytest.approx(math.pi / 2, abs=1e-6)
    assert worst_elevation(1.0, 1e6) < 0.0


def test_a_star_may_stand_closer_than_half_a_turn():
    star = orbits.walker(6, 3, 1, 1.0, 1.2e6, star=True, spacing=0.7)
    assert [o.raan for o in star[::2]] == pytest.approx([0.0, 0.7, 1.4])


def test_the_worst_angle_refuses_what_it_cannot_answer():
    with pytest.raises(InputError, match="3-fold coverage by 2 satellites"):
        worst_case(orbits.walker(2, 1, 0, 1.0, 1e6), fold=3)
    with pytest.raises(InputError, match="0-fold"):
        worst_case(orbits.walker(2, 1, 0, 1.0, 1e6), fold=0)
    two_shells = (*orbits.walker(3, 3, 1, 1.0, 1e6), *orbits.walker(3, 3, 1, 1.0, 2e6))
    with pytest.raises(InputError, match="several sizes"):
        worst_case(two_shells)


@pytest.mark.parametrize(("eccentricity", "axis"), [(1.0, 1e7), (0.5, 1e7), (0.0, 1e6)])
def test_an_orbit_through_the_earth_or_open_is_refused(eccentricity: float, axis: float):
    with pytest.raises(InputError, match="orbit: got"):
        Orbit(semi_major_axis=axis, eccentricity=eccentricity, inclination=1.0)
