"""What must be true of our own factors for the answer to change: a box, checked on futures that did not make it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from sakimori.assess.boxes import Box, contained, peeled
from sakimori.assess.comparison import CONFIDENCE
from sakimori.assess.indices import going_with
from sakimori.assess.metrics import Panel
from sakimori.assess.regret import regrets, wilson
from sakimori.base.types import Floats, Integers

_EQUAL = 1e-9  # regret below this times the largest value is rounding
_TRIED = 8  # factors given to the peeling, those first that explain most
_LIMITED = 3  # factors that the chosen box may limit: more cannot be told in a sentence, or checked with few futures
_FEWEST = 10  # futures of interest, and others, in each half


class Found(StrEnum):
    """What the search for a box came to."""

    BOX = "box"  # a box that holds in the other half of the futures, too
    UNCONFIRMED = "unconfirmed"  # what one half shows does not hold in the other
    NO_FACTOR = "no factor"  # no factor of our own goes with it
    TOO_FEW = "too few"  # too few futures of interest, or too few others


@dataclass(frozen=True)
class Discovery:
    """Where in our own factors the futures of interest gather."""

    found: Found
    share: float  # of all futures that are of interest
    box: Box | None  # made from all futures
    trajectory: tuple[Box, ...]  # of all futures
    checked: float  # density, in the other half of the futures, of the box made from one half
    checked_low: float  # its Wilson interval
    checked_high: float


def overtaken(panel: Panel, leader: str, rivals: Sequence[str]) -> npt.NDArray[np.bool_]:
    """In which futures (F,) some rival does better than `leader`; False where a value is missing."""
    values = np.stack([panel.of(option) for option in (leader, *rivals)])
    lost = regrets(values, panel.metric.higher_is_better)[0]
    size = float(np.nanmax(np.abs(values), initial=0.0))
    return np.where(np.isfinite(lost), lost, 0.0) > _EQUAL * size


def discover(
    interest: npt.NDArray[np.bool_], factors: Mapping[str, Floats], draws: Integers | None = None
) -> Discovery:
    """A box of at most three limits around the futures of interest (F,), of the balanced step of its trajectory.

    `factors` are columns (F,) of our own; the attacker's are not given, and so are averaged over. The futures are
    parted in two by their draws of the factors. Factors are picked, and a box is peeled, on one half; it counts only if
    its density in the other half is above the share there beyond the error (Wilson). The box told is made from all.
    """
    group = np.arange(len(interest)) if draws is None else np.unique(draws, return_inverse=True)[1].ravel()
    half = group % 2 == 0
    share = float(interest.mean()) if len(interest) else np.nan
    nothing = Discovery(Found.TOO_FEW, share, None, (), np.nan, 0.0, 1.0)
    if min(min(int(interest[h].sum()), int((~interest[h]).sum())) for h in (half, ~half)) < _FEWEST:
        return nothing
    chosen = _candidates(interest, factors, half, draws)
    trial = balanced(peeled({name: factors[name][half] for name in chosen}, interest[half])) if chosen else None
    if trial is None or not trial.limits:
        return Discovery(Found.NO_FACTOR, share, None, (), np.nan, 0.0, 1.0)
    limits = {limit.factor: (limit.low, limit.high) for limit in trial.limits}
    inside = contained({name: factors[name] for name in limits}, limits, len(interest)) & ~half
    density = float(interest[inside].mean()) if inside.any() else np.nan
    low, high = wilson(density, len(np.unique(group[inside]))) if inside.any() else (0.0, 1.0)
    trajectory = peeled({name: factors[name] for name in limits}, interest)
    box = balanced(trajectory)
    held = low > float(interest[~half].mean()) and bool(box.limits)
    return Discovery(Found.BOX if held else Found.UNCONFIRMED, share, box if held else None, trajectory,
                     density, low, high)  # fmt: skip


def _candidates(
    interest: npt.NDArray[np.bool_], factors: Mapping[str, Floats], half: npt.NDArray[np.bool_], draws: Integers | None
) -> tuple[str, ...]:
    """The factors that go with the interest in one half of the futures, those first that explain most."""
    mine = {name: column[half] for name, column in factors.items()}
    found = going_with(interest[half].astype(np.float64), mine, None if draws is None else draws[half], CONFIDENCE)
    return found[:_TRIED]


def balanced(trajectory: Sequence[Box]) -> Box:
    """The step with the largest harmonic mean of coverage and density, of those with few limits."""
    return max((box for box in trajectory if len(box.limits) <= _LIMITED), key=lambda box: box.balance)
