"""Which layer spends how many rounds on which threat, decided at once: greedily, or as well as can be.

The expected value that leaks is the sum over threats of value times the product of the layers' leak probabilities (the
static weapon-target assignment of Manne, Operations Research 6 (1958) 346). With equal interceptors greedy is
best (den Broeder, Ellison and Emerling 1959); with unequal ones, or with channels, it need not be.
"""

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np

from sakimori.base.types import Floats, Integers
from sakimori.engage.doctrine import Command, LayerTable, Targets, next_kill_probability
from sakimori.engage.magazine import Magazine
from sakimori.engage.timeline import Windows, shots_in_time

LEAST_LEAK = 1e-15  # of one layer at one threat: keeps its logarithm finite
_WHOLE = 1e4  # value of all threats as the solver sees it: its absolute gap of 1e-6 is then 1e-10 of it
_MOST_CUTS = 200
_FINE = 1e-10
_LOOSE = (None, 2.0, 1.0, 4.0, 8.0)  # upper bounds of each threat's loss over its value, tried in turn; None: no bound


class Task(NamedTuple):
    """Who may fire what at whom: N threats, L layers, M magazines; at most X rounds of a layer at one threat."""

    values: Floats  # (N,) lost where the threat leaks
    leaks: Floats  # (N, L, X + 1) leak probability after 0, 1, ... X rounds of a layer, falling
    most: Integers  # (N, L) rounds that the layer has time for, <= X; 0 where it cannot engage
    magazine: Integers  # (L,) index into `rounds`
    rounds: Integers  # (M,)
    channels: Integers  # (L,) threats that it can engage at once; 0: no limit


class Assignment(NamedTuple):
    """An answer and what it leaves."""

    rounds: Integers  # (N, L)
    loss: float  # expected value that leaks


def leak_table(kill_probability: Floats, correlation: Floats, most: int) -> Floats:
    """(L, most + 1) leak probability after 0, 1, ... rounds of each layer, its rounds sharing a cause of failure."""
    found = np.ones((kill_probability.size, most + 1))
    for j, (p, rho) in enumerate(zip(kill_probability.tolist(), correlation.tolist(), strict=True)):
        for m in range(most):
            found[j, m + 1] = found[j, m] * (1.0 - next_kill_probability(p, rho, m))
    return found


def loss_of(task: Task, rounds: Integers) -> float:
    """Expected value that leaks when these (N, L) rounds are fired."""
    leaks = np.take_along_axis(task.leaks, rounds[:, :, None], axis=2)[:, :, 0]
    return float(np.dot(task.values, leaks.prod(axis=1)))


def greedy(task: Task) -> Assignment:
    """Round by round to the pair of threat and layer that gains the most; of equal gains the first pair."""
    threats, layers = task.most.shape
    rounds, left = np.zeros((threats, layers), dtype=np.int64), task.rounds.copy()
    now = task.values * 1.0
    while True:
        before = np.take_along_axis(task.leaks, rounds[:, :, None], axis=2)[:, :, 0]
        more = np.minimum(rounds + 1, task.leaks.shape[2] - 1)
        after = np.take_along_axis(task.leaks, more[:, :, None], axis=2)[:, :, 0]
        share = np.divide(after, before, out=np.ones_like(after), where=before > 0.0)
        busy = (rounds > 0).sum(axis=0)
        free = (rounds > 0) | (task.channels == 0) | (busy < task.channels)
        gain = np.where((rounds < task.most) & (left[task.magazine] > 0) & free, now[:, None] * (1.0 - share), 0.0)
        n, j = np.unravel_index(int(np.argmax(gain)), gain.shape) if gain.size else (0, 0)
        if gain.size == 0 or gain[n, j] <= 0.0:
            return Assignment(rounds, loss_of(task, rounds))
        now[n] *= share[n, j]
        rounds[n, j] += 1
        left[task.magazine[j]] -= 1


class _Programme:
    """The mixed-integer programme: a 0-1 variable per further round of a pair and per channel, one leak per threat.

    With y the logarithm of a threat's survival of all rounds, its leak value v exp(-y) is convex: it is kept above its
    tangents, and tangents are added at each answer until the bound meets the answer (Kelley 1960). Finite: an answer
    that comes twice is the best.
    """

    def __init__(self, task: Task) -> None:
        self.task, self.scale = task, _WHOLE / float(task.values.sum())
        pairs = np.argwhere(task.most > 0)
        steps = [(int(n), int(j), m) for n, j in pairs for m in range(task.most[n, j])]
        self.steps: Integers = np.array(steps, dtype=np.int64).reshape(-1, 3)
        self.threats, self.layers = task.most.shape
        logs = -np.log(np.maximum(task.leaks, LEAST_LEAK))
        n, j, m = self.steps.T
        self.gains = logs[n, j, m + 1] - logs[n, j, m]
        self.limited = [(n, j) for n, j in pairs if task.channels[j] > 0]
        self.size = len(self.steps) + len(self.limited) + self.threats
        self.rows: list[tuple[dict[int, float], float, float]] = []  # coefficients, low, high
        self._limits()
        for start in range(9):
            self.cut(np.zeros(self.threats) + start)

    def _limits(self) -> None:
        n, j, m = self.steps.T
        for index in np.flatnonzero(m > 0):  # the second round comes after the first
            self.rows.append(({int(index) - 1: 1.0, int(index): -1.0}, 0.0, np.inf))
        for magazine, stock in enumerate(self.task.rounds):
            used = np.flatnonzero(self.task.magazine[j] == magazine)
            self.rows.append((dict.fromkeys(used.tolist(), 1.0), -np.inf, float(stock)))
        for layer in range(self.layers):
            flags = [i for i, pair in enumerate(self.limited, len(self.steps)) if pair[1] == layer]
            if flags:
                self.rows.append((dict.fromkeys(flags, 1.0), -np.inf, float(self.task.channels[layer])))
        for flag, pair in enumerate(self.limited, len(self.steps)):
            first = int(np.flatnonzero((n == pair[0]) & (j == pair[1]) & (m == 0))[0])
            self.rows.append(({flag: 1.0, first: -1.0}, 0.0, np.inf))

    def cut(self, at: Floats) -> None:
        """Keep each threat's leak above its tangent at `at` (N,): t >= v e^-a (1 - (y - a))."""
        for n in range(self.threats):
            height = self.scale * float(self.task.values[n]) * float(np.exp(-at[n]))
            mine = np.flatnonzero(self.steps[:, 0] == n)
            row = {int(i): height * float(self.gains[i]) for i in mine}
            row[self.size - self.threats + n] = 1.0
            self.rows.append((row, height * (1.0 + float(at[n])), np.inf))

    def solve(self) -> tuple[Integers, float]:
        """The best rounds (N, L) under the tangents so far, and the bound that they prove."""
        from scipy import optimize, sparse  # pyright: ignore  # loading takes time: only where it is asked for

        matrix: Any = sparse.lil_matrix((len(self.rows), self.size))
        for i, (row, _, _) in enumerate(self.rows):
            for column, value in row.items():
                matrix[i, column] = value
        low, high = (np.array([row[k] for row in self.rows]) for k in (1, 2))
        cost = np.zeros(self.size)
        cost[self.size - self.threats :] = 1.0
        library: Any = optimize
        found: Any = None
        for loose in _LOOSE:  # HiGHS now and then ends without an answer, and finds it with other bounds of the loss
            most = np.ones(self.size)
            most[self.size - self.threats :] = np.inf if loose is None else loose * self.scale * self.task.values
            found = library.milp(
                cost,
                integrality=1.0 - cost,
                bounds=library.Bounds(0.0, most),
                constraints=library.LinearConstraint(matrix.tocsr(), low, high),
                options={"mip_rel_gap": 0.0},
            )
            if found.x is not None:
                break
        else:
            raise ArithmeticError(f"assignment: {found.message}")
        rounds = np.zeros((self.threats, self.layers), dtype=np.int64)
        taken: Integers = np.asarray(found.x, dtype=np.float64)[: len(self.steps)].round().astype(np.int64)
        np.add.at(rounds, (self.steps[:, 0], self.steps[:, 1]), taken)
        return rounds, float(found.mip_dual_bound) / self.scale


def best(task: Task) -> Assignment:
    """The assignment of least loss, proven (HiGHS, Huangfu and Hall 2018, on tangents of the loss)."""
    answer = greedy(task)
    if not (task.most > 0).any() or task.values.sum() <= 0.0:
        return answer
    programme = _Programme(task)
    programme.cut(_depth(task, answer.rounds))
    for _ in range(_MOST_CUTS):
        rounds, bound = programme.solve()
        found = Assignment(rounds, loss_of(task, rounds))
        again = np.array_equal(rounds, answer.rounds)
        answer = min(answer, found, key=lambda one: one.loss)
        if again or answer.loss - bound <= _FINE * float(task.values.sum()):
            break
        programme.cut(_depth(task, rounds))
    return answer


def _depth(task: Task, rounds: Integers) -> Floats:
    """(N,) minus the logarithm of each threat's leak probability."""
    leaks = np.take_along_axis(task.leaks, rounds[:, :, None], axis=2)[:, :, 0]
    return -np.log(np.maximum(leaks, LEAST_LEAK)).sum(axis=1)


def relative_gap(greedy_loss: float, best_loss: float) -> float:
    """How much more leaks under the greedy answer, as a share of the best one's loss; 0 where nothing leaks."""
    return greedy_loss / best_loss - 1.0 if best_loss > 0.0 else 0.0


def planned(
    found: Windows, table: LayerTable, magazines: Sequence[Magazine], command: Command, targets: Targets
) -> tuple[Integers | None, float]:
    """Rounds (N, L) set aside for each threat as the command says, and the relative gap; (None, nan) for first come.

    Decided once, before the raid, over all launches there will be time for; it foresees neither decoys nor errors.
    """
    if command.assignment == "first-come":
        return None, float("nan")
    most = shots_in_time(found, table, targets.permitted)
    leaks = leak_table(table.kill_probability, table.correlation, int(most.max(initial=0)))
    stock = np.array([int(magazine.rounds) for magazine in magazines], dtype=np.int64)
    every = np.broadcast_to(leaks, (*most.shape[:1], *leaks.shape))
    task = Task(targets.value, every, most, table.magazine, stock, table.channels)
    quick, proven = greedy(task), best(task)
    chosen = proven if command.assignment == "best" else quick
    return chosen.rounds, relative_gap(quick.loss, proven.loss)


def task_of(
    values: Sequence[float],
    kill_probability: Floats,
    rounds: Sequence[int],
    channels: Sequence[int] | None = None,
    most: int | None = None,
) -> Task:
    """A task with independent rounds: `kill_probability` (N, L), one magazine and one number of channels per layer."""
    p = np.asarray(kill_probability, dtype=np.float64)
    stock = np.asarray(rounds, dtype=np.int64)
    each = np.broadcast_to(stock if most is None else np.minimum(stock, most), p.shape).astype(np.int64)
    top = int(each.max(initial=0))
    leaks = (1.0 - p)[:, :, None] ** np.arange(top + 1)
    limits = np.zeros(p.shape[1], dtype=np.int64) if channels is None else np.asarray(channels, dtype=np.int64)
    return Task(np.asarray(values, dtype=np.float64), leaks, each, np.arange(p.shape[1]), stock, limits)
