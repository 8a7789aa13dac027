"""Keyed draws: inside (0, 1), a function of the key alone, every part of the key counts, uniform."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.special import erf

from sakimori.base.draws import Stream, key_of, normals, uniform

WORD = st.integers(0, 2**32 - 1)
KEY = st.tuples(WORD, st.sampled_from([int(s) for s in Stream]), WORD, WORD, WORD, WORD)


@given(KEY)
@settings(max_examples=300, deadline=None)
def test_inside_the_open_interval_and_repeatable(key: tuple[int, ...]) -> None:
    draw = uniform(*key)
    assert 0.0 < draw < 1.0
    assert uniform(*key) == draw


@given(KEY, st.integers(0, 5))
@settings(max_examples=300, deadline=None)
def test_every_word_of_the_key_counts(key: tuple[int, ...], word: int) -> None:
    other = list(key)
    other[word] ^= 1
    assert uniform(*other) != uniform(*key)


def test_uniform_by_kolmogorov_smirnov() -> None:
    draws = np.sort([uniform(1, int(Stream.SHOT), future, 2, 3, 4) for future in range(20_000)])
    grid = np.arange(1, draws.size + 1) / draws.size
    distance = max(np.max(grid - draws), np.max(draws - grid + 1 / draws.size))
    # The one-in-a-million point of the Kolmogorov distribution: 2.69 / sqrt(n).
    assert distance < 2.69 / np.sqrt(draws.size)


def test_names_give_distinct_stable_words() -> None:
    # FNV-1a of "a", from the published reference values of the algorithm's authors.
    assert key_of("a") == 0xE40C292C
    names = [f"{kind}-{i}" for kind in ("radar", "layer", "satellite") for i in range(500)]
    assert len({key_of(name) for name in names}) == len(names)


def test_normals_by_kolmogorov_smirnov_and_moments() -> None:
    """Both numbers of 20,000 keys: distance from the normal law under 1.63/sqrt(n) (1 % level), and no correlation."""
    draws = np.array([normals(1, int(Stream.MEASUREMENT), run, 2, 3, 4) for run in range(20_000)])
    for column in draws.T:
        expected = 0.5 * (1.0 + erf(np.sort(column) / np.sqrt(2.0)))
        assert np.abs(expected - (np.arange(20_000) + 0.5) / 20_000).max() < 1.63 / np.sqrt(20_000)
    assert abs(np.corrcoef(draws.T)[0, 1]) < 4.0 / np.sqrt(20_000)
    assert normals(1, int(Stream.MEASUREMENT), 5, 2, 3, 4) == tuple(draws[5])
