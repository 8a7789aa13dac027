"""Limits of loads and heating."""

import math

import pytest

from sakimori.base.constants import STEFAN_BOLTZMANN
from sakimori.flight.heating import dynamic_pressure, load_factor, stagnation_flux, wall_temperature


def test_loads_by_hand() -> None:
    assert dynamic_pressure(1.2, 100.0) == pytest.approx(6000.0)
    assert load_factor(5000.0 * 9.80665, 5000.0, 0.0) == pytest.approx(1.0)
    assert load_factor(5000.0 * 9.80665, 5000.0, 1.0) == pytest.approx(math.sqrt(2.0))


def test_flux_grows_as_the_law_says() -> None:
    one = stagnation_flux(1e-3, 4000.0, 0.1)
    assert stagnation_flux(4e-3, 4000.0, 0.1) == pytest.approx(2.0 * one)
    assert stagnation_flux(1e-3, 8000.0, 0.1) == pytest.approx(8.0 * one)
    assert stagnation_flux(1e-3, 4000.0, 0.4) == pytest.approx(0.5 * one)
    assert stagnation_flux(0.0, 4000.0, 0.1) == 0.0


def test_wall_balances_what_it_takes_and_gives() -> None:
    flux, speed, air, emissivity = 2e6, 3000.0, 230.0, 0.8
    kelvin = wall_temperature(flux, speed, air, emissivity, 1004.0)
    total = air + 0.5 * speed**2 / 1004.0
    assert emissivity * STEFAN_BOLTZMANN * kelvin**4 == pytest.approx(flux * (1.0 - kelvin / total), rel=1e-6)
    assert kelvin < (flux / (emissivity * STEFAN_BOLTZMANN)) ** 0.25  # colder than with a cold wall's flux
    assert wall_temperature(1e12, speed, air, emissivity, 1004.0) == pytest.approx(total, rel=1e-3)  # never above
    assert wall_temperature(0.0, speed, air, emissivity, 1004.0) == pytest.approx(0.0, abs=1e-5)
