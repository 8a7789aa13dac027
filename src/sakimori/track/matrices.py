"""Small symmetric matrices in plain loops: the same bits whichever linear algebra library is installed."""

import math

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats


@kernel
def cholesky(matrix: Floats) -> Floats:
    """Lower triangular L (n, n) with L L' = matrix, symmetric and not negative; a pivot lost to rounding becomes 0."""
    n = matrix.shape[0]
    out = np.zeros((n, n))
    for j in range(n):
        pivot = matrix[j, j]
        for k in range(j):
            pivot -= out[j, k] * out[j, k]
        if pivot <= 1e-15 * matrix[j, j]:
            continue
        out[j, j] = math.sqrt(pivot)
        for i in range(j + 1, n):
            total = matrix[i, j]
            for k in range(j):
                total -= out[i, k] * out[j, k]
            out[i, j] = total / out[j, j]
    return out


@kernel
def solved(root: Floats, right: Floats) -> Floats:
    """x (n,) of L L' x = right, with L as `cholesky` gives it, no pivot 0."""
    n = right.size
    out = right.copy()
    for i in range(n):
        for k in range(i):
            out[i] -= root[i, k] * out[k]
        out[i] /= root[i, i]
    for i in range(n - 1, -1, -1):
        for k in range(i + 1, n):
            out[i] -= root[k, i] * out[k]
        out[i] /= root[i, i]
    return out


@kernel
def inverse(matrix: Floats) -> Floats:
    """Inverse (n, n) of a positive definite matrix, symmetric to the bit."""
    n = matrix.shape[0]
    root, out = cholesky(matrix), np.empty((n, n))
    for j in range(n):
        unit = np.zeros(n)
        unit[j] = 1.0
        out[:, j] = solved(root, unit)
    for i in range(n):
        for j in range(i):
            out[i, j] = out[j, i] = 0.5 * (out[i, j] + out[j, i])
    return out


@kernel
def squared_length(root: Floats, vector: Floats) -> float:
    """x' P^-1 x of a vector (n,), with P = L L' (n, n), no pivot 0."""
    total = 0.0
    out = vector.copy()
    for i in range(vector.size):
        for k in range(i):
            out[i] -= root[i, k] * out[k]
        out[i] /= root[i, i]
        total += out[i] * out[i]
    return total


@kernel
def log_determinant(root: Floats) -> float:
    """Natural logarithm of the determinant of L L', no pivot 0."""
    total = 0.0
    for i in range(root.shape[0]):
        total += 2.0 * math.log(root[i, i])
    return total
