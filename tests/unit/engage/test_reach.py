"""Envelopes by altitude sample, fly-out times, time in altitude bands."""

import math

import numpy as np
import pytest

from sakimori.base.types import Phase, Reason
from sakimori.engage.doctrine import layer_table
from sakimori.engage.reach import band_times, envelope, fly_out_time, reach

TIMES, DISTANCES = np.array([0.0, 10.0, 30.0]), np.array([0.0, 5e3, 45e3])


@pytest.mark.parametrize(("distance", "time"), [(0.0, 0.0), (2.5e3, 5.0), (5e3, 10.0), (25e3, 20.0), (45e3, 30.0)])
def test_fly_out_is_linear_between_the_pairs(distance, time):
    assert fly_out_time(distance, TIMES, DISTANCES) == pytest.approx(time, abs=1e-9)


def test_fly_out_ends_with_the_table():
    assert fly_out_time(45e3 + 1e-6, TIMES, DISTANCES) == math.inf


@pytest.mark.parametrize(
    ("distance", "altitude", "reason"),
    [
        (100.0, 10.0, Reason.NONE),  # both edges belong to the envelope
        (100.0, 20.0, Reason.NONE),
        (100.1, 15.0, Reason.OUT_OF_REACH),
        (50.0, 20.1, Reason.ABOVE_CEILING),
        (50.0, 9.9, Reason.BELOW_FLOOR),
    ],
)
def test_envelope(distance, altitude, reason):
    assert envelope(distance, altitude, 100.0, 10.0, 20.0) == reason


def test_latest_launch_leaves_the_fly_out_and_the_delay(scenes):
    table = layer_table([scenes.layer(launch_delay=3.0)])
    found = reach(scenes.flights(np.full((1, 30), 10e3)), table)
    np.testing.assert_allclose(found.latest[0, 0], np.arange(30) - 13.0, atol=1e-6)


def test_nothing_is_reached_before_launch_or_after_impact(scenes):
    flown = scenes.standing(1, 4)
    phase = np.array([[Phase.WAITING, Phase.BOOST, Phase.DIVE, Phase.ENDED]], dtype=np.uint8)
    found = reach(flown._replace(phase=phase), layer_table([scenes.layer()]))
    expected = [Reason.NOT_FLYING, Reason.NONE, Reason.NONE, Reason.NOT_FLYING]
    np.testing.assert_array_equal(found.reason[0, 0], expected)


@pytest.mark.parametrize(
    "best",
    [
        {},
        {"range": 1e7, "mean_speed": 1e6},
        {"kill_probability": 1.0, "salvo": 10, "looks": 10},
        {"basket": 1e9, "divert": 1e9, "track_sigma": 1e9, "homing_time": 1e-3},
        {"fly_out": ((1e-3, 1e7),), "ceiling": 1e9},
    ],
)
@pytest.mark.parametrize("coordinated", [True, False])
def test_a_layer_with_a_floor_of_100_km_gets_no_credit_for_a_glide_at_45_km(scenes, best, coordinated):
    glide = scenes.flights(45e3, np.linspace(-300e3, 300e3, 120), step=1.0)
    played = scenes.play(glide, [scenes.layer(floor=100e3, **best)], replications=20, coordinated=coordinated)
    assert played.leak_probability[0] == 1.0
    assert played.shots[0, 0] == 0.0
    assert played.reason[0, 0] == played.cause[0] == Reason.BELOW_FLOOR
    assert np.isnan(played.last_launch[0, 0])


def test_a_glider_that_climbs_above_the_floor_is_reached_there_only(scenes):
    altitude = np.where((np.arange(120) > 40) & (np.arange(120) < 50), 101e3, 45e3)
    flown = scenes.flights(45e3, np.zeros(120), altitude=altitude[None])
    found = reach(flown, layer_table([scenes.layer(floor=100e3)]))
    np.testing.assert_array_equal(found.reason[0, 0] == Reason.NONE, altitude > 100e3)


def test_time_in_bands_adds_up_and_knows_what_no_layer_reaches(scenes):
    flown = scenes.flights(np.array([[10e3, 30e3, 50e3, 80e3, 150e3, 150e3]]), step=2.0)
    reached = reach(flown, layer_table([scenes.layer(floor=40e3, ceiling=100e3)]))
    time, unreached = band_times(flown, reached, np.array([0]))
    np.testing.assert_array_equal(time, [[2.0, 2.0, 2.0, 2.0, 4.0]])
    np.testing.assert_array_equal(unreached, [[2.0, 2.0, 0.0, 0.0, 4.0]])
