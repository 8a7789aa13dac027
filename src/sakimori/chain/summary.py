"""A picture in few numbers: what each asset made of each threat, and what each partner knew."""

import numpy as np

from sakimori.base.types import Deliveries, Flags, Flights, Floats, Integers, Reason, Sightings, Tracks
from sakimori.chain.case import AssetSummary, Awareness

_REASONS = max(Reason) + 1


def summarise_assets(
    flights: Flights, sightings: Sightings, tracks: Tracks, names: tuple[str, ...], every: Integers
) -> AssetSummary:
    """Sensors grouped by their asset's name (`names` (S,)); of several satellites, the one that got furthest speaks.

    `every` (S,) samples pass between looks of a sensor. Those since a detection explain nothing and are not counted.
    """
    assets = tuple(dict.fromkeys(names))
    threats, _, samples = tracks.reason.shape
    flying, sample = _flying(flights), np.arange(samples)
    columns = AssetSummary(assets, *(np.zeros((threats, len(assets)), kind) for kind in (np.uint8, *"dd", int, *"ddd")))
    for a, asset in enumerate(assets):
        own = np.flatnonzero(np.array(names) == asset)
        reason = tracks.reason[:, own]
        hit = reason == Reason.NONE
        seen = hit.any(axis=1)
        furthest = np.where(seen, int(Reason.NONE), reason.max(axis=1))
        latest = np.maximum.accumulate(np.where(seen, sample, -samples), axis=1)
        between = (furthest == Reason.NOT_TASKED) & (sample - latest < every[own].max())
        columns.reason[:, a] = [_commonest(furthest[n, flying[n] & ~between[n]]) for n in range(threats)]
        columns.first_seen[:, a] = _first(seen) * flights.step
        columns.last_seen[:, a] = (samples - 1 - _first(seen[:, ::-1])) * flights.step
        columns.detections[:, a] = hit.sum(axis=(1, 2))
        visible = (sightings.reason[:, own] == Reason.NONE).any(axis=1)
        columns.visible_time[:, a] = visible.sum(axis=1) * flights.step
        columns.seen_time[:, a] = seen.sum(axis=1) * flights.step
        columns.dropped_time[:, a] = (reason == Reason.NO_BEAM_TIME).any(axis=1).sum(axis=1) * flights.step
    return columns


def summarise_awareness(
    flights: Flights, tracks: Tracks, confirmed: Flags, pools: Flags, deliveries: Deliveries
) -> Awareness:
    """What each partner knew of each threat, from the pools that reach it; `confirmed` (G, N, K), `pools` (G, S)."""
    detected = np.stack([(tracks.reason[:, pool] == Reason.NONE).any(axis=1) for pool in pools])
    detections, confirmations = _first(detected) * flights.step, _first(confirmed) * flights.step
    partners, threats = deliveries.latency.shape[0], flights.launch.size
    columns = Awareness(*(np.full((partners, threats), np.nan) for _ in Awareness._fields))
    flying = _flying(flights)
    for p in range(partners):
        warned = np.isfinite(deliveries.warning_latency[p])
        columns.first_detected[p] = np.fmin.reduce(detections[warned], axis=0, initial=np.nan)
        late = deliveries.warning_latency[p, warned, None]
        columns.warned[p] = np.fmin.reduce(confirmations[warned] + late, axis=0, initial=np.nan)
        in_hand, sigma = _in_hand(tracks, deliveries.latency[p], flights.step)
        in_hand &= flying
        columns.confirmed[p] = _first(in_hand) * flights.step
        columns.custody[p] = in_hand.sum(axis=1) / np.maximum(flying.sum(axis=1), 1)
        columns.best_sigma[p] = sigma
    impact = flights.impact * flights.step
    columns.warned[columns.warned > impact] = np.nan
    columns.warning_time[:] = np.nan_to_num(impact - columns.warned, nan=0.0)
    return columns


def _in_hand(tracks: Tracks, latency: Floats, step: float) -> tuple[Flags, Floats]:
    """Where a partner holds a usable fire-control track, (N, K), and its smallest sigma per axis (N,)."""
    pools, threats, samples = tracks.usable.shape
    held, best = np.zeros((threats, samples), np.bool_), np.full(threats, np.nan)
    for g in range(pools):
        if np.isfinite(latency[g]):
            lag = min(int(np.ceil(latency[g] / step - 1e-9)), samples)
            held[:, lag:] |= tracks.usable[g, :, : samples - lag]
            variance = np.where(tracks.usable[g], tracks.spread[g, :, :, 0], np.inf).min(axis=1)
            sigma = np.where(np.isfinite(variance), np.sqrt(variance / 3.0), np.nan)
            best = np.fmin(best, sigma)
    return held, best


def _flying(flights: Flights) -> Flags:
    """(N, K) from the sample of launch to the last before impact."""
    sample = np.arange(flights.phase.shape[1])
    return (sample >= flights.launch[:, None]) & (sample < flights.impact[:, None])


def _first(flags: Flags) -> Floats:
    """Number of the first set flag along the last axis; nan where none is."""
    return np.where(flags.any(axis=-1), flags.argmax(axis=-1), np.nan)


def _commonest(reasons: np.ndarray) -> int:
    """The most frequent Reason but NONE; of equals the one that got furthest; NONE where there is no other."""
    count = np.bincount(reasons, minlength=_REASONS)
    count[Reason.NONE] = 0
    return int(_REASONS - 1 - count[::-1].argmax()) if count.any() else int(Reason.NONE)
