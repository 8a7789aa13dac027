"""Studies whose tracks are filters, through the commands: run, shown, reported; a raid, and observed flights."""

import json
import pathlib

import numpy as np
import pytest

from sakimori.store import RunFolder

STUDY = """schema: sakimori/1
title: Two partners that give each other their tracks
futures: 4
replications: 8
step: 4 s
architecture:
  date: 2026-04-01
  partners: {JPN: Japan, USA: United States}
  assets:
    north: {record: fps-5-class, owner: JPN, at: [38.1 deg, 138.4 deg, 400 m], boresight: 290 deg}
    west: {record: forward-xband-radar, owner: USA, at: [35.8 deg, 135.2 deg, 50 m], boresight: 310 deg}
  layers: {kanto: {record: pac-3-mse-class, owner: JPN, at: [35.7 deg, 139.7 deg, 20 m], rounds: 8}}
  sharing: [{from: USA, to: JPN, rule: RULE, latency: 3 s}]
  tracking: {fidelity: FIDELITY}
places: {kanto: {at: [35.7 deg, 139.7 deg], partner: JPN}}
raid:
  size: 3
  arrival_spread: 60 s
  places: {kanto: 1}
  threats:
    - {threat: medium-range-ballistic, share: 0.5, bearing: {uniform: [290 deg, 320 deg]}, range: 1000 km}
    - {threat: regional-glider, share: 0.5, bearing: 300 deg, range: {uniform: [700 km, 800 km]}}
"""
OBSERVED = """id,record,launch_latitude_deg,launch_longitude_deg,bearing_deg,range_km,apogee_km,launch_utc,source
one,regional-glider,39.11,125.99,60,900,50,2024-01-14T05:53Z,none-public
two,medium-range-ballistic,39.42,125.63,90,1000,,2014-03-25T17:35Z,none-public
"""


def run_of(folder: pathlib.Path, text: str, sakimori) -> RunFolder:
    """A study of this text, run by the command in its folder's parent."""
    folder.mkdir()
    (folder / "study.yaml").write_text(text, "utf-8")
    done = sakimori("run", folder.name, "--workers", "1", cwd=folder.parent)
    assert done.returncode == 0, done.stderr
    return RunFolder.open(folder.parent / "runs" / folder.name)


@pytest.fixture(scope="module")
def filtered(tmp_path_factory: pytest.TempPathFactory, sakimori) -> RunFolder:
    text = STUDY.replace("RULE", "track").replace("FIDELITY", "filter")
    return run_of(tmp_path_factory.mktemp("filters") / "own", text, sakimori)


def test_a_raid_is_filtered_shown_and_reported(filtered: RunFolder, sakimori) -> None:
    """What Japan fuses of both tracks holds the flights about as long as what the United States has alone."""
    moments, flights = filtered.columns("filter_moments"), filtered.columns("filters")
    assert filtered.count_failed() == 0
    assert set(moments["phase"]) <= {"boost", "coast", "glide", "pull_up", "dive"}
    assert set(flights["partner"]) == {"JPN", "USA"}
    held = {p: float(np.mean(flights["held"][flights["partner"] == p])) for p in ("JPN", "USA")}
    assert held["JPN"] > 0.5
    assert held["JPN"] >= held["USA"] - 0.05
    after = moments["phase"] != "boost"
    assert 0.5 < np.median(moments["error"][after] / (np.sqrt(3.0) * moments["sigma"][after])) < 1.5
    shown = sakimori("show", filtered.path)
    assert shown.returncode == 0, shown.stderr
    assert "filters" in shown.stdout
    assert json.loads(sakimori("show", filtered.path, "--json").stdout)["futures"] == 4
    assert sakimori("report", filtered.path).returncode == 0
    page = (filtered.path / "report.html").read_text("utf-8")
    for words in ("Filters: how well, and how honest", "GOSPA", "Efficiency, 95", "Predicted point of impact"):
        assert words in page


def test_the_detections_are_those_of_the_bound(filtered: RunFolder, tmp_path: pathlib.Path, sakimori) -> None:
    bound = run_of(tmp_path / "own", STUDY.replace("RULE", "track").replace("FIDELITY", "bound"), sakimori)
    assert not len(bound.columns("filters")["future"])
    mine, theirs = filtered.columns("tracks"), bound.columns("tracks")
    for name in ("detections", "first_seen", "reason"):
        np.testing.assert_array_equal(mine[name], theirs[name])
    assert bound.columns("outcomes")["custody"].mean() > 0.2


def test_observed_flights_are_filtered(tmp_path: pathlib.Path, sakimori) -> None:
    text = STUDY.replace("RULE", "cue").replace("FIDELITY", "filter")
    start, end = text.index("  layers:"), text.index("  sharing:")
    text = text[:start] + text[end:]
    text = text[: text.index("places:")] + "flights: flights.csv\n"
    (tmp_path / "seen").mkdir()
    (tmp_path / "seen" / "flights.csv").write_text(OBSERVED, "utf-8")
    (tmp_path / "seen" / "study.yaml").write_text(text, "utf-8")
    done = sakimori("run", "seen", "--workers", "1", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = RunFolder.open(tmp_path / "runs" / "seen")
    assert run.count_failed() == 0
    assert len(run.columns("filters")["future"]) == 4 * 2  # one threat, two partners
    known = run.columns("awareness")
    assert sorted(known["partner"].tolist()) == ["JPN"] * 4 + ["USA"] * 4
    assert np.isfinite(known["warned"]).any()
    assert sakimori("report", run.path).returncode == 0
    assert "Filters: how well, and how honest" in (run.path / "report.html").read_text("utf-8")
