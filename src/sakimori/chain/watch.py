"""The watch over a raid, sample by sample: sensors look, pools of sensors learn, what they know points the next look.

Time runs forward. A cue is a pool's track as it stood one latency ago, predicted to now. With beam time to spare, an
additional sensor or link only adds detections: looks fall on fixed grids, draws are keyed, nothing is ever dropped.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.draws import Stream, uniform
from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, Flags, Floats, Integers, Reason
from sakimori.sense import detection, infrared, radar
from sakimori.sense.biases import Biases, displacement
from sakimori.sense.tasking import CONTAINMENT, Sensors, any_of, due, hits, search_beams, share_out
from sakimori.track.bounds import (
    Motion,
    Noise,
    blocks,
    growth_between,
    inefficient,
    information,
    predicted_position,
    prior,
    propagated,
    updated,
)
from sakimori.track.custody import NEVER, confirms, held

_SEEN, _NOT_TASKED, _POOR = int(Reason.NONE), int(Reason.NOT_TASKED), int(Reason.CUE_TOO_POOR)
_NO_TIME, _MISSED, _DETECTION = int(Reason.NO_BEAM_TIME), int(Reason.LOOK_MISSED), int(Stream.DETECTION)
_DETECTS, _CONFIRMS = 1, 2
_TRACKED_FIRST = 1e9  # urgency of a look at a tracked threat over every search
_ROUNDING = 1e-9  # [s] of beam time


class Scene(NamedTuple):
    """What the watch is given: N threats, S sensors, G pools, P partners, K samples. Nothing in it is changed."""

    step: float  # [s]
    position: Floats  # (N, K, 3) [m] ECEF
    maneuver: Floats  # (N, K) [m/s2]
    launch: Integers  # (N,)
    impact: Integers  # (N,)
    reason: Codes  # (N, S, K) of Sightings
    signal: Floats  # (N, S, K)
    in_fence: Flags  # (N, S, K)
    sensor_ecef: Floats  # (S, K, 3) [m]
    sensors: Sensors
    biases: Biases
    pools: Flags  # (G, S)
    cue_lag: Integers  # (P, G) samples until a pool's track can point the partner's sensors, >= 1; -1 for never
    confirm: tuple[int, int]  # m detections within n looks
    drop: int  # samples that a track is held without a detection
    efficiency: float  # >= 1: standard deviations over the bound's
    motion: Motion  # of one sample, and the noise that it adds
    noise: Noise
    seed: int
    future: int


class Diary(NamedTuple):
    """What the watch writes, and remembers from sample to sample."""

    reason: Codes  # (N, S, K) as in Tracks
    beam_load: Floats  # (S, K)
    confirmed: Flags  # (G, N, K) the pool holds a confirmed track
    parts: Floats  # (G, N, K, 6, 6) `bounds.blocks`, efficiency applied; 0 where not flying
    seen: Integers  # (N, S, m) the sensor's last detections, latest first
    looked: Integers  # (N, S) the last look that was asked for
    owed: Flags  # (N, S) a look that beam time did not suffice for
    spent: Floats  # (N, S) [s] beam time already put into it
    gained: Floats  # (G, N, K, 6) [1/m2] information of the sample's detections
    pulled: Floats  # (G, N, K, 3) [1/m] that information times where their biases put the threat; (G, N, 0, 3): none
    news: Codes  # (G, N, K) 0 no detection, 1 detection, 2 detection that confirms
    fed: Integers  # (G, N) the pool's last detection
    found: Integers  # (G, N) the first sample at which the pool's track was confirmed
    holds: Flags  # (G, N) the track was confirmed and has not been lost
    covariance: Floats  # (G, N, 9, 9)
    mean: Floats  # (G, N, 9) error of the track's mean that the biases cause, in the states of the covariance


def watch(scene: Scene) -> Diary:
    """Every sensor's looks and every pool's tracks over the whole raid."""
    threats, sensors, samples = scene.reason.shape
    pools = scene.pools.shape[0]
    diary = Diary(
        reason=scene.reason.copy(),
        beam_load=np.zeros((sensors, samples)),
        confirmed=np.zeros((pools, threats, samples), np.bool_),
        parts=np.zeros((pools, threats, samples, 6, 6)),
        seen=np.full((threats, sensors, scene.confirm[0]), NEVER),
        looked=np.full((threats, sensors), NEVER),
        owed=np.zeros((threats, sensors), np.bool_),
        spent=np.zeros((threats, sensors)),
        gained=np.zeros((pools, threats, samples, 6)),
        pulled=np.zeros((pools, threats, samples if scene.biases.biased.any() else 0, 3)),
        news=np.zeros((pools, threats, samples), np.uint8),
        fed=np.full((pools, threats), NEVER),
        found=np.full((pools, threats), samples),
        holds=np.zeros((pools, threats), np.bool_),
        covariance=np.zeros((pools, threats, 9, 9)),
        mean=np.zeros((pools, threats, 9)),
    )
    _keep(scene, diary)
    return diary


@kernel
def _keep(scene: Scene, diary: Diary) -> None:
    """The loop over time."""
    for s in range(scene.sensors.size):
        if not scene.sensors[s]["is_radar"]:
            _stare(scene, diary, s)
    for k in range(scene.position.shape[1]):
        for s in range(scene.sensors.size):
            if scene.sensors[s]["is_radar"]:
                _work_radar(scene, diary, s, k)
        for g in range(scene.pools.shape[0]):
            for n in range(scene.position.shape[0]):
                if scene.launch[n] <= k < scene.impact[n]:
                    _follow(scene, diary, g, n, k)


@kernel
def _work_radar(scene: Scene, diary: Diary, s: int, k: int) -> None:
    """One radar, one sample: plan a look at each threat, share out the beam time, look."""
    sensor, threats, visible = scene.sensors[s], scene.position.shape[0], 0
    diary.beam_load[s, k] = sensor["standing_load"]
    for n in range(threats):
        if scene.reason[n, s, k] == _SEEN:
            visible += 1
        else:
            diary.owed[n, s], diary.spent[n, s] = False, 0.0
    if visible == 0:
        return
    chance, wanted, urgency = np.zeros(threats), np.zeros(threats), np.zeros(threats)
    for n in range(threats):
        if scene.reason[n, s, k] == _SEEN:
            diary.reason[n, s, k], beams, chance[n] = _plan(scene, diary, n, s, k)
            if beams > 0.0:
                wanted[n] = max(beams * sensor["dwell"] - diary.spent[n, s], _ROUNDING)
            tracked = _TRACKED_FIRST if _tracks(scene, diary, n, s, k) else 0.0
            urgency[n] = tracked + k - max(diary.looked[n, s], scene.launch[n])
    granted = share_out(wanted, urgency, (1.0 - sensor["standing_load"]) * scene.step)
    diary.beam_load[s, k] += granted.sum() / scene.step
    for n in range(threats):
        if scene.reason[n, s, k] == _SEEN:
            paid = wanted[n] > 0.0 and granted[n] >= wanted[n] - _ROUNDING
            diary.owed[n, s] = wanted[n] > 0.0 and not paid  # what falls short is owed in the next sample
            diary.spent[n, s] = diary.spent[n, s] + granted[n] if diary.owed[n, s] else 0.0
            if paid:
                diary.looked[n, s] = k
            _look(scene, diary, n, s, k, chance[n] if paid else 0.0)


@kernel
def _tracks(scene: Scene, diary: Diary, n: int, s: int, k: int) -> bool:
    """Whether sensor s itself still holds threat n."""
    return held(k, diary.seen[n, s, 0], max(scene.drop, scene.sensors[s]["track_every"]))


@kernel
def _single(scene: Scene, n: int, s: int, k: int) -> float:
    """Chance that one look of radar s at threat n detects."""
    sensor = scene.sensors[s]
    return detection.probability(scene.signal[n, s, k], sensor["threshold"], sensor["swerling"], sensor["pulses"])


@kernel
def _plan(scene: Scene, diary: Diary, n: int, s: int, k: int) -> tuple[int, float, float]:
    """What radar s plans for threat n beside its fence: why it may come to nothing, beams (0: none) and chance."""
    sensor = scene.sensors[s]
    if not (diary.owed[n, s] or due(k, sensor["key"] + n, sensor["track_every"])):
        return _NOT_TASKED, 0.0, 0.0
    if _tracks(scene, diary, n, s, k):
        looks = sensor["track_looks"]
        return _NO_TIME, float(looks), any_of(_single(scene, n, s, k), looks)
    beams = _cued_beams(scene, diary, n, s, k)
    if beams == math.inf:
        return _NOT_TASKED, 0.0, 0.0
    if beams > sensor["search_beams_max"]:
        return _POOR, 0.0, 0.0
    return _NO_TIME, beams, _single(scene, n, s, k) * CONTAINMENT


@kernel
def _cued_beams(scene: Scene, diary: Diary, n: int, s: int, k: int) -> float:
    """Beams that the best cue on threat n leaves radar s to search; infinite without a cue.

    A track that is no longer fed still cues: its prediction grows until the search would take too many beams.
    """
    fewest, sensor, noise = math.inf, scene.sensors[s], inefficient(scene.noise, scene.efficiency)
    ux, uy, uz, distance = _sight(scene, n, s, k)
    for g in range(scene.pools.shape[0]):
        lag = scene.cue_lag[sensor["owner"], g]
        if lag > 0 and k - lag >= diary.found[g, n]:
            growth = growth_between(scene.maneuver[n], k - lag, k, scene.motion, noise)
            cue = predicted_position(diary.parts[g, n, k - lag], lag * scene.step, growth)
            fewest = min(fewest, search_beams(cue, ux, uy, uz, distance, sensor["beam_width"]))
    return fewest


@kernel
def _sight(scene: Scene, n: int, s: int, k: int) -> tuple[float, float, float, float]:
    """Unit vector from sensor to threat, and the distance [m]."""
    x = scene.position[n, k, 0] - scene.sensor_ecef[s, k, 0]
    y = scene.position[n, k, 1] - scene.sensor_ecef[s, k, 1]
    z = scene.position[n, k, 2] - scene.sensor_ecef[s, k, 2]
    distance = math.sqrt(x * x + y * y + z * z)
    return x / distance, y / distance, z / distance, distance


@kernel
def _look(scene: Scene, diary: Diary, n: int, s: int, k: int, chance: float) -> None:
    """Radar s looks at threat n: in its fence where that is due, and as planned, with `chance` (0: no such look)."""
    sensor, fence, counted = scene.sensors[s], 0.0, 1.0
    if scene.in_fence[n, s, k] and due(k, sensor["key"] + n, sensor["fence_every"]):
        fence = any_of(_single(scene, n, s, k), sensor["fence_looks"])
    if max(fence, chance) == 0.0:
        return
    if fence > chance:
        counted = hits(_single(scene, n, s, k), sensor["fence_looks"])
    elif _tracks(scene, diary, n, s, k):
        counted = hits(_single(scene, n, s, k), sensor["track_looks"])
    signal = sensor["pulses"] * scene.signal[n, s, k]
    across = radar.angle_sigma(signal, sensor["beam_width"], sensor["angle_sigma"])
    along = radar.range_weight(signal, sensor["range_resolution"], sensor["range_weight"])
    _draw(scene, diary, n, s, k, max(fence, chance), counted, across, along, sensor["track_every"])


@kernel
def _stare(scene: Scene, diary: Diary, s: int) -> None:
    """All looks of one infrared sensor: they need no cue and no beam time, so they do not wait for the time loop."""
    sensor = scene.sensors[s]
    looks, every, stepping = sensor["track_looks"], sensor["track_every"], sensor["dwell"] > 0.0
    visible = np.zeros(scene.position.shape[1] if stepping else 0)
    for n in range(scene.position.shape[0]):
        for k in range(visible.size):
            visible[k] += scene.reason[n, s, k] == _SEEN
    for n in range(scene.position.shape[0]):
        for k in range(scene.position.shape[1]):
            if scene.reason[n, s, k] == _SEEN:
                if stepping:
                    every = max(sensor["track_every"], math.ceil(visible[k] * sensor["dwell"] / scene.step - 1e-9))
                diary.reason[n, s, k] = _NOT_TASKED
                if due(k, sensor["key"] + (n if stepping else 0), every):
                    single = infrared.detection_probability(scene.signal[n, s, k], sensor["threshold"])
                    chance = any_of(single, looks)
                    _draw(scene, diary, n, s, k, chance, hits(single, looks), sensor["angle_sigma"], 0.0, every)


@kernel
def _draw(
    scene: Scene, diary: Diary, n: int, s: int, k: int, chance: float, counted: float, across: float, along: float,
    every: int,
) -> None:  # fmt: skip
    """Draw the detection; where it happens, every pool of the sensor gains `counted` measurements.

    Their noise is `across` [rad] per axis; `along` [1/m2] is the inverse variance of range (0: it is not measured),
    `every` the samples between two looks.
    """
    if uniform(scene.seed, _DETECTION, scene.future, n, scene.sensors[s]["key"], k) >= chance:
        diary.reason[n, s, k] = _MISSED
        return
    diary.reason[n, s, k] = _SEEN
    for i in range(scene.confirm[0] - 1, 0, -1):
        diary.seen[n, s, i] = diary.seen[n, s, i - 1]
    diary.seen[n, s, 0] = k
    first = diary.seen[n, s, scene.confirm[0] - 1]
    confirmed = confirms(k, first, every, scene.confirm[1])
    ux, uy, uz, distance = _sight(scene, n, s, k)
    gained = information(ux, uy, uz, distance, along, across)
    for g in range(scene.pools.shape[0]):
        if scene.pools[g, s]:
            diary.news[g, n, k] = max(diary.news[g, n, k], _CONFIRMS if confirmed else _DETECTS)
            for e in range(6):
                diary.gained[g, n, k, e] += counted * gained[e]
            if scene.biases.biased[s]:
                _pull(scene, diary, g, n, s, k, counted, gained)


@kernel
def _pull(
    scene: Scene, diary: Diary, g: int, n: int, s: int, k: int, counted: float,
    gained: tuple[float, float, float, float, float, float],
) -> None:  # fmt: skip
    """What the biases of sensor s add to the mean of pool g's track: its last measurement stands off the truth."""
    sensor = scene.sensors[s]
    ux, uy, uz, distance = _sight(scene, n, s, k)
    turn, place = scene.biases.rotation[s, k], scene.sensor_ecef[s, k]
    lift = scene.biases.lift[n, s, k] if sensor["is_radar"] and scene.biases.lift.shape[1] > 0 else 0.0
    x, y, z = displacement(
        ux, uy, uz, distance, (turn[0], turn[1], turn[2]), scene.biases.range_bias[s], lift,
        (place[0], place[1], place[2]),
    )  # fmt: skip
    xx, xy, xz, yy, yz, zz = gained
    diary.pulled[g, n, k, 0] += counted * (xx * x + xy * y + xz * z)
    diary.pulled[g, n, k, 1] += counted * (xy * x + yy * y + yz * z)
    diary.pulled[g, n, k, 2] += counted * (xz * x + yz * y + zz * z)


@kernel
def _follow(scene: Scene, diary: Diary, g: int, n: int, k: int) -> None:
    """Carry one pool's track of one flying threat to sample k and take up what its sensors have measured."""
    if k == scene.launch[n]:
        covariance = prior()
    else:
        covariance = propagated(diary.covariance[g, n], scene.motion, scene.noise, scene.maneuver[n, k - 1])
    if diary.news[g, n, k] > 0:
        covariance = updated(covariance, diary.gained[g, n, k])
        diary.fed[g, n] = k
        if diary.news[g, n, k] == _CONFIRMS:
            diary.holds[g, n], diary.found[g, n] = True, min(diary.found[g, n], k)
    elif not held(k, diary.fed[g, n], scene.drop):
        diary.holds[g, n] = False
    square = scene.efficiency * scene.efficiency
    if diary.pulled.shape[2] > 0:
        mean = _mislead(scene, diary, covariance, g, n, k)
        parts = blocks(covariance + np.outer(mean, mean) / square, scene.maneuver[n, k], square)
    else:
        parts = blocks(covariance, scene.maneuver[n, k], square)
    for i in range(9):
        for j in range(9):
            diary.covariance[g, n, i, j] = covariance[i, j]
    for i in range(6):
        for j in range(6):
            diary.parts[g, n, k, i, j] = parts[i, j]
    diary.confirmed[g, n, k] = diary.holds[g, n]


@kernel
def _mislead(scene: Scene, diary: Diary, covariance: Floats, g: int, n: int, k: int) -> Floats:
    """The mean error (9,) of a track whose filter does not know of its sensors' biases, `covariance` after the update.

    The mean moves like the state; an update pulls it by the filter's gain, P H' R^-1, towards where the biased
    measurements point.
    """
    mean = diary.mean[g, n]
    if k > scene.launch[n]:
        f1, f2, f3, f4 = scene.motion
        s = scene.maneuver[n, k - 1]
        for i in range(3):
            mean[i] += f1 * mean[3 + i] + f2 * s * mean[6 + i]
            mean[3 + i] += f3 * s * mean[6 + i]
            mean[6 + i] *= f4
    if diary.news[g, n, k] > 0:
        xx, xy, xz, yy, yz, zz = diary.gained[g, n, k]
        x, y, z = mean[0], mean[1], mean[2]
        px = diary.pulled[g, n, k, 0] - (xx * x + xy * y + xz * z)
        py = diary.pulled[g, n, k, 1] - (xy * x + yy * y + yz * z)
        pz = diary.pulled[g, n, k, 2] - (xz * x + yz * y + zz * z)
        for i in range(9):
            mean[i] += covariance[i, 0] * px + covariance[i, 1] * py + covariance[i, 2] * pz
    return mean
