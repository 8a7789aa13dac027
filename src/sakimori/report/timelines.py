"""The kill chain layer by layer: what slack each layer has, and a table of every event."""

from collections.abc import Sequence

from sakimori.assess.breakdown import Moment
from sakimori.assess.layers import LAYER_EVENTS, LayerChain, layer_chains
from sakimori.report import figures
from sakimori.report.blocks import Block, Cell, TableBlock, cells, figure
from sakimori.report.numbers import seconds, share
from sakimori.report.summary import Summary

_CAUSES = 2  # that end a chain, in the table


def layer_blocks(summary: Summary, option: str) -> list[Block]:
    """Figure of the slack and table of the events of `option`; nothing where no layer ever knew enough to fire."""
    tables = summary.view.tables
    chains = layer_chains(tables["engagements"], tables["flights"], option, summary.panel.futures)
    decided = [chain for chain in chains if chain.slack.share > 0.0]
    if not decided:
        return []
    title = summary.view.title(option)
    said = "; ".join(
        f"{c.layer} against {c.family} {seconds(c.slack.p50)} ({seconds(c.slack.p10)} to {seconds(c.slack.p90)})"
        for c in decided
    )
    caption = (
        f"{title}: seconds from each layer's permission to launch to the last launch of use: bar p10 to p90, dot the "
        "median. Left of zero the permission came too late. Only threats for which both times exist."
    )
    return [
        figure(figures.slack(decided), "slack", f"Slack of each layer. {said}.", caption),
        table(f"Kill chain of each layer, {title}: seconds after launch of the threat", chains),
    ]


def table(caption: str, chains: Sequence[LayerChain]) -> TableBlock:
    """Median of every event with p10 to p90 and the share of threats under it; slack; where it ended."""
    head = ("Layer", "Threats", *(event.capitalize() for event in LAYER_EVENTS), "Slack", "Ended by")
    rows = [
        [*cells(c.layer, c.family), *map(_when, c.moments), _when(c.slack), _ended(c)]
        for c in chains
        if any(moment.share > 0.0 for moment in c.moments)
    ]
    return TableBlock(caption, head, rows, 2, folded=True)


def _when(moment: Moment) -> Cell:
    if moment.share == 0.0:
        return Cell("never", mark="quiet")
    return Cell(seconds(moment.p50), f"{seconds(moment.p10)} to {seconds(moment.p90)}; {share(moment.share)}")


def _ended(chain: LayerChain) -> Cell:
    first, *rest = [f"{n.replace('_', ' ').lower()} {share(p)}" for n, p in list(chain.ended.items())[:_CAUSES]]
    return Cell(first, "; ".join(rest))
