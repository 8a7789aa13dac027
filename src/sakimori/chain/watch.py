"""The watch over a raid, sample by sample: sensors look, pools of sensors learn, what they know points the next look.

Time runs forward. A cue is a pool's track as it stood one latency ago, predicted to now. With beam time to spare, an
additional sensor or link only adds detections: looks fall on fixed grids, draws are keyed, nothing is ever dropped.
What a look would bring is in `evidence`, which all pictures of a future share. The loop is written out as one piece
(`inlined`): to hand a scene and a diary over is to copy hundreds of words, which cost as much as the work itself.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import inlined, kernel
from sakimori.base.types import Codes, Flags, Floats, Integers, Reason
from sakimori.chain.evidence import Evidence, Measured
from sakimori.sense.tasking import CONTAINMENT, any_of, due, hits, search_beams, share_out
from sakimori.track.bounds import (
    Motion,
    Noise,
    Room,
    begin,
    growth_between,
    inefficient,
    predicted_position,
    propagate,
    propagate_prior,
    room,
    update,
    write_blocks,
    write_spread,
)
from sakimori.track.custody import NEVER, confirms, held

_SEEN, _NOT_TASKED, _POOR = int(Reason.NONE), int(Reason.NOT_TASKED), int(Reason.CUE_TOO_POOR)
_NO_TIME, _MISSED = int(Reason.NO_BEAM_TIME), int(Reason.LOOK_MISSED)
_DETECTS, _CONFIRMS = 1, 2
_ROUNDING = 1e-9  # [s] of beam time


class Scene(NamedTuple):
    """What the watch is given: N threats, S sensors, G pools, P partners, K samples. Nothing in it is changed."""

    step: float  # [s]
    maneuver: Floats  # (N, K) [m/s2]
    launch: Integers  # (N,)
    impact: Integers  # (N,)
    evidence: Evidence  # of all the case's sensors
    present: Integers  # (S,) which of them take part, radars first
    pools: Flags  # (G, S)
    cue_lag: Integers  # (P, G) samples until a pool's track can point the partner's sensors, >= 1; -1 for never
    confirm: tuple[int, int]  # m detections within n looks
    drop: int  # samples that a track is held without a detection
    efficiency: float  # >= 1: standard deviations over the bound's
    motion: Motion  # of one sample, and the noise that it adds
    noise: Noise
    precedence: tuple[float, float]  # urgency of a look at a tracked threat, and of each sample that a threat waited
    rank: Floats  # (N,) urgency by what threats aim at and by time to go
    noted: bool  # `Diary.told` is wanted
    kept: int  # samples over which `Diary.parts` go back


class Diary(NamedTuple):
    """What the watch writes, and remembers from sample to sample."""

    reason: Codes  # (N, S, K) as in Tracks
    beam_load: Floats  # (S, K)
    confirmed: Flags  # (G, N, K) the pool holds a confirmed track
    spread: Floats  # (G, N, K, 6) as in Tracks, of the bound; inf where not flying
    parts: Floats  # (G, N, M, 6, 6) `bounds.blocks` of confirmed pools, efficiency applied, at sample k in place k % M
    seen: Integers  # (N, S, m) the radar's last detections, latest first
    looked: Integers  # (N, S) the last look that was asked for
    visible: Integers  # (N, S) the last sample in which a look could have detected
    owed: Flags  # (N, S) a look that beam time did not suffice for
    spent: Floats  # (N, S) [s] beam time already put into it
    cue: Floats  # (P, G, N, 6) [m2] position covariance that the pool's track gives the partner's sensors...
    cued: Integers  # (P, G, N) ...in this sample
    wanted: Floats  # (N,) [s] beam time; this and the next three: of one radar and sample, its visible threats in order
    granted: Floats  # (N,) [s]
    chance: Floats  # (N,) of the planned look
    urgency: Floats  # (N,)
    gained: Floats  # (G, N, K, 6) [1/m2] information of the sample's detections
    pulled: Floats  # (G, N, K, 3) [1/m] that information times where their biases put the threat; (G, N, 0, 3): none
    rated: Floats  # (G, N, 21) information of the sample's range rates, as `bounds.update` has it; (G, N, 0): none
    news: Codes  # (G, N, K) 0 no detection, 1 detection, 2 detection that confirms
    fed: Integers  # (G, N) the pool's last detection
    found: Integers  # (G, N) the first sample at which the pool's track was confirmed
    holds: Flags  # (G, N) the track was confirmed and has not been lost
    covariance: Floats  # (G, N, 9, 9)
    mean: Floats  # (G, N, 9) error of the track's mean that the biases cause, in its states; (G, N, 0): there are none
    work: Room
    told: Floats  # (N, S, K, 3) row of the evidence, measurements it counts as, 1 if it confirms; (N, S, 0, 3): none


def watch(scene: Scene) -> Diary:
    """Every sensor's looks and every pool's tracks over the whole raid."""
    evidence, (pools, sensors) = scene.evidence, scene.pools.shape
    threats, _, samples = evidence.reason.shape
    raid, partners = (pools, threats), scene.cue_lag.shape[0]
    biased = bool(evidence.biased[scene.present].any())
    diary = Diary(
        reason=evidence.reason[:, scene.present],
        beam_load=np.repeat(evidence.sensors["standing_load"][scene.present][:, None], samples, axis=1),
        confirmed=np.zeros((*raid, samples), np.bool_),
        spread=np.full((*raid, samples, 6), np.inf),
        parts=np.zeros((*raid, scene.kept, 6, 6)),
        seen=np.full((threats, sensors, scene.confirm[0]), NEVER),
        looked=np.full((threats, sensors), NEVER),
        visible=np.full((threats, sensors), NEVER),
        owed=np.zeros((threats, sensors), np.bool_),
        spent=np.zeros((threats, sensors)),
        cue=np.zeros((partners, *raid, 6)),
        cued=np.full((partners, *raid), NEVER),
        wanted=np.zeros(threats),
        granted=np.zeros(threats),
        chance=np.zeros(threats),
        urgency=np.zeros(threats),
        gained=np.zeros((*raid, samples, 6)),
        pulled=np.zeros((*raid, samples if biased else 0, 3)),
        rated=np.zeros((*raid, 21 if evidence.look.rated.size else 0)),
        news=np.zeros((*raid, samples), np.uint8),
        fed=np.full(raid, NEVER),
        found=np.full(raid, samples),
        holds=np.zeros(raid, np.bool_),
        covariance=np.zeros((*raid, 9, 9)),
        mean=np.zeros((*raid, 9 if biased else 0)),
        work=room(),
        told=np.zeros((threats, sensors, samples if scene.noted else 0, 3)),
    )
    _keep(scene, diary)
    return diary


@kernel
def _keep(scene: Scene, diary: Diary) -> None:
    """The loop over time."""
    evidence = scene.evidence
    radars = evidence.begin.shape[0]
    first = np.searchsorted(scene.present, radars)
    for j in range(first, scene.present.size):
        _stare(scene, diary, j)
    for k in range(scene.maneuver.shape[1]):
        for j in range(first):
            s = scene.present[j]
            if evidence.begin[s, k] < evidence.begin[s, k + 1]:
                _work_radar(scene, diary, j, k)
        for g in range(scene.pools.shape[0]):
            for n in range(scene.launch.size):
                if scene.launch[n] <= k < scene.impact[n]:
                    _follow(scene, diary, g, n, k)


@inlined
def _stare(scene: Scene, diary: Diary, j: int) -> None:
    """What an infrared sensor detects, whatever the others do: its pools gain it."""
    evidence = scene.evidence
    i = scene.present[j] - evidence.begin.shape[0]
    for d in range(evidence.stare_begin[i], evidence.stare_begin[i + 1]):
        n, k = evidence.stare_threat[d], evidence.stare_sample[d]
        _tell(scene, diary, j, n, k, evidence.stare_confirms[d], evidence.stare_hits[d], evidence.stare, d)


@inlined
def _tell(
    scene: Scene, diary: Diary, j: int, n: int, k: int, confirming: bool, counted: float, made: Measured, row: int
) -> None:
    """Every pool of sensor j gains `counted` measurements of threat n."""
    if diary.told.shape[2] > 0:
        diary.told[n, j, k, 0], diary.told[n, j, k, 1], diary.told[n, j, k, 2] = (
            row,
            counted,
            1.0 if confirming else 0.0,
        )
    for g in range(scene.pools.shape[0]):
        if scene.pools[g, j]:
            diary.news[g, n, k] = max(diary.news[g, n, k], _CONFIRMS if confirming else _DETECTS)
            for i in range(6):
                diary.gained[g, n, k, i] += counted * made.gained[row, i]
            if diary.pulled.shape[2] > 0:
                for i in range(3):
                    diary.pulled[g, n, k, i] += counted * made.pulled[row, i]
            if made.rated.shape[0] > 0:
                for i in range(21):
                    diary.rated[g, n, i] += counted * made.rated[row, i]


@inlined
def _work_radar(scene: Scene, diary: Diary, j: int, k: int) -> None:
    """One radar, one sample: plan a look at each threat, share out the beam time, look."""
    evidence, s = scene.evidence, int(scene.present[j])
    begin, end = evidence.begin[s, k], evidence.begin[s, k + 1]
    sensor = evidence.sensors[s]
    for e in range(begin, end):
        n = evidence.threat[e]
        if diary.visible[n, j] != k - 1:  # what was owed is forgotten when the threat is out of sight
            diary.owed[n, j], diary.spent[n, j] = False, 0.0
        diary.visible[n, j] = k
        tracked = _tracks(scene, diary, j, n, k)
        diary.reason[n, j, k], beams, diary.chance[e - begin] = _plan(scene, diary, j, e, k, tracked)
        wanted = max(beams * sensor["dwell"] - diary.spent[n, j], _ROUNDING) if beams > 0.0 else 0.0
        waited = k - max(diary.looked[n, j], scene.launch[n])
        first, patience = scene.precedence
        diary.urgency[e - begin] = (first if tracked else 0.0) + patience * waited + scene.rank[n]
        diary.wanted[e - begin] = wanted
    budget, size = (1.0 - sensor["standing_load"]) * scene.step, end - begin
    total = share_out(diary.wanted[:size], diary.urgency[:size], budget, diary.granted)
    diary.beam_load[j, k] += total / scene.step
    for e in range(begin, end):
        n, wanted, got = evidence.threat[e], diary.wanted[e - begin], diary.granted[e - begin]
        paid = wanted > 0.0 and got >= wanted - _ROUNDING
        diary.owed[n, j] = wanted > 0.0 and not paid  # what falls short is owed in the next sample
        diary.spent[n, j] = diary.spent[n, j] + got if diary.owed[n, j] else 0.0
        if paid:
            diary.looked[n, j] = k
        _look(scene, diary, j, e, k, float(diary.chance[e - begin]) if paid else 0.0)


@inlined
def _tracks(scene: Scene, diary: Diary, j: int, n: int, k: int) -> bool:
    """Whether radar j itself still holds threat n."""
    return held(k, diary.seen[n, j, 0], max(scene.drop, scene.evidence.sensors[int(scene.present[j])]["track_every"]))


@inlined
def _plan(scene: Scene, diary: Diary, j: int, e: int, k: int, tracked: bool) -> tuple[int, float, float]:
    """What radar j plans at entry e beside its fence: why it may come to nothing, beams (0: none) and chance."""
    evidence = scene.evidence
    n, sensor = evidence.threat[e], evidence.sensors[int(scene.present[j])]
    if not (diary.owed[n, j] or due(k, sensor["key"] + n, sensor["track_every"])):
        return _NOT_TASKED, 0.0, 0.0
    if tracked:
        looks = sensor["track_looks"]
        return _NO_TIME, float(looks), any_of(evidence.single[e], looks)
    beams = _cued_beams(scene, diary, j, e, k)
    if beams == math.inf:
        return _NOT_TASKED, 0.0, 0.0
    if beams > sensor["search_beams_max"]:
        return _POOR, 0.0, 0.0
    return _NO_TIME, beams, evidence.single[e] * CONTAINMENT


@inlined
def _cued_beams(scene: Scene, diary: Diary, j: int, e: int, k: int) -> float:
    """Beams that the best cue leaves radar j to search at entry e; infinite without a cue.

    A track that is no longer fed still cues: its prediction grows until the search would take too many beams.
    """
    evidence, fewest = scene.evidence, math.inf
    n, sensor = evidence.threat[e], evidence.sensors[int(scene.present[j])]
    p, sight = sensor["owner"], evidence.sight
    for g in range(scene.pools.shape[0]):
        lag = int(scene.cue_lag[p, g])
        if lag > 0 and k - lag >= diary.found[g, n]:
            if diary.cued[p, g, n] != k:
                _predict(scene, diary, p, g, n, k, lag)
            cue = diary.cue
            row = (cue[p, g, n, 0], cue[p, g, n, 1], cue[p, g, n, 2], cue[p, g, n, 3], cue[p, g, n, 4], cue[p, g, n, 5])
            ux, uy, uz, distance = sight[e, 0], sight[e, 1], sight[e, 2], sight[e, 3]
            fewest = min(fewest, search_beams(row, ux, uy, uz, distance, sensor["beam_width"]))
    return fewest


@inlined
def _predict(scene: Scene, diary: Diary, p: int, g: int, n: int, k: int, lag: int) -> None:
    """Where pool g's track of `lag` samples ago puts threat n now: the cue of all of partner p's radars."""
    noise = inefficient(scene.noise, scene.efficiency)
    growth = growth_between(scene.maneuver[n], k - lag, k, scene.motion, noise)
    found = predicted_position(diary.parts[g, n, (k - lag) % scene.kept], lag * scene.step, growth)
    for i in range(6):
        diary.cue[p, g, n, i] = found[i]
    diary.cued[p, g, n] = k


@inlined
def _look(scene: Scene, diary: Diary, j: int, e: int, k: int, chance: float) -> None:
    """Radar j looks at entry e: in its fence where that is due, and as planned, with `chance` (0: no such look)."""
    evidence = scene.evidence
    n, sensor, fence, counted = evidence.threat[e], evidence.sensors[int(scene.present[j])], 0.0, 1.0
    if evidence.fenced[e] and due(k, sensor["key"] + n, sensor["fence_every"]):
        fence = any_of(evidence.single[e], sensor["fence_looks"])
    if max(fence, chance) == 0.0:
        return
    if evidence.luck[e] >= max(fence, chance):
        diary.reason[n, j, k] = _MISSED
        return
    if fence > chance:
        counted = hits(evidence.single[e], sensor["fence_looks"])
    elif _tracks(scene, diary, j, n, k):
        counted = hits(evidence.single[e], sensor["track_looks"])
    diary.reason[n, j, k] = _SEEN
    last = scene.confirm[0] - 1
    for i in range(last, 0, -1):
        diary.seen[n, j, i] = diary.seen[n, j, i - 1]
    diary.seen[n, j, 0] = k
    confirming = confirms(k, diary.seen[n, j, last], sensor["track_every"], scene.confirm[1])
    _tell(scene, diary, j, n, k, confirming, counted, evidence.look, e)


@inlined
def _follow(scene: Scene, diary: Diary, g: int, n: int, k: int) -> None:
    """Carry one pool's track of one flying threat to sample k and take up what its sensors have measured."""
    state, mean, maneuver = diary.covariance[g, n], diary.mean[g, n], scene.maneuver[n, k]
    if k == scene.launch[n]:
        begin(state)
    elif diary.fed[g, n] == NEVER:
        propagate_prior(state, scene.motion, scene.noise, scene.maneuver[n, k - 1])
    else:
        propagate(state, scene.motion, scene.noise, scene.maneuver[n, k - 1])
    if diary.news[g, n, k] > 0:
        update(state, diary.gained[g, n, k], diary.work)
        if diary.rated.shape[2] > 0:
            update(state, diary.rated[g, n], diary.work)
        diary.fed[g, n] = k
        if diary.news[g, n, k] == _CONFIRMS:
            diary.holds[g, n], diary.found[g, n] = True, min(diary.found[g, n], k)
    elif not held(k, diary.fed[g, n], scene.drop):
        diary.holds[g, n] = False
    if diary.pulled.shape[2] > 0:
        _mislead(scene, diary, g, n, k)
    square = scene.efficiency * scene.efficiency
    write_spread(state, mean, maneuver, square, diary.spread[g, n, k])
    if k >= diary.found[g, n]:
        write_blocks(state, mean, maneuver, square, diary.parts[g, n, k % scene.kept])
    if diary.rated.shape[2] > 0:
        for i in range(21):
            diary.rated[g, n, i] = 0.0
    diary.confirmed[g, n, k] = diary.holds[g, n]


@inlined
def _mislead(scene: Scene, diary: Diary, g: int, n: int, k: int) -> None:
    """The mean error of a track whose filter does not know of its sensors' biases, after the covariance's update.

    The mean moves like the state; an update pulls it by the filter's gain, P H' R^-1, towards where the biased
    measurements point. Range rates are not biased: they pull it towards the truth.
    """
    mean, state = diary.mean[g, n], diary.covariance[g, n]
    if k > scene.launch[n]:
        f1, f2, f3, f4 = scene.motion
        s = scene.maneuver[n, k - 1]
        for i in range(3):
            mean[i] += f1 * mean[3 + i] + f2 * s * mean[6 + i]
            mean[3 + i] += f3 * s * mean[6 + i]
            mean[6 + i] *= f4
    if diary.news[g, n, k] == 0:
        return
    gained, pulled, pull = diary.gained[g, n, k], diary.pulled[g, n, k], diary.work.way
    xx, xy, xz, yy, yz, zz = gained[0], gained[1], gained[2], gained[3], gained[4], gained[5]
    x, y, z = mean[0], mean[1], mean[2]
    pull[0] = pulled[0] - (xx * x + xy * y + xz * z)
    pull[1] = pulled[1] - (xy * x + yy * y + yz * z)
    pull[2] = pulled[2] - (xz * x + yz * y + zz * z)
    pull[3] = pull[4] = pull[5] = 0.0
    if diary.rated.shape[2] > 0:
        e = 0
        for i in range(6):
            for j in range(i, 6):
                pull[i] -= diary.rated[g, n, e] * mean[j]
                if i != j:
                    pull[j] -= diary.rated[g, n, e] * mean[i]
                e += 1
    for i in range(9):
        gain = state[i, 0] * pull[0] + state[i, 1] * pull[1] + state[i, 2] * pull[2]
        if diary.rated.shape[2] > 0:
            gain += state[i, 3] * pull[3] + state[i, 4] * pull[4] + state[i, 5] * pull[5]
        mean[i] += gain
