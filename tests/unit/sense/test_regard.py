"""What an infrared sensor cannot regard: its field, the limb, the Earth's shadow."""

import dataclasses
import math

import numpy as np
import pytest
from sights import DEGREE, INFRARED, SITE, threats

from sakimori.base.types import Reason
from sakimori.sense import regard, visibility

DOWN = dataclasses.replace(INFRARED, looks_down=True)


def see(flights, *sensors, dark=None):
    place = visibility.sensor_positions([], sensors, 2461245.5, flights.step, flights.phase.shape[1])
    return visibility.see(flights, [], sensors, place, np.ones(len(sensors), bool), dark)


# A geostationary sensor sees a place 40 deg off its own at atan(R sin 40 / (r - R cos 40)) = 6.3 deg off straight down.
@pytest.mark.parametrize(
    ("field", "expected"),
    [({"off_nadir_max": 6.2 * DEGREE}, Reason.OUT_OF_SECTOR), ({"off_nadir_max": 6.5 * DEGREE}, Reason.NONE),
     ({"off_nadir_min": 6.2 * DEGREE}, Reason.NONE), ({"off_nadir_min": 6.5 * DEGREE}, Reason.OUT_OF_SECTOR)],
)  # fmt: skip
def test_the_field_of_regard_is_between_two_angles_from_straight_down(field, expected):
    flights = threats(0.0, SITE[1] + 40 * DEGREE, 50e3)
    sensor = dataclasses.replace(DOWN, **field)
    seen = see(flights, sensor)
    assert seen.reason[0, 0, 0] == expected
    assert seen.in_fence[0, 0, 0] == (expected is Reason.NONE)
    assert (seen.signal[0, 0, 0] > 0.0) == (expected is Reason.NONE)


def test_the_limb_weakens_only_what_stands_before_it():
    # Over the limb (81.3 deg from below the sensor), the line to 150 km at 84 deg passes the ground about 150 km high.
    limb = dataclasses.replace(DOWN, limb_altitude=250e3, limb_factor=2.0)
    before, space, earth = (
        threats(84 * DEGREE, SITE[1], 150e3), threats(84 * DEGREE, SITE[1], 600e3), threats(0.0, SITE[1], 50e3)
    )  # fmt: skip
    assert see(before, limb).signal[0, 0, 0] == pytest.approx(see(before, DOWN).signal[0, 0, 0] / 2.0, rel=1e-12)
    for other in (space, earth):
        assert see(other, limb).signal[0, 0, 0] == see(other, DOWN).signal[0, 0, 0]
    blinding = dataclasses.replace(limb, limb_factor=1e9)
    assert see(before, blinding).reason[0, 0, 0] == Reason.TOO_FAINT


def test_the_sun_stands_where_the_almanac_says():
    # Vallado 2013, example 5-1: 2 April 2006, 0 h UTC: right ascension 11.141 deg, declination 4.788 deg
    x, y, z = regard.sun_direction(2453827.5)
    assert math.degrees(math.atan2(y, x)) == pytest.approx(11.141, abs=0.02)
    assert math.degrees(math.asin(z)) == pytest.approx(4.788, abs=0.02)


def test_the_shadow_is_a_cylinder_behind_the_earth():
    date = 2461120.5  # 21 March 2026, 0 h: the Sun stands over the equator, at about 180 deg of longitude
    angle = np.radians(np.arange(0.0, 360.0, 1.0))
    ring = np.stack([np.cos(angle), np.sin(angle), 0 * angle], axis=-1)
    for radius in (42164e3, 7578e3):
        dark = regard.in_shadow(radius * ring[:, None, :], date, 2.0)[:, 0]
        assert dark.sum() == pytest.approx(2 * math.degrees(math.asin(6378137.0 / radius)), abs=1.5)
        assert dark[2]
        assert not dark[180]


def test_a_sensor_in_the_shadow_is_out_only_there():
    flights = threats(np.full(4, 0.1), SITE[1], 60e3)
    dark = np.array([[False, True, True, False]])
    found = see(flights, DOWN, dark=dark)
    assert found.reason[0, 0].tolist() == [Reason.NONE, Reason.SENSOR_OUT, Reason.SENSOR_OUT, Reason.NONE]
    assert (found.signal[0, 0, 1:3] == 0.0).all()
    assert not found.in_fence[0, 0, 1:3].any()


def test_without_limits_nothing_is_taken():
    flights = threats(np.linspace(-1.2, 1.2, 40), SITE[1], 90e3)
    spelled = dataclasses.replace(DOWN, limb_altitude=300e3, limb_factor=1.0, off_nadir_max=math.pi)
    assert see(flights, DOWN).signal.tobytes() == see(flights, spelled).signal.tobytes()
