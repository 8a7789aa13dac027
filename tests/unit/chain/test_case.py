"""Cases that do not fit together are refused."""

from dataclasses import replace
from typing import Any

import pytest

from sakimori.base.errors import InputError


@pytest.mark.parametrize(
    "changed",
    [
        {"threats": (), "values": (), "places": ()},
        {"values": ()},
        {"places": (0, 1)},
        {"step": 0.0},
        {"efficiency": 0.9},
        {"confirm": (3, 2)},
        {"confirm": (0, 2)},
        {"drop_time": -1.0},
        {"correlation_time": 0.0},
        {"partners": ("A",)},
    ],
)
def test_nonsense_is_refused(scenes: Any, changed: dict[str, Any]) -> None:
    fine = scenes.case((scenes.radar(owner=1),))
    with pytest.raises(InputError, match="future 0"):
        replace(fine, **changed)


def test_options_must_fit_the_case(scenes: Any) -> None:
    fine = scenes.case((scenes.radar(),))
    with pytest.raises(InputError, match="sensors"):
        replace(fine, options=(scenes.option(2),))
    with pytest.raises(InputError, match="rules"):
        replace(fine, options=(scenes.option(1, rules=((0,),)),))


def test_sensors_are_radars_first(scenes: Any) -> None:
    one = scenes.case((scenes.radar("r"),), (scenes.eye("e"),))
    assert [sensor.name for sensor in one.sensors] == ["r", "e"]
