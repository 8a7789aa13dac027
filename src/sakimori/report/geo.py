"""Coast lines for the map: TopoJSON decoded and clipped to a region, and circles on the globe."""

import json
import math
import pathlib
from typing import Any, NamedTuple

import numpy as np

from sakimori.base.constants import MEAN_RADIUS
from sakimori.base.types import Floats

_CROSSING = 180.0  # a step in longitude larger than this [deg] is taken the short way round


class Box(NamedTuple):
    """A region [deg]; `west` < `east`, both may lie beyond 180."""

    west: float
    east: float
    south: float
    north: float


def land_rings(path: pathlib.Path) -> list[Floats]:
    """Rings of the land polygons of a TopoJSON file, each (n, 2) longitude and latitude [deg]."""
    topology = json.loads(path.read_text("utf-8"))
    arcs = [_arc(points, topology.get("transform")) for points in topology["arcs"]]
    name = "land" if "land" in topology["objects"] else next(iter(topology["objects"]))
    return [_ring(indices, arcs) for indices in _polygons(topology["objects"][name])]


def _arc(points: list[list[float]], transform: dict[str, list[float]] | None) -> Floats:
    array = np.asarray(points, dtype=np.float64)[:, :2]
    if transform is None:
        return array
    return np.cumsum(array, axis=0) * transform["scale"] + transform["translate"]


def _polygons(geometry: dict[str, Any]) -> list[list[int]]:
    """Arc indices of every ring below this geometry."""
    if geometry["type"] == "GeometryCollection":
        return [ring for part in geometry["geometries"] for ring in _polygons(part)]
    if geometry["type"] == "MultiPolygon":
        return [ring for polygon in geometry["arcs"] for ring in polygon]
    return list(geometry["arcs"]) if geometry["type"] == "Polygon" else []


def _ring(indices: list[int], arcs: list[Floats]) -> Floats:
    """One ring from its arcs; index ~i means arc i backwards, and arcs share their end points."""
    parts = [arcs[i] if i >= 0 else arcs[~i][::-1] for i in indices]
    return np.concatenate([parts[0], *(part[1:] for part in parts[1:])])


def clip(ring: Floats, box: Box) -> Floats:
    """The ring inside the box (Sutherland and Hodgman 1974, doi 10.1145/360767.360802); (0, 2) where none is."""
    points = ring
    for axis, edge, above in ((0, box.west, True), (0, box.east, False), (1, box.south, True), (1, box.north, False)):
        if len(points) == 0:
            break
        points = _cut(points, axis, edge, above)
    return points


def _cut(points: Floats, axis: int, edge: float, above: bool) -> Floats:
    inside = points[:, axis] >= edge if above else points[:, axis] <= edge
    if inside.all() or not inside.any():
        return points if inside.all() else points[:0]
    kept: list[Floats] = []
    for here, there, here_in, there_in in zip(
        points, np.roll(points, -1, axis=0), inside, np.roll(inside, -1), strict=True
    ):
        if here_in:
            kept.append(here)
        if here_in != there_in:
            kept.append(here + (there - here) * (edge - here[axis]) / (there[axis] - here[axis]))
    return np.array(kept).reshape(-1, 2)


def land_in(path: pathlib.Path, box: Box) -> list[Floats]:
    """Clipped rings of all land in the box, repeated where the box crosses the date line."""
    pieces = [clip(ring + np.array([turn, 0.0]), box) for ring in land_rings(path) for turn in (-360.0, 0.0, 360.0)]
    return [piece for piece in pieces if len(piece) > 2]


def unwrap(longitude: Floats, middle: float) -> Floats:
    """Longitudes [deg] within half a turn of `middle`."""
    return (longitude - middle + _CROSSING) % 360.0 - _CROSSING + middle


def arc(latitude: float, longitude: float, reach: float, bearings: Floats) -> tuple[Floats, Floats]:
    """Points at ground distance `reach` [m] along `bearings` [rad] on a sphere, degrees in and out: for drawing."""
    angle, lat = reach / MEAN_RADIUS, math.radians(latitude)
    sine = math.sin(lat) * math.cos(angle) + math.cos(lat) * math.sin(angle) * np.cos(bearings)
    there = np.arcsin(np.clip(sine, -1.0, 1.0))
    turn = np.arctan2(np.sin(bearings) * math.sin(angle) * math.cos(lat), math.cos(angle) - math.sin(lat) * sine)
    return np.degrees(there), longitude + np.degrees(turn)


def sector(latitude: float, longitude: float, reach: float, boresight: float, width: float) -> tuple[Floats, Floats]:
    """Outline of a sector about `boresight`, `width` wide [rad] (from 2 pi on a circle): latitudes, longitudes."""
    if width >= 2.0 * math.pi - 1e-6:
        return arc(latitude, longitude, reach, np.linspace(0.0, 2.0 * math.pi, 97))
    count = max(3, math.ceil(width / math.radians(4.0)))
    lat, lon = arc(latitude, longitude, reach, np.linspace(boresight - width / 2.0, boresight + width / 2.0, count))
    return np.concatenate([[latitude], lat, [latitude]]), np.concatenate([[longitude], lon, [longitude]])
