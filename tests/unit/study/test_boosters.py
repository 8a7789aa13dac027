"""Boosters of threat records: how a study names, checks, draws and counts them."""

import dataclasses
import math
import pathlib

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.flight import BallisticThreat, aim
from sakimori.report.assumptions import assumptions, counted
from sakimori.study import findings_of, load
from sakimori.study.boosters import lightened, strengthened, threat_fields
from sakimori.study.flight_classes import class_ends, class_parameters
from sakimori.study.reading import read

STUDY = """
schema: sakimori/1
title: One No Dong
vary: all
architecture: {date: 2026-04-01, partners: {JPN: Japan}}
places: {kanto: {at: [35.7 deg, 139.7 deg], partner: JPN}}
raid:
  size: 1
  places: {kanto: 1}
  threats: [{threat: medium-range-ballistic, share: 1, bearing: 300 deg, range: RANGE}]
"""
STAGE = "{propellant_mass_1: 5 t, dry_mass_1: 1 t, burn_time_1: 60 s, specific_impulse_1: 250 s, coast_1: 0 s"
OWN = """
records:
  booster:
    mine: {parameters: {payload: 500 kg, diameter: 1 m, drag_coefficient: 0.3, rise_time: 5 s, STAGE}}
  ballistic:
    own: {booster: mine, parameters: {loft: 40 deg, ballistic_coefficient: 5000 kg/m^2, radar_cross_section: 0.1 m^2,
      plume_intensity: 600 kW/sr, body_intensity: 100 W/sr}}
"""


@pytest.fixture
def study(tmp_path: pathlib.Path):
    def make(text: str):
        (tmp_path / "study.yaml").write_text(text, "utf-8")
        return load(tmp_path)

    return make


def own(stage: str = STAGE + ", sea_level_specific_impulse_1: 226 s}") -> str:
    text = STUDY.replace("RANGE", "400 km").replace("medium-range-ballistic", "own").replace("vary: all", "vary: none")
    return text + OWN.replace("STAGE", stage.strip("{}"))


def test_only_burn_times_of_a_booster_are_factors(study) -> None:
    made = study(STUDY.replace("RANGE", "700 km"))
    drawn = [factor.path for factor in made.factors if "booster" in factor.path]
    assert drawn == ["records.booster.nodong.burn_time_1"]
    assert not any(factor.attacker for factor in made.factors if "booster" in factor.path)
    boosters = [made.case(future).threats[0].booster for future in range(4)]
    burns = {float(one.stages[0, 2]) for one in boosters}
    assert len(burns) == 4
    assert all(95.0 <= burn <= 115.0 for burn in burns)
    assert {float(one.stages[0, 0]) for one in boosters} == {12800.0}


def test_its_notional_values_are_counted_with_the_others(study, tmp_path: pathlib.Path) -> None:
    made = study(STUDY.replace("RANGE", "700 km"))
    (tmp_path / "resolved.yaml").write_text(made.resolved_yaml(), "utf-8")
    found = assumptions(read(tmp_path / "resolved.yaml").content)
    mine = [a for a in found if a.path.startswith("records.booster.nodong")]
    assert counted(tuple(mine)) == {"notional": 3, "estimate": 7}  # rise, impulse in vacuum and coast; the rest
    again = load(tmp_path / "resolved.yaml")
    assert again.resolved_yaml() == made.resolved_yaml()
    assert again.case(1) == made.case(1)


def test_a_payload_too_heavy_for_the_range_is_lightened_in_a_raid(study) -> None:
    near, far = (study(STUDY.replace("RANGE", reach)).case(0).threats[0] for reach in ("700 km", "1100 km"))
    assert (near.booster.payload, far.booster.payload) == (1000.0, 650.0)


def test_own_booster_is_read_and_a_law_in_it_is_a_factor(study) -> None:
    made = study(own().replace("payload: 500 kg", "payload: {uniform: [400 kg, 600 kg]}"))
    assert [f.path for f in made.factors if "booster" in f.path] == ["records.booster.mine.payload"]
    one = made.case(0).threats[0].booster
    assert 400.0 < one.payload < 600.0
    assert one.drag_area == pytest.approx(0.3 * math.pi / 4.0)
    assert np.array_equal(one.stages, [[5000.0, 1000.0, 60.0, 250.0, 226.0, 0.0]])


@pytest.mark.parametrize(
    ("old", "new", "finding", "words"),
    [
        ("booster: mine", "booster: mime", "REF01", "Did you mean 'mine'"),
        ("booster: mine", "booster: medium-range-ballistic", "REF01", "the ballistic record"),
        ("coast_1: 0 s, ", "", "REF07", "no 'coast_1'"),
        ("_1", "_2", "REF07", "no 'propellant_mass_1'"),
        ("payload: 500 kg, ", "", "REF07", "no 'payload'"),
        ("burn_time_1: 60 s", "burn_time_1: 600 s", "UNIT03", "more thrust than weight"),
        ("226 s", "260 s", "UNIT03", "from 20 to 250"),
        ("{loft", "{boost_time: 60 s, loft", "REF07", "'boost_time' beside a booster"),
        ("share: 1,", "share: 1, boost_time: 60 s,", "REF07", "'boost_time' for the ballistic record"),
        ("payload:", "load:", "SHAPE02", "'load'"),
    ],
)
def test_mistakes_are_refused_in_words(study, old: str, new: str, finding: str, words: str) -> None:
    text = own()
    assert old in text
    with pytest.raises(InputError) as caught:
        study(text.replace(old, new))
    assert [f.id for f in findings_of(caught.value)] == [finding]
    assert words in str(caught.value)


def test_a_sensor_has_no_booster(study) -> None:
    text = own() + "  radar: {r: {booster: mine, parameters: {reference_range: 100 km}}}\n"
    with pytest.raises(InputError, match="a booster for a radar record"):
        study(text)


def flight(distance: float, apogee: float, record: str = "long-range-ballistic") -> BallisticThreat:
    fields = {**threat_fields(class_parameters(record)), "loft": math.nan, "apogee": apogee}
    where = {"launch_latitude": 0.0, "launch_longitude": 0.0, "aim_latitude": 0.0, "launch_time": 0.0}
    return BallisticThreat(**where, aim_longitude=distance / 6378137.0, **fields)


def test_strength_is_the_least_that_serves() -> None:
    """Strong enough: untouched. Then the least payload. Then all values together, as far as needed and no further."""
    ends = class_ends("long-range-ballistic")
    assert ends is not None
    easy = flight(900e3, 2000e3)
    assert strengthened(easy, ends).threat is easy
    assert strengthened(easy, None).threat is easy
    hard = flight(900e3, 4200e3)
    light, strong = lightened(hard, ends), strengthened(flight(900e3, 4475e3), ends)
    assert light.threat.booster == hard.booster._replace(payload=500.0)
    assert light.missing[0] > 500.0
    assert light.share == 0.0
    assert 0.0 < strong.share < 0.2
    assert strong.missing[1] > 50.0
    before = [
        (1.0 - s) * light.threat.booster.stages + s * ends.strong.stages for s in (strong.share, strong.share - 0.01)
    ]
    assert strong.threat.booster.stages == pytest.approx(before[0])
    weaker = dataclasses.replace(strong.threat, booster=strong.threat.booster._replace(stages=before[1]))
    assert aim(weaker).missing_speed > 0.0
    beyond = strengthened(
        flight(900e3, 4475e3, "intermediate-range-ballistic"), class_ends("intermediate-range-ballistic")
    )
    assert math.isnan(beyond.share)
    assert beyond.aim.missing_speed > 100.0
