"""What must hold of sharing whatever the rules."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from sakimori.partners.links import Links
from sakimori.partners.sharing import share

delays = st.floats(0.0, 60.0)


@st.composite
def architectures(draw: st.DrawFn) -> tuple[Links, list[int]]:
    size = draw(st.integers(1, 4))
    rules = tuple(tuple(draw(st.integers(0, 4)) for _ in range(size)) for _ in range(size))
    latency = tuple(tuple(draw(delays) for _ in range(size)) for _ in range(size))
    return Links(rules, latency, draw(delays)), draw(st.lists(st.integers(0, size - 1), max_size=6))


def best(links: Links, owners: list[int], level: int) -> list[list[tuple[frozenset[int], float]]]:
    """For each partner, the sensors and latency of every track that reaches it at `level` (field of Deliveries)."""
    pools, deliveries, _ = share(links, owners)
    return [
        [(frozenset(np.flatnonzero(pools[g])), late) for g, late in enumerate(row) if np.isfinite(late)]
        for row in deliveries[level]
    ]


@settings(max_examples=80, deadline=None)
@given(architectures())
def test_no_sensor_reaches_whom_its_owner_does_not_allow(case: tuple[Links, list[int]]) -> None:
    links, owners = case
    for level, least in ((0, 3), (1, 2), (2, 1)):
        for receiver, tracks in enumerate(best(links, owners, level)):
            for sensors, _ in tracks:
                assert all(links.rule(owners[s], receiver) >= least for s in sensors)


@settings(max_examples=80, deadline=None)
@given(architectures())
def test_everyone_has_its_own_track_at_its_own_latency(case: tuple[Links, list[int]]) -> None:
    links, owners = case
    for partner, tracks in enumerate(best(links, owners, 0)):
        own = frozenset(s for s, owner in enumerate(owners) if owner == partner)
        assert (own, links.own_latency) in tracks


@settings(max_examples=80, deadline=None)
@given(architectures())
def test_a_better_use_is_never_faster_than_a_lesser_one(case: tuple[Links, list[int]]) -> None:
    deliveries = share(*case).deliveries
    assert (deliveries.warning_latency <= deliveries.cue_latency).all()
    assert (deliveries.cue_latency <= deliveries.latency).all()


@settings(max_examples=80, deadline=None)
@given(architectures(), st.integers(0, 3))
def test_an_additional_sensor_takes_nothing_from_anybody(case: tuple[Links, list[int]], owner: int) -> None:
    """Each track that reached a partner still reaches it as early, with at least the same sensors in it."""
    links, owners = case
    more = [*owners, owner % len(links.rules)]
    for level in range(3):
        for before, after in zip(best(links, owners, level), best(links, more, level), strict=True):
            for sensors, late in before:
                assert any(sensors <= others and early <= late for others, early in after)


def fused(links: Links, owners: list[int], partner: int) -> list[tuple[frozenset[int], frozenset[int], float]]:
    """The sensors of both parts of every fusion of a partner, and its latency."""
    pools, _, fusions = share(links, owners)
    sensors = [frozenset(np.flatnonzero(pool)) for pool in pools]
    return [(sensors[f.parts[0]], sensors[f.parts[1]], f.latency) for f in fusions if f.keeper == partner]


@settings(max_examples=200, deadline=None)
@given(architectures(), st.integers(0, 3), st.lists(st.integers(0, 4), min_size=4, max_size=4), st.floats(0.0, 1.0))
def test_a_partner_that_is_given_more_or_sooner_has_all_that_it_had(
    case: tuple[Links, list[int]], partner: int, higher: list[int], sooner: float
) -> None:
    """As early: every track with all its sensors; every fusion, or one track, or a fusion with all their sensors."""
    links, owners = case
    size = len(links.rules)
    partner %= size
    rules = [list(row) for row in links.rules]
    latency = [list(row) for row in links.latency]
    for giver in range(size):
        rules[giver][partner] = max(rules[giver][partner], higher[giver])
        latency[giver][partner] *= sooner
    more = Links(tuple(map(tuple, rules)), tuple(map(tuple, latency)), links.own_latency)
    tracks, fusions = best(more, owners, 0)[partner], fused(more, owners, partner)
    for sensors, late in best(links, owners, 0)[partner]:
        assert any(sensors <= others and early <= late for others, early in tracks)
    for one, other, late in fused(links, owners, partner):
        both = one | other
        assert any(both <= others and early <= late for others, early in tracks) or any(
            early <= late and ((one <= a and other <= b) or (one <= b and other <= a)) for a, b, early in fusions
        )
