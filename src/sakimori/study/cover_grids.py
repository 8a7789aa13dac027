"""The cells of a map of coverage: equal steps in latitude and longitude, in a box or in a circle about a place."""

import math

import numpy as np

from sakimori.base.constants import MEAN_RADIUS
from sakimori.base.types import Floats
from sakimori.study.cover_keys import Box, Circle, Grid
from sakimori.study.quantities import Amount
from sakimori.study.reading import Document, Problem

MOST_CELLS = 200_000


def cells(grid: Grid | None, document: Document) -> tuple[Floats, Floats, tuple[float, float]]:
    """Latitudes and longitudes (C,) [rad] of the middles of a grid's cells, and their size [rad]. Raises Problem."""
    if grid is None:
        return np.empty(0), np.empty(0), (0.0, 0.0)
    step = _value(grid.step)
    if grid.box is not None:
        return _in_box(grid.box, step, document)
    assert grid.circle is not None
    return (*_in_circle(grid.circle, step, document), (step, step))


def _value(written: Amount) -> float:
    return written.numbers[0]


def _in_box(box: Box, step: float, document: Document) -> tuple[Floats, Floats, tuple[float, float]]:
    # The step is stretched a little where it does not divide the box.
    south, north, west, east = _value(box.south), _value(box.north), _value(box.west), _value(box.east)
    rows, columns = max(1, round((north - south) / step)), max(1, round((east - west) / step))
    _check(rows * columns, document)
    tall, wide = (north - south) / rows, (east - west) / columns
    latitude = np.repeat(south + tall * (np.arange(rows) + 0.5), columns)
    longitude = np.tile(west + wide * (np.arange(columns) + 0.5), rows)
    return np.asarray(latitude, np.float64), np.asarray(longitude, np.float64), (tall, wide)


def _in_circle(circle: Circle, step: float, document: Document) -> tuple[Floats, Floats]:
    # The place is the middle of a cell; cells whose middle lies in the circle, on the mean sphere.
    middle, meridian = _value(circle.at.latitude), _value(circle.at.longitude)
    angle = min(_value(circle.radius) / MEAN_RADIUS, math.pi)
    round_pole = abs(middle) + angle >= 0.5 * math.pi
    wide = math.pi if round_pole else math.asin(math.sin(angle) / math.cos(middle))
    rows, columns = math.floor(angle / step), min(math.floor(wide / step), math.floor(math.pi / step - 0.5))
    _check((2 * rows + 1) * (2 * columns + 1), document)
    latitude = np.repeat(middle + step * np.arange(-rows, rows + 1), 2 * columns + 1)
    across = np.tile(step * np.arange(-columns, columns + 1), 2 * rows + 1)
    haversine = np.sin(0.5 * (latitude - middle)) ** 2 + (
        np.cos(latitude) * math.cos(middle) * np.sin(0.5 * across) ** 2
    )
    inside = (haversine <= math.sin(0.5 * angle) ** 2 + 1e-15) & (abs(latitude) <= 0.5 * math.pi)
    return np.asarray(latitude[inside], np.float64), np.asarray(meridian + across[inside], np.float64)


def _check(number: int, document: Document) -> None:
    if number > MOST_CELLS:
        at, got = document.place("grid", "step"), f"{number} cells"
        raise Problem("UNIT03", at, got, f"at most {MOST_CELLS}", "Lengthen the step of the grid.")
