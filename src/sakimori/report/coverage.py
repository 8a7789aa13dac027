"""The figure of a map of coverage, or of a defended area: panels over the coast."""

import math
import pathlib
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, NamedTuple

import altair as alt
import numpy as np
import vl_convert

from sakimori.base.types import Floats
from sakimori.report.drawing import INK, VERMILION, degrees, standing_alone, svg
from sakimori.report.geo import Box, land_rings, unwrap
from sakimori.study.catalogue import DATA
from sakimori.study.cover_plans import Covered

_LAND = DATA / "geo" / "land-50m.json"
_WIDE, _TALLEST = 430, 360  # [px] of one panel
_NARROW = 320  # [px] where there are more than four
_NONE = "#d9dee4"  # of a cell without a value
_SCALE = 2.0  # pixels of a PNG to one of the figure
_SCHEME = "viridis"  # readable by the colour-blind, and in grey
_SEAM = 0.5  # [px] by which cells overlap, so that no line shows between them
_DETAIL = 0.6  # [px] nearer points of the coast are left out


class _Panel(NamedTuple):
    column: str
    title: str
    legend: str
    scale: float  # from the column to the legend's unit
    domain: tuple[float, float] | None
    reverse: bool  # little is good


_PANELS = (
    _Panel("sensors_mean", "Sensors that could detect it, mean", "sensors", 1.0, None, False),
    _Panel("longest_gap_s", "Longest gap without any", "min", 1.0 / 60.0, None, True),
    _Panel("first_detection_p90_s", "Time to first detection, 9 of 10 passes", "s", 1.0, None, True),
    _Panel("custody", "Custody probability", "share", 1.0, (0.0, 1.0), False),
)


class _Frame(NamedTuple):
    box: Box
    width: float  # [px]
    height: float  # [px]


def write_figure(covered: Covered, out: pathlib.Path) -> None:
    """Write the figure of a map to a .png or .svg file. Raises OSError where that cannot be written."""
    text = standing_alone(_drawn(covered), covered.plan.title)
    if out.suffix.lower() == ".svg":
        out.write_text(text, "utf-8")
    else:
        out.write_bytes(vl_convert.svg_to_png(text, scale=_SCALE))


def _drawn(covered: Covered) -> str:
    shown = _panels(covered)
    abreast = 2 if len(shown) <= len(_PANELS) else 3
    frame = _frame(covered, _WIDE if abreast == 2 else _NARROW)
    datasets = {
        "cells": list(_cells(covered, frame, shown)),
        "coast": list(_coast(land_rings(_LAND), frame)),
        "sites": list(_sites(covered, frame.box)),
        "places": list(_places(covered, frame.box)),
    }
    panels = [_panel(panel, covered.columns[panel.column], frame) for panel in shown]
    rows = (panels[i : i + abreast] for i in range(0, len(panels), abreast))
    pairs = [alt.hconcat(*row).resolve_scale(color="independent") for row in rows]
    subtitle = [*_meaning(covered), "Bright is better; grey: no value."]
    title = alt.TitleParams(covered.plan.title, subtitle=subtitle, anchor="start", fontSize=15, color=INK, offset=12)
    whole = alt.vconcat(*pairs).resolve_scale(color="independent").properties(title=title)
    return svg(whole, "coverage", datasets)


def _panels(covered: Covered) -> Sequence[_Panel]:
    if covered.area is None:
        return _PANELS
    of = covered.area
    named = {
        "defended": "All threats, any layer",
        **{f"defended_against_{name}": f"Against {name}" for name in of.by_threat},
        **{f"defended_by_{name}": f"By {name}" for name in of.by_kind},
    }
    shares = [_Panel(column, title, "share", 1.0, (0.0, 1.0), False) for column, title in named.items()]
    last = _Panel("latest_decision_s", "Last decision of use, median", "s after launch", 1.0, None, False)
    return [shares[0], last, *shares[1:]]


def _meaning(covered: Covered) -> list[str]:
    plan = covered.plan.defended
    if plan is None:
        return []
    return [
        f"Share of flights from the study's own axes that a layer could still meet, decided {plan.decided:g} s after "
        "launch.",
        "Geometry and time alone: tracks, rounds and luck are not in it. Triangles: layers; circles: defended places.",
    ]


def _longitudes(covered: Covered) -> Floats:
    return unwrap(covered.columns["longitude_deg"], math.degrees(float(np.median(covered.plan.longitude))))


def _frame(covered: Covered, widest: float) -> _Frame:
    longitude, latitude = _longitudes(covered), covered.columns["latitude_deg"]
    tall, wide = (math.degrees(size) for size in covered.plan.cell)
    box = Box(
        float(longitude.min() - wide / 2),
        float(longitude.max() + wide / 2),
        max(-90.0, float(latitude.min() - tall / 2)),
        min(90.0, float(latitude.max() + tall / 2)),
    )
    middle = math.radians(0.5 * (box.north + box.south))
    aspect = (box.north - box.south) / ((box.east - box.west) * max(math.cos(middle), 0.2))
    height = min(_TALLEST, widest * aspect)
    return _Frame(box, height / aspect, height)


def _cells(covered: Covered, frame: _Frame, panels: Sequence[_Panel]) -> Iterator[dict[str, Any]]:
    box = frame.box
    seam = _SEAM * (box.east - box.west) / frame.width, _SEAM * (box.north - box.south) / frame.height
    tall, wide = (math.degrees(size) for size in covered.plan.cell)
    values = [covered.columns[panel.column] * panel.scale for panel in panels]
    for i, (x, y) in enumerate(zip(_longitudes(covered), covered.columns["latitude_deg"], strict=True)):
        known = {p.column: round(float(v[i]), 5) for p, v in zip(panels, values, strict=True) if math.isfinite(v[i])}
        corners = {"x": x - wide / 2, "x2": x + wide / 2 + seam[0], "y": max(y - tall / 2, box.south)}
        corners["y2"] = min(y + tall / 2 + seam[1], box.north)
        yield {**{name: round(float(value), 5) for name, value in corners.items()}, **known}


def _coast(rings: Sequence[Floats], frame: _Frame) -> Iterator[dict[str, Any]]:
    """All rings as one line, broken between them: a line for each would take the renderer minutes."""
    box, order = frame.box, 0
    across, down = frame.width / (box.east - box.west), frame.height / (box.north - box.south)
    for ring in rings:
        whole = np.column_stack([np.unwrap(ring[:, 0], period=360.0), ring[:, 1]])
        for turn in (-360.0, 0.0, 360.0):
            for piece in _inside(whole + np.array([turn, 0.0]), box):
                kept: list[tuple[float, float]] = []
                for x, y in piece.tolist():
                    if not kept or math.hypot((x - kept[-1][0]) * across, (y - kept[-1][1]) * down) >= _DETAIL:
                        kept.append((x, y))
                for x, y in kept if len(kept) > 1 else ():
                    yield {"order": order, "x": round(x, 3), "y": round(y, 3)}
                    order += 1
                yield {"order": order, "x": None, "y": None}
                order += 1


def _inside(line: Floats, box: Box) -> Iterator[Floats]:
    """The pieces of a line of which a point, or a neighbour of it, lies in the box; the figure cuts off the rest."""
    x, y = line.T
    near = (x >= box.west) & (x <= box.east) & (y >= box.south) & (y <= box.north)
    if near.any():
        near = near | np.append(near[1:], False) | np.append(False, near[:-1])
        edges = np.flatnonzero(np.diff(np.concatenate([[0], near.astype(np.int8), [0]])))
        yield from (line[start:end] for start, end in zip(edges[::2], edges[1::2], strict=True))


def _sites(covered: Covered, box: Box) -> Iterator[dict[str, Any]]:
    layers = covered.plan.defended.layers if covered.plan.defended is not None else ()
    yield from _points(((one.latitude, one.longitude) for one in (*covered.plan.radars, *layers)), box)


def _places(covered: Covered, box: Box) -> Iterator[dict[str, Any]]:
    places = covered.plan.defended.places if covered.plan.defended is not None else {}
    yield from _points(places.values(), box)


def _points(places: Iterable[tuple[float, float]], box: Box) -> Iterator[dict[str, Any]]:
    for latitude, longitude in places:
        x = float(unwrap(np.array([math.degrees(longitude)]), 0.5 * (box.west + box.east))[0])
        y = math.degrees(latitude)
        if box.west < x < box.east and box.south < y < box.north:
            yield {"x": round(x, 4), "y": round(y, 4)}


def _panel(panel: _Panel, values: Floats, frame: _Frame) -> alt.LayerChart:
    box = frame.box
    across, up = (alt.Scale(domain=list(ends), nice=False, zero=False) for ends in (box[:2], box[2:]))
    x = alt.X("x:Q", scale=across, axis=_axis("E", box.east - box.west))
    y = alt.Y("y:Q", scale=up, axis=_axis("N", box.north - box.south))
    highest = float((values[np.isfinite(values)] * panel.scale).max(initial=0.0))
    domain = panel.domain or (0.0, highest if highest > 0.0 else 1.0)
    scale = alt.Scale(scheme=_SCHEME, domain=list(domain), reverse=panel.reverse)
    legend = alt.Legend(title=panel.legend, orient="right", gradientLength=180, tickCount=5)
    tiles = alt.Chart(alt.NamedData(name="cells")).encode(x=x, y=y, x2="x2:Q", y2="y2:Q")
    column = f"datum['{panel.column}']"
    colour = alt.Color(f"{panel.column}:Q", scale=scale, legend=legend)
    filled = tiles.transform_filter(f"isValid({column})").mark_rect(clip=True).encode(color=colour)
    empty = tiles.transform_filter(f"!isValid({column})").mark_rect(clip=True, color=_NONE)
    sites = alt.Chart(alt.NamedData(name="sites")).mark_point(
        shape="triangle-up", filled=True, size=75, opacity=1, color=VERMILION, stroke="white", strokeWidth=1
    )
    places = alt.Chart(alt.NamedData(name="places")).mark_point(
        shape="circle", filled=False, size=110, opacity=1, stroke=VERMILION, strokeWidth=2
    )
    lines = (line.encode(x=x, y=y) for line in _lines())
    layers = [empty, filled, *lines, sites.encode(x=x, y=y), places.encode(x=x, y=y)]
    whole = alt.LayerChart(layer=layers)
    return whole.properties(width=frame.width, height=frame.height, title=panel.title)


def _lines() -> Iterator[alt.Chart]:
    """The coast as a dark line on a wider light one, which shows on every colour."""
    for colour, width, opacity in (("white", 2.2, 0.55), (INK, 0.8, 1.0)):
        line = alt.Chart(alt.NamedData(name="coast")).mark_line(
            stroke=colour,
            strokeWidth=width,
            strokeOpacity=opacity,
            strokeJoin="round",
            clip=True,
            invalid="break-paths-filter-domains",
        )
        yield line.encode(order="order:Q")


def _axis(side: str, span: float) -> alt.Axis:
    step = next((s for s in (1, 2, 5, 10, 20, 30) if span / s <= 6), 60)
    return alt.Axis(
        title=None, values=list(range(-180, 541, step)), grid=False, labelExpr=degrees(side), labelFontSize=11
    )
