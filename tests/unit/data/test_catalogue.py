"""The shipped records: every number has a unit, a range, a basis and a source; no field of its class is missing."""

import dataclasses
import pathlib

import numpy as np
import pytest

from sakimori.base.constants import STANDARD_GRAVITY
from sakimori.base.units import parse
from sakimori.engage.doctrine import Layer
from sakimori.flight import BallisticThreat, CruiseThreat, GlideThreat, QuasiBallisticThreat
from sakimori.sense.infrared import Infrared
from sakimori.sense.radar import Radar
from sakimori.study.boosters import booster_ends, booster_values
from sakimori.study.catalogue import shipped
from sakimori.study.fields import BOOSTER, DEPLOYMENT, DRAWN_BOOST, KINDS, MOST_STAGES, STAGE
from sakimori.study.quantities import BASES, NO_SOURCE, amount
from sakimori.study.reading import read

CATALOGUE = pathlib.Path(__file__).parents[3] / "src" / "sakimori" / "data" / "catalogue"
CLASSES = {
    "radar": Radar,
    "infrared": Infrared,
    "interceptor": Layer,
    "ballistic": BallisticThreat,
    "quasi-ballistic": QuasiBallisticThreat,
    "glide": GlideThreat,
    "cruise": CruiseThreat,
}
# Fields that belong to a deployment, to the raid or to the run, or that have a default that the classes share.
NOT_OF_A_RECORD = {
    "name",
    "key",
    "owner",
    "orbit",
    "magazine",
    "decision_delay",
    "fly_out",
    "reference_signal",
}
DRAWN = {  # what draws the boost of a family
    "ballistic": {"boost_time", "burnout_altitude"},
    "quasi-ballistic": {"boost_time", "burnout_altitude"},
    "glide": {"boost_time", "burnout_altitude", "boost_range"},
    "cruise": {"boost_time", "boost_range"},
}
NOT_OF_A_RECORD |= {"launch_latitude", "launch_longitude", "aim_latitude", "aim_longitude", "launch_time"}
RECORDS = [
    (path.stem, name, record)
    for path in sorted(CATALOGUE.glob("*.yaml"))
    for name, record in read(path).content["records"].items()
]
each_record = pytest.mark.parametrize(("kind", "name", "record"), RECORDS, ids=[name for _, name, _ in RECORDS])


def test_every_kind_has_a_file():
    assert {path.stem for path in CATALOGUE.glob("*.yaml")} == {*CLASSES, "booster"} == set(KINDS)


@each_record
def test_a_record_has_titles_and_all_needed_fields_of_its_class(kind, name, record):
    assert record["title"], name
    assert any(ord(c) > 0x3000 for c in record["title_ja"]), name
    if kind == "booster":
        stages = sum(f"burn_time_{i}" in record["parameters"] for i in range(1, MOST_STAGES + 1))
        wanted = {key for key in BOOSTER if not key[-1].isdigit()}
        assert set(record["parameters"]) == wanted | {f"{key}_{i}" for i in range(1, stages + 1) for key in STAGE}
        return
    fields = dataclasses.fields(CLASSES[kind])
    needed = {field.name for field in fields if field.default is dataclasses.MISSING}
    needed |= {"loft"} if kind == "ballistic" else set()  # it has an apogee instead only where a flight was observed
    needed |= set() if "booster" in record else DRAWN.get(kind, set())
    given = set(record["parameters"])
    assert needed - NOT_OF_A_RECORD - set(DEPLOYMENT) <= given
    assert given <= set(KINDS[kind])
    assert not (given & set(DRAWN_BOOST) and "booster" in record)


@each_record
def test_every_parameter_is_cited_and_within_its_range(kind, name, record):
    for parameter, written in record["parameters"].items():
        field = KINDS[kind][parameter]
        found = amount(written, field.dimension, field.low, field.high)
        assert written["basis"] in BASES, (name, parameter)
        assert written["source"], (name, parameter)
        assert (written["basis"] == "notional") == (written["source"] == NO_SOURCE), (name, parameter)
        if field.dimension != "flag":
            assert None not in (found.low, found.high), (name, parameter)
            assert field.low <= found.low <= found.middle <= found.high <= field.high, (name, parameter)


@each_record
def test_orders_of_elevation_and_altitude_hold_over_the_ranges(kind, name, record):
    pairs = {
        "radar": (("elevation_min", "elevation_max"), ("fence_low", "fence_high"), ("fence_high", "elevation_max")),
        "interceptor": (("floor", "ceiling"),),
    }
    for lower, upper in pairs.get(kind, ()):
        high, low = record["parameters"][lower]["high"], record["parameters"][upper]["low"]
        assert parse(str(high))[0] <= parse(str(low))[0], (name, lower, upper)


def test_ballistic_records_fly_their_boost_and_the_others_draw_it():
    boosters = {name for kind, name, _ in RECORDS if kind == "booster"}
    for kind, name, record in RECORDS:
        if kind in ("ballistic", "quasi-ballistic", "glide"):
            flown = kind == "ballistic" and name != "short-range-solid-ballistic"
            assert ("booster" in record) == flown, name
            assert record.get("booster", "scud") in boosters, name
    assert "tactical-solid" in str([r["note"] for k, _, r in RECORDS if k == "quasi-ballistic"])


@pytest.mark.parametrize("name", shipped().names("booster"))
def test_boosters_are_what_their_notes_say(name):
    """The thrust of each note, to the three figures of the propellant; the ends of the ranges are in order."""
    entry = shipped().get(name, "booster")
    values, ends = booster_values(entry), booster_ends(entry)
    for i in range(1, len(ends.fast.stages) + 1):
        note = str(entry.parameters[f"propellant_mass_{i}"].written["note"])
        thrust = float(note.split()[1]) * 1e3
        flow = values[f"propellant_mass_{i}"] / values[f"burn_time_{i}"]
        assert flow * values[f"specific_impulse_{i}"] * STANDARD_GRAVITY == pytest.approx(thrust, rel=5e-3), i
    assert np.all(ends.fast.stages[:, 2] <= ends.slow.stages[:, 2])
    assert np.array_equal(np.delete(ends.fast.stages, 2, 1), np.delete(ends.slow.stages, 2, 1))
    assert ends.strong.payload <= ends.fast.payload
    assert np.all(ends.strong.stages[:, 0] >= ends.fast.stages[:, 0])
    assert np.all(ends.strong.stages[:, 1] <= ends.fast.stages[:, 1])


def test_interceptors_keep_the_assumptions_that_must_stay_wide():
    records = {name: record["parameters"] for kind, name, record in RECORDS if kind == "interceptor"}
    for name, parameters in records.items():
        assert parameters["kill_probability"]["high"] - parameters["kill_probability"]["low"] >= 0.4, name
        assert parameters["correlation"]["low"] == 0, name
    glide = records["glide-phase-class"]["kill_probability"]
    assert (glide["low"], glide["high"], glide["basis"]) == (0.2, 0.8, "notional")
    for name in ("sm-3-ib-class", "sm-3-iia-class"):
        assert parse(records[name]["floor"]["low"])[0] >= 70e3, "an exo-atmospheric layer has no reach in glide"
