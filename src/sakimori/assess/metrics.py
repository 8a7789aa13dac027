"""Every metric: what it is called, its unit, what it means, and its value per option and future.

The value of a metric in one future is a conditional expectation given that future's factors; where it was estimated
from inner replications, the variance over replications ("luck") is carried beside it and never mixed into the spread.
"""

import dataclasses
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from sakimori.base.types import Floats, Integers

Table = Mapping[str, npt.NDArray[np.generic]]
"""Columns of equal length by name."""

BASELINE = "baseline"
"""The name of the option without measures."""


@dataclass(frozen=True)
class Metric:
    """A number that says how well an option did in one future."""

    name: str
    title: str
    title_ja: str
    unit: str  # "1" a share or a count, "s", "m", "USD"
    higher_is_better: bool
    meaning: str
    formula: str
    table: str  # "outcomes" (a column per future) or "threats" (a mean over the raid)
    needs: tuple[str, ...]  # columns read
    variance: str = ""  # column with the variance over inner replications; empty: no luck in this metric
    share: bool = False  # lies between 0 and 1: shown in per cent

    @property
    def dimension(self) -> str:
        """The kind of quantity in which a goal for it is written (`base.units`)."""
        return {"1": "number", "s": "time", "m": "length", "USD": "money"}[self.unit]


_LISTED = (
    Metric(
        "no_leaker", "Probability that nothing leaks", "全弾阻止確率", "1", True,
        "Chance that no threat of the raid reaches its place.",
        "mean over K replications of [leakers = 0]", "outcomes", ("no_leaker",), "no_leaker_variance", True,
    ),
    Metric(
        "expected_leakers", "Expected leakers", "期待突破数", "1", False,
        "Mean number of threats of the raid that reach their places.",
        "sum over threats of the leak probability", "outcomes", ("expected_leakers",), "leakers_variance",
    ),
    Metric(
        "leak_fraction", "Share of the raid that leaks", "突破率", "1", False,
        "Expected leakers divided by the size of the raid.",
        "expected_leakers / raid_size", "outcomes", ("expected_leakers", "raid_size"), "", True,
    ),
    Metric(
        "value_lost", "Value lost", "損失価値", "1", False,
        "Leak probability of each threat times the stated value of the place it is aimed at, summed.",
        "sum over threats of leak probability x value of its place", "outcomes", ("value_lost",),
    ),
    Metric(
        "rounds", "Rounds used", "消費弾数", "1", False,
        "Mean number of interceptors launched, over all layers.",
        "sum over layers of the mean rounds used", "outcomes", ("rounds",),
    ),
    Metric(
        "rounds_cost", "Cost of the rounds used", "消費弾の費用", "USD", False,
        "Rounds used times their unit cost, where a unit cost is stated.",
        "sum over layers of rounds used x unit cost", "outcomes", ("rounds_cost",),
    ),
    Metric(
        "warning_time", "Warning time", "警報時間", "s", True,
        "Time from the warning of the threatened place's partner to the impact; 0 where there was no warning.",
        "mean over threats of max(0, impact - warned)", "outcomes", ("warning_time",),
    ),
    Metric(
        "custody", "Custody", "追尾継続率", "1", True,
        "Share of the flight during which the threatened place's partner held a usable track.",
        "mean over threats of (samples with a usable track / samples in flight)", "outcomes", ("custody",), "", True,
    ),
    Metric(
        "unreached_time", "Time out of every layer's reach", "迎撃圏外時間", "s", False,
        "Flight time after boost that lies inside no layer's envelope.",
        "mean over threats of the time inside no envelope", "outcomes", ("unreached_time",),
    ),
    Metric(
        "detected", "Share of threats detected", "探知率", "1", True,
        "Share of the raid that any sensor of the option detected at least once.",
        "mean over threats of [first detection exists]", "threats", ("first_detected",), "", True,
    ),
    Metric(
        "confirmed", "Share of threats confirmed", "確認率", "1", True,
        "Share of the raid for which a track was confirmed (m of n looks).",
        "mean over threats of [confirmation exists]", "threats", ("confirmed",), "", True,
    ),
    Metric(
        "warned", "Share of threats warned of", "警報率", "1", True,
        "Share of the raid of which the threatened place's partner was warned before the impact.",
        "mean over threats of [warning time > 0]", "threats", ("warning_time",), "", True,
    ),
    Metric(
        "best_sigma", "Best track accuracy", "最良追尾精度", "m", False,
        "Smallest one-sigma position error per axis that the place's partner had, mean of the threats it tracked.",
        "mean over threats with a usable track of min over time of sqrt(tr P_pp / 3)", "threats", ("best_sigma",),
    ),
)  # fmt: skip

METRICS: Mapping[str, Metric] = {metric.name: metric for metric in _LISTED}
"""All metrics by name; docs/metrics.md explains each (a test compares the two)."""


@dataclass(frozen=True)
class Panel:
    """One metric of all options on the same futures; a future that failed under any option is left out of all."""

    metric: Metric
    options: tuple[str, ...]
    futures: Integers  # (F,)
    values: Floats  # (O, F) in the unit of the metric; nan where the metric does not exist
    luck: Floats  # (O, F) variance over inner replications; 0 where the metric has none
    replications: int
    left_out: int  # futures not used: failed, or without a row for every option
    draws: Integers | None = None  # (F,) number of the factors' draw behind each future; None: each has its own
    clusters: Integers | None = None  # (F,) replicate of the sample that each future is of; None: each draw its own

    @property
    def groups(self) -> Integers | None:
        """(F,) what of the futures is independent of each other: replicates, or else draws; None: every future."""
        return self.draws if self.clusters is None else self.clusters

    def of(self, option: str) -> Floats:
        """Values of one option, (F,)."""
        return self.values[self.options.index(option)]

    def restrict(self, keep: npt.NDArray[np.bool_]) -> "Panel":
        """The same panel on the futures where `keep` (F,) holds."""
        return Panel(
            self.metric, self.options, self.futures[keep], self.values[:, keep], self.luck[:, keep],
            self.replications, self.left_out, None if self.draws is None else self.draws[keep],
            None if self.clusters is None else self.clusters[keep],
        )  # fmt: skip

    @property
    def independent(self) -> int:
        """How many independent draws of the factors, or replicates of them, stand behind the futures."""
        return len(self.futures) if self.groups is None else len(np.unique(self.groups))


def option_names(outcomes: Table) -> tuple[str, ...]:
    """Options in the order of their first rows, the baseline first."""
    names = dict.fromkeys(str(name) for name in outcomes["option"])
    rest = [name for name in names if name != BASELINE]
    return (BASELINE, *rest) if BASELINE in names else tuple(rest)


def available(tables: Mapping[str, Table]) -> tuple[str, ...]:
    """Names of the metrics whose columns these tables have."""
    return tuple(m.name for m in _LISTED if m.table in tables and all(c in tables[m.table] for c in m.needs))


def panel(tables: Mapping[str, Table], name: str, replications: int) -> Panel:
    """The metric `name` per option and future, from the tables "outcomes" and (for some metrics) "threats".

    `replications` is the number K of inner replications behind each future. Raises KeyError for an unknown name or a
    missing column.
    """
    metric = METRICS[name]
    outcomes = tables["outcomes"]
    options = option_names(outcomes)
    sound = complete_futures(outcomes, options)
    everything = np.unique(outcomes["future"].astype(np.int64))
    rows = outcomes if metric.table == "outcomes" else _threat_means(tables["threats"], _PER_THREAT[name])
    value = rows["value"] if metric.table == "threats" else outcome_values(outcomes, name)
    luck = outcomes[metric.variance] if metric.variance in outcomes else np.zeros(len(value))
    return Panel(
        metric, options, sound, _pivot(rows, value, options, sound), _pivot(rows, luck, options, sound, 0.0),
        replications, len(everything) - len(sound),
    )  # fmt: skip


def beside(panel: Panel, rows: Table) -> Panel:
    """The panel with the options of `rows` (as of the outcomes) that have a sound value in each of its futures added.

    Options that the panel has already stay as they are. A metric that is not of the outcomes gets none.
    """
    if panel.metric.table != "outcomes" or not len(rows["future"]):
        return panel
    sound = {name: column[~rows["failed"].astype(bool)] for name, column in rows.items()}
    names = [name for name in option_names(sound) if name not in panel.options]
    values = _pivot(sound, outcome_values(sound, panel.metric.name), names, panel.futures)
    variance = panel.metric.variance
    luck = _pivot(sound, sound[variance], names, panel.futures, 0.0) if variance else np.zeros_like(values)
    whole = np.asarray(np.isfinite(values).all(axis=1))
    return dataclasses.replace(
        panel,
        options=(*panel.options, *(name for name, there in zip(names, whole, strict=True) if there)),
        values=np.concatenate([panel.values, values[whole]]),
        luck=np.concatenate([panel.luck, luck[whole]]),
    )


def complete_futures(outcomes: Table, options: Sequence[str]) -> Integers:
    """Futures, ascending, that have a row that did not fail under every option."""
    future = outcomes["future"].astype(np.int64)
    failed = outcomes["failed"].astype(bool) if "failed" in outcomes else np.zeros(len(future), dtype=bool)
    number, count = np.unique(future[~failed], return_counts=True)
    return number[count == len(options)]


def outcome_values(outcomes: Table, name: str) -> Floats:
    """A metric of the table of outcomes, (rows,)."""
    if name == "leak_fraction":
        size = outcomes["raid_size"].astype(np.float64)
        return outcomes["expected_leakers"].astype(np.float64) / np.where(size > 0.0, size, np.nan)
    return outcomes[name].astype(np.float64)


def _pivot(rows: Table, value: npt.NDArray[np.generic], options: Sequence[str], futures: Integers,
           missing: float = np.nan) -> Floats:  # fmt: skip
    """Spread `value` (one per row) to (O, F)."""
    result = np.full((len(options), len(futures)), missing)
    number = rows["future"].astype(np.int64)
    at = np.searchsorted(futures, number)
    known = np.isin(number, futures)
    names = rows["option"].astype(str)
    for index, option in enumerate(options):
        mine = known & (names == option)
        result[index, at[mine]] = value[mine]
    return result


def _exists(column: str) -> Callable[[Table], Floats]:
    return lambda threats: np.isfinite(threats[column].astype(np.float64)).astype(np.float64)


def _finite(column: str) -> Callable[[Table], Floats]:
    def read(threats: Table) -> Floats:
        values = threats[column].astype(np.float64)
        return np.where(np.isfinite(values), values, np.nan)

    return read


_PER_THREAT: Mapping[str, Callable[[Table], Floats]] = {
    "detected": _exists("first_detected"),
    "confirmed": _exists("confirmed"),
    "warned": lambda threats: (threats["warning_time"].astype(np.float64) > 0.0).astype(np.float64),
    "best_sigma": _finite("best_sigma"),
}


def _threat_means(threats: Table, read: Callable[[Table], Floats]) -> Table:
    """Mean of a value per threat over each (option, future); nan where no threat has one."""
    value = read(threats)
    there = np.isfinite(value)
    names, option = np.unique(threats["option"].astype(str), return_inverse=True)
    futures, future = np.unique(threats["future"].astype(np.int64), return_inverse=True)
    cell = option * len(futures) + future
    size = len(names) * len(futures)
    count = np.bincount(cell[there], minlength=size)
    total = np.bincount(cell[there], weights=value[there], minlength=size)
    mean = np.divide(total, count, out=np.full(size, np.nan), where=count > 0)
    return {"option": np.repeat(names, len(futures)), "future": np.tile(futures, len(names)), "value": mean}
