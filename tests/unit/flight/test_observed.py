"""Profiles, vacuum arcs and announced flights: limits and refusals."""

import dataclasses
import math

import pytest

from sakimori.base.errors import InputError
from sakimori.base.types import FlightStatus
from sakimori.flight import Body, explain_observed, profile, solve_observed
from sakimori.flight.integrator import Stop
from sakimori.flight.kepler import arc_of_angle, arc_of_apogee, vacuum_arc

R, MU = 6371e3, 3.986004418e14


def test_both_vacuum_arcs_are_one() -> None:
    for r1, central, apogee in ((R, 0.1, 2e5), (R + 5e4, 0.3, 1e6), (R + 3e5, 1.8, 4e6)):
        speed, angle, time = arc_of_apogee(r1, R, central, R + apogee, MU)
        assert arc_of_angle(r1, R, central, angle, MU) == pytest.approx((speed, time), rel=1e-6)


def test_arcs_that_do_not_exist() -> None:
    assert math.isnan(arc_of_apogee(R + 2e5, R, 0.1, R + 1e5, MU)[0])  # starts above its apogee
    assert math.isnan(arc_of_angle(R, R, 2.0, 1.55, MU)[0])  # faster than escape
    with pytest.raises(InputError):
        vacuum_arc(-1.0, 1e5)


def observed(apogee: float, announced: float = math.nan):
    return solve_observed(
        0.68,
        2.2,
        1.2,
        500e3,
        apogee,
        burnout_altitude=40e3,
        boost_time=70.0,
        ballistic_coefficient=5000.0,
        announced_time=announced,
    )


def test_announced_time_decides() -> None:
    plain = observed(100e3)
    assert plain.status == FlightStatus.REACHED
    assert plain.flight_time == pytest.approx(70.0 + plain.aim.duration)
    assert observed(100e3, plain.flight_time + 60.0).status == FlightStatus.REACHED
    late = observed(100e3, 2.0 * plain.flight_time)
    assert late.status == FlightStatus.NOT_BALLISTIC
    assert "min were announced" in late.reason
    assert explain_observed(plain.threat).aim.velocity == plain.aim.velocity


def test_burnout_is_at_most_half_the_apogee() -> None:
    low = observed(60e3)
    assert low.status == FlightStatus.REACHED
    x, y, z = low.aim.position
    assert math.sqrt(x * x + y * y + z * z) < R + 31e3


def test_a_loft_cannot_be_explained() -> None:
    threat = dataclasses.replace(observed(100e3).threat, apogee=math.nan, loft=0.7)
    with pytest.raises(InputError, match="apogee"):
        explain_observed(threat)


def test_profile_ends_where_it_is_told() -> None:
    flight = profile(0.5, 1.0, 20e3, 300.0, 0.0, 1.0, body=Body(2000.0), step=10.0, stop_altitude=5e3)
    assert flight.stop == Stop.ALTITUDE
    assert flight.altitude[-1] == pytest.approx(5e3, abs=1e-3)
    assert flight.time[1] == 10.0
    assert flight.latitude[0] == pytest.approx(0.5, abs=1e-14)
    assert (flight.speed[0], flight.heading[0]) == pytest.approx((300.0, 1.0))
    exact = profile(0.5, 1.0, 20e3, 300.0, 0.0, 1.0, body=Body(2000.0), step=10.0, stop_time=20.0)
    assert list(exact.time) == [0.0, 10.0, 20.0]
    with pytest.raises(InputError):
        profile(0.5, 1.0, 20e3, 300.0, 0.0, 1.0, body=Body(2000.0), step=-1.0)
