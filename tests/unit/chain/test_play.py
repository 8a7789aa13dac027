"""From a case to its outcome, end to end: three threats, three radars, a constellation, two partners, three layers."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sakimori.base.types import Reason
from sakimori.chain import Outcome, play, sensors_up


@pytest.fixture(scope="module")
def outcome(scenes: Any) -> Outcome:
    return play(scenes.small_case())


def test_each_picture_is_made_once(outcome: Outcome) -> None:
    assert len(outcome.pictures) == 3
    assert outcome.picture_of == (0, 1, 2, 1)  # more rounds see the same picture
    assert [len(p.sensors) for p in outcome.pictures] == [3, 27, 27]
    assert outcome.pictures[0].assets.assets == ("north", "west", "coast")
    assert outcome.pictures[1].assets.assets == ("north", "west", "coast", "low")


def test_shapes_agree(outcome: Outcome) -> None:
    samples = outcome.flights.phase.shape[1]
    for found in outcome.pictures:
        pools, sensors = found.pools.shape
        assert found.tracks.reason.shape == (3, sensors, samples)
        assert found.tracks.usable.shape == found.tracks.confirmed.shape == (pools, 3, samples)
        assert found.tracks.spread.shape == (pools, 3, samples, 6)
        assert found.tracks.beam_load.shape == (sensors, samples)
        assert found.deliveries.latency.shape == (2, pools)
        assert found.awareness.warned.shape == (2, 3)
    for result in outcome.results:
        assert result.leak_probability.shape == (3,)
        assert result.rounds.shape == (3,)


def test_space_sensors_cue_radars_and_layers_kill(outcome: Outcome) -> None:
    """The ballistic threats climb through no fence: without the constellation nobody looks; with it they are met."""
    baseline, low = outcome.pictures[0], outcome.pictures[1]
    assert np.isnan(baseline.awareness.warned[0, :2]).all()
    assert (low.awareness.warning_time[0, :2] > 300.0).all()
    assert (outcome.results[0].leak_probability[:2] == 1.0).all()
    assert (outcome.results[1].leak_probability[:2] < 0.5).all()
    radars_detect = low.assets.detections[:2, :3].sum(axis=1)
    assert (radars_detect > baseline.assets.detections[:2, :3].sum(axis=1)).all()


def test_the_same_case_gives_the_same_bits(scenes: Any, outcome: Outcome) -> None:
    again = play(scenes.small_case())
    for old, new in zip(outcome.pictures, again.pictures, strict=True):
        assert old.tracks.spread.tobytes() == new.tracks.spread.tobytes()
    for old, new in zip(outcome.results, again.results, strict=True):
        assert old.leak_probability.tobytes() == new.leak_probability.tobytes()


def test_an_option_does_not_depend_on_the_others(scenes: Any, outcome: Outcome) -> None:
    whole = scenes.small_case()
    alone = play(replace(whole, options=whole.options[2:3]))
    assert alone.results[0].leak_probability.tobytes() == outcome.results[2].leak_probability.tobytes()
    assert alone.pictures[0].tracks.spread.tobytes() == outcome.pictures[2].tracks.spread.tobytes()


def test_options_that_share_layers_are_played_as_if_each_were_alone(scenes: Any) -> None:
    """Of one picture: other magazines, a layer more or less, the same layers in another order."""
    whole = scenes.small_case()
    given = whole.options[2]
    empty = replace(given, name="empty", magazines=tuple(replace(m, rounds=0.0) for m in given.magazines))
    turned = replace(given, name="turned", layers=given.layers[::-1])
    slow = replace(given, name="slow", layers=tuple(replace(x, decision_delay=200.0) for x in given.layers))
    without = replace(given, name="without", layers=())
    options = (given, empty, turned, slow, without)
    together = play(replace(whole, options=options))
    assert len(together.pictures) == 1
    for option, found in zip(options, together.results, strict=True):
        alone = play(replace(whole, options=(option,))).results[0]
        for one, other in zip(alone, found, strict=True):
            np.testing.assert_array_equal(one, other)


def test_availability_is_drawn_once_per_future(scenes: Any) -> None:
    """A sensor is up or out for all threats and samples; over 400 futures, 3 radars are up in 70 % of draws."""
    whole = scenes.small_case()
    flaky = replace(whole, radars=tuple(replace(r, availability=0.7) for r in whole.radars))
    share = np.mean([sensors_up(replace(flaky, future=f))[:3] for f in range(400)])
    assert share == pytest.approx(0.7, abs=4 * np.sqrt(0.21 / 1200))
    future = next(f for f in range(50) if not sensors_up(replace(flaky, future=f))[1])
    found = play(replace(flaky, future=future, options=flaky.options[:1]))
    reason = found.pictures[0].tracks.reason[:, 1]
    assert set(np.unique(reason)) == {int(Reason.NOT_FLYING), int(Reason.SENSOR_OUT)}
    assert not found.up[1]


def test_no_sensor_sees_nothing(scenes: Any) -> None:
    whole = scenes.small_case()
    blind = replace(whole.options[0], sensors=(False,) * 27)
    found = play(replace(whole, options=(blind,)))
    assert not found.pictures[0].tracks.usable.any()
    assert found.pictures[0].assets.assets == ()
    assert (found.results[0].leak_probability == 1.0).all()
    assert (found.results[0].rounds == 0.0).all()


def test_a_threat_that_cannot_fly_is_told_and_harms_nobody(scenes: Any) -> None:
    whole = scenes.small_case()
    hopeless = replace(scenes.GLIDE, aim_latitude=np.radians(-60.0))
    found = play(replace(whole, threats=(scenes.BALLISTIC, hopeless, scenes.GLIDE), options=whole.options[1:2]))
    assert found.flights.status[1] != 0
    assert found.pictures[0].awareness.custody[0, 1] == 0.0
    assert found.pictures[0].awareness.warning_time[0, 1] == 0.0
