"""The section on what would change the answer: boxes, thresholds, the single-shot probability in glide, raid size."""

import math

from sakimori.assess.scenarios import Found
from sakimori.assess.standing import Standing
from sakimori.report.blocks import Block, Cell, ListBlock, Section, TableBlock, TextBlock, cells
from sakimori.report.decision import Decision
from sakimori.report.designed import blocks
from sakimori.report.first import limit_words, threshold_words, what_changes
from sakimori.report.numbers import change, interval, many, share, short
from sakimori.report.sentences import listed

_SHOWN = 8


def section(decision: Decision) -> Section | None:
    """What would change the answer; none where no option helps."""
    if not decision.leader:
        return None
    blocks = [*_box(decision), *_thresholds(decision), *_glide(decision), *_payoffs(decision), *_indices(decision)]
    return Section("change", "What would change the answer", "結論を変える条件", blocks)


def _box(decision: Decision) -> list[Block]:
    found = decision.discovery
    if found is None:
        return []
    marginal = (
        f"Only our own factors are asked ({len(decision.own_factors)}): those that the attacker chooses and the "
        "properties of threats are averaged over."
    )
    said = [text for text in what_changes(decision) if text.startswith("In ")][:1]
    blocks: list[Block] = [TextBlock(" ".join([*said, marginal]))]
    if found.found is Found.BOX:
        rows = [
            cells(str(step), ", ".join(limit_words(decision, limit) for limit in box.limits) or "all futures",
                  share(box.coverage), share(box.density), share(box.mass))
            for step, box in enumerate(found.trajectory)
        ]  # fmt: skip
        ends = f"{share(found.checked_low)} to {share(found.checked_high)}"
        density = f"{share(found.checked)} ({ends})"
        check = f"A box made from one half of the futures has a density of {density} in the other half."
        caption = (
            "The box as it is peeled: coverage of the futures in which another does better, their density, its size"
        )
        head = ("Step", "Inside", "Coverage", "Density", "Size")
        blocks += [TextBlock(check), TableBlock(caption, head, rows, 2, folded=True)]
    return blocks


def _thresholds(decision: Decision) -> list[Block]:
    found = decision.thresholds
    if not found:
        return [
            TextBlock("No factor of our own has a threshold, within its range, at which a rival overtakes the leader.")
        ]
    lines = [
        f"{threshold_words(decision, rival, t)}{'' if t.share > 0.95 else f' Only in {share(t.share)} of resamples.'}"
        for rival, t in found[:_SHOWN]
    ]
    return [TextBlock("Thresholds in our own factors (95 % interval):"), ListBlock(lines)]


def _glide(decision: Decision) -> list[Block]:
    if not decision.glide:
        return []
    view, overall = decision.summary.view, decision.helping
    rows = [
        [Cell(f"{s.label} ({short(s.low)} to {short(s.high)})"), Cell("; ".join(view.title(o) for o in s.order[:3])),
         *_lead(decision, s), Cell(_agreement(s.order, overall))]
        for s in decision.glide
    ]  # fmt: skip
    firm = all(s.order[0] == overall[0] for s in decision.glide)
    said = (
        "No public number exists for the probability that one shot kills a glider: the ranking within the thirds of "
        f"its mean over the layers that fire at gliders. {view.title(overall[0])} "
        f"{'comes first in each' if firm else 'does not come first in each'}."
    )
    head = ("Single-shot probability in glide", "First three", "Lead over the next best", "Order kept")
    return [TextBlock(said), TableBlock("Ranking over the single-shot probability in glide", head, rows, 2)]


def _lead(decision: Decision, found: Standing) -> list[Cell]:
    metric = decision.summary.metric
    return [Cell(change(metric, found.leads.mean), interval(metric, found.leads))]


def _agreement(order: tuple[str, ...], overall: tuple[str, ...]) -> str:
    """Share of the pairs of options that stand in the same order as overall."""
    place = {option: index for index, option in enumerate(order)}
    pairs = [(a, b) for i, a in enumerate(overall) for b in overall[i + 1 :]]
    kept = sum(place[a] < place[b] for a, b in pairs)
    return f"{kept} of {many(len(pairs), 'pair')}"


def _payoffs(decision: Decision) -> list[Block]:
    """From which raid size on options help; those that help in raids of every size in one line."""
    title, found = decision.summary.view.title, decision.payoffs
    always = [title(p.option) for p in found if p.steady and not math.isnan(p.size)]
    lines = [f"In raids of every size: {listed(always)}."] if always else []
    lines += [
        f"From {p.label} threats on: {title(p.option)}." for p in found if not p.steady and not math.isnan(p.size)
    ]
    few = [title(p.option) for p in found if not p.steady and math.isnan(p.size)]
    lines += [f"In smaller raids only: {listed(few)}."] if few else []
    if not lines:
        return []
    said = "What pays off, over the raid's size, which the attacker chooses: only described, everything else averaged."
    return [TextBlock(said), ListBlock(lines)]


def _indices(decision: Decision) -> list[Block]:
    view, found = decision.summary.view, decision.indices
    if view.design.nested:
        return blocks(decision.summary, decision.designed, f"the gain of {view.title(decision.leader)}")
    if not found:
        return []
    ranked = sorted((i for i in found if i.place), key=lambda i: i.place)
    leader = view.title(decision.leader)
    if not ranked:
        text = (
            f"{len(found)} factors of our own were asked what share of the variance of the gain of {leader} each "
            f"explains. None can be told from no influence with {decision.summary.sample}: they are not ranked."
        )
        return [TextBlock(text)]
    rows = [
        [Cell(f"{i.place}"), Cell(i.factor), Cell(share(max(0.0, i.first)), f"{_percent(i.low)} to {_percent(i.high)}"),
         Cell("yes" if i.converged else "not yet", mark="" if i.converged else "quiet")]
        for i in ranked[:_SHOWN]
    ]  # fmt: skip
    caption = (
        f"Our own factors that explain the gain of {leader} by themselves: share of its variance over futures "
        "(first-order index), 95 % interval"
    )
    text = f"The other {len(found) - len(ranked)} factors cannot be told from no influence, and are not ranked."
    return [TableBlock(caption, ("Place", "Factor", "Share", "Converged"), rows, 2), TextBlock(text)]


def _percent(value: float) -> str:
    return share(min(1.0, max(0.0, value)))
