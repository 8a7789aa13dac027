"""The state of a raid as arrays of records, and how it is set up.

Records, because a tuple of thirty arrays costs more to hand over than an event costs to play.
"""

import math
from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.types import Flags, Flights, Integers, Reason
from sakimori.engage.doctrine import Command, LayerTable, Targets
from sakimori.engage.magazine import Magazine, Quiet, Records, Transfer, due_transfers, quiet_samples, stores
from sakimori.engage.timeline import Windows

ALIVE = 2**62  # a sample that never comes
_OPEN = int(Reason.NONE)

DOCTRINE = np.dtype(
    [
        *((name, np.int64) for name in ("key", "owner", "salvo", "later_salvo", "looks", "channels", "magazine")),
        *((name, np.float64) for name in ("kill_probability", "correlation", "margin_loss")),
        *((name, np.float64) for name in ("designation", "false_kill", "false_miss", "false_shot_rate")),
        ("hand_over", np.int64),
        ("wait", np.int64),  # samples from intercept to its result
    ]
)
TARGET = np.dtype(
    [
        ("rank", np.int64),  # turn of the threat among those of one sample
        ("impact", np.int64),  # sample
        ("objects", np.float64),  # beside it, wherever it flies
        ("light", np.float64),  # more of them between these samples
        ("light_from", np.int64),
        ("light_to", np.int64),
    ]
)
PICTURE = np.dtype(  # of one threat, as one partner has it
    [
        ("known", np.int64),  # sample at which the partner takes the threat for killed
        ("pending", np.int64),  # sample of the last result that the partner waits for
    ]
)
PAIR = np.dtype(
    [
        # what stays: set up once
        ("reason", np.int64),  # Reason before the first shot
        ("held", np.int64),  # 1: another partner might get there as well
        ("first", np.int64),  # sample of the first intercept; -1: none
        ("keep", np.int64),  # rounds that stay in the magazine
        ("exposed", np.int64),  # 1: the layer stands where the threat comes down
        ("quota", np.int64),  # rounds set aside for the threat; UNLIMITED where none are
        # what changes
        ("ready", np.int64),  # sample from which on it may launch the look to come
        ("assigned", np.int64),  # that of its first look; -1: it never fired
        ("launched", np.int64),  # sample of the first launch
        ("struck", np.int64),  # sample of the intercept of that launch
        ("intercept", np.int64),  # sample of the layer's last intercept; -1 before
        ("used", np.int64),  # looks
        ("shots", np.int64),  # rounds fired
        ("failures", np.int64),  # rounds that failed
        ("wasted", np.int64),  # rounds at other objects
        ("margin", np.float64),  # factor on the kill probability of this look
        ("code", np.int64),  # Reason so far
        ("aside", np.int64),  # 1: this look goes at another object
        ("unseen", np.int64),  # 1: a kill by this look is not noticed
        ("mistaken", np.int64),  # 1: this look is taken for a kill
    ]
)
FALSE = np.dtype(  # of one layer: its shots at tracks of nothing
    [
        ("time", np.float64),  # [samples] of the next false track
        ("number", np.int64),  # false tracks so far
        ("shots", np.int64),  # rounds fired at them
    ]
)


UNLIMITED = 2**62


class Board(NamedTuple):
    """A raid set up, before its first replication."""

    doctrine: Records  # (L,) DOCTRINE
    targets: Records  # (N,) TARGET
    order: Integers  # (N,) threat of each rank
    pairs: Records  # (N, L) PAIR
    lag: Integers  # (P, P) samples until results of a giver reach a receiver; -1: never
    magazines: Records  # (M,) magazine.STORE
    transfers: Integers  # (T, 5) magazine.due_transfers
    quiet: Integers  # (Q, 2) magazine.quiet_samples
    hold_probability: float
    loss_probability: float


def set_up(
    flights: Flights,
    windows: Windows,
    table: LayerTable,
    magazines: Sequence[Magazine],
    command: Command,
    targets: Targets,
    quota: Integers | None = None,
    transfers: Sequence[Transfer] = (),
    quiet: Quiet = (),
) -> Board:
    """The board of this raid under this option; `quota` (N, L) rounds set aside for each threat, None: no such plan."""
    threats, layers = windows.reason.shape
    skipped = quiet_samples(quiet, flights.step)
    doctrine = np.zeros(layers, dtype=DOCTRINE)
    for name in set(DOCTRINE.names or ()) & set(table._fields):
        doctrine[name] = getattr(table, name)
    doctrine["later_salvo"] = np.where(table.later_salvo > 0, table.later_salvo, table.salvo)
    doctrine["false_shot_rate"] = table.false_shot_rate * flights.step
    doctrine["wait"] = np.ceil(table.assess_delay / flights.step - 1e-9)
    able = (windows.reason == _OPEN) & targets.permitted
    first = -targets.value if command.by_value else np.zeros(threats)
    order: Integers = np.argsort(first, kind="stable").astype(np.int64)
    pairs = np.zeros((threats, layers), dtype=PAIR)
    barred = (windows.reason == _OPEN) & ~targets.permitted
    pairs["reason"] = np.where(barred, int(Reason.NOT_PERMITTED), windows.reason)
    pairs["held"] = 0 if command.coordinated else _holders(able, table.owner)
    pairs["first"] = _first_intercepts(windows, able)
    pairs["keep"] = np.where(targets.value[:, None] < table.reserve_value, table.reserve, 0)
    pairs["exposed"] = targets.exposed
    pairs["quota"] = UNLIMITED if quota is None else quota
    return Board(
        doctrine,
        _targets(flights, targets, order),
        order,
        pairs,
        _lags(command, int(table.owner.max(initial=0)) + 1, flights.step),
        stores(magazines, flights.step),
        due_transfers(transfers, skipped, flights.step),
        skipped,
        float(command.hold_probability),
        float(targets.loss_probability),
    )


def _targets(flights: Flights, targets: Targets, order: Integers) -> Records:
    found = np.zeros(order.size, dtype=TARGET)
    found["rank"][order] = np.arange(order.size)
    found["impact"] = flights.impact
    found["objects"], found["light"] = targets.heavy_objects, targets.light_objects
    above = flights.altitude > targets.strip_altitude[:, None]
    found["light_from"] = above.argmax(axis=1)
    found["light_to"] = np.where(above.any(axis=1), above.shape[1] - 1 - above[:, ::-1].argmax(axis=1), -1)
    return found


def _first_intercepts(windows: Windows, able: Flags) -> Integers:
    threats, layers, samples = windows.earliest.shape
    n, j = np.ogrid[:threats, :layers]
    return np.where(able, windows.earliest[n, j, np.minimum(windows.start, samples - 1)], -1)


def _holders(able: Flags, owner: Integers) -> Flags:
    """(N, L): layers that could also leave a threat to another partner, who has a useful launch at it as well."""
    other = owner[:, None] != owner[None, :]
    return able & (able.astype(np.int64) @ other.astype(np.int64) > 0)


def _lags(command: Command, partners: int, step: float) -> Integers:
    """(P, P) samples, as in Board."""
    if not command.coordinated:
        return np.where(np.eye(partners, dtype=np.bool_), 0, -1).astype(np.int64)
    lag = np.zeros((partners, partners), dtype=np.int64)
    for giver, row in enumerate(command.result_latency[:partners]):
        for receiver, latency in enumerate(row[:partners]):
            if giver != receiver:
                lag[giver, receiver] = math.ceil(latency / step - 1e-9) if math.isfinite(latency) else -1
    return lag
