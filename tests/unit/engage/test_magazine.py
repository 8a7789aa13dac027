"""Rounds, channels and the queue of launches."""

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.engage.magazine import (
    Magazine,
    Transfer,
    after_wait,
    due_transfers,
    free_channel,
    left_out,
    on_clock,
    pass_on,
    pop,
    push,
    quiet_samples,
    rounds_left,
    stores,
    take_round,
)

NO_QUIET = quiet_samples((), 1.0)


def test_a_magazine_gives_what_it_holds():
    full, empty = stores([Magazine(rounds=2.9), Magazine(rounds=0.0)], 1.0)
    assert [take_round(full, 0, 5, NO_QUIET) for _ in range(3)] == [True, True, False]
    assert not take_round(empty, 0, 5, NO_QUIET)


def test_rounds_that_are_kept_are_not_given():
    store = stores([Magazine(rounds=3)], 1.0)[0]
    assert [
        take_round(store, 2, 0, NO_QUIET),
        take_round(store, 2, 1, NO_QUIET),
        take_round(store, 0, 1, NO_QUIET),
    ] == [True, False, True]


def test_empty_launchers_are_reloaded_from_what_is_behind():
    store = stores([Magazine(rounds=5, ready=2, reload_time=9.0)], 2.0)[0]
    taken = [i for i in range(20) for _ in range(3) if take_round(store, 0, i, NO_QUIET)]
    assert taken == [0, 0, 5, 5, 10]  # 9 s are 5 samples


def test_quiet_time_that_the_clock_leaves_out_passes_for_a_reload_all_the_same():
    quiet = quiet_samples([(100.0, 3600.0), (300.0, 50.0)], 2.0)
    assert quiet.tolist() == [[50, 1800], [150, 25]]
    assert after_wait(10, 30, quiet) == 40  # over before it
    assert after_wait(10, 600, quiet) == 50  # over while the clock stands still
    assert after_wait(10, 1900, quiet) == 110
    assert after_wait(10, 1970, quiet) == 155  # the second one, too
    assert after_wait(50, 30, quiet) == 80  # begun after it
    assert [on_clock(moment, quiet) for moment in (40, 50, 1000, 1850, 1860)] == [40, 50, 50, 50, 60]
    assert left_out([(100.0, 3600.0), (300.0, 50.0)], np.array([0.0, 99.0, 100.0, 300.0])).tolist() == [
        0,
        0,
        3600,
        3650,
    ]
    store = stores([Magazine(rounds=4, ready=2, reload_time=1000.0)], 2.0)[0]
    taken = [i for i in range(100) if take_round(store, 0, i, quiet)]
    assert taken == [0, 1, 50, 51]


def test_what_is_transferred_is_what_the_giver_has_when_it_is_due():
    full = [Magazine(rounds=5, ready=2), Magazine(rounds=1, ready=2, reload_time=7.0), Magazine(rounds=0)]
    given = [
        Transfer(giver=0, receiver=1, rounds=4, after=10.0),
        Transfer(giver=0, receiver=2, rounds=4, after=20.0),
        Transfer(receiver=2, rounds=3, after=5.0),
    ]
    due = due_transfers(given, NO_QUIET, 1.0)
    assert due[:, 0].tolist() == [5, 10, 20]
    found = stores(full, 1.0)
    assert pass_on(found, due, 0, NO_QUIET, 4) == 0
    assert pass_on(found, due, 0, NO_QUIET, 12) == 2
    assert [rounds_left(one) for one in found] == [1, 5, 3]
    assert take_round(found[2], 0, 12, NO_QUIET)  # its launchers hold any number
    assert take_round(found[1], 0, 12, NO_QUIET)
    assert [i for i in range(12, 22) for _ in range(3) if take_round(found[1], 0, i, NO_QUIET)] == [19, 19]
    assert pass_on(found, due, 2, NO_QUIET, 99) == 3
    assert [rounds_left(one) for one in found] == [0, 2, 3]


def test_a_transfer_into_empty_launchers_is_loaded_when_it_comes():
    found = stores([Magazine(rounds=0, ready=2, reload_time=7.0)], 1.0)
    due = due_transfers([Transfer(receiver=0, rounds=3, after=5.0)], NO_QUIET, 1.0)
    pass_on(found, due, 0, NO_QUIET, 9)
    assert [i for i in range(9, 30) for _ in range(2) if take_round(found[0], 0, i, NO_QUIET)] == [12, 12, 19]


@pytest.mark.parametrize("wrong", [{"rounds": -1.0}, {"after": -1.0}, {"giver": -2}, {"receiver": -1}])
def test_a_transfer_that_cannot_be_is_refused(wrong):
    with pytest.raises(InputError, match="transfer"):
        Transfer(**{"receiver": 0, "rounds": 1.0, "after": 0.0, **wrong})


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
