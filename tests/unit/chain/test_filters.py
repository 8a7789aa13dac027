"""Tracks as filters: the same looks as of the bound, its errors, what is shared, and what the shooter knows."""

from typing import Any

import numpy as np
import pytest

from sakimori.base.types import Rule
from sakimori.chain import Picture
from sakimori.engage.timeline import known_variance
from sakimori.track.bounds import position_sigma
from sakimori.track.models import DEFAULT

RADARS = ({"latitude": 0.0, "longitude": 0.0}, {"latitude": np.radians(2.0), "longitude": 0.0})


def known(
    scenes: Any, filters: tuple[str, ...] = DEFAULT, *, future: int = 0, given: int = Rule.NONE, **changed: Any
) -> Picture:
    """Two radars of two partners at a threat that passes level and straight, 1 m/s2 unforeseen."""
    radars = [scenes.radar(f"r{i}", i, **place, **changed) for i, place in enumerate(RADARS)]
    raid = scenes.flights(1, 120, maneuver=1.0)
    one = scenes.case(tuple(radars), filters=filters, future=future)
    return scenes.picture(one, scenes.option(2, given=given), raid, scenes.clear(raid, one))


def test_the_watch_is_that_of_the_bound(scenes: Any) -> None:
    for given in (Rule.NONE, Rule.TRACK, Rule.FIRE_CONTROL):
        bound, tracked = known(scenes, (), given=given), known(scenes, given=given)
        np.testing.assert_array_equal(tracked.tracks.reason, bound.tracks.reason)
        np.testing.assert_array_equal(tracked.tracks.beam_load, bound.tracks.beam_load)
        np.testing.assert_array_equal(tracked.awareness.first_detected, bound.awareness.first_detected)


def test_errors_are_about_what_a_filter_states(scenes: Any) -> None:
    """40 futures: the mean squared error is about what is stated, or less: the models are wider than the flight."""
    ratios = []
    for future in range(40):
        tracks = known(scenes, future=future).tracks
        ratios.append(tracks.error[0, 0, 60, 0] / tracks.spread[0, 0, 60, 0])
    assert 0.3 < np.mean(ratios) < 1.3


def test_a_filter_is_not_better_than_the_bound(scenes: Any) -> None:
    """Root mean square over 40 futures; within 2 sigma of the sample (one in 9)."""
    squares, least = [], []
    for future in range(40):
        squares.append(known(scenes, future=future).tracks.error[0, 0, 60, 0])
        least.append(known(scenes, (), future=future).tracks.spread[0, 0, 60, 0])
    assert np.mean(squares) > 0.78 * np.mean(least)


def test_a_bias_is_in_the_error_and_not_in_what_is_stated(scenes: Any) -> None:
    fine, biased = known(scenes, ("singer",)), known(scenes, ("singer",), angle_bias=5e-3)
    k = 60
    np.testing.assert_allclose(biased.tracks.spread[0, 0, k, 0], fine.tracks.spread[0, 0, k, 0], rtol=0.05)
    assert biased.tracks.error[0, 0, k, 0] > 10.0 * fine.tracks.error[0, 0, k, 0]


@pytest.mark.parametrize("filters", [DEFAULT, ("constant-velocity",)], ids=["three", "one"])
def test_a_fused_track_is_no_worse_than_its_parts(scenes: Any, filters: tuple[str, ...]) -> None:
    """And no better than the pooled measurements that it stands for (stated, a tenth)."""
    fused, pooled = known(scenes, filters, given=Rule.TRACK), known(scenes, filters, given=Rule.FIRE_CONTROL)
    sigma = [np.array([position_sigma(v) for v in p.tracks.spread[:, 0, 60, 0]]) for p in (fused, pooled)]
    assert len(fused.pools) == len(known(scenes, filters).pools) + 1
    assert sigma[0][-1] <= sigma[0][:-1].min() * (1.0 + 1e-9)
    assert sigma[0][-1] >= 0.9 * sigma[1].min()
    assert np.isfinite(fused.deliveries.latency[1, -1])
    assert not np.isfinite(fused.deliveries.latency[0, -1])


def test_fused_bounds_lie_between_their_parts_and_the_pool(scenes: Any) -> None:
    """Of partner 1, to whom the other's track is told 6 s late; parts predicted over those 6 s."""
    fused, pooled = known(scenes, (), given=Rule.TRACK), known(scenes, (), given=Rule.FIRE_CONTROL)
    raid = scenes.flights(1, 120, maneuver=1.0)

    def late(found: Picture, pool: list[bool]) -> np.ndarray:
        g = next(g for g, has in enumerate(found.pools) if has.tolist() == pool)
        return known_variance(raid, found.tracks._replace(fused=NOTHING), only(found, g), 20.0)[0, 0]

    told = fused.tracks.fused
    assert np.isinf(told[0]).all()
    there = np.isfinite(told[1, 0])
    assert there.sum() > 50
    for part in ([True, False], [False, True]):
        assert (told[1, 0, there] <= late(fused, part)[there]).all()
    assert (told[1, 0, there] >= late(pooled, [True, True])[there]).all()
    assert (told[1, 0, there] < 0.9 * late(fused, [True, False])[there]).any()


NOTHING = np.zeros((0, 0, 0))


def only(found: Picture, pool: int) -> np.ndarray:
    """Latencies of one partner that has one pool alone, as late as a link."""
    latency = np.full((1, len(found.pools)), np.inf)
    latency[0, pool] = found.deliveries.latency[1].max(where=np.isfinite(found.deliveries.latency[1]), initial=0.0)
    return latency


def test_a_run_says_how_its_filters_did(scenes: Any) -> None:
    scores = known(scenes, given=Rule.FIRE_CONTROL).scores
    assert scores is not None
    assert known(scenes, ()).scores is None
    assert (scores.flights.held > 0.9).all()
    assert (scores.flights.rmse > 0.8 * scores.flights.bound).all()  # one flight of one future
    assert scores.flights.looks[1, 0] > scores.flights.looks[0, 0]  # partner 1 has both radars' looks
    assert scores.moments.error.shape == (2, 1, 8)
    assert np.isfinite(scores.moments.nees[..., 5:]).all()
    assert (scores.raid.false == 0.0).all()
