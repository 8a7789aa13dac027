"""The best that anybody could do: a dynamic programme over every launch, for raids small enough to enumerate.

It knows each result when the assessment is over, and nothing before; it may fire any number of rounds at each launch
that the windows allow. Its loss is a lower bound of what any doctrine leaks, and what cannot hurt never worsens it:
another launch, another round, another channel or an earlier result leaves every plan possible that there was before.
"""

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.types import Floats, Reason
from sakimori.engage.doctrine import LayerTable, next_kill_probability
from sakimori.engage.timeline import Windows

MOST_STATES = 200_000

Flying = tuple[tuple[int, int], ...]  # (sample of intercept, layer) of the rounds that hold a channel, sorted
Pending = tuple[tuple[int, int], ...]  # (sample of the result, layer) of the rounds in the air at one threat, sorted
Threat = tuple[tuple[int, ...], Pending] | None  # failures so far of each layer and rounds in the air; None when dead


class Launch(NamedTuple):
    """One chance to fire: times are samples."""

    launch: int
    intercept: int
    result: int  # when it is known what became of it
    threat: int
    layer: int


class Optimum(NamedTuple):
    """What the best plan comes to."""

    loss: float  # expected value of the threats that leak
    no_leaker: float  # probability that none leaks under that plan
    states: int  # that were looked at


def launches(found: Windows, table: LayerTable, step: float) -> list[Launch]:
    """Every useful launch, in the order of time; those that fire earlier and know later than another are left out."""
    wait = np.ceil(table.assess_delay / step - 1e-9).astype(int)
    chances: list[Launch] = []
    for n, j in np.argwhere(found.reason == int(Reason.NONE)):
        latest = found.launch[n, j]
        useful = np.flatnonzero(latest >= found.start[n, j])
        known = np.iinfo(np.int64).max
        for k in sorted(useful, key=lambda k: (-int(latest[k]), int(k))):
            if k < known:
                known = k
                chances.append(Launch(int(latest[k]), int(k), int(k + wait[j]), int(n), int(j)))
    return sorted(chances)


class _Programme:
    """The recursion with what it has found so far: a state has one least loss."""

    def __init__(self, chances: Sequence[Launch], table: LayerTable, values: Sequence[float]) -> None:
        self.chances, self.values = chances, values
        self.kill, self.correlation = table.kill_probability.tolist(), table.correlation.tolist()
        self.magazine: list[int] = table.magazine.tolist()
        self.channels: list[int] = table.channels.tolist()
        self.most: list[int] = (table.salvo * table.looks).tolist()
        self.known: dict[tuple[int, tuple[int, ...], tuple[Threat, ...], Flying], tuple[float, float]] = {}

    def least(
        self, i: int, rounds: tuple[int, ...], threats: tuple[Threat, ...], flying: Flying
    ) -> tuple[float, float]:
        """Least loss and its P(no leaker), from chance i on. Without rounds nothing is left to decide."""
        if i == len(self.chances) or not any(rounds):
            return self._end(threats)
        now = self.chances[i].launch
        flying = tuple(item for item in flying if item[0] > now)
        key = i, rounds, threats, flying
        found = self.known.get(key)
        if found is None:
            if len(self.known) >= MOST_STATES:
                got, mend = (
                    f"more than {MOST_STATES} states",
                    "Fewer threats or rounds, or a longer step; or replicate.",
                )
                raise InputError("exact engagement", got, "a smaller raid", mend)
            found = self.known[key] = self._reveal(i, now, rounds, threats, flying)
        return found

    def _reveal(
        self, i: int, now: int, rounds: tuple[int, ...], threats: tuple[Threat, ...], flying: Flying
    ) -> tuple[float, float]:
        """Branch on the first result that is due, if there is one; then decide."""
        for n, threat in enumerate(threats):
            if threat is not None and threat[1] and threat[1][0][0] <= now:
                p, missed = self._result(threat)
                dead = self.least(i, rounds, (*threats[:n], None, *threats[n + 1 :]), flying)
                alive = self.least(i, rounds, (*threats[:n], missed, *threats[n + 1 :]), flying)
                return p * dead[0] + (1.0 - p) * alive[0], p * dead[1] + (1.0 - p) * alive[1]
        return self._decide(i, rounds, threats, flying)

    def _result(self, threat: tuple[tuple[int, ...], Pending]) -> tuple[float, Threat]:
        """Probability that the first round in the air killed, and the threat if it did not."""
        failures, ((_, layer), *rest) = threat
        p = next_kill_probability(self.kill[layer], self.correlation[layer], failures[layer])
        return p, ((*failures[:layer], failures[layer] + 1, *failures[layer + 1 :]), tuple(rest))

    def _decide(
        self, i: int, rounds: tuple[int, ...], threats: tuple[Threat, ...], flying: Flying
    ) -> tuple[float, float]:
        chance = self.chances[i]
        best = self.least(i + 1, rounds, threats, flying)
        threat, j = threats[chance.threat], chance.layer
        limited = self.channels[j] > 0
        if threat is None or (limited and sum(layer == j for _, layer in flying) >= self.channels[j]):
            return best
        magazine, (failures, pending) = self.magazine[j], threat
        shot = failures[j] + sum(layer == j for _, layer in pending)
        for more in range(1, min(rounds[magazine], self.most[j] - shot) + 1):
            left = (*rounds[:magazine], rounds[magazine] - more, *rounds[magazine + 1 :])
            fired: Threat = failures, tuple(sorted((*pending, *((chance.result, j),) * more)))
            after = (*threats[: chance.threat], fired, *threats[chance.threat + 1 :])
            busy = tuple(sorted((*flying, (chance.intercept, j)))) if limited else flying
            tried = self.least(i + 1, left, after, busy)
            if (tried[0], -tried[1]) < (best[0], -best[1]):
                best = tried
        return best

    def _end(self, threats: tuple[Threat, ...]) -> tuple[float, float]:
        loss, none = 0.0, 1.0
        for threat, value in zip(threats, self.values, strict=True):
            leak = 0.0 if threat is None else 1.0
            while threat is not None and threat[1]:
                p, threat = self._result(threat)
                leak *= 1.0 - p
            loss, none = loss + value * leak, none * (1.0 - leak)
        return loss, none


def optimum(
    found: Windows,
    table: LayerTable,
    magazines: Sequence[float] | Floats,
    *,
    step: float,
    values: Sequence[float] | None = None,
) -> Optimum:
    """Least expected value that leaks, over all plans; `magazines` (M,) rounds, `values` (N,), 1 unless given.

    At most salvo times looks rounds of one layer at one threat, as in its doctrine. Raises InputError beyond
    MOST_STATES states.
    """
    threats, layers = found.reason.shape
    chances = launches(found, table, step)
    programme = _Programme(chances, table, [1.0] * threats if values is None else list(values))
    start: tuple[Threat, ...] = (((0,) * layers, ()),) * threats
    rounds = tuple(int(m) for m in np.floor(np.asarray(magazines, dtype=np.float64)))
    try:
        loss, none = programme.least(0, rounds, start, ())
    except RecursionError:
        got = f"{len(chances)} possible launches"
        raise InputError("exact engagement", got, "some hundreds", "Take a longer step, or replicate.") from None
    return Optimum(loss, none, len(programme.known))
