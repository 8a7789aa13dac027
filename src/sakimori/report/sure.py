"""How sure: what the numbers rest on, and whether the leader stays ahead over each factor's range."""

import math
from collections.abc import Mapping

from sakimori.assess.comparison import paired_difference, tie_confidence
from sakimori.assess.robustness import FEWEST, Part, Split, Stability, telling
from sakimori.report.blocks import Block, Cell, Section, TableBlock, TextBlock, cells
from sakimori.report.numbers import amount, change, interval, share, short
from sakimori.report.summary import Summary

_SHOWN_FACTORS = 10


def section(summary: Summary, bases: Mapping[str, int]) -> Section:
    """The section; `bases` counts the study's inputs by what they rest on."""
    blocks: list[Block] = [_rests_on(summary, bases)]
    if summary.panel.independent > 1:
        blocks += _over_factors(summary)
    return Section("robustness", "How sure: what the answer rests on", "頑健性", blocks)


def _rests_on(summary: Summary, bases: Mapping[str, int]) -> TableBlock:
    """Sample, seed, Monte Carlo error, spread, luck, failures and notional inputs, each with what it means."""
    view, panel, metric = summary.view, summary.panel, summary.metric
    leader = summary.verdict.groups[0][0]
    found, title = summary.estimates[metric.name][leader], view.title(leader)
    seed = view.manifest.get("seed", view.study.get("seed", ""))
    planned = int(view.manifest.get("futures") or len(panel.futures) + panel.left_out)
    rows = [
        ("Futures", f"{len(panel.futures)} of {planned} planned, seed {seed}", _futures(summary)),
        ("Failed futures", str(panel.left_out), "Left out of every number; reasons stand under the findings."),
        ("Monte Carlo error", f"± {amount(metric, found.error, found.mean)}",
         f"One standard error of {title}'s mean: what more futures would shrink."),
        _lead(summary, leader),
        ("Spread over factors", f"{amount(metric, found.p10)} to {amount(metric, found.p90)}",
         f"{title}, p10 to p90: what we do not know. More futures do not shrink it."),
    ]  # fmt: skip
    if found.luck_variance > 0.0:
        rows.append(("Luck", f"± {amount(metric, math.sqrt(found.luck_variance), found.mean)}",
                     f"{title}, one raid of one future against the next, as a standard deviation; "
                     f"{view.replications} replications each average over it."))  # fmt: skip
    invented, total = bases.get("notional", 0), sum(bases.values())
    rows.append(
        ("Notional inputs", f"{invented} of {total}", "No public source gives them; they are varied over ranges.")
    )
    return TableBlock(
        "What the numbers rest on", ("What", "How much", "What it means"), [cells(*r) for r in rows if r], 3
    )


def _futures(summary: Summary) -> str:
    view = summary.view
    if view.missing:
        return f"The run is unfinished: {view.missing} futures are missing."
    if summary.panel.clusters is not None:
        return (
            f"The factors of each are one point of {summary.sample.partition(' of ')[2].rstrip(')')}; intervals rest "
            f"on its {summary.panel.independent} parts that do not depend on each other."
        )
    if summary.panel.draws is None:
        return "Each is one sample of all factors, the same for all options. Another seed draws others."
    return (
        f"{len(view.listed)} observed flights, each flown with the same {summary.panel.independent} draws of the "
        f"factors. The "
        "flights are the whole list, not a sample: errors rest on the draws."
    )


def _lead(summary: Summary, leader: str) -> tuple[str, str, str] | tuple[()]:
    ranked = [option for group in summary.verdict.groups for option in group]
    if len(ranked) < 2:
        return ()
    lead = paired_difference(summary.panel, leader, ranked[1], tie_confidence(len(ranked)))
    first, second = summary.view.title(leader), summary.view.title(ranked[1])
    said = f"{first} against {second}, the next, on the same futures; its interval allows for {len(ranked)} options."
    return "Lead", f"{change(summary.metric, lead.mean)} ({interval(summary.metric, lead)})", said


def _over_factors(summary: Summary) -> list[Block]:
    """The ranking in each part of each factor's range."""
    everything = summary.verdict.splits
    known = [s for s in everything if s.stability is not Stability.TOO_FEW]
    attacker = len(summary.view.attacker)
    chosen = (
        f" Factors that the attacker chooses ({attacker}) are averaged over their stated ranges and never split by."
    )
    if not known:
        text = (
            f"The ranking cannot be made again within parts of a factor's range: that takes {FEWEST} draws of the "
            f"factors or "
            f"more in each of two parts, and there are {summary.panel.independent} draws.{chosen}"
        )
        return [TextBlock(text)]
    order = {Stability.FLIPS: 0, Stability.MAY_FLIP: 1, Stability.HOLDS: 2}
    listed = sorted(known, key=lambda s: (order[s.stability], -s.explains))
    there = [s for s in listed if s.stability is not Stability.HOLDS]
    matter = telling(everything, len(summary.panel.futures))
    leader = summary.view.title(summary.verdict.groups[0][0])
    text = (
        f"Futures are split at the thirds of each factor (or by category) and ranked again within each part. "
        f"{leader} has the "
        f"best mean overall, and in every part of {len(known) - len(there)} of {len(known)} factors."
        + (
            f" {len(everything) - len(known)} factors cannot be split with so few futures."
            if len(everything) > len(known)
            else ""
        )
        + chosen
    )
    explained = (
        "Factors that explain more of the lead over the next option than chance would: "
        + ", ".join(f"{s.factor} ({share(s.explains)})" for s in matter[:_SHOWN_FACTORS]) + "."
        if matter
        else "No single factor explains more of the lead over the next option than chance would."
    )  # fmt: skip
    shown = (there + [s for s in matter if s not in there] or listed)[:_SHOWN_FACTORS]
    head = ("Factor", "Leader in each part of its range", "Leader holds?", "Share of the lead it explains")
    caption = "Factors that may change the leader or matter to its lead" if there or matter else (
        f"The {len(shown)} factors that explain most of the lead, none more than chance would")  # fmt: skip
    table = TableBlock(caption, head, [_split_row(summary, s) for s in shown], 3, folded=not (there or matter))
    return [TextBlock(text), TextBlock(explained), table]


def _split_row(summary: Summary, split: Split) -> list[Cell]:
    unit = summary.view.unit_of(split.factor)
    if split.stability is Stability.TOO_FEW:
        parts = [f"fewer than {FEWEST} draws in all parts but one"]
    elif split.stability is Stability.HOLDS:
        low, high = (short(end, unit) for end in (split.parts[0].low, split.parts[-1].high))
        parts = [
            f"{summary.view.title(split.parts[0].leader)}, in every part" + (f" from {low} to {high}" if low else "")
        ]
    else:
        parts = [f"{p.label}{_span(p, unit)}: {summary.view.title(p.leader)}" for p in split.parts]
    word = {
        Stability.HOLDS: Cell("holds", mark="good"),
        Stability.MAY_FLIP: Cell("within error", mark="quiet"),
        Stability.FLIPS: Cell("flips", mark="bad"),
        Stability.TOO_FEW: Cell("too few futures", mark="quiet"),
    }[split.stability]
    return [Cell(split.factor), Cell("; ".join(parts)), word, Cell(share(split.explains))]


def _span(part: Part, unit: str) -> str:
    low, high = short(part.low, unit), short(part.high, unit)
    return "" if not low or low == high else f" ({low} to {high})"
