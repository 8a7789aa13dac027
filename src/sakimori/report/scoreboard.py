"""The scoreboard: every option, every metric, on one screen of a console or as JSON."""

import math
from collections.abc import Iterator
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sakimori.assess.comparison import Difference, Effect, Estimate
from sakimori.assess.metrics import METRICS
from sakimori.report.assumptions import assumptions, counted
from sakimori.report.decision import Decision
from sakimori.report.decision_json import decision_json
from sakimori.report.first import cost_words, gain_words, picks_title, what_changes
from sakimori.report.numbers import plain, scale_of, share
from sakimori.report.portfolios import as_json as portfolios_json
from sakimori.report.sentences import answers, headline, others, warnings
from sakimori.report.sites import available
from sakimori.report.summary import Summary, summarise
from sakimori.report.view import RunView

_METRICS_A_TABLE, _NAME = 4, 20  # columns, and the length of a name, for which a console of 80 has room

_EFFECTS = {
    Effect.HELPS: ("helps", "green"),
    Effect.HURTS: ("hurts", "red"),
    Effect.NONE: ("no effect", "dim"),
    Effect.UNRESOLVED: ("unsure", "yellow"),
}


def scoreboard(view: RunView) -> RenderableType:
    """The answer, the ranking by the headline metric, and the other metrics, for a console."""
    summary = summarise(view)
    answer, decision = summary.verdict, Decision(summary)
    first, said = list(_picks(decision)), [Text(line) for line in answers(summary)]
    parts: list[RenderableType] = [
        Text(str(view.study.get("title") or view.manifest.get("title") or ""), style="bold"),
        *(Text(line, style="bold red") for line in warnings(summary)),
        Text(f"{'RESOLVED' if answer.resolved else 'NOT RESOLVED'}: {headline(summary)}", style="bold"),
        *(first if answer.resolved and view.engaged else (*said, *first)),
        _ranking(summary),
        *(said if answer.resolved and view.engaged else ()),
        *(Text(line) for line in others(summary)),
    ]
    if len(summary.panels) > 1:
        parts += _others(summary)
    parts.append(Text(_footing(summary), style="dim"))
    return Group(*parts)


def _picks(decision: Decision) -> Iterator[RenderableType]:
    """The measures that help most and what would change that, where any helps."""
    if decision.picks:
        table = Table(title=picks_title(decision), title_justify="left", box=None, padding=(0, 1, 0, 0),
                      header_style="bold")  # fmt: skip
        table.add_column("#", no_wrap=True)
        table.add_column("measure", no_wrap=True, max_width=_NAME)
        for name in ("change", "95 % interval", "cost", "available", "sure"):
            table.add_column(name, justify="right", no_wrap=True)
        for number, pick in enumerate(decision.picks, 1):
            gain, cost = gain_words(decision, pick.option), cost_words(decision, pick.option)
            year = available(decision.summary.view, pick.option).replace(" to ", "–")
            row = [f"{number}{'=' * pick.tied}", pick.option, *gain, cost[0], year, share(pick.place)]
            table.add_row(*(text.replace(" points", "") for text in row))
        yield table
    changes = what_changes(decision)
    if changes:
        yield Text(f"What would change it: {' '.join(changes)}")


def _ranking(summary: Summary) -> Table:
    metric, options = summary.metric, summary.view.options
    scale = _Scale(summary, metric.name)
    title = f"{metric.title}{scale.unit} ({'more' if metric.higher_is_better else 'less'} is better)"
    table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0), header_style="bold")
    table.add_column("#", no_wrap=True)
    table.add_column("option", no_wrap=True, max_width=_NAME)
    for name in ("mean", "p10–p90", "change", "95 % interval"):
        table.add_column(name, justify="right", no_wrap=True)
    table.add_column("", no_wrap=True)
    for option in options:
        found = summary.estimates[metric.name][option]
        spread = f"{scale.show(found.p10)}–{scale.show(found.p90)}"
        row = [summary.place(option), option, scale.mean(found), spread]
        table.add_row(*row, *_change(summary, option, scale))
    return table


def _change(summary: Summary, option: str, scale: "_Scale") -> list[RenderableType]:
    found = summary.differences[summary.metric.name].get(option)
    if found is None:
        return ["", "", ""]
    word, style = _EFFECTS[found.effect]
    low, high = scale.show(found.low, signed=True), scale.show(found.high, signed=True)
    return [scale.show(found.mean, signed=True), f"{low} to {high}", Text(word, style=style)]


class _Scale:
    """One unit for a whole column."""

    def __init__(self, summary: Summary, metric: str) -> None:
        sizes = [abs(found.mean) for found in summary.estimates[metric].values() if math.isfinite(found.mean)]
        self._divisor, unit, self._decimals = scale_of(METRICS[metric], max(sizes, default=0.0))
        self.unit = f" [{unit}]" if unit else ""

    def show(self, value: float, signed: bool = False) -> str:
        return plain(value / self._divisor, self._decimals, signed)

    def mean(self, found: Estimate) -> str:
        return f"{self.show(found.mean)} ± {self.show(found.error)}"


def _others(summary: Summary) -> Iterator[Table]:
    names = [name for name in summary.panels if name != summary.metric.name]
    for start in range(0, len(names), _METRICS_A_TABLE):
        some = {name: _Scale(summary, name) for name in names[start : start + _METRICS_A_TABLE]}
        title = f"{'More' if start else 'Other'} metrics, mean ± Monte Carlo error"
        table = Table(title=title, title_justify="left", box=None, padding=(0, 1, 0, 0), header_style="bold")
        table.add_column("option", no_wrap=True, max_width=_NAME)
        for name, scale in some.items():
            table.add_column(METRICS[name].title + scale.unit, justify="right", max_width=13)
        for option in summary.view.options:
            table.add_row(option, *(scale.mean(summary.estimates[name][option]) for name, scale in some.items()))
        yield table


def _footing(summary: Summary) -> str:
    view, left = summary.view, summary.panel.left_out
    inner = f", {view.replications} inner replications each" if view.engaged else ""
    lost = f"; {left} FUTURE{'S' * (left != 1)} FAILED" if left else ""
    more = f"; UNFINISHED: {view.missing} futures are missing" if view.missing else ""
    counts = counted(assumptions(view.study))
    notional = f"; {counts.get('notional', 0)} of {sum(counts.values())} inputs are notional" if counts else ""
    return f"{summary.sample}{inner}{notional}{lost}{more}."


def scoreboard_json(view: RunView) -> dict[str, Any]:
    """The same numbers as plain data; a number that does not exist is null."""
    summary = summarise(view)
    answer = summary.verdict
    decision = Decision(summary)
    return {
        "title": str(view.study.get("title") or view.manifest.get("title") or ""),
        "futures": len(summary.panel.futures),
        "left_out": summary.panel.left_out,
        "missing": view.missing,
        "draws": summary.panel.independent,
        "replications": view.replications,
        "verdict": {
            "resolved": answer.resolved,
            "why": answer.why.value,
            "headline": headline(summary),
            "sentences": [*answers(summary), *others(summary)],
            "leaders": list(answer.leaders),
            "rival": answer.rival,
            "factor": answer.factor,
            "futures_needed": answer.futures_needed,
            "ranking": [list(group) for group in answer.groups],
        },
        "decision": decision_json(decision),
        "portfolios": portfolios_json(summary),
        "metrics": {
            name: {
                "title": METRICS[name].title,
                "unit": METRICS[name].unit,
                "higher_is_better": METRICS[name].higher_is_better,
                "options": {o: _numbers(summary, name, o) for o in view.options},
            }
            for name in summary.panels
        },
    }


def _numbers(summary: Summary, metric: str, option: str) -> dict[str, Any]:
    found = summary.estimates[metric][option]
    fields = ("mean", "error", "p10", "p50", "p90", "between_variance", "luck_variance")
    numbers: dict[str, Any] = {name: _number(getattr(found, name)) for name in fields}
    against = summary.differences[metric].get(option)
    return numbers | ({"change": _difference(against)} if against else {})


def _difference(found: Difference) -> dict[str, Any]:
    fields = ("mean", "error", "low", "high", "better", "equal", "worse")
    numbers: dict[str, Any] = {name: _number(getattr(found, name)) for name in fields}
    return {"reference": found.reference, **numbers, "futures": found.futures, "effect": found.effect.value}


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
