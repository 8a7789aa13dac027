"""Which measurement belongs to which track: global nearest neighbour, and the distance between two sets of points.

The assignment is by shortest augmenting paths (R. Jonker, A. Volgenant, Computing 38 (1987) 325), exact.
"""

import math
from typing import NamedTuple

import numpy as np

from sakimori.base.kernels import kernel
from sakimori.base.types import Floats, Integers


@kernel
def assigned(cost: Floats) -> Integers:
    """Column of each row (n,) so that the summed cost (n, m), n <= m, is least; every row gets its own column.

    Costs are finite. Of equal answers the same one comes back always.
    """
    n, m = cost.shape
    row_of, way = np.full(m + 1, -1), np.zeros(m + 1, np.int64)  # column m: where each search starts
    by_row, by_column = np.zeros(n), np.zeros(m + 1)
    for row in range(n):
        row_of[m], here = row, m
        least, done = np.full(m, math.inf), np.zeros(m + 1, np.bool_)
        while row_of[here] >= 0:
            done[here] = True
            i, short, following = row_of[here], math.inf, -1
            for j in range(m):
                if not done[j]:
                    reduced = cost[i, j] - by_row[i] - by_column[j]
                    if reduced < least[j]:
                        least[j], way[j] = reduced, here
                    if least[j] < short:
                        short, following = least[j], j
            for j in range(m + 1):
                if done[j]:
                    by_row[row_of[j]] += short
                    by_column[j] -= short
                elif j < m:
                    least[j] -= short
            here = following
        while here != m:
            row_of[here] = row_of[way[here]]
            here = way[here]
    out = np.full(n, -1)
    for j in range(m):
        if row_of[j] >= 0:
            out[row_of[j]] = j
    return out


@kernel
def nearest(cost: Floats, alone: Floats) -> Integers:
    """Column of each row (n,), or -1 where it stays alone at the cost `alone` (n,); n and m as they come.

    A pair whose cost (n, m) is inf is not possible.
    """
    n, m = cost.shape
    most = 1.0
    for i in range(n):
        most += abs(alone[i])
        for j in range(m):
            if cost[i, j] < math.inf:
                most += abs(cost[i, j])
    wide = np.full((n, m + n), most)  # column m + i: row i alone
    for i in range(n):
        wide[i, m + i] = alone[i]
        for j in range(m):
            if cost[i, j] < math.inf:
                wide[i, j] = cost[i, j]
    out = assigned(wide)
    for i in range(n):
        if out[i] >= m:
            out[i] = -1
    return out


class Gospa(NamedTuple):
    """The distance between what is there and what is thought to be there, and what it is made of."""

    total: float  # [m]
    position: float  # [m] root of the summed squares of the pairs
    missed: int  # truths without an estimate
    false: int  # estimates without a truth


@kernel
def gospa(truth: Floats, estimates: Floats, cut: float) -> Gospa:
    """Generalised OSPA of positions (n, 3) and (m, 3) [m] with p = 2, alpha = 2, and `cut` c [m] > 0.

    The root of the summed d^2 of the pairs plus c^2/2 for each truth missed and each false estimate. A. S.
    Rahmathullah, A. F. Garcia-Fernandez, L. Svensson, Proc. FUSION 2017, eq. (3) and proposition 1.
    """
    n, m = truth.shape[0], estimates.shape[0]
    cost, alone = np.full((n, m), math.inf), np.zeros(truth.shape[0])
    for i in range(n):
        for j in range(m):
            square = 0.0
            for k in range(3):
                square += (truth[i, k] - estimates[j, k]) ** 2
            if square < cut * cut:
                cost[i, j] = square - cut * cut  # a pair saves both penalties
    pairs, squares = 0, 0.0
    partner = nearest(cost, alone)
    for i in range(n):
        if partner[i] >= 0:
            pairs += 1
            squares += cost[i, partner[i]] + cut * cut
    total = math.sqrt(squares + 0.5 * cut * cut * (n + m - 2 * pairs))
    return Gospa(total, math.sqrt(squares), n - pairs, m - pairs)
