"""Number, stereo angle, precision, windows and gaps of what several sensors see."""

import dataclasses
import math

import numpy as np
import pytest

from sakimori.base.types import Reason, Sightings
from sakimori.sense import windows
from sakimori.sense.infrared import Infrared
from sakimori.sense.lone import Rule, watch_alone
from sakimori.sense.orbits import Geostationary
from sakimori.sense.radar import Radar
from sakimori.sense.tasking import sensor_table

EYE = Infrared(
    name="eye",
    key=1,
    owner=0,
    orbit=Geostationary(0.0),
    noise_equivalent_irradiance=1e-9,
    threshold=5.0,
    angle_sigma=1e-5,
    revisit=1.0,
    tangent_altitude=0.0,
)
DISH = Radar(
    name="dish",
    key=2,
    owner=0,
    latitude=0.0,
    longitude=0.0,
    altitude=0.0,
    boresight=0.0,
    sector=6.28,
    elevation_min=0.0,
    elevation_max=1.5,
    reference_range=1e6,
    maximum_range=2e6,
    range_sigma=10.0,
    angle_sigma=1e-3,
    beam_width=1e-3,
    fence_low=0.0,
    fence_high=1.0,
    fence_interval=1.0,
    fence_load=0.1,
    dwell=0.01,
    track_interval=1.0,
    search_beams_max=50.0,
)


def seen_from(places: np.ndarray, reason: list[Reason] | None = None, signal: float = 1e6) -> Sightings:
    """One threat at the origin, one sample, sensors at `places` (S, 3)."""
    codes = np.array(reason or [Reason.NONE] * len(places), np.uint8).reshape(1, -1, 1)
    return Sightings(codes, np.full(codes.shape, signal), codes == 0, places[:, None, :])


def at_angle(degrees: float, distance: float = 2e6) -> np.ndarray:
    half = math.radians(degrees) / 2
    return distance * np.array([[math.cos(half), math.sin(half), 0.0], [math.cos(half), -math.sin(half), 0.0]])


@pytest.mark.parametrize(("angle", "sigma"), [(5.0, 324.0), (10.0, 162.0), (20.0, 81.0), (60.0, 28.0), (90.0, 20.0)])
def test_two_lines_of_sight_give_the_sigma_of_their_angle(angle: float, sigma: float):
    """s R / (sqrt(2) sin(g / 2)) with 10 urad at 2,000 km; printed to whole metres."""
    found = windows.geometry(seen_from(at_angle(angle)), np.zeros((1, 1, 3)), sensor_table([], [EYE, EYE], 1.0))
    assert found.number[0, 0] == 2
    assert math.degrees(found.stereo[0, 0]) == pytest.approx(angle, abs=1e-9)
    assert found.sigma[0, 0] == pytest.approx(sigma, abs=0.5)
    exact = 1e-5 * 2e6 / (math.sqrt(2) * math.sin(math.radians(angle) / 2))
    assert found.sigma[0, 0] == pytest.approx(exact, rel=1e-9)


def test_one_line_of_sight_or_two_on_one_line_leave_the_distance_unknown():
    table = sensor_table([], [EYE, EYE], 1.0)
    for places, reason in (
        (at_angle(60.0), [Reason.NONE, Reason.TOO_FAINT]),
        (at_angle(180.0), None),
    ):
        found = windows.geometry(seen_from(places, reason), np.zeros((1, 1, 3)), table)
        assert found.stereo[0, 0] == pytest.approx(0.0, abs=1e-7)
        assert math.isinf(found.sigma[0, 0])
    nobody = windows.geometry(seen_from(at_angle(60.0), [Reason.TOO_FAR] * 2), np.zeros((1, 1, 3)), table)
    assert (nobody.number[0, 0], nobody.stereo[0, 0], nobody.sigma[0, 0]) == (0, 0.0, math.inf)


def test_lines_beyond_a_right_angle_are_folded():
    wide = windows.geometry(seen_from(at_angle(150.0)), np.zeros((1, 1, 3)), sensor_table([], [EYE, EYE], 1.0))
    assert math.degrees(wide.stereo[0, 0]) == pytest.approx(30.0, abs=1e-9)


def test_a_radar_measures_along_its_line_and_across_it_by_its_angle_noise():
    found = windows.geometry(seen_from(np.array([[1e6, 0.0, 0.0]])), np.zeros((1, 1, 3)), sensor_table([DISH], [], 1.0))
    assert found.sigma[0, 0] == pytest.approx(1e-3 * 1e6, rel=1e-9)  # the floor: the signal is strong


def test_the_least_eigenvalue_is_numpys():
    """Any six sensors: the analytic eigenvalue agrees with LAPACK's."""
    rng = np.random.default_rng(5)
    for _ in range(50):
        places = rng.normal(size=(6, 3)) * 1e6
        found = windows.geometry(seen_from(places), np.zeros((1, 1, 3)), sensor_table([], [EYE] * 6, 1.0))
        matrix = np.zeros((3, 3))
        for place in places:
            u = place / np.linalg.norm(place)
            matrix += (np.eye(3) - np.outer(u, u)) / (1e-5 * np.linalg.norm(place)) ** 2
        assert found.sigma[0, 0] == pytest.approx(np.linalg.eigvalsh(matrix)[0] ** -0.5, rel=1e-8)


def test_windows_and_gaps_of_a_row():
    rows = np.array([[0, 1, 1, 0, 0, 0, 1, 0], [0] * 8, [1] * 8], np.bool_)
    assert windows.windows(rows, 10.0) == [((10.0, 30.0), (60.0, 70.0)), (), ((0.0, 80.0),)]
    found = windows.spells(rows, 10.0)
    assert found.windows.tolist() == [2, 0, 1]
    assert found.longest_window.tolist() == [20.0, 0.0, 80.0]
    assert found.longest_gap.tolist() == [30.0, 80.0, 0.0]
    assert found.share.tolist() == [3 / 8, 0.0, 1.0]
    assert found.first.tolist() == [10.0, math.inf, 0.0]


def watched(reason: np.ndarray, signal: float, sensors: list[Infrared], drop: int, confirm: tuple[int, int]):
    sightings = Sightings(reason, np.full(reason.shape, signal), reason == 0, np.zeros((*reason.shape[1:], 3)))
    return watch_alone(sightings, sensor_table([], sensors, 1.0), Rule(*confirm, drop), 1, 0, 0)


def test_custody_begins_with_the_confirming_detection_and_ends_after_the_drop_time():
    """A certain detection in samples 2 to 5 of 20: the second confirms at 3; held until 5 + 4."""
    reason = np.full((1, 1, 20), int(Reason.TOO_FAR), np.uint8)
    reason[0, 0, 2:6] = Reason.NONE
    found = watched(reason, 1e3, [EYE], 4, (2, 3))
    assert found.first[0] == 2
    assert found.held[0] == 9 - 3 + 1
    nothing = watched(np.full_like(reason, int(Reason.TOO_FAR)), 1e3, [EYE], 4, (2, 3))
    assert (nothing.first[0], nothing.held[0]) == (-1, 0)


def test_detections_of_different_sensors_do_not_confirm_each_other_and_time_to_first_is_geometric():
    reason = np.full((1, 2, 20), int(Reason.TOO_FAR), np.uint8)
    reason[0, 0, 3] = reason[0, 1, 4] = Reason.NONE
    found = watched(reason, 1e3, [EYE, dataclasses.replace(EYE, key=7)], 4, (2, 3))
    assert (found.first[0], found.held[0]) == (3, 0)
    # signal at the threshold: half of the looks detect, so that the mean wait is one sample; 4 sigma of 4,000 draws
    many = watched(np.zeros((4000, 1, 60), np.uint8), 5.0, [EYE], 4, (2, 3))
    assert many.first.mean() == pytest.approx(1.0, abs=4 * math.sqrt(2.0 / 4000))
