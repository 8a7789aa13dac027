"""The bound's kernels, each against plain linear algebra."""

import numpy as np
import pytest

from sakimori.track.bounds import (
    PRIOR_POSITION,
    UNGROWN,
    blocks,
    grown,
    growth_between,
    information,
    position_sigma,
    predicted_position,
    predicted_variance,
    prior,
    propagate_prior,
    propagated,
    updated,
    write_spread,
)
from sakimori.track.singer import transition, unit_noise

UPPER = np.triu_indices(3)


def random_covariance(seed: int = 1) -> np.ndarray:
    generator = np.random.default_rng(seed)
    root = generator.normal(size=(9, 12)) * np.repeat([100.0, 10.0, 1.0], 3)[:, None]
    return root @ root.T


def matrices(gap: float, time: float, s: float) -> tuple[np.ndarray, np.ndarray]:
    """F and Q of nine states from the per-axis numbers, the acceleration in units of s."""
    f1, f2, f3, f4 = transition(gap, time)
    pp, pv, pa, vv, va, aa = unit_noise(gap, time)
    axis_f = np.array([[1.0, f1, f2], [0.0, 1.0, f3], [0.0, 0.0, f4]])
    axis_q = np.array([[pp, pv, pa], [pv, vv, va], [pa, va, aa]])
    unit = np.diag([1.0, 1.0, s])
    axis_f = np.linalg.inv(unit) @ axis_f @ unit
    axis_q = np.linalg.inv(unit) @ (s**2 * axis_q) @ np.linalg.inv(unit)
    return np.kron(axis_f, np.eye(3)), np.kron(axis_q, np.eye(3))


def test_prediction_is_f_p_f_plus_q() -> None:
    before = random_covariance()
    f, q = matrices(2.0, 20.0, 5.0)
    after = propagated(before, transition(2.0, 20.0), unit_noise(2.0, 20.0), 5.0)
    np.testing.assert_allclose(after, f @ before @ f.T + q, rtol=1e-12)


def test_thrust_that_ends_is_no_longer_uncertain() -> None:
    """20 s of free flight after a boost at s = 20 m/s2: with s = 0 velocity stays as it was."""
    motion, noise = transition(2.0, 20.0), unit_noise(2.0, 20.0)
    boosted = propagated(prior(), motion, noise, 20.0)
    coasting = boosted
    for _ in range(10):
        coasting = propagated(coasting, motion, noise, 0.0)
    np.testing.assert_array_equal(coasting[3:6, 3:6], boosted[3:6, 3:6])
    np.testing.assert_allclose(np.diag(coasting)[6:], 1.0, rtol=1e-12)  # ready for the next manoeuvre
    assert (blocks(coasting, 0.0, 1.0)[[2, 4, 5]] == 0.0).all()


@pytest.mark.parametrize("rank", [0, 1, 2, 3])
def test_update_is_the_information_form_at_any_rank(rank: int) -> None:
    before = random_covariance()
    columns = np.random.default_rng(rank).normal(size=(3, 3))[:, :rank] / 30.0
    gained = columns @ columns.T
    wide = np.zeros((9, 9))
    wide[:3, :3] = gained
    after = updated(before, gained[UPPER])
    # the condition number of the inverse is about 1e6 here, hence 1e-9
    np.testing.assert_allclose(after, np.linalg.inv(np.linalg.inv(before) + wide), rtol=1e-9, atol=1e-9)


def test_update_does_not_write_to_its_inputs() -> None:
    before, gained = random_covariance(), np.array([1e-2, 0.0, 0.0, 1e-2, 0.0, 1e-2])
    before.flags.writeable = gained.flags.writeable = False
    updated(before, gained)
    propagated(before, transition(2.0, 20.0), unit_noise(2.0, 20.0), 1.0)


def test_a_radar_measures_range_and_two_angles() -> None:
    gained = np.zeros((3, 3))
    gained[UPPER] = information(0.0, 0.6, 0.8, 1e6, 30.0**-2, 1e-3)
    gained = gained + np.triu(gained, 1).T
    sigma = 1.0 / np.sqrt(np.linalg.eigvalsh(gained))
    np.testing.assert_allclose(sorted(sigma), [30.0, 1000.0, 1000.0], rtol=1e-6)
    line = np.array([0.0, 0.6, 0.8])
    assert line @ gained @ line == pytest.approx(30.0**-2)


def test_one_infrared_sensor_knows_nothing_along_its_sight() -> None:
    covariance = updated(prior(), np.array(information(1.0, 0.0, 0.0, 4e7, 0.0, 1e-5)))
    assert np.sqrt(covariance[0, 0]) == pytest.approx(PRIOR_POSITION)
    assert np.sqrt(covariance[1, 1]) == pytest.approx(400.0, rel=1e-6)


def test_what_no_detection_has_changed_moves_alike_to_the_bit() -> None:
    motion, noise = transition(1.0, 20.0), unit_noise(1.0, 20.0)
    whole, quick = prior(), prior()
    for maneuver in (30.0, 30.0, 0.0, 0.7, 12.5):
        whole = propagated(whole, motion, noise, maneuver)
        propagate_prior(quick, motion, noise, maneuver)
    np.testing.assert_array_equal(quick, whole)


def test_two_equal_sensors_halve_the_variance() -> None:
    one = np.array(information(0.6, 0.0, 0.8, 5e5, 30.0**-2, 1e-3))
    alone, pair = updated(prior(), one), updated(prior(), 2.0 * one)
    # exact up to the prior's (1 km / 1000 km)^2
    np.testing.assert_allclose(np.diag(pair)[:3], np.diag(alone)[:3] / 2.0, rtol=1e-6)


def test_predictions_from_the_blocks_are_those_of_the_matrix() -> None:
    covariance = random_covariance()
    f, q = matrices(37.0, 20.0, 3.0)
    expected = (f @ covariance @ f.T + q)[:3, :3]
    parts = blocks(covariance, 3.0, 1.0)
    growth = grown(UNGROWN, transition(37.0, 20.0), unit_noise(37.0, 20.0), 3.0, 1.0)
    np.testing.assert_allclose(predicted_position(parts, 37.0, growth), expected[UPPER], rtol=1e-10)
    spread = np.empty(6)
    write_spread(covariance, np.empty(0), 3.0, 1.0, spread)
    np.testing.assert_array_equal(spread, parts[:, [0, 3, 5]].sum(axis=1))
    assert predicted_variance(spread, 37.0, growth) == pytest.approx(np.trace(expected), rel=1e-10)
    assert predicted_variance(spread, 0.0, UNGROWN) == pytest.approx(np.trace(covariance[:3, :3]))


def test_predictions_follow_a_manoeuvre_that_changes() -> None:
    """Thrust, then coast, then air: step by step the same as the matrix."""
    covariance, maneuver = random_covariance(), np.array([20.0, 0.05, 0.05, 8.0, 40.0])
    motion, noise = transition(2.0, 20.0), unit_noise(2.0, 20.0)
    expected = covariance
    for k in range(5):
        expected = propagated(expected, motion, noise, maneuver[k])
    growth = growth_between(maneuver, 0, 5, motion, noise)
    found = predicted_position(blocks(covariance, maneuver[0], 1.0), 10.0, growth)
    np.testing.assert_allclose(found, expected[UPPER], rtol=1e-10)


def test_efficiency_multiplies_the_blocks() -> None:
    covariance = random_covariance()
    np.testing.assert_array_equal(blocks(covariance, 5.0, 4.0), 4.0 * blocks(covariance, 5.0, 1.0))


def test_sigma_per_axis() -> None:
    assert position_sigma(3 * 25.0) == pytest.approx(5.0)
