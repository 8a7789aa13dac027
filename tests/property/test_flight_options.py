"""What holds for flights with options: energy, order, the wind as a moving frame, neighbours, and the tolerance."""

import math
import os
import pathlib
import pickle
import subprocess
import sys

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from sakimori.base.types import FlightStatus
from sakimori.flight import WGS84, Body, Environment, aim
from sakimori.flight.aerodynamics import vehicle_of
from sakimori.flight.controls import programme
from sakimori.flight.integrator import NEVER, Clock, integrate, look_within, try_step
from sakimori.flight.motion import acceleration, plain
from sakimori.flight.pair import STAGES, between
from sakimori.flight.profile import NO_LIMITS, trace, velocity_ecef
from sakimori.study import load

PLACES = st.tuples(st.floats(-1.4, 1.4), st.floats(-math.pi, math.pi))
ANGLES = st.floats(0.0, 2.0 * math.pi)


def start(environment: Environment, altitude: float, speed: float, angle: float, heading: float = 1.0) -> np.ndarray:
    return np.array([environment.radius + altitude, 0.0, 0.0, *velocity_ecef(0.0, 0.0, speed, angle, heading)])


@given(PLACES, ANGLES, st.floats(6800.0, 7800.0), st.floats(0.7, 1.5))
@settings(max_examples=30, deadline=None)
def test_energy_is_kept_to_1e_9_over_half_an_hour(place, heading: float, speed: float, angle: float) -> None:
    """v2/2 - U - w2 (x2 + y2)/2 with the potential U of the point mass and J2, at every 10 s, on the turning Earth."""
    latitude, longitude = place
    across = math.cos(latitude)
    up = np.array([across * math.cos(longitude), across * math.sin(longitude), math.sin(latitude)])
    state = np.array([*((WGS84.radius + 1e5) * up), *velocity_ecef(latitude, longitude, speed, angle, heading)])
    flown = trace(state, Body(math.inf), step=10.0, stop_time=1800.0)
    position, velocity = flown.state[:, :3], flown.state[:, 3:]
    r, sine = np.linalg.norm(position, axis=1), position[:, 2] / np.linalg.norm(position, axis=1)
    potential = WGS84.mu / r * (1.0 - WGS84.j2 * (WGS84.radius / r) ** 2 * (1.5 * sine**2 - 0.5))
    energy = 0.5 * (velocity**2).sum(axis=1) - potential
    energy = energy - 0.5 * WGS84.rotation**2 * (position[:, :2] ** 2).sum(axis=1)
    assume(flown.time[-1] == 1800.0)  # else it came down sooner
    assert abs(energy / energy[0] - 1.0).max() < 1e-9


def fixed_steps(state: np.ndarray, body: object, environment: Environment, end: float, count: int) -> np.ndarray:
    """The state after `count` equal steps of the method to time `end`."""
    step, after, slopes = end / count, np.empty(6), np.empty((STAGES, 6))
    for k in range(count):
        slopes[0] = [*state[3:], *acceleration(k * step, *state, body, environment)]
        try_step(k * step, step, state, slopes, after, body, environment)
        state = after.copy()
    return state


def smooth_flight(air: bool) -> tuple[np.ndarray, Body, Environment, float]:
    """Start, body, environment and time of a vacuum arc with J2, or of a banked glide in smooth (exponential) air."""
    body, end = (Body(9000.0, 2.5, 0.2, 0.5, 300.0), 300.0) if air else (Body(math.inf), 1200.0)
    environment = WGS84._replace(ground_density=1.225, scale_height=7200.0)
    return start(environment, 50e3, 5000.0, 0.0 if air else 0.7), body, environment, end


@pytest.mark.parametrize(("air", "counts"), [(False, (4, 8, 16)), (True, (8, 16, 32))])
def test_half_the_step_is_a_256th_of_the_error(air: bool, counts: tuple[int, ...]) -> None:
    """Order 8 over steps in which rounding (1e-9 m) does not count: 7.7 and 7.8 on average."""
    begin, body, environment, end = smooth_flight(air)
    exact = fixed_steps(begin, body, environment, end, 400)
    errors = [np.linalg.norm((fixed_steps(begin, body, environment, end, n) - exact)[:3]) for n in counts]
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (orders > 7.2).all(), orders
    assert 7.5 < orders.mean() < 9.0, orders


@pytest.mark.parametrize(("air", "steps"), [(False, (240.0, 120.0, 60.0)), (True, (60.0, 30.0, 15.0))])
def test_the_polynomial_within_a_step_is_of_order_7(air: bool, steps: tuple[float, ...]) -> None:
    """Half the step is a 256th of the error within it, at five shares of the step, and it ends where the step ends."""
    begin, body, environment, _ = smooth_flight(air)
    errors = []
    for step in steps:
        after, work, out = np.empty(6), np.empty(6), np.empty(6)
        slopes, dense = np.empty((STAGES, 6)), np.empty((7, 6))
        slopes[0] = [*begin[3:], *acceleration(0.0, *begin, body, environment)]
        try_step(0.0, step, begin, slopes, after, body, environment)
        look_within(0.0, step, begin, slopes, after, body, environment, work, dense)
        between(1.0, begin, dense, out)
        assert out == pytest.approx(after, rel=1e-15)
        worst = 0.0
        for share in (0.1, 0.3, 0.5, 0.7, 0.9):
            between(share, begin, dense, out)
            exact = fixed_steps(begin, body, environment, share * step, 10)
            worst = max(worst, float(np.linalg.norm((out - exact)[:3])))
        errors.append(worst)
    orders = np.log2(np.array(errors[:-1]) / errors[1:])
    assert (orders > 7.0).all(), orders


def test_a_stricter_flight_is_nearer_in_proportion() -> None:
    """The error answers to the error allowed in a step: from 1 to 1e3 at least 300-fold, and it starts small."""
    state, body = start(WGS84, 50e3, 5500.0, 0.0), Body(9000.0, 2.6, 0.0, 0.5, 200.0)
    environment = WGS84._replace(ground_density=1.225, scale_height=7200.0)

    def end(strictness: float) -> np.ndarray:
        flown = trace(state, body, step=1e3, stop_time=600.0, environment=environment, strictness=strictness)
        return flown.state[-1, :3]

    exact = end(1e6)
    errors = [float(np.linalg.norm(end(strictness) - exact)) for strictness in (1.0, 1e3)]
    assert errors[0] < 1.0
    assert errors[0] > 300.0 * errors[1]


@given(st.floats(-60.0, 60.0), st.floats(-60.0, 60.0), ANGLES, st.floats(500.0, 3000.0), st.floats(-1.0, 0.3))
@settings(max_examples=25, deadline=None)
def test_a_steady_wind_is_a_moving_frame(east: float, north: float, heading: float, speed: float, angle: float) -> None:
    """On an Earth as good as flat, without gravity: flight in wind less drift is flight in still air, to 1 m in 60 km.

    The air of a ball of 1e10 m turns under the drift by 1e-6 rad, which is what is left.
    """
    flat = Environment(0.0, 1e10, 0.0, 0.0, 0.0, 1.0, 1.225, 7200.0)
    windy = flat._replace(wind=np.array([(0.0, east, north)]))
    body, drift = Body(4000.0, 1.0, 0.4), np.array([0.0, east, north])
    begin = start(flat, 40e3, speed, angle, heading)
    carried = begin.copy()
    carried[3:] += drift
    still = trace(begin, body, step=10.0, stop_time=20.0, environment=flat, stop_altitude=-math.inf)
    blown = trace(carried, body, step=10.0, stop_time=20.0, environment=windy, stop_altitude=-math.inf)
    assert np.linalg.norm(blown.state[-1, :3] - 20.0 * drift - still.state[-1, :3]) < 1.0
    assert np.linalg.norm(blown.state[-1, 3:] - drift - still.state[-1, 3:]) < 0.1


def test_a_vehicle_flies_the_same_bits_whatever_flew_before() -> None:
    """Each flight alone, then all again in another order, through the same compiled kernel."""
    windy = plain(WGS84._replace(wind=np.array([(0.0, 5.0, 1.0), (20e3, 40.0, -10.0)]), density_factor=1.1))
    vehicles = [
        vehicle_of(Body(beta, 2.5), programme([0.0, 50.0, 300.0], [0.1, 0.2, 0.1], [0.0, bank, -bank]))
        for beta, bank in ((3000.0, 0.3), (9000.0, -0.5), (500.0, 1.0))
    ]

    def fly(vehicle) -> bytes:
        samples = np.empty((100, 6))
        begin = start(windy, 45e3, 4000.0, 0.0)
        flown = integrate(0.0, begin, vehicle, windy, 900.0, 0.0, NEVER, Clock(10.0, 0.0), 0, samples, NO_LIMITS, 1.0)
        return samples[: flown[4]].tobytes() + flown[2].tobytes()

    alone = [fly(vehicle) for vehicle in vehicles]
    assert len(set(alone)) == 3
    assert [fly(vehicle) for vehicle in reversed(vehicles)] == alone[::-1]


# Draws flights whose starts were solved elsewhere, in a process whose integrator allows `scale` times the error per
# step: the constants change before a kernel is compiled, and nothing is cached there.
REDRAW = """
import pickle, sys
import numpy as np
import sakimori.flight.integrator as integrator
scale = float(sys.argv[1])
integrator.POSITION_ERROR *= scale
integrator.VELOCITY_ERROR *= scale
from sakimori.flight.signature import FACES
from sakimori.flight.clock import FAMILIES
from sakimori.flight.motion import WGS84, plain
from sakimori.flight.threat import Record
ends, environment = [], plain(WGS84)
for threat, aim, impact in pickle.load(open(sys.argv[2], 'rb')):
    family, k = FAMILIES[type(threat)], impact + 1
    faces = np.zeros((k, FACES, 3))
    record = Record(np.empty((k, 6)), np.empty(k), np.empty(k, dtype=np.uint8), np.empty(k), np.empty(k), faces)
    family.draw(family.case_of(threat, environment), aim, 10.0, impact, environment, record)
    ends.append(record.states[-1, :3].tolist())
pickle.dump(ends, open(sys.argv[3], 'wb'))
"""


def test_half_the_tolerance_moves_no_shipped_impact_by_10_m(tmp_path: pathlib.Path) -> None:
    """The same starts (and dive times) of flights of every shipped study, flown with half the error per step."""
    flights = []
    for name in ("observed-tests", "announced-measures"):
        study = load(name)
        for future in range(0, min(study.futures, 24), 2):
            for threat in study.case(future).threats:
                solved = aim(threat)
                if solved.status == FlightStatus.REACHED:
                    ends = threat.launch_time + solved.boost_time + solved.duration
                    flights.append((threat, solved, max(0, math.ceil(ends / 10.0))))
    assert len(flights) > 30
    (tmp_path / "flights").write_bytes(pickle.dumps(flights))
    (tmp_path / "no-cache").touch()
    results = []
    for scale in ("1.0", "0.5"):
        arguments = [scale, str(tmp_path / "flights"), str(tmp_path / scale)]
        environment = {**os.environ, "XDG_CACHE_HOME": str(tmp_path / "no-cache")}
        done = subprocess.run(
            [sys.executable, "-c", REDRAW, *arguments], env=environment, capture_output=True, text=True
        )
        assert done.returncode == 0, done.stderr
        results.append(np.array(pickle.loads((tmp_path / scale).read_bytes())))
    moved = np.linalg.norm(results[1] - results[0], axis=1)
    assert moved.max() > 0.0  # else the tolerance was not changed
    assert moved.max() < 10.0
