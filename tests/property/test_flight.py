"""What holds for every flight: energy, symmetry, monotony, and aim points met all over the Earth."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.base.types import FlightStatus, Phase
from sakimori.earth.geodesy import destination, distance_and_bearing, geodetic
from sakimori.flight import (
    WGS84,
    BallisticThreat,
    Body,
    CruiseThreat,
    Environment,
    GlideThreat,
    QuasiBallisticThreat,
    aim,
    fly,
    profile,
)
from sakimori.flight.kepler import vacuum_arc

BALL = Environment(WGS84.mu, 6371e3, 0.0, 0.0, 0.0)
ANGLES = st.floats(0.0, 2.0 * math.pi)
PLACES = st.tuples(st.floats(-1.4, 1.4), st.floats(-math.pi, math.pi))


@given(PLACES, ANGLES, st.floats(1000.0, 7000.0), st.floats(0.1, 1.4))
@settings(max_examples=40, deadline=None)
def test_energy_in_rotating_axes_is_kept_without_air(place, heading: float, speed: float, angle: float) -> None:
    """v2/2 - mu/r - w2 (x2 + y2)/2 is constant on an Earth without oblateness; 1e-8 is 0.3 m of height."""
    spinning = Environment(WGS84.mu, WGS84.radius, 0.0, 0.0, WGS84.rotation)
    flight = profile(
        *place, 0.0, speed, angle, heading, body=Body(math.inf), step=20.0, stop_time=4000.0, environment=spinning
    )
    r = spinning.radius + flight.altitude
    energy = 0.5 * flight.speed**2 - spinning.mu / r
    energy = energy - 0.5 * (spinning.rotation * r) ** 2 * np.cos(flight.latitude) ** 2
    assert abs(energy / energy[0] - 1.0).max() < 1e-8


@given(PLACES, ANGLES, st.floats(2000.0, 6000.0), st.floats(0.0, 0.8))
@settings(max_examples=25, deadline=None)
def test_a_ball_at_rest_has_no_preferred_place_or_heading(place, heading: float, speed: float, bank: float) -> None:
    body = Body(9000.0, 2.5, bank)
    here = profile(0.0, 0.0, 40e3, speed, 0.0, 0.0, body=body, step=1e4, environment=BALL)
    there = profile(*place, 40e3, speed, 0.0, heading, body=body, step=1e4, environment=BALL)
    assert there.time[-1] == pytest.approx(here.time[-1], abs=1e-2)
    assert there.speed[-1] == pytest.approx(here.speed[-1], abs=1e-2)


@given(st.floats(300.0, 5000.0), st.floats(1.1, 4.0), st.floats(0.3, 1.2))
@settings(max_examples=25, deadline=None)
def test_less_drag_flies_further(beta: float, factor: float, angle: float) -> None:
    near = profile(0.0, 0.0, 20e3, 2500.0, angle, 0.0, body=Body(beta), step=1e4, environment=BALL)
    far = profile(0.0, 0.0, 20e3, 2500.0, angle, 0.0, body=Body(factor * beta), step=1e4, environment=BALL)
    assert far.latitude[-1] > near.latitude[-1]
    assert far.apogee > near.apogee


@given(PLACES, ANGLES, st.floats(math.log(150e3), math.log(12e6)), st.floats(0.0, 1.0), st.floats(1500.0, 15000.0))
@settings(max_examples=60, deadline=None)
def test_every_ballistic_aim_point_is_met(place, bearing: float, log: float, loft: float, beta: float) -> None:
    """From flat (a little over the least angle) to lofted (6000 km apogee), everywhere, in every direction."""
    distance = math.exp(log)
    latitude, longitude = destination(*place, bearing, distance)
    low = max(60e3, 0.1 * distance if distance < 5e6 else 5e5)
    apogee = math.exp(math.log(low) + loft * math.log(6e6 / low))
    assert vacuum_arc(distance, apogee).angle > 0.1
    threat = BallisticThreat(
        launch_latitude=place[0],
        launch_longitude=place[1],
        aim_latitude=latitude,
        aim_longitude=longitude,
        launch_time=0.0,
        apogee=apogee,
        burnout_altitude=min(300e3, max(25e3, 0.1 * distance, 0.1 * apogee)),
        boost_time=100.0,
        ballistic_coefficient=beta,
        radar_cross_section=1.0,
        plume_intensity=1.0,
        body_intensity=1.0,
    )
    flights = fly([threat], 10.0)
    if vacuum_arc(distance, apogee).angle < 0.27:  # near the least angle the verdict may be either
        assert flights.status[0] in (FlightStatus.REACHED, FlightStatus.NOT_BALLISTIC)
    else:
        assert flights.status[0] == FlightStatus.REACHED
    if flights.status[0] == FlightStatus.REACHED:
        end = geodetic(flights.position_ecef[0, -1])
        assert distance_and_bearing(float(end[0]), float(end[1]), latitude, longitude)[0] < 1.2


@given(
    PLACES,
    ANGLES,
    st.floats(150e3, 2000e3),
    st.floats(45e3, 100e3),
    st.floats(0.0, 0.8),
    st.floats(60.0, 400.0),
    st.floats(0.3, 1.3),
    st.sampled_from([0.0, 1.0]),
    st.sampled_from([0.0, 1.0, 2.0, 3.0]),
)
@settings(max_examples=60, deadline=None)
def test_every_glide_aim_point_within_reach_is_met(
    place,
    bearing: float,
    distance: float,
    apogee: float,
    bank: float,
    period: float,
    dive: float,
    skip: float,
    programme: float,
) -> None:
    latitude, longitude = destination(*place, bearing, distance)
    threat = GlideThreat(
        launch_latitude=place[0],
        launch_longitude=place[1],
        aim_latitude=latitude,
        aim_longitude=longitude,
        launch_time=0.0,
        apogee=apogee,
        burnout_altitude=40e3,
        load_limit=100.0,
        skip=skip,
        bank_programme=programme,
        bank_start=0.0,
        dive_load_limit=150.0,
        entry_speed=1600.0 + 1.7e-3 * distance,
        lift_to_drag=2.6,
        ballistic_coefficient=9000.0,
        bank_amplitude=bank,
        bank_period=period,
        boost_time=100.0,
        boost_range=0.1 * distance,
        dive_angle=dive,
        radar_cross_section=1.0,
        plume_intensity=1.0,
        signature=0.5,
    )
    solved = aim(threat)
    if solved.status == FlightStatus.TOO_FAR:
        assert solved.nearest_range < distance * 1.01
    elif solved.status == FlightStatus.TOO_NEAR:
        assert solved.nearest_range > distance * 0.99
    elif solved.status == FlightStatus.NO_SUCH_APOGEE:
        assert skip == 1.0  # at these speeds every apogee can be climbed to; lift may carry a skipping one over it
    else:
        assert solved.status == FlightStatus.REACHED
        assert solved.apogee > apogee - 1.0  # a later skip, or a bank taken back, may lift it higher
        end = geodetic(fly([threat], 10.0).position_ecef[0, -1])
        assert distance_and_bearing(float(end[0]), float(end[1]), latitude, longitude)[0] < 1.2


@given(
    PLACES,
    ANGLES,
    st.floats(60e3, 1000e3),
    st.floats(25e3, 80e3),
    st.floats(0.8, 2.5),
    st.floats(30.0, 200.0),
    st.floats(600.0, 1500.0),
)
@settings(max_examples=60, deadline=None)
def test_every_quasi_ballistic_aim_point_within_reach_is_met(
    place, bearing: float, distance: float, apogee: float, lift: float, limit: float, dive: float
) -> None:
    latitude, longitude = destination(*place, bearing, distance)
    threat = QuasiBallisticThreat(
        launch_latitude=place[0],
        launch_longitude=place[1],
        aim_latitude=latitude,
        aim_longitude=longitude,
        launch_time=0.0,
        apogee=apogee,
        speed_limit=3500.0,
        burnout_altitude=25e3,
        boost_time=60.0,
        ballistic_coefficient=10e3,
        lift_to_drag=lift,
        load_limit=limit,
        pull_up_pressure=10e3,
        dive_speed=dive,
        dive_angle=1.0,
        radar_cross_section=1.0,
        plume_intensity=1.0,
        body_intensity=1.0,
    )
    solved = aim(threat)
    if solved.status == FlightStatus.TOO_FAR:
        assert solved.nearest_range < distance
    elif solved.status == FlightStatus.TOO_NEAR:
        assert solved.nearest_range > distance
    elif solved.status == FlightStatus.NOT_CONVERGED:  # the reach jumps over the aim point: two in 4000
        assert abs(solved.nearest_range - distance) < 5e3
    else:
        assert solved.status == FlightStatus.REACHED
        assert solved.apogee > apogee - 1.0  # a later pull-up may lift it higher
        end = geodetic(fly([threat], 10.0).position_ecef[0, -1])
        assert distance_and_bearing(float(end[0]), float(end[1]), latitude, longitude)[0] < 1.2


@given(
    PLACES,
    ANGLES,
    st.floats(30e3, 2500e3),
    st.sampled_from([(100.0, 0.6, 4500.0), (9e3, 0.85, 3500.0), (18e3, 3.0, 1500.0), (28e3, 8.0, 1000.0)]),
    st.floats(0.3, 1.2),
    st.tuples(st.floats(0.2, 0.6), st.floats(-0.4, 0.4), st.floats(0.6, 1.1), st.floats(-0.4, 0.4)),
)
@settings(max_examples=80, deadline=None)
def test_every_cruise_aim_point_within_reach_is_met(place, bearing: float, distance: float, kind, bank, shares) -> None:
    latitude, longitude = destination(*place, bearing, distance)
    threat = CruiseThreat(
        launch_latitude=place[0],
        launch_longitude=place[1],
        aim_latitude=latitude,
        aim_longitude=longitude,
        launch_time=0.0,
        boost_time=20.0,
        boost_range=5e3,
        cruise_altitude=kind[0],
        mach=kind[1],
        lift_to_drag=4.0,
        specific_impulse=kind[2],
        fuel_fraction=0.3,
        turn_bank=bank,
        load_limit=50.0,
        dive_angle=0.7,
        radar_cross_section=1.0,
        plume_intensity=1.0,
        body_intensity=1.0,
        first_along=shares[0],
        first_aside=shares[1],
        second_along=shares[2],
        second_aside=shares[3],
    )
    solved = aim(threat)
    if solved.status == FlightStatus.TOO_FAR:
        assert solved.nearest_range < distance
    elif solved.status == FlightStatus.TOO_NEAR:
        assert math.isnan(solved.nearest_range) or solved.nearest_range > distance
    else:
        assert solved.status == FlightStatus.REACHED
        flights = fly([threat], 10.0)
        end = geodetic(flights.position_ecef[0, -1])
        assert distance_and_bearing(float(end[0]), float(end[1]), latitude, longitude)[0] < 1.2
        powered = flights.phase[0] == Phase.CRUISE
        assert np.abs(flights.altitude[0, powered] - kind[0]).max(initial=0.0) < 1.0
