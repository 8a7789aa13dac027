"""Who brought the gain of several measures taken together: Shapley values, future by future.

The Shapley value of a measure is the mean, over the sizes s = 0..n-1 of the set that it joins, of its mean marginal
gain to sets of that size (Shapley 1953; by size: Castro, Gomez, Molina and Tejada 2017, doi 10.1016/j.cor.2017.01.019).
It is exact where every set was simulated; otherwise each size is averaged over the sets that there are.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

import numpy as np

from sakimori.assess.comparison import mean_error
from sakimori.base.types import Floats, Integers

Sets = Mapping[frozenset[str], Floats]
"""Value (F,) of each set of measures that was simulated, on the same futures; the empty set is the baseline."""


class Known(StrEnum):
    """What the attribution rests on."""

    EXACT = "exact"  # every set was simulated
    SAMPLED = "sampled"  # some sets of every size that a measure may join
    ENDS = "ends"  # sizes in between are missing: interpolated between those that there are
    REFUSED = "refused"  # a measure was never added to few, or never to many, others


@dataclass(frozen=True)
class Part:
    """What one measure brings to the whole, in the unit of the metric."""

    measure: str
    mean: float
    error: float  # Monte Carlo standard error
    first: float  # mean gain when it comes first, alone on the baseline; nan where not simulated
    last: float  # mean gain when it comes last, to all others; nan where not simulated


@dataclass(frozen=True)
class Attribution:
    """Parts by measure, largest first; `whole` is the gain of all together and `rest` what the parts do not add up to.

    Exact parts add up. Where it is refused there are no parts, and `singles` is what the measures gain one by one.
    """

    known: Known
    parts: tuple[Part, ...]
    whole: float
    singles: float
    rest: float
    pairs: int  # of sets that differ by one measure, on which the parts rest


def shapley(sets: Sets, measures: tuple[str, ...], draws: Integers | None = None) -> Attribution:
    """Attribution of the value of all `measures` over that of none. Raises KeyError where one of these two is missing.

    `draws` (F,) are numbers of the draws of the factors where futures share them.
    """
    count = len(measures)
    none, whole = sets[frozenset()], sets[frozenset(measures)]
    marginal = {m: [_joining(sets, m, measures, size) for size in range(count)] for m in measures}
    pairs = sum(number for steps in marginal.values() for number, _ in steps)
    gain = float(np.mean(whole - none))
    alone = [sets[frozenset((m,))] - none for m in measures if frozenset((m,)) in sets]
    singles = float(np.sum([np.mean(a) for a in alone])) if len(alone) == count else np.nan
    if any(steps[0][1] is None or steps[-1][1] is None for steps in marginal.values()):
        return Attribution(Known.REFUSED, (), gain, singles, np.nan, pairs)
    parts = [_part(m, marginal[m], draws) for m in measures]
    known = (
        Known.EXACT if pairs == count * 2 ** (count - 1)
        else Known.SAMPLED if all(number for steps in marginal.values() for number, _ in steps)
        else Known.ENDS
    )  # fmt: skip
    rest = gain - float(np.sum([part.mean for part in parts]))
    return Attribution(known, tuple(sorted(parts, key=lambda p: -p.mean)), gain, singles, rest, pairs)


def _joining(sets: Sets, measure: str, measures: tuple[str, ...], size: int) -> tuple[int, Floats | None]:
    """Number and mean (F,) of the gains of `measure` over the simulated sets of this size that it can join."""
    mine = frozenset(measures)
    found = [
        sets[joined] - before
        for others, before in sets.items()
        if len(others) == size and others <= mine and measure not in others
        for joined in [others | {measure}]
        if joined in sets
    ]
    return len(found), np.mean(found, axis=0) if found else None


def _part(measure: str, steps: list[tuple[int, Floats | None]], draws: Integers | None) -> Part:
    there = [size for size, (_, gains) in enumerate(steps) if gains is not None]
    known = np.array([gains for _, gains in steps if gains is not None])
    shares = np.array([np.interp(range(len(steps)), there, row) for row in np.eye(len(there))]).mean(axis=1)
    value = shares @ known
    error, _ = mean_error(value, draws)
    return Part(measure, float(value.mean()), error, float(known[0].mean()), float(known[-1].mean()))
