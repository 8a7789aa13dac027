"""Which pools form and where their tracks go; partners 0 and 1, sensors 0 (of partner 0) and 1 (of partner 1)."""

import numpy as np
import pytest

from sakimori.base.types import Rule
from sakimori.partners.links import Links
from sakimori.partners.sharing import Sharing, share

INF = np.inf


def sharing(given: Rule, back: Rule = Rule.NONE, owners: tuple[int, ...] = (0, 1)) -> Sharing:
    return share(Links(((0, given), (back, 0)), ((0.0, 5.0), (7.0, 0.0)), 2.0), owners)


def test_without_sharing_everyone_has_its_own() -> None:
    pools, deliveries = sharing(Rule.NONE)
    np.testing.assert_array_equal(pools, [[True, False], [False, True]])
    for latency in deliveries:
        np.testing.assert_array_equal(latency, [[2.0, INF], [INF, 2.0]])


@pytest.mark.parametrize(("rule", "reached"), [(Rule.WARNING, 1), (Rule.CUE, 2)])
def test_a_rule_gives_what_it_says_and_no_more(rule: Rule, reached: int) -> None:
    pools, deliveries = sharing(rule)
    assert len(pools) == 2  # measurements are not pooled
    levels = (deliveries.warning_latency, deliveries.cue_latency, deliveries.latency)
    assert [level[1, 0] for level in levels] == [2.0 + 5.0] * reached + [INF] * (3 - reached)
    assert [level[0, 1] for level in levels] == [INF] * 3


def test_fire_control_pools_the_measurements() -> None:
    pools, deliveries = sharing(Rule.FIRE_CONTROL)
    np.testing.assert_array_equal(pools, [[True, False], [False, True], [True, True]])
    # Partner 1 has its own track at once, partner 0's and the joint one a link later; partner 0 has its own.
    np.testing.assert_array_equal(deliveries.latency, [[2.0, INF, INF], [7.0, 2.0, 7.0]])


def test_joint_pools_of_the_same_sensors_are_one() -> None:
    pools, deliveries = sharing(Rule.FIRE_CONTROL, Rule.FIRE_CONTROL)
    np.testing.assert_array_equal(pools, [[True, False], [False, True], [True, True]])
    np.testing.assert_array_equal(deliveries.latency, [[2.0, 9.0, 9.0], [7.0, 2.0, 7.0]])


def test_a_pool_equal_to_the_own_one_comes_at_the_own_latency() -> None:
    pools, deliveries = sharing(Rule.FIRE_CONTROL, owners=(1, 1))
    np.testing.assert_array_equal(pools, [[False, False], [True, True]])
    np.testing.assert_array_equal(deliveries.latency, [[2.0, INF], [7.0, 2.0]])


def test_nothing_is_passed_on_that_was_not_shared() -> None:
    """0 gives 1 everything, 1 gives 2 cues, 0 gives 2 nothing: 2 gets cues of 1's own track only."""
    rules = ((0, 3, 0), (0, 0, 2), (0, 0, 0))
    pools, deliveries = share(Links(rules, ((1.0,) * 3,) * 3, 2.0), (0, 1, 2))
    reaching = np.isfinite(deliveries.cue_latency[2])
    assert not pools[reaching][:, 0].any()
    assert pools[reaching][:, 1].any()


def test_no_sensors_at_all() -> None:
    pools, deliveries = sharing(Rule.FIRE_CONTROL, owners=())
    assert pools.shape == (1, 0)
    np.testing.assert_array_equal(deliveries.latency, [[2.0], [2.0]])
