"""What each sensor could see of each threat, sample by sample, and why not.

A radar's limits in elevation (its horizon among them) are apparent elevations. Each is turned once into the sine of
the geometric elevation at which a threat of a given altitude crosses it, by a ray through the standard atmosphere;
the kernel then only interpolates in altitude. The ellipsoid enters through the geometric elevation.
"""

import functools
import math
from collections.abc import Sequence
from statistics import NormalDist

import numpy as np

from sakimori.base.constants import MEAN_RADIUS, WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.errors import InputError
from sakimori.base.kernels import inlined, lean
from sakimori.base.types import Codes, Flags, Flights, Floats, Phase, Reason, Sightings
from sakimori.earth import geodesy
from sakimori.earth.frames import Axes, enu_axes
from sakimori.earth.refraction import grazing_elevation, horizon_table
from sakimori.earth.sightlines import Triple, earth_behind
from sakimori.sense import circuits, infrared, orbits, radar
from sakimori.sense.detection import required_signal
from sakimori.sense.infrared import Infrared
from sakimori.sense.losses import weaken
from sakimori.sense.radar import Radar
from sakimori.sense.regard import narrow

LEAST_PROBABILITY = 1e-3  # a look that detects less often than this counts as TOO_FAINT

# A radar's row of numbers, and an infrared sensor's.
Row = tuple[float, float, float, float, float, float, float, float, float, float, float]
Short = tuple[float, float, float, float, float]

_NODE_STEP = 8.0  # [m^0.5] between table nodes, in the square root of the altitude above the antenna
_NODES = 193  # up to 2,359 km; beyond, the last node serves
_LAST_NODE = (_NODES - 1) * (1.0 - 1e-12)
_NEVER = 2.0  # a sine or cosine that nothing reaches
_SURE = 1e-9  # relative margin beyond which a comparison of squares decides as the exact one does

_SEEN, _NOT_FLYING, _OUT = int(Reason.NONE), int(Reason.NOT_FLYING), int(Reason.SENSOR_OUT)
_HORIZON, _EARTH, _SECTOR = int(Reason.BELOW_HORIZON), int(Reason.EARTH_IN_THE_WAY), int(Reason.OUT_OF_SECTOR)
_LOW, _HIGH = int(Reason.BELOW_ELEVATION), int(Reason.ABOVE_ELEVATION)
_FAR, _FAINT = int(Reason.TOO_FAR), int(Reason.TOO_FAINT)
_WAITING, _BOOST, _ENDED = int(Phase.WAITING), int(Phase.BOOST), int(Phase.ENDED)

# Columns of a radar's row of numbers, of its table of limits, and of an infrared sensor's row.
_FACE_EAST, _FACE_NORTH, _SECTOR_COSINE, _RANGE_MAX, _REFERENCE_RANGE = 0, 1, 2, 3, 4
_REFERENCE_AREA, _REFERENCE_SIGNAL, _LEAST_SIGNAL, _ALTITUDE = 5, 6, 7, 8
_LOWEST_HORIZON, _HIGHEST_HORIZON = 9, 10
_NOISE, _TANGENT, _CLUTTER, _LEAST, _CLEAR = 0, 1, 2, 3, 4
_AT_HORIZON, _AT_MIN, _AT_MAX, _AT_FENCE_LOW, _AT_FENCE_HIGH = 0, 1, 2, 3, 4


@functools.lru_cache(maxsize=4096)
def _limit(sensor_altitude: float, elevation: float, nodes: int = _NODES) -> Floats:
    # Sine of the geometric elevation (nodes,) of a threat that stands at this apparent elevation, by its altitude.
    # Read-only: the cache hands the same array to everyone.
    above = (_NODE_STEP * np.arange(nodes, dtype=np.float64)) ** 2
    if elevation > math.pi / 2 - 1e-9:
        sines = np.full(nodes, _NEVER)
    else:
        edge = max(elevation, grazing_elevation(sensor_altitude))
        angle = horizon_table(sensor_altitude, edge, sensor_altitude + above)
        target = MEAN_RADIUS + sensor_altitude + above
        # along and up from the antenna; up is target * cos(angle) - site without its cancellation
        along, up = target * np.sin(angle), above - 2.0 * target * np.sin(angle / 2) ** 2
        distance = np.hypot(along, up)
        sines = np.divide(up, distance, out=np.full(nodes, math.sin(edge)), where=distance > 0.0)
    sines.flags.writeable = False
    return sines


def _nodes_to(altitude: float, sensor_altitude: float) -> int:
    # Nodes of a table that serves up to an altitude: the time that a table takes grows with their square. Few numbers
    # differ, so that futures share tables.
    wanted = math.sqrt(max(altitude - sensor_altitude, 0.0)) / _NODE_STEP + 2.0
    return min(16 * math.ceil(wanted / 16.0), _NODES)


def _limits(sensor: Radar, nodes: int = _NODES) -> Floats:
    edges = (-math.pi / 2, sensor.elevation_min, sensor.elevation_max, sensor.fence_low, sensor.fence_high)
    return np.stack([_limit(sensor.altitude, edge, nodes) for edge in edges], axis=-1)


@functools.lru_cache(maxsize=4096)
def _least_signal(false_alarm: float, swerling: int, pulses: int) -> float:
    # below it a look counts as TOO_FAINT
    return required_signal(LEAST_PROBABILITY, false_alarm, swerling, pulses)


def _radar_row(sensor: Radar) -> tuple[float, ...]:
    horizon = _limit(sensor.altitude, -math.pi / 2)
    all_round = sensor.sector >= 2.0 * math.pi - 1e-9
    return (
        math.sin(sensor.boresight),
        math.cos(sensor.boresight),
        -_NEVER if all_round else math.cos(sensor.sector / 2),
        sensor.maximum_range,
        sensor.reach,
        sensor.reference_cross_section,
        sensor.reference_signal,
        _least_signal(sensor.false_alarm, sensor.swerling, sensor.pulses),
        sensor.altitude,
        float(horizon.min()),
        float(horizon.max()),
    )


def _faces(radars: Sequence[Radar]) -> Floats:
    # (S, F, 2): east and north of each face's azimuth; a radar of fewer faces repeats its first.
    azimuths = [r.face_azimuths for r in radars]
    most = max(map(len, azimuths))
    padded = [(*found, *found[:1] * (most - len(found))) for found in azimuths]
    return np.array([[(math.sin(a), math.cos(a)) for a in found] for found in padded])


def _frames(radars: Sequence[Radar], places: Floats) -> Floats:
    # (S, K, 9), or (S, 1, 9) where no radar moves: `enu_axes` at each place (S, K, 3); a fixed radar's only at k = 0.
    moving = any(r.circuit is not None for r in radars)
    frames = np.zeros((len(radars), places.shape[1] if moving else 1, 9))
    for s, sensor in enumerate(radars):
        frames[s, 0] = enu_axes(sensor.latitude, sensor.longitude)
        if sensor.circuit is not None:
            latitude, longitude, _ = geodesy.geodetic(places[s])
            frames[s] = [enu_axes(a, b) for a, b in zip(latitude, longitude, strict=True)]
    return frames


@inlined
def _surely(x: float, y: float, z: float, axes: Axes, faces: Floats, row: Row) -> tuple[int, bool]:
    # Whether a threat (x, y, z) [m] from a radar is surely below its horizon, or surely above that and out of its
    # sector: without a root, a division or a table. _SEEN: neither is sure; then whether it surely is in its sector.
    square, up = x * x + y * y + z * z, axes[6] * x + axes[7] * y + axes[8] * z
    lowest, highest, cosine = row[_LOWEST_HORIZON], row[_HIGHEST_HORIZON], row[_SECTOR_COSINE]
    if up < 0.0:
        if lowest < 0.0 and up * up > (1.0 + _SURE) * lowest * lowest * square:
            return _HORIZON, False
        if highest >= 0.0 or up * up > (1.0 - _SURE) * highest * highest * square:
            return _SEEN, False
    elif highest > 0.0 and up * up < (1.0 + _SURE) * highest * highest * square:
        return _SEEN, False
    east = axes[0] * x + axes[1] * y
    north = axes[3] * x + axes[4] * y + axes[5] * z
    ahead = east * row[_FACE_EAST] + north * row[_FACE_NORTH]
    for f in range(1, faces.shape[0]):
        ahead = max(ahead, east * faces[f, 0] + north * faces[f, 1])
    edge = cosine * cosine * (east * east + north * north)
    if cosine > 0.0:
        out = ahead < 0.0 or ahead * ahead < (1.0 - _SURE) * edge
        return _SECTOR if out else _SEEN, ahead > 0.0 and ahead * ahead > (1.0 + _SURE) * edge
    out = ahead < 0.0 and ahead * ahead > (1.0 + _SURE) * edge
    return _SECTOR if out else _SEEN, ahead > 0.0 or ahead * ahead < (1.0 - _SURE) * edge


@inlined
def _radar_look(
    x: float, y: float, z: float, above: float, cross_section: float, axes: Axes, faces: Floats, row: Row,
    limits: Floats, inside: bool,
) -> tuple[int, float, bool]:  # fmt: skip
    # One look of one radar at a threat (x, y, z) [m] from it and `above` it [m]: reason, signal, in the fence.
    # Horizon and sector last over many samples, so that leaving early is foreseen. What follows is free of branches,
    # which would cost more than they save; of several reasons the first in their order is written last.
    node = min(math.sqrt(max(above, 0.0)) / _NODE_STEP, _LAST_NODE)
    i = int(node)
    part = node - i
    distance = math.sqrt(x * x + y * y + z * z)
    sine = (axes[6] * x + axes[7] * y + axes[8] * z) / distance
    horizon = limits[i, _AT_HORIZON] + part * (limits[i + 1, _AT_HORIZON] - limits[i, _AT_HORIZON])
    if (sine < horizon) | (above <= 0.0):
        return _HORIZON, 0.0, False
    east = axes[0] * x + axes[1] * y
    north = axes[3] * x + axes[4] * y + axes[5] * z
    ahead = east * row[_FACE_EAST] + north * row[_FACE_NORTH]
    for f in range(1, faces.shape[0]):
        ahead = max(ahead, east * faces[f, 0] + north * faces[f, 1])
    if not inside and ahead < row[_SECTOR_COSINE] * math.sqrt(east * east + north * north):
        return _SECTOR, 0.0, False
    low = limits[i, _AT_MIN] + part * (limits[i + 1, _AT_MIN] - limits[i, _AT_MIN])
    high = limits[i, _AT_MAX] + part * (limits[i + 1, _AT_MAX] - limits[i, _AT_MAX])
    fence_low = limits[i, _AT_FENCE_LOW] + part * (limits[i + 1, _AT_FENCE_LOW] - limits[i, _AT_FENCE_LOW])
    fence_high = limits[i, _AT_FENCE_HIGH] + part * (limits[i + 1, _AT_FENCE_HIGH] - limits[i, _AT_FENCE_HIGH])
    strength = radar.signal(
        distance, cross_section, row[_REFERENCE_RANGE], row[_REFERENCE_AREA], row[_REFERENCE_SIGNAL]
    )
    reason = _FAINT if strength <= row[_LEAST_SIGNAL] else _SEEN
    reason = _FAR if distance > row[_RANGE_MAX] else reason
    reason = _HIGH if sine > high else reason
    reason = _LOW if sine < low else reason
    seen = reason == _SEEN
    return reason, strength if seen else 0.0, seen & (sine >= fence_low) & (sine <= fence_high)


@lean
def _see_threat(
    position: Floats, altitude: Floats, phase: Codes, cross_section: float, site: Floats, axes: Floats, faces: Floats,
    numbers: Floats, limits: Floats, reason: Codes, signal: Floats, in_fence: Flags,
) -> None:  # fmt: skip
    # One threat by one radar, as long as that stays where it is: (K, ...) each.
    b, a = numbers, axes
    row = (b[0], b[1], b[2], b[3], b[4], b[5], b[6], b[7], b[8], b[9], b[10])  # in registers: no output changes it
    frame = (a[0], a[1], a[2], a[3], a[4], a[5], a[6], a[7], a[8])
    sx, sy, sz = site[0], site[1], site[2]
    for k in range(position.shape[0]):
        if phase[k] == _WAITING or phase[k] == _ENDED:
            reason[k] = _NOT_FLYING
        else:
            x, y, z = position[k, 0] - sx, position[k, 1] - sy, position[k, 2] - sz
            above = altitude[k] - row[_ALTITUDE]
            code, inside = _surely(x, y, z, frame, faces, row) if above > 0.0 else (_HORIZON, False)
            if code == _SEEN:
                code, strength, fenced = _radar_look(x, y, z, above, cross_section, frame, faces, row, limits, inside)
                if code == _SEEN:
                    signal[k], in_fence[k] = strength, fenced
            reason[k] = code


@lean
def _see_radars(
    position: Floats, altitude: Floats, phase: Codes, cross_section: Floats, sites: Floats, frames: Floats,
    moving: Flags, faces: Floats, rows: Floats, limits: Floats, up: Flags, reason: Codes, signal: Floats,
    in_fence: Flags,
) -> None:  # fmt: skip
    samples = position.shape[1]
    for n in range(position.shape[0]):
        for s in range(rows.shape[0]):
            if not up[s]:
                for k in range(samples):
                    flying = phase[n, k] != _WAITING and phase[n, k] != _ENDED
                    reason[n, s, k] = _OUT if flying else _NOT_FLYING
                continue
            span = 1 if moving[s] else samples  # so long the radar stays where it is
            for k in range(0, samples, span):
                e = k + span
                _see_threat(
                    position[n, k:e], altitude[n, k:e], phase[n, k:e], cross_section[n], sites[s, k], frames[s, k],
                    faces[s], rows[s], limits[s], reason[n, s, k:e], signal[n, s, k:e], in_fence[n, s, k:e],
                )  # fmt: skip


def _infrared_row(sensor: Infrared) -> tuple[float, ...]:
    return (
        sensor.noise_equivalent_irradiance,
        sensor.tangent_altitude,
        sensor.clutter_factor if sensor.looks_down else 0.0,
        max(0.0, sensor.threshold + NormalDist().inv_cdf(LEAST_PROBABILITY)),
        sensor.lowest_altitude,
    )


@inlined
def _behind(sensor: Triple, target: Triple, wide: float, tall: float, tangent: float) -> bool:
    # `earth_behind`, decided without a division where it is sure. `wide` and `tall` turn the raised Earth into a ball.
    x, y, z = sensor[0] * wide, sensor[1] * wide, sensor[2] * tall
    dx, dy, dz = target[0] * wide - x, target[1] * wide - y, target[2] * tall - z
    along, square = x * dx + y * dy + z * dz, dx * dx + dy * dy + dz * dz
    room = (x * x + y * y + z * z - 1.0) * square
    if room > 0.0 and along < 0.0:
        if along * along > (1.0 + _SURE) * room:
            return True
        if along * along < (1.0 - _SURE) * room:
            return False
    return earth_behind(sensor, target, tangent)


@inlined
def _noise_factor(sensor: Triple, target: Triple, altitude: float, wide: float, tall: float, row: Short) -> float:
    # Factor on the noise of one infrared sensor behind a threat; 0 where the Earth, bright air or cloud hides it.
    if altitude < row[_CLEAR]:
        return 0.0
    if _behind(sensor, target, wide, tall, row[_TANGENT]):
        x, y, z = target[0] - sensor[0], target[1] - sensor[1], target[2] - sensor[2]
        past_the_limb = x * target[0] + y * target[1] + z * target[2] > 0.0
        if past_the_limb or row[_CLUTTER] == 0.0:
            return 0.0
        return row[_CLUTTER]
    return 1.0


@lean
def _see_infrareds(
    position: Floats, velocity: Floats, altitude: Floats, phase: Codes, intensity: Floats, faces: Floats,
    plume_aspect: Floats, sensor_ecef: Floats, rows: Floats, up: Flags, first: int, reason: Codes, signal: Floats,
    in_fence: Flags,
) -> None:  # fmt: skip
    for n in range(position.shape[0]):
        for j in range(rows.shape[0]):
            s, row = first + j, (rows[j, 0], rows[j, 1], rows[j, 2], rows[j, 3], rows[j, 4])
            wide = 1.0 / (WGS84_RADIUS + row[_TANGENT])
            tall = 1.0 / (WGS84_RADIUS * (1.0 - WGS84_FLATTENING) + row[_TANGENT])
            for k in range(position.shape[1]):
                if phase[n, k] == _WAITING or phase[n, k] == _ENDED:
                    reason[n, s, k] = _NOT_FLYING
                    continue
                if not up[s]:
                    reason[n, s, k] = _OUT
                    continue
                sensor = (sensor_ecef[s, k, 0], sensor_ecef[s, k, 1], sensor_ecef[s, k, 2])
                target = (position[n, k, 0], position[n, k, 1], position[n, k, 2])
                noise_factor = _noise_factor(sensor, target, altitude[n, k], wide, tall, row)
                if noise_factor == 0.0:
                    reason[n, s, k] = _EARTH
                    continue
                x, y, z = sensor[0] - target[0], sensor[1] - target[1], sensor[2] - target[2]
                distance = math.sqrt(x * x + y * y + z * z)
                x, y, z = x / distance, y / distance, z / distance
                light = intensity[n, k]
                if phase[n, k] == _BOOST:
                    way = (velocity[n, k, 0], velocity[n, k, 1], velocity[n, k, 2])
                    light *= infrared.plume_share(way, (x, y, z), plume_aspect[n])
                for i in range(faces.shape[2]):
                    light += max(faces[n, k, i, 0] * x + faces[n, k, i, 1] * y + faces[n, k, i, 2] * z, 0.0)
                strength = infrared.signal(distance, light, row[_NOISE], noise_factor)
                reason[n, s, k] = _FAINT
                if strength > row[_LEAST]:
                    reason[n, s, k], signal[n, s, k], in_fence[n, s, k] = _SEEN, strength, True


def sensor_positions(
    radars: Sequence[Radar],
    infrareds: Sequence[Infrared],
    julian_date: float,
    step: float,
    samples: int,
    late: Floats | float = 0.0,
) -> Floats:
    """Earth-fixed positions (S, K, 3) [m] of all sensors, radars first, at `samples` times `step` [s] apart.

    `late` (K,) [s] comes on top of a sample's time: what the clock has left out before it. `julian_date` [day UTC] is
    the raid clock's zero. Errors: InputError where an element set gives no orbit.
    """
    times = step * np.arange(samples, dtype=np.float64) + late
    grounded = np.empty((len(radars), samples, 3))
    for s, radar_ in enumerate(radars):
        place = (radar_.latitude, radar_.longitude)
        if radar_.circuit is not None:
            place = circuits.places(*place, radar_.circuit, times)
        grounded[s] = geodesy.positions_ecef(*place, radar_.altitude)
    moving = orbits.positions_ecef([i.orbit for i in infrareds], julian_date, times)
    return np.concatenate([grounded, moving])


def see(
    flights: Flights,
    radars: Sequence[Radar],
    infrareds: Sequence[Infrared],
    sensor_ecef: Floats,
    up: Flags,
    dark: Flags | None = None,
) -> Sightings:
    """What each of S sensors (radars first) could detect of each of N threats at each of K samples, or why not.

    `sensor_ecef` (S, K, 3) [m] from `sensor_positions`; `up` (S,): the sensor works in this future; `dark` (J, K) of
    the infrared sensors: this one is out at the moment (`regard.in_shadow`; None: none ever is). The first reason in
    the order of `Reason` is given. `signal` is the power ratio of one look of a radar, the irradiance ratio of an
    infrared sensor. `in_fence` is set only where a look could detect; for infrared sensors, wherever it could.
    A threat lower than a radar's antenna counts as below its horizon. Cost: benchmarks/README.md.
    Errors: InputError where the shapes do not agree.
    """
    shape = (flights.phase.shape[0], len(radars) + len(infrareds), flights.phase.shape[1])
    if sensor_ecef.shape != (*shape[1:], 3) or up.shape != (shape[1],):
        got = f"sensor positions {sensor_ecef.shape}, up {up.shape}"
        expected = f"{(*shape[1:], 3)} and {(shape[1],)}"
        raise InputError("visibility", got, expected, "Give every sensor at every sample.")
    place, up = np.ascontiguousarray(sensor_ecef), np.ascontiguousarray(up)
    position, phase = np.ascontiguousarray(flights.position_ecef), np.ascontiguousarray(flights.phase)
    altitude = np.ascontiguousarray(flights.altitude)
    reason, signal, in_fence = np.empty(shape, np.uint8), np.zeros(shape), np.zeros(shape, np.bool_)
    if radars:
        rows = np.array([_radar_row(r) for r in radars])
        frames, faces = _frames(radars, place), _faces(radars)
        moving = np.array([r.circuit is not None for r in radars])
        nodes = _nodes_to(float(altitude.max(initial=0.0)), min(r.altitude for r in radars))
        _see_radars(
            position, altitude, phase, np.ascontiguousarray(flights.radar_cross_section), place, frames, moving, faces,
            rows, np.stack([_limits(r, nodes) for r in radars]), up, reason, signal, in_fence,
        )  # fmt: skip
        lossy = [s for s, r in enumerate(radars) if r.scan_exponent > 0.0 or r.wavelength > 0.0]
        weaken(
            position, altitude, [radars[s] for s in lossy], lossy, [rows[s, _LEAST_SIGNAL] for s in lossy], frames,
            faces, place, reason, signal, in_fence,
        )  # fmt: skip
    if infrareds:
        rows = np.array([_infrared_row(i) for i in infrareds])
        _see_infrareds(
            position,
            np.ascontiguousarray(flights.velocity_ecef),
            altitude,
            phase,
            np.ascontiguousarray(flights.intensity),
            np.ascontiguousarray(flights.faces),
            np.ascontiguousarray(flights.plume_aspect),
            place, rows, up, len(radars), reason, signal, in_fence,
        )  # fmt: skip
        narrow(position, infrareds, rows[:, _LEAST], len(radars), place, dark, reason, signal, in_fence)
    return Sightings(reason, signal, in_fence, place)
