"""Cover files: what is wrong is told with its line; the map obeys what must hold for any map."""

import json
import math
import pathlib
import subprocess
import sys

import numpy as np
import pytest

from sakimori.base.errors import InputError
from sakimori.study.cover_plans import Covered, compute, read_cover

SENSORS = """
sensors:
  north:
    record: forward-xband-radar
    at: [40.89 deg, 140.34 deg, 20 m]
    boresight: 280 deg
  leo:
    record: leo-tracking-infrared
    orbit: {walker: {total: 8, planes: 4, phasing: 1, inclination: 70 deg, altitude: 1000 km}}
"""
REST = """
target: {altitude: 40 km, speed: 3 km/s, radar_cross_section: 0.1 m^2, intensity: 20 kW/sr}
grid: {circle: {at: [40 deg, 136 deg], radius: 900 km}, step: 4 deg}
time: {length: 2 h, step: 120 s}
passes: {starts: 3, headings: 2, length: 60 s}
"""


def written(folder: pathlib.Path, text: str) -> pathlib.Path:
    path = folder / "cover.yaml"
    path.write_text(text, "utf-8")
    return path


def covered(folder: pathlib.Path, text: str) -> Covered:
    return compute(read_cover(written(folder, text)))


def run(*words: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "sakimori", "cover", *words]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    ("text", "line", "got", "mend"),
    [
        (SENSORS + REST.replace("target:", "targte:"), 11, "unknown key 'targte'", "Did you mean 'target'"),
        (SENSORS.replace("total: 8", "total: 8 km") + REST, 9, "length", ""),
        (SENSORS.replace("forward-xband-radar", "forward-xband-rader") + REST, 4, "unknown record", "Did you mean"),
        (SENSORS + REST.replace(", intensity: 20 kW/sr", ""), 11, "no 'intensity'", "Add 'intensity:'"),
        (SENSORS + REST.replace("3 km/s", "{uniform: [1 km/s, 2 km/s]}"), 11, "a factor", "Give one value"),
        (SENSORS + REST.replace("step: 4 deg", "step: 0.01 deg"), 12, "cells", "Lengthen"),
        (SENSORS.replace("total: 8", "total: 9") + REST, 7, "9 satellites in 4 planes", "Change total or planes"),
        (SENSORS.replace("boresight: 280 deg", "orbit: {geo: [100 deg]}") + REST, 6, "'orbit' for the radar", "Remove"),
        (SENSORS.replace("record: leo-tracking-infrared", "note: x") + REST, 7, "without 'record' or 'kind'", "Name"),
        (SENSORS.replace("record: leo-tracking-infrared", "kind: infrared") + REST, 7, "no 'noise_eq", "Give it"),
        (SENSORS.replace("total: 8", "total: $n") + REST, 7, "'$n'", "Write the value"),
        ("study: announced-measure\n" + REST, 1, "no such file", "Shipped"),
        ("study: announced-measures\noption: nothing\n" + REST, 2, "unknown option", "Options of the study"),
        ("title: x\n", 1, "no sensors", "Add 'sensors:'"),
        (SENSORS + REST.replace("grid:", "#"), 11, "'target' without 'grid'", "Add 'grid:'"),
    ],
)  # fmt: skip
def test_a_mistake_is_told_with_its_line(tmp_path: pathlib.Path, text: str, line: int, got: str, mend: str):
    with pytest.raises(InputError) as caught:
        compute(read_cover(written(tmp_path, text)))
    assert caught.value.place.line == line
    assert got in caught.value.got
    assert mend in caught.value.mend


def test_a_mistake_ends_with_code_2_and_no_traceback(tmp_path: pathlib.Path):
    done = run(str(written(tmp_path, SENSORS + REST.replace("40 km", "40 kW"))))
    assert done.returncode == 2
    assert "cover.yaml:11" in done.stderr
    assert "mend:" in done.stderr
    assert "Traceback" not in done.stderr
    assert run(str(written(tmp_path, SENSORS)), "--out", str(tmp_path / "x.pdf")).returncode == 2
    assert run(str(written(tmp_path, SENSORS)), "--out", str(tmp_path / "x.png")).returncode == 2


def test_columns_agree_with_each_other_and_a_sensor_more_never_worsens(tmp_path: pathlib.Path):
    both = covered(tmp_path, SENSORS + REST).columns
    alone = covered(tmp_path, SENSORS.split("  leo:")[0] + REST).columns
    for name in ("sensors_mean", "sensors_least", "share", "share_two", "stereo_best_deg"):
        assert (both[name] >= alone[name] - 1e-12).all(), name
    assert (both["longest_gap_s"] <= alone["longest_gap_s"]).all()
    assert (both["share_two"] <= both["share"]).all()
    assert ((both["longest_gap_s"] == 0.0) == (both["share"] == 1.0)).all()
    assert (both["custody"] <= both["detected"] + 1e-12).all()
    known = np.isfinite(both["first_detection_p90_s"])
    assert (both["detected"][known] >= 0.9 - 1e-12).all()
    assert set(np.unique(alone["share"])) <= {0.0, 1.0}  # a radar and a standing target do not move


def test_without_sensors_in_service_nothing_is_seen(tmp_path: pathlib.Path):
    text = "sensors:\n  leo:" + SENSORS.split("  leo:")[1].replace(
        "altitude: 1000 km}}", "altitude: 1000 km}, lost: 8}"
    )
    found = covered(tmp_path, text + REST.replace("target:", "folds: [1]\ntarget:"))
    assert found.plan.groups[0].out == 8
    assert found.worst == ()
    assert found.columns["share"].max() == 0.0
    assert np.isnan(found.columns["first_detection_s"]).all()
    assert found.columns["longest_gap_s"].min() == 7200.0


def test_a_geostationary_sensor_sees_a_hot_target_always_and_in_no_stereo(tmp_path: pathlib.Path):
    """The limit of one satellite that does not move: one window over the whole time, no gap, no angle."""
    text = "sensors:\n  geo: {record: geo-staring-infrared, orbit: {geo: [135 deg]}}\n"
    found = covered(tmp_path, text + REST.replace("20 kW/sr", "1000 kW/sr"))
    assert found.map is not None
    assert all(spans == ((0.0, 7200.0),) for spans in found.map.windows)
    assert found.columns["sensors_mean"].tolist() == [1.0] * found.plan.latitude.size
    assert found.columns["stereo_best_deg"].max() == 0.0
    assert np.isnan(found.columns["position_sigma_m"]).all()
    assert found.columns["custody"].min() > 0.9


def test_the_grid_of_a_circle_lies_within_it_and_that_of_a_box_fills_it(tmp_path: pathlib.Path):
    circle = read_cover(written(tmp_path, SENSORS + REST))
    middle, meridian = math.radians(40), math.radians(136)
    cosine = np.sin(circle.latitude) * math.sin(middle) + np.cos(circle.latitude) * math.cos(middle) * np.cos(
        circle.longitude - meridian
    )
    assert np.arccos(np.clip(cosine, -1, 1)).max() <= 900e3 / 6371008.8 + 1e-9
    assert circle.latitude.size > 10
    box = "{box: {south: -90 deg, north: 90 deg, west: 170 deg, east: 530 deg}, step: 30 deg}"
    rest = REST.replace("{circle: {at: [40 deg, 136 deg], radius: 900 km}, step: 4 deg}", box)
    whole = read_cover(written(tmp_path, SENSORS + rest))
    assert whole.latitude.size == 6 * 12
    assert np.cos(whole.latitude).sum() * whole.cell[0] * whole.cell[1] == pytest.approx(4 * math.pi, rel=0.02)


def test_json_csv_and_figure_are_written(tmp_path: pathlib.Path):
    path = written(tmp_path, SENSORS + REST)
    done = run(str(path), "--json", "--out", str(tmp_path / "cells.csv"))
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    lines = (tmp_path / "cells.csv").read_text("utf-8").splitlines()
    assert len(lines) == len(told["cells"]) + 1
    assert lines[0].split(",") == [name for name in told["cells"][0] if name != "windows_s"]
    assert told["worst_central_angle_deg"] == told["worst_cases"][0]["central_angle_deg"]
    assert [s["name"] for s in told["sensors"]] == ["north", "leo"]
    for name, start in (("map.png", b"\x89PNG"), ("map.svg", b"<svg")):
        assert run(str(path), "--out", str(tmp_path / name)).returncode == 0
        content = (tmp_path / name).read_bytes()
        assert content.startswith(start)
        assert len(content) > 20_000
    assert "Custody probability" in (tmp_path / "map.svg").read_text("utf-8")
