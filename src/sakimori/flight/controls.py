"""Control programmes: angle of attack and bank over time or energy, open loop, linear between the nodes of a table."""

from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sakimori.base.errors import InputError
from sakimori.base.kernels import kernel
from sakimori.base.types import Floats
from sakimori.flight.motion import interval


class Programme(NamedTuple):
    """What the vehicle does, whatever happens to it: nothing here answers to where it is. Made by `programme`."""

    by_energy: float  # 0: `at` is the time [s] into the flight; 1: the specific energy [J/kg]
    at: Floats  # (K,) rising
    angle_of_attack: Floats  # (K,) [rad]
    bank: Floats  # (K,) [rad] lift turned about the velocity through the air, positive to the right


def programme(
    at: npt.ArrayLike, angle_of_attack: npt.ArrayLike, bank: npt.ArrayLike, *, by_energy: bool = False
) -> Programme:
    """A programme from a table whose first column rises, or, over energy, falls or rises. Angles [rad].

    The specific energy [J/kg] of a speed v through the air at an altitude h is v2/2 + mu h/(R (R + h)), R the Earth's
    equatorial radius. Raises InputError where the columns differ in length, are empty, or the first does not run one
    way.
    """
    columns = [np.array(column, dtype=np.float64, order="C").reshape(-1) for column in (at, angle_of_attack, bank)]
    knots = columns[0]
    if by_energy and knots.size > 1 and knots[-1] < knots[0]:
        columns = [column[::-1].copy() for column in columns]
        knots = columns[0]
    if len({column.size for column in columns}) != 1 or knots.size == 0:
        sizes = ", ".join(str(column.size) for column in columns)
        raise InputError("programme", f"columns of {sizes} values", "columns of one length", "Complete the table.")
    if not all(np.isfinite(column).all() for column in columns) or not (np.diff(knots) > 0.0).all():
        expected = "finite numbers, the first column rising"
        raise InputError("programme", "a table out of order or not finite", expected, "Sort the table.")
    return Programme(float(by_energy), *columns)


@kernel
def energy(altitude: float, speed: float, mu: float, radius: float) -> float:
    """Specific energy [J/kg] over rest on the ground of a sphere, at an altitude [m] and a speed [m/s]."""
    return 0.5 * speed * speed + mu * altitude / (radius * (radius + altitude))


@kernel
def commanded(at: float, programme: Programme) -> tuple[float, float]:
    """Angle of attack and bank [rad] at a time [s] or energy [J/kg], held before the first and after the last node."""
    angles, banks = programme.angle_of_attack, programme.bank
    if programme.at.size == 1:
        return angles[0], banks[0]
    i, share = interval(programme.at, at)
    return angles[i] + share * (angles[i + 1] - angles[i]), banks[i] + share * (banks[i + 1] - banks[i])
