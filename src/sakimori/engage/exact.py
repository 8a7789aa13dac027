"""Exact answers where a raid is small or plain enough: closed forms, no luck. The oracle of the replicated raid.

Sources: Wagner, Mylander and Sanders (eds.), Naval Operations Analysis, 3rd ed. 1999 (salvo, shoot-look-shoot);
Skellam 1948 (beta-binomial); Erlang 1917 (loss formula).
"""

import itertools
from collections.abc import Callable, Sequence
from typing import NamedTuple

import numpy as np

from sakimori.base.errors import InputError
from sakimori.base.types import Flags, Floats, Integers, Reason
from sakimori.engage.doctrine import Command, Layer, LayerTable, Targets, lone_targets, next_kill_probability
from sakimori.engage.magazine import Magazine
from sakimori.engage.timeline import Windows, shots_in_time

MOST_ROUNDS = 1000  # per threat, of a search for the least number
MOST_CAUSES = 16  # layers that may or may not work: 65,536 combinations


def salvo_kill(kill_probability: float, rounds: int, correlation: float = 0.0) -> float:
    """Probability that at least one of `rounds` rounds of one layer kills: 1 - (1 - p)^n where rho is 0."""
    leak = 1.0
    for failures in range(rounds):
        leak *= 1.0 - next_kill_probability(kill_probability, correlation, failures)
    return 1.0 - leak


def rounds_with_looks(kill_probability: float, looks: int, salvo: int = 1, correlation: float = 0.0) -> float:
    """Expected rounds of shoot-look-shoot at one threat, at most `looks` salvos: (1 - (1 - p)^n) / p for single rounds.

    A salvo is fired whole; none follows a kill.
    """
    return sum(salvo * (1.0 - salvo_kill(kill_probability, salvo * look, correlation)) for look in range(looks))


def shared_evenly(threats: int, rounds: int) -> list[int]:
    """Rounds for each threat when `rounds` are spread as evenly as they can be: the first ones get one more."""
    each, more = divmod(rounds, threats)
    return [each + (n < more) for n in range(threats)]


def count_probabilities(probabilities: Sequence[float] | Floats) -> Floats:
    """(N + 1,) probability of 0, 1, ... N events among independent ones: binomial where all are alike."""
    found: Floats = np.ones(1)
    for p in probabilities:
        found = np.append(found * (1.0 - p), 0.0) + np.append(0.0, found * p)
    return found


def beta_binomial(trials: int, probability: float, correlation: float) -> Floats:
    """(n + 1,) probability of 0, 1, ... n events of mean `probability` that share a cause, rho 0 to 1 (Skellam).

    Built trial by trial: after s events in m trials the next comes with (p (1 - rho) + s rho) / (1 - rho + m rho).
    """
    found: Floats = np.ones(1)
    for m in range(trials):
        events = np.arange(m + 1)
        spread = 1.0 - correlation + m * correlation
        # With rho 1 the first trial decides all: 0 / 0 before it.
        share = (probability * (1.0 - correlation) + events * correlation) / spread if spread > 0.0 else probability
        found = np.append(found * (1.0 - share), 0.0) + np.append(0.0, found * share)
    return found


def least_rounds(threats: int, kill_probability: float, goal: float, tracked: float = 1.0) -> int:
    """Least rounds per threat with which no leaker has a probability of at least `goal`: (Pt K)^W >= goal.

    Raises InputError where no number reaches the goal.
    """
    for rounds in range(MOST_ROUNDS + 1):
        if (tracked * salvo_kill(kill_probability, rounds)) ** threats >= goal:
            return rounds
    got = f"{goal:g} for {threats} threats, {tracked:g} of which are tracked"
    raise InputError("goal", got, "a probability that rounds can reach", "Lower the goal, or track more threats.")


def erlang_b(channels: int, load: float) -> float:
    """Share of arrivals that find all channels busy; `load`: arrival rate times mean holding time (Erlang)."""
    blocked = 1.0
    for c in range(1, channels + 1):
        blocked = load * blocked / (c + load * blocked)
    return blocked


def looks_head_on(
    distance: float, speed: float, own_speed: float, *, delay: float, pause: float, floor: float
) -> list[float]:
    """Distances [m] of the intercepts of shoot-look-shoot at a threat that comes straight in from `distance` [m].

    The first round starts after `delay` [s], each other `pause` [s] after the intercept before, all not below `floor`
    [m]: r1 = q (R - vt tau), r(k+1) = q (rk - vt kappa), q = vi / (vi + vt): rk + vi kappa = q^(k-1) (r1 + vi kappa).
    """
    q, found = own_speed / (own_speed + speed), list[float]()
    place = q * (distance - speed * delay)
    while place >= floor:
        found.append(place)
        place = q * (place - speed * pause)
        if place >= found[-1]:
            break
    return found


def over_common_causes(layers: Sequence[Layer], outcome: Callable[[Flags], float]) -> float:
    """Mean of `outcome(working)` over all combinations of layers (L,) that work, each with its availability.

    Only layers of an availability between 0 and 1 are branched. Raises InputError where they are too many.
    """
    unsure = [j for j, layer in enumerate(layers) if 0.0 < layer.availability < 1.0]
    if len(unsure) > MOST_CAUSES:
        got = f"{len(unsure)} layers that may or may not work"
        raise InputError("exact engagement", got, f"at most {MOST_CAUSES}", "Fix some availabilities, or replicate.")
    total = 0.0
    for state in itertools.product((True, False), repeat=len(unsure)):
        working = np.array([layer.availability >= 1.0 for layer in layers], dtype=np.bool_)
        working[unsure] = state
        share = [layers[j].availability if working[j] else 1.0 - layers[j].availability for j in unsure]
        total += float(np.prod(share)) * outcome(working)
    return total


class Expectation(NamedTuple):
    """What a raid of independent threats comes to, without luck."""

    leak_probability: Floats  # (N,)
    leakers: Floats  # (N + 1,) probability of 0, 1, ... N leakers


def independent(
    found: Windows,
    table: LayerTable,
    magazines: Sequence[Magazine],
    command: Command | None = None,
    targets: Targets | None = None,
) -> Expectation:
    """The raid of raid.py where nothing can run short, nobody leaves a threat to another and nobody is deceived.

    Every layer then fires all the looks that its time has room for unless the threat dies first, so that threats are
    independent and a threat's leak probability is the product over layers of beta-binomial ones. Raises InputError,
    naming what stands in the way, for other raids.
    """
    threats, layers = found.reason.shape
    targets = targets or lone_targets(threats, layers)
    able = (found.reason == int(Reason.NONE)) & targets.permitted
    shots = shots_in_time(found, table, targets.permitted)
    _refuse_what_ties_threats(able, shots, table, magazines)
    _refuse_what_deceives(table, command or Command(), targets)
    leak = np.ones(threats)
    for n, j in np.argwhere(able):
        leak[n] *= 1.0 - salvo_kill(float(table.kill_probability[j]), int(shots[n, j]), float(table.correlation[j]))
    return Expectation(leak, count_probabilities(leak))


def _refuse_what_ties_threats(able: Flags, shots: Integers, table: LayerTable, magazines: Sequence[Magazine]) -> None:
    for j in range(able.shape[1]):
        store = magazines[int(table.magazine[j])]
        need = int(shots[:, table.magazine == table.magazine[j]].sum())
        for short, got, expected in (
            (need > int(store.rounds), f"{store.rounds:g} rounds", f"{need}"),
            (0 < store.ready < need, f"{store.ready} ready rounds", f"{need}"),
            (0 < table.channels[j] < able[:, j].sum(), f"{table.channels[j]} channels", f"{able[:, j].sum()}"),
        ):
            if short:
                expected += ", so that they cannot run short"
                raise InputError("exact engagement", f"layer {j} with {got}", expected, "Replicate.")


def _refuse_what_deceives(table: LayerTable, command: Command, targets: Targets) -> None:
    objects = bool(((targets.heavy_objects > 0.0) | (targets.light_objects > 0.0)).any())
    for present, got in (
        (not command.coordinated and command.hold_probability > 0.0, "partners that leave threats to each other"),
        (command.assignment != "first-come", "rounds set aside for each threat"),
        (bool((table.margin_loss > 0.0).any()), "kill probabilities that depend on margins"),
        (bool((table.reserve > 0).any()), "rounds held in reserve"),
        (bool(table.hand_over.any()), "layers that leave threats to later ones"),
        (bool((table.false_kill > 0.0).any()), "misses taken for kills"),
        (bool((table.false_shot_rate > 0.0).any()), "shots at tracks of nothing"),
        (objects and bool((table.designation < 1.0).any()), "other objects taken for threats"),
        (targets.loss_probability > 0.0 and bool(targets.exposed.any()), "layers that leakers may destroy"),
    ):
        if present:
            raise InputError("exact engagement", got, "a raid without them", "Replicate.")
