"""Sets of measures compared: the best, judged on futures that did not choose it, and what is there year by year."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from sakimori.assess.comparison import Difference, Effect, Estimate, estimate, paired_difference, tie_confidence
from sakimori.assess.metrics import BASELINE, Panel, Table
from sakimori.base.types import Flags, Floats


def together(outcomes: Table, portfolios: Table) -> Table:
    """The rows of both tables."""
    return {name: np.concatenate([outcomes[name], portfolios[name]]) for name in outcomes if name in portfolios}


@dataclass(frozen=True)
class Choice:
    """A set of measures as it was picked, and as it does on the futures that did not pick it."""

    option: str
    picked: float  # [unit of the metric] mean change against the baseline on the futures that chose
    fresh: Difference  # the change against the baseline on the other futures
    tied: bool  # on those the first choice is not resolvedly better


def halves(panel: Panel) -> tuple[Flags, Flags]:
    """(F,) the futures that choose, and those that judge: alternate draws of the factors, or replicates of them."""
    groups = panel.futures if panel.groups is None else panel.groups
    _, number = np.unique(groups, return_inverse=True)
    return number % 2 == 0, number % 2 == 1


def choices(panel: Panel, candidates: Sequence[str], most: int) -> tuple[Choice, ...]:
    """The best `most` candidates by their mean on one half of the futures, judged on the other half.

    What looks best was helped by luck (the winner's curse); the other half did not choose it, so its change there is
    not biased. Ties are those of the first choice with the others on that half, at the confidence of `tie_confidence`.
    """
    choose, judge = halves(panel)
    picking, fresh = panel.restrict(choose), panel.restrict(judge)
    sign = 1.0 if panel.metric.higher_is_better else -1.0
    base = picking.of(BASELINE)
    gains = {name: float(np.nanmean(picking.of(name) - base)) for name in candidates} if len(base) else {}
    order = sorted(gains, key=lambda name: -sign * gains[name])[:most]
    level = tie_confidence(len(order))
    undecided = (Effect.UNRESOLVED, Effect.NONE)
    found = []
    for name in order:
        tied = name != order[0] and paired_difference(fresh, name, order[0], level).effect in undecided
        found.append(Choice(name, gains[name], paired_difference(fresh, name, BASELINE), tied))
    return tuple(found)


@dataclass(frozen=True)
class Year:
    """What is there in one year, over all futures."""

    year: int
    estimate: Estimate
    change: Difference  # against the baseline
    measures: Mapping[str, float]  # share of the futures in which each measure is there


def unfolded(panel: Panel, sets: Mapping[int, Sequence[frozenset[str]]], options: Mapping[frozenset[str], str],
             measures: Sequence[str]) -> tuple[Year, ...]:  # fmt: skip
    """The metric year by year, where `sets[year]` (F,) holds what is there in each of the panel's futures.

    `options` names the option of each set. The panel may lack values (nan) of options where no future needs them.
    """
    base = panel.of(BASELINE)
    at = {name: i for i, name in enumerate(panel.options)}
    column = np.arange(len(base))
    found = []
    for year, there in sets.items():
        row = np.array([at[options[chosen]] for chosen in there], dtype=np.int64)
        values, luck = np.stack([base, panel.values[row, column]]), panel.luck[[at[BASELINE]] * 2]
        given = Panel(panel.metric, (BASELINE, str(year)), panel.futures, values, luck, panel.replications,
                      panel.left_out, panel.draws, panel.clusters)  # fmt: skip
        shares = {name: float(np.mean([name in chosen for chosen in there])) for name in measures}
        found.append(Year(year, estimate(given, str(year)), paired_difference(given, str(year), BASELINE), shares))
    return tuple(found)


def sparse_panel(panel: Panel, table: Table, value: Floats, options: Sequence[str]) -> Panel:
    """A panel on the futures of `panel` with these options of `table`; `value` (rows,) is the metric, nan elsewhere."""
    futures, names = table["future"].astype(np.int64), table["option"].astype(str)
    row = {name: i for i, name in enumerate(options)}
    values = np.full((len(options), len(panel.futures)), np.nan)
    mine = np.isin(futures, panel.futures) & np.isin(names, list(options))
    column = np.searchsorted(panel.futures, futures[mine])
    values[[row[name] for name in names[mine]], column] = value[mine]
    return Panel(panel.metric, tuple(options), panel.futures, values, np.zeros_like(values), panel.replications,
                 panel.left_out, panel.draws, panel.clusters)  # fmt: skip
