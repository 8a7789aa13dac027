"""The bound against published and independently computed numbers."""

import math

import numpy as np
import pytest
from scipy.linalg import solve_discrete_are

from sakimori.track.bounds import information, prior, propagated, updated
from sakimori.track.singer import transition, unit_noise

POSITION = np.array([1.0, 0.0, 0.0, 1.0, 0.0, 1.0])  # unit information on each axis


def test_alpha_beta_filter_of_tracking_index_one() -> None:
    """Steady state of the alpha-beta filter: alpha 3/4, beta 1/2, P = [[3/4, 1/2], [1/2, 1]] for T = s_w = s_v = 1.

    Kalata, IEEE Trans. AES-20 (1984) 174; Bar-Shalom, Li, Kirubarajan (2001), sec. 6.5. Piecewise constant white
    acceleration is F with (T, T^2/2, T, 0) and unit noise in the acceleration only. Tolerance: rounding.
    """
    covariance = np.eye(9)
    for _ in range(60):
        covariance = updated(
            propagated(covariance, (1.0, 0.5, 1.0, 0.0), (0.0, 0.0, 0.0, 0.0, 0.0, 1.0), 1.0), POSITION
        )
    for axis in range(3):
        found = covariance[np.ix_([axis, 3 + axis], [axis, 3 + axis])]
        np.testing.assert_allclose(found, [[0.75, 0.5], [0.5, 1.0]], atol=1e-12)


def test_steady_state_is_the_riccati_solution() -> None:
    """Singer's model, T = 2 s, s = 5 m/s2, 100 m per axis: SciPy's Riccati solver is the independent source."""
    f1, f2, f3, f4 = transition(2.0, 20.0)
    pp, pv, pa, vv, va, aa = unit_noise(2.0, 20.0)
    f = np.array([[1.0, f1, f2], [0.0, 1.0, f3], [0.0, 0.0, f4]])
    q = 25.0 * np.array([[pp, pv, pa], [pv, vv, va], [pa, va, aa]])
    h, r = np.array([[1.0, 0.0, 0.0]]), np.array([[1e4]])
    before = solve_discrete_are(f.T, h.T, q, r)
    after = before - before @ h.T @ h @ before / (h @ before @ h.T + r)
    covariance = prior()
    for _ in range(500):
        covariance = updated(propagated(covariance, transition(2.0, 20.0), unit_noise(2.0, 20.0), 5.0), POSITION / 1e4)
    unit = np.diag([1.0, 1.0, 5.0])  # the state is the acceleration over s
    # SciPy's solver is good to about 1e-9 on this problem
    np.testing.assert_allclose(unit @ covariance[::3, ::3] @ unit, after, rtol=1e-7)


@pytest.mark.parametrize(("angle_deg", "sigma"), [(5.0, 324.0), (10.0, 162.0), (20.0, 81.0)])
def test_stereo_from_two_infrared_sensors(angle_deg: float, sigma: float) -> None:
    """Weak axis s R / (sqrt2 sin(g/2)) for 10 urad at 2,000 km; the rounded numbers are the source's, hence 0.5 m."""
    half = math.radians(angle_deg) / 2.0
    gained = np.zeros(6)
    for side in (-half, half):
        gained += information(math.cos(side), math.sin(side), 0.0, 2e6, 0.0, 1e-5)
    covariance = updated(prior(), gained)
    weak = math.sqrt(np.linalg.eigvalsh(covariance[:3, :3])[-1])
    assert weak == pytest.approx(sigma, abs=0.5)
    assert weak == pytest.approx(1e-5 * 2e6 / (math.sqrt(2.0) * math.sin(half)), rel=1e-6)  # prior: (324 m / 1000 km)^2


def test_no_filter_beats_the_bound_and_the_matched_one_reaches_it() -> None:
    """Monte Carlo: a Kalman filter written out here, on simulated motion, against the package's bound.

    The matched filter's mean square error over 4,000 runs is the bound's within 5 standard errors, which is
    5 sqrt(2/4000) = 11 %; one with twice the acceleration noise is not better.
    """
    generator, runs = np.random.default_rng(5), 4000
    f1, f2, f3, f4 = transition(2.0, 20.0)
    pp, pv, pa, vv, va, aa = unit_noise(2.0, 20.0)
    f = np.array([[1.0, f1, f2], [0.0, 1.0, f3], [0.0, 0.0, f4]])
    q = np.array([[pp, pv, pa], [pv, vv, va], [pa, va, aa]])
    start = np.diag([1e4, 1e2, 25.0])
    truth = generator.normal(size=(runs, 3)) * np.sqrt(np.diag(start))
    estimates = {1.0: np.zeros((runs, 3)), 2.0: np.zeros((runs, 3))}
    covariances = {1.0: start.copy(), 2.0: start.copy()}
    bound = np.kron(np.diag([1e4, 1e2, 1.0]), np.eye(3))  # the acceleration over s
    for _ in range(30):
        truth = truth @ f.T + generator.multivariate_normal(np.zeros(3), 25.0 * q, size=runs)
        measured = truth[:, 0] + 100.0 * generator.normal(size=runs)
        for scale, p in covariances.items():
            p = f @ p @ f.T + 25.0 * scale**2 * q
            gain = p[:, 0] / (p[0, 0] + 1e4)
            predicted = estimates[scale] @ f.T
            estimates[scale] = predicted + (measured - predicted[:, 0])[:, None] * gain
            covariances[scale] = p - np.outer(gain, p[0])
        bound = updated(propagated(bound, transition(2.0, 20.0), unit_noise(2.0, 20.0), 5.0), POSITION / 1e4)
    error = {scale: np.mean((estimates[scale][:, 0] - truth[:, 0]) ** 2) for scale in estimates}
    assert error[1.0] == pytest.approx(bound[0, 0], rel=0.11)
    assert error[2.0] > error[1.0]
