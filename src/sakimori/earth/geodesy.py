"""Geodetic and Earth-fixed (ECEF) positions, and geodesics on WGS 84.

Kernels take the ellipsoid as (radius, flattening), so that a sphere is flattening 0 and not a special case.
"""

import math
from typing import Any

import numpy as np
import numpy.typing as npt
from geographiclib.geodesic import Geodesic  # pyright: ignore[reportMissingTypeStubs]

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats

_WGS84: Any = Geodesic(WGS84_RADIUS, WGS84_FLATTENING)  # the library carries no types


@kernel
def ecef_from_geodetic(
    latitude: float, longitude: float, altitude: float, radius: float, flattening: float
) -> tuple[float, float, float]:
    """Earth-fixed x, y, z [m] of geodetic latitude, longitude [rad] and altitude [m] above the ellipsoid.

    `radius` [m] is the equatorial one. Exact for every altitude (Heiskanen and Moritz 1967, chapter 5).
    """
    shape = flattening * (2.0 - flattening)  # e2
    sine = math.sin(latitude)
    normal = radius / math.sqrt(1.0 - shape * sine * sine)  # N, prime vertical radius of curvature
    across = (normal + altitude) * math.cos(latitude)
    return across * math.cos(longitude), across * math.sin(longitude), (normal * (1.0 - shape) + altitude) * sine


@kernel
def _split(value: float) -> tuple[float, float]:
    """The upper 26 bits of a number and the rest, whose products are exact (Veltkamp's splitting, Dekker 1971)."""
    wide = 134217729.0 * value  # 2^27 + 1
    high = wide - (wide - value)
    return high, value - high


@kernel
def _distance(x: float, y: float, z: float) -> tuple[float, float]:
    """The length of (x, y, z) as a rounded number and what the rounding took: 1 unit in the last place matters."""
    length = math.sqrt(x * x + y * y + z * z)
    a, b = _split(x)
    c, d = _split(y)
    e, f = _split(z)
    g, h = _split(length)
    # x2 + y2 + z2 - length2 by exact products; the sums of the upper parts keep their rounding (Knuth's TwoSum).
    first = a * a + c * c
    part = first - a * a
    lost = (a * a - (first - part)) + (c * c - part)
    second = e * e - g * g
    part = second - e * e
    lost += (e * e - (second - part)) - (g * g + part)
    rest = 2.0 * (a * b + c * d + e * f - g * h) + (b * b + d * d + f * f - h * h)
    return length, ((first + second) + (lost + rest)) / (2.0 * length)


@kernel
def _normal_and_altitude(x: float, y: float, z: float, radius: float, flattening: float) -> tuple[float, float, float]:
    """Cosine and sine of the geodetic latitude, and the altitude [m].

    Bowring's rule (Bowring 1976) on the parametric latitude, kept as a (cosine, sine) pair so that the poles need no
    branch, from his improved start (Bowring 1985). Two rounds reach rounding from -10 km upwards.
    """
    shape = flattening * (2.0 - flattening)  # e2
    polar = radius * (1.0 - flattening)  # b
    across = math.sqrt(x * x + y * y)
    length, lost = _distance(x, y, z)
    c, s = radius * across, polar * z * (1.0 + radius * shape / ((1.0 - flattening) * length))
    for _ in range(2):
        size = 1.0 / math.sqrt(c * c + s * s)
        c, s = c * size, s * size
        c = across - radius * shape * c * c * c
        s = (1.0 - flattening) * z + radius * shape * s * s * s
    s /= 1.0 - flattening
    size = 1.0 / math.sqrt(c * c + s * s)
    c, s = c * size, s * size
    # The normal passes the Earth's centre at `offset`; so the altitude is a difference of lengths, without products.
    root = math.sqrt(1.0 - shape * s * s)
    offset = radius * shape * s * c / root
    along = offset * offset / (length + math.sqrt(length * length - offset * offset))
    return c, s, (length - radius * root) + (lost - along)


@kernel
def geodetic_from_ecef(x: float, y: float, z: float, radius: float, flattening: float) -> tuple[float, float, float]:
    """Geodetic latitude, longitude [rad] and altitude [m] of an Earth-fixed position [m].

    Valid from 10 km below the ellipsoid upwards, for flattening from 0 to that of the Earth; the altitude is within
    1e-8 m to 50,000 km, the angles within 5e-16 rad. The longitude of a pole is 0. Source: Bowring 1976, 1985.
    """
    cosine, sine, altitude = _normal_and_altitude(x, y, z, radius, flattening)
    return math.atan2(sine, cosine), math.atan2(y, x), altitude


@kernel
def altitude_from_ecef(x: float, y: float, z: float, radius: float, flattening: float) -> float:
    """Geodetic altitude [m] alone of an Earth-fixed position [m]: the same number as `geodetic_from_ecef`, faster."""
    return _normal_and_altitude(x, y, z, radius, flattening)[2]


@kernel
def _fill_positions(latitude: Floats, longitude: Floats, altitude: Floats, out: Floats) -> None:
    for i in range(out.shape[0]):
        out[i, 0], out[i, 1], out[i, 2] = ecef_from_geodetic(
            latitude[i], longitude[i], altitude[i], WGS84_RADIUS, WGS84_FLATTENING
        )


@kernel
def _fill_geodetic(position: Floats, out: Floats) -> None:
    for i in range(position.shape[0]):
        out[0, i], out[1, i], out[2, i] = geodetic_from_ecef(
            position[i, 0], position[i, 1], position[i, 2], WGS84_RADIUS, WGS84_FLATTENING
        )


def positions_ecef(latitude: npt.ArrayLike, longitude: npt.ArrayLike, altitude: npt.ArrayLike) -> Floats:
    """WGS 84 positions [m], shape (..., 3), of latitude, longitude [rad] and altitude [m], broadcast together."""
    arrays = np.broadcast_arrays(*(np.asarray(a, dtype=np.float64) for a in (latitude, longitude, altitude)))
    flat = [np.array(a.reshape(-1), order="C") for a in arrays]
    out = np.empty((flat[0].size, 3))
    _fill_positions(flat[0], flat[1], flat[2], out)
    return out.reshape((*arrays[0].shape, 3))


def geodetic(position_ecef: npt.ArrayLike) -> tuple[Floats, Floats, Floats]:
    """WGS 84 latitude, longitude [rad] and altitude [m], each of shape (...), of positions [m] of shape (..., 3)."""
    position = np.asarray(position_ecef, dtype=np.float64)
    flat = np.array(position.reshape(-1, 3), order="C")
    out = np.empty((3, flat.shape[0]))
    _fill_geodetic(flat, out)
    shape = position.shape[:-1]
    return out[0].reshape(shape), out[1].reshape(shape), out[2].reshape(shape)


def destination(latitude: float, longitude: float, bearing: float, distance: float) -> tuple[float, float]:
    """Latitude and longitude [rad] reached along the WGS 84 geodesic with this first bearing [rad] and length [m].

    Bearings run clockwise from north. Source: Karney 2013 (geographiclib), accurate to nanometres.
    """
    line: dict[str, float] = _WGS84.Direct(*(math.degrees(a) for a in (latitude, longitude, bearing)), distance)
    return math.radians(line["lat2"]), math.radians(line["lon2"])


def distance_and_bearing(
    latitude: float, longitude: float, other_latitude: float, other_longitude: float
) -> tuple[float, float]:
    """Length [m] of the WGS 84 geodesic to the other point and its first bearing [rad, 0 to 2 pi] clockwise from north.

    Arguments in radians. Source: Karney 2013 (geographiclib).
    """
    ends = (math.degrees(a) for a in (latitude, longitude, other_latitude, other_longitude))
    line: dict[str, float] = _WGS84.Inverse(*ends)
    return line["s12"], math.radians(line["azi1"]) % (2.0 * math.pi)
