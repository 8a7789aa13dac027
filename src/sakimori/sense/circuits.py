"""Where a sensor on an aircraft is: a circle or racetrack flown round a place at constant height and ground speed."""

import math
from dataclasses import dataclass

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.types import Floats
from sakimori.earth.geodesy import destination


@dataclass(frozen=True, kw_only=True)
class Circuit:
    """A racetrack flown clockwise: two straight legs joined by half circles; without legs it is a circle.

    Errors: InputError where a field is outside the range given beside it.
    """

    leg: float  # [m] length of each leg, 0 to 1,000 km
    radius: float  # [m] of the turns, 100 m to 500 km
    bearing: float  # [rad] of the legs, clockwise from north
    speed: float  # [m/s] over ground, 1 to 1,000
    phase: float = 0.0  # of the first sample, as a share of one round, 0 to 1

    def __post_init__(self) -> None:
        for field, low, high in (
            ("leg", 0.0, 1e6), ("radius", 100.0, 5e5), ("speed", 1.0, 1e3), ("phase", 0.0, 1.0),
        ):  # fmt: skip
            value = getattr(self, field)
            if not low <= value <= high:
                raise InputError("circuit", f"{field} {value!r}", f"{low:g} to {high:g} (SI)", f"Change {field}.")

    @property
    def length(self) -> float:
        """[m] of one round."""
        return 2.0 * self.leg + 2.0 * math.pi * self.radius


def offsets(circuit: Circuit, times: Floats) -> tuple[Floats, Floats]:
    """Metres along the circuit's bearing and to the right of it, (K,) each, from its centre at `times` (K,) [s]."""
    leg, radius, half = circuit.leg, circuit.radius, circuit.leg + math.pi * circuit.radius
    way = (circuit.phase * circuit.length + circuit.speed * times) % circuit.length
    back = way >= half  # the second leg and turn are the first ones seen from the other side
    way = np.where(back, way - half, way)
    turn = np.maximum(way - leg, 0.0) / radius
    along = np.minimum(way, leg) - 0.5 * leg + radius * np.sin(turn)
    right = -radius * np.cos(turn)
    sign = np.where(back, -1.0, 1.0)
    return sign * along, sign * right


def places(latitude: float, longitude: float, circuit: Circuit, times: Floats) -> tuple[Floats, Floats]:
    """Latitudes and longitudes [rad], (K,) each, on a circuit round a place at `times` (K,) [s] of the raid clock."""
    along, right = offsets(circuit, times)
    found = [
        destination(latitude, longitude, circuit.bearing + math.atan2(b, a), math.hypot(a, b))
        for a, b in zip(along, right, strict=True)
    ]
    return np.array([place[0] for place in found]), np.array([place[1] for place in found])
