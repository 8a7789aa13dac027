"""Sets proposed by a fitted response: the best of all that are feasible, held against every set."""

import itertools

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.assess.proposals import Limits, best, fitted
from sakimori.base.errors import InputError

NAMES = ("a", "b", "c", "d", "e", "f")


def every_set(names=NAMES) -> list[frozenset[str]]:
    return [frozenset(c) for size in range(len(names) + 1) for c in itertools.combinations(names, size)]


def is_feasible(members: frozenset[str], limits: Limits) -> bool:
    return (
        sum(limits.cost[m] for m in members) <= limits.budget
        and all(set(limits.requires.get(m, ())) <= members for m in members)
        and not any(set(limits.excludes.get(m, ())) & members for m in members)
    )


@given(st.integers(0, 2**31), st.floats(0.0, 25.0), st.integers(1, 8))
@settings(max_examples=60, deadline=None)
def test_proposals_are_the_best_of_every_feasible_set(seed: int, budget: float, count: int) -> None:
    random = np.random.default_rng(seed)
    gains = {members: float(random.normal()) for members in every_set()}
    limits = Limits(
        {name: float(random.uniform(1.0, 9.0)) for name in NAMES},
        budget,
        {"c": ("a",), "f": ("c", "b")},
        {"b": ("d",)},
    )
    response = fitted(gains, NAMES)
    proposed = best(response, limits, count)
    there = sorted((response.gain(s) for s in every_set() if is_feasible(s, limits)), reverse=True)
    assert all(is_feasible(members, limits) for members, _ in proposed)
    assert len({members for members, _ in proposed}) == len(proposed) == min(count, len(there))
    # HiGHS takes two sets for equally good where their gains differ by less than 1e-4 of the objective
    assert [gain for _, gain in proposed] == pytest.approx(there[: len(proposed)], abs=1e-3)


@given(st.integers(0, 2**31))
@settings(max_examples=30, deadline=None)
def test_a_response_of_singles_and_pairs_is_found_from_as_many_sets_as_it_has_terms(seed: int) -> None:
    random = np.random.default_rng(seed)
    single, pair = random.normal(size=6), np.triu(random.normal(size=(6, 6)), 1)

    def gain(members: frozenset[str]) -> float:
        there = np.array([name in members for name in NAMES], dtype=float)
        return float(0.3 + there @ single + there @ pair @ there)

    few = [s for s in every_set() if len(s) <= 2]  # 1 + 6 + 15
    response = fitted({s: gain(s) for s in few}, NAMES)
    assert np.isnan(response.error)  # none can be left out
    assert [response.gain(s) for s in every_set()] == pytest.approx([gain(s) for s in every_set()], abs=1e-9)
    more = fitted({s: gain(s) for s in every_set()[:40]}, NAMES)
    assert more.error < 1e-9


def test_the_error_is_that_of_sets_left_out() -> None:
    random = np.random.default_rng(3)
    gains = {s: len(s) + float(random.normal(0.0, 0.1)) for s in every_set()}
    response, missed = fitted(gains, NAMES), []
    for left in gains:
        other = fitted({s: g for s, g in gains.items() if s != left}, NAMES)
        missed.append(gains[left] - other.gain(left))
    assert response.error == pytest.approx(np.sqrt(np.mean(np.square(missed))), rel=1e-9)


def test_too_few_sets_are_refused() -> None:
    with pytest.raises(InputError, match="7 or more"):
        fitted({frozenset(): 0.0, frozenset("a"): 1.0}, NAMES)
