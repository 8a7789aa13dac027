"""Layers: what is refused, the fly-out table, and the chance of the next round."""

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.engage.doctrine import layer_table, next_kill_probability


@pytest.mark.parametrize(
    "wrong",
    [
        {"range": 0.0},
        {"floor": 30e3, "ceiling": 30e3},
        {"mean_speed": 0.0},
        {"fly_out": ((10.0, 5e3), (10.0, 9e3))},
        {"homing_time": 0.0},
        {"decision_delay": -1.0},
        {"salvo": 0},
        {"salvo": 64},
        {"looks": 0},
        {"channels": -1},
        {"magazine": -1},
        {"kill_probability": 1.1},
        {"correlation": -0.1},
        {"availability": 2.0},
    ],
)
def test_a_layer_that_cannot_be_is_refused_by_name(scenes, wrong):
    with pytest.raises(InputError, match="layer north"):
        scenes.layer("north", **wrong)


def test_fly_out_tables_start_at_the_launcher_and_are_padded_with_their_end(scenes):
    table = layer_table([scenes.layer(range=50e3), scenes.layer("other", fly_out=((10.0, 5e3), (30.0, 40e3)))])
    np.testing.assert_array_equal(table.fly_time, [[0.0, 50.0, 50.0], [0.0, 10.0, 30.0]])
    np.testing.assert_array_equal(table.fly_distance, [[0.0, 50e3, 50e3], [0.0, 5e3, 40e3]])


def test_no_layers_make_an_empty_table():
    assert layer_table([]).range.shape == (0,)


def test_full_correlation_lets_the_first_round_decide():
    assert next_kill_probability(0.7, 1.0, 0) == 0.7
    assert next_kill_probability(0.7, 1.0, 1) == 0.0


def test_without_correlation_failures_teach_nothing():
    assert [next_kill_probability(0.7, 0.0, m) for m in range(5)] == [0.7] * 5
