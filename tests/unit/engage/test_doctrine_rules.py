"""Doctrine in the raid: salvos by look, reserve, hand-over, priority, permission, and results that take their time."""

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.base.types import Reason
from sakimori.engage import Magazine, Transfer
from sakimori.engage.doctrine import lone_targets


def targets(threats: int, layers: int, **changes):
    """Usual targets, some of it changed; scalars and lists become arrays."""
    usual = lone_targets(threats, layers)
    given = {name: np.broadcast_to(np.asarray(value), getattr(usual, name).shape) for name, value in changes.items()}
    return usual._replace(**given)


def test_shoot_look_shoot_shoot(scenes):
    one = scenes.layer(salvo=1, later_salvo=2, looks=3, kill_probability=0.0)
    assert scenes.play(scenes.standing(1, 200), [one]).rounds.tolist() == [5.0]


def test_shoot_look_shoot_shoot_kills_and_spends_as_the_closed_form_says(scenes):
    one = scenes.layer(salvo=1, later_salvo=2, looks=2, kill_probability=0.7)
    played = scenes.play(scenes.standing(1, 200), [one], replications=20_000)
    assert played.leak_probability[0] == pytest.approx(0.3**3, abs=0.005)  # 4 sigma
    assert played.rounds[0] == pytest.approx(1.0 + 0.3 * 2.0, abs=0.03)


def test_a_reserve_is_kept_for_places_of_value(scenes):
    one = scenes.layer(kill_probability=1.0, reserve=2, reserve_value=5.0)
    worth = targets(4, 1, value=[1.0, 1.0, 5.0, 1.0])
    played = scenes.play(scenes.standing(4, 60), [one], (3,), targets=worth)
    assert played.leak_probability.tolist() == [0.0, 1.0, 0.0, 1.0]
    assert played.cause[1] == played.cause[3] == Reason.RESERVED


def test_a_layer_hands_over_to_a_later_one_as_long_as_that_has_rounds(scenes):
    first = scenes.layer("first", kill_probability=1.0, hand_over=True)
    later = scenes.layer("later", kill_probability=1.0, mean_speed=500.0, magazine=1)
    played = scenes.play(scenes.standing(3, 60), [first, later], (9, 9))
    assert played.rounds.tolist() == [0.0, 3.0]
    assert (played.reason[:, 0] == Reason.HANDED_OVER).all()
    assert scenes.play(scenes.standing(3, 60), [first, later], (9, 0)).rounds.tolist() == [3.0, 0.0]


def test_nothing_is_handed_over_to_a_partner_who_does_not_coordinate(scenes):
    first = scenes.layer("first", kill_probability=1.0, hand_over=True)
    later = scenes.layer("later", kill_probability=1.0, mean_speed=500.0, magazine=1, owner=1)
    for coordinated in (False, True):
        played = scenes.play(scenes.standing(1, 60), [first, later], (9, 9), coordinated=coordinated)
        assert played.rounds[0] == (0.0 if coordinated else 1.0)


def test_by_value_the_rounds_go_to_the_places_of_most_value(scenes):
    one, worth = scenes.layer(kill_probability=1.0), targets(4, 1, value=[1.0, 3.0, 2.0, 3.0])
    usual = scenes.play(scenes.standing(4, 60), [one], (2,), targets=worth)
    assert usual.leak_probability.tolist() == [0.0, 0.0, 1.0, 1.0]
    valued = scenes.play(scenes.standing(4, 60), [one], (2,), targets=worth, by_value=True)
    assert valued.leak_probability.tolist() == [1.0, 0.0, 1.0, 0.0]


def test_who_may_not_fire_does_not_and_says_so(scenes):
    layers = [scenes.layer("one", kill_probability=1.0), scenes.layer("two", owner=1, kill_probability=1.0)]
    allowed = targets(2, 2, permitted=[[True, False], [False, False]])
    played = scenes.play(scenes.standing(2, 60), layers, targets=allowed, coordinated=False, hold_probability=1.0)
    assert played.leak_probability.tolist() == [0.0, 1.0]  # and nobody leaves it to one who may not
    assert played.reason.tolist() == [[Reason.KILLED, Reason.NOT_PERMITTED], [Reason.NOT_PERMITTED] * 2]


@pytest.mark.parametrize(("latency", "rounds"), [(0.0, [1.0, 0.0]), (15.0, [1.0, 0.0]), (40.0, [1.0, 1.0])])
def test_results_reach_the_partner_after_the_latency_of_the_link(scenes, latency, rounds):
    # The second layer flies 20 s: with 60 s in all it can wait for a result at 10 s only while it comes by 40 s.
    layers = [scenes.layer("one", kill_probability=1.0), scenes.layer("two", owner=1, mean_speed=500.0)]
    late = ((0.0, latency), (latency, 0.0))
    played = scenes.play(scenes.standing(1, 60), layers, result_latency=late)
    assert played.rounds.tolist() == rounds


def test_a_wreck_is_shot_at_until_its_kill_is_noticed(scenes):
    one = scenes.layer(kill_probability=1.0, looks=3, false_miss=0.25)
    played = scenes.play(scenes.standing(1, 200), [one], replications=20_000)
    assert played.leak_probability[0] == 0.0
    assert played.rounds[0] == pytest.approx(1.0 + 0.25 + 0.25**2, abs=0.02)  # 4 sigma


def test_a_miss_taken_for_a_kill_ends_the_engagement_for_all_who_are_told(scenes):
    layers = [scenes.layer("one", kill_probability=0.0, false_kill=0.4), scenes.layer("two", kill_probability=1.0)]
    short = scenes.layer("one", kill_probability=0.0, false_kill=0.4, mean_speed=2000.0)
    alone = scenes.play(scenes.standing(1, 60), [layers[0]], replications=4000)
    assert alone.leak_probability[0] == 1.0
    told = scenes.play(scenes.standing(1, 60), [short, layers[1]], replications=4000)
    assert told.leak_probability[0] == pytest.approx(0.4, abs=0.04)
    assert told.cause[0] == told.reason[0, 1] * 0 + Reason.FALSE_KILL


def test_false_kills_and_shots_leak_as_the_closed_form_says(scenes):
    # Each look kills with p; else it is taken for a kill with q: leak = (1-p) q + (1-p)^2 (1-q) with two looks.
    p, q = 0.6, 0.3
    one = scenes.layer(kill_probability=p, looks=2, false_kill=q)
    played = scenes.play(scenes.standing(1, 200), [one], replications=20_000)
    assert played.leak_probability[0] == pytest.approx((1 - p) * q + (1 - p) ** 2 * (1 - q), abs=0.012)


@pytest.mark.parametrize(("designation", "right"), [(1.0, 1.0), (0.0, 0.25), (0.6, 0.7)])
def test_a_round_flies_at_one_of_the_objects(scenes, designation, right):
    one = scenes.layer(kill_probability=1.0, designation=designation)
    among = targets(1, 1, heavy_objects=3.0)
    played = scenes.play(scenes.standing(1, 60), [one], targets=among, replications=20_000)
    assert played.leak_probability[0] == pytest.approx(1.0 - right, abs=0.013)  # 4 sigma
    assert played.wasted[0, 0] == played.rounds_wasted[0] == pytest.approx(1.0 - right, abs=0.013)
    if right < 1.0:
        assert played.cause[0] == Reason.WRONG_OBJECT


@pytest.mark.parametrize(("strip", "leak"), [(9e3, 0.5), (11e3, 0.0)])
def test_light_objects_are_gone_below_the_altitude_where_the_air_strips_them(scenes, strip, leak):
    one = scenes.layer(kill_probability=1.0, designation=0.0)
    among = targets(1, 1, light_objects=1.0, strip_altitude=strip)
    played = scenes.play(scenes.standing(1, 60), [one], targets=among, replications=4000)
    assert played.leak_probability[0] == pytest.approx(leak, abs=0.032)


def test_all_rounds_of_a_look_fly_at_the_same_object(scenes):
    one = scenes.layer(kill_probability=1.0, designation=0.0, salvo=4)
    played = scenes.play(scenes.standing(1, 60), [one], targets=targets(1, 1, heavy_objects=1.0), replications=4000)
    assert played.leak_probability[0] == pytest.approx(0.5, abs=0.032)


def test_tracks_of_nothing_cost_rounds_at_their_rate(scenes):
    one = scenes.layer(range=1.0, false_shot_rate=0.01, salvo=2)
    played = scenes.play(scenes.standing(1, 400, step=0.5), [one], replications=4000)
    assert played.rounds[0] == played.rounds_wasted[0] == pytest.approx(2 * 0.01 * 200.0, abs=0.18)  # 4 sigma
    assert played.shots[0, 0] == 0.0
    assert scenes.play(scenes.standing(1, 400), [one], (3,), replications=50).rounds[0] <= 3.0
    off = scenes.layer(range=1.0, false_shot_rate=0.01, availability=0.0)
    assert scenes.play(scenes.standing(1, 400), [off], replications=50).rounds[0] == 0.0


def test_a_battery_near_a_leaker_is_lost_to_what_comes_later(scenes):
    flown = scenes.standing(2, 100)
    flown = flown._replace(impact=np.array([30, 100]))
    flown.phase[0, 30:] = 5  # on the ground
    near = scenes.layer("near", kill_probability=1.0, launch_delay=35.0)  # too late for the first threat
    exposed = targets(2, 1, exposed=True)
    for chance, leak in ((0.0, 0.0), (1.0, 1.0)):
        played = scenes.play(
            flown, [near], tracks=scenes.tracks(flown, first=[0, 40]), targets=exposed._replace(loss_probability=chance)
        )
        assert played.leak_probability.tolist() == [1.0, leak]
    assert played.cause[1] == Reason.LAYER_LOST


def test_a_second_wave_meets_what_is_left_and_reloaded(scenes):
    one = scenes.layer(kill_probability=1.0)
    flown = scenes.standing(4, 400)
    later = scenes.tracks(flown, first=[0, 0, 200, 200])
    for stock, leak in (
        (Magazine(rounds=2), [0.0, 0.0, 1.0, 1.0]),
        (Magazine(rounds=4, ready=2, reload_time=100.0), [0.0, 0.0, 0.0, 0.0]),
        (Magazine(rounds=4, ready=2, reload_time=1000.0), [0.0, 0.0, 1.0, 1.0]),
    ):
        played = scenes.play(flown, [one], (stock,), tracks=later)
        assert played.leak_probability.tolist() == leak
    assert played.cause[2] == Reason.RELOADING


def test_a_second_wave_after_a_pause_meets_what_was_transferred_and_reloaded_meanwhile(scenes):
    """Two partners, a magazine each: one fires at the first wave, the other would have had no round for the second."""
    layers = [
        scenes.layer("one", kill_probability=1.0),
        scenes.layer("two", owner=1, kill_probability=1.0, magazine=1, range=1.0),
    ]
    flown = scenes.standing(2, 400)
    later = scenes.tracks(flown, first=[0, 200])
    pass_one = Transfer(giver=1, receiver=0, rounds=1, after=7200.0)
    stock = (Magazine(rounds=1, ready=1, reload_time=3600.0), Magazine(rounds=1))
    for transfers, quiet, leak in (
        ((), (), [0.0, 1.0]),
        ((pass_one,), (), [0.0, 1.0]),  # too late
        ((pass_one,), ((150.0, 20_000.0),), [0.0, 0.0]),
        ((pass_one,), ((150.0, 8_000.0),), [0.0, 1.0]),  # it came, but the launcher is still being reloaded
    ):
        played = scenes.play(flown, layers, stock, tracks=later, transfers=transfers, quiet=quiet, coordinated=True)
        assert played.leak_probability.tolist() == leak
    assert played.cause[1] == Reason.RELOADING
    with pytest.raises(InputError, match="magazines"):
        scenes.play(flown, layers, stock, transfers=(Transfer(receiver=2, rounds=1, after=0.0),))
