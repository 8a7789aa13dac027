"""Rounds, channels and the queue of launches."""

import numpy as np

from sakimori.engage.magazine import free_channel, pop, push, take_round


def test_a_magazine_gives_what_it_holds():
    rounds = np.array([2, 0])
    assert [take_round(rounds, 0) for _ in range(3)] == [True, True, False]
    assert not take_round(rounds, 1)
    assert rounds.tolist() == [0, 0]


def test_the_channel_that_is_free_first_is_taken():
    assert free_channel(np.array([5.0, 3.0, 3.0, 0.0]), 3) == 1


def test_the_queue_gives_events_in_order():
    events = np.random.default_rng(1).permutation(200).tolist()
    queue, size, out = np.zeros(200, dtype=np.int64), 0, []
    for event in events:
        size = push(queue, size, event)
    while size:
        event, size = pop(queue, size)
        out.append(event)
    assert out == sorted(events)
