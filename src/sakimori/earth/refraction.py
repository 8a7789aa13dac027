"""Bending of radar rays in an exponential atmosphere: horizons and elevation biases, on a sphere of mean radius.

The radio refractivity is N(h) = 315 exp(-h / 7.35 km) (ITU-R P.453-14, reference atmosphere), the index 1 + 1e-6 N. A
ray keeps n r cos(elevation) (Bouguer's rule), so that the central angle it crosses is an integral over altitude alone.
Elevations are apparent ones (where the antenna points) unless called geometric. Dispersion is left out: it is for
radio, not for light.
"""

import math

import numpy as np

from sakimori.base.constants import MEAN_RADIUS
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats

_SURFACE = 315.0e-6  # N0: excess of the index over 1 at sea level, ITU-R P.453-14, reference atmosphere
_SCALE = 7350.0  # [m] h0, ibid.

_SETTLED = 1e-8  # [m] last step of a ray's lowest altitude
_GROUND = 1e-6  # [m] a ray this little below sea level still grazes it

_NODES, _WEIGHTS = np.polynomial.legendre.leggauss(16)
_PANEL = 50.0  # [sqrt(m)] widest panel of the quadrature: the profile bends over sqrt(7350) = 86


@kernel
def _excess(altitude: float, elevation: float, above: float) -> float:
    """n r - n0 r0 cos(elevation) [m] at `above` [m] over a start altitude [m], without cancellation."""
    index = _SURFACE * math.exp(-altitude / _SCALE)
    turn = math.sin(0.5 * elevation)
    start = MEAN_RADIUS + altitude
    if above < 0.0:
        change = -_SURFACE * math.exp(-(altitude + above) / _SCALE) * math.expm1(above / _SCALE)
    else:
        change = index * math.expm1(-above / _SCALE)
    rise = change * (start + above) + (1.0 + index) * above
    return rise + (1.0 + index) * start * 2.0 * turn * turn


@kernel
def _climb(altitude: float, elevation: float, low: float, high: float, scale: float) -> float:
    """Central angle [rad] of a ray from `low` to `high` [m] over the altitude where it stands at an elevation >= 0.

    With a `scale` [m] above 0 it is the ray's length [m] instead, each part weighted by exp(-height / scale).
    The altitude over the start is s^2 - s0^2 with s0^2 chosen so that the integrand is smooth down to elevation 0.
    """
    start = MEAN_RADIUS + altitude
    index = _SURFACE * math.exp(-altitude / _SCALE)
    constant = (1.0 + index) * start * math.cos(elevation)  # n r cos(elevation)
    bend = 1.0 - start * index / (_SCALE * (1.0 + index))  # d(n r)/dr over n
    shift = 0.5 * start * math.sin(elevation) ** 2 / bend
    begin, end = math.sqrt(shift + low), math.sqrt(shift + high)
    if not end > begin:
        return 0.0
    panels = int((end - begin) / _PANEL) + 1
    half = 0.5 * (end - begin) / panels
    total = 0.0
    for i in range(panels):
        middle = begin + (2 * i + 1) * half
        for j in range(_NODES.size):
            s = middle + half * _NODES[j]
            above = s * s - shift
            excess = _excess(altitude, elevation, above)
            slope = math.sqrt(excess * (excess + 2.0 * constant))  # n r sin(elevation)
            if scale > 0.0:
                weight = math.exp(-(altitude + above) / scale)
                total += _WEIGHTS[j] * half * 2.0 * s * (excess + constant) / slope * weight
            else:
                total += _WEIGHTS[j] * half * 2.0 * s * constant / ((start + above) * slope)
    return total


@kernel
def _perigee(altitude: float, elevation: float) -> float:
    """Altitude [m] over the start (negative) at which a ray of negative elevation turns up again."""
    above = 0.0
    for _ in range(20):
        index = _SURFACE * math.exp(-(altitude + above) / _SCALE)
        slope = 1.0 + index - index * (MEAN_RADIUS + altitude + above) / _SCALE
        change = _excess(altitude, elevation, above) / slope
        above -= change
        if abs(change) < _SETTLED:
            break
    return above


@kernel
def _traced(sensor_altitude: float, target_altitude: float, elevation: float, scale: float) -> float:
    """`_climb` from the sensor to the target's altitude, through the lowest point of a downward ray."""
    above = target_altitude - sensor_altitude
    if elevation >= 0.0:
        return _climb(sensor_altitude, elevation, 0.0, above, scale) if above >= 0.0 else math.nan
    lowest = _perigee(sensor_altitude, elevation)
    if not (sensor_altitude + lowest >= -_GROUND and above >= lowest):
        return math.nan
    bottom = sensor_altitude + lowest
    return _climb(bottom, 0.0, 0.0, -lowest, scale) + _climb(bottom, 0.0, 0.0, above - lowest, scale)


@kernel
def central_angle(sensor_altitude: float, target_altitude: float, elevation: float) -> float:
    """Central angle [rad] from a sensor to where the ray at this elevation climbs through the target's altitude.

    Altitudes in [m] from 0, elevation apparent [rad], -pi/2 to pi/2. A downward ray is followed through its lowest
    point. NaN where the ray never climbs through that altitude: it starts above it, or meets the ground first.
    Source: Bouguer's rule, Born and Wolf 1999, section 3.2.
    """
    return _traced(sensor_altitude, target_altitude, elevation, 0.0)


@kernel
def air_path(sensor_altitude: float, target_altitude: float, elevation: float, scale: float) -> float:
    """Length [m] of the same ray, each part weighted by exp(-altitude / scale): sea-level air in its way.

    Altitudes, elevation and NaN as for `central_angle`; `scale` [m] > 0. Straight up from 0 m it tends to `scale`.
    """
    return _traced(sensor_altitude, target_altitude, elevation, scale)


@kernel
def grazing_elevation(sensor_altitude: float) -> float:
    """Apparent elevation [rad, 0 or below] of the ray that just clears the ground: the dip of the radio horizon.

    At and below sea level it is 0. It follows from n r cos(elevation) being that of a level ray at sea level.
    """
    rise = max(_excess(0.0, 0.0, sensor_altitude), 0.0)  # n r at the sensor, less n r on the ground
    index = _SURFACE * math.exp(-sensor_altitude / _SCALE)
    return -2.0 * math.asin(math.sqrt(0.5 * rise / ((1.0 + index) * (MEAN_RADIUS + sensor_altitude))))


@kernel
def horizon_range(sensor_altitude: float, target_altitude: float, elevation: float = 0.0) -> float:
    """Ground range [m] at sea level within which a target at an altitude stands above an apparent elevation [rad].

    Altitudes in [m]. NaN as for `central_angle`. Typical: 562 km from 30 m to 20 km at elevation 0.
    """
    return MEAN_RADIUS * central_angle(sensor_altitude, target_altitude, elevation)


@kernel
def elevation_bias(sensor_altitude: float, target_altitude: float, elevation: float) -> float:
    """Apparent less geometric elevation [rad] of a target at an altitude [m], seen at an apparent elevation [rad].

    Positive: the air lifts the target. NaN as for `central_angle`.
    """
    angle = central_angle(sensor_altitude, target_altitude, elevation)
    reach = MEAN_RADIUS + target_altitude
    turn = math.sin(0.5 * angle)
    height = target_altitude - sensor_altitude - 2.0 * reach * turn * turn  # over the sensor's level, uncancelled
    return elevation - math.atan2(height, reach * math.sin(angle))


@kernel
def _fill_rays(sensor_altitude: float, target_altitude: float, elevations: Floats, scale: float, out: Floats) -> None:
    for i in range(elevations.size):
        out[i] = _traced(sensor_altitude, target_altitude, elevations[i], scale)


def angles(sensor_altitude: float, target_altitude: float, elevations: Floats) -> Floats:
    """`central_angle` [rad] at each apparent elevation [rad] (E,)."""
    out = np.empty(elevations.size)
    _fill_rays(sensor_altitude, target_altitude, np.array(elevations, dtype=np.float64), 0.0, out)
    return out


def air_paths(sensor_altitude: float, target_altitude: float, elevations: Floats, scale: float) -> Floats:
    """`air_path` [m] at each apparent elevation [rad] (E,)."""
    out = np.empty(elevations.size)
    _fill_rays(sensor_altitude, target_altitude, np.array(elevations, dtype=np.float64), scale, out)
    return out


@kernel
def _fill_angles(sensor_altitude: float, elevation: float, altitudes: Floats, out: Floats) -> None:
    for i in range(altitudes.size):
        out[i] = central_angle(sensor_altitude, altitudes[i], elevation)


def horizon_table(sensor_altitude: float, elevation: float, altitudes: Floats) -> Floats:
    """Central angles [rad] where the ray of an apparent elevation [rad] passes target altitudes [m], shape (A,) each.

    A target nearer than the angle at its altitude stands above that ray: a visibility kernel only interpolates here.
    An elevation below `grazing_elevation` counts as that one, so the table is then the horizon. Where the ray never
    climbs through an altitude the angle is 0. Above a level ray the angle grows like the root of the altitude: take
    knots even in the root, or interpolate in it. Sensor and targets from 0 m.
    """
    flat = np.array(altitudes, dtype=np.float64, order="C")
    out = np.empty_like(flat)
    _fill_angles(sensor_altitude, max(elevation, grazing_elevation(sensor_altitude)), flat, out)
    return np.nan_to_num(out, nan=0.0)
