"""The sections that every report has: the answer as a table, comparison, robustness, map; and the kill chain."""

import math

import numpy as np

from sakimori.assess.breakdown import (
    EVENTS,
    timeline,
)
from sakimori.assess.comparison import Effect
from sakimori.assess.metrics import METRICS
from sakimori.assess.robustness import FEWEST, Part, Split, Stability
from sakimori.report import chart_map, figures
from sakimori.report.blocks import Block, Cell, Section, TableBlock, TextBlock, cells, figure
from sakimori.report.numbers import amount, change, interval, plain, seconds, share, short
from sakimori.report.sites import Site, orbiting, sites
from sakimori.report.summary import Summary

_EFFECT_WORDS = {
    Effect.HELPS: ("better", "good"),
    Effect.HURTS: ("worse", "bad"),
    Effect.NONE: ("no effect", "quiet"),
    Effect.UNRESOLVED: ("not resolved", "quiet"),
}
_SHOWN_FACTORS = 10
_METRICS_ABREAST = 5


def titles(summary: Summary) -> dict[str, str]:
    """English titles of all options."""
    return {option: summary.view.title(option) for option in summary.view.options}


def option_cell(summary: Summary, option: str) -> Cell:
    """An option's title with its Japanese title under it."""
    return Cell(summary.view.title(option), summary.view.title_ja(option), lang="ja")


def answer_table(summary: Summary) -> TableBlock:
    """The ranking by the headline metric: what stands in the first screen."""
    metric = summary.metric
    rows = []
    for option in (summary.reference, *best_first(summary)):
        found = summary.estimates[metric.name][option]
        row = [
            option_cell(summary, option), Cell(summary.place(option) or "–"),
            Cell(amount(metric, found.mean), f"± {amount(metric, found.error, found.mean)}"),
        ]  # fmt: skip
        rows.append(row + _change_cells(summary, option))
    head = ("Option", "Rank", metric.title, "Change, 95 % interval", "Futures better / equal / worse", "Verdict")
    want = "more is better" if metric.higher_is_better else "less is better"
    caption = (
        f"{metric.title} ({want}): mean ± Monte Carlo error; change on the same {len(summary.panel.futures)} futures"
    )
    return TableBlock(caption, head, rows)


def best_first(summary: Summary) -> list[str]:
    """Options without the reference, best mean first, those outside the ranking last."""
    sign = -1.0 if summary.metric.higher_is_better else 1.0
    found = summary.estimates[summary.metric.name]
    ordered = sorted(summary.others, key=lambda o: sign * found[o].mean if math.isfinite(found[o].mean) else math.inf)
    return sorted(ordered, key=lambda o: not summary.place(o))  # what is not ranked stands last


def _change_cells(summary: Summary, option: str) -> list[Cell]:
    found = summary.differences[summary.metric.name].get(option)
    if found is None:
        return [Cell("reference", mark="quiet"), Cell(""), Cell("")]
    word, mark = _EFFECT_WORDS[found.effect]
    shares = " / ".join(share(v) for v in (found.better, found.equal, found.worse))
    return [
        Cell(change(summary.metric, found.mean), interval(summary.metric, found)),
        Cell(shares),
        Cell(word, mark=mark),
    ]


def comparison(summary: Summary) -> Section:
    """Differences, spread over factors, and every other metric."""
    metric = summary.metric
    order = (summary.reference, *best_first(summary))
    named = titles(summary)
    differences = {o: summary.differences[metric.name][o] for o in order[1:]}
    estimates = {o: summary.estimates[metric.name][o] for o in order}
    said = "; ".join(f"{named[o]} {change(metric, d.mean)} ({interval(metric, d)})" for o, d in differences.items())
    ranges = "; ".join(f"{named[o]} {amount(metric, e.p10)} to {amount(metric, e.p90)}" for o, e in estimates.items())
    blocks: list[Block] = []
    if differences:
        blocks.append(
            figure(
                figures.changes(metric, differences, named), "changes", f"Change against the baseline: {said}.",
                f"{metric.title}: change against the baseline on the same futures, with 95 % interval. Green helps, "
                "vermilion harms, grey is not resolved or nothing.",
            )
        )  # fmt: skip
    blocks += [
        figure(
            figures.spread(metric, estimates, named), "spread", f"Spread over factors, p10 to p90: {ranges}.",
            "What we do not know: band p10 to p90 over the factors, blue tick the median. Black: mean with twice its "
            "Monte "
            "Carlo error, the only part that more futures would shrink.",
        ),
        TextBlock(_luck(summary)),
        *_all_metrics(summary, order),
    ]  # fmt: skip
    return Section("comparison", "Options compared", "施策の比較", blocks)


def _luck(summary: Summary) -> str:
    found = summary.estimates[summary.metric.name][summary.reference]
    noise = found.luck_variance / summary.view.replications
    total = found.between_variance + noise
    if not math.isfinite(total) or noise <= 0.0:
        return "This metric carries no luck: it is the same whenever the same future comes again."
    text = (
        "Luck is kept apart. Given one future, the outcome of a single raid still varies by "
        f"{amount(summary.metric, math.sqrt(found.luck_variance))} "
        "(standard deviation, baseline); between futures the expectation varies by "
        f"{amount(summary.metric, math.sqrt(found.between_variance))}. "
        f"The {summary.view.replications} inner replications leave {share(noise / total)} of the variance seen as "
        "noise."
    )
    return text + (" That is much: raise the number of replications." if noise > 0.1 * total else "")


def _all_metrics(summary: Summary, order: tuple[str, ...]) -> list[TableBlock]:
    """Every metric of every option, a few metrics to a table so that it fits the page."""
    names = list(summary.panels)
    tables = []
    for some in (names[i : i + _METRICS_ABREAST] for i in range(0, len(names), _METRICS_ABREAST)):
        rows = [[option_cell(summary, o), *(_spread_cell(summary, name, o) for name in some)] for o in order]
        head = ("Option", *(METRICS[name].title for name in some))
        tables.append(TableBlock("Mean, ± Monte Carlo error, p10 to p90 over factors", head, rows))
    return tables


def _spread_cell(summary: Summary, name: str, option: str) -> Cell:
    metric, found = METRICS[name], summary.estimates[name][option]
    size = found.mean if math.isfinite(found.mean) else 0.0
    error, low, high = (amount(metric, v, size, unit=False) for v in (found.error, found.p10, found.p90))
    return Cell(amount(metric, found.mean), f"± {error}; {low} to {high}")


def robustness(summary: Summary) -> Section:
    """Does the leader stay ahead over each factor's range."""
    splits = summary.verdict.splits
    order = {Stability.FLIPS: 0, Stability.MAY_FLIP: 1, Stability.HOLDS: 2, Stability.TOO_FEW: 3}
    listed_ = sorted(splits, key=lambda s: (order[s.stability], -s.explains))
    shown = listed_[:_SHOWN_FACTORS]
    leader = summary.view.title(summary.verdict.groups[0][0])
    hidden = listed_[_SHOWN_FACTORS:]
    text = (
        "Futures are split at the thirds of each factor (or by category) and ranked again within each part. "
        f"{leader} has the "
        f"best mean overall. Factors that the attacker chooses ({len(summary.view.attacker)}) are averaged over "
        "their stated "
        "ranges and never split by."
    )
    blocks: list[Block] = [TextBlock(text)]
    if shown:
        head = ("Factor", "Leader in each part of its range", "Leader holds?", "Share of the lead it explains")
        blocks.append(
            TableBlock("Factors that matter most to the ranking", head, [_split_row(summary, s) for s in shown], 3)
        )
    if hidden:
        holds = sum(s.stability is Stability.HOLDS for s in hidden)
        flips = sum(s.stability is Stability.FLIPS for s in hidden)
        few = sum(s.stability is Stability.TOO_FEW for s in hidden)
        said = f"Of the other {len(hidden)} factors, {holds} leave the leader first in every part"
        more = f", {flips} flip the ranking" if flips else ""
        more += f", {few} cannot be split with so few futures" if few else ""
        near = len(hidden) - holds - flips - few
        blocks.append(TextBlock(f"{said}{more}, and in {near} any change is within the error."))
    return Section("robustness", "How sure: the ranking over each factor's range", "頑健性", blocks)


def _split_row(summary: Summary, split: Split) -> list[Cell]:
    unit = summary.view.unit_of(split.factor)
    if split.stability is Stability.TOO_FEW:
        parts = [f"fewer than {FEWEST} futures in all parts but one"]
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


def map_section(summary: Summary) -> Section:
    """The map with its key."""
    view = summary.view
    found = sites(view)
    chosen = chart_map.shown_futures(view)
    flown = int(np.isin(view.tables["flights"]["future"].astype(np.int64), chosen).sum())
    up = orbiting(view)
    space = f" In orbit, not shown: {', '.join(up)}." if up else ""
    count = {kind: sum(s.kind == kind for s in found) for kind in ("place", "sensor", "layer")}
    said = (
        f"Map of {flown} flights in {len(chosen)} futures, {count['place']} places, {count['sensor']} sensors with "
        "coverage, "
        f"{count['layer']} layers with reach. The table below gives the coordinates."
    )
    caption = (
        f"Flights of {len(chosen)} of {len(summary.panel.futures)} futures. Blue outlines: sensor coverage as "
        "stated, before the "
        f"horizon takes its part; vermilion: reach of layers; dashed: added by a measure.{space} Coast: Natural Earth."
    )
    rows = [
        [Cell(s.title, s.name), Cell(s.kind), Cell(s.owner), Cell(view.title(s.added_by) if s.added_by else "baseline"),
         *cells(f"{plain(s.latitude, 2)}°", f"{plain(s.longitude, 2)}°", _reach(s))] for s in found
    ]  # fmt: skip
    table = TableBlock(
        f"Sites ({len(rows)})", ("Site", "Kind", "Owner", "In", "Latitude", "Longitude", "Reach"), rows, 4, folded=True
    )
    return Section("map", "Map", "地図", [figure(chart_map.draw(view, found), "map", said, caption), table])


def _reach(site: Site) -> str:
    return short(site.reach / 1e3, "km") if site.reach > 0.0 else ""


def kill_chain(summary: Summary) -> Section:
    """Times of the kill chain by class of threat, baseline against the leader."""
    view, futures = summary.view, summary.panel.futures
    leader = summary.verdict.leaders[0] if summary.verdict.leaders else summary.reference
    compared = dict.fromkeys((summary.reference, leader if leader != summary.reference else view.options[-1]))
    tables = view.tables
    families = sorted(set(tables["flights"]["family"].astype(str)))
    moments = {
        family: {
            view.title(o): timeline(tables["threats"], tables["engagements"], tables["flights"], o, futures, [family])
            for o in compared
        }
        for family in families
    }
    said = " ".join(
        f"{family}, {option}: " + ", ".join(f"{m.event} {seconds(m.p50)} ({share(m.share)})" for m in found if m.share)
        + "."
        for family, options in moments.items() for option, found in options.items()
    )  # fmt: skip
    caption = (
        "Seconds after launch: bar p10 to p90, dot and number the median over the threats to which it happened; in "
        "brackets "
        "the share of threats to which it happened. A launch after the last useful one cannot reach the threat."
    )
    return Section(
        "chain", "Kill chain in time", "時間軸", [figure(figures.chain(moments, EVENTS), "chain", said, caption)]
    )
