"""Radar: limit cases of the detection and accuracy kernels, and refused input."""

import dataclasses
import math

import pytest

from sakimori.base.errors import InputError
from sakimori.sense import radar
from sakimori.sense.radar import Radar

EXAMPLE = Radar(
    name="example",
    key=1,
    owner=0,
    latitude=0.6,
    longitude=2.4,
    altitude=30.0,
    boresight=5.0,
    sector=2.0,
    elevation_min=0.0,
    elevation_max=1.2,
    reference_range=1e6,
    maximum_range=2e6,
    range_sigma=10.0,
    angle_sigma=1e-3,
    beam_width=0.01,
    fence_low=0.0,
    fence_high=0.1,
    fence_interval=5.0,
    fence_load=0.3,
    dwell=0.02,
    track_interval=2.0,
    search_beams_max=50.0,
)


def test_signal_at_the_reference_is_the_reference_signal():
    assert radar.signal(1e6, 1.0, 1e6, 1.0, 20.0) == 20.0
    assert radar.signal(2e6, 16.0, 1e6, 1.0, 20.0) == 20.0


@pytest.mark.parametrize("swerling", [0, 1, 3])
@pytest.mark.parametrize("false_alarm", [1e-12, 1e-6, 1e-2])
def test_noise_alone_detects_at_the_false_alarm_rate(swerling: int, false_alarm: float):
    assert radar.detection_probability(0.0, false_alarm, swerling) == pytest.approx(false_alarm, rel=1e-12)


@pytest.mark.parametrize("swerling", [0, 1, 3])
def test_a_huge_signal_is_always_detected(swerling: int):
    assert radar.detection_probability(1e9, 1e-6, swerling) == pytest.approx(1.0, abs=1e-7)


def test_an_unknown_fluctuation_is_not_a_number():
    assert math.isnan(radar.detection_probability(10.0, 1e-6, 2))


@pytest.mark.parametrize("swerling", [0, 1, 3])
@pytest.mark.parametrize("probability", [1e-3, 0.5, 0.99])
def test_required_signal_inverts_the_detection_probability(swerling: int, probability: float):
    needed = radar.required_signal(probability, 1e-6, swerling)
    assert radar.detection_probability(needed, 1e-6, swerling) == pytest.approx(probability, rel=1e-9)
    assert radar.required_signal(1e-7, 1e-6, swerling) == 0.0


def test_angle_noise_falls_with_the_signal_to_its_floor():
    # beam width / (1.6 sqrt(2 S)): 0.016 rad at S = 50 gives 0.016 / 16 = 1 mrad
    assert radar.angle_sigma(50.0, 0.016, 1e-4) == pytest.approx(1e-3, rel=1e-12)
    assert radar.angle_sigma(1e12, 0.016, 1e-4) == 1e-4


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("elevation_min", 1.3),
        ("altitude", -1.0),
        ("false_alarm", 0.0),
        ("swerling", 2),
        ("fence_load", 1.5),
        ("availability", math.nan),
        ("sector", 7.0),
    ],
)
def test_a_radar_refuses_what_it_cannot_be_and_names_the_field(field: str, value: float):
    with pytest.raises(InputError, match=f"radar example: got {field}"):
        dataclasses.replace(EXAMPLE, **{field: value})
