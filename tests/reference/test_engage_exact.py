"""Every closed form of salvo, look, magazine and channel theory twice: by the exact mode and by the replicated raid.

The exact mode must give the published numbers to 1e-9 (or to the digits that the source prints). The replicated raid
must agree with the exact mode within three standard errors of its mean, the error computed from the exact variance.
Sources: Wagner, Mylander and Sanders (eds.), Naval Operations Analysis, 3rd ed. 1999; Skellam 1948; Erlang 1917 and
Sevastyanov 1957.
"""

import math
from typing import Any

import numpy as np
import pytest
import scipy.stats

from sakimori.base.errors import InputError
from sakimori.base.types import Reason
from sakimori.engage import exact
from sakimori.engage.assignment import planned
from sakimori.engage.doctrine import Command, layer_table, lone_targets
from sakimori.engage.magazine import Magazine
from sakimori.engage.optimal import optimum
from sakimori.engage.raid import Tally, simulate
from sakimori.engage.reach import reach
from sakimori.engage.timeline import Windows, windows

SIGMAS = 3.0
AMPLE = Magazine(rounds=1e6)


def opened(scenes: Any, flown: Any, layers: list[Any], available: Any = None) -> tuple[Windows, Any]:
    """The launch windows of these layers with perfect tracks, and the layers' table."""
    table, latency = layer_table(layers), np.zeros((1, 1))
    up = np.ones(len(layers), dtype=np.bool_) if available is None else available
    return windows(flown, scenes.tracks(flown), latency, reach(flown, table), table, up, 20.0), table


def fought(flown: Any, opening: Windows, table: Any, magazine: Magazine, future: int, replications: int) -> Tally:
    """The replicated raid on windows that are given."""
    targets, up = lone_targets(*opening.reason.shape), np.ones(table.range.size, dtype=np.bool_)
    luck = {"seed": 1, "future": future, "replications": replications}
    return simulate(flown, opening, table, [magazine], Command(), targets, up, **luck)


def within(found: float, expected: float, variance: float, trials: int) -> None:
    """Three standard errors of the mean of so many trials."""
    assert found == pytest.approx(expected, abs=SIGMAS * math.sqrt(variance / trials) + 1e-12)


@pytest.mark.parametrize(("n", "kill", "looks"), [(1, 0.7, 1.0), (2, 0.91, 1.3), (3, 0.973, 1.39), (4, 0.9919, 1.417)])
def test_salvo_and_shoot_look_shoot(scenes, n, kill, looks):
    assert exact.salvo_kill(0.7, n) == pytest.approx(kill, abs=1e-9)
    assert exact.rounds_with_looks(0.7, n) == pytest.approx(looks, abs=1e-9)
    assert exact.rounds_with_looks(0.7, 1, salvo=n) == n
    flown, trials = scenes.standing(200, 60), 200 * 1000
    for layer in (scenes.layer(kill_probability=0.7, salvo=n), scenes.layer(kill_probability=0.7, looks=n)):
        found = exact.independent(*opened(scenes, flown, [layer]), [AMPLE])
        np.testing.assert_allclose(found.leak_probability, 1.0 - kill, atol=1e-9)
        played = scenes.play(flown, [layer], replications=1000)
        within(played.leak_probability.mean(), 1.0 - kill, kill * (1.0 - kill), trials)
    fired = [0.7 * 0.3**m for m in range(n - 1)]
    fired.append(1.0 - sum(fired))  # probability of 1, 2, ... n rounds
    variance = sum(p * (m + 1 - looks) ** 2 for m, p in enumerate(fired))
    within(played.rounds[0] / 200, looks, variance, trials)


def test_layers_multiply(scenes):
    flown, layers = scenes.standing(200, 200), [scenes.layer(str(p), kill_probability=p) for p in (0.4, 0.7, 0.8)]
    found = exact.independent(*opened(scenes, flown, layers), [AMPLE])
    np.testing.assert_allclose(found.leak_probability, 0.036, atol=1e-9)
    played = scenes.play(flown, layers, replications=1000)
    within(played.leak_probability.mean(), 0.036, 0.036 * 0.964, 200_000)


def test_rounds_that_share_a_cause_of_failure(scenes):
    """p 0.7, rho 0.2, four rounds: 0.0422 instead of 0.0081. Closed form by gamma functions (Skellam 1948)."""
    alpha, beta = 0.7 * 0.8 / 0.2, 0.3 * 0.8 / 0.2
    leak = math.exp(
        math.lgamma(beta + 4) + math.lgamma(alpha + beta) - math.lgamma(beta) - math.lgamma(alpha + beta + 4)
    )
    assert leak == pytest.approx(0.042, abs=5e-4)  # the reference prints three decimals
    flown = scenes.standing(200, 60)
    for changes in ({"salvo": 4}, {"looks": 4}, {"salvo": 2, "looks": 2}):
        layer = scenes.layer(kill_probability=0.7, correlation=0.2, **changes)
        found = exact.independent(*opened(scenes, flown, [layer]), [AMPLE])
        np.testing.assert_allclose(found.leak_probability, leak, atol=1e-9)
        played = scenes.play(flown, [layer], replications=1000)
        within(played.leak_probability.mean(), leak, leak * (1.0 - leak), 200_000)
    np.testing.assert_allclose(exact.salvo_kill(0.7, 4), 1.0 - 0.0081, atol=1e-9)


def test_a_common_cause_of_failure(scenes):
    """Availability 0.95, K 0.9919, ten threats: shared 0.875795, independent for each threat 0.551969 (six digits)."""
    flown = scenes.standing(10, 20)
    shared = [scenes.layer(kill_probability=0.7, salvo=4, availability=0.95)]
    found = exact.over_common_causes(
        shared, lambda up: float(exact.independent(*opened(scenes, flown, shared, up), [AMPLE]).leakers[0])
    )
    assert found == pytest.approx(0.95 * 0.9919**10, abs=1e-9)
    assert found == pytest.approx(0.875795, abs=5e-7)
    height = np.arange(10.0) * 100.0 + 10e3
    apart = scenes.flights(np.repeat(height[:, None], 20, axis=1))
    own = [
        scenes.layer(f"layer {n}", kill_probability=0.7, salvo=4, availability=0.95, floor=h - 1.0, ceiling=h + 1.0)
        for n, h in enumerate(height)
    ]
    single = exact.over_common_causes(
        own, lambda up: float(exact.independent(*opened(scenes, apart, own, up), [AMPLE]).leakers[0])
    )
    assert single == pytest.approx((0.95 * 0.9919) ** 10, abs=1e-9)
    assert single == pytest.approx(0.551969, abs=5e-7)
    for raid, layers, expected in ((flown, shared, found), (apart, own, single)):
        none = [scenes.play(raid, layers, future=f).no_leaker for f in range(8000)]
        within(float(np.mean(none)), expected, float(np.var(none)), 8000)


def test_rounds_shared_evenly(scenes):
    """W 10, N 25, p 0.7: expected leakers 0.585, P(none) 0.5442158 (seven digits)."""
    leak = [1.0 - exact.salvo_kill(0.7, n) for n in exact.shared_evenly(10, 25)]
    none = float(exact.count_probabilities(leak)[0])
    assert sum(leak) == pytest.approx(0.585, abs=1e-9)
    assert none == pytest.approx((0.91 * 0.973) ** 5, abs=1e-9)
    assert none == pytest.approx(0.5442158, abs=5e-8)
    layer = scenes.layer(kill_probability=0.7, salvo=3)
    played = scenes.play(scenes.standing(10, 20), [layer], (25,), replications=50_000)
    within(played.expected_leakers, 0.585, sum(x * (1.0 - x) for x in leak), 50_000)
    within(played.no_leaker, none, none * (1.0 - none), 50_000)


def test_shared_evenly_is_the_best_plan_where_there_is_one_look(scenes):
    flown, layer = scenes.standing(3, 12), scenes.layer(kill_probability=0.7, salvo=3)  # fly-out 10 s: one look
    found = optimum(*opened(scenes, flown, [layer]), [5], step=1.0)
    assert found.loss == pytest.approx(2 * 0.09 + 0.3, abs=1e-9)


def test_sequential_rounds_with_looks(scenes):
    """W 2, N 3, at most two rounds each, p 0.5: expected leakers 0.625, P(none) 0.5, and nobody can do better."""
    flown, layer = scenes.standing(2, 36), scenes.layer(looks=2)
    found = optimum(*opened(scenes, flown, [layer]), [3], step=1.0)
    assert (found.loss, found.no_leaker) == pytest.approx((0.625, 0.5), abs=1e-9)
    played = scenes.play(flown, [layer], (3,), replications=100_000)
    within(played.expected_leakers, 0.625, played.leakers_variance, 100_000)
    within(played.no_leaker, 0.5, 0.25, 100_000)


@pytest.mark.parametrize(("threats", "tracked", "least"), [(10, 1.0, 4), (20, 1.0, 4), (20, 0.99, 6)])
def test_least_rounds_per_threat_for_no_leaker_at_0_8(scenes, threats, tracked, least):
    assert exact.least_rounds(threats, 0.7, 0.8, tracked) == least
    for n in (least - 1, least):
        expected = exact.salvo_kill(0.7, n) ** threats
        played = scenes.play(
            scenes.standing(threats, 20), [scenes.layer(kill_probability=0.7, salvo=n)], replications=10_000
        )
        within(played.no_leaker, expected, expected * (1.0 - expected), 10_000)
        # threats are tracked independently of the engagement
        assert (tracked**threats * played.no_leaker >= 0.8) == (n == least)


def test_no_number_of_rounds_reaches_what_tracking_does_not(scenes):
    with pytest.raises(InputError, match="goal"):
        exact.least_rounds(20, 0.7, 0.8, 0.98)


def test_leakers_are_binomial(scenes):
    flown, layer = scenes.standing(10, 20), scenes.layer(kill_probability=0.7, salvo=2)
    found = exact.independent(*opened(scenes, flown, [layer]), [AMPLE])
    np.testing.assert_allclose(found.leakers, scipy.stats.binom.pmf(np.arange(11), 10, 0.09), atol=1e-9)
    opening, table = opened(scenes, flown, [layer])
    tally = fought(flown, opening, table, AMPLE, 0, 50_000)
    for count, expected in enumerate(found.leakers):
        within(float((tally.leakers == count).mean()), expected, expected * (1.0 - expected), 50_000)


def test_raid_sizes_are_beta_binomial():
    """Against SciPy's, which has alpha = p (1 - rho) / rho; rho 0 is binomial, rho 1 all or nothing."""
    for trials, p, rho in ((12, 0.6, 0.2), (20, 0.3, 0.05), (1, 0.5, 0.9)):
        alpha, beta = p * (1.0 - rho) / rho, (1.0 - p) * (1.0 - rho) / rho
        expected = scipy.stats.betabinom.pmf(np.arange(trials + 1), trials, alpha, beta)
        np.testing.assert_allclose(exact.beta_binomial(trials, p, rho), expected, atol=1e-9)
    np.testing.assert_allclose(
        exact.beta_binomial(9, 0.4, 0.0), scipy.stats.binom.pmf(np.arange(10), 9, 0.4), atol=1e-12
    )
    np.testing.assert_allclose(exact.beta_binomial(3, 0.4, 1.0), [0.6, 0.0, 0.0, 0.4], atol=1e-12)
    assert exact.salvo_kill(0.7, 4, 0.2) == pytest.approx(1.0 - exact.beta_binomial(4, 0.7, 0.2)[0], abs=1e-12)


@pytest.mark.parametrize(
    ("magazine", "changes", "named"),
    [
        (9, {"looks": 2}, "rounds"),
        (99, {"channels": 4}, "channels"),
        (99, {"reserve": 1}, "reserve"),
        (99, {"hand_over": True}, "later ones"),
        (99, {"false_kill": 0.1}, "taken for kills"),
        (99, {"false_shot_rate": 0.1}, "nothing"),
    ],
)
def test_the_closed_form_refuses_a_raid_in_which_something_may_run_short(scenes, magazine, changes, named):
    opening = opened(scenes, scenes.standing(5, 60), [scenes.layer(**changes)])
    with pytest.raises(InputError, match=named):
        exact.independent(*opening, [Magazine(rounds=magazine)])


def test_the_programme_refuses_what_it_cannot_enumerate(scenes):
    layers = [scenes.layer(str(j), looks=3) for j in range(3)]
    with pytest.raises(InputError, match="exact engagement"):
        optimum(*opened(scenes, scenes.standing(6, 60), layers), [12], step=1.0)


@pytest.mark.parametrize(("channels", "load", "expected"), [(1, 1.0, 0.5), (2, 1.0, 0.2), (5, 3.0, 0.1100543)])
def test_channels_lose_what_erlang_b_says(scenes, channels, load, expected):
    """M/D/c/c: Poisson arrivals, each with one possible launch, a channel held for the fly-out.

    The loss formula holds for any holding time of a mean (Sevastyanov 1957). Time is cut into samples: a round
    due at x is fired at floor(x) and its channel is free `hold` samples later, so the mean hold is hold - 1/2, and the
    load here is corrected for that. What is left is of second order: for one channel the sampled process has the
    exact loss 1 - h / (a (h + 1 / (exp(a / h) - 1))), which differs from the formula by 1.3e-5; 1e-4 is allowed for it.
    """
    assert exact.erlang_b(channels, load) == pytest.approx(expected, abs=5e-8 if channels == 5 else 1e-9)
    hold, threats, futures, settling = 40, 150, 1000, 30
    rate = load / (hold - 0.5)
    table = layer_table([_channelled(channels)])
    random, blocked, offered = np.random.default_rng(5), [], []
    standing = scenes.standing(threats, 1)  # only its clock counts: the windows are given
    for future in range(futures):
        due = np.floor(np.cumsum(random.exponential(1.0 / rate, threats))).astype(np.int64)
        tally = fought(standing, _one_launch_each(due, hold), table, AMPLE, future, 1)
        lost = tally.leaks[settling:]  # the system starts empty: leave the beginning out
        assert set(np.flatnonzero(tally.reason.sum(axis=(0, 1)))) <= {Reason.KILLED, Reason.NO_CHANNEL}
        blocked.append(lost.sum())
        offered.append(lost.size)
    share = np.sum(blocked) / np.sum(offered)
    error = float(np.std(np.array(blocked) - share * np.array(offered))) * math.sqrt(futures) / np.sum(offered)
    assert error < 0.003
    assert share == pytest.approx(expected, abs=SIGMAS * error + 1e-4)


def _channelled(channels: int) -> Any:
    from sakimori.engage import Layer

    return Layer(
        name="one", key=1, owner=0, latitude=0.0, longitude=0.0, range=1.0, floor=0.0, ceiling=1.0, mean_speed=1.0,
        homing_time=1.0, basket=1.0, divert=1.0, track_sigma=1.0, magazine=0, kill_probability=1.0, channels=channels,
    )  # fmt: skip


def _one_launch_each(due: np.ndarray, hold: int) -> Windows:
    """Threats that may be fired at in one sample only, with a fly-out of `hold` samples."""
    threats, samples = due.size, int(due[-1]) + hold + 1
    k = np.arange(samples)
    earliest = np.where(k <= due[:, None], due[:, None] + hold, -1).astype(np.int32)[:, None]
    launch = np.where(k == due[:, None] + hold, due[:, None], -1).astype(np.int32)[:, None]
    never = np.full((threats, 1), np.nan)
    return Windows(
        earliest=earliest, launch=launch, looks=(earliest >= 0).astype(np.int32),
        start=np.zeros((threats, 1), np.int32), reason=np.zeros((threats, 1), np.uint8),
        commit=never, last_launch=never, use=np.zeros((threats, 1, 0)),
    )  # fmt: skip


@pytest.mark.parametrize(("rounds", "loss"), [(1, 13.0), (2, 8.8), (3, 6.4), (4, 4.0), (5, 2.74), (6, 1.78)])
def test_rounds_assigned_by_value_leave_what_manne_says(scenes, rounds, loss):
    """Values 10, 6, 3 and p 0.6, 0.7, 0.8 (equal interceptors): one magazine, a layer for each threat by its height."""
    height = np.array([10e3, 11e3, 12e3])
    flown = scenes.flights(np.repeat(height[:, None], 20, axis=1))
    layers = [
        scenes.layer(f"at {h:g}", kill_probability=p, salvo=6, floor=h - 1.0, ceiling=h + 1.0)
        for h, p in zip(height, (0.6, 0.7, 0.8), strict=True)
    ]
    targets = lone_targets(3, 3)._replace(value=np.array([10.0, 6.0, 3.0]))
    opening, table = opened(scenes, flown, layers)
    command, stock = Command(assignment="best"), [Magazine(rounds=rounds)]
    quota, gap = planned(opening, table, stock, command, targets)
    assert quota is not None
    leak = [1.0 - exact.salvo_kill(p, int(n)) for p, n in zip((0.6, 0.7, 0.8), quota.diagonal(), strict=True)]
    assert np.dot(targets.value, leak) == pytest.approx(loss, abs=1e-9)
    assert gap == pytest.approx(0.0, abs=1e-9)  # greedy is best where interceptors are equal
    played = scenes.play(flown, layers, stock, targets=targets, assignment="best", replications=50_000)
    variance = float(np.dot(targets.value**2, [x * (1.0 - x) for x in leak]))
    within(float(np.dot(played.leak_probability, targets.value)), loss, variance, 50_000)
