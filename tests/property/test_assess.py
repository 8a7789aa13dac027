"""What must hold of any run: order, scale and relabelling do not change the answer."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.assess import METRICS, Panel, estimate, paired_difference, rank, verdict

SEEDS = st.integers(min_value=0, max_value=2**32 - 1)


def drawn(seed, futures=24, options=4):
    draw = np.random.default_rng(seed)
    values = draw.uniform(0.0, 1.0, (options, futures)) + draw.uniform(0.0, 0.6, (options, 1))
    names = ("baseline", "a", "b", "c")[:options]
    metric = METRICS["expected_leakers"]
    return Panel(metric, names, np.arange(futures), values, np.zeros_like(values), 1, 0)


@given(SEEDS)
@settings(max_examples=60, deadline=None)
def test_a_difference_is_the_difference_of_the_means_and_turns_its_sign(seed):
    found = drawn(seed)
    there, back = paired_difference(found, "a", "b"), paired_difference(found, "b", "a")
    assert np.isclose(there.mean, estimate(found, "a").mean - estimate(found, "b").mean, atol=1e-12)
    assert np.isclose(there.mean, -back.mean)
    assert np.isclose(there.low, -back.high)
    assert (there.better, there.worse) == (back.worse, back.better)


@given(SEEDS)
@settings(max_examples=40, deadline=None)
def test_the_ranking_holds_every_option_once_and_ignores_the_order_of_futures(seed):
    found = drawn(seed)
    groups = rank(found, found.options)
    assert sorted(o for group in groups for o in group) == sorted(found.options)
    order = np.random.default_rng(seed + 1).permutation(len(found.futures))
    turned = Panel(found.metric, found.options, found.futures, found.values[:, order], found.luck, 1, 0)
    assert [set(g) for g in rank(turned, turned.options)] == [set(g) for g in groups]


@given(SEEDS, st.floats(min_value=0.01, max_value=1e6))
@settings(max_examples=40, deadline=None)
def test_the_verdict_does_not_depend_on_units(seed, scale):
    found = drawn(seed)
    draw = np.random.default_rng(seed)
    factors = {"future": found.futures, "x": draw.uniform(size=24), "y": draw.choice([1.0, 2.0], 24)}
    bigger = Panel(found.metric, found.options, found.futures, found.values * scale, found.luck, 1, 0)
    more = factors | {"x": factors["x"] * 1e3}
    one, two = verdict(found, factors, found.options, ()), verdict(bigger, more, found.options, ())
    assert (one.why, one.leaders, one.factor, one.rival) == (two.why, two.leaders, two.factor, two.rival)


@given(SEEDS)
@settings(max_examples=30, deadline=None)
def test_nothing_is_written_to_the_inputs(seed):
    found = drawn(seed)
    found.values.setflags(write=False)
    factor = np.random.default_rng(seed).uniform(size=24)
    factor.setflags(write=False)
    verdict(found, {"future": found.futures, "x": factor}, found.options, ())
