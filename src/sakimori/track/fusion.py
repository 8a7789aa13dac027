"""Tracks of one target from two partners as one, where nobody knows what they have in common.

Union of measurements needs nothing here: all looks go to one filter (`runs.follow`).
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel, lean
from sakimori.base.types import Floats
from sakimori.track.matrices import cholesky, inverse, log_determinant, solved

_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_STEPS = 40  # of the golden section: the weight is known to 0.618^40 = 4e-9


Six = tuple[float, float, float, float, float, float]  # xx, xy, xz, yy, yz, zz of a symmetric matrix


class Fused(NamedTuple):
    """One estimate out of two."""

    mean: Floats  # (n,)
    covariance: Floats  # (n, n)
    weight: float  # of the first, 0 to 1


@kernel
def _blend(first: Floats, second: Floats, weight: float) -> Floats:
    """w A + (1 - w) B of two information matrices (n, n)."""
    out = np.empty_like(first)
    for i in range(out.shape[0]):
        for j in range(out.shape[0]):
            out[i, j] = weight * first[i, j] + (1.0 - weight) * second[i, j]
    return out


@kernel
def _size(first: Floats, second: Floats, weight: float, by_determinant: bool) -> float:
    """What is made least: the logarithm of the determinant, or the trace, of the fused covariance."""
    blend = _blend(first, second, weight)
    if by_determinant:
        return -log_determinant(cholesky(blend))
    covariance, total = inverse(blend), 0.0
    for i in range(blend.shape[0]):
        total += covariance[i, i]
    return total


@kernel
def covariance_intersection(
    mean: Floats, covariance: Floats, other_mean: Floats, other_covariance: Floats, by_determinant: bool
) -> Fused:
    """Fuse two estimates (n,), (n, n) of the same state whose errors are correlated in an unknown way.

    P^-1 = w A^-1 + (1 - w) B^-1, with the w that makes the determinant or the trace of P least, found by golden
    section (both are convex in w). A trace over states of different units depends on the units: pass positions.
    Consistent for every correlation. Both covariances positive definite. Source: S. J. Julier, J. K. Uhlmann, Proc.
    American Control Conference 1997.
    """
    first, second = inverse(covariance), inverse(other_covariance)
    weight = _best_weight(first, second, by_determinant)
    return _fused(first, mean, second, other_mean, weight)


@kernel
def fused_tracks(mean: Floats, covariance: Floats, other_mean: Floats, other_covariance: Floats) -> Fused:
    """Fuse two tracks (9,), (9, 9) of one target as `covariance_intersection` does, for the best position.

    The weight is that which makes the trace of the fused position covariance least, were only positions fused; the
    whole is then no worse than that (a Schur complement is concave), so never worse than the better of the two. A track
    without acceleration (that block of its covariance 0) fuses position and velocity alone.
    """
    places = inverse(covariance[:3, :3].copy()), inverse(other_covariance[:3, :3].copy())
    weight = _best_weight(places[0], places[1], False)
    n = 9 if covariance[8, 8] > 0.0 and other_covariance[8, 8] > 0.0 else 6
    first, second = inverse(covariance[:n, :n].copy()), inverse(other_covariance[:n, :n].copy())
    found = _fused(first, mean[:n], second, other_mean[:n], weight)
    whole_mean, whole = np.zeros(9), np.zeros((9, 9))
    whole_mean[:n], whole[:n, :n] = found.mean, found.covariance
    return Fused(whole_mean, whole, weight)


@lean
def least_variance(first: Six, second: Six) -> float:
    """Least trace [m2] that covariance intersection makes of two position covariances, over all its weights.

    As `covariance_intersection` by the trace. Where rounding leaves a matrix without an inverse, that of the better.
    """
    least = min(first[0] + first[3] + first[5], second[0] + second[3] + second[5])
    one, other = _inverse(first), _inverse(second)
    if one[0] <= 0.0 or other[0] <= 0.0:
        return least
    low, high, left, right = 0.0, 1.0, 1.0 - _GOLDEN, _GOLDEN
    at_left, at_right = _trace_of(one, other, left), _trace_of(one, other, right)
    for _ in range(_STEPS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = _trace_of(one, other, left)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = _trace_of(one, other, right)
    return min(least, at_left, at_right)


@lean
def _minors(m: Six) -> Six:
    """The adjugate of a symmetric matrix."""
    xx, xy, xz, yy, yz, zz = m
    return (
        yy * zz - yz * yz, xz * yz - xy * zz, xy * yz - xz * yy, xx * zz - xz * xz, xy * xz - xx * yz, xx * yy - xy * xy
    )  # fmt: skip


@lean
def _inverse(m: Six) -> Six:
    """Inverse of a positive definite matrix; all 0 where rounding leaves none."""
    a = _minors(m)
    size = m[0] * a[0] + m[1] * a[1] + m[2] * a[2]
    if not (size > 0.0 and a[0] > 0.0 and a[3] > 0.0 and a[5] > 0.0):
        return 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
    return a[0] / size, a[1] / size, a[2] / size, a[3] / size, a[4] / size, a[5] / size


@lean
def _trace_of(first: Six, second: Six, weight: float) -> float:
    """Trace of the inverse of w A + (1 - w) B; inf where rounding leaves none."""
    rest = 1.0 - weight
    xx, xy, xz = (
        weight * first[0] + rest * second[0], weight * first[1] + rest * second[1], weight * first[2] + rest * second[2]
    )  # fmt: skip
    yy, yz, zz = (
        weight * first[3] + rest * second[3], weight * first[4] + rest * second[4], weight * first[5] + rest * second[5]
    )  # fmt: skip
    a = _minors((xx, xy, xz, yy, yz, zz))
    size = xx * a[0] + xy * a[1] + xz * a[2]
    return (a[0] + a[3] + a[5]) / size if size > 0.0 else math.inf


@kernel
def _best_weight(first: Floats, second: Floats, by_determinant: bool) -> float:
    """The weight of the first of two information matrices (n, n) that makes the fused covariance least."""
    low, high = 0.0, 1.0
    left, right = 1.0 - _GOLDEN, _GOLDEN
    at_left, at_right = _size(first, second, left, by_determinant), _size(first, second, right, by_determinant)
    for _ in range(_STEPS):
        if at_left <= at_right:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = _size(first, second, left, by_determinant)
        else:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = _size(first, second, right, by_determinant)
    weight = 0.5 * (low + high)
    best = _size(first, second, weight, by_determinant)
    for end in (0.0, 1.0):  # a section never reaches the ends
        if _size(first, second, end, by_determinant) <= best:
            weight, best = end, _size(first, second, end, by_determinant)
    return weight


@kernel
def _fused(first: Floats, mean: Floats, second: Floats, other_mean: Floats, weight: float) -> Fused:
    """Two estimates with information matrices (n, n), the first with this weight."""
    blend = _blend(first, second, weight)
    news = np.zeros_like(mean)
    for i in range(mean.size):
        for j in range(mean.size):
            news[i] += weight * first[i, j] * mean[j] + (1.0 - weight) * second[i, j] * other_mean[j]
    return Fused(solved(cholesky(blend), news), inverse(blend), weight)
