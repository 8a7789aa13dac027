"""The extended Kalman filter on nine states, in plain loops: the same bits on every machine, and no matrix inverted.

The covariance is carried in Joseph's form, one scalar measurement at a time, all linearised at one state, which
is the batch update for independent noises (Bar-Shalom, Li, Kirubarajan 2001, secs. 5.2, 10.3; Bierman 1977).
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel, lean
from sakimori.base.types import Floats
from sakimori.track.measurements import Look, Measures, direction, fill_rows, locates, residual
from sakimori.track.motions import Motion, fill_slopes, move, noise_of, steps_of, unit_of

STATES = 9
_RADAR, _GLIDE = int(Measures.RADAR), int(Motion.GLIDE)
_LOG_TURN = math.log(2.0 * math.pi)


class Updated(NamedTuple):
    """What a measurement made of a prediction."""

    mean: Floats  # (9,)
    covariance: Floats  # (9, 9)
    distance: float  # normalised innovation squared (NIS)
    log_likelihood: float  # of the measurement; in SI units of what was measured
    size: int  # how many numbers were measured


class Work(NamedTuple):
    """Room that a loop over many steps allocates once; what it holds means nothing between calls."""

    slope: Floats  # (9, 9)
    half: Floats  # (9, 9)
    rows: Floats  # (4, 6)
    start: Floats  # (9,)
    gain: Floats  # (9,)
    turned: Floats  # (9,)
    kept: Floats  # (8,) of `motions.unit_of`


@kernel
def room() -> Work:
    """Room for `predict` and `update`."""
    return Work(
        np.empty((STATES, STATES)),
        np.empty((STATES, STATES)),
        np.empty((4, 6)),
        np.empty(STATES),
        np.empty(STATES),
        np.empty(STATES),
        np.zeros(8),
    )


@kernel
def predicted(mean: Floats, covariance: Floats, gap: float, model: Floats) -> tuple[Floats, Floats]:
    """Mean (9,) and covariance (9, 9) a gap [s] >= 0 later, as a model (6,) has it: f(x), F P F' + Q."""
    mean, covariance = mean.copy(), covariance.copy()
    predict(mean, covariance, gap, model, room())
    return mean, covariance


@kernel
def updated(mean: Floats, covariance: Floats, look: Look) -> Updated:
    """The state after a measurement, linearised at `mean` (9,), or at the measured place where `_bends` says so."""
    mean, covariance = mean.copy(), covariance.copy()
    distance, likelihood, size = update(mean, covariance, look, room())
    return Updated(mean, covariance, distance, likelihood, size)


@lean
def predict(mean: Floats, covariance: Floats, gap: float, model: Floats, work: Work) -> None:
    """As `predicted`, on the caller's own state."""
    if gap == 0.0:
        return
    steps = steps_of(gap, model)
    step = gap / steps
    for _ in range(steps):
        fill_slopes(mean, step, model, work.slope)
        noise = noise_of(mean, step, model, unit_of(step, model, work.kept))
        if model[0] == _GLIDE:
            _spread(covariance, work.slope, work.half)
        else:
            _spread_blocks(covariance, work.slope, work.half)
        add_noise(covariance, noise)
        move(mean, step, model)


@lean
def _spread(covariance: Floats, slope: Floats, half: Floats) -> None:
    """F P F' on the caller's own covariance, symmetric to the bit; `half` is room."""
    for i in range(STATES):
        for j in range(STATES):
            total = 0.0
            for k in range(STATES):
                total += slope[i, k] * covariance[k, j]
            half[i, j] = total
    for i in range(STATES):
        for j in range(i, STATES):
            total = 0.0
            for k in range(STATES):
                total += half[i, k] * slope[j, k]
            covariance[i, j] = covariance[j, i] = total


@lean
def _spread_blocks(covariance: Floats, slope: Floats, half: Floats) -> None:
    """As `_spread`, where acceleration is only scaled: the blocks pa, va, aa of F are numbers, ap and av are 0."""
    by_place, by_speed, stays = slope[0, 6], slope[3, 6], slope[6, 6]
    for i in range(6):
        factor = by_place if i < 3 else by_speed
        for j in range(STATES):
            total = factor * covariance[6 + i % 3, j]
            for k in range(6):
                total += slope[i, k] * covariance[k, j]
            half[i, j] = total
    for i in range(6):
        for j in range(i, 6):
            total = (by_place if j < 3 else by_speed) * half[i, 6 + j % 3]
            for k in range(6):
                total += half[i, k] * slope[j, k]
            covariance[i, j] = covariance[j, i] = total
        for j in range(6, STATES):
            covariance[i, j] = covariance[j, i] = half[i, j] * stays
    for i in range(6, STATES):
        for j in range(6, STATES):
            covariance[i, j] *= stays * stays


@lean
def add_noise(covariance: Floats, noise: tuple[float, float, float, float, float, float]) -> None:
    """Add (pp, pv, pa, vv, va, aa) per axis to the caller's own `covariance` (9, 9)."""
    pp, pv, pa, vv, va, aa = noise
    for i in range(3):
        covariance[i, i] += pp
        covariance[i, 3 + i] += pv
        covariance[3 + i, i] += pv
        covariance[i, 6 + i] += pa
        covariance[6 + i, i] += pa
        covariance[3 + i, 3 + i] += vv
        covariance[3 + i, 6 + i] += va
        covariance[6 + i, 3 + i] += va
        covariance[6 + i, 6 + i] += aa


@lean
def update(mean: Floats, covariance: Floats, look: Look, work: Work) -> tuple[float, float, int]:
    """As `updated`, on the caller's own state: NIS, log-likelihood, and how many numbers were measured."""
    rows, start, gain, turned = work.rows, work.start, work.gain, work.turned
    for i in range(STATES):
        start[i] = mean[i]
    if _bends(covariance, look):
        along = direction(look)
        for i in range(3):
            start[i] = look.sensor[i] + look.value[0] * along[i]
    found = residual(look, start)
    fill_rows(look, start, rows)
    distance, volume, size = 0.0, 1.0, 0
    for m in range(4):
        variance = look.variance[m]
        if variance == math.inf:
            continue
        size += 1
        columns = 6 if look.kind == _RADAR and m == 3 else 3
        expected, innovation = variance, found[m]
        for i in range(STATES):
            turned[i] = 0.0
            for j in range(columns):
                turned[i] += covariance[j, i] * rows[m, j]
        for j in range(columns):
            expected += rows[m, j] * turned[j]
            innovation -= rows[m, j] * (mean[j] - start[j])
        share = 1.0 / expected
        for i in range(STATES):
            gain[i] = turned[i] * share
            mean[i] += gain[i] * innovation
        _joseph(covariance, gain, turned, rows[m], columns, variance)
        distance += innovation * innovation / expected
        volume *= expected
    return distance, -0.5 * (distance + math.log(volume) + size * _LOG_TURN), size


@lean
def _bends(covariance: Floats, look: Look) -> bool:
    """Whether a radar's look must be linearised at the place that it measured, not at the prediction.

    Across the line of sight a sphere of constant range falls off by s2/(2 r) at s from where it is linearised. Where
    the prediction's s makes that more than the range's own sigma, the update would state a wrong range as known (the
    "contact lens": X. Tian, Y. Bar-Shalom, 2009), unless the look's own angles are no better than the prediction.
    """
    if look.kind != _RADAR or not locates(look):
        return False
    wide, distance = covariance[0, 0] + covariance[1, 1] + covariance[2, 2], look.value[0]
    square = distance * distance
    return wide * wide > 4.0 * square * look.variance[0] and wide > square * (look.variance[1] + look.variance[2])


@lean
def _joseph(covariance: Floats, gain: Floats, turned: Floats, row: Floats, columns: int, variance: float) -> None:
    """(I - k h') P (I - k h')' + r k k' on the caller's own `covariance`; `turned` = P h, h of `columns` numbers.

    Element i, j is A_ij + k_i (r k_j - (A'h)_j) with A = P - P h k' (Bierman 1977); the lower half
    of column j is read before it is written.
    """
    for j in range(STATES):
        along = 0.0
        for m in range(columns):
            along += row[m] * (covariance[m, j] - turned[m] * gain[j])
        step = variance * gain[j] - along
        for i in range(j + 1):
            covariance[i, j] += gain[i] * step - turned[i] * gain[j]
            covariance[j, i] = covariance[i, j]


@kernel
def expected_spread(covariance: Floats, rows: Floats, look: Look) -> Floats:
    """H P H' + R (4, 4) of a look; rows and columns that were not measured are 0, and 1 on the diagonal."""
    out = np.eye(4)
    for m in range(4):
        if look.variance[m] == math.inf:
            continue
        for n in range(4):
            if look.variance[n] == math.inf:
                continue
            total = look.variance[m] if m == n else 0.0
            for i in range(6):
                for j in range(6):
                    total += rows[m, i] * covariance[i, j] * rows[n, j]
            out[m, n] = total
    return out
