"""Cost of a tracking update, beside filterpy, Stone Soup and batched NumPy in the same run, and how it grows.

Run `python benchmarks/sensing.py`. The peers are optional (`pip install filterpy stonesoup`). An update is a prediction
over one second and the measurement of range, azimuth and elevation; all filters start from the same state.
"""

import datetime
import math
import resource
import time
from collections.abc import Callable
from unittest import mock

import numpy as np

from sakimori import chain
from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import ecef_from_geodetic
from sakimori.earth.sightlines import range_azimuth_elevation
from sakimori.study import load
from sakimori.track import bounds, unscented
from sakimori.track.bank import Bank, absorb, advance, desk, empty_bank, start_bank
from sakimori.track.kalman import predict, room, update
from sakimori.track.measurements import UNMEASURED, Look, Looks, Measures
from sakimori.track.motions import Model, Motion, table
from sakimori.track.runs import follow
from sakimori.track.singer import transition, unit_noise

COUNT = 20_000
Q, RANGE_VARIANCE, ANGLE_VARIANCE = 30.0, 400.0, 1e-6
MODELS = [
    Model(Motion.WHITE, 1.0, sojourn=60.0),
    Model(Motion.SINGER, 20.0, sojourn=60.0),
    Model(Motion.GLIDE, 3e-4, least=0.1, sojourn=60.0),
]
SITE = ecef_from_geodetic(0.6, 2.4, 50.0, WGS84_RADIUS, WGS84_FLATTENING)
AXES = enu_axes(0.6, 2.4)


def start() -> tuple[Floats, Floats, Look]:
    """A glider 570 km away: its estimate, and a look at it."""
    basis = np.array(AXES).reshape(3, 3)
    position = np.array(SITE) + np.array([4e5, 4e5, 2e4]) @ basis
    mean = np.concatenate([position, np.array([-2000.0, -1500.0, -50.0]) @ basis, np.array([1.0, -2.0, 6.0]) @ basis])
    covariance = np.diag([1e4] * 3 + [100.0] * 3 + [25.0] * 3)
    sight = range_azimuth_elevation(SITE, AXES, tuple(position.tolist()))
    variance = (RANGE_VARIANCE, ANGLE_VARIANCE, ANGLE_VARIANCE, UNMEASURED)
    return mean, covariance, Look(int(Measures.RADAR), SITE, (0.0, 0.0, 0.0), AXES, (*sight, 0.0), variance)


@kernel
def bound_updates(count: int, covariance: Floats, work: bounds.Room) -> float:
    """Predictions and updates of the bound."""
    motion, noise, gained = transition(1.0, 20.0), unit_noise(1.0, 20.0), np.empty(6)
    total, state = 0.0, covariance.copy()
    for _ in range(count):
        bounds.propagate(state, motion, noise, 5.0)
        gained[:] = bounds.information(0.6, 0.64, 0.48, 5.7e5, 1.0 / 400.0, 1e-3)
        bounds.update(state, gained, work)
        total += state[0, 0]
    return total


@kernel
def extended_updates(count: int, mean: Floats, covariance: Floats, look: Look, model: Floats) -> float:
    """Predictions and updates of one filter, each from the same state."""
    work, total = room(), 0.0
    m, p = mean.copy(), covariance.copy()
    for _ in range(count):
        for i in range(9):
            m[i] = mean[i]
            for j in range(9):
                p[i, j] = covariance[i, j]
        predict(m, p, 1.0, model, work)
        total += update(m, p, look, work)[0]
    return total


@kernel
def unscented_updates(
    count: int, mean: Floats, covariance: Floats, look: Look, model: Floats, spread: unscented.Spread
) -> float:
    """The same, by points."""
    total = 0.0
    for _ in range(count):
        m, p = unscented.predicted(mean, covariance, 1.0, model, spread)
        total += unscented.updated(m, p, look, model, spread).distance
    return total


@kernel
def bank_updates(count: int, bank: Bank, look: Look, models: Floats) -> float:
    """Predictions and updates of a bank; the weights are put back, so that no model fades out."""
    space, total = desk(models.shape[0]), 0.0
    kept = empty_bank(models.shape[0])
    for _ in range(count):
        for j in range(models.shape[0]):
            kept.weight[j] = bank.weight[j]
            for a in range(9):
                kept.mean[j, a] = bank.mean[j, a]
                for b in range(9):
                    kept.covariance[j, a, b] = bank.covariance[j, a, b]
        advance(kept, 1.0, models, space)
        total += absorb(kept, look, space)[0]
    return total


def best(work: Callable[[], object], repeats: int = 5) -> float:
    """The shortest processor time [s] of several runs, after one that is not counted; other work hardly disturbs it."""
    work()
    times: list[float] = []
    for _ in range(repeats):
        began = time.process_time()
        work()
        times.append(time.process_time() - began)
    return min(times)


def line(what: str, seconds: float, count: int) -> None:
    """One row."""
    print(f"{what:58s} {seconds / count * 1e9:12.0f}", flush=True)


def ours(mean: Floats, covariance: Floats, look: Look) -> None:
    """Our kernels."""
    line("ours: bound", best(lambda: bound_updates(COUNT, covariance, bounds.room())), COUNT)
    for model in MODELS:
        row = table([model])[0]
        seconds = best(lambda row=row: extended_updates(COUNT, mean, covariance, look, row))
        line(f"ours: EKF, {model.kind.name.lower()}, 9 states, gravity", seconds, COUNT)
    for models in (MODELS[:2], MODELS):
        rows, bank = table(models), empty_bank(len(models))
        start_bank(mean, covariance, rows, bank)
        seconds = best(lambda bank=bank, rows=rows: bank_updates(COUNT, bank, look, rows))
        line(f"ours: IMM of {len(models)} models", seconds, COUNT)
    row = table(MODELS[:1])[0]
    few, spread = COUNT // 10, unscented.Spread()
    line("ours: UKF", best(lambda: unscented_updates(few, mean, covariance, look, row, spread)), few)


def batch_of_numpy() -> None:
    """An EKF of 6 states over 1,000 runs at once, whole arrays at a time."""
    runs, dt, one = 1000, 1.0, np.eye(3)
    f = np.block([[one, dt * one], [0.0 * one, one]])
    noise = Q * np.block([[dt**3 / 3 * one, dt**2 / 2 * one], [dt**2 / 2 * one, dt * one]])
    r, eye = np.diag([RANGE_VARIANCE, ANGLE_VARIANCE, ANGLE_VARIANCE]), np.eye(6)
    x = np.tile([4e5, 4e5, 2e4, -2000.0, -1500.0, -50.0], (runs, 1))
    p = np.tile(np.diag([1e4] * 3 + [100.0] * 3), (runs, 1, 1))
    value = np.array([math.sqrt(8e10 * 4 + 4e8), 0.25 * math.pi, 0.035])

    def step() -> None:
        ahead, spread = x @ f.T, f @ p @ f.T + noise
        e, n, u = ahead[:, 0], ahead[:, 1], ahead[:, 2]
        level = np.sqrt(e * e + n * n)
        distance = np.sqrt(level * level + u * u)
        h = np.zeros((runs, 3, 6))
        h[:, 0, 0], h[:, 0, 1], h[:, 0, 2] = e / distance, n / distance, u / distance
        h[:, 1, 0], h[:, 1, 1] = n / level**2, -e / level**2
        h[:, 2, 0], h[:, 2, 1] = -e * u / (level * distance**2), -n * u / (level * distance**2)
        h[:, 2, 2] = level / distance**2
        news = value - np.stack([distance, np.arctan2(e, n), np.arctan2(u, level)], axis=1)
        across = spread @ h.transpose(0, 2, 1)
        gain = across @ np.linalg.inv(h @ across + r)
        _ = ahead + (gain @ news[..., None])[..., 0]
        _ = (eye - gain @ h) @ spread

    line("NumPy: EKF, 6 states, 1,000 runs at once", best(step, 20), runs)


def filterpy_peer() -> None:
    """filterpy's EKF."""
    try:
        from filterpy.kalman import ExtendedKalmanFilter
    except ImportError:
        print("filterpy: not installed")
        return
    one, few = np.eye(3), 500
    peer = ExtendedKalmanFilter(6, 3)
    peer.F = np.block([[one, one], [0.0 * one, one]])
    peer.Q = Q * np.block([[one / 3, one / 2], [one / 2, one]])
    peer.R = np.diag([RANGE_VARIANCE, ANGLE_VARIANCE, ANGLE_VARIANCE])

    def expected(x: np.ndarray) -> np.ndarray:
        level = math.hypot(x[0, 0], x[1, 0])
        distance = math.hypot(level, x[2, 0])
        return np.array([[distance], [math.atan2(x[0, 0], x[1, 0])], [math.atan2(x[2, 0], level)]])

    def rows(x: np.ndarray) -> np.ndarray:
        e, n, u = x[:3, 0]
        level = math.hypot(e, n)
        distance = math.hypot(level, u)
        return np.array(
            [
                [e / distance, n / distance, u / distance, 0, 0, 0],
                [n / level**2, -e / level**2, 0, 0, 0, 0],
                [-e * u / (level * distance**2), -n * u / (level * distance**2), level / distance**2, 0, 0, 0],
            ]
        )

    def work() -> None:
        for _ in range(few):
            peer.x = np.array([[4e5], [4e5], [2e4], [-2000.0], [-1500.0], [-50.0]])
            peer.P = np.diag([1e4] * 3 + [100.0] * 3)
            peer.predict()
            peer.update(expected(peer.x), rows, expected)

    line("filterpy: EKF, 6 states", best(work, 3), few)


def stone_soup_peer() -> None:
    """Stone Soup's EKF and UKF."""
    try:
        from stonesoup.models.measurement.nonlinear import CartesianToElevationBearingRange
        from stonesoup.models.transition.linear import CombinedLinearGaussianTransitionModel, ConstantVelocity
        from stonesoup.predictor.kalman import ExtendedKalmanPredictor, UnscentedKalmanPredictor
        from stonesoup.types.detection import Detection
        from stonesoup.types.hypothesis import SingleHypothesis
        from stonesoup.types.state import GaussianState
        from stonesoup.updater.kalman import ExtendedKalmanUpdater, UnscentedKalmanUpdater
    except ImportError:
        print("Stone Soup: not installed")
        return
    motion = CombinedLinearGaussianTransitionModel([ConstantVelocity(Q)] * 3)
    spread = np.diag([ANGLE_VARIANCE, ANGLE_VARIANCE, RANGE_VARIANCE])
    sensor = CartesianToElevationBearingRange(6, (0, 2, 4), spread)
    dawn = datetime.datetime(2000, 1, 1)
    later, few = dawn + datetime.timedelta(seconds=1), 100
    place = [[4e5], [-2000], [4e5], [-1500], [2e4], [-50]]
    state = GaussianState(place, np.diag([1e4, 1e2] * 3), timestamp=dawn)
    seen = Detection(sensor.function(state, noise=False), timestamp=later, measurement_model=sensor)
    for name, predictor, updater in (
        ("EKF", ExtendedKalmanPredictor(motion), ExtendedKalmanUpdater(sensor)),
        ("UKF", UnscentedKalmanPredictor(motion), UnscentedKalmanUpdater(sensor)),
    ):

        def work(predictor: object = predictor, updater: object = updater) -> None:
            for _ in range(few):  # a new state each time: predictions of the same one are remembered
                fresh = GaussianState(place, state.covar, timestamp=dawn)
                ahead = predictor.predict(fresh, timestamp=later)  # type: ignore[attr-defined]
                updater.update(SingleHypothesis(ahead, seen))  # type: ignore[attr-defined]

        line(f"Stone Soup: {name}, 6 states", best(work, 3), few)


def growth(look: Look) -> None:
    """The whole runner: an IMM of three over runs and looks, with its outputs written."""
    print(f"{'runs':>8s} {'looks':>8s} {'total ms':>10s} {'ns per update':>14s}")
    rows = table(MODELS)
    for runs, count in ((10, 200), (100, 200), (100, 800), (400, 200)):
        when, kind = np.arange(count) * 1.0, np.full(count, look.kind)
        place, axes = np.tile(SITE, (count, 1)), np.tile(AXES, (count, 1))
        variance, made = np.tile(look.variance, (count, 1)), np.ones(count, np.bool_)
        looks = Looks(when, when, 0 * kind, kind, place, 0 * place, axes, np.zeros((count, 4)), variance, made)
        values = np.tile(look.value, (runs, count, 1))
        values[:, :, 0] -= 2400.0 * when
        every = np.ones((runs, count), np.bool_)
        seconds = best(lambda looks=looks, values=values, every=every: follow(looks, values, every, rows), 3)
        print(f"{runs:8d} {count:8d} {seconds * 1e3:10.1f} {seconds / (runs * count) * 1e9:14.0f}")


def sets() -> None:
    """The watch over one raid of a shipped study, its sensor sets taken several times: time and memory held."""
    with mock.patch.object(chain, "watch", wraps=chain.watch) as spy:
        chain.play(load("announced-measures").case(0))
    given = max((call.args[0] for call in spy.call_args_list), key=lambda scene: int(scene.pools.sum()))
    size = f"{given.launch.size} threats, {len(given.present)} sensors, {given.maneuver.shape[1]} samples"
    print(f"watch, {size}\n{'sensor sets':>12s} {'total ms':>10s} {'ms per set':>12s} {'MB held':>10s}")
    for times in (1, 2, 4, 8):
        more = given._replace(pools=np.tile(given.pools, (times, 1)), cue_lag=np.tile(given.cue_lag, (1, times)))
        seconds, count = best(lambda more=more: chain.watch(more), 3) * 1e3, len(more.pools)
        held = sum(part.nbytes for part in chain.watch(more) if isinstance(part, np.ndarray)) / 1e6
        print(f"{count:12d} {seconds:10.1f} {seconds / count:12.2f} {held:10.1f}", flush=True)
    print(f"peak memory of this process: {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024:.0f} MB")


def main() -> None:
    """Print the comparison and the growth."""
    sets()  # before the peers, whose memory is not ours
    mean, covariance, look = start()
    print(f"{'one prediction and one update':58s} {'ns':>12s}")
    ours(mean, covariance, look)
    batch_of_numpy()
    filterpy_peer()
    stone_soup_peer()
    growth(look)


if __name__ == "__main__":
    main()
