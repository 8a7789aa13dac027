"""Starts, impact ellipses, verdicts and refusals."""

import math

import numpy as np
import pytest

from sakimori.base.constants import WGS84_FLATTENING, WGS84_RADIUS
from sakimori.base.errors import InputError
from sakimori.earth.frames import enu_axes
from sakimori.earth.geodesy import ecef_from_geodetic
from sakimori.earth.sightlines import range_azimuth_elevation
from sakimori.flight.motion import Body
from sakimori.flight.profile import trace, velocity_ecef
from sakimori.track.consistency import custody, efficiency, judge, score
from sakimori.track.impact import impact
from sakimori.track.kalman import predicted, updated
from sakimori.track.measurements import Look, Looks, Measures, sight_axes
from sakimori.track.motions import Model, Motion, table
from sakimori.track.runs import follow
from sakimori.track.starts import crossing, estimate, place_of

INF, EARTH = math.inf, (WGS84_RADIUS, WGS84_FLATTENING)
STILL = (0.0, 0.0, 0.0)


def test_radar_start_is_the_point_measured_with_its_spread() -> None:
    """The target comes back, and the covariance is the noise along range, azimuth and elevation."""
    site, axes = ecef_from_geodetic(0.6, 2.4, 0.0, *EARTH), enu_axes(0.6, 2.4)
    target = ecef_from_geodetic(0.63, 2.43, 50e3, *EARTH)
    distance, azimuth, elevation = range_azimuth_elevation(site, axes, target)
    look = Look(int(Measures.RADAR), site, STILL, axes, (distance, azimuth, elevation, 0.0), (100.0, 4e-6, 1e-6, INF))
    place, spread = place_of(look)
    np.testing.assert_allclose(place, target, atol=1e-6)
    expected = sorted([100.0, 4e-6 * (distance * math.cos(elevation)) ** 2, 1e-6 * distance**2])
    np.testing.assert_allclose(np.linalg.eigvalsh(spread), expected, rtol=1e-9)


@pytest.mark.parametrize(("angle_deg", "sigma"), [(5.0, 324.0), (10.0, 162.0), (20.0, 81.0)])
def test_crossing_of_two_lines_has_the_stereo_spread(angle_deg: float, sigma: float) -> None:
    """Weak axis s R/(sqrt2 sin(g/2)) for 10 urad at 2,000 km; rounded in the source, hence 0.5 m."""
    half, looks = math.radians(angle_deg) / 2.0, []
    for side in (-half, half):
        x, y = math.cos(side), math.sin(side)
        sensor = (7e6 - 2e6 * x, -2e6 * y, 0.0)
        looks.append(
            Look(int(Measures.SIGHT), sensor, STILL, sight_axes(x, y, 0.0), (0.0,) * 4, (1e-10, 1e-10, INF, INF))
        )
    met, place, spread = crossing(looks[0], looks[1], 0.0)
    assert met
    np.testing.assert_allclose(place, [7e6, 0.0, 0.0], atol=1e-6)
    assert math.sqrt(np.linalg.eigvalsh(spread)[-1]) == pytest.approx(sigma, abs=0.5)
    assert not crossing(looks[0], looks[0], 0.0)[0]


def test_ballistic_prediction_is_the_flight() -> None:
    """100 s without air: the model's gravity and rotation against the flight kernel, 5 m after 200 km.

    Steps of 2 s leave a third-order error of some 0.05 m each.
    """
    start = np.array([*ecef_from_geodetic(0.6, 2.4, 150e3, *EARTH), -800.0, 1500.0, 600.0])
    flown = trace(start, Body(INF), step=100.0, stop_time=100.0)
    row = table([Model(Motion.WHITE, 0.0)])[0]
    mean, covariance = estimate(start[:3], np.eye(3), 0.0)
    mean[3:6] = start[3:]
    mean, _ = predicted(mean, covariance, 100.0, row)
    np.testing.assert_allclose(mean[:3], flown.state[-1, :3], atol=5.0)
    np.testing.assert_allclose(mean[3:6], flown.state[-1, 3:], atol=0.1)


def test_glide_model_follows_drag_that_grows() -> None:
    """A ballistic body that dives through the air: 20 s ahead the glide-aware model errs under a third of Singer's."""
    body = Body(5000.0)
    start = np.array([*ecef_from_geodetic(0.6, 2.4, 40e3, *EARTH), *velocity_ecef(0.6, 2.4, 2800.0, -0.4, 1.0)])
    flown = trace(start, body, step=20.0, stop_time=60.0, stop_altitude=1e3)
    ahead = trace(flown.state[0], body, step=0.01, stop_time=0.01).state
    airless = trace(flown.state[0], Body(INF), step=0.01, stop_time=0.01).state
    force = (ahead[1, 3:] - airless[1, 3:]) / 0.01
    mean = np.concatenate([start, force])
    missed = {}
    for model in (Model(Motion.GLIDE, 2e-4, 1e6), Model(Motion.SINGER, 5.0, 20.0), Model(Motion.WHITE, 5.0)):
        got, _ = predicted(mean, np.eye(9), 20.0, table([model])[0])
        missed[model.kind] = float(np.linalg.norm(got[:3] - flown.state[1, :3]))
    assert missed[Motion.GLIDE] < missed[Motion.SINGER] / 3.0
    assert missed[Motion.GLIDE] < missed[Motion.WHITE] / 3.0


@pytest.mark.parametrize("way", [(1.0, 0.0, 0.0), (0.0, 1.0, 0.0), (-0.6, 0.0, 0.8)])
def test_a_force_of_the_air_does_not_feed_itself(way: tuple[float, float, float]) -> None:
    """30 g along 2 km/s would be infinite after 3 s, and turn ever faster where it is slow: 100 g ends that."""
    for speed in (0.0, 200.0, 2000.0):
        start = np.array([*ecef_from_geodetic(0.6, 2.4, 60e3, *EARTH), speed, 0.0, 0.0, *(300.0 * np.array(way))])
        mean, covariance = predicted(start, np.eye(9), 60.0, table([Model(Motion.GLIDE, 3e-4, 20.0, 0.1)])[0])
        assert np.linalg.norm(mean[6:]) < 1e3 * math.exp(2.0) * math.sqrt(5.0)
        assert np.linalg.norm(mean[:3] - start[:3]) < 0.5 * 60.0**2 * 1e3 * math.exp(2.0)
        assert np.isfinite(covariance).all()


def test_an_exact_range_is_taken_up_where_the_prediction_is_vague() -> None:
    """Prediction 20 km, range 450 km to 4 m: the sphere falls off by 450 m, and the update still knows how wrong it is.

    Mean NEES of position over 400 draws: 3, standard deviation sqrt(6/400) = 0.12; four of them.
    """
    site, axes = ecef_from_geodetic(0.6, 2.4, 0.0, *EARTH), enu_axes(0.6, 2.4)
    target = np.array(ecef_from_geodetic(0.63, 2.46, 150e3, *EARTH))
    true, generator = range_azimuth_elevation(site, axes, tuple(target.tolist())), np.random.default_rng(11)
    sigma, ratios = np.array([4.0, 3e-4, 3e-4]), []
    covariance = np.diag([20e3**2] * 3 + [1e4] * 3 + [1.0] * 3)
    for _ in range(400):
        mean = np.concatenate([target + generator.normal(0.0, 20e3, 3), np.zeros(6)])
        value = np.array(true) + generator.normal(size=3) * sigma
        variance = (*(sigma**2).tolist(), INF)
        after = updated(
            mean, covariance, Look(int(Measures.RADAR), site, STILL, axes, (*value.tolist(), 0.0), variance)
        )
        off = after.mean[:3] - target
        ratios.append(off @ np.linalg.solve(after.covariance[:3, :3], off))
    assert np.mean(ratios) == pytest.approx(3.0, abs=0.5)


def test_impact_point_and_ellipse() -> None:
    """The ellipse against 400 flights of the mean's neighbours: half-axes within 15 % (4 standard errors).

    And it shrinks as the time to go does.
    """
    start = np.array([*ecef_from_geodetic(0.6, 2.4, 100e3, *EARTH), -600.0, 1500.0, 200.0])
    row = table([Model(Motion.WHITE, 0.0)])[0]
    covariance = np.diag([1e4] * 3 + [25.0] * 3 + [0.0] * 3)
    mean = np.concatenate([start, np.zeros(3)])
    found = impact(mean, covariance, row)
    generator = np.random.default_rng(2)
    errors = generator.normal(size=(400, 6)) * [100.0] * 1
    errors[:, 3:] *= 0.05
    ends = [impact(np.concatenate([start + e, np.zeros(3)]), covariance, row) for e in errors]
    east = np.array([(e.longitude - found.longitude) * math.cos(found.latitude) for e in ends]) * 6.37e6
    north = np.array([e.latitude - found.latitude for e in ends]) * 6.37e6
    values = np.linalg.eigvalsh(np.cov(east, north))
    assert found.major == pytest.approx(math.sqrt(values[1]), rel=0.15)
    assert found.minor == pytest.approx(math.sqrt(values[0]), rel=0.15)
    nearer = impact(predicted(mean, covariance, 60.0, row)[0], covariance, row)
    assert nearer.time == pytest.approx(found.time - 60.0, abs=0.1)
    assert nearer.major < found.major
    up = np.concatenate([start[:3], 9000.0 * start[:3] / np.linalg.norm(start[:3]) * 1.4, np.zeros(3)])
    assert math.isnan(impact(up, covariance, row).time)


def test_verdicts_have_numbers() -> None:
    generator = np.random.default_rng(1)
    fine = judge((generator.normal(size=(100, 6)) ** 2).sum(axis=1), 6)
    assert fine.consistent
    assert fine.sentence().startswith("consistent")
    bold = judge(np.full(100, 12.0), 6)
    assert "INCONSISTENT: errors are larger" in bold.sentence()
    assert "12" in bold.sentence()
    assert "errors are smaller" in judge(np.full(100, 2.0), 6).sentence()
    with pytest.raises(InputError):
        judge(np.full(3, math.nan), 6)


def test_scores_and_efficiency_of_known_errors() -> None:
    generator = np.random.default_rng(3)
    errors, spread = generator.normal(size=(500, 4, 9)), np.tile(np.eye(9), (500, 4, 1, 1))
    errors[:, 0] = math.nan  # no track yet
    found = score(errors, spread)
    assert math.isnan(found.rmse[0])
    np.testing.assert_allclose(found.rmse[1:], math.sqrt(3.0), rtol=0.1)  # 5 standard errors
    np.testing.assert_allclose(found.anees[1:], 6.0, rtol=0.13)
    np.testing.assert_allclose(efficiency(errors[..., :3], np.full(4, 3.0))[1:], 1.0, rtol=0.1)
    assert score(errors, 0.25 * spread).outside == 1.0


def test_custody_counts_breaks() -> None:
    held = np.array([0, 0, 1, 1, 0, 0, 0, 1, 1, 0], np.bool_)
    assert custody(held) == (0.4, 2, 2, 3)
    assert custody(np.zeros(3, np.bool_)) == (0.0, 0, -1, 0)
    with pytest.raises(InputError):
        custody(np.zeros(0, np.bool_))


def test_models_out_of_range_are_refused() -> None:
    for models in ([], [Model(Motion.SINGER, -1.0)], [Model(Motion.SINGER, 1.0, 0.0)]):
        with pytest.raises(InputError):
            table(models)
    zero = np.zeros((2, 3))
    looks = Looks(*[np.zeros(2)] * 4, zero, zero, zero, zero, zero, np.ones(2, np.bool_))  # type: ignore[arg-type]
    with pytest.raises(InputError):
        follow(looks, np.zeros((1, 2, 3)), np.ones((1, 2), np.bool_), table([Model(Motion.WHITE, 1.0)]))
