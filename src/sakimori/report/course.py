"""The course of one engagement as a figure: who saw the threat, who knew of it, and when each layer could fire."""

import math
from collections.abc import Iterator
from typing import Any

import altair as alt

from sakimori.base.types import Reason
from sakimori.report.drawing import BLUE, GREEN, GREY, INK, RULE, VERMILION, WIDTH, rows, standing_alone, svg
from sakimori.report.explanation import Facts

_KINDS = {
    "sensor, first to last detection": BLUE,
    "layer may fire": GREEN,
    "decision too late by": VERMILION,
    "layer out of service": GREY,
}


def figure(facts: Facts, title: str) -> str:
    """The figure as the text of an SVG file."""
    return standing_alone(svg(_chart(facts, title), "course"), title)


def _chart(facts: Facts, title: str) -> alt.TopLevelMixin:
    launch, end = facts.flight["launch_time"], facts.flight["duration"]
    bars, marks = list(_bars(facts, launch)), list(_marks(facts, launch))
    order = ["place's partner", *dict.fromkeys(str(bar["row"]) for bar in bars)]
    kinds = [kind for kind in _KINDS if any(bar["kind"] == kind for bar in bars)]
    axis = alt.Axis(title=None, domain=False, ticks=False, labelFontSize=13, labelColor=INK, labelOverlap=False)
    y = alt.Y("row:N", sort=order, axis=axis)
    x = alt.X("start:Q", title="time after launch [s]", scale=alt.Scale(domain=[0, end], nice=False, clamp=True))
    colour = alt.Scale(domain=kinds, range=[_KINDS[kind] for kind in kinds])
    whole = alt.Chart(rows({"row": r, "start": 0, "end": end} for r in order)).mark_rule(color=RULE).encode(
        y=y, x=x, x2="end:Q"
    )  # fmt: skip
    drawn = alt.Chart(rows(bars)).mark_bar(height=11, cornerRadius=2).encode(
        y=y, x=x, x2="end:Q", color=alt.Color("kind:N", scale=colour, legend=alt.Legend(title=None, columns=2)),
    )  # fmt: skip
    moments = alt.Chart(rows(marks)).mark_point(filled=True, size=90, opacity=1, color=INK).encode(
        y=y, x=x, shape=alt.Shape("mark:N", legend=alt.Legend(title=None, columns=3)),
    )  # fmt: skip
    impact = alt.Chart(rows([{"start": end}])).mark_rule(color=GREY, strokeDash=[4, 3]).encode(x=x)
    label = alt.Chart(rows([{"start": end, "text": "impact"}])).mark_text(dy=-8, y=0, color=GREY, fontSize=12).encode(
        x=x, text="text:N"
    )  # fmt: skip
    named = alt.TitleParams(title, anchor="start", fontSize=14, color=INK)
    return (whole + drawn + moments + impact + label).properties(width=WIDTH, height=alt.Step(22), title=named)


def _bars(facts: Facts, launch: float) -> Iterator[dict[str, Any]]:
    for row in facts.sensors:
        if not math.isnan(row["first_seen"]):
            ends = {"start": row["first_seen"] - launch, "end": row["last_seen"] - launch}
            yield {"row": row["asset"], "kind": next(iter(_KINDS)), **ends}
    for row in facts.layers:
        first, last = row["commit"] - launch, row["last_launch"] - launch
        if math.isfinite(first) and math.isfinite(last):
            kind = "layer may fire" if first <= last else "decision too late by"
            kind = "layer out of service" if row["reason"] == Reason.LAYER_OUT.name else kind
            yield {"row": row["layer"], "kind": kind, "start": min(first, last), "end": max(first, last)}


def _marks(facts: Facts, launch: float) -> Iterator[dict[str, Any]]:
    names = {"first_detected": "detected", "warned": "warned", "confirmed": "track to shoot on"}
    for name, mark in names.items():
        if not math.isnan(facts.threat[name]):
            yield {"row": "place's partner", "mark": mark, "start": facts.threat[name] - launch}
    for row in facts.layers:
        if row["shots"] > 0:
            for name, mark in (("first_launch", "first launch"), ("first_intercept", "first intercept")):
                yield {"row": row["layer"], "mark": mark, "start": row[name] - launch}
