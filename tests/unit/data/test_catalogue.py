"""The shipped records: every number has a unit, a range, a basis and a source; no field of its class is missing."""

import dataclasses
import pathlib

import pytest

from sakimori.base.units import parse
from sakimori.engage.doctrine import Layer
from sakimori.flight import BallisticThreat, GlideThreat, QuasiBallisticThreat
from sakimori.sense.infrared import Infrared
from sakimori.sense.radar import Radar
from sakimori.study.fields import DEPLOYMENT, KINDS
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
NOT_OF_A_RECORD |= {"launch_latitude", "launch_longitude", "aim_latitude", "aim_longitude", "launch_time"}
NOT_OF_A_RECORD |= {"circuit"}
# Fields that do nothing unless a record states them: no public source gives them for any shipped class.
OPTIONAL = {
    "radar": {
        "power_aperture", "noise_temperature", "loss", "pulses", "faces", "face_spacing", "face_tilt", "scan_exponent",
        "wavelength", "range_resolution", "range_bias", "angle_bias", "refraction_residual", "false_track_rate",
    },
    "infrared": {
        "limb_altitude", "limb_factor", "off_nadir_min", "off_nadir_max", "step_time", "boresight_sigma",
        "boresight_time", "dark_in_eclipse",
    },
}  # fmt: skip
RECORDS = [
    (path.stem, name, record)
    for path in sorted(CATALOGUE.glob("*.yaml"))
    for name, record in read(path).content["records"].items()
]
each_record = pytest.mark.parametrize(("kind", "name", "record"), RECORDS, ids=[name for _, name, _ in RECORDS])


def test_every_kind_has_a_file():
    assert {path.stem for path in CATALOGUE.glob("*.yaml")} == set(CLASSES) == set(KINDS)


@each_record
def test_a_record_has_titles_and_all_fields_of_its_class(kind, name, record):
    assert record["title"], name
    assert any(ord(c) > 0x3000 for c in record["title_ja"]), name
    fields = {field.name for field in dataclasses.fields(CLASSES[kind])} - NOT_OF_A_RECORD - set(DEPLOYMENT)
    fields -= {"apogee"} if kind == "ballistic" else set()  # its records have a loft instead
    assert fields == set(record["parameters"]) - {"unit_cost"} | OPTIONAL.get(kind, set())


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


def test_interceptors_keep_the_assumptions_that_must_stay_wide():
    records = {name: record["parameters"] for kind, name, record in RECORDS if kind == "interceptor"}
    for name, parameters in records.items():
        assert parameters["kill_probability"]["high"] - parameters["kill_probability"]["low"] >= 0.4, name
        assert parameters["correlation"]["low"] == 0, name
    glide = records["glide-phase-class"]["kill_probability"]
    assert (glide["low"], glide["high"], glide["basis"]) == (0.2, 0.8, "notional")
    for name in ("sm-3-ib-class", "sm-3-iia-class"):
        assert parse(records[name]["floor"]["low"])[0] >= 70e3, "an exo-atmospheric layer has no reach in glide"
