"""What must hold for any raid: more of anything never hurts, where that is promised; probabilities are probabilities.

Promised (docs/equations/engage.md): with no limit on channels, and partners that coordinate or hold nothing back, a
lower track error, an earlier track or a shorter delay never worsens a future's outcome if rounds do not run out; a
round more never does, if all layers draw on one magazine. Luck is common, so this holds replication by replication.
"""

import importlib.util
import pathlib
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.base.types import Reason
from sakimori.engage.doctrine import next_kill_probability

fraction = st.floats(0.0, 1.0)


def load_scenes() -> Any:
    """The hand-made raids of the unit tests."""
    path = pathlib.Path(__file__).parents[1] / "unit" / "engage" / "scenes.py"
    spec = importlib.util.spec_from_file_location("scenes", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


scenes = load_scenes()


@st.composite
def raids(draw, most_magazines=2):
    """Threats that come down straight or aslant, layers of one or two partners, one or two magazines."""
    threats, samples = draw(st.integers(1, 4)), draw(st.integers(20, 80))
    start = np.array([draw(st.floats(30e3, 150e3)) for _ in range(threats)])
    east = np.array([draw(st.floats(-100e3, 100e3)) for _ in range(threats)])
    up = start[:, None] * np.linspace(1.0, 0.0, samples)
    maneuver = draw(st.floats(0.0, 10.0))
    flown = scenes.flights(up, east[:, None] * np.linspace(1.0, 0.0, samples), maneuver=maneuver)
    stores = draw(st.integers(1, most_magazines))
    one = st.builds(
        lambda n, **fields: scenes.layer(f"layer {n}", **fields),
        st.integers(0, 9),
        owner=st.integers(0, 1),
        magazine=st.integers(0, stores - 1),
        range=st.floats(20e3, 300e3),
        floor=st.floats(0.0, 50e3),
        mean_speed=st.floats(500.0, 4000.0),
        homing_time=st.floats(1.0, 10.0),
        assess_delay=st.floats(0.0, 5.0),
        salvo=st.integers(1, 3),
        looks=st.integers(1, 3),
        kill_probability=fraction,
        correlation=fraction,
    )
    chosen = draw(st.lists(one, min_size=1, max_size=3, unique_by=lambda x: x.name))
    return flown, chosen, stores


def fought(raid, rounds=10**6, sigma=100.0, first=0, latency=0.0, **changes):
    """Play a raid in 20 replications with a track of this quality for both partners."""
    flown, layers, stores = raid
    return scenes.play(
        flown,
        layers,
        (rounds,) * stores,
        tracks=scenes.tracks(flown, sigma=sigma, first=first),
        deliveries=scenes.deliveries([[latency], [latency]]),
        replications=20,
        **changes,
    )


@settings(max_examples=60, deadline=None)
@given(raids(), st.integers(0, 12), st.booleans(), fraction)
def test_results_are_consistent(raid, rounds, coordinated, hold):
    played = fought(raid, rounds=rounds, coordinated=coordinated, hold_probability=hold)
    assert played.expected_leakers == pytest.approx(played.leak_probability.sum())
    assert ((played.leak_probability >= 0.0) & (played.leak_probability <= 1.0)).all()
    assert played.rounds.sum() <= rounds * raid[2]
    allowed = [layer.salvo * layer.looks for layer in raid[1]]
    assert (played.shots <= np.array(allowed) * np.minimum(played.looks, 1.0)).all()
    fired = played.shots > 0.0
    assert np.isin(played.reason[~fired], [code for code in Reason if code not in (Reason.NONE, Reason.KILLED)]).all()
    assert (played.first_launch >= played.commit)[fired].all()
    assert (played.first_intercept >= played.first_launch)[fired].all()
    assert (played.last_launch >= played.first_launch)[fired].all()
    assert (played.band_unreached <= played.band_time).all()


@settings(max_examples=60, deadline=None)
@given(raids(), st.floats(1.0, 2000.0), fraction, st.booleans())
def test_a_better_track_never_hurts(raid, sigma, better, coordinated):
    worse = fought(raid, sigma=sigma, coordinated=coordinated)
    assert (
        fought(raid, sigma=sigma * better, coordinated=coordinated).leak_probability <= worse.leak_probability
    ).all()


@settings(max_examples=60, deadline=None)
@given(raids(), st.integers(0, 60), st.integers(0, 60), st.booleans())
def test_an_earlier_track_never_hurts(raid, first, earlier, coordinated):
    worse = fought(raid, first=first, coordinated=coordinated)
    sooner = fought(raid, first=max(0, first - earlier), coordinated=coordinated)
    assert (sooner.leak_probability <= worse.leak_probability).all()


@settings(max_examples=40, deadline=None)
@given(raids(), st.floats(0.0, 30.0), fraction)
def test_a_shorter_latency_never_hurts(raid, latency, share):
    worse = fought(raid, latency=latency)
    assert (fought(raid, latency=latency * share).leak_probability <= worse.leak_probability).all()


@settings(max_examples=60, deadline=None)
@given(raids(most_magazines=1), st.integers(0, 20), st.booleans())
def test_a_round_more_never_hurts(raid, rounds, coordinated):
    worse = fought(raid, rounds=rounds, coordinated=coordinated)
    assert (fought(raid, rounds=rounds + 1, coordinated=coordinated).leak_probability <= worse.leak_probability).all()


@settings(max_examples=40, deadline=None)
@given(raids())
def test_the_order_of_layers_matters_to_nobody_where_nothing_is_short(raid):
    flown, layers, stores = raid
    turned = fought((flown, layers[::-1], stores))
    np.testing.assert_array_equal(turned.leak_probability, fought(raid).leak_probability)


@settings(max_examples=100, deadline=None)
@given(fraction, fraction, st.integers(0, 50))
def test_failures_never_raise_the_chance_of_the_next_round(p, rho, failures):
    now, then = (next_kill_probability(p, rho, m) for m in (failures, failures + 1))
    assert 0.0 <= then <= now <= 1.0
