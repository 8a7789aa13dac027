"""Conditions: what several assets, layers, carriers and sharing rules need at once."""

import math
import pathlib
from collections.abc import Callable

import numpy as np
import pytest

from sakimori.base.types import Rule
from sakimori.study import check, load

Change = Callable[..., pathlib.Path]
ARCH = "architecture.yaml"
TWO = """conditions:
  network: {title: Data links, availability: {uniform: [0.4, 0.6], basis: notional, source: none-public}}
  calm: {availability: 0.5}
assets:
"""
LINK = "  - {from: USA, to: JPN, rule: cue, latency: {uniform: [4 s, 20 s], basis: notional, source: none-public}"


@pytest.fixture
def needy(changed: Change) -> pathlib.Path:
    """The small study: the link needs a network, radar and battery calm weather, the satellite both."""
    changed("assets:\n", TWO, ARCH)
    changed("    boresight: 290 deg\n", "    boresight: 290 deg\n    needs: [calm]\n", ARCH)
    changed("    orbit: {geo: [130 deg]}\n", "    orbit: {geo: [130 deg]}\n    needs: [network, calm]\n", ARCH)
    changed("    rounds: 8\n", "    rounds: 8\n    needs: [calm]\n", ARCH)
    return changed(LINK + "}", LINK + ", needs: [network]}", ARCH)


def test_all_that_need_a_condition_fall_together_and_by_one_draw(needy: pathlib.Path) -> None:
    study = load(needy)
    seen = []
    for future in range(60):
        case, values = study.case(future), study.factor_values(future)
        option = case.options[0]
        assert 0.4 <= values["conditions.network.availability"] <= 0.6
        calm, linked = case.radars[0].availability > 0.0, option.rules[1][0] == Rule.CUE
        assert (option.layers[0].availability > 0.0) == calm
        assert (case.infrareds[0].availability > 0.0) == (calm and linked)
        assert option.rules[1][0] in (Rule.CUE, Rule.NONE)
        assert math.isfinite(option.link_latency[1][0])
        assert math.isinf(option.command.result_latency[1][0]) == (not linked)
        seen.append((calm, linked))
    # 60 draws of one half: four standard deviations are 0.26; the two conditions are drawn apart
    assert np.mean(seen, axis=0) == pytest.approx([0.5, 0.5], abs=0.26)
    assert len(set(seen)) == 4
    assert not [f for f in check(study) if f.severity == "error"]


def test_a_condition_that_always_holds_changes_nothing(changed: Change) -> None:
    before = load(changed("    rounds: 8\n", "    rounds: 8\n", ARCH)).case(5)
    changed("assets:\n", "conditions:\n  calm: {availability: 1}\nassets:\n", ARCH)
    after = load(changed("    rounds: 8\n", "    rounds: 8\n    needs: [calm]\n", ARCH)).case(5)
    assert (after.radars, after.infrareds, after.options) == (before.radars, before.infrareds, before.options)


def test_what_is_aboard_a_carrier_needs_what_the_carrier_needs(changed: Change) -> None:
    ship = "carriers:\n  ship: {at: [37 deg, 136 deg, 20 m], needs: [calm]}\nassets:\n"
    changed("assets:\n", "conditions:\n  calm: {availability: 0.5}\n" + ship, ARCH)
    study = load(changed("    at: [35.7 deg, 139.6 deg, 30 m]\n", "    carrier: ship\n", ARCH))
    assert {study.case(future).options[0].layers[0].availability for future in range(20)} == {0.0, 1.0}


def test_a_measure_hardens_a_condition_and_another_does_without_it(needy: pathlib.Path, changed: Change) -> None:
    changed(
        "      - set: {assets.north-radar.reference_range: 800 km}\n",
        "      - set: {conditions.network.availability: 1.0}\n      - raise: {conditions.calm.availability: 0.1}\n",
    )
    study = load(needy)
    for future in range(20):
        options = {option.name: option for option in study.case(future).options}
        assert options["more-rounds"].rules[1][0] == Rule.CUE
        assert (
            options["fire-control"].rules[1][0] == Rule.FIRE_CONTROL
        )  # its rule in place of the old one needs nothing
        up = [options[name].layers[0].availability > 0.0 for name in ("baseline", "more-rounds")]
        assert up[0] <= up[1]


def test_a_resolved_study_keeps_its_conditions(needy: pathlib.Path, tmp_path: pathlib.Path) -> None:
    study = load(needy)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "study.yaml").write_text(study.resolved_yaml(), "utf-8")
    again = load(tmp_path / "again")
    assert [again.case(f).options for f in range(4)] == [study.case(f).options for f in range(4)]
