"""What an infrared sensor in orbit cannot regard: outside its field, behind a bright limb, and from the Earth's shadow.

All of it only ever takes away from what `visibility` has found, and only for the sensors that state it.
"""

import math
from collections.abc import Sequence

import numpy as np

from sakimori.base.constants import WGS84_RADIUS
from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, Flags, Floats, Reason
from sakimori.earth.frames import rotation_angle
from sakimori.earth.sightlines import earth_behind
from sakimori.sense.infrared import Infrared

_SEEN, _OUT = int(Reason.NONE), int(Reason.SENSOR_OUT)
_SECTOR, _FAINT = int(Reason.OUT_OF_SECTOR), int(Reason.TOO_FAINT)
_J2000, _DAY = 2451545.0, 86400.0
_NEVER = 2.0  # a cosine that nothing reaches


def sun_direction(julian_date: float) -> tuple[float, float, float]:
    """Unit vector to the Sun, inertial (true equator of date), good to 0.01 deg from 1950 to 2050.

    `julian_date` [day UTC]. Astronomical Almanac, low-precision formulas (Vallado 2013, algorithm 29).
    """
    days = julian_date - _J2000
    mean = math.radians(357.528 + 0.9856003 * days)
    longitude = math.radians(280.460 + 0.9856474 * days + 1.915 * math.sin(mean) + 0.020 * math.sin(2.0 * mean))
    tilt = math.radians(23.439 - 4.0e-7 * days)
    return math.cos(longitude), math.cos(tilt) * math.sin(longitude), math.sin(tilt) * math.sin(longitude)


def in_shadow(position_ecef: Floats, julian_date: float, step: float, late: Floats | float = 0.0) -> Flags:
    """Whether the Earth stands before the Sun at each place (..., K, 3) [m], samples `step` [s] apart.

    The first sample is that of `julian_date` [day UTC]; `late` (K,) [s] comes on top of a sample's time. The shadow is
    a cylinder of the Earth's equatorial radius: no penumbra, no refraction.
    """
    samples = position_ecef.shape[-2]
    later, block = np.unique(np.broadcast_to(late, samples), return_inverse=True)
    middle = julian_date + 0.5 * step * (samples - 1) / _DAY
    sun = np.array([sun_direction(middle + t / _DAY) for t in later])[block].T
    turn = np.array([rotation_angle(julian_date, (k * step + float(later[block[k]])) / _DAY) for k in range(samples)])
    x, y = np.cos(turn) * sun[0] + np.sin(turn) * sun[1], np.cos(turn) * sun[1] - np.sin(turn) * sun[0]
    toward = position_ecef[..., 0] * x + position_ecef[..., 1] * y + position_ecef[..., 2] * sun[2]
    off = (position_ecef**2).sum(axis=-1) - toward**2
    return (toward < 0.0) & (off < WGS84_RADIUS**2)


def narrow(
    flights_ecef: Floats, infrareds: Sequence[Infrared], least: Floats, first: int, sensor_ecef: Floats,
    dark: Flags | None, reason: Codes, signal: Floats, in_fence: Flags,
) -> None:  # fmt: skip
    """Take from infrared sensors, which stand from `first` on the sensor axis, what their limits hide.

    `least` (J,) are their least signals, `dark` (J, K) or None as in `see`. Writes `reason`, `signal` and `in_fence`.
    """
    for j, sensor in enumerate(infrareds):
        s = first + j
        nearest = math.cos(sensor.off_nadir_min) if sensor.off_nadir_min > 0.0 else _NEVER
        farthest = math.cos(sensor.off_nadir_max) if sensor.off_nadir_max < math.pi else -_NEVER
        limits = (nearest, farthest, sensor.limb_altitude, sensor.limb_factor, sensor.tangent_altitude, least[j])
        shadow = dark is not None and bool(dark[j].any())
        if nearest < _NEVER or farthest > -_NEVER or sensor.limb_factor > 1.0 or shadow:
            night = dark[j] if dark is not None else np.zeros(sensor_ecef.shape[1], np.bool_)
            _narrow(flights_ecef, sensor_ecef[s], limits, night, reason[:, s], signal[:, s], in_fence[:, s])


@kernel
def _narrow(
    position: Floats, place: Floats, limits: tuple[float, float, float, float, float, float], dark: Flags,
    reason: Codes, signal: Floats, in_fence: Flags,
) -> None:  # fmt: skip
    nearest, farthest, limb, factor, tangent, least = limits
    for n in range(position.shape[0]):
        for k in range(position.shape[1]):
            if reason[n, k] != _SEEN:
                if dark[k] and reason[n, k] > _OUT:
                    reason[n, k] = _OUT
                continue
            sensor = (place[k, 0], place[k, 1], place[k, 2])
            target = (position[n, k, 0], position[n, k, 1], position[n, k, 2])
            x, y, z = target[0] - sensor[0], target[1] - sensor[1], target[2] - sensor[2]
            down = -(x * sensor[0] + y * sensor[1] + z * sensor[2])
            size = math.sqrt((x * x + y * y + z * z) * (sensor[0] ** 2 + sensor[1] ** 2 + sensor[2] ** 2))
            strength = signal[n, k]
            if factor > 1.0 and earth_behind(sensor, target, limb) and not earth_behind(sensor, target, tangent):
                strength /= factor
            code = _SEEN
            if dark[k]:
                code = _OUT
            elif down > nearest * size or down < farthest * size:
                code = _SECTOR
            elif strength <= least:
                code = _FAINT
            reason[n, k], signal[n, k], in_fence[n, k] = code, strength if code == _SEEN else 0.0, code == _SEEN
