"""Loads and stagnation heating of a flight: dynamic pressure, load factor, heat flux and wall temperature.

Convective heating in laminar flow, cold wall; nothing here says how hot the sides of a body get.
"""

import math

from sakimori.base.constants import STANDARD_GRAVITY, STEFAN_BOLTZMANN
from sakimori.base.kernels import kernel

SUTTON_GRAVES = 1.7415e-4  # [kg^0.5/m] for air (Sutton and Graves 1971, NASA TR R-376)


@kernel
def dynamic_pressure(density: float, speed: float) -> float:
    """rho v2/2 [Pa] at an air density [kg/m3] and a speed through the air [m/s]."""
    return 0.5 * density * speed * speed


@kernel
def load_factor(pressure: float, ballistic_coefficient: float, lift_to_drag: float) -> float:
    """Air force over weight at the ground, of a dynamic pressure [Pa], m/(CD S) [kg/m2] and a lift-to-drag ratio."""
    drag = pressure / ballistic_coefficient
    return drag * math.sqrt(1.0 + lift_to_drag * lift_to_drag) / STANDARD_GRAVITY


@kernel
def stagnation_flux(density: float, speed: float, nose_radius: float) -> float:
    """Convective heat flux [W/m2] at the stagnation point of a nose [m], cold wall: k sqrt(rho/Rn) v3.

    Density [kg/m3], speed [m/s]. For about 2 to 8 km/s and continuum flow (under some 80 km); Sutton and Graves 1971.
    """
    return SUTTON_GRAVES * math.sqrt(density / nose_radius) * speed * speed * speed


@kernel
def wall_temperature(
    flux: float, speed: float, air_temperature: float, emissivity: float, specific_heat: float
) -> float:
    """Temperature [K] at which a wall radiates away the flux [W/m2, cold wall] that it takes in.

    The flux falls as the wall warms, (1 - h_w/h_0) with h = cp T and h_0 = cp T_air + v2/2, and the sky is cold. Solved
    by bisection between 0 and the recovery temperature, within 1e-6 K. `specific_heat` [J/(kg K)]; of cold air 1004.
    """
    total = air_temperature + 0.5 * speed * speed / specific_heat
    low, high = 0.0, total
    while high - low > 1e-6:
        middle = 0.5 * (low + high)
        if emissivity * STEFAN_BOLTZMANN * middle**4 > flux * (1.0 - middle / total):
            high = middle
        else:
            low = middle
    return low
