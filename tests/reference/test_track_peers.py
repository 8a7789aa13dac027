"""The filters beside independent implementations, live: filterpy and Stone Soup (both MIT, for tests only).

Stone Soup's extended filter is not used: where coordinates are negative its finite-difference step is a fixed 1e-8.
"""

import csv
import datetime
import json
import math
import pathlib
from typing import Any

import numpy as np
import pytest
from scipy.linalg import block_diag

from sakimori.track import unscented
from sakimori.track.association import gospa
from sakimori.track.measurements import Look, Looks, Measures
from sakimori.track.motions import Model, Motion, table
from sakimori.track.runs import follow

INF = math.inf
STILL = (0.0, 0.0, 0.0)
BEARING_AXES = (0.0, 1.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0)  # a bearing that runs from x to y
EARTH_AXES = (1.0, 0.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 1.0)
DAWN = datetime.datetime(2000, 1, 1)


def turn_matrix(dt: float, q: float) -> tuple[np.ndarray, np.ndarray]:
    """Constant velocity over x, y, z, vx, vy, vz with white acceleration."""
    one = np.eye(3)
    f = np.block([[one, dt * one], [0.0 * one, one]])
    return f, q * np.block([[dt**3 / 3 * one, dt**2 / 2 * one], [dt**2 / 2 * one, dt * one]])


def mean_of_residuals(cls: Any, angles: Any, weights: Any = None) -> Any:
    """The mean of angles as ours takes it: of the wrapped differences from the first."""
    numbers = np.array([float(angle) for angle in angles])
    off = np.mod(numbers - numbers[0] + np.pi, 2.0 * np.pi) - np.pi
    return cls(numbers[0] + np.average(off, weights=weights))


@pytest.mark.parametrize("rule", ["unscented", "cubature"])
@pytest.mark.parametrize("circular", [False, True], ids=["same-mean", "circular-mean"])
def test_unscented_and_cubature_filters_equal_those_of_stone_soup(
    shared_data: pathlib.Path, monkeypatch: pytest.MonkeyPatch, rule: str, circular: bool
) -> None:
    """Each cycle over data/tracking from the same state, alpha 0.5, beta 2, kappa 0.

    With the same mean of angles: unscented to 1e-9 of sigma; cubature to 1e-7, since Stone Soup takes its covariances
    as differences of products of whole coordinates (1e5 m, 1 rad), where eight digits cancel. Its own mean of angles is
    circular, ours that of the wrapped residuals: unscented then differ by 1e-6 of sigma. In those differences of
    products a mean that is not the arithmetic one counts to first order: cubature differ by 5e-5 in the mean and by
    2e-2 of a covariance while the prediction is far wider (7 mrad) than the noise (0.9 mrad), by 1e-5 after.
    """
    pytest.importorskip("stonesoup")
    from stonesoup.models.measurement.nonlinear import CartesianToElevationBearingRange
    from stonesoup.models.transition.linear import LinearGaussianTimeInvariantTransitionModel
    from stonesoup.predictor.kalman import CubatureKalmanPredictor, UnscentedKalmanPredictor
    from stonesoup.types.angle import Angle, Bearing, Elevation
    from stonesoup.types.detection import Detection
    from stonesoup.types.hypothesis import SingleHypothesis
    from stonesoup.types.state import GaussianState
    from stonesoup.updater.kalman import CubatureKalmanUpdater, UnscentedKalmanUpdater

    if not circular:
        monkeypatch.setattr(Angle, "average", classmethod(mean_of_residuals))
    case = json.loads((shared_data / "tracking" / "stonesoup_ref_config.json").read_text("utf-8"))
    with (shared_data / "tracking" / "stonesoup_ref_measurements.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    order = [0, 2, 4, 1, 3, 5]
    f, noise = turn_matrix(case["dt"], case["q"])
    motion = LinearGaussianTimeInvariantTransitionModel(transition_matrix=f, covariance_matrix=noise)
    sensor = CartesianToElevationBearingRange(6, (0, 1, 2), np.diag(case["R_diag"]))
    if rule == "unscented":
        layout = {"alpha": 0.5, "beta": 2.0, "kappa": 0.0}
        predictor, updater = UnscentedKalmanPredictor(motion, **layout), UnscentedKalmanUpdater(sensor, **layout)
        spread = unscented.Spread(**layout)
    else:
        predictor, updater = CubatureKalmanPredictor(motion), CubatureKalmanUpdater(sensor)
        spread = unscented.CUBATURE
    x, p = np.array(case["x0"])[order], np.diag(np.array(case["P0_diag"])[order])
    theirs: Any = GaussianState(x[:, None], p, timestamp=DAWN)
    mean, covariance = np.zeros(9), np.zeros((9, 9))
    mean[:6], covariance[:6, :6] = x, p
    model = table([Model(Motion.WHITE, case["q"], known=False)])[0]
    elevation, azimuth, distance = case["R_diag"]
    for k, row in enumerate(rows):
        when = DAWN + datetime.timedelta(seconds=k * case["dt"])
        ahead: Any = theirs
        if k:
            ahead = predictor.predict(theirs, timestamp=when)
            mean, covariance = unscented.predicted(mean, covariance, case["dt"], model, spread)
        e, a, r = (float(row[name]) for name in ("el_rad", "az_rad", "range_m"))
        detection = Detection(np.array([[Elevation(e)], [Bearing(a)], [r]]), timestamp=when, measurement_model=sensor)
        theirs = updater.update(SingleHypothesis(ahead, detection))
        look = Look(
            int(Measures.RADAR), STILL, STILL, BEARING_AXES, (r, a, e, 0.0), (distance, azimuth, elevation, INF)
        )
        mean, covariance = unscented.updated(mean, covariance, look, model, spread)[:2]
        sigma = np.sqrt(np.diag(theirs.covar).astype(float))
        exact, spread_there = np.array(theirs.state_vector, dtype=float).ravel(), np.array(theirs.covar, dtype=float)
        off = np.abs(mean[:6] - exact) / sigma, np.abs(covariance[:6, :6] - spread_there) / np.outer(sigma, sigma)
        least = (1e-9, 1e-9) if rule == "unscented" else (1e-7, 1e-7)
        if circular:
            least = (1e-6, 1e-6) if rule == "unscented" else (5e-5, 2e-2 if k < 3 else 1e-5)
        assert (off[0].max() < least[0], off[1].max() < least[1]) == (True, True), k
        mean[:6], covariance[:6, :6] = exact, spread_there


def test_interacting_models_equal_those_of_filterpy() -> None:
    """Two constant-velocity models on a track with a turn: estimates and weights to 1e-9 relative."""
    kalman = pytest.importorskip("filterpy.kalman")
    step, noises, chance = 5.0, (0.1, 2.0), np.array([[0.95, 0.05], [0.1, 0.9]])
    generator = np.random.default_rng(3)
    count = 60
    angle = np.where(np.arange(count) > 30, 0.1 * (np.arange(count) - 30.0), 0.0)
    track = np.cumsum(step * 120.0 * np.stack([np.cos(angle), np.sin(angle), 0.0 * angle], axis=1), axis=0)
    measured = track + 100.0 * generator.normal(size=track.shape)
    one = np.eye(3)
    filters = []
    for s in noises:
        f = kalman.KalmanFilter(dim_x=6, dim_z=3)
        f.F = np.block([[one, step * one], [0.0 * one, one]])
        f.Q = s**2 * np.block([[step**4 / 4 * one, step**3 / 2 * one], [step**3 / 2 * one, step**2 * one]])
        f.H, f.R = np.hstack([one, 0.0 * one]), 1e4 * one
        f.x = np.concatenate([measured[0], np.zeros(3)])[:, None]
        f.P = np.diag([1e4] * 3 + [3000.0**2] * 3)
        filters.append(f)
    theirs = kalman.IMMEstimator(filters, [0.5, 0.5], chance)
    sojourns = -step / np.log(np.diag(chance))
    models = table([Model(Motion.STEPPED, s, known=False, sojourn=t) for s, t in zip(noises, sojourns, strict=True)])
    values = np.zeros((1, count, 4))
    values[0, :, :3] = measured
    time, zero = step * np.arange(float(count)), np.zeros((count, 3))
    kind = np.full(count, int(Measures.POSITION))
    variance = np.tile([1e4, 1e4, 1e4, INF], (count, 1))
    axes = np.tile(EARTH_AXES, (count, 1))
    looks = Looks(time, time, 0 * kind, kind, zero, zero, axes, values[0], variance, kind > 0)
    ours = follow(looks, values, np.ones((1, count), np.bool_), models)
    for k in range(1, count):
        theirs.predict()
        theirs.update(measured[k][:, None])
        np.testing.assert_allclose(ours.mean[0, k, :6], theirs.x.ravel(), rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(ours.covariance[0, k, :6, :6], theirs.P, rtol=1e-9, atol=1e-6)
        np.testing.assert_allclose(ours.weight[0, k], theirs.mu, rtol=1e-7, atol=1e-12)


def test_unscented_filter_equals_that_of_filterpy() -> None:
    """One prediction and one update of a radar target, alpha 0.5, beta 2, kappa 0: to 1e-9 of sigma."""
    kalman = pytest.importorskip("filterpy.kalman")
    f, noise = turn_matrix(2.0, 30.0)

    def radar(x: np.ndarray) -> np.ndarray:
        level = math.hypot(x[0], x[1])
        return np.array([math.hypot(level, x[2]), math.atan2(x[1], x[0]), math.atan2(x[2], level)])

    layout = kalman.MerweScaledSigmaPoints(6, 0.5, 2.0, 0.0)
    theirs = kalman.UnscentedKalmanFilter(6, 3, 2.0, radar, lambda x, _: f @ x, layout)
    theirs.x = np.array([200e3, 150e3, 40e3, -1500.0, -900.0, -100.0])
    theirs.P = block_diag(1e6 * np.eye(3), 1e4 * np.eye(3))
    theirs.Q, theirs.R = noise, np.diag([400.0, 1e-6, 1e-6])
    mean, covariance = np.zeros(9), np.zeros((9, 9))
    mean[:6], covariance[:6, :6] = theirs.x, theirs.P
    model, spread = table([Model(Motion.WHITE, 30.0, known=False)])[0], unscented.Spread(0.5, 2.0, 0.0)
    mean, covariance = unscented.predicted(mean, covariance, 2.0, model, spread)
    theirs.predict()
    sigma = np.sqrt(np.diag(theirs.P))
    assert (np.abs(mean[:6] - theirs.x) < 1e-9 * sigma).all()
    theirs.sigmas_f = layout.sigma_points(theirs.x, theirs.P)  # laid anew, as ours are
    value = radar(np.array([198e3, 149e3, 40.5e3]))
    theirs.update(value)
    look = Look(int(Measures.RADAR), STILL, STILL, BEARING_AXES, (*value, 0.0), (400.0, 1e-6, 1e-6, INF))
    found = unscented.updated(mean, covariance, look, model, spread)
    sigma = np.sqrt(np.diag(theirs.P))
    assert (np.abs(found.mean[:6] - theirs.x) < 1e-9 * sigma).all()
    assert (np.abs(found.covariance[:6, :6] - theirs.P) < 1e-9 * np.outer(sigma, sigma)).all()


def test_gospa_equals_that_of_stone_soup() -> None:
    """Sets of up to five points each, cut 500 m: to 1e-12 relative, with the count of missed and false."""
    pytest.importorskip("stonesoup")
    from stonesoup.metricgenerator.ospametric import GOSPAMetric
    from stonesoup.types.state import State

    generator = np.random.default_rng(4)
    metric = GOSPAMetric(p=2, c=500.0)
    for _ in range(20):
        truth = generator.uniform(0.0, 1500.0, size=(int(generator.integers(1, 6)), 3))
        found = generator.uniform(0.0, 1500.0, size=(int(generator.integers(1, 6)), 3))
        result, _ = metric.compute_gospa_metric(
            [State(x[:, None], timestamp=DAWN) for x in found], [State(x[:, None], timestamp=DAWN) for x in truth]
        )
        theirs = result.value
        ours = gospa(truth, found, 500.0)
        assert ours.total == pytest.approx(theirs["distance"], rel=1e-12)
        assert ours.missed * 500.0**2 / 2.0 == pytest.approx(theirs["missed"], rel=1e-12)
        assert ours.false * 500.0**2 / 2.0 == pytest.approx(theirs["false"], rel=1e-12)
