"""Loads and heating of a flight: dynamic pressure, load factor, heat flux at the nose and on plates, wall temperature.

Convective heating of a wall that radiates all it takes in, at once: no conduction, no heat capacity, no ablation, no
chemistry at the wall.
"""

import math

from sakimori.base.constants import SECOND_RADIATION, STEFAN_BOLTZMANN
from sakimori.base.kernels import kernel

SUTTON_GRAVES = 1.7415e-4  # [kg^0.5/m] for air (Sutton and Graves 1971, NASA TR R-376)
SPECIFIC_HEAT = 1000.0  # [J/(kg K)] of the air at the wall, as Tracy and Wright 2020 take it

# Flat plates inclined to the flow, [W/m2] in SI: Tauber, Menees and Adelman 1987 as Anderson's textbook gives them and
# Tracy and Wright 2020 use them; the numbers were read in the public code of the latter.
_LAMINAR = 2.53e-5
_SLOW, _FAST, _SWITCH = 3.89e-4, 2.2e-5, 4000.0  # turbulent, below and above a speed [m/s]
_REFERENCE = 556.0  # [K] wall temperature in the slow turbulent law
_RECOVERY = 1.11  # factor on the wall's enthalpy in turbulent flow


@kernel
def stagnation_flux(density: float, speed: float, nose_radius: float) -> float:
    """Convective heat flux [W/m2] at the stagnation point of a nose [m], cold wall: k sqrt(rho/Rn) v3.

    Density [kg/m3], speed [m/s]. For about 2 to 8 km/s and continuum flow (under some 80 km); Sutton and Graves 1971.
    """
    return SUTTON_GRAVES * math.sqrt(density / nose_radius) * speed * speed * speed


@kernel
def laminar_flux(density: float, speed: float, angle: float, distance: float) -> float:
    """Convective heat flux [W/m2] of a laminar layer on a plate, cold wall: 2.53e-5 cos^0.5 sin (rho/x)^0.5 v^3.2.

    The plate faces the flow at `angle` [rad], 0 to pi/2; the place is `distance` x [m] along it, above 0. Density
    [kg/m3], speed [m/s]; for some 2 to 8 km/s. Tauber, Menees and Adelman 1987.
    """
    shape = math.sqrt(math.cos(angle)) * math.sin(angle)
    return _LAMINAR * shape * math.sqrt(density / distance) * speed**3.2


@kernel
def turbulent_flux(density: float, speed: float, angle: float, distance: float) -> float:
    """Convective heat flux [W/m2] of a turbulent layer on a plate, cold wall (at 556 K up to 4 km/s).

    3.89e-4 cos^1.78 sin^1.6 rho^0.8 x^-0.2 v^3.37 up to 4 km/s, 2.2e-5 cos^2.08 sin^1.6 rho^0.8 x^-0.2 v^3.7 above;
    arguments as for `laminar_flux`, the layer turbulent from the tip on. Tauber, Menees and Adelman 1987.
    """
    place = math.sin(angle) ** 1.6 * density**0.8 * distance**-0.2
    if speed <= _SWITCH:
        return _SLOW * math.cos(angle) ** 1.78 * place * speed**3.37
    return _FAST * math.cos(angle) ** 2.08 * place * speed**3.7


@kernel
def _balance(flux: float, total: float, emissivity: float, recovery: float, power: float) -> float:
    """Temperature T [K] with e sigma T^4 = flux (556/T)^power (1 - recovery T/total), by Newton's rule.

    Times T^power this is convex and rises; from above its root the rule falls onto it without overshoot.
    """
    if flux <= 0.0:
        return 0.0
    given, taken = emissivity * STEFAN_BOLTZMANN, flux * _REFERENCE**power
    high = 4.0 + power
    kelvin = min((taken / given) ** (1.0 / high), total / recovery)
    for _ in range(60):
        radiated = given * kelvin**high
        excess = radiated - taken * (1.0 - recovery * kelvin / total)
        move = excess / (high * radiated / kelvin + taken * recovery / total)
        kelvin -= move
        if move < 1e-9 * kelvin:
            break
    return kelvin


@kernel
def wall_temperature(
    flux: float, speed: float, air_temperature: float, emissivity: float, specific_heat: float
) -> float:
    """Temperature [K] at which a wall radiates away the flux [W/m2, cold wall] that it takes in.

    The flux falls as the wall warms, (1 - h_w/h_0) with h = cp T and h_0 = cp T_air + v2/2, and the sky is cold.
    `specific_heat` cp [J/(kg K)]; speed [m/s], emissivity above 0. Within 1e-8 of itself.
    """
    return _balance(flux, air_temperature + 0.5 * speed * speed / specific_heat, emissivity, 1.0, 0.0)


@kernel
def laminar_wall(
    density: float, speed: float, angle: float, distance: float, air_temperature: float, emissivity: float
) -> float:
    """Temperature [K] of a radiating plate under a laminar layer; arguments as for `laminar_flux`."""
    flux = laminar_flux(density, speed, angle, distance)
    return wall_temperature(flux, speed, air_temperature, emissivity, SPECIFIC_HEAT)


@kernel
def turbulent_wall(
    density: float, speed: float, angle: float, distance: float, air_temperature: float, emissivity: float
) -> float:
    """Temperature [K] of a radiating plate where the layer may be turbulent, never below that of a laminar one.

    The flux falls as (1 - 1.11 h_w/h_0), up to 4 km/s also as (556 K/T)^(1/4). In thin air the turbulent law falls
    below the laminar one: no layer is turbulent there. Arguments as for `laminar_flux`.
    """
    flux = turbulent_flux(density, speed, angle, distance)
    total = air_temperature + 0.5 * speed * speed / SPECIFIC_HEAT
    hot = _balance(flux, total, emissivity, _RECOVERY, 0.25 if speed <= _SWITCH else 0.0)
    return max(hot, laminar_wall(density, speed, angle, distance, air_temperature, emissivity))


@kernel
def _share_below(reduced: float) -> float:
    """Share of a black body's radiance at wavelengths below c2/(x T), x the `reduced` frequency, within 1e-9."""
    x = reduced
    scale = 15.0 / math.pi**4
    if x < 1.0:  # the Bernoulli series of x^3/(exp(x) - 1), integrated from 0 to x
        s = x * x
        terms = s * (1.0 / 60.0 - s * (1.0 / 5040.0 - s * (1.0 / 272160.0 - s / 13305600.0)))
        return 1.0 - scale * x * s * (1.0 / 3.0 - x / 8.0 + terms)
    total = 0.0
    for n in range(1, int(36.0 / x) + 2):
        total += math.exp(-n * x) / n * (x * x * x + (3.0 * x * x + (6.0 * x + 6.0 / n) / n) / n)
    return scale * total


@kernel
def band_radiance(kelvin: float, shortest: float, longest: float) -> float:
    """Radiance [W/(m2 sr)] of a black body at a temperature [K] between two wavelengths [m]; 0 at 0 K. Planck's law."""
    if kelvin <= 0.0:
        return 0.0
    whole = STEFAN_BOLTZMANN * kelvin**4 / math.pi
    c = SECOND_RADIATION / kelvin
    return whole * (_share_below(c / longest) - _share_below(c / shortest))
