"""Kill chains by layer and family: quantiles over the threats, shares, slack and what ended them."""

import numpy as np
import pytest

from sakimori.assess.layers import LAYER_EVENTS, layer_chains

FLIGHTS = {
    "future": np.array([0, 0, 1, 1]),
    "threat": np.array([1, 0, 0, 1]),
    "family": np.array(["glide", "ballistic", "ballistic", "glide"]),
    "launch_time": np.array([10.0, 0.0, 100.0, 0.0]),
}


def engagements():
    """One layer, four threats: the ballistic ones are fired at, one glider is detected only, the other one is not."""
    nan = np.nan
    table = {
        "future": np.array([0, 0, 1, 1]),
        "option": np.array(["baseline"] * 4),
        "threat": np.array([0, 1, 0, 1]),
        "layer": np.array(["ship"] * 4),
        "reason": np.array(["KILLED", "BELOW_FLOOR", "MISSED", "NOT_DETECTED"]),
        "slack": np.array([50.0, nan, 70.0, nan]),
    }
    for i, column in enumerate(LAYER_EVENTS.values()):
        table[column] = np.array([20.0 + i, 30.0 if i == 0 else nan, 140.0 + i, nan])
    return table


def test_events_count_from_the_launch_of_their_own_threat():
    ballistic, glide = layer_chains(engagements(), FLIGHTS, "baseline", np.array([0, 1]))
    assert (ballistic.layer, ballistic.family, glide.family) == ("ship", "ballistic", "glide")
    for i, moment in enumerate(ballistic.moments):
        assert (moment.share, moment.p50) == (1.0, 30.0 + i)  # of 20 + i and 40 + i
    assert (glide.moments[0].share, glide.moments[0].p50) == (0.5, 20.0)
    assert all(moment.share == 0.0 for moment in glide.moments[1:])
    assert ballistic.slack.p50 == pytest.approx(60.0)
    assert ballistic.ended == {"KILLED": 0.5, "MISSED": 0.5}
    assert glide.ended == {"BELOW_FLOOR": 0.5, "NOT_DETECTED": 0.5}


def test_only_the_futures_asked_for_count():
    (ballistic, glide) = layer_chains(engagements(), FLIGHTS, "baseline", np.array([0]))
    assert ballistic.moments[0].p50 == 20.0
    assert glide.ended == {"BELOW_FLOOR": 1.0}


def test_a_run_without_these_columns_has_no_such_chains():
    table = engagements()
    del table["shared"]
    assert layer_chains(table, FLIGHTS, "baseline", np.array([0, 1])) == ()
