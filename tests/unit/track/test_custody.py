"""m of n, and dropping."""

from sakimori.track.custody import NEVER, confirms, held


def test_two_of_three_looks_confirm() -> None:
    assert confirms(sample=10, oldest=6, every=2, n=3)  # looks at 6, 8 and 10
    assert not confirms(sample=10, oldest=5, every=2, n=3)


def test_one_of_one_always_confirms() -> None:
    assert confirms(sample=10, oldest=10, every=5, n=1)


def test_nothing_before_the_first_detections() -> None:
    assert not confirms(sample=10, oldest=NEVER, every=1000, n=100)
    assert not held(10, NEVER, 10**6)


def test_a_track_is_lost_after_the_drop_time() -> None:
    assert held(20, 5, 15)
    assert not held(21, 5, 15)
