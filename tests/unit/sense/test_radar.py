"""Radar: limit cases of the detection and accuracy kernels, and refused input."""

import dataclasses
import math

import pytest

from sakimori.base.errors import InputError
from sakimori.sense import detection, radar
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


def probability(signal: float, false_alarm: float, swerling: int, pulses: int = 1) -> float:
    """Of one look, from its false-alarm probability."""
    return detection.probability(signal, detection.threshold_of(false_alarm, pulses), swerling, pulses)


def test_signal_at_the_reference_is_the_reference_signal():
    assert radar.signal(1e6, 1.0, 1e6, 1.0, 20.0) == 20.0
    assert radar.signal(2e6, 16.0, 1e6, 1.0, 20.0) == 20.0


@pytest.mark.parametrize("swerling", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("false_alarm", [1e-12, 1e-6, 1e-2])
def test_noise_alone_detects_at_the_false_alarm_rate(swerling: int, false_alarm: float):
    assert probability(0.0, false_alarm, swerling) == pytest.approx(false_alarm, rel=1e-12)


@pytest.mark.parametrize("swerling", [0, 1, 2, 3, 4])
def test_a_huge_signal_is_always_detected(swerling: int):
    assert probability(1e9, 1e-6, swerling) == pytest.approx(1.0, abs=1e-7)


def test_an_unknown_fluctuation_is_not_a_number():
    assert math.isnan(probability(10.0, 1e-6, 5))
    assert math.isnan(probability(10.0, 1e-6, -1))


@pytest.mark.parametrize("swerling", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("wanted", [1e-3, 0.5, 0.99])
@pytest.mark.parametrize("pulses", [1, 20])
def test_required_signal_inverts_the_detection_probability(swerling: int, wanted: float, pulses: int):
    needed = detection.required_signal(wanted, 1e-6, swerling, pulses)
    assert probability(needed, 1e-6, swerling, pulses) == pytest.approx(wanted, rel=1e-9)
    assert detection.required_signal(1e-7, 1e-6, swerling) == 0.0


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
        ("swerling", 5),
        ("pulses", 257),
        ("faces", 0),
        ("refraction_residual", 1.1),
        ("fence_load", 1.5),
        ("availability", math.nan),
        ("sector", 7.0),
    ],
)
def test_a_radar_refuses_what_it_cannot_be_and_names_the_field(field: str, value: float):
    with pytest.raises(InputError, match=f"radar example: got {field}"):
        dataclasses.replace(EXAMPLE, **{field: value})


@pytest.mark.parametrize("swerling", [0, 1, 2, 3, 4])
@pytest.mark.parametrize("pulses", [2, 10, 256])
def test_noise_alone_detects_at_the_false_alarm_rate_however_many_pulses(swerling: int, pulses: int):
    assert probability(0.0, 1e-9, swerling, pulses) == pytest.approx(1e-9, rel=1e-9)
    assert probability(1e9, 1e-9, swerling, pulses) == pytest.approx(1.0, abs=1e-7)


def test_a_radar_states_its_reach_or_its_power_aperture_and_not_both():
    for changed in ({"power_aperture": 1e6}, {"reference_range": 0.0}):
        with pytest.raises(InputError, match="one of the two"):
            dataclasses.replace(EXAMPLE, **changed)


def test_four_times_the_power_aperture_reaches_root_two_times_as_far_and_pulses_share_the_dwell():
    by_power = dataclasses.replace(EXAMPLE, reference_range=0.0, power_aperture=1e6, noise_temperature=500.0, loss=10.0)
    assert dataclasses.replace(by_power, power_aperture=4e6).reach == pytest.approx(by_power.reach * math.sqrt(2))
    assert dataclasses.replace(by_power, pulses=16).reach == pytest.approx(by_power.reach / 2)
    assert EXAMPLE.reach == EXAMPLE.reference_range


def test_range_noise_falls_with_the_signal_to_its_floor():
    # 30 m / sqrt(2 * 4.5) = 10 m
    assert radar.range_weight(4.5, 30.0, 1.0) == pytest.approx(0.01, rel=1e-12)
    assert radar.range_weight(1e9, 30.0, 0.04) == 0.04
    assert radar.range_weight(0.1, 0.0, 0.04) == 0.04  # no resolution stated: the floor alone


def test_faces_stand_evenly_or_at_their_spacing():
    four = dataclasses.replace(EXAMPLE, boresight=0.1, faces=4)
    assert four.face_azimuths == pytest.approx([0.1 + i * math.pi / 2 for i in range(4)])
    two = dataclasses.replace(EXAMPLE, boresight=0.1, faces=2, face_spacing=2.0)
    assert two.face_azimuths == pytest.approx([0.1, 2.1])
