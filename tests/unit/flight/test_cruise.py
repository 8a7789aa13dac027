"""Cruise threats: altitude, Mach number and course are held, fuel and turns keep closed forms, aim points are met."""

import dataclasses
import itertools
import math

import numpy as np
import pytest

from sakimori.base.constants import STANDARD_GRAVITY, WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.errors import InputError
from sakimori.base.types import Flights, FlightStatus, Phase
from sakimori.earth.atmosphere import speed_of_sound
from sakimori.earth.geodesy import destination, distance_and_bearing, ecef_from_geodetic, geodetic
from sakimori.flight import WGS84, CruiseThreat, Environment, aim, fly
from sakimori.flight.boost import booster
from sakimori.flight.cruise import breguet_time, case_of
from sakimori.flight.integrator import SILENT
from sakimori.flight.level import fly_by, level, turn_radius
from sakimori.flight.motion import plain
from sakimori.flight.profile import velocity_ecef
from sakimori.flight.threat import AIM_ERROR
from sakimori.study.flight_tables import class_parameters

LAUNCH = math.radians(39.2), math.radians(125.7)
EARTH = plain(WGS84)
NO_SAMPLES = np.empty((0, 6))


def threat(distance: float, bearing: float = 100.0, **changes: float) -> CruiseThreat:
    latitude, longitude = destination(*LAUNCH, math.radians(bearing), distance)
    fields = {
        "launch_time": 12.0,
        "boost_time": 10.0,
        "boost_range": 2e3,
        "cruise_altitude": 100.0,
        "mach": 0.6,
        "lift_to_drag": 5.0,
        "specific_impulse": 4500.0,
        "fuel_fraction": 0.35,
        "turn_bank": 0.6,
        "load_limit": 30.0,
        "dive_angle": 0.6,
        "radar_cross_section": 0.1,
        "plume_intensity": 3e4,
        "body_intensity": 50.0,
    }
    return CruiseThreat(
        launch_latitude=LAUNCH[0],
        launch_longitude=LAUNCH[1],
        aim_latitude=float(latitude),
        aim_longitude=float(longitude),
        **(fields | changes),
    )


FAST = {
    "boost_time": 60.0,
    "boost_range": 60e3,
    "cruise_altitude": 28e3,
    "mach": 8.0,
    "lift_to_drag": 4.0,
    "specific_impulse": 1000.0,
    "fuel_fraction": 0.1,
    "turn_bank": 1.0,
    "load_limit": 100.0,
}
RELEASED = {"boost_time": 0.0, "boost_range": 0.0}
DOG_LEG = {"first_along": 0.3, "first_aside": 0.2, "second_along": 0.8, "second_aside": -0.15}
PLAIN, BENT = threat(600e3), threat(600e3, **DOG_LEG)
HYPERSONIC, GLIDING = threat(900e3, **FAST), threat(1300e3, **FAST)
ALL = [
    PLAIN,
    BENT,
    HYPERSONIC,
    GLIDING,
    threat(600e3, **RELEASED, cruise_altitude=9000.0, mach=0.85),
    threat(1000e3, bearing=350.0, **(FAST | {"first_along": 0.5, "first_aside": 0.1})),
    threat(500e3, first_along=0.5, first_aside=1e-9),
    threat(60e3, **RELEASED),
]


def order(flights: Flights) -> list[int]:
    phase = flights.phase[0]
    return [phase[0], *(int(b) for a, b in itertools.pairwise(phase) if a != b)]


@pytest.mark.parametrize("one", ALL)
def test_the_aim_point_is_met(one: CruiseThreat) -> None:
    solved = aim(one)
    assert solved.status == FlightStatus.REACHED
    flights = fly([one], 1.0)
    latitude, longitude, altitude = geodetic(flights.position_ecef[0, -1])
    miss, _ = distance_and_bearing(float(latitude), float(longitude), one.aim_latitude, one.aim_longitude)
    assert miss < AIM_ERROR + 0.1
    assert abs(altitude) < 1e-3
    assert flights.impact[0] == math.ceil(one.launch_time + one.boost_time + solved.duration)


@pytest.mark.parametrize("one", ALL)
def test_altitude_and_mach_number_are_held_under_power(one: CruiseThreat) -> None:
    flights = fly([one], 0.5)
    cruise = flights.phase[0] == Phase.CRUISE
    assert np.abs(flights.altitude[0, cruise] - one.cruise_altitude).max() < 0.1
    mach = np.linalg.norm(flights.velocity_ecef[0, cruise], axis=1) / speed_of_sound(one.cruise_altitude)
    assert np.abs(mach / one.mach - 1.0).max() < 1e-6


@pytest.mark.parametrize("one", ALL)
def test_position_is_the_integral_of_velocity(one: CruiseThreat) -> None:
    """Trapezoid rule at 0.5 s: off by h/8 times the jump of acceleration, twice the load limit, where a part begins."""
    flights = fly([one], 0.5)
    flying = flights.phase[0] >= Phase.GLIDE
    flying &= flights.phase[0] != Phase.ENDED
    both = flying[1:] & flying[:-1]
    slope = np.diff(flights.position_ecef[0], axis=0) / 0.5
    mean = 0.5 * (flights.velocity_ecef[0, 1:] + flights.velocity_ecef[0, :-1])
    assert np.abs(slope - mean)[both].max() < 0.5 / 8.0 * 2.0 * one.load_limit


def test_level_flight_is_a_geodesic() -> None:
    """1000 km on the ellipsoid against geographiclib: along within 1 cm, aside within 1 mm, altitude within 1 mm."""
    for bearing in (0.0, 0.7, 1.57, 4.0):
        place = ecef_from_geodetic(*LAUNCH, 0.0, WGS84_RADIUS, WGS84_FLATTENING)
        way = velocity_ecef(*LAUNCH, 250.0, 0.0, bearing)
        end, _ = level(0.0, (*place, *way), 4000.0, 0.0, EARTH, SILENT, 0, NO_SAMPLES)
        latitude, longitude, altitude = (float(a) for a in geodetic(end[:3]))
        wanted = destination(*LAUNCH, bearing, 1000e3)
        off, _ = distance_and_bearing(latitude, longitude, *wanted)
        assert off < 0.01
        assert abs(altitude) < 1e-3
        length, first = distance_and_bearing(*LAUNCH, latitude, longitude)
        assert math.sin(first - bearing) * length == pytest.approx(0.0, abs=1e-3)


def test_level_flight_over_a_pole_keeps_its_altitude() -> None:
    place = ecef_from_geodetic(math.radians(89.9), 1.0, 1e4, WGS84_RADIUS, WGS84_FLATTENING)
    way = velocity_ecef(math.radians(89.9), 1.0, 300.0, 0.0, 0.0)
    end, _ = level(0.0, (*place, *way), 200.0, 0.0, EARTH, SILENT, 0, NO_SAMPLES)
    latitude, longitude, altitude = (float(a) for a in geodetic(end[:3]))
    assert altitude == pytest.approx(1e4, abs=1e-3)
    assert math.sin(longitude - 1.0) == pytest.approx(0.0, abs=1e-6)  # along the opposite meridian
    assert math.cos(longitude - 1.0) < 0.0
    assert latitude == pytest.approx(math.radians(90.1) - 300.0 * 200.0 / 6.4e6, abs=1e-4)


def test_a_turn_has_the_radius_of_its_bank() -> None:
    """v2/(g tan bank): 240 m/s at 30 deg is 10.17 km, a standard exercise; a full circle in 2 pi v/(g tan bank)."""
    radius = turn_radius(240.0, math.radians(30.0))
    assert radius == pytest.approx(240.0**2 / (9.80665 * 0.5773502692), rel=1e-9)
    place = ecef_from_geodetic(*LAUNCH, 1e3, WGS84_RADIUS, WGS84_FLATTENING)
    way = velocity_ecef(*LAUNCH, 240.0, 0.0, 0.3)
    circle = 2.0 * math.pi * radius / 240.0
    half, _ = level(0.0, (*place, *way), 0.5 * circle, 1.0 / radius, EARTH, SILENT, 0, NO_SAMPLES)
    whole, _ = level(0.0, (*place, *way), circle, 1.0 / radius, EARTH, SILENT, 0, NO_SAMPLES)
    # 1 m and 0.1 m: the Earth's curvature within a circle of 10 km, radius times (radius/Earth)^2, opens it
    assert math.dist(half[:3], place) == pytest.approx(2.0 * radius, abs=1.0)
    assert math.dist(whole[:3], place) < 0.1
    right = ecef_from_geodetic(*destination(*LAUNCH, 0.3 + 0.5 * math.pi, 1e3), 1e3, WGS84_RADIUS, WGS84_FLATTENING)
    assert math.dist(half[:3], right) < math.dist(half[:3], place)


def test_fly_by_turns_do_not_overshoot_and_keep_their_radius() -> None:
    flights = fly([BENT], 1.0)
    k = flights.phase[0] == Phase.CRUISE
    velocity, position = flights.velocity_ecef[0, k], flights.position_ecef[0, k]
    speed = float(np.linalg.norm(velocity[0]))
    up = position / np.linalg.norm(position, axis=1)[:, None]
    bend = ((velocity[2:] - velocity[:-2]) / 2.0 * np.cross(velocity[1:-1], up[1:-1])).sum(axis=1) / speed
    lateral = STANDARD_GRAVITY * math.tan(BENT.turn_bank)
    turning = np.abs(bend) > 0.5 * lateral
    # 0.03 m/s2: the plumb line is not the direction from the Earth's centre (0.19 deg of 1 g)
    inner = turning & np.roll(turning, 1) & np.roll(turning, -1)
    assert np.abs(np.abs(bend[inner]) - lateral).max() < 0.03 + 1e-4 * lateral
    assert np.abs(bend[~turning & ~np.roll(turning, 1) & ~np.roll(turning, -1)]).max() < 0.04
    assert [int(np.sign(bend[i])) for i in np.flatnonzero(np.diff(turning.astype(int)) > 0) + 1] == [-1, 1]
    case = case_of(BENT, WGS84)
    for i in (1, 2):
        before, corner, after = case.way.corners[i - 1 : i + 2]
        turn, _, _ = fly_by(tuple(before), tuple(corner), tuple(after), case.way.radius / WGS84_RADIUS)
        nearest = np.linalg.norm(up - corner, axis=1).min() * WGS84_RADIUS
        # 50 m: samples 200 m apart, and legs of 200 km that geodesics, not planes through the Earth's centre, cut
        assert nearest == pytest.approx(case.way.radius * (1.0 / math.cos(0.5 * turn) - 1.0), abs=50.0)


def test_way_points_lie_where_their_shares_say() -> None:
    """A quarter of the way to the east along the equator, a tenth of it to the right: south."""
    one = dataclasses.replace(
        PLAIN, launch_latitude=0.0, launch_longitude=0.0, aim_latitude=0.0, aim_longitude=0.2, first_along=0.25
    )
    _, corner, _ = case_of(dataclasses.replace(one, first_aside=0.1), WGS84).way.corners
    assert math.atan2(corner[1], corner[0]) == pytest.approx(0.05, abs=1e-12)
    assert math.asin(corner[2]) == pytest.approx(-0.02, abs=1e-12)
    assert case_of(one, WGS84).way.corners.shape == (2, 3)


def test_breguet_range_is_the_closed_form() -> None:
    """R = v Isp (L/D) ln(m0/m1) on a flat Earth; on the round one the lift carries 1 - v2/(g r) of the weight."""
    assert 240.0 * breguet_time(3600.0, 6.0, 0.3, 1.0) == pytest.approx(
        240.0 * 3600.0 * 6.0 * math.log(1.0 / 0.7), rel=1e-12
    )
    one, still = GLIDING, WGS84._replace(rotation=0.0)
    speed = one.mach * speed_of_sound(one.cruise_altitude)
    weight = 1.0 - speed**2 / (STANDARD_GRAVITY * (WGS84_RADIUS + one.cruise_altitude))
    seconds = one.specific_impulse * one.lift_to_drag * math.log(1.0 / (1.0 - one.fuel_fraction)) / weight
    assert case_of(one, still).fuel_time == pytest.approx(seconds, rel=1e-9)
    flights = fly([one], 0.25)
    assert (flights.phase[0] == Phase.CRUISE).sum() * 0.25 == pytest.approx(seconds, abs=0.25)


def test_turns_burn_more_by_their_load() -> None:
    free = dataclasses.replace(GLIDING, turn_bank=0.9, first_along=0.5, first_aside=0.1)
    flights, case = fly([free], 0.25), case_of(free, WGS84)
    flown = (flights.phase[0] == Phase.CRUISE).sum() * 0.25
    lift = math.hypot(1.0, math.tan(0.9) / (1.0 - case.way.speed**2 / (STANDARD_GRAVITY * (WGS84_RADIUS + 28e3))))
    assert case.thirst == pytest.approx(lift, rel=1e-12)
    turning = (case.fuel_time - flown) / (lift - 1.0)
    assert 10.0 < turning < math.pi * case.way.radius / case.way.speed


def test_phases_in_their_order() -> None:
    powered = [Phase.WAITING, Phase.BOOST, Phase.CRUISE, Phase.DIVE, Phase.ENDED]
    assert order(fly([PLAIN], 0.1)) == powered
    assert order(fly([BENT], 0.1)) == powered
    assert order(fly([GLIDING], 0.5)) == [*powered[:3], Phase.GLIDE, *powered[3:]]
    released = fly([threat(600e3, **RELEASED)], 0.5)
    assert order(released) == [Phase.WAITING, *powered[2:]]
    assert released.altitude[0, 0] == pytest.approx(100.0, abs=1e-6)  # where its carrier flies


def test_the_engine_stops_in_balance() -> None:
    """Without power the first seconds stay level: the lift carries the weight, and the drag is that of the cruise."""
    flights = fly([GLIDING], 0.5)
    k = int(np.argmax(flights.phase[0] == Phase.GLIDE))
    assert np.abs(flights.altitude[0, k : k + 10] - GLIDING.cruise_altitude).max() < 5.0
    speed = np.linalg.norm(flights.velocity_ecef[0], axis=1)
    case = case_of(GLIDING, WGS84)
    weight = STANDARD_GRAVITY - case.way.speed**2 / (WGS84_RADIUS + 28e3)
    # 5 %: the force of Coriolis on a flight to the east at 2.4 km/s, and gravity at 28 km
    assert (speed[k] - speed[k + 10]) / 5.0 == pytest.approx(weight / GLIDING.lift_to_drag, rel=0.05)
    assert flights.altitude[0].max() < 28.5e3


def test_too_far_names_what_can_be_reached() -> None:
    """A glide of 1000 km is led by up to half a degree for the turning Earth, which moves its reach by some kilometres;
    without one it is within 0.1 %, for the Earth's radius at the aim point stands for all of them."""
    for fields, near in (({}, 2e3), (FAST, 10e3)):
        far = aim(threat(5000e3, **fields))
        assert far.status == FlightStatus.TOO_FAR
        assert aim(threat(far.nearest_range - near, **fields)).status == FlightStatus.REACHED
        assert aim(threat(far.nearest_range + near, **fields)).status == FlightStatus.TOO_FAR


def test_too_far_for_a_crooked_way() -> None:
    far = aim(threat(1800e3, **DOG_LEG))
    assert far.status == FlightStatus.TOO_FAR
    assert 0.7 * 1800e3 < far.nearest_range < 1800e3
    assert aim(threat(0.97 * far.nearest_range, **DOG_LEG)).status == FlightStatus.REACHED
    dry = aim(threat(3000e3, fuel_fraction=0.05, **DOG_LEG))  # the fuel ends before the last turn
    assert dry.status == FlightStatus.TOO_FAR
    assert aim(threat(0.95 * dry.nearest_range, fuel_fraction=0.05, **DOG_LEG)).status == FlightStatus.REACHED


def test_too_near_for_boost_and_dive_and_for_turns() -> None:
    near = aim(threat(140e3, **FAST))
    assert near.status == FlightStatus.TOO_NEAR
    assert aim(threat(near.nearest_range + 2e3, **FAST)).status == FlightStatus.REACHED
    assert aim(threat(near.nearest_range - 2e3, **FAST)).status == FlightStatus.TOO_NEAR
    bent = FAST | {"first_along": 0.5, "first_aside": 0.3}
    tight = aim(threat(300e3, **bent))
    assert tight.status == FlightStatus.TOO_NEAR
    assert aim(threat(1.02 * tight.nearest_range, **bent)).status == FlightStatus.REACHED
    inside = aim(threat(50e3, **FAST))  # the boost alone goes further
    assert inside.status == FlightStatus.TOO_NEAR
    assert inside.nearest_range == pytest.approx(near.nearest_range, rel=0.05)
    back = aim(threat(900e3, **(FAST | {"first_along": 2.0, "first_aside": 1e-6})))  # no turn is so sharp at any range
    assert back.status == FlightStatus.TOO_NEAR
    assert math.isnan(back.nearest_range) or back.nearest_range > 1e9
    nowhere = aim(dataclasses.replace(PLAIN, aim_latitude=LAUNCH[0], aim_longitude=LAUNCH[1]))
    assert nowhere.status == FlightStatus.TOO_NEAR


def test_it_is_the_same_alone_and_in_a_raid() -> None:
    together = fly(ALL, 2.0)
    for i, one in enumerate(ALL):
        alone = fly([one], 2.0)
        k = alone.altitude.shape[1]
        for name in ("position_ecef", "velocity_ecef", "altitude", "phase", "maneuver", "intensity"):
            assert getattr(together, name)[i, :k].tobytes() == getattr(alone, name)[0].tobytes()


def test_samples_do_not_depend_on_the_step() -> None:
    fine, coarse = fly([BENT], 0.5), fly([BENT], 2.0)
    k = min(int(coarse.impact[0]), int(fine.impact[0]) // 4)
    assert np.abs(fine.position_ecef[0, : 4 * k : 4] - coarse.position_ecef[0, :k]).max() < 1e-6


def test_light_and_manoeuvre_follow_the_phase() -> None:
    flights = fly([GLIDING], 1.0)
    phase, light, side = flights.phase[0], flights.intensity[0], flights.maneuver[0]
    assert set(light[phase == Phase.BOOST]) == {3e4}
    flying = (phase == Phase.CRUISE) | (phase == Phase.GLIDE) | (phase == Phase.DIVE)
    assert set(light[flying]) == {50.0}
    assert set(light[(phase == Phase.WAITING) | (phase == Phase.ENDED)]) == {0.0}
    # sqrt(2) sigma, the peak that engage takes, is the whole load of a turn
    assert np.sqrt(2.0) * side[phase == Phase.CRUISE] == pytest.approx(STANDARD_GRAVITY * math.tan(1.0))
    assert np.sqrt(2.0) * side[phase == Phase.DIVE].max() <= GLIDING.load_limit * (1.0 + 1e-12)
    assert np.all(side[(phase == Phase.WAITING) | (phase == Phase.ENDED)] == 0.0)


def test_other_earths_and_airs() -> None:
    """On a sphere at rest a short slow flight without way-points lasts its distance over its speed."""
    sphere = Environment(WGS84.mu, 6371e3, 0.0, 0.0, 0.0)
    one = dataclasses.replace(
        threat(60e3, **RELEASED), launch_latitude=0.0, launch_longitude=0.0, aim_latitude=0.0, aim_longitude=0.01
    )
    solved = aim(one, sphere)
    speed = 0.6 * speed_of_sound(100.0)
    # up to the dive exactly; it takes 3.3 s more or less at the speed of the cruise
    assert solved.duration == pytest.approx(63.71e3 * (1.0 + 100.0 / 6371e3) / speed, abs=0.2)
    assert aim(one, sphere._replace(ground_density=1.225, scale_height=7200.0)).status == FlightStatus.REACHED
    assert aim(one, sphere._replace(wind=np.array([[0.0, 20.0, 5.0]]))).status == FlightStatus.REACHED
    assert aim(one, sphere._replace(density_factor=0.0)).status == FlightStatus.REACHED  # it falls as a stone


@pytest.mark.parametrize(
    ("record", "distance", "seconds", "share"),
    # Claims of the launching states, none of them fitted but the Mach number of the first by the test of 2021-09-12.
    # 3 %: rounded ranges, and ways that closed on themselves. 20 %: "over Mach 8" is a peak, and the boost is a guess.
    [
        ("subsonic-land-attack-cruise", 1500e3, 7509.0, 0.03),
        ("hypersonic-scramjet-cruise", 450e3, 270.0, 0.20),
    ],
)
def test_claimed_flight_times(record: str, distance: float, seconds: float, share: float) -> None:
    latitude, longitude = destination(*LAUNCH, 1.0, distance)
    one = CruiseThreat(
        launch_latitude=LAUNCH[0],
        launch_longitude=LAUNCH[1],
        aim_latitude=latitude,
        aim_longitude=longitude,
        launch_time=0.0,
        **class_parameters(record),
    )
    solved = aim(one)
    assert solved.status == FlightStatus.REACHED
    assert one.boost_time + solved.duration == pytest.approx(seconds, rel=share)


@pytest.mark.parametrize(
    "change",
    [{"mach": 0.0}, {"turn_bank": 1.6}, {"fuel_fraction": 1.0}, {"cruise_altitude": math.nan}, {"boost_time": 0.0}],
)
def test_values_out_of_range_are_refused(change: dict[str, float]) -> None:
    with pytest.raises(InputError, match="cruise threat"):
        dataclasses.replace(PLAIN, **change)


def test_a_booster_is_refused() -> None:
    solid = booster([(3700.0, 500.0, 60.0, 260.0, 230.0, 0.0)], payload=1000.0, drag_area=0.3)
    with pytest.raises(InputError, match="a drawn boost"):
        dataclasses.replace(threat(800e3), booster=solid)
