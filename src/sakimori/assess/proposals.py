"""Sets of measures that no run simulated, proposed by a response that is fitted to those that it did.

The response holds a constant, a term for each measure and one for each pair. Its best sets under a budget are found
exactly, as an integer programme (HiGHS), each pair written out by the standard linearisation of a product of two
binaries (Glover and Woolsey 1974, doi 10.1287/opre.22.1.180). What it proposes is a guess until it is simulated.
"""

import itertools
import math
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from scipy.optimize import Bounds, LinearConstraint, milp

from sakimori.base.errors import InputError
from sakimori.base.types import Floats

_SURE = 1e-9  # a set whose leverage is nearer to 1 cannot be left out of the fit


@dataclass(frozen=True)
class Response:
    """Gain of a set: constant + sum of its measures' terms + sum of the terms of its pairs, in the metric's unit."""

    measures: tuple[str, ...]
    constant: float
    single: Floats  # (M,)
    pair: Floats  # (M, M) above the diagonal
    error: float  # root mean square of what it misses of a set that is left out of the fit; nan where none can be
    sets: int  # on which it rests

    def gain(self, members: Collection[str]) -> float:
        """The gain of a set of measures."""
        there = np.array([m in members for m in self.measures], dtype=np.float64)
        return float(self.constant + there @ self.single + there @ self.pair @ there)


def fitted(gains: Mapping[frozenset[str], float], measures: Sequence[str]) -> Response:
    """Least squares over the simulated sets. Raises InputError where there are fewer of them than measures and one.

    Terms that the sets cannot tell apart (pairs that exclude each other, measures that always come together) are
    shared evenly, as the solution of least length has it: only sets like those that were simulated are foreseen.
    """
    count = len(measures)
    if len(gains) < 1 + count:
        got = f"{len(gains)} sets of {count} measures"
        raise InputError("fitted response", got, f"{1 + count} or more", "Simulate more sets.")
    there = np.array([[m in members for m in measures] for members in gains], dtype=np.float64)
    pairs = list(itertools.combinations(range(count), 2))
    design = np.column_stack([np.ones(len(gains)), there, *(there[:, i] * there[:, j] for i, j in pairs)])
    inverse, value = np.linalg.pinv(design), np.array(list(gains.values()))
    terms = inverse @ value
    free = 1.0 - np.einsum("ij,ji->i", design, inverse)
    tested = free > _SURE
    missed = (value - design @ terms)[tested] / free[tested]
    pair: Floats = np.zeros((count, count))
    for (i, j), term in zip(pairs, terms[1 + count :].tolist(), strict=True):
        pair[i, j] = term
    error = math.sqrt(float(np.mean(missed**2))) if tested.any() else math.nan
    single: Floats = np.array(terms[1 : 1 + count], dtype=np.float64)
    return Response(tuple(measures), float(terms[0]), single, pair, error, len(gains))


@dataclass(frozen=True)
class Limits:
    """What makes a set feasible."""

    cost: Mapping[str, float]  # [USD]
    budget: float
    requires: Mapping[str, Collection[str]]
    excludes: Mapping[str, Collection[str]]


def best(response: Response, limits: Limits, count: int) -> list[tuple[frozenset[str], float]]:
    """The `count` feasible sets of most gain under the response, with that gain; fewer where there are no more."""
    names, n = response.measures, len(response.measures)
    pairs = [(i, j) for i, j in itertools.combinations(range(n), 2) if response.pair[i, j] != 0.0]
    gains = np.concatenate([response.single, [response.pair[i, j] for i, j in pairs]])
    rows, least = _rows(names, pairs, limits)
    found: list[tuple[frozenset[str], float]] = []
    while len(found) < count:
        solved = milp(
            -gains,
            constraints=LinearConstraint(np.array(rows), np.array(least), np.inf),  # pyright: ignore[reportArgumentType]
            integrality=np.ones(len(gains)),
            bounds=Bounds(0.0, 1.0),
        )
        if solved.status != 0:
            break
        chosen = solved.x[:n] > 0.5
        members = frozenset(name for name, there in zip(names, chosen, strict=True) if there)
        found.append((members, response.gain(members)))
        # Another set differs in one measure at least.
        rows.append(np.concatenate([np.where(chosen, -1.0, 1.0), np.zeros(len(pairs))]))
        least.append(1.0 - float(chosen.sum()))
    return found


def _rows(names: Sequence[str], pairs: Sequence[tuple[int, int]], limits: Limits) -> tuple[list[Floats], list[float]]:
    """Rows of coefficients and what each is at least: budget, requirements, exclusions, and pairs as products."""
    n, at = len(names), {name: i for i, name in enumerate(names)}
    rows, least = list[Floats](), list[float]()

    def add(terms: Mapping[int, float], bound: float) -> None:
        row = np.zeros(n + len(pairs))
        for place, value in terms.items():
            row[place] += value
        rows.append(row)
        least.append(bound)

    scale = max(max(limits.cost[name] for name in names), 1.0)
    if math.isfinite(limits.budget):
        add({i: -limits.cost[name] / scale for name, i in at.items()}, -limits.budget / scale)
    for name, i in at.items():
        for needed in limits.requires.get(name, ()):
            add({i: -1.0, at[needed]: 1.0} if needed in at else {i: -1.0}, 0.0)
        for other in limits.excludes.get(name, ()):
            if other in at:
                add({i: -1.0, at[other]: -1.0}, -1.0)
    for number, (i, j) in enumerate(pairs, n):
        add({i: 1.0, number: -1.0}, 0.0)
        add({j: 1.0, number: -1.0}, 0.0)
        add({i: -1.0, j: -1.0, number: 1.0}, -1.0)
    if not rows:
        add({}, 0.0)
    return rows, least
