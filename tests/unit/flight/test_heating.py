"""Limits of loads and heating."""

import pytest

from sakimori.base.constants import STEFAN_BOLTZMANN
from sakimori.flight.heating import (
    band_radiance,
    laminar_flux,
    laminar_wall,
    stagnation_flux,
    turbulent_flux,
    turbulent_wall,
    wall_temperature,
)


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


def test_plates_grow_as_the_laws_say() -> None:
    one = laminar_flux(1e-3, 4000.0, 0.2, 1.0)
    assert laminar_flux(4e-3, 4000.0, 0.2, 1.0) == pytest.approx(2.0 * one)
    assert laminar_flux(1e-3, 4000.0, 0.2, 4.0) == pytest.approx(0.5 * one)
    assert laminar_flux(1e-3, 8000.0, 0.2, 1.0) == pytest.approx(2.0**3.2 * one)
    one = turbulent_flux(1e-3, 4500.0, 0.2, 1.0)
    assert turbulent_flux(4e-3, 4500.0, 0.2, 1.0) == pytest.approx(4.0**0.8 * one)
    assert turbulent_flux(1e-3, 4500.0, 0.2, 32.0) == pytest.approx(0.5 * one)
    assert turbulent_flux(1e-3, 3000.0, 0.2, 1.0) / turbulent_flux(1e-3, 1500.0, 0.2, 1.0) == pytest.approx(2.0**3.37)
    assert laminar_flux(1e-3, 4000.0, 0.0, 1.0) == turbulent_flux(1e-3, 4000.0, 0.0, 1.0) == 0.0


def test_no_air_no_heat_no_light() -> None:
    for wall in (laminar_wall, turbulent_wall):
        assert wall(0.0, 5000.0, 0.2, 1.0, 240.0, 0.85) == 0.0
        assert wall(1e-3, 0.0, 0.2, 1.0, 240.0, 0.85) == 0.0
    assert band_radiance(0.0, 1.4e-6, 3e-6) == 0.0
    assert band_radiance(1000.0, 2e-6, 2e-6) == 0.0


def test_turbulence_ends_where_its_law_falls_below_the_laminar_one() -> None:
    thin, thick = (1e-6, 5000.0, 0.2, 1.0, 240.0, 0.85), (1e-2, 5000.0, 0.2, 1.0, 240.0, 0.85)
    assert turbulent_wall(*thin) == laminar_wall(*thin)
    assert turbulent_wall(*thick) > 1.2 * laminar_wall(*thick)
