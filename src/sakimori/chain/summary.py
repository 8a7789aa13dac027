"""A picture in few numbers: what each asset made of each threat, and what each partner knew."""

import numpy as np
import numpy.typing as npt

from sakimori.base.kernels import kernel
from sakimori.base.types import Codes, Flags, Flights, Floats, Integers, Reason, Tracks
from sakimori.chain.bounding import Known
from sakimori.chain.case import AssetSummary, Awareness

Counts = npt.NDArray[np.int16]

_REASONS = max(Reason) + 1
_SEEN, _NOT_TASKED, _NO_TIME = int(Reason.NONE), int(Reason.NOT_TASKED), int(Reason.NO_BEAM_TIME)


def summarise_assets(flights: Flights, tracks: Tracks, names: tuple[str, ...], every: Integers) -> AssetSummary:
    """Sensors grouped by their asset's name (`names` (S,)); of several satellites, the one that got furthest speaks.

    `every` (S,) samples pass between looks of a sensor. Those since a detection explain nothing and are not counted.
    """
    assets = tuple(dict.fromkeys(names))
    threats = tracks.reason.shape[0]
    columns = AssetSummary(assets, *(np.zeros((threats, len(assets)), kind) for kind in (np.uint8, *"dd", int, *"ddd")))
    group = np.array([assets.index(name) for name in names], dtype=np.int64)
    pause = np.array([every[group == a].max() for a in range(len(assets))], dtype=np.int64)
    _sum_up(tracks.reason, group, pause, flights.launch, flights.impact, flights.step, *columns[1:])
    return columns


@kernel
def _sum_up(
    reason: Codes, group: Integers, pause: Integers, launch: Integers, impact: Integers, step: float, commonest: Codes,
    first: Floats, last: Floats, detections: Integers, visible: Floats, seen: Floats, dropped: Floats,
) -> None:  # fmt: skip
    threats, sensors, samples = reason.shape
    for n in range(threats):
        begin, end = launch[n], max(launch[n], min(impact[n], samples))  # at other times nothing is seen
        size = end - begin
        for a in range(pause.size):
            furthest, hits, waits = np.zeros(size, np.uint8), np.zeros(size, np.int16), np.zeros(size, np.uint8)
            for s in range(sensors):
                if group[s] == a:
                    row = reason[n, s, begin:end]  # counted from 0: such loops are vectorised
                    for k in range(size):
                        furthest[k] = max(furthest[k], row[k])
                    for k in range(size):
                        hits[k] += row[k] == _SEEN
                    for k in range(size):
                        waits[k] |= row[k] == _NO_TIME
            commonest[n, a] = _commonest(furthest, hits, pause[a])
            first[n, a] = last[n, a] = np.nan
            found = could = looked = waited = 0
            for k in range(size):
                found, waited = found + hits[k], waited + waits[k]
                could += hits[k] > 0 or furthest[k] >= _NOT_TASKED
                if hits[k] > 0:
                    looked += 1
                    first[n, a] = (begin + k) * step if np.isnan(first[n, a]) else first[n, a]
                    last[n, a] = (begin + k) * step
            detections[n, a], seen[n, a] = found, looked * step
            visible[n, a], dropped[n, a] = could * step, waited * step


@kernel
def _commonest(furthest: Codes, hits: Counts, pause: int) -> int:
    """The most frequent reason of the flying samples without a detection; of equals the one that got furthest."""
    count, latest = np.zeros(_REASONS, np.int64), -pause
    for k in range(furthest.size):
        latest = k if hits[k] > 0 else latest
        between = furthest[k] == _NOT_TASKED and k - latest < pause
        if hits[k] == 0 and not between:
            count[furthest[k]] += 1
    best = _SEEN
    for code in range(_REASONS):
        if count[code] > 0 and (best == _SEEN or count[code] >= count[best]):
            best = code
    return best


def summarise_awareness(flights: Flights, known: Known) -> Awareness:
    """What each partner knew of each threat, from the pools that reach it and what it fuses of them."""
    pools, tracks, deliveries, fused = known
    first = _first_seen(tracks.reason)
    detections = np.stack([np.fmin.reduce(first[:, pool], axis=1, initial=np.nan) for pool in pools]) * flights.step
    confirmations = _first(tracks.confirmed) * flights.step
    partners, threats = deliveries.latency.shape[0], flights.launch.size
    columns = Awareness(*(np.full((partners, threats), np.nan) for _ in Awareness._fields))
    flying = _flying(flights)
    for p in range(partners):
        warned = np.isfinite(deliveries.warning_latency[p])
        columns.first_detected[p] = np.fmin.reduce(detections[warned], axis=0, initial=np.nan)
        late = deliveries.warning_latency[p, warned, None]
        columns.warned[p] = np.fmin.reduce(confirmations[warned] + late, axis=0, initial=np.nan)
        in_hand, sigma = _in_hand(tracks, deliveries.latency[p], flights.step)
        if fused.size:
            in_hand |= fused[p]
            sigma = np.fmin(sigma, _least_sigma(np.where(fused[p], tracks.fused[p], np.inf)))
        in_hand &= flying
        columns.confirmed[p] = _first(in_hand) * flights.step
        columns.custody[p] = in_hand.sum(axis=1) / np.maximum(flying.sum(axis=1), 1)
        columns.best_sigma[p] = sigma
    impact = flights.impact * flights.step
    columns.warned[columns.warned > impact] = np.nan
    columns.warning_time[:] = np.nan_to_num(impact - columns.warned, nan=0.0)
    return columns


@kernel
def _first_seen(reason: Codes) -> Floats:
    """(N, S) number of the first sample at which a sensor detects a threat; nan where it never does."""
    found = np.full(reason.shape[:2], np.nan)
    for n in range(reason.shape[0]):
        for s in range(reason.shape[1]):
            for k in range(reason.shape[2]):
                if reason[n, s, k] == _SEEN:
                    found[n, s] = k
                    break
    return found


def _in_hand(tracks: Tracks, latency: Floats, step: float) -> tuple[Flags, Floats]:
    """Where a partner holds a usable fire-control track, (N, K), and its smallest sigma per axis (N,)."""
    pools, threats, samples = tracks.usable.shape
    held, best = np.zeros((threats, samples), np.bool_), np.full(threats, np.nan)
    for g in range(pools):
        if np.isfinite(latency[g]):
            lag = min(int(np.ceil(latency[g] / step - 1e-9)), samples)
            held[:, lag:] |= tracks.usable[g, :, : samples - lag]
            best = np.fmin(best, _least_sigma(np.where(tracks.usable[g], tracks.spread[g, :, :, 0], np.inf)))
    return held, best


def _least_sigma(variance: Floats) -> Floats:
    """Smallest standard deviation per axis (N,) of traces (N, K) [m2]; nan where all are infinite."""
    least = variance.min(axis=1)
    return np.where(np.isfinite(least), np.sqrt(least / 3.0), np.nan)


def _flying(flights: Flights) -> Flags:
    """(N, K) from the sample of launch to the last before impact."""
    sample = np.arange(flights.phase.shape[1])
    return (sample >= flights.launch[:, None]) & (sample < flights.impact[:, None])


def _first(flags: Flags) -> Floats:
    """Number of the first set flag along the last axis; nan where none is."""
    return np.where(flags.any(axis=-1), flags.argmax(axis=-1), np.nan)
