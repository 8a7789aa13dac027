"""Every finding of `check` is provoked once, and the small study itself is clean."""

import json
import pathlib
from collections.abc import Callable

import pytest

from sakimori.study import FINDINGS, check, load

ARCH = "architecture.yaml"
RADAR, LAYER, GLIDE = "catalogue/radar.yaml", "catalogue/interceptor.yaml", "catalogue/glide.yaml"
Edit = tuple[str, str] | tuple[str, str, str]

PROVOKED: dict[str, tuple[Edit, ...]] = {
    "VALUE01": (("elevation_max: 80 deg", "elevation_max: {uniform: [1 deg, 80 deg]}", RADAR),),
    "VALUE02": (("dwell: 20 ms", "dwell: 20 min", RADAR), ("track_interval: 2 s", "track_interval: 1 h", RADAR)),
    "REF22": (("quantity: {rounds:", "quantity: {spare: {choice: [1, 2]}, rounds:"),),
    "REF23": (
        (
            "      - share: {from: USA, to: JPN, rule: fire-control, latency: $latency}\n"
            "      - set: {command.coordinated: true}\n",
            "      []\n",
        ),
    ),
    "REF24": (("USA: United States}", "USA: United States, KOR: Republic of Korea}", ARCH),),
    "REF25": (
        (
            "places:\n  kanto:",
            "places:\n  kansai: {at: [34.7 deg, 135.5 deg], partner: JPN, source: test-source}\n  kanto:",
        ),
    ),
    "REF26": (("rounds-and-satellites: [more-rounds, tracking-satellites]", "again: [more-rounds]"),),
    "REF27": (
        ("      - set: {command.coordinated: true}", "      - set: {assets.north-radar.reference_range: 900 km}"),
    ),
    "REF28": (
        ("    requires: [tracking-satellites]", "    excludes: [more-rounds]"),
        ("options:\n  rounds-and-satellites: [more-rounds, tracking-satellites]\n", ""),
    ),
    "REF29": (("quantity: {satellites: {choice: [8, 16]}}", "quantity: {satellites: {choice: [8, 15]}}"),),
    "GEO01": (("at: [38.0 deg, 138.0 deg, 100 m]", "at: [38.0 deg, 138.0 deg, 10 km]", ARCH),),
    "GEO02": (("at: [38.0 deg, 138.0 deg, 100 m]", "at: [0 deg, 0 deg]", ARCH),),
    "GEO03": (("boresight: 290 deg", "boresight: 90 deg", ARCH),),
    "GEO04": (("at: [35.7 deg, 139.6 deg, 30 m]", "at: [10 deg, 139.6 deg, 30 m]", ARCH),),
    "GEO05": (("boost_range: 110 km", "boost_range: 950 km", GLIDE),),
    "GEO06": (
        (
            "  warning-satellite:",
            "  twin-radar: {record: small-radar, owner: JPN, at: [38.0 deg, 138.0 deg], "
            "boresight: 290 deg, source: test-source}\n  warning-satellite:",
            ARCH,
        ),
    ),
    "GEO07": (("altitude: 1200 km", "altitude: 200 km"),),
    "GEO08": (("at: [35.69 deg, 139.69 deg]", "at: [-35.69 deg, 139.69 deg]"),),
    "SENSE01": (("fence_low: 1 deg", "fence_low: 81 deg", RADAR), ("fence_high: 6 deg", "fence_high: 85 deg", RADAR)),
    "SENSE02": (("maximum_range: 1500 km", "maximum_range: 500 km", RADAR),),
    "SENSE03": (("dwell: 20 ms", "dwell: 3 s", RADAR),),
    "SENSE04": (("seed: 7", "seed: 7\nstep: 10 s"),),
    "SENSE05": (
        ("    owner: JPN\n    at: [38.0", "    owner: USA\n    at: [38.0", ARCH),
        ("rule: cue,", "rule: none,", ARCH),
    ),
    "SENSE06": (("beam_width: 1.5 deg", "beam_width: 0.05 deg", RADAR),),
    "SENSE07": (("fence_load: 50 %", "fence_load: 95 %", RADAR),),
    "LINK01": (("latency: {uniform: [1 s, 5 s]}", "latency: {uniform: [1 s, 60 s]}"),),
    "LINK02": (
        ("    owner: USA\n    orbit", "    owner: JPN\n    orbit", ARCH),
        ("          owner: USA\n", "          owner: JPN\n"),
    ),
    "LINK03": (
        ("    owner: JPN\n    at: [35.7", "    owner: USA\n    at: [35.7", ARCH),
        ("    owner: USA\n    orbit", "    owner: JPN\n    orbit", ARCH),
        ("          owner: USA\n", "          owner: JPN\n"),
    ),
    "LINK04": (("latency: {uniform: [4 s, 20 s], basis: notional, source: none-public}", "latency: 0 s", ARCH),),
    "ENG01": (("rounds: 8", "rounds: 0", ARCH), ("      - raise: {layers.coast-battery.rounds: $rounds}\n", "")),
    "ENG02": (("salvo: 1", "salvo: 40", LAYER),),
    "ENG03": (
        (
            "kill_probability: {value: 0.7, low: 0.4, high: 0.9, basis: notional, source: none-public}",
            "kill_probability: 0.7",
            LAYER,
        ),
    ),
    "ENG04": (("homing_time: 15 s", "homing_time: 200 s", LAYER),),
    "ENG05": (("floor: 20 km", "floor: 80 km", LAYER),),
    "ENG06": (("assess_delay: 8 s", "assess_delay: 0 s", LAYER),),
    "ENG07": (("correlation: 0.2", "correlation: 0", LAYER),),
    "ENG08": (("floor: 20 km", "floor: 200 km", LAYER),),
    "ENG09": (("range: {uniform: [900 km, 1100 km]}", "range: 1000 km, light_objects: 3, strip_altitude: 80 km"),),
    "STAT01": (("futures: 40", "futures: 4"),),
    "STAT02": (("replications: 20", "replications: 2"),),
    "STAT08": (("seed: 7", "seed: 7\nsampling: {method: sobol, replicates: 7}"),),
    "STAT04": (("size: {choice: [2, 4]}", "size: {choice: [2, 40]}"),),
    "EVID02": (
        (
            "    boresight: 290 deg",
            "    boresight: {uniform: [280 deg, 290 deg], basis: estimate, source: nobody-2020}",
            ARCH,
        ),
    ),
    "EVID03": (("    title: Fire control shared\n    announced: 2026-05-01\n", "    title: Fire control shared\n"),),
    "EVID04": (
        (
            "payer: {JPN: 1.0}}\n    available: {uniform: [2027, 2031]}\n    requires",
            "basis: estimate}\n    available: {uniform: [2027, 2031]}\n    requires",
        ),
    ),
    "EVID05": (("    rounds: 8\n    source: test-source", "    rounds: 8", ARCH),),
    "EVID06": (("date: 2026-04-01", "date: 2029-04-01", ARCH),),
    "EVID07": (("basis: estimate, source: test-source", "basis: official, source: none-public", RADAR),),
    "EVID08": (("    boresight: 290 deg", "    boresight: {uniform: [280 deg, 290 deg]}", ARCH),),
    "EVID09": (("quantity: {latency: {uniform: [1 s, 5 s]}}", "quantity: {latency: 2 s}"),),
    "WAIVE01": (("metrics:", "waivers: [{finding: ENG05, reason: known gap, name: A, date: 2026-01-01}]\nmetrics:"),),
}


def test_the_small_study_is_clean(small: pathlib.Path) -> None:
    assert check(load(small)) == []


@pytest.mark.parametrize("name", PROVOKED)
def test_finding(name: str, changed: Callable[..., pathlib.Path]) -> None:
    for edit in PROVOKED[name]:
        folder = changed(*edit)
    found = [finding for finding in check(load(folder)) if finding.id == name]
    assert found
    for finding in found:
        assert finding.severity == FINDINGS[name].severity
        assert finding.place.line > 0
        assert pathlib.Path(finding.place.path).is_file()
        assert finding.got
        assert finding.expected
        assert finding.mend
        assert json.loads(json.dumps(finding.as_dict()))["id"] == name


def test_nothing_varies(changed: Callable[..., pathlib.Path]) -> None:
    """STAT03."""
    changed("seed: 7", "seed: 7\nvary: none\nexchange_rate: 150 JPY/USD")
    for old in ("{choice: [8, 16]}", "{uniform: [1 s, 5 s]}", "{choice: [4, 8]}"):
        changed(old, {"{choice: [8, 16]}": "8", "{uniform: [1 s, 5 s]}": "2 s", "{choice: [4, 8]}": "4"}[old])
    changed("cost: {triangular: [1 GUSD, 2 GUSD, 3 GUSD],", "cost: {value: 2 GUSD,")
    changed("cost: {uniform: [100 GJPY, 200 GJPY],", "cost: {value: 100 GJPY,")
    study = changed("    title: Satellites\n", "    title: Satellites\n") / "study.yaml"
    study.write_text(study.read_text("utf-8").replace("{uniform: [2027, 2031]}", "2030"), "utf-8")
    changed("{uniform: [0.8, 1.0], basis: notional, source: none-public}", "0.9", ARCH)
    changed("{uniform: [4 s, 20 s], basis: notional, source: none-public}", "10 s", ARCH)
    folder = changed("{uniform: [1.1, 2.0], basis: notional, source: none-public}", "1.3", ARCH)
    assert [f.id for f in check(load(folder)) if f.id == "STAT03"] == ["STAT03"]


def test_too_many_options(changed: Callable[..., pathlib.Path]) -> None:
    """STAT05."""
    rows = "".join(f"  option-{i}: [more-rounds]\n" for i in range(101))
    folder = changed("options:\n", f"options:\n{rows}")
    assert "STAT05" in {f.id for f in check(load(folder))}


def test_hidden_record(small: pathlib.Path, tmp_path: pathlib.Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """REF21: the folder's record wins over the user's, and both being there is said."""
    user = tmp_path / "user"
    user.mkdir()
    (user / "radar.yaml").write_text((small / "catalogue/radar.yaml").read_text().replace("600 km", "700 km"))
    monkeypatch.setenv("SAKIMORI_CATALOGUE", str(user))
    study = load(small)
    assert [f.id for f in check(study)] == ["REF21"]
    entry = study.catalogue.get("small-radar", "radar")
    assert entry is not None
    assert entry.origin == "folder"
    assert entry.parameters["reference_range"].numbers == (600e3,)


def test_waiver_marks_a_finding_and_leaves_it_in(changed: Callable[..., pathlib.Path]) -> None:
    changed("floor: 20 km", "floor: 80 km", LAYER)
    row = "waivers: [{finding: ENG05, path: layers, reason: known gap, name: A. Analyst, date: 2026-01-01}]\n"
    found = check(load(changed("metrics:", f"{row}metrics:")))
    assert [(f.id, f.waived) for f in found] == [("ENG05", True)]
    assert "A. Analyst" in found[0].waiver
    assert "known gap" in str(found[0])


def test_waiver_of_another_path_does_not_cover(changed: Callable[..., pathlib.Path]) -> None:
    changed("floor: 20 km", "floor: 80 km", LAYER)
    row = "waivers: [{finding: ENG05, path: assets, reason: known gap, name: A, date: 2026-01-01}]\n"
    found = check(load(changed("metrics:", f"{row}metrics:")))
    assert {(f.id, f.waived) for f in found} == {("ENG05", False), ("WAIVE01", False)}


def test_line_of_a_finding_is_the_line_of_its_cause(changed: Callable[..., pathlib.Path]) -> None:
    folder = changed("boresight: 290 deg", "boresight: 90 deg", ARCH)
    (finding,) = check(load(folder))
    text = (folder / ARCH).read_text("utf-8").split("\n")
    assert text[finding.place.line - 1].strip() == "boresight: 90 deg"
    assert finding.path == "assets.north-radar.boresight"
