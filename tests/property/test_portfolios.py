"""The enumeration of portfolios equals brute force over all subsets."""

import itertools
import math

from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.study.portfolios import Terms, feasible

NAMES = tuple("abcdefg")


@st.composite
def problems(draw: st.DrawFn) -> tuple[Terms, float, float, set[frozenset[str]]]:
    count = draw(st.integers(1, 7))
    names = NAMES[:count]
    cost = {name: float(draw(st.integers(0, 9))) for name in names}
    year = {name: float(draw(st.integers(2026, 2032))) for name in names}
    needs: dict[str, frozenset[str]] = {}
    for i in draw(st.permutations(range(count))):  # a requirement may stand before or after what requires it
        one = draw(st.sampled_from([None, *needs]))
        needs[names[i]] = frozenset((names[i],)) | (needs[one] if one else frozenset())
    pairs = {
        frozenset(pair) for pair in draw(st.lists(st.sampled_from(list(itertools.combinations(NAMES, 2))), max_size=3))
    }
    terms = Terms(cost, year, needs, lambda found: any(pair <= set(found) for pair in pairs))
    return terms, float(draw(st.integers(0, 40))), float(draw(st.integers(2026, 2033))), pairs


@settings(max_examples=200, deadline=None)
@given(problems(), st.integers(1, 60))
def test_enumeration_equals_brute_force(problem: tuple, most: int) -> None:
    terms, budget, year, pairs = problem
    every = itertools.chain.from_iterable(itertools.combinations(terms.cost, k) for k in range(len(terms.cost) + 1))
    wanted = {
        members
        for members in every
        if math.fsum(terms.cost[m] for m in members) <= budget
        and all(terms.year[m] <= year and terms.requires[m] <= set(members) for m in members)
        and not any(pair <= set(members) for pair in pairs)
    }
    found = feasible(terms, budget, year, 10_000)
    assert found is not None
    assert found[0] == ()
    assert len(found) == len(set(found))
    assert set(found) == wanted
    limited = feasible(terms, budget, year, most)
    assert limited is None if len(wanted) > most else limited == found
