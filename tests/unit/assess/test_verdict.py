"""The verdict: who leads, ties, flips over a factor's range, and factors that may never be named."""

import numpy as np

from sakimori.assess import METRICS, Panel, Stability, Why, splits, verdict
from sakimori.assess.robustness import partition
from sakimori.assess.verdict import contenders

N = 90
DRAW = np.random.default_rng(11)
X, Y = DRAW.uniform(0.0, 1.0, N), DRAW.uniform(0.0, 1.0, N)
FACTORS = {"future": np.arange(N), "x": X, "y": Y}
BASE = DRAW.uniform(0.2, 0.4, N)


def make(*rows):
    values = np.array([BASE, *rows])
    names = ("baseline", "a", "b")[: len(values)]
    return Panel(METRICS["no_leaker"], names, np.arange(N), values, np.zeros_like(values), 1, 0)


def judge(found, attacker=()):
    return verdict(found, FACTORS, found.options, attacker)


def test_a_leader_in_every_part_is_resolved():
    answer = judge(make(BASE + 0.2 + 0.01 * X, BASE + 0.1))
    assert (answer.resolved, answer.why, answer.leaders) == (True, Why.LEADS, ("a",))
    assert {s.stability for s in answer.splits} == {Stability.HOLDS}


def test_a_flip_within_the_range_is_not_resolved_and_names_the_factor():
    answer = judge(make(BASE + 0.3 - 0.4 * X, BASE + 0.05))
    assert (answer.resolved, answer.why, answer.factor, answer.rival) == (False, Why.FLIPS, "x", "b")
    assert answer.part is not None
    assert answer.part.label == "highest third"
    assert answer.splits[0].factor == "x"
    assert answer.splits[0].explains > 0.8


def test_the_attackers_factor_is_never_named():
    answer = judge(make(BASE + 0.3 - 0.4 * X, BASE + 0.05), attacker=("x",))
    assert answer.factor != "x"
    assert all(split.factor != "x" for split in answer.splits)
    assert answer.why is Why.LEADS


def test_a_tie_names_the_factor_that_explains_it():
    answer = judge(make(BASE + 0.2 * X, BASE + 0.2 * X.mean() + 0.0005 * Y))
    assert (answer.resolved, answer.why, answer.factor) == (False, Why.TIED, "x")
    assert set(answer.leaders) == {"a", "b"}
    assert answer.futures_needed > N


def test_a_tie_by_chance_names_no_factor():
    noise = np.random.default_rng(2).normal(0.0, 0.05, N)
    answer = judge(make(BASE + 0.2 + noise - noise.mean() + 1e-4, BASE + 0.2))
    assert (answer.why, answer.factor, answer.part) == (Why.TIED, "", None)


def test_a_tie_always_asks_for_more_futures_than_there_are():
    draw = np.random.default_rng(8)
    few = np.arange(N) < 12
    for size in (0.0, 0.02, 0.04):
        found = make(BASE + 0.2 + size + draw.normal(0.0, 0.08, N), BASE + 0.2).restrict(few)
        answer = verdict(found, FACTORS, found.options, ())
        assert answer.futures_needed > 12 or answer.why is not Why.TIED


def test_equal_measures_share_the_lead_and_no_effect_is_an_answer():
    assert judge(make(BASE + 0.2, BASE + 0.2)).why is Why.EQUAL
    nothing = judge(make(BASE, BASE))
    assert (nothing.resolved, nothing.why) == (True, Why.NO_EFFECT)
    harm = judge(make(BASE - 0.1, BASE))
    assert (harm.resolved, harm.why) == (True, Why.NONE_HELPS)


def test_one_future_is_too_few():
    found = make(BASE + 0.2, BASE + 0.1).restrict(np.arange(N) == 3)
    answer = verdict(found, FACTORS, found.options, ())
    assert (answer.resolved, answer.why) == (False, Why.TOO_FEW)


def test_categories_are_parts_and_a_constant_is_none():
    assert [label for label, _ in partition(np.array([24.0, 40.0, 72.0, 24.0]))] == ["24", "40", "72"]
    assert [label for label, _ in partition(np.array(["x", "y"], dtype=object))] == ["x", "y"]
    assert len(partition(np.zeros(9))) == 1
    thirds = partition(np.arange(99.0))
    assert [int(mask.sum()) for _, mask in thirds] == [33, 33, 33]


def test_parts_with_too_few_futures_say_nothing():
    found = make(BASE + 0.2, BASE + 0.1).restrict(np.arange(N) < 6)
    assert {s.stability for s in splits(found, FACTORS, found.options, ())} == {Stability.TOO_FEW}
    one = {"future": np.arange(N), "x": np.where(np.arange(N) < 2, 1.0, 2.0)}  # two futures stand against the others
    found = make(BASE + 0.2, BASE + 0.1)
    assert [s.stability for s in splits(found, one, found.options, ())] == [Stability.TOO_FEW]


def test_an_option_that_holds_every_measure_does_not_compete():
    measures = {"a": ("a",), "b": ("b",), "all": ("a", "b")}
    assert contenders(("baseline", "a", "b", "all"), measures) == ("baseline", "a", "b")
    assert contenders(("baseline", "a"), {"a": ("a",)}) == ("baseline", "a")
