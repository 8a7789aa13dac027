"""The page on flight files: its keys are those of the program, its examples are the files beside it, and they fly."""

import csv
import json
import math
import pathlib
import re
import subprocess
import sys

import pytest

from sakimori.base.constants import FOOT, STANDARD_GRAVITY
from sakimori.flight.integrator import Stop
from sakimori.study import vehicle_keys
from sakimori.study.vehicles import fly_plan, read_plan

DOCS = pathlib.Path(__file__).parents[2] / "docs"
PAGE = (DOCS / "fly-files.md").read_text("utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def fly(*arguments: str) -> dict:
    command = [sys.executable, "-m", "sakimori", "fly", *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_every_key_is_explained() -> None:
    for name in (
        "FlightFile",
        "Vehicle",
        "Heat",
        "Wedge",
        "Stage",
        "Coefficient",
        "Start",
        "Velocity",
        "Wind",
        "Surroundings",
        "Controls",
        "StopAt",
    ):
        for key, field in getattr(vehicle_keys, name).model_fields.items():
            assert re.search(rf"[`{{,] ?{field.alias or key}[`:,}}]", PAGE), f"{name}: {key}"


def test_the_blocks_are_the_files() -> None:
    for name in ("nesc-sphere", "shuttle-entry", "glide-heat", "scud-b"):
        assert (DOCS / "examples" / f"{name}.yaml").read_text("utf-8") in BLOCKS


def test_nesc_sphere() -> None:
    """NASA/TM-2015-218675, case 9 at 30 s, tool 05; 0.05 ft and 1e-7 deg."""
    final = fly(str(DOCS / "examples" / "nesc-sphere.yaml"), "--json")["final"]
    assert final["altitude_m"] / FOOT == pytest.approx(10160.97931, abs=0.05)
    assert final["longitude_deg"] == pytest.approx(0.0616478133, abs=1e-7)
    assert final["latitude_deg"] == pytest.approx(0.0, abs=1e-7)


def test_shuttle_entry(tmp_path: pathlib.Path) -> None:
    """Betts 2010, example 6.1: what the optimal controls end at."""
    told = fly(str(DOCS / "examples" / "shuttle-entry.yaml"), "--json", "--out", str(tmp_path / "entry.csv"))
    final = told["final"]
    assert final["altitude_m"] / FOOT == pytest.approx(80000.0, abs=50.0)
    assert final["speed_m_s"] / FOOT == pytest.approx(2500.0, abs=1.0)
    assert final["angle_deg"] == pytest.approx(-5.0, abs=0.01)
    assert final["latitude_deg"] == pytest.approx(34.1412, abs=1e-3)
    assert told["notes"] == []
    last = (tmp_path / "entry.csv").read_text("utf-8").splitlines()[-1].split(",")
    assert float(last[3]) == final["altitude_m"]


def test_heat_and_light_of_the_published_glide(tmp_path: pathlib.Path) -> None:
    """Tracy and Wright 2020: walls within 4 K, the turbulent range above the laminar one; notes in the equations."""
    out = tmp_path / "heat.csv"
    told = fly(str(DOCS / "examples" / "glide-heat.yaml"), "--json", "--out", str(out))
    names, *lines = (line.split(",") for line in out.read_text("utf-8").splitlines())
    table = {name: [float(line[i]) for line in lines] for i, name in enumerate(names)}
    rows = [table["time_s"].index(t) for t in (300.0, 1200.0)]
    assert [table["wall_laminar_K"][row] for row in rows] == pytest.approx([1362.0, 1053.0], abs=4.0)
    assert [table["nose_temperature_K"][row] for row in rows] == pytest.approx([3220.0, 2405.0], rel=0.02)
    for side in ("above", "side", "ahead"):
        calm, rough = (table[f"intensity_{side}_{layer}_W_sr"] for layer in ("laminar", "turbulent"))
        assert all(low < high for low, high in zip(calm, rough, strict=True))
        assert sorted(calm, reverse=True) == calm
    assert told["greatest"]["stagnation_flux_W_m2"] == max(table["stagnation_flux_W_m2"])
    assert told["final"]["wall_turbulent_K"] == table["wall_turbulent_K"][-1]


def test_scud_b(tmp_path: pathlib.Path) -> None:
    """The published set comes as far as the published range, about 300 km: a class, so 15 % either way is agreement."""
    told = fly(str(DOCS / "examples" / "scud-b.yaml"), "--json", "--out", str(tmp_path / "scud.csv"))
    assert told["stop"] == "ground"
    assert told["ground_distance_m"] == pytest.approx(300e3, rel=0.15)
    assert told["burnout_s"] == pytest.approx(62.0)
    with (tmp_path / "scud.csv").open() as file:
        rows = list(csv.DictReader(file))
    assert [row["phase"] for row in rows] == ["boost"] * 63 + ["coast"] * (len(rows) - 63)
    lift_off = 3640.0 / 62.0 * 226.0 * STANDARD_GRAVITY / (3640.0 + 1230.0 + 987.0)
    assert float(rows[0]["thrust_m_s2"]) == pytest.approx(lift_off)
    assert float(rows[-1]["thrust_m_s2"]) == 0.0
    said = subprocess.run(
        [sys.executable, "-m", "sakimori", "fly", str(DOCS / "examples" / "scud-b.yaml")],
        capture_output=True,
        text=True,
    )
    assert "burnout after 62.000 s" in said.stdout


def test_the_glider_flies(tmp_path: pathlib.Path) -> None:
    path = tmp_path / "glider.yaml"
    path.write_text(BLOCKS[-1], "utf-8")
    flown = fly_plan(read_plan(path))
    assert flown.stop in (Stop.CROSSING, Stop.SPEED)
    columns = flown.columns
    assert math.isclose(columns["speed_m_s"][-1], 1500.0, abs_tol=1e-5) or columns["altitude_m"][-1] < 20e3 + 1e-3
    assert 1000.0 < flown.time[-1] < 3000.0
    ratio = columns["lift_m_s2"] / columns["drag_m_s2"]
    assert ratio.min() > 3.0  # of the table: 3.05 to 3.34
    assert ratio.max() < 3.4
