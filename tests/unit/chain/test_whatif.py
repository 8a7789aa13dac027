"""Single changes that would have stopped a threat: each is found, its size is right, and nothing else is changed."""

from dataclasses import replace
from typing import Any

import pytest

from sakimori.base.types import Rule
from sakimori.chain import Case, play
from sakimori.chain.whatif import GOAL, Change, changes

SURE = {"kill_probability": 1.0, "range": 3000e3, "floor": -1e3, "ceiling": 1e6, "mean_speed": 6000.0, "divert": 1e6,
        "basket": 1e6, "track_sigma": 1e4, "decision_delay": 0.0, "looks": 1}  # fmt: skip


def case_of(scenes: Any, *, rounds: float = 99.0, rules: Any = None, count: int = 1, **fields: Any) -> Case:
    """One ballistic threat (or more, alike) and one layer that would surely stop it, but for `fields`."""
    usual = scenes.small_case()
    layer = scenes.layer("all", 0, 36.0, 138.0, **(SURE | fields))
    option = replace(usual.options[2], name="one", layers=(layer,), magazines=scenes.stock(rounds))
    option = option if rules is None else replace(option, rules=rules)
    return replace(
        usual, options=(option,), threats=(scenes.BALLISTIC,) * count, values=(1.0,) * count, places=(0,) * count
    )


def found(case: Case, threat: int = 0) -> dict[str, Change]:
    usual, single = changes(case, "one", threat)
    assert usual.leak_probability.tobytes() == play(case).results[0].leak_probability.tobytes()
    assert all(change.leak_probability <= GOAL * usual.leak_probability[threat] for change in single)
    return {change.kind: change for change in single}


def leak(case: Case, threat: int = 0, **fields: Any) -> float:
    layer = replace(case.options[0].layers[0], **fields)
    changed = replace(case, options=(replace(case.options[0], layers=(layer,)),))
    return float(play(changed).results[0].leak_probability[threat])


def test_what_is_stopped_needs_no_change(scenes: Any) -> None:
    assert found(case_of(scenes)) == {}


def test_the_reach_that_was_missing(scenes: Any) -> None:
    case = case_of(scenes, range=1e3)
    more = found(case)["reach"]
    assert more.layer == "all"
    assert leak(case, range=1e3 + more.size) == 0.0
    assert leak(case, range=1e3 + more.size - 1e3) == 1.0  # to the kilometre


def test_the_rounds_that_were_missing(scenes: Any) -> None:
    # Three threats alike, rounds for one: the third needs two more.
    assert found(case_of(scenes, rounds=1.0, count=3), threat=2)["rounds"][1:] == ("all", 2.0, 0.0)


def test_the_ceiling_and_the_floor_that_were_in_the_way(scenes: Any) -> None:
    low = case_of(scenes, ceiling=1e3)
    size = found(low)["higher"].size
    assert leak(low, ceiling=1e3 + size) == 0.0 < leak(low, ceiling=1e3 + size - 1e3)
    high = case_of(scenes, floor=400e3)
    size = found(high)["lower"].size
    assert leak(high, floor=400e3 - size) == 0.0 < leak(high, floor=400e3 - size + 1e3)


def test_decisions_that_came_too_late(scenes: Any) -> None:
    case = case_of(scenes, decision_delay=3000.0)
    size = found(case)["decide"].size
    assert leak(case, decision_delay=3000.0 - size) == 0.0
    assert leak(case, decision_delay=3000.0 - size + 2 * case.step) == 1.0


def test_a_track_that_was_too_vague_or_came_too_late(scenes: Any) -> None:
    best = float(play(case_of(scenes)).pictures[0].awareness.best_sigma[0, 0])
    case = case_of(scenes, track_sigma=best / 4.0)
    share = 1.0 - found(case)["finer"].size
    assert 0.05 < share < 0.5
    usual = play(case_of(scenes)).results[0]
    slack = float(usual.last_launch[0, 0] - usual.commit[0, 0])
    missing = 4.0  # [s] a quarter of the time to the first track: none comes before the launch
    late = found(case_of(scenes, decision_delay=slack + missing))
    assert late["sooner"].size == pytest.approx(missing, abs=2 * case.step)  # whole samples, and bisection to one
    assert late["decide"].size == pytest.approx(missing, abs=2 * case.step)


def test_data_that_were_not_shared(scenes: Any) -> None:
    alone = case_of(scenes, rules=((0, int(Rule.NONE)), (int(Rule.NONE), 0)))
    mine = replace(
        alone,
        radars=tuple(replace(r, owner=1) for r in alone.radars),
        infrareds=tuple(replace(i, owner=1) for i in alone.infrareds),
    )
    assert found(mine)["share"].leak_probability == 0.0


def test_a_layer_out_of_service_and_one_that_may_not_fire(scenes: Any) -> None:
    assert found(case_of(scenes, availability=0.0))["available"].layer == "all"
    case = case_of(scenes)
    barred = replace(case, options=(replace(case.options[0], permitted=((False,),)),))
    assert found(barred)["coordinate"].leak_probability == 0.0


def test_a_layer_that_may_not_engage_on_a_partners_track(scenes: Any) -> None:
    case = case_of(scenes, rules=((0, 0), (int(Rule.FIRE_CONTROL), 0)), engage_on_remote=False)
    mine = replace(
        case,
        radars=tuple(replace(r, owner=1) for r in case.radars),
        infrareds=tuple(replace(i, owner=1) for i in case.infrareds),
    )
    assert found(mine)["remote"][:2] == ("remote", "all")
    assert found(mine)["remote"].leak_probability == 0.0


def test_looks_and_channels(scenes: Any) -> None:
    assert found(case_of(scenes, kill_probability=0.5))["looks"].size >= 1.0
    busy = case_of(scenes, count=3, channels=1, mean_speed=500.0)
    blocked = [n for n in range(3) if play(busy).results[0].leak_probability[n] == 1.0]
    assert blocked
    assert found(busy, blocked[0])["channels"].size == pytest.approx(1.0)
