"""Losses off a face's normal and in the air: limit cases, and the table beside the ray itself."""

import dataclasses
import math

import numpy as np
import pytest
from sights import DEGREE, RADAR, SITE, at, see, threats

from sakimori.base.types import Reason
from sakimori.earth import refraction
from sakimori.sense import losses

DOME = dataclasses.replace(RADAR, sector=2 * math.pi, elevation_min=-5 * DEGREE, elevation_max=math.pi / 2)


@pytest.mark.parametrize("bearing", [0.0, 30.0, -59.0])
def test_a_face_loses_the_cosine_off_its_normal(bearing: float):
    flights = at(bearing, 300e3, 100e3)
    plain, lossy = RADAR, dataclasses.replace(RADAR, scan_exponent=3.0, face_tilt=15 * DEGREE)
    ratio = see(flights, lossy).signal[0, 0, 0] / see(flights, plain).signal[0, 0, 0]
    # the angle between two directions, from azimuth and elevation at the antenna
    sight = flights.position_ecef[0, 0] - see(flights, plain).sensor_ecef[0, 0]
    from_level = local(sight)
    azimuth, elevation = math.atan2(from_level[0], from_level[1]), math.asin(from_level[2])
    tilt = 15 * DEGREE
    cosine = math.cos(azimuth) * math.cos(elevation) * math.cos(tilt) + math.sin(elevation) * math.sin(tilt)
    assert ratio == pytest.approx(cosine**3, rel=1e-9)


def local(sight: np.ndarray) -> np.ndarray:
    """Unit vector in east, north and up at the radar's site."""
    a, b = SITE
    east = np.array([-math.sin(b), math.cos(b), 0.0])
    up = np.array([math.cos(a) * math.cos(b), math.cos(a) * math.sin(b), math.sin(a)])
    return np.array([east @ sight, np.cross(up, east) @ sight, up @ sight]) / np.linalg.norm(sight)


def test_what_a_face_cannot_see_sideways_is_too_faint_and_out_of_its_fence():
    wide = dataclasses.replace(RADAR, sector=2 * math.pi, scan_exponent=1.0)
    seen = see(at(100.0, 200e3, 20e3), wide)
    assert (seen.reason[0, 0, 0], seen.signal[0, 0, 0], seen.in_fence[0, 0, 0]) == (Reason.TOO_FAINT, 0.0, False)
    assert see(at(100.0, 200e3, 20e3), dataclasses.replace(wide, scan_exponent=0.0)).in_fence[0, 0, 0]


def test_the_face_that_looks_nearest_counts():
    four = dataclasses.replace(RADAR, sector=90 * DEGREE, faces=4, scan_exponent=3.0)
    one = dataclasses.replace(RADAR, scan_exponent=3.0)
    for bearing in (0.0, 20.0):
        turned = [see(at(bearing + 90.0 * i, 200e3, 50e3), four).signal[0, 0, 0] for i in range(4)]
        # the ellipsoid is not round about the site: 0.3 % of the signal between north and east
        assert turned == pytest.approx([see(at(bearing, 200e3, 50e3), one).signal[0, 0, 0]] * 4, rel=0.02)


@pytest.mark.parametrize(("bearing", "expected"), [(0, Reason.NONE), (119, Reason.NONE), (150, Reason.OUT_OF_SECTOR)])
def test_faces_make_a_sector_each(bearing: float, expected: Reason):
    two = dataclasses.replace(RADAR, boresight=0.0, sector=100 * DEGREE, faces=2, face_spacing=90 * DEGREE)
    assert see(at(bearing, 200e3, 50e3), two).reason[0, 0, 0] == expected
    one = dataclasses.replace(two, faces=1)
    assert see(at(bearing, 200e3, 50e3), one).reason[0, 0, 0] == (Reason.NONE if bearing == 0 else Reason.OUT_OF_SECTOR)


@pytest.mark.parametrize("altitude", [0.0, 30.0, 800.0, 10e3])
def test_the_table_holds_the_loss_and_the_lift_of_the_ray(altitude: float):
    """Within 3 % of the loss and 2 % of the lift, and 0.02 dB and 30 urad where they are small (near the zenith)."""
    sensor = dataclasses.replace(DOME, altitude=altitude, wavelength=0.03)
    table, lowest = losses.air_table(sensor), refraction.grazing_elevation(altitude)
    for height in (2e3, 10e3, 40e3, 300e3):
        for above in (0.001, 0.3, 1.0, 5.0, 30.0, 80.0):
            ray, top = lowest + above * DEGREE, altitude + height
            lift = refraction.elevation_bias(altitude, top, ray)
            loss = losses.two_way_loss(0.03, altitude, top, ray) * math.log(10) / 10
            sine = math.sin(ray - lift)
            assert losses.in_air(table, losses.LOSS, height, sine) == pytest.approx(loss, rel=0.03, abs=0.005)
            assert losses.in_air(table, losses.LIFT, height, sine) == pytest.approx(lift, rel=0.02, abs=3e-5)


def test_the_air_weakens_a_look_as_the_table_says_and_more_at_shorter_waves():
    flights = threats(*_far(), 60e3)
    clear = see(flights, DOME).signal[0, 0, 0]
    found = [see(flights, dataclasses.replace(DOME, wavelength=w)).signal[0, 0, 0] for w in (0.03, 0.1, 0.2)]
    assert 0.0 < found[0] < found[1] < found[2] < clear
    # 400 km off at 60 km: about 7 deg, so a loss of under 1 dB at 3 cm, as at 5 to 10 deg in P.676
    assert 0.5 < 10 * math.log10(clear / found[0]) < 1.2


def _far() -> tuple[float, float]:
    return SITE[0] + 400e3 / 6.37e6, SITE[1]


def test_no_loss_is_stated_so_none_is_taken():
    bearings, distances = np.linspace(-90, 90, 30), np.linspace(50e3, 900e3, 30)
    for bearing, distance in zip(bearings, distances, strict=True):
        flights = at(bearing, distance, 80e3)
        plain = see(flights, DOME)
        spelled = see(flights, dataclasses.replace(DOME, faces=1, face_spacing=0.0, face_tilt=0.3, scan_exponent=0.0))
        assert plain.signal.tobytes() == spelled.signal.tobytes()
        assert plain.reason.tobytes() == spelled.reason.tobytes()


def test_sea_level_air_straight_up_is_its_scale_height():
    assert refraction.air_path(0.0, 2e5, math.pi / 2, 6e3) == pytest.approx(6e3, rel=1e-9)
    assert refraction.air_path(0.0, 1e3, math.pi / 2, 1e12) == pytest.approx(1e3, rel=1e-6)
    level = refraction.air_path(0.0, 2e5, 0.0, 6e3)
    # a level ray over a sphere of radius R: sqrt(pi R H / 2), with R bent flatter by the air (to 4/3 near the ground)
    assert math.sqrt(math.pi * 6.371e6 * 6e3 / 2) < level < math.sqrt(math.pi * 8.5e6 * 6e3 / 2)
