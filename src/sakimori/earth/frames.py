"""Frames: local east-north-up axes, and the turn between the Earth-fixed frame and an inertial one.

The inertial frame (ECI) is the true equator, mean equinox frame (TEME) in which SGP4 gives its answers. Polar motion
(under 20 m on the ground) is left out, so the turn is about one axis.
"""

import math

import numpy as np
import numpy.typing as npt

from sakimori.base.constants import WGS84_ROTATION
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats

Axes = tuple[float, float, float, float, float, float, float, float, float]

_J2000 = 2451545.0  # [day] Julian date of the epoch J2000.0
_CENTURY = 36525.0  # [day]
_DAY = 86400.0  # [s]


@kernel
def enu_axes(latitude: float, longitude: float) -> Axes:
    """East, north and up as nine Earth-fixed components (ex, ey, ez, nx, ny, nz, ux, uy, uz).

    `latitude` is geodetic [rad], so that up is normal to the ellipsoid.
    """
    a, b = math.sin(latitude), math.cos(latitude)
    c, d = math.sin(longitude), math.cos(longitude)
    return -c, d, 0.0, -a * d, -a * c, b, b * d, b * c, a


def enu_basis(latitude: float, longitude: float) -> Floats:
    """Rows east, north, up, shape (3, 3): `enu_basis(...) @ vector_ecef` is the vector in local axes. Radians."""
    return np.array(enu_axes(latitude, longitude)).reshape(3, 3)


@kernel
def rotation_angle(julian_date_ut1: float, day_fraction: float = 0.0) -> float:
    """Greenwich mean sidereal time [rad, 0 to 2 pi] of a Julian date in UT1, as TEME needs it.

    The date may come in two parts (SGP4's `jd` and `fr`), which keeps microseconds; one float64 keeps 40 us (3 nrad).
    Taking UTC for UT1 costs at most 0.9 s, 6.6e-5 rad. Source: IAU 1982 (Aoki et al. 1982), Vallado 2013 eq. 3-47.
    """
    days = (julian_date_ut1 - _J2000) + day_fraction
    t = days / _CENTURY
    # The 876600 h per century of the published polynomial are whole turns per day: taken from the day's fraction.
    turn = 86400.0 * (((julian_date_ut1 - _J2000) % 1.0 + day_fraction) % 1.0)
    seconds = 67310.54841 + turn + (8640184.812866 + (0.093104 - 6.2e-6 * t) * t) * t
    return (seconds % _DAY) * (2.0 * math.pi / _DAY)


def _turn(vector: npt.ArrayLike, angle: npt.ArrayLike) -> Floats:
    """Components of vectors (..., 3) in axes turned by `angle` [rad], broadcast over (...), about the third axis."""
    v, a = np.asarray(vector, dtype=np.float64), np.asarray(angle, dtype=np.float64)
    c, s = np.cos(a), np.sin(a)
    x, y = c * v[..., 0] + s * v[..., 1], c * v[..., 1] - s * v[..., 0]
    return np.stack([x, y, np.broadcast_to(v[..., 2], x.shape)], axis=-1)


def _swing(position: Floats, rate: float) -> Floats:
    """Velocity [m/s] of points (..., 3) that turn with the Earth at `rate` [rad/s]: rate x position."""
    return np.stack([-rate * position[..., 1], rate * position[..., 0], np.zeros_like(position[..., 0])], axis=-1)


def ecef_from_eci(position_eci: npt.ArrayLike, angle: npt.ArrayLike) -> Floats:
    """Earth-fixed positions (..., 3) [m] of inertial ones, where the Earth stands at `angle` (...) [rad]."""
    return _turn(position_eci, angle)


def eci_from_ecef(position_ecef: npt.ArrayLike, angle: npt.ArrayLike) -> Floats:
    """Inertial positions (..., 3) [m] of Earth-fixed ones, where the Earth stands at `angle` (...) [rad]."""
    return _turn(position_ecef, -np.asarray(angle, dtype=np.float64))


def velocity_ecef_from_eci(
    position_eci: npt.ArrayLike, velocity_eci: npt.ArrayLike, angle: npt.ArrayLike, rotation: float = WGS84_ROTATION
) -> Floats:
    """Velocities (..., 3) [m/s] relative to the turning Earth, of inertial positions [m] and velocities [m/s].

    `angle` (...) [rad] from `rotation_angle`, `rotation` [rad/s]. Source: Vallado 2013, chapter 3.
    """
    return _turn(velocity_eci, angle) - _swing(_turn(position_eci, angle), rotation)


def velocity_eci_from_ecef(
    position_ecef: npt.ArrayLike, velocity_ecef: npt.ArrayLike, angle: npt.ArrayLike, rotation: float = WGS84_ROTATION
) -> Floats:
    """Inertial velocities (..., 3) [m/s] of Earth-fixed positions [m] and velocities [m/s]; undoes the inverse."""
    position = np.asarray(position_ecef, dtype=np.float64)
    inertial = np.asarray(velocity_ecef, dtype=np.float64) + _swing(position, rotation)
    return eci_from_ecef(inertial, angle)
