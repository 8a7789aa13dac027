"""Bent rays: against a ray traced by its differential equation, against straight lines, and at the ends."""

import math

import numpy as np
import pytest
from scipy.integrate import solve_ivp

from sakimori.base.constants import MEAN_RADIUS
from sakimori.earth.refraction import central_angle, elevation_bias, grazing_elevation, horizon_range, horizon_table


def traced(sensor: float, target: float, elevation: float) -> float:
    """Central angle by Fermat's ray equation d/ds(n dr/ds) = grad n in the plane: another method altogether."""

    def index(r: float) -> float:
        return 1.0 + 315e-6 * math.exp(-(r - MEAN_RADIUS) / 7350.0)

    def rates(_s: float, state: np.ndarray) -> list[float]:
        x, y, px, py = state
        r = math.hypot(x, y)
        n = index(r)
        pull = -(n - 1.0) / 7350.0 / r
        return [px / n, py / n, pull * x, pull * y]

    def arrival(_s: float, state: np.ndarray) -> float:
        return math.hypot(state[0], state[1]) - MEAN_RADIUS - target

    arrival.terminal = True  # pyright: ignore[reportFunctionMemberAccess]
    arrival.direction = 1.0  # pyright: ignore[reportFunctionMemberAccess]
    r = MEAN_RADIUS + sensor
    start = [0.0, r, index(r) * math.cos(elevation), index(r) * math.sin(elevation)]
    path = solve_ivp(rates, (0.0, 2e7), start, events=arrival, rtol=1e-12, atol=1e-9, method="DOP853")
    x, y = path.y_events[0][0][:2]
    return math.atan2(x, y)


@pytest.mark.parametrize(
    ("sensor", "target", "elevation"),
    [(30.0, 20e3, 0.0), (30.0, 40e3, 1e-4), (0.0, 100e3, 0.05), (800.0, 60e3, -0.01), (800.0, 500.0, -0.01),
     (500.0, 1000e3, 0.0), (2000.0, 30e3, 1.2)],
)  # fmt: skip
def test_agrees_with_a_ray_traced_step_by_step(sensor: float, target: float, elevation: float) -> None:
    # 1e-9 rad is 6 mm on the ground: the tolerance of the tracer.
    assert central_angle(sensor, target, elevation) == pytest.approx(traced(sensor, target, elevation), abs=1e-9)


def test_above_the_air_rays_are_straight() -> None:
    sensor, target, elevation = 300e3, 900e3, 0.1
    straight = math.acos((MEAN_RADIUS + sensor) * math.cos(elevation) / (MEAN_RADIUS + target)) - elevation
    assert central_angle(sensor, target, elevation) == pytest.approx(straight, abs=1e-13)
    assert elevation_bias(sensor, target, elevation) == pytest.approx(0.0, abs=1e-12)


def test_the_zenith_is_not_bent() -> None:
    assert central_angle(30.0, 40e3, math.pi / 2) == pytest.approx(0.0, abs=1e-15)
    assert elevation_bias(30.0, 40e3, math.pi / 2) == pytest.approx(0.0, abs=1e-12)


def test_no_way_no_angle() -> None:
    assert central_angle(500.0, 500.0, 0.0) == 0.0
    assert math.isnan(central_angle(500.0, 100.0, 0.0))
    assert math.isnan(central_angle(500.0, 20e3, 1.001 * grazing_elevation(500.0)))


def test_a_downward_ray_passes_its_lowest_point() -> None:
    dip = grazing_elevation(500.0)
    assert dip < 0.0
    through = central_angle(0.0, 500.0, 0.0) + central_angle(0.0, 20e3, 0.0)
    assert central_angle(500.0, 20e3, dip) == pytest.approx(through, abs=1e-10)
    assert grazing_elevation(0.0) == 0.0


@pytest.mark.parametrize("sensor", [0.0, 0.5, 30.0, 1e3, 1e4, 1e6, 3.6e7])
def test_the_grazing_ray_exists_from_every_altitude(sensor: float) -> None:
    target = max(20e3, 2.0 * sensor)
    assert central_angle(sensor, target, grazing_elevation(sensor)) > 0.0


def test_the_table_is_the_function() -> None:
    altitudes = np.array([0.0, 10.0, 30.0, 1e3, 20e3, 300e3])
    altitudes.flags.writeable = False
    table = horizon_table(30.0, 0.01, altitudes)
    assert table[:2].tolist() == [0.0, 0.0]  # below the sensor: a climbing ray never passes there
    assert table[2:].tolist() == [central_angle(30.0, a, 0.01) for a in altitudes[2:]]


def test_below_the_dip_the_table_is_the_horizon() -> None:
    altitudes = np.array([0.0, 100.0, 20e3])
    table = horizon_table(500.0, -0.5, altitudes)
    assert table.tolist() == horizon_table(500.0, grazing_elevation(500.0), altitudes).tolist()
    assert (table > 0.0).all()


def test_a_sensor_below_the_ellipsoid_looks_level_at_least() -> None:
    assert grazing_elevation(-5.0) == 0.0
    table = horizon_table(-5.0, -0.1, np.array([-5.0, 20e3]))
    assert table.tolist() == [0.0, central_angle(-5.0, 20e3, 0.0)]


def test_ground_range_is_the_angle_at_sea_level() -> None:
    assert horizon_range(30.0, 20e3) == MEAN_RADIUS * central_angle(30.0, 20e3, 0.0)
    assert horizon_range(30.0, 20e3, 0.1) < horizon_range(30.0, 20e3)
