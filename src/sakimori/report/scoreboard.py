"""The scoreboard: every option, every metric, on one screen of a console or as JSON."""

import math
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sakimori.assess.comparison import Difference, Effect, Estimate
from sakimori.assess.metrics import METRICS
from sakimori.report.numbers import amount, change, interval, share
from sakimori.report.sentences import headline, others, reasons
from sakimori.report.summary import Summary, summarise
from sakimori.report.view import RunView

_EFFECTS = {
    Effect.HELPS: ("helps", "green"),
    Effect.HURTS: ("hurts", "red"),
    Effect.NONE: ("no effect", "dim"),
    Effect.UNRESOLVED: ("not resolved", "yellow"),
}


def scoreboard(view: RunView) -> RenderableType:
    """The answer, the ranking by the headline metric, and the other metrics, for a console."""
    summary = summarise(view)
    answer = summary.verdict
    parts: list[RenderableType] = [
        Text(str(view.study.get("title") or view.manifest.get("title") or ""), style="bold"),
        Text(f"{'RESOLVED' if answer.resolved else 'NOT RESOLVED'}: {headline(summary)}", style="bold"),
        *(Text(line) for line in (*reasons(summary), *others(summary))),
        _ranking(summary),
    ]
    if len(summary.panels) > 1:
        parts.append(_others(summary))
    parts.append(Text(_footing(summary), style="dim"))
    return Group(*parts)


def _ranking(summary: Summary) -> Table:
    metric = summary.metric
    table = Table(
        title=f"{metric.title} ({'more' if metric.higher_is_better else 'less'} is better)", title_justify="left"
    )
    for name in (
        "rank",
        "option",
        "mean ± error",
        "p10-p90 over factors",
        "change",
        "95 % interval",
        "better/equal/worse",
        "",
    ):
        table.add_column(name, justify="left" if name in ("option", "") else "right", overflow="fold")
    for option in summary.view.options:
        found = summary.estimates[metric.name][option]
        row = [
            summary.place(option), summary.view.title(option), _mean(metric.name, found),
            f"{amount(metric, found.p10)} - {amount(metric, found.p90)}",
        ]  # fmt: skip
        table.add_row(*row, *_change(summary, option))
    return table


def _change(summary: Summary, option: str) -> list[RenderableType]:
    found = summary.differences[summary.metric.name].get(option)
    if found is None:
        return ["", "", "", ""]
    word, style = _EFFECTS[found.effect]
    shares = "/".join(share(v) for v in (found.better, found.equal, found.worse))
    return [change(summary.metric, found.mean), interval(summary.metric, found), shares, Text(word, style=style)]


def _mean(metric: str, found: Estimate) -> str:
    size = max(abs(found.mean), abs(found.error)) if math.isfinite(found.error) else found.mean
    return f"{amount(METRICS[metric], found.mean, size, unit=False)} ± {amount(METRICS[metric], found.error, size)}"


def _others(summary: Summary) -> Table:
    names = [name for name in summary.panels if name != summary.metric.name]
    table = Table(title="Other metrics, mean ± Monte Carlo error", title_justify="left")
    table.add_column("option", overflow="fold")
    for name in names:
        table.add_column(name, justify="right", overflow="fold")
    for option in summary.view.options:
        table.add_row(summary.view.title(option), *(_mean(name, summary.estimates[name][option]) for name in names))
    return table


def _footing(summary: Summary) -> str:
    left = summary.panel.left_out
    lost = f"; {left} FUTURES FAILED OR ARE MISSING and are left out" if left else ""
    return f"{len(summary.panel.futures)} futures, {summary.view.replications} inner replications each{lost}."


def scoreboard_json(view: RunView) -> dict[str, Any]:
    """The same numbers as plain data; a number that does not exist is null."""
    summary = summarise(view)
    answer = summary.verdict
    return {
        "title": str(view.study.get("title") or view.manifest.get("title") or ""),
        "futures": len(summary.panel.futures),
        "left_out": summary.panel.left_out,
        "replications": view.replications,
        "verdict": {
            "resolved": answer.resolved,
            "why": answer.why.value,
            "headline": headline(summary),
            "sentences": [*reasons(summary), *others(summary)],
            "leaders": list(answer.leaders),
            "rival": answer.rival,
            "factor": answer.factor,
            "futures_needed": answer.futures_needed,
            "ranking": [list(group) for group in answer.groups],
        },
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
