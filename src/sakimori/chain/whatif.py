"""Which single change would have stopped a threat: its future is played again with the change, the size by bisection.

Only the defence is changed, one thing at a time, with the same luck. What a change would do in other futures, and what
it costs, it does not say: that is what options are for.
"""

import math
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any, NamedTuple

import numpy as np

from sakimori.base.types import Rule, Tracks
from sakimori.chain import fight, play
from sakimori.chain.case import Case, Option, Outcome, Picture
from sakimori.engage import Command, Layer, Result
from sakimori.engage.doctrine import MOST_SALVO
from sakimori.track.bounds import MOST_SIGMA

GOAL = 0.5  # a change stops a threat if it leaks at most this share as often
_FURTHER, _HIGHER = 2000e3, 100e3  # [m] the most that is tried
_ROUNDS, _CHANNELS, _LOOKS, _SALVO, _FINEST = 64, 64, 8, 4, 0.01

Variant = tuple[Option, Picture]
Turn = Callable[[float], Variant]


class Change(NamedTuple):
    """One change of the defence that would have stopped the threat."""

    kind: str  # key of report.remedies.SENTENCES
    layer: str  # name; empty where it is no layer's
    size: float  # [SI]; nan where it has none
    leak_probability: float  # of the threat, with the change


class _Trial(NamedTuple):
    """A kind of change: `turn(size)` is the option and picture with it; sizes from 0 (nothing) to `most`."""

    kind: str
    layer: str
    most: float
    finest: float  # sizes nearer than this are one; nan: on or off
    turn: Turn


def changes(case: Case, option: str, threat: int) -> tuple[Result, tuple[Change, ...]]:
    """What the option made of the future, and the single changes after which the threat leaks half as often or less.

    The smallest of each kind, whatever layer it belongs to. Sizes are found by doubling from the finest, then by
    bisection: a smaller one may serve too where the effect does not grow steadily with the size.
    """
    chosen = next(o for o in case.options if o.name == option)
    outcome = play(replace(case, options=(chosen,)))
    usual = outcome.results[0]
    goal = GOAL * float(usual.leak_probability[threat])
    best: dict[str, Change] = {}
    if goal > 0.0:
        for trial in _trials(outcome, chosen, threat):
            found = _least(outcome, trial, threat, goal)
            if found is not None and not best.get(trial.kind, found).size < found.size:
                best[trial.kind] = found
    return usual, tuple(best.values())


def _least(outcome: Outcome, trial: _Trial, threat: int, goal: float) -> Change | None:
    """The smallest size of a change that reaches the goal; None where the largest does not."""

    def leak(size: float) -> float:
        option, picture = trial.turn(size)
        return float(fight(outcome.case, option, outcome.flights, picture).leak_probability[threat])

    reached = leak(trial.most) if trial.most > 0.0 else 1.0
    if reached > goal:
        return None
    low, high, size = 0.0, trial.most, trial.finest
    while size < high:  # the smallest sizes first: the effect need not grow steadily
        now = leak(size)
        if now <= goal:
            high, reached = size, now
        else:
            low, size = size, 2.0 * size
    while high - low > trial.finest:
        middle = 0.5 * (low + high)
        if trial.finest >= 1.0:
            middle = trial.finest * round(middle / trial.finest)
        now = leak(middle)
        low, high, reached = (low, middle, now) if now <= goal else (middle, high, reached)
    size = math.nan if math.isnan(trial.finest) else high
    return Change(trial.kind, trial.layer, size, reached)


def _trials(outcome: Outcome, option: Option, threat: int) -> Iterator[_Trial]:
    """Everything that is tried, what concerns all layers first."""
    flights, picture = outcome.flights, outcome.pictures[0]
    step, tracks = flights.step, picture.tracks

    def known(changed: Tracks) -> Variant:
        return option, picture._replace(tracks=changed)

    def layers(one: Callable[[Layer], dict[str, Any]]) -> Variant:
        return replace(option, layers=tuple(replace(layer, **one(layer)) for layer in option.layers)), picture

    flown = float(flights.impact[threat] - flights.launch[threat]) * step
    yield _Trial("sooner", "", flown, step, lambda x: known(_earlier(tracks, threat, round(x / step))))
    yield _Trial("finer", "", 1.0 - _FINEST, 0.01, lambda x: known(_finer(tracks, threat, 1.0 - x)))
    slowest = max((layer.decision_delay for layer in option.layers), default=0.0)
    yield _Trial(
        "decide", "", slowest, step, lambda x: layers(lambda y: {"decision_delay": _less(y.decision_delay, x)})
    )
    if any(rule != Rule.FIRE_CONTROL for i, row in enumerate(option.rules) for j, rule in enumerate(row) if i != j):
        yield _Trial("share", "", 1.0, math.nan, lambda _: _shared(outcome, option))
    joint = replace(option, command=Command(coordinated=True), permitted=())
    if option.permitted or not option.command.coordinated:
        yield _Trial("coordinate", "", 1.0, math.nan, lambda _: (joint, picture))
    for number, layer in enumerate(option.layers):
        yield from _of_layer(option, picture, number, layer)


def _of_layer(option: Option, picture: Picture, number: int, layer: Layer) -> Iterator[_Trial]:
    def turned(**fields: Any) -> Variant:
        changed = replace(layer, **fields)
        return replace(option, layers=(*option.layers[:number], changed, *option.layers[number + 1 :])), picture

    def stocked(more: float) -> Variant:
        rounds = list(option.magazines)
        rounds[layer.magazine] = replace(rounds[layer.magazine], rounds=rounds[layer.magazine].rounds + more)
        return replace(option, magazines=tuple(rounds)), picture

    name = layer.name
    yield _Trial("reach", name, _FURTHER, 1e3, lambda x: turned(range=layer.range + x, fly_out=_longer(layer, x)))
    yield _Trial("higher", name, _HIGHER, 1e3, lambda x: turned(ceiling=layer.ceiling + x))
    yield _Trial("lower", name, max(layer.floor, 0.0), 1e3, lambda x: turned(floor=layer.floor - x))
    yield _Trial("rounds", name, _ROUNDS, 1.0, stocked)
    yield _Trial("salvo", name, _SALVO, 1.0, lambda x: turned(salvo=min(layer.salvo + round(x), MOST_SALVO)))
    yield _Trial("looks", name, _LOOKS, 1.0, lambda x: turned(looks=layer.looks + round(x)))
    if layer.channels > 0:
        yield _Trial("channels", name, _CHANNELS, 1.0, lambda x: turned(channels=layer.channels + round(x)))
    if not layer.launch_on_remote or not layer.engage_on_remote:
        yield _Trial("remote", name, 1.0, math.nan, lambda _: turned(launch_on_remote=True, engage_on_remote=True))
    if layer.availability < 1.0:
        yield _Trial("available", name, 1.0, math.nan, lambda _: turned(availability=1.0))


def _less(delay: float, by: float) -> float:
    return max(delay - by, 0.0)


def _longer(layer: Layer, more: float) -> tuple[tuple[float, float], ...]:
    """The fly-out table, if there is one, gone on at its last speed."""
    if len(layer.fly_out) < 2 or more <= 0.0:
        return layer.fly_out
    (t0, d0), (t1, d1) = layer.fly_out[-2:]
    return (*layer.fly_out, (t1 + more * (t1 - t0) / (d1 - d0), d1 + more))


def _earlier(tracks: Tracks, threat: int, samples: int) -> Tracks:
    """What is known of one threat, known so many samples sooner as well: of then and now, the better."""
    usable, confirmed, spread = tracks.usable.copy(), tracks.confirmed.copy(), tracks.spread.copy()
    error = tracks.error.copy()
    for pool in range(usable.shape[0]):
        held = np.flatnonzero(usable[pool, threat])
        if held.size == 0:
            continue
        now = np.arange(held[-1] + 1)
        then = np.minimum(now + samples, held[-1])
        here, there = spread[pool, threat, now], spread[pool, threat, then]
        better = usable[pool, threat, then] & (there[:, 0] < here[:, 0])
        spread[pool, threat, now] = np.where(better[:, None], there, here)
        if error.size:  # a filter that knows as much is as far off
            off = error[pool, threat]
            error[pool, threat, now] = np.where(better[:, None], off[then], off[now])
        usable[pool, threat, now] |= usable[pool, threat, then]
        confirmed[pool, threat, now] |= confirmed[pool, threat, then]
    fused = tracks.fused.copy()
    if fused.size:
        known = np.flatnonzero(np.isfinite(fused[:, threat]).any(axis=0))
        last = int(known.max(initial=0))
        now = np.arange(last + 1)
        fused[:, threat, now] = np.minimum(fused[:, threat, now], fused[:, threat, np.minimum(now + samples, last)])
    return tracks._replace(usable=usable, confirmed=confirmed, spread=spread, fused=fused, error=error)


def _finer(tracks: Tracks, threat: int, share: float) -> Tracks:
    """What is known of one threat, with its errors reduced to this share."""
    spread, usable, fused = tracks.spread.copy(), tracks.usable.copy(), tracks.fused.copy()
    error = tracks.error.copy()
    spread[:, threat] *= share**2
    if error.size:
        error[:, threat] *= share**2
    if fused.size:
        fused[:, threat] *= share**2
    usable[:, threat] = tracks.confirmed[:, threat] & (spread[:, threat, :, 0] <= 3.0 * MOST_SIGMA**2)
    return tracks._replace(spread=spread, usable=usable, fused=fused, error=error)


def _shared(outcome: Outcome, option: Option) -> Variant:
    """The option with fire-control tracks shared between all partners."""
    rule = int(Rule.FIRE_CONTROL)
    rules = tuple(tuple(rule if i != j else 0 for j in range(len(row))) for i, row in enumerate(option.rules))
    changed = replace(option, rules=rules)
    return changed, play(replace(outcome.case, options=(changed,))).pictures[0]
