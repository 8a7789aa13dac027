"""Assignment of rounds to threats: the greedy answer, the best one, and brute force over all answers."""

import itertools

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.base.types import Reason
from sakimori.engage import Command
from sakimori.engage.assignment import Task, best, greedy, leak_table, loss_of, relative_gap, task_of
from sakimori.engage.doctrine import lone_targets


@pytest.mark.parametrize(("rounds", "loss"), [(1, 13.0), (2, 8.8), (3, 6.4), (4, 4.0), (5, 2.74), (6, 1.78)])
def test_with_equal_interceptors_greedy_is_the_best(rounds, loss):
    task = task_of([10.0, 6.0, 3.0], np.array([[0.6], [0.7], [0.8]]), [rounds])
    assert greedy(task).loss == pytest.approx(loss, abs=1e-9)
    assert best(task).loss == pytest.approx(loss, abs=1e-9)


def brute_force(task: Task) -> float:
    """Least loss over every assignment, written without any of the code under test but the loss."""
    threats, layers = task.most.shape
    least = np.inf
    for flat in itertools.product(*(range(m + 1) for m in task.most.ravel())):
        rounds = np.array(flat, dtype=np.int64).reshape(threats, layers)
        used = np.bincount(task.magazine, rounds.sum(axis=0), len(task.rounds))
        busy = (rounds > 0).sum(axis=0)
        if (used <= task.rounds).all() and ((task.channels == 0) | (busy <= task.channels)).all():
            least = min(least, loss_of(task, rounds))
    return least


def drawn(number: int) -> Task:
    """A small random task with unequal interceptors, shared magazines, channels and pairs out of reach."""
    random = np.random.default_rng((3, number))
    threats, layers = int(random.integers(2, 4)), int(random.integers(2, 4))
    stores = int(random.integers(1, layers + 1))
    rho = random.choice([0.0, 0.4], layers)
    leaks = np.stack([leak_table(random.uniform(0.05, 1.0, layers), rho, 2) for _ in range(threats)])
    return Task(
        values=random.uniform(0.5, 10.0, threats),
        leaks=leaks,
        most=random.choice([0, 1, 2], (threats, layers), p=[0.2, 0.3, 0.5]),
        magazine=random.integers(0, stores, layers),
        rounds=random.integers(1, 4, stores),
        channels=random.choice([0, 1, 2], layers),
    )


def test_the_best_equals_brute_force_and_greedy_does_not_always():
    worse = 0
    for number in range(500):
        task = drawn(number)
        found, quick, least = best(task), greedy(task), brute_force(task)
        assert found.loss == pytest.approx(least, rel=1e-9, abs=1e-12), number
        assert loss_of(task, found.rounds) == found.loss
        assert quick.loss >= least - 1e-12
        worse += quick.loss > least * (1.0 + 1e-9)
    assert worse > 25, worse  # with unequal interceptors greedy must lose now and then


def test_both_answers_keep_to_rounds_channels_and_time():
    for number in range(30):
        task = drawn(number)
        for answer in (best(task), greedy(task)):
            assert (answer.rounds <= task.most).all()
            used = np.bincount(task.magazine, answer.rounds.sum(axis=0), len(task.rounds))
            assert (used <= task.rounds).all()
            limited = task.channels > 0
            assert ((answer.rounds > 0).sum(axis=0)[limited] <= task.channels[limited]).all()


def test_where_greedy_must_lose():
    """The sure shooter reaches both threats, the other one only the first: greedy spends the sure one on the first."""
    task = task_of([1.0, 0.9], np.array([[0.9, 0.8], [0.9, 0.0]]), [1, 1])
    assert greedy(task).rounds.tolist() == [[1, 0], [0, 0]] or greedy(task).loss > best(task).loss
    assert best(task).rounds.tolist() == [[0, 1], [1, 0]]
    assert best(task).loss == pytest.approx(0.2 + 0.09)
    assert relative_gap(greedy(task).loss, best(task).loss) > 1.0


def test_a_task_of_real_size_is_solved():
    random = np.random.default_rng(1)
    task = task_of(random.uniform(1, 9, 10), random.uniform(0.2, 0.8, (10, 4)), [4] * 4, [3] * 4, 2)
    found, quick = best(task), greedy(task)
    assert found.loss <= quick.loss
    assert 0.0 <= relative_gap(quick.loss, found.loss) < 0.5


def test_nothing_to_assign():
    empty = task_of([], np.zeros((0, 2)), [3, 3])
    assert best(empty).loss == greedy(empty).loss == 0.0
    unable = task_of([5.0], np.zeros((1, 1)), [0])
    assert best(unable).loss == 5.0
    assert relative_gap(0.0, 0.0) == 0.0


def test_the_raid_keeps_to_the_plan_and_says_by_how_much_greedy_was_worse(scenes):
    """Two rounds and threats worth 10 and 1: both are set aside for the first; first come gives one to each."""
    flown, layer = scenes.standing(2, 60), scenes.layer(looks=2)
    targets = lone_targets(2, 1)._replace(value=np.array([10.0, 1.0]))
    plain, kept = (
        scenes.play(flown, [layer], (2,), assignment=name, targets=targets, replications=4000)
        for name in ("first-come", "best")
    )
    assert plain.shots[:, 0].tolist() == [1.0, 1.0]
    assert np.isnan(plain.assignment_gap)
    assert kept.leak_probability == pytest.approx([0.25, 1.0], abs=0.03)  # 4 sigma
    assert kept.reason[1, 0] == kept.cause[1] == Reason.RESERVED
    assert kept.assignment_gap == 0.0


def test_salvos_are_cut_to_what_is_set_aside(scenes):
    flown, layer = scenes.standing(3, 20), scenes.layer(salvo=3, kill_probability=0.7)
    targets = lone_targets(3, 1)._replace(value=np.array([1.0, 9.0, 3.0]))
    played = scenes.play(flown, [layer], (5,), assignment="greedy", targets=targets)
    assert played.shots[:, 0].tolist() == [1.0, 2.0, 2.0]  # gains 6.3, 2.1, 1.89, 0.7, 0.63; a third at 9: 0.567


def test_a_plan_that_nobody_knows_is_refused():
    with pytest.raises(InputError, match="assignment"):
        Command(assignment="random")
