"""Sets of measures in the report: the best portfolios, what each measure adds last, single doses, year by year."""

import math
from collections.abc import Mapping
from typing import Any

import numpy as np

from sakimori.assess.comparison import Difference, gain, paired_difference
from sakimori.assess.metrics import BASELINE, Panel, outcome_values
from sakimori.assess.portfolios import Choice, Year, choices, sparse_panel, together, unfolded
from sakimori.assess.proposals import Limits, Response, best, fitted
from sakimori.base.types import Floats
from sakimori.report import figures
from sakimori.report.blocks import Block, Cell, Section, TableBlock, TextBlock, figure
from sakimori.report.numbers import amount, change, interval, plain, share
from sakimori.report.pricing import costs_in, measures_of
from sakimori.report.summary import Summary
from sakimori.report.view import RunView
from sakimori.study.measures import ALL
from sakimori.study.option_keys import Feasible
from sakimori.study.portfolios import unfolding
from sakimori.study.schema import Measure

MOST = 10  # portfolios that are shown
PROPOSED = 3  # of those that only a fitted response knows
_LAST = 2040  # of the years that are shown


class Sets:
    """The sets of measures of a run, with the headline metric on the futures that did not fail."""

    def __init__(self, summary: Summary) -> None:
        self.summary, view = summary, summary.view
        self.table = together(view.tables["outcomes"], view.tables["portfolios"])
        named: Mapping[str, Any] = view.manifest.get("options") or {}
        self.kinds = {name: str(fact["kind"]) for name, fact in named.items()}
        self.members = {name: frozenset(fact["measures"]) for name, fact in named.items()}
        self._value = outcome_values(self.table, summary.metric.name)

    def panel(self, options: list[str]) -> Panel:
        """The headline metric of these options; nan where a future did not evaluate one."""
        return sparse_panel(self.summary.panel, self.table, self._value, options)

    def of(self, kind: str) -> list[str]:
        """Names of the sets of one kind."""
        return [name for name, found in self.kinds.items() if found == kind]

    def costs(self, option: str, column: str = "cost") -> Floats:
        """Cost [USD] (or year) of a set over the futures."""
        return self.table[column][self.table["option"].astype(str) == option].astype(np.float64)

    @property
    def best(self) -> tuple[Choice, ...]:
        """The best portfolios, and how they do on the futures that did not choose them; none without `feasible`."""
        asked = (self.summary.view.study.get("portfolios") or {}).get("feasible")
        listed = [name for name in self.of("listed") if name != BASELINE]
        feasible = [*self.of("portfolio"), *self._within(listed, asked)] if asked is not None else []
        return choices(self.panel([BASELINE, *feasible]), feasible, MOST) if feasible else ()

    @property
    def proposed(self) -> tuple[Response, list[tuple[frozenset[str], float]]] | None:
        """The best sets under a response fitted to the simulated ones; None where all feasible ones were simulated."""
        asked = (self.summary.view.study.get("portfolios") or {}).get("feasible") or {}
        if asked.get("sample") is None or not self.of("portfolio"):
            return None
        cost, budget, late = self._asked(asked)
        known = [name for name, kind in self.kinds.items() if kind in ("listed", "portfolio", "leave-one-out")]
        panel = self.panel(list(dict.fromkeys([BASELINE, *known])))
        gains = {
            self.members[name]: gain(panel, float(np.nanmean(panel.of(name) - panel.of(BASELINE))))
            for name in panel.options
            if np.isfinite(panel.of(name)).any() and not late & self.members[name]
        }
        measures = {name: m for name, m in measures_of(self.summary.view).items() if name not in late}
        if len(gains) <= len(measures):
            return None
        response = fitted(gains, list(measures))
        requires = {name: measure.requires for name, measure in measures.items()}
        excludes = {name: measure.excludes for name, measure in measures.items()}
        return response, best(response, Limits(cost, budget, requires, excludes), PROPOSED)

    @property
    def last(self) -> dict[str, Difference]:
        """What each measure brings to all the others: the change from all without it to all."""
        names = self.of("leave-one-out")
        panel = self.panel([ALL, *names])
        return {name: paired_difference(panel, ALL, name) for name in names}

    @property
    def doses(self) -> dict[str, Difference]:
        """Each dose against the baseline."""
        names = self.of("dose")
        panel = self.panel([BASELINE, *names])
        return {name: paired_difference(panel, name, BASELINE) for name in names}

    @property
    def years(self) -> tuple[Year, ...]:
        """What is there on the first of January of each year; none unless the study asks for it."""
        view = self.summary.view
        if not (view.study.get("portfolios") or {}).get("unfolding"):
            return ()
        measures = measures_of(self.summary.view)
        first = int(str((view.study.get("architecture") or {}).get("date"))[:4])
        futures, span = self.summary.panel.futures, range(first, _LAST + 1)
        sets: dict[int, list[frozenset[str]]] = {year: [] for year in span}
        for drawn in self._available(measures, futures):
            steps = [(year, frozenset(w.measures)) for year, w in unfolding(measures, drawn, lambda *_: None)]  # type: ignore[arg-type, return-value]
            for year in span:
                there = [members for when, members in steps if when <= year]
                sets[year].append(there[-1] if there else frozenset())
        names = dict.fromkeys(self.table["option"].astype(str).tolist())
        options = {frozenset(name.split("+")): name for name in names if name not in self.members}
        options |= {m: n for n, m in reversed(self.members.items()) if self.kinds[n] in ("listed", "portfolio")}
        panel = self.panel(list(dict.fromkeys([BASELINE, *(options[s] for row in sets.values() for s in row)])))
        return unfolded(panel, sets, options, list(measures))

    def _within(self, options: list[str], asked: Mapping[str, Any]) -> list[str]:
        """Of these options, those within the budget and the year that are asked for, at middle values."""
        cost, budget, late = self._asked(asked)
        return [o for o in options if sum(cost[m] for m in self.members[o]) <= budget and not late & self.members[o]]

    def _asked(self, asked: Mapping[str, Any]) -> tuple[dict[str, float], float, set[str]]:
        """Cost of each measure and budget [USD], and the measures that come too late, at middle values."""
        found, measures = Feasible.model_validate(asked), measures_of(self.summary.view)
        budget = math.inf if found.budget is None else found.budget.middle
        costs, factors = costs_in(self.summary.view)
        late = {n for n, m in measures.items() if found.year and m.available and m.available.middle > found.year}
        return costs.middle(factors), budget, late

    def _available(self, measures: Mapping[str, Measure], futures: np.ndarray) -> list[dict[str, float]]:
        table = self.summary.view.tables["factors"]
        rows = np.searchsorted(table["future"].astype(np.int64), futures)
        drawn: dict[str, np.ndarray] = {}
        for name, measure in measures.items():
            column = table.get(f"measures.{name}.available")
            fixed = -math.inf if measure.available is None else measure.available.middle
            drawn[name] = np.full(len(futures), fixed) if column is None else column[rows]
        return [{name: float(years[i]) for name, years in drawn.items()} for i in range(len(futures))]


def section(summary: Summary, attributed: bool = False) -> Section | None:
    """The section; None where a study has no such sets. `attributed`: shares of the measures are told elsewhere."""
    if not _there(summary):
        return None
    sets, blocks = Sets(summary), list[Block]()
    if years := sets.years:
        blocks += _unfolding(summary, years)
    if best := sets.best:
        blocks += _best(summary, sets, best)
        blocks += _proposed(summary, sets)
    for found, head, caption in (
        (
            last := sets.last,
            "Measure",
            "What each measure adds to all the others: all measures against all but this one",
        ),
        (sets.doses, "Measure and dose", "Single doses: the measure alone at one stated value, against the baseline"),
    ):
        if found:
            rows = [_row(summary, _named(summary.view, name), item) for name, item in found.items()]
            folded = len(rows) > 12 or (attributed and found is last)
            blocks.append(TableBlock(caption, (head, "Change", "95 % interval", "Effect"), rows, folded=folded))
    return Section("portfolios", "Sets of measures, and as they unfold", "施策の組合せと年次展開", blocks)


def _named(view: RunView, name: str) -> str:
    """A measure that is left out, or a dose of one, by its title."""
    measure, colon, dose = name.removeprefix(f"{ALL}-without-").partition(":")
    return f"{view.title(measure)}{colon} {dose.replace('_', ' ')}".strip()


def _there(summary: Summary) -> bool:
    portfolios = summary.view.tables.get("portfolios", {})
    return (
        len(portfolios.get("option", ())) > 0 and summary.metric.table == "outcomes" and len(summary.panel.futures) > 0
    )


def _row(summary: Summary, name: str, found: Difference) -> list[Cell]:
    return [
        Cell(name), Cell(change(summary.metric, found.mean)), Cell(interval(summary.metric, found)),
        Cell(found.effect.value, mark="quiet" if found.effect.value in ("none", "unresolved") else ""),
    ]  # fmt: skip


def _best(summary: Summary, sets: Sets, best: tuple[Choice, ...]) -> list[Block]:
    count = len(sets.of("portfolio")) + len(sets.of("listed")) - 1
    fitted = (summary.view.study.get("portfolios") or {}).get("feasible", {}).get("sample") is not None
    said = (
        f"{count} sets of measures were compared. They were picked on one half of the futures and are judged on the "
        "other half, so that luck in the picking does not flatter them (the winner's curse). "
        + ("Not all feasible sets were evaluated: a sample stands for them. " if fitted else "")
        + ("Those marked tied are not resolved from the first." if any(c.tied for c in best) else "No tie is left.")
    )
    rows = []
    for choice in best:
        cost = np.quantile(sets.costs(choice.option), [0.1, 0.5, 0.9]) / 1e9
        there = sets.costs(choice.option, "available")
        year = plain(float(np.nanmedian(there)), 0) if np.isfinite(there).any() else "–"
        rows.append([
            Cell(summary.view.set_title(sets.members[choice.option])),
            Cell(change(summary.metric, choice.picked)),
            Cell(change(summary.metric, choice.fresh.mean), interval(summary.metric, choice.fresh)),
            Cell("tied" if choice.tied else ("first" if choice is best[0] else "behind")),
            Cell(f"{plain(float(cost[1]), 2)} GUSD", f"{plain(float(cost[0]), 2)} to {plain(float(cost[2]), 2)}"),
            Cell(year),
        ])  # fmt: skip
    head = ("Measures", "Change when picked", "Change on the other half", "Against the first", "Cost", "There by")
    return [TextBlock(said), TableBlock(f"The best {len(rows)} sets, cost p10 to p90 over futures", head, rows)]


def _proposed(summary: Summary, sets: Sets) -> list[Block]:
    found = sets.proposed
    if found is None:
        return []
    response, proposals = found
    sign = 1.0 if summary.metric.higher_is_better else -1.0
    simulated = {frozenset(sets.members[name]) for name in (BASELINE, *sets.of("portfolio"), *sets.of("listed"))}
    missed = "could not be tested" if math.isnan(response.error) else f"± {change(summary.metric, response.error)}"
    said = (
        f"A response with a term for each measure and each pair, fitted to {response.sets} simulated sets, foresees "
        f"the best of all feasible ones. It misses a set that is left out of the fit by {missed} (root mean square). A "
        "set that is not simulated is a proposal: write it under options to have it played."
    )
    rows = [
        [
            Cell(summary.view.set_title(members)),
            Cell(change(summary.metric, sign * foreseen)),
            Cell("simulated" if members in simulated else "not simulated"),
        ]
        for members, foreseen in proposals
    ]
    head = ("Measures", "Change foreseen", "")
    return [TextBlock(said), TableBlock("The best sets under a fitted response", head, rows)]


def _proposed_numbers(sets: Sets) -> list[dict[str, Any]]:
    """JSON of the proposals: gains, so that more is better."""
    response, proposals = sets.proposed or (None, [])
    error = response and (None if math.isnan(response.error) else response.error)
    return [{"measures": sorted(members), "gain": foreseen, "error": error} for members, foreseen in proposals]


def _unfolding(summary: Summary, years: tuple[Year, ...]) -> list[Block]:
    metric, names = summary.metric, list(years[0].measures)
    said = "; ".join(f"{y.year}: {amount(metric, y.estimate.mean)} ({change(metric, y.change.mean)})" for y in years)
    caption = (
        f"{metric.title} with whatever is available on the first of January of each year, in every future by its own "
        "years of availability. Line: mean; dark band: its Monte Carlo error (95 %); light band: p10 to p90 over "
        "factors. Bars: from the first future in which a measure is there to the last, tick where half of them have it."
    )
    some = years[:: max(len(years) // 5, 1)]
    rows = [[Cell(summary.view.title(n)), *(Cell(share(year.measures[n])) for year in some)] for n in names]
    head = ("Measure", *(str(year.year) for year in some))
    titles = {name: summary.view.title(name) for name in names}
    return [
        TextBlock(_pace(summary, years)),
        figure(figures.unfolding(metric, years, titles), "unfolding", f"As it unfolds: {said}.", caption),
        TableBlock("Share of the futures in which each measure is there", head, rows, folded=True),
    ]


def _pace(summary: Summary, years: tuple[Year, ...]) -> str:
    """How the metric goes from the first year to the last, and when half and nearly all of that is reached."""
    metric, first, last = summary.metric, years[0].estimate.mean, years[-1].estimate.mean
    said = (
        f"{metric.title} goes from {amount(metric, first)} on 1 January {years[0].year} to {amount(metric, last)} in "
        f"{years[-1].year}, as the measures become available."
    )
    if not math.isfinite(last - first) or last == first:
        return said
    part = [(year.year, (year.estimate.mean - first) / (last - first)) for year in years]
    half, most = (next(year for year, share in part if share >= wanted) for wanted in (0.5, 0.95))
    return f"{said} Half of that gain is reached by {half}, and 95 % of it by {most}."


def as_json(summary: Summary) -> dict[str, Any]:
    """The same as plain data, SI; empty where a study has no such sets."""
    if not _there(summary):
        return {}
    sets = Sets(summary)
    return {
        "best": [
            {"measures": sorted(sets.members[c.option]), "picked": c.picked, "fresh": _numbers(c.fresh), "tied": c.tied,
             "cost_p50": float(np.median(sets.costs(c.option)))}
            for c in sets.best
        ],
        "proposed": _proposed_numbers(sets),
        "leave_one_out": {name: _numbers(found) for name, found in sets.last.items()},
        "doses": {name: _numbers(found) for name, found in sets.doses.items()},
        "unfolding": [
            {"year": y.year, "mean": y.estimate.mean, "p10": y.estimate.p10, "p90": y.estimate.p90,
             "change": _numbers(y.change), "measures": dict(y.measures)}
            for y in sets.years
        ],
    }  # fmt: skip


def _numbers(found: Difference) -> dict[str, Any]:
    numbers = {"mean": found.mean, "low": found.low, "high": found.high}
    return {name: value if math.isfinite(value) else None for name, value in numbers.items()} | {
        "effect": found.effect.value
    }
