"""Constellations against Ballard, polar stars and streets of coverage; SGP4 against its verification set."""

import math
import pathlib
from collections.abc import Sequence

import numpy as np
import pytest
from scipy.optimize import brentq
from sgp4.api import Satrec

from sakimori.base.errors import InputError
from sakimori.sense import orbits
from sakimori.sense.coverage import PROVEN, worst_case
from sakimori.sense.orbits import Orbit

# 0.02 deg: angles are printed to 0.01 deg, and so are the inclinations and spacings that they belong to. Ours are
# proven to 6e-4 deg, which each test holds them to.
GATE = 0.02


def worst_angle(constellation: Sequence[Orbit], fold: int = 1) -> float:
    """The worst central angle [deg], once it is seen to be proven."""
    found = worst_case(constellation, fold)
    assert 0.0 <= found.gap <= PROVEN
    return math.degrees(found.angle)


@pytest.mark.parametrize(
    ("total", "planes", "phasing", "inclination", "radius"),
    [
        (5, 5, 1, 43.66, 69.15),
        (6, 6, 4, 53.13, 66.42),
        (7, 7, 5, 55.69, 60.26),
        (8, 8, 6, 61.86, 56.52),
        (12, 3, 0.25, 50.73, 47.90),
    ],
)
def test_rosettes_of_ballard(total: int, planes: int, phasing: float, inclination: float, radius: float):
    # J. G. Ballard, Rosette constellations of earth satellites, IEEE Trans. AES-16 (1980) 656, table I
    rosette = orbits.rosette(total, planes, phasing, math.radians(inclination), 1e6)
    assert worst_angle(rosette) == pytest.approx(radius, abs=GATE)


def test_two_fold_rosette():
    # (7, 7, 2) at 61.81 deg: 75.97 deg to the second nearest; Ballard 1980
    rosette = orbits.rosette(7, 7, 2, math.radians(61.81), 1e6)
    assert worst_angle(rosette, fold=2) == pytest.approx(75.97, abs=GATE)


def polar(planes: int, each: int, spacing: float) -> list[Orbit]:
    """Polar planes `spacing` [rad] apart, neighbours half a satellite spacing out of step; the last is the seam's."""
    return [
        Orbit(
            semi_major_axis=7.5e6,
            inclination=math.pi / 2,
            raan=plane * spacing,
            mean_anomaly=2 * math.pi * (slot + plane / 2) / each,
        )
        for plane in range(planes)
        for slot in range(each)
    ]


@pytest.mark.parametrize(
    ("planes", "each", "spacing", "radius"), [(2, 3, 104.49, 66.72), (3, 4, 69.29, 48.59), (4, 5, 51.21, 38.03)]
)
def test_polar_star_networks(planes: int, each: int, spacing: float, radius: float):
    # as compared with the rosettes in Ballard 1980
    worst = worst_angle(polar(planes, each, math.radians(spacing)))
    assert worst == pytest.approx(radius, abs=GATE)


def test_streets_of_coverage():
    """9 planes of 10: 18.301 deg (Lang and Adams, A comparison of satellite constellations for continuous global
    coverage, 1998). The spacing comes from the condition that the streets close: (P - 1)(R + c) + 2 c = 180 deg,
    cos c = cos R / cos(180 deg / S)."""

    def half_width(radius: float) -> float:
        return math.acos(math.cos(radius) / math.cos(math.pi / 10))

    radius = brentq(lambda r: 8 * (r + half_width(r)) + 2 * half_width(r) - math.pi, math.pi / 10 + 1e-9, 0.5)
    worst = worst_angle(polar(9, 10, radius + half_width(radius)))
    assert math.degrees(radius) == pytest.approx(18.301, abs=GATE)
    assert worst == pytest.approx(18.301, abs=GATE)


@pytest.mark.parametrize(
    ("planes", "each", "spacing", "radius"), [(2, 3, 104.49, 66.72), (3, 4, 69.29, 48.59), (4, 5, 51.21, 38.03)]
)
def test_polar_star_networks_as_walker_stars(planes: int, each: int, spacing: float, radius: float):
    # half a satellite spacing between neighbouring planes is Walker's phasing P / 2
    star = orbits.walker(planes * each, planes, planes / 2, math.pi / 2, 1e6, star=True, spacing=math.radians(spacing))
    assert worst_angle(star) == pytest.approx(radius, abs=GATE)


def published(folder: pathlib.Path) -> dict[str, np.ndarray]:
    """Satellite number -> rows (minutes, x, y, z [km]) of the published output."""
    found: dict[str, list[list[float]]] = {}
    name = ""
    for line in (folder / "orbits" / "tcppver.out").read_text().splitlines():
        if line.endswith("xx"):
            name = line.split()[0]
            found[name] = []
        elif line.strip():
            found[name].append([float(word) for word in line.split()[:4]])
    return {key: np.array(rows) for key, rows in found.items()}


def verification_lines(folder: pathlib.Path) -> dict[str, tuple[str, str]]:
    lines = [x for x in (folder / "orbits" / "SGP4-VER.TLE").read_text().splitlines() if x[:2] in ("1 ", "2 ")]
    return {one[2:7].lstrip("0").strip(): (one, two[:69]) for one, two in zip(lines[::2], lines[1::2], strict=True)}


def test_sgp4_verification_set(shared_data: pathlib.Path):
    """All cases of Vallado, Crawford, Hujsak, Kelso, Revisiting Spacetrack Report 3 (AIAA 2006-6753), except the three
    whose lines were spoilt on purpose. 1 mm: 1e-8 km are printed; resonant cases differ by compiler in the last digits
    (worst here 0.13 mm)."""
    rows_of = published(shared_data)
    checked = 0
    for number, lines in verification_lines(shared_data).items():
        if number in ("33333", "33334", "33335"):
            with pytest.raises(InputError, match="checksum"):
                orbits.ElementSet(*lines)
            continue
        elements, rows = orbits.ElementSet(*lines), rows_of[number]
        epoch = Satrec.twoline2rv(*lines)
        times = epoch.jdsatepochF * 86400.0 + 60.0 * rows[:, 0]
        error = orbits.positions_teme(elements, epoch.jdsatepoch, times) - 1e3 * rows[:, 1:]
        assert np.abs(error).max() < 1e-3, number
        checked += 1
    assert checked == 29


def test_every_public_element_set_is_read_and_stands_where_its_kind_does(shared_data: pathlib.Path):
    text = (shared_data / "orbits" / "missile_warning_constellations_2026-07-23.tle").read_text()
    sets = orbits.parse_element_sets(text)
    assert len(sets) == 91
    # 2026-07-23 00:00 UTC is Julian date 2461244.5; sets of other dates are propagated to it
    path = orbits.positions_ecef([elements for _, elements in sets], 2461244.5, np.array([0.0, 600.0]))
    altitude = np.linalg.norm(path[:, 0], axis=1) / 1e3 - 6378.0
    warning = [
        h for (name, _), h in zip(sets, altitude, strict=True) if name.startswith(("SBIRS GEO", "DSP", "USA 149"))
    ]
    assert len(warning) >= 8
    # 35,786 km; retired DSP satellites may stand a few hundred km off
    assert np.abs(np.array(warning) - 35786.0).max() < 300.0
    tracking = [h for (name, _), h in zip(sets, altitude, strict=True) if name.startswith(("RAPTOR", "HBTSS"))]
    assert len(tracking) >= 6
    assert 300.0 < min(tracking) < max(tracking) < 1300.0


def test_a_flipped_digit_is_noticed(shared_data: pathlib.Path):
    one, two = verification_lines(shared_data)["5"]
    with pytest.raises(InputError, match="checksum"):
        orbits.ElementSet(one, two.replace("34.2682", "34.2683"))
