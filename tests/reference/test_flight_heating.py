"""Loads, heating and light against the published glide of an HTV-2-like vehicle (docs/equations/flight.md)."""

import math

import pytest
from scipy.integrate import quad

from sakimori.base.constants import LIGHT_SPEED, SECOND_RADIATION, STEFAN_BOLTZMANN
from sakimori.earth.atmosphere import density, temperature
from sakimori.flight.glider import equilibrium_altitude
from sakimori.flight.heating import (
    band_radiance,
    laminar_wall,
    stagnation_flux,
    turbulent_wall,
    wall_temperature,
)
from sakimori.flight.signature import BAND, STUDY_VEHICLE, glow

NOSE, EMISSIVITY = STUDY_VEHICLE.nose_radius, STUDY_VEHICLE.emissivity
FRONT, REAR = STUDY_VEHICLE.front_angle, STUDY_VEHICLE.rear_angle


def test_stagnation_flux_at_entry() -> None:
    # Sutton and Graves with k 1.7415e-4: 6 km/s at 48.98 km and 3.4 cm give about 696 W/cm2; altitude to 10 m: 0.25.
    assert stagnation_flux(density(48.98e3), 6000.0, NOSE) / 1e4 == pytest.approx(696.0, abs=0.75)


@pytest.mark.parametrize(("altitude", "speed", "kelvin"), [(46.38e3, 5483.0, 3220.0), (35.70e3, 3250.0, 2405.0)])
def test_nose_temperature_on_the_way(altitude: float, speed: float, kelvin: float) -> None:
    # The published temperatures come from another correlation (Tauber) with an emissivity of 0.85: 2 % is the fourth
    # root of 8 % in flux, less than such correlations differ by.
    flux = stagnation_flux(density(altitude), speed, NOSE)
    hot = wall_temperature(flux, speed, temperature(altitude), EMISSIVITY, 1004.0)
    assert hot == pytest.approx(kelvin, rel=0.02)


@pytest.mark.parametrize(
    ("altitude", "speed", "near", "far"), [(46.38e3, 5483.0, 1362.0, 1063.0), (35.70e3, 3250.0, 1053.0, 828.0)]
)
def test_wall_temperatures_on_the_way(altitude: float, speed: float, near: float, far: float) -> None:
    # 1 m aft on the front face, 3.5 m aft on the rear one. The same law in another atmosphere (Regan 1984) and without
    # the enthalpy of still air, which is 4 % of the total at 3.25 km/s and warms the wall by 3 K.
    air = temperature(altitude)
    assert laminar_wall(density(altitude), speed, FRONT, 1.0, air, EMISSIVITY) == pytest.approx(near, abs=4.0)
    assert laminar_wall(density(altitude), speed, REAR, 3.5, air, EMISSIVITY) == pytest.approx(far, abs=4.0)


@pytest.mark.parametrize(("speed", "calm", "rough"), [(5490.0, 77e3, 359e3), (2300.0, 4e3, 38e3)])
def test_intensity_from_above_on_the_way(speed: float, calm: float, rough: float) -> None:
    # The published treatment scales temperatures as x^-0.05 from 1 m and from 3.5 m, in laminar flow too; here each
    # strip has its own balance (x^-0.125 if laminar): 83 and 4.2 against 72 and 3.5 kW/sr with all else alike. The
    # enthalpy of still air adds 6 % (laminar) and 9 % (turbulent) at 2.3 km/s. 1 % of temperature is 5 to 7 % here.
    altitude = equilibrium_altitude(speed, 2.6, 13003.0, 6370e3, 9.806)
    for published, turbulent in ((calm, False), (rough, True)):
        seen = glow(STUDY_VEHICLE, density(altitude), speed, temperature(altitude), turbulent)
        assert seen.above == pytest.approx(published, rel=0.2)


def test_turbulent_wall_by_hand() -> None:
    # The law written out at its own answer, below and above 4 km/s.
    air, total = 240.0, lambda speed: 240.0 + 0.5 * speed**2 / 1000.0
    shape = math.sin(FRONT) ** 1.6
    hot = turbulent_wall(4e-3, 3900.0, FRONT, 2.0, air, EMISSIVITY)
    flux = 3.89e-4 * math.cos(FRONT) ** 1.78 * shape * 4e-3**0.8 * 3900.0**3.37 * 2.0**-0.2 * (hot / 556.0) ** -0.25
    assert EMISSIVITY * STEFAN_BOLTZMANN * hot**4 == pytest.approx(flux * (1.0 - 1.11 * hot / total(3900.0)), rel=1e-9)
    hot = turbulent_wall(4e-3, 4100.0, FRONT, 2.0, air, EMISSIVITY)
    flux = 2.2e-5 * math.cos(FRONT) ** 2.08 * shape * 4e-3**0.8 * 4100.0**3.7 * 2.0**-0.2
    assert EMISSIVITY * STEFAN_BOLTZMANN * hot**4 == pytest.approx(flux * (1.0 - 1.11 * hot / total(4100.0)), rel=1e-9)


@pytest.mark.parametrize("kelvin", [250.0, 600.0, 1200.0, 3200.0, 9000.0])
@pytest.mark.parametrize("band", [BAND, (2.69e-6, 2.95e-6), (3e-6, 5e-6), (8e-6, 12e-6)])
def test_radiance_in_band_against_quadrature(kelvin: float, band: tuple[float, float]) -> None:
    planck = 6.62607015e-34  # [J s] SI 2019, exact

    def spectral(wavelength: float) -> float:
        return 2.0 * planck * LIGHT_SPEED**2 / wavelength**5 / math.expm1(SECOND_RADIATION / (wavelength * kelvin))

    expected, _ = quad(spectral, *band, epsabs=0.0, epsrel=1e-12)
    assert band_radiance(kelvin, *band) == pytest.approx(expected, rel=1e-8)  # constants to ten digits, series to 1e-9


@pytest.mark.parametrize("kelvin", [3.0, 300.0, 5800.0])
def test_all_wavelengths_make_the_law_of_stefan_and_boltzmann(kelvin: float) -> None:
    assert band_radiance(kelvin, 1e-9, 10.0) == pytest.approx(STEFAN_BOLTZMANN * kelvin**4 / math.pi, rel=1e-8)
