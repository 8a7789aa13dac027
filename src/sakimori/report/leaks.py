"""The sections on leakers: causes, what binds, by place, class and partner, over raid size, and what effect costs."""

import math
from collections.abc import Mapping

import numpy as np

from sakimori.assess.breakdown import (
    CONSTRAINTS,
    Binding,
    CostEffect,
    aimed_by,
    binding,
    cost_effect,
    leakers_by,
    raid_sizes,
    turned,
    value_at_risk_by,
    value_lost_by,
)
from sakimori.assess.comparison import Effect, estimate
from sakimori.assess.metrics import METRICS
from sakimori.assess.verdict import Why
from sakimori.base.reasons import REASONS
from sakimori.base.types import Reason
from sakimori.report import figures
from sakimori.report.blocks import Block, Cell, ListBlock, Section, TableBlock, TextBlock, cells, figure
from sakimori.report.numbers import amount, change, plain, scale_of, share
from sakimori.report.pricing import money_of
from sakimori.report.sections import best_first, option_cell, titles
from sakimori.report.sentences import listed
from sakimori.report.sites import available
from sakimori.report.summary import Summary, causes, effects, why_no_effect

_DRAWN = 6  # options in a figure that tells them apart by colour; the tables have all


def leak_causes(summary: Summary) -> Section:
    """Why leakers leak, what binds each option, and why zero-effect measures have none."""
    view, futures, named = summary.view, summary.panel.futures, titles(summary)
    bound = {o: binding(view.tables["threats"], o, futures) for o in view.options}
    amounts = {o: dict(b.leakers) for o, b in bound.items()}
    said = "; ".join(
        f"{named[o]}: " + ", ".join(f"{name} {plain(v, 2)}" for name, v in list(parts.items())[:4])
        for o, parts in amounts.items()
    )
    blocks: list[Block] = [
        figure(
            figures.stacked(amounts, named, "expected leakers per raid"), "causes", f"Leakers by constraint. {said}.",
            "Each leaker counts once, for the reason of the layer that came furthest.",
        ),
        *_cause_tables(summary),
    ]  # fmt: skip
    blocks += _binding(summary, bound)
    idle = effects(summary, Effect.NONE)
    if idle and summary.verdict.why in (Why.NO_EFFECT, Why.NONE_HELPS):  # else they stand in the answer
        blocks += [
            TextBlock("Measures without effect, and the constraint that never bound:"),
            ListBlock([f"{named[o]}: {why_no_effect(summary, o)}." for o in idle]),
        ]
    return Section("causes", "Why leakers leak", "突破の原因", blocks)


def _binding(summary: Summary, bound: Mapping[str, Binding]) -> list[Block]:
    """What holds each option back: one sentence where it is the same for all, and the shares of every constraint."""
    blocks: list[Block] = []
    first = {b.first for b in bound.values()}
    if len(first) == 1 and "" not in first:
        name = next(iter(first))
        parts = sorted(b.share(name) for b in bound.values())
        said = f"What binds every option: {name} ({share(parts[0])} to {share(parts[-1])} of its leakers)."
        blocks.append(TextBlock(said))
    total = {name: sum(b.leakers.get(name, 0.0) for b in bound.values()) for name in (*CONSTRAINTS, "other")}
    names = sorted((name for name in total if total[name] > 0.0), key=lambda name: -total[name])
    rows = [
        [option_cell(summary, o), Cell(b.first or "nothing leaks"), *(_bound_by(b, name) for name in names)]
        for o, b in bound.items()
    ]
    never = [name for name in CONSTRAINTS if name not in names]
    head = ("Option", "Binds most", *(name.capitalize() for name in names))
    blocks.append(TableBlock("What binds each option: share of its leakers by constraint, and leakers", head, rows, 2))
    if never:
        blocks.append(TextBlock(f"No leaker of any option was due to: {listed(never)}."))
    return blocks


def _bound_by(bound: Binding, name: str) -> Cell:
    amount = bound.leakers.get(name, 0.0)
    return Cell(share(bound.share(name)), plain(amount, 2)) if amount > 0.0 else Cell("none", mark="quiet")


def _cause_tables(summary: Summary) -> list[Block]:
    """Leakers of each option by cause, and what the causes mean."""
    by_option = {o: causes(summary, o) for o in summary.view.options}
    total: dict[str, float] = {}
    for parts in by_option.values():
        for name, value in parts.items():
            total[name] = total.get(name, 0.0) + value
    names = sorted((n for n in total if total[n] > 0.0), key=lambda n: -total[n])
    rows = [
        [option_cell(summary, o), *cells(plain(sum(parts.values()), 2), *(plain(parts.get(n, 0.0), 2) for n in names))]
        for o, parts in by_option.items()
    ]
    head = ("Option", "All", *(in_words(name) for name in names))
    meaning = [[Cell(in_words(n), n), *cells(*_words(n))] for n in names]
    return [
        TableBlock("Expected leakers per raid by cause", head, rows, folded=True),
        TableBlock(
            "What the causes mean",
            ("Cause", "The threat leaked because", "What would change it"),
            meaning,
            3,
            folded=True,
        ),
    ]


def in_words(reason: str) -> str:
    """A reason code as plain words."""
    return reason.replace("_", " ").capitalize()


def _words(name: str) -> tuple[str, str]:
    return REASONS[Reason[name]] if name in Reason.__members__ else ("", "")


def groups(summary: Summary) -> Section:
    """Leak share by place, class and partner."""
    view, futures = summary.view, summary.panel.futures
    threats = view.tables["threats"]
    places = threats["place"].astype(str)
    labels: Mapping[str, np.ndarray] = {
        "place": np.array([view.place_title(p) for p in places]),
        "class of threat": threats["record"].astype(str),
        "partner": np.array([view.partner_of(p) for p in places]),
    }
    blocks: list[Block] = []
    for kind, label in labels.items():
        aimed = aimed_by(threats, label, summary.reference, futures)
        names = sorted(aimed)
        if len(names) < 2:
            continue  # the whole is in the tables above
        rows: list[list[Cell]] = [[Cell("Threats per raid"), *cells(*(plain(aimed[n], 2) for n in names))]]
        for option in view.options:
            leaked = leakers_by(threats, label, option, futures)
            rows.append([option_cell(summary, option), *(_leaked(leaked.get(n, 0.0), aimed[n]) for n in names)])
        caption = f"By {kind}: share of its threats that leak, and leakers per raid"
        blocks.append(TableBlock(caption, ("Option", *names), rows))
    blocks.append(_value_by_place(summary, labels["place"]))
    return Section("groups", "By place, class and partner", "地点・種別・国別", blocks)


def _value_by_place(summary: Summary, place: np.ndarray) -> Block:
    """Value lost at each defended place; a leaker costs the whole value of its place in that future."""
    threats, futures = summary.view.tables["threats"], summary.panel.futures
    risk = value_at_risk_by(threats, place, summary.reference, futures)
    names = sorted(risk)
    rows: list[list[Cell]] = [
        [
            Cell("Value aimed at per raid"),
            *cells(*(plain(v, 2) for v in (sum(risk.values()), *(risk[n] for n in names)))),
        ]
    ]
    for option in summary.view.options:
        lost = value_lost_by(threats, place, option, futures)
        parts = [(sum(lost.values()), sum(risk.values())), *((lost.get(n, 0.0), risk[n]) for n in names)]
        rows.append([option_cell(summary, option), *(_lost(*part) for part in parts)])
    caption = "Value at risk by place: value lost per raid, and its share of the value aimed at"
    told = all(value == 1.0 for value in np.unique(threats["value"]))  # leakers by place say the same
    return TableBlock(caption, ("Option", "All places", *names), rows, folded=told)


def _lost(value: float, aimed: float) -> Cell:
    return Cell(plain(value, 2), share(value / aimed) if aimed > 0.0 else "nothing at risk")


def _leaked(leakers: float, aimed: float) -> Cell:
    return Cell(share(leakers / aimed), plain(leakers, 2))


def raid_size(summary: Summary) -> Section | None:
    """The headline metric over raid size; none where all raids are of one size."""
    panel, named, metric = summary.panel, titles(summary), summary.metric
    sizes = raid_sizes(panel, summary.view.tables["outcomes"])
    if len(sizes) < 2:
        return None
    found = {o: [(label, estimate(panel.restrict(mask), o)) for label, _, mask in sizes] for o in panel.options}
    drawn = [summary.reference, *best_first(summary)][:_DRAWN]
    points = [
        {"size": label, "option": named[o], "mean": e.mean, "low": e.mean - reach, "high": e.mean + reach}
        for o in drawn
        for label, e in found[o]
        for reach in [1.96 * e.error if math.isfinite(e.error) else 0.0]
    ]
    rows = [
        [
            option_cell(summary, o),
            *(Cell(amount(metric, e.mean), f"± {amount(metric, e.error, e.mean)}") for _, e in found[o]),
        ]
        for o in panel.options
    ]
    labels = [label for label, _, _ in sizes]
    chart = figures.raid(metric, points, [named[o] for o in drawn], labels)
    some = f" The baseline and the best {len(drawn) - 1}; the table has all." if len(drawn) < len(panel.options) else ""
    caption = f"{metric.title} over the number of threats in the raid: mean with 95 % interval.{some}"
    head = ("Option", *(f"{label} threats ({e.futures} futures)" for label, e in found[summary.reference]))
    table = TableBlock("The same in numbers: mean ± Monte Carlo error", head, rows)
    said = f"{metric.title} over raid size; the table below gives every number."
    return Section("raid", "Over raid size", "攻撃規模", [figure(chart, "raid", said, caption), table])


def costs(summary: Summary, more: list[Block]) -> Section | None:
    """Effect per cost, then `more`; none where no option has a cost."""
    panel, view, metric = summary.panel, summary.view, summary.metric
    found = {o: cost_effect(panel, view.costs(o, panel.futures), o, summary.reference) for o in summary.others}
    known = [c for c in found.values() if c is not None]
    if not known:
        return None
    known.sort(key=lambda c: -c.per_cost)
    gains = {c.option: turned(panel, summary.differences[metric.name][c.option])[1:] for c in known}
    rows = [_cost_row(summary, c) for c in known]
    unit = "points" if metric.share else scale_of(metric, 1.0)[1] or "units"
    head = ("Option", "Available", "Cost, p10 to p90", "Gain over the baseline", f"Gain per GUSD [{unit}]")
    said = "; ".join(
        f"{view.title(c.option)}: {row[2].text}, gain {row[3].text}" for c, row in zip(known, rows, strict=True)
    )
    caption = "Gain over the baseline (up is better) against cost: p10 to p90 of the cost, 95 % interval of the gain."
    without = [view.title(o) for o, c in found.items() if c is None]
    blocks: list[Block] = [
        figure(
            figures.cost(metric, known[:_DRAWN], gains, titles(summary)), "cost", f"Gain against cost. {said}.", caption
        ),
        TableBlock(
            f"Effect per cost {money_of(view)}, best first: gain over median cost; range from dear and small to cheap "
            "and large",
            head,
            rows,
        ),
        *more,
    ]
    if without:
        blocks.append(TextBlock(f"Without a stated cost: {listed(without)}."))
    return Section("cost", "Effect and cost", "費用対効果", blocks)


def _cost_row(summary: Summary, found: CostEffect) -> list[Cell]:
    metric = summary.metric
    divisor, _, decimals = scale_of(metric, found.gain)
    low, middle, high = (plain(v * 1e9 / divisor, decimals + 1, signed=True) for v in (
        found.per_cost_low, found.per_cost, found.per_cost_high))  # fmt: skip
    money = METRICS["rounds_cost"]
    return [
        option_cell(summary, found.option),
        Cell(available(summary.view, found.option)),
        Cell(amount(money, found.cost_p50), f"{amount(money, found.cost_p10)} to {amount(money, found.cost_p90)}"),
        Cell(change(metric, found.gain)),
        Cell(middle, f"{low} to {high}"),
    ]
