"""The filters against published numbers, and against filters written out here in plain matrices."""

import csv
import json
import math
import pathlib
from typing import Any

import numpy as np
import pytest
from scipy.linalg import block_diag

from sakimori.track.consistency import interval, judge, nees
from sakimori.track.kalman import predicted, updated
from sakimori.track.measurements import Look, Looks, Measures
from sakimori.track.motions import Model, Motion, table
from sakimori.track.runs import follow

INF = math.inf
STILL = (0.0, 0.0, 0.0)
EARTH_AXES = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)


def test_alpha_beta_filter_of_tracking_index_one() -> None:
    """Steady state alpha 3/4, beta 1/2, P = [[3/4, 1/2], [1/2, 1]] (Kalata 1984); tolerance: rounding."""
    model = table([Model(Motion.STEPPED, 1.0, known=False)])[0]
    look = Look(int(Measures.POSITION), STILL, STILL, EARTH_AXES, (0.0, 0.0, 0.0, 0.0), (1.0, 1.0, 1.0, INF))
    mean, covariance = np.zeros(9), np.diag([1.0] * 6 + [0.0] * 3)
    for _ in range(60):
        mean, before = predicted(mean, covariance, 1.0, model)
        covariance = updated(mean, before, look).covariance
    for axis in range(3):
        np.testing.assert_allclose(covariance[axis:6:3, axis:6:3], [[0.75, 0.5], [0.5, 1.0]], atol=1e-12)
        assert covariance[axis, axis] == pytest.approx(0.75, abs=1e-12)  # alpha = P11/R
        assert covariance[3 + axis, axis] == pytest.approx(0.5, abs=1e-12)  # beta = T P21/R


@pytest.mark.parametrize(("states", "samples", "low", "high"), [(2, 50, 1.484, 2.591), (6, 100, 5.340, 6.698)])
def test_intervals_of_normalised_errors(states: int, samples: int, low: float, high: float) -> None:
    """Two-sided 95 %: Bar-Shalom, Li, Kirubarajan (2001), sec. 5.4; to the digits printed."""
    assert interval(states, samples) == pytest.approx((low, high), abs=6e-4)


def air_traffic() -> tuple[np.ndarray, np.ndarray]:
    """The flight of Bar-Shalom, Li, Kirubarajan (2001), sec. 11.7.4, every 5 s: states (K, 4), and in a turn or not."""
    step, x = 5.0, np.array([25e3, -120.0, 10e3, 0.0])
    states, turning = [x], [False]
    for duration, rate_deg in ((125, 0.0), (90, 1.0), (125, 0.0), (30, -3.0), (125, 0.0)):
        w = math.radians(rate_deg)
        s, c = math.sin(w * step), math.cos(w * step)
        along, across = (s / w, (1.0 - c) / w) if w else (step, 0.0)
        for _ in range(int(duration / step)):
            px, vx, py, vy = x
            x = np.array(
                [px + along * vx - across * vy, c * vx - s * vy, py + across * vx + along * vy, s * vx + c * vy]
            )
            states.append(x)
            turning.append(w != 0.0)
    return np.array(states), np.array(turning)


def flat_looks(count: int, step: float, sigma: float) -> Looks:
    """Measurements of x and y only."""
    zero = np.zeros((count, 3))
    variance = np.tile([sigma**2, sigma**2, sigma**2, INF], (count, 1))
    time = step * np.arange(count)
    kind = np.full(count, int(Measures.POSITION))
    axes = np.tile(EARTH_AXES, (count, 1))
    return Looks(time, time, 0 * kind, kind, zero, zero, axes, np.zeros((count, 4)), variance, kind > 0)


@pytest.mark.parametrize(
    ("models", "straight", "turn", "anees"),
    [
        ((0.1, 2.0), 92.2, 145.1, (2.17, 12.4)),
        ((2.0,), 106.9, 137.1, None),
    ],
)
def test_air_traffic_case(models: Any, straight: float, turn: float, anees: Any) -> None:
    """RMSE and ANEES of the IMM and the single filter within 3 % of a published set-up's (20,000 runs, independent).

    Two nearly-constant-velocity models of 0.1 and 2 m/s2 (constant over each gap), PI = [[.95, .05], [.1, .9]], which
    at 5 s are mean sojourns of 97.5 and 47.5 s. The third axis, which the case has not, is measured with the same
    noise but holds the truth, and would weigh the models: it is left unmeasured. 2,000 runs: 0.5 % in RMSE.
    """
    truth, turning = air_traffic()
    runs, count = 2000, len(truth)
    generator = np.random.default_rng(7)
    values = np.zeros((runs, count, 4))
    values[:, :, :2] = truth[:, [0, 2]] + 100.0 * generator.normal(size=(runs, count, 2))
    looks = flat_looks(count, 5.0, 100.0)
    looks.variance[1:, 2] = INF  # the start needs three
    sojourns = (-5.0 / math.log(0.95), -5.0 / math.log(0.9)) if len(models) > 1 else (INF,)
    bank = table([Model(Motion.STEPPED, s, known=False, sojourn=t) for s, t in zip(models, sojourns, strict=True)])
    found = follow(looks, values, np.ones((runs, count), np.bool_), bank)
    plane = [0, 3, 1, 4]
    errors = found.mean[:, 2:, plane] - truth[2:]
    square = (errors[..., [0, 2]] ** 2).sum(axis=-1).mean(axis=0)
    turning = turning[2:]
    assert math.sqrt(square[~turning].mean()) == pytest.approx(straight, rel=0.03)
    assert math.sqrt(square[turning].mean()) == pytest.approx(turn, rel=0.03)
    if anees:
        ratio = nees(errors, found.covariance[:, 2:][..., plane, :][..., plane]).mean(axis=0)
        assert ratio[~turning].mean() == pytest.approx(anees[0], rel=0.03)
        assert ratio[turning].mean() == pytest.approx(anees[1], rel=0.03)
        assert not judge(nees(errors[:, 30], found.covariance[:, 32][:, plane][:, :, plane]), 4).consistent


def plain_filter(case: dict[str, Any], rows: list[dict[str, str]]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """An extended Kalman filter written with full matrices: means (K, 6), covariances, NIS of the case's own order."""
    dt, q = case["dt"], case["q"]
    f = block_diag(*[np.array([[1.0, dt], [0.0, 1.0]])] * 3)
    noise = block_diag(*[q * np.array([[dt**3 / 3, dt**2 / 2], [dt**2 / 2, dt]])] * 3)
    x, p, r = np.array(case["x0"]), np.diag(case["P0_diag"]), np.diag(case["R_diag"])
    means, covariances, squares = [], [], []
    for k, row in enumerate(rows):
        if k:
            x, p = f @ x, f @ p @ f.T + noise
        px, py, pz = x[0], x[2], x[4]
        level, distance = math.hypot(px, py), math.sqrt(px**2 + py**2 + pz**2)
        h = np.zeros((3, 6))
        h[0, [0, 2, 4]] = -px * pz / (level * distance**2), -py * pz / (level * distance**2), level / distance**2
        h[1, [0, 2]] = -py / level**2, px / level**2
        h[2, [0, 2, 4]] = px / distance, py / distance, pz / distance
        measured = np.array([float(row["el_rad"]), float(row["az_rad"]), float(row["range_m"])])
        news = measured - [math.atan2(pz, level), math.atan2(py, px), distance]
        news[1] = (news[1] + math.pi) % (2.0 * math.pi) - math.pi
        s = h @ p @ h.T + r
        gain = np.linalg.solve(s, h @ p).T
        x, keep = x + gain @ news, np.eye(6) - gain @ h
        p = keep @ p @ keep.T + gain @ r @ gain.T
        means.append(x)
        covariances.append(p)
        squares.append(news @ np.linalg.solve(s, news))
    return np.array(means), np.array(covariances), np.array(squares)


def test_extended_filter_equals_an_independent_one_and_says_that_it_is_inconsistent(shared_data: pathlib.Path) -> None:
    """Fixed measurements of a manoeuvring target, a constant-velocity filter: states to 1e-9 relative, 1e-9 of P.

    The target leaves the model: the filter must be found inconsistent in its errors.
    """
    folder = shared_data / "tracking"
    case = json.loads((folder / "stonesoup_ref_config.json").read_text("utf-8"))
    with (folder / "stonesoup_ref_measurements.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    means, covariances, squares = plain_filter(case, rows)
    order = [0, 2, 4, 1, 3, 5]  # ours of theirs
    mean, covariance = np.zeros(9), np.zeros((9, 9))
    mean[:6], covariance[:6, :6] = np.array(case["x0"])[order], np.diag(np.array(case["P0_diag"])[order])
    model = table([Model(Motion.WHITE, case["q"], known=False)])[0]
    elevation, azimuth, distance = case["R_diag"]
    axes = (0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)  # their bearing runs from x to y
    ours, spreads, found = [], [], []
    for k, row in enumerate(rows):
        if k:
            mean, covariance = predicted(mean, covariance, case["dt"], model)
        value = (float(row["range_m"]), float(row["az_rad"]), float(row["el_rad"]), 0.0)
        look = Look(int(Measures.RADAR), STILL, STILL, axes, value, (distance, azimuth, elevation, INF))
        mean, covariance, nis, _, size = updated(mean, covariance, look)
        assert size == 3
        ours.append(mean[:6])
        spreads.append(covariance[:6, :6])
        found.append(nis)
    expected, sigma = means[:, order], np.sqrt(np.diagonal(covariances, axis1=1, axis2=2))[:, order]
    # relative to the state, and to its own standard deviation where that is the larger (a velocity passes zero)
    assert (np.abs(np.array(ours) - expected) <= 1e-9 * np.maximum(np.abs(expected), sigma)).all()
    exact = covariances[:, order][:, :, order]
    assert (np.abs(np.array(spreads) - exact) <= 1e-9 * sigma[:, :, None] * sigma[:, None, :]).all()
    np.testing.assert_allclose(found, squares, rtol=1e-9, atol=1e-12)
    truth = np.array([[float(row[f"true_{c}"]) for c in ("x", "y", "z", "vx", "vy", "vz")] for row in rows])
    verdict = judge(nees(np.array(ours) - truth, np.array(spreads)), 6)
    print(verdict.sentence())
    assert not verdict.consistent
    assert verdict.mean > verdict.high


def test_a_matched_filter_is_found_consistent_and_one_with_too_little_noise_is_not() -> None:
    """White acceleration, q 50 m2/s3, 100 runs: the NEES of position and velocity lies in its interval, as does NIS."""
    runs, count, step, q = 100, 60, 1.0, 50.0
    generator = np.random.default_rng(11)
    root = np.linalg.cholesky(q * np.array([[step**3 / 3, step**2 / 2], [step**2 / 2, step]]))
    position = np.zeros((runs, count, 3))
    velocity = np.zeros((runs, count, 3))
    velocity[:, 0] = [2000.0, -500.0, 100.0]
    for k in range(1, count):
        kick = generator.normal(size=(runs, 3, 2)) @ root.T
        position[:, k] = position[:, k - 1] + step * velocity[:, k - 1] + kick[..., 0]
        velocity[:, k] = velocity[:, k - 1] + kick[..., 1]
    values = np.zeros((runs, count, 4))
    values[..., :3] = position + 30.0 * generator.normal(size=position.shape)
    looks, made = flat_looks(count, step, 30.0), np.ones((runs, count), np.bool_)
    truth = np.concatenate([position, velocity], axis=-1)
    for noise, right in ((q, True), (q / 5.0, False)):
        found = follow(looks, values, made, table([Model(Motion.WHITE, noise, known=False)]))
        errors = found.mean[..., :6] - truth
        last = judge(nees(errors[:, -1], found.covariance[:, -1, :6, :6]), 6)
        assert last.consistent is right, last.sentence()
        assert judge(found.distance[:, -1], 3).consistent is right
