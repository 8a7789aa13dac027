"""Control programmes: linear in between, held outside, refused out of order."""

import math

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.flight.controls import commanded, energy, programme


def test_linear_between_the_nodes_and_held_beyond() -> None:
    plan = programme([10.0, 20.0, 40.0], [0.1, 0.3, 0.3], [0.0, 1.0, -1.0])
    assert commanded(15.0, plan) == pytest.approx((0.2, 0.5), abs=1e-15)
    assert commanded(30.0, plan) == pytest.approx((0.3, 0.0), abs=1e-15)
    assert commanded(20.0, plan) == (0.3, 1.0)
    assert commanded(-5.0, plan) == (0.1, 0.0)
    assert commanded(1e9, plan) == (0.3, -1.0)


def test_a_single_node_is_a_constant() -> None:
    plan = programme([0.0], [0.2], [-0.4])
    assert commanded(-1.0, plan) == commanded(77.0, plan) == (0.2, -0.4)


def test_over_energy_the_table_may_fall() -> None:
    falling = programme([20e6, 5e6], [0.1, 0.2], [0.0, 0.6], by_energy=True)
    rising = programme([5e6, 20e6], [0.2, 0.1], [0.6, 0.0], by_energy=True)
    for at in (1e6, 5e6, 12e6, 30e6):
        assert commanded(at, falling) == commanded(at, rising)


def test_energy_is_kinetic_and_potential() -> None:
    """On a sphere: mu/R - mu/(R + h), written without the difference of large numbers."""
    mu, radius = 3.986e14, 6371e3
    assert energy(0.0, 3000.0, mu, radius) == 4.5e6
    assert energy(50e3, 0.0, mu, radius) == pytest.approx(mu / radius - mu / (radius + 50e3), rel=1e-9)


@pytest.mark.parametrize(
    ("at", "angle", "bank"),
    [
        ([0.0, 0.0], [0, 0], [0, 0]),
        ([1.0, 0.0], [0, 0], [0, 0]),
        ([0.0], [0, 0], [0]),
        ([], [], []),
        ([math.nan], [0], [0]),
    ],
)
def test_a_table_out_of_order_is_refused(at, angle, bank) -> None:
    with pytest.raises(InputError):
        programme(np.array(at), np.array(angle, float), np.array(bank, float))
