"""Singer's model: against the exact covariance by quadrature of the matrix exponential, and its limits."""

import numpy as np
import pytest
from scipy.integrate import quad_vec
from scipy.linalg import expm

from sakimori.track.singer import transition, unit_noise


def exact(gap: float, time: float) -> tuple[np.ndarray, np.ndarray]:
    """F and Q by definition: d/dt (p, v, a) = (v, a, -a/T + w), w white of intensity 2/T."""
    drift = np.array([[0.0, 1.0, 0.0], [0.0, 0.0, 1.0], [0.0, 0.0, -1.0 / time]])

    def density(t: float) -> np.ndarray:
        column = expm(drift * t)[:, 2]
        return 2.0 / time * np.outer(column, column)

    return expm(drift * gap), quad_vec(density, 0.0, gap, epsrel=1e-11, epsabs=0.0)[0]


@pytest.mark.parametrize("gap", [0.1, 2.0, 19.9, 20.1, 90.0, 600.0])
def test_agrees_with_the_defining_integral(gap: float) -> None:
    motion, noise = exact(gap, 20.0)
    f1, f2, f3, f4 = transition(gap, 20.0)
    np.testing.assert_allclose([f1, f2, f3, f4], [motion[0, 1], motion[0, 2], motion[1, 2], motion[2, 2]], rtol=1e-9)
    upper = noise[[0, 0, 0, 1, 1, 2], [0, 1, 2, 1, 2, 2]]
    np.testing.assert_allclose(unit_noise(gap, 20.0), upper, rtol=1e-8)


def test_no_gap_changes_nothing() -> None:
    assert transition(0.0, 20.0) == (0.0, 0.0, 0.0, 1.0)
    assert unit_noise(0.0, 20.0) == (0.0, 0.0, 0.0, 0.0, 0.0, 0.0)


def test_short_gaps_tend_to_the_leading_terms() -> None:
    gap, time = 1e-3, 20.0
    leading = np.array([gap**5 / 20, gap**4 / 8, gap**3 / 6, gap**3 / 3, gap**2 / 2, gap]) * 2 / time
    np.testing.assert_allclose(unit_noise(gap, time), leading, rtol=2e-4)  # the next term is gap/time = 5e-5 times O(1)


def test_a_constant_acceleration_is_the_limit_of_long_correlation() -> None:
    f1, f2, f3, f4 = transition(3.0, 1e9)
    np.testing.assert_allclose([f1, f2, f3, f4], [3.0, 4.5, 3.0, 1.0], rtol=1e-8)
