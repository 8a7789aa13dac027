"""Leakers by cause and group, raid sizes, what binds, effect per cost, the kill chain in time."""

import numpy as np
import pytest

from sakimori.assess import METRICS, Panel
from sakimori.assess.breakdown import (
    CONSTRAINTS,
    aimed_by,
    binding,
    constraint_of,
    cost_effect,
    layer_reasons,
    leakers_by,
    raid_sizes,
    timeline,
    value_at_risk_by,
    value_lost_by,
)
from sakimori.base.types import Reason

THREATS = {
    "future": np.array([0, 0, 1, 1]),
    "option": np.array(["baseline"] * 4, dtype=object),
    "threat": np.array([0, 1, 0, 1]),
    "place": np.array(["a", "b", "a", "b"], dtype=object),
    "value": np.array([3.0, 1.0, 5.0, 1.0]),
    "leak_probability": np.array([1.0, 0.5, 0.25, 0.25]),
    "cause": np.array(["TOO_LATE", "MAGAZINE_EMPTY", "TOO_LATE", "MISSED"], dtype=object),
    "first_detected": np.array([40.0, np.nan, 60.0, 80.0]),
    "confirmed": np.array([50.0, np.nan, 70.0, np.nan]),
}
FLIGHTS = {
    "future": np.array([1, 0, 0, 1]),
    "threat": np.array([0, 1, 0, 1]),
    "family": np.array(["glide", "glide", "glide", "ballistic"], dtype=object),
    "launch_time": np.array([10.0, 0.0, 20.0, 0.0]),
    "impact_time": np.array([510.0, 300.0, 620.0, 400.0]),
}
ENGAGEMENTS = {
    "future": np.array([0, 0, 1]),
    "option": np.array(["baseline"] * 3, dtype=object),
    "threat": np.array([0, 0, 0]),
    "layer": np.array(["x", "y", "x"], dtype=object),
    "reason": np.array(["TOO_LATE", "MISSED", "KILLED"], dtype=object),
    "commit": np.array([120.0, 100.0, np.nan]),
    "first_launch": np.array([np.nan, 130.0, np.nan]),
    "first_intercept": np.array([np.nan, 200.0, np.nan]),
    "last_launch": np.array([400.0, 300.0, np.nan]),
}


def test_leakers_are_counted_per_raid():
    found = leakers_by(THREATS, THREATS["cause"], "baseline", np.array([0, 1]))
    assert found == pytest.approx({"TOO_LATE": 0.625, "MAGAZINE_EMPTY": 0.25, "MISSED": 0.125})
    assert sum(found.values()) == pytest.approx(THREATS["leak_probability"].sum() / 2)
    assert aimed_by(THREATS, THREATS["cause"], "baseline", np.array([0, 1]))["TOO_LATE"] == 1.0


def test_a_leaker_costs_the_value_of_its_place_in_that_future():
    both = np.array([0, 1])
    assert value_lost_by(THREATS, THREATS["place"], "baseline", both) == pytest.approx({"a": 2.125, "b": 0.375})
    assert value_at_risk_by(THREATS, THREATS["place"], "baseline", both) == pytest.approx({"a": 4.0, "b": 1.0})


def test_what_binds_is_the_constraint_behind_most_leakers():
    found = binding(THREATS, "baseline", np.array([0, 1]))
    assert found.first == "time"
    assert found.share("rounds") == pytest.approx(0.25)
    assert found.share("sharing") == 0.0
    assert binding(THREATS, "none-such", np.array([0, 1])).first == ""


def test_every_cause_of_a_leak_has_one_constraint():
    named = [reason for reasons in CONSTRAINTS.values() for reason in reasons]
    assert len(named) == len(set(named))
    settled = {Reason.ALREADY_KILLED, Reason.KILLED}
    assert {r for r in Reason if r >= Reason.NOT_DETECTED} - set(named) == settled
    assert constraint_of("KILLED") == "other"


def test_layer_reasons_are_shares():
    assert layer_reasons(ENGAGEMENTS, "baseline", np.array([0, 1]), "x") == {"KILLED": 0.5, "TOO_LATE": 0.5}


def test_the_kill_chain_counts_from_launch():
    found = {m.event: m for m in timeline(THREATS, ENGAGEMENTS, FLIGHTS, "baseline", [0, 1])}
    assert found["impact"].share == 1.0
    assert found["detected"].share == 0.75
    assert found["detected"].p50 == pytest.approx(50.0)  # 40-20, 60-10, 80-0
    assert found["committed"].p50 == pytest.approx(80.0)  # the earlier of 120 and 100, less 20
    assert found["last useful launch"].p50 == pytest.approx(380.0)  # the later of 400 and 300, less 20
    assert found["intercepted"].share == 0.25
    only = {m.event: m for m in timeline(THREATS, ENGAGEMENTS, FLIGHTS, "baseline", [0, 1], ["ballistic"])}
    assert only["detected"].p50 == pytest.approx(80.0)
    assert only["launched"].share == 0.0


def make(values, metric="no_leaker"):
    values = np.asarray(values, dtype=float)
    return Panel(METRICS[metric], ("baseline", "a"), np.arange(values.shape[1]), values, np.zeros_like(values), 1, 0)


def test_raid_sizes_are_binned_where_many():
    found = make(np.zeros((2, 60)))
    few = {"future": np.arange(60), "raid_size": np.tile([4, 8, 12], 20)}
    assert [(label, int(mask.sum())) for label, _, mask in raid_sizes(found, few)] == [("4", 20), ("8", 20), ("12", 20)]
    many = raid_sizes(found, {"future": np.arange(60), "raid_size": np.arange(1, 61)})
    assert len(many) <= 8
    assert sum(int(mask.sum()) for _, _, mask in many) == 60


def test_effect_per_cost_counts_gains_whichever_way_is_better():
    leak = make([[2.0, 2.2, 2.1], [1.0, 1.2, 1.1]], "expected_leakers")
    found = cost_effect(leak, np.array([1e9, 2e9, 3e9]), "a", "baseline")
    assert found is not None
    assert found.gain == pytest.approx(1.0)
    assert found.per_cost == pytest.approx(0.5e-9)
    assert found.per_cost_low <= found.per_cost <= found.per_cost_high
    assert cost_effect(leak, np.full(3, np.nan), "a", "baseline") is None
    assert cost_effect(leak, np.zeros(3), "a", "baseline") is None
