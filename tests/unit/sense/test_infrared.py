"""Infrared: the signal, its limit cases, and refused input."""

import dataclasses

import pytest

from sakimori.base.errors import InputError
from sakimori.sense import infrared
from sakimori.sense.infrared import Infrared
from sakimori.sense.orbits import Geostationary

EXAMPLE = Infrared(
    name="example",
    key=1,
    owner=0,
    orbit=Geostationary(2.0),
    noise_equivalent_irradiance=1e-11,
    threshold=5.0,
    angle_sigma=30e-6,
    revisit=2.0,
    tangent_altitude=2e4,
)


def test_signal_is_the_irradiance_over_the_noise():
    # 10 kW/sr at 1,000 km is 1e-8 W/m2
    assert infrared.signal(1e6, 1e4, 1e-9, 1.0) == pytest.approx(10.0, rel=1e-12)
    assert infrared.signal(1e6, 1e4, 1e-9, 5.0) == pytest.approx(2.0, rel=1e-12)


def test_detection_is_even_at_the_threshold_and_follows_the_normal_distribution():
    assert infrared.detection_probability(5.0, 5.0) == 0.5
    # Abramowitz and Stegun 1964, table 26.1: P(1) = 0.841344746, P(-3) = 0.001349898
    assert infrared.detection_probability(6.0, 5.0) == pytest.approx(0.841344746, abs=1e-9)
    assert infrared.detection_probability(2.0, 5.0) == pytest.approx(0.001349898, abs=1e-9)
    assert infrared.detection_probability(1e6, 5.0) == 1.0


@pytest.mark.parametrize(("field", "value"), [("clutter_factor", 0.5), ("threshold", 0.0), ("tangent_altitude", -1.0)])
def test_a_sensor_refuses_what_it_cannot_be_and_names_the_field(field: str, value: float):
    with pytest.raises(InputError, match=f"infrared example: got {field}"):
        dataclasses.replace(EXAMPLE, **{field: value})
