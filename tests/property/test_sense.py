"""What must hold for any sensor: probabilities, monotony, orbits, symmetry."""

import dataclasses
import math
from typing import TypeAlias

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.base.constants import WGS84_FLATTENING, WGS84_MU, WGS84_RADIUS
from sakimori.base.types import Flights, Phase, Reason, Sightings
from sakimori.earth import geodesy
from sakimori.earth.sightlines import earth_behind
from sakimori.sense import detection, infrared, orbits, radar, visibility
from sakimori.sense.coverage import worst_case
from sakimori.sense.infrared import Infrared
from sakimori.sense.orbits import Geostationary, Orbit
from sakimori.sense.radar import Radar

signals = st.floats(0.0, 1e4)
swerlings = st.sampled_from([0, 1, 2, 3, 4])
pulse_counts = st.sampled_from([1, 1, 2, 7, 64])
false_alarms = st.floats(-12, -1).map(lambda x: 10.0**x)
angles = st.floats(-math.pi, math.pi)


def probability(signal: float, false_alarm: float, swerling: int, pulses: int = 1) -> float:
    """Of one look, from its false-alarm probability."""
    return detection.probability(signal, detection.threshold_of(false_alarm, pulses), swerling, pulses)


@settings(max_examples=200, deadline=None)
@given(signals, signals, false_alarms, swerlings, pulse_counts)
def test_detection_is_a_probability_and_never_falls_with_the_signal(
    a: float, b: float, false_alarm: float, case: int, pulses: int
):
    low, high = (probability(s, false_alarm, case, pulses) for s in sorted((a, b)))
    # one pulse is exact; sums of more round by 1e-16 a term, and their threshold is found to 1e-15
    slack = 1e-12 if pulses == 1 else 1e-9
    assert false_alarm * (1 - slack) <= low <= high * (1 + slack)
    assert high <= 1.0


@settings(max_examples=200, deadline=None)
@given(signals, false_alarms, false_alarms, swerlings)
def test_a_stricter_threshold_never_detects_more(signal: float, a: float, b: float, case: int):
    strict, loose = (probability(signal, p, case) for p in sorted((a, b)))
    assert strict <= loose * (1 + 1e-12)


@settings(max_examples=100, deadline=None)
@given(st.floats(1e3, 1e7), st.floats(1e3, 1e7), st.floats(1e-4, 1e2))
def test_a_farther_target_is_never_stronger_nor_better_measured(a: float, b: float, area: float):
    near, far = sorted((a, b))
    strong, weak = (radar.signal(d, area, 1e6, 1.0, 20.0) for d in (near, far))
    assert weak <= strong
    assert radar.angle_sigma(strong, 0.01, 1e-4) <= radar.angle_sigma(weak, 0.01, 1e-4)
    assert infrared.signal(far, 1e4, 1e-9, 1.0) <= infrared.signal(near, 1e4, 1e-9, 1.0)


@settings(max_examples=200, deadline=None)
@given(st.floats(-20, 20), st.floats(0.0, 0.99))
def test_kepler_equation_is_solved_to_rounding(mean: float, eccentricity: float):
    anomaly = orbits.eccentric_anomaly(mean, eccentricity)
    rest = anomaly - eccentricity * math.sin(anomaly) - mean
    assert abs(rest - 2 * math.pi * round(rest / (2 * math.pi))) < 1e-13


@settings(max_examples=60, deadline=None)
@given(st.floats(7e6, 5e7), st.floats(0.0, 0.05), st.floats(0.0, math.pi), angles, angles, angles)
def test_energy_and_plane_of_a_fixed_ellipse_are_kept(
    axis: float, eccentricity: float, tilt: float, node: float, perigee: float, mean: float
):
    orbit = Orbit(
        semi_major_axis=axis,
        eccentricity=eccentricity,
        inclination=tilt,
        raan=node,
        argument_of_perigee=perigee,
        mean_anomaly=mean,
        j2=0.0,
    )
    times = np.linspace(0.0, 20000.0, 7)
    path = orbits.positions_eci(orbit, times)
    ahead, behind = orbits.positions_eci(orbit, times + 0.5), orbits.positions_eci(orbit, times - 0.5)
    velocity, radius = ahead - behind, np.linalg.norm(path, axis=1)
    energy = 0.5 * (velocity**2).sum(axis=1) - WGS84_MU / radius
    # the difference over 1 s is short of the velocity by n^2 / 24 of it, 5e-8 at most here
    assert energy == pytest.approx(np.full(7, -WGS84_MU / (2 * axis)), rel=3e-7)
    normal = np.array([math.sin(tilt) * math.sin(node), -math.sin(tilt) * math.cos(node), math.cos(tilt)])
    assert np.abs(path @ normal / axis).max() < 1e-12


@settings(max_examples=15, deadline=None)
@given(angles, angles)
def test_turning_a_whole_constellation_does_not_change_its_coverage(node: float, phase: float):
    plain = orbits.walker(8, 4, 1, 1.0, 1e6)
    turned = [dataclasses.replace(o, raan=o.raan + node, mean_anomaly=o.mean_anomaly + phase) for o in plain]
    assert worst_case(turned).angle == pytest.approx(worst_case(plain).angle, abs=1e-6)


def scattered(count: int, seed: int) -> list[Orbit]:
    """Circular orbits of one size in any planes."""
    draws = np.random.default_rng(seed).uniform(0.0, 2.0 * math.pi, (count, 3))
    return [Orbit(semi_major_axis=8e6, inclination=a / 2, raan=b, mean_anomaly=c) for a, b, c in draws]


@settings(max_examples=12, deadline=None)
@given(st.integers(2, 9), st.integers(0, 10**6))
def test_one_more_satellite_never_uncovers_and_two_fold_is_never_nearer(count: int, seed: int):
    whole = scattered(count, seed)
    all_of_them, but_one = worst_case(whole, gap=1e-3), worst_case(whole[:-1], gap=1e-3)
    assert all_of_them.angle <= but_one.angle + but_one.gap + 1e-9
    twice = worst_case(whole, fold=2, gap=1e-2)
    assert all_of_them.angle <= twice.angle + twice.gap + 1e-9


@settings(max_examples=12, deadline=None)
@given(st.integers(1, 9), st.integers(1, 3), st.integers(0, 10**6))
def test_no_place_is_ever_worse_served_than_the_worst_case(count: int, fold: int, seed: int):
    """Places and times at random stay below what is proven, and at the worst instant a fine net comes up to it."""
    constellation, rng = scattered(count, seed), np.random.default_rng(seed)
    if fold > count:
        return
    found = worst_case(constellation, fold, gap=1e-2)
    places = rng.normal(size=(20_000, 3))
    places /= np.linalg.norm(places, axis=1)[:, None]
    period = 2.0 * math.pi * math.sqrt(8e6**3 / WGS84_MU)
    turns = np.append(rng.uniform(0.0, 1.0, 20), found.turn)
    fixed = [dataclasses.replace(o, j2=0.0) for o in constellation]
    points = np.stack([orbits.positions_eci(o, turns * period) for o in fixed]) / 8e6
    served = [np.sort(np.arccos(np.clip(places @ points[:, k].T, -1, 1)), axis=1)[:, fold - 1] for k in range(21)]
    assert max(s.max() for s in served) <= found.angle + found.gap + 1e-9
    # but for one draw in a hundred thousand, one of 20,000 places at random lies within 3 deg of any point
    assert served[-1].max() >= found.angle - math.radians(3.0)


SENSOR = Radar(
    name="radar",
    key=1,
    owner=0,
    latitude=0.6,
    longitude=2.3,
    altitude=50.0,
    boresight=0.5,
    sector=2.0,
    elevation_min=0.02,
    elevation_max=1.2,
    reference_range=600e3,
    maximum_range=1200e3,
    range_sigma=10.0,
    angle_sigma=1e-3,
    beam_width=0.02,
    fence_low=0.02,
    fence_high=0.2,
    fence_interval=5.0,
    fence_load=0.3,
    dwell=0.02,
    track_interval=2.0,
    search_beams_max=50.0,
)
SPACE = Infrared(
    name="infrared",
    key=2,
    owner=0,
    orbit=Geostationary(2.3),
    noise_equivalent_irradiance=1e-11,
    threshold=5.0,
    angle_sigma=30e-6,
    revisit=2.0,
    tangent_altitude=20e3,
    looks_down=True,
    clutter_factor=2.0,
)
Sample: TypeAlias = tuple[float, float, float, Phase]  # latitude, longitude [rad], altitude [m], phase
PLACES = st.lists(
    st.tuples(st.floats(0.4, 0.9), st.floats(2.0, 2.6), st.floats(0.0, 5e5), st.sampled_from(list(Phase))),
    min_size=1,
    max_size=12,
)


def flights(places: list[Sample], cross_section: float = 0.1, intensity: float = 1e5) -> Flights:
    """One threat, a place per sample."""
    latitude, longitude, altitude = (np.array(column) for column in list(zip(*places, strict=True))[:3])
    position, shape = geodesy.positions_ecef(latitude, longitude, altitude)[None], (1, len(places))
    return Flights(
        1.0,
        position,
        np.zeros_like(position),
        altitude[None],
        np.array([[int(p[3]) for p in places]], np.uint8),
        np.zeros(shape),
        np.full(shape, intensity),
        np.array([cross_section]),
        np.zeros(1, np.int64),
        np.zeros(1, np.int64),
        np.zeros(1, np.uint8),
        np.zeros((*shape, 0, 3)),
        np.ones(1),
    )


def see(case: Flights, radars: list[Radar], infrareds: list[Infrared]) -> Sightings:
    """Visibility with every sensor up."""
    place = visibility.sensor_positions(radars, infrareds, 2461245.5, 1.0, case.phase.shape[1])
    return visibility.see(case, radars, infrareds, place, np.ones(len(radars) + len(infrareds), np.bool_))


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_the_answer_is_coherent_and_independent_of_neighbours(places: list[Sample]):
    case = flights(places)
    both = see(case, [SENSOR], [SPACE])
    assert ((both.signal > 0) == (both.reason == Reason.NONE)).all()
    assert not (both.in_fence & (both.reason != Reason.NONE)).any()
    assert (both.reason[:, :1] == see(case, [SENSOR], []).reason).all()
    assert (both.signal[:, 1:] == see(case, [], [SPACE]).signal).all()
    for k in range(len(places)):
        assert (
            see(flights(places[k : k + 1]), [SENSOR], [SPACE]).reason[0, :, 0].tolist() == both.reason[0, :, k].tolist()
        )


@settings(max_examples=60, deadline=None)
@given(PLACES)
def test_a_better_sensor_sees_all_that_the_worse_one_saw(places: list[Sample]):
    case = flights(places)
    wider = dataclasses.replace(
        SENSOR, sector=2 * math.pi, elevation_min=0.0, elevation_max=1.57, reference_range=1e6, maximum_range=2e6
    )
    keener = dataclasses.replace(SPACE, noise_equivalent_irradiance=1e-12, tangent_altitude=1e4, clutter_factor=1.0)
    worse, better = see(case, [SENSOR], [SPACE]), see(case, [wider], [keener])
    assert (better.signal >= worse.signal).all()
    assert (better.reason[worse.reason == Reason.NONE] == Reason.NONE).all()


@settings(max_examples=60, deadline=None)
@given(PLACES, st.floats(0.0, 4.0), st.floats(-0.3, 0.8), st.sampled_from([0.0, 0.03, 0.2]), st.integers(1, 4))
def test_losses_only_take_away_and_faces_and_power_only_add(
    places: list[Sample], exponent: float, tilt: float, wavelength: float, faces: int
):
    case = flights(places)
    lossy = dataclasses.replace(SENSOR, scan_exponent=exponent, face_tilt=tilt, wavelength=wavelength)
    plain, weak = see(case, [SENSOR], []), see(case, [lossy], [])
    more = see(case, [dataclasses.replace(lossy, faces=faces, face_spacing=1.0)], [])
    strong = see(case, [dataclasses.replace(lossy, reference_range=1.5 * lossy.reference_range)], [])
    for less, better in ((weak, plain), (weak, more), (weak, strong)):
        assert (better.signal >= less.signal).all()
        assert (better.reason[less.reason == Reason.NONE] == Reason.NONE).all()
        assert not (less.in_fence & ~better.in_fence).any()
    changed = weak.reason != plain.reason
    assert (weak.reason[changed] == Reason.TOO_FAINT).all()


@settings(max_examples=60, deadline=None)
@given(PLACES, st.floats(1.0, 100.0))
def test_a_larger_and_hotter_threat_is_seen_wherever_a_smaller_one_was(places: list[Sample], factor: float):
    small, large = flights(places), flights(places, 0.1 * factor, 1e5 * factor)
    a, b = see(small, [SENSOR], [SPACE]), see(large, [SENSOR], [SPACE])
    assert (b.reason[a.reason == Reason.NONE] == Reason.NONE).all()
    assert b.signal[a.signal > 0] == pytest.approx(a.signal[a.signal > 0] * factor, rel=1e-12)


def decided(sensor: Radar, places: np.ndarray, above: np.ndarray) -> list[tuple[int, float, bool]]:
    """(reason, signal, fenced) of threats (M, 3) [m] from a radar in its axes' frame by the exact test alone."""
    axes, faces = tuple(np.eye(3).ravel().tolist()), visibility._faces([sensor])[0]
    row, limits = visibility._radar_row(sensor), visibility._limits(sensor)
    found = []
    for (x, y, z), height in zip(places.tolist(), above.tolist(), strict=True):
        exact = visibility._radar_look(x, y, z, height, 0.1, axes, faces, row, limits, False)
        if height > 0.0:
            code, inside = visibility._surely(x, y, z, axes, faces, row)
            assert code in (Reason.NONE, exact[0])
            assert visibility._radar_look(x, y, z, height, 0.1, axes, faces, row, limits, inside) == exact
        found.append(exact)
    return found


@settings(max_examples=40, deadline=None)
@given(
    st.integers(0, 2**32 - 1),
    st.sampled_from([0.0, 30.0, 3000.0, 15e3]),
    st.sampled_from([0.02, 1.0, 2.0, math.pi - 1e-9, math.pi, 4.0, 6.0, 2 * math.pi]),
    st.integers(1, 4),
)
def test_what_is_decided_early_is_what_the_exact_test_says(seed: int, height: float, sector: float, faces: int):
    """Anywhere round the radar, and within rounding of its horizon and of its sector's edges."""
    sensor = dataclasses.replace(SENSOR, altitude=height, sector=sector, faces=faces, boresight=0.7)
    dice = np.random.default_rng(seed)
    distance = 10.0 ** dice.uniform(3.0, 6.8, 150)
    azimuth = dice.uniform(-math.pi, math.pi, 150)
    edges = [a + side * sector / 2 for a in sensor.face_azimuths for side in (-1, 1)]
    azimuth[:50] = dice.choice(edges, 50) + dice.choice([0.0, 1e-16, 1e-12, 1e-9, 1e-6], 50) * dice.normal(size=50)
    sine = np.clip(dice.normal(0.0, 0.2, 150), -1.0, 1.0)
    lowest, highest = visibility._radar_row(sensor)[9:]
    sine[40:80] = dice.choice([lowest, highest], 40) * (1.0 + dice.choice([0.0, 1e-16, 1e-10, 1e-7], 40))
    above = dice.choice([0.0, 10.0, 3e4, 2e5, 2e6], 150) * dice.uniform(size=150)
    level = distance * np.sqrt(1.0 - sine**2)
    places = np.stack([level * np.sin(azimuth), level * np.cos(azimuth), distance * sine], axis=1)
    found = decided(sensor, places, above)
    assert {code for code, _, _ in found} >= {Reason.BELOW_HORIZON}


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 2**32 - 1), st.sampled_from([0.0, 2e4, 1e5]))
def test_the_earth_is_behind_wherever_the_exact_test_says(seed: int, tangent: float):
    dice = np.random.default_rng(seed)
    wide = 1.0 / (WGS84_RADIUS + tangent)
    tall = 1.0 / (WGS84_RADIUS * (1.0 - WGS84_FLATTENING) + tangent)
    scale = np.array([wide, wide, tall])
    sensors, targets = dice.normal(size=(2, 200, 3))
    sensors *= dice.uniform(1.03, 7.0, (200, 1)) / np.linalg.norm(sensors, axis=1, keepdims=True)
    targets *= dice.uniform(0.99, 1.2, (200, 1)) / np.linalg.norm(targets, axis=1, keepdims=True)
    # lines that touch: through a point on the ball, across its radius
    foot = targets[:100] / np.linalg.norm(targets[:100], axis=1, keepdims=True)
    across = np.cross(foot, dice.normal(size=(100, 3)))
    foot *= 1.0 + dice.choice([0.0, 1e-15, 1e-11, 1e-9, 1e-6], (100, 1)) * dice.normal(size=(100, 1))
    sensors[:100], targets[:100] = foot - 2.0 * across, foot + dice.uniform(-0.5, 0.5, (100, 1)) * across
    answers = set()
    for sensor, target in zip((sensors / scale).tolist(), (targets / scale).tolist(), strict=True):
        exact = earth_behind(tuple(sensor), tuple(target), tangent)
        assert visibility._behind(tuple(sensor), tuple(target), wide, tall, tangent) == exact
        answers.add(exact)
    assert answers == {True, False}
