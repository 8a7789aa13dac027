"""What must hold of any table: regret, the front, attribution, boxes, monotone curves."""

import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.assess import METRICS, Panel
from sakimori.assess.attribution import Known, shapley
from sakimori.assess.boxes import contained, peeled
from sakimori.assess.frontier import front
from sakimori.assess.regret import regret, robustness
from sakimori.assess.response import monotone, rising
from sakimori.assess.standing import position_shares

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def drawn(seed, options=4, futures=30):
    values = np.random.default_rng(seed).uniform(0.0, 1.0, (options, futures))
    names = ("baseline", "a", "b", "c", "d", "e")[:options]
    return Panel(METRICS["no_leaker"], names, np.arange(futures), values, np.zeros_like(values), 1, 0)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_somebody_is_best_in_every_future_and_more_rivals_never_lower_regret(seed):
    panel = drawn(seed)
    all_of = {r.option: r for r in regret(panel, panel.options)}
    few = {r.option: r for r in regret(panel, panel.options[:2])}
    assert np.isclose(sum(r.best for r in all_of.values()), 1.0)
    assert all(r.mean >= 0.0 and r.greatest >= r.p90 >= 0.0 for r in all_of.values())
    assert all(all_of[o].greatest >= few[o].greatest and all_of[o].mean >= few[o].mean for o in few)


@given(SEEDS, st.floats(0.0, 1.0), st.floats(0.0, 1.0))
@settings(max_examples=60, deadline=None)
def test_a_harder_goal_is_met_less_often(seed, one, two):
    panel = drawn(seed)
    easy, hard = (robustness(panel, "a", goal) for goal in sorted((one, two)))
    assert easy.share >= hard.share
    assert 0.0 <= hard.low <= hard.share <= hard.high <= 1.0


@given(SEEDS, st.integers(1, 40), st.integers(1, 6))
@settings(max_examples=200, deadline=None)
def test_the_front_is_that_of_comparing_every_pair(seed, count, steps):
    """Coarse values, so that ties are common; some years and costs unknown."""
    draw = np.random.default_rng(seed)
    cost, year, gain = draw.integers(0, steps, (3, count)).astype(float)
    cost[draw.uniform(size=count) < 0.1] = np.nan
    year[draw.uniform(size=count) < 0.1] = np.nan
    late = np.where(np.isnan(year), np.inf, year)

    def beats(i, j):
        return (
        cost[i] <= cost[j] and late[i] <= late[j] and gain[i] >= gain[j]
        and (cost[i] < cost[j] or late[i] < late[j] or gain[i] > gain[j])
    )  # fmt: skip

    expected = [not np.isnan(cost[j]) and not any(beats(i, j) for i in range(count)) for j in range(count)]
    assert front(cost, year, gain).tolist() == expected


@given(SEEDS, st.integers(2, 4))
@settings(max_examples=60, deadline=None)
def test_exact_parts_add_up_and_equal_the_mean_over_orders(seed, count):
    draw = np.random.default_rng(seed)
    names = tuple("abcd"[:count])
    sets = {frozenset(s): draw.normal(size=5) for n in range(count + 1) for s in itertools.combinations(names, n)}
    found = shapley(sets, names)
    assert found.known is Known.EXACT
    assert np.isclose(sum(p.mean for p in found.parts), found.whole, atol=1e-12)
    orders = list(itertools.permutations(names))
    for part in found.parts:
        gains = [
            sets[frozenset(order[: order.index(part.measure) + 1])]
            - sets[frozenset(order[: order.index(part.measure)])]
            for order in orders
        ]
        assert np.isclose(part.mean, np.mean(gains), atol=1e-12)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_measures_that_add_up_are_attributed_exactly_from_the_ends(seed):
    """Without interaction alone-gains and leave-one-out gains agree, and nothing is left over."""
    draw = np.random.default_rng(seed)
    gain = {m: draw.normal(size=6) for m in "abcd"}
    wanted = [frozenset(s) for s in ("", "a", "b", "c", "d", "abcd", "bcd", "acd", "abd", "abc")]
    found = shapley({s: sum((gain[m] for m in s), np.zeros(6)) for s in wanted}, tuple("abcd"))
    assert found.known is Known.ENDS
    assert np.isclose(found.rest, 0.0, atol=1e-12)
    assert all(np.isclose(p.mean, gain[p.measure].mean()) for p in found.parts)


@given(SEEDS, st.integers(0, 60))
@settings(max_examples=60, deadline=None)
def test_peeling_loses_mass_and_gains_density_and_its_limits_say_what_is_inside(seed, of_interest):
    draw = np.random.default_rng(seed)
    factors = {"x": draw.uniform(size=60), "y": draw.choice([1.0, 2.0, 3.0], 60)}
    interest = np.zeros(60, dtype=bool)
    interest[draw.permutation(60)[:of_interest]] = True
    found = peeled(factors, interest)
    for wide, tight in itertools.pairwise(found):
        assert tight.mass < wide.mass
        assert tight.density > wide.density
        assert tight.coverage <= wide.coverage
    for box in found:
        inside = contained(factors, {limit.factor: (limit.low, limit.high) for limit in box.limits}, 60)
        assert np.isclose(inside.mean(), box.mass)
        assert np.isclose(interest[inside].mean(), box.density)


@given(st.lists(st.floats(-5.0, 5.0), min_size=1, max_size=25), SEEDS)
@settings(max_examples=80, deadline=None)
def test_monotone_curves_keep_the_mean_and_turn_with_the_values(values, seed):
    row = np.array(values)
    count = np.random.default_rng(seed).integers(1, 5, len(row)).astype(float)
    up = rising(row, count)
    assert np.all(np.diff(up) >= -1e-12)
    assert np.isclose(count @ up, count @ row)
    assert np.allclose(rising(up, count), up)
    curve, turned = monotone(row, count), monotone(row[::-1], count[::-1])[::-1]
    assert np.isclose(count @ (row - curve) ** 2, count @ (row - turned) ** 2)


@given(SEEDS)
@settings(max_examples=20, deadline=None)
def test_places_are_each_taken_once_and_by_one(seed):
    shares = position_shares(drawn(seed), ("a", "b", "c"))
    assert np.allclose(shares.sum(axis=0), 1.0)
    assert np.allclose(shares.sum(axis=1), 1.0)
