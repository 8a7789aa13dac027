"""What must hold of filters, association and fusion whatever the numbers."""

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.optimize import linear_sum_assignment

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import ecef_from_geodetic
from sakimori.earth.sightlines import range_azimuth_elevation, range_rate
from sakimori.track import unscented
from sakimori.track.association import assigned, gospa, nearest
from sakimori.track.fusion import covariance_intersection, least_variance
from sakimori.track.kalman import predicted, updated
from sakimori.track.measurements import Look, Looks, Measures, residual, sight_axes, slopes
from sakimori.track.motions import Model, Motion, moved, slopes_of_motion, table
from sakimori.track.runs import follow

INF, EARTH = math.inf, (WGS84_RADIUS, WGS84_FLATTENING)
STILL = (0.0, 0.0, 0.0)
SITE = ecef_from_geodetic(0.6, 2.4, 100.0, *EARTH)
AXES = enu_axes(0.6, 2.4)
MODELS = [
    Model(Motion.WHITE, 5.0, known=False),
    Model(Motion.STEPPED, 5.0),
    Model(Motion.SINGER, 10.0),
    Model(Motion.GLIDE, 2e-4, least=0.5),
]
local = st.tuples(st.floats(-6e5, 6e5), st.floats(5e4, 6e5), st.floats(1.5e4, 9e4))
speeds = st.tuples(*[st.floats(-3000.0, 3000.0)] * 3).filter(lambda v: sum(c * c for c in v) > 1e6)
forces = st.tuples(*[st.floats(-60.0, 60.0)] * 3)


def state_of(place: tuple[float, ...], speed: tuple[float, ...], force: tuple[float, ...]) -> np.ndarray:
    basis = np.array(AXES).reshape(3, 3)
    return np.concatenate([np.array(SITE) + np.array(place) @ basis, np.array(speed) @ basis, np.array(force) @ basis])


def radar_look(state: np.ndarray, with_rate: bool) -> Look:
    place, speed = tuple(state[:3].tolist()), tuple(state[3:6].tolist())
    distance, azimuth, elevation = range_azimuth_elevation(SITE, AXES, place)
    value = (distance, azimuth, elevation, range_rate(SITE, STILL, place, speed))
    return Look(int(Measures.RADAR), SITE, STILL, AXES, value, (400.0, 1e-6, 1e-6, 25.0 if with_rate else INF))


def sight_look(state: np.ndarray) -> Look:
    sensor = tuple((state[:3] * 1.2 + [3e5, 0.0, 5e5]).tolist())
    way = state[:3] - np.array(sensor)
    axes = sight_axes(*(way / np.linalg.norm(way)).tolist())
    return Look(int(Measures.SIGHT), sensor, STILL, axes, (0.0, 0.0, 0.0, 0.0), (1e-10, 1e-10, INF, INF))


@pytest.mark.parametrize("model", MODELS, ids=lambda m: m.kind.name)
@settings(max_examples=25, deadline=None)
@given(place=local, speed=speeds, force=forces, gap=st.floats(0.05, 2.0))
def test_slopes_of_motion_are_those_of_the_motion(
    model: Model, place: tuple[float, ...], speed: tuple[float, ...], force: tuple[float, ...], gap: float
) -> None:
    """Central differences over 20 m, 0.2 m/s, 0.02 m/s2. What is left out (J2, the turn of the vertical) is below 0.3 %
    of gravity's own slopes, and of the air's force 1e-5 per metre of height over the Earth's radius.
    """
    row, state = table([model])[0], state_of(place, speed, force if model.kind >= Motion.SINGER else STILL)
    step = np.repeat([10.0, 0.1, 0.01], 3)
    found = np.empty((9, 9))
    for j in range(9):
        off = step * (np.arange(9) == j)
        found[:, j] = (moved(state + off, gap, row) - moved(state - off, gap, row)) / (2.0 * step[j])
    # units: what 100 m, 10 m/s and 10 m/s2 of error become, in the same units
    unit = np.repeat([100.0, 10.0, 10.0], 3)
    assert (np.abs(found - slopes_of_motion(state, gap, row)) * unit / unit[:, None] < 2e-4).all()


@settings(max_examples=40, deadline=None)
@given(local, speeds)
def test_rows_of_measurements_are_their_derivatives(place: tuple[float, ...], speed: tuple[float, ...]) -> None:
    """Central differences over 2 m and 2 m/s, in units of the noise: second-order terms are below 1e-4."""
    state = state_of(place, speed, STILL)
    for look in (radar_look(state, True), sight_look(state)):
        rows, sigma = slopes(look, state), np.sqrt(np.array(look.variance))
        for j in range(6):
            off = 1.0 * (np.arange(9) == j)
            up, down = np.array(residual(look, state + off)), np.array(residual(look, state - off))
            seen = np.isfinite(sigma)
            assert (np.abs((down - up) / 2.0 - rows[:, j])[seen] < 1e-4 * sigma[seen]).all()


@settings(max_examples=25, deadline=None)
@given(local, speeds, st.integers(0, 3))
def test_covariances_stay_symmetric_positive_and_shrink(
    place: tuple[float, ...], speed: tuple[float, ...], number: int
) -> None:
    """A measurement never adds to a variance; extended and unscented filters agree where the prior is narrow."""
    row, state = table([MODELS[number]])[0], state_of(place, speed, STILL)
    narrow = np.diag([1e4] * 3 + [25.0] * 3 + ([4.0] * 3 if number >= 2 else [0.0] * 3))
    mean, covariance = predicted(state, narrow, 1.0, row)
    other, spread = unscented.predicted(state, narrow, 1.0, row, unscented.Spread())
    size = 9 if number >= 2 else 6
    sigma = np.sqrt(np.diag(covariance))[:size]
    assert (np.abs(mean - other)[:size] < 0.05 * sigma).all()
    for look in (radar_look(state, True), sight_look(state)):
        after = updated(mean, covariance, look)
        assert (after.covariance == after.covariance.T).all()
        kept = after.covariance[:size, :size] / np.outer(sigma, sigma)
        assert np.linalg.eigvalsh(kept)[0] > 0.0
        assert (np.diag(after.covariance) <= np.diag(covariance) * (1.0 + 1e-12)).all()
        points = unscented.updated(other, spread, look, row, unscented.Spread())
        assert (np.abs(after.mean - points.mean)[:size] < 0.1 * sigma).all()


def looks_of(times: np.ndarray, state: np.ndarray, order: np.ndarray, generator: np.random.Generator) -> tuple:
    """Radar looks at a target on a straight line, in the given order of arrival, and their measured numbers."""
    count = len(times)
    values, variance = np.zeros((1, count, 4)), np.tile([400.0, 1e-6, 1e-6, INF], (count, 1))
    for i, k in enumerate(order):
        place = tuple((state[:3] + times[k] * state[3:6]).tolist())
        noise = generator.normal(size=3) * [20.0, 1e-3, 1e-3]
        values[0, i, :3] = np.array(range_azimuth_elevation(SITE, AXES, place)) + noise
    kind = np.full(count, int(Measures.RADAR))
    sites, axes = np.tile(SITE, (count, 1)), np.tile(AXES, (count, 1))
    late = np.maximum.accumulate(times[order])
    return Looks(times[order], late, 0 * kind, kind, sites, 0 * sites, axes, values[0], variance, kind > 0), values


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 1000), st.permutations(range(8)))
def test_looks_that_arrive_out_of_order_end_in_the_same_bits(seed: int, shuffle: list[int]) -> None:
    """Replay is exact: the last state of three mixed models is that of the looks in order of time, bit for bit."""
    state = state_of((1e5, 3e5, 4e4), (-1500.0, -900.0, -50.0), STILL)
    times = np.array([0.0, 2.0, 3.0, 5.0, 6.5, 8.0, 9.0, 11.0, 12.0])
    ordered = np.arange(9)
    mixed = np.concatenate([[0], 1 + np.array(shuffle)])
    models = table([model._replace(sojourn=30.0) for model in MODELS[1:]])
    made = np.ones((1, 9), np.bool_)
    straight = follow(*looks_of(times, state, ordered, np.random.default_rng(seed)), made, models)
    looks, values = looks_of(times, state, mixed, np.random.default_rng(seed))
    values[0] = looks_of(times, state, ordered, np.random.default_rng(seed))[1][0, mixed]
    replayed = follow(looks, values, made, models, depth=10)
    assert (replayed.mean[0, -1] == straight.mean[0, -1]).all()
    assert (replayed.covariance[0, -1] == straight.covariance[0, -1]).all()
    assert (replayed.weight[0, -1] == straight.weight[0, -1]).all()
    assert replayed.too_late[0] == 0
    short = follow(looks, values, made, models, depth=1)
    assert short.too_late[0] == sum(t < max(times[mixed][: i + 1]) for i, t in enumerate(times[mixed]))


@settings(max_examples=100, deadline=None)
@given(st.integers(0, 10**6), st.integers(1, 7), st.integers(0, 7))
def test_assignment_is_the_best_one(seed: int, rows: int, columns: int) -> None:
    """SciPy's solver is the independent source."""
    generator = np.random.default_rng(seed)
    cost = np.round(generator.normal(size=(rows, rows + columns)), int(generator.integers(0, 4)))
    best = linear_sum_assignment(cost)
    found = assigned(cost)
    assert len(set(found.tolist())) == rows
    assert cost[np.arange(rows), found].sum() == pytest.approx(cost[best].sum(), abs=1e-9)
    if columns:
        alone = generator.normal(size=rows)
        small = cost[:, :columns].copy()
        small[generator.random(small.shape) < 0.3] = INF
        choice = nearest(small, alone)
        pairs = choice >= 0
        total = small[np.flatnonzero(pairs), choice[pairs]].sum() + alone[~pairs].sum()
        padded = np.hstack([np.where(np.isfinite(small), small, 1e6), np.where(np.eye(rows) > 0, alone, 1e6)])
        assert total == pytest.approx(padded[linear_sum_assignment(padded)].sum(), abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(st.integers(0, 10**6))
def test_gospa_is_a_distance(seed: int) -> None:
    """Nothing for equal sets, symmetric, triangle inequality; an empty set costs c/sqrt2 for each root of one point."""
    generator = np.random.default_rng(seed)
    a, b, c = (generator.uniform(0.0, 1e3, size=(int(generator.integers(0, 5)), 3)) for _ in range(3))
    d = {(i, j): gospa(x, y, 300.0).total for i, x in enumerate((a, b, c)) for j, y in enumerate((a, b, c))}
    assert d[0, 0] == pytest.approx(0.0, abs=1e-4)
    assert d[0, 1] == pytest.approx(d[1, 0], rel=1e-12)
    assert d[0, 2] <= d[0, 1] + d[1, 2] + 1e-9
    assert gospa(a, np.zeros((0, 3)), 300.0).total == pytest.approx(300.0 * math.sqrt(len(a) / 2.0))


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 10**6), st.floats(-0.99, 0.99), st.booleans())
def test_covariance_intersection_is_never_overconfident(seed: int, shared: float, by_determinant: bool) -> None:
    """Whatever the correlation of the errors, the fused covariance is at least that of the fused error; and it is not
    worse than the better of the two in what is made least.
    """
    generator = np.random.default_rng(seed)
    first, second = (m @ m.T + 0.1 * np.eye(3) for m in generator.normal(size=(2, 3, 3)))
    one, two = np.linalg.cholesky(first), np.linalg.cholesky(second)
    turn, _ = np.linalg.qr(generator.normal(size=(3, 3)))
    cross = shared * one @ turn @ two.T
    fused = covariance_intersection(np.ones(3), first, -np.ones(3), second, by_determinant)
    w, p = fused.weight, fused.covariance
    k, m = w * p @ np.linalg.inv(first), (1.0 - w) * p @ np.linalg.inv(second)
    error = k @ first @ k.T + m @ second @ m.T + k @ cross @ m.T + m @ cross.T @ k.T
    assert np.linalg.eigvalsh(p - error)[0] > -1e-9 * np.trace(p)
    size = np.linalg.det if by_determinant else np.trace
    assert size(p) <= min(size(first), size(second)) * (1.0 + 1e-9)
    np.testing.assert_allclose(fused.mean, k @ np.ones(3) - m @ np.ones(3), rtol=1e-7, atol=1e-9)
    same = covariance_intersection(np.ones(3), first, np.ones(3), first, by_determinant)
    np.testing.assert_allclose(same.covariance, first, rtol=1e-9, atol=1e-12)


def six(matrix: np.ndarray) -> Any:
    """The upper half of a symmetric matrix."""
    return tuple(matrix[np.triu_indices(3)].tolist())


@settings(max_examples=60, deadline=None)
@given(st.integers(0, 10**6), st.floats(0.0, 4.0), st.floats(0.05, 1.0))
def test_the_least_variance_is_that_of_covariance_intersection_and_falls_with_both(
    seed: int, spread: float, better: float
) -> None:
    """Ellipsoids with axes up to 1 : 10,000. Equal to the whole computation; of a better track never larger."""
    generator = np.random.default_rng(seed)
    turned = [np.linalg.qr(m)[0] for m in generator.normal(size=(2, 3, 3))]
    sizes = 10.0 ** generator.uniform(0.0, 2.0 * spread, size=(2, 3))
    first, second = (q @ np.diag(size) @ q.T for q, size in zip(turned, sizes, strict=True))
    found = least_variance(six(first), six(second))
    whole = covariance_intersection(np.zeros(3), first, np.zeros(3), second, False).covariance
    assert found == pytest.approx(float(np.trace(whole)), rel=1e-6)  # inverses of condition 1e8, kept to eight digits
    way = generator.normal(size=3)
    gain = first @ way / (way @ first @ way / better + way @ first @ way)
    sharper = first - np.outer(gain, first @ way)
    assert least_variance(six(0.5 * (sharper + sharper.T)), six(second)) <= found * (1.0 + 1e-6)
    assert least_variance(six(second), six(first)) == pytest.approx(found, rel=1e-6)
