"""The standard atmosphere: joints, the gas law, and both ends."""

import math

import pytest

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.earth.atmosphere import density, pressure, speed_of_sound, temperature

SPECIFIC = 8314.32 / 28.9644  # [J/(kg K)] the standard's own constants
BASES = [0.0, 11000.0, 20000.0, 32000.0, 47000.0, 51000.0, 71000.0]  # [m] geopotential
JOINTS = [6356766.0 * h / (6356766.0 - h) for h in BASES]
KNOTS = [86e3, 90e3, 95e3, 100e3, 120e3, 200e3, 500e3, 1000e3]


@pytest.mark.parametrize("joint", JOINTS + KNOTS)
@pytest.mark.parametrize("quantity", [density, pressure, speed_of_sound])
def test_quantities_are_continuous(quantity, joint: float) -> None:
    # The steepest gradient anywhere is 1/5 km: 1e-3 m apart, 2e-7 of the value.
    assert quantity(joint + 5e-4) == pytest.approx(quantity(joint - 5e-4), rel=2e-7)


@pytest.mark.parametrize("joint", [*JOINTS, 80e3, 91e3, 110e3, 120e3])
def test_temperature_is_continuous(joint: float) -> None:
    # At 110 km the standard's rounded coefficients (263.1905, -76.3232, 19.9429) themselves miss 240 K by 0.3 mK.
    assert temperature(joint + 1e-3) == pytest.approx(temperature(joint - 1e-3), abs=5e-4)


def test_temperature_is_kinetic_at_86_km() -> None:
    # The layers end at 186.9459 K x 0.999579; the standard goes on with 186.8673 K.
    assert temperature(86e3 - 1e-3) == pytest.approx(temperature(86e3), abs=1e-3)


@pytest.mark.parametrize("altitude", [-1000.0, 0.0, 5e3, 15e3, 25e3, 40e3, 49e3, 60e3, 79e3])
def test_it_is_a_perfect_gas_at_rest(altitude: float) -> None:
    assert pressure(altitude) == pytest.approx(density(altitude) * SPECIFIC * temperature(altitude), rel=1e-12)
    step = 1.0
    slope = (pressure(altitude + step) - pressure(altitude - step)) / (2 * step)
    weight = density(altitude) * STANDARD_GRAVITY * (6356766.0 / (6356766.0 + altitude)) ** 2
    assert slope == pytest.approx(-weight, rel=1e-6)  # second-order difference


def test_below_the_sea_the_lowest_layer_goes_on() -> None:
    assert temperature(-500.0) == pytest.approx(288.15 + 3.25, abs=1e-3)
    assert density(-500.0) > density(0.0)


def test_far_above_it_fades_and_never_fails() -> None:
    assert 0.0 < density(2e6) < density(1e6)
    assert 0.0 <= density(1e8) < 1e-100
    assert temperature(2e6) == pytest.approx(1000.0, abs=0.1)


def test_what_is_no_altitude_gives_no_density() -> None:
    assert math.isnan(density(math.nan))
