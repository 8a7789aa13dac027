"""The sections that every report has: the answer as a table, comparison, robustness, map; and the kill chain."""

import math

import numpy as np

from sakimori.assess.breakdown import (
    EVENTS,
    timeline,
)
from sakimori.assess.comparison import Effect
from sakimori.assess.metrics import METRICS
from sakimori.report import chart_map, figures
from sakimori.report.blocks import Block, Cell, Section, TableBlock, TextBlock, cells, figure
from sakimori.report.numbers import amount, change, interval, many, plain, seconds, share, short
from sakimori.report.sites import Site, orbiting, sites
from sakimori.report.summary import Summary
from sakimori.report.timelines import layer_blocks

_EFFECT_WORDS = {
    Effect.HELPS: ("better", "good"),
    Effect.HURTS: ("worse", "bad"),
    Effect.NONE: ("no effect", "quiet"),
    Effect.UNRESOLVED: ("not resolved", "quiet"),
}
_METRICS_ABREAST = 4


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
    head = ("Option", "Rank", metric.title, "Change, 95 % interval", "Better / equal / worse", "Verdict")
    want = "more is better" if metric.higher_is_better else "less is better"
    caption = (
        f"{metric.title} ({want}): mean ± Monte Carlo error; change, and share of futures better, equal, worse, on the "
        f"same {summary.sample}"
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
    """Every metric but the headline of every option, a few metrics to a table so that it fits the page."""
    names = [name for name in summary.panels if name != summary.metric.name]
    tables = []
    for some in (names[i : i + _METRICS_ABREAST] for i in range(0, len(names), _METRICS_ABREAST)):
        rows = [[option_cell(summary, o), *(_spread_cell(summary, name, o) for name in some)] for o in order]
        head = ("Option", *(METRICS[name].title for name in some))
        tables.append(TableBlock("The other metrics: mean, ± Monte Carlo error, p10 to p90 over factors", head, rows))
    return tables


def _spread_cell(summary: Summary, name: str, option: str) -> Cell:
    metric, found = METRICS[name], summary.estimates[name][option]
    size = found.mean if math.isfinite(found.mean) else 0.0
    error, low, high = (amount(metric, v, size, unit=False) for v in (found.error, found.p10, found.p90))
    return Cell(amount(metric, found.mean), f"± {error}; {low} to {high}")


def map_section(summary: Summary) -> Section:
    """Two maps, of what sensors cover and of what layers reach, with their key."""
    view = summary.view
    found = sites(view)
    chosen = chart_map.shown_futures(view)
    flown = int(np.isin(view.tables["flights"]["future"].astype(np.int64), chosen).sum())
    up = orbiting(view)
    space = f" In orbit, not shown: {', '.join(up)}." if up else ""
    count = {kind: sum(s.kind == kind for s in found) for kind in ("place", "sensor", "layer")}
    which = (
        "one of each observed flight"
        if view.listed
        else f"of {len(chosen)} of {many(len(summary.panel.futures), 'future')}"
    )
    dashes = "dashed where a measure adds them. Names without room stand in the table below. Coast: Natural Earth."
    blocks: list[Block] = [
        figure(
            chart_map.draw(view, found, "sensor"), "map-sensors",
            f"Map of {many(flown, 'flight')}, {many(count['place'], 'place')} and the coverage of "
            f"{many(count['sensor'], 'sensor')}"
            ". The table below gives the coordinates.",
            f"Flights: {which}. Blue outlines: what sensors cover as stated, before the horizon takes its part, "
            f"{dashes}{space}",
        )
    ]  # fmt: skip
    if count["layer"]:
        blocks.append(figure(
            chart_map.draw(view, found, "layer"), "map-layers",
            f"Map of {many(flown, 'flight')}, {many(count['place'], 'place')} and the reach of "
            f"{many(count['layer'], 'layer')}. "
            "The table below gives the coordinates.",
            f"The same flights. Vermilion outlines: greatest reach of layers, {dashes}",
        ))  # fmt: skip
    rows = [
        [Cell(s.title, s.name), Cell(s.kind), Cell(s.owner), Cell(view.title(s.added_by) if s.added_by else "baseline"),
         *cells(f"{plain(s.latitude, 2)}°", f"{plain(s.longitude, 2)}°", _reach(s))] for s in found
    ]  # fmt: skip
    head = ("Site", "Kind", "Owner", "In", "Latitude", "Longitude", "Reach")
    return Section("map", "Map", "地図", [*blocks, TableBlock(f"Sites ({len(rows)})", head, rows, 4, folded=True)])


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
    blocks: list[Block] = [figure(figures.chain(moments, EVENTS), "chain", said, caption)]
    return Section("chain", "Kill chain in time", "時間軸", [*blocks, *layer_blocks(summary, list(compared)[-1])])
