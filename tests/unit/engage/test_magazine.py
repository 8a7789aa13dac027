"""Rounds, channels and the queue of launches."""

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.engage.magazine import Magazine, free_channel, pop, push, stores, take_round


def test_a_magazine_gives_what_it_holds():
    full, empty = stores([Magazine(rounds=2.9), Magazine(rounds=0.0)], 1.0)
    assert [take_round(full, 0, 5) for _ in range(3)] == [True, True, False]
    assert not take_round(empty, 0, 5)


def test_rounds_that_are_kept_are_not_given():
    store = stores([Magazine(rounds=3)], 1.0)[0]
    assert [take_round(store, 2, 0), take_round(store, 2, 1), take_round(store, 0, 1)] == [True, False, True]


def test_empty_launchers_are_reloaded_from_what_is_behind():
    store = stores([Magazine(rounds=5, ready=2, reload_time=9.0)], 2.0)[0]
    taken = [i for i in range(20) for _ in range(3) if take_round(store, 0, i)]
    assert taken == [0, 0, 5, 5, 10]  # 9 s are 5 samples


def test_a_magazine_that_cannot_be_is_refused():
    with pytest.raises(InputError, match="magazine"):
        Magazine(rounds=-1.0)


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
