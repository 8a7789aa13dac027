"""The U.S. Standard Atmosphere 1976 (NOAA-S/T 76-1562), by geometric altitude.

To 86 km the defining layers are evaluated, the density (inner loop of every flight) by a series in each kilometre that
agrees to 1e-12. Above, the standard is defined by the diffusion of each gas; there the published pressures and
densities are interpolated (logarithm against altitude), within 5 % of the standard between knots, and continued with
the last slope above 1000 km. Below sea level the lowest layer continues.
"""

import math

import numpy as np

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.kernels import inlined, kernel
from sakimori.base.types import Floats

# Constants of the standard, section 1.2: they differ from today's and belong to this model alone.
_GAS_CONSTANT = 8314.32  # [J/(kmol K)] R*
_MOLAR_MASS = 28.9644  # [kg/kmol] M0, sea level
_EARTH_RADIUS = 6356766.0  # [m] r0, of the geopotential
_HEAT_RATIO = 1.4  # gamma
_SEA_LEVEL_TEMPERATURE, _SEA_LEVEL_PRESSURE = 288.15, 101325.0  # [K], [Pa]
_SPECIFIC = _GAS_CONSTANT / _MOLAR_MASS  # [J/(kg K)]
_HYDROSTATIC = STANDARD_GRAVITY / _SPECIFIC  # [K/m]
_TOP = 86000.0  # [m] geometric: end of the layers
_LOWEST, _HIGHEST, _THINNEST = -5, 85, 200  # [km] reach of the table of density: geopotential, and geometric

# Table 4: geopotential altitude of each layer's base [m] and its gradient of molecular-scale temperature [K/m].
_BASE = np.array([0.0, 11000.0, 20000.0, 32000.0, 47000.0, 51000.0, 71000.0])
_GRADIENT = np.array([-6.5e-3, 0.0, 1.0e-3, 2.8e-3, 0.0, -2.8e-3, -2.0e-3])

# Table 8: ratio of the molar mass to that at sea level, from 80 to 86 km every 0.5 km.
_RATIO = 1.0 - 1e-6 * np.array([0.0, 4.0, 11.0, 29.0, 59.0, 91.0, 130.0, 171.0, 214.0, 259.0, 306.0, 359.0, 421.0])
_RATIO_START, _RATIO_STEP = 80000.0, 500.0  # [m]

# Table I of Part 4, above 86 km: geometric altitude [km], pressure [Pa], density [kg/m3].
_PUBLISHED = np.array(
    [
        (90.0, 1.8359e-1, 3.416e-6),
        (95.0, 7.5966e-2, 1.393e-6),
        (100.0, 3.2011e-2, 5.604e-7),
        (105.0, 1.4477e-2, 2.325e-7),
        (110.0, 7.1042e-3, 9.708e-8),
        (115.0, 4.0096e-3, 4.289e-8),
        (120.0, 2.5382e-3, 2.222e-8),
        (125.0, 1.7354e-3, 1.291e-8),
        (130.0, 1.2505e-3, 8.152e-9),
        (140.0, 7.2028e-4, 3.831e-9),
        (150.0, 4.5422e-4, 2.076e-9),
        (160.0, 3.0395e-4, 1.233e-9),
        (180.0, 1.5271e-4, 5.194e-10),
        (200.0, 8.4736e-5, 2.541e-10),
        (250.0, 2.4767e-5, 6.073e-11),
        (300.0, 8.7704e-6, 1.916e-11),
        (350.0, 3.4498e-6, 7.014e-12),
        (400.0, 1.4518e-6, 2.803e-12),
        (450.0, 6.4468e-7, 1.184e-12),
        (500.0, 3.0236e-7, 5.215e-13),
        (550.0, 1.5137e-7, 2.384e-13),
        (600.0, 8.2130e-8, 1.137e-13),
        (650.0, 4.8865e-8, 5.712e-14),
        (700.0, 3.1908e-8, 3.070e-14),
        (750.0, 2.2599e-8, 1.788e-14),
        (800.0, 1.7036e-8, 1.136e-14),
        (900.0, 1.0873e-8, 5.759e-15),
        (1000.0, 7.5138e-9, 3.561e-15),
    ]
)


def _layer_bases() -> tuple[Floats, Floats]:
    """Molecular-scale temperature [K] and pressure [Pa] at the base of each layer, and at 86 km (eqs. 23, 33a, 33b)."""
    ends = [*_BASE[1:], _EARTH_RADIUS * _TOP / (_EARTH_RADIUS + _TOP)]
    temperatures, pressures = [_SEA_LEVEL_TEMPERATURE], [_SEA_LEVEL_PRESSURE]
    for base, end, gradient in zip(_BASE, ends, _GRADIENT, strict=True):
        t = temperatures[-1] + gradient * (end - base)
        depth = math.log(t / temperatures[-1]) / gradient if gradient else (end - base) / t
        temperatures.append(t)
        pressures.append(pressures[-1] * math.exp(-_HYDROSTATIC * depth))
    return np.array(temperatures), np.array(pressures)


_TEMPERATURE, _PRESSURE = _layer_bases()
# [m] geometric altitudes at which the gradient of temperature, and with it that of density, jumps
KINKS = np.array([*(_EARTH_RADIUS * _BASE[1:] / (_EARTH_RADIUS - _BASE[1:])), _TOP])
# exp: 1/ln 2, ln 2 in two parts of which the first has zeros at its end, and powers of 2 from -1000 to 1000
_PER_LN2, _LN2, _LN2_REST = 1.4426950408889634, 0.6931471803691238, 1.9082149292705877e-10
_POWERS = 2.0 ** np.arange(-1000.0, 1001.0)
_KNOT = np.array([_TOP, *(1000.0 * _PUBLISHED[:, 0])])  # [m]
_LOG_PRESSURE = np.log([_PRESSURE[-1], *_PUBLISHED[:, 1]])
_LOG_DENSITY = np.log([_PRESSURE[-1] / (_SPECIFIC * _TEMPERATURE[-1]), *_PUBLISHED[:, 2]])


@kernel
def _layers(altitude: float) -> tuple[float, float]:
    """Molecular-scale temperature [K] and pressure [Pa] below 86 km (eqs. 18, 23, 33a, 33b)."""
    height = _EARTH_RADIUS * altitude / (_EARTH_RADIUS + altitude)
    layer = 0
    for i in range(1, 7):
        layer += height >= _BASE[i]
    above = height - _BASE[layer]
    gradient, t = _GRADIENT[layer], _TEMPERATURE[layer]
    here = t + gradient * above
    depth = above / t if gradient == 0.0 else math.log(here / t) / gradient
    return here, _PRESSURE[layer] * math.exp(-_HYDROSTATIC * depth)


def _density_table() -> Floats:
    """Taylor series (N, 8) of the density [kg/m3] about the middle of each kilometre, in powers of the distance in km.

    From _LOWEST to _HIGHEST km of geopotential altitude, of which the bases of the layers are whole ones, with
    d rho/dH = -rho (K + gradient)/T; then from 86 to _THINNEST km of geometric altitude, of which the knots are.
    """
    layers, knots = np.arange(_LOWEST, _HIGHEST) + 0.5, np.arange(_TOP / 1000.0, _THINNEST) + 0.5
    table = np.empty((layers.size + knots.size, 8))
    for row, place in zip(table, layers, strict=False):
        height = 1000.0 * float(place)
        layer = max(0, int(np.searchsorted(_BASE, height)) - 1)
        gradient, base, above = _GRADIENT[layer], _TEMPERATURE[layer], height - _BASE[layer]
        t = base + gradient * above
        depth = math.log(t / base) / gradient if gradient else above / base
        row[0] = _PRESSURE[layer] * math.exp(-_HYDROSTATIC * depth) / (_SPECIFIC * t)
        for n in range(7):
            row[n + 1] = -1000.0 * row[n] * (_HYDROSTATIC + (n + 1) * gradient) / ((n + 1) * t)
    for row, place in zip(table[layers.size :], knots, strict=True):
        height = 1000.0 * float(place)
        row[0] = math.exp(np.interp(height, _KNOT, _LOG_DENSITY))
        knot = int(np.searchsorted(_KNOT, height)) - 1
        slope = 1000.0 * (_LOG_DENSITY[knot + 1] - _LOG_DENSITY[knot]) / (_KNOT[knot + 1] - _KNOT[knot])
        for n in range(7):
            row[n + 1] = row[n] * slope / (n + 1)
    return table


_DENSITY = _density_table()


@kernel
def _between_knots(altitude: float, logarithms: Floats) -> float:
    """The published quantity above 86 km; above the last knot its last slope goes on."""
    low, high = 0, _KNOT.size - 1
    while high - low > 1:
        middle = (low + high) // 2
        if altitude < _KNOT[middle]:
            high = middle
        else:
            low = middle
    share = (altitude - _KNOT[low]) / (_KNOT[high] - _KNOT[low])
    return math.exp(logarithms[low] + share * (logarithms[high] - logarithms[low]))


@inlined
def tabled_density(altitude: float) -> float:
    """`density` from -5 to 200 km, without a branch; outside that range the altitude must not be asked for."""
    height = _EARTH_RADIUS * altitude / (_EARTH_RADIUS + altitude)
    place = 1e-3 * height - _LOWEST if altitude < _TOP else 1e-3 * altitude + (_HIGHEST - _LOWEST - 1e-3 * _TOP)
    i = int(place)
    x = place - i - 0.5
    square = x * x
    low = (_DENSITY[i, 0] + x * _DENSITY[i, 1]) + square * (_DENSITY[i, 2] + x * _DENSITY[i, 3])
    high = (_DENSITY[i, 4] + x * _DENSITY[i, 5]) + square * (_DENSITY[i, 6] + x * _DENSITY[i, 7])
    return low + square * square * high


@kernel
def density(altitude: float) -> float:
    """Density of the air [kg/m3] at a geometric altitude [m], continuous; USSA 1976 (see the module for its reach)."""
    if -4990.0 < altitude < 1000.0 * _THINNEST - 1.0:  # geopotential -5 km is -4996 m
        return tabled_density(altitude)
    if altitude >= _TOP:
        return _between_knots(altitude, _LOG_DENSITY)
    t, p = _layers(altitude)
    return p / (_SPECIFIC * t)


@inlined
def _exponential(x: float) -> float:
    """exp(x), to 1e-15 of it, without branch or library: lanes of a vector and single numbers agree in each bit.

    2^n exp(r) with |r| < 0.35 by Taylor's series. Held to x from -690 to 690; nan of nan.
    """
    whole = x == x
    x = x if x > -690.0 else -690.0
    x = x if x < 690.0 else 690.0
    n = math.floor(x * _PER_LN2 + 0.5)
    r = (x - n * _LN2) - n * _LN2_REST
    s = r * r
    f = s * s
    low = (1.0 + r) + s * (1.0 / 2.0 + r * (1.0 / 6.0)) + f * (1.0 / 24.0 + r * (1.0 / 120.0))
    high = (1.0 / 720.0 + r * (1.0 / 5040.0)) + s * (1.0 / 40320.0 + r * (1.0 / 362880.0))
    top = 1.0 / 3628800.0 + r * (1.0 / 39916800.0) + s * (1.0 / 479001600.0 + r * (1.0 / 6227020800.0))
    value = (low + s * f * (high + f * top)) * _POWERS[int(n) + 1000]
    return value if whole else math.nan


@inlined
def exponential_density(altitude: float, ground_density: float, scale_height: float) -> float:
    """Density [kg/m3] of an isothermal atmosphere: ground_density exp(-altitude/scale_height), altitudes in [m]."""
    return ground_density * _exponential(-altitude / scale_height)


@kernel
def pressure(altitude: float) -> float:
    """Pressure of the air [Pa] at a geometric altitude [m], continuous; USSA 1976 (see the module for its reach)."""
    if altitude >= _TOP:
        return _between_knots(altitude, _LOG_PRESSURE)
    return _layers(altitude)[1]


@kernel
def speed_of_sound(altitude: float) -> float:
    """Speed of sound sqrt(1.4 p/rho) [m/s] at a geometric altitude [m]; USSA 1976 eq. 50.

    The standard gives it to 86 km only: above, it is the same formula on thin air, and no more than a scale for Mach.
    """
    if altitude >= _TOP:
        ratio = _between_knots(altitude, _LOG_PRESSURE) / _between_knots(altitude, _LOG_DENSITY)
    else:
        ratio = _SPECIFIC * _layers(altitude)[0]
    return math.sqrt(_HEAT_RATIO * ratio)


@kernel
def temperature(altitude: float) -> float:
    """Kinetic temperature of the air [K] at a geometric altitude [m], -5 to 1000 km and on; USSA 1976 eqs. 23-31."""
    if altitude < _RATIO_START:
        return _layers(altitude)[0]
    if altitude < _TOP:
        place = (altitude - _RATIO_START) / _RATIO_STEP
        i = int(place)
        ratio = _RATIO[i] + (place - i) * (_RATIO[i + 1] - _RATIO[i])
        return _layers(altitude)[0] * ratio
    if altitude < 91.0e3:
        return 186.8673
    if altitude < 110.0e3:
        across = (altitude - 91.0e3) / 19.9429e3
        return 263.1905 - 76.3232 * math.sqrt(1.0 - across * across)
    if altitude < 120.0e3:
        return 240.0 + 0.012 * (altitude - 110.0e3)
    reduced = (altitude - 120.0e3) * (_EARTH_RADIUS + 120.0e3) / (_EARTH_RADIUS + altitude)
    return 1000.0 - 640.0 * math.exp(-0.01875e-3 * reduced)
