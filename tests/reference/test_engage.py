"""Closed forms of looks in time, of reach and of divert as oracles for the launch windows.

Those of salvos, magazines and channels stand in test_engage_exact.py. Source: Isaacs, Differential Games, 1965 (circle
of Apollonius); the look-shoot series is worked out in the docstrings.
"""

import math

import numpy as np
import pytest

from sakimori.base.types import Reason
from sakimori.engage import exact
from sakimori.engage.doctrine import layer_table
from sakimori.engage.reach import defended, reach
from sakimori.engage.timeline import divert_demand, known_variance, windows


@pytest.mark.parametrize(("distance", "count"), [(400e3, 3), (800e3, 4)])
def test_look_shoot_opportunities_head_on(scenes, distance, count):
    expected = exact.looks_head_on(distance, 2000.0, 1500.0, delay=10.0, pause=5.0, floor=10e3)
    assert len(expected) == count  # doubling the detection range buys one look
    if count == 3:
        assert expected == pytest.approx([162857.0, 65510.0, 23790.0], abs=1.0)
    q, r = 1500.0 / 3500.0, np.array(expected)
    closed = q ** np.arange(count) * (r[0] + 1500.0 * 5.0) - 1500.0 * 5.0
    np.testing.assert_allclose(r, closed, rtol=1e-12)

    step = 0.01
    way = distance - 2000.0 * step * np.arange(int(distance / 2000.0 / step))
    flown = scenes.flights(way, step=step)
    layer = head_on_layer(scenes, "one", 1500.0, 10.0, 5.0, 10e3, step)
    table = layer_table([layer])
    latency, available = np.zeros((1, 1)), np.ones(1, dtype=np.bool_)
    found = windows(flown, scenes.tracks(flown), latency, reach(flown, table), table, available, 20.0)
    ready, got = found.start[0, 0], []
    while found.earliest[0, 0, ready] >= 0:
        got.append(way[found.earliest[0, 0, ready]])
        ready = found.earliest[0, 0, ready] + round(5.0 / step)
    # each look is late by up to one sample of launch and one of intercept: 2 x 20 m of way
    np.testing.assert_allclose(got, expected, atol=2 * 2000.0 * step)
    played = scenes.play(flown, [layer])
    assert played.looks[0, 0] == played.shots[0, 0] == count


def head_on_layer(scenes, name, own, delay, pause, floor, step):
    """A layer that waits for nothing but its decision and its results."""
    return scenes.layer(
        name,
        mean_speed=own,
        decision_delay=delay,
        assess_delay=pause,
        floor=floor,
        homing_time=step,
        looks=99,
        kill_probability=0.0,
    )


def looks_in_samples(distance, speed, own, delay, pause, floor, step):
    """The closed form of sampled time: a launch at sample i meets the threat at ceil((i + R / vi h) vi / (vi + vt))."""
    i, count = math.ceil(delay / step - 1e-9), 0
    while True:
        k = math.ceil((i + distance / (own * step)) * own / (own + speed) - 1e-9)
        place = distance - speed * step * k
        if place < floor:
            return count
        last = math.floor(k - place / (own * step) + 1e-9)
        i, count = max(k + math.ceil(pause / step - 1e-9), last + 1), count + 1


def test_looks_over_a_grid_of_ten_thousand_head_on_cases(scenes):
    """Every count equals the closed form of sampled time, and that of continuous time but for knife edges.

    A look is late by at most two samples, 2 h vt of way, and so are all that follow it, each by q of the delay before:
    where an intercept lies within 2 h vt / (1 - q) of the floor, the sampled count may be one less. These are counted.
    """
    step, edges, longest = 0.05, 0, 0
    stock = [
        (own, delay, pause, floor)
        for own in (800.0, 1100.0, 1500.0, 2100.0, 3000.0)
        for delay in (0.0, 7.5, 20.0, 30.0, 61.3)
        for pause in (0.0, 4.9)
        for floor in (10e3, 41e3)
    ]
    layers = [head_on_layer(scenes, f"layer {j}", *values, step) for j, values in enumerate(stock)]
    table, available, latency = layer_table(layers), np.ones(len(layers), dtype=np.bool_), np.zeros((1, 1))
    for distance in np.geomspace(100e3, 1200e3, 10):
        for speed in np.linspace(1000.0, 5000.0, 10):
            way = distance - speed * step * np.arange(int(distance / speed / step) + 1)
            flown = scenes.flights(way, step=step)
            found = windows(flown, scenes.tracks(flown), latency, reach(flown, table), table, available, 20.0)
            for j, (own, delay, pause, floor) in enumerate(stock):
                start = found.start[0, j]
                got = found.looks[0, j, start] if start < way.size else 0
                assert got == looks_in_samples(distance, speed, own, delay, pause, floor, step)
                points = exact.looks_head_on(distance, speed, own, delay=delay, pause=pause, floor=floor)
                if got != len(points):
                    late = 2.0 * step * speed / (1.0 - own / (own + speed))
                    assert got < len(points)
                    assert points[got] < floor + late
                    edges += 1
                longest = max(longest, got)
    assert longest >= 5
    assert edges <= 150, edges  # of 10,000


def straight(scenes, start: tuple[float, float], aim: tuple[float, float], speed: float, step: float = 0.1):
    """A threat in the horizontal plane through the site (east, north), at an altitude of 50 km throughout."""
    way = np.array(aim) - np.array(start)
    times = np.arange(0.0, float(np.hypot(*way)) / speed, step)
    east, north = (np.array(start)[:, None] + way[:, None] / np.hypot(*way) * speed * times).tolist()
    return scenes.flights(0.0, np.array(east), np.array(north), altitude=50e3, step=step)


def test_apollonius_circle_bounds_the_intercept_points_and_defends_its_shadow(scenes):
    """vi 2, vt 3 km/s, 1000 km apart: centre at -800 km, radius 1200 km on the side away from the threat."""
    layer = scenes.layer(range=1e7, mean_speed=2000.0)
    table = layer_table([layer])
    for aim in ((-2500e3, 0.0), (-900e3, 1500e3), (0.0, -400e3), (-1500e3, -700e3)):
        flown = straight(scenes, (1000e3, 0.0), aim, 3000.0)
        found = reach(flown, table)
        east, north = flown.position_ecef[0, :, 1], flown.position_ecef[0, :, 2]
        outside = np.hypot(east + 800e3, north) - 1200e3
        clear = np.abs(outside) > 1.0  # [m] on the edge itself rounding decides
        np.testing.assert_array_equal((found.latest[0, 0] >= 0.0)[clear], (outside <= 0.0)[clear])
        assert scenes.play(flown, [layer]).reason[0, 0] in (Reason.KILLED, Reason.MISSED)
    beyond = straight(scenes, (1000e3, 0.0), (0.0, 3000e3), 3000.0)  # passes the circle by
    assert scenes.play(beyond, [layer]).reason[0, 0] == Reason.TOO_LATE


@pytest.mark.parametrize("delay", [0.0, 60.0])
def test_the_defended_area_is_the_set_of_intercept_points_and_its_shadow(scenes, delay):
    """Places on a grid, a threat to each from 1,000 km east: defended if a point of its way lies in the circle or oval.

    The closed form is evaluated on a way ten times as fine. The area must agree within 0.5 %: places at whose edge the
    way only touches the set within one sample (0.1 s, 300 m) may differ.
    """
    layer = scenes.layer(range=1e7, mean_speed=2000.0, launch_delay=delay)
    table, start, agreed, areas = layer_table([layer]), np.array([1000e3, 0.0]), 0, np.zeros(2)
    grid = [(x, y) for x in np.linspace(-2500e3, 900e3, 18) for y in np.linspace(-1600e3, 1600e3, 17)]
    for aim in grid:
        flown = straight(scenes, (1000e3, 0.0), aim, 3000.0)
        found = bool(defended(reach(flown, table), np.zeros(1))[0, 0])
        way = np.linspace(0.0, 1.0, 20_000)[:, None] * (np.array(aim) - start) + start
        expected = bool((np.hypot(*way.T) / 2000.0 + delay <= np.hypot(*(way - start).T) / 3000.0).any())
        agreed += found == expected
        areas += found, expected
    assert 0.2 * len(grid) < areas[1] < 0.9 * len(grid)
    assert areas[0] == pytest.approx(areas[1], rel=0.005)
    assert agreed >= len(grid) - 1


def test_a_launch_delay_turns_the_circle_into_an_oval(scenes):
    """|x| / vi + tau = |x - E| / vt: on the axis (E / vt - tau) / (1/vi + 1/vt) and (E / vt - tau) / (1/vt - 1/vi)."""
    layer = scenes.layer(range=1e7, mean_speed=2000.0, launch_delay=60.0)
    left = 1000e3 / 3000.0 - 60.0
    near, far = left / (1 / 2000.0 + 1 / 3000.0), left / (1 / 3000.0 - 1 / 2000.0)
    flown = straight(scenes, (1000e3, 0.0), (-2500e3, 0.0), 3000.0)
    east = flown.position_ecef[0, reach(flown, layer_table([layer])).latest[0, 0] >= 0.0, 1]
    assert east[0] == pytest.approx(near, abs=300.0)  # [m] way of one sample
    assert east[-1] == pytest.approx(far, abs=300.0)
    # off the axis the oval is no circle: the point of the same bearing from its middle stands elsewhere
    up = straight(scenes, (1000e3, 0.0), (-400e3, 1200e3), 3000.0)
    x, y = up.position_ecef[0, :, 1], up.position_ecef[0, :, 2]
    inside = np.hypot(x, y) / 2000.0 + 60.0 <= np.hypot(x - 1000e3, y) / 3000.0 + 1e-9
    np.testing.assert_array_equal(reach(up, layer_table([layer])).latest[0, 0] >= -1e-9, inside)


def test_an_unknown_acceleration_displaces_by_half_a_t_squared_since_the_last_update(scenes):
    """5 m/s2 over 100 s is 25 km without updates; one impulse against it needs a t / 2 = 250 m/s."""
    flown = scenes.standing(1, 101)
    known = scenes.tracks(flown, last=1)
    known.spread[..., 5] = 3.0 * 5.0**2  # an acceleration of 5 m/s2 per axis that lasts (correlation time 1e6 s)
    variance = known_variance(flown, known, np.zeros((1, 1)), 1e6)
    assert math.sqrt(variance[0, 0, 100] / 3.0) == pytest.approx(25e3, rel=1e-4)  # 100 s / 1e6 s of decay / 3
    assert divert_demand(0.0, 5.0, 100.0) == 250.0
