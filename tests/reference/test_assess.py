"""Published examples: regret, scenario discovery, variance shares, Shapley values."""

import csv

import numpy as np
import pytest
from SALib.sample import morris as morris_design
from SALib.sample import sobol as sobol_design

from sakimori.assess import METRICS, Panel
from sakimori.assess.attribution import Known, shapley
from sakimori.assess.boxes import peeled
from sakimori.assess.indices import first_order, morris, sobol
from sakimori.assess.regret import regret, regrets
from sakimori.assess.response import rising
from sakimori.base.draws import key_of
from sakimori.study.designs import design

# Exact first-order and total indices of the Ishigami function with a 7, b 0.1 (Ishigami and Homma 1990).
FIRST, TOTAL = (0.313905, 0.442411, 0.0), (0.557589, 0.442411, 0.243684)
NAMES = ("x1", "x2", "x3")


def ishigami(x):
    return np.sin(x[:, 0]) + 7.0 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def test_regret_of_a_table_of_losses():
    losses = np.array([[10.0, 4.0, 7.0], [6.0, 6.0, 6.0], [3.0, 9.0, 5.0]])
    assert regrets(losses, higher_is_better=False).max(axis=1).tolist() == [7.0, 3.0, 5.0]
    panel = Panel(METRICS["expected_leakers"], ("a", "b", "c"), np.arange(3), losses, np.zeros((3, 3)), 1, 0)
    assert [(r.option, r.greatest) for r in regret(panel, panel.options)] == [("b", 3.0), ("c", 5.0), ("a", 7.0)]


def test_peeling_follows_the_published_trajectory(shared_data):
    """Bryant and Lempert (2010), 882 cases: coverage, density, mass as printed (4 digits), and the limited factors."""
    with (shared_data / "decisions" / "bryant2010.csv").open() as file:
        head, *lines = csv.reader(file)
    table = np.array(lines, dtype=float)
    factors = {head[i]: table[:, i] for i in range(2, 11)}
    found = peeled(factors, table[:, -1] == 1.0, peel=0.1)
    published = {
        0: (1, 0.1009, 1, 0), 5: (1, 0.1735, 0.5816, 3), 10: (1, 0.3007, 0.3356, 3), 14: (0.9551, 0.4450, 0.2166, 4),
        18: (0.8427, 0.6198, 0.1372, 4), 20: (0.7978, 0.7320, 0.1100, 4),
    }  # fmt: skip
    for step, (coverage, density, mass, limits) in published.items():
        box = found[step]
        assert (box.coverage, box.density, box.mass) == pytest.approx((coverage, density, mass), abs=5e-5)
        assert len(box.limits) == limits


def test_first_order_indices_of_any_sample_hold_the_exact_ones():
    """Ishigami from 4096 random points, without design: the 95 % bootstrap intervals hold the exact indices."""
    points = np.random.default_rng(0).uniform(-np.pi, np.pi, (4096, 3))
    found = {i.factor: i for i in first_order(ishigami(points), dict(zip(NAMES, points.T, strict=True)))}
    for name, exact in zip(NAMES, FIRST, strict=True):
        assert found[name].low <= exact <= found[name].high
        assert found[name].converged
    assert (found["x2"].place, found["x1"].place) == (1, 2)
    assert found["x3"].place == 0, "a factor without influence by itself must not be ranked"


def test_intervals_of_indices_cover_as_often_as_they_say():
    """Of 40 samples of 1000 points about 95 % hold the exact index: fewer than 32 of 40 has a chance below 1e-4."""
    held = np.zeros(3)
    for seed in range(40):
        points = np.random.default_rng(seed).uniform(-np.pi, np.pi, (1000, 3))
        found = {i.factor: i for i in first_order(ishigami(points), dict(zip(NAMES, points.T, strict=True)))}
        held += [found[n].low <= exact <= found[n].high for n, exact in zip(NAMES, FIRST, strict=True)]
    assert np.all(held >= 32)


def test_designed_indices_hold_the_exact_ones():
    problem = {"num_vars": 3, "names": list(NAMES), "bounds": [[0.0, 1.0]] * 3}
    unit = sobol_design.sample(problem, 4096, calc_second_order=False, seed=3)
    found = sobol(ishigami((2.0 * unit - 1.0) * np.pi), NAMES)
    for index, first, total in zip(found, FIRST, TOTAL, strict=True):
        assert abs(index.first - first) <= index.first_reach
        assert abs(index.total - total) <= index.total_reach
    with pytest.raises(ValueError, match="multiple of 5"):
        sobol(np.zeros(7), NAMES)


def test_a_study_s_own_saltelli_design_finds_the_exact_indices():
    """Ishigami at 2048 blocks of the design that runs draw, another factor not asked: exact within the interval."""
    found = design("saltelli", None, 2048 * 5, NAMES)
    keys = {name: key_of(name) for name in (*NAMES, "another")}
    points = [found.point(keys, 1, draw) for draw in range(2048 * 5)]
    unit = np.array([[point[name] for name in NAMES] for point in points])
    indices = sobol(ishigami((2.0 * unit - 1.0) * np.pi), NAMES)
    for index, first, total in zip(indices, FIRST, TOTAL, strict=True):
        assert abs(index.first - first) <= index.first_reach
        assert abs(index.total - total) <= index.total_reach
    assert [index.place for index in indices] == [1, 2, 3]


def test_a_study_s_own_morris_design_finds_slopes():
    """Of a linear function over the unit cube, half the range apart: half of each slope, and no spread."""
    found = design("morris", None, 40, NAMES)
    keys = {name: key_of(name) for name in NAMES}
    unit = np.array([list(found.point(keys, 1, draw).values()) for draw in range(40)])
    effects = morris(unit @ np.array([2.0, -3.0, 0.0]), (unit >= 0.5).astype(float), NAMES, levels=2)
    assert [s.mean for s in effects] == pytest.approx([1.0, -1.5, 0.0], abs=1e-9)
    assert [s.spread for s in effects] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)


def test_elementary_effects_of_a_linear_function_are_its_slopes():
    """Morris (1991): of a linear function every elementary effect is the slope, and its spread is nothing."""
    problem = {"num_vars": 3, "names": list(NAMES), "bounds": [[0.0, 1.0]] * 3}
    points = morris_design.sample(problem, 10, num_levels=4, seed=1)
    found = morris(points @ np.array([2.0, -3.0, 0.0]), points, NAMES)
    assert [s.mean for s in found] == pytest.approx([2.0, -3.0, 0.0], abs=1e-9)
    assert [s.spread for s in found] == pytest.approx([0.0, 0.0, 0.0], abs=1e-9)
    assert [s.place for s in found] == [2, 1, 0]


def game(members, worth):
    """Every set of `members` with its worth, in one future."""
    sets = [frozenset()]
    for member in members:
        sets += [s | {member} for s in sets]
    return {s: np.array([float(worth(s))]) for s in sets}


def test_shapley_values_of_the_glove_game():
    """One left glove and two right ones, a pair is worth 1: 2/3, 1/6, 1/6 (Shapley and Shubik 1969)."""
    found = shapley(game("lrs", lambda s: "l" in s and len(s) > 1), ("l", "r", "s"))
    assert found.known is Known.EXACT
    assert {p.measure: p.mean for p in found.parts} == pytest.approx({"l": 2 / 3, "r": 1 / 6, "s": 1 / 6})
    assert found.rest == pytest.approx(0.0, abs=1e-12)


def test_shapley_values_of_the_airport_game():
    """Runways of length 1, 2, 4 shared: 1/3, 1/3 + 1/2, 1/3 + 1/2 + 2 (Littlechild and Owen 1973)."""
    length = {"a": 1.0, "b": 2.0, "c": 4.0}
    found = shapley(game("abc", lambda s: max((length[m] for m in s), default=0.0)), ("a", "b", "c"))
    expected = {"a": 1 / 3, "b": 1 / 3 + 1 / 2, "c": 1 / 3 + 1 / 2 + 2.0}
    assert {p.measure: p.mean for p in found.parts} == pytest.approx(expected)


def test_pooled_violators_of_a_textbook_row():
    """1, 3, 2, 4, 3, 5 with equal weights: neighbours out of order are averaged (Barlow et al. 1972, section 1.2)."""
    assert rising(np.array([1.0, 3.0, 2.0, 4.0, 3.0, 5.0]), np.ones(6)).tolist() == [1.0, 2.5, 2.5, 3.5, 3.5, 5.0]
