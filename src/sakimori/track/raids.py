"""Several targets in one picture: which detection is whose, tracks that start, are confirmed, and are dropped.

One radar, or several, give scans: detections of unknown origin, among them false ones. Detections go to tracks by
global nearest neighbour within a gate (Blackman and Popoli, Design and Analysis of Modern Tracking Systems (1999),
chapter 6); what is left starts tentative tracks, which m detections within n scans confirm and enough misses end.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats, Integers
from sakimori.track.association import nearest
from sakimori.track.bank import Bank, Desk, absorb, advance, combined, desk, start_bank
from sakimori.track.kalman import expected_spread
from sakimori.track.matrices import cholesky, log_determinant, squared_length
from sakimori.track.measurements import Looks, locates, look_at, residual, slopes
from sakimori.track.runs import PRIOR_ACCELERATION
from sakimori.track.starts import estimate, place_of

FREE, TENTATIVE, CONFIRMED = 0, 1, 2


class Rules(NamedTuple):
    """When a track begins and ends."""

    gate: float = 20.0  # largest NIS of a detection that may belong to a track; of 3 numbers 0.02 % lie beyond
    clutter: float = 1e-12  # false detections per unit of the measured volume (m rad2) and scan
    detection: float = 0.9  # chance that a scan detects a target, as the tracker believes
    m: int = 3  # detections that confirm,
    n: int = 5  # within so many scans
    misses: int = 5  # scans in a row without a detection that end a track


class Tracks(NamedTuple):
    """Room for so many tracks at once; `state` says which are in use."""

    state: Integers  # (T,) FREE, TENTATIVE or CONFIRMED
    name: Integers  # (T,) number of the track, never used twice
    born: Integers  # (T,) scan of the start
    hits: Integers  # (T,) detections since
    missed: Integers  # (T,) scans in a row without one
    time: Floats  # (T,) [s]
    mean: Floats  # (T, M, 9)
    covariance: Floats  # (T, M, 9, 9)
    weight: Floats  # (T, M)


class Picture(NamedTuple):
    """What is held after each scan; K scans, room for T tracks."""

    state: Integers  # (K, T)
    name: Integers  # (K, T) -1 where free
    mean: Floats  # (K, T, 9)
    covariance: Floats  # (K, T, 9, 9)
    refused: Integers  # (K,) detections that found no room for a track of their own


@kernel
def _bank_of(tracks: Tracks, t: int) -> Bank:
    """The bank of track t (a view)."""
    return Bank(tracks.mean[t], tracks.covariance[t], tracks.weight[t])


@kernel
def _costs(tracks: Tracks, looks: Looks, low: int, high: int, rules: Rules) -> tuple[Floats, Floats]:
    """-2 ln of the likelihood ratio of each track and detection low to high, and of a track left alone.

    A pair counts P_D N(z)/clutter, a track alone 1 - P_D; beyond the gate a pair is not possible.
    """
    count = tracks.state.size
    cost, alone = np.full((count, high - low), math.inf), np.zeros(count)
    for t in range(count):
        if tracks.state[t] == FREE:
            continue
        alone[t] = -2.0 * math.log(max(1.0 - rules.detection, 1e-9))
        mean, covariance = combined(_bank_of(tracks, t))
        for d in range(low, high):
            if not looks.made[d]:
                continue
            look = look_at(looks, d)
            root = cholesky(expected_spread(covariance, slopes(look, mean), look))
            found, size = np.array(residual(look, mean)), 0
            for m in range(4):
                if look.variance[m] == math.inf:
                    found[m] = 0.0
                else:
                    size += 1
            square = squared_length(root, found)
            if square <= rules.gate:
                ratio = square + log_determinant(root) + size * math.log(2.0 * math.pi)
                cost[t, d - low] = ratio + 2.0 * math.log(rules.clutter / rules.detection)
    return cost, alone


@kernel
def _begin(tracks: Tracks, looks: Looks, d: int, scan: int, name: int, models: Floats) -> bool:
    """Start a tentative track from detection d in the first free place; False where there is none."""
    look = look_at(looks, d)
    if not locates(look):
        return True  # nothing to start from, and nothing refused
    for t in range(tracks.state.size):
        if tracks.state[t] == FREE:
            place, spread = place_of(look)
            mean, covariance = estimate(place, spread, PRIOR_ACCELERATION)
            start_bank(mean, covariance, models, _bank_of(tracks, t))
            tracks.state[t], tracks.name[t], tracks.born[t] = TENTATIVE, name, scan
            tracks.hits[t], tracks.missed[t], tracks.time[t] = 1, 0, looks.time[d]
            return True
    return False


@kernel
def _judge(tracks: Tracks, t: int, scan: int, hit: bool, rules: Rules) -> None:
    """Confirm or end track t after a scan."""
    tracks.hits[t] += hit
    tracks.missed[t] = 0 if hit else tracks.missed[t] + 1
    age = scan - tracks.born[t] + 1
    if tracks.state[t] == TENTATIVE:
        if tracks.hits[t] >= rules.m:
            tracks.state[t] = CONFIRMED
        elif age >= rules.n:
            tracks.state[t] = FREE
    if tracks.missed[t] >= rules.misses:
        tracks.state[t] = FREE


@kernel
def _scan(
    tracks: Tracks, looks: Looks, low: int, high: int, scan: int, names: int, models: Floats, rules: Rules, room: Desk
) -> tuple[int, int]:
    """Take up detections low to high, made at one time; the next free name, and how many found no room."""
    for t in range(tracks.state.size):
        if tracks.state[t] != FREE:
            advance(_bank_of(tracks, t), looks.time[low] - tracks.time[t], models, room)
            tracks.time[t] = looks.time[low]
    cost, alone = _costs(tracks, looks, low, high, rules)
    chosen = nearest(cost, alone)
    taken, refused = np.zeros(high - low, np.bool_), 0
    for t in range(tracks.state.size):
        if tracks.state[t] != FREE:
            if chosen[t] >= 0:
                absorb(_bank_of(tracks, t), look_at(looks, low + chosen[t]), room)
                taken[chosen[t]] = True
            _judge(tracks, t, scan, chosen[t] >= 0, rules)
    for d in range(low, high):
        if looks.made[d] and not taken[d - low]:
            if _begin(tracks, looks, d, scan, names, models):
                names += 1
            else:
                refused += 1
    return names, refused


@kernel
def _watch(looks: Looks, ends: Integers, models: Floats, rules: Rules, tracks: Tracks, out: Picture) -> None:
    """All scans, in order."""
    room, names, low = desk(models.shape[0]), 0, 0
    for k in range(ends.size):
        high = ends[k]
        if high > low:
            names, out.refused[k] = _scan(tracks, looks, low, high, k, names, models, rules, room)
        low = high
        for t in range(tracks.state.size):
            out.state[k, t] = tracks.state[t]
            if tracks.state[t] != FREE:
                out.name[k, t] = tracks.name[t]
                out.mean[k, t], out.covariance[k, t] = combined(_bank_of(tracks, t))


def watch(looks: Looks, scan_ends: Integers, models: Floats, rules: Rules, room: int) -> Picture:
    """Track every target in a series of scans: detections up to `scan_ends` (K,), each scan at one time, in order.

    `models` from `motions.table`, `room` the most tracks at once. Detections without range update tracks and start
    none. Raises InputError where a scan holds several times, or goes back, or has no detection of any kind (a scan that
    found nothing holds one look with `made` False).
    """
    begins = np.concatenate([[0], scan_ends[:-1]]).astype(np.int64)
    if (scan_ends <= begins).any() or scan_ends[-1] != looks.time.size:
        got = f"ends {scan_ends[:5]} of {looks.time.size} looks"
        raise InputError("scans", got, "rising ends, the last of all looks", "Give each scan one look or more.")
    times = looks.time[begins]
    same = np.repeat(times, scan_ends - begins) == looks.time
    if not same.all() or (np.diff(times) < 0.0).any():
        raise InputError("scans", "looks out of order", "one time in each scan, not falling", "Sort and split them.")
    count, size, scans = models.shape[0], room, len(scan_ends)
    zero = np.zeros(size, np.int64)
    tracks = Tracks(
        zero, zero - 1, zero.copy(), zero.copy(), zero.copy(), np.zeros(size),
        np.zeros((size, count, 9)), np.zeros((size, count, 9, 9)), np.zeros((size, count)),
    )  # fmt: skip
    out = Picture(
        np.zeros((scans, size), np.int64),
        np.full((scans, size), -1),
        np.full((scans, size, 9), np.nan),
        np.full((scans, size, 9, 9), np.nan),
        np.zeros(scans, np.int64),
    )
    _watch(looks, np.ascontiguousarray(scan_ends, np.int64), models, rules, tracks, out)
    return out
