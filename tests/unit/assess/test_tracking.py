"""Scores of filters from tables made by hand."""

import math
from typing import Any

import numpy as np
import pytest

from sakimori.assess.tracking import aims, efficiency, inconsistent, kept


def tables(scale: float = 1.0) -> dict[str, dict[str, Any]]:
    """200 futures of one threat; picture 1 is the baseline's, picture 0 holds nonsense; errors `scale` times stated."""
    count, draw = 200, np.random.default_rng(1)
    error = scale * np.linalg.norm(draw.normal(0.0, 10.0, (count, 3)), axis=1)
    future = np.repeat(np.arange(count), 2)
    picture = np.tile([0, 1], count)
    wild = np.where(picture == 0, 1e6, 1.0)
    moments = {
        "future": future, "picture": picture, "partner": np.full(2 * count, "JPN", object),
        "threat": np.zeros(2 * count, int), "time_to_go": np.full(2 * count, 60.0),
        "phase": np.full(2 * count, "glide", object),
        "error": np.repeat(error, 2) * wild, "sigma": np.full(2 * count, 10.0), "bound_sigma": np.full(2 * count, 5.0),
        "nees": np.repeat(scale**2 * draw.chisquare(6, count), 2), "impact_error": np.full(2 * count, 50.0),
        "impact_major": np.full(2 * count, 40.0), "impact_minor": np.full(2 * count, 20.0),
        "impact_nees": np.repeat(draw.chisquare(2, count), 2),
    }  # fmt: skip
    head = {name: moments[name] for name in ("future", "picture", "partner", "threat")}
    one = {name: np.ones(2 * count) * wild for name in ("looks", "numbers", "nis", "held", "breaks", "longest_gap")}
    raid = {name: np.ones(2 * count) * wild for name in ("gospa", "missed", "false")}
    families = {"future": np.arange(count), "threat": np.zeros(count, int), "family": np.full(count, "glide", object)}
    outcomes = {
        "future": np.arange(count), "option": np.full(count, "baseline", object), "picture": np.ones(count, int),
        "failed": np.zeros(count, bool),
    }  # fmt: skip
    return {
        "filter_moments": moments, "filters": head | one, "filter_raids": head | raid, "flights": families,
        "outcomes": outcomes,
    }  # fmt: skip


def test_an_honest_filter_is_consistent_and_its_efficiency_is_known() -> None:
    (aim,) = aims(tables(), "baseline", "JPN")
    assert (aim.family, aim.time_to_go, aim.tracks) == ("glide", 60.0, 200)
    assert aim.nees.consistent
    assert aim.impact.consistent
    assert aim.efficiency.low < 2.0 < aim.efficiency.high  # errors of 10 m per axis, a bound of 5 m
    assert aim.stated == pytest.approx(math.sqrt(300.0))
    assert not inconsistent([aim])
    assert aims(tables(), "baseline", "USA") == []


def test_moments_under_thrust_stand_apart() -> None:
    found = tables()
    found["filter_moments"]["phase"][:20] = "boost"
    found["filter_moments"]["nees"][:20] = 1e4
    after, under = aims(found, "baseline", "JPN")
    assert (after.thrust, after.tracks, under.thrust, under.tracks) == (False, 190, True, 10)
    assert inconsistent([after, under]) == [under]


@pytest.mark.parametrize("scale", [0.7, 1.4])
def test_one_that_misjudges_itself_is_not(scale: float) -> None:
    (aim,) = aims(tables(scale), "baseline", "JPN")
    assert not aim.nees.consistent
    assert (aim.nees.mean > 6.0) == (scale > 1.0)


def test_only_the_options_own_picture_counts() -> None:
    found = kept(tables(), "baseline", "JPN")
    assert (found.tracks, found.held, found.gospa, found.nis) == (200, 1.0, 1.0, 1.0)


def test_one_future_has_no_interval() -> None:
    found = efficiency(np.array([2.0, 2.0]), np.array([1.0, 1.0]), np.array([3, 3]))
    assert found.value == 2.0
    assert math.isnan(found.low)
    assert math.isnan(efficiency(np.array([1.0]), np.array([np.nan]), np.array([0])).value)
