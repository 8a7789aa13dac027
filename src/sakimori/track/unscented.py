"""The unscented Kalman filter on the same models and measurements: no derivative, 2n + 1 points.

S. J. Julier, J. K. Uhlmann, Proc. IEEE 92 (2004) 401; E. A. Wan, R. van der Merwe (2000). With alpha 1, beta 0, kappa 0
it is the cubature filter of I. Arasaratnam, S. Haykin, IEEE Trans. AC-54 (2009) 1254. Noises are additive. n is 9, or 6
for a model without acceleration, which gets no points.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.track.kalman import STATES, Updated, add_noise
from sakimori.track.matrices import cholesky, log_determinant, solved
from sakimori.track.measurements import Look, residual
from sakimori.track.motions import carries, moved, noise_of, steps_of, unit_of


class Spread(NamedTuple):
    """How the points are laid out."""

    alpha: float = 0.5
    beta: float = 2.0
    kappa: float = 0.0


CUBATURE = Spread(1.0, 0.0, 0.0)


@kernel
def _size(model: Floats) -> int:
    """States that a model (6,) does not know for certain."""
    return STATES if carries(model) else 6


@kernel
def points(mean: Floats, covariance: Floats, n: int, spread: Spread) -> tuple[Floats, float, float, float]:
    """Points (2n + 1, 9) over n states with their weights: the first's in means, in covariances, and each other's."""
    reach = spread.alpha * spread.alpha * (n + spread.kappa)
    root, scale = cholesky(covariance[:n, :n]), math.sqrt(reach)
    out = np.empty((2 * n + 1, STATES))
    for i in range(2 * n + 1):
        out[i] = mean
    for i in range(n):
        for j in range(n):
            out[1 + i, j] += scale * root[j, i]
            out[1 + n + i, j] -= scale * root[j, i]
    middle = (reach - n) / reach
    return out, middle, middle + 1.0 - spread.alpha * spread.alpha + spread.beta, 0.5 / reach


@kernel
def predicted(mean: Floats, covariance: Floats, gap: float, model: Floats, spread: Spread) -> tuple[Floats, Floats]:
    """Mean (9,) and covariance (9, 9) a gap [s] >= 0 later, as a model (6,) has it."""
    if gap == 0.0:
        return mean.copy(), covariance.copy()
    steps = steps_of(gap, model)
    step, kept = gap / steps, np.zeros(8)
    for _ in range(steps):
        cloud, first, first_spread, other = points(mean, covariance, _size(model), spread)
        noise = noise_of(mean, step, model, unit_of(step, model, kept))
        for i in range(cloud.shape[0]):
            cloud[i] = moved(cloud[i], step, model)
        mean = first * cloud[0]
        for i in range(1, cloud.shape[0]):
            mean += other * cloud[i]
        covariance = np.zeros((STATES, STATES))
        for i in range(cloud.shape[0]):
            weight = first_spread if i == 0 else other
            for a in range(STATES):
                for b in range(a, STATES):
                    covariance[a, b] += weight * (cloud[i, a] - mean[a]) * (cloud[i, b] - mean[b])
        for a in range(STATES):
            for b in range(a):
                covariance[a, b] = covariance[b, a]
        add_noise(covariance, noise)
    return mean, covariance


@kernel
def updated(mean: Floats, covariance: Floats, look: Look, model: Floats, spread: Spread) -> Updated:
    """The state after a measurement. Points are laid anew about the prediction, so that its noise is in them."""
    cloud, first, first_spread, other = points(mean, covariance, _size(model), spread)
    number = np.zeros(4, np.int64)  # of the numbers measured
    size = 0
    for m in range(4):
        if look.variance[m] < math.inf:
            number[size] = m
            size += 1
    errors, middle = np.empty((cloud.shape[0], size)), np.zeros(size)
    for i in range(cloud.shape[0]):
        found = residual(look, cloud[i])
        for m in range(size):
            errors[i, m] = found[number[m]]
            middle[m] += (first if i == 0 else other) * errors[i, m]
    among, across = np.zeros((size, size)), np.zeros((STATES, size))
    for i in range(cloud.shape[0]):
        weight = first_spread if i == 0 else other
        for m in range(size):
            off = weight * (errors[i, m] - middle[m])
            for n in range(size):
                among[m, n] += off * (errors[i, n] - middle[n])
            for a in range(STATES):
                across[a, m] -= off * (cloud[i, a] - mean[a])
    for m in range(size):
        among[m, m] += look.variance[number[m]]
    return _corrected(mean, covariance, across, among, middle)


@kernel
def _corrected(mean: Floats, covariance: Floats, across: Floats, among: Floats, innovation: Floats) -> Updated:
    """x + C S^-1 y and P - C S^-1 C', with C (9, m) between state and measurement, S (m, m) its spread, y the news."""
    root, size = cholesky(among), innovation.size
    weighted = solved(root, innovation)
    mean, covariance = mean.copy(), covariance.copy()
    distance = 0.0
    for m in range(size):
        distance += innovation[m] * weighted[m]
    for a in range(STATES):
        gain = solved(root, across[a])
        for m in range(size):
            mean[a] += across[a, m] * weighted[m]
        for b in range(a, STATES):
            for m in range(size):
                covariance[a, b] -= gain[m] * across[b, m]
            covariance[b, a] = covariance[a, b]
    likelihood = -0.5 * (distance + log_determinant(root) + size * math.log(2.0 * math.pi))
    return Updated(mean, covariance, distance, likelihood, size)
