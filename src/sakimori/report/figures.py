"""The figures of a report other than the map: each takes numbers and gives an Altair chart."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import altair as alt

from sakimori.assess.breakdown import CostEffect, Moment
from sakimori.assess.comparison import Difference, Effect, Estimate
from sakimori.assess.layers import LayerChain
from sakimori.assess.metrics import Metric
from sakimori.assess.portfolios import Year
from sakimori.report.drawing import BLUE, FAMILIES, GREEN, GREY, INK, PALETTE, RULE, VERMILION, WIDTH, rows
from sakimori.report.numbers import change, scale_of, seconds, share

_COLOURS = {Effect.HELPS: GREEN, Effect.HURTS: VERMILION, Effect.NONE: GREY, Effect.UNRESOLVED: GREY}
_STEP = 34


def _labels() -> alt.Axis:
    """An axis of names, none cut short."""
    return alt.Axis(
        title=None,
        domain=False,
        ticks=False,
        labelOverlap=False,
        labelFontSize=13,
        labelColor=INK,
        labelPadding=10,
        labelLimit=430,
    )


def _clock(latest: float) -> alt.Axis:
    """An axis of seconds that ends where the flights end, so that labels may stand behind it."""
    step = next((s for s in (20, 50, 100, 200, 500) if latest / s <= 9), 1000)
    return alt.Axis(values=list(range(0, int(latest) + 1, step)))


def _unit(metric: Metric, size: float, points: bool = False) -> tuple[float, str]:
    divisor, unit, _ = scale_of(metric, size)
    return divisor, ("points" if points and unit == "%" else unit)


def changes(metric: Metric, differences: Mapping[str, Difference], titles: Mapping[str, str]) -> alt.TopLevelMixin:
    """Difference of each option to the baseline with its 95 % interval."""
    size = max((abs(v) for d in differences.values() for v in (d.mean, d.low, d.high) if math.isfinite(v)), default=1.0)
    divisor, unit = _unit(metric, size, points=True)
    data = rows(
        {
            "option": titles[name], "mean": d.mean / divisor, "low": d.low / divisor, "high": d.high / divisor,
            "colour": _COLOURS[d.effect], "label": change(metric, d.mean, size),
        }
        for name, d in differences.items() if math.isfinite(d.low)
    )  # fmt: skip
    title = f"change against the baseline{f' [{unit}]' if unit else ''}"
    order = [titles[name] for name in differences]
    base = alt.Chart(data).encode(y=alt.Y("option:N", sort=order, axis=_labels()))
    colour = alt.Color("colour:N", scale=None)
    zero = alt.Chart(rows([{"zero": 0.0}])).mark_rule(color=GREY, strokeDash=[4, 3]).encode(x="zero:Q")
    bars = base.mark_rule(strokeWidth=3).encode(
        x=alt.X("low:Q", title=title, scale=alt.Scale(nice=True, padding=16)), x2="high:Q", color=colour
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x="mean:Q", color=colour)
    text = base.mark_text(dy=-12, fontWeight="bold").encode(x="mean:Q", text="label:N")
    return (zero + bars + dots + text).properties(width=WIDTH, height=alt.Step(_STEP + 6))


def spread(metric: Metric, estimates: Mapping[str, Estimate], titles: Mapping[str, str]) -> alt.TopLevelMixin:
    """Spread over factors (p10, p50, p90) and mean with twice its Monte Carlo error, for each option."""
    size = max((abs(v) for e in estimates.values() for v in (e.mean, e.p90) if math.isfinite(v)), default=1.0)
    divisor, unit = _unit(metric, size)
    data = rows(
        {
            "option": titles[name], "p10": e.p10 / divisor, "p50": e.p50 / divisor, "p90": e.p90 / divisor,
            "mean": e.mean / divisor, "low": (e.mean - 2 * e.error) / divisor, "high": (e.mean + 2 * e.error) / divisor,
        }
        for name, e in estimates.items() if math.isfinite(e.mean) and math.isfinite(e.error)
    )  # fmt: skip
    base = alt.Chart(data).encode(y=alt.Y("option:N", sort=[titles[n] for n in estimates], axis=_labels()))
    title = metric.title + (f" [{unit}]" if unit else "")
    band = base.mark_bar(height=12, color="#b7d3e8", cornerRadius=2).encode(x=alt.X("p10:Q", title=title), x2="p90:Q")
    middle = base.mark_tick(thickness=2, height=18, color=BLUE).encode(x="p50:Q")
    error = base.mark_rule(strokeWidth=2, color=INK).encode(x="low:Q", x2="high:Q")
    mean = base.mark_point(filled=True, size=60, color=INK, opacity=1).encode(x="mean:Q")
    return (band + middle + error + mean).properties(width=WIDTH, height=alt.Step(_STEP))


def unfolding(metric: Metric, years: Sequence[Year], titles: Mapping[str, str]) -> alt.TopLevelMixin:
    """The metric year by year: mean, Monte Carlo error, spread over factors; below, when each measure comes."""
    divisor, unit = _unit(metric, max(abs(y.estimate.p90) for y in years))
    data = rows(
        {
            "year": y.year, "mean": y.estimate.mean / divisor, "p10": y.estimate.p10 / divisor,
            "p90": y.estimate.p90 / divisor, "low": (y.estimate.mean - 2 * y.estimate.error) / divisor,
            "high": (y.estimate.mean + 2 * y.estimate.error) / divisor,
        }
        for y in years if math.isfinite(y.estimate.error)
    )  # fmt: skip
    span = alt.Scale(domain=[years[0].year, years[-1].year], nice=False)
    base = alt.Chart(data).encode(x=alt.X("year:Q", title=None, axis=alt.Axis(format="d"), scale=span))
    title = metric.title + (f" [{unit}]" if unit else "")
    wide = base.mark_area(color="#dce9f4").encode(y=alt.Y("p10:Q", title=title), y2="p90:Q")
    narrow = base.mark_area(color="#8fbbdc").encode(y="low:Q", y2="high:Q")
    line = base.mark_line(color=INK, point=alt.OverlayMarkDef(color=INK, size=35)).encode(y="mean:Q")
    above = alt.layer(wide, narrow, line).properties(width=WIDTH, height=240)
    return alt.vconcat(above, _arrivals(years, titles, span), spacing=12)


def _arrivals(years: Sequence[Year], titles: Mapping[str, str], span: alt.Scale) -> alt.FacetChart | alt.LayerChart:
    """When each measure is there: from the first future to the last, and in half of them; the earliest first."""
    found = []
    for name, title in titles.items():
        part = [(year.year, year.measures[name]) for year in years]
        reached = [next((year for year, share in part if share >= least), None) for least in (1e-9, 0.5, 1.0)]
        if reached[0] is not None:
            last = years[-1].year
            found.append({"measure": title, "first": reached[0], "half": reached[1] or last, "all": reached[2] or last})
    order = [row["measure"] for row in sorted(found, key=lambda row: (row["half"], row["first"]))]
    base = alt.Chart(rows(found)).encode(y=alt.Y("measure:N", sort=order, axis=_labels()))
    year = alt.X("first:Q", title=None, axis=alt.Axis(format="d"), scale=span)
    bars = base.mark_bar(color="#8fbbdc", height=7, cornerRadius=3).encode(x=year, x2="all:Q")
    ticks = base.mark_tick(color=INK, thickness=2, height=13).encode(x=alt.X("half:Q", scale=span, title=None))
    return alt.layer(bars, ticks).properties(width=WIDTH, height=alt.Step(22))


def stacked(amounts: Mapping[str, Mapping[str, float]], titles: Mapping[str, str], axis: str) -> alt.TopLevelMixin:
    """Bars of each option, divided by constraint; the smallest beyond seven are gathered."""
    totals: dict[str, float] = {}
    for parts in amounts.values():
        for name, value in parts.items():
            totals[name] = totals.get(name, 0.0) + value
    shown = sorted((n for n in totals if totals[n] > 0.0), key=lambda n: -totals[n])[:7]
    legend = [*shown, "the rest"] if any(v > 0.0 for n, v in totals.items() if n not in shown) else shown
    records = []
    for option, parts in amounts.items():
        gathered = {name: parts.get(name, 0.0) for name in shown}
        gathered["the rest"] = sum(v for n, v in parts.items() if n not in shown)
        records += [
            {"option": titles[option], "cause": n, "value": v, "order": i}
            for i, (n, v) in enumerate(gathered.items())
            if n in legend
        ]
    colours = alt.Scale(domain=legend, range=list(PALETTE[: len(legend)]))
    return (
        alt.Chart(rows(records))
        .mark_bar(stroke="white", strokeWidth=1)
        .encode(
            y=alt.Y("option:N", sort=[titles[n] for n in amounts], axis=_labels()),
            x=alt.X("value:Q", title=axis, stack="zero"),
            color=alt.Color("cause:N", scale=colours, sort=legend, legend=alt.Legend(title=None, columns=4)),
            order=alt.Order("order:Q"),
        )
        .properties(width=WIDTH, height=alt.Step(_STEP))
    )


def chain(moments: Mapping[str, Mapping[str, Sequence[Moment]]], events: Sequence[str]) -> alt.TopLevelMixin:
    """Kill-chain times (p10, p50, p90 after launch) by class of threat and option; the share reached stands right."""
    records = [
        {
            "family": family, "option": option, "event": m.event, "p10": m.p10, "p50": m.p50, "p90": m.p90,
            "label": f"{seconds(m.p50)}  ({share(m.share)})" if m.share > 0.0 else "never",
        }
        for family, options in moments.items() for option, found in options.items() for m in found
    ]  # fmt: skip
    options = list(dict.fromkeys(str(r["option"]) for r in records))
    latest = max((float(r["p90"]) for r in records if math.isfinite(float(r["p90"]))), default=1.0)
    for record in records:
        if not math.isfinite(float(record["p50"])):
            record["p10"] = record["p50"] = record["p90"] = None
        record["end"] = latest * 1.03
    scale = alt.Scale(domain=options, range=[GREY, BLUE, VERMILION][: len(options)])
    data = rows(records)
    base = alt.Chart().encode(
        y=alt.Y("event:N", sort=list(events), axis=_labels()),
        yOffset=alt.YOffset("option:N", sort=options, scale=alt.Scale(paddingInner=0.35, paddingOuter=0.3)),
        color=alt.Color("option:N", scale=scale, sort=options, legend=alt.Legend(title=None)),
    )
    x = alt.X(
        "p10:Q",
        title="time after launch [s]",
        scale=alt.Scale(domain=[0, latest * 1.22], nice=False),
        axis=_clock(latest),
    )
    bars = base.mark_bar(height=5, opacity=0.55, cornerRadius=2).encode(x=x, x2="p90:Q")
    dots = base.mark_point(filled=True, size=45, opacity=1).encode(x="p50:Q")
    text = base.mark_text(align="left", fontSize=11).encode(x="end:Q", text="label:N")
    layered = alt.layer(bars, dots, text, data=data).properties(
        width=WIDTH, height=alt.Step(17 if len(options) > 1 else 26)
    )
    return layered.facet(row=alt.Row("family:N", title=None, sort=list(moments), header=alt.Header(
        labelOrient="top", labelAnchor="start", labelAngle=0, labelAlign="left")), spacing=14)  # fmt: skip


def slack(chains: Sequence[LayerChain]) -> alt.TopLevelMixin:
    """Slack of each layer against each family: p10 to p90 and the median, with a line at zero."""
    data = rows(
        {
            "layer": c.layer, "family": c.family, "p10": c.slack.p10, "p50": c.slack.p50, "p90": c.slack.p90,
        }
        for c in chains
    )  # fmt: skip
    families = list(dict.fromkeys(c.family for c in chains))
    colours = alt.Scale(domain=families, range=[FAMILIES[f] for f in families])
    base = alt.Chart(data).encode(
        y=alt.Y("layer:N", sort=list(dict.fromkeys(c.layer for c in chains)), axis=_labels()),
        yOffset=alt.YOffset("family:N", sort=families, scale=alt.Scale(paddingInner=0.35, paddingOuter=0.3)),
        color=alt.Color("family:N", scale=colours, sort=families, legend=alt.Legend(title=None, columns=4)),
    )
    zero = alt.Chart(rows([{"zero": 0.0}])).mark_rule(color=INK, strokeWidth=1).encode(x="zero:Q")
    x = alt.X("p10:Q", title="slack [s]", scale=alt.Scale(nice=True, padding=20))
    bars = base.mark_bar(height=5, opacity=0.55, cornerRadius=2).encode(x=x, x2="p90:Q")
    dots = base.mark_point(filled=True, size=45, opacity=1).encode(x="p50:Q")
    return (zero + bars + dots).properties(width=WIDTH, height=alt.Step(14))


def raid(
    metric: Metric, points: Sequence[Mapping[str, object]], options: Sequence[str], sizes: Sequence[str]
) -> alt.TopLevelMixin:
    """The headline metric over raid size, with 95 % intervals; `points` hold size, option, mean, low, high."""
    size = max((abs(float(str(p["mean"]))) for p in points), default=1.0)
    divisor, unit = _unit(metric, size)
    data = rows(
        {**p, "mean": float(str(p["mean"])) / divisor, "low": float(str(p["low"])) / divisor,
         "high": float(str(p["high"])) / divisor} for p in points
    )  # fmt: skip
    colours = alt.Scale(domain=list(options), range=[GREY, *PALETTE][: len(options)])
    shapes = alt.Scale(
        domain=list(options), range=["circle", "square", "triangle-up", "diamond", "cross", "triangle-down"]
    )
    base = alt.Chart(data).encode(
        x=alt.X("size:N", sort=list(sizes), title="threats in the raid", axis=alt.Axis(labelAngle=0)),
        xOffset=alt.XOffset("option:N", sort=list(options)),
        color=alt.Color("option:N", scale=colours, sort=list(options), legend=alt.Legend(title=None, columns=2)),
    )
    y = alt.Y("low:Q", title=metric.title + (f" [{unit}]" if unit else ""))
    bars = base.mark_rule(strokeWidth=2).encode(y=y, y2="high:Q")
    dots = base.mark_point(filled=True, size=70, opacity=1).encode(
        y="mean:Q",
        shape=alt.Shape("option:N", scale=shapes, sort=list(options), legend=alt.Legend(title=None, columns=2)),
    )
    return (bars + dots).properties(width=WIDTH + 200, height=280)


def cost(
    metric: Metric, found: Sequence[CostEffect], gains: Mapping[str, tuple[float, float]], titles: Mapping[str, str]
) -> alt.TopLevelMixin:
    """Gain over the baseline against cost: boxes of p10-p90 of the cost and the 95 % interval of the gain."""
    size = max((abs(c.gain) for c in found), default=1.0)
    divisor, unit = _unit(metric, size, points=True)
    data = rows(
        {
            "option": titles[c.option], "p10": c.cost_p10 / 1e9, "p50": c.cost_p50 / 1e9, "p90": c.cost_p90 / 1e9,
            "gain": c.gain / divisor, "low": gains[c.option][0] / divisor, "high": gains[c.option][1] / divisor,
        }
        for c in found
    )  # fmt: skip
    names = [titles[c.option] for c in found]
    colours = alt.Scale(domain=names, range=[PALETTE[i % len(PALETTE)] for i in range(len(names))])
    base = alt.Chart(data).encode(
        color=alt.Color("option:N", scale=colours, sort=names, legend=alt.Legend(title=None, columns=2))
    )
    x = alt.X("p10:Q", title="cost [GUSD], p10 to p90", scale=alt.Scale(zero=True))
    y = alt.Y("gain:Q", title=f"gain over the baseline{f' [{unit}]' if unit else ''}")
    wide = base.mark_rule(strokeWidth=2).encode(x=x, x2="p90:Q", y=y)
    tall = base.mark_rule(strokeWidth=2).encode(x="p50:Q", y="low:Q", y2="high:Q")
    dots = base.mark_point(filled=True, size=80, opacity=1).encode(x="p50:Q", y="gain:Q")
    zero = alt.Chart(rows([{"zero": 0.0}])).mark_rule(color=RULE).encode(y="zero:Q")
    return (zero + wide + tall + dots).properties(width=WIDTH + 200, height=300)


def watch(bars: Sequence[dict[str, Any]], flights: Sequence[str], sensors: Sequence[str]) -> alt.TopLevelMixin:
    """When each sensor saw each flight: median first to last detection after launch, darker where seen more often."""
    data = rows(bars)
    y = alt.Y("sensor:N", sort=list(sensors), axis=_labels())
    latest = max((float(str(b["end"])) for b in bars), default=1.0)
    x = alt.X(
        "first:Q", title="time after launch [s], median first to last detection", axis=_clock(latest),
        scale=alt.Scale(domain=[0, latest * 1.35], nice=False),
    )  # fmt: skip
    kinds = alt.Scale(domain=["baseline", "added by a measure"], range=[GREY, BLUE])
    base = alt.Chart().encode(y=y)
    whole = base.mark_rule(color=RULE, strokeWidth=1).encode(x=alt.X("start:Q"), x2="end:Q")
    seen = base.mark_bar(height=10, cornerRadius=2).encode(
        x=x, x2="last:Q", color=alt.Color("kind:N", scale=kinds, legend=alt.Legend(title=None)),
        opacity=alt.Opacity("share:Q", scale=alt.Scale(domain=[0, 1], range=[0.25, 1]), legend=None),
    )  # fmt: skip
    text = base.mark_text(align="left", dx=6, fontSize=11).encode(x="after:Q", text="label:N")
    return (
        alt.layer(whole, seen, text, data=data)
        .properties(width=WIDTH, height=alt.Step(20))
        .facet(row=alt.Row("flight:N", title=None, sort=list(flights), header=alt.Header(
            labelOrient="top", labelAnchor="start", labelAngle=0, labelAlign="left")), spacing=12)
        .resolve_scale(y="independent")
    )  # fmt: skip


def matrix(squares: Sequence[dict[str, Any]], flights: Sequence[str], sensors: Sequence[str]) -> alt.TopLevelMixin:
    """Flights by sensors: the share of draws that saw it as a shade, the time of the first detection as a number."""
    base = alt.Chart(rows(squares)).encode(
        y=alt.Y("flight:N", sort=list(flights), axis=_labels()),
        x=alt.X(
            "sensor:N",
            sort=list(sensors),
            axis=alt.Axis(orient="top", labelAngle=-35, title=None, labelLimit=220, labelOverlap=False),
        ),
    )
    shade = alt.Scale(domain=[0, 1], range=["#f3f6f8", BLUE])
    legend = alt.Legend(title="share of draws", format="%", gradientLength=160)
    boxes = base.mark_rect(stroke="white", strokeWidth=1).encode(color=alt.Color("share:Q", scale=shade, legend=legend))
    text = base.mark_text(fontSize=11).encode(
        text="label:N", color=alt.condition("datum.share > 0.55", alt.value("white"), alt.value(INK))
    )
    return (boxes + text).properties(
        width=max(240, min(WIDTH, 74 * len(sensors))), height=alt.Step(24 if len(flights) <= 24 else 17)
    )
