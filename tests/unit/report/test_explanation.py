"""Why a threat leaked, in words and as a figure, from rows made by hand."""

import math
from typing import Any

import pytest

from sakimori.chain.whatif import Change
from sakimori.report.course import figure
from sakimori.report.explanation import Facts, explanation
from sakimori.report.remedies import remedies

NEVER = math.nan
FLIGHT = {
    "family": "glide", "range": 1149e3, "apogee": 60e3, "duration": 400.0, "launch_time": 10.0, "impact_time": 410.0,
}  # fmt: skip


def threat(**changes: Any) -> dict[str, Any]:
    usual = {
        "future": 3, "threat": 1, "option": "baseline", "record": "glider", "place": "town", "value": 2.0,
        "leak_probability": 0.625, "cause": "MISSED", "first_detected": 40.0, "warned": 60.0, "confirmed": NEVER,
        "custody": 0.25,
    }  # fmt: skip
    return {**usual, **changes}


def sensor(asset: str, first: float = NEVER, last: float = NEVER, detections: int = 0, reason: str = "BELOW_HORIZON"):
    return {"asset": asset, "first_seen": first, "last_seen": last, "detections": detections, "reason": reason}


def layer(name: str, reason: str, **changes: Any) -> dict[str, Any]:
    usual = dict.fromkeys(("commit", "last_launch", "first_launch", "first_intercept"), NEVER)
    return {"layer": name, "reason": reason, "shots": 0.0, "wasted": 0.0, **usual, **changes}


SENSORS = [
    sensor("satellite", 40.0, 390.0, 60),
    sensor("once", 300.0, 300.0, 1),
    sensor("north"),
    sensor("broken", reason="SENSOR_OUT"),
    sensor("south"),
]
FIRED = layer("near", "MISSED", commit=300.0, last_launch=380.0, shots=1.5, wasted=0.5, first_launch=310.0,
              first_intercept=350.0)  # fmt: skip
LATE = layer("late", "TOO_LATE", commit=340.0, last_launch=300.0)
LAYERS = [LATE, FIRED, layer("far", "OUT_OF_REACH"), layer("farther", "OUT_OF_REACH"),
          layer("down", "LAYER_OUT", commit=300.0, last_launch=350.0)]  # fmt: skip


def told(layers: list[dict[str, Any]] = LAYERS, **changes: Any) -> str:
    return "\n".join(explanation(Facts(threat(**changes), FLIGHT, SENSORS, layers)))


def test_every_sensor_and_layer_stands_once_and_alike_ones_in_one_line() -> None:
    text = told()
    for row in SENSORS:
        assert text.count(row["asset"]) == 1
    assert "radio horizon (BELOW_HORIZON): north, south" in text
    assert "370 s before to 20 s before, 60 detections" in text
    assert "110 s before, 1 detection\n" in text
    assert "OUT_OF_REACH): far, farther" in text
    assert "late                        no round: its last useful launch had passed 40 s before it could commit" in text
    assert "1.5 rounds on average (0.5 at other objects); mostly: every shot missed; first launch 100 s before" in text
    assert "track to shoot on never" in text


def test_the_furthest_layer_is_named_with_what_would_change_it() -> None:
    assert "No layer got further than this (near): every shot missed." in told()
    many = [layer(str(number), "NOT_DETECTED") for number in range(9)]
    assert "No layer got further than this: no sensor" in told(many, cause="NOT_DETECTED")
    assert "No layer" not in told(leak_probability=0.0, cause="KILLED")
    assert "No layer could fire in this study." in told([], cause="NOT_DETECTED")


def test_changes_are_listed_with_what_they_leave() -> None:
    found = [Change("sooner", "", 38.0, 0.25), Change("salvo", "near", 1.0, 0.0), Change("rounds", "near", 2.0, 0.3)]
    lines = remedies(found, 0.625)
    assert lines[0].endswith("from 62 % to:")
    assert lines[1:] == [
        "  25 %  a track 38 s sooner",
        "  0 %  1 round more in each salvo of near",
        "  30 %  2 rounds more in the magazine of near",
    ]
    assert remedies([], 0.625) == ["No single change that was tried would have halved its chance to leak."]
    assert remedies([], 0.0) == []


def test_the_figure_says_which_layer_could_not_have_fired() -> None:
    drawn = figure(Facts(threat(), FLIGHT, SENSORS, LAYERS), "a title")
    for words in ("a title", "impact", "layer out of service", "decision too late by", "layer may fire"):
        assert words in drawn
    order = [drawn.index(f">{name}<") for name in ("place's partner", "satellite", "late", "near", "down")]
    assert order == sorted(order)
    assert "layer out of service" not in figure(Facts(threat(), FLIGHT, SENSORS, [FIRED]), "b")


@pytest.mark.parametrize("layers", [[], [layer("far", "OUT_OF_REACH")]])
def test_a_figure_without_any_launch_can_be_drawn(layers: list[dict[str, Any]]) -> None:
    blind = [sensor("north")]
    unseen = threat(first_detected=NEVER, warned=NEVER)
    assert figure(Facts(unseen, FLIGHT, blind, layers), "nothing").startswith("<svg")
