"""Coefficients and the forces that they make."""

import math

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.earth.atmosphere import density, speed_of_sound
from sakimori.flight.aerodynamics import Vehicle, coefficient, loads, polynomial, table, vehicle_of
from sakimori.flight.controls import programme
from sakimori.flight.integrator import Limits
from sakimori.flight.motion import WGS84, Body, Environment, acceleration
from sakimori.flight.profile import trace, velocity_ecef

BALL = Environment(WGS84.mu, 6371e3, 0.0, 0.0, 0.0)
STEADY = programme([0.0], [0.2], [0.3])


def test_polynomial_in_the_angle_of_attack() -> None:
    of = polynomial([0.08, -0.3, 2.0])
    assert coefficient(5.0, 0.25, of) == pytest.approx(0.08 - 0.075 + 0.125, rel=1e-15)
    assert coefficient(25.0, -0.1, polynomial(0.7)) == 0.7


def test_table_is_bilinear_and_held_at_its_edges() -> None:
    of = table([5.0, 10.0], [0.0, 0.1, 0.3], [[1.0, 2.0, 4.0], [3.0, 5.0, 9.0]])
    assert coefficient(5.0, 0.1, of) == 2.0
    assert coefficient(7.5, 0.05, of) == pytest.approx(0.25 * (1 + 2 + 3 + 5), rel=1e-15)
    assert coefficient(7.5, 0.2, of) == pytest.approx(0.25 * (2 + 4 + 5 + 9), rel=1e-15)
    assert coefficient(99.0, 0.3, of) == 9.0
    assert coefficient(1.0, -1.0, of) == 1.0


def test_a_table_of_one_row_or_column_is_constant_that_way() -> None:
    assert coefficient(3.0, 0.05, table([8.0], [0.0, 0.1], [[1.0, 2.0]])) == 1.5
    assert coefficient(7.5, 0.7, table([5.0, 10.0], [0.1], [[1.0], [3.0]])) == 2.0


@pytest.mark.parametrize(
    ("mach", "angle", "values"),
    [([5, 4], [0], [[1], [2]]), ([5, 6], [0, 0], [[1, 1], [2, 2]]), ([5], [0, 1], [[1]]), ([], [], [[]])],
)
def test_a_table_that_does_not_fit_is_refused(mach, angle, values) -> None:
    with pytest.raises(InputError):
        table(mach, angle, values)


def test_forces_are_coefficients_times_dynamic_pressure() -> None:
    height, speed = 30e3, 2000.0
    vehicle = Vehicle(
        0.5 / 900.0, polynomial([0.1, 2.0]), table([3.0, 9.0], [0.0, 0.4], [[0.1, 0.3], [0.2, 0.4]]), STEADY
    )
    state = np.array([[BALL.radius + height, 0.0, 0.0, 0.0, speed, 0.0]])
    angle, bank, mach, pressure, drag, lift = loads(np.zeros(1), state, vehicle, BALL)[0]
    assert (angle, bank) == (0.2, 0.3)
    assert mach == pytest.approx(speed / speed_of_sound(height), rel=1e-12)
    assert pressure == pytest.approx(0.5 * density(height) * speed**2, rel=1e-9)
    assert lift == pytest.approx(pressure * 0.5 / 900.0 * 0.5, rel=1e-12)
    assert drag == pytest.approx(pressure * 0.5 / 900.0 * (0.2 + 0.1 * (mach - 3.0) / 6.0), rel=1e-12)


def test_acceleration_has_these_forces_and_the_bank() -> None:
    vehicle = vehicle_of(Body(5000.0, 2.5), STEADY)
    place = (BALL.radius + 30e3, 0.0, 0.0, 0.0, 2000.0, 0.0)
    got = acceleration(0.0, *place, vehicle, BALL)
    assert got == pytest.approx(acceleration(0.0, *place, Body(5000.0, 2.5, 0.3), BALL), rel=1e-12)


def test_a_banked_glide_is_the_same_flight_as_the_families_fly() -> None:
    start = np.array([BALL.radius + 45e3, 0.0, 0.0, *velocity_ecef(0.0, 0.0, 5000.0, 0.0, 1.0)])
    plain = trace(start, Body(9000.0, 2.6, 0.3), step=100.0, stop_time=7200.0, environment=BALL)
    vehicle = vehicle_of(Body(9000.0, 2.6), programme([0.0, 100.0], [0.0, 0.0], [0.3, 0.3]))
    tabled = trace(start, vehicle, step=100.0, stop_time=7200.0, environment=BALL, limits=Limits(math.nan, math.nan))
    assert tabled.time[-1] == pytest.approx(plain.time[-1], abs=1e-5)  # ends within 0.1 mm of height
    assert np.linalg.norm(tabled.state[-1, :3] - plain.state[-1, :3]) < 1e-2
