"""Which pools form and where their tracks go; partners 0 and 1, sensors 0 (of partner 0) and 1 (of partner 1)."""

import numpy as np
import pytest

from sakimori.base.types import Rule
from sakimori.partners.links import Links
from sakimori.partners.sharing import Sharing, share, stations

INF = np.inf


def sharing(given: Rule, back: Rule = Rule.NONE, owners: tuple[int, ...] = (0, 1)) -> Sharing:
    return share(Links(((0, given), (back, 0)), ((0.0, 5.0), (7.0, 0.0)), 2.0), owners)


def test_without_sharing_everyone_has_its_own() -> None:
    pools, deliveries, _ = sharing(Rule.NONE)
    np.testing.assert_array_equal(pools, [[True, False], [False, True]])
    for latency in deliveries:
        np.testing.assert_array_equal(latency, [[2.0, INF], [INF, 2.0]])


@pytest.mark.parametrize(("rule", "reached"), [(Rule.WARNING, 1), (Rule.CUE, 2)])
def test_a_rule_gives_what_it_says_and_no_more(rule: Rule, reached: int) -> None:
    pools, deliveries, _ = sharing(rule)
    assert len(pools) == 2  # measurements are not pooled
    levels = (deliveries.warning_latency, deliveries.cue_latency, deliveries.latency)
    assert [level[1, 0] for level in levels] == [2.0 + 5.0] * reached + [INF] * (3 - reached)
    assert [level[0, 1] for level in levels] == [INF] * 3


def test_fire_control_pools_the_measurements() -> None:
    pools, deliveries, _ = sharing(Rule.FIRE_CONTROL)
    np.testing.assert_array_equal(pools, [[True, False], [False, True], [True, True]])
    # Partner 1 has its own track at once, partner 0's and the joint one a link later; partner 0 has its own.
    np.testing.assert_array_equal(deliveries.latency, [[2.0, INF, INF], [7.0, 2.0, 7.0]])


def test_joint_pools_of_the_same_sensors_are_one() -> None:
    pools, deliveries, _ = sharing(Rule.FIRE_CONTROL, Rule.FIRE_CONTROL)
    np.testing.assert_array_equal(pools, [[True, False], [False, True], [True, True]])
    np.testing.assert_array_equal(deliveries.latency, [[2.0, 9.0, 9.0], [7.0, 2.0, 7.0]])


def test_a_pool_equal_to_the_own_one_comes_at_the_own_latency() -> None:
    pools, deliveries, _ = sharing(Rule.FIRE_CONTROL, owners=(1, 1))
    np.testing.assert_array_equal(pools, [[False, False], [True, True]])
    np.testing.assert_array_equal(deliveries.latency, [[2.0, INF], [7.0, 2.0]])


def test_nothing_is_passed_on_that_was_not_shared() -> None:
    """0 gives 1 everything, 1 gives 2 cues, 0 gives 2 nothing: 2 gets cues of 1's own track only."""
    rules = ((0, 4, 0), (0, 0, 2), (0, 0, 0))
    pools, deliveries, _ = share(Links(rules, ((1.0,) * 3,) * 3, 2.0), (0, 1, 2))
    reaching = np.isfinite(deliveries.cue_latency[2])
    assert not pools[reaching][:, 0].any()
    assert pools[reaching][:, 1].any()


def test_no_sensors_at_all() -> None:
    pools, deliveries, _ = sharing(Rule.FIRE_CONTROL, owners=())
    assert pools.shape == (1, 0)
    np.testing.assert_array_equal(deliveries.latency, [[2.0], [2.0]])


def test_a_track_is_fused_and_not_pooled() -> None:
    """0 gives 1 its track: it comes at the same time as a cue would, and is fused with 1's own as late."""
    pools, deliveries, fusions = sharing(Rule.TRACK)
    np.testing.assert_array_equal(pools, [[True, False], [False, True]])
    np.testing.assert_array_equal(deliveries.latency, [[2.0, INF], [7.0, 2.0]])
    assert fusions == ((1, (1, 0), 7.0),)
    assert not sharing(Rule.FIRE_CONTROL).fusions


POOLED_AND_TOLD = Links(
    ((0, 0, 0), (int(Rule.TRACK), 0, 0), (int(Rule.FIRE_CONTROL), 0, 0)),
    ((0.0, 0.0, 0.0), (1.0, 0.0, 0.0), (9.0, 0.0, 0.0)),
    2.0,
)


def test_what_is_pooled_is_fused_too_and_each_pair_waits_for_its_slower_part() -> None:
    """0 pools with 2, which gives measurements 9 s late, and fuses 1's track, 1 s late."""
    pools, _, fusions = share(POOLED_AND_TOLD, (0, 1, 2))
    own, pooled, told = [True, False, False], [True, False, True], [False, True, False]
    found = {(f.keeper, *(tuple(pools[part].tolist()) for part in f.parts), f.latency) for f in fusions}
    assert found == {(0, tuple(own), tuple(told), 3.0), (0, tuple(pooled), tuple(told), 11.0)}


def test_a_tracker_fuses_the_widest_pool_with_every_track() -> None:
    found = stations(POOLED_AND_TOLD, (0, 1, 2))
    (fusion,) = found.fusions
    parts = [found.pools[part] for part in fusion.parts]
    np.testing.assert_array_equal(parts, [[True, False, True], [False, True, False]])
    np.testing.assert_array_equal(found.pools[-1], [True, True, True])
    assert (fusion.keeper, fusion.latency) == (0, 3.0)
    assert len(found.measured) == len(found.pools) - 1


def test_measurements_that_come_sooner_do_not_wait_for_later_ones() -> None:
    """0 is given measurements by 1 after 1 s and by 2 after 9 s: a pool with 1 stands beside that of all."""
    rules, latency = ((0, 0, 0), (4, 0, 0), (4, 0, 0)), ((0.0,) * 3, (1.0, 0.0, 0.0), (9.0, 0.0, 0.0))
    pools, deliveries, _ = share(Links(rules, latency, 2.0), (0, 1, 2))
    reaching = {tuple(pools[g].tolist()): late for g, late in enumerate(deliveries.latency[0])}
    assert reaching[True, True, False] == 3.0
    assert reaching[True, True, True] == 11.0


def test_every_keeper_has_a_tracker_of_its_own() -> None:
    """Both pool everything: two trackers of the same sensors, each with the other's looks late, none waits."""
    links = Links(((0, 4), (4, 0)), ((0.0, 5.0), (7.0, 0.0)), 2.0)
    found = stations(links, (0, 1))
    assert found.keepers == (0, 1, 0, 1)
    np.testing.assert_array_equal(found.lag, [[0.0, INF], [INF, 0.0], [0.0, 7.0], [5.0, 0.0]])
    np.testing.assert_array_equal(found.deliveries.latency, [[2.0, 9.0, 2.0, 9.0], [7.0, 2.0, 7.0, 2.0]])
