"""A small study of one's own with cruise missiles, through the commands: written, checked, run, shown."""

import json
import pathlib

import numpy as np

from sakimori.store import RunFolder

STUDY = """schema: sakimori/1
title: Cruise missiles and a radar
futures: 3
replications: 20
step: 5 s
architecture:
  date: 2026-04-01
  partners: {JPN: Japan}
  assets: {north: {record: fps-5-class, owner: JPN, at: [38.1 deg, 138.4 deg, 400 m], boresight: 290 deg}}
  layers: {kanto: {record: pac-3-mse-class, owner: JPN, at: [35.7 deg, 139.7 deg, 20 m], rounds: 8}}
places: {kanto: {at: [35.7 deg, 139.7 deg], partner: JPN}}
raid:
  size: 4
  arrival_spread: 60 s
  places: {kanto: 1}
  threats:
    - {threat: subsonic-land-attack-cruise, share: 0.5, bearing: {uniform: [290 deg, 320 deg]}, range: 1000 km,
       first_aside: {uniform: [-0.2, 0.2]}}
    - {threat: hypersonic-scramjet-cruise, share: 0.5, bearing: 300 deg, range: {uniform: [700 km, 900 km]}}
"""


def test_a_study_with_cruise_missiles_runs(tmp_path: pathlib.Path, sakimori) -> None:
    (tmp_path / "own").mkdir()
    (tmp_path / "own" / "study.yaml").write_text(STUDY, "utf-8")
    found = json.loads(sakimori("check", "own", "--format", "json", cwd=tmp_path).stdout)
    assert not [f for f in found if f["severity"] == "error"]
    done = sakimori("run", "own", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    run = RunFolder.open(next((tmp_path / "runs").iterdir()))
    flights = run.columns("flights")
    assert set(flights["family"]) == {"cruise"}
    assert set(flights["record"]) == {"subsonic-land-attack-cruise", "hypersonic-scramjet-cruise"}
    assert set(flights["status"]) == {"REACHED"}
    slow = flights["record"] == "subsonic-land-attack-cruise"
    assert np.all(flights["apogee"][slow] < 2e3)  # the drawn boost rises above the cruise altitude of 50 to 300 m
    assert np.all(flights["apogee"][~slow] > 20e3)
    assert not run.columns("outcomes")["failed"].any()
    impact = flights["impact_time"].reshape(3, 4)
    # closed forms of the study set the launches: 60 s of spread, and what sharp corners and the dive leave out
    assert np.all(np.ptp(impact, axis=1) < 60.0 + 120.0)
    shown = sakimori("show", next((tmp_path / "runs").iterdir()), cwd=tmp_path)
    assert shown.returncode == 0, shown.stderr
    told = sakimori("explain", next((tmp_path / "runs").iterdir()), "--future", 0, "--threat", 0, cwd=tmp_path)
    assert told.returncode == 0, told.stderr
    assert "(cruise)" in told.stdout
