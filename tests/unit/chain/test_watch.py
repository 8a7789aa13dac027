"""The watch on hand-made sightings: bounds, cues, beam time, sharing and causality."""

import itertools
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from numba.core.runtime import _nrt_python as nrt  # pyright: ignore
from numba.core.runtime.nrt import rtsys

from sakimori.base.types import Reason, Rule
from sakimori.sense.tasking import Priority
from sakimori.track.bounds import PRIOR_POSITION, UNGROWN, grown, predicted_variance
from sakimori.track.singer import CORRELATION_TIME, transition, unit_noise

SURE = 1e6  # signal at which a look of a Swerling 1 target detects with 1 - 1e-5


def first(flags: np.ndarray) -> int:
    return int(np.argmax(flags)) if flags.any() else -1


def grown_over(gap: float) -> Any:
    return grown(UNGROWN, transition(gap, CORRELATION_TIME), unit_noise(gap, CORRELATION_TIME), 5.0, 1.0)


def test_without_a_detection_the_track_is_pure_prediction(scenes: Any) -> None:
    found = scenes.watched((scenes.radar(),), seen=slice(0, 0))
    assert not found.tracks.confirmed.any()
    assert not found.tracks.usable.any()
    start = np.array([3 * PRIOR_POSITION**2, 0, 0, 3 * 3e3**2, 0, 3 * 5.0**2])
    expected = [predicted_variance(start, scenes.STEP * j, grown_over(scenes.STEP * j)) for j in range(57)]
    np.testing.assert_allclose(found.tracks.spread[0, 0, 2:59, 0], expected, rtol=1e-12)
    assert np.isinf(found.tracks.spread[0, 0, [0, 1, 59]]).all()  # not flying


def test_a_fence_finds_and_track_looks_confirm(scenes: Any) -> None:
    """Fence every third sample, track looks at each: found at a fence look, confirmed one sample later (2 of 3)."""
    found = scenes.watched((scenes.radar(),), signal=SURE)
    seen = found.tracks.reason[0, 0] == Reason.NONE
    assert 2 <= first(seen) <= 4
    assert seen[first(seen) : 59].all()
    assert (found.tracks.reason[0, 0, 2 : first(seen)] == Reason.NOT_TASKED).all()
    assert first(found.tracks.confirmed[0, 0]) == first(seen) + 1


def test_outside_the_fence_nothing_is_found_without_a_cue(scenes: Any) -> None:
    found = scenes.watched((scenes.radar(),), signal=SURE, fence=False)
    assert (found.tracks.reason[0, 0, 2:59] == Reason.NOT_TASKED).all()


@pytest.mark.parametrize("rule", [Rule.NONE, Rule.WARNING, Rule.CUE, Rule.FIRE_CONTROL])
def test_a_narrow_radar_acquires_only_when_cued(scenes: Any, rule: Rule) -> None:
    """Two infrared sensors of partner 1 see at once; partner 0's radar searches once their cue is there: 8 s later."""
    eyes = (scenes.eye("eye", 1, -40.0), scenes.eye("eye", 1, 30.0))
    found = scenes.watched((scenes.radar(),), eyes, signal=SURE, fence=False, back=rule, late=6.0)
    seen = found.tracks.reason[0, 0] == Reason.NONE
    confirmed = first(found.tracks.confirmed[1, 0])
    assert confirmed == 3
    assert first(seen) == (confirmed + 4 if rule >= Rule.CUE else -1)  # 2 s own latency and 6 s of the link


def test_a_worse_cue_takes_longer_or_fails(scenes: Any) -> None:
    """Beams of 0.05 degrees, 5 ms each, 1.4 s per sample: a search of over 280 beams takes several samples."""
    slow = scenes.radar(beam_width=np.radians(0.05), dwell=5e-3, search_beams_max=5000.0)
    acquired = []
    for sigma in (1e-6, 1e-4, 1e-2):
        eyes = tuple(scenes.eye("eye", 0, longitude, angle_sigma=sigma) for longitude in (-40.0, 30.0))
        found = scenes.watched((slow,), eyes, signal=SURE, fence=False)
        acquired.append(first(found.tracks.reason[0, 0] == Reason.NONE))
        reasons = set(found.tracks.reason[0, 0, 2:59].tolist())
        assert (int(Reason.NO_BEAM_TIME) in reasons) == (sigma == 1e-4)
        assert (int(Reason.CUE_TOO_POOR) in reasons) == (sigma == 1e-2)
    assert 0 < acquired[0] < acquired[1]
    assert acquired[2] == -1


def test_a_lost_track_still_cues_until_its_prediction_is_too_wide(scenes: Any) -> None:
    """The eyes see 10 samples only; the radar, from sample 40 on, finds a coasting threat but not an agile one."""
    outcomes = []
    for maneuver in (0.01, 50.0):
        raid = scenes.flights(maneuver=maneuver)
        eyes = (scenes.eye("eye", 0, -40.0), scenes.eye("eye", 0, 30.0))
        one = scenes.case((scenes.radar(search_beams_max=50.0),), eyes)
        early, late = scenes.clear(raid, one, seen=slice(0, 12)), scenes.clear(raid, one, seen=slice(40, None))
        mixed = early._replace(
            reason=np.concatenate([late.reason[:, :1], early.reason[:, 1:]], axis=1),
            signal=np.concatenate([late.signal[:, :1], early.signal[:, 1:]], axis=1) * (SURE / 1e4),
            in_fence=np.zeros_like(early.in_fence),
        )
        found = scenes.picture(one, scenes.option(3), raid, mixed)
        assert not found.tracks.confirmed[0, 0, 38]  # dropped long ago
        outcomes.append(set(found.tracks.reason[0, 0, 40:59].tolist()))
    assert outcomes == [{int(Reason.NONE)}, {int(Reason.CUE_TOO_POOR)}]


def test_saturation(scenes: Any) -> None:
    """A track look takes 0.6 s of the 1.4 s that a sample has: two threats are served at a time, the others wait."""
    busy = scenes.radar(dwell=0.6)
    alone = scenes.watched((busy,), signal=SURE)
    assert Reason.NO_BEAM_TIME not in alone.tracks.reason
    assert (alone.tracks.beam_load <= 0.3 + 0.3 + 1e-12).all()
    many = scenes.watched((busy,), threats=6, signal=SURE)
    waiting = many.tracks.reason[:, 0, 10:59] == Reason.NO_BEAM_TIME
    assert waiting.any(axis=1).all()  # nobody is always served
    assert not waiting.all(axis=1).any()  # nobody starves
    assert many.tracks.beam_load.max() == pytest.approx(1.0)
    # Beside fence looks, which cost no beam time of their own, two or three of six are seen at a time.
    assert 2.0 <= (many.tracks.reason[:, 0, 10:59] == Reason.NONE).sum(axis=0).mean() <= 4.0


@pytest.mark.parametrize("order", [Priority.VALUE, Priority.TIME_TO_GO, Priority.WAITING])
def test_a_radar_short_of_beam_time_serves_by_the_stated_priority(scenes: Any, order: Priority) -> None:
    """Two of six threats are served at a time: whom, the study says."""
    busy, values = scenes.radar(dwell=0.6), (1.0, 1.0, 9.0, 1.0, 4.0, 1.0)
    raid = scenes.flights(6)
    raid = raid._replace(impact=raid.impact - np.array([0, 3, 0, 0, 0, 1]))
    found = scenes.watched((busy,), raid=raid, signal=SURE, values=values, beam_priority=(Priority.TRACKED, order))
    dropped = found.assets.dropped_time[:, 0]
    assert dropped.sum() > 0.0
    served = set(np.argsort(dropped)[:2].tolist())
    if order is Priority.WAITING:
        assert np.ptp(dropped) <= 0.2 * dropped.max()  # shared evenly
    else:
        assert served == {Priority.VALUE: {2, 4}, Priority.TIME_TO_GO: {1, 5}}[order]


def test_the_watch_frees_what_it_takes(scenes: Any) -> None:
    """Its lean kernels count no references: an array given back by one of them would never be freed."""
    nrt.memsys_enable_stats()
    try:
        kept = []
        for _ in range(3):
            scenes.watched((scenes.radar(range_rate_sigma=2.0, **{"angle_bias": 1e-3}),), (scenes.eye(),), threats=3)
            stats = rtsys.get_allocation_stats()
            kept.append(stats.mi_alloc - stats.mi_free)
        assert kept[1] == kept[2]
    finally:
        nrt.memsys_disable_stats()


def test_a_look_longer_than_a_sample_is_finished_in_the_next(scenes: Any) -> None:
    eyes = (scenes.eye("eye", 0, -40.0), scenes.eye("eye", 0, 30.0))
    found = scenes.watched((scenes.radar(dwell=2.0),), eyes, signal=SURE, fence=False)
    reasons = found.tracks.reason[0, 0, 10:59].tolist()
    assert set(reasons) == {int(Reason.NONE), int(Reason.NO_BEAM_TIME)}
    # 2 s of looking at 1.4 s per sample: seen at most every second sample
    assert not any(a == b == Reason.NONE for a, b in itertools.pairwise(reasons))


def test_a_track_is_dropped_and_must_be_confirmed_again(scenes: Any) -> None:
    one = scenes.case((scenes.radar(),), drop_time=10.0)
    raid = scenes.flights()
    sightings = scenes.clear(raid, one, signal=SURE)
    sightings.reason[:, :, 15:35] = int(Reason.BELOW_HORIZON)
    found = scenes.picture(one, scenes.option(1), raid, sightings)
    held = found.tracks.confirmed[0, 0]
    assert held[14:20].all()  # 10 s are 5 samples
    assert not held[20:36].any()
    again = first(held[20:]) + 20
    assert (found.tracks.reason[0, 0, 20 : again + 1] == Reason.NONE).sum() == 2
    assert held[again:59].all()


def test_time_runs_forward(scenes: Any) -> None:
    """What happens after sample 30 changes nothing before it."""
    eyes = (scenes.eye("eye", 1, -40.0), scenes.eye("eye", 1, 30.0))
    one, raid = scenes.case((scenes.radar(dwell=0.3),), eyes, 4), scenes.flights(4)
    whole = scenes.clear(raid, one, in_fence=False, signal=20.0)
    cut = scenes.clear(raid, one, in_fence=False, signal=20.0, seen=slice(0, 31))
    rules = scenes.option(3, back=Rule.CUE)
    before, after = (scenes.picture(one, rules, raid, s) for s in (cut, whole))
    np.testing.assert_array_equal(before.tracks.reason[:, :, :31], after.tracks.reason[:, :, :31])
    np.testing.assert_array_equal(before.tracks.spread[:, :, :31], after.tracks.spread[:, :, :31])
    np.testing.assert_array_equal(before.tracks.beam_load[:, :31], after.tracks.beam_load[:, :31])
    assert (before.tracks.reason[:, :, 31:] != after.tracks.reason[:, :, 31:]).any()


def test_a_threat_is_seen_alike_alone_and_in_a_raid(scenes: Any) -> None:
    alone = scenes.watched((scenes.radar(),), (scenes.eye(),), signal=30.0)
    among = scenes.watched((scenes.radar(),), (scenes.eye(),), threats=5, signal=30.0)
    np.testing.assert_array_equal(alone.tracks.reason[0], among.tracks.reason[0])
    np.testing.assert_array_equal(alone.tracks.spread[:, 0], among.tracks.spread[:, 0])


def test_the_same_case_gives_the_same_bits_and_writes_nothing(scenes: Any) -> None:
    one, raid = scenes.case((scenes.radar(),), (scenes.eye(),), 3), scenes.flights(3)
    sightings = scenes.clear(raid, one, signal=30.0)
    given = (*sightings, raid.position_ecef, raid.maneuver, raid.launch, raid.impact)
    before = [array.copy() for array in given]
    first_time, second_time = (scenes.picture(one, scenes.option(2), raid, sightings) for _ in range(2))
    assert first_time.tracks.spread.tobytes() == second_time.tracks.spread.tobytes()
    assert first_time.tracks.reason.tobytes() == second_time.tracks.reason.tobytes()
    for old, new in zip(before, given, strict=True):
        np.testing.assert_array_equal(old, new)
    other = scenes.picture(replace(one, future=1), scenes.option(2), raid, sightings)
    assert (other.tracks.reason != first_time.tracks.reason).any()


def test_efficiency_widens_what_is_known(scenes: Any) -> None:
    sharp = scenes.watched((scenes.radar(),), signal=SURE)
    dull = scenes.watched((scenes.radar(),), signal=SURE, efficiency=1.5)
    np.testing.assert_allclose(dull.tracks.spread, 2.25 * sharp.tracks.spread, rtol=1e-12)


def test_two_equal_infrared_sensors_halve_the_variance_across(scenes: Any) -> None:
    """Side by side, so that neither adds geometry; the first look tells all, before any motion."""
    one = scenes.watched((), (scenes.eye("a"),), signal=100.0)
    two = scenes.watched((), (scenes.eye("a"), scenes.eye("b")), signal=100.0)
    across = [found.tracks.spread[0, 0, 2, 0] - PRIOR_POSITION**2 for found in (one, two)]
    # the prior along the sight is taken off; what is left is (R s)^2 twice, to the prior's share of 1e-7
    assert across[0] == pytest.approx(2 * (1e-5 * 35.8e6) ** 2, rel=0.02)
    assert across[1] / across[0] == pytest.approx(0.5, rel=1e-3)


def test_looks_faster_than_the_samples_all_count(scenes: Any) -> None:
    slow = scenes.watched((), (scenes.eye(revisit=2.0),), signal=100.0)
    fast = scenes.watched((), (scenes.eye(revisit=0.5),), signal=100.0)
    across = [found.tracks.spread[0, 0, 2, 0] - PRIOR_POSITION**2 for found in (slow, fast)]
    assert across[1] / across[0] == pytest.approx(0.25, rel=1e-3)


def test_one_infrared_sensor_alone_warns_but_gives_no_shooter_a_track_at_once(scenes: Any) -> None:
    found = scenes.watched((), (scenes.eye(),), signal=100.0)
    assert found.tracks.confirmed[0, 0, 3]
    assert not found.tracks.usable[0, 0, 3]
