"""The gravity turn against its published closed form."""

import math

import numpy as np
import pytest
from scipy.optimize import brentq

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.flight import WGS84
from sakimori.flight.boost import Booster, ascend
from sakimori.flight.integrator import Clock

RADIUS, GRAVITY = 1e11, 9.8  # [m], [m/s2]: an Earth so large that its field is flat and parallel over the flight
FLAT = WGS84._replace(mu=GRAVITY * RADIUS**2, radius=RADIUS, flattening=0.0, j2=0.0, rotation=0.0, density_factor=0.0)
RISE, BURN = 5.0, 120.0  # [s]


def light_burn(ratio: float) -> Booster:
    """A tonne pushed with `ratio` times its weight by next to no propellant: the thrust acceleration is constant."""
    propellant = 1e-3
    impulse = ratio * GRAVITY * 1000.0 * BURN / (propellant * STANDARD_GRAVITY)
    return Booster(np.array([(propellant, 0.0, BURN, impulse, impulse, 0.0)]), 1000.0, 0.0, RISE)


@pytest.mark.parametrize("ratio", [1.5, 2.0, 3.0])
@pytest.mark.parametrize("kick", [2.0, 15.0])
def test_gravity_turn_of_constant_thrust_to_weight(ratio: float, kick: float) -> None:
    # Culler and Fried 1957 (J. Applied Physics 28, 672), with z the tangent of half the angle from the vertical:
    # v = C z^(n-1) (1 + z^2), t = (C/g) [z^(n-1)/(n-1) + z^(n+1)/(n+1)].
    n, samples = ratio, np.zeros((int(BURN) + 1, 6))
    ascend(math.radians(kick), 0.0, math.inf, (RADIUS, 0.0, 0.0), light_burn(n), FLAT, Clock(1.0, 0.0), 0, samples)
    start = math.tan(0.5 * math.radians(kick))
    scale = (n - 1.0) * GRAVITY * RISE / (start ** (n - 1.0) * (1.0 + start**2))

    def elapsed(z: float) -> float:
        return scale / GRAVITY * (z ** (n - 1.0) / (n - 1.0) + z ** (n + 1.0) / (n + 1.0))

    flown = [
        time for time in (10, 20, 40, 60, 110) if samples[time].any()
    ]  # low thrust and a great kick come down again
    assert len(flown) > 1
    for time in flown:
        z = brentq(lambda x, t=time: elapsed(x) - elapsed(start) - (t - RISE), start, 50.0, xtol=1e-14)
        up, north = samples[time, 3], samples[time, 5]
        # The integrator allows 0.1 mm/s in each of some tens of steps; at the 25 m/s of the kick that is 4e-6 rad
        # and a gravity turn makes it grow as it makes the kick grow: up to forty times.
        assert math.hypot(up, north) == pytest.approx(scale * z ** (n - 1.0) * (1.0 + z * z), abs=1e-2)
        assert math.atan2(north, up) == pytest.approx(2.0 * math.atan(z), abs=1e-4)
