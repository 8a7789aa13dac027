"""Scenario discovery: where in our own factors do the futures of interest gather? The patient rule induction method.

Friedman and Fisher, Statistics and Computing 9 (1999), doi 10.1023/A:1008894516817; coverage and density: Bryant and
Lempert 2010, doi 10.1016/j.techfore.2009.08.002. One box is peeled, not pasted. Which columns may be boxed is the
caller's choice: factors that the attacker chooses are never given to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
import numpy.typing as npt
from scipy import special

from sakimori.base.types import Floats

PEEL = 0.05  # share of the cases in the box that one step takes off
LEAST = 0.05  # share of all cases below which a box is not peeled


@dataclass(frozen=True)
class Limit:
    """The range of one factor inside a box; infinite where that end is free."""

    factor: str
    low: float
    high: float
    chance: float  # that as dense a box without this limit gives this density by luck (binomial)


@dataclass(frozen=True)
class Box:
    """One step of the peeling trajectory."""

    coverage: float  # share of the cases of interest that lie in the box
    density: float  # share of the cases in the box that are of interest
    mass: float  # share of all cases that lie in the box
    limits: tuple[Limit, ...]

    @property
    def balance(self) -> float:
        """Harmonic mean of coverage and density."""
        total = self.coverage + self.density
        return 2.0 * self.coverage * self.density / total if total > 0.0 else 0.0


def peeled(
    factors: Mapping[str, Floats], interest: npt.NDArray[np.bool_], peel: float = PEEL, least: float = LEAST
) -> tuple[Box, ...]:
    """The trajectory from all cases to the smallest box that still grew denser.

    Each step takes off, from one end of one factor, about the share `peel` of the cases inside: the cut that raises the
    density most per case lost; of equal ones the cut that keeps the number of limited factors small. `factors` are
    columns (N,), `interest` (N,).
    """
    inside = np.ones(len(interest), dtype=bool)
    limits: dict[str, tuple[float, float]] = {}
    trajectory = [_box(factors, interest, inside, limits)]
    while interest.any():
        tried = (_cut(factors, interest, inside, n, high, peel, limits) for n in factors for high in (False, True))
        cuts = [cut for cut in tried if cut is not None]
        best = max(cuts, key=lambda cut: (cut.rise, -cut.limited), default=None)
        if best is None or best.keep.mean() < least:
            break
        inside, limits = best.keep, limits | {best.name: (best.low, best.high)}
        trajectory.append(_box(factors, interest, inside, limits))
    return tuple(trajectory)


class _Cut(NamedTuple):
    """A possible step of the peeling."""

    rise: float  # gain in density per case lost
    limited: int  # factors that the box would limit
    keep: npt.NDArray[np.bool_]
    name: str
    low: float
    high: float


def _cut(
    factors: Mapping[str, Floats], interest: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_], name: str,
    high: bool, peel: float, limits: Mapping[str, tuple[float, float]],
) -> _Cut | None:  # fmt: skip
    """The step that takes the top or the bottom off one factor; None where it does not help."""
    column = factors[name]
    mine = column[inside]
    edge = float(np.quantile(mine, 1.0 - peel if high else peel))
    keep = inside & (column < edge if high else column > edge)
    left, before = int(keep.sum()), int(inside.sum())
    if left in (0, before):
        return None
    rise = float(interest[keep].mean()) - float(interest[inside].mean())
    if rise <= 0.0:
        return None
    lost = column[inside & ~keep]
    low_end, high_end = limits.get(name, (-np.inf, np.inf))
    if high:
        high_end = 0.5 * (float(column[keep].max()) + float(lost.min()))
    else:
        low_end = 0.5 * (float(column[keep].min()) + float(lost.max()))
    return _Cut(rise / (before - left), len({*limits, name}), keep, name, low_end, high_end)


def _box(
    factors: Mapping[str, Floats], interest: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_],
    limits: Mapping[str, tuple[float, float]],
) -> Box:  # fmt: skip
    found = tuple(
        Limit(name, low, high, _chance(factors, interest, inside, limits, name)) for name, (low, high) in limits.items()
    )
    of_interest = max(1, int(interest.sum()))
    return Box(
        float(interest[inside].sum()) / of_interest,
        float(interest[inside].mean()) if inside.any() else np.nan,
        float(inside.mean()) if len(inside) else np.nan,
        found,
    )


def _chance(
    factors: Mapping[str, Floats], interest: npt.NDArray[np.bool_], inside: npt.NDArray[np.bool_],
    limits: Mapping[str, tuple[float, float]], without: str,
) -> float:  # fmt: skip
    """Binomial probability of at least this density if the limit on `without` did not matter."""
    wider = contained(factors, {name: ends for name, ends in limits.items() if name != without}, len(interest))
    hits, cases = int(interest[inside].sum()), int(inside.sum())
    return float(special.bdtrc(hits - 1, cases, interest[wider].mean())) if hits > 0 else 1.0


def contained(
    factors: Mapping[str, Floats], limits: Mapping[str, tuple[float, float]], cases: int
) -> npt.NDArray[np.bool_]:
    """Which of the cases lie within all limits (low, high)."""
    result = np.ones(cases, dtype=bool)
    for name, (low, high) in limits.items():
        result &= (factors[name] >= low) & (factors[name] <= high)
    return result
