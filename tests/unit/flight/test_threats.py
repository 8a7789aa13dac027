"""Aiming and drawing of both families, and what they refuse."""

import dataclasses
import math

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.base.types import FlightStatus, Phase
from sakimori.earth.atmosphere import density
from sakimori.earth.geodesy import distance_and_bearing, geodetic
from sakimori.flight import BallisticThreat, GlideThreat, aim, fly
from sakimori.flight.glider import equilibrium_altitude
from sakimori.flight.motion import WGS84, air_density
from sakimori.flight.signature import blended, glow_table
from sakimori.flight.threat import AIM_ERROR

BALLISTIC = BallisticThreat(
    launch_latitude=math.radians(40.0),
    launch_longitude=math.radians(126.0),
    aim_latitude=math.radians(35.7),
    aim_longitude=math.radians(139.7),
    launch_time=31.0,
    loft=0.7,
    burnout_altitude=60e3,
    boost_time=90.0,
    ballistic_coefficient=5000.0,
    radar_cross_section=0.5,
    plume_intensity=1e6,
    body_intensity=500.0,
)
GLIDE = GlideThreat(
    launch_latitude=math.radians(40.0),
    launch_longitude=math.radians(126.0),
    aim_latitude=math.radians(35.7),
    aim_longitude=math.radians(139.7),
    launch_time=-4.0,
    apogee=60e3,
    burnout_altitude=40e3,
    load_limit=100.0,
    skip=0.0,
    bank_programme=1.0,
    bank_start=0.0,
    dive_load_limit=150.0,
    entry_speed=3500.0,
    lift_to_drag=2.6,
    ballistic_coefficient=9000.0,
    bank_amplitude=0.5,
    bank_period=180.0,
    boost_time=150.0,
    boost_range=250e3,
    dive_angle=0.8,
    radar_cross_section=0.1,
    plume_intensity=1e6,
    signature=0.3,
)
LOFTED = dataclasses.replace(BALLISTIC, loft=math.nan, apogee=900e3)


@pytest.mark.parametrize("threat", [BALLISTIC, LOFTED, GLIDE])
def test_comes_down_at_the_aim_point(threat) -> None:
    flights = fly([threat], 1.0)
    assert flights.status[0] == FlightStatus.REACHED
    latitude, longitude, altitude = geodetic(flights.position_ecef[0, -1])
    miss, _ = distance_and_bearing(float(latitude), float(longitude), threat.aim_latitude, threat.aim_longitude)
    assert miss < AIM_ERROR + 0.1
    assert abs(altitude) < 1e-3
    solved = aim(threat)
    assert flights.impact[0] == math.ceil(threat.launch_time + threat.boost_time + solved.duration)


def test_loft_and_apogee_are_met() -> None:
    assert aim(BALLISTIC).angle == pytest.approx(0.7, abs=1e-9)
    assert aim(LOFTED).apogee == pytest.approx(900e3, abs=AIM_ERROR)
    assert aim(dataclasses.replace(LOFTED, apogee=200e3)).apogee == pytest.approx(200e3, abs=AIM_ERROR)


@pytest.mark.parametrize("threat", [BALLISTIC, GLIDE])
def test_phases_come_in_order_and_the_flight_is_continuous(threat) -> None:
    flights = fly([threat], 0.5)
    phase = flights.phase[0]
    order = [Phase.WAITING, Phase.BOOST, Phase.COAST, Phase.PULL_UP, Phase.GLIDE, Phase.DIVE, Phase.ENDED]
    assert np.all(np.diff([order.index(Phase(p)) for p in phase]) >= 0)
    assert phase[flights.launch[0]] == Phase.BOOST
    assert np.all(phase[: flights.launch[0]] == Phase.WAITING)
    assert np.all(phase[flights.impact[0] :] == Phase.ENDED)
    assert phase[flights.impact[0] - 1] in (Phase.COAST, Phase.DIVE)
    flying = slice(flights.launch[0], flights.impact[0])
    slope = np.diff(flights.position_ecef[0, flying], axis=0) / 0.5
    mean = 0.5 * (flights.velocity_ecef[0, flying][1:] + flights.velocity_ecef[0, flying][:-1])
    free = (phase[flying][1:] > Phase.BOOST) & (phase[flying][:-1] > Phase.BOOST)
    # trapezoid rule: h2/12 times the change of acceleration; 10 m/s is a jerk of 500 m/s3 between two samples
    assert np.abs(slope - mean)[free].max() < 10.0
    assert np.all(flights.altitude[0, flying] > -1e-6)  # [m] rounding on the pad


def test_light_and_manoeuvre_follow_the_phase() -> None:
    flights = fly([BALLISTIC, GLIDE], 2.0)
    for row, phase, light in ((0, Phase.BOOST, 1e6), (0, Phase.COAST, 500.0), (1, Phase.WAITING, 0.0)):
        assert np.all(flights.intensity[row, flights.phase[row] == phase] == light)
    gliding = flights.phase[1] == Phase.GLIDE
    assert flights.maneuver[1, gliding].min() > 0.1
    # the greatest lateral acceleration that engage makes of it, sqrt(2) sigma, is the lift in the dive and never more
    for k in np.flatnonzero(flights.phase[1] == Phase.DIVE):
        speed = float(np.linalg.norm(flights.velocity_ecef[1, k]))
        pressure = 0.5 * air_density(flights.altitude[1, k], WGS84) * speed**2
        lift = min(GLIDE.lift_to_drag * pressure / GLIDE.ballistic_coefficient, GLIDE.dive_load_limit)
        assert np.sqrt(2.0) * flights.maneuver[1, k] == pytest.approx(lift, rel=0.02)  # a tenth of the drag is added
    assert np.all(flights.maneuver[:, -1] == 0.0)


def test_a_threat_without_solution_never_leaves_its_pad() -> None:
    slow = dataclasses.replace(GLIDE, entry_speed=1500.0)
    flights = fly([slow, GLIDE], 2.0)
    assert list(flights.status) == [FlightStatus.TOO_FAR, FlightStatus.REACHED]
    assert np.all(flights.phase[0] == Phase.WAITING)
    assert flights.launch[0] == flights.impact[0] == flights.altitude.shape[1]
    assert np.all(flights.position_ecef[0] == flights.position_ecef[0, 0])
    assert np.all(np.isfinite(flights.position_ecef))


def test_too_far_and_too_near_say_what_could_be_reached() -> None:
    far = aim(dataclasses.replace(GLIDE, entry_speed=1500.0))
    distance = 1287e3  # [m] of this case
    assert far.status == FlightStatus.TOO_FAR
    assert 250e3 < far.nearest_range < distance
    close = dataclasses.replace(GLIDE, aim_latitude=math.radians(39.0), aim_longitude=math.radians(129.5))
    near = aim(dataclasses.replace(close, entry_speed=6500.0))
    assert near.status == FlightStatus.TOO_NEAR
    assert near.nearest_range > 320e3
    slow = dataclasses.replace(close, entry_speed=1500.0, bank_amplitude=0.0, boost_range=100e3, apogee=45e3)
    assert aim(slow).status == FlightStatus.REACHED


def test_short_lofted_flight_to_the_west_is_found() -> None:
    """As seen from space it rises nearly straight up, where the guess on the turning Earth has no solution."""
    threat = dataclasses.replace(
        BALLISTIC, launch_latitude=0.0, aim_latitude=0.0, aim_longitude=BALLISTIC.launch_longitude - 0.024, loft=1.15
    )
    assert aim(threat).status == FlightStatus.REACHED
    assert aim(threat).angle == pytest.approx(1.15, abs=1e-9)


def test_loft_beyond_any_ellipse_is_too_far() -> None:
    threat = dataclasses.replace(BALLISTIC, loft=1.5, aim_latitude=0.0, aim_longitude=math.radians(-120.0))
    assert aim(threat).status == FlightStatus.TOO_FAR


def test_too_shallow_an_arc_is_not_ballistic() -> None:
    assert aim(dataclasses.replace(LOFTED, apogee=60e3)).status == FlightStatus.NOT_BALLISTIC


def test_flight_is_the_same_alone_and_in_a_raid() -> None:
    threats = [BALLISTIC, GLIDE, LOFTED]
    together = fly(threats, 2.0)
    for i, threat in enumerate(threats):
        alone = fly([threat], 2.0)
        k = alone.altitude.shape[1]
        for name in ("position_ecef", "velocity_ecef", "altitude", "phase", "maneuver", "intensity", "faces"):
            assert getattr(together, name)[i, :k].tobytes() == getattr(alone, name)[0].tobytes()
        assert together.impact[i] == alone.impact[0]


def test_equilibrium_altitude_has_no_answer_at_orbital_speed() -> None:
    assert math.isnan(equilibrium_altitude(8000.0, 2.6, 13003.0, 6370e3, 9.8))
    assert equilibrium_altitude(50.0, 0.1, 1e6, 6370e3, 9.8) == 0.0


def test_a_glider_shines_by_its_faces_and_only_in_the_air() -> None:
    flights = fly([BALLISTIC, GLIDE, dataclasses.replace(GLIDE, signature=0.9)], 2.0)
    hot = ~np.isin(flights.phase, (Phase.WAITING, Phase.BOOST, Phase.ENDED))
    hot[0] = False
    assert not flights.faces[~hot].any()
    assert not flights.faces[0].any()
    assert not flights.intensity[1:][hot[1:]].any()
    up = flights.position_ecef / np.linalg.norm(flights.position_ecef, axis=-1, keepdims=True)
    above = np.maximum(np.einsum("nkfc,nkc->nkf", flights.faces, up), 0.0).sum(-1)
    k = int(np.flatnonzero(flights.phase[1] == Phase.GLIDE)[0])  # the pull-up has just ended level
    speed = float(np.linalg.norm(flights.velocity_ecef[1, k]))
    seen = blended(density(float(flights.altitude[1, k])), speed, 0.3, glow_table())
    assert above[1, k] == pytest.approx(seen.above, rel=1e-2)  # it is level within half a degree
    assert (above[2, hot[1]] > above[1, hot[1]]).all()


@pytest.mark.parametrize(
    "change",
    [{"loft": math.nan}, {"apogee": 2e5}, {"loft": 1.6}, {"ballistic_coefficient": -1.0}, {"aim_latitude": math.nan}],
)
def test_ballistic_values_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(InputError, match="ballistic threat"):
        dataclasses.replace(BALLISTIC, **change)


def test_glide_and_raid_values_out_of_range_are_refused() -> None:
    with pytest.raises(InputError, match="entry_speed"):
        dataclasses.replace(GLIDE, entry_speed=9000.0)
    with pytest.raises(InputError, match="step"):
        fly([GLIDE], 0.0)
    with pytest.raises(InputError, match="0 threats"):
        fly([], 1.0)
