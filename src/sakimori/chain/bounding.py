"""What each pool knows of the raid when tracks are bounds, and what partners fuse of tracks that they are told."""

from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Deliveries, Flags, Floats, Integers, Tracks
from sakimori.chain.watch import Diary, Scene
from sakimori.partners.sharing import Sharing
from sakimori.track.bounds import (
    MOST_SIGMA,
    UNGROWN,
    Motion,
    Noise,
    grown,
    growth_between,
    inefficient,
    predicted_position,
    share_of,
)
from sakimori.track.fusion import least_variance

USABLE = 3.0 * MOST_SIGMA**2  # [m2] of the trace


class Known(NamedTuple):
    """The tracks of a picture, and who has them; G pools."""

    pools: Flags  # (G, S)
    tracks: Tracks
    deliveries: Deliveries
    in_hand: Flags  # (P, N, K) where the partner holds a usable track that it has fused itself; (0, 0, 0): nobody does


def bounded(scene: Scene, diary: Diary, sharing: Sharing) -> Known:
    """The bound of every pool, as the watch has it, and what is fused of pairs of them."""
    fused, in_hand = _fused(scene, diary, sharing)
    known = usable(diary.confirmed, diary.spread)
    tracks = Tracks(diary.reason, known, diary.spread, diary.beam_load, diary.confirmed, fused=fused)
    return Known(sharing.pools, tracks, sharing.deliveries, in_hand)


def usable(confirmed: Flags, spread: Floats) -> Flags:
    """(G, N, K) where a track is confirmed and known well enough to be of use to a shooter."""
    return confirmed & (spread[..., 0] <= USABLE)


def _fused(scene: Scene, diary: Diary, sharing: Sharing) -> tuple[Floats, Flags]:
    """`Tracks.fused` and `Known.in_hand`: of every partner's pairs of tracks the best.

    Both tracks of a pair are predicted to the moment of use, and only then fused, and as positions. So the weight is
    always that which serves best, and a better, newer or additional track never makes it worse; a track fused at once
    and predicted afterwards would have its weight from another moment.
    """
    if not sharing.fusions:
        return np.zeros((0, 0, 0)), np.zeros((0, 0, 0), np.bool_)
    shape = (sharing.deliveries.latency.shape[0], *scene.maneuver.shape)
    variance, in_hand = np.full(shape, np.inf), np.zeros(shape, np.bool_)
    noise = inefficient(scene.noise, scene.efficiency)
    for keeper, (one, other), latency in sharing.fusions:
        lag = int(np.ceil(latency / scene.step - 1e-9))
        parts, confirmed = (diary.parts[one], diary.parts[other]), (diary.confirmed[one], diary.confirmed[other])
        _fuse_pair(
            parts, confirmed, scene.maneuver, scene.impact, lag, scene.step, scene.motion, noise,
            variance[keeper], in_hand[keeper],
        )  # fmt: skip
    return variance, in_hand


@kernel
def _fuse_pair(
    parts: tuple[Floats, Floats], confirmed: tuple[Flags, Flags], maneuver: Floats, impact: Integers, lag: int,
    step: float, motion: Motion, noise: Noise, variance: Floats, in_hand: Flags,
) -> None:  # fmt: skip
    """Lower `variance` (N, K) to what two tracks, `lag` samples old, say together of each threat.

    A track is known from its first confirmation on, and predicted while it is lost.
    """
    threats, samples = variance.shape
    for n in range(threats):
        first, second, growth, further = -1, -1, UNGROWN, UNGROWN
        for k in range(lag, min(impact[n], samples)):
            here, there = confirmed[0][n, k - lag], confirmed[1][n, k - lag]
            fresh = growth_between(maneuver[n], k - lag, k, motion, noise) if here or there else UNGROWN
            if here:
                first, growth = k - lag, fresh
            elif first >= 0:
                growth = grown(growth, motion, noise, maneuver[n, k - 1], share_of(maneuver[n], k - 1, first))
            if there:
                second, further = k - lag, fresh
            elif second >= 0:
                further = grown(further, motion, noise, maneuver[n, k - 1], share_of(maneuver[n], k - 1, second))
            if first < 0 or second < 0:
                continue
            one = predicted_position(parts[0][n, first], (k - first) * step, growth)
            other = predicted_position(parts[1][n, second], (k - second) * step, further)
            found = least_variance(one, other)
            if found <= USABLE:
                variance[n, k] = min(variance[n, k], found)
                in_hand[n, k] |= here or there
