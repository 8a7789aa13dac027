"""What each partner's trackers hold when tracks are filters: the looks that the watch drew, measured and followed.

The watch (tasking, cues, detections) is that of the bound. Each detection then becomes a measurement with drawn noise
and the sensor's bias, reaches every tracker that may have it after its link's latency, and is taken up by a filter that
knows nothing of biases. What the filter states decides; how wrong it is stands beside it.
"""

from typing import Any, NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Flags, Flights, Floats, Integers, Reason, Tracks
from sakimori.chain.bounding import Known, usable
from sakimori.chain.case import Case
from sakimori.chain.evidence import Measured as Evident
from sakimori.chain.watch import Diary, Scene
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import geodetic
from sakimori.partners.sharing import Stations
from sakimori.track.clock import hold
from sakimori.track.fusion import fused_tracks
from sakimori.track.measurements import UNMEASURED, Looks, Measures, sight_axes
from sakimori.track.models import bank
from sakimori.track.motions import known_acceleration
from sakimori.track.simulate import measured

_ROW, _COLUMN = (0, 0, 0, 3, 3, 6), (0, 3, 6, 3, 6, 6)  # where the blocks pp, pv, pa, vv, va, aa begin
_RADAR, _SIGHT = int(Measures.RADAR), int(Measures.SIGHT)


class Followed(NamedTuple):
    """One threat as every tracker holds it; G tracks (fused ones last), K samples, M models."""

    mean: Floats  # (G, K, 9) nan where there is no track
    covariance: Floats  # (G, K, 9, 9)
    weight: Floats  # (G, K, M) of the models; of a fused track those of its first part
    confirmed: Flags  # (G, K)
    looks: Integers  # (G,) taken up after the start; 0 for a fused track
    distance: Floats  # (G,) summed NIS of those looks
    size: Integers  # (G,) how many numbers they held


class Measured(NamedTuple):
    """The detections of one threat in the order of their times, as measured; D looks."""

    looks: Looks
    sensor: Integers  # (D,)
    values: Floats  # (D, 4)
    proof: Flags  # (D,) whether the detection confirms


def filtered(
    case: Case, scene: Scene, diary: Diary, flights: Flights, stations: Stations
) -> tuple[Known, tuple[Followed, ...]]:
    """The tracks of every tracker, and each threat (N) as it was followed."""
    table = bank(case.filters)
    followed = tuple(
        _follow(scene, stations, measure(case, scene, diary, flights, n), table, n, case.drop_time)
        for n in range(flights.launch.size)
    )
    shape = (len(stations.pools), *flights.phase.shape, 6)
    spread, error, confirmed = np.full(shape, np.inf), np.full(shape, np.inf), np.zeros(shape[:3], np.bool_)
    for n, one in enumerate(followed):
        there = np.isfinite(one.mean[..., 0])
        for g in range(shape[0]):
            spread[g, n, there[g]] = spread_of(one.covariance[g, there[g]])
            error[g, n, there[g]] = _squares(one.mean[g, there[g]] - truth(flights, n)[there[g]])
        confirmed[:, n] = one.confirmed & there
    tracks = Tracks(diary.reason, usable(confirmed, spread), spread, diary.beam_load, confirmed, error)
    return Known(stations.pools, tracks, stations.deliveries, np.zeros((0, 0, 0), np.bool_)), followed


def _follow(scene: Scene, stations: Stations, seen: Measured, table: Floats, n: int, drop_time: float) -> Followed:
    """Threat n through every tracker, then the fusions."""
    pools, samples = stations.measured, scene.maneuver.shape[1]
    ticks = (int(scene.launch[n]), min(int(scene.impact[n]), samples))
    count = len(stations.pools)
    out = Followed(
        np.full((count, samples, 9), np.nan),
        np.full((count, samples, 9, 9), np.nan),
        np.full((count, samples, len(table)), np.nan),
        np.zeros((count, samples), np.bool_),
        np.zeros(count, np.int64),
        np.zeros(count),
        np.zeros(count, np.int64),
    )
    for g, pool in enumerate(pools):
        mine = pool[seen.sensor]
        if mine.any():
            columns: list[Any] = [np.ascontiguousarray(column[mine]) for column in seen.looks]
            chosen = Looks(*columns)
            chosen = chosen._replace(arrival=chosen.time + stations.lag[g, seen.sensor[mine]])
            held = hold(
                chosen, seen.values[mine], seen.proof[mine], table,
                step=scene.step, ticks=ticks, count=samples, drop_time=drop_time,
            )  # fmt: skip
            out.mean[g], out.covariance[g], out.weight[g] = held.mean, held.covariance, held.weight
            out.confirmed[g] = held.confirmed
            out.looks[g], out.size[g] = (held.size > 0).sum(), held.size.sum()
            out.distance[g] = np.nansum(held.distance)
    for f, fusion in enumerate(stations.fusions):
        parts, g = list(fusion.parts), len(pools) + f
        held = out.confirmed[parts]
        mean, covariance = fuse(np.nan_to_num(out.mean[parts]), np.nan_to_num(out.covariance[parts]), held)
        some = held.any(axis=0)
        out.mean[g, some], out.covariance[g, some], out.confirmed[g] = mean[some], covariance[some], some
        out.weight[g] = out.weight[parts[0]]
    return out


def fuse(mean: Floats, covariance: Floats, held: Flags) -> tuple[Floats, Floats]:
    """One track of several (G, K, 9), (G, K, 9, 9), each where it is `held` (G, K), with unknown correlation.

    Mean (K, 9) and covariance (K, 9, 9), by covariance intersection one after the other; 0 where none is held.
    """
    out = np.zeros(mean.shape[1:]), np.zeros(covariance.shape[1:])
    _fuse(np.ascontiguousarray(mean), np.ascontiguousarray(covariance), np.ascontiguousarray(held), *out)
    return out


@kernel
def _fuse(mean: Floats, covariance: Floats, held: Flags, out_mean: Floats, out_covariance: Floats) -> None:
    """The loop of `fuse` over samples."""
    for k in range(held.shape[1]):
        some = False
        for g in range(held.shape[0]):
            if held[g, k] and some:
                found = fused_tracks(out_mean[k], out_covariance[k], mean[g, k], covariance[g, k])
                out_mean[k], out_covariance[k] = found.mean, found.covariance
            elif held[g, k]:
                out_mean[k], out_covariance[k], some = mean[g, k], covariance[g, k], True


def spread_of(covariance: Floats) -> Floats:
    """The traces (K, 6) of the blocks pp, pv, pa, vv, va, aa of covariances (K, 9, 9) [SI]."""
    blocks = [
        np.trace(covariance[:, row : row + 3, column : column + 3], axis1=1, axis2=2)
        for row, column in zip(_ROW, _COLUMN, strict=True)
    ]
    return np.stack(blocks, axis=-1)


def measure(case: Case, scene: Scene, diary: Diary, flights: Flights, n: int) -> Measured:
    """What the detections of threat n measured, biases and drawn noise in it."""
    evidence = scene.evidence
    sample, own = np.nonzero((diary.reason[n] == Reason.NONE).T)
    sensor, told = scene.present[own], diary.told[n, own, sample]
    place, target = evidence.place[sensor, sample], flights.position_ecef[n, sample]
    moves = np.gradient(evidence.place, scene.step, axis=1)[sensor, sample] if evidence.look.rated.size else place * 0.0
    radar = evidence.sensors["is_radar"][sensor]
    latitude, longitude, _ = geodetic(place)
    axes, level = np.empty((sensor.size, 9)), np.empty(sensor.size)
    variance, states = np.empty((sensor.size, 4)), np.concatenate([target, flights.velocity_ecef[n, sample]], axis=1)
    _fill_axes(radar, place, target, latitude, longitude, axes, level)
    _fill_noise(evidence.look, evidence.stare, radar, told, place, level, variance, states)
    time = np.asarray(sample * scene.step, dtype=np.float64)
    looks = Looks(
        time=time,
        arrival=time,
        source=evidence.sensors["key"][sensor].astype(np.int64),
        kind=np.where(radar, _RADAR, _SIGHT).astype(np.int64),
        sensor=place,
        sensor_velocity=moves,
        axes=axes,
        value=np.zeros((sensor.size, 4)),
        variance=variance,
        made=np.ones(sensor.size, np.bool_),
    )
    values, _ = measured(looks, states, np.ones(sensor.size), runs=1, seed=case.seed, threat=n, first=case.future)
    return Measured(looks, own, values[0], told[:, 2] > 0.0)


@kernel
def _fill_axes(
    radar: Flags, place: Floats, target: Floats, latitude: Floats, longitude: Floats, axes: Floats, level: Floats
) -> None:
    """Axes (D, 9) of each look, and the cosine of the elevation (D,) at radars."""
    for d in range(radar.size):
        x, y, z = target[d, 0] - place[d, 0], target[d, 1] - place[d, 1], target[d, 2] - place[d, 2]
        size = np.sqrt(x * x + y * y + z * z)
        nine = enu_axes(latitude[d], longitude[d]) if radar[d] else sight_axes(x / size, y / size, z / size)
        for i in range(9):
            axes[d, i] = nine[i]
        sine = (nine[6] * x + nine[7] * y + nine[8] * z) / size
        level[d] = np.sqrt(max(1.0 - sine * sine, 1e-6))


@kernel
def _fill_noise(
    look: Evident, stare: Evident, radar: Flags, told: Floats, place: Floats, level: Floats, variance: Floats,
    states: Floats,
) -> None:  # fmt: skip
    """Variances (D, 4) out of the information that each look gives the bound; biases move the caller's states (D, 6).

    That information is w along the line of sight u, and a on both axes across it: w = u'Gu, a = (trace G - w)/2; of a
    range rate it is the trace of the block of velocity.
    """
    for d in range(radar.size):
        made, row, counted = look if radar[d] else stare, int(told[d, 0]), told[d, 1]
        x, y, z = states[d, 0] - place[d, 0], states[d, 1] - place[d, 1], states[d, 2] - place[d, 2]
        size = np.sqrt(x * x + y * y + z * z)
        u, g = (x / size, y / size, z / size), made.gained[row]
        along = u[0] * (g[0] * u[0] + 2.0 * (g[1] * u[1] + g[2] * u[2]))
        along += u[1] * (g[3] * u[1] + 2.0 * g[4] * u[2]) + g[5] * u[2] * u[2]
        across = 0.5 * (g[0] + g[3] + g[5] - along)
        angle = 1.0 / (counted * across * size * size)
        variance[d, 0] = variance[d, 1] = angle
        variance[d, 2] = variance[d, 3] = UNMEASURED
        if radar[d]:
            variance[d, 0], variance[d, 1] = 1.0 / (counted * along), angle / (level[d] * level[d])
            variance[d, 2] = angle
            if made.rated.shape[0] > 0:
                rate = made.rated[row, 15] + made.rated[row, 18] + made.rated[row, 20]
                if rate > 0.0:
                    variance[d, 3] = 1.0 / (counted * rate)
        if made.pulled.shape[0] > 0:
            p = made.pulled[row]
            straight = u[0] * p[0] + u[1] * p[1] + u[2] * p[2]
            for i in range(3):
                states[d, i] += (p[i] - straight * u[i]) / across
                if radar[d]:
                    states[d, i] += straight * u[i] / along


def truth(flights: Flights, n: int) -> Floats:
    """Position, velocity and unforeseen acceleration (K, 9) of threat n: what a perfect filter would hold."""
    total = np.gradient(flights.velocity_ecef[n], flights.step, axis=0)
    known = np.empty_like(total)
    _fill_known(flights.position_ecef[n], flights.velocity_ecef[n], known)
    return np.concatenate([flights.position_ecef[n], flights.velocity_ecef[n], total - known], axis=1)


@kernel
def _fill_known(position: Floats, velocity: Floats, out: Floats) -> None:
    """Gravity and the Earth's rotation at each sample (K, 3)."""
    for k in range(position.shape[0]):
        found = known_acceleration(position[k, 0], position[k, 1], position[k, 2], velocity[k, 0], velocity[k, 1])
        for i in range(3):
            out[k, i] = found[i]


def _squares(error: Floats) -> Floats:
    """Errors (K, 9) as `Tracks.spread` (K, 6): p.p, p.v, p.a, v.v, v.a, a.a."""
    p, v, a = error[:, :3], error[:, 3:6], error[:, 6:]
    pairs = ((p, p), (p, v), (p, a), (v, v), (v, a), (a, a))
    return np.stack([(one * other).sum(axis=1) for one, other in pairs], axis=1)
