"""Cases whose answer is known beforehand, and what must not change when something else does."""

from dataclasses import replace
from typing import Any

import numpy as np
import pytest

from sakimori.base.draws import key_of
from sakimori.base.types import Phase, Reason, Rule
from sakimori.chain import Case, Outcome, play

PERFECT = {
    "kill_probability": 1.0, "range": 3000e3, "floor": -1e3, "ceiling": 1e6, "mean_speed": 6000.0, "divert": 1e6,
    "basket": 1e6, "track_sigma": 1e5, "decision_delay": 0.0,
}  # fmt: skip


def first_option(case: Case, **changed: Any) -> Outcome:
    """Only the last but one option (fire-control sharing, all sensors), changed."""
    return play(replace(case, options=(replace(case.options[2], **changed),)))


@pytest.fixture(scope="module")
def case(scenes: Any) -> Case:
    return scenes.small_case()


def test_without_layers_everything_leaks(case: Case) -> None:
    result = first_option(case, layers=(), magazines=()).results[0]
    assert (result.leak_probability == 1.0).all()
    assert (result.expected_leakers, result.no_leaker) == (3.0, 0.0)


def test_perfect_layers_with_rounds_enough_let_nothing_through(scenes: Any, case: Case) -> None:
    result = first_option(case, layers=(scenes.layer("all", 0, 36.0, 138.0, **PERFECT),)).results[0]
    assert (result.leak_probability == 0.0).all()
    assert (result.cause == Reason.KILLED).all()


def test_without_rounds_the_magazine_is_the_cause(scenes: Any, case: Case) -> None:
    result = first_option(case, magazines=scenes.stock(0.0, 0.0, 0.0)).results[0]
    assert (result.leak_probability == 1.0).all()
    assert Reason.MAGAZINE_EMPTY in result.cause
    assert (result.rounds == 0.0).all()


def test_part_of_a_round_is_none(scenes: Any, case: Case) -> None:
    whole, part = (first_option(case, magazines=scenes.stock(n, 0.0, 0.0)).results[0] for n in (2.0, 2.9))
    assert whole.leak_probability.tobytes() == part.leak_probability.tobytes()


@pytest.mark.parametrize("given", [Rule.NONE, Rule.WARNING, Rule.CUE])
def test_a_partner_without_sensors_fires_only_on_shared_tracks(scenes: Any, case: Case, given: Rule) -> None:
    """All sensors are partner 1's, all layers partner 0's."""
    owned = replace(
        case,
        radars=tuple(replace(r, owner=1) for r in case.radars),
        infrareds=tuple(replace(i, owner=1) for i in case.infrareds),
    )
    layers = (scenes.layer("all", 0, 36.0, 138.0, **PERFECT),)
    refused = first_option(owned, layers=layers, rules=((0, 0), (int(given), 0))).results[0]
    assert (refused.cause == Reason.NOT_SHARED).all()
    told = first_option(owned, layers=layers, rules=((0, 0), (int(Rule.FIRE_CONTROL), 0))).results[0]
    assert (told.leak_probability == 0.0).all()


@pytest.mark.parametrize("doctrine", [{"launch_on_remote": False}, {"engage_on_remote": False}])
def test_who_needs_an_own_track_does_not_fire_on_a_shared_one(
    scenes: Any, case: Case, doctrine: dict[str, bool]
) -> None:
    owned = replace(
        case,
        radars=tuple(replace(r, owner=1) for r in case.radars),
        infrareds=tuple(replace(i, owner=1) for i in case.infrareds),
    )
    layers = (scenes.layer("all", 0, 36.0, 138.0, **PERFECT, **doctrine),)
    given = first_option(owned, layers=layers, rules=((0, 0), (int(Rule.FIRE_CONTROL), 0))).results[0]
    assert (given.cause == Reason.REMOTE_TRACK).all()
    own = first_option(case, layers=layers).results[0]
    assert (own.leak_probability == 0.0).all()


def test_without_sensors_nothing_is_detected(case: Case) -> None:
    result = first_option(case, sensors=(False,) * 27).results[0]
    assert (result.cause == Reason.NOT_DETECTED).all()


def test_an_exo_layer_gets_no_credit_for_a_glider(scenes: Any, case: Case) -> None:
    """However good its tracks; the glider never climbs to 80 km after boost, and burns out below it."""
    upper = scenes.layer("upper", 0, 38.5, 136.0, **(PERFECT | {"floor": 80e3}))
    found = first_option(case, layers=(upper,))
    glide = found.flights.phase[2] >= Phase.GLIDE
    assert found.flights.altitude[2, glide].max() < 80e3
    assert found.results[0].leak_probability[2] == 1.0
    assert found.results[0].cause[2] == Reason.BELOW_FLOOR
    assert (found.results[0].leak_probability[:2] == 0.0).all()


def test_a_large_raid_saturates(scenes: Any, case: Case) -> None:
    """40 threats within 40 s: beam time, channels and rounds run out, in this order of the chain."""
    raid = tuple(replace(scenes.BALLISTIC, launch_time=4.0 + n) for n in range(40))
    many = replace(case, threats=raid, values=(1.0,) * 40, places=(0,) * 40)
    upper = scenes.layer("upper", 0, 38.5, 136.0, channels=2, looks=1)
    found = first_option(many, layers=(upper,), magazines=scenes.stock(6.0))
    assert Reason.NO_BEAM_TIME in found.pictures[0].tracks.reason
    assert found.results[0].rounds[0] == 6.0
    assert found.results[0].expected_leakers >= 34.0
    assert Reason.MAGAZINE_EMPTY in found.results[0].cause
    ample = first_option(many, layers=(upper,), magazines=scenes.stock(1000.0))
    assert Reason.NO_CHANNEL in ample.results[0].cause


def bits(outcome: Outcome, option: int) -> list[bytes]:
    """Everything that an option's results hold."""
    return [np.asarray(value).tobytes() for value in outcome.results[option]]


def test_a_sensor_that_sees_nothing_changes_no_bit(scenes: Any, case: Case) -> None:
    blind = scenes.radar("blind", 0, latitude=np.radians(-40.0))
    more = replace(
        case,
        radars=(*case.radars, blind),
        options=tuple(replace(o, sensors=(*o.sensors[:3], True, *o.sensors[3:])) for o in case.options),
    )
    usual, found = play(case), play(more)
    for option in range(4):
        assert bits(found, option) == bits(usual, option)


def test_the_order_of_options_and_of_assets_changes_no_bit(case: Case) -> None:
    usual = play(case)
    turned = replace(
        case,
        radars=case.radars[::-1],
        infrareds=case.infrareds[::-1],
        options=tuple(replace(o, sensors=(*o.sensors[:3][::-1], *o.sensors[3:][::-1])) for o in case.options[::-1]),
    )
    found = play(turned)
    for option in range(4):
        assert bits(found, 3 - option) == bits(usual, option)


def test_an_asset_of_one_option_changes_no_bit_of_another(scenes: Any, case: Case) -> None:
    """A layer and a radar added in one option, as a measure adds them."""
    extra = replace(
        scenes.radar("extra", 0, latitude=np.radians(37.0), longitude=np.radians(138.0)), key=key_of("extra")
    )
    options = [replace(o, sensors=(*o.sensors[:3], False, *o.sensors[3:])) for o in case.options]
    base = options[0]
    layers = (*base.layers, scenes.layer("new", 1, 36.0, 138.0, magazine=3))
    options.append(
        replace(base, name="new", sensors=(True,) * 28, layers=layers, magazines=(*base.magazines, *scenes.stock(4.0)))
    )
    usual, found = play(case), play(replace(case, radars=(*case.radars, extra), options=tuple(options)))
    for option in range(4):
        assert bits(found, option) == bits(usual, option)
