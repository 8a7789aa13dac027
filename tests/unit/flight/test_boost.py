"""Powered flight: closed forms of the rise, of the ideal velocity, and the boost that a flight needs."""

import dataclasses
import math

import numpy as np
import pytest

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.errors import InputError
from sakimori.base.types import FlightStatus, Phase
from sakimori.earth.geodesy import destination, ecef_from_geodetic
from sakimori.flight import WGS84, BallisticThreat, GlideThreat, QuasiBallisticThreat, aim, fly
from sakimori.flight.boost import DRAWN, Booster, ascend, booster, burn_time
from sakimori.flight.integrator import SILENT, Stop

ONE = booster([(12800.0, 2300.0, 109.0, 250.0, 226.0, 0.0)], payload=1000.0, drag_area=0.35)
TWO = booster(
    [(38500.0, 3600.0, 130.0, 301.0, 270.0, 2.0), (8000.0, 1200.0, 162.0, 290.0, 230.0, 0.0)],
    payload=1000.0,
    drag_area=1.2,
)
REST = WGS84._replace(rotation=0.0, flattening=0.0, j2=0.0)
EMPTY = np.empty((0, 6))


def threat(distance: float, **shape: float) -> BallisticThreat:
    goal = destination(0.68, 2.18, 1.5, distance)
    return BallisticThreat(
        launch_latitude=0.68,
        launch_longitude=2.18,
        aim_latitude=float(goal[0]),
        aim_longitude=float(goal[1]),
        launch_time=10.0,
        booster=shape.pop("booster", ONE),  # type: ignore[arg-type]
        ballistic_coefficient=6000.0,
        radar_cross_section=0.1,
        plume_intensity=1e6,
        body_intensity=100.0,
        **shape,
    )


def test_ideal_velocity_without_air_and_weight() -> None:
    # Tsiolkovsky: with mu = 0, no rotation and no air every stage adds Isp g0 ln(before/after), whatever the times.
    space = REST._replace(mu=1e-3, density_factor=0.0)
    pad = ecef_from_geodetic(0.3, 1.0, 0.0, space.radius, space.flattening)
    code, time, state, _ = ascend(0.4, 1.0, math.inf, pad, TWO, space, SILENT, 0, EMPTY)
    whole, wanted = 52300.0, 0.0
    for propellant, dry, _, impulse, _, _ in TWO.stages:
        wanted += impulse * STANDARD_GRAVITY * math.log(whole / (whole - propellant))
        whole -= propellant + dry
    assert code == Stop.TIME
    assert time == pytest.approx(130.0 + 2.0 + 162.0, abs=1e-9)
    assert np.linalg.norm(state[3:]) == pytest.approx(wanted, abs=1e-3)


def test_vertical_flight_loses_gravity_times_time() -> None:
    # No kick, no air, flat field (a very large Earth): v = c ln(m0/m) - g t, and the height its integral.
    radius = 1e11
    flat = REST._replace(radius=radius, mu=9.8 * radius**2, density_factor=0.0)
    code, time, state, _ = ascend(0.0, 0.0, math.inf, (radius, 0.0, 0.0), ONE, flat, SILENT, 0, EMPTY)
    exhaust, whole, left = 250.0 * STANDARD_GRAVITY, 16100.0, 3300.0
    assert code == Stop.TIME
    assert state[3] == pytest.approx(exhaust * math.log(whole / left) - 9.8 * 109.0, abs=0.01)
    height = exhaust * (109.0 - left / (12800.0 / 109.0) * math.log(whole / left)) - 0.5 * 9.8 * 109.0**2
    assert state[0] - radius == pytest.approx(height, abs=1.0)
    assert time == pytest.approx(109.0)


def test_thrust_at_the_ground_and_in_vacuum() -> None:
    # The speed gained in the vertical rise is that of the sea-level impulse; without air it is that of vacuum.
    pad = (REST.radius, 0.0, 0.0)
    speeds = []
    for environment in (REST, REST._replace(density_factor=0.0)):
        samples = np.zeros((6, 6))
        ascend(0.1, 0.0, math.inf, pad, ONE, environment, SILENT._replace(step=1.0), 0, samples)
        speeds.append(samples[4, 3])
    gained = math.log(16100.0 / (16100.0 - 4.0 * 12800.0 / 109.0)) * STANDARD_GRAVITY
    assert speeds[1] - speeds[0] == pytest.approx(gained * (250.0 - 226.0), rel=1e-9)


@pytest.mark.parametrize(
    ("distance", "shape"),
    [(900e3, {"loft": 0.66}), (600e3, {"apogee": 200e3}), (950e3, {"apogee": 3000e3, "booster": TWO})],
)
def test_flown_boost_leads_to_the_aim_point(distance: float, shape: dict[str, float]) -> None:
    one = threat(distance, **shape)
    solved = aim(one)
    assert solved.status == FlightStatus.REACHED
    assert solved.miss < 1.0
    assert solved.boost_time <= burn_time(one.booster)
    flights = fly([one], 1.0)
    impact = flights.impact[0]
    goal = ecef_from_geodetic(one.aim_latitude, one.aim_longitude, 0.0, WGS84.radius, WGS84.flattening)
    assert np.linalg.norm(flights.position_ecef[0, impact] - goal) < 1.0
    assert flights.phase[0, 9] == Phase.WAITING
    assert flights.phase[0, 11] == Phase.BOOST
    assert flights.phase[0, 10 + int(solved.boost_time)] == Phase.BOOST
    assert flights.phase[0, 11 + int(solved.boost_time)] == Phase.COAST
    # one path: what moves between samples is the mean of the velocities, but for the kick of a slow rocket
    moved = np.diff(flights.position_ecef[0, :impact], axis=0)
    mean = 0.5 * (flights.velocity_ecef[0, 1:impact] + flights.velocity_ecef[0, : impact - 1])
    assert np.abs(moved - mean)[20:-20].max() < 15.0  # thrust ends within one second: half of 7 g at most
    if not math.isnan(one.apogee):
        assert flights.altitude[0].max() == pytest.approx(one.apogee, abs=200.0)


def test_spent_stages_say_how_far_they_lead() -> None:
    solved = aim(threat(3000e3, loft=0.66))
    assert solved.status == FlightStatus.TOO_FAR
    assert 700e3 < solved.nearest_range < 1500e3
    assert aim(threat(solved.nearest_range - 20e3, loft=0.66)).status == FlightStatus.REACHED
    assert aim(threat(solved.nearest_range + 20e3, loft=0.66)).status == FlightStatus.TOO_FAR


def test_slower_burn_ends_later_and_costs_speed() -> None:
    quick = ONE._replace(stages=np.array([(12800.0, 2300.0, 90.0, 250.0, 226.0, 0.0)]))
    ends = [ascend(0.0, 0.0, math.inf, (REST.radius, 0.0, 0.0), one, REST, SILENT, 0, EMPTY) for one in (quick, ONE)]
    assert ends[0][1] < ends[1][1]
    assert np.linalg.norm(ends[0][2][3:]) > np.linalg.norm(ends[1][2][3:])


def test_flight_of_a_boosted_threat_does_not_depend_on_its_neighbours() -> None:
    one, other = threat(900e3, loft=0.66), threat(950e3, apogee=3000e3, booster=TWO)
    alone, both = fly([one], 2.0), fly([other, one], 2.0)
    samples = alone.phase.shape[1]
    assert np.array_equal(alone.position_ecef[0], both.position_ecef[1, :samples])


def test_quasi_ballistic_threat_is_boosted() -> None:
    fields = {f.name: getattr(threat(240e3, loft=0.6), f.name) for f in dataclasses.fields(threat(240e3, loft=0.6))}
    for name in ("loft", "apogee"):
        fields.pop(name)
    motor = booster([(2500.0, 820.0, 50.0, 255.0, 235.0, 0.0)], payload=500.0, drag_area=0.16, rise_time=3.0)
    one = QuasiBallisticThreat(
        **fields | {"booster": motor},
        apogee=50e3,
        speed_limit=3500.0,
        lift_to_drag=1.5,
        load_limit=98.0,
        pull_up_pressure=1e4,
        dive_speed=1000.0,
        dive_angle=1.0,
    )
    solved = aim(one)
    assert solved.status == FlightStatus.REACHED
    assert solved.apogee == pytest.approx(50e3, abs=1.0)
    flights = fly([one], 1.0)
    goal = ecef_from_geodetic(one.aim_latitude, one.aim_longitude, 0.0, WGS84.radius, WGS84.flattening)
    assert np.linalg.norm(flights.position_ecef[0, -1] - goal) < 1.0


@pytest.mark.parametrize(
    ("change", "word"),
    [
        ({"stages": []}, "1 to 4 rows"),
        ({"stages": [(1e4, 1e3, 100.0, 250.0, 260.0, 0.0)]}, "from 20 to 250"),
        ({"stages": [(1e4, 1e3, 400.0, 250.0, 226.0, 0.0)]}, "more thrust than weight"),
        ({"rise_time": 500.0}, "rise_time"),
        ({"payload": -1.0}, "payload"),
    ],
)
def test_impossible_boosters_are_refused(change: dict[str, object], word: str) -> None:
    given = {"stages": [(1e4, 1e3, 80.0, 250.0, 226.0, 0.0)], "payload": 500.0, "drag_area": 0.3} | change
    with pytest.raises(InputError, match=word):
        booster(given.pop("stages"), **given)  # type: ignore[arg-type]


def test_one_way_to_boost() -> None:
    with pytest.raises(InputError, match="one way to boost"):
        dataclasses.replace(threat(900e3, loft=0.66), boost_time=100.0, burnout_altitude=50e3)
    with pytest.raises(InputError, match="one way to boost"):
        dataclasses.replace(threat(900e3, loft=0.66), booster=DRAWN)
    assert isinstance(DRAWN, Booster)


def test_glider_is_boosted() -> None:
    goal = destination(0.68, 2.18, 1.5, 1000e3)
    engine = booster([(15700.0, 2400.0, 90.0, 292.0, 263.0, 0.0)], payload=1200.0, drag_area=0.64)
    one = GlideThreat(
        launch_latitude=0.68,
        launch_longitude=2.18,
        aim_latitude=float(goal[0]),
        aim_longitude=float(goal[1]),
        launch_time=0.0,
        booster=engine,
        entry_speed=3200.0,
        apogee=70e3,
        lift_to_drag=2.2,
        ballistic_coefficient=6000.0,
        load_limit=50.0,
        skip=0.0,
        bank_programme=1.0,
        bank_amplitude=0.2,
        bank_period=200.0,
        bank_start=0.0,
        dive_angle=0.8,
        dive_load_limit=100.0,
        radar_cross_section=0.1,
        plume_intensity=1e6,
        signature=0.5,
    )
    solved = aim(one)
    assert solved.status == FlightStatus.REACHED
    assert solved.speed == 3200.0
    assert solved.apogee == pytest.approx(70e3, abs=1.0)
    flights = fly([one], 1.0)
    landed = ecef_from_geodetic(one.aim_latitude, one.aim_longitude, 0.0, WGS84.radius, WGS84.flattening)
    assert np.linalg.norm(flights.position_ecef[0, -1] - landed) < 1.0
    assert {Phase.BOOST, Phase.COAST, Phase.PULL_UP, Phase.GLIDE, Phase.DIVE} <= set(flights.phase[0])


def test_a_slow_last_stage_does_not_swing_the_rounds_apart() -> None:
    # The last stage gains height rather than speed: the speed needed from where it ends falls as fast as it rises.
    heavy = booster(
        [(75900.0, 6500.0, 148.5, 301.0, 270.0, 2.0), (16000.0, 2200.0, 164.0, 290.0, 230.0, 0.0)],
        payload=2000.0,
        drag_area=1.4,
        rise_time=10.0,
    )
    solved = aim(threat(300e3, apogee=600e3, booster=heavy))
    assert solved.status == FlightStatus.REACHED
    assert 150.0 < solved.boost_time < 300.0
    assert solved.apogee == pytest.approx(600e3, abs=1.0)
