"""Errors that stay: how they are drawn, and where they put a threat."""

import dataclasses
import math

import numpy as np
import pytest
from sights import DEGREE, INFRARED, RADAR, SITE, see, threats

from sakimori.earth import refraction
from sakimori.sense import biases

EAST, NORTH, UP = (1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (0.0, 0.0, 1.0)
FLIGHT = threats(SITE[0] + np.linspace(1.0, 4.0, 50) * DEGREE, SITE[1], 60e3)


def drawn(*sensors, seed: int = 1, future: int = 0, step: float = 2.0) -> biases.Biases:
    radars = [s for s in sensors if s.name == "radar"]
    infrareds = [s for s in sensors if s.name != "radar"]
    return biases.draw(
        radars, infrareds, see(FLIGHT, *sensors), FLIGHT.altitude, FLIGHT.position_ecef, step, seed, future
    )


def test_a_turn_about_up_moves_a_threat_sideways_and_a_lift_moves_it_up():
    # looking east at 100 km: 1 mrad of azimuth is 100 m to the north, 1 mrad of elevation 100 m upwards
    assert biases.displacement(*EAST, 1e5, (0.0, 0.0, 1e-3), 0.0, 0.0, UP) == pytest.approx((0.0, 100.0, 0.0))
    assert biases.displacement(*EAST, 1e5, (0.0, 0.0, 0.0), 0.0, 1e-3, UP) == pytest.approx((0.0, 0.0, 100.0))
    assert biases.displacement(*EAST, 1e5, (1e-3, 0.0, 0.0), 20.0, 0.0, UP) == pytest.approx((20.0, 0.0, 0.0))


def test_what_states_no_bias_has_none():
    found = drawn(RADAR, INFRARED)
    assert not found.biased.any()
    assert found.rotation.shape == (2, 0, 3)
    assert found.lift.shape == (1, 0, 0)


def test_a_site_keeps_its_bias_through_a_future_and_has_another_in_the_next():
    sensor = dataclasses.replace(RADAR, angle_bias=1e-3, range_bias=30.0)
    one, again, other = drawn(sensor), drawn(sensor), drawn(sensor, future=1)
    assert (np.ptp(one.rotation[0], axis=0) == 0.0).all()
    assert one.rotation.tobytes() == again.rotation.tobytes()
    assert (one.rotation[0, 0] != other.rotation[0, 0]).all()
    assert one.range_bias[0] != other.range_bias[0]
    # another sensor beside it shifts nothing
    beside = drawn(sensor, dataclasses.replace(INFRARED, boresight_sigma=1e-5))
    assert beside.rotation[0].tobytes() == one.rotation[0].tobytes()


def test_many_futures_have_the_stated_spread():
    # 2,000 draws of a standard deviation are good to 1 / sqrt(4000) = 1.6 %; four times that
    draws = np.array([biases.normal(1, future, 7, c, 0) for future in range(1000) for c in (0, 1)])
    assert draws.std() == pytest.approx(1.0, abs=0.064)
    assert draws.mean() == pytest.approx(0.0, abs=4 / math.sqrt(2000))


def test_a_boresight_drifts_with_its_sigma_and_forgets_itself_in_its_time():
    walk = np.empty((200_000, 3))
    biases._drift(1, 0, 5, 2e-5, math.exp(-0.1), walk)
    # 200,000 samples of 10 to a correlation time are 10,000 independent ones: 0.7 %; four times that
    assert walk.std(axis=0) == pytest.approx([2e-5] * 3, rel=0.03)
    for c in range(3):
        kept = np.corrcoef(walk[:-10, c], walk[10:, c])[0, 1]
        assert kept == pytest.approx(math.exp(-1.0), abs=0.04)


def test_a_residual_of_the_refraction_is_a_share_of_the_bend():
    sensor = dataclasses.replace(RADAR, refraction_residual=0.2, elevation_min=0.0, elevation_max=math.pi / 2)
    found = drawn(sensor)
    share = 0.2 * biases.normal(1, 0, sensor.key, 4, 0)
    seen = see(FLIGHT, sensor)
    assert (seen.signal[0, 0] > 0).sum() > 20
    for k in np.flatnonzero(seen.signal[0, 0] > 0)[::10]:
        sight = FLIGHT.position_ecef[0, k] - seen.sensor_ecef[0, k]
        up = seen.sensor_ecef[0, k] / np.linalg.norm(seen.sensor_ecef[0, k])
        geometric = math.asin(sight @ up / np.linalg.norm(sight))
        apparent = geometric
        for _ in range(30):  # the apparent elevation whose ray passes the threat
            apparent = geometric + refraction.elevation_bias(30.0, 60e3, apparent)
        # geocentric and geodetic up differ by 3 mrad, where the bend changes by under 2 % per degree; the table by 2 %
        assert found.lift[0, 0, k] == pytest.approx(share * (apparent - geometric), rel=0.05)
    assert (found.lift[0, 0, seen.signal[0, 0] == 0] == 0.0).all()
