"""What must hold of the bound whatever the numbers."""

from typing import Any

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.track.bounds import (
    UNGROWN,
    blocks,
    grown,
    information,
    predicted_variance,
    prior,
    propagated,
    rate_information,
    updated,
)
from sakimori.track.singer import transition, unit_noise

angles = st.floats(-3.0, 3.0)
Look = tuple[float, float, float, float, bool]
looks = st.tuples(angles, angles, st.floats(2e5, 4e7), st.floats(1e-5, 1e-2), st.booleans())
many = st.lists(looks, max_size=6)


def summed(found: list[Look]) -> np.ndarray:
    total = np.zeros(6)
    for azimuth, elevation, distance, sigma, is_radar in found:
        u = (np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation))
        total += information(*u, distance, 30.0**-2 if is_radar else 0.0, sigma)
    return total


def followed(history: list[list[Look]]) -> np.ndarray:
    covariance = prior()
    for found in history:
        covariance = propagated(covariance, transition(2.0, 20.0), unit_noise(2.0, 20.0), 5.0)
        covariance = updated(covariance, summed(found))
    return covariance


def rounding(variances: Any, total: np.ndarray) -> Any:
    """What rounding may do to variances [m2]: some 1e-16 of the prior's 1e12 m2, and of the information summed."""
    return 2e-3 + 2e-15 * (total[0] + total[3] + total[5]) * variances * variances.max()


def least_eigenvalue(matrix: np.ndarray, beside: np.ndarray) -> float:
    """Of the matrix with each state in units of its standard deviation in `beside`."""
    scale = 1.0 / np.sqrt(np.diag(beside))
    return float(np.linalg.eigvalsh(matrix * np.outer(scale, scale))[0])


@settings(max_examples=60, deadline=None)
@given(st.lists(many, min_size=1, max_size=6))
def test_covariances_stay_symmetric_and_not_negative(history: list[list[Look]]) -> None:
    covariance = followed(history)
    np.testing.assert_array_equal(covariance, covariance.T)
    assert least_eigenvalue(covariance, prior()) > -1e-12  # 1e-16 of the prior, over at most 18 updates


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(many, many), min_size=1, max_size=6))
def test_more_detections_never_worsen_the_bound(history: list[tuple[list[Look], list[Look]]]) -> None:
    few = followed([some for some, _ in history])
    more = followed([some + others for some, others in history])
    total = np.sum([summed(some + others) for some, others in history], axis=0)
    before, after = np.diag(few)[:3], np.diag(more)[:3]
    assert (after <= before + rounding(before, total)).all()
    assert least_eigenvalue(few - more, few) > -1e-9 - (rounding(before, total) / before).max()


@settings(max_examples=60, deadline=None)
@given(many)
def test_the_order_of_looks_does_not_matter(found: list[Look]) -> None:
    forward = np.diag(updated(prior(), summed(found)))[:3]
    backward = np.diag(updated(prior(), summed(found[::-1])))[:3]
    assert (np.abs(forward - backward) <= rounding(forward, summed(found))).all()


@settings(max_examples=60, deadline=None)
@given(st.floats(0.01, 100.0), st.floats(0.01, 100.0), st.floats(0.0, 50.0))
def test_two_gaps_are_one_and_uncertainty_grows(first: float, second: float, maneuver: float) -> None:
    """Without detections, prediction in two steps is prediction in one; it never shrinks."""
    start, time = prior(), 20.0
    middle = propagated(start, transition(first, time), unit_noise(first, time), maneuver)
    twice = propagated(middle, transition(second, time), unit_noise(second, time), maneuver)
    once = propagated(start, transition(first + second, time), unit_noise(first + second, time), maneuver)
    np.testing.assert_allclose(twice, once, rtol=1e-9, atol=1e-6)
    spread = blocks(start, maneuver, 1.0)[:, [0, 3, 5]].sum(axis=1)
    gaps = (0.0, first, first + second)
    growths = [grown(UNGROWN, transition(gap, time), unit_noise(gap, time), maneuver, 1.0) for gap in gaps]
    predicted = [predicted_variance(spread, gap, growth) for gap, growth in zip(gaps, growths, strict=True)]
    assert predicted == sorted(predicted)
    np.testing.assert_allclose(predicted[2], np.trace(once[:3, :3]), rtol=1e-9)


@settings(max_examples=60, deadline=None)
@given(
    st.lists(st.tuples(angles, angles, st.floats(0.5, 50.0)), min_size=1, max_size=3),
    st.tuples(*[st.floats(-7e3, 7e3)] * 3),
    st.floats(1e5, 3e6),
)
def test_a_range_rate_never_worsens_the_bound(
    looks: list[tuple[float, float, float]], velocity: tuple[float, float, float], distance: float
) -> None:
    """In no direction of the nine states; and what it tells of the first six is the inverse of summed information."""
    known = updated(prior(), np.array([1e-4, 0.0, 0.0, 1e-4, 0.0, 1e-4]))
    before, total = propagated(known, transition(2.0, 20.0), unit_noise(2.0, 20.0), 5.0), np.zeros(21)
    for azimuth, elevation, sigma in looks:
        u = (np.cos(elevation) * np.cos(azimuth), np.cos(elevation) * np.sin(azimuth), np.sin(elevation))
        row = np.zeros(21)
        rate_information(*u, distance, velocity, sigma**-2, row)
        total += row
    after = updated(before, total)
    assert least_eigenvalue(before - after, before) > -1e-9
    assert least_eigenvalue(after, before) > -1e-9
    full = np.zeros((6, 6))
    full[np.triu_indices(6)] = total
    expected = np.linalg.inv(np.linalg.inv(before[:6, :6]) + full + np.triu(full, 1).T)
    np.testing.assert_allclose(np.diag(after)[:6], np.diag(expected), rtol=1e-4)  # of matrices of condition 1e10
