"""Visibility: every reason for every sensor, the limit tables, and that samples do not depend on one another."""

import dataclasses
import math

import numpy as np
import pytest
from sights import DEGREE, INFRARED, RADAR, SITE, at, see, threats

from sakimori.base.constants import MEAN_RADIUS
from sakimori.base.errors import InputError
from sakimori.base.types import Flights, Phase, Reason
from sakimori.earth import geodesy, refraction
from sakimori.sense import detection, infrared, visibility
from sakimori.sense.infrared import Infrared
from sakimori.sense.orbits import Orbit
from sakimori.sense.radar import Radar


def reason(flights: Flights, sensor: Radar | Infrared, up: bool = True) -> Reason:
    """The reason of the first sample."""
    return Reason(see(flights, sensor, up=up).reason[0, 0, 0])


@pytest.mark.parametrize(
    ("bearing", "distance", "altitude", "expected"),
    [
        (0, 200e3, 50e3, Reason.NONE),
        (0, 900e3, 30e3, Reason.BELOW_HORIZON),
        (0, 50.0, 20.0, Reason.BELOW_HORIZON),  # lower than the antenna
        (100, 900e3, 30e3, Reason.BELOW_HORIZON),
        (100, 200e3, 50e3, Reason.OUT_OF_SECTOR),
        (59.5, 200e3, 50e3, Reason.NONE),
        (-60.5, 200e3, 50e3, Reason.OUT_OF_SECTOR),
        (0, 450e3, 20e3, Reason.BELOW_ELEVATION),
        (0, 20e3, 100e3, Reason.ABOVE_ELEVATION),
        (0, 1200e3, 500e3, Reason.TOO_FAR),
    ],
)
def test_a_radar_says_why_it_cannot_see(bearing: float, distance: float, altitude: float, expected: Reason):
    assert reason(at(bearing, distance, altitude), RADAR) is expected


def test_a_small_target_is_too_faint_and_a_sensor_that_is_down_sees_nothing():
    # the signal falls to that of Pd = 1e-3 when the cross section falls by their ratio
    seen = see(at(0, 200e3, 50e3), RADAR).signal[0, 0, 0]
    least = detection.required_signal(1e-3, RADAR.false_alarm, RADAR.swerling) / seen
    assert reason(at(0, 200e3, 50e3, cross_section=0.999 * least), RADAR) is Reason.TOO_FAINT
    assert reason(at(0, 200e3, 50e3, cross_section=1.001 * least), RADAR) is Reason.NONE
    assert reason(at(0, 200e3, 50e3, cross_section=0.0), RADAR) is Reason.TOO_FAINT
    assert reason(at(0, 200e3, 50e3), RADAR, up=False) is Reason.SENSOR_OUT


@pytest.mark.parametrize("phase", [Phase.WAITING, Phase.ENDED])
def test_what_does_not_fly_is_not_seen_whatever_the_sensor(phase: Phase):
    flights = threats(*SITE, 50e3, phase=phase)
    assert (see(flights, RADAR, INFRARED).reason == Reason.NOT_FLYING).all()
    assert (see(flights, RADAR, INFRARED, up=False).reason == Reason.NOT_FLYING).all()


def test_signal_is_that_of_the_slant_range_and_zero_where_unseen():
    flights = at(0, 200e3, 50e3)
    site = geodesy.positions_ecef(*SITE, 30.0)
    distance = float(np.linalg.norm(flights.position_ecef[0, 0] - site))
    assert see(flights, RADAR).signal[0, 0, 0] == pytest.approx(10**1.3 * (500e3 / distance) ** 4, rel=1e-9)
    assert see(at(100, 200e3, 50e3), RADAR).signal[0, 0, 0] == 0.0


@pytest.mark.parametrize(("altitude", "inside"), [(12e3, False), (15e3, True), (30e3, True), (45e3, False)])
def test_the_fence_is_the_part_of_the_volume_between_its_elevations(altitude: float, inside: bool):
    # 200 km off: 12, 15, 30, 45 km stand at about 2.8, 3.6, 7.8, 12 deg
    seen = see(at(0, 200e3, altitude), RADAR)
    assert seen.reason[0, 0, 0] == Reason.NONE
    assert seen.in_fence[0, 0, 0] == inside


def test_all_round_and_straight_up_mean_what_they_say():
    dome = dataclasses.replace(RADAR, sector=2 * math.pi, elevation_max=math.pi / 2)
    for bearing in (0, 90, 180, 270):
        assert reason(at(bearing, 200e3, 50e3), dome) is Reason.NONE
    assert reason(threats(*SITE, 50e3), dome) is Reason.NONE


def test_a_high_antenna_that_may_look_down_sees_to_the_dip_of_its_horizon():
    hill = dataclasses.replace(RADAR, altitude=700.0, elevation_min=-5 * DEGREE)
    level = dataclasses.replace(hill, elevation_min=0.0)
    edge = MEAN_RADIUS * refraction.central_angle(700.0, 20e3, 0.0)
    dip = MEAN_RADIUS * refraction.central_angle(700.0, 20e3, refraction.grazing_elevation(700.0))
    assert dip - edge > 50e3
    # 1 % inside and outside: the local radius of the ellipsoid differs from the mean radius by less
    assert reason(at(0, 0.99 * dip, 20e3), hill) is Reason.NONE
    assert reason(at(0, 1.01 * dip, 20e3), hill) is Reason.BELOW_HORIZON
    assert reason(at(0, 0.99 * edge, 20e3), level) is Reason.NONE
    assert reason(at(0, 1.01 * edge, 20e3), level) is Reason.BELOW_ELEVATION


@pytest.mark.parametrize("elevation_deg", [-0.1, 0.0, 0.5, 3.0, 30.0, 85.0])
def test_the_limit_tables_hold_between_their_nodes(elevation_deg: float):
    # 2e-5 rad is a fiftieth of a usual angle noise; at 0 deg and a 20 km target it moves the horizon by 150 m.
    # The lowest 200 m over the antenna are left out: there the level ray's sine bends faster than the nodes stand.
    elevation, altitudes = elevation_deg * DEGREE, 30.0 + np.geomspace(200.0, 2e6, 400)
    table = visibility._limit(30.0, elevation)
    nodes = np.sqrt(altitudes - 30.0) / 8.0
    held = np.interp(nodes, np.arange(table.size), table)
    exact = [math.sin(elevation - refraction.elevation_bias(30.0, h, elevation)) for h in altitudes]
    assert np.abs(held - exact).max() < 2e-5


def orbit_over(latitude: float, altitude: float) -> Infrared:
    """A sensor that passes over the meridian of 0 deg (inertial) at this latitude when the clock starts."""
    orbit = Orbit(semi_major_axis=6378137.0 + altitude, inclination=math.pi / 2, mean_anomaly=latitude)
    return dataclasses.replace(INFRARED, orbit=orbit)


@pytest.mark.parametrize(
    ("sensor", "latitude_deg", "altitude", "expected"),
    [
        (INFRARED, 0, 50e3, Reason.EARTH_IN_THE_WAY),  # straight below: the Earth is behind
        (dataclasses.replace(INFRARED, looks_down=True), 0, 50e3, Reason.NONE),
        (INFRARED, 88, 300e3, Reason.NONE),  # above the limb
        (INFRARED, 88, 50e3, Reason.EARTH_IN_THE_WAY),  # past the limb, its line of sight runs through low air
        (dataclasses.replace(INFRARED, looks_down=True), 88, 50e3, Reason.EARTH_IN_THE_WAY),
        (dataclasses.replace(INFRARED, noise_equivalent_irradiance=1e-6), 88, 300e3, Reason.TOO_FAINT),
    ],
)
def test_an_infrared_sensor_says_why(sensor: Infrared, latitude_deg: float, altitude: float, expected: Reason):
    # The limb lies 81.3 deg from below a geostationary sensor; the line to 50 km at 88 deg passes it 6 km high.
    assert reason(threats(latitude_deg * DEGREE, SITE[1], altitude), sensor) is expected


def test_clutter_weakens_what_is_seen_against_the_earth_and_only_that():
    clean = dataclasses.replace(INFRARED, looks_down=True)
    cluttered = dataclasses.replace(clean, clutter_factor=4.0)
    below, above = threats(0.0, SITE[1], 50e3), threats(84 * DEGREE, SITE[1], 300e3)
    ratio = see(below, clean).signal / see(below, cluttered).signal
    assert ratio[0, 0, 0] == pytest.approx(4.0, rel=1e-12)
    assert (see(above, clean).signal == see(above, cluttered).signal).all()


def test_infrared_signal_and_fence():
    seen = see(threats(84 * DEGREE, SITE[1], 300e3), INFRARED)
    distance = float(np.linalg.norm(seen.sensor_ecef[0, 0] - threats(84 * DEGREE, SITE[1], 300e3).position_ecef[0, 0]))
    assert seen.signal[0, 0, 0] == pytest.approx(infrared.signal(distance, 1e5, 1e-12, 1.0), rel=1e-12)
    assert seen.in_fence[0, 0, 0]


def test_a_threat_alone_and_in_a_crowd_is_seen_the_same():
    bearings, ranges, altitudes = np.linspace(-90, 90, 40), np.linspace(50e3, 1200e3, 40), np.geomspace(400e3, 1e4, 40)
    tracks = [at(*place) for place in zip(bearings, ranges, altitudes, strict=True)]
    crowd = Flights(1.0, *(np.concatenate(parts) for parts in list(zip(*tracks, strict=True))[1:]))
    low = dataclasses.replace(orbit_over(0.6, 1.2e6), looks_down=True)
    together = see(crowd, RADAR, INFRARED, low)
    for n, one in enumerate(tracks):
        for s, sensor in enumerate((RADAR, INFRARED, low)):
            alone = see(one, sensor)
            assert alone.reason[0, 0, 0] == together.reason[n, s, 0]
            assert alone.signal[0, 0, 0] == together.signal[n, s, 0]
    assert len(np.unique(together.reason)) > 4


def test_inputs_may_be_read_only_and_any_layout_and_come_back_unchanged():
    flights = threats(np.linspace(0.5, 0.8, 30), SITE[1], 60e3)
    place = visibility.sensor_positions([RADAR], [INFRARED], 2461245.5, 1.0, 30)
    frozen = flights._replace(position_ecef=np.asfortranarray(flights.position_ecef), altitude=flights.altitude.copy())
    for array in (frozen.position_ecef, frozen.altitude, place):
        array.flags.writeable = False
    up = np.array([True, True])
    expected = visibility.see(flights, [RADAR], [INFRARED], place.copy(), up)
    got = visibility.see(frozen, [RADAR], [INFRARED], place, up)
    assert (got.reason == expected.reason).all()
    assert (got.signal == expected.signal).all()


def test_no_sensors_and_wrong_shapes():
    flights = threats(0.6, 2.3, 1e4)
    assert see(flights).reason.shape == (1, 0, 1)
    with pytest.raises(InputError, match="visibility: got sensor positions"):
        visibility.see(flights, [RADAR], [], np.zeros((1, 2, 3)), np.array([True]))


@pytest.mark.parametrize(("altitude", "expected"), [(9e3, Reason.EARTH_IN_THE_WAY), (11e3, Reason.NONE)])
def test_cloud_hides_what_flies_below_the_lowest_altitude(altitude: float, expected: Reason) -> None:
    sensor = dataclasses.replace(INFRARED, looks_down=True, lowest_altitude=10e3)
    assert reason(at(0.0, 0.0, altitude), sensor) == expected


def test_faces_shine_to_the_side_they_are_turned_to():
    plain = threats(84 * DEGREE, SITE[1], 300e3)
    sensor = see(plain, INFRARED).sensor_ecef[0, 0]
    look = sensor - plain.position_ecef[0, 0]
    look /= np.linalg.norm(look)
    across = np.cross(look, [1.0, 0.0, 0.0])
    across /= np.linalg.norm(across)

    def signal(*faces: np.ndarray) -> float:
        case = plain._replace(faces=np.array(faces)[None, None], intensity=np.zeros((1, 1)))
        return float(see(case, INFRARED).signal[0, 0, 0])

    alike = float(see(plain, INFRARED).signal[0, 0, 0])  # 1e5 W/sr to all sides
    assert signal(1e5 * look) == pytest.approx(alike, rel=1e-12)
    assert signal(0.5e5 * look, 0.5e5 * look) == pytest.approx(alike, rel=1e-12)
    assert signal(1e5 * (0.6 * look + 0.8 * across)) == pytest.approx(0.6 * alike, rel=1e-12)
    turned_away = plain._replace(faces=-1e5 * look[None, None, None], intensity=np.zeros((1, 1)))
    assert see(turned_away, INFRARED).reason[0, 0, 0] == Reason.TOO_FAINT
    both = plain._replace(faces=1e5 * look[None, None, None])
    assert see(both, INFRARED).signal[0, 0, 0] == pytest.approx(2.0 * alike, rel=1e-12)


def test_a_plume_is_dimmer_end_on_and_only_while_it_burns():
    coast = threats(84 * DEGREE, SITE[1], 300e3)
    look = see(coast, INFRARED).sensor_ecef[0, 0] - coast.position_ecef[0, 0]
    across = np.cross(look, [1.0, 0.0, 0.0])
    boost = coast._replace(phase=np.full((1, 1), Phase.BOOST, np.uint8), plume_aspect=np.array([0.3]))
    side = float(see(coast, INFRARED).signal[0, 0, 0])
    for way, share in ((look, 0.3), (-look, 0.3), (across, 1.0), (0.0 * look, 1.0)):
        turned = boost._replace(velocity_ecef=1e-3 * way[None, None])
        assert see(turned, INFRARED).signal[0, 0, 0] == pytest.approx(share * side, rel=1e-9)
    burnt = coast._replace(velocity_ecef=look[None, None], plume_aspect=np.array([0.3]))
    assert see(burnt, INFRARED).signal[0, 0, 0] == side


def test_plume_between_the_ends():
    halfway = infrared.plume_share((3.0, 3.0, 0.0), (1.0, 0.0, 0.0), 0.5)
    assert halfway == pytest.approx(math.sqrt(0.5 + 0.25 * 0.5))
    assert infrared.plume_share((7.0, 1.0, 2.0), (0.0, 0.6, 0.8), 1.0) == 1.0
