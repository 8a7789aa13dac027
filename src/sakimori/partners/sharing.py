"""Which sensors' measurements meet in which track (pools), and which partner receives which of these tracks when.

A partner's own sensors make a pool, and these together with the sensors of all who give it FIRE_CONTROL within some
delay make another. A track travels no further than the least that any owner of a sensor in it allows the receiver, so
sharing never passes on what was not shared. Pools of the same sensors are one. Who gives only its TRACK has its own
pool fused, as a track, with the receiver's: neither knows what the two have in common.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.types import Deliveries, Flags, Floats, Rule
from sakimori.partners.links import Links


class Fusion(NamedTuple):
    """A track made of other pools' tracks."""

    keeper: int  # the partner that fuses and uses it
    parts: tuple[int, ...]  # pools, the keeper's own first
    latency: float  # [s] until the keeper can use it


class Sharing(NamedTuple):
    """The pools of one architecture, where their tracks go, and which pairs of tracks are fused."""

    pools: Flags  # (G, S) whose measurements are in the track
    deliveries: Deliveries  # of G tracks
    fusions: tuple[Fusion, ...]  # of two parts each


class Stations(NamedTuple):
    """Pools as trackers: one for each keeper, since late measurements come at other times to another."""

    pools: Flags  # (G + F, S); F fusions stand last
    deliveries: Deliveries  # of G + F tracks
    fusions: tuple[Fusion, ...]  # the last F, one for each partner that fuses
    keepers: tuple[int, ...]  # (G,) the partner that tracks
    lag: Floats  # (G, S) [s] from a measurement to its tracker; inf where it never comes

    @property
    def measured(self) -> Flags:
        """(G, S) the pools that are made of measurements."""
        return self.pools[: len(self.keepers)]


class _Pool(NamedTuple):
    keeper: int  # the partner that forms the track
    members: frozenset[int]  # the partners whose sensors are in it
    gather: float  # [s] until the slowest member's measurements are in and the keeper can use the track


Mask = tuple[bool, ...]
Arrivals = dict[tuple[int, int, int], float]  # (Rule, receiver, pool) -> s


def share(links: Links, owners: Sequence[int]) -> Sharing:
    """The pools and deliveries of sensors owned by partners `owners` (S,) under `links` (P partners).

    Who may receive a pool, and when, follows from the rules alone and not from who has sensors, so an additional
    sensor takes nothing from anybody. A pool's track waits for its slowest member's measurements, so there is one for
    each delay within which some have come; and a fusion waits for its slower part.
    """
    masks: dict[Mask, int] = {}
    arrivals: Arrivals = {}
    found = _pools(links)
    index = [masks.setdefault(_mask(pool, owners), len(masks)) for pool in found]
    for pool, g in zip(found, index, strict=True):
        _deliver(links, pool, pool.gather, g, arrivals)
    fusions: list[Fusion] = []
    for keeper in range(len(links.rules)):
        mine = [(g, pool.gather) for pool, g in zip(found, index, strict=True) if pool.keeper == keeper]
        told = [(index[giver], links.own_latency + links.delay(giver, keeper)) for giver in _givers(links, keeper)]
        pairs = [(one, other) for i, other in enumerate(told) for one in (*mine, *told[:i])]
        fusions += [Fusion(keeper, (g, h), max(t, u)) for (g, t), (h, u) in pairs if g != h]
    return Sharing(_pool_table(list(masks)), _deliveries(arrivals, len(links.rules), len(masks)), tuple(fusions))


def stations(links: Links, owners: Sequence[int]) -> Stations:
    """Each keeper with trackers of its own, which take every measurement up when its link brings it and wait for none.

    What a partner fuses is the widest of its own with the own tracks of all who give it theirs.
    """
    masks: dict[tuple[int, Mask], int] = {}
    arrivals: Arrivals = {}
    found = [pool for pool in _pools(links) if pool.members in (frozenset({pool.keeper}), _members(links, pool.keeper))]
    index = [masks.setdefault((pool.keeper, _mask(pool, owners)), len(masks)) for pool in found]
    for pool, g in zip(found, index, strict=True):
        _deliver(links, pool, links.own_latency, g, arrivals)
    keepers, table = tuple(keeper for keeper, _ in masks), [mask for _, mask in masks]
    fusions: list[Fusion] = []
    for keeper in range(len(links.rules)):
        widest = max(g for pool, g in zip(found, index, strict=True) if pool.keeper == keeper)
        givers = _givers(links, keeper)
        if givers:
            late = links.own_latency + max(links.delay(giver, keeper) for giver in givers)
            fusions.append(Fusion(keeper, (widest, *(index[giver] for giver in givers)), late))
    for f, fusion in enumerate(fusions):
        table.append(tuple(map(any, zip(*(table[part] for part in fusion.parts), strict=True))))
        here = len(keepers) + f
        arrivals |= {(rule, fusion.keeper, here): fusion.latency for rule in range(Rule.WARNING, Rule.TRACK + 1)}
    lag = [
        [links.delay(o, keeper) if inside else math.inf for o, inside in zip(owners, mask, strict=True)]
        for keeper, mask in masks
    ]
    return Stations(
        _pool_table(table),
        _deliveries(arrivals, len(links.rules), len(table)),
        tuple(fusions),
        keepers,
        np.array(lag, dtype=np.float64).reshape(len(keepers), len(owners)),
    )


def _mask(pool: _Pool, owners: Sequence[int]) -> Mask:
    return tuple(owner in pool.members for owner in owners)


def _pool_table(masks: Sequence[Mask]) -> Flags:
    return np.array(masks, dtype=np.bool_).reshape(len(masks), len(masks[0]))


def _deliver(links: Links, pool: _Pool, gather: float, index: int, arrivals: Arrivals) -> None:
    """Note when each partner that may have the pool's track gets it, and for what."""
    for receiver in range(len(links.rules)):
        arrival = gather + links.delay(pool.keeper, receiver)
        level = min(links.rule(giver, receiver) for giver in (pool.keeper, *pool.members))
        for rule in range(Rule.WARNING, level + 1):
            key = (rule, receiver, index)
            arrivals[key] = min(arrival, arrivals.get(key, math.inf))


def _deliveries(arrivals: Arrivals, partners: int, pools: int) -> Deliveries:
    def latency(rule: Rule) -> Floats:
        rows = [[arrivals.get((rule, receiver, g), math.inf) for g in range(pools)] for receiver in range(partners)]
        return np.array(rows, dtype=np.float64)

    return Deliveries(latency(Rule.TRACK), latency(Rule.CUE), latency(Rule.WARNING))


def _givers(links: Links, keeper: int) -> list[int]:
    """The partners that give another one their tracks, and no measurements."""
    return [giver for giver in range(len(links.rules)) if links.rule(giver, keeper) == Rule.TRACK]


def _members(links: Links, keeper: int, within: float = math.inf) -> frozenset[int]:
    """The partners whose measurements reach a partner within a delay [s], itself among them."""
    partners = range(len(links.rules))
    sharing = [giver for giver in partners if links.rule(giver, keeper) == Rule.FIRE_CONTROL]
    return frozenset(giver for giver in sharing if links.delay(giver, keeper) <= within)


def _pools(links: Links) -> list[_Pool]:
    """Every partner's own pool, in their order; then each's with what it is given as FIRE_CONTROL, by delay."""
    partners = range(len(links.rules))
    own = [_Pool(keeper, frozenset({keeper}), links.own_latency) for keeper in partners]
    joint: list[_Pool] = []
    for keeper in partners:
        givers = _members(links, keeper) - {keeper}
        for delay in sorted({links.delay(giver, keeper) for giver in givers}):
            joint.append(_Pool(keeper, _members(links, keeper, delay), links.own_latency + delay))
    return own + joint
