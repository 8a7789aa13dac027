"""The raid: order of launches, what layers know of each other, limits, reasons, identity."""

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.base.types import Reason
from sakimori.engage import Magazine


def pair(scenes, **changes):
    """Two layers of two partners over the same magazine."""
    return [scenes.layer("one", **changes), scenes.layer("two", owner=1, **changes)]


def test_coordinated_layers_wait_for_each_other_and_save_rounds(scenes):
    flown = scenes.standing(1, 60)
    played = scenes.play(flown, pair(scenes), replications=4000)
    assert played.leak_probability[0] == pytest.approx(0.25, abs=0.03)  # 4 sigma
    assert played.rounds.tolist() == pytest.approx([1.0, 0.5], abs=0.03)


def test_a_layer_does_not_wait_where_that_would_cost_it_a_look(scenes):
    flown = scenes.standing(1, 20)  # fly-out 10 s: who waits for the first result comes too late
    played = scenes.play(flown, pair(scenes), replications=50)
    assert played.rounds.tolist() == [1.0, 1.0]


def test_partners_that_do_not_coordinate_fire_twice(scenes):
    flown = scenes.standing(1, 60)
    played = scenes.play(flown, pair(scenes), replications=4000, coordinated=False)
    assert played.rounds.tolist() == [1.0, 1.0]
    assert played.leak_probability[0] == pytest.approx(0.25, abs=0.03)


def test_a_wreck_is_not_shot_at_again_by_those_who_saw_it(scenes):
    flown = scenes.standing(1, 100)
    played = scenes.play(flown, pair(scenes, kill_probability=1.0, looks=3), replications=5, coordinated=False)
    assert played.rounds.tolist() == [1.0, 1.0]


def test_partners_that_leave_threats_to_each_other_leave_gaps(scenes):
    flown = scenes.standing(1, 60)
    layers = pair(scenes, kill_probability=1.0)
    played = scenes.play(flown, layers, replications=4000, coordinated=False, hold_probability=0.3)
    assert played.leak_probability[0] == pytest.approx(0.09, abs=0.02)
    assert played.cause[0] == Reason.HELD_FIRE
    assert scenes.play(flown, layers, replications=50, hold_probability=1.0).leak_probability[0] == 0.0


def test_nobody_leaves_a_threat_to_a_partner_who_cannot_fire(scenes):
    flown = scenes.standing(1, 60)
    layers = [scenes.layer("one", kill_probability=1.0), scenes.layer("two", owner=1, range=1.0)]
    played = scenes.play(flown, layers, replications=50, coordinated=False, hold_probability=1.0)
    assert played.leak_probability[0] == 0.0


def test_an_empty_magazine_is_a_reason(scenes):
    played = scenes.play(scenes.standing(3, 60), [scenes.layer(kill_probability=1.0)], (2.9,), replications=3)
    assert played.leak_probability.tolist() == [0.0, 0.0, 1.0]
    assert played.cause[2] == played.reason[2, 0] == Reason.MAGAZINE_EMPTY
    assert played.rounds.tolist() == [2.0]


def test_rounds_of_one_salvo_after_another_go_round_the_threats(scenes):
    played = scenes.play(scenes.standing(3, 60), [scenes.layer(salvo=3)], (7,))
    assert played.shots[:, 0].tolist() == [3.0, 2.0, 2.0]


def test_a_busy_channel_is_waited_for_or_is_the_reason(scenes):
    one = scenes.layer(kill_probability=1.0, channels=1)
    assert scenes.play(scenes.standing(2, 60), [one]).leak_probability.tolist() == [0.0, 0.0]
    short = scenes.play(scenes.standing(2, 20), [one])
    assert short.leak_probability.tolist() == [0.0, 1.0]
    assert short.cause[1] == Reason.NO_CHANNEL


def test_the_cause_of_a_leak_is_that_of_the_layer_that_got_furthest(scenes):
    layers = [scenes.layer("far", range=1.0), scenes.layer("near", kill_probability=0.0)]
    played = scenes.play(scenes.standing(1, 60), layers)
    assert played.reason[0].tolist() == [Reason.OUT_OF_REACH, Reason.MISSED]
    assert played.cause[0] == Reason.MISSED


def test_a_threat_that_another_layer_killed_first_is_a_reason(scenes):
    layers = [scenes.layer("one", kill_probability=1.0), scenes.layer("two", mean_speed=500.0)]
    played = scenes.play(scenes.standing(1, 90), layers)
    assert played.reason[0].tolist() == [Reason.KILLED, Reason.ALREADY_KILLED]
    assert played.cause[0] == Reason.KILLED


def test_a_raid_without_layers_leaks_and_one_without_threats_does_not(scenes):
    assert scenes.play(scenes.standing(2, 9), []).expected_leakers == 2.0
    nobody = scenes.flights(np.zeros((1, 5)))
    empty = nobody._replace(
        position_ecef=nobody.position_ecef[:0],
        altitude=nobody.altitude[:0],
        phase=nobody.phase[:0],
        maneuver=nobody.maneuver[:0],
    )
    assert scenes.play(empty, [scenes.layer()]).no_leaker == 1.0


def test_a_threat_alone_and_in_a_raid_has_the_same_luck(scenes):
    layers = [scenes.layer("one", looks=2), scenes.layer("two", kill_probability=0.2)]
    alone = scenes.play(scenes.standing(1, 60), layers, replications=300)
    among = scenes.play(scenes.standing(7, 60), layers, replications=300)
    assert among.leak_probability[0] == alone.leak_probability[0]
    assert len(set(among.leak_probability)) > 1


def test_adding_a_layer_does_not_shift_the_luck_of_another(scenes):
    flown = scenes.standing(5, 20)
    alone = scenes.play(flown, [scenes.layer("one")], replications=300)
    among = scenes.play(flown, [scenes.layer("none", kill_probability=0.0), scenes.layer("one")], replications=300)
    np.testing.assert_array_equal(among.leak_probability, alone.leak_probability)


def test_the_same_call_gives_the_same_bits_and_writes_to_none_of_its_inputs(scenes):
    flown = scenes.standing(4, 60)
    known, given = scenes.tracks(flown, sigma=5.0), scenes.deliveries(1.0)
    for array in (*flown, *known, *given):
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    layers = [scenes.layer(looks=2, channels=1)]
    first, second = (
        scenes.play(flown, layers, (5,), tracks=known, deliveries=given, replications=50) for _ in range(2)
    )
    for a, b in zip(first, second, strict=True):
        np.testing.assert_array_equal(a, b)


def test_variances_are_those_of_one_replication(scenes):
    played = scenes.play(scenes.standing(10, 20), [scenes.layer()], replications=20000)
    assert played.leakers_variance == pytest.approx(2.5, rel=0.05)  # binomial, 10 x 0.5 x 0.5
    assert played.no_leaker_variance == pytest.approx(played.no_leaker * (1.0 - played.no_leaker), rel=1e-3)


@pytest.mark.parametrize(
    ("layer", "settings"),
    [({"magazine": 1}, {}), ({}, {"replications": 0}), ({}, {"hold_probability": 1.5}), ({"owner": -1}, {})],
)
def test_what_is_not_there_is_refused(scenes, layer, settings):
    with pytest.raises(InputError):
        scenes.play(scenes.standing(1, 9), [scenes.layer(**layer)], **settings)


def test_a_round_is_assigned_when_channel_and_launchers_are_free_and_launched_after_that(scenes):
    """Fly-out 10 s: with one channel the second threat's turn comes with the first intercept."""
    flown, one = scenes.standing(2, 60), {"kill_probability": 1.0, "decision_delay": 3.0}
    played = scenes.play(flown, [scenes.layer(channels=1, **one)])
    assert played.commit[:, 0].tolist() == [3.0, 3.0]
    assert played.assigned[:, 0].tolist() == played.first_launch[:, 0].tolist() == [3.0, 13.0]
    assert played.first_intercept[:, 0].tolist() == [13.0, 23.0]
    reloading = Magazine(rounds=2, ready=1, reload_time=25.0)
    later = scenes.play(flown, [scenes.layer(**one)], [reloading])
    assert later.assigned[:, 0].tolist() == [3.0, 28.0]


def test_a_launch_may_wait_for_the_threat_after_a_round_is_assigned(scenes):
    flown = scenes.flights(10e3, altitude=np.where(np.arange(60) < 40, 90e3, 10e3)[None], north=np.zeros(60))
    played = scenes.play(flown, [scenes.layer(ceiling=20e3)])
    assert (played.commit[0, 0], played.assigned[0, 0], played.first_launch[0, 0]) == (0.0, 0.0, 30.0)


def test_who_never_fires_has_no_times(scenes):
    played = scenes.play(scenes.standing(1, 60), [scenes.layer()], (0,))
    assert np.isnan([played.assigned[0, 0], played.first_launch[0, 0], played.first_intercept[0, 0]]).all()
    assert played.commit[0, 0] == 0.0
