"""Commit, hand-over, divert: which launches are permitted, and the reason where none is."""

import math

import numpy as np
import pytest

from sakimori.base.types import Reason
from sakimori.engage.timeline import divert_demand, known_variance
from sakimori.track.bounds import blocks, prior, propagated, updated
from sakimori.track.singer import transition, unit_noise


def test_commit_waits_for_track_latency_and_decision(scenes):
    flown = scenes.standing(1, 60)
    known = scenes.tracks(flown, first=20)
    played = scenes.play(flown, [scenes.layer(decision_delay=4.0)], tracks=known, deliveries=scenes.deliveries(2.5))
    assert played.commit[0, 0] == 27.0  # 20 s, latency rounded up to 3 s, decision 4 s
    assert played.first_launch[0, 0] == 27.0
    assert played.first_intercept[0, 0] == 37.0


def test_a_launch_is_put_off_to_the_last_that_makes_the_first_intercept(scenes):
    flown = scenes.flights(10e3, altitude=np.where(np.arange(60) < 40, 90e3, 10e3)[None], north=np.zeros(60))
    played = scenes.play(flown, [scenes.layer(ceiling=20e3)])
    assert (played.first_launch[0, 0], played.first_intercept[0, 0]) == (30.0, 40.0)
    assert played.last_launch[0, 0] == 49.0


def test_the_newest_delivered_update_is_predicted_over_its_age_as_the_track_itself_would_be(scenes):
    """A track that coasts, then dives: what a partner knows late is what the track's own covariance comes to."""
    maneuver = np.array([[0.05, 0.05, 5.0, 60.0, 60.0, 60.0]])
    flown = scenes.flights(np.full((1, 6), 10e3), step=2.0, maneuver=maneuver)
    known = scenes.tracks(flown, first=0, last=2)
    motion, noise = transition(2.0, 20.0), unit_noise(2.0, 20.0)
    covariance = updated(prior(), np.full(6, 1e-4) * [3, 1, 1, 3, 1, 3])
    spread, own = known.spread[0, 0], []
    for k in range(6):
        covariance = propagated(covariance, motion, noise, maneuver[0, k - 1]) if k > 0 else covariance
        spread[k] = blocks(covariance, maneuver[0, k], 1.0)[:, [0, 3, 5]].sum(axis=1)
        own.append(spread[k, 0])
    for latency in (0.0, 2.0, 6.0):
        variance = known_variance(flown, known, np.array([[latency]]), 20.0)[0, 0]
        late = int(latency / 2.0)
        np.testing.assert_array_equal(variance[:late], np.inf)
        np.testing.assert_allclose(variance[late:], own[late:], rtol=1e-10)


def test_efficiency_widens_a_prediction_as_it_widens_the_track(scenes):
    flown = scenes.flights(np.full((1, 6), 10e3), step=2.0, maneuver=5.0)
    sharp, dull = scenes.tracks(flown, sigma=10.0, last=2), scenes.tracks(flown, sigma=15.0, last=2)
    expected = known_variance(flown, sharp, np.array([[2.0]]), 20.0)
    np.testing.assert_allclose(known_variance(flown, dull, np.array([[2.0]]), 20.0, 1.5), 2.25 * expected, rtol=1e-12)


def test_the_best_delivered_pool_counts(scenes):
    flown = scenes.standing(1, 5)
    known = scenes.tracks(flown, sigma=10.0, pools=2)
    known.spread[1] *= 4.0
    variance = known_variance(flown, known, np.array([[np.inf, 0.0], [0.0, 0.0]]), 20.0)
    np.testing.assert_allclose(variance[:, 0, 0], [1200.0, 300.0])


@pytest.mark.parametrize(
    ("track", "given", "layer", "reason"),
    [
        ({"first": 60}, 0.0, {}, Reason.NOT_DETECTED),
        ({}, np.inf, {}, Reason.NOT_SHARED),
        ({}, 70.0, {}, Reason.TOO_LATE),  # delivered after the raid
        ({"sigma": 2e3}, 0.0, {}, Reason.TRACK_TOO_POOR),
        ({}, 0.0, {"availability": 0.0}, Reason.LAYER_OUT),
        ({}, 0.0, {"range": 5e3}, Reason.OUT_OF_REACH),
        ({}, 0.0, {"ceiling": 9e3}, Reason.ABOVE_CEILING),
        ({}, 0.0, {"floor": 11e3}, Reason.BELOW_FLOOR),
        ({"first": 55}, 0.0, {}, Reason.TOO_LATE),
        ({"sigma": 500.0}, 0.0, {"basket": 1e3}, Reason.OUTSIDE_BASKET),
        ({"sigma": 500.0}, 0.0, {"homing_time": 2.0, "divert": 700.0}, Reason.DIVERT_EXCEEDED),
    ],
)
def test_every_reason_why_a_layer_cannot_fire(scenes, track, given, layer, reason):
    flown = scenes.standing(1, 60)
    played = scenes.play(
        flown, [scenes.layer(**layer)], tracks=scenes.tracks(flown, **track), deliveries=scenes.deliveries(given)
    )
    assert played.reason[0, 0] == played.cause[0] == reason
    assert played.leak_probability[0] == 1.0
    assert np.isnan(played.first_launch[0, 0])


def test_a_confirmed_track_too_vague_to_be_of_use_is_too_poor_and_not_missing(scenes):
    flown = scenes.standing(1, 60)
    known = scenes.tracks(flown)
    vague = known._replace(usable=np.zeros_like(known.usable))
    assert scenes.play(flown, [scenes.layer()], tracks=vague).reason[0, 0] == Reason.TRACK_TOO_POOR


def test_a_detection_without_a_track_is_not_confirmed(scenes):
    flown = scenes.standing(1, 60)
    known = scenes.tracks(flown)
    none = np.zeros_like(known.usable)
    played = scenes.play(flown, [scenes.layer()], tracks=known._replace(usable=none, confirmed=none))
    assert played.reason[0, 0] == Reason.NOT_CONFIRMED


def test_too_late_says_when_the_last_launch_would_have_been(scenes):
    flown = scenes.standing(1, 60)
    played = scenes.play(flown, [scenes.layer()], tracks=scenes.tracks(flown, first=55))
    assert (played.commit[0, 0], played.last_launch[0, 0]) == (55.0, 49.0)


def test_updates_until_hand_over_keep_a_manoeuvring_threat_in_the_basket(scenes):
    flown = scenes.flights(np.full((1, 200), 100e3), maneuver=3.0)  # fly-out 100 s
    lasting, lost = scenes.tracks(flown, sigma=50.0), scenes.tracks(flown, sigma=50.0, last=5)
    one = scenes.layer(basket=5e3, homing_time=5.0, divert=100.0)
    assert scenes.play(flown, [one], tracks=lasting).reason[0, 0] in (Reason.KILLED, Reason.MISSED)
    assert scenes.play(flown, [one], tracks=lost).reason[0, 0] == Reason.OUTSIDE_BASKET


def test_divert_demand_is_the_error_and_the_manoeuvre_after_hand_over():
    assert divert_demand(0.0, 5.0, 100.0) == 250.0  # a t / 2
    assert divert_demand(100.0, 0.0, 10.0) == 30.0  # 3 sigma / t


def test_the_track_must_be_there_at_hand_over_and_need_not_last_longer(scenes):
    flown = scenes.standing(1, 60)  # fly-out 10 s
    one = scenes.layer(homing_time=15.0)
    late = scenes.play(flown, [one], tracks=scenes.tracks(flown, first=20))
    assert late.first_intercept[0, 0] == 35.0  # the first whose hand-over, 15 s before, has a track
    assert late.last_launch[0, 0] == 49.0
    moving = scenes.flights(np.full((1, 60), 10e3), maneuver=np.where(np.arange(60) < 30, 0.0, 300.0)[None])
    lost = scenes.play(moving, [scenes.layer(homing_time=5.0, divert=1e6)], tracks=scenes.tracks(moving, last=20))
    # 300 m/s2 from 30 s on, long after the last update at 19 s, break the basket some seconds later
    covariance, broken = np.zeros((9, 9)), 19
    while 3.0 * math.sqrt(covariance[0, 0]) <= 10e3:
        speed_up = moving.maneuver[0, broken]
        covariance = propagated(covariance, transition(1.0, 20.0), unit_noise(1.0, 20.0), speed_up)
        broken += 1
    assert 31 < broken < 40
    assert lost.last_launch[0, 0] == broken - 1 + 5.0 - 10.0


def test_a_manoeuvre_between_hand_over_and_intercept_takes_divert(scenes):
    turn = np.where(np.arange(60) == 30, 100.0, 0.0)[None]
    flown = scenes.flights(np.full((1, 60), 10e3), maneuver=turn)
    one = scenes.layer(homing_time=5.0, divert=300.0)  # needs sqrt(2) x 100 x 5 / 2 = 354 m/s
    played = scenes.play(flown, [one], tracks=scenes.tracks(flown, first=20))
    assert played.first_intercept[0, 0] == 36.0  # intercepts from 30 to 35 s have the turn after hand-over


@pytest.mark.parametrize(("error", "reason"), [(900.0, Reason.NONE), (1100.0, Reason.OUTSIDE_BASKET)])
def test_the_basket_must_hold_the_true_error_of_a_filter(scenes, error, reason):
    """A track that states 100 m and is off by more than the basket of 1 km: it commits, and nothing fits."""
    flown = scenes.standing(1, 60)
    known = scenes.tracks(flown, sigma=100.0)
    wrong = np.zeros_like(known.spread)
    wrong[..., 0] = error**2
    played = scenes.play(flown, [scenes.layer(basket=1e3, divert=1e4)], tracks=known._replace(error=wrong))
    assert played.commit[0, 0] == 0.0
    assert (played.reason[0, 0] == Reason.OUTSIDE_BASKET) == (reason == Reason.OUTSIDE_BASKET)
    assert (played.shots[0, 0] > 0.0) == (reason == Reason.NONE)


REMOTE = {
    "engage": {},
    "launch": {"engage_on_remote": False},
    "own": {"launch_on_remote": False},
    "neither": {"launch_on_remote": False, "engage_on_remote": False},
}


def two_pools(scenes, flown, own, joint):
    """Pool 0 holds a partner's own measurements from sample `own` on, pool 1 others' as well, from `joint` on."""
    known, second = scenes.tracks(flown, first=own, pools=2), scenes.tracks(flown, first=joint)
    known.usable[1], known.confirmed[1] = second.usable[0], second.confirmed[0]
    both = scenes.deliveries(np.zeros((1, 2)))
    return {"tracks": known._replace(reason=second.reason), "deliveries": both, "own": np.array([[True, False]])}


@pytest.mark.parametrize(
    ("doctrine", "commit", "launch", "intercept"),
    [
        ("engage", 5.0, 5.0, 15.0),
        ("launch", 5.0, 31.0, 41.0),  # the first intercept whose hand-over, 1 s before, has an own track
        ("own", 40.0, 40.0, 50.0),
        ("neither", 40.0, 40.0, 50.0),
    ],
)
def test_launch_on_remote_needs_an_own_track_at_hand_over_and_engage_on_remote_never(
    scenes, doctrine, commit, launch, intercept
):
    flown = scenes.standing(1, 60)
    layer = scenes.layer(**REMOTE[doctrine])
    played = scenes.play(flown, [layer], **two_pools(scenes, flown, 40, 5))
    assert played.commit[0, 0] == commit
    assert (played.first_launch[0, 0], played.first_intercept[0, 0]) == (launch, intercept)


@pytest.mark.parametrize("doctrine", ["launch", "own", "neither"])
def test_a_layer_that_needs_an_own_track_and_has_none_says_so(scenes, doctrine):
    flown = scenes.standing(1, 60)
    known = two_pools(scenes, flown, 60, 5)
    assert scenes.play(flown, [scenes.layer(**REMOTE[doctrine])], **known).reason[0, 0] == Reason.REMOTE_TRACK
    near = scenes.layer(range=5e3, **REMOTE[doctrine])
    assert scenes.play(flown, [near], **known).reason[0, 0] == Reason.OUT_OF_REACH
    nothing = two_pools(scenes, flown, 60, 60)
    assert scenes.play(flown, [scenes.layer(**REMOTE[doctrine])], **nothing).reason[0, 0] == Reason.NOT_DETECTED
