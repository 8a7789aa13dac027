"""Two runs side by side: the options they share, metric by metric, and what differs between the runs."""

import math
from typing import Any

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from sakimori.assess.metrics import METRICS
from sakimori.base.errors import InputError
from sakimori.report.numbers import amount
from sakimori.report.summary import summarise
from sakimori.report.view import RunView

_FACTS = ("study_hash", "seed", "futures", "sakimori", "source_hash")


def beside_json(left: RunView, right: RunView) -> dict[str, Any]:
    """What differs, and every shared metric of every shared option. Raises InputError where nothing is shared."""
    one, two = summarise(left), summarise(right)
    metrics = [name for name in one.estimates if name in two.estimates]
    options = [name for name in left.options if name in right.options]
    if not metrics or not options:
        got = f"options {', '.join(left.options)} and {', '.join(right.options)}"
        raise InputError(
            "compare", got, "runs that share an option and a metric", "Compare two runs of related studies."
        )
    rows = [
        {
            "option": option,
            "metric": metric,
            "left": _number(a.mean),
            "left_error": _number(a.error),
            "right": _number(b.mean),
            "right_error": _number(b.error),
            "difference": _number(b.mean - a.mean),
            "difference_error": _number(math.hypot(a.error, b.error)),
        }
        for option in options
        for metric in metrics
        for a, b in [(one.estimates[metric][option], two.estimates[metric][option])]
    ]
    differs = {
        k: [left.manifest.get(k), right.manifest.get(k)]
        for k in _FACTS
        if left.manifest.get(k) != right.manifest.get(k)
    }
    return {"differs": differs, "rows": rows}


def beside(left: RunView, right: RunView) -> RenderableType:
    """The same for a console; runs are treated as independent, so the error of a difference is an upper one."""
    found = beside_json(left, right)
    table = Table(title="right minus left, with one standard error", title_justify="left")
    for name in ("option", "metric", "left", "right", "difference"):
        table.add_column(name, justify="left" if name in ("option", "metric") else "right")
    for row in found["rows"]:
        metric = METRICS[row["metric"]]
        table.add_row(
            row["option"], metric.title, *(_pair(metric.name, row, side) for side in ("left", "right", "difference"))
        )
    differs = ", ".join(found["differs"]) or "nothing"
    return Group(Text(f"The runs differ in: {differs}."), table)


def _pair(metric: str, row: dict[str, Any], side: str) -> str:
    mean, error = row[side], row[f"{side}_error"]
    if mean is None:
        return "none"
    shown = amount(METRICS[metric], mean, unit=False)
    return shown if error is None else f"{shown} ± {amount(METRICS[metric], error, abs(mean))}"


def _number(value: float) -> float | None:
    return float(value) if math.isfinite(value) else None
