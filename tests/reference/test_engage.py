"""Closed forms of salvo, look, magazine, channel and reach theory as oracles for the simulated raid.

The closed forms live here only: the raid model is the event simulation. Where a number is a mean over replications, the
tolerance is four standard errors of that mean unless it says otherwise. Sources: Wagner, Mylander and Sanders (eds.),
Naval Operations Analysis, 3rd ed. 1999 (salvo and shoot-look-shoot); Skellam 1948 (beta-binomial); Erlang 1917 and
Sevastyanov 1957 (loss formula, insensitive to the holding time); Isaacs 1965 (circle of Apollonius).
"""

import importlib.util
import math
import pathlib
from typing import Any

import numpy as np
import pytest

from sakimori.base.types import Reason
from sakimori.engage.doctrine import layer_table, next_kill_probability
from sakimori.engage.reach import reach
from sakimori.engage.timeline import divert_demand, known_variance, windows


@pytest.fixture(scope="module")
def scenes() -> Any:
    """The hand-made raids of the unit tests."""
    path = pathlib.Path(__file__).parents[1] / "unit" / "engage" / "scenes.py"
    spec = importlib.util.spec_from_file_location("scenes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def kill(p: float, n: int) -> float:
    """Probability that n independent rounds kill."""
    return 1.0 - (1.0 - p) ** n


@pytest.mark.parametrize(
    ("n", "expected", "looks"), [(1, 0.7, 1.0), (2, 0.91, 1.3), (3, 0.973, 1.39), (4, 0.9919, 1.417)]
)
def test_salvo_and_shoot_look_shoot(scenes, n, expected, looks):
    flown, trials = scenes.standing(200, 60), 200 * 500
    error = 4.0 * math.sqrt(expected * (1.0 - expected) / trials)
    salvo = scenes.play(flown, [scenes.layer(kill_probability=0.7, salvo=n)], replications=500)
    assert 1.0 - salvo.leak_probability.mean() == pytest.approx(expected, abs=error)
    assert salvo.rounds[0] / 200 == n
    looked = scenes.play(flown, [scenes.layer(kill_probability=0.7, looks=n)], replications=500)
    assert 1.0 - looked.leak_probability.mean() == pytest.approx(expected, abs=error)
    assert looks == pytest.approx(kill(0.7, n) / 0.7, abs=1e-12)
    # rounds per threat lie between 1 and n, so their standard deviation is below 0.8 for p 0.7
    assert looked.rounds[0] / 200 == pytest.approx(looks, abs=4.0 * 0.8 / math.sqrt(trials))


def test_layers_multiply(scenes):
    layers = [scenes.layer(str(p), kill_probability=p) for p in (0.4, 0.7, 0.8)]
    played = scenes.play(scenes.standing(200, 200), layers, replications=500)
    assert played.leak_probability.mean() == pytest.approx(0.036, abs=4.0 * math.sqrt(0.036 * 0.964 / 1e5))


def test_rounds_of_one_layer_share_a_cause_of_failure(scenes):
    # beta-binomial with p 0.7, rho 0.2: product of (1-p), then beta-binomial conditionals = 0.04224
    leak = math.prod(1.0 - next_kill_probability(0.7, 0.2, m) for m in range(4))
    alpha, beta = 0.7 * 0.8 / 0.2, 0.3 * 0.8 / 0.2
    exact = math.exp(
        math.lgamma(beta + 4) + math.lgamma(alpha + beta) - math.lgamma(beta) - math.lgamma(alpha + beta + 4)
    )
    assert leak == pytest.approx(exact, rel=1e-12)
    assert leak == pytest.approx(0.042, abs=5e-4)  # the reference gives three decimals
    layer = scenes.layer(kill_probability=0.7, correlation=0.2, salvo=4)
    played = scenes.play(scenes.standing(200, 60), [layer], replications=500)
    assert played.leak_probability.mean() == pytest.approx(leak, abs=4.0 * math.sqrt(leak / 1e5))


@pytest.mark.parametrize("shared", [True, False])
def test_a_common_cause_of_failure_is_not_an_independent_one(scenes, shared):
    expected = 0.95 * 0.9919**10 if shared else (0.95 * 0.9919) ** 10
    assert expected == pytest.approx(0.875795 if shared else 0.551969, abs=5e-7)
    if shared:
        flown, layers = scenes.standing(10, 20), [scenes.layer(kill_probability=0.7, salvo=4, availability=0.95)]
    else:  # ten layers, each of which reaches one threat only: at its own altitude
        flown = scenes.flights(np.repeat(np.arange(10.0)[:, None] * 100.0 + 10e3, 20, axis=1))
        layers = [
            scenes.layer(f"layer {n}", kill_probability=0.7, salvo=4, availability=0.95, floor=h - 1.0, ceiling=h + 1.0)
            for n, h in enumerate(flown.altitude[:, 0])
        ]
    outcomes = [scenes.play(flown, layers, future=f, replications=5).no_leaker for f in range(2500)]
    assert np.mean(outcomes) == pytest.approx(expected, abs=4.0 * np.std(outcomes) / math.sqrt(2500))


def test_rounds_shared_evenly(scenes):
    leak = (5 * 0.3**2 + 5 * 0.3**3, (0.91 * 0.973) ** 5)  # W 10, N 25: five threats get two rounds, five get three
    assert leak == pytest.approx((0.585, 0.5442158), abs=1e-7)
    played = scenes.play(
        scenes.standing(10, 20), [scenes.layer(kill_probability=0.7, salvo=3)], (25,), replications=50000
    )
    assert sorted(played.shots[:, 0]) == [2.0] * 5 + [3.0] * 5
    assert played.expected_leakers == pytest.approx(leak[0], abs=4.0 * math.sqrt(played.leakers_variance / 50000))
    assert played.no_leaker == pytest.approx(leak[1], abs=4.0 * math.sqrt(0.25 / 50000))


def best_sequence(threats: tuple[int, ...], rounds: int, p: float) -> float:
    """Least expected leakers by dynamic programming: one round at a time at a threat with shots left, then a look."""
    if rounds == 0 or not any(threats):
        return float(len(threats))
    best = float(len(threats))
    for n, left in enumerate(threats):
        if left:
            others = threats[:n] + threats[n + 1 :]
            missed = best_sequence((*others, left - 1), rounds - 1, p)
            best = min(best, p * best_sequence(others, rounds - 1, p) + (1.0 - p) * missed)
    return best


def test_sequential_rounds_with_looks(scenes):
    assert best_sequence((2, 2), 3, 0.5) == 0.625
    played = scenes.play(scenes.standing(2, 60), [scenes.layer(looks=2)], (3,), replications=50000)
    assert played.expected_leakers == pytest.approx(0.625, abs=4.0 * math.sqrt(played.leakers_variance / 50000))
    assert played.no_leaker == pytest.approx(0.5, abs=4.0 * math.sqrt(0.25 / 50000))


@pytest.mark.parametrize(("threats", "tracked", "least"), [(10, 1.0, 4), (20, 1.0, 4), (20, 0.99, 6)])
def test_least_rounds_per_threat_for_no_leaker_at_0_8(scenes, threats, tracked, least):
    assert next(n for n in range(1, 20) if (tracked * kill(0.7, n)) ** threats >= 0.8) == least
    for n in (least - 1, least):
        layer = scenes.layer(kill_probability=0.7, salvo=n)
        played = scenes.play(scenes.standing(threats, 20), [layer], replications=5000)
        simulated = tracked**threats * played.no_leaker  # threats are tracked independently of the engagement
        assert simulated == pytest.approx((tracked * kill(0.7, n)) ** threats, abs=4.0 * math.sqrt(0.25 / 5000))
        assert (simulated >= 0.8) == (n == least)


def test_leakers_are_binomial(scenes):
    played = scenes.play(scenes.standing(10, 20), [scenes.layer(kill_probability=0.7, salvo=2)], replications=50000)
    assert played.expected_leakers == pytest.approx(0.9, abs=4.0 * math.sqrt(0.819 / 50000))
    assert played.leakers_variance == pytest.approx(10 * 0.09 * 0.91, rel=0.05)  # 4 sigma of a variance


def erlang_b(channels: int, load: float) -> float:
    """Erlang's loss formula, by its recursion."""
    blocked = 1.0
    for c in range(1, channels + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


@pytest.mark.parametrize(("channels", "load", "expected"), [(1, 1.0, 0.5), (2, 1.0, 0.2), (5, 3.0, 0.1100543)])
def test_channels_lose_what_erlang_b_says(scenes, channels, load, expected):
    """M/D/c/c: Poisson arrivals, each with one possible launch, a channel held for the fly-out.

    The loss formula holds for any holding time of this mean (Sevastyanov 1957), so also for a constant one. Time is
    cut into samples of 1/40 of the holding time, which moves the loss by less than 0.005 (with one channel, load a and
    h samples it is exactly 1 - h / (a (h + 1 / (exp(a / h) - 1))): 0.4969 instead of 0.5).
    """
    assert erlang_b(channels, load) == pytest.approx(expected, abs=5e-8)
    hold, threats, lost = 40, 60, []
    one = scenes.layer(kill_probability=1.0, channels=channels, ceiling=20e3, mean_speed=10e3 / hold)
    random = np.random.default_rng(5)
    for future in range(80):
        arrival = np.floor(np.cumsum(random.exponential(hold / load, threats))).astype(int)
        samples = arrival[-1] + hold + 1
        altitude = np.where(np.arange(samples) == arrival[:, None] + hold, 10e3, 100e3)
        flown = scenes.flights(np.full((threats, samples), 10e3), altitude=altitude)
        played = scenes.play(flown, [one], future=future)
        settled = arrival > 8 * hold  # started empty: leave the beginning out
        assert set(played.reason[:, 0]) <= {Reason.KILLED, Reason.NO_CHANNEL}
        lost.append((played.leak_probability[settled].sum(), settled.sum()))
    blocked, offered = np.array(lost).T
    share = blocked.sum() / offered.sum()
    error = np.std(blocked - share * offered) * math.sqrt(len(lost)) / offered.sum()
    assert error < 0.008
    assert share == pytest.approx(expected, abs=4.0 * error + 0.005)


def looks_head_on(distance: float, speed: float, own: float, delay: float, pause: float, floor: float) -> list[float]:
    """Intercept distances of shoot-look-shoot at a threat that comes straight in."""
    q, out = own / (own + speed), []
    r = q * (distance - speed * delay)
    while r >= floor:
        out.append(r)
        r = q * (r - speed * pause)
    return out


@pytest.mark.parametrize(("distance", "count"), [(400e3, 3), (800e3, 4)])
def test_look_shoot_opportunities_head_on(scenes, distance, count):
    expected = looks_head_on(distance, 2000.0, 1500.0, 10.0, 5.0, 10e3)
    assert len(expected) == count
    if count == 3:
        assert expected == pytest.approx([162857.0, 65510.0, 23790.0], abs=1.0)
    q, r = 1500.0 / 3500.0, np.array(expected)
    closed = q ** np.arange(count) * (r[0] + 1500.0 * 5.0) - 1500.0 * 5.0
    np.testing.assert_allclose(r, closed, rtol=1e-12)

    step = 0.01
    way = distance - 2000.0 * step * np.arange(int(distance / 2000.0 / step))
    flown = scenes.flights(way, step=step)
    layer = scenes.layer(
        mean_speed=1500.0,
        decision_delay=10.0,
        assess_delay=5.0,
        floor=10e3,
        homing_time=step,
        looks=9,
        kill_probability=0.0,
    )
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
