"""Tables of links that mean nothing are refused."""

import math

import pytest

from sakimori.base.errors import InputError
from sakimori.base.types import Rule
from sakimori.partners.links import Links

FINE = ((0.0, 5.0), (7.0, 0.0))


def test_a_partner_gives_itself_everything_at_once() -> None:
    links = Links(((0, 1), (2, 0)), FINE, 2.0)
    assert (links.rule(0, 0), links.rule(0, 1), links.rule(1, 0)) == (Rule.FIRE_CONTROL, 1, 2)
    assert (links.delay(0, 0), links.delay(0, 1), links.delay(1, 0)) == (0.0, 5.0, 7.0)


@pytest.mark.parametrize(
    ("rules", "latency", "own"),
    [
        (((0, 5), (0, 0)), FINE, 2.0),
        (((0, 0),), FINE, 2.0),
        (((0, 0), (0, 0)), ((0.0, 5.0),), 2.0),
        (((0, 0), (0, 0)), ((0.0, -5.0), (0.0, 0.0)), 2.0),
        (((0, 0), (0, 0)), FINE, math.nan),
        (((0, 0), (0, 0)), FINE, math.inf),
    ],
)
def test_nonsense_is_refused(rules: tuple, latency: tuple, own: float) -> None:
    with pytest.raises(InputError):
        Links(rules, latency, own)
