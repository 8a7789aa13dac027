"""Where the leakers come from: by cause, by place, class or partner, over raid size; what binds; what effect costs."""

import itertools
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sakimori.assess.comparison import CONFIDENCE, Difference, paired_difference
from sakimori.assess.metrics import Panel, Table
from sakimori.base.types import Floats, Reason

MOST_SIZES = 8  # more distinct raid sizes than this are gathered into bins

CONSTRAINTS: Mapping[str, tuple[Reason, ...]] = {
    "detection": (Reason.NOT_DETECTED, Reason.NOT_CONFIRMED),
    "track quality": (Reason.TRACK_TOO_POOR,),
    "sharing": (Reason.NOT_SHARED, Reason.REMOTE_TRACK),
    "time": (Reason.TOO_LATE,),
    "reach": (Reason.OUT_OF_REACH,),
    "altitude": (Reason.ABOVE_CEILING, Reason.BELOW_FLOOR),
    "hand-over": (Reason.OUTSIDE_BASKET, Reason.DIVERT_EXCEEDED),
    "coordination": (Reason.HELD_FIRE, Reason.HANDED_OVER, Reason.NOT_PERMITTED),
    "channels": (Reason.NO_CHANNEL,),
    "rounds": (Reason.MAGAZINE_EMPTY, Reason.RESERVED, Reason.RELOADING),
    "availability": (Reason.LAYER_OUT, Reason.SENSOR_OUT, Reason.LAYER_LOST),
    "kill probability": (Reason.MISSED,),
    "designation": (Reason.WRONG_OBJECT,),
    "assessment": (Reason.FALSE_KILL,),
}
"""Causes of leaks gathered by the constraint behind them; every other reason counts as "other"."""


@dataclass(frozen=True)
class Binding:
    """What holds an option back: its leakers per raid by constraint, largest first."""

    option: str
    leakers: Mapping[str, float]  # constraint -> expected leakers per raid

    @property
    def first(self) -> str:
        """The constraint behind most leakers; empty where nothing leaks."""
        name = next(iter(self.leakers), "")
        return name if name and self.leakers[name] > 0.0 else ""

    def share(self, constraint: str) -> float:
        """Share of the leakers behind which `constraint` stands."""
        total = sum(self.leakers.values())
        return self.leakers.get(constraint, 0.0) / total if total > 0.0 else 0.0


def on(table: Table, futures: npt.NDArray[np.integer], option: str | None = None) -> Table:
    """The rows of `table` in these futures and, where given, of this option."""
    keep = np.isin(table["future"].astype(np.int64), futures)
    if option is not None:
        keep &= table["option"].astype(str) == option
    return {name: column[keep] for name, column in table.items()}


def leakers_by(
    threats: Table, label: npt.NDArray[np.generic], option: str, futures: npt.NDArray[np.integer]
) -> dict[str, float]:
    """Expected leakers per raid of `option`, by a label of each row (cause, place, class, partner); largest first."""
    keep = (threats["option"].astype(str) == option) & np.isin(threats["future"].astype(np.int64), futures)
    names, index = np.unique(label[keep].astype(str), return_inverse=True)
    total = np.bincount(index, weights=threats["leak_probability"][keep].astype(np.float64), minlength=len(names))
    amounts = {str(name): float(value) / max(1, len(futures)) for name, value in zip(names, total, strict=True)}
    return dict(sorted(amounts.items(), key=lambda item: (-item[1], item[0])))


def value_lost_by(
    threats: Table, label: npt.NDArray[np.generic], option: str, futures: npt.NDArray[np.integer]
) -> dict[str, float]:
    """Expected value lost per raid by the same labels: each leaker counts the value of its place in that future."""
    weighed = dict(threats) | {
        "leak_probability": threats["leak_probability"].astype(np.float64) * threats["value"].astype(np.float64)
    }
    return leakers_by(weighed, label, option, futures)


def value_at_risk_by(
    threats: Table, label: npt.NDArray[np.generic], option: str, futures: npt.NDArray[np.integer]
) -> dict[str, float]:
    """Value aimed at per raid by the same labels: what `value_lost_by` is a part of."""
    return aimed_by(threats, label, option, futures, threats["value"])


def aimed_by(
    threats: Table,
    label: npt.NDArray[np.generic],
    option: str,
    futures: npt.NDArray[np.integer],
    weight: npt.NDArray[np.generic] | float = 1.0,
) -> dict[str, float]:
    """Threats per raid by the same labels: what `leakers_by` is a part of; each counts its `weight`."""
    all_of_them = dict(threats) | {"leak_probability": np.broadcast_to(weight, len(threats["future"]))}
    return leakers_by(all_of_them, label, option, futures)


def constraint_of(cause: str) -> str:
    """The constraint behind a reason's name."""
    return next((name for name, reasons in CONSTRAINTS.items() if any(r.name == cause for r in reasons)), "other")


def binding(threats: Table, option: str, futures: npt.NDArray[np.integer]) -> Binding:
    """Leakers of `option` by constraint."""
    amounts: dict[str, float] = {}
    for cause, amount in leakers_by(threats, threats["cause"], option, futures).items():
        name = constraint_of(cause)
        amounts[name] = amounts.get(name, 0.0) + amount
    return Binding(option, dict(sorted(amounts.items(), key=lambda item: -item[1])))


def layer_reasons(engagements: Table, option: str, futures: npt.NDArray[np.integer], layer: str) -> dict[str, float]:
    """Share of the threats of `option` by what became of them at `layer`, largest first."""
    rows = on(engagements, futures, option)
    mine = rows["layer"].astype(str) == layer
    names, count = np.unique(rows["reason"][mine].astype(str), return_counts=True)
    total = max(1, int(count.sum()))
    shares = {str(name): int(c) / total for name, c in zip(names, count, strict=True)}
    return dict(sorted(shares.items(), key=lambda item: (-item[1], item[0])))


def met(
    engagements: Table, option: str, futures: npt.NDArray[np.integer], constraint: str, layers: Sequence[str] = ()
) -> float:
    """Share of the pairs of threat and layer (of these layers; none: of all) whose reason is of the constraint."""
    rows = on(engagements, futures, option)
    mine = np.isin(rows["layer"].astype(str), list(layers)) if layers else np.ones(len(rows["layer"]), dtype=bool)
    reasons = rows["reason"][mine].astype(str)
    names = [reason.name for reason in CONSTRAINTS[constraint]]
    return float(np.mean(np.isin(reasons, names))) if len(reasons) else 0.0


def raid_sizes(panel: Panel, outcomes: Table) -> list[tuple[str, float, npt.NDArray[np.bool_]]]:
    """Label, mean size and mask over the panel's futures of each raid size (binned where there are many)."""
    futures, first = np.unique(outcomes["future"].astype(np.int64), return_index=True)
    size = outcomes["raid_size"][first].astype(np.float64)[np.searchsorted(futures, panel.futures)]
    distinct = np.unique(size)
    if len(distinct) <= MOST_SIZES:
        return [(f"{value:g}", float(value), size == value) for value in distinct]
    edges = np.unique(np.quantile(size, np.linspace(0.0, 1.0, MOST_SIZES - 1)))
    masks = [(size >= a) & ((size < b) | (b == edges[-1])) for a, b in itertools.pairwise(edges)]
    return [(f"{size[m].min():g}-{size[m].max():g}", float(size[m].mean()), m) for m in masks if m.any()]


@dataclass(frozen=True)
class CostEffect:
    """What one option's effect costs: gain over the baseline (more is better) per US dollar."""

    option: str
    cost_p10: float  # [USD] quantiles over futures
    cost_p50: float
    cost_p90: float
    gain: float  # [unit of the metric] mean gain over the baseline
    per_cost: float  # [unit / USD] gain / median cost
    per_cost_low: float  # low end of the gain's interval over the dear end of the cost
    per_cost_high: float  # high end over the cheap end


def cost_effect(panel: Panel, cost: Floats, option: str, baseline: str) -> CostEffect | None:
    """Effect per cost of `option`; `cost` (F,) [USD] on the panel's futures. None where the option has no cost."""
    known = cost[np.isfinite(cost)]
    if len(known) == 0 or np.median(known) <= 0.0:
        return None
    low, middle, high = (float(q) for q in np.quantile(known, [0.1, 0.5, 0.9]))
    change = turned(panel, paired_difference(panel, option, baseline, CONFIDENCE))
    worst = change[1] / (high if change[1] > 0.0 else low) if low > 0.0 else np.nan
    best = change[2] / (low if change[2] > 0.0 else high) if low > 0.0 else np.nan
    return CostEffect(option, low, middle, high, change[0], change[0] / middle, worst, best)


def turned(panel: Panel, change: Difference) -> tuple[float, float, float]:
    """Mean, low and high of a difference with the sign turned so that more is better."""
    if panel.metric.higher_is_better:
        return change.mean, change.low, change.high
    return -change.mean, -change.high, -change.low


@dataclass(frozen=True)
class Moment:
    """When one event of the kill chain happened, in seconds after launch, over the threats to which it happened."""

    event: str
    share: float  # of the threats it happened to
    p10: float
    p50: float
    p90: float


EVENTS = ("detected", "confirmed", "committed", "launched", "last useful launch", "intercepted", "impact")
"""The kill chain in its order; "last useful launch" is the latest launch that still reaches the threat."""


def timeline(
    threats: Table, engagements: Table, flights: Table, option: str, futures: Sequence[int] | npt.NDArray[np.integer],
    families: Sequence[str] | None = None,
) -> tuple[Moment, ...]:  # fmt: skip
    """The kill chain of `option`, of the threats of these families (None: all)."""
    futures = np.asarray(futures, dtype=np.int64)
    flown, seen, fired = on(flights, futures), on(threats, futures, option), on(engagements, futures, option)
    if families is not None:
        wanted = np.isin(flown["family"].astype(str), list(families))
        flown = {name: column[wanted] for name, column in flown.items()}
    key = _key(flown)
    start = flown["launch_time"].astype(np.float64)
    times = {
        "detected": _reduced(key, seen, "first_detected", np.fmin),
        "confirmed": _reduced(key, seen, "confirmed", np.fmin),
        "committed": _reduced(key, fired, "commit", np.fmin),
        "launched": _reduced(key, fired, "first_launch", np.fmin),
        "last useful launch": _reduced(key, fired, "last_launch", np.fmax),
        "intercepted": _reduced(key, fired, "first_intercept", np.fmin),
        "impact": flown["impact_time"].astype(np.float64),
    }
    return tuple(moment(event, times[event] - start) for event in EVENTS)


def _key(rows: Table) -> npt.NDArray[np.int64]:
    return rows["future"].astype(np.int64) * (1 << 20) + rows["threat"].astype(np.int64)


def _reduced(key: npt.NDArray[np.int64], rows: Table, column: str, reduce: np.ufunc) -> Floats:
    """For each key the reduced finite value over the rows of that threat; nan where there is none."""
    result = np.full(len(key), np.nan)
    if len(key) == 0 or column not in rows or len(rows[column]) == 0:
        return result
    order = np.argsort(key)
    mine = _key(rows)
    at = np.minimum(np.searchsorted(key[order], mine), len(key) - 1)
    values = rows[column].astype(np.float64)
    good = (key[order][at] == mine) & np.isfinite(values)
    reduce.at(result, order[at[good]], values[good])
    return result


def moment(event: str, times: Floats) -> Moment:
    """The event's quantiles over the finite times, and their share of all."""
    there = times[np.isfinite(times)]
    if len(there) == 0:
        return Moment(event, 0.0, np.nan, np.nan, np.nan)
    low, middle, high = (float(q) for q in np.quantile(there, [0.1, 0.5, 0.9]))
    return Moment(event, len(there) / len(times), low, middle, high)
