"""What more of a measure brings, and from where on something pays: gain against a dose, a factor or the raid's size.

Doses and factors are drawn with each future, so that a gain can be read against them without another run.
"""

import itertools
from dataclasses import dataclass

import numpy as np
from scipy import special, stats

from sakimori.assess.breakdown import raid_sizes, turned
from sakimori.assess.comparison import CONFIDENCE, Difference, paired_difference
from sakimori.assess.metrics import Panel, Table
from sakimori.assess.resampling import weights
from sakimori.assess.robustness import partition
from sakimori.base.types import Floats, Integers

_CELLS = 20  # equal-count cells in which a factor is averaged before a threshold is looked for


@dataclass(frozen=True)
class Dose:
    """One part of a dose's range and the gain there, in the unit of the metric, more is better."""

    low: float  # smallest and largest dose in it
    high: float
    gain: float
    gain_low: float  # 95 % interval
    gain_high: float
    fitted: float  # of the monotone curve through all parts
    futures: int


@dataclass(frozen=True)
class Response:
    """Gain of an option against one dose of its measures."""

    option: str
    factor: str
    doses: tuple[Dose, ...]
    more: float  # gain in the highest part less that in the lowest
    more_low: float  # 95 % interval (Welch)
    more_high: float

    @property
    def resolved(self) -> bool:
        """Whether the dose matters beyond the Monte Carlo error."""
        return not self.more_low <= 0.0 <= self.more_high


def dose_response(panel: Panel, option: str, baseline: str, factor: str, dose: Floats) -> Response | None:
    """Gain over the thirds (or categories) of `dose` (F,); None where fewer than two parts hold two draws or more."""
    parts = [panel.restrict(mask) for _, mask in partition(dose)]
    masks = [mask for (_, mask), part in zip(partition(dose), parts, strict=True) if part.independent > 1]
    if len(masks) < 2:
        return None
    found = [paired_difference(panel.restrict(mask), option, baseline) for mask in masks]
    gains = [turned(panel, change) for change in found]
    counts = np.array([change.futures for change in found], dtype=np.float64)
    curve = monotone(np.array([gain[0] for gain in gains]), counts)
    doses = tuple(
        Dose(float(dose[mask].min()), float(dose[mask].max()), *gain, float(fit), change.futures)
        for mask, gain, fit, change in zip(masks, gains, curve, found, strict=True)
    )
    return Response(option, factor, doses, *_welch(panel, found[-1], found[0]))


def _welch(panel: Panel, high: Difference, low: Difference) -> tuple[float, float, float]:
    """Difference of two means over different futures, with Welch's interval (1947)."""
    sign = 1.0 if panel.metric.higher_is_better else -1.0
    more, own = sign * (high.mean - low.mean), (high.error**2, low.error**2)
    error = float(np.sqrt(sum(own)))
    if not error > 0.0:
        return more, more, more
    freedom = sum(own) ** 2 / (own[0] ** 2 / max(1, high.draws - 1) + own[1] ** 2 / max(1, low.draws - 1))
    reach = float(special.stdtrit(freedom, 0.5 + 0.5 * CONFIDENCE)) * error
    return more, more - reach, more + reach


def monotone(values: Floats, count: Floats) -> Floats:
    """The rising or falling curve nearest to the values (N,), weighted by `count`: pool adjacent violators.

    Barlow, Bartholomew, Bremner and Brunk, Statistical Inference under Order Restrictions (1972). Whichever of the two
    directions leaves the smaller weighted sum of squares is taken; rising where they are equal.
    """
    up, down = rising(values, count), -rising(-values, count)
    return up if np.sum(count * (values - up) ** 2) <= np.sum(count * (values - down) ** 2) else down


def rising(values: Floats, count: Floats) -> Floats:
    """The rising curve nearest to the values (N,), weighted by `count`."""
    blocks: list[tuple[float, float, int]] = []
    for value, weight in zip(values, count, strict=True):
        blocks.append((float(value), float(weight), 1))
        while len(blocks) > 1 and blocks[-2][0] >= blocks[-1][0]:
            (a, m, i), (b, n, j) = blocks[-2:]
            both = m + n
            blocks[-2:] = [((a * m + b * n) / both if both > 0.0 else 0.5 * (a + b), both, i + j)]
    return np.repeat([block[0] for block in blocks], [block[2] for block in blocks])


@dataclass(frozen=True)
class Threshold:
    """Where along a factor one option overtakes another."""

    factor: str
    above: bool  # it is better above the threshold; otherwise below
    at: float  # [SI unit of the factor]
    low: float  # 95 % bootstrap interval of the resamples that have a threshold
    high: float
    share: float  # of the resamples that have one


def threshold(panel: Panel, option: str, other: str, factor: str, column: Floats, level: float) -> Threshold | None:
    """Where `option` overtakes `other` along `column` (F,), on the monotone curve through their difference.

    None where the difference does not go with the factor (Spearman's rank correlation at confidence `level`), or the
    curve has the same sign everywhere.
    """
    lead = panel.of(option) - panel.of(other)
    there = np.isfinite(lead)
    lead = lead[there] if panel.metric.higher_is_better else -lead[there]
    draws = None if panel.draws is None else panel.draws[there]
    mine = column[there]
    sound = len(lead) if draws is None else len(np.unique(draws))
    if sound < _CELLS or np.ptp(mine) == 0.0 or np.ptp(lead) == 0.0:
        return None
    correlation = float(np.corrcoef(stats.rankdata(mine), stats.rankdata(lead))[0, 1])
    if _luck(correlation, sound) > 1.0 - level:
        return None
    codes = _cells(mine)
    at = _crossing(mine, lead, codes, np.ones(len(lead)), correlation > 0.0)
    if at is None:
        return None
    found = [_crossing(mine, lead, codes, weight, correlation > 0.0) for weight in weights(len(lead), draws)]
    known = np.array([value for value in found if value is not None])
    tail = 50.0 * (1.0 - CONFIDENCE)
    low, high = (float(q) for q in np.percentile(known, [tail, 100.0 - tail])) if len(known) else (np.nan, np.nan)
    return Threshold(factor, correlation > 0.0, at, low, high, len(known) / len(found))


def _luck(correlation: float, sound: int) -> float:
    """Two-sided probability of so large a rank correlation between what is independent (Student approximation)."""
    size = min(abs(correlation), 1.0 - 1e-15)
    return float(2.0 * special.stdtr(sound - 2, -size * np.sqrt((sound - 2) / (1.0 - size * size))))


def _cells(column: Floats) -> Integers:
    """Cell of each value: equal counts, equal values together."""
    edges = np.unique(np.quantile(column, np.linspace(0.0, 1.0, _CELLS + 1)[1:-1]))
    return np.unique(np.searchsorted(edges, column, side="left"), return_inverse=True)[1]


def _crossing(column: Floats, lead: Floats, codes: Integers, weight: Floats, upward: bool) -> float | None:
    """Where the monotone curve through the cells' means crosses zero; None where it does not."""
    count = np.bincount(codes, weights=weight).astype(np.float64)
    held = count > 0.0
    centre = np.bincount(codes, weights=weight * column)[held] / count[held]
    height = np.bincount(codes, weights=weight * lead)[held] / count[held]
    curve = rising(height if upward else -height, count[held])
    if not curve[0] < 0.0 < curve[-1]:
        return None
    last, first = int(np.flatnonzero(curve < 0.0)[-1]), int(np.flatnonzero(curve > 0.0)[0])
    part = curve[last] / (curve[last] - curve[first])
    return float(centre[last] + part * (centre[first] - centre[last]))


@dataclass(frozen=True)
class Payoff:
    """From which raid size on an option is better than the baseline beyond the error, in every larger raid, too."""

    option: str
    size: float  # threats; nan where it never is
    label: str  # of the smallest such group of sizes
    steady: bool  # every group is resolved, or none: there is no threshold inside the range


def payoff(panel: Panel, outcomes: Table, option: str, baseline: str) -> Payoff:
    """Gain over raid sizes, described and averaged over all else; which size the attacker takes is not asked."""
    sizes = raid_sizes(panel, outcomes)
    helps = [turned(panel, paired_difference(panel.restrict(mask), option, baseline))[1] > 0.0 for _, _, mask in sizes]
    tail = len(list(itertools.takewhile(bool, reversed(helps))))
    if tail == 0:
        return Payoff(option, np.nan, "", not any(helps))
    label, size, _ = sizes[len(sizes) - tail]
    return Payoff(option, size, label, tail == len(sizes))
