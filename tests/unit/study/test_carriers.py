"""Ships, aircraft and ground systems that several assets and layers share."""

import math
import pathlib
from collections.abc import Callable

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.sense.circuits import Circuit
from sakimori.study import check, load

Change = Callable[..., pathlib.Path]
ARCH, RADAR = "architecture.yaml", "catalogue/radar.yaml"
REACH = "reference_range: {value: 600 km, low: 400 km, high: 900 km, basis: notional, source: none-public}"
SHIP = """carriers:
  ship:
    at: [{uniform: [37 deg, 38 deg]}, {uniform: [135 deg, 136 deg]}, 20 m]
    availability: 0.5
assets:
"""


@pytest.fixture
def afloat(changed: Change) -> pathlib.Path:
    """The small study with radar and battery on one ship that is there in half of the futures."""
    changed("assets:\n", SHIP, ARCH)
    changed("    at: [38.0 deg, 138.0 deg, 100 m]\n", "    carrier: ship\n", ARCH)
    return changed("    at: [35.7 deg, 139.6 deg, 30 m]\n", "    carrier: ship\n", ARCH)


def test_what_is_aboard_shares_place_and_fate(afloat: pathlib.Path) -> None:
    study = load(afloat)
    there = []
    for future in range(60):
        case, values = study.case(future), study.factor_values(future)
        radar, layer = case.radars[0], case.options[0].layers[0]
        assert radar.latitude == layer.latitude == values["carriers.ship.latitude"]
        assert radar.longitude == layer.longitude == values["carriers.ship.longitude"]
        assert math.radians(37) <= radar.latitude <= math.radians(38)
        assert (radar.availability == 0.0) == (layer.availability == 0.0)
        there.append(radar.availability > 0.0)
        assert radar.availability in (0.0, values["assets.north-radar.availability"])
    # 60 draws of one half: four standard deviations are 0.26
    assert np.mean(there) == pytest.approx(0.5, abs=0.26)
    assert not [f for f in check(study) if f.severity == "error"]


def test_a_resolved_study_keeps_its_carriers(afloat: pathlib.Path, tmp_path: pathlib.Path) -> None:
    study = load(afloat)
    (tmp_path / "again").mkdir()
    (tmp_path / "again" / "study.yaml").write_text(study.resolved_yaml(), "utf-8")
    assert load(tmp_path / "again").case(3).radars == study.case(3).radars


def test_the_satellites_of_a_constellation_may_share_a_ground_system(changed: Change) -> None:
    changed("assets:\n", "carriers:\n  ground: {availability: 0.5}\nassets:\n", ARCH)
    study = load(
        changed("          record: small-infrared\n", "          record: small-infrared\n          carrier: ground\n")
    )
    counts = set()
    for future in range(30):
        ups = [s.availability for s in study.case(future).infrareds if s.name == "low-satellites"]
        assert len(set(ups)) == 1
        counts.add(ups[0])
    assert counts == {0.0, 1.0}


def test_an_aircraft_flies_its_circuit(changed: Change) -> None:
    changed("assets:\n", "carriers:\n  plane: {at: [38 deg, 136 deg, 9 km], circuit: {leg: 80 km, radius: 10 km, speed: 200 m/s}}\nassets:\n", ARCH)  # fmt: skip # noqa: E501
    study = load(changed("    at: [38.0 deg, 138.0 deg, 100 m]\n", "    carrier: plane\n", ARCH))
    phases = set()
    for future in range(5):
        circuit = study.case(future).radars[0].circuit
        assert circuit is not None
        assert (circuit.leg, circuit.radius, circuit.speed) == (80e3, 10e3, 200.0)
        phases.add(circuit.phase)
    assert len(phases) == 5
    assert isinstance(circuit, Circuit)
    assert "GEO01" not in {f.id for f in check(study)}


def test_a_measure_adds_a_carrier_and_what_is_aboard_and_changes_one(afloat: pathlib.Path, changed: Change) -> None:
    study = load(
        changed(
            "      - raise: {layers.coast-battery.rounds: $rounds}\n",
            "      - add: {carrier: second, at: [36 deg, 134 deg, 20 m], availability: 0.9}\n"
            "      - add: {asset: second-radar, record: small-radar, owner: JPN, carrier: second}\n"
            "      - set: {carriers.ship.availability: 1.0}\n"
            "      - raise: {layers.coast-battery.rounds: $rounds}\n",
        )
    )
    for future in range(20):
        case = study.case(future)
        assert {radar.name for radar in case.radars} == {"north-radar", "second-radar"}
        option = next(o for o in case.options if o.name == "more-rounds")
        assert option.layers[0].availability > 0.0
        assert sum(option.sensors[: len(case.radars)]) == 2


ABOARD = "    carrier: ship\n    boresight"


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (ABOARD, "    carrier: shop\n    boresight", "Did you mean 'ship'"),
        (ABOARD, "    carrier: ship\n    at: [38 deg, 138 deg]\n    boresight", "beside that"),
        ("    availability: 0.5\n", "    circuit: {radius: 10 km, speed: 200 m/s}\n", "'coast-battery' on an aircraft"),
        ("    at: [{uniform: [37 deg, 38 deg]}, {uniform: [135 deg, 136 deg]}, 20 m]\n", "", "without a site"),
    ],
)
def test_what_does_not_fit_is_refused(afloat: pathlib.Path, changed: Change, old: str, new: str, words: str) -> None:
    with pytest.raises(InputError, match=words):
        load(changed(old, new, ARCH))


def test_a_circuit_needs_a_place(changed: Change) -> None:
    with pytest.raises(InputError, match="circuit without a place"):
        load(changed("assets:\n", "carriers: {plane: {circuit: {radius: 10 km, speed: 200 m/s}}}\nassets:\n", ARCH))


def test_a_record_gives_reach_or_power_aperture(changed: Change) -> None:
    folder = changed(f"      {REACH}\n", "      power_aperture: 3 MW*m^2\n", RADAR)
    changed(
        "      - set: {assets.north-radar.reference_range: 800 km}\n", "      - set: {assets.north-radar.loss: 10 dB}\n"
    )
    radars = load(folder).case(0).radars
    assert radars[0].reach == pytest.approx(radars[1].reach * 10**0.25)
    with pytest.raises(InputError, match="reference_range and power_aperture"):
        load(changed("power_aperture: 3 MW*m^2", "power_aperture: 3 MW*m^2\n      reference_range: 600 km", RADAR))
    with pytest.raises(InputError, match="no reference_range or power_aperture"):
        load(changed("      power_aperture: 3 MW*m^2\n      reference_range: 600 km\n", "", RADAR))


def test_new_parameters_reach_the_sensors(changed: Change) -> None:
    extra = (
        "swerling: 2\n      pulses: 8\n      faces: 3\n      face_spacing: 100 deg\n      scan_exponent: 2.5\n"
        "      wavelength: 30 mm\n      range_bias: 20 m\n      angle_bias: 0.3 mrad\n      refraction_residual: 10 %\n"
        "      false_track_rate: 0.1 1/s\n"
    )
    study = load(changed("dwell: 20 ms\n", f"dwell: 20 ms\n      {extra}", RADAR))
    radar = study.case(0).radars[0]
    assert (radar.swerling, radar.pulses, radar.faces, radar.wavelength) == (2, 8, 3, 0.03)
    assert radar.face_azimuths[2] - radar.face_azimuths[0] == pytest.approx(math.radians(200))
    assert (radar.range_bias, radar.refraction_residual, radar.false_track_rate) == (20.0, 0.1, 0.1)
    assert not [f for f in check(study) if f.severity == "error"]
