"""Why announced ranges differ: the fall that a partner would extrapolate, and the figures read from the table."""

import math
from dataclasses import replace
from types import SimpleNamespace

import numpy as np
import pytest
import scipy.integrate

from sakimori.base.constants import MEAN_RADIUS, WGS84_MU
from sakimori.report import RunView
from sakimori.report.chart_map import flight_column
from sakimori.report.numbers import plain
from sakimori.report.rivals import announced, draws, fall_angle, section
from sakimori.report.summary import summarise


@pytest.mark.parametrize(
    ("altitude", "level", "climb"), [(40e3, 3000.0, -150.0), (60e3, 2500.0, 400.0), (0.0, 1000.0, 1000.0)]
)
def test_the_fall_is_that_of_newtons_law(altitude: float, level: float, climb: float) -> None:
    def slope(_: float, y: np.ndarray) -> np.ndarray:
        return np.concatenate([y[2:], -WGS84_MU * y[:2] / np.linalg.norm(y[:2]) ** 3])

    def ground(t: float, y: np.ndarray) -> float:
        return float(np.linalg.norm(y[:2]) - MEAN_RADIUS) if t > 1.0 else 1.0

    ground.terminal = True  # type: ignore[attr-defined]
    start = [0.0, MEAN_RADIUS + altitude, level, climb]
    flown = scipy.integrate.solve_ivp(slope, (0.0, 2e3), start, events=ground, rtol=1e-10, atol=1e-6)
    x, y = flown.y[:2, -1]
    assert fall_angle(altitude, level, climb) == pytest.approx(math.atan2(x, y), rel=1e-6)


def test_a_steep_short_fall_is_that_over_flat_ground() -> None:
    angle = fall_angle(500.0, 100.0, 0.0)
    assert MEAN_RADIUS * angle == pytest.approx(100.0 * math.sqrt(2 * 500.0 / 9.82), rel=1e-3)


@pytest.mark.parametrize(
    ("said", "figures"),
    [
        ("JPN first under 700 if ballistic, then possibly more, and apogee about 50; PRK range 1000", (650, 700, 1000)),
        ("JPN range at least 500 and apogee 50 or more", (650, 500)),
        ("KOR apogee about 770", (650,)),
    ],
)
def test_announced_ranges_are_read_and_apogees_are_not(said: str, figures: tuple[float, ...]) -> None:
    assert announced({"range_km": "650", "also_announced": said}) == figures


def test_each_glide_with_differing_figures_has_its_row(watched: RunView) -> None:
    summary = summarise(watched)
    flight = str(watched.tables["flights"][flight_column(watched.tables["flights"])][0])
    listed = {"id": flight, "manoeuvre": "glide", "range_km": "650", "also_announced": "PRK range 9000"}
    view = SimpleNamespace(**{n: getattr(watched, n) for n in ("tables", "study", "manifest", "land", "measures_of")},
                           listed=(listed,))  # fmt: skip
    found = list(draws(view, flight))  # type: ignore[arg-type]
    assert found
    assert all(d.path >= 0.9 * d.flown for d in found)
    section_of = section(replace(summary, view=view))  # type: ignore[arg-type]
    assert section_of is not None
    (row,) = section_of.blocks[1].rows  # type: ignore[union-attr]
    assert "neither, if this range flew" in row[2].text
    assert row[2].under == f"{len(found)} draws"
    low, middle, high = (plain(float(x) / 1e3, 0) for x in np.percentile([d.path for d in found], [10, 50, 90]))
    assert (row[4].text, row[4].under) == (middle, f"{low} to {high}")
    assert section(summary) is None or watched.listed
