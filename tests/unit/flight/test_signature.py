"""Light of a glider: the table against the sum over strips, faces against views, limits."""

import math

import numpy as np
import pytest

from sakimori.flight.heating import band_radiance, laminar_wall
from sakimori.flight.signature import (
    BAND,
    FACES,
    STUDY_VEHICLE,
    blended,
    from_ahead,
    glow,
    glow_table,
    write_faces,
)

WEDGE, TABLE = STUDY_VEHICLE, glow_table()
UP, AHEAD, RIGHT = np.eye(3)[[0, 1, 2]]
STATE = np.array([6.42e6, 0.0, 0.0, 0.0, 3600.0, 0.0])  # on the equator, flying east: right is south


def faces(density: float = 3e-3, turbulence: float = 0.5, state: np.ndarray = STATE) -> np.ndarray:
    found = np.zeros((FACES, 3))
    write_faces(state, density, turbulence, TABLE, found)
    return found


def toward(found: np.ndarray, direction: np.ndarray) -> float:
    return float(np.maximum(found @ (direction / np.linalg.norm(direction)), 0.0).sum())


@pytest.mark.parametrize("turbulent", [False, True])
def test_table_agrees_with_the_strips(turbulent: bool) -> None:
    for density in np.geomspace(1e-5, 0.5, 9):
        for speed in (1300.0, 2000.0, 2900.0, 3600.0, 4400.0, 6000.0, 7500.0):
            seen = glow(WEDGE, density, speed, 240.0, turbulent)
            for exact, read in zip(seen, blended(density, speed, float(turbulent), TABLE), strict=True):
                assert exact < 10.0 or read == pytest.approx(exact, rel=0.01)


def test_strips_agree_with_a_plate_of_one_temperature() -> None:
    # A short piece of front, far from the nose: its area times the radiance at its middle; half a strip in 50: 1 %.
    thin = WEDGE._replace(nose_radius=2.8, front_length=2.9, length=2.9)
    kelvin = laminar_wall(3e-3, 4000.0, WEDGE.front_angle, 2.85 / math.cos(WEDGE.front_angle), 240.0, 0.85)
    area = (2.9**2 - 2.8**2) * math.tan(WEDGE.side_angle)
    expected = 0.85 * band_radiance(kelvin, *BAND) * area
    assert glow(thin, 3e-3, 4000.0, 240.0, False).above == pytest.approx(expected, rel=1e-3)


def test_blend_is_the_geometric_mean() -> None:
    calm, rough, half = (blended(3e-3, 3600.0, share, TABLE) for share in (0.0, 1.0, 0.5))
    assert half.above == pytest.approx(math.sqrt(calm.above * rough.above))
    assert half.side == pytest.approx(math.sqrt(calm.side * rough.side))
    assert half.nose == calm.nose == rough.nose


def test_table_holds_its_edges() -> None:
    assert blended(1e-9, 9e3, 0.3, TABLE) == blended(1e-6, 8e3, 0.3, TABLE)
    assert blended(0.0, 0.0, 0.3, TABLE) == blended(1e-6, 250.0, 0.3, TABLE)


def test_views_along_the_axes() -> None:
    seen, found = blended(3e-3, 3600.0, 0.5, TABLE), faces()
    assert toward(found, UP) == pytest.approx(seen.above)
    assert toward(found, -UP) == pytest.approx(seen.above)
    assert toward(found, -RIGHT) == pytest.approx(seen.side)  # the right side of an eastward flight faces south
    assert toward(found, RIGHT) == pytest.approx(seen.side)
    assert toward(found, AHEAD) == pytest.approx(from_ahead(seen, WEDGE.front_angle, WEDGE.side_angle))
    assert toward(found, -AHEAD) == 0.0  # base and wake are left out


def test_body_axes_follow_the_flight() -> None:
    diving = np.array([6.4e6, 1e5, 2e5, -2000.0, 1500.0, 900.0])
    found, way = faces(state=diving), diving[3:] / np.linalg.norm(diving[3:])
    assert toward(found, -way) == 0.0
    assert found[1] @ way == pytest.approx(0.0, abs=1e-9 * float(np.linalg.norm(found[1])))
    assert found[2] @ diving[:3] - found[3] @ diving[:3] == pytest.approx(0.0, abs=1e-3)  # wings level
