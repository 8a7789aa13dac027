"""A tracker on a clock: late looks, drops, confirmation, and the same answer as the plain filter."""

import math
from typing import Any, get_args

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.study.schema import ModelName
from sakimori.track.clock import Held, hold
from sakimori.track.measurements import Looks, Measures
from sakimori.track.models import DEFAULT, MODELS, bank
from sakimori.track.motions import Model, Motion, table
from sakimori.track.runs import follow

TIME = np.arange(40.0)
WALK = np.random.default_rng(3).normal(0.0, 30.0, (40, 3)) + np.outer(TIME, [2000.0, -500.0, 100.0]) + 6.5e6


def looks(late: Any = 0.0) -> Looks:
    d = TIME.size
    return Looks(
        time=TIME,
        arrival=TIME + late,
        source=np.arange(d) % 2,
        kind=np.full(d, int(Measures.POSITION)),
        sensor=np.zeros((d, 3)),
        sensor_velocity=np.zeros((d, 3)),
        axes=np.zeros((d, 9)),
        value=np.zeros((d, 4)),
        variance=np.full((d, 4), [900.0, 900.0, 900.0, math.inf]),
        made=np.ones(d, np.bool_),
    )


VALUES = np.concatenate([WALK, np.zeros((40, 1))], axis=1)
ONE = table([Model(Motion.WHITE, 10.0, known=False)])


def held(seen: Looks, models: Any = ONE, proof: Any = None, drop_time: float = 60.0, **changed: Any) -> Held:
    proof = np.arange(len(seen.time)) == 2 if proof is None else proof
    usual = {"step": 1.0, "ticks": (0, 60), "count": 60}
    return hold(seen, VALUES[: len(seen.time)], proof, models, drop_time=drop_time, **(usual | changed))


@pytest.mark.parametrize("models", [ONE, bank(DEFAULT)], ids=["one", "three"])
def test_without_delay_it_is_the_plain_filter(models: Any) -> None:
    plain = follow(looks(), VALUES[None], np.ones((1, 40), np.bool_), models)
    found = held(looks(), models)
    np.testing.assert_array_equal(found.mean[:40], plain.mean[0])
    np.testing.assert_array_equal(found.covariance[:40], plain.covariance[0])
    np.testing.assert_array_equal(found.distance, plain.distance[0])


def test_late_looks_are_taken_up_where_they_belong() -> None:
    """Every second look 5 s late: once all are in, the track is that without delay, to the bit."""
    prompt = held(looks())
    late = held(looks(np.where(np.arange(40) % 2, 5.0, 0.0)))
    np.testing.assert_array_equal(late.mean[45:], prompt.mean[45:])
    np.testing.assert_array_equal(late.distance, prompt.distance)
    spread = [np.trace(one.covariance[:, :3, :3], axis1=1, axis2=2)[10:39] for one in (late, prompt)]
    assert (spread[0] >= spread[1] * (1.0 - 1e-12)).all()
    assert spread[0].max() > 1.2 * spread[1].max()  # what is under way is missed meanwhile


def test_nothing_is_known_before_it_arrives() -> None:
    found = held(looks(5.0))
    assert np.isnan(found.mean[:5]).all()
    assert np.isfinite(found.mean[5:]).all()
    assert found.confirmed.argmax() == 7  # the third look, five seconds late


def test_a_track_without_looks_is_dropped_and_another_begins() -> None:
    there = (TIME < 10.0) | (TIME > 25.0)
    some = Looks(*(column[there] for column in looks()))
    proof = np.isin(some.time, [2.0, 28.0])
    found = hold(some, VALUES[there], proof, ONE, step=1.0, ticks=(0, 60), count=60, drop_time=6.0)
    np.testing.assert_array_equal(np.flatnonzero(found.confirmed), [*range(2, 16), *range(28, 46)])
    assert np.isnan(found.mean[16:26]).all()
    assert found.size[np.flatnonzero(some.time == 26.0)[0]] == 0  # it starts the new track and is no update


def test_models_go_by_their_names() -> None:
    assert len(bank(DEFAULT)) == len(MODELS) == 3
    assert bank(["singer"])[0, 5] == math.inf
    assert set(get_args(ModelName)) == set(MODELS)
    with pytest.raises(InputError, match="constant-velocity"):
        bank(["ukf"])
