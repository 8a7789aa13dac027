"""Gravity: limits."""

import pytest

from sakimori.base.constants import WGS84_J2, WGS84_MU, WGS84_RADIUS
from sakimori.earth.gravity import gravity


def test_without_oblateness_it_is_the_inverse_square_law() -> None:
    x, y, z = gravity(3e6, -4e6, 12e6, WGS84_MU, WGS84_RADIUS, 0.0)
    assert (x, y, z) == pytest.approx(tuple(-WGS84_MU / 13e6**3 * c for c in (3e6, -4e6, 12e6)), rel=1e-15)


def test_oblateness_pulls_towards_the_equator() -> None:
    with_bulge = gravity(5e6, 0.0, 5e6, WGS84_MU, WGS84_RADIUS, WGS84_J2)
    without = gravity(5e6, 0.0, 5e6, WGS84_MU, WGS84_RADIUS, 0.0)
    assert with_bulge[2] < without[2]
    assert with_bulge[0] > without[0]


def test_oblateness_fades_with_distance_squared() -> None:
    def share(r: float) -> float:
        return gravity(r, 0.0, 0.0, WGS84_MU, WGS84_RADIUS, WGS84_J2)[0] * r * r / -WGS84_MU - 1.0

    assert share(2e7) == pytest.approx(share(1e7) / 4.0, rel=1e-9)
