"""Waves, reliability, objects beside threats, losses, magazines, cells, and who may fire at what: from file to case."""

import math
import pathlib
from collections.abc import Callable

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.chain import Company
from sakimori.earth.geodesy import distance_and_bearing
from sakimori.engage import Transfer
from sakimori.study import findings_of, load
from sakimori.study.raids import KEPT, duration

Change = Callable[..., pathlib.Path]
ARCH = "architecture.yaml"
SIZE, COMMAND = "  size: {choice: [2, 4]}\n", "command:\n"
FIRST = "range: {uniform: [900 km, 1100 km]}"
DECOYS = f"{FIRST}, heavy_objects: 1, light_objects: {{choice: [2, 4]}}, strip_altitude: 80 km"


def test_without_the_keys_nothing_flies_beside_a_threat_and_nobody_is_barred(small: pathlib.Path) -> None:
    case = load(small).case(0)
    assert set(case.company) == {Company()}
    assert case.loss_probability == 0.0
    assert all(option.permitted == () for option in case.options)


def test_a_second_wave_comes_after_the_pause_and_shifts_nothing(changed: Change, small: pathlib.Path) -> None:
    usual = load(small).case(3)
    study = load(changed(SIZE, f"{SIZE}  waves: [{{pause: 1 h, size: 3}}, {{pause: 2 h}}]\n"))
    case, spread = study.case(3), study.factor_values(3)["raid.arrival_spread"]
    count = len(usual.threats)
    assert len(case.threats) == 2 * count + 3
    arrivals = [t.launch_time + duration(t, _distance(t)) for t in case.threats]
    waves = [arrivals[:count], arrivals[count : count + 3], arrivals[count + 3 :]]
    late = [length for _, length in case.quiet]
    assert 3600.0 <= min(waves[1]) - max(waves[0]) + late[0] <= 3600.0 + 2 * spread
    assert 7200.0 <= min(waves[2]) - max(waves[1]) + late[1] <= 7200.0 + 2 * spread
    shift = case.threats[0].launch_time - usual.threats[0].launch_time
    for old, new in zip(usual.threats, case.threats, strict=False):
        assert new.launch_latitude == old.launch_latitude
        assert new.launch_time - old.launch_time == pytest.approx(shift, abs=1e-6)


def _distance(threat) -> float:
    ends = threat.launch_latitude, threat.launch_longitude, threat.aim_latitude, threat.aim_longitude
    return float(distance_and_bearing(*ends)[0])


WAVE = """  waves:
    - pause: 2 h
    - pause: 3 d
      size: 3
      places: {kanto: 1}
      threats: [{threat: medium-range-ballistic, share: 1, bearing: 300 deg, range: 1000 km}]
"""


def test_a_wave_may_have_its_own_threats_and_places_and_quiet_time_is_left_out(
    changed: Change, small: pathlib.Path
) -> None:
    usual, study = load(small), load(changed(SIZE, SIZE + WAVE))
    case, labels, spread = study.case(3), study.labels(3), study.factor_values(3)["raid.arrival_spread"]
    count = len(usual.case(3).threats)
    assert set(labels.records[2 * count :]) == {"medium-range-ballistic"}
    assert set(labels.places[2 * count :]) == {"kanto"}
    assert labels.records[:count] == usual.labels(3).records
    arrivals = np.array([t.launch_time + duration(t, _distance(t)) for t in case.threats])
    first, second, third = arrivals[:count], arrivals[count : 2 * count], arrivals[2 * count :]
    for before, after, pause, (at, length) in zip(
        (first, second), (second, third), (7200.0, 3 * 86400.0), case.quiet, strict=True
    ):
        assert pause <= after.min() + length - before.max() <= pause + 2 * spread
        assert before.max() < at < after.min()
    starts = np.array([t.launch_time for t in case.threats])
    assert starts.min() == 0.0
    assert starts[count : 2 * count].min() - first.max() == pytest.approx(KEPT)
    assert starts[2 * count :].min() - second.max() == pytest.approx(KEPT)


def test_a_short_pause_stays_on_the_clock(changed: Change) -> None:
    assert load(changed(SIZE, f"{SIZE}  waves: [{{pause: 10 min}}]\n")).case(0).quiet == ()


@pytest.mark.parametrize(
    ("wave", "word"),
    [
        ("{pause: 1 h, places: {kantoo: 1}}", "Did you mean 'kanto'"),
        ("{pause: 1 h, places: {kanto: 0.5}}", "sum to 1"),
        ("{pause: 1 h, threats: []}", "without threats"),
        (
            "{pause: 1 h, threats: [{threat: medium-range-ballistik, share: 1, bearing: 0 deg, range: 1000 km}]}",
            "ballist",
        ),
        ("{pause: 31 d}", "at most|2.592e"),
    ],
)
def test_a_wave_that_cannot_be_is_refused(changed: Change, wave: str, word: str) -> None:
    with pytest.raises(InputError, match=word):
        load(changed(SIZE, f"{SIZE}  waves: [{wave}]\n"))


@pytest.mark.parametrize("rho", [0.0, 0.3])
def test_the_number_that_flies_is_beta_binomial(changed: Change, rho: float) -> None:
    n, p, futures = 10, 0.7, 3000
    text = f"  size: {n}\n  reliability: {p}\n  reliability_correlation: {rho}\n"
    raid = load(changed(SIZE, text)).compiled.raid
    assert raid is not None
    values = {"raid.arrival_spread": 0.0}
    sizes = np.array([len(raid.that_fly(n, 0, values, 7, future)) for future in range(futures)])
    variance = n * p * (1 - p) * (1 + (n - 1) * rho)
    assert sizes.mean() == pytest.approx(n * p, abs=4 * math.sqrt(variance / futures))
    assert sizes.var() == pytest.approx(variance, rel=0.12)  # 4 sigma of a variance of 3,000 draws is 10 %
    assert sizes.min() >= 1


def test_fewer_threats_fly_but_those_that_do_keep_their_numbers(changed: Change) -> None:
    raid = load(changed(SIZE, "  size: 10\n  reliability: 0.5\n")).compiled.raid
    assert raid is not None
    few, many = (raid.that_fly(n, 500, {}, 7, 1) for n in (5, 10))
    assert few == [i for i in many if i < 505]


def test_objects_belong_to_ballistic_threats_and_vary_from_one_to_the_next(changed: Change) -> None:
    study = load(changed(FIRST, DECOYS))
    found = {c for future in range(20) for c in study.case(future).company}
    assert found == {Company(), Company(1.0, 2.0, 80e3), Company(1.0, 4.0, 80e3)}
    assert next(f for f in study.threat_factors if f.path.endswith("light_objects")).attacker


def test_objects_beside_a_glider_are_refused(changed: Change) -> None:
    with pytest.raises(InputError, match="light_objects"):
        load(changed("lift_to_drag: {uniform: [2.2, 2.6]}", "light_objects: 3"))


def test_loss_of_layers_to_leakers(changed: Change) -> None:
    case = load(changed(SIZE, f"{SIZE}  loss: {{radius: 5 km, probability: 0.3}}\n")).case(0)
    assert (case.loss_radius, case.loss_probability) == (5e3, 0.3)


def test_who_may_fire_at_what(changed: Change) -> None:
    rules = (
        "command:\n  priority: value\n  assignment: greedy\n  defends: {USA: [kanto]}\n  engages: {JPN: [ballistic]}\n"
    )
    folder = changed(COMMAND, rules, ARCH)
    folder = changed(
        "      - set: {command.coordinated: true}",
        "      - set: {command.engages.JPN: [ballistic, glide], command.priority: order, command.assignment: best}",
    )
    study = load(folder)
    case, labels = study.case(1), study.labels(1)
    options = {option.name: option for option in case.options}
    assert [row[0] for row in options["baseline"].permitted] == [family == "ballistic" for family in labels.families]
    assert all(row[0] for row in options["fire-control"].permitted)
    assert options["baseline"].command.by_value
    assert not options["fire-control"].command.by_value
    assert [options[name].command.assignment for name in ("baseline", "fire-control")] == ["greedy", "best"]


@pytest.mark.parametrize(
    ("old", "new", "file", "word"),
    [
        (COMMAND, "command:\n  defends: {JPN: [kantoo]}\n", ARCH, "Did you mean 'kanto'"),
        (COMMAND, "command:\n  defends: {AUS: [kanto]}\n", ARCH, "AUS"),
        (COMMAND, "command:\n  engages: {JPN: [balistic]}\n", ARCH, "balistic"),
        ("command.coordinated: true", "command.engages.JPN: [balistic]", "study.yaml", "Did you mean 'ballistic'"),
        ("command.coordinated: true", "command.defends.JPN: kanto", "study.yaml", "list of names"),
        ("command.coordinated: true", "command.defends.AUS: [kanto]", "study.yaml", "AUS"),
        ("command.coordinated: true", "command.priority: worth", "study.yaml", "worth"),
        (COMMAND, "magazines: {coast-batery: {ready: 4}}\ncommand:\n", ARCH, "Did you mean 'coast-battery'"),
    ],
)
def test_rules_that_name_what_is_not_there_are_refused(changed: Change, old, new, file, word) -> None:
    with pytest.raises(InputError, match=word):
        load(changed(old, new, file))


def test_a_magazine_without_a_layer_is_named(changed: Change) -> None:
    with pytest.raises(InputError) as caught:
        load(changed(COMMAND, "magazines: {coast-batery: {ready: 4}}\ncommand:\n", ARCH))
    assert [f.id for f in findings_of(caught.value)] == ["REF15"]


def test_a_magazine_is_reloaded_and_a_measure_may_speed_that_up(changed: Change) -> None:
    changed(COMMAND, "magazines: {coast-battery: {ready: 4, reload_time: 30 min}}\ncommand:\n", ARCH)
    folder = changed("command.coordinated: true", "magazines.coast-battery.reload_time: 10 min")
    options = {option.name: option for option in load(folder).case(0).options}
    assert [(m.ready, m.reload_time) for m in options["baseline"].magazines] == [(4, 1800.0)]
    assert [(m.ready, m.reload_time) for m in options["fire-control"].magazines] == [(4, 600.0)]


TRANSFER = "transfers: {more: {to: coast-battery, rounds: 0, after: 6 h, source: test-source}}\ncommand:\n"


def test_rounds_are_transferred_and_a_measure_may_send_more(changed: Change, tmp_path: pathlib.Path) -> None:
    changed(COMMAND, TRANSFER, ARCH)
    study = load(changed("command.coordinated: true", "transfers.more.rounds: 4"))
    options = {option.name: option for option in study.case(0).options}
    assert options["baseline"].transfers == (Transfer(receiver=0, rounds=0.0, after=21600.0),)
    assert options["fire-control"].transfers == (Transfer(receiver=0, rounds=4.0, after=21600.0),)
    again = tmp_path / "again.yaml"
    again.write_text(study.resolved_yaml(), "utf-8")
    assert load(again).case(0) == study.case(0)
    with pytest.raises(InputError, match="Did you mean 'coast-battery'"):
        load(changed("to: coast-battery,", "to: coast-batery,", ARCH))


def test_what_is_loaded_later_displaces_what_shared_the_cells(changed: Change) -> None:
    ship = "carriers:\n  ship: {at: [36 deg, 138 deg], cells: 10}\nassets:\n"
    changed("assets:\n", ship, ARCH)
    changed("    at: [35.7 deg, 139.6 deg, 30 m]\n", "    carrier: ship\n", ARCH)
    folder = changed(
        "      - set: {command.coordinated: true}",
        "      - add: {layer: new, record: small-interceptor, owner: JPN, carrier: ship, rounds: 12, "
        "cells_per_round: 0.5, source: test-source}",
    )
    study = load(folder)
    options = {option.name: option for option in study.case(0).options}
    assert [m.rounds for m in options["baseline"].magazines] == [8.0]  # 8 of 10 cells
    assert [m.rounds for m in options["fire-control"].magazines] == [4.0, 12.0]  # 6 cells are taken by the new ones
    assert [m.rounds for m in options["more-rounds"].magazines] == [10.0]  # 12 or 16 do not fit


def test_these_keys_come_back_from_the_resolved_study(changed: Change, tmp_path: pathlib.Path) -> None:
    changed(COMMAND, "magazines: {coast-battery: {ready: 4}}\ncommand:\n  defends: {JPN: [kanto]}\n", ARCH)
    changed(FIRST, DECOYS)
    study = load(changed(SIZE, f"{SIZE}  waves: [{{pause: 1 h}}]\n  loss: {{radius: 5 km, probability: 0.3}}\n"))
    again = tmp_path / "again.yaml"
    again.write_text(study.resolved_yaml(), "utf-8")
    assert load(again).case(2) == study.case(2)
