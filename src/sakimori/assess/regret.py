"""Regret over futures, and how often an option meets a goal: answers that need no probabilities of the futures.

The regret of an option in a future is what the best option of that future would have given more (Savage 1951, doi
10.1080/01621459.1951.10500768). Minimax regret takes the option whose greatest regret is least.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy import special

from sakimori.assess.comparison import CONFIDENCE, mean_error
from sakimori.assess.metrics import Panel
from sakimori.base.types import Floats


@dataclass(frozen=True)
class Regret:
    """What choosing one option would cost against choosing the best of each future, in the unit of the metric."""

    option: str
    mean: float
    error: float  # Monte Carlo standard error of the mean
    p90: float  # quantile over futures
    greatest: float
    best: float  # share of futures in which no option is better


@dataclass(frozen=True)
class Robustness:
    """Share of futures in which an option meets a goal, with its Wilson interval."""

    option: str
    goal: float  # [unit of the metric]
    share: float
    low: float
    high: float
    futures: int


def regrets(values: Floats, higher_is_better: bool) -> Floats:
    """Regret (O, F), not below 0, of values (O, F); nan in futures where an option has no value."""
    gains = values if higher_is_better else -values
    return np.max(gains, axis=0) - gains


def regret(panel: Panel, options: Sequence[str]) -> tuple[Regret, ...]:
    """Regret of these options against each other, least greatest regret first, then least mean.

    Values of a future hold the noise of its K replications, so that the greatest regret is somewhat too large.
    """
    found = regrets(np.stack([panel.of(option) for option in options]), panel.metric.higher_is_better)
    there = np.isfinite(found).all(axis=0)
    draws = None if panel.groups is None else panel.groups[there]
    result = [
        _regret(option, row[there], mean_error(row[there], draws)[0])
        for option, row in zip(options, found, strict=True)
    ]
    return tuple(sorted(result, key=lambda r: (r.greatest, r.mean)))


def _regret(option: str, lost: Floats, error: float) -> Regret:
    if len(lost) == 0:
        return Regret(option, *(5 * [np.nan]))
    mean, p90, most = float(lost.mean()), float(np.quantile(lost, 0.9)), float(lost.max())
    return Regret(option, mean, error, p90, most, float(np.mean(lost == 0.0)))


def robustness(panel: Panel, option: str, goal: float) -> Robustness:
    """Share of futures in which `option` does at least as well as `goal`.

    Wilson's interval (1927); where futures share draws of the factors, n is the number of futures of their own that
    would give the cluster-robust error, at least the number of draws where the share is 0 or 1.
    """
    values = panel.of(option)
    there = np.isfinite(values)
    met = (values >= goal if panel.metric.higher_is_better else values <= goal)[there].astype(np.float64)
    if len(met) == 0:
        return Robustness(option, goal, np.nan, 0.0, 1.0, 0)
    share = float(met.mean())
    low, high = wilson(share, _own_futures(panel, met, there))
    return Robustness(option, goal, share, low, high, len(met))


def _own_futures(panel: Panel, met: Floats, there: np.ndarray) -> float:
    if panel.groups is None:
        return float(len(met))
    error, draws = mean_error(met, panel.groups[there])
    share = float(met.mean())
    return min(float(len(met)), share * (1.0 - share) / error**2) if error > 0.0 else float(draws)


def wilson(share: float, count: float) -> tuple[float, float]:
    """Interval of a share seen in `count` independent trials (Wilson 1927, doi 10.1080/01621459.1927.10502953)."""
    z = float(special.ndtri(0.5 + 0.5 * CONFIDENCE))
    middle = (share + z * z / (2.0 * count)) / (1.0 + z * z / count)
    reach = z / (1.0 + z * z / count) * np.sqrt(share * (1.0 - share) / count + z * z / (4.0 * count * count))
    return min(share, max(0.0, float(middle - reach))), max(share, min(1.0, float(middle + reach)))
