"""A boost-glide flight part by part: apogee, pull-up, level or skipping glide, bank programmes, and the dive."""

import dataclasses
import math

import numpy as np
import pytest

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Flights, FlightStatus, Phase
from sakimori.earth.geodesy import destination, ecef_from_geodetic
from sakimori.flight import WGS84, GlideThreat, aim, fly
from sakimori.flight.glide import case_of, solve_from
from sakimori.flight.glider import (
    S_TURNS,
    TURN_LEFT,
    TURN_RIGHT,
    WEAVE,
    Glider,
    balance_at,
    bank_share,
    programmed_bank,
)
from sakimori.flight.motion import Body, Environment, acceleration, air_density, air_forces, plain
from sakimori.flight.threat import AIM_ERROR, failed

STEP = 1.0
NOTHING = failed(int(FlightStatus.NOT_CONVERGED), math.nan, 0)  # no answer to start from
DEGREE = math.pi / 180.0
PAD = 40.0 * DEGREE, 126.0 * DEGREE
BODY = Glider(6000.0, 2.2, 60.0)


def glider(distance: float = 900e3, **changed: float) -> GlideThreat:
    goal = destination(*PAD, 120.0 * DEGREE, distance)
    threat = GlideThreat(
        launch_latitude=PAD[0],
        launch_longitude=PAD[1],
        aim_latitude=float(goal[0]),
        aim_longitude=float(goal[1]),
        launch_time=0.0,
        boost_time=110.0,
        boost_range=110e3,
        burnout_altitude=40e3,
        entry_speed=3200.0,
        apogee=60e3,
        lift_to_drag=2.2,
        ballistic_coefficient=6000.0,
        load_limit=60.0,
        skip=0.0,
        bank_programme=1.0,
        bank_amplitude=0.0,
        bank_period=200.0,
        bank_start=0.0,
        dive_angle=0.8,
        dive_load_limit=100.0,
        radar_cross_section=0.1,
        plume_intensity=1e6,
        signature=0.5,
    )
    return dataclasses.replace(threat, **changed)


def flown(threat: GlideThreat) -> Flights:
    flights = fly([threat], STEP)
    assert flights.status[0] == FlightStatus.REACHED
    return flights


def during(flights: Flights, phase: Phase) -> np.ndarray:
    return np.flatnonzero(flights.phase[0] == phase)


def lateral(flights: Flights, samples: np.ndarray) -> np.ndarray:
    """Acceleration across the path [m/s2], by central differences, with gravity and the rotation taken off."""
    found = []
    for k in samples:
        still = Body(math.inf)
        (x, y, z), v = flights.position_ecef[0, k], flights.velocity_ecef[0, k]
        pull = np.array(acceleration(0.0, x, y, z, v[0], v[1], v[2], still, plain(WGS84)))
        felt = (flights.velocity_ecef[0, k + 1] - flights.velocity_ecef[0, k - 1]) / (2.0 * STEP) - pull
        way = v / np.linalg.norm(v)
        found.append(np.linalg.norm(felt - felt.dot(way) * way))
    return np.array(found)


@pytest.mark.parametrize("skip", [0.0, 1.0])
@pytest.mark.parametrize("apogee", [50e3, 60e3, 80e3])
def test_the_coast_peaks_at_the_stated_apogee(apogee: float, skip: float) -> None:
    threat = glider(1000e3, apogee=apogee, skip=skip)
    flights = flown(threat)
    assert aim(threat).apogee == pytest.approx(apogee, abs=0.2)  # solved to 0.1 m
    top = int(np.argmax(flights.altitude[0]))
    assert flights.altitude[0, top] == pytest.approx(apogee, abs=2.0)  # half a second off the top: 1 m
    assert {int(flights.phase[0, top - 1]), int(flights.phase[0, top + 1])} == {Phase.COAST, Phase.PULL_UP}


def test_phases_follow_one_another_and_the_pull_up_ends_level() -> None:
    flights = flown(glider(1000e3))
    seen = [Phase(p) for p in flights.phase[0, np.flatnonzero(np.diff(flights.phase[0], prepend=255))]]
    assert seen == [Phase.BOOST, Phase.COAST, Phase.PULL_UP, Phase.GLIDE, Phase.DIVE, Phase.ENDED]
    k = during(flights, Phase.GLIDE)[0]
    rate = (flights.altitude[0, k + 1] - flights.altitude[0, k]) / STEP
    assert abs(rate) < 1.0  # of 2,800 m/s
    assert np.all(np.diff(flights.altitude[0, during(flights, Phase.PULL_UP)]) < 0.0)


def test_an_equilibrium_glide_does_not_oscillate_and_a_skipping_one_does() -> None:
    """Stated: an equilibrium glide without bank never climbs by more than 100 m; this one skips by over 5 km."""
    for distance in (1000e3, 1400e3):
        level = flown(glider(distance))
        altitude = level.altitude[0, during(level, Phase.GLIDE)]
        assert np.max(altitude - np.minimum.accumulate(altitude)) < 100.0
        skipping = flown(glider(distance, skip=1.0))
        altitude = skipping.altitude[0, during(skipping, Phase.GLIDE)]
        assert np.max(altitude - np.minimum.accumulate(altitude)) > 5e3


def test_lift_is_held_to_the_weight_until_full_lift_carries_it() -> None:
    flights = flown(glider(1400e3))
    samples = during(flights, Phase.GLIDE)
    speed = np.linalg.norm(flights.velocity_ecef[0], axis=1)
    balance = balance_at(
        np.r_[flights.position_ecef[0, samples[0]], flights.velocity_ecef[0, samples[0]]], BODY, 0.0, plain(WGS84)
    )
    held = samples[speed[samples] > balance.release + 20.0]
    assert held.size > 50
    assert np.ptp(flights.altitude[0, held]) < 100.0  # [m] level
    after = samples[speed[samples] < balance.release]
    assert after.size > 50
    assert flights.altitude[0, after[-1]] < flights.altitude[0, held[-1]] - 2e3  # then down along the glide
    # Speed where the held part ends: lift in full equals weight less curvature and Coriolis force.
    k = after[0]
    pressure = 0.5 * air_density(flights.altitude[0, k], WGS84) * speed[k] ** 2
    carried = balance.weight - balance.turning * speed[k] - speed[k] ** 2 / (balance.radius + flights.altitude[0, k])
    assert 2.2 * pressure / 6000.0 == pytest.approx(carried, rel=0.01)


@pytest.mark.parametrize("programme", [0.0, 1.0, 2.0])
def test_held_lift_carries_the_weight_at_any_bank(programme: float) -> None:
    """25 degrees to either side: the path stays level within 100 m as long as the lift is held."""
    flights = flown(glider(1100e3, bank_programme=programme, bank_amplitude=0.44, bank_period=100.0))
    samples = during(flights, Phase.GLIDE)[:100]
    speed = np.linalg.norm(flights.velocity_ecef[0], axis=1)
    start = np.r_[flights.position_ecef[0, samples[0]], flights.velocity_ecef[0, samples[0]]]
    held = samples[speed[samples] > balance_at(start, BODY, 0.44, plain(WGS84)).banked]
    assert held.size > 50
    assert np.ptp(flights.altitude[0, held]) < 100.0


@pytest.mark.parametrize("limit", [20.0, 60.0])
def test_pull_up_and_dive_keep_their_load_limits(limit: float) -> None:
    flights = flown(glider(1100e3, apogee=80e3, load_limit=limit, dive_load_limit=2.0 * limit))
    climbing = during(flights, Phase.PULL_UP)[1:-1]
    diving = during(flights, Phase.DIVE)[1:-2]
    # central differences over 2 s: a sixth of the second derivative of the load, under 1 m/s2 here
    assert lateral(flights, climbing).max() < limit + 1.0
    assert lateral(flights, diving).max() < 2.0 * limit + 4.0
    if limit == 20.0:
        assert lateral(flights, climbing).max() > limit - 1.0
    assert np.sqrt(2.0) * flights.maneuver[0, diving].max() < 1.05 * 2.0 * limit  # with a tenth of the drag


def test_unpredicted_acceleration_in_the_glide_is_a_tenth_of_the_lift_that_is_flown() -> None:
    flights = flown(glider(1000e3))
    samples = during(flights, Phase.GLIDE)[2:-2]
    drag_part = 0.1 * lateral(flights, samples) / 1.5  # lift over drag is at least 1.5 in a held part here
    assert np.all(flights.maneuver[0, samples] > 0.099 * lateral(flights, samples))
    assert np.all(flights.maneuver[0, samples] < 0.101 * lateral(flights, samples) + drag_part + 0.05)


def test_polar_is_a_parabola_through_the_best_lift_to_drag() -> None:
    environment = plain(WGS84)

    def forces(body: Glider) -> tuple[float, float, float]:
        return forces_of(body, environment)

    best = 0.5 * air_density(30e3, WGS84) * 2000.0**2 / 6000.0
    assert forces(Glider(6000.0, 2.2, 1e4)) == pytest.approx((best, 2.2 * best, 0.0))
    assert forces(Glider(6000.0, 2.2, 0.0)) == pytest.approx((0.5 * best, 0.0, 0.0))
    drag, lift, _ = forces(Glider(6000.0, 2.2, 1.1 * best))
    assert (drag, lift) == pytest.approx((0.625 * best, 1.1 * best))  # half the lift: (1 + 1/4)/2 of the drag
    for share in np.linspace(0.05, 1.0, 20):
        drag, lift, _ = forces(Glider(6000.0, 2.2, float(share) * 2.2 * best))
        assert lift / drag <= 2.2 * (1.0 + 1e-12)


@kernel
def forces_of(body: Glider, environment: Environment) -> tuple[float, float, float]:
    return air_forces(0.0, 30e3, 2000.0, body, environment)


def test_bank_programmes() -> None:
    times = np.arange(-50.0, 450.0, 0.5)

    def banks(programme: int, begin: float = 0.0) -> np.ndarray:
        body = Glider(6000.0, 2.2, 60.0, 0.0, float(programme), 0.4, 200.0, begin)
        return np.array([programmed_bank(t, body) for t in times])

    weave, turns, right, left = (banks(p) for p in (WEAVE, S_TURNS, TURN_RIGHT, TURN_LEFT))
    assert weave[times >= 0.0] == pytest.approx(0.4 * np.sin(2.0 * np.pi * times[times >= 0.0] / 200.0))
    assert np.all(weave[times < 0.0] == 0.0)
    assert np.abs(turns).max() <= 0.4
    held = (np.abs(turns[times > 0.0]) > 0.99 * 0.4).mean()
    assert held > 0.6  # a square wave with rounded reversals, a tenth of the period each
    assert np.mean(turns[(times > 0.0) & (times <= 400.0)]) == pytest.approx(0.0, abs=1e-3)
    window = (times > 12.0) & (times < 188.0)
    assert right[window] == pytest.approx(0.4, rel=0.03)
    assert np.abs(right[(times < -12.0) | (times > 212.0)]).max() < 1e-4
    assert np.array_equal(left, -right)
    assert np.interp(0.0, times, banks(TURN_RIGHT, 30.0)) < 1e-4
    body = Glider(6000.0, 2.2, 60.0, 0.0, float(S_TURNS), 0.4, 200.0, 0.0)
    assert math.sin(0.4) * 0.8 < bank_share(body) < math.sin(0.4)
    # a sine's rms, to second order in the amplitude
    assert bank_share(body._replace(programme=float(WEAVE), amplitude=0.01)) == pytest.approx(
        0.01 / math.sqrt(2.0), rel=1e-3
    )


@pytest.mark.parametrize(("programme", "side"), [(0.0, 1.0), (3.0, -1.0)])
def test_a_turn_bends_the_path_to_its_side(programme: float, side: float) -> None:
    """To come down at one point, a flight that will turn right must leave to the left, and the other way round."""
    straight = aim(glider(1200e3)).azimuth
    turned = aim(glider(1200e3, bank_programme=programme, bank_amplitude=0.4, bank_period=100.0)).azimuth
    assert side * (turned - straight) > 0.005


def test_a_thinner_or_thicker_atmosphere_moves_the_whole_flight_alike() -> None:
    """Density enters as rho/beta only: twice the density and twice beta are the same flight."""
    thin = fly([glider(1000e3)], STEP)
    thick = fly([glider(1000e3, ballistic_coefficient=12000.0)], STEP, WGS84._replace(density_factor=2.0))
    assert np.abs(thick.position_ecef[0] - thin.position_ecef[0]).max() < 1e-3
    assert thick.maneuver[0] == pytest.approx(thin.maneuver[0], rel=1e-6)


def test_apogees_that_cannot_be_flown_say_so() -> None:
    assert aim(glider(apogee=30e3, skip=1.0)).status == FlightStatus.NO_SUCH_APOGEE  # lift exceeds weight there
    assert aim(glider(apogee=600e3, entry_speed=1500.0)).status == FlightStatus.NO_SUCH_APOGEE  # not enough speed
    held = flown(glider(800e3, apogee=30e3))  # an equilibrium glide holds its lift back
    assert during(held, Phase.PULL_UP).size == 0
    assert np.ptp(held.altitude[0, during(held, Phase.GLIDE)][:60]) < 50.0
    environment = plain(WGS84)
    case = case_of(glider(), environment)
    high = ecef_from_geodetic(PAD[0], PAD[1] + 0.02, 61e3, environment.radius, environment.flattening)
    assert solve_from(high, NOTHING, case, environment).status == FlightStatus.NO_SUCH_APOGEE  # burnout over the apogee


def test_a_glide_can_start_from_any_burnout_place() -> None:
    """As a powered boost needs it: places off the plane of pad and aim point, and off the stated burnout altitude."""
    environment = plain(WGS84)
    case = case_of(glider(1000e3), environment)
    for east, height in ((0.02, 35e3), (0.005, 45e3), (0.0, 52e3)):
        place = ecef_from_geodetic(PAD[0] + 0.003, PAD[1] + east, height, environment.radius, environment.flattening)
        solved = solve_from(place, NOTHING, case, environment)
        assert solved.status == FlightStatus.REACHED
        assert solved.miss < AIM_ERROR
        assert solved.position == place
        assert solved.speed == pytest.approx(float(np.linalg.norm(solved.velocity)))
        assert solved.apogee == pytest.approx(60e3, abs=0.2)


def test_a_dive_may_come_before_the_glide_and_the_nearest_range_is_then_met() -> None:
    near = aim(glider(500e3))
    assert near.status == FlightStatus.TOO_NEAR
    flights = flown(glider(near.nearest_range + 5e3))
    assert during(flights, Phase.GLIDE).size == 0
    far = aim(glider(2500e3))
    assert far.status == FlightStatus.TOO_FAR
    assert aim(glider(far.nearest_range - 5e3)).status == FlightStatus.REACHED


def test_load_of_a_level_glide_is_about_its_weight() -> None:
    flights = flown(glider(1400e3))
    samples = during(flights, Phase.GLIDE)[5:-5]
    load = lateral(flights, samples) / STANDARD_GRAVITY
    assert 0.6 < load.min() < load.max() < 1.1


@pytest.mark.parametrize("change", [{"skip": 1.5}, {"bank_programme": 4.0}, {"load_limit": 1.0}, {"apogee": math.nan}])
def test_values_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(InputError, match=next(iter(change))):
        glider(**change)
