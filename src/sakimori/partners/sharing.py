"""Which sensors' measurements meet in which track (pools), and which partner receives which of these tracks when.

Two kinds of pool: a partner's own sensors, and these together with the sensors of all who give it FIRE_CONTROL. A track
travels no further than the least that any owner of a sensor in it allows the receiver, so sharing never passes on what
was not shared. Pools of the same sensors are one. Who gives only its TRACK has its own pool fused, as a track, with the
receiver's: neither knows what the two have in common.
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
    """The pools of one architecture and where their tracks go; F fusions stand last among them."""

    pools: Flags  # (G + F, S) whose measurements are in the track
    deliveries: Deliveries  # of G + F tracks
    fusions: tuple[Fusion, ...]  # the last F

    @property
    def measured(self) -> Flags:
        """(G, S) the pools that are made of measurements."""
        return self.pools[: len(self.pools) - len(self.fusions)]


class Stations(NamedTuple):
    """The same pools as trackers: one for each keeper, since late measurements come at other times to another."""

    sharing: Sharing
    keepers: tuple[int, ...]  # (G,) the partner that tracks
    lag: Floats  # (G, S) [s] from a measurement to its tracker; inf where it never comes


class _Pool(NamedTuple):
    keeper: int  # the partner that forms the track
    members: frozenset[int]  # the partners whose sensors are in it
    gather: float  # [s] until the slowest member's measurements are in and the keeper can use the track


Mask = tuple[bool, ...]
Arrivals = dict[tuple[int, int, int], float]  # (Rule, receiver, pool) -> s


def share(links: Links, owners: Sequence[int]) -> Sharing:
    """The pools and deliveries of sensors owned by partners `owners` (S,) under `links` (P partners).

    Who may receive a pool, and when, follows from the rules alone and not from who has sensors, so an additional
    sensor takes nothing from anybody. A pool's track waits for its slowest member's measurements.
    """
    masks: dict[Mask, int] = {}
    arrivals: Arrivals = {}
    place: dict[tuple[int, frozenset[int]], int] = {}  # (keeper, members) -> pool
    for pool in _pools(links):
        index = masks.setdefault(_mask(pool, owners), len(masks))
        place[pool.keeper, pool.members] = index
        _deliver(links, pool, pool.gather, index, arrivals)
    return _sharing(links, list(masks), arrivals, place, [pool.gather for pool in _pools(links)])


def stations(links: Links, owners: Sequence[int]) -> Stations:
    """The same, each keeper with a tracker of its own that takes every measurement up when its link brings it."""
    masks: dict[tuple[int, Mask], int] = {}
    arrivals: Arrivals = {}
    place: dict[tuple[int, frozenset[int]], int] = {}
    for pool in _pools(links):
        index = masks.setdefault((pool.keeper, _mask(pool, owners)), len(masks))
        place[pool.keeper, pool.members] = index
        _deliver(links, pool, links.own_latency, index, arrivals)
    keepers = tuple(keeper for keeper, _ in masks)
    lag = [
        [links.delay(o, keeper) if inside else math.inf for o, inside in zip(owners, mask, strict=True)]
        for keeper, mask in masks
    ]
    sharing = _sharing(links, [mask for _, mask in masks], arrivals, place, [links.own_latency] * 2 * len(links.rules))
    return Stations(sharing, keepers, np.array(lag, dtype=np.float64).reshape(len(masks), len(owners)))


def _mask(pool: _Pool, owners: Sequence[int]) -> Mask:
    return tuple(owner in pool.members for owner in owners)


def _deliver(links: Links, pool: _Pool, gather: float, index: int, arrivals: Arrivals) -> None:
    """Note when each partner that may have the pool's track gets it, and for what."""
    for receiver in range(len(links.rules)):
        arrival = gather + links.delay(pool.keeper, receiver)
        level = min(links.rule(giver, receiver) for giver in (pool.keeper, *pool.members))
        for rule in range(Rule.WARNING, level + 1):
            key = (rule, receiver, index)
            arrivals[key] = min(arrival, arrivals.get(key, math.inf))


def _sharing(
    links: Links,
    masks: list[Mask],
    arrivals: Arrivals,
    place: dict[tuple[int, frozenset[int]], int],
    gathered: Sequence[float],
) -> Sharing:
    """Pools, fusions and deliveries; `gathered` [s] of each pool of `_pools`."""
    partners, size = range(len(links.rules)), len(masks)
    fusions = _fusions(links, place, gathered)
    for f, fusion in enumerate(fusions):
        masks.append(tuple(map(any, zip(*(masks[part] for part in fusion.parts), strict=True))))
        arrivals |= {(rule, fusion.keeper, size + f): fusion.latency for rule in range(Rule.WARNING, Rule.TRACK + 1)}

    def latency(rule: Rule) -> Floats:
        rows = [[arrivals.get((rule, receiver, g), math.inf) for g in range(len(masks))] for receiver in partners]
        return np.array(rows, dtype=np.float64)

    pools = np.array(masks, dtype=np.bool_).reshape(len(masks), len(masks[0]))
    return Sharing(pools, Deliveries(latency(Rule.TRACK), latency(Rule.CUE), latency(Rule.WARNING)), fusions)


def _fusions(
    links: Links, place: dict[tuple[int, frozenset[int]], int], gathered: Sequence[float]
) -> tuple[Fusion, ...]:
    """For every partner that is given tracks: its widest pool of measurements, and the own pools of those givers."""
    found: list[Fusion] = []
    partners = range(len(links.rules))
    for keeper in partners:
        givers = [giver for giver in partners if links.rule(giver, keeper) == Rule.TRACK]
        members = _members(links, keeper)
        parts = dict.fromkeys([place[keeper, members], *(place[giver, frozenset({giver})] for giver in givers)])
        if len(parts) > 1:
            slowest = max(links.own_latency + links.delay(giver, keeper) for giver in givers)
            found.append(Fusion(keeper, tuple(parts), max(slowest, gathered[len(partners) + keeper])))
    return tuple(found)


def _members(links: Links, keeper: int) -> frozenset[int]:
    """The partners whose measurements reach a partner, itself among them."""
    partners = range(len(links.rules))
    return frozenset(giver for giver in partners if links.rule(giver, keeper) == Rule.FIRE_CONTROL)


def _pools(links: Links) -> list[_Pool]:
    """Every partner's own pool, then every partner's pool with what it is given as FIRE_CONTROL."""
    partners = range(len(links.rules))
    own = [_Pool(keeper, frozenset({keeper}), links.own_latency) for keeper in partners]
    joint: list[_Pool] = []
    for keeper in partners:
        members = _members(links, keeper)
        slowest = max(links.delay(giver, keeper) for giver in members)
        joint.append(_Pool(keeper, members, links.own_latency + slowest))
    return own + joint
