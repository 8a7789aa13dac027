"""Means, errors, paired differences and ranks, against scipy and hand-worked numbers."""

import dataclasses

import numpy as np
import pytest
from scipy import stats

from sakimori.assess import METRICS, Effect, Panel, estimate, paired_difference, rank


def make(values, luck=None, metric="no_leaker", replications=10):
    values = np.asarray(values, dtype=float)
    luck = np.zeros_like(values) if luck is None else np.asarray(luck, dtype=float)
    names = ("baseline", "a", "b", "c")[: len(values)]
    return Panel(METRICS[metric], names, np.arange(values.shape[1]), values, luck, replications, 0)


def test_luck_and_spread_are_kept_apart():
    # var(m) = 0.02 over (0.4, 0.6), mean(v) = 0.1, K = 10: between = 0.02 - 0.01.
    found = estimate(make([[0.4, 0.6]], [[0.05, 0.15]]), "baseline")
    assert found.mean == pytest.approx(0.5)
    assert found.error == pytest.approx(0.1)  # sqrt(0.02 / 2): it holds the noise of the replications
    assert found.luck_variance == pytest.approx(0.1)
    assert found.between_variance == pytest.approx(0.01)
    assert (found.p10, found.p50, found.p90) == pytest.approx((0.42, 0.5, 0.58))


def test_between_variance_recovers_the_truth_of_a_beta_binomial():
    # Published moments: variance of a Beta(2, 3) is ab/((a+b)^2 (a+b+1)) = 0.04; K = 20 draws of each.
    draw = np.random.default_rng(3)
    truth = draw.beta(2.0, 3.0, 20000)
    hits = draw.binomial(20, truth) / 20
    inner = hits * (1.0 - hits) * 20 / 19  # unbiased variance over the replications
    found = estimate(make([hits], [inner], replications=20), "baseline")
    assert found.between_variance == pytest.approx(0.04, abs=0.0012)  # about three standard errors of a variance
    assert np.var(hits) > 0.047  # what would be claimed if luck were counted as spread


def test_the_interval_is_students():
    draw = np.random.default_rng(1)
    values = draw.uniform(size=(2, 25))
    found = paired_difference(make(values), "a", "baseline")
    known = stats.ttest_rel(values[1], values[0]).confidence_interval(0.95)
    assert (found.low, found.high) == pytest.approx((known.low, known.high), rel=1e-12)
    assert found.better + found.equal + found.worse == pytest.approx(1.0)


def test_pairing_resolves_what_means_alone_cannot():
    future = np.linspace(0.1, 0.9, 30)
    found = make([future, future + 0.01 + 0.001 * np.cos(np.arange(30))])
    assert found.of("a").mean() - found.of("baseline").mean() < estimate(found, "a").error  # drowned in the spread
    assert paired_difference(found, "a", "baseline").effect is Effect.HELPS


def test_better_means_less_where_less_is_better():
    found = paired_difference(make([[2.0, 2.1, 2.2], [1.0, 1.2, 1.1]], metric="expected_leakers"), "a", "baseline")
    assert found.effect is Effect.HELPS
    assert (found.better, found.worse) == (1.0, 0.0)
    assert found.mean == pytest.approx(-1.0)


def test_identical_values_are_no_effect_and_rounding_is_not_an_effect():
    value = np.array([0.1, 0.2, 0.3])
    found = paired_difference(make([value, value * (1 + 1e-12)]), "a", "baseline")
    assert found.effect is Effect.NONE
    assert (found.low, found.high, found.equal) == (0.0, 0.0, 1.0)


def test_one_future_resolves_nothing():
    found = paired_difference(make([[0.1], [0.9]]), "a", "baseline")
    assert found.effect is Effect.UNRESOLVED
    assert (found.low, found.high) == (-np.inf, np.inf)


def test_missing_values_are_left_out_in_pairs():
    found = paired_difference(
        make([[1.0, np.nan, 3.0, 4.0], [2.0, 5.0, np.nan, 6.0]], metric="best_sigma"), "a", "baseline"
    )
    assert found.futures == 2
    assert found.mean == pytest.approx(1.5)
    nothing = paired_difference(make([[np.nan], [1.0]]), "a", "baseline")
    assert nothing.futures == 0
    assert nothing.effect is Effect.UNRESOLVED


def test_options_within_the_error_of_the_leader_are_tied():
    draw = np.random.default_rng(5)
    base = draw.uniform(0.2, 0.4, 40)
    noise = draw.normal(0.0, 0.05, (2, 40))
    one, two = (n - n.mean() for n in noise)
    found = make([base, base + 0.2 + one + 0.001, base + 0.2 + two, base + 0.1])
    assert rank(found, found.options) == (("a", "b"), ("c",), ("baseline",))


def test_flights_flown_with_one_draw_are_one_observation():
    # Three draws of four flights: only the mean over flights of each draw varies, so Student's t has two degrees.
    draw = np.random.default_rng(8)
    offset = np.repeat([0.18, 0.21, 0.08], 4)
    base = draw.uniform(0.2, 0.6, 12)
    noise = np.tile([-0.01, 0.01, 0.02, -0.02], 3)
    found = dataclasses.replace(make([base, base + offset + noise]), draws=np.repeat([0, 1, 2], 4))
    known = stats.ttest_1samp([0.18, 0.21, 0.08], 0.0).confidence_interval(0.95)
    result = paired_difference(found, "a", "baseline")
    assert (result.low, result.high) == pytest.approx((known.low, known.high), rel=1e-9)
    assert (result.draws, result.futures, result.effect) == (3, 12, Effect.UNRESOLVED)
    assert paired_difference(make([base, base + offset + noise]), "a", "baseline").effect is Effect.HELPS
    assert estimate(found, "a").p50 == pytest.approx(np.median((base + offset).reshape(3, 4).mean(axis=1)))


def test_draws_of_one_future_each_change_nothing():
    values = np.random.default_rng(2).uniform(size=(2, 25))
    alone, drawn = make(values), dataclasses.replace(make(values), draws=np.arange(25))
    assert estimate(drawn, "a").error == pytest.approx(estimate(alone, "a").error, rel=1e-12)
    one, two = (paired_difference(p, "a", "baseline") for p in (alone, drawn))
    assert (two.low, two.high) == pytest.approx((one.low, one.high), rel=1e-12)
