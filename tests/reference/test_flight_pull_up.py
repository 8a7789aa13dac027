"""The pull-up of a lifting body against the closed form of the skip."""

import math

import pytest

from sakimori.flight import Body, Environment, profile

# Eggers, Allen and Neice, NACA 1382 (1958): over one skip, gravity left out, speed falls as exp(-2 a/(L/D)) while the
# path turns from a below to a above the horizontal, in any atmosphere and for any ballistic coefficient.
NO_GRAVITY = Environment(1e-6, 1e11, 0.0, 0.0, 0.0)  # and hardly any curvature: 1000 km turn it by 1e-5 rad


@pytest.mark.parametrize(("angle", "lift_to_drag"), [(10.0, 1.0), (20.0, 1.5), (20.0, 3.0), (35.0, 2.0)])
@pytest.mark.parametrize("beta", [3000.0, 12000.0])
def test_speed_kept_over_a_skip(angle: float, lift_to_drag: float, beta: float) -> None:
    down = -math.radians(angle)
    flight = profile(
        0.0, 0.0, 120e3, 5000.0, down, 1.0, body=Body(beta, lift_to_drag), step=0.5, stop_time=400.0,
        environment=NO_GRAVITY,
    )  # fmt: skip
    assert flight.altitude[-1] > 120e3
    out = next(i for i in range(len(flight.time)) if flight.angle[i] > 0.0 and flight.altitude[i] > 120e3)
    # 1e-4: air above 120 km is left on both sides of the skip
    assert flight.speed[out] / 5000.0 == pytest.approx(math.exp(2.0 * down / lift_to_drag), rel=1e-4)
    assert flight.angle[out] == pytest.approx(-down, abs=2e-4)
