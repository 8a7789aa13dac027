"""When each layer may commit, what it can reach, and what becomes of the raid."""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.types import Codes, Deliveries, Flags, Flights, Floats, Integers, Reason, Tracks
from sakimori.engage.assignment import planned
from sakimori.engage.doctrine import Command, Layer, Targets, lone_targets
from sakimori.engage.ground import Ground, of_rows, survey
from sakimori.engage.magazine import Magazine, Quiet, Transfer
from sakimori.engage.raid import Tally, simulate
from sakimori.engage.reach import band_times
from sakimori.engage.timeline import Windows, windows
from sakimori.track.singer import CORRELATION_TIME

__all__ = [
    "Command", "Ground", "Layer", "Magazine", "Result", "Targets", "Transfer", "engage", "fought", "openings", "survey",
]  # fmt: skip


class Result(NamedTuple):
    """What one future's raid comes to under one option: means over the inner replications (luck)."""

    leak_probability: Floats  # (N,) share of replications in which the threat is not killed
    no_leaker: float  # share of replications without a leaker
    no_leaker_variance: float  # of one replication; divided by `replications` it is that of the mean
    expected_leakers: float  # mean number of leakers
    leakers_variance: float  # of one replication, as above
    rounds: Floats  # (L,) mean rounds fired
    rounds_wasted: Floats  # (L,) of them at decoys, other objects and tracks of nothing
    cause: Codes  # (N,) Reason of the leak, most often: of the layer that got furthest; KILLED where it never leaks
    reason: Codes  # (N, L) Reason why the layer did not kill the threat, most often; KILLED where it did most often
    commit: Floats  # (N, L) [s] earliest permitted launch; nan where never
    assigned: Floats  # (N, L) [s] from when on the layer could launch: round and channel there, no result waited for
    first_launch: Floats  # (N, L) [s] of the first launch; this, the one above and the next: means where it fired
    first_intercept: Floats  # (N, L) [s] of that launch; nan where the layer never fired, as all three
    last_launch: Floats  # (N, L) [s] last useful launch; where none was, the last in reach; nan: out of reach
    shots: Floats  # (N, L) mean rounds fired
    wasted: Floats  # (N, L) of them at decoys and other objects
    looks: Floats  # (N, L) looks that the time has room for, whatever the doctrine
    assignment_gap: float  # value that leaks by the greedy assignment over that by the best, less 1; nan without one
    band_time: Floats  # (N, B) [s] after boost in each altitude band (base.columns.BAND_EDGES)
    band_unreached: Floats  # (N, B) [s] of these inside no layer's envelope


def engage(
    flights: Flights,
    tracks: Tracks,
    deliveries: Deliveries,
    layers: Sequence[Layer],
    magazines: Sequence[Magazine],
    *,
    seed: int,
    future: int,
    replications: int,
    command: Command | None = None,
    targets: Targets | None = None,
    correlation_time: float = CORRELATION_TIME,
    efficiency: float = 1.0,
    own: Flags | None = None,
    transfers: Sequence[Transfer] = (),
    quiet: Quiet = (),
) -> Result:
    """Engage one raid (N threats, K samples) with L layers, `replications` >= 1 times.

    Layers of different partners that are not coordinated share no results (duplicate rounds), and each leaves a threat
    that another partner can engage as well to that partner with a probability (gaps). `correlation_time` [s] and
    `efficiency` are those of the tracks; `own` (P, G) are the pools of a partner's measurements alone (None: all are).
    `transfers` are of rounds between magazines, `quiet` is what the raid clock leaves out.
    Draws belong to the threat's index and the layer's key. Raises InputError where a layer names a partner or magazine
    that is not there, or a number is out of its range.
    """
    ground = survey(flights, layers, seed, future)
    found = openings(flights, tracks, deliveries, ground, correlation_time, efficiency, own)
    return fought(
        flights, ground, found, layers, magazines, seed, future, replications, command or Command(), targets, transfers,
        quiet,
    )  # fmt: skip


def openings(
    flights: Flights, tracks: Tracks, deliveries: Deliveries, ground: Ground, correlation_time: float,
    efficiency: float, own: Flags | None = None,
) -> Windows:  # fmt: skip
    """When the layers of a ground may fire, given what is known of the raid: whatever rounds and doctrine they have."""
    _check_owners(ground.layers, deliveries.latency.shape[0])
    return windows(
        flights, tracks, deliveries.latency, ground.reached, ground.table, ground.working, correlation_time, efficiency,
        own, ground.envelope,
    )  # fmt: skip


def fought(
    flights: Flights,
    ground: Ground,
    found: Windows,
    layers: Sequence[Layer],
    magazines: Sequence[Magazine],
    seed: int,
    future: int,
    replications: int,
    command: Command,
    targets: Targets | None = None,
    transfers: Sequence[Transfer] = (),
    quiet: Quiet = (),
) -> Result:
    """As `engage`, for L layers among those of a ground (G) whose windows (N, G, K) have been found."""
    _check_stocks(layers, magazines, transfers, replications)
    rows = ground.places(layers)
    magazine = np.array([layer.magazine for layer in layers], dtype=np.int64)
    table, working = of_rows(ground.table, rows)._replace(magazine=magazine), ground.working[rows]
    parts: list[Any] = [np.take(part, rows, axis=1) for part in found]
    found = Windows(*parts)
    targets = targets or lone_targets(*found.reason.shape)
    quota, gap = planned(found, table, magazines, command, targets)
    tally = simulate(
        flights,
        found,
        table,
        magazines,
        command,
        targets,
        working,
        quota,
        transfers,
        quiet,
        seed=seed,
        future=future,
        replications=replications,
    )
    band_time, band_unreached = band_times(flights, ground.reached, ground.envelope[rows])
    leakers, none = tally.leakers.astype(np.float64), tally.leakers == 0
    freedom = 1 if replications > 1 else 0
    return Result(
        leak_probability=tally.leaks / replications,
        no_leaker=float(none.mean()),
        no_leaker_variance=float(none.var(ddof=freedom)),
        expected_leakers=float(leakers.mean()),
        leakers_variance=float(leakers.var(ddof=freedom)),
        rounds=(tally.shots.sum(axis=0) + tally.false_shots) / replications,
        rounds_wasted=(tally.wasted.sum(axis=0) + tally.false_shots) / replications,
        cause=_cause(tally),
        reason=tally.reason.argmax(axis=2).astype(np.uint8),
        commit=found.commit,
        assigned=_mean(tally.assigned, tally.fired) * flights.step,
        first_launch=_mean(tally.launched, tally.fired) * flights.step,
        first_intercept=_mean(tally.struck, tally.fired) * flights.step,
        last_launch=found.last_launch,
        shots=tally.shots / replications,
        wasted=tally.wasted / replications,
        looks=_looks(found),
        assignment_gap=gap,
        band_time=band_time,
        band_unreached=band_unreached,
    )


def _mean(total: Integers, count: Integers) -> Floats:
    """Quotient, nan where nothing was counted."""
    return np.divide(total, count, out=np.full(total.shape, np.nan), where=count > 0)


def _looks(found: Windows) -> Floats:
    """(N, L) looks from the start on."""
    threats, layers, samples = found.earliest.shape
    n, j = np.ogrid[:threats, :layers]
    able = found.reason == Reason.NONE
    return np.where(able, found.looks[n, j, np.minimum(found.start, samples - 1)], 0).astype(np.float64)


def _cause(tally: Tally) -> Codes:
    """(N,) the most frequent cause of a leak; KILLED where there was none."""
    return np.where(tally.leaks > 0, tally.cause.argmax(axis=1), int(Reason.KILLED)).astype(np.uint8)


def _check_owners(layers: Sequence[Layer], partners: int) -> None:
    """Refuse layers of partners that are not there."""
    for layer in layers:
        if not 0 <= layer.owner < partners:
            got, expected = f"owner {layer.owner}", f"one of {partners} partners"
            raise InputError(f"layer {layer.name}", got, expected, "Give the layer an owner among the partners.")


def _check_stocks(
    layers: Sequence[Layer], magazines: Sequence[Magazine], transfers: Sequence[Transfer], replications: int
) -> None:
    """Refuse references to magazines that are not there, and a number of replications that means nothing."""
    for one in transfers:
        if max(one.giver, one.receiver) >= len(magazines):
            got, expected = str(one), f"one of {len(magazines)} magazines"
            raise InputError("a transfer", got, expected, "Name magazines that the option has.")
    for layer in layers:
        if layer.magazine >= len(magazines):
            got, expected = f"magazine {layer.magazine}", f"one of {len(magazines)} magazines"
            raise InputError(f"layer {layer.name}", got, expected, "Give the layer a magazine that the option has.")
    if replications < 1:
        raise InputError("replications", str(replications), "1 or more", "Correct the number in the study.")
