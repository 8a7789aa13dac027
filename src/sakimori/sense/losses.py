"""What weakens a radar's echo beside the distance: looking away from a face's normal, and the gases of the air.

Both only ever weaken, so they are taken off after visibility has been found without them, and only for the radars that
state them. The air's table also holds how far it lifts a threat (apparent less geometric elevation).
"""

import functools
import math
from collections.abc import Sequence

import numpy as np

from sakimori.base.constants import LIGHT_SPEED, MEAN_RADIUS
from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, Flags, Floats, Reason
from sakimori.earth import refraction
from sakimori.sense.radar import Radar

OXYGEN_HEIGHT, WATER_HEIGHT = 6.0e3, 1.6e3  # [m] equivalent heights, ITU-R P.676-3, annex 2, clear weather
VAPOUR = 7.5  # [g/m3] at the ground, of ITU-R's reference atmosphere

_SEEN, _FAINT = int(Reason.NONE), int(Reason.TOO_FAINT)
_NODE_STEP = 16.0  # [m^0.5] between nodes, in the square root of the altitude above the antenna
_ALTITUDES, _SINES, _RAYS = 97, 49, 97  # up to 2,359 km
_LAST = (_ALTITUDES - 1) * (1.0 - 1e-12)
_LAST_SINE = (_SINES - 1) * (1.0 - 1e-12)
_DECIBEL = math.log(10.0) / 10.0  # [neper of power]
LOSS, LIFT = 0, 1  # leaves of the table
_TILT_SINE, _TILT_COSINE, _EXPONENT, _LEAST, _ALTITUDE = 0, 1, 2, 3, 4


def gas_attenuation(wavelength: float) -> tuple[float, float]:
    """Attenuation [dB/m] one way at the ground by oxygen and by water vapour, at 15 deg C and 1,013 hPa.

    `wavelength` [m] 5.5 mm to 1 m; fitted above 1 GHz (0.3 m). ITU-R P.676-3 (1997), annex 2, eq. 22a and 23.
    """
    f = LIGHT_SPEED / wavelength * 1e-9  # [GHz]
    oxygen = (7.27 / (f * f + 0.351) + 7.5 / ((f - 57.0) ** 2 + 2.44)) * f * f * 1e-3
    lines = (
        3.79 / ((f - 22.235) ** 2 + 9.81) + 11.73 / ((f - 183.31) ** 2 + 11.85) + 4.01 / ((f - 325.153) ** 2 + 10.44)
    )
    water = (3.27e-2 + 1.67e-3 * VAPOUR + 7.7e-4 * math.sqrt(f) + lines) * f * f * VAPOUR * 1e-4
    return oxygen * 1e-3, water * 1e-3


def two_way_loss(wavelength: float, sensor_altitude: float, target_altitude: float, elevation: float) -> float:
    """Two-way loss [dB] in clear air along the refracted ray of an apparent elevation [rad] between altitudes [m]."""
    oxygen, water = gas_attenuation(wavelength)
    paths = [refraction.air_path(sensor_altitude, target_altitude, elevation, h) for h in (OXYGEN_HEIGHT, WATER_HEIGHT)]
    return 2.0 * (oxygen * paths[0] + water * paths[1])


@functools.lru_cache(maxsize=256)
def _air(sensor_altitude: float) -> Floats:
    # (altitudes, 1 + sines, 3): of column 0 the sine of the horizon; then, by the root of the share of the sine above
    # it, the sea-level air of either gas in the ray's way [m] and its lift [rad]. Read-only: the cache shares it.
    table = np.empty((_ALTITUDES, 1 + _SINES, 3))
    lowest, share = refraction.grazing_elevation(sensor_altitude), np.linspace(0.0, 1.0, _RAYS) ** 2
    rays = lowest + (math.pi / 2 - lowest) * share
    for i in range(_ALTITUDES):
        _fill(sensor_altitude, (_NODE_STEP * max(i, 1e-3)) ** 2, rays, np.linspace(0.0, 1.0, _SINES) ** 2, table[i])
    table.flags.writeable = False
    return table


def _fill(sensor_altitude: float, above: float, rays: Floats, shares: Floats, out: Floats) -> None:
    angle = refraction.angles(sensor_altitude, sensor_altitude + above, rays)
    target = MEAN_RADIUS + sensor_altitude + above
    along, up = target * np.sin(angle), above - 2.0 * target * np.sin(angle / 2) ** 2
    sines = up / np.hypot(along, up)
    out[0] = sines[0]
    wanted = sines[0] + (1.0 - sines[0]) * shares
    for leaf, height in ((0, OXYGEN_HEIGHT), (1, WATER_HEIGHT)):
        out[1:, leaf] = np.interp(
            wanted, sines, refraction.air_paths(sensor_altitude, sensor_altitude + above, rays, height)
        )
    out[1:, 2] = np.interp(wanted, sines, rays - np.arctan2(up, along))


def air_table(sensor: Radar) -> Floats:
    """What the air does to a radar's look, (altitudes, 1 + sines, 2): LOSS [neper of power, two ways], LIFT [rad]."""
    air = _air(sensor.altitude)
    oxygen, water = gas_attenuation(sensor.wavelength) if sensor.wavelength > 0.0 else (0.0, 0.0)
    loss = 2.0 * _DECIBEL * (oxygen * air[:, 1:, 0] + water * air[:, 1:, 1])
    out = np.empty((*air.shape[:2], 2))
    out[:, 0, :], out[:, 1:, LOSS], out[:, 1:, LIFT] = air[:, 0, :2], loss, air[:, 1:, 2]
    return out


@kernel
def in_air(table: Floats, leaf: int, above: float, sine: float) -> float:
    """Entry of an `air_table` for a threat `above` [m] the antenna at this sine of the geometric elevation."""
    node = min(math.sqrt(max(above, 0.0)) / _NODE_STEP, _LAST)
    i = int(node)
    part = node - i
    horizon = table[i, 0, 0] + part * (table[i + 1, 0, 0] - table[i, 0, 0])
    place = min(math.sqrt(max(sine - horizon, 0.0) / (1.0 - horizon)) * (_SINES - 1), _LAST_SINE)
    j = int(place)
    share = place - j
    low = table[i, 1 + j, leaf] + share * (table[i, 2 + j, leaf] - table[i, 1 + j, leaf])
    high = table[i + 1, 1 + j, leaf] + share * (table[i + 1, 2 + j, leaf] - table[i + 1, 1 + j, leaf])
    return low + part * (high - low)


def weaken(
    flights_ecef: Floats, altitude: Floats, radars: Sequence[Radar], numbers: Sequence[int], least: Sequence[float],
    frames: Floats, faces: Floats, sensor_ecef: Floats, reason: Codes, signal: Floats, in_fence: Flags,
) -> None:  # fmt: skip
    """Take the losses of some radars off the signals (N, S, K) that a look without them has; TOO_FAINT below the least.

    `numbers` are the radars' places on the sensor axis, `least` their least signals, `frames` (S, K or 1, 9) and
    `faces` (S, F, 2) as in `visibility`. Writes `reason`, `signal` and `in_fence`.
    """
    for radar, s, limit in zip(radars, numbers, least, strict=True):
        row = (math.sin(radar.face_tilt), math.cos(radar.face_tilt), radar.scan_exponent, limit, radar.altitude)
        table = air_table(radar) if radar.wavelength > 0.0 else np.zeros((0, 0, 2))
        moving = radar.circuit is not None
        _weaken(flights_ecef, altitude, sensor_ecef[s], frames[s], moving, faces[s], row, table,
                reason[:, s], signal[:, s], in_fence[:, s])  # fmt: skip


@kernel
def _weaken(
    position: Floats, altitude: Floats, site: Floats, frames: Floats, moving: bool, faces: Floats,
    row: tuple[float, float, float, float, float], table: Floats, reason: Codes, signal: Floats, in_fence: Flags,
) -> None:  # fmt: skip
    for n in range(position.shape[0]):
        for k in range(position.shape[1]):
            if reason[n, k] != _SEEN:
                continue
            axes = frames[k if moving else 0]
            x, y, z = position[n, k, 0] - site[k, 0], position[n, k, 1] - site[k, 1], position[n, k, 2] - site[k, 2]
            distance = math.sqrt(x * x + y * y + z * z)
            east, north = axes[0] * x + axes[1] * y, axes[3] * x + axes[4] * y + axes[5] * z
            up = axes[6] * x + axes[7] * y + axes[8] * z
            strength = signal[n, k]
            if row[_EXPONENT] > 0.0:
                ahead = -distance
                for f in range(faces.shape[0]):
                    ahead = max(ahead, east * faces[f, 0] + north * faces[f, 1])
                cosine = (ahead * row[_TILT_COSINE] + up * row[_TILT_SINE]) / distance
                strength *= max(cosine, 0.0) ** row[_EXPONENT]
            if table.shape[0] > 0:
                strength *= math.exp(-in_air(table, LOSS, altitude[n, k] - row[_ALTITUDE], up / distance))
            if strength > row[_LEAST]:
                signal[n, k] = strength
            else:
                reason[n, k], signal[n, k], in_fence[n, k] = _FAINT, 0.0, False
