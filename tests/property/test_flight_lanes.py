"""Many flights in the lanes of a vector: each is the flight alone, bit for bit, and that of the integrator."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.base.errors import InputError
from sakimori.flight import WGS84, Body, Environment, propagate
from sakimori.flight.integrator import NEVER, SILENT, Stop, climb, integrate
from sakimori.flight.lanes import LANES
from sakimori.flight.motion import plain
from sakimori.flight.profile import velocity_ecef

EXPONENTIAL = WGS84._replace(ground_density=1.225, scale_height=7200.0)
BALL = Environment(WGS84.mu, WGS84.radius, 0.0, 0.0, 0.0)


def raid(seed: int, count: int) -> tuple[np.ndarray, np.ndarray]:
    """States (N, 6) and bodies (3, N) of ballistic arcs, re-entries and banked glides; lift never turned down."""
    random = np.random.default_rng(seed)
    states = np.empty((count, 6))
    for state in states:
        up = random.normal(size=3)
        state[:3] = (WGS84.radius + random.uniform(25e3, 180e3)) * up / np.linalg.norm(up)
        velocity = velocity_ecef(
            0.0, 0.0, random.uniform(500.0, 6500.0), random.uniform(-0.9, 0.9), random.uniform(0, 6)
        )
        state[3:] = velocity
    bodies = np.array(
        [random.uniform(500.0, 12000.0, count), random.uniform(0.0, 3.0, count), random.uniform(-1.0, 1.0, count)]
    )
    bodies[1, ::3] = 0.0
    return states, bodies


def bits(ends, i: int) -> tuple[bytes, float, int]:
    return ends.state[i].tobytes(), float(ends.time[i]), int(ends.stop[i])


@given(st.integers(0, 10**6), st.integers(1, 3 * LANES), st.sampled_from([WGS84, EXPONENTIAL, BALL]))
@settings(max_examples=25, deadline=None)
def test_a_flight_has_the_same_bits_alone_and_in_any_batch(seed: int, count: int, environment: Environment) -> None:
    """Alone, in the batch, and in the batch in another order, whatever lane and neighbours that gives it."""
    states, bodies = raid(seed, count)
    together = propagate(states, *bodies, stop_time=600.0, environment=environment)
    order = np.random.default_rng(seed).permutation(count)
    shuffled = propagate(states[order], *bodies[:, order], stop_time=600.0, environment=environment)
    for place, i in enumerate(order):
        alone = propagate(states[i : i + 1], *bodies[:, i], stop_time=600.0, environment=environment)
        assert bits(alone, 0) == bits(together, int(i)) == bits(shuffled, place)


@pytest.mark.parametrize("environment", [WGS84, EXPONENTIAL, BALL])
def test_it_is_the_flight_of_the_integrator(environment: Environment) -> None:
    """To the ground or 600 s: the same stop, and place and time as closely as two flights at this tolerance agree."""
    states, bodies = raid(7, 60)
    ends = propagate(states, *bodies, stop_time=600.0, environment=environment, strictness=100.0)
    for i, start in enumerate(states):
        body = Body(*(float(value) for value in bodies[:, i]), 0.0, 1.0, math.inf)
        code, time, end, _, _ = integrate(
            0.0, start, body, plain(environment), 600.0, 0.0, NEVER, SILENT, 0, np.empty((0, 6)), None, 100.0
        )
        assert code == ends.stop[i]
        assert ends.time[i] == pytest.approx(time, abs=1e-3)
        assert np.linalg.norm((ends.state[i] - end)[:3]) < 0.1
    assert set(ends.stop) == {int(Stop.TIME), int(Stop.ALTITUDE)}


def test_ends_are_on_the_ground_or_at_the_time() -> None:
    states, bodies = raid(3, 40)
    ends = propagate(states, *bodies, stop_time=500.0)
    for state, time, stop in zip(*ends, strict=True):
        if stop == Stop.ALTITUDE:
            assert abs(climb(state, WGS84)[0]) < 1e-3
        else:
            assert (stop, time) == (Stop.TIME, 500.0)


def test_what_is_no_number_fails_and_harms_nobody() -> None:
    states, bodies = raid(5, 5)
    sound = propagate(states, *bodies, stop_time=100.0)
    for part in range(6):
        spoilt = states.copy()
        spoilt[2, part] = math.nan
        ends = propagate(spoilt, *bodies, stop_time=100.0)
        assert ends.stop[2] == Stop.FAILED
        assert [bits(ends, i) for i in (0, 1, 3, 4)] == [bits(sound, i) for i in (0, 1, 3, 4)]


def test_bad_input_is_refused() -> None:
    states, _ = raid(1, 4)
    assert propagate(np.empty((0, 6)), 1000.0).state.shape == (0, 6)
    windy = WGS84._replace(wind=np.array([(0.0, 1.0, 1.0)]))
    for arguments, options in (
        ((states[:, :5], 1000.0), {}),
        ((states, np.ones(3)), {}),
        ((states, 1000.0), {"stop_time": 0.0}),
        ((states, 1000.0), {"environment": windy}),
    ):
        with pytest.raises(InputError):
            propagate(*arguments, **options)
