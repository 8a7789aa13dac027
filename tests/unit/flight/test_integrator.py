"""Samples, events and failures of the integrator."""

import math

import numpy as np
import pytest

from sakimori.flight.integrator import LONGEST, NEVER, SILENT, Clock, Stop, climb, integrate
from sakimori.flight.motion import WGS84, Body
from sakimori.flight.profile import velocity_ecef

NO_SAMPLES = np.empty((0, 6))


def start(altitude: float, speed: float, angle: float) -> np.ndarray:
    return np.array([WGS84.radius + altitude, 0.0, 0.0, *velocity_ecef(0.0, 0.0, speed, angle, 1.0)])


def fly(state: np.ndarray, body: Body, end: float = LONGEST, sine: float = NEVER, clock=SILENT, samples=NO_SAMPLES):
    return integrate(0.0, state, body, WGS84, end, 0.0, sine, clock, 0, samples)


def test_stops_on_the_ground_within_a_millimetre() -> None:
    for beta in (500.0, 5000.0, math.inf):
        code, _, end, _, _ = fly(start(60e3, 3000.0, 0.5), Body(beta))
        assert code == Stop.ALTITUDE
        assert abs(climb(end, WGS84)[0]) < 1e-3


def test_stops_at_an_angle() -> None:
    code, _, end, _, _ = fly(start(40e3, 3000.0, 0.0), Body(9000.0, 2.5, math.pi, 0.0, 1.0), sine=-math.sin(0.6))
    assert code == Stop.ANGLE
    assert climb(end, WGS84)[2] == pytest.approx(-math.sin(0.6), abs=1e-7)


def test_samples_lie_on_the_flight() -> None:
    """A sample between steps is where a flight that ends there ends, within 0.1 m (the integrator's own accuracy)."""
    body = Body(9000.0, 2.6, 0.0, 0.6, 150.0)
    samples = np.empty((60, 6))
    index = fly(start(45e3, 5000.0, 0.0), body, end=350.0, clock=Clock(7.0, 0.0), samples=samples)[4]
    assert index == 51  # samples at 0, 7 ... 350 s
    for k in range(5, index, 6):
        end = fly(start(45e3, 5000.0, 0.0), body, end=7.0 * k)[2]
        assert np.linalg.norm(samples[k, :3] - end[:3]) < 0.1
        assert np.linalg.norm(samples[k, 3:] - end[3:]) < 0.01


def test_sampling_does_not_change_the_flight() -> None:
    body = Body(3000.0)
    silent = fly(start(50e3, 3000.0, 0.6), body)
    drawn = fly(start(50e3, 3000.0, 0.6), body, clock=Clock(0.7, 0.0), samples=np.empty((2000, 6)))
    assert silent[1] == drawn[1]
    assert silent[2].tobytes() == drawn[2].tobytes()


def test_apogee_is_located_between_steps() -> None:
    apogee = fly(start(0.0, 3000.0, 1.0), Body(math.inf))[3]
    samples = np.empty((8000, 6))
    index = fly(start(0.0, 3000.0, 1.0), Body(math.inf), clock=Clock(0.1, 0.0), samples=samples)[4]
    assert apogee == pytest.approx(max(climb(s, WGS84)[0] for s in samples[:index]), abs=0.05)


def test_never_writes_to_its_start_and_stops_by_time() -> None:
    state = start(50e3, 3000.0, 0.6)
    state.flags.writeable = False
    code, time, *_ = fly(state, Body(3000.0), end=33.3)
    assert (code, time) == (Stop.TIME, 33.3)


def test_not_a_number_fails_and_does_not_hang() -> None:
    state = start(50e3, math.nan, 0.6)
    assert fly(state, Body(3000.0))[0] == Stop.FAILED
