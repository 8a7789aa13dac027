"""When each layer may launch at each threat, which intercept that gives, and how many looks the time has room for.

A layer commits when its owner's delivered track is good enough; an intercept counts only if the error of the track at
hand-over fits the interceptor's basket and divert budget. Pairs of launch and intercept that do not fit are never
fired: the shooter is taken to know its own sensors' coverage.
"""

import math
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sakimori.base.kernels import inlined, kernel
from sakimori.base.types import Codes, Flags, Flights, Floats, Integers, Reason, Tracks
from sakimori.engage.doctrine import LayerTable
from sakimori.engage.reach import Reach
from sakimori.track.bounds import (
    UNGROWN,
    Motion,
    Noise,
    grown,
    growth_between,
    inefficient,
    position_sigma,
    predicted_variance,
    share_of,
)
from sakimori.track.singer import transition, unit_noise

CONFIDENCE = 3.0  # standard deviations that must fit: 1 - exp(-9/2) = 0.989 of a plane Gaussian error
PEAK_MANEUVER = math.sqrt(2.0)  # greatest acceleration over its 1-sigma value, for a sinusoidal manoeuvre

Samples = npt.NDArray[np.int32]

_FITS, _INSIDE, _NOT_FLYING = int(Reason.NONE), int(Reason.NONE), int(Reason.NOT_FLYING)
_NOT_DETECTED, _NOT_CONFIRMED = int(Reason.NOT_DETECTED), int(Reason.NOT_CONFIRMED)
_NOT_SHARED, _TRACK_TOO_POOR = int(Reason.NOT_SHARED), int(Reason.TRACK_TOO_POOR)
_LAYER_OUT, _TOO_LATE = int(Reason.LAYER_OUT), int(Reason.TOO_LATE)
_REMOTE_TRACK = int(Reason.REMOTE_TRACK)
_OUTSIDE_BASKET, _DIVERT_EXCEEDED = int(Reason.OUTSIDE_BASKET), int(Reason.DIVERT_EXCEEDED)
_ROUNDING = 1e-9  # [samples] so that a time which is a whole number of samples stays that sample


class Windows(NamedTuple):
    """What each layer may do against each threat. Sample indices; -1 where there is none."""

    earliest: Samples  # (N, L, K) sample of the earliest intercept for a layer that is ready at this sample
    launch: Samples  # (N, L, K) sample of the last launch for an intercept at this sample
    looks: Samples  # (N, L, K) looks that fit from this sample on, each after the result of the one before
    start: Samples  # (N, L) first sample at which a launch is permitted
    reason: Codes  # (N, L) NONE where there is an intercept, else why not
    use: Floats  # (N, L, K) share of basket or divert, whichever is more, that an intercept takes; K 0: nobody asks
    commit: Floats  # (N, L) [s] time of that permission; nan where never
    last_launch: Floats  # (N, L) [s] last useful launch, else the last that geometry allows; nan where out of reach


@inlined
def _first_sample(time: float, step: float) -> int:
    return math.ceil(time / step - _ROUNDING)


@inlined
def _last_sample(time: float, step: float) -> int:
    return math.floor(time / step + _ROUNDING)


@inlined
def _merge_pool(
    usable: Flags, spread: Floats, wrong: Floats, maneuver: Floats, lag: int, motion: Motion, noise: Noise,
    variance: Floats, error: Floats,
) -> None:  # fmt: skip
    """Lower `variance` (K,) to what one pool's track, at least `lag` samples old, says of one threat.

    Where it does, `error` (K,) becomes that track's own, predicted in the same way from `wrong` (K, 6); (0, 6): none.
    """
    update, growth = -1, UNGROWN
    for k in range(lag, variance.size):
        if usable[k - lag]:
            update, growth = k - lag, growth_between(maneuver, k - lag, k, motion, noise)
        elif update >= 0:
            growth = grown(growth, motion, noise, maneuver[k - 1], share_of(maneuver, k - 1, update))
        if update >= 0:
            known = predicted_variance(spread[update], (k - update) * motion[0], growth)
            if known < variance[k]:
                variance[k] = known
                if wrong.shape[0] > 0:
                    error[k] = math.sqrt(max(predicted_variance(wrong[update], (k - update) * motion[0], growth), 0.0))


@kernel
def _fill_known(
    usable: Flags, spread: Floats, wrong: Floats, maneuver: Floats, latency: Floats, motion: Motion, noise: Noise,
    variance: Floats, error: Floats,
) -> None:  # fmt: skip
    for p in range(latency.shape[0]):
        for n in range(maneuver.shape[0]):
            for g in range(latency.shape[1]):
                if latency[p, g] < math.inf:
                    lag = _first_sample(latency[p, g], motion[0])
                    _merge_pool(
                        usable[g, n],
                        spread[g, n],
                        wrong[g, n],
                        maneuver[n],
                        lag,
                        motion,
                        noise,
                        variance[p, n],
                        error[p, n],
                    )


def known_variance(
    flights: Flights, tracks: Tracks, latency: Floats, correlation_time: float, efficiency: float = 1.0
) -> Floats:
    """Trace [m2] (P, N, K) of the position covariance of each threat as each partner knows it at each sample.

    The last delivered update of each pool is predicted over its age as the track itself would be, so that a newer one
    is never worse; the best pool counts, or what is fused. `inf` where nothing was delivered. Latencies [s] (P, G) are
    rounded up to whole samples. `correlation_time` [s] and `efficiency` are those of the tracks.
    """
    return known(flights, tracks, latency, correlation_time, efficiency)[0]


def known(
    flights: Flights, tracks: Tracks, latency: Floats, correlation_time: float, efficiency: float = 1.0
) -> tuple[Floats, Floats]:
    """`known_variance`, and how far [m] (P, N, K) the track that it belongs to is off in truth; 0 of bounds."""
    shape = (latency.shape[0], *flights.altitude.shape)
    variance = tracks.fused.copy() if tracks.fused.size else np.full(shape, np.inf)
    error = np.zeros(shape)
    wrong = tracks.error if tracks.error.size else np.empty((*tracks.usable.shape[:2], 0, 6))
    motion = transition(float(flights.step), float(correlation_time))
    noise = inefficient(unit_noise(float(flights.step), float(correlation_time)), float(efficiency))
    _fill_known(tracks.usable, tracks.spread, wrong, flights.maneuver, latency, motion, noise, variance, error)
    return variance, error


@inlined
def divert_demand(sigma: float, acceleration: float, homing_time: float) -> float:
    """Velocity change [m/s] that the homing phase must have left, without any guidance law.

    An error at hand-over of CONFIDENCE sigma [m] needs at least that over the time left, an unknown lateral
    acceleration [m/s2] at least a t / 2 (one impulse that cancels its displacement a t^2 / 2).
    """
    return CONFIDENCE * sigma / homing_time + 0.5 * acceleration * homing_time


@inlined
def _demands(
    k: int, variance: Floats, error: Floats, maneuver: Floats, step: float, homing: float
) -> tuple[float, float]:
    """Radius [m] and velocity change [m/s] that an intercept at sample k asks for, given what came by hand-over.

    Both what the track states, CONFIDENCE sigma, and how far it is off in truth count; inf without a track.
    """
    h = _last_sample(k * step - homing, step)
    if h < 0 or not variance[h] < math.inf:
        return math.inf, math.inf
    sigma, most = max(position_sigma(variance[h]), error[h] / CONFIDENCE), maneuver[h]
    for i in range(h + 1, k + 1):
        most = max(most, maneuver[i])
    return CONFIDENCE * sigma, divert_demand(sigma, PEAK_MANEUVER * most, homing)


@inlined
def _hand_over(radius: float, change: float, basket: float, divert: float) -> int:
    """Whether these demands fit basket and divert budget."""
    if radius > basket or radius == math.inf:
        return _OUTSIDE_BASKET
    return _DIVERT_EXCEEDED if change > divert else _FITS


@inlined
def _share_used(radius: float, change: float, basket: float, divert: float) -> float:
    """Share of basket or divert, whichever is more, that demands take that fit: 0 to 1."""
    return max(radius / basket if radius > 0.0 else 0.0, change / divert if change > 0.0 else 0.0)


@inlined
def _commit_time(variance: Floats, step: float, sigma: float, delay: float) -> float:
    """Time [s] of the permission to launch: the first good enough track plus the decision delay; inf if never."""
    for k in range(variance.size):
        if variance[k] < math.inf and position_sigma(variance[k]) <= sigma:
            return k * step + delay
    return math.inf


@inlined
def _fill_looks(earliest: Samples, launch: Samples, looks: Samples, assess: float, step: float) -> None:
    """Turn `earliest`, which holds the first intercept of each launch sample, into suffix minima; count the looks."""
    samples = earliest.size
    wait = _first_sample(assess, step)
    for i in range(samples - 1, -1, -1):
        if i + 1 < samples and earliest[i + 1] >= 0 and (earliest[i] < 0 or earliest[i + 1] < earliest[i]):
            earliest[i] = earliest[i + 1]
        if earliest[i] >= 0:
            after = max(earliest[i] + wait, launch[earliest[i]] + 1)
            looks[i] = 1 + (looks[after] if after < samples else 0)


@inlined
def _window(
    inside: Codes, latest: Floats, variance: Floats, error: Floats, whole: Floats, whole_error: Floats,
    maneuver: Floats, flying: tuple[int, int], commit: float, step: float, limits: tuple[float, float, float],
    steered: bool, earliest: Samples, launch: Samples, use: Floats,
) -> tuple[int, float]:  # fmt: skip
    """Fill, for one threat and layer, the first intercept of each launch sample; the reason and the last launch [s].

    `variance` and `error` are those of the tracks that the layer may be steered by; unless it is `steered` by all that
    its owner knows, `whole` and `whole_error` are those of all. `flying` are the samples from launch to impact.
    """
    reason, allowed, useful = _NOT_FLYING, -math.inf, -math.inf
    for k in range(flying[0], min(flying[1], inside.size)):
        if inside[k] != _INSIDE:
            reason = max(reason, inside[k])
            continue
        allowed = max(allowed, latest[k])
        i = _last_sample(latest[k], step)
        if i < 0 or i * step < commit - _ROUNDING * step:
            reason = max(reason, _TOO_LATE)
            continue
        radius, change = _demands(k, variance, error, maneuver, step, limits[0])
        code = _hand_over(radius, change, limits[1], limits[2])
        if code != _FITS and not steered:
            other = _demands(k, whole, whole_error, maneuver, step, limits[0])
            if _hand_over(other[0], other[1], limits[1], limits[2]) == _FITS:
                code = _REMOTE_TRACK
        reason = max(reason, code)
        if code == _FITS:
            useful = max(useful, latest[k])
            launch[k] = i
            if use.size > 0:
                use[k] = _share_used(radius, change, limits[1], limits[2])
            if earliest[i] < 0:
                earliest[i] = k
    if useful > -math.inf:
        return _FITS, useful
    return reason, allowed if allowed > -math.inf else math.nan


@kernel
def _track_reason(reason: Codes, usable: Flags, confirmed: Flags, latency: Floats, variance: Floats) -> int:
    """Why a partner never knew a threat well enough.

    reason (S, K), usable and confirmed (G, K), latency (G,), variance (K,). A confirmed track of its own that is never
    of use is too poor, not missing.
    """
    if np.min(variance) < math.inf:
        return _TRACK_TOO_POOR
    tracked = vague = False
    for g in range(usable.shape[0]):
        if np.any(usable[g]):
            if latency[g] < math.inf:
                return _TOO_LATE
            tracked = True
        elif latency[g] < math.inf and np.any(confirmed[g]):
            vague = True
    if tracked:
        return _NOT_SHARED
    if vague:
        return _TRACK_TOO_POOR
    return _NOT_CONFIRMED if np.any(reason == _INSIDE) else _NOT_DETECTED


@kernel
def _fill_windows(
    detection: Codes,
    usable: Flags,
    confirmed: Flags,
    latency: Floats,
    variance: Floats,
    error: Floats,
    flights: tuple[Floats, Integers, Integers, float],
    available: Flags,
    reached: Reach,
    envelope: Integers,
    table: LayerTable,
    windows: Windows,
) -> None:
    maneuver, begin, end, step = flights
    threats, samples = maneuver.shape
    for n in range(threats):
        for j in range(envelope.size):
            p, launches = table.owner[j], 0 if table.launch_on_remote[j] else 1
            steered = table.launch_on_remote[j] * table.engage_on_remote[j] > 0
            steers = 0 if steered else 1
            commit = _commit_time(variance[launches, p, n], step, table.track_sigma[j], table.decision_delay[j])
            limits = (table.homing_time[j], table.basket[j], table.divert[j])
            earliest, launch = windows.earliest[n, j], windows.launch[n, j]
            reason, last = _window(
                reached.reason[n, envelope[j]], reached.latest[n, envelope[j]], variance[steers, p, n],
                error[steers, p, n], variance[0, p, n], error[0, p, n], maneuver[n], (begin[n], end[n]), commit, step,
                limits, steered, earliest, launch, windows.use[n, j],
            )  # fmt: skip
            if not commit < math.inf:
                remote = _commit_time(variance[0, p, n], step, table.track_sigma[j], table.decision_delay[j])
                if not remote < math.inf:
                    reason = _track_reason(detection[n], usable[:, n], confirmed[:, n], latency[p], variance[0, p, n])
                elif reason == _TOO_LATE:
                    reason = _REMOTE_TRACK
            else:
                windows.commit[n, j] = commit
                windows.start[n, j] = min(_first_sample(commit, step), samples)
            if not available[j] and (reason == _FITS or reason > _LAYER_OUT):
                reason = _LAYER_OUT
            windows.reason[n, j], windows.last_launch[n, j] = reason, last
            _fill_looks(earliest, launch, windows.looks[n, j], table.assess_delay[j], step)


def _known_by_doctrine(
    flights: Flights,
    tracks: Tracks,
    latency: Floats,
    table: LayerTable,
    own: Flags | None,
    correlation_time: float,
    efficiency: float,
) -> tuple[Floats, Floats]:
    """`known` (2, P, N, K) of all that a partner has, and of its own measurements; (1, ...) where nobody asks."""
    every = known(flights, tracks, latency, correlation_time, efficiency)
    if (table.launch_on_remote & table.engage_on_remote).all():
        return every[0][None], every[1][None]
    mine = every
    if own is not None:
        mine = known(flights, tracks, np.where(own, latency, np.inf), correlation_time, efficiency)
    return np.stack([every[0], mine[0]]), np.stack([every[1], mine[1]])


def windows(
    flights: Flights,
    tracks: Tracks,
    latency: Floats,
    reached: Reach,
    table: LayerTable,
    available: Flags,
    correlation_time: float,
    efficiency: float = 1.0,
    own: Flags | None = None,
    envelope: Integers | None = None,
) -> Windows:
    """Every layer's launch windows against every threat; `latency` [s] (P, G) of fire-control tracks.

    `available` (L,) says which layers work in this future; one that does not gets the reason LAYER_OUT. `own` (P, G)
    are the pools of a partner's measurements alone, for layers that do not fire on others' tracks; None: all are.
    `envelope` (L,) is each layer's place in `reached`; None: they stand there in the same order.
    """
    envelope = np.arange(available.size) if envelope is None else envelope
    shape = (reached.latest.shape[0], available.size, reached.latest.shape[2])
    variance, error = _known_by_doctrine(flights, tracks, latency, table, own, correlation_time, efficiency)
    found = Windows(
        earliest=np.full(shape, -1, dtype=np.int32),
        launch=np.full(shape, -1, dtype=np.int32),
        looks=np.zeros(shape, dtype=np.int32),
        start=np.full(shape[:2], shape[2], dtype=np.int32),
        use=np.zeros((*shape[:2], shape[2] if (table.margin_loss > 0.0).any() else 0)),
        reason=np.zeros(shape[:2], dtype=np.uint8),
        commit=np.full(shape[:2], np.nan),
        last_launch=np.full(shape[:2], np.nan),
    )
    _fill_windows(
        tracks.reason,
        tracks.usable,
        tracks.confirmed,
        latency,
        variance,
        error,
        (flights.maneuver, flights.launch, flights.impact, float(flights.step)),
        available,
        reached,
        envelope,
        table,
        found,
    )
    return found


def shots_in_time(found: Windows, table: LayerTable, permitted: Flags) -> Integers:
    """(N, L) rounds that each layer can fire at each threat that it may, by its looks, its salvos and its time."""
    threats, layers = found.reason.shape
    able = (found.reason == _FITS) & permitted
    start = np.minimum(found.start, found.looks.shape[2] - 1)
    looks = np.where(able, found.looks[np.arange(threats)[:, None], np.arange(layers), start], 0)
    looks = np.minimum(looks, table.looks)
    later = np.where(table.later_salvo > 0, table.later_salvo, table.salvo)
    return np.where(looks > 0, table.salvo + (looks - 1) * later, 0).astype(np.int64)
