"""Loads and heating against the published glide of an HTV-2-like vehicle (docs/equations/flight.md)."""

import pytest

from sakimori.earth.atmosphere import density, temperature
from sakimori.flight.heating import dynamic_pressure, load_factor, stagnation_flux, wall_temperature

NOSE = 0.034  # [m]


def test_stagnation_flux_at_entry() -> None:
    # Sutton and Graves with k 1.7415e-4: 6 km/s at 48.98 km and 3.4 cm give about 696 W/cm2; altitude to 10 m: 0.25.
    assert stagnation_flux(density(48.98e3), 6000.0, NOSE) / 1e4 == pytest.approx(696.0, abs=0.75)


@pytest.mark.parametrize(("altitude", "speed", "kelvin"), [(46.38e3, 5483.0, 3220.0), (35.70e3, 3250.0, 2405.0)])
def test_nose_temperature_on_the_way(altitude: float, speed: float, kelvin: float) -> None:
    # The published temperatures come from another correlation (Tauber) with an emissivity of 0.85: 2 % is the fourth
    # root of 8 % in flux, less than such correlations differ by.
    flux = stagnation_flux(density(altitude), speed, NOSE)
    hot = wall_temperature(flux, speed, temperature(altitude), 0.85, 1004.0)
    assert hot == pytest.approx(kelvin, rel=0.02)


def test_equilibrium_glide_carries_its_weight() -> None:
    # 6 km/s at 48.98 km is the published entry of L/D 2.6 and 13,003 kg/m2: lift and curvature make 9.806 m/s2.
    pressure = dynamic_pressure(density(48.98e3), 6000.0)
    lift = 9.806 - 6000.0**2 / (6370e3 + 48.98e3)
    expected = lift / 9.80665 * (1.0 + 2.6**-2) ** 0.5
    assert load_factor(pressure, 13003.0, 2.6) == pytest.approx(expected, rel=1e-3)  # altitude to 10 m: 0.13 %
