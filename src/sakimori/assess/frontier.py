"""Cost, year and effect at once: the options that no other beats in all three, and what a budget buys."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sakimori.assess.breakdown import turned
from sakimori.assess.comparison import paired_difference
from sakimori.assess.metrics import Panel
from sakimori.assess.resampling import weights
from sakimori.base.types import Floats


@dataclass(frozen=True)
class Offer:
    """One option as an offer: what it costs, when it is there, what it gains (more is better)."""

    option: str
    cost: float  # [USD] median over futures
    year: float  # median over futures; nan where none is stated
    gain: float  # [unit of the metric] mean gain over the baseline
    front: bool  # no other option is as cheap, as early and as good, and better in one of them
    share: float  # of draws of cost, year and the futures behind the gain, in which it is on the front


@dataclass(frozen=True)
class Budget:
    """What an option gains under a budget: in a future in which it costs more, it is not bought and gains nothing."""

    option: str
    budget: float  # [USD]
    bought: float  # share of futures
    gain: float  # [unit of the metric] mean over all futures
    low: float  # 95 % interval
    high: float


def front(cost: Floats, year: Floats, gain: Floats) -> npt.NDArray[np.bool_]:
    """Which of N offers (N,) are not dominated: less cost, an earlier year and more gain are better; equals stay.

    Offers without a cost or a gain are never on the front; offers without a year count as the latest. In the order of
    cost, then year, then gain, an offer can only be dominated by one that stands before it.
    """
    late = np.where(np.isnan(year), np.inf, year)
    result = np.zeros(len(cost), dtype=bool)
    kept: list[int] = []
    for index in np.lexsort((-gain, late, cost)):
        if not (np.isfinite(cost[index]) and np.isfinite(gain[index])):
            continue
        as_good = [k for k in kept if late[k] <= late[index] and gain[k] >= gain[index]]
        same = [k for k in as_good if (cost[k], late[k], gain[k]) == (cost[index], late[index], gain[index])]
        if len(as_good) == len(same):
            kept.append(int(index))
    result[kept] = True
    return result


def offers(
    panel: Panel, costs: Mapping[str, Floats], years: Mapping[str, Floats], baseline: str, options: Sequence[str]
) -> tuple[Offer, ...]:
    """The options with a cost, cheapest first; `costs` [USD] and `years` (F,) on the panel's futures.

    The baseline is an offer, too: nothing, for nothing, today. An option that gains nothing is thus never on the front.
    """
    named = [o for o in options if o != baseline and np.isfinite(costs[o]).any()]
    if not named:
        return ()
    cost = np.stack([np.zeros(len(panel.futures)), *(costs[o] for o in named)])
    year = np.stack([np.full(len(panel.futures), -np.inf), *(years[o] for o in named)])
    sign = 1.0 if panel.metric.higher_is_better else -1.0
    gain = sign * np.stack([panel.of(o) - panel.of(baseline) for o in (baseline, *named)])
    there = np.asarray(np.isfinite(gain).all(axis=0))
    middle, when = np.nanmedian(cost, axis=1), np.array([_median(row) for row in year])
    mean = gain[:, there].mean(axis=1) if there.any() else np.full(len(gain), np.nan)
    on, often = front(middle, when, mean), _often(panel, cost, year, np.where(there, gain, 0.0), there)
    found = [
        Offer(o, float(middle[i]), float(when[i]), float(mean[i]), bool(on[i]), float(often[i]))
        for i, o in enumerate(named, 1)
    ]
    return tuple(sorted(found, key=lambda offer: offer.cost))


def _often(panel: Panel, cost: Floats, year: Floats, gain: Floats, there: npt.NDArray[np.bool_]) -> Floats:
    """Share of draws on the front: cost and year of one future, the gain of futures drawn again."""
    count = np.zeros(len(cost))
    samples = 0
    for number, weight in enumerate(weights(len(panel.futures), panel.groups)):
        future, weight = number % len(panel.futures), weight * there
        if weight.sum() > 0.0:
            count += front(cost[:, future], year[:, future], np.sum(gain * weight, axis=1) / weight.sum())
            samples += 1
    return count / max(1, samples)


def _median(row: Floats) -> float:
    there = row[~np.isnan(row)]
    return float(np.median(there)) if len(there) else np.nan


def under_budget(panel: Panel, cost: Floats, option: str, baseline: str, budget: float) -> Budget:
    """Gain of `option` where it is bought only in the futures in which `cost` (F,) [USD] is within the budget."""
    bought = cost <= budget
    values = panel.values.copy()
    index = panel.options.index(option)
    values[index] = np.where(bought, panel.of(option), panel.of(baseline))
    asked = dataclasses.replace(panel, values=values)
    gain, low, high = turned(panel, paired_difference(asked, option, baseline))
    return Budget(option, budget, float(np.mean(bought)), gain, low, high)
