"""Fly-out from burnout speed and burn time, against integrated flights; and what a layer reaches with it."""

import math

import numpy as np
import pytest
from scipy.integrate import quad, solve_ivp
from scipy.optimize import brentq

from sakimori.base.constants import WGS84_MU, WGS84_RADIUS
from sakimori.base.types import Reason
from sakimori.engage.doctrine import layer_table
from sakimori.engage.flyout import burn_way, time_above_the_air, time_in_the_air
from sakimori.engage.reach import reach


@pytest.mark.parametrize("distance", [1e3, 4e3, 5e3, 20e3, 60e3])
def test_in_the_air_the_time_is_the_integral_over_one_speed(distance):
    """1 km/s after 10 s, drag length 40 km: dt = ds / v(s)."""
    way = burn_way(1000.0, 10.0)
    coast, _ = quad(lambda s: math.exp((s - way) / 40e3) / 1000.0, way, max(distance, way))
    burn = 10.0 * math.sqrt(min(distance, way) / way)
    assert time_in_the_air(distance, 1000.0, 10.0, 40e3) == pytest.approx(burn + coast, rel=1e-9)


def test_without_drag_and_gravity_both_are_a_burn_and_a_steady_coast():
    expected = 10.0 + (60e3 - 5e3) / 1000.0
    assert time_in_the_air(60e3, 1000.0, 10.0, 1e12) == pytest.approx(expected, rel=1e-6)
    fast = 10.0 + (1e6 - burn_way(1e5, 10.0)) / 1e5  # gravity does nothing in 15 s to 100 km/s
    assert time_above_the_air(1e6, 5e5, 1e5, 10.0) == pytest.approx(fast, rel=1e-3)


def flown(distance: float, elevation: float, speed: float, burn: float) -> float:
    """Time over a round Earth: the same straight burn, then the Kepler arc of that speed which meets the point."""
    site, ray = np.array([0.0, WGS84_RADIUS]), np.array([math.cos(elevation), math.sin(elevation)])
    way = burn_way(speed, burn)
    start, goal = site + way * ray, site + distance * ray

    def slope(_: float, x: np.ndarray) -> np.ndarray:
        return np.concatenate([x[2:], -WGS84_MU * x[:2] / np.hypot(*x[:2]) ** 3])

    def nearest(angle: float) -> tuple[float, float]:
        """How far above the goal the flight passes it, and when: where it crosses the normal to the ray there."""
        velocity = speed * np.array([math.cos(angle), math.sin(angle)])
        beyond = lambda _, x: float((x[:2] - goal) @ ray)  # noqa: E731
        beyond.terminal = True
        run = solve_ivp(slope, (0.0, 2000.0), [*start, *velocity], events=beyond, rtol=1e-9, atol=1e-3)
        if not run.t_events[0].size:
            return -1e9, math.inf
        across = np.array([-ray[1], ray[0]])
        return float((run.y_events[0][0][:2] - goal) @ across), float(run.t_events[0][0])

    angle = brentq(lambda a: nearest(a)[0], elevation, elevation + 0.5)
    return burn + nearest(angle)[1]


@pytest.mark.parametrize(
    ("distance", "elevation", "speed"),
    [
        (2e5, 0.9, 2700.0),
        (5e5, 0.5, 3200.0),
        (8e5, 0.3, 3200.0),
        (1.2e6, 0.25, 4500.0),
        (1.5e6, 0.1, 4500.0),
    ],
)
def test_above_the_air_the_parabola_keeps_near_the_round_earth(distance, elevation, speed):
    """The flat Earth does not turn gravity with the way: at 1,500 km by 13 degrees at the end, half that on average."""
    found = time_above_the_air(distance, distance * math.sin(elevation), speed, 60.0)
    assert found == pytest.approx(flown(distance, elevation, speed, 60.0), rel=0.03)


def test_what_the_speed_does_not_reach_is_out_of_reach(scenes):
    assert time_above_the_air(700e3, 600e3, 2700.0, 30.0) == math.inf
    high = scenes.flights(np.full((1, 5), 600e3))
    table = layer_table([scenes.layer(range=1e7, burnout_speed=2700.0, burn_time=30.0)])
    found = reach(high, table)
    assert (found.reason == Reason.OUT_OF_REACH).all()
    assert (found.latest == -np.inf).all()


def test_a_layer_with_a_burnout_speed_launches_by_it_and_not_by_its_mean_speed(scenes):
    near = scenes.flights(np.full((1, 5), 20e3))
    drag = scenes.layer(burnout_speed=1000.0, burn_time=10.0, drag_length=40e3)
    free = scenes.layer("free", burnout_speed=1000.0, burn_time=10.0)
    found = reach(near, layer_table([drag, free]))
    expected = [time_in_the_air(20e3, 1000.0, 10.0, 40e3), time_above_the_air(20e3, 20e3, 1000.0, 10.0)]
    np.testing.assert_allclose(found.latest[0, :, 4], 4.0 - np.array(expected), rtol=1e-9)


def test_a_threat_that_crosses_at_too_wide_an_angle_is_out_of_reach(scenes):
    """Level past the site at 50 km: the angle to the line toward the site grows from 0 far off to 90 degrees abeam."""
    east = np.linspace(-300e3, 300e3, 61)
    flown_by = scenes.flights(50e3, east, altitude=np.full(61, 50e3), step=5.0)
    found = reach(flown_by, layer_table([scenes.layer(crossing_angle=math.radians(60.0), mean_speed=1e6)]))
    angle = np.degrees(np.arctan2(50e3, -east))
    clear = np.abs(angle - 60.0) > 1.0
    np.testing.assert_array_equal((found.reason[0, 0] == Reason.NONE)[clear], (angle < 60.0)[clear])


def test_a_used_up_margin_costs_kill_probability_where_the_layer_says_so(scenes):
    """3 sigma is 0.6 of the basket and more than the share of the divert: p falls from 0.5 by 0.6 of its half."""
    flown_in = scenes.standing(400, 40)
    settings = {"tracks": scenes.tracks(flown_in, sigma=200.0), "replications": 100}
    shape = {"basket": 1000.0, "divert": 5000.0, "homing_time": 5.0}
    off = scenes.play(flown_in, [scenes.layer(**shape)], **settings)
    on = scenes.play(flown_in, [scenes.layer(margin_loss=0.5, **shape)], **settings)
    error = 3.0 * math.sqrt(0.25 / 40_000)
    assert off.leak_probability.mean() == pytest.approx(0.5, abs=error)
    assert on.leak_probability.mean() == pytest.approx(1.0 - 0.5 * (1.0 - 0.5 * 0.6), abs=error)
    none = scenes.play(flown_in, [scenes.layer(margin_loss=0.0, **shape)], **settings)
    np.testing.assert_array_equal(none.leak_probability, off.leak_probability)
