"""From a study to cases: what varies, what must not, what measures change, and the labels."""

import math
import pathlib
import pickle
from collections.abc import Callable

import pytest

from sakimori.base.draws import key_of
from sakimori.base.errors import InputError
from sakimori.base.types import Rule
from sakimori.chain import Option
from sakimori.earth.geodesy import distance_and_bearing
from sakimori.flight import BallisticThreat, GlideThreat
from sakimori.sense.orbits import Geostationary, Orbit
from sakimori.sense.tasking import Priority
from sakimori.study import load
from sakimori.study.reading import Problem

Change = Callable[..., pathlib.Path]
ARCH = "architecture.yaml"


def rounds(option: Option) -> list[float]:
    return [magazine.rounds for magazine in option.magazines]


def test_options_in_order_with_what_they_require(small: pathlib.Path) -> None:
    assert load(small).options == {
        "baseline": (),
        "tracking-satellites": ("tracking-satellites",),
        "fire-control": ("tracking-satellites", "fire-control"),
        "more-rounds": ("more-rounds",),
        "all": ("tracking-satellites", "fire-control", "more-rounds"),
        "rounds-and-satellites": ("tracking-satellites", "more-rounds"),
    }


def test_sensors_of_options(small: pathlib.Path) -> None:
    study = load(small)
    case = study.case(0)
    satellites = round(study.factor_values(0)["measures.tracking-satellites.quantity.satellites"])
    assert satellites in (8, 16)
    assert [radar.name for radar in case.radars] == ["north-radar", "north-radar"]  # as it is, and as a measure sets it
    assert {radar.key for radar in case.radars} == {key_of("north-radar")}
    assert case.radars[1].reference_range == 800e3
    assert [sensor.name for sensor in case.infrareds] == ["warning-satellite"] + ["low-satellites"] * satellites
    assert isinstance(case.infrareds[0].orbit, Geostationary)
    assert isinstance(case.infrareds[1].orbit, Orbit)
    assert len({sensor.key for sensor in case.infrareds}) == 1 + satellites
    masks = {option.name: option.sensors for option in case.options}
    assert masks["baseline"] == (True, False, True, *[False] * satellites)
    assert masks["tracking-satellites"] == (True, False, True, *[True] * satellites)
    assert masks["more-rounds"] == (False, True, True, *[False] * satellites)


def test_links_doctrine_and_magazines(small: pathlib.Path) -> None:
    study = load(small)
    case, values = study.case(3), study.factor_values(3)
    options = {option.name: option for option in case.options}
    assert case.partners == ("JPN", "USA")
    assert options["baseline"].rules == ((0, 0), (int(Rule.CUE), 0))
    assert options["baseline"].link_latency[1][0] == values["sharing.USA.JPN.latency"]
    assert options["fire-control"].rules == ((0, 0), (int(Rule.FIRE_CONTROL), 0))
    assert options["fire-control"].link_latency[1][0] == values["measures.fire-control.quantity.latency"]
    assert not options["baseline"].command.coordinated
    assert options["fire-control"].command.coordinated
    assert rounds(options["baseline"]) == [8.0]
    assert rounds(options["more-rounds"]) == [8.0 + values["measures.more-rounds.quantity.rounds"]]
    layer = options["baseline"].layers[0]
    assert (layer.name, layer.key, layer.owner, layer.decision_delay) == (
        "coast-battery",
        key_of("coast-battery"),
        0,
        30.0,
    )
    assert 0.4 <= layer.kill_probability <= 0.9


def test_values_are_converted_once_and_right(small: pathlib.Path) -> None:
    case = load(small).case(0)
    radar = case.radars[0]
    assert radar.latitude == pytest.approx(math.radians(38.0))
    assert radar.boresight == pytest.approx(math.radians(290.0))
    assert radar.fence_load == 0.5
    assert radar.dwell == 0.02
    assert radar.swerling == 1  # the dataclass's default
    assert case.infrareds[0].looks_down is True
    assert case.step == 2.0
    assert case.confirm == (2, 3)


def test_notional_ranges_vary_and_estimates_do_not(small: pathlib.Path) -> None:
    study = load(small)
    paths = {factor.path for factor in study.factors}
    assert "records.radar.small-radar.reference_range" in paths
    assert "records.radar.small-radar.elevation_min" not in paths  # an estimate
    radars = [study.case(future).radars[0] for future in range(30)]
    assert len({radar.reference_range for radar in radars}) == 30
    assert all(400e3 <= radar.reference_range <= 900e3 for radar in radars)
    assert {radar.elevation_min for radar in radars} == {math.radians(1.0)}


@pytest.mark.parametrize(
    ("vary", "varies"), [("none", (False, False)), ("notional", (True, False)), ("all", (True, True))]
)
def test_vary(changed: Change, vary: str, varies: tuple[bool, bool]) -> None:
    paths = {factor.path for factor in load(changed("seed: 7", f"seed: 7\nvary: {vary}")).factors}
    names = ("reference_range", "elevation_min")
    assert tuple(f"records.radar.small-radar.{name}" in paths for name in names) == varies


def test_what_radars_short_of_beam_time_serve_and_what_they_measure(changed: Change) -> None:
    changed("tracking:\n", "tracking:\n  beam_priority: [value, tracked]\n", ARCH)
    study = changed("    boresight: 290 deg\n", "    boresight: 290 deg\n    range_rate_sigma: 3 m/s\n", ARCH)
    case = load(study).case(0)
    assert case.beam_priority == (Priority.VALUE, Priority.TRACKED)
    assert case.radars[0].range_rate_sigma == 3.0
    changed("[value, tracked]", "[value, value]", ARCH)
    with pytest.raises(Problem, match="different criteria"):
        load(study)


def test_a_flag_may_be_a_factor(changed: Change) -> None:
    ranged = "skip: {value: false, low: false, high: true, basis: notional, source: none-public}"
    study = load(changed("skip: false", ranged, "catalogue/glide.yaml"))
    (factor,) = [f for f in study.factors if f.path.endswith("skip")]
    assert (factor.unit, factor.attacker) == ("", True)
    draws = [study.factor_values(future)[factor.path] for future in range(12)]
    assert min(draws) < 0.5 <= max(draws)  # from 0.5 on it is true


def test_raid_lies_where_it_is_said(small: pathlib.Path) -> None:
    study = load(small)
    sizes = set()
    for future in range(30):
        case = study.case(future)
        sizes.add(len(case.threats))
        assert min(threat.launch_time for threat in case.threats) == 0.0
        for threat in case.threats:
            distance, bearing = distance_and_bearing(
                threat.aim_latitude, threat.aim_longitude, threat.launch_latitude, threat.launch_longitude
            )
            if isinstance(threat, GlideThreat):
                assert distance == pytest.approx(900e3)
                assert math.degrees(bearing) % 360.0 == pytest.approx(300.0)
                assert 2.2 <= threat.lift_to_drag <= 2.6
            else:
                assert isinstance(threat, BallisticThreat)
                assert 900e3 <= distance <= 1100e3
                assert 290.0 <= math.degrees(bearing) % 360.0 <= 320.0
    assert sizes == {2, 4}


def test_a_larger_raid_keeps_its_first_threats(changed: Change, small: pathlib.Path) -> None:
    few = load(changed("size: {choice: [2, 4]}", "size: 3"))
    many = load(changed("size: 3", "size: 9"))
    for future in range(5):
        a, b = few.case(future).threats, many.case(future).threats
        for one, other in zip(a, b, strict=False):
            for name in ("launch_latitude", "launch_longitude", "aim_latitude", "radar_cross_section"):
                assert getattr(one, name) == getattr(other, name)


def test_adding_an_asset_shifts_no_other_draw(changed: Change, small: pathlib.Path) -> None:
    before = load(small).factor_values(5)
    new = "  south-radar: {record: small-radar, owner: JPN, at: [33 deg, 131 deg], boresight: 300 deg, availability: "
    after = load(
        changed("  warning-satellite:", f"{new}{{uniform: [0.5, 1]}}}}\n  warning-satellite:", ARCH)
    ).factor_values(5)
    assert {path: after[path] for path in before} == before
    assert set(after) - set(before) == {"assets.south-radar.availability"}


def test_seed_and_future_decide_everything(small: pathlib.Path) -> None:
    study, again = load(small), load(small)
    assert study.case(4) == again.case(4)
    assert study.case(4) == study.case(4, seed=7)
    assert study.case(4).threats != study.case(5).threats
    assert study.factor_values(4, seed=8) != study.factor_values(4)


def test_a_study_travels_between_processes(small: pathlib.Path) -> None:
    study = load(small)
    study.case(1)
    copy = pickle.loads(pickle.dumps(study))
    assert copy.case(2) == study.case(2)
    assert copy.resolved_yaml() == study.resolved_yaml()


def test_attacker_factors_are_flagged(small: pathlib.Path) -> None:
    study = load(small)
    flagged = {factor.path for factor in study.factors if factor.attacker}
    assert {"raid.size", "raid.arrival_spread", "raid.time_of_day"} <= flagged
    assert {"records.ballistic.small-ballistic.loft", "records.glide.small-glider.bank_amplitude"} <= flagged
    assert not any(path.startswith(("assets", "measures", "records.radar")) for path in flagged)
    assert {factor.path for factor in study.threat_factors} == {
        "raid.threats.0.bearing",
        "raid.threats.0.range",
        "raid.threats.1.lift_to_drag",
    }
    assert all(factor.attacker and factor.per_threat for factor in study.threat_factors)
    assert set(study.factor_values(0)) == {factor.path for factor in study.factors}


def test_labels_and_costs(small: pathlib.Path) -> None:
    study = load(small)
    labels, values, case = study.labels(2), study.factor_values(2), study.case(2)
    assert len(labels.records) == len(labels.families) == len(labels.places) == len(case.threats)
    assert set(labels.places) == {"kanto"}
    assert set(labels.place_partners) == {0}
    assert labels.round_costs == {"coast-battery": 10e6}
    rounds = values["measures.more-rounds.quantity.rounds"]
    yen = values["measures.fire-control.cost"] / values["exchange_rate"]
    costs = labels.option_costs
    assert costs["baseline"] == 0.0
    assert costs["more-rounds"] == pytest.approx(10e6 * rounds)
    assert costs["fire-control"] == pytest.approx(values["measures.tracking-satellites.cost"] + yen)
    assert math.isnan(labels.option_years["baseline"])
    years = [values[f"measures.{name}.available"] for name in ("tracking-satellites", "fire-control", "more-rounds")]
    assert labels.option_years["all"] == max(years)


def test_magazines_can_be_shared_by_a_measure(changed: Change) -> None:
    second = "  second-battery: {record: small-interceptor, owner: USA, at: [35 deg, 139 deg], rounds: 4}\nsharing:"
    changed("sharing:", second, ARCH)
    folder = changed(
        "      - set: {assets.north-radar.reference_range: 800 km}",
        "      - set: {layers.coast-battery.magazine: pool, layers.second-battery.magazine: pool}",
    )
    options = {option.name: option for option in load(folder).case(0).options}
    assert rounds(options["baseline"]) == [8.0, 4.0]
    assert [layer.magazine for layer in options["baseline"].layers] == [0, 1]
    assert len(options["more-rounds"].magazines) == 1
    assert [layer.magazine for layer in options["more-rounds"].layers] == [0, 0]


def test_record_owner_and_rule_can_be_set(changed: Change) -> None:
    folder = changed(
        "      - set: {assets.north-radar.reference_range: 800 km}",
        "      - set: {assets.north-radar.owner: USA, sharing.USA.JPN.rule: fire-control, "
        "command.decision_delay.JPN: 5 s, assets.north-radar.boresight: 280 deg}",
    )
    option = {o.name: o for o in load(folder).case(0).options}["more-rounds"]
    assert option.rules[1][0] == Rule.FIRE_CONTROL
    assert option.layers[0].decision_delay == 5.0
    radar = load(folder).case(0).radars[1]
    assert radar.owner == 1
    assert radar.boresight == pytest.approx(math.radians(280.0))


def test_element_sets(changed: Change, small: pathlib.Path) -> None:
    # ISS element set of the SGP4 documentation (Vallado et al. 2006, AIAA 2006-6753, verification satellite 00005).
    lines = (
        "1 00005U 58002B   00179.78495062  .00000023  00000-0  28098-4 0  4753",
        "2 00005  34.2682 348.7242 1859667 331.7664  19.3264 10.82419157413667",
    )
    (small / "sats.tle").write_text("VANGUARD\n" + "\n".join(lines) + "\n")
    study = load(changed("{geo: [130 deg]}", "{elements: sats.tle}", ARCH))
    assert study.case(0).infrareds[0].orbit.line1 == lines[0]
    (small / "sats.tle").write_text(lines[0] + "\n")
    with pytest.raises(Exception, match=r"element set"):
        load(small)


def test_impossible_draw_is_an_input_error_of_that_future(changed: Change) -> None:
    study = load(changed("elevation_max: 80 deg", "elevation_max: {uniform: [0 deg, 2 deg]}", "catalogue/radar.yaml"))
    failed = 0
    for future in range(40):
        try:
            study.case(future)
        except InputError:
            failed += 1
    assert 0 < failed < 40
