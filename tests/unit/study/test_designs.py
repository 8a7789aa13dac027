"""Designs of futures: strata, keyed replicates, correlations; and that intervals resting on replicates are right."""

import dataclasses
import pathlib
from collections.abc import Callable

import numpy as np
import pytest
from scipy import stats
from scipy.stats import qmc

from sakimori.assess import METRICS, Panel, estimate, paired_difference
from sakimori.base.draws import key_of
from sakimori.study import load
from sakimori.study.designs import SLOTS, Copula, Design, _directions, copula, design, slots_of
from sakimori.study.sampling import named_by

Change = Callable[..., pathlib.Path]
KEYS = {name: key_of(name) for name in ("a", "b", "c", "d", "e")}


def panel_of(values: np.ndarray, clusters: np.ndarray | None) -> Panel:
    """A panel of a baseline of zeros and an option with these values."""
    both, count = np.stack([0.0 * values, values]), len(values)
    return Panel(METRICS["rounds"], ("baseline", "a"), np.arange(count), both, 0.0 * both, 1, 0, None, clusters)


def points(found: Design, draws: int, keys: dict[str, int] = KEYS, seed: int = 1) -> np.ndarray:
    return np.array([list(found.point(keys, seed, draw).values()) for draw in range(draws)])


@pytest.mark.parametrize("found", [Design("sobol", 4, 16), Design("latin-hypercube", 4, 16)])
def test_every_replicate_has_one_point_in_each_stratum(found: Design) -> None:
    sample = points(found, 64)
    replicate = np.array([found.replicate(draw) for draw in range(64)])
    for number in range(4):
        strata = np.sort((sample[replicate == number] * 16).astype(int), axis=0)
        assert (strata == np.arange(16)[:, None]).all()
    assert len(np.unique(sample)) == sample.size  # replicates are randomised apart


def test_sobol_points_fill_the_boxes_that_the_plain_sequence_fills() -> None:
    # The first two dimensions are a (0, 2)-sequence, and a scramble keeps that: 16 points, one in each of 16 boxes.
    sample = points(Design("sobol", 1, 16), 16, {"x": 0, "y": 1})
    for across, up in ((1, 16), (2, 8), (4, 4), (8, 2), (16, 1)):
        assert len({(int(x * across), int(y * up)) for x, y in sample}) == 16
    independent = points(Design(), 16, {"x": 0, "y": 1})
    assert len({(int(x * 4), int(y * 4)) for x, y in independent}) < 16


def test_direction_numbers_are_those_of_the_sequence() -> None:
    plain = qmc.Sobol(SLOTS, scramble=False, bits=30).random(64)
    numbers = _directions(8) / 2.0**30
    for n in (1, 2, 5, 31, 63):
        gray, word = n ^ (n >> 1), np.zeros(SLOTS, dtype=np.int64)
        for column in range(8):
            if gray >> column & 1:
                word ^= np.round(numbers[column] * 2.0**30).astype(np.int64)
        assert (word / 2.0**30 == plain[n]).all()


@pytest.mark.parametrize("method", ["monte-carlo", "sobol", "latin-hypercube"])
def test_another_factor_shifts_no_draw_and_more_draws_only_add(method: str) -> None:
    found = design(method, None, 64)
    fewer = {name: key for name, key in KEYS.items() if name != "c"}
    there = points(found, 32)
    assert (points(found, 32, fewer) == there[:, [0, 1, 3, 4]]).all()
    assert (points(found, 64)[:32] == there).all()


def test_factors_of_one_slot_get_two_dimensions() -> None:
    assert slots_of((5, 1029, 2053)) == {5: 5, 1029: 6, 2053: 7}


@pytest.mark.parametrize("method", ["sobol", "latin-hypercube"])
def test_intervals_rest_on_replicates_and_hold_the_truth(method: str) -> None:
    """f = sum of u + u_a u_b: its mean is 2.75. Of 200 intervals 95 % must hold it, and they must be narrow."""
    held, errors, means = 0, [], []
    for seed in range(200):
        found = Design(method, 8, 16)
        sample = points(found, 128, seed=seed)
        values = sample.sum(axis=1) + sample[:, 0] * sample[:, 1]
        clusters = np.array([found.replicate(draw) for draw in range(128)])
        panel = panel_of(values, clusters)
        change = paired_difference(panel, "a", "baseline")
        held += change.low <= 2.75 <= change.high
        errors.append(change.error)
        means.append(change.mean)
        assert change.draws == panel.independent == 8
    assert 180 <= held <= 199  # 190 expected, three standard deviations of a binomial are 9.2
    assert np.sqrt(np.mean(np.square(errors))) == pytest.approx(np.std(means), rel=0.2)  # 1/sqrt(400), four times
    assert np.std(means) < 0.5 * np.std(values) / np.sqrt(128)  # a plain sample would err more than twice as much
    assert estimate(panel, "a").p90 - estimate(panel, "a").p10 > 1.0  # the spread is over futures, not replicates


def test_replicates_survive_a_restriction() -> None:
    clusters = np.repeat(np.arange(4), 5)
    panel = panel_of(np.ones(20), clusters)
    assert panel.restrict(np.arange(20) < 10).independent == 2
    assert dataclasses.replace(panel, clusters=None).independent == 20


def test_rank_correlation_is_the_one_stated() -> None:
    joined = copula([("a", "b", 0.6), ("b", "c", -0.4)])
    assert joined is not None
    sample = []
    for draw in range(4000):
        point = Design().point(KEYS, 3, draw)
        before = dict(point)
        joined.join(point)
        assert (point["a"], point["d"]) == (pytest.approx(before["a"], abs=1e-12), before["d"])
        sample.append([point[name] for name in "abc"])
    found = stats.spearmanr(np.array(sample)).statistic
    assert found[0, 1] == pytest.approx(0.6, abs=0.04)  # three standard errors of 4000 draws
    assert found[1, 2] == pytest.approx(-0.4, abs=0.045)
    assert found[0, 2] == pytest.approx(0.0, abs=0.05)
    for column in np.array(sample).T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3


def test_what_contradicts_itself_has_no_copula() -> None:
    assert copula([("a", "b", 0.9), ("b", "c", 0.9), ("a", "c", -0.9)]) is None
    assert copula([]) == Copula()


def test_correlated_factors_of_a_study(changed: Change, small: pathlib.Path) -> None:
    before = load(small)
    pair = "between: [exchange_rate, tracking.efficiency], rank: 0.95, source: test-source"
    study = load(changed("seed: 7", f"seed: 7\nsampling: {{correlations: [{{{pair}}}]}}"))
    drawn = [study.factor_values(f) for f in range(200)]
    plain = [before.factor_values(f) for f in range(200)]
    both = ("exchange_rate", "tracking.efficiency")
    assert stats.spearmanr([[d[p] for p in both] for d in drawn]).statistic > 0.9
    assert abs(stats.spearmanr([[d[p] for p in both] for d in plain]).statistic) < 0.25
    moved = {
        path for d, p in zip(drawn, plain, strict=True) for path in d if d[path] != pytest.approx(p[path], rel=1e-9)
    }
    assert moved == {"tracking.efficiency"}


def test_hypercubes_keep_their_size_when_more_futures_are_asked_for(changed: Change) -> None:
    study = load(changed("seed: 7", "seed: 7\nsampling: {method: latin-hypercube, replicates: 4}"))
    assert study.table.design == Design("latin-hypercube", 4, 10)
    values = sorted(study.factor_values(f)["exchange_rate"] for f in range(70, 80))  # the eighth, beyond the 40 futures
    low, high = study.table.factors["exchange_rate"].amount.extremes
    assert [int((v - low) / (high - low) * 10) for v in values] == list(range(10))


def test_a_block_of_saltelli_takes_one_factor_at_a_time_from_its_second_base() -> None:
    found = design("saltelli", None, 40, ("b", "d"))
    assert (found.block, found.nested) == (4, True)
    sample, plain = points(found, 40), points(Design(), 20)
    for block in range(10):
        first, with_b, with_d, second = sample[4 * block : 4 * block + 4]
        assert (first == plain[2 * block]).all()
        assert (second == plain[2 * block + 1]).all()
        assert (with_b == np.where([n == "b" for n in KEYS], second, first)).all()
        assert (with_d == np.where([n == "d" for n in KEYS], second, first)).all()
    assert [found.base(draw) for draw in range(8)] == [0, 0, 0, 1, 2, 2, 2, 3]
    assert [found.replicate(draw) for draw in range(8)] == [0, 0, 0, 0, 1, 1, 1, 1]
    assert (points(found, 80)[:40] == sample).all()


def test_a_trajectory_of_morris_moves_every_asked_factor_once_by_half_of_its_range() -> None:
    found = design("morris", None, 600, ("a", "c", "e"))
    sample, plain = points(found, 600), points(Design(), 150)
    asked, orders = np.array([n in "ace" for n in KEYS]), set()
    for block in range(150):
        rows = sample[4 * block : 4 * block + 4]
        assert (rows[0] == plain[block]).all()
        assert (rows[:, ~asked] == plain[block][~asked]).all()
        moved = np.abs(np.diff(rows, axis=0))
        assert ((moved > 0).sum(axis=1) == 1).all()
        assert moved.max(axis=0) == pytest.approx(0.5 * asked, abs=1e-15)
        orders.add(tuple(moved.argmax(axis=1)))
    assert len(orders) == 6  # of three factors
    for column in sample[::4].T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3
    for column in sample[3::4, asked].T:
        assert stats.kstest(column, "uniform").pvalue > 1e-3


def test_a_design_in_blocks_asks_our_own_factors_only(changed: Change) -> None:
    study = load(changed("seed: 7", 'seed: 7\nsampling: {method: morris, factors: ["*.availability"]}'))
    names = study.table.design.asked
    assert names
    assert all(name.endswith(".availability") for name in names)
    whole = [f.path for f in study.factors]
    assert named_by(["*"], ["raid.size", "records.glide.x.lift_to_drag", "exchange_rate", "measures.m.cost"]) == ()
    assert set(names) < set(named_by(["*"], whole)) < set(whole)
