"""The maps: land, places, flights of a few futures, and either what sensors cover or what layers reach."""

import dataclasses
import math
from collections.abc import Iterator, Sequence
from typing import Any

import altair as alt
import numpy as np

from sakimori.assess.metrics import Table
from sakimori.report.drawing import BLUE, FAMILIES, INK, SOFT, VERMILION, degrees, rows
from sakimori.report.geo import Box, land_in, sector, unwrap
from sakimori.report.sites import Site
from sakimori.report.view import RunView

WIDE = 860  # [px]
_TALLEST = 560
_LONG = 0.02  # of the points of many flights, this share at either end does not widen the map
_FUTURES = 3
_MARGIN = 0.06
_MANY = 40  # flights, from which on the longest do not widen the map
_MARKS = {"place": ("diamond", INK), "sensor": ("triangle-up", BLUE), "layer": ("square", VERMILION)}
_KINDS = {"place": "defended place", "sensor": "sensor, coverage", "layer": "layer, reach"}


def shown_futures(view: RunView) -> tuple[int, ...]:
    """The first few futures that did not fail; of observed flights, the first future of each."""
    outcomes, flights = view.tables["outcomes"], view.tables["flights"]
    sound = outcomes["future"][~outcomes["failed"].astype(bool)] if "failed" in outcomes else outcomes["future"]
    if view.engaged:
        return tuple(int(f) for f in np.unique(sound)[:_FUTURES])
    there = np.flatnonzero(np.isin(flights["future"], sound))
    _, first = np.unique(flights[flight_column(flights)][there].astype(str), return_index=True)
    return tuple(sorted({int(f) for f in flights["future"][there[first]]}))


def flight_column(flights: Table) -> str:
    """The column that names an observed flight: whichever of record and place tells more of them apart."""
    return max(("record", "place"), key=lambda column: len(np.unique(flights[column].astype(str))))


def draw(view: RunView, sites: Sequence[Site], kind: str) -> alt.TopLevelMixin:
    """A map of a run with its sites of one kind ("sensor" or "layer"), on the region of all of them.

    Longitudes are shortened by the cosine of the middle latitude.
    """
    paths = list(_paths(view.tables["flights"], shown_futures(view)))
    box = _region(paths, sites)
    shown = [s for s in sites if s.kind in (kind, "place")]
    aspect = (box.north - box.south) / ((box.east - box.west) * math.cos(math.radians(0.5 * (box.north + box.south))))
    height = min(_TALLEST, WIDE * aspect)
    width = height / aspect
    x = alt.X(
        "x:Q",
        scale=alt.Scale(domain=[box.west, box.east], nice=False, zero=False),
        axis=_axis("E", box.east - box.west),
    )
    y = alt.Y(
        "y:Q",
        scale=alt.Scale(domain=[box.south, box.north], nice=False, zero=False),
        axis=_axis("N", box.north - box.south),
    )
    sea = alt.Chart(rows([{"x": box.west, "y": box.south, "x2": box.east, "y2": box.north}])).mark_rect(color="#eef4f8")
    layers = [
        sea.encode(x=x, y=y, x2="x2:Q", y2="y2:Q"),
        _shapes(_land(view, box), "#e9e6dc", "#a9ab9c").encode(x=x, y=y),
        *_coverage(shown, kind, x, y),
        _lines(paths).encode(x=x, y=y),
        *_sites(shown, box, width, height, x, y),
    ]
    return alt.layer(*layers).resolve_scale(color="shared", shape="shared").properties(width=width, height=height)


def _axis(side: str, span: float) -> alt.Axis:
    step = next((s for s in (1, 2, 5, 10, 20, 30) if span / s <= 9), 60)
    return alt.Axis(
        title=None, values=list(range(-180, 541, step)), grid=True, gridColor="#d5dee6", gridOpacity=0.6,
        labelExpr=degrees(side), labelFontSize=11, zindex=0,
    )  # fmt: skip


def _paths(flights: Table, futures: Sequence[int]) -> Iterator[tuple[str, Any, Any]]:
    """Family, latitudes and longitudes of each flight of these futures."""
    for row in np.flatnonzero(np.isin(flights["future"].astype(np.int64), futures)):
        latitude = np.asarray(flights["path_latitude"][row], dtype=np.float64)
        longitude = np.asarray(flights["path_longitude"][row], dtype=np.float64)
        if len(latitude) > 1 and np.all(np.isfinite(latitude)):
            yield str(flights["family"][row]), latitude, longitude


def _region(paths: Sequence[tuple[str, Any, Any]], sites: Sequence[Site]) -> Box:
    """A box about the flights, the places, and all sites; coverage may reach beyond it."""
    flown = [np.concatenate([[], *(p[axis] for p in paths)]) for axis in (1, 2)]
    middle = float(
        np.median(np.concatenate([flown[1], [s.longitude for s in sites], [0.0] * (not paths and not sites)]))
    )
    if len(paths) > _MANY:  # a few long flights would make everything else small
        flown = [np.quantile(line, [_LONG, 1.0 - _LONG]) for line in (flown[0], unwrap(flown[1], middle))]
    latitude = np.concatenate([flown[0], [s.latitude for s in sites]])
    longitude = unwrap(np.concatenate([flown[1], [s.longitude for s in sites]]), middle)
    if len(latitude) == 0:
        return Box(-180.0, 180.0, -80.0, 80.0)
    tall = max(8.0, float(latitude.max() - latitude.min()))
    wide = max(8.0, float(longitude.max() - longitude.min()))
    return Box(
        float(longitude.min()) - _MARGIN * wide, float(longitude.max()) + _MARGIN * wide,
        max(-85.0, float(latitude.min()) - _MARGIN * tall), min(85.0, float(latitude.max()) + _MARGIN * tall),
    )  # fmt: skip


def _points(shapes: Sequence[tuple[str, Any, Any]]) -> Iterator[dict[str, Any]]:
    for index, (kind, latitude, longitude) in enumerate(shapes):
        for order, (lat, lon) in enumerate(zip(latitude, longitude, strict=True)):
            yield {"shape": index, "kind": kind, "order": order, "x": round(float(lon), 3), "y": round(float(lat), 3)}


def _land(view: RunView, box: Box) -> list[tuple[str, Any, Any]]:
    return [("land", ring[:, 1], ring[:, 0]) for ring in land_in(view.land, box)]


def _shapes(shapes: Sequence[tuple[str, Any, Any]], fill: str, edge: str) -> alt.Chart:
    return (
        alt.Chart(rows(_points(shapes)))
        .mark_line(filled=True, fill=fill, stroke=edge, strokeWidth=0.7, clip=True, interpolate="linear-closed")
        .encode(detail="shape:N", order="order:Q")
    )


def _coverage(sites: Sequence[Site], kind: str, x: alt.X, y: alt.Y) -> Iterator[alt.Chart]:
    """Outlines of the coverage or reach: solid where the baseline has it, dashed where a measure adds it."""
    for dashed in (False, True):
        shapes = [
            (kind, *sector(s.latitude, s.longitude, s.reach, azimuth, s.sector))
            for s in sites
            for azimuth in s.azimuths
            if s.kind == kind and s.reach > 0.0 and bool(s.added_by) == dashed
        ]
        if shapes:
            colour = _MARKS[kind][1]
            yield (
                alt.Chart(rows(_points(shapes)))
                .mark_line(
                    filled=True, fill=colour, fillOpacity=min(0.04, 0.2 / len(shapes)), stroke=colour, strokeWidth=0.9,
                    strokeOpacity=0.75, strokeDash=[5, 4] if dashed else [1, 0], clip=True, interpolate="linear-closed",
                )
                .encode(x=x, y=y, detail="shape:N", order="order:Q")
            )  # fmt: skip


def _lines(paths: Sequence[tuple[str, Any, Any]]) -> alt.Chart:
    families = sorted({p[0] for p in paths})
    scale = alt.Scale(domain=families, range=[FAMILIES[f] for f in families])
    return (
        alt.Chart(rows(_points(paths)))
        .mark_line(strokeWidth=1.6, clip=True, opacity=0.9)
        .encode(
            detail="shape:N", order="order:Q",
            color=alt.Color("kind:N", scale=scale, legend=alt.Legend(title="flights", symbolType="stroke")),
        )
    )  # fmt: skip


def _sites(sites: Sequence[Site], box: Box, width: float, height: float, x: alt.X, y: alt.Y) -> Iterator[alt.Chart]:
    inside = [s for s in sites if box.south <= s.latitude <= box.north]
    records = [{"x": s.longitude, "y": s.latitude, "kind": _KINDS[s.kind]} for s in inside]
    kinds = [kind for kind in _KINDS if any(s.kind == kind for s in inside)]
    names, marks = [_KINDS[kind] for kind in kinds], [_MARKS[kind] for kind in kinds]
    yield (
        alt.Chart(rows(records))
        .mark_point(filled=True, size=80, opacity=1, stroke="white", strokeWidth=1)
        .encode(
            x=x, y=y,
            shape=alt.Shape("kind:N", scale=alt.Scale(domain=names, range=[m[0] for m in marks]),
                            legend=alt.Legend(title="sites", symbolFillColor=SOFT)),
            fill=alt.Fill("kind:N", scale=alt.Scale(domain=names, range=[m[1] for m in marks]), legend=None),
        )
    )  # fmt: skip
    placed = list(place_labels(gathered(inside), box, width, height))
    for align in ("left", "right", "center"):
        mine = [record for record in placed if record["align"] == align]
        if mine:
            halo = alt.Chart(rows(mine)).mark_text(
                align=align, baseline="middle", fontSize=11, stroke="#f4f7f9", strokeWidth=3, strokeJoin="round"
            )
            text = alt.Chart(rows(mine)).mark_text(align=align, baseline="middle", fontSize=11, color=INK)
            yield halo.encode(x=x, y=y, text="label:N")
            yield text.encode(x=x, y=y, text="label:N")


def gathered(sites: Sequence[Site]) -> list[Site]:
    """Sites of one kind at one point as one, under a common name: "ship-north-sm-3-ib, …gpi"."""
    groups: dict[tuple[str, float, float], list[Site]] = {}
    for site in sites:
        groups.setdefault((site.kind, round(site.latitude, 2), round(site.longitude, 2)), []).append(site)
    result = []
    for first, *rest in groups.values():
        names = [first.name, *(f"…{s.name[_shared(first.name, s.name) :]}" for s in rest)]
        result.append(dataclasses.replace(first, name=", ".join(names)))
    return result


def _shared(one: str, other: str) -> int:
    """Length of the beginning that two names share, up to and with a hyphen."""
    same = next((i for i, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other)))
    return one.rfind("-", 0, same) + 1


def place_labels(sites: Sequence[Site], box: Box, width: float, height: float) -> Iterator[dict[str, Any]]:
    """Names beside their marks where they overlap neither each other nor a mark; those without room are left out."""
    across, down = width / (box.east - box.west), height / (box.north - box.south)
    marks = [((s.longitude - box.west) * across, (box.north - s.latitude) * down) for s in sites]
    taken = [(px - 6, py - 6, px + 6, py + 6) for px, py in marks]
    order = {"place": 0, "layer": 1, "sensor": 2}
    for index in sorted(range(len(sites)), key=lambda i: order[sites[i].kind]):
        px, py = marks[index]
        name = sites[index].title if sites[index].kind == "place" else sites[index].name
        long = 6.3 * len(name)
        for align, dx, dy in (
            ("left", 9, 0), ("right", -9, 0), ("center", 0, -14), ("center", 0, 14), ("left", 8, -11), ("left", 8, 11),
            ("right", -8, -11), ("right", -8, 11),
        ):  # fmt: skip
            left = px + dx - {"left": 0.0, "right": long, "center": long / 2}[align]
            room = (left, py + dy - 7, left + long, py + dy + 7)
            others = taken[:index] + taken[index + 1 :]
            free = all(room[2] < t[0] or room[0] > t[2] or room[3] < t[1] or room[1] > t[3] for t in others)
            if free and room[0] > 2 and room[2] < width - 2 and room[1] > 2 and room[3] < height - 2:
                taken.append(room)
                yield {
                    "x": box.west + (px + dx) / across, "y": box.north - (py + dy) / down, "label": name, "align": align
                }  # fmt: skip
                break
