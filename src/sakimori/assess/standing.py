"""How firmly options stand in their places: over resamples of the futures, and over the range of one factor."""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from sakimori.assess.comparison import Difference, by_mean, paired_difference
from sakimori.assess.metrics import Panel
from sakimori.assess.resampling import weights
from sakimori.assess.robustness import partition
from sakimori.base.types import Floats


@dataclass(frozen=True)
class Standing:
    """Ranking within one part of a factor's range."""

    label: str
    low: float
    high: float
    order: tuple[str, ...]  # best first
    leads: Difference  # of the overall leader over the best of the others, in this part


def standings(panel: Panel, options: Sequence[str], column: Floats) -> tuple[Standing, ...]:
    """The ranking by mean within the thirds (or categories) of `column` (F,), such as a single-shot probability."""
    overall = by_mean(panel, tuple(options))
    result = []
    for label, mask in partition(column):
        inside = panel.restrict(mask)
        if inside.independent > 1 and len(overall) > 1:
            order = by_mean(inside, overall)
            best = next(o for o in order if o != overall[0])
            lead = paired_difference(inside, overall[0], best)
            result.append(Standing(label, float(column[mask].min()), float(column[mask].max()), order, lead))
    return tuple(result)


def position_shares(panel: Panel, options: Sequence[str]) -> Floats:
    """Share of bootstrap resamples of the futures in which each option takes each place by its mean, (O, O)."""
    values = np.stack([panel.of(option) for option in options])
    there = np.isfinite(values).all(axis=0)
    sign = 1.0 if panel.metric.higher_is_better else -1.0
    values, count, samples = sign * np.where(there, values, 0.0), np.zeros((len(options), len(options))), 0
    for weight in weights(len(panel.futures), panel.groups):
        kept = weight * there
        if kept.sum() > 0.0:
            mean = np.sum(values * kept, axis=1) / kept.sum()
            count[np.argsort(-mean, kind="stable"), np.arange(len(options))] += 1.0
            samples += 1
    return count / max(1, samples)
