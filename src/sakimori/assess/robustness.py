"""Does the top option stay on top in each part of each factor's range?

Futures are split at the thirds of a factor (or by category), and the ranking is made again within each part. Factors
that the attacker chooses are marginalised: they are never split by, and never named as deciding.
"""

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt
from scipy import special

from sakimori.assess.comparison import CONFIDENCE, Difference, Effect, by_mean, paired_difference
from sakimori.assess.metrics import Panel, Table

CATEGORIES = 6  # at most this many distinct values are taken as categories
FEWEST = 5  # draws of the factors in a part, below which nothing is said about it


class Stability(StrEnum):
    """What the split by a factor says about the leader."""

    HOLDS = "holds"  # it has the best mean in every part
    MAY_FLIP = "may flip"  # another has a better mean in some part, within the error
    FLIPS = "flips"  # another is better in some part, beyond the error
    TOO_FEW = "too few"  # fewer than two parts hold enough draws of the factors


@dataclass(frozen=True)
class Part:
    """One part of a factor's range."""

    label: str  # "lowest third", "middle third", "highest third" or the category
    low: float  # smallest and largest value of the factor in it (nan for text)
    high: float
    futures: int
    leader: str
    lead: Difference  # the part's leader minus the overall leader, in this part


@dataclass(frozen=True)
class Split:
    """One factor: its parts, what becomes of the leader, and how much of its lead this factor explains."""

    factor: str
    parts: tuple[Part, ...]
    stability: Stability
    explains: float  # correlation ratio eta squared of the leader's lead over the runner-up, 0 to 1


def splits(panel: Panel, factors: Table, candidates: tuple[str, ...], averaged: Collection[str]) -> tuple[Split, ...]:
    """All factors that are not the attacker's, those that explain most first.

    `factors` has the columns "future" and one for each factor; `candidates` are the options that may lead.
    """
    order = by_mean(panel, candidates)
    rows = np.searchsorted(factors["future"].astype(np.int64), panel.futures)
    result = []
    for name in sorted(c for c in factors if c != "future" and c not in averaged):
        column = factors[name][rows]
        groups = partition(column)
        if len(groups) > 1:
            result.append(_split(panel, name, column, groups, order))
    return tuple(sorted(result, key=lambda split: -split.explains))


def chance(split: Split, futures: int) -> float:
    """Probability that a factor without influence explains as much of the lead (F test); 1 where unknown."""
    between = len(split.parts) - 1
    inside = futures - len(split.parts)
    if inside < 1 or between < 1:
        return 1.0
    if split.explains >= 1.0:
        return 0.0
    return float(special.fdtrc(between, inside, (split.explains / between) / ((1.0 - split.explains) / inside)))


def telling(by_factor: tuple[Split, ...], futures: int) -> tuple[Split, ...]:
    """The factors that explain more of the lead than chance would (Bonferroni over the factors)."""
    there = tuple(s for s in by_factor if s.stability is not Stability.TOO_FEW)
    return tuple(s for s in there if chance(s, futures) * len(there) < 1.0 - CONFIDENCE)


def partition(column: npt.NDArray[np.generic]) -> list[tuple[str, npt.NDArray[np.bool_]]]:
    """Labels and masks of the parts of a factor's values; one part or none where it does not vary."""
    distinct = np.unique(column)
    if len(distinct) <= CATEGORIES or not np.issubdtype(column.dtype, np.number):
        return [(_label(value), column == value) for value in distinct[: 2 * CATEGORIES]]
    first, second = np.quantile(column.astype(np.float64), [1 / 3, 2 / 3])
    return [
        ("lowest third", column <= first),
        ("middle third", (column > first) & (column <= second)),
        ("highest third", column > second),
    ]


def _label(value: np.generic) -> str:
    return f"{float(value):.6g}" if np.issubdtype(type(value), np.number) else str(value)


def _split(
    panel: Panel,
    name: str,
    column: npt.NDArray[np.generic],
    groups: list[tuple[str, npt.NDArray[np.bool_]]],
    order: tuple[str, ...],
) -> Split:
    enough = [(label, mask) for label, mask in groups if panel.restrict(mask).independent >= FEWEST]
    level = 1.0 - (1.0 - CONFIDENCE) / max(1, len(enough) * (len(order) - 1))
    parts = []
    for label, mask in enough:
        inside = panel.restrict(mask)
        best = by_mean(inside, order)[0]
        number = column[mask].astype(np.float64) if np.issubdtype(column.dtype, np.number) else np.array([np.nan])
        lead = paired_difference(inside, best, order[0], level)
        parts.append(Part(label, float(number.min()), float(number.max()), int(mask.sum()), best, lead))
    return Split(name, tuple(parts), _stability(parts, order[0]), _explains(panel, groups, order))


def _stability(parts: list[Part], leader: str) -> Stability:
    if len(parts) < 2:
        return Stability.TOO_FEW
    others = [part for part in parts if part.leader != leader]
    if any(part.lead.effect is Effect.HELPS for part in others):
        return Stability.FLIPS
    return Stability.MAY_FLIP if others else Stability.HOLDS


def _explains(panel: Panel, groups: list[tuple[str, npt.NDArray[np.bool_]]], order: tuple[str, ...]) -> float:
    """Eta squared: variance between parts over total variance, of the leader's lead over the runner-up."""
    if len(order) < 2:
        return 0.0
    lead = panel.of(order[0]) - panel.of(order[1])
    there = np.isfinite(lead)
    total = float(np.sum((lead[there] - lead[there].mean()) ** 2)) if there.any() else 0.0
    if total <= 0.0:
        return 0.0
    middle = lead[there].mean()
    inside = [lead[mask & there] for _, mask in groups]
    return float(sum(len(part) * (part.mean() - middle) ** 2 for part in inside if len(part))) / total
