"""What one look of each sensor would bring, found once per future and shared by every set of sensors.

A picture decides which looks are made and who learns of them; how likely a look detects, the draw that decides it and
what it tells of the threat do not depend on the picture. Infrared sensors need no cue and no beam time, so their
detections do not depend on it either.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.kernels import inlined, kernel, lean
from sakimori.base.types import Codes, Flags, Flights, Floats, Integers, Reason, Sightings
from sakimori.chain.case import Case
from sakimori.sense import biases, detection, infrared, radar
from sakimori.sense.biases import Biases, displacement
from sakimori.sense.tasking import Sensors, any_of, due, hits, sensor_table
from sakimori.track.bounds import information, rate_information
from sakimori.track.custody import NEVER, confirms

_SEEN, _NOT_TASKED, _MISSED = int(Reason.NONE), int(Reason.NOT_TASKED), int(Reason.LOOK_MISSED)
_DETECTION = int(Stream.DETECTION)


class Measured(NamedTuple):
    """What M looks would tell, each of one sensor at one threat in one sample."""

    gained: Floats  # (M, 6) [1/m2] information on position, as `bounds.information`
    pulled: Floats  # (M, 3) [1/m] that times where the sensor's biases put the threat; (0, 3): no sensor has any
    rated: Floats  # (M, 21) information of the range rate, as `bounds.rate_information`; (0, 21): no sensor measures it


class Evidence(NamedTuple):
    """Of one future: N threats, R radars and J infrared sensors (S in all), K samples.

    Entries are the looks that a radar could make, by radar, sample and threat; stares are the detections of infrared
    sensors, by sensor, threat and sample.
    """

    sensors: Sensors  # (S,)
    biased: Flags  # (S,)
    place: Floats  # (S, K, 3) [m]
    reason: Codes  # (N, S, K) of Sightings; of infrared sensors after their looks
    begin: Integers  # (R, K + 1) the first entry of a radar and sample
    threat: Integers  # (E,)
    fenced: Flags  # (E,) inside the fence
    single: Floats  # (E,) chance that one look detects
    luck: Floats  # (E,) the draw that decides it
    sight: Floats  # (E, 4) unit vector from the radar to the threat, and the distance [m]
    look: Measured  # (E)
    stare_begin: Integers  # (J + 1,) the first stare of an infrared sensor
    stare_threat: Integers  # (D,)
    stare_sample: Integers  # (D,)
    stare_confirms: Flags  # (D,) enough detections by that sensor confirm a track
    stare_hits: Floats  # (D,) measurements that it counts as
    stare: Measured  # (D)


class _Watched(NamedTuple):
    """What the kernels need to know of a future."""

    step: float
    position: Floats  # (N, K, 3)
    velocity: Floats  # (N, K, 3)
    place: Floats  # (S, K, 3)
    moves: Floats  # (S, K, 3) [m/s] velocity of radars; (0, 0, 3) where no range rate is measured
    signal: Floats  # (N, S, K)
    in_fence: Flags  # (N, S, K)
    sensors: Sensors
    biases: Biases
    confirm: tuple[int, int]
    seed: int
    future: int


def gather(case: Case, flights: Flights, sightings: Sightings) -> Evidence:
    """The evidence of all the case's sensors, whichever of them an option has. `sightings` are not written to."""
    reason = sightings.reason.copy()
    drawn = biases.draw(
        case.radars, case.infrareds, sightings, flights.altitude, flights.position_ecef, case.step, case.seed,
        case.future,
    )  # fmt: skip
    given = _Watched(
        step=float(case.step),
        position=np.ascontiguousarray(flights.position_ecef),
        velocity=np.ascontiguousarray(flights.velocity_ecef),
        place=np.ascontiguousarray(sightings.sensor_ecef),
        moves=_moves(case, sightings.sensor_ecef),
        signal=np.ascontiguousarray(sightings.signal),
        in_fence=np.ascontiguousarray(sightings.in_fence),
        sensors=sensor_table(case.radars, case.infrareds, case.step, case.drop_time),
        biases=drawn,
        confirm=case.confirm,
        seed=case.seed,
        future=case.future,
    )
    radars, infrareds = len(case.radars), len(case.infrareds)
    begin, threat = _entries(reason, radars)
    entries = threat.size
    fenced, single, luck, sight = _room(entries, (), np.bool_), *(_room(entries, s) for s in ((), (), (4,)))
    look = _unmeasured(entries, drawn, given.moves.size > 0)
    _look(given, begin, threat, fenced, single, luck, sight, look)

    made = np.zeros((int((reason[:, radars:] == _SEEN).sum()), 3), np.int64)  # sensor, threat, sample
    confirming, counted = _room(len(made), (), np.bool_), _room(len(made), ())
    stare = _unmeasured(len(made), drawn, False)
    total = _stare(given, radars, reason, made, confirming, counted, stare)
    first = np.searchsorted(made[:total, 0], np.arange(radars, radars + infrareds + 1))
    return Evidence(
        given.sensors, drawn.biased, given.place, reason, begin, threat, fenced, single, luck, sight,
        look, first, made[:total, 1].copy(), made[:total, 2].copy(), confirming, counted, stare,
    )  # fmt: skip


@kernel
def _entries(reason: Codes, radars: int) -> tuple[Integers, Integers]:
    """The looks that radars could make, by radar, sample and threat: `Evidence.begin` and `Evidence.threat`."""
    threats, _, samples = reason.shape
    place = np.zeros((radars, samples), np.int64)
    for n in range(threats):
        for s in range(radars):
            for k in range(samples):
                place[s, k] += reason[n, s, k] == _SEEN
    begin, total = np.empty((radars, samples + 1), np.int64), 0
    for s in range(radars):
        for k in range(samples):
            begin[s, k] = total
            total += place[s, k]
            place[s, k] = begin[s, k]
        begin[s, samples] = total
    threat = np.empty(total, np.int64)
    for n in range(threats):
        for s in range(radars):
            for k in range(samples):
                if reason[n, s, k] == _SEEN:
                    threat[place[s, k]] = n
                    place[s, k] += 1
    return begin, threat


def _room(size: int, shape: tuple[int, ...], kind: type = np.float64) -> np.ndarray:
    return np.zeros((size, *shape), kind)


def _unmeasured(size: int, drawn: Biases, rated: bool) -> Measured:
    return Measured(
        _room(size, (6,)), _room(size if drawn.biased.any() else 0, (3,)), _room(size if rated else 0, (21,))
    )


def _moves(case: Case, place: Floats) -> Floats:
    """Earth-fixed velocities of the radars by differences of their places; nothing where no radar asks for them."""
    if not any(r.range_rate_sigma > 0.0 for r in case.radars):
        return np.zeros((0, 0, 3))
    own = place[: len(case.radars)]
    return np.gradient(own, case.step, axis=1) if own.shape[1] > 1 else np.zeros(own.shape)


@inlined
def _sight(given: _Watched, n: int, s: int, k: int) -> tuple[float, float, float, float]:
    """Unit vector from sensor to threat, and the distance [m]."""
    x = given.position[n, k, 0] - given.place[s, k, 0]
    y = given.position[n, k, 1] - given.place[s, k, 1]
    z = given.position[n, k, 2] - given.place[s, k, 2]
    distance = math.sqrt(x * x + y * y + z * z)
    return x / distance, y / distance, z / distance, distance


@lean
def _look(
    given: _Watched, begin: Integers, threat: Integers, fenced: Flags, single: Floats, luck: Floats, sight: Floats,
    look: Measured,
) -> None:  # fmt: skip
    """What a look of a radar would be at each entry."""
    for s in range(begin.shape[0]):
        for k in range(begin.shape[1] - 1):
            for e in range(begin[s, k], begin[s, k + 1]):
                _look_at(given, int(threat[e]), s, k, e, fenced, single, luck, sight, look)


@inlined
def _look_at(
    given: _Watched, n: int, s: int, k: int, e: int, fenced: Flags, single: Floats, luck: Floats, sight: Floats,
    look: Measured,
) -> None:  # fmt: skip
    """One look of radar s at threat n in sample k, written to entry e."""
    sensor, signal = given.sensors[s], float(given.signal[n, s, k])
    fenced[e] = given.in_fence[n, s, k]
    single[e] = detection.probability(signal, sensor["threshold"], sensor["swerling"], sensor["pulses"])
    luck[e] = uniform(given.seed, _DETECTION, given.future, n, sensor["key"], k)
    ux, uy, uz, distance = _sight(given, n, s, k)
    sight[e, 0], sight[e, 1], sight[e, 2], sight[e, 3] = ux, uy, uz, distance
    signal = sensor["pulses"] * signal
    across = radar.angle_sigma(signal, sensor["beam_width"], sensor["angle_sigma"])
    along = radar.range_weight(signal, sensor["range_resolution"], sensor["range_weight"])
    _measure(given, n, s, k, across, along, look, e)
    if sensor["rate_weight"] > 0.0:
        v, w = given.velocity[n, k], given.moves[s, k]
        weight = radar.range_weight(signal, sensor["range_rate_resolution"], sensor["rate_weight"])
        relative = (v[0] - w[0], v[1] - w[1], v[2] - w[2])
        rate_information(ux, uy, uz, distance, relative, weight, look.rated[e])


@inlined
def _measure(given: _Watched, n: int, s: int, k: int, across: float, along: float, made: Measured, row: int) -> None:
    """Write what one measurement tells: noise `across` [rad] per axis, `along` [1/m2] the inverse variance of range."""
    ux, uy, uz, distance = _sight(given, n, s, k)
    gained = information(ux, uy, uz, distance, along, across)
    for i in range(6):
        made.gained[row, i] = gained[i]
    if given.biases.biased[s]:
        turn, place = given.biases.rotation[s, k], given.place[s, k]
        radar_bends = given.sensors[s]["is_radar"] and given.biases.lift.shape[1] > 0
        lift = given.biases.lift[n, s, k] if radar_bends else 0.0
        x, y, z = displacement(
            ux, uy, uz, distance, (turn[0], turn[1], turn[2]), given.biases.range_bias[s], lift,
            (place[0], place[1], place[2]),
        )  # fmt: skip
        xx, xy, xz, yy, yz, zz = gained
        made.pulled[row, 0] = xx * x + xy * y + xz * z
        made.pulled[row, 1] = xy * x + yy * y + yz * z
        made.pulled[row, 2] = xz * x + yz * y + zz * z


@kernel
def _stare(
    given: _Watched, first: int, reason: Codes, made: Integers, confirming: Flags, counted: Floats, stare: Measured
) -> int:
    """All looks of the infrared sensors, which stand from `first` on: their number of detections, `reason` drawn."""
    threats, sensors, samples = reason.shape
    m, total = given.confirm[0], 0
    latest, visible = np.empty(m, np.int64), np.zeros(samples)
    for s in range(first, sensors):
        sensor = given.sensors[s]
        looks, every, stepping = sensor["track_looks"], sensor["track_every"], sensor["dwell"] > 0.0
        if stepping:
            for k in range(samples):
                visible[k] = 0.0
                for n in range(threats):
                    visible[k] += reason[n, s, k] == _SEEN
        for n in range(threats):
            latest[:] = NEVER
            for k in range(samples):
                if reason[n, s, k] != _SEEN:
                    continue
                if stepping:
                    every = max(sensor["track_every"], math.ceil(visible[k] * sensor["dwell"] / given.step - 1e-9))
                reason[n, s, k] = _NOT_TASKED
                if not due(k, sensor["key"] + (n if stepping else 0), every):
                    continue
                single = infrared.detection_probability(given.signal[n, s, k], sensor["threshold"])
                if uniform(given.seed, _DETECTION, given.future, n, sensor["key"], k) >= any_of(single, looks):
                    reason[n, s, k] = _MISSED
                    continue
                reason[n, s, k] = _SEEN
                for i in range(m - 1, 0, -1):
                    latest[i] = latest[i - 1]
                latest[0] = k
                made[total, 0], made[total, 1], made[total, 2] = s, n, k
                confirming[total], counted[total] = (
                    confirms(k, latest[m - 1], every, given.confirm[1]),
                    hits(single, looks),
                )
                _measure(given, n, s, k, sensor["angle_sigma"], 0.0, stare, total)
                total += 1
    return total
