"""The watch with sensors that err: biases, tracks of nothing, several pulses, looks that step between threats."""

from typing import Any

import numpy as np
import pytest

from sakimori.base.types import Reason
from sakimori.chain.evidence import gather
from sakimori.sense import biases
from sakimori.sense.circuits import Circuit
from sakimori.track.bounds import PRIOR_POSITION, PRIOR_VELOCITY
from sakimori.track.singer import CORRELATION_TIME, transition, unit_noise

SURE = 1e6  # signal at which a look of a Swerling 1 target detects with 1 - 1e-5
BIAS = {"angle_bias": 2e-3, "range_bias": 200.0}


def kalman(
    raid: Any, seen: np.ndarray, radar: Any, place: np.ndarray, offset: Any, rate_sigma: float = np.inf
) -> np.ndarray:
    """Trace of the mean squared position error (K,) of a filter whose measurements stand off by `offset(k)` [m]."""
    step, start, end = raid.step, int(raid.launch[0]), int(raid.impact[0])
    f1, f2, f3, f4 = transition(step, CORRELATION_TIME)
    pp, pv, pa, vv, va, aa = unit_noise(step, CORRELATION_TIME)
    s, one = raid.maneuver[0, 0], np.eye(3)
    f = np.kron([[1, f1, f2 * s], [0, 1, f3 * s], [0, 0, f4]], one)
    q = np.kron([[s * s * pp, s * s * pv, s * pa], [s * s * pv, s * s * vv, s * va], [s * pa, s * va, aa]], one)
    p = np.diag([PRIOR_POSITION**2] * 3 + [PRIOR_VELOCITY**2] * 3 + [1.0] * 3)
    h, mean, found = np.hstack([one, np.zeros((3, 6))]), np.zeros(9), np.full(end, np.nan)
    for k in range(start, end):
        if k > start:
            p, mean = f @ p @ f.T + q, f @ mean
        if seen[k]:
            sight = raid.position_ecef[0, k] - place
            u = sight / np.linalg.norm(sight)
            across = (radar.angle_sigma * np.linalg.norm(sight)) ** 2
            r = radar.range_sigma**2 * np.outer(u, u) + across * (one - np.outer(u, u))
            gain = p @ h.T @ np.linalg.inv(h @ p @ h.T + r)
            mean = mean + gain @ (offset(k) - h @ mean)
            p = (np.eye(9) - gain @ h) @ p
            way = raid.velocity_ecef[0, k]
            row = np.concatenate([(way - u * (u @ way)) / np.linalg.norm(sight), u, np.zeros(3)])
            gain = p @ row / (row @ p @ row + rate_sigma**2)
            mean = mean - gain * (row @ mean)
            p = p - np.outer(gain, row @ p)
        found[k] = np.trace(p[:3, :3]) + (mean[:3] ** 2).sum()
    return found


def test_a_bias_stays_in_the_track_as_in_a_filter_that_does_not_know_it(scenes: Any) -> None:
    raid, radar = scenes.flights(1), scenes.radar(**BIAS)
    found, plain = (scenes.watched((r,), signal=SURE, raid=raid) for r in (radar, scenes.radar()))
    place = scenes.sensor_positions([radar], [], scenes.JULIAN_DATE, 2.0, 1)[0, 0]
    turn = np.array([2e-3 * biases.normal(1, 0, radar.key, c, 0) for c in range(3)])
    far = 200.0 * biases.normal(1, 0, radar.key, 3, 0)

    def offset(k: int) -> np.ndarray:
        sight = raid.position_ecef[0, k] - place
        return np.cross(turn, sight) + far * sight / np.linalg.norm(sight)

    seen = found.tracks.reason[0, 0] == Reason.NONE
    np.testing.assert_array_equal(found.tracks.reason, plain.tracks.reason)
    end = int(raid.impact[0])
    # the two updates round differently beside a prior of 1e12 m2
    np.testing.assert_allclose(
        found.tracks.spread[0, 0, 2:end, 0], kalman(raid, seen, radar, place, offset)[2:], rtol=1e-5
    )
    np.testing.assert_allclose(
        plain.tracks.spread[0, 0, 2:end, 0], kalman(raid, seen, radar, place, lambda k: 0.0)[2:], rtol=1e-5
    )
    settled = np.flatnonzero(seen)[-20:]
    assert (found.tracks.spread[0, 0, settled, 0] > 1.2 * plain.tracks.spread[0, 0, settled, 0]).all()


@pytest.mark.parametrize("bias", [{}, BIAS])
def test_range_rate_tells_of_velocity_along_the_sight_as_in_a_filter(scenes: Any, bias: dict[str, float]) -> None:
    raid, radar = scenes.flights(1), scenes.radar(range_rate_sigma=2.0, **bias)
    assert np.abs(raid.velocity_ecef[0, 10]).max() > 1e3
    found, without = (scenes.watched((r,), signal=SURE, raid=raid) for r in (radar, scenes.radar(**bias)))
    place = scenes.sensor_positions([radar], [], scenes.JULIAN_DATE, 2.0, 1)[0, 0]
    turn = np.array([radar.angle_bias * biases.normal(1, 0, radar.key, c, 0) for c in range(3)])
    far = radar.range_bias * biases.normal(1, 0, radar.key, 3, 0)

    def offset(k: int) -> np.ndarray:
        sight = raid.position_ecef[0, k] - place
        return np.cross(turn, sight) + far * sight / np.linalg.norm(sight)

    seen, end = found.tracks.reason[0, 0] == Reason.NONE, int(raid.impact[0])
    np.testing.assert_array_equal(found.tracks.reason, without.tracks.reason)
    expected = kalman(raid, seen, radar, place, offset, 2.0)
    np.testing.assert_allclose(found.tracks.spread[0, 0, 2:end, 0], expected[2:], rtol=1e-5)  # rounding, as above
    first = np.flatnonzero(seen)[0]
    # the first look: nothing was known of the velocity, now its part along the sight is
    assert without.tracks.spread[0, 0, first, 3] - found.tracks.spread[0, 0, first, 3] == pytest.approx(9e6, rel=0.02)
    if not bias:
        less = found.tracks.spread[0, 0, 2:end, :4:3] <= without.tracks.spread[0, 0, 2:end, :4:3] * (1 + 1e-9)
        assert less.all()


def test_a_weak_echo_tells_less_of_the_range_rate(scenes: Any) -> None:
    """A resolution of 200 m/s at a signal of 50 is a sigma of 20 m/s: the same as that floor."""
    weak, floor, fine = (
        scenes.watched((scenes.radar(range_rate_sigma=s, range_rate_resolution=r),), signal=50.0).tracks.spread
        for s, r in ((2.0, 200.0), (20.0, 0.0), (2.0, 0.0))
    )
    np.testing.assert_allclose(weak, floor, rtol=1e-9)
    assert (weak[0, 0, 20:50, 3] > fine[0, 0, 20:50, 3]).all()


def test_a_carrier_that_moves_measures_the_rate_of_its_own_range(scenes: Any) -> None:
    """The velocity is that relative to the aircraft: differences of the sight, which hold both motions."""
    circuit = Circuit(leg=1e5, radius=1e4, bearing=0.3, speed=250.0)
    one, raid = scenes.case((scenes.radar(circuit=circuit, range_rate_sigma=1.0),)), scenes.flights(1)
    sightings = scenes.clear(raid, one)
    found, e = gather(one, raid, sightings), 20
    k = int(np.searchsorted(found.begin[0], e, side="right")) - 1
    sight = raid.position_ecef[0] - sightings.sensor_ecef[0]
    moved, u = np.gradient(sight, 2.0, axis=0)[k], found.sight[e, :3]
    full = np.zeros((6, 6))
    full[np.triu_indices(6)] = found.look.rated[e]
    np.testing.assert_allclose(full[3:, 3:], np.triu(np.outer(u, u)), atol=1e-12)  # of 1 m/s
    across = (moved - u * (u @ moved)) / found.sight[e, 3]
    np.testing.assert_allclose(full[:3, 3:], np.outer(across, u), atol=1e-9)


def test_a_bias_that_is_not_there_changes_no_bit(scenes: Any) -> None:
    one = scenes.watched((scenes.radar(),), (scenes.eye(),), threats=3, signal=30.0)
    two = scenes.watched(
        (scenes.radar(angle_bias=0.0, range_bias=0.0, refraction_residual=0.0),),
        (scenes.eye(boresight_sigma=0.0, step_time=0.0),),
        threats=3, signal=30.0,
    )  # fmt: skip
    assert one.tracks.spread.tobytes() == two.tracks.spread.tobytes()
    assert one.tracks.reason.tobytes() == two.tracks.reason.tobytes()


def test_a_biased_sensor_among_others_never_knows_more_than_it_would_without(scenes: Any) -> None:
    eyes = (scenes.eye("a", 0, -40.0), scenes.eye("b", 0, 30.0, boresight_sigma=1e-4, boresight_time=60.0))
    found = scenes.watched((scenes.radar(refraction_residual=0.3),), eyes, signal=SURE)
    plain = scenes.watched((scenes.radar(),), (eyes[0], scenes.eye("b", 0, 30.0)), signal=SURE)
    flying = slice(2, 59)
    assert (found.tracks.spread[0, 0, flying, 0] >= plain.tracks.spread[0, 0, flying, 0] * (1 - 1e-12)).all()
    assert found.tracks.spread[0, 0, 58, 0] > 1.5 * plain.tracks.spread[0, 0, 58, 0]


def test_tracks_of_nothing_take_beam_time(scenes: Any) -> None:
    """0.5 tracks a second live 30 s: 15 of them, each 20 ms in 2 s, are 0.15 of the time; 5 a second leave none."""
    calm, busy, full = (scenes.radar(dwell=0.02, false_track_rate=rate) for rate in (0.0, 0.5, 5.0))
    loads = [scenes.watched((r,), signal=SURE).tracks.beam_load[0, 0] for r in (calm, busy, full)]
    assert loads == pytest.approx([0.3, 0.45, 1.0])
    found = scenes.watched((full,), signal=SURE)
    dropped = (found.tracks.reason[0, 0] == Reason.NO_BEAM_TIME).sum()
    assert dropped > 0
    assert found.assets.dropped_time[0, 0] == dropped * scenes.STEP
    none, some = (scenes.watched((r,), signal=SURE).tracks.reason == Reason.NONE for r in (full, calm))
    assert 0 < none.sum() < some.sum()


def test_more_pulses_in_a_look_detect_more_and_measure_better(scenes: Any) -> None:
    one, many = (scenes.watched((scenes.radar(pulses=n, angle_sigma=1e-6),), signal=4.0) for n in (1, 16))
    hits = [(found.tracks.reason == Reason.NONE).sum() for found in (one, many)]
    assert hits[0] < hits[1]
    both = (one.tracks.reason[0, 0] == Reason.NONE) & (many.tracks.reason[0, 0] == Reason.NONE)
    last = np.flatnonzero(both)[-1]
    assert many.tracks.spread[0, 0, last, 0] < one.tracks.spread[0, 0, last, 0]


def test_a_weak_echo_is_ranged_worse_where_a_resolution_is_stated(scenes: Any) -> None:
    floor, weak = (scenes.watched((scenes.radar(range_resolution=r),), signal=50.0) for r in (0.0, 30e3))
    np.testing.assert_array_equal(floor.tracks.reason, weak.tracks.reason)
    k = np.flatnonzero(floor.tracks.reason[0, 0] == Reason.NONE)[0]
    # the first look: 30 km / sqrt(100) = 3 km in place of 30 m, beside what the angles leave
    gained = weak.tracks.spread[0, 0, k, 0] - floor.tracks.spread[0, 0, k, 0]
    assert gained == pytest.approx(3e3**2, rel=0.01)


def test_a_sensor_that_steps_from_threat_to_threat_looks_at_each_less_often(scenes: Any) -> None:
    """1 s for each of six threats, samples of 2 s: each is looked at every third sample; alone, at each."""
    stepping = scenes.eye(step_time=1.0)
    alone, among = (scenes.watched((), (stepping,), threats=n, signal=100.0) for n in (1, 6))
    looks = [(found.tracks.reason[0, 0] == Reason.NONE).sum() for found in (alone, among)]
    assert looks == [57, 19]
    assert among.tracks.confirmed[0, :, 20:59].all()
    per_sample = (among.tracks.reason[:, 0, 2:59] == Reason.NONE).sum(axis=0)
    assert (per_sample == 2).all()
