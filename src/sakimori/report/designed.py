"""What a sample in blocks (Saltelli's, Morris's design) tells of the factors that it asks."""

import numpy as np

from sakimori.assess.indices import Designed, Screened, morris, sobol
from sakimori.assess.metrics import Panel
from sakimori.base.draws import key_of
from sakimori.base.types import Floats
from sakimori.report.blocks import Block, Cell, TableBlock, TextBlock
from sakimori.report.numbers import change, many, share
from sakimori.report.summary import Summary
from sakimori.report.view import RunView

FEWEST = 8  # whole blocks below which nothing is said
_SHOWN = 20

Asked = tuple[Designed, ...] | tuple[Screened, ...]


def asked(view: RunView, panel: Panel, values: Floats) -> Asked:
    """Indices of the asked factors for values (F,) on the panel's futures, largest first.

    Only whole blocks count. None where the futures are of another sample, blocks are few, or nothing varies.
    """
    design, flights = view.design, max(len(view.listed), 1)
    there = np.isfinite(values)
    draw, count = np.unique(panel.futures[there] // flights, return_counts=True)
    mean = np.bincount(np.searchsorted(draw, panel.futures[there] // flights), weights=values[there]) / count
    whole = draw[count == flights]
    if not design.nested or not len(whole):
        return ()
    blocks, rows = np.unique(whole // design.block, return_counts=True)
    kept = np.isin(draw // design.block, blocks[rows == design.block])
    if np.count_nonzero(rows == design.block) < FEWEST or np.ptp(mean[kept]) == 0.0:
        return ()
    if design.method == "saltelli":
        return tuple(sorted(sobol(mean[kept], design.asked), key=lambda found: -found.total))
    keys, seed = (
        {path: key_of(path) for path in design.asked},
        int(view.manifest.get("seed", view.study.get("seed", 1))),
    )
    points = [design.point(keys, seed, int(number)) for number in draw[kept]]
    upper = np.array([[point[path] >= 0.5 for path in design.asked] for point in points], dtype=np.float64)
    return tuple(sorted(morris(mean[kept], upper, design.asked, levels=2), key=lambda found: -found.size))


def blocks(summary: Summary, found: Asked, what: str) -> list[Block]:
    """The ranking of the asked factors in words and as a table; `what` names the value that was analysed."""
    design, number = summary.view.design, summary.panel.independent
    if not found:
        said = f"The sample asks {many(len(design.asked), 'factor')}, but {what} does not vary"
        few = f"The sample has {many(number, 'block')}: fewer than {FEWEST} whole ones say nothing of its factors."
        return [TextBlock(few if number < FEWEST else f"{said}.")]
    ranked = sorted((item for item in found if item.place), key=lambda item: item.place)
    rest = len(found) - len(ranked)
    told = f"{many(rest, 'factor')} of {len(found)} cannot be told from no influence with {number} blocks: not ranked."
    if isinstance(found[0], Designed):
        caption = (
            f"Share of the variance of {what}: by the factor itself, and with all that it acts together with (the "
            "raid, the threats and luck among it); 95 % interval"
        )
        head = ("Place", "Factor", "By itself", "In all", "Converged")
    else:
        caption = (
            f"By how much {what} moves as the factor goes from the lower to the upper half of its range: mean size and "
            "its 95 % interval, mean with sign, and how it differs from place to place (interaction, curvature)"
        )
        head = ("Place", "Factor", "Mean size", "Mean", "Spread", "Converged")
    rows = [_row(summary, item) for item in ranked[:_SHOWN]]
    table: list[Block] = [TableBlock(caption, head, rows, 2)] if rows else []
    return [*table, TextBlock(told)] if rest else table


def _row(summary: Summary, item: Designed | Screened) -> list[Cell]:
    done = Cell("yes" if item.converged else "not yet", mark="" if item.converged else "quiet")
    head = [Cell(str(item.place)), Cell(item.factor)]
    if isinstance(item, Designed):
        pairs = ((item.first, item.first_reach), (item.total, item.total_reach))
        return [*head, *(Cell(_part(v), f"{_part(v - r)} to {_part(v + r)}") for v, r in pairs), done]
    metric = summary.metric
    size = Cell(
        change(metric, item.size).removeprefix("+"), f"± {change(metric, item.reach, item.size).removeprefix('+')}"
    )
    return [*head, size, Cell(change(metric, item.mean)), Cell(change(metric, item.spread).removeprefix("+")), done]


def _part(value: float) -> str:
    return share(min(1.0, max(0.0, value)))
