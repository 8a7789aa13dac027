"""Means with their Monte Carlo error, spread over factors, paired differences and ranks with ties.

Three uncertainties are kept apart: the Monte Carlo error of a mean (more futures make it smaller), the spread over
factors (what we do not know; more futures do not make it smaller), and luck (what would differ if the same raid came
again).
"""

from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from scipy import special

from sakimori.assess.metrics import Panel
from sakimori.base.types import Floats, Integers

CONFIDENCE = 0.95
_EQUAL = 1e-9  # two values of one future differ by less than this times their size: rounding, not an effect


class Effect(StrEnum):
    """What the paired difference to the reference says."""

    HELPS = "helps"
    HURTS = "hurts"
    NONE = "none"  # equal in every future
    UNRESOLVED = "unresolved"  # the interval holds zero


@dataclass(frozen=True)
class Estimate:
    """One metric of one option over all futures, in the unit of the metric."""

    option: str
    mean: float
    error: float  # Monte Carlo standard error of the mean, inner replications included
    p10: float  # quantiles of the conditional expectation over draws of the factors: the spread over factors
    p50: float
    p90: float
    between_variance: float  # variance over futures with the noise of the replications taken off
    luck_variance: float  # mean variance over replications of one raid, given its factors
    futures: int


@dataclass(frozen=True)
class Difference:
    """Option minus reference on the same futures, in the unit of the metric."""

    option: str
    reference: str
    mean: float
    error: float
    low: float
    high: float
    better: float  # shares of futures
    equal: float
    worse: float
    futures: int
    effect: Effect
    draws: int  # independent draws of the factors, or replicates of them, behind the interval


def estimate(panel: Panel, option: str) -> Estimate:
    """Mean, error and spread of `option`.

    Let m_f be the value in future f and v_f the variance over its K replications. The error is sqrt(var(m)/F), which
    holds the replications' share; the variance between futures is var(m) - mean(v)/K, not below 0. Where several
    futures share one draw of the factors, or one replicate of a sample, the error is that of `mean_error`.
    """
    values = panel.of(option)
    there = np.isfinite(values)
    error, _ = mean_error(values[there], None if panel.groups is None else panel.groups[there])
    values, luck = values[there], panel.luck[panel.options.index(option)][there]
    count = len(values)
    if count == 0:
        return Estimate(option, *(7 * [np.nan]), futures=0)
    total = float(np.var(values, ddof=1)) if count > 1 else np.nan
    given = values if panel.draws is None else draw_means(values, panel.draws[there])
    low, middle, high = (float(q) for q in np.quantile(given, [0.1, 0.5, 0.9]))
    between = max(0.0, total - float(np.mean(luck)) / panel.replications)
    return Estimate(
        option, float(np.mean(values)), error, low, middle, high, between, float(np.mean(luck)), count
    )  # fmt: skip


def paired_difference(panel: Panel, option: str, reference: str, confidence: float = CONFIDENCE) -> Difference:
    """Difference on common futures with Student's t interval: mean(d) +- t(G-1) error(d), over G draws of the factors.

    Every future is a draw of its own unless the panel says otherwise (replicates of a sample count as one draw each);
    the error is that of `mean_error`. Futures where
    either value is missing are left out. With fewer than two draws the interval is unbounded.
    """
    here, there = panel.of(option), panel.of(reference)
    both = np.isfinite(here) & np.isfinite(there)
    here, there = here[both], there[both]
    change = here - there
    change[np.abs(change) <= _EQUAL * np.maximum(np.abs(here), np.abs(there))] = 0.0
    count = len(change)
    if count == 0:
        nothing = np.nan
        return Difference(
            option, reference, nothing, nothing, -np.inf, np.inf, nothing, nothing, nothing, 0, Effect.UNRESOLVED, 0
        )
    mean, (error, draws) = (
        float(np.mean(change)),
        mean_error(change, None if panel.groups is None else panel.groups[both]),
    )
    reach = float(special.stdtrit(draws - 1, 0.5 + 0.5 * confidence)) * error if draws > 1 else np.inf
    low, high = mean - reach, mean + reach
    gain = change if panel.metric.higher_is_better else -change
    shares = (float(np.mean(gain > 0)), float(np.mean(gain == 0)), float(np.mean(gain < 0)))
    return Difference(
        option, reference, mean, error, low, high, *shares, count, _effect(panel, low, high, shares[1] == 1.0), draws
    )


def draw_means(values: Floats, draws: Integers) -> Floats:
    """Mean of the values (F,) of each draw of the factors: the expectation given the factors, over all flights."""
    _, group = np.unique(draws, return_inverse=True)
    return np.bincount(group, weights=values) / np.bincount(group)


def mean_error(values: Floats, draws: Integers | None) -> tuple[float, int]:
    """Standard error of the mean of `values` (F,), and how many independent draws G it rests on; nan where G < 2.

    Futures that share a draw of the factors (several observed flights flown with it) or a replicate of a sample (Sobol
    points, a Latin hypercube) are not independent of each other: with e_g the sum of the deviations from the mean in
    draw g, the squared error is G/(G-1) sum(e_g^2) / F^2 (the cluster-robust variance of a mean, Cameron and Miller
    2015, doi 10.3368/jhr.50.2.317); with one future in each draw it is var/F.
    """
    count = len(values)
    if draws is None:
        return (float(np.std(values, ddof=1) / np.sqrt(count)) if count > 1 else np.nan), count
    _, group = np.unique(draws, return_inverse=True)
    deviation = np.bincount(group, weights=values - np.mean(values)) if count else np.zeros(0)
    size = len(deviation)
    return (float(np.sqrt(size / (size - 1) * np.sum(deviation**2)) / count) if size > 1 else np.nan), size


def _effect(panel: Panel, low: float, high: float, same: bool) -> Effect:
    if same:
        return Effect.NONE
    if low <= 0.0 <= high:
        return Effect.UNRESOLVED
    return Effect.HELPS if (low > 0.0) == panel.metric.higher_is_better else Effect.HURTS


def gain(panel: Panel, value: float) -> float:
    """`value` with the sign turned so that more is better."""
    return value if panel.metric.higher_is_better else -value


def by_mean(panel: Panel, options: tuple[str, ...]) -> tuple[str, ...]:
    """Options from the best mean to the worst; those without any value come last, equals keep their order."""
    means = {}
    for option in options:
        mean = estimate(panel, option).mean
        means[option] = -np.inf if np.isnan(mean) else gain(panel, mean)
    return tuple(sorted(options, key=lambda option: -means[option]))


def tie_confidence(options: int) -> float:
    """Confidence at which one of `options` must differ from the leader, who was picked by looking (Bonferroni)."""
    return 1.0 - (1.0 - CONFIDENCE) / max(1, options - 1)


def rank(panel: Panel, options: tuple[str, ...]) -> tuple[tuple[str, ...], ...]:
    """Groups of tied options, best group first.

    The option with the best mean leads; whoever's paired difference to it is not resolved is tied with it. As the
    leader was picked by looking, the confidence is that of `tie_confidence`. The rest is ranked in the same way.
    """
    undecided = (Effect.UNRESOLVED, Effect.NONE)
    rest = by_mean(panel, options)
    groups: list[tuple[str, ...]] = []
    while rest:
        leader, rivals = rest[0], rest[1:]
        level = tie_confidence(len(rest))
        tied = [r for r in rivals if paired_difference(panel, r, leader, level).effect in undecided]
        groups.append((leader, *tied))
        rest = tuple(r for r in rivals if r not in tied)
    return tuple(groups)
