"""What each pool knows of the raid when tracks are bounds, and tracks that are fused from tracks."""

from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Deliveries, Flags, Floats, Tracks
from sakimori.chain.watch import Diary
from sakimori.partners.sharing import Fusion, Sharing
from sakimori.track.bounds import MOST_SIGMA
from sakimori.track.fusion import fused_tracks

_USABLE = 3.0 * MOST_SIGMA**2  # [m2] of the trace
_ROW, _COLUMN = (0, 0, 0, 3, 3, 6), (0, 3, 6, 3, 6, 6)  # where the blocks pp, pv, pa, vv, va, aa begin


class Known(NamedTuple):
    """The tracks of a picture, and who has them; G pools, those fused from others last."""

    pools: Flags  # (G, S)
    tracks: Tracks
    deliveries: Deliveries


def bounded(diary: Diary, sharing: Sharing) -> Known:
    """The bound of every pool, as the watch has it."""
    # The traces of the blocks: their xx, yy and zz. Before launch and after impact nothing is known.
    spread = diary.parts[..., 0] + diary.parts[..., 3] + diary.parts[..., 5]
    confirmed = diary.confirmed
    if sharing.fusions:
        made = [_fused_bound(diary, fusion, confirmed) for fusion in sharing.fusions]
        spread = np.concatenate([spread, np.stack([one for one, _ in made])])
        confirmed = np.concatenate([confirmed, np.stack([one for _, one in made])])
    spread[spread[..., 0] == 0.0] = np.inf
    tracks = Tracks(diary.reason, usable(confirmed, spread), spread, diary.beam_load, confirmed)
    return Known(sharing.pools, tracks, sharing.deliveries)


def usable(confirmed: Flags, spread: Floats) -> Flags:
    """(G, N, K) where a track is confirmed and known well enough to be of use to a shooter."""
    return confirmed & (spread[..., 0] <= _USABLE)


def _fused_bound(diary: Diary, fusion: Fusion, confirmed: Flags) -> tuple[Floats, Flags]:
    """Spread (N, K, 6) and confirmation (N, K) of one fusion of bounds, whose errors have no mean."""
    parts = np.array(fusion.parts, dtype=np.int64)
    none = np.zeros((len(parts), confirmed.shape[2], 9))
    found = [
        fuse(none, diary.covariances[parts, n], confirmed[parts, n] & (diary.covariances[parts, n, :, 0, 0] > 0.0))
        for n in range(confirmed.shape[1])
    ]
    held: Flags = np.logical_or.reduce(confirmed[parts], axis=0)
    return np.stack([spread_of(covariance) for _, covariance in found]), held


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
