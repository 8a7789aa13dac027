"""Options of the environment and ends of a flight."""

import math

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.earth.atmosphere import density
from sakimori.flight.integrator import Limits, Stop, climb
from sakimori.flight.motion import WGS84, Body, Environment, acceleration, air_density, air_velocity, plain
from sakimori.flight.profile import trace, velocity_ecef

BALL = Environment(WGS84.mu, 6371e3, 0.0, 0.0, 0.0)


def launch(altitude: float, speed: float, angle: float, environment: Environment = BALL) -> np.ndarray:
    return np.array([environment.radius + altitude, 0.0, 0.0, *velocity_ecef(0.0, 0.0, speed, angle, 1.0)])


def test_density_is_standard_exponential_or_scaled() -> None:
    thin = BALL._replace(density_factor=0.7)
    assert air_density(30e3, BALL) == density(30e3)
    assert air_density(30e3, thin) == pytest.approx(0.7 * density(30e3), rel=1e-15)
    shell = thin._replace(ground_density=1.2, scale_height=7000.0)
    assert air_density(14e3, shell) == pytest.approx(0.7 * 1.2 * math.exp(-2.0), rel=1e-15)


def test_twice_the_air_is_half_the_ballistic_coefficient() -> None:
    place = (BALL.radius + 20e3, 1e3, 2e3, 100.0, 2000.0, 50.0)
    dense = acceleration(0.0, *place, Body(6000.0, 1.5), BALL._replace(density_factor=2.0))
    assert dense == pytest.approx(acceleration(0.0, *place, Body(3000.0, 1.5), BALL), rel=1e-14)


def test_wind_is_linear_between_altitudes_and_turns_with_the_place() -> None:
    table = np.array([(0.0, 10.0, 0.0), (10e3, 30.0, -20.0)])
    # At longitude 90 deg on the equator: east is -x, north is z.
    assert air_velocity(0.0, 0.0, 0.0, 5e3, 0.0, 1.0, 0.0, table) == pytest.approx((20.0, 0.0, 10.0), abs=1e-12)
    assert air_velocity(0.0, 0.0, 0.0, 50e3, 0.0, 1.0, 0.0, table) == pytest.approx((30.0, 0.0, 20.0), abs=1e-12)
    assert air_velocity(0.0, 0.0, 0.0, -1.0, 0.0, 1.0, 0.0, table) == pytest.approx((10.0, 0.0, 0.0), abs=1e-12)
    assert air_velocity(1.0, 2.0, 3.0, 5e3, 0.0, 1.0, 0.0, table[:0]) == (1.0, 2.0, 3.0)
    one = air_velocity(0.0, 0.0, 0.0, 5e3, 0.6, 0.0, 0.8, table[:1])  # longitude 0: east is y
    assert one == pytest.approx((0.0, -10.0, 0.0), abs=1e-12)


def test_no_force_for_a_body_that_drifts_with_the_wind() -> None:
    windy = plain(BALL._replace(wind=np.array([(0.0, 30.0, -40.0)])))
    drift = (BALL.radius + 1e3, 0.0, 0.0, 0.0, 30.0, -40.0)
    assert acceleration(0.0, *drift, Body(10.0), windy) == acceleration(0.0, *drift, Body(math.inf), BALL)


def test_a_body_at_rest_is_blown_along() -> None:
    windy = plain(BALL._replace(wind=np.array([(0.0, 30.0, 0.0)])))
    pushed = acceleration(0.0, BALL.radius, 0.0, 0.0, 0.0, 0.0, 0.0, Body(10.0), windy)
    assert pushed[1] == pytest.approx(0.5 * density(0.0) * 900.0 / 10.0, rel=1e-9)
    assert pushed[2] == 0.0


@pytest.mark.parametrize("altitude", [80e3, 30e3])
def test_an_altitude_is_crossed_up_or_down(altitude: float) -> None:
    flown = trace(
        launch(60e3, 3000.0, 0.5), Body(5000.0), step=50.0, stop_time=7200.0, limits=Limits(altitude, math.nan)
    )
    height, rate, _ = climb(flown.state[-1], WGS84)
    assert flown.stop is Stop.CROSSING
    assert height == pytest.approx(altitude, abs=1e-3)
    assert (rate > 0.0) == (altitude > 60e3)


def test_a_crossing_near_the_top_of_an_arc_is_not_stepped_over() -> None:
    """In vacuum a step may be a minute long: an altitude 50 m under the apogee is passed twice within seconds."""
    start = launch(0.0, 2000.0, 1.2)
    free = trace(start, Body(math.inf), step=1e3, stop_time=7200.0, environment=BALL)
    level = free.apogee - 50.0
    flown = trace(start, Body(math.inf), step=1e3, stop_time=7200.0, environment=BALL, limits=Limits(level, math.nan))
    height, rate, _ = climb(flown.state[-1], BALL)
    assert (flown.stop, height) == (Stop.CROSSING, pytest.approx(level, abs=1e-3))
    assert rate > 0.0


def test_a_speed_is_met_falling_and_rising() -> None:
    slow = trace(launch(60e3, 3000.0, -0.3), Body(3000.0), step=50.0, stop_time=7200.0, limits=Limits(math.nan, 1500.0))
    fast = trace(launch(60e3, 300.0, -0.3), Body(3000.0), step=50.0, stop_time=7200.0, limits=Limits(math.nan, 500.0))
    for flown, speed in ((slow, 1500.0), (fast, 500.0)):
        assert flown.stop is Stop.SPEED
        assert np.linalg.norm(flown.state[-1, 3:]) == pytest.approx(speed, abs=1e-5)


def test_the_first_of_several_ends_counts() -> None:
    start, body = launch(40e3, 2500.0, -0.5), Body(3000.0)
    both = trace(start, body, step=50.0, stop_time=7200.0, limits=Limits(20e3, 2000.0))
    ends = [
        trace(start, body, step=50.0, stop_time=7200.0, limits=Limits(*at))
        for at in ((20e3, math.nan), (math.nan, 2000.0))
    ]
    first = min(ends, key=lambda flown: flown.time[-1])
    assert (both.stop, both.time[-1]) == (first.stop, pytest.approx(first.time[-1], abs=1e-6))
    ground = trace(start, body, step=50.0, stop_time=7200.0, limits=Limits(-1.0, math.nan))
    assert ground.stop is Stop.ALTITUDE


def test_a_start_on_a_limit_has_not_crossed_it() -> None:
    start = launch(60e3, 3000.0, 0.5, WGS84)
    flown = trace(start, Body(5000.0), step=50.0, stop_time=7200.0, limits=Limits(60e3, math.nan))
    assert flown.stop is Stop.CROSSING
    assert flown.time[-1] > 60.0  # on the way down


def test_limits_that_are_not_met_change_no_bit() -> None:
    start, body = launch(45e3, 4000.0, 0.0), Body(9000.0, 2.6, 0.0, 0.5, 150.0)
    free = trace(start, body, step=7.0, stop_time=7200.0)
    limited = trace(start, body, step=7.0, stop_time=7200.0, limits=Limits(1e6, 1e5))
    assert free.state.tobytes() == limited.state.tobytes()
    assert free.time.tobytes() == limited.time.tobytes()


def test_too_many_samples_are_refused() -> None:
    with pytest.raises(InputError, match="samples"):
        trace(launch(45e3, 4000.0, 0.0), Body(9000.0), step=1e-4, stop_time=7200.0)
