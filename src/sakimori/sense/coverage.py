"""Worst-case coverage of a constellation: the largest central angle from any place to its nearest satellites, ever.

At one instant the answer is exact, from a convex hull. Over a period it is found by branch and bound: a satellite
moves once round in a period, so the angle cannot change faster than the satellites do, and whole stretches of time
are ruled out without looking into them. What is given back is the value, and a proof of how far off it can be.
"""

import heapq
import math
from collections.abc import Callable, Sequence
from itertools import combinations
from typing import NamedTuple

import numpy as np
from scipy.optimize import nnls  # pyright: ignore
from scipy.spatial import ConvexHull, KDTree, QhullError  # pyright: ignore

from sakimori.base.constants import MEAN_RADIUS
from sakimori.base.errors import InputError
from sakimori.base.types import Floats, Integers
from sakimori.sense.orbits import Orbit

PROVEN = 1e-5  # [rad] 6e-4 deg: how closely the worst angle is proven unless told otherwise
MOST_FOLDS = 3
MOST_HULLS = 500  # at one instant
_MOST_INSTANTS = 10_000
_GOLDEN = (math.sqrt(5.0) - 1.0) / 2.0
_SAME = 1e-9  # two satellites of one place and velocity (unit vectors)


class WorstCase(NamedTuple):
    """The worst-case coverage of a constellation."""

    angle: float  # [rad] largest central angle to the nearest (second nearest...) sub-satellite point
    gap: float  # [rad] proven: the true value lies between `angle` and `angle + gap`
    turn: float  # when: share of a period after the orbits' zero
    instants: int  # at which the constellation was looked at


def worst_case(orbits: Sequence[Orbit], fold: int = 1, gap: float = PROVEN) -> WorstCase:
    """The largest central angle from any place to its `fold`-th nearest sub-satellite point, at the worst time.

    Circular orbits of one size, of any inclinations, on a spherical Earth; perturbations are left out, and so is the
    Earth's rotation, which changes where but not how much. `fold` 1 to 3; `gap` [rad] > 0 is how closely to prove it
    (where 10,000 instants do not suffice, the gap given back is larger). One hull of N points at each instant, N of
    them for `fold` 2. Errors: InputError. Source: Ballard, IEEE Trans. AES-16 (1980) 656 (definition of the worst-case
    range R); Shubert, SIAM J. Numer. Anal. 9 (1972) 379 (the bound in time).
    """
    hulls = math.comb(len(orbits), fold - 1) if fold >= 1 else 0
    if not 1 <= fold <= min(MOST_FOLDS, len(orbits)) or hulls > MOST_HULLS:
        got = f"{fold}-fold coverage by {len(orbits)} satellites"
        expected = f"1 to {MOST_FOLDS}, not more than satellites; beyond 1 for at most some hundred of them"
        raise InputError("constellation", got, expected, "Ask for fewer folds.")
    if any(o.eccentricity for o in orbits) or len({o.semi_major_axis for o in orbits}) > 1:
        got = "orbits of several sizes, or not circular"
        raise InputError("constellation", got, "circular orbits of one size", "Ask for each shell by itself.")

    def worst(turn: float) -> float:
        points, _ = _motion(orbits, turn)
        return max(_emptiest(np.delete(points, out, axis=0)) for out in combinations(range(len(points)), fold - 1))

    return _largest(worst, 1.0 / _repeats(orbits), gap)


def worst_elevation(angle: float, altitude: float) -> float:
    """Elevation [rad] of a satellite `altitude` [m] up at central `angle` [rad, > 0]: negative below the horizon."""
    ratio = MEAN_RADIUS / (MEAN_RADIUS + altitude)
    return math.atan2(math.cos(angle) - ratio, math.sin(angle))


def _motion(orbits: Sequence[Orbit], turn: float) -> tuple[Floats, Floats]:
    # Unit vectors (N, 3) to the satellites and along their velocities, `turn` periods on.
    node, phase, tilt = np.array([(o.raan, o.argument_of_perigee + o.mean_anomaly, o.inclination) for o in orbits]).T
    u = phase + 2.0 * math.pi * turn

    def along(x: Floats, y: Floats) -> Floats:  # from the node, and 90 deg on
        flat = y * np.cos(tilt)
        first, second = x * np.cos(node) - flat * np.sin(node), x * np.sin(node) + flat * np.cos(node)
        return np.stack([first, second, y * np.sin(tilt)], axis=-1)

    return along(np.cos(u), np.sin(u)), along(-np.sin(u), np.cos(u))


def _repeats(orbits: Sequence[Orbit]) -> int:
    # The largest m for which the constellation 1/m of a period later is itself, turned about the Earth's axis.
    here = np.hstack(_motion(orbits, 0.0))
    for m in range(len(orbits), 1, -1):
        points, velocities = _motion(orbits, 1.0 / m)
        same = (abs(here[:, 2] - points[0, 2]) < _SAME) & (abs(here[:, 5] - velocities[0, 2]) < _SAME)
        for j in np.flatnonzero(same).tolist():
            angle = orbits[j].raan - orbits[0].raan
            c, s = math.cos(angle), math.sin(angle)
            turned = np.array([[c, s, 0.0], [-s, c, 0.0], [0.0, 0.0, 1.0]])
            far, which = _nearest(here, np.hstack([points @ turned, velocities @ turned]))
            if far < _SAME and np.unique(which).size == len(orbits):
                return m
    return 1


def _nearest(here: Floats, there: Floats) -> tuple[float, Integers]:
    # The farthest that any row of `there` lies from its nearest row of `here`, and which row that is for each.
    far, which = KDTree(here).query(there)  # pyright: ignore
    return float(np.max(far)), np.asarray(which)  # pyright: ignore


def _emptiest(points: Floats) -> float:
    # Radius of the emptiest circle on the sphere: over all x, the least of the largest x . p is its cosine.
    # Where the points surround the centre, the circle touches three of them: a facet of the convex hull, and the
    # distance of its plane from the centre is the cosine. Elsewhere it is minus the greatest margin by which all
    # points lie on one side (Lawson and Hanson, Solving Least Squares Problems, 1974, ch. 23: least distance).
    try:
        cosine = float(-ConvexHull(points).equations[:, 3].max())
        if cosine > 0.0:
            return math.acos(min(cosine, 1.0))
    except QhullError:  # fewer than four points, or all in one plane
        pass
    found = nnls(np.vstack([points.T, np.ones(len(points))]), np.array([0.0, 0.0, 0.0, 1.0]))  # pyright: ignore
    square = float(found[1]) ** 2  # pyright: ignore
    return math.acos(-min(math.sqrt(square / (1.0 - square)), 1.0))


def _largest(value: Callable[[float], float], period: float, gap: float, first: int = 48) -> WorstCase:
    # Largest value of a function that repeats after `period` and changes by at most 2 pi per unit.
    half = 0.5 * period / first
    centres = (np.arange(first) + 0.5) * period / first
    grid = np.array([value(c) for c in centres])
    best, when = _refined(value, float(centres[grid.argmax()]), half)
    heap = [(-(y + 2.0 * math.pi * half), c, y, half) for c, y in zip(centres.tolist(), grid.tolist(), strict=True)]
    heapq.heapify(heap)
    looked = first
    while min(-heap[0][0], math.pi) > best + gap and looked < _MOST_INSTANTS:
        _, centre, middle, half = heapq.heappop(heap)
        third = half / 3.0
        for c in (centre - 2.0 * third, centre, centre + 2.0 * third):
            y = middle if c == centre else value(c)
            if y > best:
                best, when = _refined(value, c, third)
            heapq.heappush(heap, (-(y + 2.0 * math.pi * third), c, y, third))
        looked += 2
    return WorstCase(best, max(min(-heap[0][0], math.pi) - best, 0.0), when % period, looked)


def _refined(value: Callable[[float], float], centre: float, half: float) -> tuple[float, float]:
    # The best value that a golden section finds within `half` of `centre`, and where.
    low, high, best = centre - half, centre + half, (value(centre), centre)
    left, right = high - _GOLDEN * (high - low), low + _GOLDEN * (high - low)
    at_left, at_right = value(left), value(right)
    while high - low > 1e-12:
        best = max(best, (at_left, left), (at_right, right))
        if at_left < at_right:
            low, left, at_left = left, right, at_right
            right = low + _GOLDEN * (high - low)
            at_right = value(right)
        else:
            high, right, at_right = right, left, at_left
            left = high - _GOLDEN * (high - low)
            at_left = value(left)
    return best
