"""Which sensors' measurements meet in which track (pools), and which partner receives which of these tracks when.

Two kinds of pool: a partner's own sensors, and these together with the sensors of all who give it FIRE_CONTROL. A track
travels no further than the least that any owner of a sensor in it allows the receiver, so sharing never passes on what
was not shared. Pools of the same sensors are one.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.types import Deliveries, Flags, Floats, Rule
from sakimori.partners.links import Links


class Sharing(NamedTuple):
    """The pools of one architecture and where their tracks go."""

    pools: Flags  # (G, S) whose measurements are in the track
    deliveries: Deliveries


class _Pool(NamedTuple):
    keeper: int  # the partner that forms the track
    members: frozenset[int]  # the partners whose sensors are in it
    gather: float  # [s] until the slowest member's measurements are in and the keeper can use the track


def share(links: Links, owners: Sequence[int]) -> Sharing:
    """The pools and deliveries of sensors owned by partners `owners` (S,) under `links` (P partners).

    Who may receive a pool, and when, follows from the rules alone and not from who has sensors, so an additional
    sensor takes nothing from anybody.
    """
    partners = range(len(links.rules))
    masks: dict[tuple[bool, ...], int] = {}
    arrivals: dict[tuple[int, int, int], float] = {}  # (Rule, receiver, pool) -> s
    for pool in _pools(links):
        index = masks.setdefault(tuple(owner in pool.members for owner in owners), len(masks))
        for receiver in partners:
            arrival = pool.gather + links.delay(pool.keeper, receiver)
            level = min(links.rule(giver, receiver) for giver in (pool.keeper, *pool.members))
            for rule in range(Rule.WARNING, level + 1):
                place = (rule, receiver, index)
                arrivals[place] = min(arrival, arrivals.get(place, math.inf))

    def latency(rule: Rule) -> Floats:
        rows = [[arrivals.get((rule, receiver, g), math.inf) for g in range(len(masks))] for receiver in partners]
        return np.array(rows, dtype=np.float64)

    pools = np.array(list(masks), dtype=np.bool_).reshape(len(masks), len(owners))
    return Sharing(pools, Deliveries(latency(Rule.FIRE_CONTROL), latency(Rule.CUE), latency(Rule.WARNING)))


def _pools(links: Links) -> list[_Pool]:
    """Every partner's own pool, then every partner's pool with what it is given as FIRE_CONTROL."""
    partners = range(len(links.rules))
    own = [_Pool(keeper, frozenset({keeper}), links.own_latency) for keeper in partners]
    joint: list[_Pool] = []
    for keeper in partners:
        members = frozenset(giver for giver in partners if links.rule(giver, keeper) == Rule.FIRE_CONTROL)
        slowest = max(links.delay(giver, keeper) for giver in members)
        joint.append(_Pool(keeper, members, links.own_latency + slowest))
    return own + joint
