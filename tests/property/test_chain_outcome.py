"""More of anything that helps never hurts, from flight to outcome: played out for random small architectures.

Promised, future by future and exactly, on common random numbers (docs/equations/engage.md): with beam time and channels
to spare, and partners that coordinate or leave nothing to each other, no threat leaks in more replications
- for an additional sensor, a higher sharing rule, a shorter delay, or an additional layer, while rounds do not run out;
- for additional rounds, where all layers draw on one magazine.
"""

import importlib.util
import os
import pathlib
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.base.types import Rule
from sakimori.chain import Option, Outcome, play
from sakimori.engage import Command, Result
from sakimori.engage.timeline import known_variance

_PATH = pathlib.Path(__file__).parents[1] / "unit" / "chain" / "scenes.py"
_SPEC = importlib.util.spec_from_file_location("chain_scenes", _PATH)
assert _SPEC is not None
assert _SPEC.loader is not None
scenes: Any = importlib.util.module_from_spec(_SPEC)
_SPEC.loader.exec_module(scenes)

AMPLE = 1000.0
THREATS = (
    scenes.BALLISTIC,
    scenes.GLIDE,
    replace(scenes.BALLISTIC, launch_time=20.0, loft=0.45, radar_cross_section=0.02),
    replace(scenes.GLIDE, launch_time=40.0, lift_to_drag=1.5, bank_amplitude=0.1, entry_speed=3300.0),
)
pytestmark = pytest.mark.slow
examples = settings(max_examples=2000 if os.environ.get("SAKIMORI_SLOW") == "full" else 25, deadline=None)
fraction = st.floats(0.0, 1.0)


def degrees(low: float, high: float) -> st.SearchStrategy[float]:
    return st.floats(low, high).map(np.radians)


radars = st.builds(
    lambda number, **fields: scenes.radar(f"radar {number}", **fields),
    st.integers(0, 10**6),
    owner=st.integers(0, 1),
    latitude=degrees(35.0, 41.0),
    longitude=degrees(134.0, 140.5),
    boresight=degrees(280.0, 330.0),
    reference_range=st.floats(8e5, 4e6),
    fence_high=degrees(1.0, 60.0),
    fence_interval=st.sampled_from([2.0, 5.0, 10.0]),
    track_interval=st.sampled_from([1.0, 2.0, 6.0]),
    search_beams_max=st.sampled_from([0.0, 5.0, 60.0, 400.0]),
    angle_sigma=st.sampled_from([1e-4, 1e-3, 3e-3]),
    availability=st.sampled_from([0.7, 1.0]),
)
eyes = st.builds(
    lambda number, **fields: scenes.eye(f"eye {number}", **fields),
    st.integers(0, 10**6),
    owner=st.integers(0, 1),
    longitude=st.floats(80.0, 180.0),
    noise_equivalent_irradiance=st.sampled_from([1e-13, 3e-12, 1e-11]),
    angle_sigma=st.sampled_from([3e-6, 3e-5, 3e-4]),
    revisit=st.sampled_from([1.0, 4.0, 10.0]),
)
layers = st.builds(
    lambda number, **fields: scenes.layer(f"layer {number}", **fields),
    st.integers(0, 10**6),
    owner=st.integers(0, 1),
    latitude=st.floats(35.0, 39.0),
    longitude=st.floats(134.0, 140.0),
    range=st.floats(200e3, 1500e3),
    floor=st.sampled_from([0.0, 20e3, 60e3]),
    mean_speed=st.floats(800.0, 4000.0),
    homing_time=st.floats(3.0, 20.0),
    basket=st.floats(1e3, 2e4),
    divert=st.floats(300.0, 3000.0),
    track_sigma=st.sampled_from([200.0, 1000.0, 5000.0]),
    decision_delay=st.floats(0.0, 60.0),
    launch_delay=st.floats(0.0, 20.0),
    assess_delay=st.floats(0.0, 10.0),
    salvo=st.integers(1, 2),
    looks=st.integers(1, 3),
    kill_probability=st.floats(0.1, 0.9),
    correlation=fraction,
)
RULES = st.sampled_from(list(Rule)).map(int)
rules = st.tuples(RULES, RULES)


@st.composite
def architectures(draw: st.DrawFn, shared: bool = False) -> Any:
    """A case without options, and an option that has everything; each layer has its magazine, or all one (`shared`)."""
    some = draw(st.lists(radars, min_size=1, max_size=3, unique_by=lambda r: r.key))
    others = draw(st.lists(eyes, max_size=3, unique_by=lambda e: e.key))
    armed = draw(st.lists(layers, min_size=1, max_size=3, unique_by=lambda x: x.key))
    armed = [replace(layer, magazine=0 if shared else i) for i, layer in enumerate(armed)]
    threats = tuple(draw(st.lists(st.sampled_from(THREATS), min_size=1, max_size=3)))
    given, back = draw(rules)
    one = scenes.case(
        tuple(some),
        tuple(others),
        len(threats),
        threats=threats,
        seed=draw(st.integers(0, 10**6)),
        replications=10,
        efficiency=draw(st.floats(1.0, 3.0)),
        confirm=draw(st.sampled_from([(1, 1), (2, 3), (3, 5)])),
        drop_time=draw(st.sampled_from([6.0, 30.0])),
        own_latency=draw(st.sampled_from([0.0, 2.0, 5.0])),
    )
    whole = scenes.option(
        len(one.sensors),
        given=given,
        back=back,
        late=draw(st.floats(0.0, 30.0)),
        layers=tuple(armed),
        magazines=scenes.stock(*(AMPLE,) * len(armed)),
        command=Command(coordinated=draw(st.booleans())),
    )
    return one, whole


def outcomes(one: Any, *options: Option) -> tuple[Result, ...]:
    return play(replace(one, options=options)).results


def no_worse(less: Result, more: Result) -> None:
    assert (more.leak_probability <= less.leak_probability).all()
    assert more.expected_leakers <= less.expected_leakers
    assert more.no_leaker >= less.no_leaker
    if more.looks.shape == less.looks.shape:
        assert (more.looks >= less.looks).all()
        assert (np.isnan(less.commit) | (more.commit <= less.commit)).all()


def known(found: Outcome, option: int) -> np.ndarray:
    """(P, N, K) error per axis [m] of each threat as each partner knows it."""
    one, picture = found.case, found.pictures[found.picture_of[option]]
    variance = known_variance(
        found.flights, picture.tracks, picture.deliveries.latency, one.correlation_time, one.efficiency
    )
    return np.sqrt(variance / 3.0)


@examples
@given(architectures(), fraction, rules, st.integers(0, 5))
def test_nobody_ever_knows_less(drawn: Any, share: float, other: tuple[int, int], which: int) -> None:
    """With a sensor more, a higher rule or a shorter latency, what is known of a threat is at no moment worse."""
    one, whole = drawn
    size, late = len(one.sensors), whole.link_latency[0][1] * share
    ruled = ((0, max(whole.rules[0][1], other[0])), (max(whole.rules[1][0], other[1]), 0))
    fewer = replace(whole, sensors=tuple(s != which % size for s in range(size)))
    sooner, closer = replace(whole, link_latency=((0.0, late), (late, 0.0))), replace(whole, rules=ruled)
    found = play(replace(one, options=(whole, fewer, sooner, closer)))
    # rounding beside a prior of 1,000 km, as in test_chain_watch
    usual = known(found, 0)
    assert (usual <= known(found, 1) * (1.0 + 1e-5) + 0.1).all()
    assert (known(found, 2) <= usual * (1.0 + 1e-5) + 0.1).all()
    assert (known(found, 3) <= usual * (1.0 + 1e-5) + 0.1).all()


@examples
@given(architectures(), st.integers(0, 5))
def test_an_additional_sensor_never_hurts(drawn: Any, which: int) -> None:
    one, whole = drawn
    size = len(one.sensors)
    less = replace(whole, sensors=tuple(s != which % size for s in range(size)))
    no_worse(*outcomes(one, less, whole))


@examples
@given(architectures(), rules)
def test_a_higher_sharing_rule_never_hurts(drawn: Any, other: tuple[int, int]) -> None:
    one, whole = drawn
    given, back = whole.rules[0][1], whole.rules[1][0]
    more = replace(whole, rules=((0, max(given, other[0])), (max(back, other[1]), 0)))
    no_worse(*outcomes(one, whole, more))


@examples
@given(architectures(), fraction)
def test_a_shorter_latency_between_partners_never_hurts(drawn: Any, share: float) -> None:
    one, whole = drawn
    late = whole.link_latency[0][1] * share
    no_worse(*outcomes(one, whole, replace(whole, link_latency=((0.0, late), (late, 0.0)))))


@examples
@given(architectures(), fraction)
def test_a_shorter_latency_of_ones_own_never_hurts(drawn: Any, share: float) -> None:
    one, whole = drawn
    sooner = replace(one, own_latency=one.own_latency * share)
    no_worse(*outcomes(one, whole), *outcomes(sooner, whole))


@examples
@given(architectures(), st.sampled_from(["decision_delay", "launch_delay", "assess_delay"]), fraction)
def test_a_shorter_delay_of_the_layers_never_hurts(drawn: Any, delay: str, share: float) -> None:
    one, whole = drawn
    quicker = tuple(replace(layer, **{delay: getattr(layer, delay) * share}) for layer in whole.layers)
    no_worse(*outcomes(one, whole, replace(whole, layers=quicker)))


@examples
@given(architectures(), rules)
def test_engage_on_remote_never_hurts_nor_does_launch_on_remote(drawn: Any, other: tuple[int, int]) -> None:
    one, whole = drawn
    given, back = max(whole.rules[0][1], other[0]), max(whole.rules[1][0], other[1])
    shared = replace(whole, rules=((0, given), (back, 0)))

    def with_rule(launch: bool, engage: bool) -> Option:
        ruled = (replace(layer, launch_on_remote=launch, engage_on_remote=engage) for layer in shared.layers)
        return replace(shared, layers=tuple(ruled))

    own, launch, engage = outcomes(one, with_rule(False, False), with_rule(True, False), shared)
    no_worse(own, launch)
    no_worse(launch, engage)


@examples
@given(architectures(), st.integers(0, 2))
def test_an_additional_layer_never_hurts(drawn: Any, which: int) -> None:
    one, whole = drawn
    kept = tuple(layer for i, layer in enumerate(whole.layers) if i != which % len(whole.layers))
    no_worse(*outcomes(one, replace(whole, layers=kept), whole))


@examples
@given(architectures(shared=True), st.integers(0, 12), st.integers(0, 12))
def test_additional_rounds_never_hurt(drawn: Any, rounds: int, more: int) -> None:
    one, whole = drawn
    few, many = (scenes.stock(*(float(n),) * len(whole.layers)) for n in (rounds, rounds + more))
    no_worse(*outcomes(one, replace(whole, magazines=few), replace(whole, magazines=many)))
