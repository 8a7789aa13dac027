"""The command `retest`: the leaders of a run on futures that did not choose them."""

import dataclasses
import math

from rich.table import Table

from sakimori.cli.console import OUT, ConsoleWatch, print_json
from sakimori.report.numbers import change, interval
from sakimori.report.retest import Retest, retest


def retest_run(run: str, out: str, futures: int | None, workers: int | None, json: bool) -> None:
    """Play the leaders again and print what is left of their change."""
    with ConsoleWatch(futures or 1) as watch:
        found = retest(run, out, futures, workers, watch)
    if json:
        print_json(_plain(found))
    else:
        OUT.print(_table(found))


def _table(found: Retest) -> Table:
    metric = found.metric
    unit = change(metric, found.leaders[0].picked).partition("\u00a0")[2]
    title = (
        f"{metric.title}: change against the baseline{f' [{unit}]' if unit else ''}, as picked and on {found.sample}"
    )
    table = Table(title=title.replace("[", r"\["), box=None)
    for name in ("picked", "fresh", "95 % interval", "shrink", "place", "set of measures"):
        table.add_column(name, justify="left" if name in ("place", "set of measures") else "right")
    size = max(abs(leader.picked) for leader in found.leaders)
    for i, leader in enumerate(found.leaders):
        place = "first" if i == 0 else "tied" if leader.tied else _beside(found, i)
        values = (
            change(metric, v, size).partition("\u00a0")[0] for v in (leader.picked, leader.fresh.mean, leader.shrink)
        )
        picked, fresh, shrink = values
        table.add_row(picked, fresh, interval(metric, leader.fresh), shrink, place, leader.title)
    return table


def _beside(found: Retest, number: int) -> str:
    """Whether one that is not tied with the first choice is behind it or ahead of it."""
    gain = found.leaders[number].fresh.mean - found.leaders[0].fresh.mean
    return "ahead" if (gain > 0.0) == found.metric.higher_is_better else "behind"


def _plain(found: Retest) -> dict[str, object]:
    return {
        "metric": found.metric.name,
        "sample": found.sample,
        "leaders": [
            {
                "measures": list(leader.measures),
                "picked": leader.picked,
                "fresh": {
                    name: value if math.isfinite(value) else None
                    for name, value in dataclasses.asdict(leader.fresh).items()
                    if name in ("mean", "low", "high", "error")
                },
                "shrink": leader.shrink,
                "tied": leader.tied,
            }
            for leader in found.leaders
        ],
    }
