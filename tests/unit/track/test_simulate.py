"""Simulated measurements: their noise, their misses, and what another sensor does to them."""

import math

import numpy as np

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import ecef_from_geodetic
from sakimori.track.measurements import UNMEASURED, Looks, Measures, look_at, residual, sight_axes
from sakimori.track.simulate import exact, measured

SITE = ecef_from_geodetic(0.6, 2.4, 0.0, WGS84_RADIUS, WGS84_FLATTENING)


def looks(count: int, sources: int) -> tuple[Looks, np.ndarray]:
    """A radar's looks, and a satellite's between them where there are two sources; a target that stands still."""
    target = np.array(ecef_from_geodetic(0.62, 2.41, 30e3, WGS84_RADIUS, WGS84_FLATTENING))
    satellite = 1.2 * target + [2e5, 0.0, 0.0]
    way = (target - satellite) / np.linalg.norm(target - satellite)
    radar = (Measures.RADAR, SITE, enu_axes(0.6, 2.4), (400.0, 1e-6, 4e-6, UNMEASURED))
    sight = (Measures.SIGHT, satellite, sight_axes(*way.tolist()), (1e-10, 1e-10, UNMEASURED, UNMEASURED))
    rows = [(2.0 * k + s, s, *(radar, sight)[s]) for k in range(count) for s in range(sources)]
    time, source, kind, place, axes, variance = zip(*rows, strict=True)
    size, places = len(rows), np.array([list(p) for p in place])
    made = np.ones(size, np.bool_)
    when = np.array(time)
    found = Looks(
        when, when, np.array(source), np.array([int(k) for k in kind]), places, 0.0 * places, np.array(axes),
        np.zeros((size, 4)), np.array(variance), made,
    )  # fmt: skip
    return found, np.tile(np.concatenate([target, np.zeros(3)]), (size, 1))


def test_noise_has_its_variance_and_no_bias() -> None:
    """4,000 looks: means within 4.5 standard errors, variances within 4.5 of theirs (10 %)."""
    plan, states = looks(20, 2)
    values, made = measured(plan, states, np.ones(40), runs=200, seed=3)
    assert made.all()
    for first in (0, 1):
        ideal = np.array(exact(look_at(plan, first), states[first]))
        for m in range(3 if first == 0 else 2):
            off = (values[:, first::2, m] - ideal[m]).ravel() / math.sqrt(plan.variance[first, m])
            assert abs(off.mean()) < 4.5 / math.sqrt(4000)
            assert abs(off.var() - 1.0) < 4.5 * math.sqrt(2.0 / 4000)
        assert (values[:, first::2, 3] == 0.0).all()  # not measured


def test_exact_numbers_leave_no_residual() -> None:
    plan, states = looks(1, 2)
    for i in range(2):
        look = look_at(plan, i)
        found = residual(look._replace(value=exact(look, states[i])), states[i])
        np.testing.assert_allclose(found[: 3 - i], 0.0, atol=1e-9)


def test_another_sensor_or_part_of_the_runs_never_shifts_a_draw() -> None:
    alone, few = looks(10, 1)
    both, many = looks(10, 2)
    values, made = measured(alone, few, np.full(10, 0.5), runs=6, seed=3)
    more, seen = measured(both, many, np.full(20, 0.5), runs=6, seed=3)
    assert (more[:, ::2] == values).all()
    assert (seen[:, ::2] == made).all()
    tail, _ = measured(alone, few, np.full(10, 0.5), runs=2, seed=3, first=4)
    assert (tail == values[4:]).all()
    assert 0.3 < made.mean() < 0.7
    assert not measured(alone, few, np.zeros(10), runs=2, seed=3)[1].any()
